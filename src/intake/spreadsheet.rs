//! xlsx, xls and ods to sheets of text: one library for all three, under limits, and without its dense ranges where
//! it lets one go cell by cell.
//!
//! Knows what a spreadsheet does to numbers: it keeps fifteen digits, counts days from 1900 or 1904, and rounds a
//! time to a fraction of a day.

use crate::intake::error::{IntakeError, Limit, LooksLike};
use crate::intake::fenced::fenced;
use crate::intake::layout::MAX_COLUMNS;
use crate::intake::sheet::Sheet;
use crate::intake::source::{Container, Source};
use crate::intake::unpacking::Allowance;
use crate::intake::xls_guard;
use calamine::{Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, Xls, XlsError, Xlsx, XlsxError};
use chrono::{NaiveDate, TimeDelta};
use std::borrow::Cow;
use std::fmt::Write;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

/// The largest number up to which a spreadsheet's number has every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Days between the epochs of 1900 and 1904.
const DAYS_TO_1904: f64 = 1462.0;

/// Reads sheet after sheet and offers each that is not blank, until `wanted` has what it looked for.
///
/// # Errors
/// Refuses what exceeds the limits, and what the library cannot read.
pub fn read(
    source: &Source,
    container: Container,
    wanted: &mut dyn FnMut(Sheet) -> ControlFlow<()>,
) -> Result<(), IntakeError> {
    match container {
        Container::Text => Ok(()),
        Container::Xlsx => read_xlsx(source, wanted),
        Container::Xls => {
            xls_guard::check(source)?;
            let file = BufReader::new(source.reader_at(0)?);
            let mut workbook = fenced(|| {
                Xls::new(file).map_err(|error| match error {
                    XlsError::Password => IntakeError::NotATable {
                        looks_like: LooksLike::Encrypted,
                    },
                    other => broken(other),
                })
            })?;
            let is_1904 = workbook.has_1904_epoch();
            read_ranges(&mut workbook, is_1904, Allowance::of(source.bytes()), wanted, broken)
        }
        Container::Ods => {
            let file = BufReader::new(source.reader_at(0)?);
            let mut workbook: Ods<_> = fenced(|| {
                Ods::new(file).map_err(|error| match error {
                    OdsError::Password => IntakeError::NotATable {
                        looks_like: LooksLike::Encrypted,
                    },
                    other => broken(other),
                })
            })?;
            read_ranges(&mut workbook, false, Allowance::of(source.bytes()), wanted, broken)
        }
    }
}

fn broken(error: impl std::fmt::Display) -> IntakeError {
    IntakeError::BrokenSpreadsheet {
        detail: error.to_string(),
    }
}

fn read_xlsx(source: &Source, wanted: &mut dyn FnMut(Sheet) -> ControlFlow<()>) -> Result<(), IntakeError> {
    let file = BufReader::new(source.reader_at(0)?);
    let mut workbook = fenced(|| {
        Xlsx::new(file).map_err(|error| match error {
            XlsxError::Password => IntakeError::NotATable {
                looks_like: LooksLike::Encrypted,
            },
            other => broken(other),
        })
    })?;
    let (is_1904, allowance) = (workbook.has_1904_epoch(), Allowance::of(source.bytes()));
    for name in workbook.sheet_names() {
        let sheet = fenced(|| read_xlsx_sheet(&mut workbook, &name, is_1904, allowance))?;
        if sheet.cell_count() > 0 && wanted(sheet).is_break() {
            break;
        }
    }
    Ok(())
}

fn read_xlsx_sheet(
    workbook: &mut Xlsx<BufReader<File>>,
    name: &str,
    is_1904: bool,
    allowance: Allowance,
) -> Result<Sheet, IntakeError> {
    let (mut sheet, mut text) = (Sheet::new(name), String::new());
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet of charts has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(sheet),
        Err(error) => return Err(broken(error)),
    };
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        // A formula that was never computed is written as 0.
        let is_uncomputed = cell.formula.is_some() && matches!(cell.value, DataRef::Float(0.0) | DataRef::Int(0));
        if is_uncomputed {
            continue;
        }
        let (text, is_lost) = written(&cell.value, is_1904, &mut text);
        push(&mut sheet, allowance, cell.pos, text, is_lost)?;
    }
    Ok(sheet)
}

