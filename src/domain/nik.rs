//! The NIK: 16 digits PPKKCC DDMMYY SSSS, and the KK number beside it.
//!
//! Neither type has a `Display`: `masked()` is for people, `digits()` for work files, and `Debug` is masked too.
//! `reading` owns what a cell says, `doubts` what makes one look again. Nothing here knows a file or a column.

mod doubts;
mod reading;

use super::text::Text;
use chrono::{Datelike, NaiveDate};
use std::fmt;

pub use doubts::{NikDoubt, doubts, hold_all_year, looks_like_kk, swapped};
pub use reading::{NikFlaw, NikReading};

const SMALLEST: u64 = 1_000_000_000_000_000;
const LARGEST: u64 = 9_999_999_999_999_999;
/// What is added to the day of a woman's birth.
const WOMAN: u32 = 40;

/// A population number whose 16 digits can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nik(u64);

impl Nik {
    /// Takes 16 digits as a number, as the store keeps them.
    pub fn from_u64(number: u64) -> Option<Self> {
        (SMALLEST..=LARGEST).contains(&number).then_some(Self(number))
    }

    /// Reads a cell, and gives a number only where all of its digits can be trusted.
    pub fn parse(cell: &str) -> Option<Self> {
        NikReading::read(cell)?.trusted()
    }

    /// Returns the 16 digits as a number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// Returns the 16 digits whole, for work files only.
    pub fn digits(self) -> String {
        self.0.to_string()
    }

    /// Returns the number as people see it: `167199******9001`.
    pub fn masked(self) -> String {
        format!("{}******{:04}", self.region_code(), self.serial())
    }

    /// Returns at which digits, counted from 1, another number differs that looks the same to people.
    pub fn hidden_differences(self, other: Self) -> Vec<u8> {
        if (self.region_code(), self.serial()) != (other.region_code(), other.serial()) {
            return Vec::new();
        }
        let digit = |number: u64, at: u8| number / 10_u64.pow(16 - u32::from(at)) % 10;
        (1..=16)
            .filter(|at| digit(self.0, *at) != digit(other.0, *at))
            .collect()
    }

    /// Returns the six digits of the district that first gave the number; a move does not change them.
    pub fn region_code(self) -> u32 {
        (self.0 / 10_000_000_000) as u32
    }

    /// Returns the last four digits.
    pub fn serial(self) -> u16 {
        (self.0 % 10_000) as u16
    }

    /// Tells whether 40 was added to the day.
    pub fn is_woman(self) -> bool {
        self.date_block().0 > WOMAN
    }

    /// Returns the birth date that the number carries, in the hundred years that end with `reference_year`.
    ///
    /// `None` where the six digits are no date. A corrected birth date does not change the number, so that this may
    /// differ from the true one.
    pub fn birth_date(self, reference_year: i32) -> Option<NaiveDate> {
        let (day, month, year) = self.date_block();
        let day = if day > WOMAN { day - WOMAN } else { day };
        let age_years = (reference_year - year as i32).rem_euclid(100);
        NaiveDate::from_ymd_opt(reference_year - age_years, month, day)
    }

    /// Returns day (with a woman's 40), month and two-digit year as written.
    pub fn date_block(self) -> (u32, u32, u32) {
        let block = (self.0 / 10_000 % 1_000_000) as u32;
        (block / 10_000, block / 100 % 100, block % 100)
    }

