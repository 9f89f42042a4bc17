//! How a written NIK became another: the kinds of damage that people and spreadsheets do to 16 digits.
//!
//! Kinds of damage, not edit distance: a day-month block turned round is one slip of the hand, but four digits apart.

use super::Evidence;
use crate::domain::nik::{NikFlaw, NikReading};

/// Digits of a number as written: more than 18 are no damaged NIK.
pub(super) const ROOM: usize = 18;

/// Surviving digits that say more than the district: the day of birth and the sex.
pub(super) const TELLING_DIGITS: usize = 8;

/// What a seeker's NIK cell still says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing: blank.
    Blank,
    /// Nothing that helps: a placeholder, words, a few digits.
    Nothing,
    /// The first digits of a number in scientific notation; the last may be rounded.
    Surviving(Digits),
    /// Digits, of whatever number.
    Whole(Digits),
}

/// Up to 18 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    digits: [u8; ROOM],
    length: u8,
    /// Letters stood for some of them.
    had_letters: bool,
}

impl Digits {
    /// Takes the digits of a text, letters that look like digits among them; `None` where there are other signs.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut found = Self {
            digits: [0; ROOM],
            length: 0,
            had_letters: false,
        };
        for byte in text.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'O' | b'o' | b'D' | b'Q' => 0,
                b'I' | b'i' | b'l' | b'L' | b'|' => 1,
                b'Z' | b'z' => 2,
                b'S' | b's' => 5,
                b'G' | b'b' => 6,
                b'B' => 8,
                b'g' | b'q' => 9,
                _ => return None,
            };
            found.had_letters |= !byte.is_ascii_digit();
            *found.digits.get_mut(usize::from(found.length))? = digit;
            found.length += 1;
        }
        Some(found)
    }

    /// Takes a number of 16 digits.
    pub(super) fn of_number(number: u64) -> Self {
        let mut found = Self {
            digits: [0; ROOM],
            length: 16,
            had_letters: false,
        };
        let mut rest = number;
        for digit in found.digits[..16].iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        found
    }

    pub(super) fn get(&self) -> &[u8] {
        &self.digits[..usize::from(self.length)]
    }

    /// Returns 16 digits as a number.
    pub(super) fn number(&self) -> Option<u64> {
        (self.length == 16).then(|| self.value())
    }

    /// Returns all digits as one number.
    pub(super) fn value(&self) -> u64 {
        self.get()
            .iter()
            .fold(0, |number, digit| number * 10 + u64::from(*digit))
    }

    /// Tells whether the digits could be somebody's own NIK: sixteen, with a day, a month and a serial that exist.
    ///
    /// What cannot be one is damaged for certain; what can may be right, and a namesake's.
    pub(super) fn may_be_a_nik(&self) -> bool {
        let Some(number) = self.number().filter(|_| !self.had_letters) else {
            return false;
        };
        let (day, month) = (number / 100_000_000 % 100, number / 1_000_000 % 100);
        number % 10_000 != 0 && matches!(day, 1..=31 | 41..=71) && matches!(month, 1..=12)
    }
}

impl Written {
    /// Reads what a NIK cell still says.
    pub(super) fn of(reading: &NikReading) -> Self {
        match reading {
            NikReading::Trusted(nik) => Self::Whole(Digits::of_number(nik.as_u64())),
            NikReading::Held {
                flaw: NikFlaw::Missing, ..
            } => Self::Blank,
            NikReading::Held {
                flaw: NikFlaw::Placeholder | NikFlaw::SameDigits,
                ..
            } => Self::Nothing,
            NikReading::Held {
                flaw: NikFlaw::Scientific,
                ..
            } => {
                let surviving = Digits::of(&reading.surviving_digits()).filter(|digits| digits.length <= 16);
                surviving.map_or(Self::Nothing, Self::Surviving)
            }
            NikReading::Held { text, .. } => match Digits::of(text) {
                Some(digits) if digits.length >= 10 => Self::Whole(digits),
                _ => Self::Nothing,
            },
        }
    }
}

/// How a written NIK relates to an entry's, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// One known kind of damage explains it.
    Damaged(Evidence),
    /// A large part is the same, the rest is not explained by one slip.
    Partly(Evidence),
    /// The digits that survive fit, district and day of birth among them.
    FitsFar(Evidence),
    /// The few digits that survive fit.
    Fits(Evidence),
    /// The cell says nothing.
    Silent,
    /// It is another number.
    Other,
}

/// Finds the kind of damage that makes `entry` into what was written.
pub(super) fn relation(written: &Written, entry: &Digits) -> Relation {
    match written {
        Written::Blank | Written::Nothing => Relation::Silent,
        Written::Surviving(digits) if survives(digits.get(), entry.get()) => {
            if digits.get().len() >= TELLING_DIGITS {
                Relation::FitsFar(Evidence::SurvivingDigits)
            } else {
                Relation::Fits(Evidence::SurvivingDigits)
            }
        }
        Written::Surviving(_) => Relation::Other,
        Written::Whole(digits) => whole(digits, entry.get()),
    }
}

