//! One sheet in memory: its cells as text, packed, and its rows in the form that all readers share.
//!
//! Knows no spreadsheet format. Blank cells at the end of a row and blank rows take no room.

use crate::intake::records::judge_width;
use crate::intake::rows::{Cut, Place, Row, Rows};
use std::io;

/// One sheet, its cells as text, row after row.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    name: String,
    text: String,
    cells: Vec<(u32, u32)>,
    lost: Vec<bool>,
    rows: Vec<SheetRow>,
}

/// Where a row's cells stand.
#[derive(Clone, Copy, Debug)]
struct SheetRow {
    line: u64,
    first: usize,
    count: usize,
}

impl Sheet {
    /// Makes an empty sheet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a cell at a row and column (both from 0); cells come row by row, from left to right.
    ///
    /// Returns false where the cell stands out of order and was left out.
    pub fn push(&mut self, row: u32, column: u32, text: &str, lost: bool) -> bool {
        let line = u64::from(row) + 1;
        match self.rows.last() {
            Some(last) if last.line > line => return false,
            Some(last) if last.line == line => {}
            _ => self.rows.push(SheetRow {
                line,
                first: self.cells.len(),
                count: 0,
            }),
        }
        let Some(last) = self.rows.last_mut() else { return false };
        if (column as usize) < last.count {
            return false;
        }
        let end = self.text.len() as u32;
        while last.count < column as usize {
            self.cells.push((end, end));
            self.lost.push(false);
            last.count += 1;
        }
        self.text.push_str(text);
        self.cells.push((end, self.text.len() as u32));
        self.lost.push(lost);
        last.count += 1;
        true
    }

    /// Returns how many cells it holds.
    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }

    /// Returns how many bytes of text it holds.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    fn row(&self, row: &SheetRow) -> Row<'_> {
        let range = row.first..row.first + row.count;
        let place = Place {
            line: row.line,
            offset: 0,
        };
        Row::new(place, &self.text, &self.cells[range.clone()], &self.lost[range])
    }

    /// Returns the first rows that are not blank, with their lines.
    pub fn first_rows(&self, count: usize) -> Vec<(u64, Vec<String>)> {
        let rows = self
            .rows
            .iter()
            .map(|row| self.row(row))
            .filter(|row| !row.is_blank_from(0));
        rows.take(count).map(|row| (row.place.line, row.to_cells())).collect()
    }

    /// Returns the rows from a line on, each brought to `width` cells.
    pub fn rows(&self, from_line: u64, width: usize) -> SheetRows<'_> {
        let next = self.rows.partition_point(|row| row.line < from_line);
        SheetRows {
            sheet: self,
            next,
            width,
            cells: Vec::new(),
            lost: Vec::new(),
        }
    }
}

/// Data rows of a sheet.
pub struct SheetRows<'a> {
    sheet: &'a Sheet,
    next: usize,
    width: usize,
    cells: Vec<(u32, u32)>,
    lost: Vec<bool>,
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self) -> io::Result<Option<Cut<'_>>> {
        let row = loop {
            let Some(row) = self.sheet.rows.get(self.next) else {
                return Ok(None);
            };
            self.next += 1;
            let row = self.sheet.row(row);
            if !row.is_blank_from(0) {
                break row;
            }
        };
        if row.len() >= self.width {
            return Ok(Some(judge_width(row, self.width, true)));
        }
        // A sheet does not keep the blank cells at the end of a row.
        let stored = self.sheet.rows[self.next - 1];
        self.cells.clear();
        self.cells
            .extend_from_slice(&self.sheet.cells[stored.first..stored.first + stored.count]);
        self.cells.resize(self.width, (0, 0));
        self.lost.clear();
        self.lost
            .extend_from_slice(&self.sheet.lost[stored.first..stored.first + stored.count]);
        let padded = Row::new(row.place, &self.sheet.text, &self.cells, &self.lost);
        Ok(Some(judge_width(padded, self.width, true)))
    }
}
