//! How the backlog develops, day after day: what arrives, what the operators and the blanks allow, what is left.
//!
//! Only ready applications are foreseen: what waits for a citizen or the centre becomes an arrival when it becomes
//! ready. Batches are planned the evening before, so that what arrives on a day is printed on a later one. Whole cards
//! only, no chance: the same facts give the same days. Knows no store, no calendar and no settings.

use super::Shortage;
use chrono::NaiveDate;

/// A coming day of the calendar, closed ones too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: NaiveDate,
    /// Whether batches are planned for it.
    pub is_working: bool,
    /// Operators who are not away.
    pub operators: u32,
    /// What they can print, cards.
    pub capacity: u64,
    /// Open cards of batches that stand for the day already; then no more are planned for it.
    pub planned: Option<u64>,
}

/// How many became ready of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrivalPace {
    /// So many.
    pub arrivals: u64,
    /// In so many days; 0 is no pace.
    pub days: u32,
}

impl ArrivalPace {
    /// Returns how many have arrived `days` days from now, if they come evenly; whole ones only.
    fn after(self, days: usize) -> u64 {
        let arrived = u128::from(self.arrivals) * days as u128 / u128::from(self.days.max(1));
        match self.days {
            0 => 0,
            _ => u64::try_from(arrived).unwrap_or(u64::MAX),
        }
    }
}

/// From where the days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Ready applications without a card.
    pub ready: u64,
    /// Blanks that may still be planned, where they are counted: without the reserve and without open cards.
    pub blanks: Option<u64>,
    /// The pace of arrivals.
    pub pace: ArrivalPace,
}

/// What one day brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayForecast {
    /// The day as handed in.
    pub day: CalendarDay,
    /// Became ready on it.
    pub arrivals: u64,
    /// Printed on it, planned cards among them.
    pub printed: u64,
    /// Ready without a card at its end.
    pub backlog: u64,
    /// Blanks that may still be planned at its end, where they are counted.
    pub blanks: Option<u64>,
}

/// How the backlog develops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Development {
    /// Day after day.
    pub days: Vec<DayForecast>,
    /// The day on which the last of today's ready applications is printed, as an index; else what is lacking.
    pub gone: Result<usize, Shortage>,
    /// The first day on which blanks and not operators set the limit, as an index.
    pub blanks_short: Option<usize>,
}

impl Development {
    /// Returns the backlog at the end.
    pub fn backlog_at_end(&self) -> Option<u64> {
        self.days.last().map(|day| day.backlog)
    }

    /// Returns how many cards are printed in all.
    pub fn printed(&self) -> u64 {
        self.days.iter().map(|day| day.printed).sum()
    }
}

/// Follows the backlog through the days, which follow each other without a gap from tomorrow or today on.
pub fn foresee_days(start: Start, days: &[CalendarDay]) -> Development {
    let (mut backlog, mut blanks) = (start.ready, start.blanks);
    let mut todays = start.ready;
    let mut development = Development {
        days: Vec::with_capacity(days.len()),
        gone: Err(Shortage::Calendar),
        blanks_short: None,
    };
    for (index, day) in days.iter().enumerate() {
        let room = match (day.is_working, day.planned) {
            (true, None) => day.capacity,
            _ => 0,
        };
        let wanted = backlog.min(room);
        let new = blanks.map_or(wanted, |blanks| wanted.min(blanks));
        if new < wanted && development.blanks_short.is_none() {
            development.blanks_short = Some(index);
        }
        blanks = blanks.map(|blanks| blanks - new);
        let arrivals = start.pace.after(index + 1) - start.pace.after(index);
        backlog = backlog - new + arrivals;
        todays = todays.saturating_sub(new);
        if todays == 0 && development.gone.is_err() {
            development.gone = Ok(index);
        }
        development.days.push(DayForecast {
            day: *day,
            arrivals,
            printed: new + day.planned.unwrap_or(0),
            backlog,
            blanks,
        });
    }
    if development.gone.is_err() {
        development.gone = Err(lacking(&development, days));
    }
    development
}

/// Tells why today's backlog is not gone within the days.
fn lacking(development: &Development, days: &[CalendarDay]) -> Shortage {
    let has_room = days.iter().any(|day| day.is_working && day.capacity > 0);
    match (development.blanks_short, has_room) {
        (Some(_), _) => Shortage::Blanks,
        (None, false) if !days.is_empty() => Shortage::Operators,
        _ => Shortage::Calendar,
    }
}

