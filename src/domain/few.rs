//! The applications of a few people, as a reconciliation of the whole office would give them, without its cost.
//!
//! Where each of them has an entry and a registration, a handful of dossiers is read. Only where one has no entry does
//! the queue stream past, once for all of them; where one has no registration, the numbers of those who registered do,
//! for it may be proposed to one of them.

use super::application::{Application, Category};
use super::decisions::DecisionBook;
use super::dossier::{Decision, Dossier, FactSource, NewSieve, unqueued};
use super::near_match::{QueueSide, RegisteredSide, Search, Sought};
use super::nik::{Nik, NikReading};
use super::parts::{EntryWork, UnqueuedWork, Whole};
use super::proposed::may_be_proposed;
use super::queue::QueueEntry;
use super::reconcile::{reconcile, reconcile_one};
use super::registration::Registration;
use super::standing::Rules;
use std::collections::{BTreeMap, BTreeSet};

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
    let source = &Remembered::new(source, niks)?;
    let book = DecisionBook::new(source.decisions()?);
    let mut wanted = niks.clone();
    let mut few = Few {
        source,
        niks: BTreeSet::new(),
        held: Vec::new(),
        book: &book,
    };
    for registration in held {
        match book.chosen_entry(&registration) {
            Some(nik) => drop(wanted.insert(nik)),
            None => few.held.push(registration),
        }
    }
    let mut held_wanted = few.held.len();
    let (mut found, mut without_registration) = (Vec::new(), Vec::new());
    for nik in &wanted {
        match reconcile_one(source, *nik, rules)? {
            Some(application) if may_be_a_typing_error(&application) => drop(few.niks.insert(*nik)),
            Some(application) if may_be_proposed(&application) => without_registration.push(application),
            application => found.extend(application),
        }
    }
    let mut proposed = BTreeSet::new();
    if few.add_who_may_mean(&without_registration)? {
        proposed.extend(without_registration.drain(..).filter_map(|one| one.nik.trusted()));
        few.niks.extend(&proposed);
    }
    found.append(&mut without_registration);
    let mut seen: BTreeSet<Nik> = found.iter().filter_map(|one| one.nik.trusted()).collect();
    let mut add = |application: Application| {
        let is_wanted = match application.nik.trusted() {
            // What a person set apart from an entry stands before the entry's own, which is the newest.
            Some(nik) if proposed.contains(&nik) && application.category == Category::UnreadableNik => false,
            Some(nik) => wanted.contains(&nik) && seen.insert(nik),
            // The held ones come in their order, those that were asked for first.
            None => held_wanted.checked_sub(1).map(|left| held_wanted = left).is_some(),
        };
        if is_wanted {
            found.push(application);
        }
        Ok(())
    };
    if !few.niks.is_empty() || !few.held.is_empty() {
        reconcile(&few, rules, &mut add)?;
    }
    found.sort_by(|one, other| one.nik.cmp(&other.nik));
    Ok(found)
}

/// Registered without an entry of its own: the rules ask for a proposal before they say anything else.
fn may_be_a_typing_error(application: &Application) -> bool {
    let open = matches!(
        application.category,
        Category::NotInQueue | Category::Ready | Category::Blocked
    );
    open && application.status.is_none()
}

/// A source whose answers about a few people are asked for once: each of them is looked at from several sides.
struct Remembered<'a, S: ?Sized> {
    source: &'a S,
    decisions: Vec<Decision>,
    /// Of those who were looked up, nothing where there are no facts.
    dossiers: BTreeMap<Nik, Option<Dossier>>,
}

impl<'a, S: FactSource + ?Sized> Remembered<'a, S> {
    fn new(source: &'a S, niks: &BTreeSet<Nik>) -> Result<Self, S::Error> {
        let mut dossiers = BTreeMap::new();
        if niks.len() <= MOST_LOOKED_UP {
            dossiers.extend(niks.iter().map(|nik| (*nik, None)));
            let niks: Vec<Nik> = niks.iter().copied().collect();
            source.dossiers_of(&niks, &mut |dossier| {
                dossiers.insert(dossier.nik, Some(dossier));
                Ok(())
            })?;
        }
        Ok(Self {
            source,
            decisions: source.decisions()?,
            dossiers,
        })
    }
}

