//! Days and moments as ISO 8601, without the cost of a general formatter: a long list has millions of them.

use crate::domain::moment::{Moment, Zone};
use chrono::{Datelike, NaiveDate, Timelike};

/// Adds `2021-07-22`.
pub(super) fn push_day(out: &mut String, day: NaiveDate) {
    let Some(year) = u32::try_from(day.year()).ok().filter(|year| *year <= 9999) else {
        return out.push_str(&day.to_string());
    };
    push_two(out, year / 100);
    push_two(out, year % 100);
    out.push('-');
    push_two(out, day.month());
    out.push('-');
    push_two(out, day.day());
}

/// Adds `2021-07-22T09:05:12+07:00`.
pub(super) fn push_moment(out: &mut String, moment: Moment, zone: Zone) {
    let local = moment.local(zone);
    push_day(out, local.date());
    for (mark, part) in [('T', local.hour()), (':', local.minute()), (':', local.second())] {
        out.push(mark);
        push_two(out, part);
    }
    let offset_minutes = zone.local_minus_utc().unsigned_abs() / 60;
    out.push(if zone.local_minus_utc() < 0 { '-' } else { '+' });
    push_two(out, offset_minutes / 60);
    out.push(':');
    push_two(out, offset_minutes % 60);
}

/// Adds a number below 100 with two digits.
fn push_two(out: &mut String, number: u32) {
    for digit in [number / 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('?'));
    }
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
