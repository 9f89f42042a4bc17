//! Registrations that stand outside the entry of their own NIK: whose they are by a decision, or whose they may be.
//!
//! Those are the held ones, those whose NIK is not in the queue, and those that a person took away from the entry of
//! their NIK. Memory follows them; the queue streams past once, and a second time only where an entry that a person
//! chose has another name now.

use super::decisions::DecisionBook;
use super::dossier::FactSource;
use super::near_match::{Proposal, QueueSide, Search, Seeker};
use super::nik::Nik;
use super::parts::{Entries, make_of_entries};
use super::queue::QueueEntry;
use super::reconcile::take_apart;
use super::registration::Registration;
use std::collections::{BTreeMap, BTreeSet};

/// Registrations of one name that were decided not to mean the entry of their NIK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Apart {
    nik: Nik,
    name: String,
}

impl Apart {
    /// Makes the key of a registration.
    pub fn of(nik: Nik, registration: &Registration) -> Self {
        let name = registration.name.to_uppercase();
        Self { nik, name }
    }
}

/// Registrations that have no entry of their own NIK, and what was found for them.
#[derive(Debug, Default)]
pub struct Strays {
    /// Given to an entry of another NIK by a person's decision.
    pub given: BTreeMap<Nik, Vec<Registration>>,
    /// Held, with the entry that each resembles.
    pub held: Vec<(Registration, Option<Proposal>)>,
    /// The best proposal for each trusted NIK that is not in the queue, and for which of its registrations it is.
    pub near: BTreeMap<Nik, (Registration, Proposal)>,
    /// Proposals for registrations that do not mean the entry of their NIK.
    pub apart: BTreeMap<Apart, (Registration, Proposal)>,
}

/// Where a registration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Held,
    /// Its NIK is not in the queue.
    Unqueued(Nik),
    /// Its NIK is in the queue, but a person took it away from there.
    Queued(Nik),
}

struct Stray {
    registration: Registration,
    origin: Origin,
    proposal: Option<Proposal>,
}

impl Stray {
    fn new(registration: Registration, origin: Origin) -> Self {
        Self {
            registration,
            origin,
            proposal: None,
        }
    }
}

impl Strays {
    /// Gathers them, and looks for the entries that they may mean. Decisions about entries that have another name now
    /// are left out of the book.
    ///
    /// # Errors
    /// Those of the source.
    pub fn gather<S: FactSource + ?Sized>(source: &S, book: &mut DecisionBook) -> Result<Self, S::Error> {
        let held = source.held_registrations()?;
        let held = held
            .into_iter()
            .map(|registration| Stray::new(registration, Origin::Held));
        let unqueued = source.unqueued_registrations()?;
        let mut strays: Vec<Stray> = held.collect();
        let first_unqueued = strays.len();
        strays.extend(unqueued.into_iter().filter_map(|registration| {
            let nik = registration.trusted_nik()?;
            Some(Stray::new(registration, Origin::Unqueued(nik)))
        }));
        let first_moved = strays.len();
        let moved = book.moved_niks();
        let known: BTreeSet<Nik> = match moved.is_empty() {
            true => BTreeSet::new(),
            false => strays[first_unqueued..]
                .iter()
                .filter_map(|stray| stray.registration.trusted_nik())
                .collect(),
        };
        let moved: Vec<Nik> = moved.difference(&known).copied().collect();
        strays.extend(moved_away(source, book, &moved)?);
        let renamed = search(source, book, &mut strays)?;
        if !renamed.is_empty() {
            for (nik, name) in &renamed {
                book.forget_other_names(*nik, name);
            }
            strays.truncate(first_moved);
            strays.extend(moved_away(source, book, &moved)?);
            search(source, book, &mut strays)?;
        }
        Ok(Self::distribute(book, strays))
    }

    fn distribute(book: &DecisionBook, all: Vec<Stray>) -> Self {
        let mut strays = Self::default();
        for stray in all {
            let Stray {
                registration,
                origin,
                proposal,
            } = stray;
            if let Some(nik) = book.chosen_entry(&registration) {
                strays.given.entry(nik).or_default().push(registration);
                continue;
            }
            match (origin, proposal) {
                (Origin::Held, proposal) => strays.held.push((registration, proposal)),
                (Origin::Unqueued(nik), Some(proposal)) if !book.is_apart(&registration) => {
                    strays.keep_better(nik, registration, proposal);
                }
                (Origin::Unqueued(nik) | Origin::Queued(nik), Some(proposal)) => {
                    strays
                        .apart
                        .insert(Apart::of(nik, &registration), (registration, proposal));
                }
                (_, None) => {}
            }
        }
        strays
    }

