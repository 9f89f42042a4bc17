//! Rows on their way into blocks: each one packed into few bytes, many of them in one stretch of memory.
//!
//! A row is packed in the order of the pieces of its kind: for each the bytes that stand as they are, then the cells. A
//! cell is a byte that says how many bytes follow, and those of its number, the lowest first: they are read at once.

use super::bytes::{Reader, put_number, put_text};
use super::column::Cell;
use super::merge::Fresh;
use super::names::NameCell;
use super::{Block, BlockBuilder};
use crate::store::sqlite::fault::{Outcome, unreadable};
use std::ops::Range;

/// What the first byte of a cell says: nothing follows, a text, or from here on the bytes of a number.
const EMPTY: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;

/// Packs rows, cell by cell.
#[derive(Debug, Default)]
pub struct Packer {
    bytes: Vec<u8>,
}

impl Packer {
    /// Appends bytes as they are.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends a cell.
    #[inline]
    pub fn cell(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Empty => self.bytes.push(EMPTY),
            Cell::Number(number) => {
                let length = (u64::BITS - number.leading_zeros()).div_ceil(8) as usize;
                let mut nine = [0; 9];
                nine[0] = NUMBER + length as u8;
                nine[1..].copy_from_slice(&number.to_le_bytes());
                // All nine, and back again: so many bytes as are known beforehand are copied without a call.
                let start = self.bytes.len();
                self.bytes.extend_from_slice(&nine);
                self.bytes.truncate(start + 1 + length);
            }
            Cell::Text(text) => {
                self.bytes.push(TEXT);
                put_text(&mut self.bytes, text);
            }
        }
    }

    /// Appends a name.
    #[inline]
    pub fn name(&mut self, name: NameCell<'_>) {
        match name {
            NameCell::Words(coded) => {
                put_number(&mut self.bytes, coded.len() as u64);
                self.bytes.extend_from_slice(coded);
            }
            NameCell::Whole(name) => {
                put_number(&mut self.bytes, 0);
                put_text(&mut self.bytes, name);
            }
        }
    }

    /// Returns what was packed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was packed.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// Reads a cell of a packed row.
#[inline]
pub fn read_cell<'b>(reader: &mut Reader<'b>) -> Outcome<Cell<'b>> {
    Ok(match reader.byte()? {
        EMPTY => Cell::Empty,
        TEXT => Cell::Text(reader.text()?),
        tag => Cell::Number(reader.low_bytes(usize::from(tag - NUMBER))?),
    })
}

/// Reads a name of a packed row.
#[inline]
pub fn read_name<'b>(reader: &mut Reader<'b>) -> Outcome<NameCell<'b>> {
    Ok(match reader.size()? {
        0 => NameCell::Whole(reader.text()?),
        length => NameCell::Words(reader.take(length)?),
    })
}

/// Bytes of memory that are asked for at once; doubling one large vector would need it three times over.
const CHUNK_BYTES: usize = 1 << 18;

/// So many rows tell how the NIKs are spread.
const SAMPLE_ROWS: usize = 1 << 12;

/// Into so many ranges of NIKs rows are parted: what is later read together then lies together, and in the cache.
const RANGES: usize = 1 << 6;

/// Many packed rows in memory.
#[derive(Debug, Default)]
pub struct PackedRows {
    chunks: Vec<Vec<u8>>,
    /// Where each range of NIKs but the first begins, once there is a sample.
    ranges: Vec<u64>,
    /// The chunk that each range is being written into.
    open: Vec<usize>,
    /// The rows as they came, until they are put in order.
    index: Vec<Place>,
    next: usize,
}

/// Whose a row is, and where it lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    nik: u64,
    chunk: u32,
    at: u32,
}

impl PackedRows {
    /// Tells how many rows there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Appends a row.
    pub fn push(&mut self, nik: u64, row: &[u8]) {
        if self.index.len() == SAMPLE_ROWS {
            self.part();
        }
        let needed = row.len() + 10;
        let range = self.ranges.partition_point(|start| *start <= nik);
        let has_room = |chunk: &&Vec<u8>| chunk.len() + needed <= chunk.capacity();
        let open = self.open.get(range).copied();
        let number = match open.filter(|open| self.chunks.get(*open).as_ref().is_some_and(has_room)) {
            Some(open) => open,
            None => self.open_chunk(range, CHUNK_BYTES.max(needed)),
        };
        let chunk = &mut self.chunks[number];
        self.index.push(Place {
            nik,
            chunk: number as u32,
            at: chunk.len() as u32,
        });
        put_number(chunk, row.len() as u64);
        chunk.extend_from_slice(row);
    }

