//! What was printed: by day, by operator, what was spoiled, and how long it took from ready to printed.

use super::card::CardResult;
use super::moment::{Moment, Zone};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The time from ready to printed, in the buckets in which the ministry asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names say the hours, the end inclusive
pub enum Turnaround {
    UpTo1Hour,
    UpTo2Hours,
    UpTo3Hours,
    UpTo6Hours,
    UpTo24Hours,
    Longer,
}

impl Turnaround {
    /// Every bucket, shortest first.
    pub const ALL: [Self; 6] = [
        Self::UpTo1Hour,
        Self::UpTo2Hours,
        Self::UpTo3Hours,
        Self::UpTo6Hours,
        Self::UpTo24Hours,
        Self::Longer,
    ];

    /// Returns the bucket of a print; one that was recorded before it was ready took no time.
    pub fn between(ready: Moment, printed: Moment) -> Self {
        const HOUR: i64 = 3_600;
        let seconds = printed.seconds().saturating_sub(ready.seconds());
        let mut bounds = Self::ALL.iter().zip([1, 2, 3, 6, 24]);
        bounds
            .find(|(_, hours)| seconds <= hours * HOUR)
            .map_or(Self::Longer, |(bucket, _)| *bucket)
    }

    /// Returns the greatest number of hours of the bucket; `None` is without end.
    pub fn hours(self) -> Option<u32> {
        match self {
            Self::UpTo1Hour => Some(1),
            Self::UpTo2Hours => Some(2),
            Self::UpTo3Hours => Some(3),
            Self::UpTo6Hours => Some(6),
            Self::UpTo24Hours => Some(24),
            Self::Longer => None,
        }
    }
}

/// One card that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// When.
    pub at: Moment,
    /// By whom, where it is known.
    pub operator: Option<&'a str>,
    /// What became of it.
    pub result: CardResult,
    /// From when the office could print it.
    pub ready_since: Option<Moment>,
    /// Whether it was printed at the counter.
    pub is_walk_in: bool,
}

/// What somebody or a day achieved, cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Printed, walk-in prints among them.
    pub printed: u64,
    /// Of those, at the counter.
    pub walk_ins: u64,
    /// Spoiled: a blank without a card.
    pub spoiled: u64,
    /// Not printed.
    pub not_printed: u64,
}

impl Tries {
    fn add(&mut self, attempt: &Attempt<'_>) {
        match attempt.result {
            CardResult::Printed => {
                self.printed += 1;
                self.walk_ins += u64::from(attempt.is_walk_in);
            }
            CardResult::Spoiled => self.spoiled += 1,
            CardResult::NotPrinted => self.not_printed += 1,
        }
    }

    /// Returns the blanks that were used.
    pub fn blanks(&self) -> u64 {
        self.printed + self.spoiled
    }
}

/// What one operator did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorBook {
    /// The name as it was first written; empty where nobody was named.
    pub name: String,
    /// All days together.
    pub total: Tries,
    /// Printed cards, day by day.
    pub printed_by_day: Vec<u64>,
}

/// What was printed within some days.
#[derive(Clone, Debug)]
pub struct Production {
    first: NaiveDate,
    zone: Zone,
    /// Day by day.
    pub days: Vec<Tries>,
    /// By operator, in the order of their names whatever the case; who is not named comes first.
    operators: BTreeMap<String, OperatorBook>,
    /// Printed cards by the time they took.
    pub turnaround: BTreeMap<Turnaround, u64>,
    /// Printed cards of which nobody knows since when they were ready.
    pub unknown_turnaround: u64,
}

impl Production {
    /// Makes the book of `days` days from `first` on.
    pub fn new(first: NaiveDate, days: usize, zone: Zone) -> Self {
        Self {
            first,
            zone,
            days: vec![Tries::default(); days],
            operators: BTreeMap::new(),
            turnaround: BTreeMap::new(),
            unknown_turnaround: 0,
        }
    }