    /// Tells whether the date block says this day, whatever the century.
    pub fn born_on(self, date: NaiveDate) -> bool {
        let (day, month, year) = self.date_block();
        let day = if day > WOMAN { day - WOMAN } else { day };
        (day, month, year as i32) == (date.day(), date.month(), date.year().rem_euclid(100))
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A family card number as cleaned text; 16 digits where it is well formed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KkNumber(Text);

impl KkNumber {
    /// Takes cleaned text; empty text is no number.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.into()))
    }

    /// Reads a cell with the same lossless cleaning as a NIK; an empty cell is no number.
    pub fn read(cell: &str) -> Option<Self> {
        NikReading::read(cell).and_then(|reading| Self::new(&reading.text()))
    }

    /// Returns the bytes of the text.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the text whole, for work files and the store only.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Returns the 16 digits as a number, where it is well formed (16 digits, no zero in front, not all the same).
    pub fn as_u64(&self) -> Option<u64> {
        reading::plain_digits(self.0.as_bytes()).map(Nik::as_u64)
    }

    /// Returns what [`KkNumber::as_u64`] would of the digits of this number.
    #[inline]
    pub fn well_formed(number: u64) -> Option<u64> {
        reading::plain_number(number).map(Nik::as_u64)
    }

    /// Returns the number as people see it: `167199******0001`.
    pub fn masked(&self) -> String {
        reading::masked_text(&self.0)
    }
}

impl fmt::Debug for KkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KK****")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nik(number: u64) -> Nik {
        Nik::from_u64(number).unwrap()
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_number_tells_its_parts() {
        let woman = nik(1_671_094_107_959_001);
        assert_eq!(
            (woman.region_code(), woman.serial(), woman.is_woman()),
            (167_109, 9001, true)
        );
        assert_eq!(woman.birth_date(2021), Some(day(1995, 7, 1)));
        assert!(woman.born_on(day(1995, 7, 1)) && !woman.born_on(day(1995, 7, 2)));
        let man = nik(1_671_093_112_049_002);
        assert_eq!((man.is_woman(), man.birth_date(2021)), (false, Some(day(2004, 12, 31))));
        assert_eq!(man.masked(), "167109******9002");
        assert_eq!(format!("{man:?}"), "167109******9002");
    }

    #[test]
    fn numbers_that_look_the_same_are_told_apart_by_their_hidden_digits() {
        let check = |one, other, expected: &[u8]| assert_eq!(nik(one).hidden_differences(nik(other)), expected);
        check(1_671_094_107_959_001, 1_671_094_107_599_001, &[11, 12]);
        check(1_671_094_107_959_001, 1_671_090_107_959_001, &[7]);
        check(1_671_094_107_959_001, 1_671_094_107_959_001, &[]);
        check(1_671_094_107_959_001, 1_671_094_107_959_010, &[]);
        check(1_671_094_107_959_001, 1_671_084_107_599_001, &[]);
    }

    #[test]
    fn the_century_follows_the_reference_year() {
        let number = nik(1_671_090_101_219_001);
        assert_eq!(number.birth_date(2020), Some(day(1921, 1, 1)));
        assert_eq!(number.birth_date(2021), Some(day(2021, 1, 1)));
        assert_eq!(nik(1_671_093_113_959_001).birth_date(2021), None);
        assert_eq!(nik(1_671_093_002_959_001).birth_date(2021), None);
        assert_eq!(nik(1_671_092_902_009_001).birth_date(2021), Some(day(2000, 2, 29)));
        assert_eq!(nik(1_671_090_000_009_001).birth_date(2021), None);
        assert_eq!(nik(1_671_097_201_959_001).birth_date(2021), None);
    }

    #[test]
    fn a_family_card_keeps_its_text() {
        assert_eq!(
            KkNumber::read(" 1671 0904 0404 9001").unwrap().digits(),
            "1671090404049001"
        );
        assert_eq!(
            KkNumber::read("'1671090404049001").unwrap().as_u64(),
            Some(1_671_090_404_049_001)
        );
        assert_eq!(KkNumber::read("1,67109E+15").unwrap().digits(), "1,67109E+15");
        assert_eq!(KkNumber::read("167109").unwrap().as_u64(), None);
        assert_eq!(KkNumber::read("1111111111111111").unwrap().as_u64(), None);
        for number in [
            0,
            167_109,
            SMALLEST - 1,
            SMALLEST,
            1_671_090_404_049_001,
            LARGEST,
            LARGEST + 1,
            u64::MAX,
        ] {
            let written = KkNumber::new(&number.to_string()).unwrap();
            assert_eq!(KkNumber::well_formed(number), written.as_u64(), "{number}");
        }
        assert_eq!(KkNumber::well_formed(7_777_777_777_777_777), None);
        assert_eq!(KkNumber::read(" - "), None);
        assert_eq!(KkNumber::read("1671090404049001").unwrap().masked(), "167109******9001");
    }
}