    fn keep_better(&mut self, nik: Nik, registration: Registration, proposal: Proposal) {
        let known = self.near.get(&nik).map(|(_, known)| known);
        if known.is_none_or(|known| (proposal.score, known.nik) >= (known.score, proposal.nik)) {
            self.near.insert(nik, (registration, proposal));
        }
    }
}

/// Returns the registrations that a person took away from the entry of their NIK: given to another, or to nobody.
fn moved_away<S: FactSource + ?Sized>(source: &S, book: &DecisionBook, niks: &[Nik]) -> Result<Vec<Stray>, S::Error> {
    let mut moved = Vec::new();
    for nik in niks {
        let Some(mut dossier) = source.dossier(*nik)? else {
            continue;
        };
        let chosen = dossier
            .registrations
            .iter()
            .filter(|one| book.chosen_entry(one).is_some());
        let mut away: Vec<Registration> = chosen.cloned().collect();
        away.extend(take_apart(&mut dossier, book));
        moved.extend(
            away.into_iter()
                .map(|registration| Stray::new(registration, Origin::Queued(*nik))),
        );
    }
    Ok(moved)
}

/// Lets the queue stream past, and returns the chosen entries that have another name than when they were chosen.
fn search<S: FactSource + ?Sized>(source: &S, book: &DecisionBook, strays: &mut [Stray]) -> Result<Named, S::Error> {
    let seeking: Vec<usize> = (0..strays.len())
        .filter(|at| book.chosen_entry(&strays[*at].registration).is_none())
        .collect();
    let chosen: Vec<Nik> = book.targets().into_iter().collect();
    if seeking.is_empty() && chosen.is_empty() {
        return Ok(Vec::new());
    }
    let registrations = seeking.iter().map(|at| &strays[*at].registration);
    let (found, mut renamed) = look_through(source, &seekers(book, registrations), &chosen)?;
    renamed.retain(|(nik, name)| book.was_chosen_under_another_name(*nik, name));
    for (at, proposal) in seeking.into_iter().zip(found.finish()) {
        strays[at].proposal = proposal;
    }
    Ok(renamed)
}

/// Entries, and the names that they have now.
type Named = Vec<(Nik, String)>;

/// Shows the queue to a search; returns what it found, and the names of the entries that were chosen, by NIK.
fn look_through<S: FactSource + ?Sized>(
    source: &S,
    search: &Search,
    chosen: &[Nik],
) -> Result<(Search, Named), S::Error> {
    let is_chosen = |nik: Nik| chosen.binary_search(&nik).is_ok();
    let look = |entries: &mut dyn Entries| {
        let (mut found, mut names) = (search.fork(), Vec::new());
        while let Some(entry) = entries.next(&mut |nik, card| is_chosen(nik) || search.concerns(nik, card)) {
            found.offer(&queue_side(entry));
            if is_chosen(entry.row.nik) {
                names.push((entry.row.nik, String::from(&entry.row.name)));
            }
        }
        (found, names)
    };
    let (mut found, mut names) = (search.fork(), Vec::new());
    make_of_entries(source, look, |(of_part, mut more)| {
        found.merge(of_part);
        names.append(&mut more);
        Ok(())
    })?;
    Ok((found, names))
}

/// Returns the entry that one registration probably means, those left out that a person said it does not.
///
/// # Errors
/// Those of the source.
pub fn propose<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    registration: &Registration,
) -> Result<Option<Proposal>, S::Error> {
    let search = seekers(book, std::iter::once(registration));
    let (found, _) = look_through(source, &search, &[])?;
    Ok(found.finish().pop().flatten())
}

fn seekers<'a>(book: &DecisionBook, registrations: impl Iterator<Item = &'a Registration> + Clone) -> Search {
    let mut search = Search::new(registrations.clone().map(seeker).collect());
    if !book.is_empty() {
        for (place, registration) in registrations.enumerate() {
            for (nik, name) in book.not_meant(registration) {
                search.exclude(place, nik, name);
            }
        }
    }
    search
}

pub(super) fn seeker(registration: &Registration) -> Seeker {
    Seeker {
        nik: registration.nik.clone(),
        name: registration.name.clone(),
        kk: registration.kk.clone(),
        district: registration.district.clone(),
        village: registration.village.clone(),
    }
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