/// Reads the dense ranges of the formats for which the library has nothing else; their size was checked before.
fn read_ranges<R: Reader<BufReader<File>>>(
    workbook: &mut R,
    is_1904: bool,
    allowance: Allowance,
    wanted: &mut dyn FnMut(Sheet) -> ControlFlow<()>,
    broken: fn(R::Error) -> IntakeError,
) -> Result<(), IntakeError>
where
    R::Error: std::fmt::Display,
{
    for name in workbook.sheet_names() {
        let range: Range<Data> = fenced(|| workbook.worksheet_range(&name).map_err(broken))?;
        let Some((first_row, first_column)) = range.start() else {
            continue;
        };
        let (mut sheet, mut text) = (Sheet::new(&name), String::new());
        for (row, column, value) in range.used_cells() {
            let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) else {
                continue;
            };
            let value = DataRef::from_data(value);
            let (text, is_lost) = written(&value, is_1904, &mut text);
            push(
                &mut sheet,
                allowance,
                (first_row + row, first_column + column),
                text,
                is_lost,
            )?;
        }
        drop(range);
        if sheet.cell_count() > 0 && wanted(sheet).is_break() {
            break;
        }
    }
    Ok(())
}

/// The library's owned cells in the form of its borrowed ones.
trait FromData<'a> {
    fn from_data(data: &'a Data) -> Self;
}

impl<'a> FromData<'a> for DataRef<'a> {
    fn from_data(data: &'a Data) -> Self {
        match data {
            Data::Int(number) => Self::Int(*number),
            Data::Float(number) => Self::Float(*number),
            Data::String(text) => Self::SharedString(text),
            Data::Bool(value) => Self::Bool(*value),
            Data::DateTime(time) => Self::DateTime(*time),
            Data::DateTimeIso(text) | Data::DurationIso(text) => Self::SharedString(text),
            Data::Error(error) => Self::Error(error.clone()),
            Data::Empty => Self::Empty,
        }
    }
}

fn push(
    sheet: &mut Sheet,
    allowance: Allowance,
    (row, column): (u32, u32),
    text: &str,
    is_lost: bool,
) -> Result<(), IntakeError> {
    if text.is_empty() {
        return Ok(());
    }
    let within = |limit, found: u64, allowed: u64| {
        if found > allowed {
            Err(IntakeError::TooLarge { limit, allowed, found })
        } else {
            Ok(())
        }
    };
    within(Limit::Columns, u64::from(column) + 1, MAX_COLUMNS as u64)?;
    within(
        Limit::Cells,
        sheet.cell_count() as u64 + u64::from(column) + 1,
        allowance.cells,
    )?;
    within(
        Limit::UnpackedBytes,
        (sheet.text_bytes() + text.len()) as u64,
        allowance.text_bytes,
    )?;
    if sheet.push(row, column, text, is_lost) {
        Ok(())
    } else {
        Err(broken(format_args!("cell {}:{} out of order", row + 1, column + 1)))
    }
}

