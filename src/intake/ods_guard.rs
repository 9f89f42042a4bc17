//! A look into an OpenDocument sheet before its library may read it: how many cells and how much text would it write
//! out? The library repeats cells, rows and spaces as often as the file tells it to, and keeps them all.
//!
//! Knows of XML where its markup begins and ends, as the library does, and refuses what the two might see differently:
//! tables within cells, a document type, numbers written in another way than programs write them.

use crate::intake::error::{IntakeError, Limit};

/// How long one piece of markup may be.
const MAX_MARKUP_BYTES: usize = 4 << 20;

/// More columns and rows than these the library does not make either.
const MOST_COLUMNS: u64 = 1 << 14;
const MOST_ROWS: u64 = 1 << 20;

/// What a sheet unfolds to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfolded {
    /// Cells of the blocks around the filled cells.
    pub cells: u64,
    /// Bytes of text in the filled cells, every repetition counted.
    pub text_bytes: u64,
}

/// Counts what the sheets of a `content.xml` unfold to, as it streams by.
#[derive(Default)]
pub struct OpenDocument {
    markup: Vec<u8>,
    in_markup: bool,
    quote: Option<u8>,
    /// What is kept for good: the tables before, and the text of all rows before.
    kept: Unfolded,
    /// The present table.
    widest: u64,
    rows: u64,
    blank_rows: u64,
    row: Option<Row>,
    cell: Option<Cell>,
    in_table: bool,
    in_annotation: bool,
    pieces: u64,
}

/// A row: its repetitions, its cells up to the last filled one, the blank ones after it, and its text.
#[derive(Clone, Copy, Default)]
struct Row {
    repeats: u64,
    cells: u64,
    blank_cells: u64,
    text_bytes: u64,
}

/// An open cell.
#[derive(Clone, Copy)]
struct Cell {
    is_covered: bool,
    is_filled: bool,
    repeats: u64,
    text_bytes: u64,
}

const CELL: &[u8] = b"table:table-cell";
const COVERED_CELL: &[u8] = b"table:covered-table-cell";
const ROW: &[u8] = b"table:table-row";
const TABLE: &[u8] = b"table:table";
const ANNOTATION: &[u8] = b"office:annotation";

impl OpenDocument {
    /// Adds a stretch of XML; returns what is needed so far.
    ///
    /// # Errors
    /// Refuses what is no sheet that a program wrote.
    pub fn add(&mut self, chunk: &[u8]) -> Result<Unfolded, IntakeError> {
        let mut rest = chunk;
        while let Some(first) = rest.first() {
            if !self.in_markup {
                let text = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
                self.add_text(text as u64);
                self.in_markup = text < rest.len();
                rest = rest.get(text + 1..).unwrap_or_default();
                continue;
            }
            rest = &rest[1..];
            if *first != b'>' || !self.ends_here()? {
                self.watch_quotes(*first);
                self.markup.push(*first);
                if self.markup.len() > MAX_MARKUP_BYTES {
                    return Err(IntakeError::TooLarge {
                        limit: Limit::UnpackedBytes,
                        allowed: MAX_MARKUP_BYTES as u64,
                        found: self.markup.len() as u64,
                    });
                }
                continue;
            }
            let markup = std::mem::take(&mut self.markup);
            self.pieces += 1;
            if !markup.starts_with(b"!") && !markup.starts_with(b"?") {
                self.tag(&markup)?;
            }
            self.markup = markup;
            self.markup.clear();
            (self.in_markup, self.quote) = (false, None);
        }
        Ok(self.needed())
    }

    /// Checks that the document is whole: where a table does not end, the library waits for its end for ever.
    ///
    /// # Errors
    /// Refuses what was cut.
    pub fn end(&self) -> Result<(), IntakeError> {
        match self.in_table || self.in_markup {
            true => Err(foreign("a table without an end")),
            false => Ok(()),
        }
    }

    fn watch_quotes(&mut self, byte: u8) {
        if matches!(byte, b'"' | b'\'') && !self.markup.starts_with(b"!") && !self.markup.starts_with(b"?") {
            self.quote = match self.quote {
                None => Some(byte),
                Some(open) if open == byte => None,
                open => open,
            };
        }
    }

    /// Tells whether a `>` ends the present markup.
    fn ends_here(&self) -> Result<bool, IntakeError> {
        let markup = self.markup.as_slice();
        if markup.starts_with(b"!--") {
            return Ok(markup.len() >= 5 && markup.ends_with(b"--"));
        }
        if markup.starts_with(b"![") {
            return Ok(markup.ends_with(b"]]"));
        }
        if markup.starts_with(b"!") {
            return Err(foreign("a document type"));
        }
        if markup.starts_with(b"?") {
            if self.pieces > 0 && markup.starts_with(b"?xml") {
                return Err(foreign("a second declaration"));
            }
            return Ok(markup.len() > 1 && markup.ends_with(b"?"));
        }
        Ok(self.quote.is_none())
    }

