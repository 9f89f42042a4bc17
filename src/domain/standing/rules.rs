//! The rules in the order of the categories: the first that fits answers.

use super::{Case, Ruling, closing_before, status_moment, window};
use crate::domain::application::{Category, NextStep, Reason};
use crate::domain::card::CardResult;
use crate::domain::card::{CardFact, CardState, PrintRight};
use crate::domain::dossier::Verdict;
use crate::domain::moment::Moment;
use crate::domain::name::{NameVerdict, same_person};
use crate::domain::near_match::Proposal;
use crate::domain::queue::QueueEntry;
use crate::domain::reason::asks_for_reprint;
use crate::domain::record_status::{Owner, Printable, StatusRule};
use crate::domain::registration::Registration;
use chrono::{Datelike, NaiveDate};

impl<'a> Case<'a> {
    pub(super) fn rule(&self, entry: &QueueEntry) -> StatusRule {
        self.rules.statuses.rule(&entry.row.status)
    }

    /// A printable entry whose status date is after the print. One without a date cannot show that it is newer.
    pub(super) fn is_newer(&self, entry: &QueueEntry) -> bool {
        !entry.row.status.is_issued()
            && self.rule(entry).printable == Printable::Yes
            && self
                .closing
                .printed_at
                .is_none_or(|printed| entry.row.status_at.is_some_and(|at| at > printed))
    }

    /// We printed this entry's card already, and the queue still lists it as printable.
    pub(super) fn is_used_up(&self, entry: &QueueEntry) -> bool {
        self.closing.printed_at.is_some() && self.rule(entry).printable == Printable::Yes && !self.is_newer(entry)
    }

