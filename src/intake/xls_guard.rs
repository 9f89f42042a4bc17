//! A look into an old Excel file before its library may read it: how many cells would its sheets take?
//!
//! The library makes one dense block of each sheet, so two cells in opposite corners ask for 16.7 million. This walks
//! the container's sectors and the workbook's records, and keeps nothing but the corners.

use crate::intake::error::{IntakeError, Limit, LooksLike};
use crate::intake::source::Source;
use crate::intake::unpacking::Allowance;
use std::io::Read;

/// How large such a file may be: it is held in memory.
pub const MAX_XLS_BYTES: u64 = 128 << 20;

const END_OF_CHAIN: u32 = 0xFFFF_FFF0;
const SMALL_STREAM_BYTES: u64 = 4096;

/// Checks an old Excel file.
///
/// # Errors
/// Refuses what would take too much memory, what is under a password, and what is broken.
pub fn check(source: &Source) -> Result<(), IntakeError> {
    if source.bytes() > MAX_XLS_BYTES {
        let (allowed, found) = (MAX_XLS_BYTES, source.bytes());
        return Err(IntakeError::TooLarge {
            limit: Limit::FileBytes,
            allowed,
            found,
        });
    }
    let mut bytes = Vec::new();
    let io = |error| IntakeError::Io {
        path: source.path().to_owned(),
        source: error,
    };
    source.reader_at(0)?.read_to_end(&mut bytes).map_err(io)?;
    let container = Compound::open(&bytes).ok_or_else(broken)?;
    if container.stream("EncryptedPackage").is_some() {
        return Err(IntakeError::NotATable {
            looks_like: LooksLike::Encrypted,
        });
    }
    if container.stream("WordDocument").is_some() {
        return Err(IntakeError::NotATable {
            looks_like: LooksLike::Document,
        });
    }
    let workbook = container
        .stream("Workbook")
        .or_else(|| container.stream("Book"))
        .ok_or_else(broken)?;
    let (allowance, found) = (Allowance::of(source.bytes()), needed(&workbook));
    let within = |limit, found: u64, allowed: u64| match found > allowed {
        true => Err(IntakeError::TooLarge { limit, allowed, found }),
        false => Ok(()),
    };
    within(Limit::Cells, found.cells, allowance.cells)?;
    within(Limit::UnpackedBytes, found.text_bytes, allowance.text_bytes)
}

fn broken() -> IntakeError {
    IntakeError::BrokenSpreadsheet {
        detail: "no workbook in the compound file".to_owned(),
    }
}

/// A compound file: a file system of sectors in a file.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small_sectors: Vec<u8>,
    folder: Vec<u8>,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        let sector_bytes = match shift {
            9 | 12 => 1_usize << shift,
            _ => return None,
        };
        let mut file = Self {
            bytes,
            sector_bytes,
            table: Vec::new(),
            small_table: Vec::new(),
            small_sectors: Vec::new(),
            folder: Vec::new(),
        };
        let mut places: Vec<u32> = (0..109).filter_map(|at| u32_at(bytes, 76 + at * 4)).collect();
        let mut next = u32_at(bytes, 68)?;
        let most = bytes.len() / sector_bytes + 1;
        for _ in 0..most {
            let Some(sector) = file.sector(next) else { break };
            let numbers = sector.len() / 4;
            places.extend((0..numbers - 1).filter_map(|at| u32_at(sector, at * 4)));
            next = u32_at(sector, (numbers - 1) * 4)?;
        }
        for place in places.into_iter().take(most) {
            let Some(sector) = file.sector(place) else { continue };
            let entries: Vec<u32> = (0..sector.len() / 4).filter_map(|at| u32_at(sector, at * 4)).collect();
            file.table.extend(entries);
        }
        file.folder = file.chain(u32_at(bytes, 48)?);
        let small_table = file.chain(u32_at(bytes, 60)?);
        file.small_table = (0..small_table.len() / 4)
            .filter_map(|at| u32_at(&small_table, at * 4))
            .collect();
        let root = u32_at(&file.folder, 116)?;
        file.small_sectors = file.chain(root);
        Some(file)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        if number >= END_OF_CHAIN {
            return None;
        }
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector_bytes)?;
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| sector.len() >= 4)
    }

    /// Puts the sectors of a chain together; a chain that runs in a circle ends with the file's length.
    fn chain(&self, first: u32) -> Vec<u8> {
        let (mut data, mut next) = (Vec::new(), first);
        while data.len() <= self.bytes.len() {
            let Some(sector) = self.sector(next) else { break };
            data.extend_from_slice(sector);
            next = self.table.get(next as usize).copied().unwrap_or(END_OF_CHAIN);
        }
        data
    }

    fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let entry = self
            .folder
            .chunks_exact(128)
            .find(|entry| u16_at(entry, 64) == u16::try_from(wanted.len() + 2).ok() && entry.starts_with(&wanted))?;
        let (first, size) = (u32_at(entry, 116)?, u64::from(u32_at(entry, 120)?));
        if size >= SMALL_STREAM_BYTES {
            return Some(self.chain(first));
        }
        let (mut data, mut next) = (Vec::new(), first);
        while data.len() <= self.small_sectors.len() {
            let start = next as usize * 64;
            let Some(sector) = self.small_sectors.get(start..start + 64) else {
                break;
            };
            data.extend_from_slice(sector);
            next = self.small_table.get(next as usize).copied().unwrap_or(END_OF_CHAIN);
        }
        Some(data)
    }
}

/// The corners of what a sheet fills.
#[derive(Clone, Copy)]
struct Corners {
    rows: (u64, u64),
    columns: (u64, u64),
}

