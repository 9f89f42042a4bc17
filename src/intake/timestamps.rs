//! What a cell says about time, in every form that forms, spreadsheets and people write it.
//!
//! Knows one cell at a time, and leaves the order of day and month open where the cell does; which order a file
//! means is decided in [`crate::intake::date_order`] from the whole column.

use crate::domain::moment::{Moment, Zone};
use crate::intake::stamp_text::Cursor;
use chrono::{NaiveDate, NaiveTime};

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// Day, month, year: Indonesia.
    Dmy,
    /// Month, day, year: a spreadsheet set to the United States.
    Mdy,
}

impl DateOrder {
    /// Returns the word of settings and options.
    pub fn code(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
        }
    }

    /// Reads the word of settings and options.
    pub fn parse(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "dmy" => Some(Self::Dmy),
            "mdy" => Some(Self::Mdy),
            _ => None,
        }
    }
}

/// A cell that was read as a time; the order of day and month may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub(crate) date: WrittenDate,
    pub(crate) second_of_day: u32,
    pub(crate) offset_seconds: Option<i32>,
}

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// Only one reading is possible.
    Sure(NaiveDate),
    /// Two numbers whose order the cell does not tell.
    Pair {
        /// The number that stands first.
        first: u32,
        /// The number that stands second.
        second: u32,
        /// The year; 2000 + YY where two digits stand.
        year: i32,
        /// Whether only two digits of the year stand.
        short_year: bool,
    },
}

/// Years that a registration or a record status can be of.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// A birth year of two digits above this one is of the last century.
const LATEST_SHORT_BIRTH_YEAR: i32 = 2025;

impl WrittenDate {
    /// Returns the date under an order; none where no such day exists.
    pub fn under(self, order: DateOrder) -> Option<NaiveDate> {
        match (self, order) {
            (Self::Sure(date), _) => Some(date),
            (
                Self::Pair {
                    first, second, year, ..
                },
                DateOrder::Dmy,
            ) => NaiveDate::from_ymd_opt(year, second, first),
            (
                Self::Pair {
                    first, second, year, ..
                },
                DateOrder::Mdy,
            ) => NaiveDate::from_ymd_opt(year, first, second),
        }
    }
}

impl Stamp {
    /// Reads a cell; none where it is no time that can be told.
    pub fn parse(cell: &str) -> Option<Self> {
        if let Some(stamp) = Self::fixed_width(cell.as_bytes()) {
            return Some(stamp);
        }
        if cell.is_ascii() {
            return Cursor::new(cell).stamp();
        }
        // Google Sheets puts a narrow no-break space before AM and PM.
        let plain: String = cell
            .chars()
            .filter(|sign| !matches!(sign, '\u{200B}'..='\u{200F}' | '\u{FEFF}'))
            .map(|sign| if sign.is_whitespace() { ' ' } else { sign })
            .collect();
        Cursor::new(&plain).stamp()
    }

    /// Reads `21/07/2021 09:05:12` and `2021-07-21 09:05:12`, the forms of most large files, at fixed places.
    fn fixed_width(cell: &[u8]) -> Option<Self> {
        let cell: &[u8; 19] = cell.try_into().ok()?;
        let two = |at: usize| {
            let (tens, ones) = (cell[at].wrapping_sub(b'0'), cell[at + 1].wrapping_sub(b'0'));
            (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
        };
        if !matches!(cell[10], b' ' | b'T') || cell[13] != cell[16] || !matches!(cell[13], b':' | b'.') {
            return None;
        }
        let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let is_separator = |byte: u8| matches!(byte, b'/' | b'-' | b'.');
        let date = if cell[2] == cell[5] && is_separator(cell[2]) {
            let year = (two(6)? * 100 + two(8)?).cast_signed();
            let pair = WrittenDate::Pair {
                first: two(0)?,
                second: two(3)?,
                year,
                short_year: false,
            };
            pair.under(DateOrder::Dmy)
                .or_else(|| pair.under(DateOrder::Mdy))
                .map(|_| pair)?
        } else if cell[4] == cell[7] && is_separator(cell[4]) {
            let year = (two(0)? * 100 + two(2)?).cast_signed();
            WrittenDate::Sure(NaiveDate::from_ymd_opt(year, two(5)?, two(8)?)?)
        } else {
            return None;
        };
        Some(Self {
            date,
            second_of_day: hour * 3600 + minute * 60 + second,
            offset_seconds: None,
        })
    }

    /// Returns the date as written.
    pub fn date(&self) -> WrittenDate {
        self.date
    }

    /// Returns the seconds since midnight.
    pub fn second_of_day(&self) -> u32 {
        self.second_of_day
    }

    /// Tells whether a zone is written with the time.
    pub(crate) fn has_zone(&self) -> bool {
        self.offset_seconds.is_some()
    }

    /// Tells whether a registration or a status can be of this date.
    pub(crate) fn is_in_range(&self, date: NaiveDate) -> bool {
        YEARS.contains(&chrono::Datelike::year(&date))
    }

    /// Places the time on the time line; without a zone of its own it is in the office's.
    pub fn moment(&self, order: DateOrder, zone: Zone) -> Option<Moment> {
        let date = self.date.under(order).filter(|date| self.is_in_range(*date))?;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.second_of_day, 0)?;
        let zone = match self.offset_seconds {
            Some(seconds) => Zone::east_opt(seconds)?,
            None => zone,
        };
        Some(Moment::at(date.and_time(time), zone))
    }
}

