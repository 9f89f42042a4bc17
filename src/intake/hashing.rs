//! The SHA-256 of a file and of its beginnings: of a large file one core reads, and another hashes.
//!
//! Knows nothing of what stands in the file.

use crate::intake::hex::{hex, unhex};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::iter::Peekable;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

/// How many bytes are read at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Chunks that wait to be hashed.
const CHUNKS_AHEAD: usize = 4;

/// From so many bytes on a second thread costs less than it saves.
const WORTH_TWO_CORES: u64 = 4 << 20;

/// SHA-256 of a file or of its beginning.
pub type Sha256Bytes = [u8; 32];

/// How far a SHA-256 has come.
#[derive(Clone, Debug, Default)]
pub struct HashState(Sha256);

impl HashState {
    /// Writes it down.
    pub(crate) fn encode(&self) -> String {
        hex(&self.0.serialize())
    }

    /// Reads what `encode` wrote; `None` where it is something else.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let state = SerializedState::<Sha256>::try_from(unhex(text)?.as_slice()).ok()?;
        Sha256::deserialize(&state).ok().map(Self)
    }
}

impl PartialEq for HashState {
    fn eq(&self, other: &Self) -> bool {
        self.0.serialize() == other.0.serialize()
    }
}

impl Eq for HashState {}

/// What was hashed.
#[derive(Debug)]
pub struct Hashed {
    /// Of the whole file.
    pub whole: Sha256Bytes,
    /// Of its first bytes, by their number, in ascending order.
    pub beginnings: Vec<(u64, Sha256Bytes)>,
    /// Its length.
    pub bytes: u64,
    /// How far the hash has come with it.
    pub state: HashState,
}

/// Reads a file to its end, about `length` bytes, and hashes it and those of the beginnings that it has; `look` sees
/// every chunk. The first bytes of `before`, behind which the file stands, are hashed; shorter beginnings are left out.
///
/// # Errors
/// The file cannot be read.
pub fn hash_through(
    file: &mut File,
    length: u64,
    before: (u64, HashState),
    beginnings: &[u64],
    mut look: impl FnMut(&[u8]),
) -> io::Result<Hashed> {
    let is_ahead = length.saturating_sub(before.0);
    let mut hasher = Hasher::new(before, beginnings);
    if is_ahead < WORTH_TWO_CORES {
        let mut chunk = vec![0; CHUNK_BYTES];
        while let Some(read) = read_chunk(file, &mut chunk)? {
            look(read);
            hasher.update(read);
        }
        return Ok(hasher.finish());
    }
    thread::scope(|scope| {
        let (give, chunks) = sync_channel::<(Vec<u8>, usize)>(CHUNKS_AHEAD);
        let (give_back, empty) = channel();
        let hashing = scope.spawn(move || {
            for (chunk, length) in chunks {
                hasher.update(chunk.get(..length).unwrap_or_default());
                // Whoever reads no more needs no room.
                let _ = give_back.send(chunk);
            }
            hasher.finish()
        });
        loop {
            let mut chunk: Vec<u8> = empty.try_recv().unwrap_or_else(|_| vec![0; CHUNK_BYTES]);
            let Some(read) = read_chunk(file, &mut chunk)? else {
                break;
            };
            look(read);
            let length = read.len();
            if give.send((chunk, length)).is_err() {
                break;
            }
        }
        drop(give);
        let panicked = |_| io::Error::other("the thread that hashes panicked");
        hashing.join().map_err(panicked)
    })
}

