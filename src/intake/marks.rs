//! The marks of a stretch of text: where cells can end, and where something stands that needs a closer look.
//!
//! A million rows pass through here twice, so sixty-four bytes are looked at together; written such that the compiler
//! makes vector instructions of it. Knows bytes, no records.

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// So many stops are written down at once; more in one block are rare.
const AT_ONCE: usize = 8;

/// The marks of a stretch, as positions in it.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Delimiters and line breaks, also those within quotes.
    pub(crate) stops: Vec<u32>,
    /// Whatever makes a row other than plain: signs that are not visible ASCII, quotes, apostrophes, equals signs, and
    /// a space beside another one or at the edge of a cell. Where a space is at fault, the position may be that of the
    /// sign after it.
    pub(crate) oddities: Vec<u32>,
}

impl Marks {
    /// Finds the marks of `bytes`, which stand at `start` and of which a line starts with the first.
    pub(crate) fn find(&mut self, bytes: &[u8], start: usize, delimiter: u8) {
        self.stops.clear();
        self.oddities.clear();
        let mut before = Before { stop: 1, space: 0 };
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        let mut at = start as u32;
        for block in blocks {
            self.add(at, block, u64::MAX, delimiter, &mut before);
            at += BLOCK as u32;
        }
        if !rest.is_empty() {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.add(at, &block, (1 << rest.len()) - 1, delimiter, &mut before);
        }
    }

    #[inline(always)]
    fn add(&mut self, at: u32, block: &[u8; BLOCK], used: u64, delimiter: u8, before: &mut Before) {
        let is_stop = |byte: u8| (byte == delimiter) | (byte == b'\n') | (byte == b'\r');
        let is_odd = |byte: u8| {
            let is_strange = !(b' '..=b'~').contains(&byte) & (byte != b'\n') & (byte != b'\r');
            is_strange | (byte == b'\'') | (byte == b'=') | (byte == b'"')
        };
        let (stops, spaces) = (bits(block, is_stop) & used, bits(block, |byte| byte == b' ') & used);
        let (after_stop, after_space) = (stops << 1 | before.stop, spaces << 1 | before.space);
        let misplaced = spaces & (after_space | after_stop) | stops & after_space;
        let oddities = bits(block, is_odd) & used | misplaced;
        *before = Before {
            stop: stops >> (BLOCK - 1),
            space: spaces >> (BLOCK - 1),
        };
        push_all(&mut self.stops, at, stops);
        if oddities != 0 {
            push_all(&mut self.oddities, at, oddities);
        }
    }
}

/// Finds every LF.
pub(crate) fn find_line_ends(bytes: &[u8], ends: &mut Vec<u32>) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut at = 0;
    let mut push_bits = |at: u32, mut found: u64| {
        while found != 0 {
            ends.push(at + found.trailing_zeros());
            found &= found - 1;
        }
    };
    for block in blocks {
        push_bits(at, bits(block, |byte| byte == b'\n'));
        at += BLOCK as u32;
    }
    for (byte, at) in rest.iter().zip(at..) {
        push_bits(at, u64::from(*byte == b'\n'));
    }
}

/// What the last byte of the block before was.
struct Before {
    stop: u64,
    space: u64,
}

/// Returns one bit for each byte, the lowest for the first.
#[inline(always)]
fn bits(block: &[u8; BLOCK], is_wanted: impl Fn(u8) -> bool) -> u64 {
    /// Brings the lowest bit of each of eight bytes together in the highest byte.
    const TOGETHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is_wanted(*byte));
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (index, eight)| {
        bits | (u64::from_le_bytes(*eight).wrapping_mul(TOGETHER) >> 56) << (8 * index)
    })
}

/// Adds the positions of all bits; without a branch for each, where they are as many as usual.
#[inline(always)]
fn push_all(positions: &mut Vec<u32>, base: u32, mut bits: u64) {
    let (known, count) = (positions.len(), bits.count_ones() as usize);
    if count > AT_ONCE {
        while bits != 0 {
            positions.push(base + bits.trailing_zeros());
            bits &= bits - 1;
        }
        return;
    }
    let mut next = [0; AT_ONCE];
    for position in &mut next {
        *position = base.wrapping_add(bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
    }
    positions.extend_from_slice(&next);
    positions.truncate(known + count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, byte by byte.
    fn slowly(bytes: &[u8], delimiter: u8) -> (Vec<u32>, Vec<u32>) {
        let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
        let is_stop = |byte: u8| byte == delimiter || is_break(byte);
        let (mut stops, mut oddities) = (Vec::new(), Vec::new());
        for (at, byte) in bytes.iter().enumerate() {
            let before = if at == 0 { b'\n' } else { bytes[at - 1] };
            if is_stop(*byte) {
                stops.push(at as u32);
            }
            let is_strange = !(0x20..0x7F).contains(byte) && !is_break(*byte) || b"'=\"".contains(byte);
            let is_misplaced = *byte == b' ' && (before == b' ' || is_stop(before)) || is_stop(*byte) && before == b' ';
            if is_strange || is_misplaced {
                oddities.push(at as u32);
            }
        }
        (stops, oddities)
    }

    proptest! {
        #[test]
        fn blocks_find_what_a_look_at_every_byte_finds(
            bytes in proptest::collection::vec(prop_oneof![Just(b','), Just(b'\n'), Just(b' '), Just(b'x'), any::<u8>()], 0..300),
            delimiter in prop_oneof![Just(b','), Just(b';'), Just(b' '), Just(b'\''), Just(b'\t')],
        ) {
            let mut marks = Marks::default();
            marks.find(&bytes, 0, delimiter);
            let breaks = (0..).zip(&bytes).filter(|(_, byte)| **byte == b'\n');
            let (mut ends, expected) = (Vec::new(), breaks.map(|(at, _)| at).collect::<Vec<u32>>());
            find_line_ends(&bytes, &mut ends);
            prop_assert_eq!(ends, expected);
            prop_assert_eq!((marks.stops, marks.oddities), slowly(&bytes, delimiter));
        }
    }
}
