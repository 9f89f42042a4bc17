//! Where one NIK stands: from its facts to its newest application (PRODUCT sections 4 and 5).
//!
//! Here the facts are divided between the newest application and those before it; `rules` asks the rules in the order
//! of the categories, `telling` says what every application tells, `unreadable` has those outside the queue.

mod rules;
mod telling;
mod unreadable;

pub use rules::seventeenth_birthday;

#[cfg(test)]
mod tests;

pub use unreadable::judge_unreadable;

use super::application::{Application, Category, NextStep, Reason};
use super::card::{CardFact, CardResult, CardState, PrintRight};
use super::decisions::DecisionBook;
use super::dossier::Dossier;
use super::moment::{Moment, Zone};
use super::near_match::Proposal;
use super::queue::QueueEntry;
use super::record_status::{Owner, StatusRules};
use super::registration::Registration;
use chrono::NaiveDate;
use std::borrow::Cow;

/// What the rules depend on beside the facts.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The run's moment.
    pub as_of: Moment,
    /// Its day in the office.
    pub today: NaiveDate,
    /// The office's zone.
    pub zone: Zone,
    /// Without the link nothing is printed.
    pub require_registration: bool,
    /// A reprint needs an entry in the queue.
    pub reprint_needs_queue: bool,
    /// The record statuses with the office's own settings.
    pub statuses: &'a StatusRules,
}

/// The facts of one NIK, divided: what belongs to its newest application, and how far that has come.
struct Case<'a> {
    dossier: &'a Dossier,
    rules: &'a Rules<'a>,
    book: &'a DecisionBook,
    /// Registrations of the newest application, earliest first.
    registrations: &'a [Registration],
    /// How many of them came from another NIK cell by a person's decision.
    joined: usize,
    entry: Option<&'a QueueEntry>,
    closing: Closing,
}

/// How earlier applications of the NIK ended.
#[derive(Clone, Copy, Debug, Default)]
struct Closing {
    /// The newest print.
    printed_at: Option<Moment>,
    /// The newest hand-over, where it is not before that print.
    handed_at: Option<Moment>,
    /// Facts up to here belong to an application that is closed.
    until: Option<Moment>,
    /// Whether it was a hand-over that closed it.
    by_handover: bool,
}

/// What the rules say of an application; all the rest is told from its facts.
#[derive(Debug)]
struct Ruling<'a> {
    category: Category,
    owner: Owner,
    next_step: NextStep,
    own_action: Option<String>,
    /// The right that a card of it would use.
    right: Option<PrintRight>,
    ready_since: Option<Moment>,
    /// The card that it is or was last in a batch with.
    card: Option<&'a CardFact>,
    printed_at: Option<Moment>,
    /// The registration that asks for a reprint.
    asking: Option<&'a Registration>,
    /// It waits since it was registered, however long the entry is there.
    counts_from_registration: bool,
    candidate: Option<&'a Proposal>,
    /// Why, beside the circumstances.
    reasons: Vec<Reason>,
}

impl Ruling<'_> {
    fn new(category: Category, owner: Owner, next_step: NextStep) -> Self {
        Self {
            category,
            owner,
            next_step,
            own_action: None,
            right: None,
            ready_since: None,
            card: None,
            printed_at: None,
            asking: None,
            counts_from_registration: false,
            candidate: None,
            reasons: Vec::new(),
        }
    }
}

/// One NIK, judged: its newest application, of which much can be asked before it is made.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    case: &'a Case<'a>,
    ruling: &'a Ruling<'a>,
}

/// Judges one dossier; `joined` are registrations that a person gave to this NIK.
///
/// `None`: the entry left and nobody registered, so there is no application.
pub fn judge(
    dossier: &Dossier,
    joined: &[Registration],
    proposal: Option<&Proposal>,
    rules: &Rules,
    book: &DecisionBook,
) -> Option<Application> {
    rule_and_look(dossier, (joined, proposal), rules, book, |judged| judged.tell())
}

