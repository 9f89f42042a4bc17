//! The digits of a number side by side in one word, to compare sixteen of them at once.

use super::damage::Written;

/// The digits of a number as written, four bits each, from its start and from its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    head: u64,
    tail: u64,
    length: u8,
}

impl Outline {
    pub(super) fn new(written: &Written) -> Self {
        let Written::Whole(digits) = written else {
            return Self {
                head: 0,
                tail: 0,
                length: 0,
            };
        };
        let digits = digits.get();
        let packed = |digits: &[u8]| digits.iter().fold(0, |packed, digit| packed << 4 | u64::from(*digit));
        let (head, tail) = (
            &digits[..digits.len().min(16)],
            &digits[digits.len().saturating_sub(16)..],
        );
        Self {
            head: packed(head) << (4 * (16 - head.len())),
            tail: packed(tail),
            length: digits.len() as u8,
        }
    }

    /// Packs the digits of an entry's NIK.
    pub(super) fn of_number(number: u64) -> u64 {
        let (mut rest, mut packed) = (number, 0);
        for pair_at in 0..8 {
            let pair = rest % 100;
            rest /= 100;
            packed |= (pair + 6 * (pair / 10)) << (8 * pair_at);
        }
        packed
    }

    /// Tells whether swapping, reordering, losing or adding digits can lead from the entry to what was written.
    #[inline]
    pub(super) fn may_come_from(&self, entry: u64) -> bool {
        const DATE: u64 = 0x0000_00ff_ffff_0000;
        let (head, tail) = (self.head ^ entry, self.tail ^ entry);
        match self.length {
            16 => head & !DATE == 0 || nibbles(head) <= 2,
            15 => head.leading_zeros() / 4 + tail.trailing_zeros() / 4 >= 15,
            17 => head.leading_zeros() / 4 + tail.trailing_zeros() / 4 >= 16,
            _ => false,
        }
    }
}

/// Counts the digits that are not zero.
fn nibbles(bits: u64) -> u32 {
    ((bits | bits >> 1 | bits >> 2 | bits >> 3) & 0x1111_1111_1111_1111).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::near_match::damage::Digits;

    #[test]
    fn outlines_let_through_what_damage_explains() {
        let entry = Outline::of_number(1_671_094_107_959_012);
        assert_eq!(entry, 0x1671_0941_0795_9012);
        let check = |written: &str| Outline::new(&Written::Whole(Digits::of(written).unwrap())).may_come_from(entry);
        for written in [
            "1671094107959021",
            "1671094195079012",
            "167109410795902",
            "671094107959012",
            "16710941079590112",
        ] {
            assert!(check(written), "{written}");
        }
        for written in [
            "1617904107959021",
            "167109401795902",
            "16701941079590112",
            "16710941079590",
        ] {
            assert!(!check(written), "{written}");
        }
    }
}
