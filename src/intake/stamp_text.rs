//! The grammar of written times: a hand-made scanner, since a column of a million cells passes through it.
//!
//! Knows signs and words; what they mean together stands in [`crate::intake::timestamps`].

use crate::intake::timestamps::{DateOrder, Stamp, WrittenDate};
use chrono::{NaiveDate, TimeDelta};

/// The day that spreadsheets count from (their day 60 is a 29 February 1900 that never was).
const SPREADSHEET_EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1899, 12, 30) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The serial numbers of 2000-01-01 to 2099-12-31: any other number is no date.
const SERIALS: std::ops::RangeInclusive<u32> = 36_526..=73_050;

/// A place in a cell's bytes.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A run of digits.
#[derive(Clone, Copy)]
struct Number {
    value: u64,
    digits: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at the first byte.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
        }
    }

    /// Reads the whole text as a time.
    pub(crate) fn stamp(&mut self) -> Option<Stamp> {
        self.skip_spaces();
        if self.peek()?.is_ascii_alphabetic() {
            let month = self.month_after_weekday()?;
            if let Some(month) = month {
                return self.english(month);
            }
        }
        let first = self.number()?;
        let date = match first.digits {
            4 => self.year_first(first.value)?,
            8 => compact_date(first.value)?,
            14 => {
                let date = compact_date(first.value / 1_000_000)?;
                let clock = first.value % 1_000_000;
                let second_of_day = seconds(clock / 10_000, clock / 100 % 100, clock % 100)?;
                return self.zone_and_end(date, second_of_day);
            }
            5 => return self.serial(first.value),
            1 | 2 => self.day_or_month_first(first.value)?,
            _ => return None,
        };
        self.time(date)
    }

    /// Passes over a weekday; returns the month if that is what stands first.
    fn month_after_weekday(&mut self) -> Option<Option<u32>> {
        let word = self.word();
        if let Some(month) = month(word) {
            return Some(Some(month));
        }
        const DAYS: [&str; 8] = ["sen", "sel", "rab", "kam", "jum", "sab", "min", "aha"];
        const ENGLISH_DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let starts = |day: &&str| {
            word.get(..3)
                .is_some_and(|start| start.eq_ignore_ascii_case(day.as_bytes()))
        };
        if !DAYS.iter().chain(&ENGLISH_DAYS).any(starts) {
            return None;
        }
        while self
            .peek()
            .is_some_and(|byte| matches!(byte, b',' | b'.' | b'\'') || byte == b' ' || byte.is_ascii_alphabetic())
        {
            // "Jum'at": the rest of the word as well.
            if self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) && self.bytes.get(self.at - 1) == Some(&b' ')
            {
                let word = self.word();
                return month(word).map(Some);
            }
            self.at += 1;
        }
        Some(None)
    }

    /// `July 21, 2021` after the month.
    fn english(&mut self, month: u32) -> Option<Stamp> {
        self.skip_any(b". ");
        let day = self.number().filter(|number| number.digits <= 2)?;
        self.skip_any(b", ");
        let year = self.number().filter(|number| number.digits == 4)?;
        self.time(WrittenDate::Sure(date(year.value, u64::from(month), day.value)?))
    }

    /// `2021/07/21`, after the year.
    fn year_first(&mut self, year: u64) -> Option<WrittenDate> {
        let separator = self.separator()?;
        let month = match self.peek()? {
            byte if byte.is_ascii_alphabetic() => u64::from(month(self.word())?),
            _ => self.number().filter(|number| number.digits <= 2)?.value,
        };
        if self.separator()? != separator {
            return None;
        }
        let day = self.number().filter(|number| number.digits <= 2)?;
        Some(WrittenDate::Sure(date(year, month, day.value)?))
    }

    /// `21/07/2021`, `7/21/2021`, `21 Juli 2021`, `21-Jul-21`, after the first number.
    fn day_or_month_first(&mut self, first: u64) -> Option<WrittenDate> {
        let spaced = self.skip_spaces();
        let separator = if spaced > 0 && self.peek()?.is_ascii_alphabetic() {
            b' '
        } else {
            self.separator()?
        };
        self.skip_spaces();
        if self.peek()?.is_ascii_alphabetic() {
            let month = month(self.word())?;
            self.skip_any(if separator == b' ' { b"., " } else { b".-/ " });
            let (year, _) = self.year()?;
            return Some(WrittenDate::Sure(date(year, u64::from(month), first)?));
        }
        let second = self.number().filter(|number| number.digits <= 2)?.value;
        self.skip_spaces();
        if self.separator()? != separator {
            return None;
        }
        self.skip_spaces();
        let (year, short_year) = self.year()?;
        let (first, second) = (u32::try_from(first).ok()?, u32::try_from(second).ok()?);
        let pair = WrittenDate::Pair {
            first,
            second,
            year: i32::try_from(year).ok()?,
            short_year,
        };
        // One of the orders at least must give a day.
        pair.under(DateOrder::Dmy).or(pair.under(DateOrder::Mdy)).map(|_| pair)
    }

    fn year(&mut self) -> Option<(u64, bool)> {
        let number = self.number()?;
        match number.digits {
            4 => Some((number.value, false)),
            2 => Some((2000 + number.value, true)),
            _ => None,
        }
    }

    /// `44398,3786`, after the whole days.
    fn serial(&mut self, days: u64) -> Option<Stamp> {
        let days = u32::try_from(days).ok().filter(|days| SERIALS.contains(days))?;
        let mut second = 0;
        if self.peek().is_some_and(|byte| matches!(byte, b'.' | b',')) {
            self.at += 1;
            let start = self.at;
            let digits = self.number()?.digits;
            let text = std::str::from_utf8(&self.bytes[start..start + digits.min(15)]).ok()?;
            let fraction: f64 = format!("0.{text}").parse().ok()?;
            second = (fraction * 86_400.0).round() as u32;
        }
        self.skip_spaces();
        if self.at != self.bytes.len() {
            return None;
        }
        let days = i64::from(days) + i64::from(second / 86_400);
        let date = SPREADSHEET_EPOCH.checked_add_signed(TimeDelta::try_days(days)?)?;
        Some(Stamp {
            date: WrittenDate::Sure(date),
            second_of_day: second % 86_400,
            offset_seconds: None,
        })
    }

    /// The time of day and the zone, after the date.
    fn time(&mut self, date: WrittenDate) -> Option<Stamp> {
        self.skip_any(b", Tt-");
        for word in ["pukul", "jam", "pkl", "at"] {
            if self.starts_with(word) {
                self.at += word.len();
                self.skip_any(b". ");
            }
        }
        if self.at == self.bytes.len() {
            return Some(Stamp {
                date,
                second_of_day: 0,
                offset_seconds: None,
            });
        }
        let hour = self.number().filter(|number| number.digits <= 2)?.value;
        let (mut minute, mut second, mut has_minute) = (0, 0, false);
        if self.clock_separator() {
            minute = self.number().filter(|number| number.digits == 2)?.value;
            has_minute = true;
            if self.clock_separator() {
                second = self.number().filter(|number| number.digits == 2)?.value;
                if self.peek().is_some_and(|byte| matches!(byte, b'.' | b',')) {
                    self.at += 1;
                    self.number()?;
                }
            }
        }
        self.skip_spaces();
        let half = self.half_of_day();
        let hour = match half {
            Some(_) if hour > 12 => hour,
            Some(is_afternoon) => hour % 12 + if is_afternoon { 12 } else { 0 },
            None if !has_minute => return None,
            None => hour,
        };
        self.zone_and_end(date, seconds(hour, minute, second)?)
    }

    /// AM or PM, in the spellings of spreadsheets.
    fn half_of_day(&mut self) -> Option<bool> {
        for (word, is_afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
            if self.starts_with(word) {
                self.at += word.len();
                return Some(is_afternoon);
            }
        }
        None
    }

    fn zone_and_end(&mut self, date: WrittenDate, second_of_day: u32) -> Option<Stamp> {
        self.skip_spaces();
        let mut offset_seconds = None;
        for (word, hours) in [("wib", 7), ("wita", 8), ("wit", 9), ("gmt", 0), ("utc", 0), ("z", 0)] {
            if self.starts_with(word) {
                self.at += word.len();
                offset_seconds = Some(hours * 3600);
                break;
            }
        }
        self.skip_spaces();
        if let Some(sign @ (b'+' | b'-')) = self.peek() {
            self.at += 1;
            let number = self.number().filter(|number| number.digits <= 4)?;
            let (mut hours, mut minutes) = (number.value, 0);
            if number.digits > 2 {
                (hours, minutes) = (number.value / 100, number.value % 100);
            } else if self.clock_separator() {
                minutes = self.number()?.value;
            }
            let value = i32::try_from(hours * 3600 + minutes * 60)
                .ok()
                .filter(|value| *value <= 14 * 3600)?;
            offset_seconds = Some(if sign == b'-' { -value } else { value });
        }
        self.skip_spaces();
        (self.at == self.bytes.len()).then_some(Stamp {
            date,
            second_of_day,
            offset_seconds,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_spaces(&mut self) -> usize {
        let start = self.at;
        self.skip_any(b" \t\r\n");
        self.at - start
    }

    fn skip_any(&mut self, signs: &[u8]) {
        while self.peek().is_some_and(|byte| signs.contains(&byte)) {
            self.at += 1;
        }
    }

    fn separator(&mut self) -> Option<u8> {
        let sign = self.peek().filter(|byte| matches!(byte, b'/' | b'-' | b'.'))?;
        self.at += 1;
        Some(sign)
    }

    fn clock_separator(&mut self) -> bool {
        let is_separator = self.peek().is_some_and(|byte| matches!(byte, b':' | b'.'))
            && self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit);
        self.at += usize::from(is_separator);
        is_separator
    }

    fn number(&mut self) -> Option<Number> {
        let (start, mut value) = (self.at, 0_u64);
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.at += 1;
        }
        let digits = self.at - start;
        (digits > 0).then_some(Number { value, digits })
    }

    fn word(&mut self) -> &[u8] {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    fn starts_with(&self, word: &str) -> bool {
        self.bytes
            .get(self.at..self.at + word.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
    }
}

fn compact_date(number: u64) -> Option<WrittenDate> {
    Some(WrittenDate::Sure(date(
        number / 10_000,
        number / 100 % 100,
        number % 100,
    )?))
}

fn date(year: u64, month: u64, day: u64) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| (1800..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn seconds(hour: u64, minute: u64, second: u64) -> Option<u32> {
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    u32::try_from(hour * 3600 + minute * 60 + second).ok()
}

/// Knows the months in Indonesian and English, whole and shortened.
fn month(word: &[u8]) -> Option<u32> {
    const MONTHS: [(&[u8], u32); 19] = [
        (b"jan", 1),
        (b"feb", 2),
        (b"peb", 2),
        (b"mar", 3),
        (b"apr", 4),
        (b"may", 5),
        (b"mei", 5),
        (b"jun", 6),
        (b"jul", 7),
        (b"aug", 8),
        (b"agu", 8),
        (b"ags", 8),
        (b"agt", 8),
        (b"sep", 9),
        (b"oct", 10),
        (b"okt", 10),
        (b"nov", 11),
        (b"nop", 11),
        (b"de", 12),
    ];
    let found = MONTHS.iter().find(|(start, _)| {
        word.get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
            && word.len() >= 3
    });
    found.map(|(_, number)| *number)
}
