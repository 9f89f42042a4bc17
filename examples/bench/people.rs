//! Somebody who does not exist, made from a number alone.
//!
//! Serials from 9000 on are given to no one, and the telephone prefix belongs to no operator. The last digit of a NIK
//! checks the others (Damm 2004), so that no slip of one digit and no swap of neighbours makes another person's.

use super::chance::{Chance, Purpose, Shuffle};
use super::words;

/// Districts, days, months, sexes, years and serials from which NIKs are made.
const NUMBERS: u64 = 18 * 28 * 12 * 2 * 60 * 100;
const OLDEST_YEAR: u64 = 1945;

/// To which group of people somebody belongs; it decides the family name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    Most,
    Unqueued,
    Leaving,
    Mistyped,
}

impl Group {
    const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Most => &words::FAMILY,
            Self::Unqueued => &words::FAMILY_UNQUEUED,
            Self::Leaving => &words::FAMILY_LEAVING,
            Self::Mistyped => &words::FAMILY_MISTYPED,
        }
    }
}

/// A made-up person.
pub struct Person {
    pub nik: u64,
    /// Family card.
    pub card: u64,
    /// Given, middle (often empty) and family name, in capitals.
    pub names: [&'static str; 3],
    /// Day, month, year.
    pub born: (u32, u32, u32),
    pub district: &'static str,
    pub village: u64,
    /// The digits behind the prefix.
    pub phone: u64,
}

/// Makes people from numbers.
pub struct People {
    chance: Chance,
    numbers: Shuffle,
}

impl People {
    /// Makes the people of a seed.
    pub fn new(chance: Chance) -> Self {
        Self {
            chance,
            numbers: chance.shuffle(Purpose::Number, NUMBERS),
        }
    }

    /// Returns the NIK of somebody, and day, month and year of birth.
    pub fn number(&self, id: u64) -> (u64, (u32, u32, u32)) {
        let mut rest = self.numbers.at(id);
        let mut take = |count: u64| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        let (district, day, month) = (take(18) + 1, take(28) + 1, take(12) + 1);
        let (forty, year, serial) = (take(2) * 40, take(60) + OLDEST_YEAR, take(100));
        let place = (1671 * 100 + district) * 1_000_000;
        let fifteen = (place + (day + forty) * 10_000 + month * 100 + year % 100) * 1_000 + 900 + serial;
        let born = [day, month, year].map(|part| u32::try_from(part).unwrap_or(0));
        (fifteen * 10 + check_digit(fifteen), (born[0], born[1], born[2]))
    }

    /// Returns somebody.
    pub fn person(&self, id: u64, group: Group) -> Person {
        let chance = self.chance;
        let (nik, born) = self.number(id);
        let district = nik / 10_000_000_000 % 100;
        let middle = chance.below(Purpose::Middle, id, 64);
        let middle = usize::try_from(middle).unwrap_or(0);
        let family = id / 3;
        let issued = chance.below(Purpose::Card, family, 28 * 12 * 14 * 1_000);
        let (day, month, year) = (issued % 28 + 1, issued / 28 % 12 + 1, issued / 336 % 14 + 6);
        let date = day * 10_000 + month * 100 + year;
        Person {
            nik,
            card: ((1671 * 100 + district) * 1_000_000 + date) * 10_000 + 9_000 + issued / 4_704,
            names: [
                chance.pick(Purpose::Given, id, &words::GIVEN),
                words::MIDDLE.get(middle).copied().unwrap_or(""),
                chance.pick(Purpose::Family, id, group.families()),
            ],
            born,
            district: words::DISTRICTS[usize::try_from(district).unwrap_or(1) - 1],
            village: chance.below(Purpose::Village, id, 7) + 1,
            phone: chance.below(Purpose::Phone, id, 100_000_000),
        }
    }

    /// Returns the NIK with a slip: a digit wrong or two neighbours swapped, in the date or the serial.
    pub fn mistyped(&self, id: u64, nik: u64) -> u64 {
        let mut digits = digits_of(nik);
        let slip = self.chance.below(Purpose::Slip, id, u64::MAX);
        // The serial keeps its 9 in front: the slip must not make a number that somebody could have.
        let places: [usize; 9] = [6, 7, 8, 9, 10, 11, 13, 14, 15];
        let at = places[usize::try_from(slip / 16 % 9).unwrap_or(0)];
        let is_swap = slip.is_multiple_of(2) && at != 11 && at != 15 && digits[at] != digits[at + 1];
        if is_swap {
            digits.swap(at, at + 1);
        } else {
            let more = u8::try_from(slip / 256 % 9).unwrap_or(0) + 1;
            digits[at] = (digits[at] + more) % 10;
        }
        digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
    }
}

/// Returns the sixteen digits of a NIK.
fn digits_of(nik: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    let mut rest = nik;
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    digits
}

/// Damm's check digit of fifteen digits.
fn check_digit(fifteen: u64) -> u64 {
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    let last = digits_of(fifteen)[1..]
        .iter()
        .fold(0, |interim, digit| TABLE[usize::from(interim)][usize::from(*digit)]);
    u64::from(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cetak::domain::name::same_person;
    use std::collections::BTreeSet;

    fn people() -> People {
        People::new(Chance::new(11))
    }

    #[test]
    fn nobody_can_exist_and_nobody_is_there_twice() {
        let niks: BTreeSet<u64> = (0..20_000).map(|id| people().number(id).0).collect();
        assert_eq!(niks.len(), 20_000);
        for nik in niks {
            assert!(nik % 10_000 >= 9_000 && nik / 1_000_000_000_000 == 1671, "{nik}");
        }
        for id in 0..2_000 {
            let person = people().person(id, Group::Most);
            assert!(person.card % 10_000 >= 9_000 && person.card / 1_000_000_000_000 == 1671);
        }
    }

    #[test]
    fn a_slip_makes_nobodys_number_and_no_real_one() {
        for id in 0..20_000 {
            let nik = people().number(id).0;
            let slipped = people().mistyped(id, nik);
            assert_ne!(slipped, nik);
            assert_ne!(slipped % 10, check_digit(slipped / 10), "{slipped}");
            assert!(
                slipped % 10_000 >= 9_000 && slipped > 1_000_000_000_000_000,
                "{slipped}"
            );
        }
    }

    #[test]
    fn names_of_different_groups_are_never_one_persons() {
        let groups = [Group::Most, Group::Unqueued, Group::Leaving, Group::Mistyped];
        for one in groups {
            for other in groups.into_iter().filter(|other| *other != one) {
                for (a, b) in one
                    .families()
                    .iter()
                    .flat_map(|a| other.families().iter().map(move |b| (a, b)))
                {
                    assert!(!same_person(a, b).is_same(), "{a} {b}");
                }
            }
            for family in one.families() {
                for word in words::GIVEN.iter().chain(&words::MIDDLE) {
                    assert!(!same_person(word, family).is_same(), "{word} {family}");
                }
            }
        }
    }
}