/// Says what a cell is that no kind of damage makes of an entry's number: cut off, no number at all, or another number.
pub(super) fn unlike(written: &Written, entry: &Digits) -> Evidence {
    match written {
        Written::Blank => Evidence::NikBlank,
        Written::Nothing => Evidence::NikUnusable,
        Written::Whole(digits) if digits.length < 16 && lacks_some(digits.get(), entry.get()) => {
            Evidence::DigitsMissing
        }
        Written::Whole(digits) if digits.length != 16 => Evidence::NikUnusable,
        Written::Surviving(_) | Written::Whole(_) => Evidence::OtherNik,
    }
}

fn whole(written: &Digits, entry: &[u8]) -> Relation {
    let digits = written.get();
    let found = match digits.len() {
        16 => same_length(digits, entry),
        15 if lacks_one(digits, entry) => Relation::Damaged(Evidence::DigitMissing),
        17 if lacks_one(entry, digits) => Relation::Damaged(added(digits, entry)),
        14 if lacks_some(digits, entry) => Relation::Partly(Evidence::DigitsMissing),
        18 if lacks_some(entry, digits) => Relation::Partly(Evidence::DigitsAdded),
        _ => missing_and_wrong(digits, entry),
    };
    match found {
        Relation::Damaged(_) if written.had_letters && digits == entry => Relation::Damaged(Evidence::LettersForDigits),
        found => found,
    }
}

fn same_length(digits: &[u8], entry: &[u8]) -> Relation {
    use Evidence as E;
    let mut at = [0_usize; 16];
    let mut count = 0;
    for (place, _) in digits.iter().zip(entry).enumerate().filter(|(_, (a, b))| a != b) {
        at[count] = place;
        count += 1;
    }
    let at = &at[..count];
    let is_swap = count == 2 && digits[at[0]] == entry[at[1]] && digits[at[1]] == entry[at[0]];
    match at {
        [] => return Relation::Damaged(E::SameNumber),
        [15] if digits[15] == 0 => return Relation::Damaged(E::LastDigitLost),
        [12..=15] if is_next_serial(digits, entry) => return Relation::Partly(E::NextSerial),
        [6] if digits[6].abs_diff(entry[6]) == 4 => return Relation::Damaged(E::WomansForty),
        [_] => return Relation::Damaged(E::OneDigitWrong),
        [a, b] if is_swap && b - a == 1 => return Relation::Damaged(E::NeighboursSwapped),
        [_, _] if is_swap => return Relation::Damaged(E::DigitsSwapped),
        _ => {}
    }
    let (first, last) = (at[0], at[count - 1]);
    if first >= 6 && last < 12 && is_other_order(&digits[6..12], &entry[6..12]) {
        return Relation::Damaged(E::DateOrder);
    }
    if is_shifted(digits, entry) {
        return Relation::Damaged(E::DigitsShifted);
    }
    match (first, last) {
        (10, 11) => Relation::Damaged(E::OtherYear),
        (0.., ..6) => Relation::Partly(E::OtherDistrictCode),
        (12.., _) => Relation::Partly(E::OtherSerial),
        _ if count == 2 => Relation::Partly(E::TwoDigitsWrong),
        (6.., ..12) if count == 3 => Relation::Partly(E::OtherBirthDate),
        _ => Relation::Other,
    }
}

/// Tells whether the serials are neighbours, as twins' are. None is given as 0000, so that 0000 is damage.
fn is_next_serial(digits: &[u8], entry: &[u8]) -> bool {
    let serial = |d: &[u8]| {
        d[12..]
            .iter()
            .fold(0_u16, |serial, digit| serial * 10 + u16::from(*digit))
    };
    serial(digits) != 0 && serial(digits).abs_diff(serial(entry)) <= 2
}

/// Compares the blocks of a date in every order (`950117`, `170195`), with a woman's 40 on whichever block is the day.
fn is_other_order(digits: &[u8], entry: &[u8]) -> bool {
    const ORDERS: [[usize; 3]; 5] = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let blocks = |d: &[u8]| [d[0] * 10 + d[1], d[2] * 10 + d[3], d[4] * 10 + d[5]];
    let (written, [day, month, year]) = (blocks(digits), blocks(entry));
    let other_day = if day > 40 { day - 40 } else { day + 40 };
    [[day, month, year], [other_day, month, year]].iter().any(|date| {
        ORDERS
            .iter()
            .any(|order| written == [date[order[0]], date[order[1]], date[order[2]]])
    })
}

/// One digit left out in one place, and one put in at another: sixteen again, but shifted between.
fn is_shifted(digits: &[u8], entry: &[u8]) -> bool {
    let Some(first) = (0..16).find(|at| digits[*at] != entry[*at]) else {
        return false;
    };
    let Some(last) = (0..16).rev().find(|at| digits[*at] != entry[*at]) else {
        return false;
    };
    last - first >= 2
        && (digits[first..last] == entry[first + 1..=last] || digits[first + 1..=last] == entry[first..last])
}