    pub(super) fn assigned(&self, card: &'a CardFact, all: &[Registration]) -> Ruling<'a> {
        let mut ruling = Ruling::new(Category::Assigned, Owner::Office, NextStep::BringResult);
        ruling.card = Some(card);
        ruling.ready_since = card.ready_since;
        let is_reprint = matches!(card.right, PrintRight::Reprint(_));
        if self.entry.is_some_and(|entry| entry.row.status.is_issued()) && !is_reprint {
            ruling.reasons.push(Reason::IssuedWhileAssigned);
        }
        if self.is_undecided(card, all) {
            ruling.reasons.push(Reason::CardOfUndecided);
        }
        ruling.counts_from_registration = is_reprint;
        ruling
    }

    /// Tells whether a planned card lost what it was planned for: its registration was taken away by a decision, or
    /// whose it is is a question again.
    fn is_undecided(&self, card: &CardFact, all: &[Registration]) -> bool {
        let is_lost = match card.right {
            PrintRight::Reprint(asked) => !all.iter().any(|registration| registration.submitted_at == asked),
            PrintRight::Entry(_) => self.rules.require_registration && all.is_empty(),
        };
        is_lost || self.entry.is_some_and(|entry| self.doubtful_name(entry).is_some())
    }

    /// Printed or collected, and nothing newer.
    pub(super) fn finished(&mut self, all: &'a [Registration]) -> Ruling<'a> {
        let printed_at = self.closing.printed_at;
        let card = self.dossier.cards.iter().rev().find(
            |card| matches!(card.state, CardState::Answered { result: CardResult::Printed, at } if Some(at) == printed_at),
        );
        let before = printed_at.and_then(|printed| closing_before(self.dossier, printed));
        let until = before.map(|(at, _)| at);
        self.registrations = window(all, until, card.map(|card| card.right));
        let handed_at = self.closing.handed_at;
        self.closing.until = until;
        self.closing.by_handover = before.is_some_and(|(_, by_handover)| by_handover);
        let mut ruling = match handed_at {
            Some(_) => Ruling::new(Category::Collected, Owner::None, NextStep::Nothing),
            None => Ruling::new(Category::Printed, Owner::Citizen, NextStep::Collect),
        };
        ruling.printed_at = printed_at.or(handed_at);
        ruling.card = card;
        ruling.ready_since = card.and_then(|card| card.ready_since);
        ruling.counts_from_registration = matches!(card.map(|card| card.right), Some(PrintRight::Reprint(_)));
        if self
            .entry
            .is_some_and(|entry| self.rule(entry).printable == Printable::Yes)
        {
            ruling.reasons.push(Reason::QueueLags);
        }
        ruling
    }

    pub(super) fn in_queue(&mut self, entry: &'a QueueEntry) -> Ruling<'a> {
        if let Some(reason) = self.doubtful_name(entry) {
            let mut ruling = Ruling::new(Category::CheckIdentity, Owner::Office, NextStep::DecideIdentity);
            ruling.reasons.push(reason);
            let (nik, name) = (entry.row.nik, &entry.row.name);
            let mut own = self.registrations.iter();
            if own.any(|registration| self.book.has_lapsed_doubt(registration, nik, name)) {
                ruling.reasons.push(Reason::DecisionLapsed);
            }
            return ruling;
        }
        let rule = self.rule(entry);
        if rule.printable == Printable::ReprintOnly || self.is_used_up(entry) {
            return self.issued(entry);
        }
        if let Some(barred) = self.barred() {
            return barred;
        }
        if rule.printable == Printable::No {
            return self.blocked_by_status(entry, rule);
        }
        if self.registrations.is_empty() && self.rules.require_registration {
            return Ruling::new(Category::NotRegistered, Owner::Citizen, NextStep::FillInLink);
        }
        let mut ruling = Ruling::new(Category::Ready, Owner::Office, NextStep::Print);
        ruling.right = Some(PrintRight::Entry(status_moment(entry)));
        ruling.ready_since = self
            .registrations
            .first()
            .map(|first| first.submitted_at)
            .max(Some(status_moment(entry)));
        ruling
    }

    /// The queue says that a card was issued (or we printed it): only a later wish for a reprint opens it again.
    pub(super) fn issued(&mut self, entry: &QueueEntry) -> Ruling<'a> {
        let issued_at = self.end_of_issue(status_moment(entry));
        let asks = |registration: &&Registration| {
            registration.submitted_at > issued_at && asks_for_reprint(registration.reason.as_deref())
        };
        let Some(asking) = self.registrations.iter().find(asks) else {
            let mut ruling = Ruling::new(Category::AlreadyIssued, Owner::Citizen, NextStep::CollectOrAskReprint);
            if self.is_used_up(entry) {
                ruling.reasons.push(Reason::QueueLags);
            }
            return ruling;
        };
        self.registrations = window(self.registrations, None, Some(PrintRight::Reprint(asking.submitted_at)));
        match self.barred() {
            Some(barred) => Ruling {
                counts_from_registration: true,
                ..barred
            },
            None => Ruling::reprint(asking),
        }
    }

    /// A status date without a time may mean any moment of its day: who asked on that day may have got that very card.
    fn end_of_issue(&self, issued_at: Moment) -> Moment {
        let zone = self.rules.zone;
        let day = issued_at.day(zone);
        if issued_at == Moment::start_of(day, zone) {
            Moment::end_of(day, zone)
        } else {
            issued_at
        }
    }

    pub(super) fn blocked_by_status(&self, entry: &QueueEntry, rule: StatusRule) -> Ruling<'a> {
        let mut ruling = Ruling::new(Category::Blocked, rule.owner, NextStep::Status(rule.step));
        ruling.own_action = rule.own_action;
        if entry.row.status.is_unknown() && !self.rules.statuses.explains(&entry.row.status) {
            ruling.reasons.push(Reason::UnknownStatus);
        }
        let age_days = (self.rules.today - status_moment(entry).day(self.rules.zone)).num_days();
        let overdue = rule.expected_days.filter(|expected| age_days > i64::from(*expected));
        if let (Owner::Centre, Some(expected_days)) = (rule.owner, overdue) {
            ruling.owner = Owner::Office;
            ruling.next_step = NextStep::AskCentre;
            ruling.own_action = None;
            let age_days = u32::try_from(age_days).unwrap_or(u32::MAX);
            ruling.reasons.push(Reason::Overdue {
                age_days,
                expected_days,
            });
        }
        ruling
    }

    /// No card whatever the status: dead, moved away, or under 17 and not married.
    pub(super) fn barred(&self) -> Option<Ruling<'a>> {
        let row = self.entry.map(|entry| &entry.row);
        let step = if row.is_some_and(|row| row.alive == Some(false)) {
            NextStep::Dead
        } else if row.is_some_and(|row| row.moved == Some(true)) {
            NextStep::MovedAway
        } else {
            let of_age_on = age_to_wait_for(self.birth_date()?, self.rules.today)?;
            if self.book.married(self.dossier.nik).is_some() {
                return None;
            }
            NextStep::WaitForAge(of_age_on)
        };
        Some(Ruling::new(Category::Blocked, Owner::None, step))
    }

