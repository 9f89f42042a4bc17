//! Moments and the office's zone. Indonesia knows no summer time, so a zone is a fixed offset.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// The office's time zone: WIB (+7), WITA (+8) or WIT (+9).
pub type Zone = FixedOffset;

/// A moment in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// Takes seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Places a local time of the office on the time line.
    pub fn at(local: NaiveDateTime, zone: Zone) -> Self {
        Self(local.and_utc().timestamp() - i64::from(zone.local_minus_utc()))
    }

    /// Returns midnight at the start of `day`.
    pub fn start_of(day: NaiveDate, zone: Zone) -> Self {
        Self::at(day.and_time(NaiveTime::MIN), zone)
    }

    /// Returns the last second of `day`.
    pub fn end_of(day: NaiveDate, zone: Zone) -> Self {
        Self(Self::start_of(day, zone).0 + 86_399)
    }

    /// Returns seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the local time in the office.
    pub fn local(self, zone: Zone) -> NaiveDateTime {
        let shifted = TimeDelta::try_seconds(self.0.saturating_add(i64::from(zone.local_minus_utc())));
        shifted
            .and_then(|delta| DateTime::UNIX_EPOCH.naive_utc().checked_add_signed(delta))
            .unwrap_or(NaiveDateTime::MAX)
    }

    /// Returns the local day in the office.
    pub fn day(self, zone: Zone) -> NaiveDate {
        self.local(zone).date()
    }

    /// Writes ISO 8601 with the office's offset: `2021-07-22T09:05:12+07:00`.
    pub fn iso(self, zone: Zone) -> String {
        format!("{}{zone}", self.local(zone).format("%Y-%m-%dT%H:%M:%S"))
    }
}
