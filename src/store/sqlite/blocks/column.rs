//! One column of a block: numbers in as few bytes each as their range in this block needs, all equally many, so that
//! a row is found by its place and a scan is a walk over plain bytes. What is no number stands aside as text.

use super::bytes::{Reader, put_number, put_text};
use crate::store::sqlite::fault::{Outcome, unreadable};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A number below `u64::MAX - 1`.
    Number(u64),
    /// A text that is no number in this column.
    Text(&'a str),
}

/// How cells are counted: nothing, a text, and from here on numbers.
pub const EMPTY: u64 = 0;
pub const TEXT: u64 = 1;
pub const FIRST_NUMBER: u64 = 2;

impl Cell<'_> {
    /// Takes a number that may be missing.
    #[inline]
    pub fn of(number: Option<u64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// So many bytes stand behind the last column of a piece, so that eight can be read from the place of any cell.
pub const PADDING: usize = 8;

/// A column while its block is filled.
#[derive(Debug, Default)]
pub struct ColumnBuilder {
    codes: Vec<u64>,
    others: Vec<u8>,
    other_count: u64,
}

impl ColumnBuilder {
    /// Appends a cell.
    #[inline]
    pub fn push(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Empty => self.codes.push(EMPTY),
            Cell::Number(number) => self.codes.push(number + FIRST_NUMBER),
            Cell::Text(text) => {
                put_number(&mut self.others, self.codes.len() as u64);
                put_text(&mut self.others, text);
                self.other_count += 1;
                self.codes.push(TEXT);
            }
        }
    }

    /// Appends the column to a piece and starts anew.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let (mut lowest, mut least, mut most) = (u64::MAX, u64::MAX, 0);
        for code in &self.codes {
            lowest = lowest.min(*code);
            most = most.max(*code);
            if *code >= FIRST_NUMBER {
                least = least.min(*code);
            }
        }
        // Numbers are counted from the least of them, then every cell from the lowest kind of cell.
        let (base, low) = (
            least.clamp(FIRST_NUMBER, most.max(FIRST_NUMBER)) - FIRST_NUMBER,
            lowest.min(FIRST_NUMBER),
        );
        let high = if most >= FIRST_NUMBER { most - base } else { most };
        let width = (u64::BITS - high.saturating_sub(low).leading_zeros()).div_ceil(8) as usize;
        out.extend_from_slice(&[width as u8, low as u8]);
        put_number(out, base);
        put_number(out, self.other_count);
        out.append(&mut self.others);
        let (start, length) = (out.len(), width * self.codes.len());
        if width > 0 {
            // Eight bytes are written for each cell, and the next cell over those that are too many.
            out.resize(start + length + PADDING, 0);
            let mut rest = &mut out[start..];
            for code in &self.codes {
                let based = if *code >= FIRST_NUMBER { code - base } else { *code };
                if let Some(eight) = rest.first_chunk_mut() {
                    *eight = (based - low).to_le_bytes();
                }
                rest = &mut rest[width..];
            }
            out.truncate(start + length);
        }
        self.codes.clear();
        self.other_count = 0;
    }
}

#[derive(Clone, Copy, Debug)]
struct Other {
    row: usize,
    at: usize,
    length: usize,
}

/// Where a column lies in the bytes of its piece.
#[derive(Clone, Debug)]
pub struct Column {
    at: usize,
    width: usize,
    mask: u64,
    low: u64,
    base: u64,
    others: Vec<Other>,
}

impl Column {
    /// Finds the column that begins where the reader stands, and leaves the reader behind it.
    pub fn open(reader: &mut Reader<'_>, count: usize) -> Outcome<Self> {
        let (width, low) = (usize::from(reader.byte()?), u64::from(reader.byte()?));
        if width > 8 || low > FIRST_NUMBER {
            return Err(unreadable("block"));
        }
        let base = reader.number()?;
        let mut others = Vec::new();
        for _ in 0..reader.number()? {
            let (row, length) = (reader.size()?, reader.size()?);
            let at = reader.place();
            reader.take(length)?;
            others.push(Other { row, at, length });
        }
        let at = reader.place();
        let length = count.checked_mul(width).ok_or_else(|| unreadable("block"))?;
        reader.take(length)?;
        reader.clone().take(PADDING)?;
        let mask = if width == 8 { u64::MAX } else { (1 << (8 * width)) - 1 };
        Ok(Self {
            at,
            width,
            mask,
            low,
            base,
            others,
        })
    }