/// Reads `21-07-1995` and `1995-07-21` at fixed places; none where the NIK says otherwise, or anything else is unusual.
fn plain_birth_date(cell: &[u8], nik: Option<(u32, u32, u32)>) -> Option<NaiveDate> {
    let cell: &[u8; 10] = cell.try_into().ok()?;
    let two = |at: usize| {
        let (tens, ones) = (cell[at].wrapping_sub(b'0'), cell[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    let is_separator = |byte: u8| matches!(byte, b'/' | b'-' | b'.');
    let (day, month, year) = if cell[2] == cell[5] && is_separator(cell[2]) {
        (two(0)?, two(3)?, two(6)? * 100 + two(8)?)
    } else if cell[4] == cell[7] && is_separator(cell[4]) {
        (two(8)?, two(5)?, two(0)? * 100 + two(2)?)
    } else {
        return None;
    };
    let fits = nik.is_none_or(|nik| nik == (day, month, year % 100));
    if !fits || !(1890..=2099).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
}

/// Reads a birth date; where a cell can be read in several ways, the NIK's day, month and year of two digits settle
/// it, and without them the Indonesian order is taken.
pub fn birth_date(cell: &str, nik: Option<(u32, u32, u32)>) -> Option<NaiveDate> {
    use chrono::Datelike;
    if let Some(date) = plain_birth_date(cell.as_bytes(), nik) {
        return Some(date);
    }
    // "Palembang, 10-07-1995": the place stands first.
    let date_part = match cell.rsplit_once(',') {
        Some((place, date))
            if place.chars().any(char::is_alphabetic) && !place.contains(|c: char| c.is_ascii_digit()) =>
        {
            date
        }
        _ => cell,
    };
    let written = Stamp::parse(date_part)?.date;
    let readings = [DateOrder::Dmy, DateOrder::Mdy]
        .into_iter()
        .filter_map(|order| written.under(order));
    let is_short = matches!(written, WrittenDate::Pair { short_year: true, .. });
    let readings = readings.flat_map(|date| {
        // Of two digits the nearer century is the likelier one; nobody is born in 2095 yet.
        match date.with_year(date.year() - 100) {
            Some(earlier) if is_short && date.year() > LATEST_SHORT_BIRTH_YEAR => [Some(earlier), Some(date)],
            earlier => [Some(date), if is_short { earlier } else { None }],
        }
        .into_iter()
        .flatten()
    });
    let mut first = None;
    for date in readings {
        if !(1890..=2099).contains(&date.year()) {
            continue;
        }
        if nik == Some((date.day(), date.month(), date.year().rem_euclid(100) as u32)) {
            return Some(date);
        }
        first = first.or(Some(date));
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wib() -> Zone {
        Zone::east_opt(7 * 3600).unwrap()
    }

    fn read(cell: &str, order: DateOrder) -> Option<String> {
        Stamp::parse(cell)?.moment(order, wib()).map(|moment| moment.iso(wib()))
    }

    #[test]
    fn forms_of_a_timestamp() {
        let nine = Some("2021-07-21T09:05:12+07:00");
        let minute = Some("2021-07-21T09:05:00+07:00");
        let day = Some("2021-07-21T00:00:00+07:00");
        let table = [
            ("2021/07/21 9:05:12 AM GMT+7", nine),
            ("2021/07/21 9:05 AM GMT+7", minute),
            ("2021/07/21 9:05:12 AM", nine),
            ("2021/07/21 9:05:12\u{202F}AM GMT+7", nine),
            ("2021/07/21 10:05:12 AM GMT+8", nine),
            ("2021/07/21 2:05:12 AM GMT+0", nine),
            ("2021/07/21 09.05.12", nine),
            ("21/07/2021 9:05:12", nine),
            ("21/07/2021 09.05.12", nine),
            ("21/07/21 09.05", minute),
            ("21.07.2021 09:05:12", nine),
            ("21-07-2021", day),
            ("21 Juli 2021 09.05", minute),
            ("21 Juli 2021", day),
            ("21 Juli 2021 pukul 09.05 WIB", minute),
            ("21 Juli 2021, 09:05:12 WIB", nine),
            ("21 Juli 2021 11.05.12 WIT", nine),
            ("Rabu, 21 Juli 2021 09.05.12", nine),
            ("Rabu 21 Juli 2021 09.05.12", nine),
            ("Wednesday, July 21, 2021 9:05:12 AM", nine),
            ("July 21, 2021", day),
            ("21-Jul-21 09:05", minute),
            ("21-Jul-2021", day),
            ("2021-07-21T09:05:12+07:00", nine),
            ("2021-07-21T02:05:12Z", nine),
            ("2021-07-21T02:05:12.345Z", nine),
            ("2021-07-21 09:05:12", nine),
            ("2021-07-21T09:05:12+0700", nine),
            ("2021-07-21", day),
            ("20210721", day),
            ("20210721T090512", None),
            ("20210721090512", nine),
            ("44398.3786111111", nine),
            ("44398,3786111111", nine),
            ("44398", day),
            ("44397.9999999", day),
            (" 21/07/2021  9:05:12 ", nine),
            ("21/07/2021 12:05:12 AM", Some("2021-07-21T00:05:12+07:00")),
            ("21/07/2021 12:05:12 PM", Some("2021-07-21T12:05:12+07:00")),
            ("21/07/2021 9 PM", Some("2021-07-21T21:00:00+07:00")),
            ("", None),
            ("-", None),
            ("kemarin", None),
            ("21/07", None),
            ("32/07/2021", None),
            ("31/02/2021", None),
            ("21/07/2021 25:00:00", None),
            ("21/07-2021", None),
            ("2021/07/21 9:05:12 AM besok", None),
            ("1671094107959001", None),
            ("99999", None),
            ("1,67105E+15", None),
            ("21/07/1821", None),
            ("Jum'at, 21 Mei 2021", Some("2021-05-21T00:00:00+07:00")),
            ("21 September 2021", Some("2021-09-21T00:00:00+07:00")),
            ("21 Desember 2021", Some("2021-12-21T00:00:00+07:00")),
        ];
        for (cell, expected) in table {
            assert_eq!(read(cell, DateOrder::Dmy).as_deref(), expected, "{cell}");
        }
        assert_eq!(read("7/21/2021 9:05:12", DateOrder::Mdy).as_deref(), nine);
        assert_eq!(read("7/21/2021 9:05:12", DateOrder::Dmy), None);
        assert_eq!(
            read("7/8/21", DateOrder::Mdy).as_deref(),
            Some("2021-07-08T00:00:00+07:00")
        );
    }

    #[test]
    fn the_nik_settles_a_birth_date() {
        let nik = Some((10, 7, 95));
        for cell in [
            "10-07-1995",
            "07/10/1995",
            "10/7/95",
            "1995-07-10",
            "Palembang, 10-07-1995",
            "10 Juli 1995",
        ] {
            assert_eq!(birth_date(cell, nik), NaiveDate::from_ymd_opt(1995, 7, 10), "{cell}");
        }
        assert_eq!(birth_date("07/10/1995", None), NaiveDate::from_ymd_opt(1995, 10, 7));
        assert_eq!(birth_date("07/25/1995", None), NaiveDate::from_ymd_opt(1995, 7, 25));
        assert_eq!(birth_date("tidak tahu", nik), None);
    }
}
