//! The decisions that stand, found again by their two facts.
//!
//! A decision holds for a registration (its NIK cell, its name, and where the cell cannot be trusted what stands
//! beside it) and an entry (its NIK and its name). Where one of them is another now, the question is open again.

use super::dossier::{Decision, Verdict};
use super::name::same_person;
use super::nik::{Nik, NikReading};
use super::registration::Registration;
use std::collections::{BTreeMap, BTreeSet};

/// A NIK cell to look up: no text is copied for those that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum CellKey {
    Number(Nik),
    Text(String),
}

impl CellKey {
    fn of_text(text: &str) -> Self {
        let number = text.parse().ok().and_then(Nik::from_u64);
        number.map_or_else(|| Self::Text(text.to_owned()), Self::Number)
    }

    fn of(registration: &Registration) -> Self {
        match &registration.nik {
            NikReading::Trusted(nik) => Self::Number(*nik),
            NikReading::Held { text, .. } => Self::of_text(text),
        }
    }
}

/// Every standing decision, by the registration that it is about. The newest of equal facts holds.
#[derive(Debug, Default)]
pub struct DecisionBook {
    by_registration: BTreeMap<CellKey, Vec<Decision>>,
    married: BTreeMap<Nik, Decision>,
    /// Under which cells registrations stand that were ever given to an entry.
    by_entry: BTreeMap<Nik, BTreeSet<CellKey>>,
    /// What an entry's new name put an end to, and nobody decided since.
    lapsed: BTreeMap<CellKey, Vec<Decision>>,
    lapsed_entries: BTreeSet<Nik>,
}

impl DecisionBook {
    /// Takes decisions, oldest first.
    pub fn new(decisions: Vec<Decision>) -> Self {
        let mut book = Self::default();
        decisions.into_iter().for_each(|decision| book.add(decision));
        book
    }

    /// Takes one more decision, the newest.
    pub fn add(&mut self, decision: Decision) {
        if decision.verdict == Verdict::Married {
            if let Some(nik) = decision.queue_nik {
                self.married.insert(nik, decision);
            }
        } else {
            let key = CellKey::of_text(&decision.registered_nik);
            if let (Verdict::Same, Some(entry)) = (decision.verdict, decision.queue_nik) {
                self.by_entry.entry(entry).or_default().insert(key.clone());
            }
            self.by_registration.entry(key).or_default().push(decision);
        }
    }

    /// Tells whether nobody decided anything about a registration yet.
    pub fn is_empty(&self) -> bool {
        self.by_registration.is_empty()
    }

    /// Tells whether anything was decided about a registration under this NIK.
    pub fn concerns(&self, nik: Nik) -> bool {
        self.by_registration.contains_key(&CellKey::Number(nik))
    }

    /// Returns the record of a person under 17 who is married.
    pub fn married(&self, nik: Nik) -> Option<&Decision> {
        self.married.get(&nik)
    }

    /// Returns the decision that gave a registration to an entry of another NIK: the newest that stands.
    pub fn chosen(&self, registration: &Registration) -> Option<&Decision> {
        let own = registration.trusted_nik();
        let mut seen = BTreeSet::new();
        self.about(registration).rev().find(|decision| {
            let is_newest = decision.queue_nik != own && seen.insert(decision.queue_nik);
            is_newest && decision.queue_nik.is_some() && decision.verdict == Verdict::Same
        })
    }

    /// Returns the entry that a person chose for a registration, other than by its own NIK.
    pub fn chosen_entry(&self, registration: &Registration) -> Option<Nik> {
        self.chosen(registration).and_then(|decision| decision.queue_nik)
    }

    /// Returns the decision that stands about a registration and an entry of this NIK and name.
    pub fn standing(&self, registration: &Registration, queue_nik: Nik, queue_name: &str) -> Option<&Decision> {
        self.about(registration)
            .rev()
            .find(|decision| decision.queue_nik == Some(queue_nik) && names_entry(decision, queue_name))
    }

    /// Returns what a person decided about a registration and an entry of this NIK and name.
    pub fn verdict(&self, registration: &Registration, queue_nik: Nik, queue_name: &str) -> Option<Verdict> {
        let decision = self.standing(registration, queue_nik, queue_name)?;
        Some(decision.verdict)
    }

