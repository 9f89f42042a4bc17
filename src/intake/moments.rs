//! The times of a column placed on the time line, once its order of day and month is decided.
//!
//! Knows one column of one file. The next row's date is often the same as the last one's, and then costs nothing.

use crate::domain::moment::{Moment, Zone};
use crate::intake::timestamps::{DateOrder, Stamp, WrittenDate};
use chrono::NaiveDate;

/// Places times on the time line.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    order: DateOrder,
    zone: Zone,
    latest: Option<(WrittenDate, Option<Day>)>,
}

/// A day of the office.
#[derive(Clone, Copy, Debug)]
struct Day {
    date: NaiveDate,
    start: Moment,
}

impl Moments {
    /// Begins a column with an order of day and month, for an office of a zone.
    pub(crate) fn new(order: DateOrder, zone: Zone) -> Self {
        Self {
            order,
            zone,
            latest: None,
        }
    }

    /// Returns the moment of a written time ([`Stamp::moment`]) and the office's day at that moment.
    pub(crate) fn read(&mut self, stamp: &Stamp) -> Option<(Moment, NaiveDate)> {
        if stamp.has_zone() {
            let moment = stamp.moment(self.order, self.zone)?;
            return Some((moment, moment.day(self.zone)));
        }
        let day = match self.latest {
            Some((date, day)) if date == stamp.date() => day,
            _ => {
                let date = stamp.date().under(self.order).filter(|date| stamp.is_in_range(*date));
                let day = date.map(|date| Day {
                    date,
                    start: Moment::start_of(date, self.zone),
                });
                self.latest = Some((stamp.date(), day));
                day
            }
        }?;
        let moment = Moment::from_seconds(day.start.seconds() + i64::from(stamp.second_of_day()));
        Some((moment, day.date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_comes_to_the_same_moment() {
        let zone = Zone::east_opt(8 * 3600).unwrap();
        let cells = [
            "21/07/2021 09:05:12",
            "21/07/2021 23:59:59",
            "05/06/2021 00:00:00",
            "2021-07-21 09:05",
            "2021-07-21T23:30:00Z",
            "2021/07/21 9:05:12 AM GMT+7",
            "21/07/1999 09:05:12",
            "13/13/2021",
            "44398,99999",
        ];
        for order in [DateOrder::Dmy, DateOrder::Mdy] {
            let mut moments = Moments::new(order, zone);
            for cell in cells.iter().chain(&cells) {
                let Some(stamp) = Stamp::parse(cell) else { continue };
                let expected = stamp.moment(order, zone).map(|moment| (moment, moment.day(zone)));
                assert_eq!(moments.read(&stamp), expected, "{cell} {order:?}");
            }
        }
    }
}
