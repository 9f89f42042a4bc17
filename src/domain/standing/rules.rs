//! The rules in the order of the categories: the first that fits answers.

use super::{Case, closing_before, status_moment, window};
use crate::domain::application::{Application, Category, NextStep, Reason};
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

    pub(super) fn assigned(&self, card: &CardFact, all: &[Registration]) -> Application {
        let mut application = self.draft(Category::Assigned, Owner::Office, NextStep::BringResult);
        application.batch = Some(card.batch.clone());
        application.ready_since = card.ready_since;
        if self.entry.is_some_and(|entry| entry.row.status.is_issued()) && !matches!(card.right, PrintRight::Reprint(_))
        {
            application.explanation.push(Reason::IssuedWhileAssigned);
        }
        if self.is_undecided(card, all) {
            application.explanation.push(Reason::CardOfUndecided);
        }
        if let PrintRight::Reprint(_) = card.right {
            self.count_from_registration(&mut application);
        }
        application
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
    pub(super) fn finished(&mut self, all: &'a [Registration]) -> Application {
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
        let mut application = match handed_at {
            Some(_) => self.draft(Category::Collected, Owner::None, NextStep::Nothing),
            None => self.draft(Category::Printed, Owner::Citizen, NextStep::Collect),
        };
        application.printed_at = printed_at.or(handed_at);
        application.batch = card.map(|card| card.batch.clone());
        application.ready_since = card.and_then(|card| card.ready_since);
        if let Some(PrintRight::Reprint(_)) = card.map(|card| card.right) {
            self.count_from_registration(&mut application);
        }
        if self
            .entry
            .is_some_and(|entry| self.rule(entry).printable == Printable::Yes)
        {
            application.explanation.push(Reason::QueueLags);
        }
        application
    }

    pub(super) fn in_queue(&mut self, entry: &QueueEntry) -> Application {
        if let Some(reason) = self.doubtful_name(entry) {
            let mut application = self.draft(Category::CheckIdentity, Owner::Office, NextStep::DecideIdentity);
            application.explanation.push(reason);
            let (nik, name) = (entry.row.nik, &entry.row.name);
            let mut own = self.registrations.iter();
            if own.any(|registration| self.book.has_lapsed_doubt(registration, nik, name)) {
                application.explanation.push(Reason::DecisionLapsed);
            }
            return application;
        }
        let rule = self.rule(entry);
        if rule.printable == Printable::ReprintOnly || self.is_used_up(entry) {
            return self.issued(entry);
        }
        if let Some(application) = self.barred() {
            return application;
        }
        if rule.printable == Printable::No {
            return self.blocked_by_status(entry, &rule);
        }
        if self.registrations.is_empty() && self.rules.require_registration {
            return self.draft(Category::NotRegistered, Owner::Citizen, NextStep::FillInLink);
        }
        let mut application = self.draft(Category::Ready, Owner::Office, NextStep::Print);
        application.right = Some(PrintRight::Entry(status_moment(entry)));
        application.ready_since = self
            .registrations
            .first()
            .map(|first| first.submitted_at)
            .max(Some(status_moment(entry)));
        application
    }

    /// The queue says that a card was issued (or we printed it): only a later wish for a reprint opens it again.
    pub(super) fn issued(&mut self, entry: &QueueEntry) -> Application {
        let issued_at = self.end_of_issue(status_moment(entry));
        let asks = |registration: &&Registration| {
            registration.submitted_at > issued_at && asks_for_reprint(registration.reason.as_deref())
        };
        let Some(asking) = self.registrations.iter().find(asks) else {
            let step = NextStep::CollectOrAskReprint;
            let mut application = self.draft(Category::AlreadyIssued, Owner::Citizen, step);
            if self.is_used_up(entry) {
                application.explanation.push(Reason::QueueLags);
            }
            return application;
        };
        self.registrations = window(self.registrations, None, Some(PrintRight::Reprint(asking.submitted_at)));
        if let Some(mut application) = self.barred() {
            self.count_from_registration(&mut application);
            return application;
        }
        let mut application = self.draft(Category::Ready, Owner::Office, NextStep::Print);
        self.mark_reprint(&mut application, asking);
        application
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

    pub(super) fn mark_reprint(&self, application: &mut Application, asking: &Registration) {
        self.count_from_registration(application);
        application.right = Some(PrintRight::Reprint(asking.submitted_at));
        application.ready_since = Some(asking.submitted_at);
        application.reason.clone_from(&asking.reason);
        application.explanation.push(Reason::ReprintAsked(
            asking.reason.as_ref().map(String::from).unwrap_or_default(),
        ));
    }

    pub(super) fn blocked_by_status(&self, entry: &QueueEntry, rule: &StatusRule) -> Application {
        let mut application = self.draft(Category::Blocked, rule.owner, NextStep::Status(rule.step));
        application.own_action.clone_from(&rule.own_action);
        if entry.row.status.is_unknown() && !self.rules.statuses.explains(&entry.row.status) {
            application.explanation.push(Reason::UnknownStatus);
        }
        let age_days = (self.rules.as_of.day(self.rules.zone) - status_moment(entry).day(self.rules.zone)).num_days();
        let overdue = rule.expected_days.filter(|expected| age_days > i64::from(*expected));
        if let (Owner::Centre, Some(expected_days)) = (rule.owner, overdue) {
            application.owner = Owner::Office;
            application.next_step = NextStep::AskCentre;
            application.own_action = None;
            let age_days = u32::try_from(age_days).unwrap_or(u32::MAX);
            application.explanation.push(Reason::Overdue {
                age_days,
                expected_days,
            });
        }
        application
    }

    /// No card whatever the status: dead, moved away, or under 17 and not married.
    pub(super) fn barred(&self) -> Option<Application> {
        let row = self.entry.map(|entry| &entry.row);
        let step = if row.is_some_and(|row| row.alive == Some(false)) {
            NextStep::Dead
        } else if row.is_some_and(|row| row.moved == Some(true)) {
            NextStep::MovedAway
        } else {
            let of_age_on = seventeenth_birthday(self.birth_date()?);
            let married = self.book.married(self.dossier.nik).is_some();
            if married || self.rules.as_of.day(self.rules.zone) >= of_age_on {
                return None;
            }
            NextStep::WaitForAge(of_age_on)
        };
        Some(self.draft(Category::Blocked, Owner::None, step))
    }

    pub(super) fn not_in_queue(&self, proposal: Option<&Proposal>) -> Application {
        if let Some(proposal) = proposal {
            let mut application = self.draft(Category::NearMatch, Owner::Office, NextStep::DecideCandidate);
            application
                .explanation
                .extend(proposal.evidence.iter().copied().map(Reason::Evidence));
            let hidden = self.dossier.nik.hidden_differences(proposal.nik);
            if !hidden.is_empty() {
                application.explanation.push(Reason::NikDiffersAt(hidden));
            }
            application.candidate = Some(proposal.clone());
            return application;
        }
        let asking = self
            .registrations
            .iter()
            .find(|registration| asks_for_reprint(registration.reason.as_deref()));
        if let (Some(asking), false) = (asking, self.rules.reprint_needs_queue) {
            if let Some(application) = self.barred() {
                return application;
            }
            let mut application = self.draft(Category::Ready, Owner::Office, NextStep::Print);
            self.mark_reprint(&mut application, asking);
            application.explanation.push(Reason::ReprintWithoutQueue);
            return application;
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
        self.draft(Category::NotInQueue, Owner::Office, step)
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
                registered: (&registration.name).into(),
                queued: (&entry.row.name).into(),
                conflict,
            })
        })
    }
}

/// The day from which a card may be printed (UU 24/2013 article 63: 17 years, or married). Who was born on
/// 29 February is 17 on 1 March.
pub fn seventeenth_birthday(born: NaiveDate) -> NaiveDate {
    let year = born.year() + 17;
    born.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}
