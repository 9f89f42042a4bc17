//! Numbers and texts as bytes, and reading them back without trusting them.

use crate::store::sqlite::fault::{Outcome, unreadable};

/// Appends a number: seven bits a byte, the lowest first; the last byte is below 128.
#[inline]
pub fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number as u8) | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends a text behind its length.
pub fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

/// Reads bytes from left to right.
#[derive(Clone, Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    /// Starts at a place.
    pub fn at(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Tells how far it was read.
    pub fn place(&self) -> usize {
        self.at
    }

    /// Reads one byte.
    #[inline]
    pub fn byte(&mut self) -> Outcome<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(|| unreadable("block"))?;
        self.at += 1;
        Ok(byte)
    }

    /// Reads what `put_number` wrote.
    #[inline]
    pub fn number(&mut self) -> Outcome<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut number = u64::from(first & 0x7F);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(unreadable("block"))
    }

    /// Reads a number from so many bytes, at most eight, the lowest first.
    #[inline]
    pub fn low_bytes(&mut self, count: usize) -> Outcome<u64> {
        let ahead = self.bytes.get(self.at..).unwrap_or_default();
        let number = match (ahead.first_chunk(), count) {
            (_, 0) => 0,
            (Some(eight), 1..=8) => u64::from_le_bytes(*eight) & (u64::MAX >> (64 - 8 * count)),
            _ => {
                let mut eight = [0; 8];
                let bytes = ahead.get(..count).ok_or_else(|| unreadable("block"))?;
                eight
                    .get_mut(..count)
                    .ok_or_else(|| unreadable("block"))?
                    .copy_from_slice(bytes);
                u64::from_le_bytes(eight)
            }
        };
        self.at += count;
        Ok(number)
    }

    /// Reads a number of things that lie in memory.
    pub fn size(&mut self) -> Outcome<usize> {
        usize::try_from(self.number()?).map_err(|_| unreadable("block"))
    }

    /// Reads so many bytes.
    #[inline]
    pub fn take(&mut self, count: usize) -> Outcome<&'b [u8]> {
        let end = self.at.checked_add(count).ok_or_else(|| unreadable("block"))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| unreadable("block"))?;
        self.at = end;
        Ok(taken)
    }

    /// Reads what `put_text` wrote.
    pub fn text(&mut self) -> Outcome<&'b str> {
        let length = self.size()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| unreadable("block"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_stand_in_few_bytes() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        for (from, count, expected) in [
            (0, 0, 0),
            (0, 1, 1),
            (0, 2, 0x201),
            (1, 8, 0x0908_0706_0504_0302),
            (7, 3, 0x0A_0908),
        ] {
            let mut reader = Reader::at(&bytes, from);
            assert_eq!(
                (reader.low_bytes(count).unwrap(), reader.place()),
                (expected, from + count)
            );
        }
        assert!(Reader::at(&bytes, 7).low_bytes(4).is_err());
        assert!(Reader::at(&bytes, 0).low_bytes(9).is_err());
        assert!(Reader::at(&bytes, 11).low_bytes(1).is_err());
    }

    #[test]
    fn numbers_and_texts_come_back_and_a_cut_is_noticed() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX];
        for number in numbers {
            put_number(&mut bytes, number);
        }
        put_text(&mut bytes, "SITI é");
        let mut reader = Reader::at(&bytes, 0);
        for number in numbers {
            assert_eq!(reader.number().unwrap(), number);
        }
        assert_eq!(reader.text().unwrap(), "SITI é");
        assert!(reader.byte().is_err());
        for end in 0..bytes.len() {
            let mut reader = Reader::at(&bytes[..end], 0);
            let read = numbers.iter().try_for_each(|_| reader.number().map(drop));
            assert!(read.and_then(|()| reader.text().map(drop)).is_err(), "{end}");
        }
    }
}
