//! The office's working days: its week, national holidays and cuti bersama, and its own closing days.
//!
//! Built in are the joint decrees (SKB) for 2020 to 2027; a file may add years or replace one. What lies outside the
//! years it covers is an error, never a guess. Knows no file and no clock: text and days are handed in.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const BUILT_IN: &str = include_str!("holidays.csv");

/// A holiday of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// Its name as written.
    pub name: String,
}

/// Why a line of a holidays file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayFault {
    /// 1-based line.
    pub line: usize,
    /// What stands where a date should.
    pub text: String,
}

/// A day or a span lies outside the years that the calendar covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideCalendar {
    /// The first day that is not covered.
    pub day: NaiveDate,
    /// The first year that is covered.
    pub first_year: i32,
    /// The last year that is covered.
    pub last_year: i32,
}

impl fmt::Display for OutsideCalendar {
    /// English, for chains of causes; `messages` has the words for the screen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            day,
            first_year,
            last_year,
        } = self;
        write!(
            f,
            "{day} lies outside the calendar, which covers {first_year} to {last_year}"
        )
    }
}

impl std::error::Error for OutsideCalendar {}

/// What kind of day it is for the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// The office works.
    Working,
    /// Not in the office's week.
    OutsideWeek,
    /// A national holiday or cuti bersama, by its name.
    Holiday(&'a str),
    /// One of the office's own closing days.
    OwnClosing,
}

/// The days of the week on which the office works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeWeek([bool; 7]);

impl OfficeWeek {
    /// Takes the working days; `None` where there is not one.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let mut week = [false; 7];
        for day in days {
            if let Some(slot) = week.get_mut(day.num_days_from_monday() as usize) {
                *slot = true;
            }
        }
        week.contains(&true).then_some(Self(week))
    }

    /// Tells whether the office works on this day of the week.
    pub fn contains(self, day: Weekday) -> bool {
        self.0
            .get(day.num_days_from_monday() as usize)
            .copied()
            .unwrap_or(false)
    }
}

impl Default for OfficeWeek {
    /// Monday to Friday.
    fn default() -> Self {
        Self([true, true, true, true, true, false, false])
    }
}

/// The working days of one office.
#[derive(Clone, Debug)]
pub struct Calendar {
    week: OfficeWeek,
    holidays: BTreeMap<NaiveDate, String>,
    own_closing: BTreeSet<NaiveDate>,
    first_year: i32,
    /// For each year from `first_year` on, whether it is covered.
    covered: Vec<bool>,
    first_day: NaiveDate,
    /// At index `n`: working days from `first_day` up to and without `first_day + n`.
    working_before: Vec<u32>,
}

impl Calendar {
    /// Builds the calendar from the built-in years and what the office adds.
    ///
    /// Every year that `added` mentions is replaced whole.
    pub fn new(week: OfficeWeek, own_closing: impl IntoIterator<Item = NaiveDate>, added: &[Holiday]) -> Self {
        let built_in = read_holidays(BUILT_IN).unwrap_or_default();
        let added_years: BTreeSet<i32> = added.iter().map(|holiday| holiday.day.year()).collect();
        let kept = built_in
            .iter()
            .filter(|holiday| !added_years.contains(&holiday.day.year()));
        let mut holidays: BTreeMap<NaiveDate, String> = BTreeMap::new();
        for holiday in kept.chain(added) {
            let name = holidays.entry(holiday.day).or_default();
            if !name.is_empty() {
                name.push_str("; ");
            }
            name.push_str(&holiday.name);
        }
        let years: BTreeSet<i32> = holidays.keys().map(|day| day.year()).collect();
        let first_year = years.first().copied().unwrap_or(2020);
        let last_year = years.last().copied().unwrap_or(first_year);
        let mut calendar = Self {
            week,
            holidays,
            own_closing: own_closing.into_iter().collect(),
            first_year,
            covered: (first_year..=last_year).map(|year| years.contains(&year)).collect(),
            first_day: NaiveDate::from_ymd_opt(first_year, 1, 1).unwrap_or(NaiveDate::MIN),
            working_before: Vec::new(),
        };
        calendar.add_up(last_year);
        calendar
    }

