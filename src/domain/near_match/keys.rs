//! What an entry and a seeker's numbers have in common where one was meant by the other.
//!
//! Real serials are small numbers, so that serial and district alone say nothing. The keys are what each kind of damage
//! leaves alone: the family card; two of the NIK's three parts; district and serial with two of the three date blocks;
//! and, where digits were swapped, the digits as a set with the two parts that the swap did not touch.

use super::damage::{Digits, TELLING_DIGITS, Written};

/// What of a number a key is made of: a mask over its pairs of digits, and a sign that no other part has.
///
/// A pair needs seven bits of its byte; the sign stands in the eighth bits, so that no two parts' values meet.
#[derive(Clone, Copy)]
struct Part {
    mask: u64,
    sign: u64,
    region: Region,
}

impl Part {
    /// Takes which of the eight pairs belong to it (`DDDdmySS`: district, day, month, year, serial).
    const fn new(number: u64, region: Region, pairs: &[u8; 8]) -> Self {
        let (mask, mut sign, mut at) = (mask(pairs), 0, 0);
        while at < 8 {
            sign = sign << 8 | (number >> at & 1) << 7;
            at += 1;
        }
        Self { mask, sign, region }
    }
}

const fn mask(pairs: &[u8; 8]) -> u64 {
    let (mut mask, mut at) = (0, 0);
    while at < 8 {
        mask = mask << 8 | if pairs[at] == b'.' { 0 } else { 0x7f };
        at += 1;
    }
    mask
}

const CARD: Part = Part::new(1, Region::Whole, b"DDDdmySS");
const CARD_HEAD: Part = Part::new(2, Region::Whole, b"DDDdmy..");
const CARD_TAIL: Part = Part::new(3, Region::Whole, b"...dmySS");
const CARD_WITHOUT_YEAR: Part = Part::new(4, Region::Whole, b"DDDdm.SS");
const CARD_WITHOUT_MONTH: Part = Part::new(5, Region::Whole, b"DDDd.ySS");
const CARD_WITHOUT_DAY: Part = Part::new(6, Region::Whole, b"DDD.mySS");
const NUMBER: Part = Part::new(7, Region::DistrictDay, b"DDDdmySS");
const WITHOUT_SERIAL: Part = Part::new(8, Region::DistrictDay, b"DDDdmy..");
const WITHOUT_DISTRICT: Part = Part::new(9, Region::Day, b"...dmySS");
const WITHOUT_YEAR: Part = Part::new(10, Region::DistrictDay, b"DDDdm.SS");
const WITHOUT_MONTH: Part = Part::new(11, Region::DistrictDay, b"DDDd.ySS");
const WITHOUT_DAY: Part = Part::new(12, Region::District, b"DDD.mySS");
const HEAD: Part = Part::new(13, Region::DistrictDay, b"DDDd....");

/// What stays beside the digits as a set where two of the others are swapped, whichever these are.
const DISTRICT_AND_SERIAL: Part = Part::new(14, Region::District, b"DDD...SS");
const DATE: Part = Part::new(15, Region::Day, b"...dmy..");
const DISTRICT_AND_DAY: Part = Part::new(16, Region::DistrictDay, b"DDDdm...");
const DISTRICT_AND_YEAR: Part = Part::new(17, Region::District, b"DDD..y..");
const SERIAL_AND_DAY: Part = Part::new(18, Region::Day, b"...dm.SS");
const SERIAL_AND_YEAR: Part = Part::new(19, Region::Year, b".....ySS");
const BESIDE_A_SET: [Part; 6] = [
    DISTRICT_AND_SERIAL,
    DATE,
    DISTRICT_AND_DAY,
    DISTRICT_AND_YEAR,
    SERIAL_AND_DAY,
    SERIAL_AND_YEAR,
];

/// Which keys lie near each other: the queue comes in the order of the NIKs, and what neighbours look at stays at hand.
#[derive(Clone, Copy)]
enum Region {
    /// Anywhere.
    Whole,
    DistrictDay,
    District,
    Day,
    /// The year changes from entry to entry: all years together are small enough.
    Year,
}

/// The pairs that tell a region, in the order of `Region`, and about how many keys of a seeker lie there.
const REGIONS: [(u64, u64); 5] = [
    (0, 0),
    (mask(b"DDDd...."), 5),
    (mask(b"DDD....."), 3),
    (mask(b"...d...."), 3),
    (0, 1),
];