/// Returns the days with one more operator of `capacity` cards on every working day that is not planned yet.
pub fn with_one_more(days: &[CalendarDay], capacity: u64) -> Vec<CalendarDay> {
    let more = |day: &CalendarDay| match day.is_working {
        true => CalendarDay {
            operators: day.operators + 1,
            capacity: day.capacity.saturating_add(capacity),
            ..*day
        },
        false => *day,
    };
    days.iter().map(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    fn day(index: usize, capacity: u64) -> CalendarDay {
        let first = NaiveDate::from_ymd_opt(2021, 7, 19).unwrap();
        CalendarDay {
            date: first + chrono::Days::new(index as u64),
            is_working: capacity > 0,
            operators: u32::from(capacity > 0),
            capacity,
            planned: None,
        }
    }

    fn days(capacities: &[u64]) -> Vec<CalendarDay> {
        capacities
            .iter()
            .enumerate()
            .map(|(index, room)| day(index, *room))
            .collect()
    }

    fn start(ready: u64, blanks: Option<u64>, arrivals: u64, days: u32) -> Start {
        let pace = ArrivalPace { arrivals, days };
        Start { ready, blanks, pace }
    }

    /// Every person by themselves, in a queue; a day's newcomers join behind when the day is over.
    fn simulate(start: Start, days: &[CalendarDay]) -> (Vec<(u64, u64, u64)>, Option<usize>) {
        let mut line: VecDeque<bool> = (0..start.ready).map(|_| true).collect();
        let (mut rows, mut gone) = (Vec::new(), None);
        let mut blanks = start.blanks.unwrap_or(u64::MAX);
        // What has come so far, in shares of a person, so that no fraction is lost.
        let mut shares = 0_u64;
        for (index, day) in days.iter().enumerate() {
            let mut printed = day.planned.unwrap_or(0);
            let mut room = if day.planned.is_some() || !day.is_working {
                0
            } else {
                day.capacity
            };
            while room > 0 && blanks > 0 && line.pop_front().is_some() {
                (room, printed) = (room - 1, printed + 1);
                blanks -= if start.blanks.is_some() { 1 } else { 0 };
            }
            if gone.is_none() && !line.iter().any(|is_of_today| *is_of_today) {
                gone = Some(index);
            }
            let mut arrivals = 0;
            if start.pace.days > 0 {
                shares += start.pace.arrivals;
                while shares >= u64::from(start.pace.days) {
                    shares -= u64::from(start.pace.days);
                    line.push_back(false);
                    arrivals += 1;
                }
            }
            rows.push((arrivals, printed, line.len() as u64));
        }
        (rows, gone)
    }

    #[test]
    fn it_says_what_a_simulation_of_every_person_says() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut below = |sides: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11) % sides
        };
        for case in 0..400 {
            let mut coming: Vec<CalendarDay> = (0..below(25) as usize)
                .map(|index| {
                    let capacity = if below(3) == 0 { 0 } else { below(40) };
                    day(index, capacity)
                })
                .collect();
            if let Some(first) = coming.first_mut().filter(|_| below(2) == 0) {
                first.planned = Some(below(30));
            }
            let blanks = (below(2) == 0).then(|| below(300));
            let start = start(below(250), blanks, below(400), below(29) as u32);
            let development = foresee_days(start, &coming);
            let rows: Vec<_> = development
                .days
                .iter()
                .map(|day| (day.arrivals, day.printed, day.backlog))
                .collect();
            let (expected, gone) = simulate(start, &coming);
            assert_eq!(rows, expected, "case {case}: {start:?}");
            assert_eq!(development.gone.ok(), gone, "case {case}: {start:?}");
        }
    }

    #[test]
    fn todays_backlog_is_gone_when_its_last_card_is_printed() {
        let gone = |ready, blanks, rooms: &[u64]| foresee_days(start(ready, blanks, 70, 7), &days(rooms)).gone;
        assert_eq!(gone(25, None, &[10, 10, 10]), Ok(2));
        assert_eq!(gone(25, None, &[10, 0, 0, 10, 10]), Ok(4));
        assert_eq!(gone(25, None, &[10, 10]), Err(Shortage::Calendar));
        assert_eq!(gone(25, Some(12), &[10, 10, 10]), Err(Shortage::Blanks));
        assert_eq!(gone(25, None, &[0, 0]), Err(Shortage::Operators));
        assert_eq!(gone(0, None, &[0]), Ok(0), "nothing waits, nothing is lacking");
        assert_eq!(gone(1, None, &[]), Err(Shortage::Calendar));
    }

    #[test]
    fn a_planned_day_prints_its_cards_and_takes_no_more() {
        let mut coming = days(&[10, 10]);
        coming[0].planned = Some(4);
        let development = foresee_days(start(8, Some(9), 0, 28), &coming);
        let shown: Vec<_> = development
            .days
            .iter()
            .map(|day| (day.printed, day.backlog, day.blanks))
            .collect();
        assert_eq!(shown, [(4, 8, Some(9)), (8, 0, Some(1))]);
    }

    #[test]
    fn one_more_operator_works_on_working_days_only() {
        let more = with_one_more(&days(&[10, 0]), 5);
        assert_eq!((more[0].capacity, more[0].operators), (15, 2));
        assert_eq!((more[1].capacity, more[1].operators), (0, 0));
    }
}
