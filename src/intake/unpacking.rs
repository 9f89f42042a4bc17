//! Guards before a spreadsheet's library may touch a file: what is in the archive, and what it unpacks to in earnest.
//!
//! Knows archives and their entries, and of XML no more than where its tags stand. Sizes that an archive declares
//! are believed only where they are too large; what it really unpacks to is counted as it streams by, and kept
//! nowhere.

use crate::intake::error::{IntakeError, Limit, LooksLike};
use crate::intake::ods_guard::OpenDocument;
use crate::intake::source::Container;
use std::fs::File;
use std::io::{BufReader, Read};
use zip::ZipArchive;

/// How many bytes all the parts of a spreadsheet may unpack to.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// How many bytes a part may unpack to that is held in memory: the texts that cells share, styles, pictures.
const MAX_HELD_BYTES: u64 = 128 << 20;

/// How many cells a spreadsheet may have.
const MAX_CELLS: u64 = 16_000_000;

/// How many bytes of text the cells of a spreadsheet may have together.
const MAX_TEXT_BYTES: u64 = 512 << 20;

/// How long a text or a tag may be: it is held in memory.
const MAX_PIECE_BYTES: u64 = 4 << 20;

const MAX_ENTRIES: usize = 10_000;

/// How much of a part must hold its XML declaration.
const DECLARATION_BYTES: usize = 4096;

/// What a spreadsheet of a size may unfold to.
///
/// Real ones need more than a byte of file for a cell, and pack to no less than a thirtieth. A small file that unfolds
/// to millions of cells was not written by an office's program, and is not obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Cells of its sheets.
    pub cells: u64,
    /// Bytes of text in its cells.
    pub text_bytes: u64,
    /// Bytes of all parts of the archive.
    pub unpacked_bytes: u64,
}

impl Allowance {
    /// Returns what a file of this length may unfold to.
    pub fn of(file_bytes: u64) -> Self {
        let within =
            |floor: u64, per_byte: u64, most: u64| file_bytes.saturating_mul(per_byte).saturating_add(floor).min(most);
        Self {
            cells: within(1_000_000, 16, MAX_CELLS),
            text_bytes: within(16 << 20, 64, MAX_TEXT_BYTES),
            unpacked_bytes: within(64 << 20, 256, MAX_UNPACKED_BYTES),
        }
    }
}

/// Tells by its entries what an archive is, and checks that it does not unpack beyond the limits.
///
/// # Errors
/// Refuses archives that are no spreadsheet, broken ones and bombs.
pub fn container_of(file: File) -> Result<Container, IntakeError> {
    let allowance = Allowance::of(file.metadata().map_err(broken)?.len());
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
    check_entries(&mut archive, allowance)?;
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

fn check_entries(archive: &mut ZipArchive<BufReader<File>>, allowance: Allowance) -> Result<(), IntakeError> {
    let declared = archive
        .decompressed_size()
        .map_or(0, |size| u64::try_from(size).unwrap_or(u64::MAX));
    within(Limit::UnpackedBytes, declared, allowance.unpacked_bytes)?;
    let mut total = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.to_ascii_lowercase();
        total += check_entry(&mut entry, &name, total, allowance)?;
    }
    Ok(())
}

/// Lets a part stream by; returns how long it is.
fn check_entry(entry: &mut dyn Read, name: &str, before: u64, allowance: Allowance) -> Result<u64, IntakeError> {
    let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
    let is_sheet = is_xml && name.contains("worksheets/") && !name.ends_with("sharedstrings.xml");
    let mut document = (name == "content.xml").then(OpenDocument::default);
    let is_held = !is_sheet && document.is_none();
    let (mut size, mut piece, mut head, mut buffer) = (0_u64, 0_u64, Vec::new(), vec![0; 64 * 1024]);
    loop {
        let count = entry.read(&mut buffer).map_err(broken)?;
        if count == 0 {
            break;
        }
        let chunk = &buffer[..count];
        size += count as u64;
        within(Limit::UnpackedBytes, before + size, allowance.unpacked_bytes)?;
        if is_held {
            within(Limit::UnpackedBytes, size, MAX_HELD_BYTES.min(allowance.text_bytes))?;
        }
        if is_xml {
            head.extend_from_slice(&chunk[..count.min(DECLARATION_BYTES - head.len())]);
            let mut gaps = chunk.split(|byte| matches!(byte, b'<' | b'>'));
            piece += gaps.next().map_or(0, |gap| gap.len() as u64);
            within(Limit::UnpackedBytes, piece, MAX_PIECE_BYTES)?;
            if let Some(last) = gaps.next_back() {
                piece = last.len() as u64;
            }
        }
        if let Some(document) = &mut document {
            let needed = document.add(chunk)?;
            within(Limit::Cells, needed.cells, allowance.cells)?;
            within(Limit::UnpackedBytes, needed.text_bytes, allowance.text_bytes)?;
        }
    }
    if let Some(document) = document {
        document.end()?;
    }
    if is_xml && !is_utf8_xml(&head) {
        return Err(broken(format_args!("{name}: not UTF-8")));
    }
    Ok(size)
}

/// Tells from the beginning of a part whether its markup stands in it byte for byte.
fn is_utf8_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || head.contains(&0) {
        return false;
    }
    let Some(rest) = head.strip_prefix(b"<?xml") else {
        return true;
    };
    let Some(end) = rest.windows(2).position(|window| window == b"?>") else {
        return false;
    };
    let declaration = String::from_utf8_lossy(&rest[..end]).to_ascii_lowercase();
    match declaration.split_once("encoding") {
        None => true,
        Some((_, value)) => {
            let value = value.trim_start().trim_start_matches('=').trim_start();
            let value = value.trim_start_matches(['"', '\'']);
            value.starts_with("utf-8") || value.starts_with("us-ascii")
        }
    }
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
