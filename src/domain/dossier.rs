//! Everything that is known of one NIK: the facts from which an application is computed.

use super::card::CardFact;
use super::moment::Moment;
use super::nik::{Nik, NikReading};
use super::parts::{DossierWork, EntryWork, UnqueuedWork, Whole, one_after_the_other};
use super::queue::{QueueEntry, StatusSighting};
use super::registration::Registration;

/// The facts of one NIK, in the order of time where there are several.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The population number.
    pub nik: Nik,
    /// Registrations whose NIK can be trusted; earliest first, then by row key.
    pub registrations: Vec<Registration>,
    /// The queue entry, also where it has left the queue.
    pub entry: Option<QueueEntry>,
    /// Each status and date that snapshots showed; filled in only where a card was ever printed or handed over.
    pub sightings: Vec<StatusSighting>,
    /// Cards in batches, in the order of planning.
    pub cards: Vec<CardFact>,
    /// Cards printed at the counter.
    pub walk_ins: Vec<WalkIn>,
    /// Hand-overs to the owner or somebody of the same family card.
    pub handovers: Vec<Handover>,
    /// The newest wish to go before every class.
    pub expedited: Option<Expedite>,
}

impl Dossier {
    /// Makes a dossier without facts.
    pub fn new(nik: Nik) -> Self {
        Self {
            nik,
            registrations: Vec::new(),
            entry: None,
            sightings: Vec::new(),
            cards: Vec::new(),
            walk_ins: Vec::new(),
            handovers: Vec::new(),
            expedited: None,
        }
    }

    /// Becomes another person's, of whom nothing happened yet. Registrations and entry stay, for whoever writes those of
    /// the new person in their place: to make them anew would cost most of what reading them does.
    pub fn rewrite_for(&mut self, nik: Nik) {
        let Self {
            registrations: _,
            entry: _,
            sightings,
            cards,
            walk_ins,
            handovers,
            expedited,
            nik: present,
        } = self;
        sightings.clear();
        cards.clear();
        walk_ins.clear();
        handovers.clear();
        (*present, *expedited) = (nik, None);
    }

    /// Tells whether a card was ever planned, printed at the counter or handed over.
    pub fn has_cards(&self) -> bool {
        !(self.cards.is_empty() && self.walk_ins.is_empty() && self.handovers.is_empty())
    }

    /// Returns the entry while it is in the queue.
    pub fn present_entry(&self) -> Option<&QueueEntry> {
        self.entry.as_ref().filter(|entry| entry.is_present())
    }
}

/// A card printed at the counter, in no batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkIn {
    /// The population number.
    pub nik: Nik,
    /// When it was printed.
    pub printed_at: Moment,
    /// Who printed it.
    pub operator: Option<String>,
    /// Why it was printed at the counter.
    pub reason: Option<String>,
    /// The person's name, where a file gave it.
    pub name: Option<String>,
}

/// A printed card given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// When.
    pub handed_at: Moment,
    /// Who collected it.
    pub collector: Option<String>,
    /// The collector's relation to the owner.
    pub relation: Option<String>,
    /// Whether an old card was surrendered.
    pub old_card: bool,
}

/// An application put before every class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expedite {
    /// The population number.
    pub nik: Nik,
    /// When it was asked.
    pub asked_at: Moment,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub user: String,
}

/// What a person decided about a registration and an entry, or about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The registration means this entry.
    Same,
    /// The registration does not mean this entry.
    Different,
    /// Married under 17: may have a card.
    Married,
}

impl Verdict {
    /// Returns the word of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Married => "married",
        }
    }
}

/// A recorded decision. It holds for its two facts: another name on either side reopens the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub verdict: Verdict,
    /// The registration's NIK cell: digits, or the held text.
    pub registered_nik: String,
    /// The registration's name as written; empty for `Married`.
    pub registered_name: String,
    /// What else the form said, where its NIK cannot be trusted: see [`Registration::beside`].
    pub registered_beside: Option<String>,
    /// The entry that was compared.
    pub queue_nik: Option<Nik>,
    /// The entry's name at that time.
    pub queue_name: Option<String>,
    /// When.
    pub decided_at: Moment,
    /// Who.
    pub user: String,
    /// Why.
    pub reason: String,
}

/// Who did something with a decision, when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// When.
    pub at: Moment,
    /// Who.
    pub user: String,
    /// Why.
    pub reason: String,
}

/// Keeps a few of many people by their numbers, best in the order of the NIKs.
pub trait Sieve {
    /// Tells whether somebody is kept with this NIK and this family card, where that is a sound number.
    fn keeps(&mut self, nik: Nik, card: Option<u64>) -> bool;

    /// Notes the places of all who may be kept, and perhaps of others. A family card is 0 where there is none, and need not
    /// be a sound number.
    fn sift(&mut self, niks: &[u64], _cards: &[u64], places: &mut Vec<usize>) {
        places.extend(0..niks.len());
    }
}

impl<F: FnMut(Nik, Option<u64>) -> bool> Sieve for F {
    fn keeps(&mut self, nik: Nik, card: Option<u64>) -> bool {
        self(nik, card)
    }
}