impl<S: FactSource + ?Sized> FactSource for Remembered<'_, S> {
    type Error = S::Error;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), S::Error>) -> Result<(), S::Error> {
        self.source.dossiers(visit)
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, S::Error> {
        match self.dossiers.get(&nik) {
            Some(known) => Ok(known.clone()),
            None => self.source.dossier(nik),
        }
    }

    /// Those who are not remembered are looked up together.
    fn dossiers_of(
        &self,
        niks: &[Nik],
        visit: &mut dyn FnMut(Dossier) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        let is_unknown = |nik: &&Nik| !self.dossiers.contains_key(nik);
        let unknown: Vec<Nik> = niks.iter().filter(is_unknown).copied().collect();
        let mut found = BTreeMap::new();
        self.source.dossiers_of(&unknown, &mut |dossier| {
            found.insert(dossier.nik, dossier);
            Ok(())
        })?;
        for nik in niks {
            let known = self.dossiers.get(nik).cloned().flatten();
            known.or_else(|| found.remove(nik)).map_or(Ok(()), &mut *visit)?;
        }
        Ok(())
    }

    fn unqueued_parts(
        &self,
        work: &UnqueuedWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        self.source.unqueued_parts(work, done)
    }

    fn held_registrations(&self) -> Result<Vec<Registration>, S::Error> {
        self.source.held_registrations()
    }

    fn held_meaning(
        &self,
        may_mean: &mut dyn FnMut(&NikReading, Option<u64>) -> bool,
    ) -> Result<Vec<Registration>, S::Error> {
        self.source.held_meaning(may_mean)
    }

    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), S::Error>) -> Result<(), S::Error> {
        self.source.queue_entries(visit)
    }

    fn entry_parts(
        &self,
        work: &EntryWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        self.source.entry_parts(work, done)
    }

    fn queued_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>, S::Error> {
        self.source.queued_among(new_sieve)
    }

    fn registered_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>, S::Error> {
        self.source.registered_among(new_sieve)
    }

    fn decisions(&self) -> Result<Vec<Decision>, S::Error> {
        Ok(self.decisions.clone())
    }
}

/// A source that knows only those who are asked for, who may mean their entries, and the whole queue.
struct Few<'a, S: ?Sized> {
    source: &'a S,
    niks: BTreeSet<Nik>,
    held: Vec<Registration>,
    book: &'a DecisionBook,
}