    pub(super) fn not_in_queue(&self, proposal: Option<&'a Proposal>) -> Ruling<'a> {
        if let Some(proposal) = proposal {
            let mut ruling = Ruling::new(Category::NearMatch, Owner::Office, NextStep::DecideCandidate);
            ruling
                .reasons
                .extend(proposal.evidence.iter().copied().map(Reason::Evidence));
            let hidden = self.dossier.nik.hidden_differences(proposal.nik);
            if !hidden.is_empty() {
                ruling.reasons.push(Reason::NikDiffersAt(hidden));
            }
            ruling.candidate = Some(proposal);
            return ruling;
        }
        let asks = |registration: &&Registration| asks_for_reprint(registration.reason.as_deref());
        if !self.rules.reprint_needs_queue
            && let Some(asking) = self.registrations.iter().find(asks)
        {
            return self.barred().unwrap_or_else(|| {
                let mut ruling = Ruling::reprint(asking);
                ruling.reasons.push(Reason::ReprintWithoutQueue);
                ruling
            });
        }
        let step = match self
            .dossier
            .entry
            .as_ref()
            .and_then(|entry| Some((entry, entry.left_at?)))
        {
            Some((entry, left_at)) => NextStep::LookUpLeft {
                left_at,
                status: entry.row.status.clone(),
            },
            None => NextStep::LookUp,
        };
        Ruling::new(Category::NotInQueue, Owner::Office, step)
    }

    /// Finds a registration whose name is another person's, unless somebody decided that it is the same.
    pub(super) fn doubtful_name(&self, entry: &QueueEntry) -> Option<Reason> {
        let own = |registration: &&Registration| {
            !registration.name.is_empty() && registration.trusted_nik() == Some(entry.row.nik)
        };
        self.registrations.iter().filter(own).find_map(|registration| {
            let NameVerdict::Different(conflict) = same_person(&registration.name, &entry.row.name) else {
                return None;
            };
            let decided = self.book.verdict(registration, entry.row.nik, &entry.row.name);
            (decided != Some(Verdict::Same)).then(|| Reason::NamesDiffer {
                registered: registration.name.to_string(),
                queued: entry.row.name.to_string(),
                conflict,
            })
        })
    }
}

impl<'a> Ruling<'a> {
    /// Ready again, for a reprint that a registration asks for.
    fn reprint(asking: &'a Registration) -> Self {
        let mut ruling = Self::new(Category::Ready, Owner::Office, NextStep::Print);
        ruling.counts_from_registration = true;
        ruling.right = Some(PrintRight::Reprint(asking.submitted_at));
        ruling.ready_since = Some(asking.submitted_at);
        ruling.asking = Some(asking);
        let reason = asking.reason.as_ref().map(ToString::to_string).unwrap_or_default();
        ruling.reasons.push(Reason::ReprintAsked(reason));
        ruling
    }
}

/// Returns the 17th birthday of whoever has not had it yet.
fn age_to_wait_for(born: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    // Nearly everybody is older by years.
    if born.year() + 17 < today.year() {
        return None;
    }
    Some(seventeenth_birthday(born)).filter(|of_age_on| *of_age_on > today)
}

/// The day from which a card may be printed (UU 24/2013 article 63: 17 years, or married). Who was born on
/// 29 February is 17 on 1 March.
pub fn seventeenth_birthday(born: NaiveDate) -> NaiveDate {
    let year = born.year() + 17;
    born.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}
