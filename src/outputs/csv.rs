//! CSV: UTF-8, commas, `\n`; the contract's keys in the first line. No cell of it runs in a spreadsheet.

use super::listing::{Cell, Column, Listing};
use crate::domain::harmless::harmless;
use crate::domain::moment::Zone;
use anyhow::Result;
use std::borrow::Cow;
use std::io::Write;

/// Writes a list as bytes.
///
/// # Errors
/// None in practice: memory takes every write.
pub fn bytes(listing: &Listing, zone: Zone) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(64 * (listing.rows.len() + 1));
    write(&mut bytes, listing, zone)?;
    Ok(bytes)
}

/// Writes a list to a writer.
///
/// # Errors
/// The writer fails.
pub fn write(out: impl Write, listing: &Listing, zone: Zone) -> Result<()> {
    let mut rows = Rows::begin(out, &listing.columns, zone)?;
    listing.rows.iter().try_for_each(|row| rows.row(row))?;
    rows.finish()
}

/// A list that is written row by row, for what is too long to be held.
pub struct Rows<W: Write> {
    writer: ::csv::Writer<W>,
    zone: Zone,
    scratch: String,
}

impl<W: Write> Rows<W> {
    /// Writes the line of keys.
    ///
    /// # Errors
    /// The writer fails.
    pub fn begin(out: W, columns: &[Column], zone: Zone) -> Result<Self> {
        let mut writer = ::csv::Writer::from_writer(out);
        writer.write_record(columns.iter().map(|column| column.key))?;
        Ok(Self {
            writer,
            zone,
            scratch: String::new(),
        })
    }

    /// Writes one row, as long as the columns.
    ///
    /// # Errors
    /// The writer fails, or the row has another length.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        cells.iter().try_for_each(|cell| self.cell(cell))?;
        self.end_row()
    }

    /// Writes the next cell of a row.
    ///
    /// # Errors
    /// The writer fails.
    pub fn cell(&mut self, cell: &Cell) -> Result<()> {
        if let Some(text) = cell.text() {
            return self.text(text);
        }
        // Digits, days and moments; a negative count is a number, not a formula.
        self.scratch.clear();
        cell.push_data(&mut self.scratch, self.zone);
        self.writer.write_field(self.scratch.as_bytes())?;
        Ok(())
    }

    /// Writes text as the next cell of a row.
    ///
    /// # Errors
    /// The writer fails.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.writer.write_field(guarded(text, harmless(text)).as_bytes())?;
        Ok(())
    }

    /// Ends a row of as many cells as there are columns.
    ///
    /// # Errors
    /// The writer fails, or the row has another length.
    pub fn end_row(&mut self) -> Result<()> {
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Hands everything over to the writer below.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(mut self) -> Result<()> {
        self.writer.flush()?;
        Ok(())
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
    use crate::outputs::listing::sample::{listing, zone};

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
}
