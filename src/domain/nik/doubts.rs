//! What makes one look again at a number that has all its digits. Doubts only warn: a NIK is not changed by moving
//! house or by correcting a birth date, and carries its first district's code for life.

use super::{KkNumber, Nik, NikReading, WOMAN};
use crate::domain::region::{self, Validity};
use chrono::{Datelike, NaiveDate};

/// The youngest holder of a card; married people may be younger, but not by much.
const CARD_AGE_YEARS: u32 = 17;
/// Nobody younger than this asks for a card.
const TOO_YOUNG_TO_ASK_YEARS: u32 = 15;
/// Family cards got numbers of this form with the population system; none is older.
const FIRST_KK_YEAR: i32 = 2000;

/// Something about a trusted NIK that does not fit; a warning, never a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NikDoubt {
    /// No region table knows the first six digits.
    UnknownRegion,
    /// The code was given up when the district was split or moved to another province.
    FormerRegion,
    /// The birth date in its own column is another one.
    BirthDateDiffers,
    /// The day block is no date.
    ImpossibleDate,
    /// The last four digits are 0000.
    SerialZero,
    /// A man's number whose owner would be too young for a card: as a family card number it would make sense.
    LooksLikeKk,
}

/// Returns what does not fit, as of the day `on`; allocates only where something does not.
pub fn doubts(nik: Nik, birth_date: Option<NaiveDate>, on: NaiveDate) -> Vec<NikDoubt> {
    let mut found = Vec::new();
    match region::lookup(nik.region_code()).map(|region| region.validity) {
        Some(Validity::Current) => {}
        Some(Validity::Former) => found.push(NikDoubt::FormerRegion),
        None => found.push(NikDoubt::UnknownRegion),
    }
    let confirmed = birth_date.is_some_and(|date| nik.born_on(date));
    if nik.birth_date(on.year()).is_none() {
        found.push(NikDoubt::ImpossibleDate);
    } else if birth_date.is_some() && !confirmed {
        found.push(NikDoubt::BirthDateDiffers);
    }
    if nik.serial() == 0 {
        found.push(NikDoubt::SerialZero);
    }
    if !confirmed && looks_like_kk(nik, on) {
        found.push(NikDoubt::LooksLikeKk);
    }
    found
}

/// Tells whether a number makes more sense as a family card's: a possible date of issue, nobody old enough for a card.
pub fn looks_like_kk(number: Nik, on: NaiveDate) -> bool {
    can_be_kk(number, on) && !is_adult(number, on)
}

/// Tells whether the NIK cell and the KK cell of a row were filled in the wrong way round, as of the day `on`.
///
/// A KK number has the form of a man's NIK (date of issue, never 40 added), so that only clear evidence counts:
/// a birth date from another column, a woman's number in the KK cell, or a child's number against an adult's.
pub fn swapped(
    nik_cell: &NikReading,
    kk_cell: Option<&KkNumber>,
    birth_date: Option<NaiveDate>,
    on: NaiveDate,
) -> bool {
    let Some(first) = nik_cell.trusted() else { return false };
    let Some(second) = kk_cell.and_then(KkNumber::as_u64).and_then(Nik::from_u64) else {
        return false;
    };
    if first == second || second.birth_date(on.year()).is_none() {
        return false;
    }
    if let Some(date) = birth_date {
        match (first.born_on(date), second.born_on(date)) {
            (true, _) => return false,
            (false, true) => return !first.is_woman(),
            (false, false) => {}
        }
    }
    if !can_be_kk(first, on) || !is_adult(second, on) {
        return false;
    }
    // Whoever asks for the first card does so around the 17th birthday: only a clearly younger one is a date of issue.
    second.is_woman() || age_years(first, on).is_none_or(|age| age < TOO_YOUNG_TO_ASK_YEARS)
}

/// Tells whether neither doubts nor swapped cells come out otherwise on another day of a year: most are asked of a day.
pub fn hold_all_year(nik: Nik, kk: Option<&KkNumber>, birth_date: Option<NaiveDate>, year: i32) -> bool {
    // A birth date that the number confirms settles both.
    if birth_date.is_some_and(|date| nik.born_on(date)) {
        return true;
    }
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let (Some(first), Some(last)) = (day(1, 1), day(12, 31)) else {
        return false;
    };
    let ages = |number, on| {
        let is_child = age_years(number, on).is_none_or(|age| age < TOO_YOUNG_TO_ASK_YEARS);
        (can_be_kk(number, on), is_adult(number, on), is_child)
    };
    let card = kk.and_then(KkNumber::as_u64).and_then(Nik::from_u64);
    let mut numbers = [Some(nik), card].into_iter().flatten();
    numbers.all(|number| ages(number, first) == ages(number, last))
}