    fn needed(&self) -> Unfolded {
        let row = self.row.unwrap_or_default();
        let open_text = self.cell.map_or(0, |cell| cell.text_bytes.saturating_mul(cell.repeats));
        let row_text = row
            .text_bytes
            .saturating_add(open_text)
            .saturating_mul(row.repeats.max(1));
        let table = self.widest.saturating_mul(self.rows);
        Unfolded {
            cells: self.kept.cells.saturating_add(table).saturating_add(row.cells),
            text_bytes: self.kept.text_bytes.saturating_add(row_text),
        }
    }

    fn add_text(&mut self, count: u64) {
        if let Some(cell) = &mut self.cell {
            cell.text_bytes = cell.text_bytes.saturating_add(count);
        }
    }

    fn tag(&mut self, tag: &[u8]) -> Result<(), IntakeError> {
        let is_closed = tag.ends_with(b"/");
        let whole = tag.strip_suffix(b"/").unwrap_or(tag);
        let name = whole.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let (is_end, name) = match name.strip_prefix(b"/") {
            Some(name) => (true, name),
            None => (false, name),
        };
        if self.cell.is_some() && (name == ROW || name == TABLE) {
            return Err(foreign("a table within a cell"));
        }
        match (name, is_end) {
            (CELL | COVERED_CELL, true) => self.end_cell(name == COVERED_CELL)?,
            (CELL | COVERED_CELL, false) => {
                self.begin_cell(name == COVERED_CELL, tag, is_closed)?;
                if is_closed {
                    self.end_cell(name == COVERED_CELL)?;
                }
            }
            (ROW, true) => self.end_row(),
            (ROW, false) => {
                if self.row.is_some() {
                    return Err(foreign("a row within a row"));
                }
                let repeats = number_of(tag, b"number-rows-repeated")?.unwrap_or(1).min(MOST_ROWS);
                self.row = Some(Row {
                    repeats,
                    ..Row::default()
                });
                if is_closed {
                    self.end_row();
                }
            }
            (TABLE, false) => self.in_table |= !is_closed,
            (ANNOTATION, _) => self.in_annotation = !is_end && !is_closed,
            (TABLE, true) => {
                self.in_table = false;
                self.kept = self.needed();
                (self.widest, self.rows, self.blank_rows, self.row) = (0, 0, 0, None);
            }
            (b"text:s", false) => self.add_text(number_of(tag, b"text:c")?.unwrap_or(1)),
            _ => {}
        }
        Ok(())
    }

    fn begin_cell(&mut self, is_covered: bool, tag: &[u8], is_closed: bool) -> Result<(), IntakeError> {
        if self.cell.is_some() {
            return Err(foreign("a cell within a cell"));
        }
        let repeats = number_of(tag, b"number-columns-repeated")?.unwrap_or(1);
        self.cell = Some(Cell {
            is_covered,
            is_filled: !is_closed || contains(tag, b"value") || contains(tag, b"formula"),
            repeats: repeats.min(MOST_COLUMNS),
            text_bytes: tag.len() as u64,
        });
        Ok(())
    }

    fn end_cell(&mut self, is_covered: bool) -> Result<(), IntakeError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        if cell.is_covered != is_covered || self.in_annotation {
            return Err(foreign("a cell that ends as another"));
        }
        let row = self.row.get_or_insert_default();
        if cell.is_filled {
            let text = cell.text_bytes.saturating_mul(cell.repeats);
            row.text_bytes = row.text_bytes.saturating_add(text);
            row.cells = row.cells.saturating_add(row.blank_cells).saturating_add(cell.repeats);
            row.blank_cells = 0;
        } else {
            row.blank_cells = row.blank_cells.saturating_add(cell.repeats);
        }
        Ok(())
    }

    /// A blank row counts only when a filled one follows it.
    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        if row.cells > 0 {
            self.rows = self.rows.saturating_add(self.blank_rows).saturating_add(row.repeats);
            self.widest = self.widest.max(row.cells);
            self.blank_rows = 0;
            let text = row.text_bytes.saturating_mul(row.repeats);
            self.kept.text_bytes = self.kept.text_bytes.saturating_add(text);
        } else {
            self.blank_rows = self.blank_rows.saturating_add(row.repeats);
        }
    }
}

fn foreign(what: &str) -> IntakeError {
    IntakeError::BrokenSpreadsheet {
        detail: format!("content.xml: {what}"),
    }
}

fn contains(tag: &[u8], wanted: &[u8]) -> bool {
    tag.windows(wanted.len()).any(|window| window == wanted)
}

/// Reads the number behind an attribute's name, the largest where it stands several times.
fn number_of(tag: &[u8], name: &[u8]) -> Result<Option<u64>, IntakeError> {
    let mut largest = None;
    let mut rest = tag;
    while let Some(at) = rest.windows(name.len()).position(|window| window == name) {
        rest = &rest[at + name.len()..];
        let number = quoted_number(rest).ok_or_else(|| foreign("a number of repetitions that is none"))?;
        largest = largest.max(Some(number));
    }
    Ok(largest)
}

