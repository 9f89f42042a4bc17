//! Registrations that stand outside the entry of their own NIK: whose they are by a decision, or whose they may be.
//!
//! Those are the held ones, those whose NIK is not in the queue, and those that a person took away from the entry of
//! their NIK. Memory follows them; the queue streams past once, and a second time only where an entry that a person
//! chose has another name now.

use super::decisions::DecisionBook;
use super::dossier::FactSource;
use super::near_match::{Proposal, Search, Seeker};
use super::nik::Nik;
use super::parts::{Both, Entries, make_of_entries, one_after_the_other};
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
    Unqueued,
    /// Its NIK is in the queue, but a person took it away from there.
    Queued,
}

/// Registrations that may seek an entry, list by list, with the origin of each list.
#[derive(Default)]
struct Gathered(Vec<(Origin, Vec<Registration>)>);

impl Gathered {
    /// Goes through them with their origins, always in the same order.
    fn each(&self) -> impl Iterator<Item = (Origin, &Registration)> + Clone {
        self.0
            .iter()
            .flat_map(|(origin, list)| list.iter().map(move |registration| (*origin, registration)))
    }

    /// Those that seek an entry: no person chose one.
    fn seeking<'g>(&'g self, book: &'g DecisionBook) -> impl Iterator<Item = &'g Registration> + Clone {
        let all = self.each().map(|(_, registration)| registration);
        all.filter(|registration| book.chosen_entry(registration).is_none())
    }
}

impl Strays {
    /// Gathers them, and looks for the entries that they may mean. Decisions about entries that have another name now
    /// are left out of the book.
    ///
    /// # Errors
    /// Those of the source.
    pub fn gather<S: FactSource + ?Sized>(source: &S, book: &mut DecisionBook) -> Result<Self, S::Error> {
        let mut gathered = Gathered(vec![(Origin::Held, source.held_registrations()?)]);
        let unqueued = source.unqueued_registrations()?.into_iter();
        gathered.0.extend(unqueued.map(|list| (Origin::Unqueued, list)));
        let moved = moved_niks(book, &gathered);
        gathered.0.push((Origin::Queued, moved_away(source, book, &moved)?));
        let (mut proposals, renamed) = search(source, book, &gathered)?;
        if !renamed.is_empty() {
            for (nik, name) in &renamed {
                book.forget_other_names(*nik, name);
            }
            gathered.0.pop();
            gathered.0.push((Origin::Queued, moved_away(source, book, &moved)?));
            (proposals, _) = search(source, book, &gathered)?;
        }
        Ok(Self::distribute(book, gathered, proposals))
    }

    /// Sorts them by what becomes of them.
    fn distribute(book: &DecisionBook, gathered: Gathered, mut proposals: Proposals) -> Self {
        let mut strays = Self::default();
        let mut places = 0..;
        for (origin, list) in gathered.0 {
            for registration in list {
                if let Some(nik) = book.chosen_entry(&registration) {
                    strays.given.entry(nik).or_default().push(registration);
                    continue;
                }
                let proposal = places.next().and_then(|place| proposals.remove(&place));
                match (origin, proposal) {
                    (Origin::Held, proposal) => strays.held.push((registration, proposal)),
                    (_, Some(proposal)) => strays.keep(book, origin, registration, proposal),
                    (_, None) => {}
                }
            }
        }
        strays
    }

    /// Keeps a registration with a trusted NIK that an entry was found for.
    fn keep(&mut self, book: &DecisionBook, origin: Origin, registration: Registration, proposal: Proposal) {
        let Some(nik) = registration.trusted_nik() else { return };
        if origin == Origin::Unqueued && !book.is_apart(&registration) {
            self.keep_better(nik, registration, proposal);
        } else {
            let key = Apart::of(nik, &registration);
            self.apart.insert(key, (registration, proposal));
        }
    }

    fn keep_better(&mut self, nik: Nik, registration: Registration, proposal: Proposal) {
        let known = self.near.get(&nik).map(|(_, known)| known);
        if known.is_none_or(|known| (proposal.score, known.nik) >= (known.score, proposal.nik)) {
            self.near.insert(nik, (registration, proposal));
        }
    }
}

/// Returns the NIKs in the queue from which a person took a registration away.
fn moved_niks(book: &DecisionBook, gathered: &Gathered) -> Vec<Nik> {
    let moved = book.moved_niks();
    if moved.is_empty() {
        return Vec::new();
    }
    let unqueued = gathered.each().filter(|(origin, _)| *origin == Origin::Unqueued);
    let known: BTreeSet<Nik> = unqueued
        .filter_map(|(_, registration)| registration.trusted_nik())
        .collect();
    moved.difference(&known).copied().collect()
}

/// Returns the registrations that a person took away from the entry of their NIK: given to another, or to nobody.
fn moved_away<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    niks: &[Nik],
) -> Result<Vec<Registration>, S::Error> {
    let mut moved = Vec::new();
    for nik in niks {
        let Some(mut dossier) = source.dossier(*nik)? else {
            continue;
        };
        let chosen = dossier
            .registrations
            .iter()
            .filter(|one| book.chosen_entry(one).is_some());
        moved.extend(chosen.cloned());
        moved.append(&mut take_apart(&mut dossier, book));
    }
    Ok(moved)
}

/// What was found for seeking registrations, by their places among these.
type Proposals = BTreeMap<usize, Proposal>;

/// Lets the queue stream past. Returns what was found, and the chosen entries that have another name than when they were
/// chosen.
fn search<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    gathered: &Gathered,
) -> Result<(Proposals, Named), S::Error> {
    let seeking = gathered.seeking(book);
    let chosen: Vec<Nik> = book.targets().into_iter().collect();
    if seeking.clone().next().is_none() && chosen.is_empty() {
        return Ok((Proposals::new(), Named::new()));
    }
    let (found, mut renamed) = look_through(
        source,
        &seekers(book, seeking, &|one, other| source.do_both(one, other)),
        &chosen,
    )?;
    renamed.retain(|(nik, name)| book.was_chosen_under_another_name(*nik, name));
    Ok((found.finish(), renamed))
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
        while let Some(entry) = entries.next(&mut |nik, card| found.go_to(nik, card) || is_chosen(nik)) {
            found.weigh(&entry);
            if is_chosen(entry.nik) {
                names.push((entry.nik, entry.name.to_owned()));
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
    let search = seekers(book, std::iter::once(registration), &one_after_the_other);
    let (found, _) = look_through(source, &search, &[])?;
    Ok(found.finish().remove(&0))
}

fn seekers<'a>(book: &DecisionBook, registrations: impl Iterator<Item = &'a Registration>, both: &Both<'_>) -> Search {
    let registrations: Vec<&Registration> = registrations.collect();
    let mut search = Search::of_all(&registrations, |one| seeker(one), both);
    if !book.is_empty() {
        for (place, registration) in registrations.iter().enumerate() {
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
