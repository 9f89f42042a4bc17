//! Spreadsheets as a printer room wants them: frozen heading, filters, widths, A4 with the list's name on every page.
//!
//! The same list and moment give the same bytes: the library would write the system's clock into the file.

mod measure;

use super::listing::{Cell, Kind, Listing};
use crate::domain::harmless::harmless;
use crate::domain::moment::{Moment, Zone};
use crate::messages::Lang;
use anyhow::Result;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use measure::Measures;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};
use std::borrow::Cow;

const A4: u8 = 9;
/// Points; room for a finger and a pen.
const ROW_HEIGHT: f64 = 18.0;
/// Points, for each line of a cell that wraps.
const LINE_HEIGHT: f64 = 15.0;
/// Points; the library and the programs take no more.
const GREATEST_HEIGHT: f64 = 409.0;
/// Text, whatever is typed: a NIK keeps its digits.
const TEXT_FORMAT: &str = "@";
/// What a cell of a spreadsheet can hold.
const LONGEST_CELL: usize = 32_767;
/// From 1 to 9. Twenty lists of a day are packed while a clerk or the night waits.
const COMPRESSION_LEVEL: u8 = 1;
/// What the name of a sheet can hold.
const LONGEST_SHEET_NAME: usize = 31;

struct Formats {
    heading: Format,
    /// Where an operator writes.
    to_fill_in: Format,
    /// Cells that a person adds below: text, so that a NIK keeps its digits.
    added: Format,
    text: Format,
    number: Format,
    day: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        let base = || Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Hair);
        Self {
            heading: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_background_color(0xE7_E6_E6),
            to_fill_in: base().set_num_format(TEXT_FORMAT).set_background_color(0xFF_F9_DB),
            added: Format::new().set_num_format(TEXT_FORMAT),
            text: base().set_num_format(TEXT_FORMAT).set_text_wrap(),
            number: base()
                .set_num_format("#,##0")
                .set_align(FormatAlign::Right)
                .set_indent(1),
            day: base().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            moment: base().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
        }
    }

    fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text | Kind::Hidden => &self.text,
            Kind::Result | Kind::Note | Kind::Verdict => &self.to_fill_in,
            Kind::Number => &self.number,
            Kind::Day => &self.day,
            Kind::Moment => &self.moment,
        }
    }
}

/// Writes a list as bytes; `created_at` stands in the file instead of the system's clock.
///
/// # Errors
/// The list has more rows or columns than a spreadsheet can hold.
pub fn bytes(listing: &Listing, created_at: Moment, zone: Zone, lang: Lang) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION_LEVEL);
    let title = harmless(&listing.title);
    let created = excel_moment(created_at.local(zone))?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(title.as_ref())
            .set_creation_datetime(&created),
    );
    let formats = Formats::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&title))?;
    set_up_page(sheet, &title, lang)?;
    let measures = Measures::of(listing, zone);
    spread_over_pages(sheet, listing, &measures)?;
    for ((index, column), width) in (0..).zip(&listing.columns).zip(&measures.widths) {
        sheet.write_string_with_format(0, index, column.key, &formats.heading)?;
        sheet.set_column_width(index, *width as f64 + 1.0)?;
        if matches!(column.kind, Kind::Text | Kind::Result | Kind::Note | Kind::Verdict) {
            sheet.set_column_format(index, &formats.added)?;
        }
    }
    for (row, cells) in (1..).zip(&listing.rows) {
        for (index, cell) in (0..).zip(cells) {
            write_cell(sheet, (row, index), cell, zone)?;
        }
        let lines = measures.lines(cells, zone);
        if lines > 1 {
            sheet.set_row_height(row, (lines as f64 * LINE_HEIGHT).min(GREATEST_HEIGHT))?;
        }
    }
    format_cells(sheet, listing, &formats)?;
    offer_words(sheet, listing, lang)?;
    let (last_row, last_column) = (
        u32::try_from(listing.rows.len())?,
        u16::try_from(listing.columns.len())?,
    );
    if last_column > 0 {
        sheet.autofilter(0, 0, last_row, last_column - 1)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Formats the cells of each column at once, the empty ones too: the library looks a format up by all its parts, which
/// costs more than writing a cell.
fn format_cells(sheet: &mut Worksheet, listing: &Listing, formats: &Formats) -> Result<()> {
    let last = u32::try_from(listing.rows.len())?;
    if last == 0 {
        return Ok(());
    }
    for (index, column) in (0..).zip(&listing.columns) {
        sheet.set_range_format(1, index, last, index, formats.of(column.kind))?;
    }
    Ok(())
}

fn set_up_page(sheet: &mut Worksheet, title: &str, lang: Lang) -> Result<()> {
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_default_row_height(ROW_HEIGHT);
    sheet.set_margins(0.4, 0.4, 0.8, 0.6, 0.3, 0.3);
    // "&" begins a code in a header; doubled it is itself. A header holds 255 characters.
    let name: String = title.chars().take(100).collect::<String>().replace('&', "&&");
    sheet.set_header(format!("&L&\"-,Bold\"{name}"));
    sheet.set_footer(match lang {
        Lang::Id => "&RHalaman &P dari &N",
        Lang::En => "&RPage &P of &N",
    });
    Ok(())
}

/// Keeps what is printed readable: a wide list goes over several pages, with its first two columns on each.
fn spread_over_pages(sheet: &mut Worksheet, listing: &Listing, measures: &Measures) -> Result<()> {
    let pages = measures.pages_wide();
    sheet.set_print_fit_to_pages(pages, 0);
    if pages > 1 && listing.columns.len() > 2 {
        // Across first, so that the pages of one row follow each other.
        sheet.set_page_order(false).set_repeat_columns(0, 1)?;
    }
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, zone: Zone) -> Result<()> {
    match cell {
        Cell::Empty => return Ok(()),
        // Counts stay far below 2^53, where a spreadsheet's numbers end.
        Cell::Count(count) => sheet.write_number(row, column, *count as f64)?,
        Cell::Day(day) => sheet.write_datetime(row, column, &excel_day(*day)?)?,
        Cell::Moment(moment) => sheet.write_datetime(row, column, &excel_moment(moment.local(zone))?)?,
        Cell::Text(_) | Cell::Nik(_) | Cell::Kk(_) | Cell::Phone(_) => {
            let text = cell.data(zone);
            sheet.write_string(row, column, fitting(&harmless(&text)))?
        }
    };
    Ok(())
}

/// Lets a person choose the answer from the words that are understood when the file comes back.
fn offer_words(sheet: &mut Worksheet, listing: &Listing, lang: Lang) -> Result<()> {
    let last = u32::try_from(listing.rows.len())?;
    for (index, column) in (0..).zip(&listing.columns) {
        let words: &[&str] = match (column.kind, lang) {
            (Kind::Result, Lang::Id) => &["cetak", "rusak", "gagal"],
            (Kind::Result, Lang::En) => &["printed", "spoiled", "not_printed"],
            (Kind::Verdict, Lang::Id) => &["sama", "beda"],
            (Kind::Verdict, Lang::En) => &["same", "different"],
            (Kind::Hidden, _) => {
                sheet.set_column_hidden(index)?;
                continue;
            }
            _ => continue,
        };
        if last > 0 {
            let choice = DataValidation::new().allow_list_strings(words)?;
            sheet.add_data_validation(1, index, last, index, &choice)?;
        }
    }
    Ok(())
}

fn sheet_name(title: &str) -> String {
    let allowed = |letter: &char| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let name = cut(title.chars().filter(allowed), LONGEST_SHEET_NAME);
    if name.trim().is_empty() || name.eq_ignore_ascii_case("history") {
        "cetak".into()
    } else {
        name
    }
}

/// Takes as much of a text as a cell has room for; a letter has no fewer bytes than units.
fn fitting(text: &str) -> Cow<'_, str> {
    match text.len() <= LONGEST_CELL {
        true => Cow::Borrowed(text),
        false => Cow::Owned(cut(text.chars(), LONGEST_CELL)),
    }
}