    /// Takes an attempt; one outside of the days is none of its business.
    pub fn add(&mut self, attempt: Attempt<'_>) {
        let days = attempt.at.day(self.zone).signed_duration_since(self.first).num_days();
        let Ok(index) = usize::try_from(days) else { return };
        let Some(day) = self.days.get_mut(index) else { return };
        day.add(&attempt);
        let name = attempt.operator.unwrap_or_default().trim();
        let length = self.days.len();
        let book = self
            .operators
            .entry(name.to_lowercase())
            .or_insert_with(|| OperatorBook {
                name: name.to_owned(),
                total: Tries::default(),
                printed_by_day: vec![0; length],
            });
        book.total.add(&attempt);
        if attempt.result != CardResult::Printed {
            return;
        }
        if let Some(printed) = book.printed_by_day.get_mut(index) {
            *printed += 1;
        }
        match attempt.ready_since {
            Some(ready) => {
                *self
                    .turnaround
                    .entry(Turnaround::between(ready, attempt.at))
                    .or_default() += 1
            }
            None => self.unknown_turnaround += 1,
        }
    }

    /// Returns each day's date with what was done on it.
    pub fn dated(&self) -> impl Iterator<Item = (NaiveDate, &Tries)> {
        self.first.iter_days().zip(&self.days)
    }

    /// Returns the operators by name.
    pub fn operators(&self) -> impl Iterator<Item = &OperatorBook> {
        self.operators.values()
    }

    /// Adds up all days.
    pub fn total(&self) -> Tries {
        self.days.iter().fold(Tries::default(), |sum, day| Tries {
            printed: sum.printed + day.printed,
            walk_ins: sum.walk_ins + day.walk_ins,
            spoiled: sum.spoiled + day.spoiled,
            not_printed: sum.not_printed + day.not_printed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(seconds)
    }

    #[test]
    fn a_bucket_ends_with_its_hour() {
        let check = |seconds, expected| assert_eq!(Turnaround::between(at(0), at(seconds)), expected, "{seconds}");
        check(-5, Turnaround::UpTo1Hour);
        check(3_600, Turnaround::UpTo1Hour);
        check(3_601, Turnaround::UpTo2Hours);
        check(3 * 3_600, Turnaround::UpTo3Hours);
        check(6 * 3_600, Turnaround::UpTo6Hours);
        check(6 * 3_600 + 1, Turnaround::UpTo24Hours);
        check(86_401, Turnaround::Longer);
    }

    #[test]
    fn everything_is_counted_once_by_day_and_by_operator() {
        let zone = Zone::east_opt(0).unwrap();
        let mut book = Production::new(NaiveDate::from_ymd_opt(1970, 1, 2).unwrap(), 2, zone);
        let mut add = |seconds, operator, result, ready_since| {
            book.add(Attempt {
                at: at(seconds),
                operator,
                result,
                ready_since,
                is_walk_in: operator.is_none(),
            });
        };
        add(10, Some("a"), CardResult::Printed, None);
        add(86_400, Some("Yusuf"), CardResult::Printed, Some(at(86_000)));
        add(86_401, Some("yusuf "), CardResult::Spoiled, None);
        add(172_800, None, CardResult::Printed, None);
        add(172_801, Some("b"), CardResult::NotPrinted, None);
        add(999_999, Some("a"), CardResult::Printed, None);
        let names: Vec<_> = book
            .operators()
            .map(|book| (book.name.as_str(), book.total.blanks()))
            .collect();
        assert_eq!(names, [("", 1), ("b", 0), ("Yusuf", 2)]);
        let total = book.total();
        assert_eq!(
            (total.printed, total.walk_ins, total.spoiled, total.not_printed),
            (2, 1, 1, 1)
        );
        assert_eq!(book.turnaround, BTreeMap::from([(Turnaround::UpTo1Hour, 1)]));
        assert_eq!(book.unknown_turnaround, 1);
    }
}
