//! What an expectation rests on: the coming working days, the blanks, and who goes before.

use crate::commands::batch::{Classes, LEFT_OVER, next_batch_day, ready_candidates};
use crate::commands::forecast::free_blanks;
use crate::context::Context;
use crate::domain::answer::Outlook;
use crate::domain::application::Application;
use crate::domain::batching::{Candidate, precedence};
use crate::domain::card::{Batch, PrintRight};
use crate::domain::forecast::{Ahead, LastPlan, PrintDay, estimate_ahead};
use crate::domain::nik::NikReading;
use crate::store::Facts;
use crate::store::records::{BatchFilter, FileKind};
use anyhow::Result;
use std::collections::BTreeSet;

/// A year of working days; what lies beyond is no answer for a counter.
const HORIZON_DAYS: usize = 260;

/// Up to so many rows everybody is counted; a larger office goes by its last plan, so that nobody waits for an answer.
const COUNTED_ROWS: u64 = 20_000;

/// So many of the newest events are searched for the last plan.
const EVENTS: u32 = 5_000;

/// What expectations rest on, gathered once for everybody who was found.
pub(super) struct Pace {
    days: Vec<PrintDay>,
    blanks: Option<u64>,
    open: Vec<Batch>,
    order: Order,
}

/// Who goes before whom.
enum Order {
    /// Everybody who is ready.
    Counted(Vec<Candidate>),
    /// How far the last plan came, if there was one.
    LastPlan(Option<LastPlan>),
}

impl Pace {
    /// Gathers the days, the blanks, the open batches, and the ready applications or the last plan.
    pub(super) fn gather(context: &Context, facts: &dyn Facts) -> Result<Self> {
        let open = facts.batches(BatchFilter::Open)?;
        let planned = open.iter().map(|batch| batch.date).collect();
        let rows = |kind| -> Result<u64> { Ok(facts.files(kind)?.iter().map(|file| file.counts.added).sum()) };
        let is_small = rows(FileKind::Links)? + rows(FileKind::Queue)? <= COUNTED_ROWS;
        Ok(Self {
            days: coming_days(context, &planned),
            blanks: free_blanks(context, facts)?,
            open,
            order: match is_small {
                true => Order::Counted(ready_candidates(context, facts)?),
                false => Order::LastPlan(last_plan(facts)?),
            },
        })
    }

    /// Returns what the expectation of one application rests on.
    pub(super) fn outlook(&self, context: &Context, application: &Application) -> Outlook {
        let batch = self
            .open
            .iter()
            .find(|batch| Some(&batch.name) == application.batch.as_ref());
        Outlook {
            days: self.days.clone(),
            blanks: self.blanks,
            ahead: match &self.order {
                Order::Counted(ready) => counted(context, ready, application),
                Order::LastPlan(plan) => plan.map(|plan| estimate_ahead(plan, application.waiting_since)),
            },
            batch_on: batch.map(|batch| batch.date),
            today: context.as_of.day(context.zone()),
        }
    }
}

/// The working days to come as far as the calendar reaches; a day that is planned already takes no more cards.
fn coming_days(context: &Context, planned: &BTreeSet<chrono::NaiveDate>) -> Vec<PrintDay> {
    let mut days = Vec::new();
    let (Ok(calendar), Ok(mut date)) = (context.calendar(), next_batch_day(context)) else {
        return days;
    };
    while days.len() < HORIZON_DAYS {
        let capacity = || {
            let operators = context.settings().operators.iter();
            operators.map(|operator| u64::from(operator.capacity_on(date))).sum()
        };
        let free_cards = if planned.contains(&date) { 0 } else { capacity() };
        days.push(PrintDay { date, free_cards });
        match calendar.next_working_day(date) {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    days
}

/// Counts who goes before, in the order of the plan.
fn counted(context: &Context, ready: &[Candidate], application: &Application) -> Option<Ahead> {
    // What opens the way to a card gives its right; until then any will do to find the place in the order.
    let mut asking = application.clone();
    asking.right = asking.right.or(Some(PrintRight::Entry(context.as_of)));
    if let Some(candidate) = &application.candidate {
        asking.nik = NikReading::Trusted(candidate.nik);
    }
    let asking = Classes::of(context).candidate(asking)?;
    let own = precedence(&asking);
    let goes_before = |other: &&Candidate| other.cells.nik != asking.cells.nik && precedence(other) < own;
    let before = u64::try_from(ready.iter().filter(goes_before).count()).ok()?;
    Some(Ahead {
        least: before,
        most: before,
    })
}

/// Reads how far the last plan came: the cards of its last batch show since when those had waited who were planned.
fn last_plan(facts: &dyn Facts) -> Result<Option<LastPlan>> {
    let events = facts.events(Some(EVENTS))?;
    let Some(event) = events.iter().rev().find(|event| event.action == LEFT_OVER) else {
        return Ok(None);
    };
    let Ok(date) = event.subject.parse() else {
        return Ok(None);
    };
    let Some(batch) = facts.batches(BatchFilter::On(date))?.pop() else {
        return Ok(None);
    };
    let cards = facts.cards(&batch.name)?;
    let mut waits: Vec<_> = cards.into_iter().map(|card| card.cells.waiting_since).collect();
    waits.sort_unstable();
    // Not the last one: who is expedited jumps the queue.
    let front = waits.get(waits.len().saturating_sub(1) * 9 / 10);
    Ok(front.map(|front| LastPlan {
        planned_at: event.at,
        front: *front,
        left_over: event.count.unwrap_or(0),
    }))
}
