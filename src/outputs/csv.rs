//! CSV: UTF-8, commas, `\n`; the contract's keys in the first line. No cell of it runs in a spreadsheet.

use super::listing::{Cell, Column, Listing};
use crate::domain::harmless::harmless;
use crate::domain::moment::Zone;
use anyhow::{Result, ensure};
use std::borrow::Cow;
use std::io::Write;

/// Writes a list as bytes.
///
/// # Errors
/// None in practice: memory takes every write.
pub fn bytes(listing: &Listing, zone: Zone) -> Result<Vec<u8>> {
    let mut rows = RowText::begin(&listing.columns, zone)?;
    listing.rows.iter().try_for_each(|row| rows.row(row))?;
    Ok(rows.text.into_bytes())
}

/// Rows as text.
///
/// It sets its quotes as the `csv` library does; a list of hundreds of thousands of people has millions of cells, and
/// nearly all of them can be copied as they are.
pub struct RowText {
    columns: usize,
    zone: Zone,
    text: String,
    /// Where the row begins that was not ended.
    row_start: usize,
    cells_in_row: usize,
}

impl RowText {
    /// Begins without rows, not even that of the keys.
    pub fn bare(columns: usize, zone: Zone) -> Self {
        Self {
            columns,
            zone,
            text: String::new(),
            row_start: 0,
            cells_in_row: 0,
        }
    }

    /// Begins with the row of keys.
    ///
    /// # Errors
    /// There are no columns.
    pub fn begin(columns: &[Column], zone: Zone) -> Result<Self> {
        let mut rows = Self::bare(columns.len(), zone);
        columns.iter().for_each(|column| rows.text(column.key));
        rows.end_row()?;
        Ok(rows)
    }

    /// Returns the rows.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Adds one row, as long as the columns.
    ///
    /// # Errors
    /// The row has another length.
    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        cells.iter().for_each(|cell| self.cell(cell));
        self.end_row()
    }

    /// Adds the next cell of a row.
    #[inline]
    pub fn cell(&mut self, cell: &Cell) {
        match cell.text() {
            Some(text) => self.text(text),
            // Digits, days and moments; a negative count is a number, not a formula.
            None => {
                self.begin_cell();
                cell.push_data(&mut self.text, self.zone);
            }
        }
    }

    /// Adds text as the next cell of a row.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.begin_cell();
        if is_plain(text) {
            self.text.push_str(text);
        } else {
            push_field(&mut self.text, &guarded(text, harmless(text)));
        }
    }

    #[inline]
    fn begin_cell(&mut self) {
        if self.cells_in_row > 0 {
            self.text.push(',');
        }
        self.cells_in_row += 1;
    }

    /// Ends a row of as many cells as there are columns.
    ///
    /// # Errors
    /// The row has another length.
    pub fn end_row(&mut self) -> Result<()> {
        let (cells, columns) = (self.cells_in_row, self.columns);
        ensure!(
            cells == columns,
            "a row of {cells} cells in a list of {columns} columns"
        );
        if self.text.len() == self.row_start {
            // A line without anything would be no row.
            self.text.push_str("\"\"");
        }
        self.text.push('\n');
        (self.row_start, self.cells_in_row) = (self.text.len(), 0);
        Ok(())
    }
}

/// Tells whether a cell can stand in a file as it is: nothing to be made harmless, to be guarded or to be quoted.
#[inline]
fn is_plain(cell: &str) -> bool {
    // All bytes are looked at, so that many can be at once.
    let is_plain = |byte: u8| matches!(byte, 0x20..=0x7e) & (byte != b',') & (byte != b'"');
    cell.bytes().fold(true, |plain, byte| plain & is_plain(byte)) && !would_run(cell)
}

fn push_field(line: &mut String, field: &str) {
    if field.contains([',', '"', '\n', '\r']) {
        line.extend(["\"", &field.replace('"', "\"\""), "\""]);
    } else {
        line.push_str(field);
    }
}

