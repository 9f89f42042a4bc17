//! Moments as `--as-of` takes them.

use crate::domain::moment::{Moment, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Reads a day or a moment; a day alone is its end, and a time without an offset is the office's.
pub fn read_moment(text: &str, zone: Zone) -> Option<Moment> {
    let text = text.trim().replacen(' ', "T", 1);
    if text.len() == 10 {
        return NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()
            .map(|day| Moment::end_of(day, zone));
    }
    let with_offset = ["%Y-%m-%dT%H:%M:%S%#z", "%Y-%m-%dT%H:%M%#z"];
    let absolute = with_offset
        .iter()
        .find_map(|form| DateTime::parse_from_str(&text.replace('Z', "+00:00"), form).ok());
    if let Some(moment) = absolute {
        return Some(Moment::from_seconds(moment.timestamp()));
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
    local
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .map(|local| Moment::at(local, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments() {
        let zone = Zone::east_opt(7 * 3600).unwrap();
        let table = [
            ("2021-07-22", Some("2021-07-22T23:59:59+07:00")),
            ("2021-07-22T22:00", Some("2021-07-22T22:00:00+07:00")),
            ("2021-07-22 22:00:15", Some("2021-07-22T22:00:15+07:00")),
            ("2021-07-22T22:00+08:00", Some("2021-07-22T21:00:00+07:00")),
            ("2021-07-22T15:00:00Z", Some("2021-07-22T22:00:00+07:00")),
            ("2021-7-22", None),
            ("2021-02-30", None),
            ("2021-07-22T25:00", None),
            ("22/07/2021", None),
            ("kemarin", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(
                read_moment(text, zone).map(|moment| moment.iso(zone)).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