    fn add_up(&mut self, last_year: i32) {
        let mut sums = vec![0_u32];
        let mut total = 0;
        for day in self.first_day.iter_days().take_while(|day| day.year() <= last_year) {
            total += u32::from(self.kind(day) == DayKind::Working);
            sums.push(total);
        }
        self.working_before = sums;
    }

    fn kind(&self, day: NaiveDate) -> DayKind<'_> {
        if let Some(name) = self.holidays.get(&day) {
            DayKind::Holiday(name)
        } else if !self.week.contains(day.weekday()) {
            DayKind::OutsideWeek
        } else if self.own_closing.contains(&day) {
            DayKind::OwnClosing
        } else {
            DayKind::Working
        }
    }

    /// Returns the first and the last year that are covered.
    pub fn years(&self) -> (i32, i32) {
        let years = i32::try_from(self.covered.len()).unwrap_or(i32::MAX);
        (self.first_year, self.first_year.saturating_add(years).saturating_sub(1))
    }

    fn covers(&self, year: i32) -> bool {
        let index = usize::try_from(i64::from(year) - i64::from(self.first_year));
        index
            .ok()
            .and_then(|index| self.covered.get(index))
            .copied()
            .unwrap_or(false)
    }

    fn outside(&self, day: NaiveDate) -> OutsideCalendar {
        let (first_year, last_year) = self.years();
        OutsideCalendar {
            day,
            first_year,
            last_year,
        }
    }

    fn check(&self, day: NaiveDate) -> Result<(), OutsideCalendar> {
        if self.covers(day.year()) {
            Ok(())
        } else {
            Err(self.outside(day))
        }
    }

    /// Tells what kind of day it is.
    ///
    /// # Errors
    /// The day lies outside the years that are covered.
    pub fn day_kind(&self, day: NaiveDate) -> Result<DayKind<'_>, OutsideCalendar> {
        self.check(day)?;
        Ok(self.kind(day))
    }

    /// Tells whether the office works on a day.
    ///
    /// # Errors
    /// The day lies outside the years that are covered.
    pub fn is_working_day(&self, day: NaiveDate) -> Result<bool, OutsideCalendar> {
        Ok(self.day_kind(day)? == DayKind::Working)
    }

    /// Returns the first working day after `day`.
    ///
    /// # Errors
    /// The search leaves the years that are covered.
    pub fn next_working_day(&self, day: NaiveDate) -> Result<NaiveDate, OutsideCalendar> {
        self.working_day_from(day.checked_add_days(Days::new(1)).ok_or_else(|| self.outside(day))?)
    }

    /// Returns `day` itself where the office works on it, else the first working day after it.
    fn working_day_from(&self, day: NaiveDate) -> Result<NaiveDate, OutsideCalendar> {
        for day in day.iter_days() {
            if self.is_working_day(day)? {
                return Ok(day);
            }
        }
        Err(self.outside(day))
    }

    /// Returns the next working day that has not begun at `now`, the office's local time.
    ///
    /// # Errors
    /// The search leaves the years that are covered.
    pub fn next_batch_day(&self, now: NaiveDateTime, starts_at: NaiveTime) -> Result<NaiveDate, OutsideCalendar> {
        if now.time() < starts_at {
            self.working_day_from(now.date())
        } else {
            self.next_working_day(now.date())
        }
    }

    /// Counts the working days after `from` up to and with `to`; 0 where `to` is not later.
    ///
    /// # Errors
    /// A day of the span lies outside the years that are covered.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<u32, OutsideCalendar> {
        if to <= from {
            return Ok(0);
        }
        self.check(from)?;
        for year in from.year() + 1..=to.year() {
            if !self.covers(year) {
                return Err(self.outside(NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(to)));
            }
        }
        match (self.working_until(from), self.working_until(to)) {
            (Some(before), Some(after)) => Ok(after - before),
            _ => Err(self.outside(to)),
        }
    }

    /// Counts the working days of the calendar up to and with `day`.
    fn working_until(&self, day: NaiveDate) -> Option<u32> {
        let index = usize::try_from(day.signed_duration_since(self.first_day).num_days()).ok()?;
        self.working_before.get(index + 1).copied()
    }
}

