//! Rows of a rejects file: the original cells, then what is wrong, such that the file can be mended and imported again.
//!
//! Knows cells; the file itself is written elsewhere.

use crate::intake::fields::escape;
use crate::intake::layout::REJECT_HEADERS;

/// Returns the header: the original one (without an earlier rejects file's columns), then file, line, field, code, reason.
pub fn reject_header(headers: &[String]) -> Vec<String> {
    let kept = original_width(headers);
    let original = headers[..kept].iter().map(|header| escape(header).into_owned());
    original.chain(REJECT_HEADERS.map(str::to_owned)).collect()
}

/// What is said about a rejected row behind its cells.
#[derive(Clone, Copy, Debug)]
pub struct RejectNote<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// The line in it.
    pub line: u64,
    /// The header of the column at fault.
    pub field: Option<&'a str>,
    /// The code of the reason.
    pub code: &'a str,
    /// The reason in words.
    pub reason: &'a str,
}

/// Returns a row for [`reject_header`]: its cells as they stood, then the note.
///
/// A row with too many or too few cells is not brought into shape: it must not pass the next import unmended.
pub fn reject_row(headers: &[String], cells: &[String], note: RejectNote<'_>) -> Vec<String> {
    // The columns that an earlier rejects file added are written anew.
    let old_notes = headers.len() - original_width(headers);
    let cells = &cells[..cells.len().saturating_sub(old_notes)];
    let mut row: Vec<String> = cells.iter().map(|cell| escape(cell).into_owned()).collect();
    let line = note.line.to_string();
    for cell in [note.file, &line, note.field.unwrap_or(""), note.code, note.reason] {
        row.push(escape(cell).into_owned());
    }
    row
}

fn original_width(headers: &[String]) -> usize {
    let start = headers.len().saturating_sub(REJECT_HEADERS.len());
    if headers[start..].iter().map(|header| header.trim()).eq(REJECT_HEADERS) {
        start
    } else {
        headers.len()
    }
}
