//! Sheets of decisions: what `review --export` wrote, back with its `decision` column filled in.
//!
//! Our own file, so its columns are known by their keys alone, in any order and with others between them. It may have
//! gone through a spreadsheet program and come back as xlsx, ods or text. Knows no question and no store.

use crate::domain::dossier::Verdict;
use crate::intake::encoding::Encoding;
use crate::intake::error::IntakeError;
use crate::intake::fields;
use crate::intake::records::Records;
use crate::intake::report::{Reject, RejectCode};
use crate::intake::rows::{Cut, Place, Row, Rows};
use crate::intake::sheet::Sheet;
use crate::intake::source::{Container, Source};
use crate::intake::spreadsheet;
use std::io;
use std::ops::ControlFlow;

/// The columns that are read, in the order of [`WrittenDecision`]'s texts.
const COLUMNS: [&str; 5] = ["nik", "queue_nik", "facts", "decision", "reason"];

/// The columns that are read where they are there: a person decides by the names.
const NAMES: [&str; 2] = ["name", "queue_name"];

/// Where the columns stand.
#[derive(Clone, Copy, Debug)]
struct Columns {
    needed: [usize; 5],
    names: [Option<usize>; 2],
}

/// In how many rows from the top the header is looked for.
const HEADER_ROWS: usize = 30;

/// A row of a sheet of decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenDecision {
    /// 1-based line, as an editor counts; the row of a spreadsheet.
    pub line: u64,
    /// The registration's NIK cell.
    pub nik: String,
    /// The entry's NIK.
    pub queue_nik: String,
    /// The fingerprint of the facts that the person saw.
    pub facts: String,
    /// The registration's name, where the sheet has that column.
    pub name: Option<String>,
    /// The entry's name, where the sheet has that column.
    pub queue_name: Option<String>,
    /// What stands in the `decision` column.
    pub decision: String,
    /// What stands in the `reason` column.
    pub reason: String,
    /// The cells as they stood.
    pub cells: Vec<String>,
}

/// A sheet of decisions as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionSheet {
    /// The header.
    pub headers: Vec<String>,
    /// The rows.
    pub rows: Vec<WrittenDecision>,
    /// Rows that cannot be read.
    pub rejects: Vec<Reject>,
}

/// Reads the word of a decision in either language; `None` is no such word.
pub fn verdict(word: &str) -> Option<Verdict> {
    match word.trim().to_lowercase().as_str() {
        "same" | "sama" => Some(Verdict::Same),
        "different" | "beda" | "berbeda" => Some(Verdict::Different),
        _ => None,
    }
}

/// Reads a sheet of decisions; `None` is a file without the columns of one.
///
/// # Errors
/// The file cannot be read.
pub fn read_decisions(source: &Source) -> Result<Option<DecisionSheet>, IntakeError> {
    match source.container()? {
        Container::Text => read_text(source),
        container => read_sheet(source, container),
    }
}

fn read_text(source: &Source) -> Result<Option<DecisionSheet>, IntakeError> {
    let encoding = Encoding::recognise(source.head(), source.census()).unwrap_or(Encoding::Windows1252);
    let mark = encoding.mark_bytes(source.head());
    let or_io = |error: io::Error| IntakeError::Io {
        path: source.path().to_owned(),
        source: error,
    };
    for delimiter in [b',', b';', b'\t'] {
        let text = encoding.decode(source.reader_at(mark)?);
        let mut records = Records::new(text, delimiter, Place { line: 1, offset: mark });
        records.mend_text(true);
        for _ in 0..HEADER_ROWS {
            let Some(Cut::Whole(row) | Cut::Broken(row, _)) = records.next_row().map_err(or_io)? else {
                break;
            };
            let headers = row.to_cells();
            if let Some(columns) = columns(&headers) {
                records.expect_width(headers.len());
                return gather(headers, columns, &mut records).map(Some).map_err(or_io);
            }
        }
    }
    Ok(None)
}

