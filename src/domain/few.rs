//! The applications of a few people, as a reconciliation of the whole office would give them, without its cost.
//!
//! Where each of them has an entry, a handful of dossiers is read. Only where one has none does the queue stream past,
//! once for all of them.

use super::application::{Application, Category};
use super::decisions::DecisionBook;
use super::dossier::{Decision, Dossier, FactSource};
use super::near_match::Search;
use super::nik::Nik;
use super::queue::QueueEntry;
use super::reconcile::{reconcile, reconcile_one};
use super::registration::Registration;
use super::standing::Rules;
use super::strays::seeker;
use std::collections::BTreeSet;

/// So many entries are looked up one by one; beyond that the whole queue is read.
const MOST_LOOKED_UP: usize = 2_000;

/// Returns the newest applications of these NIKs, then those of these held registrations. Where a person gave a held
/// registration to an entry, that entry's application stands for it.
///
/// # Errors
/// Those of the source.
pub fn reconcile_few<S: FactSource + ?Sized>(
    source: &S,
    niks: &BTreeSet<Nik>,
    held: Vec<Registration>,
    rules: &Rules,
) -> Result<Vec<Application>, S::Error> {
    let book = DecisionBook::new(source.decisions()?);
    let mut wanted = niks.clone();
    let mut few = Few {
        source,
        unqueued: BTreeSet::new(),
        held: Vec::new(),
        book: &book,
    };
    for registration in held {
        match book.chosen_entry(&registration) {
            Some(nik) => drop(wanted.insert(nik)),
            None => few.held.push(registration),
        }
    }
    let mut found = Vec::new();
    for nik in wanted {
        match reconcile_one(source, nik, rules)? {
            Some(application) if application.category == Category::NotInQueue => drop(few.unqueued.insert(nik)),
            application => found.extend(application),
        }
    }
    if few.unqueued.is_empty() && few.held.is_empty() {
        return Ok(found);
    }
    let mut seen = BTreeSet::new();
    reconcile(&few, rules, &mut |application| {
        let is_newest = application.nik.trusted().is_none_or(|nik| seen.insert(nik));
        if is_newest {
            found.push(application);
        }
        Ok(())
    })?;
    found.sort_by(|one, other| one.nik.cmp(&other.nik));
    Ok(found)
}

/// A source that knows only those who have no entry of their own, and the whole queue.
struct Few<'a, S: ?Sized> {
    source: &'a S,
    unqueued: BTreeSet<Nik>,
    held: Vec<Registration>,
    book: &'a DecisionBook,
}

impl<S: FactSource + ?Sized> FactSource for Few<'_, S> {
    type Error = S::Error;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), S::Error>) -> Result<(), S::Error> {
        for nik in &self.unqueued {
            if let Some(dossier) = self.source.dossier(*nik)? {
                visit(dossier)?;
            }
        }
        Ok(())
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, S::Error> {
        self.source.dossier(nik)
    }

    /// Those that a person gave to another entry stand there, and are none of these.
    fn unqueued_registrations(&self) -> Result<Vec<Registration>, S::Error> {
        let mut unqueued = Vec::new();
        for nik in &self.unqueued {
            let dossier = self.source.dossier(*nik)?;
            unqueued.extend(dossier.into_iter().flat_map(|dossier| dossier.registrations));
        }
        unqueued.retain(|registration| self.book.chosen_entry(registration).is_none());
        Ok(unqueued)
    }

    fn held_registrations(&self) -> Result<Vec<Registration>, S::Error> {
        Ok(self.held.clone())
    }

    /// Only the entries that these may mean or were given to: of the others the numbers alone are looked at.
    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), S::Error>) -> Result<(), S::Error> {
        let mut seeking = self.unqueued_registrations()?;
        seeking.extend(self.held.iter().cloned());
        let search = Search::new(seeking.iter().map(seeker).collect());
        let mut concerned = self.book.targets();
        self.source.queue_numbers(&mut |nik, card| {
            if search.concerns(nik, card) {
                concerned.insert(nik);
            }
        })?;
        if concerned.len() > MOST_LOOKED_UP {
            return self.source.queue_entries(visit);
        }
        for nik in concerned {
            let dossier = self.source.dossier(nik)?;
            if let Some(entry) = dossier.as_ref().and_then(Dossier::present_entry) {
                visit(entry)?;
            }
        }
        Ok(())
    }

    /// Only what was decided about these, so that no other person's decision asks for a look at the queue.
    fn decisions(&self) -> Result<Vec<Decision>, S::Error> {
        let mut cells: BTreeSet<String> = self.unqueued.iter().map(|nik| nik.digits()).collect();
        cells.extend(self.held.iter().map(|registration| registration.nik.text()));
        let mut decisions = self.source.decisions()?;
        let is_about = |decision: &Decision| {
            cells.contains(&decision.registered_nik)
                || decision.queue_nik.is_some_and(|nik| self.unqueued.contains(&nik))
        };
        decisions.retain(is_about);
        Ok(decisions)
    }
}
