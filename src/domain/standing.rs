//! Where one NIK stands: from its facts to its newest application (PRODUCT sections 4 and 5).
//!
//! The rules are asked in the order of the categories; the first that fits answers.

use super::application::{Application, Category, NextStep, Reason};
use super::batching::{CardFact, CardState, PrintRight};
use super::decisions::DecisionBook;
use super::dossier::{Dossier, Verdict};
use super::moment::{Moment, Zone};
use super::name::{NameVerdict, same_person};
use super::near_match::Proposal;
use super::nik::{Nik, NikReading};
use super::queue::QueueEntry;
use super::reason::asks_for_reprint;
use super::record_status::{Owner, Printable, StatusRule, StatusRules};
use super::registration::Registration;
use super::results::CardResult;
use chrono::{Datelike, NaiveDate};

/// What the rules depend on beside the facts.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The run's moment.
    pub as_of: Moment,
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
    registrations: Vec<&'a Registration>,
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
    let entry = dossier.entry.as_ref().filter(|entry| entry.left_at.is_none());
    let open_card = dossier.cards.iter().rev().find(|card| card.state == CardState::Open);
    let last = last_closing(dossier);
    let mut case = Case {
        dossier,
        rules,
        book,
        registrations: Vec::new(),
        joined: joined.len(),
        entry,
        closing: last,
    };
    let mut all: Vec<&Registration> = dossier.registrations.iter().chain(joined).collect();
    all.sort_by_key(|registration| (registration.submitted_at, registration.row_key));
    if let Some(card) = open_card {
        case.registrations = window(&all, last.until, Some(card.right));
        return Some(case.assigned(card));
    }
    if last.printed_at.is_some() || last.handed_at.is_some() {
        let newer_entry = entry.is_some_and(|entry| case.is_newer(entry));
        let newer_registration = last.handed_at.is_some() && all.last().map(|r| r.submitted_at) > last.handed_at;
        if !newer_entry && !newer_registration {
            return Some(case.finished(&all));
        }
    }
    case.registrations = window(&all, last.until, None);
    match case.entry {
        Some(entry) => Some(case.in_queue(entry)),
        None if case.registrations.is_empty() => None,
        None => Some(case.not_in_queue(proposal)),
    }
}

/// Keeps the registrations that belong to the newest application.
fn window<'a>(all: &[&'a Registration], until: Option<Moment>, right: Option<PrintRight>) -> Vec<&'a Registration> {
    let asked = match right {
        Some(PrintRight::Reprint(moment)) => Some(moment),
        _ => None,
    };
    let belongs = |registration: &&&Registration| {
        until.is_none_or(|end| registration.submitted_at > end)
            && asked.is_none_or(|moment| registration.submitted_at >= moment)
    };
    all.iter().filter(belongs).copied().collect()
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

impl<'a> Case<'a> {
    fn rule(&self, entry: &QueueEntry) -> StatusRule {
        self.rules.statuses.rule(&entry.row.status)
    }

    /// A printable entry whose status date is after the print. One without a date cannot show that it is newer.
    fn is_newer(&self, entry: &QueueEntry) -> bool {
        !entry.row.status.is_issued()
            && self.rule(entry).printable == Printable::Yes
            && self
                .closing
                .printed_at
                .is_none_or(|printed| entry.row.status_at.is_some_and(|at| at > printed))
    }

    /// We printed this entry's card already, and the queue still lists it as printable.
    fn is_used_up(&self, entry: &QueueEntry) -> bool {
        self.closing.printed_at.is_some() && self.rule(entry).printable == Printable::Yes && !self.is_newer(entry)
    }

    fn assigned(&self, card: &CardFact) -> Application {
        let mut application = self.draft(Category::Assigned, Owner::Office, NextStep::BringResult);
        application.batch = Some(card.batch.clone());
        application.ready_since = card.ready_since;
        if self.entry.is_some_and(|entry| entry.row.status.is_issued()) && !matches!(card.right, PrintRight::Reprint(_))
        {
            application.explanation.push(Reason::IssuedWhileAssigned);
        }
        if let PrintRight::Reprint(_) = card.right {
            self.count_from_registration(&mut application);
        }
        application
    }

