//! How the backlog and the stock of blanks came to be what they are: day by day out of facts. Pure; days are handed in.

use super::blanks::{BlankEvent, BlankMove};
use super::dossier::Dossier;
use super::moment::{Moment, Zone};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The time of one application, from its first fact to what closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Since when somebody waited.
    pub waiting_since: Moment,
    /// From when the office could print, where it could.
    pub ready_since: Option<Moment>,
    /// When it was closed; `None` is open.
    pub closed_at: Option<Moment>,
}

/// The backlog at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BacklogDay {
    /// The day.
    pub date: NaiveDate,
    /// Open applications that the office could have printed.
    pub ready: u64,
    /// Open applications that waited for something else first.
    pub not_ready: u64,
}

/// Adds up spans into the backlog of each day; memory follows the days, not the spans.
#[derive(Clone, Debug)]
pub struct BacklogHistory {
    first: NaiveDate,
    zone: Zone,
    /// For each day, by how much the open and the ready ones change on it.
    changes: Vec<(i64, i64)>,
}

impl BacklogHistory {
    /// Makes the history of `days` days from `first` on.
    pub fn new(first: NaiveDate, days: usize, zone: Zone) -> Self {
        Self {
            first,
            zone,
            changes: vec![(0, 0); days],
        }
    }

    /// Adds one application. One that was closed on the day on which it began was never part of a day's end.
    pub fn add(&mut self, span: Span) {
        let from = self.index(span.waiting_since);
        let end = span.closed_at.map_or(self.changes.len(), |closed| self.index(closed));
        if from >= end {
            return;
        }
        let ready = span.ready_since.map_or(end, |ready| self.index(ready).max(from));
        self.change(from, 1, 0);
        self.change(end, -1, 0);
        if ready < end {
            self.change(ready, 0, 1);
            self.change(end, 0, -1);
        }
    }

    /// Returns the backlog of each day.
    pub fn days(&self) -> Vec<BacklogDay> {
        let (mut open, mut ready) = (0_i64, 0_i64);
        let days = self.first.iter_days().zip(&self.changes);
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        days.map(|(date, (opened, became_ready))| {
            open += opened;
            ready += became_ready;
            BacklogDay {
                date,
                ready: count(ready),
                not_ready: count(open - ready),
            }
        })
        .collect()
    }

    /// Returns the place of a moment's day, 0 for all before, the number of days for all after.
    fn index(&self, moment: Moment) -> usize {
        let days = moment.day(self.zone).signed_duration_since(self.first).num_days();
        usize::try_from(days.max(0)).map_or(self.changes.len(), |index| index.min(self.changes.len()))
    }

    fn change(&mut self, at: usize, open: i64, ready: i64) {
        if let Some(change) = self.changes.get_mut(at) {
            change.0 += open;
            change.1 += ready;
        }
    }
}

/// Returns the time of an entry for which nobody registered and which is closed without a card of ours: it left the
/// queue, or the system says that its card was issued. `None`: it is no such entry.
pub fn unregistered_span(dossier: &Dossier) -> Option<Span> {
    let is_bare = dossier.registrations.is_empty() && dossier.cards.is_empty() && dossier.walk_ins.is_empty();
    let entry = dossier.entry.as_ref().filter(|_| is_bare)?;
    let closed_at = match entry.row.status.is_issued() {
        true => Some(entry.row.status_at.unwrap_or(entry.status_seen_at)),
        false => entry.left_at,
    };
    Some(Span {
        waiting_since: entry.first_status_at.unwrap_or(entry.first_seen_at),
        ready_since: None,
        closed_at: Some(closed_at?),
    })
}

/// The stock of blanks at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockDay {
    /// The day.
    pub date: NaiveDate,
    /// Blanks on hand.
    pub on_hand: u64,
    /// Blanks that arrived on it.
    pub added: u64,
    /// Whether somebody counted.
    pub is_counted: bool,
    /// Blanks used on it.
    pub used: u64,
}

