//! Where fields end: plain ones at the next stop, quoted ones at their quote; and how many cells a line has if its last
//! quote was a slip.
//!
//! Knows one line at a time.

/// The bytes at which a plain field ends: the delimiter and the line breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stops {
    delimiter: u8,
    wanted: [u64; 3],
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

impl Stops {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            wanted: [delimiter, b'\n', b'\r'].map(|byte| ONES * u64::from(byte)),
        }
    }

    /// Returns the place of the next stop from `at` on, or the end; eight bytes at a time.
    pub(crate) fn next(&self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(Ok(eight)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
            let word = u64::from_le_bytes(eight);
            // Where a byte is the wanted one, the difference is zero, and only a zero borrows into its highest bit.
            let hits = self.wanted.iter().fold(0, |hits, wanted| {
                let difference = word ^ wanted;
                hits | (difference.wrapping_sub(ONES) & !difference & HIGHS)
            });
            if hits != 0 {
                return at + (hits.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        let is_stop = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        bytes[at..]
            .iter()
            .position(is_stop)
            .map_or(bytes.len(), |offset| at + offset)
    }
}

/// Where a quoted field ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// A closing quote, with nothing escaped before it.
    At(usize),
    /// The closing quote of a field that has escaped quotes.
    Escaped(usize),
    /// The line ends first.
    Broken(usize),
    /// The bytes end first.
    Nowhere,
}

/// Finds the quote that closes a field whose text starts at `at`.
pub(crate) fn close_of(bytes: &[u8], mut at: usize) -> Close {
    let mut escaped = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if bytes.get(at + 1) == Some(&b'"') => {
                escaped = true;
                at += 2;
            }
            b'"' if escaped => return Close::Escaped(at),
            b'"' => return Close::At(at),
            b'\n' | b'\r' => return Close::Broken(at),
            _ => at += 1,
        }
    }
    Close::Nowhere
}

/// Counts the cells of a line whose last quote may be left open.
pub(crate) fn naive_width(line: &[u8], delimiter: u8) -> usize {
    let (mut cells, mut quoted) = (1, false);
    let mut closable = true;
    for (at, byte) in line.iter().enumerate() {
        if *byte == b'"' && (quoted || at == 0 || line[at - 1] == delimiter) {
            quoted = !quoted;
            // A quote that never closes on this line is taken as a character.
            if quoted && closable {
                closable = line[at + 1..].contains(&b'"');
                quoted = closable;
            }
        } else if *byte == delimiter && !quoted {
            cells += 1;
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_stop_is_found_eight_bytes_at_a_time() {
        let text = "abc;d\u{80}\u{3b}efghijklmnopqrst\rxyz-0123456789\n012345678;".as_bytes();
        let stops = Stops::new(b';');
        for at in 0..=text.len() {
            let slow = text[at..]
                .iter()
                .position(|byte| b";\n\r".contains(byte))
                .map_or(text.len(), |offset| at + offset);
            assert_eq!(stops.next(text, at), slow, "{at}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_a_sign_like_others() {
        for (line, cells) in [("a,b,c", 3), ("a,\"b,c", 3), ("a,\"b,c\",d", 3), ("\"a,b", 2), ("", 1)] {
            assert_eq!(naive_width(line.as_bytes(), b','), cells, "{line}");
        }
    }
}
