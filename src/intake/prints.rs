//! A quick hash of what a file holds, by which one is recognised whose SHA-256 was worked out before: a fifth of the work,
//! and of a large file both cores do it.
//!
//! It tells files apart that came about by chance, not those that somebody made to be alike.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// So many bytes are hashed by themselves.
const PIECE_BYTES: u64 = 4 << 20;

/// So many are read at once.
const CHUNK_BYTES: usize = 256 << 10;

/// What tells a content from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print(pub u128);

/// The hashes of pieces, in their order; the last piece is the one that is not full.
#[derive(Debug, Default)]
pub struct Pieces(Vec<u8>);

impl Pieces {
    fn push(&mut self, hash: u128) {
        self.0.extend_from_slice(&hash.to_le_bytes());
    }

    /// Returns the print of all of them.
    pub fn print(&self) -> Print {
        Print(xxh3_128(&self.0))
    }
}

/// Takes a content as it comes.
pub struct Printer {
    piece: Xxh3,
    /// Bytes that the piece has room for.
    room: usize,
    pieces: Pieces,
}

impl Default for Printer {
    fn default() -> Self {
        Self {
            piece: Xxh3::new(),
            room: PIECE_BYTES as usize,
            pieces: Pieces::default(),
        }
    }
}

impl Printer {
    /// Goes on behind the pieces that are full; returns where the next one begins as well.
    pub fn behind(Pieces(mut hashes): Pieces) -> (Self, u64) {
        let hash_bytes = size_of::<u128>();
        let full = (hashes.len() / hash_bytes).saturating_sub(1);
        hashes.truncate(full * hash_bytes);
        let printer = Self {
            pieces: Pieces(hashes),
            ..Self::default()
        };
        (printer, full as u64 * PIECE_BYTES)
    }

    /// Adds what comes next.
    pub fn add(&mut self, mut chunk: &[u8]) {
        while chunk.len() >= self.room {
            let (here, next) = chunk.split_at(self.room);
            self.piece.update(here);
            self.end_piece();
            chunk = next;
        }
        self.piece.update(chunk);
        self.room -= chunk.len();
    }

    fn end_piece(&mut self) {
        self.pieces.push(self.piece.digest128());
        self.piece.reset();
        self.room = PIECE_BYTES as usize;
    }

    /// Returns the print of all that came.
    pub fn finish(mut self) -> Print {
        self.end_piece();
        self.pieces.print()
    }
}

/// Reads so many bytes, and returns their print; `read_at` fills a buffer from a place on, as far as there is anything.
///
/// # Errors
/// Those of `read_at`.
pub fn print_of(bytes: u64, read_at: impl Fn(&mut [u8], u64) -> io::Result<usize> + Sync) -> io::Result<Print> {
    Ok(pieces_of(bytes, read_at)?.print())
}

/// Reads so many bytes, and returns the hashes of their pieces.
///
/// # Errors
/// Those of `read_at`.
pub fn pieces_of(bytes: u64, read_at: impl Fn(&mut [u8], u64) -> io::Result<usize> + Sync) -> io::Result<Pieces> {
    // The last piece is the one that is not full.
    let count = bytes / PIECE_BYTES + 1;
    let next = AtomicU64::new(0);
    let work = || -> io::Result<Vec<(u64, u128)>> {
        let (mut hashes, mut chunk) = (Vec::new(), vec![0; CHUNK_BYTES]);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(hashes);
            }
            let (mut piece, mut place) = (Xxh3::new(), number * PIECE_BYTES);
            let end = bytes.min(place + PIECE_BYTES);
            while place < end {
                let wanted = chunk.len().min((end - place) as usize);
                let read = read_at(&mut chunk[..wanted], place)?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                piece.update(&chunk[..read]);
                place += read as u64;
            }
            hashes.push((number, piece.digest128()));
        }
    };
    let mut hashes = match count {
        1 => work()?,
        _ => thread::scope(|scope| {
            let other = scope.spawn(work);
            let own = work();
            let panicked = |_| io::Error::other("the thread that reads panicked");
            let (mut own, mut others) = (own?, other.join().map_err(panicked)??);
            own.append(&mut others);
            io::Result::Ok(own)
        })?,
    };
    hashes.sort_unstable();
    let mut pieces = Pieces::default();
    hashes.into_iter().for_each(|(_, hash)| pieces.push(hash));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_has_one_print_however_it_is_read() {
        let piece = PIECE_BYTES as usize;
        let all: Vec<u8> = (0..2 * piece + 7).map(|at| (at * at % 251) as u8).collect();
        let mut prints = Vec::new();
        for bytes in [0, 1, CHUNK_BYTES, piece - 1, piece, piece + 1, 2 * piece, all.len()] {
            let content = &all[..bytes];
            let read_at = |buffer: &mut [u8], place: u64| {
                // As if every read were a short one.
                let wanted = buffer.len().min(100_000).min(content.len() - place as usize);
                buffer[..wanted].copy_from_slice(&content[place as usize..][..wanted]);
                Ok(wanted)
            };
            let print = print_of(bytes as u64, read_at).unwrap();
            for chunk in [1_000, 65_536, bytes.max(1)] {
                let mut printer = Printer::default();
                content.chunks(chunk).for_each(|chunk| printer.add(chunk));
                assert_eq!(printer.finish(), print, "{bytes} bytes by {chunk}");
            }
            let (mut printer, start) = Printer::behind(pieces_of(bytes as u64, read_at).unwrap());
            printer.add(&content[start as usize..]);
            assert_eq!(printer.finish(), print, "{bytes} bytes, gone on with");
            prints.push(print.0);
            let mut other = content.to_vec();
            if let Some(byte) = other.last_mut() {
                *byte ^= 1;
                let mut printer = Printer::default();
                printer.add(&other);
                assert_ne!(printer.finish(), print, "{bytes} bytes");
            }
            assert!(
                print_of(bytes as u64 + 1, |buffer, place| read_at(
                    buffer,
                    place.min(bytes as u64)
                ))
                .is_err()
            );
        }
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), 8);
    }
}
