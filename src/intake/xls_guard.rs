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
    let found = cells(&workbook);
    let allowed = Allowance::of(source.bytes()).cells;
    if found > allowed {
        return Err(IntakeError::TooLarge {
            limit: Limit::Cells,
            allowed,
            found,
        });
    }
    Ok(())
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

/// Counts the cells of the dense blocks around the filled cells of each sheet.
fn cells(workbook: &[u8]) -> u64 {
    let (mut at, mut total, mut corners) = (0, 0_u64, None::<Corners>);
    while let (Some(kind), Some(length)) = (u16_at(workbook, at), u16_at(workbook, at + 2)) {
        let data = workbook.get(at + 4..at + 4 + usize::from(length)).unwrap_or(b"");
        match kind {
            // A substream begins or ends: another sheet.
            0x0809 | 0x000A => total = total.saturating_add(size(corners.take())),
            0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00FD | 0x00D6 | 0x0002..=0x0005 | 0x007E => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    widen(&mut corners, row, column, column);
                }
            }
            0x00BD => {
                let last = data.len().checked_sub(2).and_then(|end| u16_at(data, end));
                if let (Some(row), Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2), last) {
                    widen(&mut corners, row, first, last.max(first));
                }
            }
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    total.saturating_add(size(corners))
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
