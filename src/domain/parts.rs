//! Facts seen in parts: each part is a stretch of consecutive NIKs, and several may be seen at a time, each by a thread
//! of its own. What was made of them is taken in the order of the parts.

use super::dossier::{Dossier, FactSource};
use super::moment::Moment;
use super::near_match::{QueueSide, RegisteredSide};
use super::nik::Nik;
use super::queue::QueueEntry;
use super::registration::{Registration, RowKey};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The dossiers of one part, by NIK.
///
/// Of most people an outline is enough. It has everything that [`judge`](super::standing::judge) decides on: all facts,
/// and in them moments, statuses, reasons, birth dates, and what says that somebody died or moved away. Left out may be
/// where and how somebody lives and is reached (family card, places, the phones of registrations, e-mail), request
/// numbers, and the names, where those of the registrations are the entry's but for the case of ASCII letters.
pub trait Dossiers {
    /// Goes on to the next one, and gives its outline at least.
    fn next(&mut self) -> Option<&mut Dossier>;

    /// Gives the same one with everything that is known; it may be emptied.
    fn whole(&mut self) -> Option<&mut Dossier>;
}

/// Goes on to the next dossier, and gives it with everything that is known.
pub fn next_whole(dossiers: &mut dyn Dossiers) -> Option<&mut Dossier> {
    dossiers.next()?;
    dossiers.whole()
}

/// The entries that are in the queue, of one part, by NIK.
pub trait Entries {
    /// Gives the next one that is wanted by its NIK and the number of its family card.
    fn next(&mut self, is_wanted: &mut dyn FnMut(Nik, Option<u64>) -> bool) -> Option<QueueSide<'_>>;
}

/// The registrations with a trusted NIK that no entry in the queue has, of one part, by NIK, moment and row key.
pub trait Unqueued {
    /// Gives the next one.
    fn next(&mut self) -> Option<UnqueuedRow<'_>>;
}

/// A registration whose NIK no entry in the queue has, as far as the search for one goes.
#[derive(Clone, Copy, Debug)]
pub struct UnqueuedRow<'a> {
    /// What the row is known by.
    pub row_key: RowKey,
    /// When the form was sent.
    pub submitted_at: Moment,
    /// What the search sees.
    pub side: RegisteredSide<'a>,
}

impl<'a> UnqueuedRow<'a> {
    /// Takes it of a registration.
    pub fn of(registration: &'a Registration) -> Self {
        Self {
            row_key: registration.row_key,
            submitted_at: registration.submitted_at,
            side: RegisteredSide::of(registration),
        }
    }
}

/// Works on the dossiers of a part, by its number.
pub type DossierWork<'s> = dyn Fn(usize, &mut dyn Dossiers) + Sync + 's;

/// Works on the entries of a part, by its number.
pub type EntryWork<'s> = dyn Fn(usize, &mut dyn Entries) + Sync + 's;

/// Works on the registrations without an entry of a part, by its number.
pub type UnqueuedWork<'s> = dyn Fn(usize, &mut dyn Unqueued) + Sync + 's;

/// Does two things, side by side where there are two cores.
pub type Both<'s> = dyn Fn(&mut (dyn FnMut() + Send), &mut (dyn FnMut() + Send)) + 's;

/// Does two things on one core.
pub fn one_after_the_other(one: &mut (dyn FnMut() + Send), other: &mut (dyn FnMut() + Send)) {
    one();
    other();
}

/// What was made of parts and not taken yet.
struct Slots<T>(Mutex<BTreeMap<usize, T>>);

impl<T> Slots<T> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<usize, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, number: usize, made: T) {
        self.all().insert(number, made);
    }

    fn remove(&self, number: usize) -> Option<T> {
        self.all().remove(&number)
    }
}

/// Makes something of the dossiers of each part, and takes it in the order of the parts.
///
/// # Errors
/// Those of the source and of `take`.
pub fn make_of_dossiers<S: FactSource + ?Sized, T: Send>(
    source: &S,
    make: impl Fn(&mut dyn Dossiers) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let slots = Slots::new();
    let work = |number: usize, dossiers: &mut dyn Dossiers| slots.put(number, make(dossiers));
    let mut done = |number| slots.remove(number).map_or(Ok(()), &mut take);
    source.dossier_parts(&work, &mut done)
}

/// Makes something of the entries of each part, and takes it in the order of the parts.
///
/// # Errors
/// Those of the source and of `take`.
pub fn make_of_entries<S: FactSource + ?Sized, T: Send>(
    source: &S,
    make: impl Fn(&mut dyn Entries) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let slots = Slots::new();
    let work = |number: usize, entries: &mut dyn Entries| slots.put(number, make(entries));
    let mut done = |number| slots.remove(number).map_or(Ok(()), &mut take);
    source.entry_parts(&work, &mut done)
}

/// Makes something of the registrations without an entry of each part, and takes it in the order of the parts.
///
/// # Errors
/// Those of the source and of `take`.
pub fn make_of_unqueued<S: FactSource + ?Sized, T: Send>(
    source: &S,
    make: impl Fn(&mut dyn Unqueued) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let slots = Slots::new();
    let work = |number: usize, registrations: &mut dyn Unqueued| slots.put(number, make(registrations));
    let mut done = |number| slots.remove(number).map_or(Ok(()), &mut take);
    source.unqueued_parts(&work, &mut done)
}

/// All that a source of few people has, as one part.
pub(super) struct Whole<T> {
    all: std::vec::IntoIter<T>,
    present: Option<T>,
}

impl<T> Whole<T> {
    pub(super) fn of(all: Vec<T>) -> Self {
        let all = all.into_iter();
        Self { all, present: None }
    }
}

impl Dossiers for Whole<Dossier> {
    fn next(&mut self) -> Option<&mut Dossier> {
        self.present = self.all.next();
        self.present.as_mut()
    }

    fn whole(&mut self) -> Option<&mut Dossier> {
        self.present.as_mut()
    }
}

impl Entries for Whole<QueueEntry> {
    fn next(&mut self, is_wanted: &mut dyn FnMut(Nik, Option<u64>) -> bool) -> Option<QueueSide<'_>> {
        self.present = self.all.find(|entry| is_wanted(entry.row.nik, entry.row.card()));
        self.present.as_ref().map(QueueSide::of)
    }
}

impl Unqueued for Whole<Registration> {
    fn next(&mut self) -> Option<UnqueuedRow<'_>> {
        self.present = self.all.next();
        self.present.as_ref().map(UnqueuedRow::of)
    }
}