    /// Parts the NIKs into ranges; from now on each has chunks of its own.
    fn part(&mut self) {
        let mut niks: Vec<u64> = self.index.iter().map(|place| place.nik).collect();
        niks.sort_unstable();
        self.ranges = niks.into_iter().step_by(SAMPLE_ROWS / RANGES).skip(1).collect();
        self.open.clear();
    }

    fn open_chunk(&mut self, range: usize, bytes: usize) -> usize {
        let number = self.chunks.len();
        self.chunks.push(Vec::with_capacity(bytes));
        if self.open.len() <= range {
            self.open.resize(range + 1, usize::MAX);
        }
        self.open[range] = number;
        number
    }

    fn row(&self, place: Place) -> Outcome<&[u8]> {
        let chunk = self.chunks.get(place.chunk as usize).ok_or_else(|| unreadable("row"))?;
        let mut reader = Reader::at(chunk, place.at as usize);
        let length = reader.size()?;
        reader.take(length)
    }

    /// Returns the NIK of a row by its place in the order.
    pub fn nik(&self, at: usize) -> Option<u64> {
        self.index.get(at).map(|place| place.nik)
    }

    /// Returns a row and its NIK.
    pub fn at(&self, at: usize) -> Outcome<Option<(u64, &[u8])>> {
        let Some(place) = self.index.get(at) else {
            return Ok(None);
        };
        Ok(Some((place.nik, self.row(*place)?)))
    }

    /// Keeps only these rows, by their numbers as they came, in this order. Tells whether their NIKs ascend, as they must.
    pub fn choose(&mut self, numbers: &[u32]) -> bool {
        let chosen: Option<Vec<Place>> = numbers
            .iter()
            .map(|number| self.index.get(*number as usize).copied())
            .collect();
        self.index = chosen.unwrap_or_default();
        self.index.len() == numbers.len() && self.index.is_sorted_by(|one, other| one.nik < other.nik)
    }

    /// Puts the rows in order: by NIK, then by `order`, then as they came.
    pub fn sort<K: Ord>(&mut self, order: impl Fn(&[u8]) -> Outcome<K>) -> Outcome<()> {
        let mut index = std::mem::take(&mut self.index);
        index.sort_unstable_by_key(|place| (place.nik, place.chunk, place.at));
        for same in index.chunk_by_mut(|one, other| one.nik == other.nik) {
            if same.len() > 1 {
                let mut keyed = Vec::with_capacity(same.len());
                for place in same.iter() {
                    keyed.push((order(self.row(*place)?)?, *place));
                }
                keyed.sort_by(|one, other| one.0.cmp(&other.0));
                for (place, (_, sorted)) in same.iter_mut().zip(keyed) {
                    *place = sorted;
                }
            }
        }
        self.index = index;
        Ok(())
    }

    /// Keeps only the rows that are wanted; they are asked for in their order.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&Waiting<'_>) -> Outcome<bool>) -> Outcome<()> {
        let mut kept = std::mem::take(&mut self.index);
        let mut count = 0;
        for at in 0..kept.len() {
            let place = kept[at];
            let is_neighbour = |other: Option<&Place>| other.is_some_and(|other| other.nik == place.nik);
            let waiting = Waiting {
                rows: self,
                place,
                is_alone: !is_neighbour(at.checked_sub(1).and_then(|at| kept.get(at)))
                    && !is_neighbour(kept.get(at + 1)),
            };
            if is_wanted(&waiting)? {
                kept[count] = place;
                count += 1;
            }
        }
        kept.truncate(count);
        self.index = kept;
        Ok(())
    }
}

/// A row that waits, and is looked at only where something depends on it: it lies anywhere in memory.
pub struct Waiting<'a> {
    rows: &'a PackedRows,
    place: Place,
    /// No other row that waits has this NIK.
    pub is_alone: bool,
}

impl Waiting<'_> {
    /// Returns the NIK.
    pub fn nik(&self) -> u64 {
        self.place.nik
    }

    /// Returns the packed row.
    pub fn row(&self) -> Outcome<&[u8]> {
        self.rows.row(self.place)
    }
}

/// Sorted rows as a stream into blocks, with the order of two rows of one NIK.
pub struct Sorted<'a, F> {
    rows: &'a mut PackedRows,
    precedes: F,
}