/// Reads the lines `date,name,kind` of a holidays file; a first line without a date is its header.
///
/// Every kind closes the office. Dates are `YYYY-MM-DD`; comma and semicolon both separate.
///
/// # Errors
/// The first line that does not begin with a date.
pub fn read_holidays(text: &str) -> Result<Vec<Holiday>, HolidayFault> {
    let mut holidays = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (date, rest) = line.split_once([',', ';']).unwrap_or((line, ""));
        let date = date.trim().trim_matches('"');
        match NaiveDate::parse_from_str(date, "%Y-%m-%d") {
            Ok(day) => holidays.push(Holiday {
                day,
                name: holiday_name(rest),
            }),
            Err(_) if holidays.is_empty() && index == 0 && !date.starts_with(|c: char| c.is_ascii_digit()) => {}
            Err(_) => {
                return Err(HolidayFault {
                    line: index + 1,
                    text: date.to_owned(),
                });
            }
        }
    }
    Ok(holidays)
}

/// Takes the name in front of the kind; quotes keep separators that belong to it.
fn holiday_name(rest: &str) -> String {
    let rest = rest.trim();
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map_or(quoted, |(name, _)| name),
        None => rest.rsplit_once([',', ';']).map_or(rest, |(name, _)| name),
    };
    name.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn standard() -> Calendar {
        Calendar::new(OfficeWeek::default(), [day("2021-07-19")], &[])
    }

    #[test]
    fn kinds_of_days() {
        let calendar = standard();
        let table = [
            ("2021-07-16", DayKind::Working),
            ("2021-07-17", DayKind::OutsideWeek),
            ("2021-07-19", DayKind::OwnClosing),
            ("2021-07-20", DayKind::Holiday("Hari Raya Idul Adha")),
            ("2021-05-12", DayKind::Holiday("Cuti Bersama Hari Raya Idul Fitri")),
            (
                "2021-05-13",
                DayKind::Holiday("Hari Raya Idul Fitri; Kenaikan Yesus Kristus"),
            ),
            ("2020-01-01", DayKind::Holiday("Tahun Baru Masehi")),
            ("2027-12-31", DayKind::Working),
        ];
        for (text, kind) in table {
            assert_eq!(calendar.day_kind(day(text)), Ok(kind), "{text}");
        }
        assert_eq!(calendar.years(), (2020, 2027));
    }

    #[test]
    fn the_next_working_day_jumps_what_is_closed() {
        let calendar = standard();
        for (from, next) in [
            ("2021-07-15", "2021-07-16"),
            ("2021-07-16", "2021-07-21"),
            ("2021-07-20", "2021-07-21"),
        ] {
            assert_eq!(calendar.next_working_day(day(from)), Ok(day(next)), "{from}");
        }
    }

    #[test]
    fn batches_are_for_the_next_day_that_has_not_begun() {
        let calendar = standard();
        let starts_at = NaiveTime::from_hms_opt(7, 30, 0).unwrap();
        let table = [
            ("2021-07-22T22:00:00", "2021-07-23"),
            ("2021-07-22T07:29:59", "2021-07-22"),
            ("2021-07-22T07:30:00", "2021-07-23"),
            ("2021-07-23T23:59:59", "2021-07-26"),
            ("2021-07-17T05:00:00", "2021-07-21"),
            ("2021-07-20T05:00:00", "2021-07-21"),
        ];
        for (now, expected) in table {
            assert_eq!(
                calendar.next_batch_day(now.parse().unwrap(), starts_at),
                Ok(day(expected)),
                "{now}"
            );
        }
        let last = "2027-12-31T20:00:00".parse().unwrap();
        assert_eq!(
            calendar.next_batch_day(last, starts_at).unwrap_err().day,
            day("2028-01-01")
        );
    }

    #[test]
    fn working_days_of_a_span() {
        let calendar = standard();
        let table = [
            ("2021-07-12", "2021-07-22", 6),
            ("2021-07-16", "2021-07-21", 1),
            ("2021-07-16", "2021-07-20", 0),
            ("2021-07-22", "2021-07-22", 0),
            ("2021-07-22", "2021-07-12", 0),
            ("2021-12-30", "2022-01-03", 2),
        ];
        for (from, to, expected) in table {
            assert_eq!(
                calendar.working_days_between(day(from), day(to)),
                Ok(expected),
                "{from} {to}"
            );
        }
    }

    #[test]
    fn sums_agree_with_counting_day_by_day() {
        let calendar = standard();
        let first = day("2020-01-01");
        for (from, to) in [(0, 2900), (17, 400), (365, 366), (1000, 1463)] {
            let (from, to) = (first + Days::new(from), first + Days::new(to));
            let counted = from.iter_days().skip(1).take_while(|day| *day <= to);
            let counted = counted.filter(|day| calendar.is_working_day(*day).unwrap()).count();
            assert_eq!(calendar.working_days_between(from, to).unwrap() as usize, counted);
        }
    }

    #[test]
    fn outside_the_years_is_an_error() {
        let calendar = standard();
        let error = calendar
            .working_days_between(day("2019-12-30"), day("2021-01-01"))
            .unwrap_err();
        assert_eq!(
            error,
            OutsideCalendar {
                day: day("2019-12-30"),
                first_year: 2020,
                last_year: 2027
            }
        );
        let error = calendar
            .working_days_between(day("2027-12-30"), day("2028-06-01"))
            .unwrap_err();
        assert_eq!(error.day, day("2028-01-01"));
        assert!(calendar.is_working_day(day("2028-01-03")).is_err());
    }

    #[test]
    fn a_file_adds_years_and_replaces_whole_ones() {
        let added =
            read_holidays("tanggal;nama;jenis\n2021-02-01;\"Libur; baru\";libur-nasional\n\n2029-01-01;Tahun Baru;x\n");
        let calendar = Calendar::new(OfficeWeek::default(), [], &added.unwrap());
        assert_eq!(
            calendar.day_kind(day("2021-02-01")),
            Ok(DayKind::Holiday("Libur; baru"))
        );
        assert_eq!(calendar.day_kind(day("2021-07-20")), Ok(DayKind::Working));
        assert_eq!(calendar.day_kind(day("2029-01-01")), Ok(DayKind::Holiday("Tahun Baru")));
        assert_eq!(calendar.years(), (2020, 2029));
        // 2028 lies between but nobody gave its holidays.
        assert!(calendar.is_working_day(day("2028-03-01")).is_err());
        let error = calendar
            .working_days_between(day("2027-12-01"), day("2029-02-01"))
            .unwrap_err();
        assert_eq!(error.day, day("2028-01-01"));
    }

    #[test]
    fn a_bad_line_is_named() {
        let fault = read_holidays("date,name,kind\n2021-01-01,a,b\n01/02/2021,c,d\n").unwrap_err();
        assert_eq!(
            fault,
            HolidayFault {
                line: 3,
                text: "01/02/2021".into()
            }
        );
        assert_eq!(read_holidays("2021-13-01,a,b").unwrap_err().line, 1);
        assert!(read_holidays(BUILT_IN).unwrap().len() > 150);
    }

    #[test]
    fn a_six_day_week() {
        use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
        let week = OfficeWeek::new([Mon, Tue, Wed, Thu, Fri, Sat]).unwrap();
        assert_eq!(Calendar::new(week, [], &[]).is_working_day(day("2021-07-17")), Ok(true));
        assert_eq!(OfficeWeek::new([]), None);
    }
}
