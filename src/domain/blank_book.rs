//! The book of blanks: every movement and every use in the order of recording, what they come to, and by how much
//! and since when they do not agree with what was counted.

use super::blanks::{BlankEvent, BlankMove, BlankUse, UseKind};
use super::moment::{Moment, Zone};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The present pace is that of so many days on which blanks were used.
const PACE_DAYS: usize = 10;

/// One line of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookLine {
    /// When; of several uses the last one.
    pub at: Moment,
    /// What.
    pub what: Entry,
    /// How many.
    pub count: u64,
    /// What the book comes to after this line; below zero where a count is missing.
    pub balance: i64,
    /// Who recorded it; nobody for uses, which come from results.
    pub user: Option<String>,
    /// A remark, or what spoiled the cards.
    pub note: Option<String>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Blanks arrived.
    Added,
    /// The stock was counted.
    Counted,
    /// Damaged without a card.
    Damaged,
    /// Given back.
    Returned,
    /// Used, all of one day together.
    Used(UseKind),
}

impl Entry {
    /// Returns the stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Counted => "counted",
            Self::Damaged => "damaged",
            Self::Returned => "returned",
            Self::Used(UseKind::Printed) => "printed",
            Self::Used(UseKind::WalkIn) => "walk_in",
            Self::Used(UseKind::Spoiled) => "spoiled",
        }
    }
}

/// A count that did not find what the book had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The day of the count before, or of the first line: until then the book is known to agree.
    pub since: NaiveDate,
    /// The day of the count.
    pub counted_on: NaiveDate,
    /// What the book had.
    pub expected: i64,
    /// What was counted.
    pub counted: u32,
}

impl Difference {
    /// Returns how many more were counted than the book had; below zero how many were lacking.
    pub fn surplus(&self) -> i64 {
        i64::from(self.counted) - self.expected
    }
}

/// What was moved since the last count, or since the beginning: `opening + added - damaged - returned - printed -
/// walk_in - spoiled` is the balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The last count; 0 where there was none.
    pub opening: u64,
    /// Arrived.
    pub added: u64,
    /// Damaged without a card.
    pub damaged: u64,
    /// Given back.
    pub returned: u64,
    /// Printed in batches.
    pub printed: u64,
    /// Printed at the counter.
    pub walk_in: u64,
    /// Spoiled.
    pub spoiled: u64,
}

impl Totals {
    /// Adds it all up.
    pub fn balance(&self) -> i64 {
        let gone = self.damaged + self.returned + self.printed + self.walk_in + self.spoiled;
        whole(self.opening + self.added) - whole(gone)
    }
}

/// How fast blanks are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Blanks used.
    pub blanks: u64,
    /// On so many days of printing.
    pub days: u64,
}

impl Pace {
    /// Returns for how many days of printing a stock is enough.
    pub fn days_left(&self, stock: u64) -> u64 {
        stock.saturating_mul(self.days) / self.blanks.max(1)
    }

    /// Returns the blanks of a day, rounded up.
    pub fn a_day(&self) -> u64 {
        self.blanks.div_ceil(self.days.max(1))
    }
}

/// The whole book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlankBook {
    /// Its lines.
    pub lines: Vec<BookLine>,
    /// What was moved since the last count.
    pub totals: Totals,
    /// What spoiled cards since the last count, by frequency.
    pub causes: Vec<(Option<String>, u64)>,
    /// The last count, where it did not agree.
    pub difference: Option<Difference>,
    /// The day on which more was used than the book had, since the last count.
    pub below_zero_since: Option<NaiveDate>,
    /// How fast blanks are used.
    pub pace: Option<Pace>,
}

impl BlankBook {
    /// Tells whether the book agrees with the results and with the last count.
    pub fn is_balanced(&self) -> bool {
        self.difference.is_none() && self.below_zero_since.is_none()
    }
}

/// Keeps the book while its facts come in, in the order of recording.
struct Keeper {
    book: BlankBook,
    zone: Zone,
    is_open: bool,
    known_since: Option<NaiveDate>,
    /// Uses that are not written down yet: by day, kind and cause.
    pending: BTreeMap<(NaiveDate, UseKind, Option<String>), (u64, Moment)>,
    causes: BTreeMap<Option<String>, u64>,
    used_on: BTreeMap<NaiveDate, u64>,
    balance: i64,
}

