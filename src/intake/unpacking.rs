//! Guards before a spreadsheet's library may touch a file: what is in the archive, and what it unpacks to in earnest.
//!
//! Knows archives and their entries, and of XML no more than where its tags stand. Sizes that an archive declares
//! are believed only where they are too large; what it really unpacks to is counted as it streams by, and kept
//! nowhere.

use crate::intake::error::{IntakeError, Limit, LooksLike};
use crate::intake::source::Container;
use std::fs::File;
use std::io::{BufReader, Read};
use zip::ZipArchive;

/// How many bytes all the parts of a spreadsheet may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// How many bytes the texts that cells share may unpack to: they are held in memory.
pub const MAX_SHARED_TEXT_BYTES: u64 = 128 << 20;

/// How many cells a spreadsheet may have.
pub const MAX_CELLS: u64 = 16_000_000;

/// How long a text or a tag may be: it is held in memory.
const MAX_PIECE_BYTES: u64 = 4 << 20;

const MAX_ENTRIES: usize = 10_000;

/// Tells by its entries what an archive is, and checks that it does not unpack beyond the limits.
///
/// # Errors
/// Refuses archives that are no spreadsheet, broken ones and bombs.
pub fn container_of(file: File) -> Result<Container, IntakeError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        return Err(IntakeError::NotATable {
            looks_like: LooksLike::Archive,
        });
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    let container = if has("xl/workbook.xml") {
        Container::Xlsx
    } else if has("content.xml") && is_opendocument_sheet(&mut archive) {
        Container::Ods
    } else {
        let is_document = archive.index_for_name("word/document.xml").is_some()
            || archive.index_for_name("mimetype").is_some()
            || archive.index_for_name("ppt/presentation.xml").is_some();
        let looks_like = if is_document {
            LooksLike::Document
        } else {
            LooksLike::Archive
        };
        return Err(IntakeError::NotATable { looks_like });
    };
    check_entries(&mut archive)?;
    Ok(container)
}

fn is_opendocument_sheet(archive: &mut ZipArchive<BufReader<File>>) -> bool {
    let mut kind = String::new();
    let Ok(entry) = archive.by_name("mimetype") else {
        return false;
    };
    let read = entry.take(100).read_to_string(&mut kind);
    read.is_ok() && kind.starts_with("application/vnd.oasis.opendocument.spreadsheet")
}

fn check_entries(archive: &mut ZipArchive<BufReader<File>>) -> Result<(), IntakeError> {
    let declared = archive
        .decompressed_size()
        .map_or(0, |size| u64::try_from(size).unwrap_or(u64::MAX));
    within(Limit::UnpackedBytes, declared, MAX_UNPACKED_BYTES)?;
    let (mut total, mut buffer) = (0_u64, vec![0; 64 * 1024]);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.to_string();
        let is_text = name.ends_with(".xml") || name.ends_with(".rels");
        let is_shared = name.eq_ignore_ascii_case("xl/sharedStrings.xml");
        let mut cells = (name == "content.xml").then(OpenDocumentCells::default);
        let (mut size, mut piece) = (0_u64, 0_u64);
        loop {
            let count = entry.read(&mut buffer).map_err(broken)?;
            if count == 0 {
                break;
            }
            let chunk = &buffer[..count];
            (size, total) = (size + count as u64, total + count as u64);
            within(Limit::UnpackedBytes, total, MAX_UNPACKED_BYTES)?;
            if is_shared {
                within(Limit::UnpackedBytes, size, MAX_SHARED_TEXT_BYTES)?;
            }
            if is_text {
                let mut gaps = chunk.split(|byte| matches!(byte, b'<' | b'>'));
                piece += gaps.next().map_or(0, |gap| gap.len() as u64);
                within(Limit::UnpackedBytes, piece, MAX_PIECE_BYTES)?;
                if let Some(last) = gaps.next_back() {
                    piece = last.len() as u64;
                }
            }
            if let Some(cells) = &mut cells {
                within(Limit::Cells, cells.add(chunk), MAX_CELLS)?;
            }
        }
    }
    Ok(())
}

fn within(limit: Limit, found: u64, allowed: u64) -> Result<(), IntakeError> {
    if found > allowed {
        Err(IntakeError::TooLarge { limit, allowed, found })
    } else {
        Ok(())
    }
}

fn broken(error: impl std::fmt::Display) -> IntakeError {
    IntakeError::BrokenSpreadsheet {
        detail: error.to_string(),
    }
}