impl<S: FactSource + ?Sized> Few<'_, S> {
    /// Adds the registrations that may mean the entry of one of these applications, and tells whether there are any.
    fn add_who_may_mean(&mut self, applications: &[Application]) -> Result<bool, S::Error> {
        if applications.is_empty() {
            return Ok(false);
        }
        let niks = applications.iter().filter_map(|one| one.nik.trusted());
        let entries = self.present_entries(niks.collect())?;
        let sought = Sought::new(entries.iter().map(|entry| (entry.row.nik, entry.row.card())));
        let by_numbers = self
            .source
            .registered_among(&|| Box::new(sought.meant_by_registered()))?;
        let moved = self.book.moved_niks();
        let before = self.niks.len() + self.held.len();
        let mut seeking = Vec::new();
        self.source.dossiers_of(&by_numbers, &mut |dossier| {
            if dossier.present_entry().is_none() || moved.contains(&dossier.nik) {
                seeking.extend(dossier.registrations);
            }
            Ok(())
        })?;
        let meaning = who_mean(&entries, &seeking);
        self.niks
            .extend(meaning.iter().filter_map(|place| seeking[*place].trusted_nik()));
        let mut held = self
            .source
            .held_meaning(&mut |nik, card| sought.may_be_meant_by(nik, card))?;
        let known: BTreeSet<_> = self.held.iter().map(|registration| registration.row_key).collect();
        held.retain(|one| !known.contains(&one.row_key) && self.book.chosen_entry(one).is_none());
        let meaning = who_mean(&entries, &held);
        let held = held.into_iter().zip(0..).filter(|(_, place)| meaning.contains(place));
        self.held.extend(held.map(|(registration, _)| registration));
        // Those that were asked for may mean it too.
        Ok(before > 0 || self.niks.len() + self.held.len() > before)
    }

    /// Returns the entries that these may mean or were given to: of the others the numbers alone are looked at. `None`
    /// where they are too many.
    fn concerned_entries(&self) -> Result<Option<Vec<QueueEntry>>, S::Error> {
        let unqueued = self.unqueued()?;
        let search = Search::new(unqueued.iter().chain(&self.held).map(RegisteredSide::of));
        let mut concerned = self.book.targets();
        concerned.extend(self.source.queued_among(&|| Box::new(search.concerning()))?);
        if concerned.len() > MOST_LOOKED_UP {
            return Ok(None);
        }
        Ok(Some(self.present_entries(concerned)?))
    }

    /// Returns the registrations of these that no entry in the queue has. Those that a person gave to another entry stand
    /// there, and are none of them.
    fn unqueued(&self) -> Result<Vec<Registration>, S::Error> {
        let mut unqueued = unqueued(self)?;
        unqueued.retain(|registration| self.book.chosen_entry(registration).is_none());
        Ok(unqueued)
    }

    fn present_entries(&self, niks: BTreeSet<Nik>) -> Result<Vec<QueueEntry>, S::Error> {
        let niks: Vec<Nik> = niks.into_iter().collect();
        let mut entries = Vec::new();
        self.source.dossiers_of(&niks, &mut |dossier| {
            entries.extend(dossier.entry.filter(QueueEntry::is_present));
            Ok(())
        })?;
        Ok(entries)
    }
}

/// Tells by their places which registrations could be proposed to one of these entries, if none fitted them better: the
/// numbers lead many to the card of a relative, whose name is another.
fn who_mean(entries: &[QueueEntry], registrations: &[Registration]) -> BTreeSet<usize> {
    let mut search = Search::new(registrations.iter().map(RegisteredSide::of));
    entries.iter().for_each(|entry| search.offer(&QueueSide::of(entry)));
    search.found().collect()
}

impl<S: FactSource + ?Sized> FactSource for Few<'_, S> {
    type Error = S::Error;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), S::Error>) -> Result<(), S::Error> {
        let niks: Vec<Nik> = self.niks.iter().copied().collect();
        self.source.dossiers_of(&niks, visit)
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, S::Error> {
        self.source.dossier(nik)
    }

    fn unqueued_parts(
        &self,
        work: &UnqueuedWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        work(0, &mut Whole::of(self.unqueued()?));
        done(0)
    }

    fn held_registrations(&self) -> Result<Vec<Registration>, S::Error> {
        Ok(self.held.clone())
    }

    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), S::Error>) -> Result<(), S::Error> {
        match self.concerned_entries()? {
            Some(entries) => entries.iter().try_for_each(visit),
            None => self.source.queue_entries(visit),
        }
    }

    fn entry_parts(
        &self,
        work: &EntryWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        match self.concerned_entries()? {
            Some(entries) => {
                work(0, &mut Whole::of(entries));
                done(0)
            }
            None => self.source.entry_parts(work, done),
        }
    }

    /// Only what was decided about these, so that no other person's decision asks for a look at the queue.
    fn decisions(&self) -> Result<Vec<Decision>, S::Error> {
        let mut cells: BTreeSet<String> = self.niks.iter().map(|nik| nik.digits()).collect();
        cells.extend(self.held.iter().map(|registration| registration.nik.text()));
        let mut decisions = self.source.decisions()?;
        let is_about = |decision: &Decision| {
            cells.contains(&decision.registered_nik) || decision.queue_nik.is_some_and(|nik| self.niks.contains(&nik))
        };
        decisions.retain(is_about);
        Ok(decisions)
    }
}
