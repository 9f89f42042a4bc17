//! What every application tells, whatever its category: dates, places, reasons, circumstances.

use super::Case;
use crate::domain::application::{Application, Category, NextStep, Reason};
use crate::domain::card::CardResult;
use crate::domain::card::CardState;
use crate::domain::moment::Moment;
use crate::domain::nik::NikReading;
use crate::domain::phone::Phone;
use crate::domain::record_status::Owner;
use crate::domain::registration::Registration;
use crate::domain::text::Text;
use chrono::{Datelike, NaiveDate};

impl Case<'_> {
    pub(super) fn birth_date(&self) -> Option<NaiveDate> {
        let of_nik = || {
            self.dossier
                .nik
                .birth_date(self.rules.as_of.day(self.rules.zone).year())
        };
        self.entry.and_then(|entry| entry.row.birth_date).or_else(of_nik)
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

    /// What a reprint waits for began with the registration that asked for it.
    pub(super) fn count_from_registration(&self, application: &mut Application) {
        if let Some(first) = self.registrations.first() {
            application.waiting_since = first.submitted_at;
        }
    }

    pub(super) fn draft(&self, category: Category, owner: Owner, next_step: NextStep) -> Application {
        let row = self.entry.map(|entry| &entry.row);
        // What is told of an entry that left is still the best that is known where nobody registered.
        let left = self.dossier.entry.as_ref().map(|entry| &entry.row);
        let newest_of = |pick: fn(&Registration) -> Option<&Text>| {
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
                .or_else(|| newest_of(|r| r.district.as_ref()))
                .or_else(|| left.and_then(|row| row.district.clone())),
            village: row
                .and_then(|row| row.village.clone())
                .or_else(|| newest_of(|r| r.village.as_ref()))
                .or_else(|| left.and_then(|row| row.village.clone())),
            phone: (owner == Owner::Citizen).then(|| self.phone()).flatten(),
            reason: earliest_reason.or_else(|| row.or(left).and_then(|row| row.reason.clone())),
            request_no: row.or(left).and_then(|row| row.request_no.clone()),
            batch: None,
            printed_at: None,
            right: None,
            expedited: self.expedited().is_some(),
            spoiled_before: self.spoiled_before(),
            candidate: None,
            explanation: self.circumstances(),
        }
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