/// Keeps the book; `uses` visits every use in the order of recording. Uses before the first movement are not counted.
///
/// # Errors
/// Those of `uses`.
pub fn keep_book<E>(
    events: &[BlankEvent],
    zone: Zone,
    uses: impl FnOnce(&mut dyn FnMut(BlankUse)) -> Result<(), E>,
) -> Result<BlankBook, E> {
    let mut keeper = Keeper {
        book: BlankBook::default(),
        zone,
        is_open: false,
        known_since: None,
        pending: BTreeMap::new(),
        causes: BTreeMap::new(),
        used_on: BTreeMap::new(),
        balance: 0,
    };
    let mut waiting = events.iter().peekable();
    uses(&mut |one| {
        while let Some(event) = waiting.next_if(|event| event.recorded < one.recorded) {
            keeper.movement(event);
        }
        keeper.used(one);
    })?;
    for event in waiting {
        keeper.movement(event);
    }
    Ok(keeper.close())
}

impl Keeper {
    fn used(&mut self, one: BlankUse) {
        let day = one.at.day(self.zone);
        *self.used_on.entry(day).or_default() += 1;
        if !self.is_open {
            return;
        }
        let cause = one
            .cause
            .map(|cause| cause.trim().to_owned())
            .filter(|cause| !cause.is_empty());
        let (count, at) = self.pending.entry((day, one.kind, cause)).or_insert((0, one.at));
        *count += 1;
        *at = one.at.max(*at);
    }

    fn movement(&mut self, event: &BlankEvent) {
        self.write_uses();
        let day = event.at.day(self.zone);
        let (what, count) = match event.movement {
            BlankMove::Added(count) => (Entry::Added, count),
            BlankMove::Counted(count) => (Entry::Counted, count),
            BlankMove::Damaged(count) => (Entry::Damaged, count),
            BlankMove::Returned(count) => (Entry::Returned, count),
        };
        let totals = &mut self.book.totals;
        match what {
            Entry::Added => totals.added += u64::from(count),
            Entry::Damaged => totals.damaged += u64::from(count),
            Entry::Returned => totals.returned += u64::from(count),
            _ => self.counted(day, count),
        }
        self.is_open = true;
        self.known_since = self.known_since.or(Some(day));
        self.line(
            event.at,
            what,
            u64::from(count),
            Some(event.user.clone()),
            event.note.clone(),
        );
    }

    /// A count closes the account before it, and opens another one.
    fn counted(&mut self, day: NaiveDate, counted: u32) {
        let found = Difference {
            since: self.known_since.unwrap_or(day),
            counted_on: day,
            expected: self.balance,
            counted,
        };
        self.book.difference = Some(found).filter(|found| self.is_open && found.surplus() != 0);
        self.book.below_zero_since = None;
        self.book.totals = Totals {
            opening: u64::from(counted),
            ..Totals::default()
        };
        self.causes.clear();
        self.known_since = Some(day);
    }

    /// Writes the uses since the last movement down, a line for each day, kind and cause.
    fn write_uses(&mut self) {
        let mut written: Vec<_> = std::mem::take(&mut self.pending).into_iter().collect();
        written.sort_by_key(|((_, kind, _), (_, at))| (*at, *kind));
        for ((_, kind, cause), (count, at)) in written {
            let totals = &mut self.book.totals;
            match kind {
                UseKind::Printed => totals.printed += count,
                UseKind::WalkIn => totals.walk_in += count,
                UseKind::Spoiled => {
                    totals.spoiled += count;
                    *self.causes.entry(cause.clone()).or_default() += count;
                }
            }
            self.line(at, Entry::Used(kind), count, None, cause);
        }
    }

    fn line(&mut self, at: Moment, what: Entry, count: u64, user: Option<String>, note: Option<String>) {
        self.balance = self.book.totals.balance();
        if self.balance < 0 && self.book.below_zero_since.is_none() {
            self.book.below_zero_since = Some(at.day(self.zone));
        }
        if self.balance >= 0 {
            self.book.below_zero_since = None;
        }
        self.book.lines.push(BookLine {
            at,
            what,
            count,
            balance: self.balance,
            user,
            note,
        });
    }