/// How wide the regions are, so that the fullest of each kind has room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// For every kind by how many bits it is narrower than the whole.
    shifts: [u32; REGIONS.len()],
}

impl Layout {
    /// Measures how the seekers lie.
    pub(super) fn of<'a>(seekers: impl Iterator<Item = &'a Written>) -> Self {
        /// Regions are counted by the first bits of their place.
        const COUNTED: u32 = 14;
        let mut counts = vec![[0_u64; REGIONS.len()]; 1 << COUNTED];
        let mut all = 0_u64;
        for written in seekers {
            let Written::Whole(digits) = written else {
                continue;
            };
            let Some(number) = digits.number() else {
                continue;
            };
            all += 1;
            let pairs = pairs(number);
            for (kind, (mask, _)) in REGIONS.iter().enumerate() {
                counts[(spread(pairs & mask) >> (64 - COUNTED)) as usize][kind] += 1;
            }
        }
        let mut layout = Self::default();
        for (kind, (_, keys)) in REGIONS.iter().enumerate().skip(1) {
            let fullest = counts.iter().map(|of_place| of_place[kind]).max().unwrap_or_default() * keys;
            let whole = all * KEYS_OF_SEEKER;
            // As much room as the fullest needs.
            layout.shifts[kind] = (whole / (fullest).max(1)).max(1).ilog2();
        }
        layout
    }
}

/// About so many keys a seeker has.
const KEYS_OF_SEEKER: u64 = 14;
/// More keys than nearly every seeker has.
pub(super) const MOST_OF_SEEKER: usize = 15;

/// How many keys an entry has by its NIK, and how many more by its family card.
const NUMBER_KEYS: usize = 13;
const CARD_KEYS: usize = 6;

/// One of a seeker's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeekerKey {
    pub(super) key: u64,
    /// Too many share it by chance: the digits must be looked at, see `Outline`.
    pub(super) is_vague: bool,
}

/// A number whose keys are wanted.
struct Keyed<'a> {
    /// Sixteen digits, two to a byte.
    pairs: u64,
    /// Where the regions of the number begin.
    regions: [u64; REGIONS.len()],
    layout: &'a Layout,
}

impl<'a> Keyed<'a> {
    #[inline]
    fn new(number: u64, layout: &'a Layout) -> Self {
        let pairs = pairs(number);
        let regions = REGIONS.map(|(mask, _)| spread(pairs & mask));
        Self { pairs, regions, layout }
    }

    #[inline]
    fn key(&self, part: Part) -> u64 {
        self.place(part, spread(self.pairs & part.mask | part.sign))
    }

    /// Joins a set of digits with what stays beside it. Two of these may meet: their digits are looked at.
    #[inline]
    fn set_key(&self, set: u64, part: Part) -> u64 {
        self.place(part, spread(self.pairs & part.mask | part.sign).wrapping_add(set))
    }

    #[inline]
    fn place(&self, part: Part, key: u64) -> u64 {
        let kind = part.region as usize;
        self.regions[kind].wrapping_add(key >> self.layout.shifts[kind])
    }

    /// Sums up the digits; no swapping changes it.
    #[inline]
    fn set(&self) -> u64 {
        let sum = |pair: u8| PAIR_SUMS[usize::from(pair & 0x7f)];
        let pairs = self.pairs.to_le_bytes();
        pairs.into_iter().fold(0, |all, pair| all.wrapping_add(sum(pair)))
    }
}

/// Splits sixteen digits into pairs, the first in the highest byte.
#[inline]
pub(super) fn pairs(number: u64) -> u64 {
    eight(number / 100_000_000) << 32 | eight(number % 100_000_000)
}

/// Splits eight digits into pairs: four by four, both fours by 100 at once (10486 / 2^20 is exact up to 9999).
#[inline]
fn eight(number: u64) -> u64 {
    let fours = ((number / 10_000) << 32) | (number % 10_000);
    let hundreds = fours.wrapping_mul(10_486) >> 20 & 0x7f_0000_007f;
    let rest = fours.wrapping_sub(hundreds.wrapping_mul(100));
    let pairs = hundreds << 8 | rest;
    (pairs >> 16 | pairs) & 0xffff_ffff
}

