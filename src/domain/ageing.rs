//! How long somebody waits, in the office's days. Pure: the moment and the calendar are handed in.

use super::calendar::{Calendar, OutsideCalendar};
use super::moment::{Moment, Zone};

const DAY_SECONDS: i64 = 86_400;

/// Which days are counted.
#[derive(Clone, Copy, Debug)]
pub enum DayMode<'a> {
    /// Every day.
    Calendar,
    /// The office's working days.
    Working(&'a Calendar),
}

/// Counts the days from the local day of `since` to the local day of `as_of`; 0 where `since` is later.
///
/// # Errors
/// Working days are counted and the span leaves the years that the calendar covers.
pub fn days_waiting(since: Moment, as_of: Moment, zone: Zone, mode: DayMode<'_>) -> Result<u32, OutsideCalendar> {
    match mode {
        DayMode::Calendar => Ok(calendar_days(since, as_of, zone)),
        DayMode::Working(calendar) => calendar.working_days_between(since.day(zone), as_of.day(zone)),
    }
}

/// Counts calendar days between two local days; 0 where `since` is later.
pub fn calendar_days(since: Moment, as_of: Moment, zone: Zone) -> u32 {
    let day = |moment: Moment| {
        moment
            .seconds()
            .saturating_add(i64::from(zone.local_minus_utc()))
            .div_euclid(DAY_SECONDS)
    };
    let days = day(as_of).saturating_sub(day(since)).max(0);
    u32::try_from(days).unwrap_or(u32::MAX)
}

/// Tells whether a wait is longer than the limit of the stuck list.
pub fn is_stuck(days_waiting: u32, limit_days: u32) -> bool {
    days_waiting > limit_days
}

/// How long somebody has waited, in the bands of the stuck list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the codes say the days, both ends inclusive
pub enum AgeBand {
    UpTo7,
    UpTo14,
    UpTo30,
    UpTo60,
    UpTo90,
    Longer,
}

impl AgeBand {
    /// Every band, shortest first.
    pub const ALL: [Self; 6] = [
        Self::UpTo7,
        Self::UpTo14,
        Self::UpTo30,
        Self::UpTo60,
        Self::UpTo90,
        Self::Longer,
    ];

    /// Returns the band of a number of days.
    pub fn of(days: u32) -> Self {
        match days {
            0..=7 => Self::UpTo7,
            8..=14 => Self::UpTo14,
            15..=30 => Self::UpTo30,
            31..=60 => Self::UpTo60,
            61..=90 => Self::UpTo90,
            _ => Self::Longer,
        }
    }

    /// Returns the days of the band.
    pub fn code(self) -> &'static str {
        match self {
            Self::UpTo7 => "0-7",
            Self::UpTo14 => "8-14",
            Self::UpTo30 => "15-30",
            Self::UpTo60 => "31-60",
            Self::UpTo90 => "61-90",
            Self::Longer => "91+",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::OfficeWeek;
    use chrono::NaiveDateTime;

    fn at(text: &str) -> Moment {
        Moment::at(text.parse::<NaiveDateTime>().unwrap(), zone())
    }

    fn zone() -> Zone {
        Zone::east_opt(7 * 3600).unwrap()
    }

    #[test]
    fn days_change_at_local_midnight() {
        let calendar = Calendar::new(OfficeWeek::default(), [], &[]);
        let table = [
            ("2021-07-12T09:00:00", "2021-07-22T22:00:00", 10, 7),
            ("2021-07-21T23:59:59", "2021-07-22T00:00:00", 1, 1),
            ("2021-07-22T00:00:00", "2021-07-22T23:59:59", 0, 0),
            // Already the 22nd in Palembang, still the 21st in UTC.
            ("2021-07-22T01:00:00", "2021-07-22T08:00:00", 0, 0),
            ("2021-07-23T00:00:00", "2021-07-22T22:00:00", 0, 0),
            ("2021-07-17T10:00:00", "2021-07-18T10:00:00", 1, 0),
        ];
        for (since, as_of, calendar_days, working_days) in table {
            let count = |mode| days_waiting(at(since), at(as_of), zone(), mode);
            assert_eq!(count(DayMode::Calendar), Ok(calendar_days), "{since} {as_of}");
            assert_eq!(count(DayMode::Working(&calendar)), Ok(working_days), "{since} {as_of}");
        }
    }

    #[test]
    fn a_span_outside_the_calendar_is_no_guess() {
        let calendar = Calendar::new(OfficeWeek::default(), [], &[]);
        let (since, as_of) = (at("2019-06-01T00:00:00"), at("2021-07-22T22:00:00"));
        assert_eq!(days_waiting(since, as_of, zone(), DayMode::Calendar), Ok(782));
        assert!(days_waiting(since, as_of, zone(), DayMode::Working(&calendar)).is_err());
    }

    #[test]
    fn stuck_is_longer_than_the_limit() {
        assert!(!is_stuck(7, 7));
        assert!(is_stuck(8, 7));
    }
}
