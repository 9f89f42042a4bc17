//! A table as the readers see it, whatever file it came from: row after row of cells, each with its place.
//!
//! Knows no column and no file format.

use crate::intake::report::RejectCode;
use crate::intake::traces::Hint;
use std::io;

/// Where a record starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1-based line, as an editor counts; the row of a spreadsheet.
    pub line: u64,
    /// Byte offset in the decoded text; in the file where that is UTF-8.
    pub offset: u64,
}

/// Cells of one row, borrowed until the next is read.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Where it starts.
    pub place: Place,
    text: &'a [u8],
    /// The same, where all of it is UTF-8: looked at once, not cell by cell.
    utf8: Option<&'a str>,
    cells: &'a [(u32, u32)],
    lost: &'a [bool],
    is_plain: bool,
    is_line: bool,
}

impl<'a> Row<'a> {
    /// Makes a row of cells that stand in `text` at `cells`; `lost` marks numbers whose last digits are not sure.
    pub fn new(place: Place, text: &'a str, cells: &'a [(u32, u32)], lost: &'a [bool]) -> Self {
        Self {
            place,
            text: text.as_bytes(),
            utf8: Some(text),
            cells,
            lost,
            is_plain: false,
            is_line: false,
        }
    }

    /// Makes a row of bytes that may not be UTF-8, and may not be asked for.
    pub fn of_bytes(place: Place, text: &'a [u8], cells: &'a [(u32, u32)]) -> Self {
        Self {
            place,
            text,
            utf8: None,
            cells,
            lost: &[],
            is_plain: false,
            is_line: false,
        }
    }

    /// Says that the row is a line which nothing but itself told how to cut, and its text all of it.
    pub fn as_line(self) -> Self {
        Self { is_line: true, ..self }
    }

    /// Returns the line as it stands in the file, where nothing else told how to cut it.
    pub fn line(&self) -> Option<&'a [u8]> {
        self.is_line.then_some(self.text)
    }

    /// Says whether the row is known to be plain (see [`Row::is_plain`]).
    pub fn known_as(self, is_plain: bool) -> Self {
        Self { is_plain, ..self }
    }

    /// Tells whether nothing in any cell needs cleaning: visible ASCII with single spaces within, and neither quotes,
    /// apostrophes nor equals signs. False where nobody looked.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Looks whether the row is UTF-8, so that its cells need not be looked at one by one.
    pub fn as_text(self) -> Self {
        Self {
            utf8: std::str::from_utf8(self.text).ok(),
            ..self
        }
    }

    /// Returns the number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Tells whether the row has no cells.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Returns a cell's bytes as they stand; nothing beyond the last.
    pub fn bytes(&self, index: usize) -> &'a [u8] {
        let Some((start, end)) = self.cells.get(index) else {
            return b"";
        };
        self.text.get(*start as usize..*end as usize).unwrap_or(b"")
    }

    /// Returns a cell as text; nothing where it is not UTF-8 (see [`Row::is_text`]).
    pub fn cell(&self, index: usize) -> &'a str {
        let Some(text) = self.utf8 else {
            return std::str::from_utf8(self.bytes(index)).unwrap_or("");
        };
        let Some((start, end)) = self.cells.get(index) else {
            return "";
        };
        text.get(*start as usize..*end as usize).unwrap_or("")
    }

    /// Returns the length of the stretch of text in which the cells stand.
    pub fn extent_bytes(&self) -> usize {
        match (self.cells.first(), self.cells.last()) {
            (Some(first), Some(last)) => last.1.saturating_sub(first.0) as usize,
            _ => 0,
        }
    }

    /// Returns the length of the longest cell.
    pub fn longest_bytes(&self) -> usize {
        self.cells
            .iter()
            .map(|(start, end)| (end - start) as usize)
            .max()
            .unwrap_or(0)
    }

    /// Tells whether a NUL stands in the row.
    pub fn has_nul(&self) -> bool {
        // Sheets keep all their text together, so only the stretch of this row is looked at.
        let (Some(first), Some(last)) = (self.cells.first(), self.cells.last()) else {
            return false;
        };
        self.text
            .get(first.0 as usize..last.1.max(first.0) as usize)
            .is_some_and(|text| text.contains(&0))
    }

    /// Tells whether every cell is UTF-8.
    pub fn is_text(&self) -> bool {
        (0..self.len()).all(|at| std::str::from_utf8(self.bytes(at)).is_ok())
    }

    /// Tells whether the cell is a spreadsheet number that has lost digits, or may have.
    pub fn lost_digits(&self, index: usize) -> bool {
        self.lost.get(index).copied().unwrap_or(false)
    }

    /// Tells whether all cells from `index` on are blank.
    pub fn is_blank_from(&self, index: usize) -> bool {
        (index..self.len()).all(|at| self.bytes(at).trim_ascii().is_empty())
    }

    /// Copies the cells out.
    pub fn to_cells(&self) -> Vec<String> {
        (0..self.len())
            .map(|at| String::from_utf8_lossy(self.bytes(at)).into_owned())
            .collect()
    }
}

/// What stands next in a table.
#[derive(Clone, Copy, Debug)]
pub enum Cut<'a> {
    /// A row with the expected number of cells.
    Whole(Row<'a>),
    /// A row that cannot be used, and why.
    Broken(Row<'a>, RejectCode),
}

/// What a pass over a file meets.
#[derive(Clone, Copy, Debug)]
pub enum Met<'a> {
    /// A row that was cut.
    Cut(Cut<'a>),
    /// A row whose line is known, so that it need not be.
    Known(KnownRow),
}

impl<'a> Met<'a> {
    /// Returns the row that was cut.
    #[cfg(test)]
    pub(crate) fn cut(self) -> Option<Cut<'a>> {
        match self {
            Self::Cut(cut) => Some(cut),
            Self::Known(_) => None,
        }
    }
}

/// A row that an earlier night read from the same line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRow {
    /// 1-based line, as an editor counts.
    pub line: u64,
    /// The number of its trace.
    pub number: u32,
    /// What the survey hears of it.
    pub hint: Hint,
}

/// A table, row by row; blank rows are left out.
pub trait Rows {
    /// Returns the next row.
    ///
    /// # Errors
    /// Fails when the file cannot be read on; a broken row is no error.
    fn next_row(&mut self) -> io::Result<Option<Cut<'_>>>;

    /// Tells whether what was read so far would read otherwise if the file went on (a quote open at its end).
    fn depends_on_end(&self) -> bool {
        false
    }
}
