//! Finds the seekers that an entry might be meant by, without looking at all of them.
//!
//! Real serials are small numbers, so that serial and district alone say nothing. The keys are what each kind of damage
//! leaves alone: the family card, two of the NIK's three parts, district and serial with two of the three date blocks,
//! and the digits as a set, which no swapping changes.

use super::damage::{Digits, TELLING_DIGITS, Written};

/// A key that more seekers share than this says nothing (a family card that hundreds copied from an example).
const SHARED_BY_MOST: usize = 256;

/// From keys to seekers: sorted, with a directory over the first bits and a filter before it.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Keys and seekers, sorted.
    slots: Vec<(u64, u32)>,
    /// Where the keys with certain first bits begin.
    directory: Vec<u32>,
    directory_shift: u32,
    /// One bit for many keys; most entries end here.
    filter: Vec<u64>,
    filter_shift: u32,
}

/// What a key is made of.
#[derive(Clone, Copy)]
enum Part {
    Card = 1,
    CardHead,
    CardTail,
    CardWithoutYear,
    CardWithoutMonth,
    CardWithoutDay,
    Number,
    WithoutSerial,
    WithoutDistrict,
    WithoutYear,
    WithoutMonth,
    WithoutDay,
    DigitSet,
    Head,
}

/// How many keys an entry without a card has, and how many with one.
const NUMBER_KEYS: usize = 7;
const ALL_KEYS: usize = 13;

impl Index {
    /// Builds the index over every seeker's keys.
    pub(super) fn new(mut slots: Vec<(u64, u32)>) -> Self {
        slots.sort_unstable();
        slots.dedup();
        let slots: Vec<(u64, u32)> = slots
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() <= SHARED_BY_MOST)
            .flatten()
            .copied()
            .collect();
        let bits = usize::BITS - slots.len().max(2).leading_zeros();
        let mut index = Self {
            directory: vec![0; (1 << bits) + 1],
            directory_shift: 64 - bits,
            filter: vec![0; (1 << (bits + 3)) / 64 + 1],
            filter_shift: 64 - (bits + 3),
            slots,
        };
        for (key, _) in &index.slots {
            index.directory[(key >> index.directory_shift) as usize + 1] += 1;
            let bit = (key >> index.filter_shift) as usize;
            index.filter[bit / 64] |= 1 << (bit % 64);
        }
        for at in 1..index.directory.len() {
            index.directory[at] += index.directory[at - 1];
        }
        index
    }

    /// Calls `found` with every seeker that has this key.
    #[inline]
    pub(super) fn each(&self, key: u64, mut found: impl FnMut(u32)) {
        let bit = (key >> self.filter_shift) as usize;
        if self.filter.get(bit / 64).is_none_or(|word| word >> (bit % 64) & 1 == 0) {
            return;
        }
        let bucket = (key >> self.directory_shift) as usize;
        let range = self.directory[bucket] as usize..self.directory[bucket + 1] as usize;
        for (_, seeker) in self.slots[range].iter().filter(|slot| slot.0 == key) {
            found(*seeker);
        }
    }
}

/// The keys under which an entry looks for its seekers.
pub(super) struct EntryKeys {
    keys: [u64; ALL_KEYS],
    count: usize,
    /// Shared by many by chance, so that the digits must be looked at: see `Outline`.
    pub(super) digit_set: u64,
}

impl EntryKeys {
    pub(super) fn new(nik: u64, card: Option<u64>) -> Self {
        let [year, month, day] = without_one_block(nik);
        let number = card.unwrap_or(0);
        let [card_year, card_month, card_day] = without_one_block(number);
        let keys = [
            key(Part::Number, nik),
            key(Part::WithoutSerial, nik / 10_000),
            key(Part::WithoutDistrict, nik % 10_000_000_000),
            key(Part::WithoutYear, year),
            key(Part::WithoutMonth, month),
            key(Part::WithoutDay, day),
            key(Part::Head, nik / 100_000_000),
            key(Part::Card, number),
            key(Part::CardHead, number / 10_000),
            key(Part::CardTail, number % 10_000_000_000),
            key(Part::CardWithoutYear, card_year),
            key(Part::CardWithoutMonth, card_month),
            key(Part::CardWithoutDay, card_day),
        ];
        let count = if card.is_some() { ALL_KEYS } else { NUMBER_KEYS };
        Self {
            keys,
            count,
            digit_set: key(Part::DigitSet, digit_set(nik)),
        }
    }