/// What the library would make of a workbook.
struct Needed {
    /// Cells of the dense blocks around the filled cells of each sheet.
    cells: u64,
    /// Bytes of the shared texts, as often as a cell has one.
    text_bytes: u64,
}

fn needed(workbook: &[u8]) -> Needed {
    let (mut at, mut total, mut corners) = (0, 0_u64, None::<Corners>);
    let (mut texts, mut text_bytes) = (Vec::new(), 0_u64);
    while let (Some(kind), Some(length)) = (u16_at(workbook, at), u16_at(workbook, at + 2)) {
        let data = workbook.get(at + 4..at + 4 + usize::from(length)).unwrap_or(b"");
        match kind {
            // A substream begins or ends: another sheet.
            0x0809 | 0x000A => total = total.saturating_add(size(corners.take())),
            0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00FD | 0x00D6 | 0x0002..=0x0005 | 0x007E => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    widen(&mut corners, row, column, column);
                }
                if let (0x00FD, Some(text)) = (kind, u32_at(data, 6)) {
                    let length = texts.get(text as usize).copied().unwrap_or(0);
                    text_bytes = text_bytes.saturating_add(length);
                }
            }
            0x00BD => {
                let last = data.len().checked_sub(2).and_then(|end| u16_at(data, end));
                if let (Some(row), Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2), last) {
                    widen(&mut corners, row, first, last.max(first));
                }
            }
            0x00FC => texts = shared_texts(workbook, at),
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    Needed {
        cells: total.saturating_add(size(corners)),
        text_bytes,
    }
}

/// Measures the shared texts, in bytes at most; `at` is where their record begins. What cannot be read ends the list, as
/// it ends the library's reading.
fn shared_texts(workbook: &[u8], at: usize) -> Vec<u64> {
    let mut pieces = Pieces {
        workbook,
        next: at,
        piece: b"",
    };
    let mut lengths = Vec::new();
    if pieces.advance(0x00FC).is_some() {
        pieces.piece = pieces.piece.get(8..).unwrap_or_default();
        while let Some(letters) = pieces.text() {
            // A letter of UTF-16 is three bytes at most.
            lengths.push(letters * 3);
        }
    }
    lengths
}

/// A record and those that continue it.
struct Pieces<'a> {
    workbook: &'a [u8],
    next: usize,
    piece: &'a [u8],
}

impl Pieces<'_> {
    /// Goes on to the next record, if it is of this kind.
    fn advance(&mut self, kind: u16) -> Option<()> {
        u16_at(self.workbook, self.next).filter(|found| *found == kind)?;
        let end = self.next + 4 + usize::from(u16_at(self.workbook, self.next + 2)?);
        self.piece = self.workbook.get(self.next + 4..end)?;
        self.next = end;
        Some(())
    }

    /// Passes over a text; returns how many letters it has.
    fn text(&mut self) -> Option<u64> {
        if self.piece.is_empty() {
            self.advance(0x003C)?;
        }
        let letters = usize::from(u16_at(self.piece, 0)?);
        let mut flags = *self.piece.get(2)?;
        let runs = if flags & 8 == 0 {
            0
        } else {
            usize::from(u16_at(self.piece, 3)?)
        };
        let place = if flags & 8 == 0 { 3 } else { 5 };
        let more = if flags & 4 == 0 {
            0
        } else {
            u32_at(self.piece, place)? as usize
        };
        self.piece = self.piece.get(if flags & 4 == 0 { place } else { place + 4 }..)?;
        let mut left = letters;
        loop {
            let width = if flags & 1 == 0 { 1 } else { 2 };
            let here = left.min(self.piece.len() / width);
            self.piece = &self.piece[here * width..];
            left -= here;
            if left == 0 {
                break;
            }
            self.advance(0x003C)?;
            let (first, rest) = self.piece.split_first()?;
            (flags, self.piece) = (*first, rest);
        }
        let mut left = runs * 4 + more;
        while left > self.piece.len() {
            left -= self.piece.len();
            self.advance(0x003C)?;
        }
        self.piece = &self.piece[left..];
        Some(letters as u64)
    }
}

fn widen(corners: &mut Option<Corners>, row: u16, first: u16, last: u16) {
    let (row, first, last) = (u64::from(row), u64::from(first), u64::from(last));
    *corners = Some(match *corners {
        None => Corners {
            rows: (row, row),
            columns: (first, last),
        },
        Some(known) => Corners {
            rows: (known.rows.0.min(row), known.rows.1.max(row)),
            columns: (known.columns.0.min(first), known.columns.1.max(last)),
        },
    });
}

fn size(corners: Option<Corners>) -> u64 {
    corners.map_or(0, |found| {
        (found.rows.1 - found.rows.0 + 1).saturating_mul(found.columns.1 - found.columns.0 + 1)
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    #[test]
    fn shared_texts_count_as_often_as_cells_have_them() {
        // Two texts: one of 7 letters in two records, with a run; one of 3 wide letters.
        let first = [&[0; 8][..], &[7, 0, 8, 1, 0], b"abcd"].concat();
        let second = [&[0][..], b"efg", &[0; 4], &[3, 0, 1], b"x\0y\0z\0"].concat();
        let texts = [record(0x00FC, &first), record(0x003C, &second)].concat();
        let cell = |row: u8, text: u8| record(0x00FD, &[row, 0, 0, 0, 0, 0, text, 0, 0, 0]);
        let workbook = [texts.clone(), cell(0, 0), cell(1, 0), cell(2, 1), cell(3, 9)].concat();
        assert_eq!(shared_texts(&texts, 0), [21, 9]);
        let needed = needed(&workbook);
        assert_eq!((needed.cells, needed.text_bytes), (4, 21 + 21 + 9));
        // Cut anywhere, nothing panics.
        for end in 0..workbook.len() {
            super::needed(&workbook[..end]);
        }
    }
}