/// Takes as many letters as a spreadsheet has room for: it counts in UTF-16, where some letters are two.
fn cut(letters: impl Iterator<Item = char>, most_units: usize) -> String {
    let mut left = most_units;
    letters
        .take_while(|letter| {
            let fits = letter.len_utf16() <= left;
            left -= letter.len_utf16().min(left);
            fits
        })
        .collect()
}

fn excel_day(day: NaiveDate) -> Result<ExcelDateTime> {
    Ok(ExcelDateTime::from_ymd(
        u16::try_from(day.year())?,
        u8::try_from(day.month())?,
        u8::try_from(day.day())?,
    )?)
}

fn excel_moment(local: NaiveDateTime) -> Result<ExcelDateTime> {
    let time = local.time();
    Ok(excel_day(local.date())?.and_hms(
        u16::try_from(time.hour())?,
        u8::try_from(time.minute())?,
        u8::try_from(time.second())?,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::listing::sample::{listing, zone};
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    fn written(lang: Lang) -> Vec<u8> {
        bytes(&listing(), Moment::from_seconds(1_626_966_000), zone(), lang).unwrap()
    }

    #[test]
    fn the_same_list_and_moment_give_the_same_bytes() {
        let first = written(Lang::Id);
        assert_eq!(first, written(Lang::Id));
        assert_ne!(
            first,
            bytes(&listing(), Moment::from_seconds(1_626_966_001), zone(), Lang::Id).unwrap()
        );
    }

    #[test]
    fn numbers_of_people_are_text_and_dates_are_dates() {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written(Lang::En))).unwrap();
        let name = book.sheet_names()[0].clone();
        assert_eq!(name, "Daftar cetak 2021-07-23 & <ibra");
        let range = book.worksheet_range(&name).unwrap();
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!(cell(0, 0), Data::String("nik".into()));
        assert_eq!(cell(1, 0), Data::String("1671994107959001".into()));
        assert_eq!(cell(1, 2), Data::String("1671990101109001".into()));
        assert_eq!(cell(1, 3), Data::String("081299990001".into()));
        assert!(matches!(cell(1, 4), Data::DateTime(_)));
        assert!(matches!(cell(1, 5), Data::DateTime(_)));
        assert_eq!(cell(1, 6), Data::Float(1234.0));
        assert_eq!(cell(1, 8), Data::String("=HYPERLINK(\"http://x\")".into()));
        assert_eq!(cell(2, 1), Data::String("BUDI\u{fffd}[2J x\"y".into()));
    }

    #[test]
    fn a_sheets_name_is_allowed() {
        assert_eq!(sheet_name("a/b:c[d]"), "abcd");
        assert_eq!(sheet_name("'?*"), "cetak");
        assert_eq!(sheet_name(&"x".repeat(50)).len(), 31);
        assert_eq!(sheet_name(&"\u{1d49c}".repeat(50)).chars().count(), 15);
    }
}
