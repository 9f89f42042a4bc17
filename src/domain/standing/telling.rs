//! What every application tells, whatever its category: dates, places, reasons, circumstances.

use super::{Case, Judged};
use crate::domain::application::{Application, Category, Glimpse, NextStep, Reason};
use crate::domain::card::{CardResult, CardState, PrintRight};
use crate::domain::moment::Moment;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::phone::Phone;
use crate::domain::queue::QueueEntry;
use crate::domain::record_status::Owner;
use crate::domain::registration::Registration;
use crate::domain::text::Text;
use chrono::{Datelike, NaiveDate};

impl Judged<'_> {
    /// Makes the application.
    pub fn tell(&self) -> Application {
        let Self { case, ruling } = self;
        let row = case.entry.map(|entry| &entry.row);
        // What is told of an entry that left is still the best that is known where nobody registered.
        let left = case.dossier.entry.as_ref().map(|entry| &entry.row);
        let newest_of = |pick: fn(&Registration) -> Option<&Text>| {
            case.registrations
                .iter()
                .rev()
                .find_map(|registration| pick(registration).cloned())
        };
        Application {
            nik: NikReading::Trusted(case.dossier.nik),
            name: row
                .map(|row| row.name.clone())
                .or_else(|| case.written_name())
                .unwrap_or_default(),
            category: ruling.category,
            owner: ruling.owner,
            next_step: ruling.next_step.clone(),
            own_action: ruling.own_action.clone(),
            status: row.map(|row| row.status.clone()),
            registrations: self.registrations(),
            registered_at: case.registered_at(),
            queued_at: case.queued_at(),
            waiting_since: self.waiting_since(),
            ready_since: ruling.ready_since,
            birth_date: case.birth_date(),
            district: row
                .and_then(|row| row.district.clone())
                .or_else(|| newest_of(|r| r.district.as_ref()))
                .or_else(|| left.and_then(|row| row.district.clone())),
            village: row
                .and_then(|row| row.village.clone())
                .or_else(|| newest_of(|r| r.village.as_ref()))
                .or_else(|| left.and_then(|row| row.village.clone())),
            phone: (ruling.owner == Owner::Citizen).then(|| case.phone()).flatten(),
            reason: self.wish().cloned(),
            request_no: row.or(left).and_then(|row| row.request_no.clone()),
            batch: ruling.card.map(|card| card.batch.clone()),
            printed_at: ruling.printed_at,
            right: ruling.right,
            expedited: self.is_expedited(),
            spoiled_before: self.was_spoiled_before(),
            candidate: ruling.candidate.cloned(),
            explanation: [case.circumstances(), ruling.reasons.clone()].concat(),
        }
    }

    /// Why a card is wanted: as the registration says that asks for a reprint, else the earliest that says anything,
    /// else the queue.
    fn wish(&self) -> Option<&Text> {
        if let Some(asking) = self.ruling.asking {
            return asking.reason.as_ref();
        }
        let registered = self.case.registrations.iter().find_map(|one| one.reason.as_ref());
        let queued = || self.case.dossier.entry.as_ref()?.row.reason.as_ref();
        registered.or_else(queued)
    }
}