    /// Printed or collected, and nothing newer.
    fn finished(&mut self, all: &[&'a Registration]) -> Application {
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

    fn in_queue(&mut self, entry: &QueueEntry) -> Application {
        if let Some(reason) = self.doubtful_name(entry) {
            let mut application = self.draft(Category::CheckIdentity, Owner::Office, NextStep::DecideIdentity);
            application.explanation.push(reason);
            return application;
        }
        let rule = self.rule(entry);
        if rule.printable == Printable::ReprintOnly || self.is_used_up(entry) {
            return self.issued(entry);
        }
        if rule.printable == Printable::No {
            return self.blocked_by_status(entry, &rule);
        }
        if let Some(application) = self.barred() {
            return application;
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
    fn issued(&mut self, entry: &QueueEntry) -> Application {
        let issued_at = status_moment(entry);
        let asks = |registration: &&&Registration| {
            registration.submitted_at > issued_at && asks_for_reprint(registration.reason.as_deref())
        };
        let Some(asking) = self.registrations.iter().find(asks).copied() else {
            let step = NextStep::CollectOrAskReprint;
            let mut application = self.draft(Category::AlreadyIssued, Owner::Citizen, step);
            if self.is_used_up(entry) {
                application.explanation.push(Reason::QueueLags);
            }
            return application;
        };
        self.registrations
            .retain(|registration| registration.submitted_at >= asking.submitted_at);
        if let Some(mut application) = self.barred() {
            self.count_from_registration(&mut application);
            return application;
        }
        let mut application = self.draft(Category::Ready, Owner::Office, NextStep::Print);
        self.mark_reprint(&mut application, asking);
        application
    }

    fn mark_reprint(&self, application: &mut Application, asking: &Registration) {
        self.count_from_registration(application);
        application.right = Some(PrintRight::Reprint(asking.submitted_at));
        application.ready_since = Some(asking.submitted_at);
        application.reason.clone_from(&asking.reason);
        application
            .explanation
            .push(Reason::ReprintAsked(asking.reason.clone().unwrap_or_default()));
    }

    fn blocked_by_status(&self, entry: &QueueEntry, rule: &StatusRule) -> Application {
        let mut application = self.draft(Category::Blocked, rule.owner, NextStep::Status(rule.step));
        application.own_action.clone_from(&rule.own_action);
        if entry.row.status.is_unknown() {
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
    fn barred(&self) -> Option<Application> {
        let row = self.entry.map(|entry| &entry.row);
        let step = if row.is_some_and(|row| row.alive == Some(false)) {
            NextStep::Dead
        } else if row.is_some_and(|row| row.moved == Some(true)) {
            NextStep::MovedAway
        } else {
            let of_age_on = seventeenth_birthday(self.birth_date()?);
            let married = self.book.married(self.dossier.nik);
            if married || self.rules.as_of.day(self.rules.zone) >= of_age_on {
                return None;
            }
            NextStep::WaitForAge(of_age_on)
        };
        Some(self.draft(Category::Blocked, Owner::None, step))
    }

    fn not_in_queue(&self, proposal: Option<&Proposal>) -> Application {
        if let Some(proposal) = proposal {
            let mut application = self.draft(Category::NearMatch, Owner::Office, NextStep::DecideCandidate);
            application
                .explanation
                .extend(proposal.evidence.iter().copied().map(Reason::Evidence));
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
    fn doubtful_name(&self, entry: &QueueEntry) -> Option<Reason> {
        let own = |registration: &&&Registration| {
            !registration.name.is_empty() && registration.trusted_nik() == Some(entry.row.nik)
        };
        self.registrations.iter().filter(own).find_map(|registration| {
            let NameVerdict::Different(conflict) = same_person(&registration.name, &entry.row.name) else {
                return None;
            };
            let decided = self.book.verdict(registration, entry.row.nik, &entry.row.name);
            (decided != Some(Verdict::Same)).then(|| Reason::NamesDiffer {
                registered: registration.name.clone(),
                queued: entry.row.name.clone(),
                conflict,
            })
        })
    }

    fn birth_date(&self) -> Option<NaiveDate> {
        let of_nik = || {
            self.dossier
                .nik
                .birth_date(self.rules.as_of.day(self.rules.zone).year())
        };
        self.entry.and_then(|entry| entry.row.birth_date).or_else(of_nik)
    }

    /// The moment of the queue entry in this application: the earliest that it reached after the last one closed.
    fn queued_at(&self) -> Option<Moment> {
        let entry = self.entry?;
        let Some(until) = self.closing.until else {
            return entry.first_status_at.or(Some(entry.first_seen_at));
        };
        let after = self
            .dossier
            .sightings
            .iter()
            .filter(|sighting| !sighting.status.is_issued());
        let last_print = self.closing.printed_at.unwrap_or(until).min(until);
        after
            .filter_map(|sighting| sighting.status_at)
            .filter(|at| *at > last_print)
            .min()
    }

    /// What a reprint waits for began with the registration that asked for it.
    fn count_from_registration(&self, application: &mut Application) {
        if let Some(first) = self.registrations.first() {
            application.waiting_since = first.submitted_at;
        }
    }

    fn draft(&self, category: Category, owner: Owner, next_step: NextStep) -> Application {
        let row = self.entry.map(|entry| &entry.row);
        let newest_of = |pick: fn(&Registration) -> Option<&String>| {
            self.registrations
                .iter()
                .rev()
                .find_map(|registration| pick(registration).cloned())
        };
        let earliest_reason = self
            .registrations
            .iter()
            .find_map(|registration| registration.reason.clone());
        let registered_at = self.registrations.first().map(|registration| registration.submitted_at);
        let queued_at = self.queued_at();
        let waiting_since = match (registered_at, queued_at) {
            (Some(registered), _) if self.closing.by_handover => registered,
            (Some(registered), Some(queued)) => registered.min(queued),
            (one, other) => one.or(other).or(self.closing.printed_at).unwrap_or(self.rules.as_of),
        };
        Application {
            nik: NikReading::Trusted(self.dossier.nik),
            name: row
                .map(|row| row.name.clone())
                .or_else(|| self.written_name())
                .unwrap_or_default(),
            category,
            owner,
            next_step,
            own_action: None,
            status: row.map(|row| row.status.clone()),
            registrations: u32::try_from(self.registrations.len()).unwrap_or(u32::MAX),
            registered_at,
            queued_at,
            waiting_since,
            ready_since: None,
            birth_date: self.birth_date(),
            district: row
                .and_then(|row| row.district.clone())
                .or_else(|| newest_of(|r| r.district.as_ref())),
            village: row
                .and_then(|row| row.village.clone())
                .or_else(|| newest_of(|r| r.village.as_ref())),
            reason: earliest_reason.or_else(|| row.and_then(|row| row.reason.clone())),
            request_no: row.and_then(|row| row.request_no.clone()),
            batch: None,
            printed_at: None,
            right: None,
            expedited: self.expedited().is_some(),
            spoiled_before: self.spoiled_before(),
            candidate: None,
            explanation: self.circumstances(),
        }
    }

    fn written_name(&self) -> Option<String> {
        let registered = self.registrations.iter().rev().map(|registration| &registration.name);
        let on_paper = self
            .dossier
            .walk_ins
            .iter()
            .rev()
            .filter_map(|walk_in| walk_in.name.as_ref());
        let left = self.dossier.entry.iter().map(|entry| &entry.row.name);
        registered
            .chain(on_paper)
            .chain(left)
            .find(|name| !name.is_empty())
            .cloned()
    }

    fn expedited(&self) -> Option<&str> {
        let expedite = self.dossier.expedited.as_ref()?;
        self.closing
            .until
            .is_none_or(|until| expedite.asked_at > until)
            .then_some(expedite.reason.as_str())
    }

    fn spoiled_before(&self) -> bool {
        self.dossier.cards.iter().any(|card| match card.state {
            CardState::Answered {
                result: CardResult::Spoiled,
                at,
            } => self.closing.until.is_none_or(|until| at > until),
            _ => false,
        })
    }

    fn circumstances(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if self.joined > 0 {
            reasons.push(Reason::JoinedByDecision);
        }
        if self.registrations.len() > 1 {
            reasons.push(Reason::RegisteredTimes(
                u32::try_from(self.registrations.len()).unwrap_or(u32::MAX),
            ));
        }
        if let Some(reason) = self.expedited() {
            reasons.push(Reason::Expedited(reason.to_owned()));
        }
        if self.spoiled_before() {
            reasons.push(Reason::SpoiledBefore);
        }
        if self.book.married(self.dossier.nik) {
            reasons.push(Reason::Married);
        }
        reasons
    }
}

/// The moment of the present status; without a date, when a snapshot first showed it.
fn status_moment(entry: &QueueEntry) -> Moment {
    entry.row.status_at.unwrap_or(entry.status_seen_at)
}

/// The day from which a card may be printed (UU 24/2013 article 63: 17 years, or married). Who was born on
/// 29 February is 17 on 1 March.
fn seventeenth_birthday(born: NaiveDate) -> NaiveDate {
    let year = born.year() + 17;
    born.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}

/// Makes the application of a registration that stands outside the queue: held, or decided not to mean its NIK's entry.
pub fn judge_unreadable(
    registrations: &[&Registration],
    nik: NikReading,
    proposal: Option<&Proposal>,
    decided_different: Option<Nik>,
) -> Option<Application> {
    let (first, last) = (registrations.first()?, registrations.last()?);
    let mut explanation = match (&nik, decided_different) {
        (_, Some(_)) => vec![Reason::DecidedDifferent],
        (NikReading::Held { flaw, .. }, None) => vec![Reason::Flaw(*flaw)],
        (NikReading::Trusted(_), None) => Vec::new(),
    };
    explanation.extend(
        proposal
            .iter()
            .flat_map(|found| found.evidence.iter().copied().map(Reason::Evidence)),
    );
    Some(Application {
        nik,
        name: last.name.clone(),
        category: Category::UnreadableNik,
        owner: Owner::Office,
        next_step: if proposal.is_some() {
            NextStep::DecideCandidate
        } else {
            NextStep::FindNik
        },
        own_action: None,
        status: None,
        registrations: u32::try_from(registrations.len()).unwrap_or(u32::MAX),
        registered_at: Some(first.submitted_at),
        queued_at: None,
        waiting_since: first.submitted_at,
        ready_since: None,
        birth_date: None,
        district: last.district.clone(),
        village: last.village.clone(),
        reason: first.reason.clone(),
        request_no: None,
        batch: None,
        printed_at: None,
        right: None,
        expedited: false,
        spoiled_before: false,
        candidate: proposal.cloned(),
        explanation,
    })
}