/// The keys under which an entry's NIK looks for seekers.
#[inline]
pub(super) fn of_number(nik: u64, layout: &Layout) -> [u64; NUMBER_KEYS] {
    let keyed = Keyed::new(nik, layout);
    let set = keyed.set();
    [
        keyed.key(NUMBER),
        keyed.key(WITHOUT_SERIAL),
        keyed.key(WITHOUT_DISTRICT),
        keyed.key(WITHOUT_YEAR),
        keyed.key(WITHOUT_MONTH),
        keyed.key(WITHOUT_DAY),
        keyed.key(HEAD),
        keyed.set_key(set, DISTRICT_AND_SERIAL),
        keyed.set_key(set, DATE),
        keyed.set_key(set, DISTRICT_AND_DAY),
        keyed.set_key(set, DISTRICT_AND_YEAR),
        keyed.set_key(set, SERIAL_AND_DAY),
        keyed.set_key(set, SERIAL_AND_YEAR),
    ]
}

/// The keys under which an entry's family card looks for seekers.
#[inline]
pub(super) fn of_card(card: u64, layout: &Layout) -> [u64; CARD_KEYS] {
    let keyed = Keyed::new(card, layout);
    [
        keyed.key(CARD),
        keyed.key(CARD_HEAD),
        keyed.key(CARD_TAIL),
        keyed.key(CARD_WITHOUT_YEAR),
        keyed.key(CARD_WITHOUT_MONTH),
        keyed.key(CARD_WITHOUT_DAY),
    ]
}

/// Calls `push` with every key under which a seeker can be found.
pub(super) fn of_seeker(written: &Written, card: Option<u64>, layout: &Layout, mut push: impl FnMut(SeekerKey)) {
    let telling = |key: u64| SeekerKey { key, is_vague: false };
    if let Some(number) = card {
        let [whole, others @ ..] = of_card(number, layout);
        push(telling(whole));
        push(telling(Keyed::new(number, layout).key(NUMBER)));
        // With a NIK to go by, a mistyped card needs no keys of its own.
        if !matches!(written, Written::Whole(_)) {
            others.into_iter().for_each(|key| push(telling(key)));
        }
    }
    match written {
        Written::Whole(digits) => match digits.number() {
            Some(number) => {
                let keyed = Keyed::new(number, layout);
                push(telling(keyed.key(CARD)));
                push(telling(keyed.key(NUMBER)));
                push(telling(keyed.key(WITHOUT_SERIAL)));
                push(telling(keyed.key(WITHOUT_DISTRICT)));
                push(telling(keyed.key(WITHOUT_YEAR)));
                push(telling(keyed.key(WITHOUT_MONTH)));
                push(telling(keyed.key(WITHOUT_DAY)));
                let set = keyed.set();
                for part in BESIDE_A_SET {
                    let key = keyed.set_key(set, part);
                    push(SeekerKey { key, is_vague: true });
                }
            }
            None => of_other_length(digits.get(), layout, push),
        },
        Written::Surviving(digits) => {
            heads(digits, card).for_each(|head| push(telling(Keyed::new(head * 100_000_000, layout).key(HEAD))));
        }
        Written::Blank | Written::Nothing => {}
    }
}