/// Counts the cells that an OpenDocument sheet's library would make: it writes out every repeated cell and row.
#[derive(Default)]
struct OpenDocumentCells {
    tag: Vec<u8>,
    in_tag: bool,
    /// Cells that are kept for good.
    kept: u64,
    /// Cells and rows of the sheet's present table.
    widest: u64,
    rows: u64,
    blank_rows: u64,
    /// The present row: its repetitions, its cells up to the last filled one, blank ones after it.
    repeats: u64,
    row_cells: u64,
    blank_cells: u64,
}

impl OpenDocumentCells {
    /// Adds a stretch of XML; returns how many cells are needed so far.
    fn add(&mut self, chunk: &[u8]) -> u64 {
        let mut rest = chunk;
        while !rest.is_empty() {
            let wanted = if self.in_tag { b'>' } else { b'<' };
            let Some(found) = rest.iter().position(|byte| *byte == wanted) else {
                if self.in_tag {
                    self.tag.extend_from_slice(rest);
                }
                break;
            };
            if self.in_tag {
                self.tag.extend_from_slice(&rest[..found]);
                let tag = std::mem::take(&mut self.tag);
                self.tag(&tag);
                self.tag = tag;
                self.tag.clear();
            }
            self.in_tag = !self.in_tag;
            rest = &rest[found + 1..];
        }
        self.needed()
    }

    fn needed(&self) -> u64 {
        let table = self.widest.saturating_mul(self.rows);
        self.kept.saturating_add(table).saturating_add(self.row_cells)
    }

    fn tag(&mut self, tag: &[u8]) {
        if tag.starts_with(b"table:table-row") {
            self.end_row();
            self.repeats = number_of(tag, b"number-rows-repeated=").unwrap_or(1);
        } else if tag.starts_with(b"/table:table-row") {
            self.end_row();
        } else if tag.starts_with(b"table:table-cell") || tag.starts_with(b"table:covered-table-cell") {
            let repeats = number_of(tag, b"number-columns-repeated=").unwrap_or(1).min(1 << 14);
            let is_filled = contains(tag, b"office:value") || contains(tag, b"table:formula") || !tag.ends_with(b"/");
            if is_filled {
                self.row_cells = self.row_cells.saturating_add(self.blank_cells).saturating_add(repeats);
                self.blank_cells = 0;
            } else {
                self.blank_cells = self.blank_cells.saturating_add(repeats);
            }
        } else if tag.starts_with(b"/table:table") && !tag.starts_with(b"/table:table-") {
            self.kept = self.needed();
            (self.widest, self.rows, self.blank_rows) = (0, 0, 0);
        }
    }

    /// A blank row counts only when a filled one follows it.
    fn end_row(&mut self) {
        let repeats = std::mem::take(&mut self.repeats).min(1 << 20);
        if self.row_cells > 0 {
            self.rows = self.rows.saturating_add(self.blank_rows).saturating_add(repeats);
            self.widest = self.widest.max(self.row_cells);
            self.blank_rows = 0;
        } else {
            self.blank_rows = self.blank_rows.saturating_add(repeats);
        }
        (self.row_cells, self.blank_cells) = (0, 0);
    }
}

fn contains(tag: &[u8], wanted: &[u8]) -> bool {
    tag.windows(wanted.len()).any(|window| window == wanted)
}

/// Reads the number behind an attribute's name.
fn number_of(tag: &[u8], name: &[u8]) -> Option<u64> {
    let start = tag.windows(name.len()).position(|window| window == name)? + name.len() + 1;
    let digits = tag.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0_u64, |value, byte| {
        value.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(xml: &str) -> u64 {
        let mut cells = OpenDocumentCells::default();
        xml.as_bytes()
            .chunks(7)
            .map(|chunk| cells.add(chunk))
            .last()
            .unwrap_or(0)
    }

    #[test]
    fn repeated_cells_of_a_sheet_are_counted_as_they_would_be_written_out() {
        let cell = r#"<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>"#;
        let table = |rows: &str| format!("<table:table table:name=\"x\">{rows}</table:table>");
        let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
        assert_eq!(cells(&table(&(row(cell) + &row(cell)))), 2);
        // Blank cells and rows at the end are not written out.
        let tail = r#"<table:table-cell table:number-columns-repeated="16383"/>"#;
        let blank = r#"<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>"#;
        assert_eq!(cells(&table(&(row(&format!("{cell}{tail}")) + blank))), 1);
        assert_eq!(cells(&table(&(row(cell) + blank + &row(cell)))), 1_048_577);
        let filled = r#"<table:table-cell table:number-columns-repeated="16384" office:value="1"/>"#;
        let repeated = format!(r#"<table:table-row table:number-rows-repeated="1000000">{filled}</table:table-row>"#);
        assert!(cells(&table(&repeated)) > MAX_CELLS);
    }
}