/// Writes a cell as text, and says whether it is a number that has lost digits, or may have.
fn written<'a>(value: &'a DataRef<'_>, is_1904: bool, room: &'a mut String) -> (&'a str, bool) {
    room.clear();
    let mut is_lost = false;
    // Writing to a string cannot fail.
    let _ = match value {
        DataRef::Empty => Ok(()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => return (text, false),
        DataRef::SharedString(text) => return (text, false),
        DataRef::Bool(true) => room.write_str("TRUE"),
        DataRef::Bool(false) => room.write_str("FALSE"),
        DataRef::Error(error) => write!(room, "{error}"),
        DataRef::Int(number) => {
            is_lost = *number >= 1_000_000_000_000_000 && (number % 10 == 0 || *number as f64 > EXACT);
            write!(room, "{number}")
        }
        DataRef::Float(number) => {
            is_lost = lost_digits(*number);
            match number.fract() == 0.0 && number.abs() < 1e17 {
                true => write!(room, "{number:.0}"),
                false => write!(room, "{number}"),
            }
        }
        DataRef::DateTime(time) => room.write_str(&written_time(time, is_1904)),
    };
    (room, is_lost)
}

/// A spreadsheet keeps fifteen digits of what is typed, so of sixteen the last became 0; and beyond 2^53 not even
/// what a program wrote is exact. A last digit other than 0 proves that nothing was rounded.
fn lost_digits(number: f64) -> bool {
    number >= 1e15 && number.fract() == 0.0 && (number > EXACT || number % 10.0 == 0.0)
}

/// Writes a date cell in ISO 8601, rounded to whole seconds; a time without a day as hours, minutes and seconds.
fn written_time(time: &ExcelDateTime, is_1904: bool) -> Cow<'static, str> {
    let value = time.as_f64();
    let days = if is_1904 && value >= 1.0 {
        value + DAYS_TO_1904
    } else {
        value
    };
    let seconds = (days * 86_400.0).round();
    if !(0.0..1e12).contains(&seconds) {
        return Cow::Owned(format!("{value}"));
    }
    let seconds = seconds as i64;
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let clock = |hours: i64| format!("{hours:02}:{:02}:{:02}", second / 60 % 60, second % 60);
    if time.is_duration() || day == 0 {
        return Cow::Owned(clock(seconds / 3600));
    }
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30);
    let date = epoch
        .zip(TimeDelta::try_days(day))
        .and_then(|(epoch, days)| epoch.checked_add_signed(days));
    match date {
        Some(date) if second == 0 => Cow::Owned(date.to_string()),
        Some(date) => Cow::Owned(format!("{date}T{}", clock(second / 3600))),
        None => Cow::Owned(format!("{value}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::nik::{NikFlaw, NikReading};
    use crate::domain::registration::Registration;
    use crate::intake::links::read_links;
    use crate::intake::testing::{Read, gather, options, source, wib};
    use crate::intake::testing_sheets::{archive, inline, ods, raw_xlsx, xls};
    use rust_xlsxwriter::{Format, Formula, Workbook};
    use std::io::Write as _;

    fn read_form(bytes: &[u8]) -> Result<Read<Registration>, IntakeError> {
        gather(|sink| read_links(&source(bytes), &options(), &[], sink))
    }

    /// An export with a title, its NIKs as text, as numbers and damaged, and its dates as dates.
    fn workbook(is_1904: bool) -> Vec<u8> {
        let mut book = Workbook::new();
        book.add_worksheet()
            .set_name("Catatan")
            .unwrap()
            .write(0, 0, "tidak ada")
            .unwrap();
        let sheet = book.add_worksheet();
        let date = Format::new().set_num_format("dd/mm/yyyy hh:mm:ss");
        sheet
            .merge_range(0, 0, 0, 3, "Rekap pendaftaran", &Format::new())
            .unwrap();
        for (column, header) in ["Timestamp", "Nama", "NIK", "No HP", "RT"].iter().enumerate() {
            sheet.write(2, column as u16, *header).unwrap();
        }
        // 2021-07-21 09:05:12, a hair off, as spreadsheets have it.
        let serial = 44_398.378_611_11 - if is_1904 { 1462.0 } else { 0.0 };
        sheet.write_with_format(3, 0, serial, &date).unwrap();
        sheet
            .write(3, 1, "Siti")
            .unwrap()
            .write(3, 2, "1671094107959001")
            .unwrap();
        sheet.write(3, 3, 81_212_345_678_i64).unwrap().write(3, 4, 3).unwrap();
        sheet.write(4, 0, 44_398.378_611_11).unwrap();
        sheet
            .write(4, 1, "Budi")
            .unwrap()
            .write(4, 2, 1_671_090_107_959_002_i64)
            .unwrap();
        sheet.write(6, 0, "21/07/2021 09.05.12").unwrap();
        sheet
            .write(6, 1, "Cici")
            .unwrap()
            .write(6, 2, 1_671_094_107_959_010_i64)
            .unwrap();
        sheet.write(7, 0, "2021-07-21").unwrap();
        sheet
            .write(7, 1, "Dedi")
            .unwrap()
            .write(7, 2, Formula::new("=A1*0"))
            .unwrap();
        sheet.write(8, 0, "2021-07-21").unwrap();
        sheet
            .write(8, 1, "Eka")
            .unwrap()
            .write(8, 2, 9_171_090_107_959_003_i64)
            .unwrap();
        sheet.write(9, 1, "tanpa waktu").unwrap();
        if is_1904 {
            // The library writes only the epoch of 1900; the flag stands in the workbook part.
            return with_1904_flag(&book.save_to_buffer().unwrap());
        }
        book.save_to_buffer().unwrap()
    }

    fn with_1904_flag(bytes: &[u8]) -> Vec<u8> {
        rewrite(bytes, |name, text| match name {
            "xl/workbook.xml" => text.replace("<workbookPr ", "<workbookPr date1904=\"1\" "),
            _ => text,
        })
    }

    fn rewrite(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let name = entry.name().unwrap().to_string();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
            out.start_file(name.as_str(), zip::write::SimpleFileOptions::default())
                .unwrap();
            out.write_all(change(&name, text).as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn an_xlsx_export_row_by_row() {
        let read = read_form(&workbook(false)).unwrap();
        let flaw = |index: usize| read.rows[index].1.nik.flaw();
        assert_eq!(read.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [4, 5, 7, 8, 9]);
        assert_eq!(read.reject_codes(), [(10, "unreadable_timestamp")]);
        let first = &read.rows[0].1;
        assert_eq!(first.submitted_at.iso(wib()), "2021-07-21T09:05:12+07:00");
        assert_eq!(first.phone.as_ref().map(|phone| phone.as_str()), Some("081212345678"));
        assert_eq!(first.rt_rw.as_deref(), Some("3"));
        // A plain number in a column of times is a serial number; rounded to the second.
        assert_eq!(read.rows[1].1.submitted_at, first.submitted_at);
        // A last digit other than 0 was not rounded away.
        assert_eq!((flaw(0), flaw(1)), (None, None));
        assert_eq!(flaw(2), Some(NikFlaw::LastDigitLost));
        assert_eq!(flaw(3), Some(NikFlaw::Missing));
        assert_eq!(flaw(4), Some(NikFlaw::LastDigitLost));
        assert_eq!(read.report.header_line, 3);
    }

    #[test]
    fn the_epoch_of_1904() {
        let read = read_form(&workbook(true)).unwrap();
        assert_eq!(read.rows[0].1.submitted_at.iso(wib()), "2021-07-21T09:05:12+07:00");
    }

    #[test]
    fn a_row_is_the_same_row_in_text_and_in_a_sheet() {
        let text = "Timestamp,Nama,NIK,No HP,RT\n2021-07-21 09:05:12,Siti,1671094107959001,081212345678,3\n";
        let (text, sheet) = (
            read_form(text.as_bytes()).unwrap(),
            read_form(&workbook(false)).unwrap(),
        );
        assert_eq!(text.rows[0].1, sheet.rows[0].1);
    }

    #[test]
    fn a_small_file_that_claims_a_million_rows_takes_no_room() {
        let header = inline("A1", "Timestamp") + &inline("B1", "Nama") + &inline("C1", "NIK");
        let last =
            inline("A1048576", "2021-07-21") + &inline("B1048576", "Siti") + &inline("C1048576", "1671094107959001");
        let rows = format!(r#"<row r="1">{header}</row><row r="1048576">{last}</row>"#);
        let read = read_form(&raw_xlsx(&rows, &[])).unwrap();
        assert_eq!((read.rows.len(), read.rows[0].0), (1, 1_048_576));
        // The same far to the right is refused.
        let rows = format!(r#"<row r="1">{header}{}</row>"#, inline("XFD1", "x"));
        let error = read_form(&raw_xlsx(&rows, &[])).unwrap_err();
        assert!(
            matches!(
                error,
                IntakeError::TooLarge {
                    limit: Limit::Columns,
                    found: 1000..,
                    ..
                }
            ),
            "{error:?}"
        );
    }

    #[test]
    fn bombs_are_refused() {
        let shared = " ".repeat(5 << 20);
        let error = read_form(&raw_xlsx("", &[("xl/sharedStrings.xml", &shared)])).unwrap_err();
        assert!(
            matches!(
                error,
                IntakeError::TooLarge {
                    limit: Limit::UnpackedBytes,
                    ..
                }
            ),
            "{error:?}"
        );
        let cell = r#"<table:table-cell office:value="1" table:number-columns-repeated="16384"/>"#;
        let error = read_form(&ods(&format!(
            r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#
        )));
        assert!(
            matches!(
                error,
                Err(IntakeError::TooLarge {
                    limit: Limit::Cells,
                    ..
                })
            ),
            "{error:?}"
        );
    }

    #[test]
    fn an_ods_export() {
        let text = |text: &str| {
            format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
        };
        let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
        let blank = r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/></table:table-row>"#;
        let date = r#"<table:table-cell office:value-type="date" office:date-value="2021-07-21T09:05:12"/>"#.to_owned();
        let number = r#"<table:table-cell office:value-type="float" office:value="1671094107959010"/>"#.to_owned();
        let header = row(&[text("Timestamp"), text("Nama"), text("NIK")]);
        let rows = header
            + blank
            + &row(&[date.clone(), text("Siti"), text("1671094107959001")])
            + &row(&[date, text("Ani"), number]);
        let read = read_form(&ods(&rows)).unwrap();
        assert_eq!(read.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [5, 6]);
        assert_eq!(read.rows[0].1.submitted_at.iso(wib()), "2021-07-21T09:05:12+07:00");
        assert!(matches!(
            read.rows[1].1.nik,
            NikReading::Held {
                flaw: NikFlaw::LastDigitLost,
                ..
            }
        ));
    }

    #[test]
    fn an_xls_export() {
        let cells = [
            (0, 0, "Timestamp"),
            (0, 1, "Nama"),
            (0, 2, "NIK"),
            (2, 0, "21/07/2021 09.05"),
            (2, 1, "Siti"),
            (2, 2, "1671094107959001"),
        ];
        let read = read_form(&xls(&cells)).unwrap();
        assert_eq!((read.rows.len(), read.rows[0].0), (1, 3));
        assert!(read.rows[0].1.trusted_nik().is_some());
    }

    #[test]
    fn an_xls_with_cells_in_opposite_corners_is_refused_before_it_is_read() {
        let error = read_form(&xls(&[(0, 0, "Timestamp"), (65_535, 255, "x")])).unwrap_err();
        assert!(
            matches!(
                error,
                IntakeError::TooLarge {
                    limit: Limit::Cells,
                    found: 16_777_216,
                    ..
                }
            ),
            "{error:?}"
        );
    }

    #[test]
    fn broken_and_foreign_archives_are_named() {
        let good = workbook(false);
        for cut in [10, 100, good.len() / 2, good.len() - 30] {
            let error = read_form(&good[..cut]).unwrap_err();
            assert!(
                matches!(error, IntakeError::BrokenSpreadsheet { .. }),
                "{cut}: {error:?}"
            );
        }
        let error = read_form(&archive(&[("a.txt", "b")])).unwrap_err();
        assert!(matches!(
            error,
            IntakeError::NotATable {
                looks_like: LooksLike::Archive
            }
        ));
        let error = read_form(&archive(&[("word/document.xml", "b")])).unwrap_err();
        assert!(matches!(
            error,
            IntakeError::NotATable {
                looks_like: LooksLike::Document
            }
        ));
    }
}