fn can_be_kk(number: Nik, on: NaiveDate) -> bool {
    let (day, month, year) = number.date_block();
    let issued = NaiveDate::from_ymd_opt(FIRST_KK_YEAR + year as i32, month, day);
    day < WOMAN && issued.is_some_and(|date| date <= on)
}

fn is_adult(number: Nik, on: NaiveDate) -> bool {
    age_years(number, on).is_some_and(|age| age >= CARD_AGE_YEARS)
}

fn age_years(number: Nik, on: NaiveDate) -> Option<u32> {
    on.years_since(number.birth_date(on.year())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[track_caller]
    fn check(number: u64, birth_date: Option<NaiveDate>, expected: &[NikDoubt]) {
        assert_eq!(
            doubts(Nik::from_u64(number).unwrap(), birth_date, day(2021, 7, 1)),
            expected,
            "{number}"
        );
    }

    #[test]
    fn doubts_warn_of_what_does_not_fit() {
        check(1_671_094_107_959_001, None, &[]);
        check(1_671_094_107_959_001, Some(day(1995, 7, 1)), &[]);
        check(
            1_671_094_107_959_001,
            Some(day(1995, 1, 7)),
            &[NikDoubt::BirthDateDiffers],
        );
        check(1_671_994_107_959_001, None, &[NikDoubt::UnknownRegion]);
        check(1_671_094_107_950_000, None, &[NikDoubt::SerialZero]);
        check(
            1_671_094_113_959_001,
            Some(day(1995, 7, 1)),
            &[NikDoubt::ImpossibleDate],
        );
        check(1_671_091_507_129_001, None, &[NikDoubt::LooksLikeKk]);
        check(1_671_091_507_129_001, Some(day(2012, 7, 15)), &[]);
        check(1_671_091_507_039_001, None, &[]);
        check(9_101_011_507_839_001, None, &[NikDoubt::FormerRegion]);
    }

    #[test]
    fn what_holds_all_year_is_the_same_on_every_day_of_it() {
        let numbers: Vec<Nik> = (0..100_u64)
            .flat_map(|year| {
                [100, 1_507, 4_107, 1_712, 3_101].map(|day| 1_671_090_000_009_001 + day * 1_000_000 + year * 10_000)
            })
            .filter_map(Nik::from_u64)
            .collect();
        let mut held = 0;
        for (at, nik) in numbers.iter().enumerate() {
            let kk = KkNumber::new(&numbers[(at * 7 + 3) % numbers.len()].digits());
            let birth_date = [None, nik.birth_date(2021), Some(day(2001, 2, 3))][at % 3];
            if !hold_all_year(*nik, kk.as_ref(), birth_date, 2021) {
                continue;
            }
            held += 1;
            let says = |on| {
                (
                    doubts(*nik, birth_date, on),
                    swapped(&NikReading::Trusted(*nik), kk.as_ref(), birth_date, on),
                )
            };
            let days = day(2021, 1, 1).iter_days().take(365).step_by(13);
            assert!(
                days.map(says).all(|said| said == says(day(2021, 12, 31))),
                "{}",
                nik.digits()
            );
        }
        assert!(held > 300, "{held}");
    }

    #[track_caller]
    fn check_swap(nik: &str, kk: &str, birth_date: Option<NaiveDate>, expected: bool) {
        let reading = NikReading::read(nik).unwrap();
        assert_eq!(
            swapped(&reading, KkNumber::read(kk).as_ref(), birth_date, day(2021, 7, 1)),
            expected,
            "{nik} {kk}"
        );
    }

    #[test]
    fn only_clear_evidence_swaps_two_cells() {
        // A woman's number where the card's belongs, and a possible date of issue where hers belongs.
        check_swap("1671090404059001", "1671094107959001", None, true);
        check_swap("1671094107959001", "1671090404059001", None, false);
        // A child of nine against an adult.
        check_swap("1671090404129001", "1671091107959001", None, true);
        check_swap("1671091107959001", "1671090404129001", None, false);
        // Two possible adults: nobody can tell without a birth date.
        check_swap("1671090404039001", "1671091107959001", None, false);
        check_swap("1671090404039001", "1671091107959001", Some(day(1995, 7, 11)), true);
        check_swap("1671090404039001", "1671091107959001", Some(day(2003, 4, 4)), false);
        // A husband's number and his wife's in the card's cell: no card was issued in 1985.
        check_swap("1671090404859001", "1671094107959001", None, false);
        check_swap("1671094107959001", "1671094107959001", None, false);
        check_swap("167109040412900", "1671094107959001", None, false);
        check_swap("1671090404129001", "", None, false);
    }
}
