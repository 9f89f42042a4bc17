//! When a card can be expected: how many are before it, and what the coming working days can print.
//!
//! Knows no store and no settings: days, room and blanks are handed in. What it says is a range, never a promise.

pub mod development;

use super::moment::Moment;
use chrono::NaiveDate;

/// A coming working day, and how many cards can still be given to the operators for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintDay {
    /// The day.
    pub date: NaiveDate,
    /// Room for more cards: capacity without those who are away, less what is planned already.
    pub free_cards: u64,
}

/// How many ready applications go before one; both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// At least so many.
    pub least: u64,
    /// At most so many.
    pub most: u64,
}

/// Why a day cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shortage {
    /// Nobody is set up who prints, or all are away for as long as the calendar reaches.
    Operators,
    /// The blanks run out before.
    Blanks,
    /// The calendar of working days does not reach so far.
    Calendar,
    /// Nothing was ever planned, so that the pace is not known.
    NoPlanYet,
}

impl Shortage {
    /// Returns the word for data.
    pub fn code(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Blanks => "blanks",
            Self::Calendar => "days",
            Self::NoPlanYet => "no_plan_yet",
        }
    }
}

/// When a card is printed, as working days of the list that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintForecast {
    /// On a day of this range; indexes into the days, both inclusive.
    Between {
        /// The first day that is possible.
        first: usize,
        /// The last day that is to be reckoned with.
        last: usize,
    },
    /// Not before a day; when at the latest cannot be said.
    NotBefore {
        /// The first day that is possible.
        first: usize,
        /// What is lacking.
        shortage: Shortage,
    },
    /// Cannot be said.
    Unknown(Shortage),
}

/// Says when the application behind `ahead` others is printed, day after day, until room or blanks end.
pub fn foresee_print(ahead: Ahead, days: &[PrintDay], blanks: Option<u64>) -> PrintForecast {
    let reach = |before: u64| reach(before, days, blanks);
    match (reach(ahead.least), reach(ahead.most.max(ahead.least))) {
        (Ok(first), Ok(last)) => PrintForecast::Between { first, last },
        (Ok(first), Err(shortage)) => PrintForecast::NotBefore { first, shortage },
        (Err(shortage), _) => PrintForecast::Unknown(shortage),
    }
}

/// Returns the day on which the card behind `before` others is printed.
fn reach(before: u64, days: &[PrintDay], blanks: Option<u64>) -> Result<usize, Shortage> {
    if blanks.is_some_and(|blanks| before >= blanks) {
        return Err(Shortage::Blanks);
    }
    if days.is_empty() {
        return Err(Shortage::Calendar);
    }
    let mut printed = 0_u64;
    for (index, day) in days.iter().enumerate() {
        printed = printed.saturating_add(day.free_cards);
        if printed > before {
            return Ok(index);
        }
    }
    Err(Shortage::Operators)
}

/// What the last plan left: the pace of an office too large to count everybody for every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastPlan {
    /// When it was made.
    pub planned_at: Moment,
    /// Since when nearly everybody whom it planned had waited, at most: so far the queue has advanced.
    pub front: Moment,
    /// Ready applications that it left over.
    pub left_over: u64,
}

/// Estimates who goes before an application that waits since `waiting_since`, as if those left over had come evenly.
///
/// The true number is taken to lie between a half and one and a half of the estimate.
pub fn estimate_ahead(plan: LastPlan, waiting_since: Moment) -> Ahead {
    let span = plan.planned_at.seconds().saturating_sub(plan.front.seconds()).max(1);
    let behind = waiting_since.seconds().saturating_sub(plan.front.seconds());
    let share = u128::try_from(behind.clamp(0, span)).unwrap_or(0);
    let estimate = u128::from(plan.left_over) * share / u128::try_from(span).unwrap_or(1);
    let estimate = u64::try_from(estimate).unwrap_or(u64::MAX);
    Ahead {
        least: estimate / 2,
        most: estimate.saturating_add(estimate.div_ceil(2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(room: &[u64]) -> Vec<PrintDay> {
        let first = NaiveDate::from_ymd_opt(2021, 7, 19).unwrap();
        let day = |(date, free_cards): (NaiveDate, &u64)| PrintDay {
            date,
            free_cards: *free_cards,
        };
        first.iter_days().zip(room).map(day).collect()
    }

    #[track_caller]
    fn check(ahead: (u64, u64), room: &[u64], blanks: Option<u64>, expected: PrintForecast) {
        let (least, most) = ahead;
        assert_eq!(foresee_print(Ahead { least, most }, &days(room), blanks), expected);
    }

    #[test]
    fn a_card_is_printed_on_the_first_day_that_reaches_its_place() {
        let between = |first, last| PrintForecast::Between { first, last };
        check((0, 0), &[1], None, between(0, 0));
        check((9, 9), &[10, 10], None, between(0, 0));
        check((10, 10), &[10, 10], None, between(1, 1));
        check((0, 25), &[10, 0, 10, 10], None, between(0, 3));
        check((0, 0), &[0, 0, 5], None, between(2, 2));
    }

    #[test]
    fn what_is_lacking_is_said() {
        let not_before = |first, shortage| PrintForecast::NotBefore { first, shortage };
        check((0, 10), &[10], None, not_before(0, Shortage::Operators));
        check((0, 5), &[10], Some(5), not_before(0, Shortage::Blanks));
        check((5, 5), &[10], Some(5), PrintForecast::Unknown(Shortage::Blanks));
        check((0, 0), &[], None, PrintForecast::Unknown(Shortage::Calendar));
        check((0, 0), &[0, 0], Some(9), PrintForecast::Unknown(Shortage::Operators));
    }

    #[test]
    fn a_wider_guess_never_narrows_the_range() {
        for most in 0..40 {
            let PrintForecast::Between { first, last } = foresee_print(Ahead { least: 0, most }, &days(&[10; 5]), None)
            else {
                panic!("{most}");
            };
            assert_eq!((first, last), (0, usize::try_from(most / 10).unwrap()));
        }
    }

    #[test]
    fn the_last_plan_tells_how_far_the_queue_has_come() {
        let plan = LastPlan {
            planned_at: Moment::from_seconds(2_000),
            front: Moment::from_seconds(1_000),
            left_over: 800,
        };
        let ahead = |seconds| estimate_ahead(plan, Moment::from_seconds(seconds));
        assert_eq!(ahead(900), Ahead { least: 0, most: 0 });
        assert_eq!(ahead(1_500), Ahead { least: 200, most: 600 });
        assert_eq!(
            ahead(5_000),
            Ahead {
                least: 400,
                most: 1_200
            }
        );
    }
}
