//! Rows of a rejects file: the original cells, then what is wrong, such that the file can be mended and imported again.
//!
//! Knows cells; the file itself is written elsewhere.

use crate::intake::fields::escape;
use crate::intake::layout::{REJECT_HEADERS, shape_mark};
use crate::intake::report::RejectCode;

/// Returns the header: the original one (without an earlier rejects file's columns), then shape, file, line, field, code
/// and reason.
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
/// A row with too few cells is filled up, of one with too many the surplus stands behind the last cell, so that the
/// note always stands under its own header. What was brought into shape like this is marked, and does not pass the next
/// import unmended.
pub fn reject_row(headers: &[String], cells: &[String], note: RejectNote<'_>) -> Vec<String> {
    // The columns that an earlier rejects file added are written anew.
    let width = original_width(headers);
    let cells = &cells[..cells.len().saturating_sub(headers.len() - width)];
    let mut row: Vec<String> = cells.iter().map(|cell| escape(cell).into_owned()).collect();
    if row.len() > width && width > 0 {
        let surplus = row.split_off(width - 1).join(",");
        row.push(surplus);
    }
    row.resize(width, String::new());
    let fits = cells.len() == width && note.code != RejectCode::WrongFieldCount.code();
    let shape = if fits {
        String::new()
    } else {
        shape_mark(row.iter().map(String::as_str))
    };
    let line = note.line.to_string();
    for cell in [
        &shape,
        note.file,
        &line,
        note.field.unwrap_or(""),
        note.code,
        note.reason,
    ] {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{gather, options, source};

    #[test]
    fn rows_that_did_not_fit_stand_in_a_regular_table_and_pass_only_once_they_are_mended() {
        let headers = ["Timestamp", "Nama", "NIK"].map(str::to_owned);
        let note = |code| RejectNote {
            file: "a.csv",
            line: 2,
            field: None,
            code,
            reason: "why",
        };
        let row = |cells: &[&str]| {
            let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
            reject_row(&headers, &cells, note("wrong_field_count"))
        };
        let long = row(&["2021-07-21", "BUDI", "S.H.", "1671090107959002"]);
        let short = row(&["2021-07-21", "SITI"]);
        assert_eq!((long.len(), long[2].as_str()), (9, "S.H.,1671090107959002"));
        assert_eq!((short.len(), short[2].as_str(), short[8].as_str()), (9, "", "why"));
        let file = |rows: &[Vec<String>]| {
            let lines = rows.iter().map(|row| {
                row.iter()
                    .map(|cell| format!("\"{cell}\""))
                    .collect::<Vec<_>>()
                    .join(",")
            });
            format!(
                "{}\n{}\n",
                reject_header(&headers).join(","),
                lines.collect::<Vec<_>>().join("\n")
            )
        };
        let read = |text: String| {
            let bytes = text.into_bytes();
            gather(|sink| crate::intake::links::read_links(&source(&bytes), &options(), &[], sink)).unwrap()
        };
        let again = read(file(&[long.clone(), short.clone()]));
        assert_eq!(
            again.reject_codes(),
            [(2, "wrong_field_count"), (3, "wrong_field_count")]
        );
        let (mut mended, mut filled) = (long, short);
        mended[2] = "1671090107959002".to_owned();
        filled[2] = "1671094107959001".to_owned();
        let mended = read(file(&[mended, filled]));
        assert_eq!((mended.rows.len(), mended.rejects.len()), (2, 0));
    }
}