    /// Returns every entry, with the name that it had, that a registration was said not to mean.
    pub fn not_meant<'a>(&'a self, registration: &Registration) -> Vec<(Nik, &'a str)> {
        let mut newest: BTreeMap<(Nik, &str), Verdict> = BTreeMap::new();
        for decision in self.about(registration) {
            let name = decision.queue_name.as_deref().unwrap_or_default();
            newest.extend(decision.queue_nik.map(|nik| ((nik, name), decision.verdict)));
        }
        newest.retain(|_, verdict| *verdict == Verdict::Different);
        newest.into_keys().collect()
    }

    /// Tells whether a registration was said not to mean the entry of its own NIK.
    pub fn is_apart(&self, registration: &Registration) -> bool {
        let own = registration.trusted_nik();
        self.not_meant(registration).iter().any(|(nik, _)| Some(*nik) == own)
    }

    /// Returns the entries to which a registration under another NIK was given, in ascending order.
    pub fn targets(&self) -> BTreeSet<Nik> {
        self.given().filter_map(|(_, decision)| decision.queue_nik).collect()
    }

    /// Returns the entries to which registrations under this NIK were given.
    pub fn targets_of(&self, nik: Nik) -> BTreeSet<Nik> {
        let decisions = self.by_registration.get(&CellKey::Number(nik));
        let given = decisions.into_iter().flatten().filter(|d| d.verdict == Verdict::Same);
        given
            .filter_map(|d| d.queue_nik)
            .filter(|target| *target != nik)
            .collect()
    }

    /// Returns the NIKs under which registrations stand that were given to an entry, and whether any had a cell that
    /// cannot be trusted.
    pub fn sources_of(&self, target: Nik) -> (BTreeSet<Nik>, bool) {
        let mut sources = BTreeSet::new();
        let mut any_text = false;
        for (key, _) in self.given().filter(|(_, decision)| decision.queue_nik == Some(target)) {
            // A cell of 16 digits may be held too: its last digit is lost.
            any_text |= !matches!(key, CellKey::Number(nik) if nik.as_u64() % 10 != 0);
            if let CellKey::Number(nik) = key {
                sources.insert(*nik);
            }
        }
        (sources, any_text)
    }

    /// Returns the NIKs of registrations that stand elsewhere than with the entry of their NIK: given to another, or
    /// decided not to mean it.
    pub fn moved_niks(&self) -> BTreeSet<Nik> {
        let numbers = self.by_registration.iter().filter_map(|(key, decisions)| match key {
            CellKey::Number(nik) => Some((*nik, decisions)),
            CellKey::Text(_) => None,
        });
        let moves = |nik: Nik, decision: &Decision| match decision.verdict {
            Verdict::Same => decision.queue_nik != Some(nik),
            Verdict::Different => decision.queue_nik == Some(nik),
            Verdict::Married => false,
        };
        numbers
            .filter(|(nik, decisions)| decisions.iter().any(|decision| moves(*nik, decision)))
            .map(|(nik, _)| nik)
            .collect()
    }

    /// Leaves out what was decided about an entry while it had another name: those questions are open again.
    pub fn forget_other_names(&mut self, queue_nik: Nik, present_name: &str) {
        let stays = |decision: &Decision| decision.queue_nik != Some(queue_nik) || names_entry(decision, present_name);
        for (key, decisions) in &mut self.by_registration {
            if decisions.iter().all(stays) {
                continue;
            }
            let before = std::mem::take(decisions);
            for (at, decision) in before.iter().enumerate() {
                let later = &before[at + 1..];
                let is_last = !later.iter().any(|other| same_registered(other, decision));
                if is_last && decision.verdict == Verdict::Same && !stays(decision) {
                    self.lapsed.entry(key.clone()).or_default().push(decision.clone());
                    self.lapsed_entries.insert(queue_nik);
                }
            }
            *decisions = before;
            decisions.retain(stays);
        }
    }

    /// Tells whether a registration was given to an entry that has another name now, and nobody decided since.
    pub fn has_lapsed(&self, registration: &Registration) -> bool {
        let lapsed = match self.lapsed.is_empty() {
            true => None,
            false => self.lapsed.get(&CellKey::of(registration)),
        };
        lapsed.is_some_and(|all| all.iter().any(|decision| is_about(decision, registration)))
    }

    /// Tells whether a registration was given to this entry while it had another name, and nobody decided since.
    pub fn has_lapsed_entry(&self, queue_nik: Nik) -> bool {
        self.lapsed_entries.contains(&queue_nik)
    }

    /// Tells whether a registration was said to mean the entry of its own NIK while that had another name.
    pub fn has_lapsed_doubt(&self, registration: &Registration, queue_nik: Nik, queue_name: &str) -> bool {
        let newest = self
            .about(registration)
            .rev()
            .find(|decision| decision.queue_nik == Some(queue_nik));
        newest.is_some_and(|decision| decision.verdict == Verdict::Same && !names_entry(decision, queue_name))
    }

    /// Returns the decision that gave an entry the registration of another person than this one is of.
    ///
    /// Where both have the entry's own name in some spelling, nobody is another.
    pub fn given_to_another_person(
        &self,
        registration: &Registration,
        queue_nik: Nik,
        queue_name: &str,
    ) -> Option<&Decision> {
        let is_other =
            |one: &str, other: &str| !one.is_empty() && !other.is_empty() && !same_person(one, other).is_same();
        let cells = self.by_entry.get(&queue_nik)?;
        let decisions = cells.iter().filter_map(|cell| self.by_registration.get(cell));
        decisions
            .flat_map(|all| {
                all.iter()
                    .enumerate()
                    .map(move |(at, decision)| (decision, &all[at + 1..]))
            })
            .filter(|(decision, _)| decision.queue_nik == Some(queue_nik) && decision.verdict == Verdict::Same)
            .filter(|(decision, _)| names_entry(decision, queue_name) && !is_about(decision, registration))
            .filter(|(decision, later)| !later.iter().any(|other| same_facts(other, decision)))
            .map(|(decision, _)| decision)
            .find(|decision| {
                let (given, asked) = (&decision.registered_name, &registration.name);
                is_other(given, asked) && (is_other(given, queue_name) || is_other(asked, queue_name))
            })
    }

    /// Tells whether an entry was chosen for some registration while it had another name.
    pub fn was_chosen_under_another_name(&self, queue_nik: Nik, present_name: &str) -> bool {
        self.given()
            .any(|(_, decision)| decision.queue_nik == Some(queue_nik) && !names_entry(decision, present_name))
    }

    fn given(&self) -> impl Iterator<Item = (&CellKey, &Decision)> {
        let all = self
            .by_registration
            .iter()
            .flat_map(|(key, decisions)| decisions.iter().map(move |decision| (key, decision)));
        all.filter(|(key, decision)| {
            let own = matches!(key, CellKey::Number(nik) if decision.queue_nik == Some(*nik));
            decision.verdict == Verdict::Same && !own
        })
    }

    fn about<'a>(&'a self, registration: &Registration) -> impl DoubleEndedIterator<Item = &'a Decision> + use<'a> {
        let decisions = match self.by_registration.is_empty() {
            true => None,
            false => self.by_registration.get(&CellKey::of(registration)),
        };
        let of_it: Vec<&Decision> = decisions
            .into_iter()
            .flatten()
            .filter(|decision| is_about(decision, registration))
            .collect();
        of_it.into_iter()
    }
}

