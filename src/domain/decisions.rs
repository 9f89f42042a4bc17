//! The decisions that stand, found again by their two facts.

use super::dossier::{Decision, Verdict};
use super::nik::Nik;
use super::registration::Registration;
use std::collections::{BTreeMap, BTreeSet};

/// Every standing decision, by the registration that it is about. The newest of equal facts holds.
#[derive(Debug, Default)]
pub struct DecisionBook {
    by_registration: BTreeMap<String, Vec<Decision>>,
    married: BTreeSet<Nik>,
}

impl DecisionBook {
    /// Takes decisions, oldest first.
    pub fn new(decisions: Vec<Decision>) -> Self {
        let mut book = Self::default();
        for decision in decisions {
            if decision.verdict == Verdict::Married {
                book.married.extend(decision.queue_nik);
            } else {
                book.by_registration
                    .entry(decision.registered_nik.clone())
                    .or_default()
                    .push(decision);
            }
        }
        book
    }

    /// Tells whether nobody decided anything about a registration yet.
    pub fn is_empty(&self) -> bool {
        self.by_registration.is_empty()
    }

    /// Tells whether a person under 17 was recorded as married.
    pub fn married(&self, nik: Nik) -> bool {
        self.married.contains(&nik)
    }

    /// Returns the entry that a person chose for a registration, other than by its own NIK.
    pub fn chosen_entry(&self, registration: &Registration) -> Option<Nik> {
        if self.by_registration.is_empty() {
            return None;
        }
        let own = registration.trusted_nik();
        let newest = |decision: &&Decision| decision.queue_nik.is_some() && decision.queue_nik != own;
        let mut latest: BTreeMap<Nik, Verdict> = BTreeMap::new();
        for decision in self.about(registration).filter(newest) {
            latest.extend(decision.queue_nik.map(|nik| (nik, decision.verdict)));
        }
        latest
            .into_iter()
            .find(|(_, verdict)| *verdict == Verdict::Same)
            .map(|(nik, _)| nik)
    }

    /// Returns what a person decided about a registration and an entry of this NIK and name.
    pub fn verdict(&self, registration: &Registration, queue_nik: Nik, queue_name: &str) -> Option<Verdict> {
        if self.by_registration.is_empty() {
            return None;
        }
        self.about(registration)
            .filter(|decision| decision.queue_nik == Some(queue_nik))
            .filter(|decision| {
                decision
                    .queue_name
                    .as_deref()
                    .is_none_or(|name| same_text(name, queue_name))
            })
            .last()
            .map(|decision| decision.verdict)
    }

    fn about(&self, registration: &Registration) -> impl Iterator<Item = &Decision> {
        let decisions = self
            .by_registration
            .get(&registration.nik.text())
            .map_or(&[][..], Vec::as_slice);
        decisions
            .iter()
            .filter(|decision| same_text(&decision.registered_name, &registration.name))
    }
}

fn same_text(one: &str, other: &str) -> bool {
    one == other || one.to_uppercase() == other.to_uppercase()
}
