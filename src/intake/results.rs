//! Result files: batch files that came back with their `result` column filled in, and lists of walk-in prints.
//!
//! A spreadsheet may have damaged the NIK on the way; batch and number still tell the card.

use crate::domain::nik::{NikFlaw, NikReading};
use crate::domain::results::ResultRow;
use crate::intake::delivery::{Heap, Item};
use crate::intake::error::{ImportKind, IntakeError};
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::options::ReadOptions;
use crate::intake::passes::{Passes, Reading, changed};
use crate::intake::people::cell;
use crate::intake::report::{FileReport, RejectCode, RowWarnings, WarningKind};
use crate::intake::rows::Row;
use crate::intake::source::Source;
use crate::intake::survey::{Decisions, time_text};
use crate::intake::table::Table;
use crate::intake::timestamps::Stamp;

/// A result row with its cells as they stood: what the books refuse goes back to the clerk as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenResult {
    /// What it says.
    pub row: ResultRow,
    /// The cells.
    pub cells: Vec<String>,
}

/// What is handed over for each data row of a result file.
pub type ResultItem = Item<WrittenResult>;

const TIMES: [Field; 1] = [Field::PrintedAt];

/// Reads a result file.
///
/// # Errors
/// Says why the file as a whole cannot be read; then rows handed over already must be forgotten.
pub fn read_results(
    source: &Source,
    options: &ReadOptions,
    sink: &mut dyn FnMut(ResultItem) -> anyhow::Result<()>,
) -> Result<FileReport, IntakeError> {
    let table = Table::open(source, ImportKind::Results, options)?;
    let reading = Reading {
        table: &table,
        times: &TIMES,
        options,
        earlier: &[],
        passes: Passes::Two,
        lines: None,
    };
    let table = &table;
    let reader = |decisions, _| move |row: &Row<'_>, stamp: Option<Stamp>| read(row, stamp, table, options, decisions);
    let sink = &mut |heap: &mut Heap<_>| heap.items.drain(..).try_for_each(&mut *sink);
    reading.run(reader, sink)?.ok_or_else(|| changed(source))
}

fn read(
    row: &Row<'_>,
    stamp: Option<Stamp>,
    table: &Table<'_>,
    options: &ReadOptions,
    decisions: Decisions,
) -> Result<(WrittenResult, RowWarnings), RejectCode> {
    let layout = table.layout();
    let mut warnings = RowWarnings::default();
    let batch = fields::optional(cell(row, layout, Field::Batch)).map(String::from);
    let seq = fields::text(cell(row, layout, Field::Seq)).parse::<u32>().ok();
    let nik = nik_of(row, table, decisions);
    let names_card = batch.is_some() && seq.is_some();
    let nik = match nik {
        Some(nik) => nik,
        None if names_card => NikReading::Held {
            text: String::new(),
            flaw: NikFlaw::Missing,
        },
        None => return Err(RejectCode::Nik(NikFlaw::Missing)),
    };
    if let NikReading::Held { flaw, .. } = &nik
        && !names_card
    {
        return Err(RejectCode::Nik(*flaw));
    }
    let written = fields::text(cell(row, layout, Field::Result));
    let answer = fields::card_result(&written);
    if answer.is_none() && !written.is_empty() {
        return Err(RejectCode::UnknownResult);
    }
    let printed_at = stamp.and_then(|stamp| stamp.moment(decisions.order, options.zone));
    if printed_at.is_none() && !time_text(cell(row, layout, Field::PrintedAt)).is_empty() {
        warnings.add(WarningKind::UnreadablePrintDate);
    }
    let result = ResultRow {
        batch,
        seq,
        nik,
        name: fields::optional(cell(row, layout, Field::Name)).map(String::from),
        result: answer,
        note: fields::optional(cell(row, layout, Field::Note)).map(String::from),
        printed_at,
        operator: fields::optional(cell(row, layout, Field::Operator)).map(String::from),
    };
    Ok((
        WrittenResult {
            row: result,
            cells: row.to_cells(),
        },
        warnings,
    ))
}

fn nik_of(row: &Row<'_>, table: &Table<'_>, decisions: Decisions) -> Option<NikReading> {
    let reading = NikReading::read(fields::unescape(cell(row, table.layout(), Field::Nik)))?;
    let NikReading::Trusted(nik) = reading else {
        return Some(reading);
    };
    let lost_here = table
        .layout()
        .index(Field::Nik)
        .is_some_and(|index| row.lost_digits(index));
    let is_lost = lost_here || decisions.last_digit_lost && nik.as_u64() % 10 == 0;
    Some(if is_lost {
        NikReading::Held {
            text: nik.digits(),
            flaw: NikFlaw::LastDigitLost,
        }
    } else {
        reading
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::CardResult;
    use crate::intake::testing::{Read, gather, options, source};

    fn read_rows(text: &str) -> Read<WrittenResult> {
        gather(|sink| read_results(&source(text.as_bytes()), &options(), sink)).unwrap()
    }

    #[test]
    fn a_batch_file_comes_back() {
        let text = "batch,seq,nik,name,birth_date,district,village,request_no,reason,waiting_since,days_waiting,result,note\n\
                    B1,1,1671094107959001,SITI,,,,,,,,cetak,\n\
                    B1,2,\"1,67109E+15\",BUDI,,,,,,,,rusak,pita habis\n\
                    B1,3,1671094107959003,CICI,,,,,,,,tidak,\n\
                    B1,4,1671094107959004,DEDI,,,,,,,,,\n\
                    B1,5,1671094107959005,EKA,,,,,,,,entahlah,\n\
                    ,,\"1,67109E+15\",FITRI,,,,,,,,cetak,\n";
        let read = read_rows(text);
        let results: Vec<_> = read.rows.iter().map(|(_, row, _)| row.row.result).collect();
        use CardResult::{NotPrinted, Printed, Spoiled};
        assert_eq!(results, [Some(Printed), Some(Spoiled), Some(NotPrinted), None]);
        assert_eq!(
            (read.rows[1].1.row.seq, read.rows[1].1.row.note.as_deref()),
            (Some(2), Some("pita habis"))
        );
        assert_eq!(read.reject_codes(), [(6, "unknown_result"), (7, "nik_scientific")]);
        assert_eq!(read.rejects[0].field.as_deref(), Some("result"));
    }

    #[test]
    fn a_list_of_walk_in_prints() {
        let text = "NIK;Nama;Hasil;Operator;Tanggal Cetak\n1671094107959001;SITI;tercetak;ibrahim;21/07/2021 10.00\n";
        let read = read_rows(text);
        let row = &read.rows[0].1.row;
        assert_eq!((row.batch.as_deref(), row.operator.as_deref()), (None, Some("ibrahim")));
        assert!(row.printed_at.is_some());
    }
}
