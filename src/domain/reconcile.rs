//! From the facts of the whole office to its applications, one NIK after the other.
//!
//! Cost: one pass over the facts in the order of their NIKs. Only where registrations lack an exact NIK in the queue
//! does the queue stream past them once more, to find the entries that they may mean.

use super::application::Application;
use super::decisions::DecisionBook;
use super::dossier::{Dossier, FactSource, Verdict};
use super::near_match::{Proposal, QueueSide, Search, Seeker};
use super::nik::{Nik, NikReading};
use super::queue::QueueEntry;
use super::registration::Registration;
use super::standing::{Rules, judge, judge_unreadable};
use std::collections::BTreeMap;

/// Visits every application, in ascending order of NIK; those without a readable one come last, by age.
///
/// # Errors
/// Passes on the visitor's errors and those of the source.
pub fn reconcile<S: FactSource + ?Sized>(
    source: &S,
    rules: &Rules,
    visit: &mut dyn FnMut(Application) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let book = DecisionBook::new(source.decisions()?);
    let held = source.held_registrations()?;
    let unqueued = source.unqueued_registrations()?;
    let mut strays = Strays::gather(source, &book, held, unqueued)?;
    source.dossiers(&mut |dossier| {
        let nik = dossier.nik;
        let given = strays.given.remove(&nik).unwrap_or_default();
        let proposal = strays.proposals.get(&nik);
        standings(dossier, given, proposal, rules, &book, visit)
    })?;
    for (nik, given) in std::mem::take(&mut strays.given) {
        standings(Dossier::new(nik), given, None, rules, &book, visit)?;
    }
    for (registration, proposal) in &strays.held {
        let application = judge_unreadable(&[registration], registration.nik.clone(), proposal.as_ref(), None);
        application.map_or(Ok(()), &mut *visit)?;
    }
    Ok(())
}

/// Returns the newest application of one NIK, without looking for what a typing error may mean.
///
/// # Errors
/// Those of the source.
pub fn reconcile_one<S: FactSource + ?Sized>(
    source: &S,
    nik: Nik,
    rules: &Rules,
) -> Result<Option<Application>, S::Error> {
    let book = DecisionBook::new(source.decisions()?);
    let mut given = Vec::new();
    if !book.is_empty() {
        given = source.held_registrations()?;
        given.extend(source.unqueued_registrations()?);
        given.retain(|registration| book.chosen_entry(registration) == Some(nik));
    }
    let dossier = match source.dossier(nik)? {
        None if given.is_empty() => return Ok(None),
        found => found.unwrap_or_else(|| Dossier::new(nik)),
    };
    let mut newest = None;
    standings(dossier, given, None, rules, &book, &mut |application| {
        newest = newest.take().or(Some(application));
        Ok::<(), S::Error>(())
    })?;
    Ok(newest)
}

/// Registrations that have no entry of their own NIK, and what was found for them.
struct Strays {
    /// Given to an entry of another NIK by a person's decision.
    given: BTreeMap<Nik, Vec<Registration>>,
    /// Held, with the entry that each resembles.
    held: Vec<(Registration, Option<Proposal>)>,
    /// The best proposal for each trusted NIK that is not in the queue.
    proposals: BTreeMap<Nik, Proposal>,
}

impl Strays {
    fn gather<S: FactSource + ?Sized>(
        source: &S,
        book: &DecisionBook,
        held: Vec<Registration>,
        unqueued: Vec<Registration>,
    ) -> Result<Self, S::Error> {
        let mut strays = Self {
            given: BTreeMap::new(),
            held: Vec::new(),
            proposals: BTreeMap::new(),
        };
        let (mut seeking, mut seekers) = (Vec::new(), Vec::new());
        for registration in held.into_iter().chain(unqueued) {
            match book.chosen_entry(&registration) {
                Some(nik) => strays.given.entry(nik).or_default().push(registration),
                None => {
                    seekers.push(seeker(&registration));
                    seeking.push(registration);
                }
            }
        }
        let found = search(source, seekers)?;
        for (registration, proposal) in seeking.into_iter().zip(found) {
            let open =
                |found: &Proposal| book.verdict(&registration, found.nik, &found.name) != Some(Verdict::Different);
            let proposal = proposal.filter(open);
            match (registration.trusted_nik(), proposal) {
                (None, proposal) => strays.held.push((registration, proposal)),
                (Some(nik), Some(proposal)) => strays.keep_better(nik, proposal),
                (Some(_), None) => {}
            }
        }
        Ok(strays)
    }

    fn keep_better(&mut self, nik: Nik, proposal: Proposal) {
        let known = self.proposals.get(&nik);
        if known.is_none_or(|known| (proposal.score, known.nik) > (known.score, proposal.nik)) {
            self.proposals.insert(nik, proposal);
        }
    }
}

fn seeker(registration: &Registration) -> Seeker {
    Seeker {
        nik: registration.nik.clone(),
        name: registration.name.clone(),
        kk: registration.kk.clone(),
        district: registration.district.clone(),
        village: registration.village.clone(),
    }
}

fn search<S: FactSource + ?Sized>(source: &S, seekers: Vec<Seeker>) -> Result<Vec<Option<Proposal>>, S::Error> {
    if seekers.is_empty() {
        return Ok(Vec::new());
    }
    let mut search = Search::new(seekers);
    source.queue_entries(&mut |entry| {
        search.offer(&queue_side(entry));
        Ok(())
    })?;
    Ok(search.finish())
}

fn queue_side(entry: &QueueEntry) -> QueueSide<'_> {
    QueueSide {
        nik: entry.row.nik,
        name: &entry.row.name,
        kk: entry.row.kk.as_ref(),
        birth_date: entry.row.birth_date,
        district: entry.row.district.as_deref(),
        village: entry.row.village.as_deref(),
    }
}

/// Judges one NIK; registrations that a person gave away or set apart stand elsewhere.
fn standings<E>(
    mut dossier: Dossier,
    given: Vec<Registration>,
    proposal: Option<&Proposal>,
    rules: &Rules,
    book: &DecisionBook,
    visit: &mut dyn FnMut(Application) -> Result<(), E>,
) -> Result<(), E> {
    let nik = dossier.nik;
    if book.is_empty() {
        return judge(&dossier, &given, proposal, rules, book).map_or(Ok(()), visit);
    }
    let entry_name = dossier.entry.as_ref().map_or("", |entry| &entry.row.name).to_owned();
    let set_apart =
        |registration: &Registration| book.verdict(registration, nik, &entry_name) == Some(Verdict::Different);
    dossier
        .registrations
        .retain(|registration| book.chosen_entry(registration).is_none());
    let (apart, own): (Vec<_>, Vec<_>) = dossier.registrations.drain(..).partition(set_apart);
    dossier.registrations = own;
    if let Some(application) = judge(&dossier, &given, proposal, rules, book) {
        visit(application)?;
    }
    let mut by_name: BTreeMap<String, Vec<&Registration>> = BTreeMap::new();
    for registration in &apart {
        by_name
            .entry(registration.name.to_uppercase())
            .or_default()
            .push(registration);
    }
    for registrations in by_name.values() {
        let application = judge_unreadable(registrations, NikReading::Trusted(nik), None, Some(nik));
        application.map_or(Ok(()), &mut *visit)?;
    }
    Ok(())
}