fn read_chunk<'c>(file: &mut File, chunk: &'c mut [u8]) -> io::Result<Option<&'c [u8]>> {
    loop {
        match file.read(chunk) {
            Ok(0) => return Ok(None),
            Ok(count) => return Ok(chunk.get(..count)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Hashes a file as it comes.
struct Hasher {
    hash: Sha256,
    bytes: u64,
    wanted: Peekable<std::vec::IntoIter<u64>>,
    beginnings: Vec<(u64, Sha256Bytes)>,
}

impl Hasher {
    fn new((bytes, HashState(hash)): (u64, HashState), beginnings: &[u64]) -> Self {
        let mut wanted = beginnings.to_vec();
        wanted.retain(|length| *length >= bytes);
        wanted.sort_unstable();
        wanted.dedup();
        let mut hasher = Self {
            hash,
            bytes,
            wanted: wanted.into_iter().peekable(),
            beginnings: Vec::new(),
        };
        hasher.update(&[]);
        hasher
    }

    fn update(&mut self, mut chunk: &[u8]) {
        while let Some(length) = self.wanted.next_if(|length| *length <= self.bytes + chunk.len() as u64) {
            let (before, after) = chunk.split_at((length - self.bytes) as usize);
            self.hash.update(before);
            self.beginnings.push((length, self.hash.clone().finalize().into()));
            (chunk, self.bytes) = (after, length);
        }
        self.hash.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    fn finish(self) -> Hashed {
        Hashed {
            whole: self.hash.clone().finalize().into(),
            beginnings: self.beginnings,
            bytes: self.bytes,
            state: HashState(self.hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    /// Bytes without a pattern that chunks could share.
    fn bytes(count: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn every_beginning_is_hashed_as_if_it_were_a_file() {
        for count in [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, (4 << 20) + 7] {
            let content = bytes(count);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            file.rewind().unwrap();
            let all = [
                0,
                1,
                1,
                CHUNK_BYTES as u64,
                count as u64,
                count as u64 / 2,
                count as u64 + 1,
            ];
            let mut seen = Vec::new();
            let before = (0, HashState::default());
            let look = |chunk: &[u8]| seen.extend_from_slice(chunk);
            let hashed = hash_through(&mut file, count as u64, before, &all, look).unwrap();
            assert!(seen == content);
            assert_eq!(hashed.bytes, count as u64);
            assert_eq!(hashed.whole, Sha256Bytes::from(Sha256::digest(&content)));
            let mut expected: Vec<u64> = all.into_iter().filter(|length| *length <= count as u64).collect();
            expected.sort_unstable();
            expected.dedup();
            let of = |length: u64| (length, Sha256Bytes::from(Sha256::digest(&content[..length as usize])));
            assert_eq!(hashed.beginnings, expected.into_iter().map(of).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_hash_goes_on_from_where_it_was_written_down() {
        let content = bytes((4 << 20) + 70);
        for start in [0, 1, 63, 64, 100, 4 << 20, content.len()] {
            let before = HashState(Sha256::new_with_prefix(&content[..start]));
            let before = HashState::decode(&before.encode()).unwrap();
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            file.seek(io::SeekFrom::Start(start as u64)).unwrap();
            let wanted = [start as u64, start as u64 / 2, content.len() as u64];
            let length = content.len() as u64;
            let hashed = hash_through(&mut file, length, (start as u64, before), &wanted, |_| {}).unwrap();
            assert_eq!((hashed.bytes, hashed.whole), (length, Sha256::digest(&content).into()));
            let of = |length: usize| (length as u64, Sha256Bytes::from(Sha256::digest(&content[..length])));
            let mut expected = vec![of(start), of(content.len())];
            expected.dedup();
            assert_eq!(hashed.beginnings, expected, "{start}");
        }
    }

    /// What an earlier night wrote down is read by the next one, perhaps with another version of the library: if it takes
    /// the same bytes for another state, hashes would be wrong.
    #[test]
    fn what_is_written_down_is_of_one_form() {
        let state = HashState(Sha256::new_with_prefix([b'x'; 67]));
        let text = state.encode();
        let (words, blocks) = (
            "46cd328b442d77d0198e15e4e27214ed182aa435e0ceec365b2992e2deffad85",
            "0100000000000000",
        );
        assert_eq!(text, format!("{words}{blocks}03787878{}", "00".repeat(60)));
        assert_eq!(HashState::decode(&text).unwrap(), state);
        for damaged in ["", "00", "zz", &text[2..], &text.replace('f', "g")] {
            assert_eq!(HashState::decode(damaged), None, "{damaged}");
        }
    }
}