    fn close(mut self) -> BlankBook {
        self.write_uses();
        let mut causes: Vec<(Option<String>, u64)> = self.causes.into_iter().collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.book.causes = causes;
        let used: Vec<u64> = self.used_on.values().rev().take(PACE_DAYS).copied().collect();
        self.book.pace = (!used.is_empty()).then(|| Pace {
            blanks: used.iter().sum(),
            days: used.len() as u64,
        });
        self.book
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::blanks::ledger_stock;
    use proptest::prelude::*;
    use std::convert::Infallible;

    fn zone() -> Zone {
        Zone::east_opt(7 * 3600).unwrap()
    }

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 7, number).unwrap()
    }

    fn event(recorded: u64, on: u32, movement: BlankMove) -> BlankEvent {
        BlankEvent {
            at: Moment::start_of(day(on), zone()),
            recorded,
            movement,
            user: "siti".to_owned(),
            note: None,
        }
    }

    fn used(recorded: u64, on: u32, kind: UseKind, cause: Option<&str>) -> BlankUse {
        BlankUse {
            recorded,
            at: Moment::start_of(day(on), zone()),
            kind,
            cause: cause.map(str::to_owned),
        }
    }

    fn book(events: &[BlankEvent], uses: &[BlankUse]) -> BlankBook {
        let all = |visit: &mut dyn FnMut(BlankUse)| -> Result<(), Infallible> {
            uses.iter().cloned().for_each(visit);
            Ok(())
        };
        let Ok(book) = keep_book(events, zone(), all);
        book
    }

    #[test]
    fn every_movement_and_use_has_its_line_and_the_sum_is_the_balance() {
        let events = [event(1, 1, BlankMove::Added(10)), event(6, 3, BlankMove::Damaged(2))];
        let uses = [
            used(2, 2, UseKind::Printed, None),
            used(3, 2, UseKind::Printed, None),
            used(4, 2, UseKind::Spoiled, Some(" tinta ")),
            used(7, 3, UseKind::WalkIn, None),
        ];
        let book = book(&events, &uses);
        let lines: Vec<_> = book
            .lines
            .iter()
            .map(|line| (line.what.code(), line.count, line.balance))
            .collect();
        let expected = [
            ("added", 10, 10),
            ("printed", 2, 8),
            ("spoiled", 1, 7),
            ("damaged", 2, 5),
            ("walk_in", 1, 4),
        ];
        assert_eq!(lines, expected);
        assert_eq!(book.causes, [(Some("tinta".to_owned()), 1)]);
        assert!(book.is_balanced());
        assert_eq!(book.totals.balance(), 4);
        assert_eq!(book.pace, Some(Pace { blanks: 4, days: 2 }));
        assert_eq!(book.pace.unwrap().days_left(5), 2);
    }

    #[test]
    fn a_count_that_differs_is_told_with_the_days_between() {
        let events = [event(1, 1, BlankMove::Counted(10)), event(3, 5, BlankMove::Counted(7))];
        let one = used(2, 2, UseKind::Printed, None);
        let found = book(&events, std::slice::from_ref(&one)).difference.unwrap();
        assert_eq!((found.since, found.counted_on, found.surplus()), (day(1), day(5), -2));
        let agrees = [events[0].clone(), event(3, 5, BlankMove::Counted(9))];
        assert!(book(&agrees, &[one]).is_balanced());
    }

    #[test]
    fn using_more_than_there_was_is_told_with_its_day_until_more_arrive() {
        let mut events = vec![event(1, 1, BlankMove::Added(1))];
        let uses = [used(2, 2, UseKind::Printed, None), used(3, 3, UseKind::Printed, None)];
        assert_eq!(book(&events, &uses).below_zero_since, Some(day(3)));
        events.push(event(4, 4, BlankMove::Added(5)));
        assert_eq!(book(&events, &uses).below_zero_since, None);
        assert_eq!(book(&events[..0], &uses).lines, []);
    }

    fn movement() -> impl Strategy<Value = Option<BlankMove>> {
        prop_oneof![
            Just(None),
            Just(None),
            (0_u32..50).prop_map(|count| Some(BlankMove::Added(count))),
            (0_u32..50).prop_map(|count| Some(BlankMove::Counted(count))),
            (0_u32..5).prop_map(|count| Some(BlankMove::Damaged(count))),
            (0_u32..5).prop_map(|count| Some(BlankMove::Returned(count))),
        ]
    }

    proptest! {
        /// The book and the short sum that plans rest on say the same.
        #[test]
        fn the_book_agrees_with_the_ledger(moves in proptest::collection::vec(movement(), 0..40)) {
            let (mut events, mut uses) = (Vec::new(), Vec::new());
            for (recorded, movement) in (1_u64..).zip(moves) {
                match movement {
                    Some(movement) => events.push(event(recorded, 1, movement)),
                    None => uses.push(used(recorded, 1, UseKind::Printed, None)),
                }
            }
            let book = book(&events, &uses);
            if let Some(stock) = ledger_stock(&events) {
                let used = uses.iter().filter(|one| one.recorded > stock.used_after).count();
                prop_assert_eq!(book.totals.balance(), stock.blanks - used as i64);
            }
        }
    }
}