fn read_sheet(source: &Source, container: Container) -> Result<Option<DecisionSheet>, IntakeError> {
    let mut found: Option<(Sheet, u64, Vec<String>, Columns)> = None;
    spreadsheet::read(source, container, &mut |sheet| {
        let header = sheet
            .first_rows(HEADER_ROWS)
            .into_iter()
            .find_map(|(line, cells)| columns(&cells).map(|columns| (line, cells, columns)));
        match header {
            Some((line, cells, columns)) => {
                found = Some((sheet, line, cells, columns));
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        }
    })?;
    let Some((sheet, line, headers, columns)) = found else {
        return Ok(None);
    };
    let mut rows = sheet.rows(line + 1, headers.len());
    let gathered = gather(headers, columns, &mut rows).map_err(|error| IntakeError::Io {
        path: source.path().to_owned(),
        source: error,
    })?;
    Ok(Some(gathered))
}

/// Finds the columns in a header; all but the names must be there.
fn columns(headers: &[String]) -> Option<Columns> {
    let place = |key: &str| {
        headers
            .iter()
            .position(|header| header.trim().eq_ignore_ascii_case(key))
    };
    let mut needed = [0; 5];
    for (column, key) in needed.iter_mut().zip(COLUMNS) {
        *column = place(key)?;
    }
    Some(Columns {
        needed,
        names: NAMES.map(place),
    })
}

fn gather(headers: Vec<String>, columns: Columns, rows: &mut dyn Rows) -> io::Result<DecisionSheet> {
    let mut sheet = DecisionSheet {
        headers,
        ..DecisionSheet::default()
    };
    while let Some(cut) = rows.next_row()? {
        match cut {
            Cut::Whole(row) => sheet.rows.push(written(&row, columns)),
            Cut::Broken(row, code) => sheet.rejects.push(reject(&row, code)),
        }
    }
    Ok(sheet)
}

fn written(row: &Row<'_>, columns: Columns) -> WrittenDecision {
    let text = |at: usize| fields::text(row.cell(at)).into_owned();
    let [nik, queue_nik, facts, decision, reason] = columns.needed.map(text);
    let [name, queue_name] = columns.names.map(|at| at.map(text));
    WrittenDecision {
        line: row.place.line,
        nik,
        queue_nik,
        facts,
        name,
        queue_name,
        decision,
        reason,
        cells: row.to_cells(),
    }
}

fn reject(row: &Row<'_>, code: RejectCode) -> Reject {
    Reject {
        line: row.place.line,
        field: None,
        code,
        cells: row.to_cells(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::source;

    const ROW: &str = "1671094107959001,SITI,1671094107959010,SITI A,sama,KK sama,f12\n";
    const HEADER: &str = "nik,name,queue_nik,queue_name,decision,reason,facts\n";

    #[test]
    fn a_sheet_comes_back_however_it_was_saved() {
        let plain = format!("{HEADER}{ROW}");
        let table = [
            plain.clone(),
            plain.replace(',', ";"),
            format!("sep=;\r\n{}", plain.replace(',', ";").replace('\n', "\r\n")),
            format!("\u{feff}{}", plain.replace(',', "\t")),
            "reason,facts,decision,queue_nik,x,nik\nKK sama,f12,sama,1671094107959010,?,1671094107959001\n".to_owned(),
        ];
        for text in table {
            let sheet = read_decisions(&source(text.as_bytes())).unwrap().expect(&text);
            let row = &sheet.rows[0];
            assert_eq!((sheet.rows.len(), sheet.rejects.len()), (1, 0), "{text}");
            assert_eq!(
                (row.nik.as_str(), row.queue_nik.as_str(), row.facts.as_str()),
                ("1671094107959001", "1671094107959010", "f12"),
                "{text}"
            );
            assert_eq!(
                (row.decision.as_str(), row.reason.as_str()),
                ("sama", "KK sama"),
                "{text}"
            );
            let names = (row.name.as_deref(), row.queue_name.as_deref());
            let has_names = text.contains("queue_name");
            assert_eq!(
                names,
                if has_names {
                    (Some("SITI"), Some("SITI A"))
                } else {
                    (None, None)
                },
                "{text}"
            );
        }
    }

    #[test]
    fn rows_that_cannot_be_cut_are_rejected_and_other_files_refused() {
        let sheet = read_decisions(&source(format!("{HEADER}a,b\n{ROW}").as_bytes()))
            .unwrap()
            .unwrap();
        assert_eq!((sheet.rows.len(), sheet.rejects.len()), (1, 1));
        assert_eq!(sheet.rejects[0].line, 2);
        for other in ["nik,name\n1,2\n", "nama\nx\n"] {
            assert_eq!(read_decisions(&source(other.as_bytes())).unwrap(), None, "{other}");
        }
    }

    #[test]
    fn words_of_both_languages() {
        let table = [
            ("same", Some(Verdict::Same)),
            (" SAMA ", Some(Verdict::Same)),
            ("different", Some(Verdict::Different)),
            ("Berbeda", Some(Verdict::Different)),
            ("married", None),
            ("ya", None),
            ("", None),
        ];
        for (word, expected) in table {
            assert_eq!(verdict(word), expected, "{word}");
        }
    }
}