/// Makes sieves that all keep the same people, one for each thread that needs one.
pub type NewSieve<'s> = dyn Fn() -> Box<dyn Sieve + 's> + Sync + 's;

/// A source of facts at one consistent moment; a store is one, a test's vectors are another.
pub trait FactSource {
    /// What can go wrong while facts are read.
    type Error;

    /// Visits every NIK that has any fact, in ascending order.
    ///
    /// # Errors
    /// Passes on the visitor's errors and those of the source.
    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), Self::Error>) -> Result<(), Self::Error>;

    /// Returns the facts of one NIK, if there are any.
    ///
    /// # Errors
    /// Those of the source.
    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, Self::Error>;

    /// Visits the facts of these NIKs, which must be in ascending order, as far as there are any.
    ///
    /// # Errors
    /// Passes on the visitor's errors and those of the source.
    fn dossiers_of(
        &self,
        niks: &[Nik],
        visit: &mut dyn FnMut(Dossier) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        for nik in niks {
            self.dossier(*nik)?.map_or(Ok(()), &mut *visit)?;
        }
        Ok(())
    }

    /// Shows the registrations with a trusted NIK that no entry in the queue has in parts, as `dossier_parts` does.
    ///
    /// # Errors
    /// Passes on the errors of `done` and those of the source.
    fn unqueued_parts(
        &self,
        work: &UnqueuedWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        work(0, &mut Whole::of(unqueued(self)?));
        done(0)
    }

    /// Returns the registrations whose NIK cannot be trusted, by moment and row key.
    ///
    /// # Errors
    /// Those of the source.
    fn held_registrations(&self) -> Result<Vec<Registration>, Self::Error>;

    /// Returns those of them that may mean somebody by the NIK cell and the number of the family card.
    ///
    /// # Errors
    /// Those of the source.
    fn held_meaning(
        &self,
        may_mean: &mut dyn FnMut(&NikReading, Option<u64>) -> bool,
    ) -> Result<Vec<Registration>, Self::Error> {
        let mut held = self.held_registrations()?;
        held.retain(|one| may_mean(&one.nik, one.card()));
        Ok(held)
    }

    /// Visits every entry that is in the queue now, by NIK.
    ///
    /// # Errors
    /// Passes on the visitor's errors and those of the source.
    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), Self::Error>) -> Result<(), Self::Error>;

    /// Shows every NIK that has any fact in parts, several at a time where the source has several threads. Tells, in the
    /// order of the parts, when one was worked on.
    ///
    /// # Errors
    /// Passes on the errors of `done` and those of the source.
    fn dossier_parts(
        &self,
        work: &DossierWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        let mut all = Vec::new();
        self.dossiers(&mut |dossier| {
            all.push(dossier);
            Ok(())
        })?;
        work(0, &mut Whole::of(all));
        done(0)
    }

    /// Does two things, side by side where the source has several threads.
    fn do_both(&self, one: &mut (dyn FnMut() + Send), other: &mut (dyn FnMut() + Send)) {
        one_after_the_other(one, other);
    }

    /// Shows the entries that are in the queue now in the same way.
    ///
    /// # Errors
    /// Passes on the errors of `done` and those of the source.
    fn entry_parts(
        &self,
        work: &EntryWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        let mut all = Vec::new();
        self.queue_entries(&mut |entry| {
            all.push(entry.clone());
            Ok(())
        })?;
        work(0, &mut Whole::of(all));
        done(0)
    }

    /// Returns the NIKs, in ascending order, of those entries in the queue that a sieve keeps. Entries may be divided
    /// among several sieves.
    ///
    /// # Errors
    /// Those of the source.
    fn queued_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>, Self::Error> {
        let (mut sieve, mut found) = (new_sieve(), Vec::new());
        self.queue_entries(&mut |entry| {
            if sieve.keeps(entry.row.nik, entry.row.card()) {
                found.push(entry.row.nik);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns the NIKs, in ascending order, of those with a registration that a sieve keeps. They may be divided among
    /// several sieves.
    ///
    /// # Errors
    /// Those of the source.
    fn registered_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>, Self::Error> {
        let (mut sieve, mut found) = (new_sieve(), Vec::new());
        self.dossiers(&mut |dossier| {
            let nik = dossier.nik;
            if dossier.registrations.iter().any(|one| sieve.keeps(nik, one.card())) {
                found.push(nik);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns every decision that was not withdrawn, oldest first.
    ///
    /// # Errors
    /// Those of the source.
    fn decisions(&self) -> Result<Vec<Decision>, Self::Error>;
}

/// Returns the registrations of those dossiers that have no entry in the queue.
pub(super) fn unqueued<S: FactSource + ?Sized>(source: &S) -> Result<Vec<Registration>, S::Error> {
    let mut all = Vec::new();
    source.dossiers(&mut |dossier| {
        if dossier.present_entry().is_none() {
            all.extend(dossier.registrations);
        }
        Ok(())
    })?;
    Ok(all)
}