/// Tells whether `short` is `long` without one digit.
fn lacks_one(short: &[u8], long: &[u8]) -> bool {
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    short[same..] == long[same + 1..]
}

/// Tells whether `short` is `long` without a few digits, wherever these stand.
fn lacks_some(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|digit| rest.any(|other| other == digit))
}

/// Fourteen to seventeen digits with one slip more than a lost or added one explains.
fn missing_and_wrong(digits: &[u8], entry: &[u8]) -> Relation {
    let (short, long) = if digits.len() < entry.len() {
        (digits, entry)
    } else {
        (entry, digits)
    };
    if long.len() - short.len() != 1 {
        return Relation::Other;
    }
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let differing = |left: &[u8], right: &[u8]| left.iter().zip(right).filter(|(a, b)| a != b).count();
    let one_more = (0..long.len()).any(|gone| {
        gone + 2 > head && differing(&short[..gone], &long[..gone]) + differing(&short[gone..], &long[gone + 1..]) <= 1
    });
    if one_more {
        Relation::Partly(Evidence::TwoDigitsWrong)
    } else {
        Relation::Other
    }
}

fn added(digits: &[u8], entry: &[u8]) -> Evidence {
    let at = entry.iter().zip(digits).take_while(|(a, b)| a == b).count();
    if at > 0 && digits[at] == digits[at - 1] {
        Evidence::DigitDoubled
    } else {
        Evidence::DigitAdded
    }
}

/// Tells whether the first digits, cut or rounded, are those that survive.
fn survives(surviving: &[u8], entry: &[u8]) -> bool {
    // Trailing zeros of the mantissa may be only how it was shown.
    let count = surviving.len();
    if count < 3 || count > entry.len() {
        return false;
    }
    let value = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u64, |number, digit| number * 10 + u64::from(*digit))
    };
    let (seen, cut) = (value(surviving), value(&entry[..count]));
    let rounds_up = entry.get(count).is_some_and(|next| *next >= 5);
    seen == cut || rounds_up && seen == cut + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Relation) {
        let reading = NikReading::read(written).unwrap_or(NikReading::Held {
            text: String::new(),
            flaw: NikFlaw::Missing,
        });
        let entry = Digits::of_number(1_671_094_107_959_012);
        assert_eq!(relation(&Written::of(&reading), &entry), expected, "{written}");
    }

    #[test]
    fn every_kind_of_damage_is_told() {
        use Evidence as E;
        let damaged = Relation::Damaged;
        check("1671094107959012", damaged(E::SameNumber));
        check("167109410795901Z", damaged(E::LettersForDigits));
        check("l67lO94lO7959Ol2", damaged(E::LettersForDigits));
        check("1671094107939012", damaged(E::OneDigitWrong));
        check("1671094170959012", damaged(E::NeighboursSwapped));
        check("1671091407959012", damaged(E::NeighboursSwapped));
        check("4671091107959012", damaged(E::DigitsSwapped));
        check("167109410795901", damaged(E::DigitMissing));
        check("171094107959012", damaged(E::DigitMissing));
        check("16719094107959012", damaged(E::DigitAdded));
        check("16711094107959012", damaged(E::DigitDoubled));
        check("1671094107959010", damaged(E::LastDigitLost));
        check("1671090107959012", damaged(E::WomansForty));
        check("1671094107599012", damaged(E::NeighboursSwapped));
        check("1671094107859012", damaged(E::OneDigitWrong));
        check("1671094107959013", Relation::Partly(E::NextSerial));
        check("1671094107769012", damaged(E::OtherYear));
        check("1671090741959012", damaged(E::DateOrder));
        check("1671099507419012", damaged(E::DateOrder));
        check("1671090701959012", damaged(E::DateOrder));
        check("1671099507019012", damaged(E::DateOrder));
        check("1670941079595012", damaged(E::DigitsShifted));
        check("1,67109E+15", Relation::Fits(E::SurvivingDigits));
        check("1,671094E+15", Relation::Fits(E::SurvivingDigits));
        check("1,67109411E+15", Relation::FitsFar(E::SurvivingDigits));
        check("1,6710941E+15", Relation::FitsFar(E::SurvivingDigits));
        check("1,67110E+15", Relation::Other);
        check("", Relation::Silent);
        check("belum ada", Relation::Silent);
        check("2147483647", Relation::Silent);
        check("1671044107959012", Relation::Damaged(E::OneDigitWrong));
        check("1604044107959012", Relation::Partly(E::OtherDistrictCode));
        check("1671094107959137", Relation::Partly(E::OtherSerial));
        check("1671034107959013", Relation::Partly(E::TwoDigitsWrong));
        check("16710941079590", Relation::Partly(E::DigitsMissing));
        check("1671061501889003", Relation::Other);
    }
}