    /// Returns how a cell is counted: `EMPTY`, `TEXT`, or its number plus `FIRST_NUMBER`.
    #[inline]
    pub fn code(&self, bytes: &[u8], row: usize) -> u64 {
        let at = self.at + row * self.width;
        let eight = bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk)
            .copied()
            .unwrap_or_default();
        self.counted(u64::from_le_bytes(eight))
    }

    /// Returns a cell.
    #[inline]
    pub fn cell<'b>(&self, bytes: &'b [u8], row: usize) -> Outcome<Cell<'b>> {
        Ok(match self.code(bytes, row) {
            EMPTY => Cell::Empty,
            TEXT => Cell::Text(self.text(bytes, row)?),
            code => Cell::Number(code - FIRST_NUMBER),
        })
    }

    /// Returns the number of a cell that holds one.
    #[inline]
    pub fn number(&self, bytes: &[u8], row: usize) -> Option<u64> {
        self.code(bytes, row).checked_sub(FIRST_NUMBER)
    }

    /// Returns every number; 0 for cells that hold none.
    pub fn numbers(&self, bytes: &[u8], count: usize) -> Vec<u64> {
        let codes = self.codes(bytes, count).into_iter();
        codes.map(|code| code.saturating_sub(FIRST_NUMBER)).collect()
    }

    /// Returns how every cell is counted.
    pub fn codes(&self, bytes: &[u8], count: usize) -> Vec<u64> {
        if self.width == 0 {
            return vec![self.code(bytes, 0); count];
        }
        let end = self.at + count * self.width + PADDING;
        let cells = bytes.get(self.at..end).unwrap_or_default();
        let eights = cells.windows(8).step_by(self.width).take(count);
        let raw = eights.map(|eight| eight.first_chunk().copied().map_or(0, u64::from_le_bytes));
        raw.map(|raw| self.counted(raw)).collect()
    }

    #[inline]
    fn counted(&self, raw: u64) -> u64 {
        let code = (raw & self.mask) + self.low;
        match code >= FIRST_NUMBER {
            true => code.wrapping_add(self.base),
            false => code,
        }
    }

    /// Visits the rows whose cell is this number.
    pub fn rows_of(&self, bytes: &[u8], count: usize, number: u64, visit: &mut dyn FnMut(usize)) {
        let sought = number
            .checked_sub(self.base)
            .map(|number| number + FIRST_NUMBER - self.low);
        let Some(sought) = sought.filter(|sought| *sought <= self.mask) else {
            return;
        };
        for row in 0..count {
            let at = self.at + row * self.width;
            let eight = bytes
                .get(at..)
                .and_then(<[u8]>::first_chunk)
                .copied()
                .unwrap_or_default();
            if u64::from_le_bytes(eight) & self.mask == sought {
                visit(row);
            }
        }
    }

    /// Returns the cells that are no numbers, by row.
    pub fn others<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = Outcome<(usize, &'b str)>> {
        self.others
            .iter()
            .map(|other| Ok((other.row, other_text(bytes, other)?)))
    }

    fn text<'b>(&self, bytes: &'b [u8], row: usize) -> Outcome<&'b str> {
        let place = self.others.binary_search_by_key(&row, |other| other.row);
        let other = place.ok().and_then(|place| self.others.get(place));
        other_text(bytes, other.ok_or_else(|| unreadable("block"))?)
    }
}

fn other_text<'b>(bytes: &'b [u8], other: &Other) -> Outcome<&'b str> {
    let text = bytes.get(other.at..other.at + other.length);
    text.and_then(|text| std::str::from_utf8(text).ok())
        .ok_or_else(|| unreadable("block"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(cells: &[Cell<'_>]) -> usize {
        let mut builder = ColumnBuilder::default();
        let mut bytes = vec![9; 3];
        for _ in 0..2 {
            cells.iter().for_each(|cell| builder.push(*cell));
            builder.finish(&mut bytes);
        }
        let length = bytes.len();
        bytes.resize(length + PADDING, 0);
        let mut reader = Reader::at(&bytes, 3);
        for _ in 0..2 {
            let column = Column::open(&mut reader, cells.len()).unwrap();
            let found: Vec<_> = (0..cells.len()).map(|row| column.cell(&bytes, row).unwrap()).collect();
            assert_eq!(found, cells);
            let codes: Vec<u64> = (0..cells.len()).map(|row| column.code(&bytes, row)).collect();
            assert_eq!(column.codes(&bytes, cells.len()), codes);
            for cell in cells {
                if let Cell::Number(number) = cell {
                    let mut rows = Vec::new();
                    column.rows_of(&bytes, cells.len(), *number, &mut |row| rows.push(row));
                    let expected = (0..cells.len()).filter(|row| cells[*row] == *cell);
                    assert_eq!(rows, expected.collect::<Vec<_>>());
                }
            }
        }
        assert_eq!(reader.place(), length);
        length
    }

    #[test]
    fn equal_cells_cost_nothing_and_narrow_ones_little() {
        assert_eq!(check(&[]), check(&[Cell::Number(0); 500]));
        assert!(check(&[Cell::Number(1 << 52); 500]) < 30);
        assert!(check(&[Cell::Empty; 500]) < 30);
        let near: Vec<_> = (0..250).map(|number| Cell::Number((1 << 60) + number)).collect();
        assert!(check(&near) < 2 * 250 + 40);
        check(&[Cell::Number(u64::MAX - 2), Cell::Empty, Cell::Number(0), Cell::Text("")]);
        check(&[Cell::Text("a"), Cell::Text("é\0b")]);
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(cells in proptest::collection::vec(
            prop_oneof![
                Just(None),
                any::<u64>().prop_map(|number| Some(Ok(number / 4))),
                (0..300_u64).prop_map(|number| Some(Ok(number))),
                "\\PC{0,8}".prop_map(|text| Some(Err(text))),
            ],
            0..60,
        )) {
            let cells: Vec<_> = cells.iter().map(|cell| match cell {
                None => Cell::Empty,
                Some(Ok(number)) => Cell::Number(*number),
                Some(Err(text)) => Cell::Text(text),
            }).collect();
            check(&cells);
        }
    }
}