impl PackedRows {
    /// Gives all rows, in each of them some cells of the last piece changed.
    pub fn all<'a>(&'a self, changes: &'a [(usize, Cell<'a>)]) -> Run<'a> {
        Run { rows: self, changes }
    }

    /// Streams the rows; `precedes` tells whether a packed row stands before a row of a block with the same NIK.
    pub fn stream<F: Fn(&[u8], &Block, usize) -> Outcome<bool>>(&mut self, precedes: F) -> Sorted<'_, F> {
        Sorted { rows: self, precedes }
    }
}

impl<F: Fn(&[u8], &Block, usize) -> Outcome<bool>> Fresh for Sorted<'_, F> {
    fn nik(&self) -> Option<u64> {
        self.rows.index.get(self.rows.next).map(|place| place.nik)
    }

    fn precedes(&self, block: &Block, row: usize) -> Outcome<bool> {
        match self.rows.index.get(self.rows.next) {
            Some(place) => (self.precedes)(self.rows.row(*place)?, block, row),
            None => Ok(false),
        }
    }

    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()> {
        if let Some(place) = self.rows.index.get(self.rows.next).copied() {
            builder.push_packed(place.nik, self.rows.row(place)?, &[])?;
            self.rows.next += 1;
        }
        Ok(())
    }

    fn all(&self) -> Option<Run<'_>> {
        Some(self.rows.all(&[]))
    }
}

/// Sorted rows, all of them new.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    rows: &'a PackedRows,
    changes: &'a [(usize, Cell<'a>)],
}

/// Rows that are asked for at once: each lies anywhere in memory, and to wait for many takes little longer than for one.
const HANDFUL: usize = 32;

impl Run<'_> {
    /// Tells how many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Cuts the rows into blocks; a NIK is never divided.
    pub fn cuts(&self, block_rows: usize) -> Vec<Range<usize>> {
        let index = &self.rows.index;
        let (mut cuts, mut start) = (Vec::new(), 0);
        while start < index.len() {
            let mut end = index.len().min(start + block_rows);
            while end < index.len() && index[end].nik == index[end - 1].nik {
                end += 1;
            }
            cuts.push(start..end);
            start = end;
        }
        cuts
    }

    /// Puts some of the rows into a block.
    pub fn put(&self, rows: Range<usize>, builder: &mut BlockBuilder) -> Outcome<()> {
        let mut found: [&[u8]; HANDFUL] = [&[]; HANDFUL];
        for handful in self.rows.index.get(rows).unwrap_or_default().chunks(HANDFUL) {
            for (row, place) in found.iter_mut().zip(handful) {
                *row = self.rows.row(*place)?;
            }
            for (row, place) in found.iter().zip(handful) {
                builder.push_packed(place.nik, row, self.changes)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_order_wherever_they_lie() {
        let mut rows = PackedRows::default();
        let nik = |at: usize| 1_671_000_000_000_000 + (at as u64 * 7_919) % 5_000;
        let text = |at: usize| {
            format!(
                "{at} {}",
                "x".repeat(if at == 9_000 { CHUNK_BYTES + 9 } else { at % 90 })
            )
        };
        let count = 3 * SAMPLE_ROWS;
        for at in 0..count {
            rows.push(nik(at), text(at).as_bytes());
        }
        assert_eq!(rows.ranges.len(), RANGES - 1);
        let mut expected: Vec<usize> = (0..count).collect();
        expected.sort_by_key(|at| nik(*at));
        rows.sort(|_| Ok(0)).unwrap();
        for (place, at) in expected.iter().enumerate() {
            assert_eq!(rows.at(place).unwrap(), Some((nik(*at), text(*at).as_bytes())));
        }
        assert_eq!(rows.at(count).unwrap(), None);
    }

    #[test]
    fn chosen_rows_must_ascend() {
        let rows = |numbers: &[u32]| {
            let mut rows = PackedRows::default();
            [3, 1, 2, 1].iter().for_each(|nik| rows.push(*nik, &[*nik as u8]));
            rows.choose(numbers)
                .then(|| rows.at(0).unwrap().map(|(_, row)| row.to_vec()))
        };
        assert_eq!(rows(&[3, 2, 0]), Some(Some(vec![1])));
        assert_eq!(rows(&[]), Some(None));
        for wrong in [&[0, 1][..], &[1, 3], &[4]] {
            assert_eq!(rows(wrong), None);
        }
    }
}