/// The first eight digits that a number in scientific notation may have had, its last digit perhaps rounded up; none
/// where fewer survive, or where a card leads to the entry.
pub(super) fn heads(surviving: &Digits, card: Option<u64>) -> impl Iterator<Item = u64> {
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

/// Fifteen digits or seventeen as numbers of sixteen, as far as a digit lost or added leaves their parts alone.
pub(super) struct OtherLength {
    /// The last ten digits: date and serial.
    pub(super) last: u64,
    /// The first twelve: district and date.
    pub(super) first: u64,
    /// District and serial.
    pub(super) ends: u64,
}

/// Returns the parts of fifteen digits or seventeen.
pub(super) fn parts_of_other_length(digits: &[u8]) -> Option<OtherLength> {
    let length = digits.len();
    if length != 15 && length != 17 {
        return None;
    }
    let (first, last) = (&digits[..12], &digits[length - 10..]);
    Some(OtherLength {
        last: value(last),
        first: value(first) * 10_000,
        ends: value(&first[..6]) * 10_000_000_000 + value(&last[6..]),
    })
}

/// The keys of fifteen digits and one more, or of seventeen and one fewer: the digit is lost or added before the date,
/// behind it, or within it.
fn of_other_length(digits: &[u8], layout: &Layout, mut push: impl FnMut(SeekerKey)) {
    let Some(parts) = parts_of_other_length(digits) else {
        return;
    };
    let vague = |key: u64| SeekerKey { key, is_vague: true };
    push(vague(Keyed::new(parts.last, layout).key(WITHOUT_DISTRICT)));
    push(vague(Keyed::new(parts.first, layout).key(WITHOUT_SERIAL)));
    let ends = Keyed::new(parts.ends, layout);
    let set = digits
        .iter()
        .fold(0_u64, |sum, digit| sum.wrapping_add(DIGIT_SUMS[usize::from(*digit)]));
    for (digit, sum) in (0_u8..).zip(DIGIT_SUMS) {
        let other = match digits.len() {
            15 => set.wrapping_add(sum),
            _ if digits.contains(&digit) => set.wrapping_sub(sum),
            _ => continue,
        };
        push(vague(ends.set_key(other, DISTRICT_AND_SERIAL)));
    }
}

fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Spreads a value over all bits. Each step can be undone, so that no two keys meet.
#[inline]
fn spread(value: u64) -> u64 {
    let mixed = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}

/// What each digit adds to the sum of a set: large and without pattern (SplitMix64), so that two sets have two sums.
const DIGIT_SUMS: [u64; 10] = {
    let mut sums = [0; 10];
    let mut at = 0;
    while at < 10 {
        let mut mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        sums[at] = mixed ^ (mixed >> 31);
        at += 1;
    }
    sums
};

/// The sums of two digits each.
static PAIR_SUMS: [u64; 128] = {
    let mut sums = [0; 128];
    let mut at = 0;
    while at < 100 {
        sums[at] = DIGIT_SUMS[at / 10].wrapping_add(DIGIT_SUMS[at % 10]);
        at += 1;
    }
    sums
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::near_match::outline::Outline;

    fn vague_keys(text: &str) -> Vec<u64> {
        let mut keys = Vec::new();
        of_seeker(
            &Written::Whole(Digits::of(text).unwrap()),
            None,
            &Layout::default(),
            |key| {
                if key.is_vague {
                    keys.push(key.key);
                }
            },
        );
        keys
    }

    fn meets(text: &str, nik: u64) -> bool {
        let keys = vague_keys(text);
        of_number(nik, &Layout::default()).iter().any(|key| keys.contains(key))
    }

    const NIK: u64 = 1_671_094_107_959_012;

    #[test]
    fn sixteen_digits_are_eight_pairs() {
        let pairs = |number| pairs(number).to_be_bytes();
        assert_eq!(pairs(1_671_094_107_959_012), [16, 71, 9, 41, 7, 95, 90, 12]);
        assert_eq!(pairs(9_999_000_100_990_100), [99, 99, 0, 1, 0, 99, 1, 0]);
        let exact = |four: u64| eight(four * 10_000 + four) == (((four / 100) << 8) | (four % 100)) * 0x1_0001;
        assert!((0..10_000).all(exact));
    }

    #[test]
    fn swapping_any_two_digits_leaves_a_key() {
        let digits = NIK.to_string().into_bytes();
        for one in 0..16 {
            for other in one + 1..16 {
                let mut swapped = digits.clone();
                swapped.swap(one, other);
                let part = |at: usize| [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2][at];
                // Within the district or the serial the other two parts are a key of their own.
                let is_within = part(one) == part(other) && part(one) != 1;
                let text = String::from_utf8(swapped).unwrap();
                assert!(is_within || meets(&text, NIK), "{one} {other}");
            }
        }
        assert!(meets("1671090741959012", NIK), "the date in any order");
    }

    #[test]
    fn a_digit_lost_or_added_anywhere_leaves_a_key() {
        let digits = NIK.to_string();
        let outline = Outline::of_number(NIK);
        let check = |text: &str| {
            let written = Written::Whole(Digits::of(text).unwrap());
            assert!(meets(text, NIK), "{text}");
            assert!(Outline::new(&written).may_come_from(outline), "{text}");
        };
        for at in 0..16 {
            let mut lost = digits.clone();
            lost.remove(at);
            check(&lost);
            for digit in '0'..='9' {
                let mut added = digits.clone();
                added.insert(at + 1, digit);
                check(&added);
            }
        }
    }
}