    pub(super) fn telling(&self) -> &[u64] {
        &self.keys[..self.count]
    }
}

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

    pub(super) fn of_number(digits: &[u8]) -> u64 {
        digits.iter().fold(0, |packed, digit| packed << 4 | u64::from(*digit))
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

/// Appends every key under which a seeker can be found.
pub(super) fn push_seeker_keys(slots: &mut Vec<(u64, u32)>, seeker: u32, written: &Written, card: Option<u64>) {
    let mut push = |part: Part, value: u64| slots.push((key(part, value), seeker));
    if let Some(number) = card {
        push(Part::Card, number);
        push(Part::Number, number);
        // With a NIK to go by, a mistyped card needs no keys of its own.
        if !matches!(written, Written::Whole(_)) {
            let [year, month, day] = without_one_block(number);
            push(Part::CardHead, number / 10_000);
            push(Part::CardTail, number % 10_000_000_000);
            push(Part::CardWithoutYear, year);
            push(Part::CardWithoutMonth, month);
            push(Part::CardWithoutDay, day);
        }
    }
    let digits = match written {
        Written::Whole(digits) => digits,
        Written::Surviving(digits) => return heads(digits, card).for_each(|head| push(Part::Head, head)),
        Written::Blank | Written::Nothing => return,
    };
    let Some(number) = digits.number() else {
        sets_of_other_length(digits).for_each(|set| push(Part::DigitSet, set));
        return;
    };
    let [year, month, day] = without_one_block(number);
    push(Part::Card, number);
    push(Part::Number, number);
    push(Part::WithoutSerial, number / 10_000);
    push(Part::WithoutDistrict, number % 10_000_000_000);
    push(Part::WithoutYear, year);
    push(Part::WithoutMonth, month);
    push(Part::WithoutDay, day);
    push(Part::DigitSet, digit_set(number));
}

/// The first eight digits that a number in scientific notation may have had, its last digit perhaps rounded up; none
/// where fewer survive, or where a card leads to the entry.
fn heads(surviving: &Digits, card: Option<u64>) -> impl Iterator<Item = u64> {
    let length = surviving.get().len();
    let is_telling = card.is_none() && (TELLING_DIGITS..=16).contains(&length);
    let rest = 10_u64.pow(length.saturating_sub(TELLING_DIGITS).min(8) as u32);
    let value = surviving.value();
    let (cut, rounded) = (value / rest, value.saturating_sub(1) / rest);
    [Some(cut), (rounded != cut).then_some(rounded)]
        .into_iter()
        .flatten()
        .filter(move |_| is_telling)
}

/// The digit sets that 15 digits and one more, or 17 and one fewer, can have.
fn sets_of_other_length(digits: &Digits) -> impl Iterator<Item = u64> {
    let length = digits.get().len();
    let set = digits
        .get()
        .iter()
        .fold(0_u64, |set, digit| set + (1 << (6 * u64::from(*digit))));
    (0..10_u64).filter_map(move |digit| match length {
        15 => Some(set + (1 << (6 * digit))),
        17 if set >> (6 * digit) & 63 > 0 => Some(set - (1 << (6 * digit))),
        _ => None,
    })
}

/// Counts each digit in six bits; no swapping changes it.
fn digit_set(number: u64) -> u64 {
    let mut rest = number;
    let mut set = 0;
    for _ in 0..16 {
        set += 1 << (6 * (rest % 10));
        rest /= 10;
    }
    set
}

/// District and serial with two of the three date blocks: without the year, the month, the day.
fn without_one_block(number: u64) -> [u64; 3] {
    let (district, date, serial) = (number / 10_000_000_000, number / 10_000 % 1_000_000, number % 10_000);
    let ends = (district * 10_000 + serial) * 10_000;
    [
        ends + date / 100,
        ends + date / 10_000 * 100 + date % 100,
        ends + date % 10_000,
    ]
}

/// Spreads a value over all bits (the finisher of SplitMix64); parts do not meet.
#[inline]
fn key(part: Part, value: u64) -> u64 {
    let mut mixed = value.wrapping_add((part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_leads_to_its_seekers_and_no_others() {
        let slots: Vec<(u64, u32)> = (0..5000_u32)
            .map(|seeker| (key(Part::Card, u64::from(seeker / 2)), seeker))
            .collect();
        let index = Index::new(slots);
        for card in 0..2500 {
            let mut found = Vec::new();
            index.each(key(Part::Card, card), |seeker| found.push(seeker));
            assert_eq!(found, [card as u32 * 2, card as u32 * 2 + 1]);
            index.each(key(Part::Number, card), |_| panic!("another part"));
        }
    }

    #[test]
    fn an_empty_index_and_a_worn_out_key_find_nobody() {
        Index::new(Vec::new()).each(7, |_| panic!("nobody"));
        let worn: Vec<(u64, u32)> = (0..1000).map(|seeker| (7, seeker)).collect();
        Index::new(worn).each(7, |_| panic!("worn out"));
    }

    #[test]
    fn outlines_let_through_what_damage_explains() {
        let entry = Outline::of_number(Digits::of("1671094107959012").unwrap().get());
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

    #[test]
    fn swapping_leaves_the_digit_set_alone() {
        assert_eq!(digit_set(1_671_094_107_959_012), digit_set(1_671_041_907_599_021));
        let short = Digits::of("167109410795901").unwrap();
        assert!(sets_of_other_length(&short).any(|set| set == digit_set(1_671_094_107_959_012)));
        let long = Digits::of("16710941079590122").unwrap();
        assert!(sets_of_other_length(&long).any(|set| set == digit_set(1_671_094_107_959_012)));
    }
}
