//! Days and moments as ISO 8601, without the cost of a general formatter: a long list has millions of them.

use crate::domain::moment::{Moment, Zone};
use chrono::{Datelike, NaiveDate, Timelike};

/// Adds `2021-07-22`.
pub(super) fn push_day(out: &mut String, day: NaiveDate) {
    let mut text = *b"0000-00-00";
    match put_day(&mut text, day) {
        Some(()) => push_ascii(out, &text),
        None => out.push_str(&day.to_string()),
    }
}

/// Adds `2021-07-22T09:05:12+07:00`.
pub(super) fn push_moment(out: &mut String, moment: Moment, zone: Zone) {
    let local = moment.local(zone);
    let mut text = *b"0000-00-00T00:00:00+00:00";
    if put_day(&mut text, local.date()).is_none() {
        return out.push_str(&moment.iso(zone));
    }
    put_two(&mut text, 11, local.hour());
    put_two(&mut text, 14, local.minute());
    put_two(&mut text, 17, local.second());
    let offset_minutes = zone.local_minus_utc().unsigned_abs() / 60;
    if zone.local_minus_utc() < 0 {
        text[19] = b'-';
    }
    put_two(&mut text, 20, offset_minutes / 60);
    put_two(&mut text, 23, offset_minutes % 60);
    push_ascii(out, &text);
}

/// Puts a day at the beginning; nothing where its year has not four digits.
fn put_day(text: &mut [u8], day: NaiveDate) -> Option<()> {
    let year = u32::try_from(day.year()).ok().filter(|year| *year <= 9999)?;
    put_two(text, 0, year / 100);
    put_two(text, 2, year % 100);
    put_two(text, 5, day.month());
    put_two(text, 8, day.day());
    Some(())
}

/// Puts a number below 100 with two digits.
fn put_two(text: &mut [u8], at: usize, number: u32) {
    text[at] = b'0' + (number / 10 % 10) as u8;
    text[at + 1] = b'0' + (number % 10) as u8;
}

fn push_ascii(out: &mut String, text: &[u8]) {
    out.push_str(std::str::from_utf8(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_as_the_domain_writes() {
        for zone in [7 * 3600, 8 * 3600, 9 * 3600, 0, -(5 * 3600 + 1800)] {
            let zone = Zone::east_opt(zone).unwrap();
            for seconds in (-70_000_000_000..260_000_000_000).step_by(987_654_321) {
                let moment = Moment::from_seconds(seconds);
                let mut text = String::new();
                push_moment(&mut text, moment, zone);
                assert_eq!(text, moment.iso(zone));
                let mut text = String::new();
                push_day(&mut text, moment.day(zone));
                assert_eq!(text, moment.day(zone).to_string());
            }
        }
    }
}