impl Glimpse for Judged<'_> {
    fn nik(&self) -> Option<Nik> {
        Some(self.case.dossier.nik)
    }

    fn category(&self) -> Category {
        self.ruling.category
    }

    fn next_step(&self) -> &NextStep {
        &self.ruling.next_step
    }

    fn registrations(&self) -> u32 {
        u32::try_from(self.case.registrations.len()).unwrap_or(u32::MAX)
    }

    fn is_queued(&self) -> bool {
        self.case.entry.is_some()
    }

    fn queued_at(&self) -> Option<Moment> {
        self.case.queued_at()
    }

    fn waiting_since(&self) -> Moment {
        let Self { case, ruling } = self;
        match (case.registered_at(), case.queued_at()) {
            // What a reprint waits for began with the registration that asked for it.
            (Some(registered), _) if ruling.counts_from_registration || case.closing.by_handover => registered,
            (Some(registered), Some(queued)) => registered.min(queued),
            (one, other) => one.or(other).or(case.closing.printed_at).unwrap_or(case.rules.as_of),
        }
    }

    fn printed_at(&self) -> Option<Moment> {
        self.ruling.printed_at
    }

    fn right(&self) -> Option<PrintRight> {
        self.ruling.right
    }

    fn reason(&self) -> Option<&str> {
        self.wish().map(Text::as_str)
    }

    fn is_expedited(&self) -> bool {
        self.case.expedited().is_some()
    }

    fn was_spoiled_before(&self) -> bool {
        self.case.spoiled_before()
    }

    fn may_be_reached(&self) -> bool {
        let has_phone = |entry: &QueueEntry| entry.row.phone.is_some();
        self.ruling.owner == Owner::Citizen
            && (self.registrations() > 0 || self.case.dossier.entry.as_ref().is_some_and(has_phone))
    }

    fn says(&self, reason: &Reason) -> bool {
        self.ruling.reasons.contains(reason)
    }
}

impl Case<'_> {
    pub(super) fn birth_date(&self) -> Option<NaiveDate> {
        let of_nik = || self.dossier.nik.birth_date(self.rules.today.year());
        self.entry.and_then(|entry| entry.row.birth_date).or_else(of_nik)
    }

    /// The earliest registration of this application.
    fn registered_at(&self) -> Option<Moment> {
        self.registrations.first().map(|registration| registration.submitted_at)
    }

    /// The moment of the queue entry in this application: the earliest that it reached after the last one closed.
    pub(super) fn queued_at(&self) -> Option<Moment> {
        // Also where it has left: nobody loses their place because an export no longer lists them.
        let entry = self.dossier.entry.as_ref()?;
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

    pub(super) fn written_name(&self) -> Option<Text> {
        let registered = self
            .registrations
            .iter()
            .rev()
            .map(|registration| registration.name.as_str());
        let on_paper = self
            .dossier
            .walk_ins
            .iter()
            .rev()
            .filter_map(|walk_in| walk_in.name.as_deref());
        let left = self.dossier.entry.iter().map(|entry| entry.row.name.as_str());
        registered
            .chain(on_paper)
            .chain(left)
            .find(|name| !name.is_empty())
            .map(Text::from)
    }

    /// The newest mobile number that a registration gives, else the queue's, else whatever stands there.
    fn phone(&self) -> Option<Phone> {
        let written = || {
            let registered = self.registrations.iter().rev();
            let queued = self.dossier.entry.as_ref().and_then(|entry| entry.row.phone.as_ref());
            registered
                .filter_map(|registration| registration.phone.as_ref())
                .chain(queued)
        };
        let mobile = written().find(|phone| phone.is_mobile());
        mobile.or_else(|| written().next()).cloned()
    }

    pub(super) fn expedited(&self) -> Option<&str> {
        let expedite = self.dossier.expedited.as_ref()?;
        self.closing
            .until
            .is_none_or(|until| expedite.asked_at > until)
            .then_some(expedite.reason.as_str())
    }

    pub(super) fn spoiled_before(&self) -> bool {
        self.dossier.cards.iter().any(|card| match card.state {
            CardState::Answered {
                result: CardResult::Spoiled,
                at,
            } => self.closing.until.is_none_or(|until| at > until),
            _ => false,
        })
    }

    fn has_lapsed(&self) -> bool {
        self.book.has_lapsed_entry(self.dossier.nik)
            || self
                .registrations
                .iter()
                .any(|registration| self.book.has_lapsed(registration))
    }

    pub(super) fn circumstances(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if self.joined > 0 {
            reasons.push(Reason::JoinedByDecision);
        }
        if self.has_lapsed() {
            reasons.push(Reason::DecisionLapsed);
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
        if self.book.married(self.dossier.nik).is_some() {
            reasons.push(Reason::Married);
        }
        reasons
    }
}