/// Judges one dossier that nobody gave anything to, and shows it to `look`; `None` where there is no application.
pub fn look_at<T>(
    dossier: &Dossier,
    rules: &Rules<'_>,
    book: &DecisionBook,
    look: impl FnOnce(Judged<'_>) -> T,
) -> Option<T> {
    rule_and_look(dossier, (&[], None), rules, book, look)
}

fn rule_and_look<T>(
    dossier: &Dossier,
    (joined, proposal): (&[Registration], Option<&Proposal>),
    rules: &Rules<'_>,
    book: &DecisionBook,
    look: impl FnOnce(Judged<'_>) -> T,
) -> Option<T> {
    let all = in_order(&dossier.registrations, joined);
    let mut case = Case::open(dossier, rules, book, joined.len());
    let ruling = &case.rule_on(&all, proposal)?;
    Some(look(Judged { case: &case, ruling }))
}

impl<'a> Case<'a> {
    fn open(dossier: &'a Dossier, rules: &'a Rules<'_>, book: &'a DecisionBook, joined: usize) -> Self {
        Self {
            dossier,
            rules,
            book,
            registrations: &[],
            joined,
            entry: dossier.present_entry(),
            closing: last_closing(dossier),
        }
    }

    /// Asks the rules, with all registrations in their order; the case is divided as they say.
    fn rule_on(&mut self, all: &'a [Registration], proposal: Option<&'a Proposal>) -> Option<Ruling<'a>> {
        let last = self.closing;
        let cards = &self.dossier.cards;
        if let Some(card) = cards.iter().rev().find(|card| card.state == CardState::Open) {
            self.registrations = window(all, last.until, Some(card.right));
            return Some(self.assigned(card, all));
        }
        if last.printed_at.is_some() || last.handed_at.is_some() {
            let newer_entry = self.entry.is_some_and(|entry| self.is_newer(entry));
            let newer_registration = last.handed_at.is_some() && all.last().map(|r| r.submitted_at) > last.handed_at;
            if !newer_entry && !newer_registration {
                return Some(self.finished(all));
            }
        }
        self.registrations = window(all, last.until, None);
        match self.entry {
            Some(entry) => Some(self.in_queue(entry)),
            None if self.registrations.is_empty() => None,
            None => Some(self.not_in_queue(proposal)),
        }
    }
}

/// Brings registrations together in their order; those of one NIK alone stand in it nearly always.
fn in_order<'a>(own: &'a [Registration], joined: &'a [Registration]) -> Cow<'a, [Registration]> {
    let order = |registration: &Registration| (registration.submitted_at, registration.row_key);
    if joined.is_empty() && own.is_sorted_by_key(order) {
        return Cow::Borrowed(own);
    }
    let mut all = [own, joined].concat();
    all.sort_by_key(order);
    Cow::Owned(all)
}

/// Keeps the registrations that belong to the newest application: the last of all.
fn window(all: &[Registration], until: Option<Moment>, right: Option<PrintRight>) -> &[Registration] {
    let asked = match right {
        Some(PrintRight::Reprint(moment)) => Some(moment),
        _ => None,
    };
    let is_before = |registration: &Registration| {
        until.is_some_and(|end| registration.submitted_at <= end)
            || asked.is_some_and(|moment| registration.submitted_at < moment)
    };
    let first = all.iter().position(|registration| !is_before(registration));
    first.and_then(|first| all.get(first..)).unwrap_or_default()
}

fn prints(dossier: &Dossier) -> impl Iterator<Item = Moment> + '_ {
    let in_batches = dossier.cards.iter().filter_map(|card| match card.state {
        CardState::Answered {
            result: CardResult::Printed,
            at,
        } => Some(at),
        _ => None,
    });
    in_batches.chain(dossier.walk_ins.iter().map(|walk_in| walk_in.printed_at))
}

fn last_closing(dossier: &Dossier) -> Closing {
    let printed_at = prints(dossier).max();
    let handed = dossier.handovers.iter().map(|handover| handover.handed_at).max();
    let handed_at = handed.filter(|handed| printed_at.is_none_or(|printed| *handed >= printed));
    Closing {
        printed_at,
        handed_at,
        until: handed_at.or(printed_at),
        by_handover: handed_at.is_some(),
    }
}

/// Returns the end of the application before the one whose card was printed at `printed`, and whether a hand-over
/// was that end.
fn closing_before(dossier: &Dossier, printed: Moment) -> Option<(Moment, bool)> {
    let handed = dossier.handovers.iter().map(|handover| (handover.handed_at, true));
    prints(dossier)
        .map(|at| (at, false))
        .chain(handed)
        .filter(|(at, _)| *at < printed)
        .max()
}

/// The moment of the present status; without a date, when a snapshot first showed it.
fn status_moment(entry: &QueueEntry) -> Moment {
    entry.row.status_at.unwrap_or(entry.status_seen_at)
}