/// Writes rows whose cells must come back as they were (rejected rows, mended and imported again): what a spreadsheet
/// would run gets its apostrophe, and nothing else is touched.
///
/// # Errors
/// The writer fails.
pub fn write_original<H, R, C>(out: impl Write, header: H, rows: R) -> Result<()>
where
    H: IntoIterator<Item: AsRef<str>>,
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item: AsRef<str>>,
{
    let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(out);
    let mut record = |cells: &mut dyn Iterator<Item = String>| -> Result<()> {
        for cell in cells {
            writer.write_field(guarded(&cell, Cow::Borrowed(&cell)).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(())
    };
    record(&mut header.into_iter().map(|cell| cell.as_ref().to_owned()))?;
    for row in rows {
        record(&mut row.into_iter().map(|cell| cell.as_ref().to_owned()))?;
    }
    writer.flush()?;
    Ok(())
}

/// Puts an apostrophe before what a spreadsheet would run, judged both as it was and as it goes out.
fn guarded<'a>(original: &str, text: Cow<'a, str>) -> Cow<'a, str> {
    if would_run(original) || would_run(&text) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

/// Tells whether a spreadsheet would take a cell as a formula.
pub fn would_run(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::listing::Kind;
    use crate::outputs::listing::sample::{listing, zone};
    use proptest::prelude::*;

    #[test]
    fn a_list_is_whole_and_runs_nowhere() {
        let text = String::from_utf8(bytes(&listing(), zone()).unwrap()).unwrap();
        assert_eq!(
            text,
            "nik,name,kk,phone,birth_date,waiting_since,days_waiting,result,note\n\
             1671994107959001,SITI AMINAH,1671990101109001,081299990001,1995-07-01,2021-07-22T09:05:12+07:00,1234,,\
             \"'=HYPERLINK(\"\"http://x\"\")\"\n\
             \"1,67105E+15\",\"BUDI\u{fffd}[2J x\"\"y\",,,,,-5,,'@SUM(1) lagi\n"
        );
    }

    #[test]
    fn every_beginning_that_runs_is_guarded() {
        let table = [
            ("=1", "'=1"),
            ("+62812", "'+62812"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "' x"),
            ("\0x", "'\u{fffd}x"),
        ];
        for (cell, expected) in table {
            assert_eq!(guarded(cell, harmless(cell)), expected, "{cell:?}");
        }
        assert_eq!(guarded("a=1", harmless("a=1")), "a=1");
    }

    #[test]
    fn original_cells_come_back_as_they_were() {
        let mut out = Vec::new();
        let rows = [vec!["=1\u{200b}", "a\"b", ""], vec!["two\nlines", "\tx"]];
        write_original(&mut out, ["NIK ", "Nama", "code"], rows).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "NIK ,Nama,code\n'=1\u{200b},\"a\"\"b\",\n\"two\nlines\",'\tx\n"
        );
    }

    #[test]
    fn a_row_of_one_empty_cell_is_not_lost() {
        let mut out = Vec::new();
        write_original(&mut out, ["a"], [[""]]).unwrap();
        assert_eq!(out, b"a\n\"\"\n");
    }

    #[test]
    fn a_row_is_as_long_as_the_columns_and_never_nothing() {
        let columns = [Column::new("a", "", Kind::Text)];
        let mut rows = RowText::begin(&columns, zone()).unwrap();
        rows.row(&[Cell::Empty]).unwrap();
        rows.row(&[Cell::Text(String::new())]).unwrap();
        assert!(rows.row(&[]).is_err());
        assert!(rows.row(&[Cell::Empty, Cell::Empty]).is_err());
        let mut rows = RowText::begin(&columns, zone()).unwrap();
        rows.row(&[Cell::Empty]).unwrap();
        rows.row(&[Cell::Text(String::new())]).unwrap();
        assert_eq!(rows.as_str(), "a\n\"\"\n\"\"\n");
    }

    proptest! {
        #[test]
        fn quotes_stand_where_the_library_sets_them(cells in prop::collection::vec("[a\"',;\n\r\t =@#é]{0,6}", 1..60)) {
            let columns: Vec<_> = (0..3).map(|_| Column::new("k,", "", Kind::Text)).collect();
            let mut library = ::csv::Writer::from_writer(Vec::new());
            library.write_record(["k,"; 3]).unwrap();
            let mut own = RowText::begin(&columns, zone()).unwrap();
            for row in cells.chunks_exact(3) {
                row.iter().for_each(|cell| own.text(cell));
                own.end_row().unwrap();
                library.write_record(row.iter().map(|cell| guarded(cell, harmless(cell)).into_owned())).unwrap();
            }
            prop_assert_eq!(own.as_str().as_bytes(), library.into_inner().unwrap());
        }

        #[test]
        fn fields_that_were_not_made_harmless_are_quoted_alike(field in "[a\"',\n\r\t =@#é]{1,6}") {
            let (mut own, mut library) = (String::new(), ::csv::Writer::from_writer(Vec::new()));
            push_field(&mut own, &field);
            library.write_record([&field]).unwrap();
            prop_assert_eq!(format!("{own}\n").into_bytes(), library.into_inner().unwrap());
        }
    }
}
