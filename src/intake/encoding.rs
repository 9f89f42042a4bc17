//! Which characters the bytes stand for: UTF-8, UTF-16 or Windows-1252, told from the whole file.
//!
//! Knows bytes only. UTF-8 is passed on untouched; everything else is decoded as it streams by.

use crate::intake::hex::{hex, unhex};
use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Read};

/// A text encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first (Excel's "Unicode text").
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// The encoding of old Windows programs.
    Windows1252,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// Returns the name by which it is reported and asked for.
    pub fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// Reads the name of an encoding, dashes and case ignored.
    pub fn parse(word: &str) -> Option<Self> {
        let plain: String = word
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match plain.as_str() {
            "utf8" => Some(Self::Utf8),
            "utf16" | "utf16le" | "unicode" => Some(Self::Utf16Le),
            "utf16be" => Some(Self::Utf16Be),
            "windows1252" | "cp1252" | "latin1" | "iso88591" | "ansi" => Some(Self::Windows1252),
            _ => None,
        }
    }

    /// Tells the encoding from a file's beginning and the census of all its bytes; none if it is not text.
    pub fn recognise(head: &[u8], census: &Census) -> Option<Self> {
        if head.starts_with(b"\xFF\xFE") {
            return Some(Self::Utf16Le);
        }
        if head.starts_with(b"\xFE\xFF") {
            return Some(Self::Utf16Be);
        }
        if let Some(encoding) = utf16_without_mark(head) {
            return Some(encoding);
        }
        // A table of text has next to no control characters; more of them is a program or a picture.
        if census.nul + census.control > 16 + census.bytes / 50 {
            return None;
        }
        if census.invalid == 0 || census.multibyte > census.invalid * 4 {
            Some(Self::Utf8)
        } else {
            Some(Self::Windows1252)
        }
    }

    /// Returns how many bytes of byte order mark the file starts with.
    pub fn mark_bytes(self, head: &[u8]) -> u64 {
        match self {
            Self::Utf8 if head.starts_with(b"\xEF\xBB\xBF") => 3,
            Self::Utf16Le if head.starts_with(b"\xFF\xFE") => 2,
            Self::Utf16Be if head.starts_with(b"\xFE\xFF") => 2,
            _ => 0,
        }
    }

    /// Wraps a reader (placed after the mark) such that it yields UTF-8.
    pub fn decode<'a>(self, reader: impl Read + 'a) -> Box<dyn Read + 'a> {
        let decoder = match self {
            Self::Utf8 => return Box::new(reader),
            Self::Utf16Le => UTF_16LE.new_decoder_without_bom_handling(),
            Self::Utf16Be => UTF_16BE.new_decoder_without_bom_handling(),
            Self::Windows1252 => WINDOWS_1252.new_decoder_without_bom_handling(),
        };
        Box::new(Decoding {
            reader,
            decoder,
            raw: vec![0; 64 * 1024],
            from: 0,
            to: 0,
            ended: false,
            done: false,
            spare: Vec::new(),
        })
    }
}

/// Latin text in UTF-16 has a zero in every other byte.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    let sample = &head[..head.len().min(4096)];
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 >= pairs * 8 && even * 20 <= pairs {
        Some(Encoding::Utf16Le)
    } else if even * 10 >= pairs * 8 && odd * 20 <= pairs {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// What all the bytes of a file say about its encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// All bytes.
    pub bytes: u64,
    /// Well-formed UTF-8 sequences of two bytes and more.
    pub multibyte: u64,
    /// Places where the bytes are not UTF-8.
    pub invalid: u64,
    /// NUL bytes.
    pub nul: u64,
    /// Other control characters that no text has.
    pub control: u64,
    pending: Vec<u8>,
}

impl Census {
    /// Counts a further chunk.
    pub fn add(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len() as u64;
        if self.pending.is_empty() && chunk.is_ascii() {
            self.count_controls(chunk);
            return;
        }
        self.count_controls(chunk);
        let mut rest = chunk;
        // A sequence cut by the chunk's edge is completed byte by byte.
        while !self.pending.is_empty() && !rest.is_empty() {
            self.pending.push(rest[0]);
            rest = &rest[1..];
            let pending = std::mem::take(&mut self.pending);
            self.scan(&pending);
        }
        self.scan(rest);
    }

    /// Writes it down, as far as it has come.
    pub(crate) fn encode(&self) -> String {
        let Self {
            bytes,
            multibyte,
            invalid,
            nul,
            control,
            pending,
        } = self;
        format!("{bytes} {multibyte} {invalid} {nul} {control} {}", hex(pending))
    }

