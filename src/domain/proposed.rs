//! Entries that an open question proposes for somebody's registration: their applications say so, lest a citizen be
//! sent away to do what may be done already.
//!
//! Whether a registration still asks shows only when its own NIK is judged, perhaps after the entry's. So the few
//! applications that may have to say something are kept back until all were judged.

use super::application::{Application, Category, Glimpse, Reason};
use super::dossier::Dossier;
use super::moment::{Moment, Zone};
use super::nik::Nik;
use super::registration::Registration;
use super::strays::Strays;
use super::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// A registration that perhaps means an entry.
#[derive(Clone, Debug)]
struct Proposer {
    /// Its NIK, where that can be trusted.
    nik: Option<Nik>,
    /// Whether it asks only while the application of its NIK is a near match.
    asks_as_near_match: bool,
    name: Text,
    submitted_at: Moment,
}

impl Proposer {
    /// A registration that asks whatever stands under its NIK.
    fn of(registration: &Registration) -> Self {
        Self {
            nik: registration.trusted_nik(),
            asks_as_near_match: false,
            name: registration.name.clone(),
            submitted_at: registration.submitted_at,
        }
    }
}

/// The proposed entries.
#[derive(Debug)]
pub(super) struct ProposedEntries {
    proposers: BTreeMap<Nik, Vec<Proposer>>,
    zone: Zone,
}

/// The applications that wait for what is said of them, and who was found to ask.
#[derive(Debug, Default)]
pub(super) struct Kept {
    applications: Vec<(Application, Dossier)>,
    near_matches: BTreeSet<Nik>,
}

impl Kept {
    /// Adds those of a later part.
    pub(super) fn append(&mut self, mut later: Self) {
        self.applications.append(&mut later.applications);
        self.near_matches.append(&mut later.near_matches);
    }
}

impl ProposedEntries {
    pub(super) fn of(strays: &Strays, zone: Zone) -> Self {
        let mut proposers: BTreeMap<Nik, Vec<Proposer>> = BTreeMap::new();
        let mut add = |entry: Nik, proposer| proposers.entry(entry).or_default().push(proposer);
        for (registration, proposal) in &strays.held {
            if let Some(proposal) = proposal {
                add(proposal.nik, Proposer::of(registration));
            }
        }
        for (registration, proposal) in strays.apart.values() {
            add(proposal.nik, Proposer::of(registration));
        }
        for (nik, (asks, proposal)) in &strays.near {
            let proposer = Proposer {
                nik: Some(*nik),
                asks_as_near_match: true,
                name: asks.name.clone(),
                submitted_at: asks.submitted_at,
            };
            add(proposal.nik, proposer);
        }
        Self { proposers, zone }
    }

    /// Tells whether an application has to do with a proposal.
    pub(super) fn concern(&self, application: &impl Glimpse) -> bool {
        let is_proposed = |nik: Nik| self.proposers.contains_key(&nik);
        application.category() == Category::NearMatch
            || (may_be_proposed(application) && application.nik().is_some_and(is_proposed))
    }

    /// Keeps an application back where its entry is proposed to somebody; gives any other one back at once.
    pub(super) fn pass(&self, application: Application, facts: &Dossier, kept: &mut Kept) -> Option<Application> {
        if self.proposers.is_empty() {
            return Some(application);
        }
        let Some(nik) = application.nik.trusted() else {
            return Some(application);
        };
        if application.category == Category::NearMatch {
            kept.near_matches.insert(nik);
        }
        match may_be_proposed(&application) && self.proposers.contains_key(&nik) {
            true => {
                kept.applications.push((application, facts.clone()));
                None
            }
            false => Some(application),
        }
    }

    /// Returns those that were kept back, each with the earliest registration that still asks for its entry.
    pub(super) fn finish(&self, kept: Kept) -> impl Iterator<Item = (Application, Dossier)> {
        let Kept {
            applications,
            near_matches,
        } = kept;
        applications.into_iter().map(move |(mut application, facts)| {
            let nik = application.nik.trusted();
            let of_entry = nik
                .and_then(|nik| self.proposers.get(&nik))
                .map_or(&[][..], Vec::as_slice);
            let asks =
                |one: &&Proposer| !one.asks_as_near_match || one.nik.is_some_and(|nik| near_matches.contains(&nik));
            let earliest = of_entry
                .iter()
                .filter(asks)
                .min_by_key(|one| (one.submitted_at, &one.name, one.nik));
            application.explanation.extend(earliest.map(|one| Reason::ProposedTo {
                name: one.name.to_string(),
                registered_on: one.submitted_at.day(self.zone),
                differs_at: match (nik, one.nik) {
                    (Some(nik), Some(other)) => nik.hidden_differences(other),
                    _ => Vec::new(),
                },
            }));
            (application, facts)
        })
    }
}

/// An entry for which nobody has registered by its own NIK.
pub(super) fn may_be_proposed(application: &impl Glimpse) -> bool {
    let waits = matches!(
        application.category(),
        Category::NotRegistered | Category::Blocked | Category::AlreadyIssued | Category::Ready
    );
    waits && application.registrations() == 0 && application.is_queued()
}