/// Tells whether a decision is about a registration: same cell, same name, and the same beside it.
pub fn is_about(decision: &Decision, registration: &Registration) -> bool {
    decision.registered_nik == registration.nik.text()
        && same_text(&decision.registered_name, &registration.name)
        && (decision.registered_beside.is_none() || decision.registered_beside == registration.beside())
}

/// Tells whether two decisions are about the same facts, whatever they say.
pub fn same_facts(one: &Decision, other: &Decision) -> bool {
    let names = |decision: &Decision| decision.queue_name.as_deref().map(str::to_uppercase);
    (one.verdict == Verdict::Married) == (other.verdict == Verdict::Married)
        && one.registered_nik == other.registered_nik
        && same_text(&one.registered_name, &other.registered_name)
        && one.registered_beside == other.registered_beside
        && one.queue_nik == other.queue_nik
        && names(one) == names(other)
}

/// Tells whether two decisions are about the same registration, whichever entry.
fn same_registered(one: &Decision, other: &Decision) -> bool {
    one.registered_nik == other.registered_nik
        && same_text(&one.registered_name, &other.registered_name)
        && one.registered_beside == other.registered_beside
}

/// Tells whether two names are written alike but for the case.
pub fn same_text(one: &str, other: &str) -> bool {
    one == other || one.to_uppercase() == other.to_uppercase()
}

fn names_entry(decision: &Decision, name: &str) -> bool {
    let decided = decision.queue_name.as_deref();
    decided.is_none_or(|decided| same_text(decided, name))
}