/// Reads `="12"`.
fn quoted_number(text: &[u8]) -> Option<u64> {
    let value = text.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let digits = &value[..value.iter().position(|byte| byte == quote)?];
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| {
        digits.iter().fold(0_u64, |value, byte| {
            value.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(xml: &str) -> Result<Unfolded, IntakeError> {
        let mut document = OpenDocument::default();
        let mut needed = Unfolded::default();
        for chunk in xml.as_bytes().chunks(7) {
            needed = document.add(chunk)?;
        }
        document.end()?;
        Ok(needed)
    }

    fn cells(xml: &str) -> u64 {
        unfolded(xml).unwrap().cells
    }

    fn table(rows: &str) -> String {
        format!("<?xml version=\"1.0\"?><table:table table:name=\"x\">{rows}</table:table>")
    }

    fn row(cells: &str) -> String {
        format!("<table:table-row>{cells}</table:table-row>")
    }

    const FILLED: &str = r#"<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>"#;

    #[test]
    fn repeated_cells_of_a_sheet_are_counted_as_they_would_be_written_out() {
        assert_eq!(cells(&table(&(row(FILLED) + &row(FILLED)))), 2);
        // Blank cells and rows at the end are not written out.
        let tail = r#"<table:table-cell table:number-columns-repeated="16383"/>"#;
        let blank = r#"<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>"#;
        assert_eq!(cells(&table(&(row(&format!("{FILLED}{tail}")) + blank))), 1);
        assert_eq!(cells(&table(&(row(FILLED) + blank + &row(FILLED)))), 1_048_577);
        let repeated = |attributes: &str| {
            table(&format!(
                r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell {attributes}/></table:table-row>"#
            ))
        };
        for attributes in [
            r#"table:number-columns-repeated="16384" office:value="1""#,
            r#"table:number-columns-repeated = '16384' office:date-value="2021-07-21""#,
            r#"office:boolean-value="true" table:number-columns-repeated="16384""#,
            r#"table:formula="of:=1>0" table:number-columns-repeated="16384""#,
            r#"x:number-columns-repeated="1" table:number-columns-repeated="16384" office:value="1""#,
            r#"table:number-columns-repeated="99999999999999999999999" office:value="1""#,
        ] {
            assert!(cells(&repeated(attributes)) >= 16_384_000_000, "{attributes}");
        }
    }

    #[test]
    fn text_is_counted_as_often_as_it_is_repeated() {
        let text = |xml: &str| unfolded(&table(xml)).unwrap().text_bytes;
        let long = "x".repeat(1000);
        let cell = |repeats: u32| {
            format!(
                r#"<table:table-cell table:number-columns-repeated="{repeats}"><text:p>{long}</text:p></table:table-cell>"#
            )
        };
        assert!(text(&row(&cell(1))) < 2000);
        assert!(text(&row(&cell(1000))) >= 1_000_000);
        let rows = format!(
            r#"<table:table-row table:number-rows-repeated="1000">{}</table:table-row>"#,
            cell(1000)
        );
        assert!(text(&rows) >= 1_000_000_000);
        let spaces = r#"<table:table-cell office:value-type="string"><text:p>a<text:s text:c="4000000000"/></text:p></table:table-cell>"#;
        assert!(text(&row(spaces)) >= 4_000_000_000);
    }

    #[test]
    fn what_two_readers_might_see_differently_is_refused() {
        let inner = row(FILLED);
        for xml in [
            row(&format!("<table:table-cell>{inner}</table:table-cell>")),
            row("<table:table-cell><table:table></table:table></table:table-cell>"),
            row("<table:table-cell><table:table-cell/></table:table-cell>"),
            row("<table:table-cell></table:covered-table-cell>"),
            format!("<table:table-row>{inner}</table:table-row>"),
            row(r#"<table:table-cell table:number-columns-repeated="&#49;6384"/>"#),
            row(r#"<table:table-cell table:number-columns-repeated="+9"/>"#),
            "<!DOCTYPE x [ <!ENTITY a '> <!-- '> ]>".to_owned(),
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>".to_owned(),
            row("<table:table-cell><office:annotation></table:table-cell>"),
        ] {
            assert!(
                matches!(unfolded(&table(&xml)), Err(IntakeError::BrokenSpreadsheet { .. })),
                "{xml}"
            );
        }
        for cut in [
            "<table:table>",
            "<table:table><!-- </table:table> -->",
            "<table:table/><x a='</table:table>'",
            "<",
        ] {
            assert!(unfolded(cut).is_err(), "{cut}");
        }
        // What stands in comments and quotes is no markup.
        assert_eq!(cells(&table(&format!("<!-- {inner} --><![CDATA[{inner}]]>{inner}"))), 1);
        assert_eq!(
            cells(&table(&row(r#"<table:table-cell office:value="<table:table>"/>"#))),
            1
        );
    }
}