    /// Reads what `encode` wrote; `None` where it is something else.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut number = || parts.next()?.parse().ok();
        Some(Self {
            bytes: number()?,
            multibyte: number()?,
            invalid: number()?,
            nul: number()?,
            control: number()?,
            pending: unhex(parts.next()?)?,
        })
    }

    /// Counts what stands open at the end of the file.
    pub fn end(&mut self) {
        if !self.pending.is_empty() {
            self.invalid += 1;
            self.pending.clear();
        }
    }

    fn count_controls(&mut self, chunk: &[u8]) {
        // One cheap test for the ordinary chunk: counts are only taken where there is something to count.
        let strange = count(chunk, |byte| byte < 9 || (14..32).contains(&byte));
        if strange > 0 {
            let nul = count(chunk, |byte| byte == 0);
            self.nul += nul;
            self.control += strange - nul;
        }
    }

    fn scan(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.multibyte += leads(text.as_bytes());
                    return;
                }
                Err(error) => {
                    let (good, bad) = bytes.split_at(error.valid_up_to());
                    self.multibyte += leads(good);
                    let Some(length) = error.error_len() else {
                        self.pending = bad.to_vec();
                        return;
                    };
                    self.invalid += 1;
                    bytes = &bad[length..];
                }
            }
        }
    }
}

fn leads(bytes: &[u8]) -> u64 {
    count(bytes, |byte| byte >= 0xC0)
}

/// Counts bytes in short runs of small sums, which the compiler turns into vector instructions.
fn count(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> u64 {
    let run = |run: &[u8]| {
        run.iter()
            .fold(0_u8, |sum, byte| sum.wrapping_add(u8::from(is_wanted(*byte))))
    };
    bytes.chunks(255).map(|bytes| u64::from(run(bytes))).sum()
}

struct Decoding<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    done: bool,
    spare: Vec<u8>,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for one whole character; only tests have buffers as small as this.
        if out.len() < 16 && self.spare.is_empty() {
            let mut room = [0; 16];
            let count = self.read_wide(&mut room)?;
            self.spare.extend_from_slice(&room[..count]);
        }
        if !self.spare.is_empty() || out.len() < 16 {
            let count = self.spare.len().min(out.len());
            out[..count].copy_from_slice(&self.spare[..count]);
            self.spare.drain(..count);
            return Ok(count);
        }
        self.read_wide(out)
    }
}

impl<R: Read> Decoding<R> {
    fn read_wide(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.done {
            if self.from == self.to && !self.ended {
                (self.from, self.to) = (0, self.reader.read(&mut self.raw)?);
                self.ended = self.to == 0;
            }
            let input = &self.raw[self.from..self.to];
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, out, self.ended);
            self.from += read;
            self.done = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(bytes: &[u8]) -> Option<Encoding> {
        let mut census = Census::default();
        // Small chunks, so that sequences are cut by their edges.
        for chunk in bytes.chunks(3) {
            census.add(chunk);
        }
        census.end();
        Encoding::recognise(bytes, &census)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn tells_encodings_apart() {
        let table = "NIK,Nama\n1671094107959001,Siti Nuraini\n";
        assert_eq!(recognise(table.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(recognise("Nama\nJosé\nD’Angelo\n".as_bytes()), Some(Encoding::Utf8));
        assert_eq!(recognise(b"Nama\nJos\xE9\nO\x92Neil\n"), Some(Encoding::Windows1252));
        assert_eq!(recognise(&utf16(table, false)), Some(Encoding::Utf16Le));
        assert_eq!(recognise(&utf16(table, true)), Some(Encoding::Utf16Be));
        assert_eq!(
            recognise(&[b"\xFF\xFE".as_slice(), &utf16("Nama", false)].concat()),
            Some(Encoding::Utf16Le)
        );
        assert_eq!(recognise(&(0..=255).cycle().take(5000).collect::<Vec<u8>>()), None);
    }

    #[test]
    fn one_broken_character_does_not_turn_a_utf8_file_into_mojibake() {
        let mut bytes = "é".repeat(10).into_bytes();
        bytes.push(0xC3);
        assert_eq!(recognise(&bytes), Some(Encoding::Utf8));
    }

    #[test]
    fn decodes_as_it_streams() {
        let text = "Ayu’s número €\n".repeat(20_000);
        let mut back = String::new();
        let raw = utf16(&text, true);
        Encoding::Utf16Be
            .decode(raw.as_slice())
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, text);
        back.clear();
        Encoding::Windows1252
            .decode(b"O\x92Neil \x80".as_slice())
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, "O’Neil €");
    }

    #[test]
    fn names_are_read_in_any_spelling() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::parse(encoding.code()), Some(encoding));
        }
        assert_eq!(Encoding::parse("UTF_16LE"), Some(Encoding::Utf16Le));
        assert_eq!(Encoding::parse("ebcdic"), None);
    }
}