/// Follows the stock from the first line of the ledger to `last`, where `on_hand` are left, and returns the days from
/// `first` on.
///
/// The ledger counts in the order of recording; here uses stand on their own days, and what was used on the day of a
/// count is taken to be counted already. So days between may differ from what the book said then; the last is exact.
pub fn stock_days(
    events: &[BlankEvent],
    used: &BTreeMap<NaiveDate, u64>,
    (first, last): (NaiveDate, NaiveDate),
    on_hand: u64,
    zone: Zone,
) -> Vec<StockDay> {
    let mut by_day: BTreeMap<NaiveDate, Vec<BlankMove>> = BTreeMap::new();
    for event in events {
        by_day.entry(event.at.day(zone)).or_default().push(event.movement);
    }
    let Some(begin) = by_day.keys().next().copied() else {
        return Vec::new();
    };
    let mut stock = 0_u64;
    let mut days = Vec::new();
    for date in begin.iter_days().take_while(|date| *date <= last) {
        let used = used.get(&date).copied().unwrap_or(0);
        let (mut added, mut is_counted) = (0, false);
        for movement in by_day.get(&date).into_iter().flatten() {
            match movement {
                BlankMove::Added(more) => {
                    added += u64::from(*more);
                    stock = stock.saturating_add(u64::from(*more));
                }
                BlankMove::Damaged(fewer) | BlankMove::Returned(fewer) => {
                    stock = stock.saturating_sub(u64::from(*fewer))
                }
                BlankMove::Counted(counted) => (stock, is_counted) = (u64::from(*counted), true),
            }
        }
        if !is_counted {
            stock = stock.saturating_sub(used);
        }
        if date >= first {
            days.push(StockDay {
                date,
                on_hand: stock,
                added,
                is_counted,
                used,
            });
        }
    }
    if let Some(day) = days.last_mut() {
        day.on_hand = on_hand;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        Zone::east_opt(7 * 3600).unwrap()
    }

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 7, number).unwrap()
    }

    fn noon(number: u32) -> Moment {
        Moment::at(day(number).and_hms_opt(12, 0, 0).unwrap(), zone())
    }

    fn span(waiting: u32, ready: Option<u32>, closed: Option<u32>) -> Span {
        Span {
            waiting_since: noon(waiting),
            ready_since: ready.map(noon),
            closed_at: closed.map(noon),
        }
    }

    #[test]
    fn a_day_counts_what_is_open_at_its_end() {
        let mut history = BacklogHistory::new(day(10), 4, zone());
        history.add(span(1, Some(2), None));
        history.add(span(11, Some(12), Some(13)));
        history.add(span(11, None, None));
        history.add(span(12, Some(12), Some(12)));
        history.add(span(1, Some(2), Some(9)));
        history.add(span(20, None, None));
        let shown: Vec<_> = history.days().iter().map(|day| (day.ready, day.not_ready)).collect();
        assert_eq!(shown, [(1, 0), (1, 2), (2, 1), (1, 1)]);
    }

    #[test]
    fn the_history_agrees_with_counting_each_day_by_itself() {
        let mut spans = Vec::new();
        for seed in 0..300_u32 {
            let from = 1 + seed * 7 % 25;
            let ready = (seed % 3 > 0).then(|| 1 + seed * 5 % 28);
            let closed = (seed % 4 > 0).then(|| 1 + seed * 11 % 30);
            spans.push(span(from, ready, closed));
        }
        let mut history = BacklogHistory::new(day(5), 20, zone());
        spans.iter().for_each(|span| history.add(*span));
        for (shown, number) in history.days().iter().zip(5..) {
            let end = Moment::end_of(day(number), zone());
            let open = |span: &&Span| span.waiting_since <= end && span.closed_at.is_none_or(|closed| closed > end);
            let ready = |span: &&Span| span.ready_since.is_some_and(|ready| ready <= end);
            let expected = spans.iter().filter(open).count() as u64;
            let ready = spans.iter().filter(open).filter(ready).count() as u64;
            assert_eq!(
                (shown.date, shown.ready, shown.not_ready),
                (day(number), ready, expected - ready)
            );
        }
    }

    #[test]
    fn the_stock_follows_the_ledger_and_ends_with_what_is_there() {
        let event = |number, movement| BlankEvent {
            at: noon(number),
            recorded: 0,
            movement,
            user: String::new(),
            note: None,
        };
        let events = [
            event(1, BlankMove::Added(100)),
            event(3, BlankMove::Counted(80)),
            event(4, BlankMove::Added(20)),
        ];
        let used = BTreeMap::from([(day(2), 15), (day(3), 5), (day(5), 30)]);
        let days = stock_days(&events, &used, (day(2), day(6)), 69, zone());
        let shown: Vec<_> = days
            .iter()
            .map(|day| (day.on_hand, day.added, day.is_counted, day.used))
            .collect();
        let expected = [
            (85, 0, false, 15),
            (80, 0, true, 5),
            (100, 20, false, 0),
            (70, 0, false, 30),
            (69, 0, false, 0),
        ];
        assert_eq!(shown, expected);
        assert!(stock_days(&[], &used, (day(2), day(6)), 0, zone()).is_empty());
    }
}
