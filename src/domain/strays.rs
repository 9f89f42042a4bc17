//! Registrations that stand outside the entry of their own NIK: whose they are by a decision, or whose they may be.
//!
//! Those are the held ones, those whose NIK is not in the queue, and those that a person took away from the entry of
//! their NIK. Memory follows them; the queue streams past once, and a second time only where an entry that a person
//! chose has another name now. Those whose NIK is not in the queue are many, and of most of them no more is kept than the
//! search looks at: only where anything was decided about their NIK they are needed wholly.

use super::decisions::DecisionBook;
use super::dossier::FactSource;
use super::moment::Moment;
use super::near_match::{Proposal, RegisteredSide, Search, Seekers};
use super::nik::Nik;
use super::parts::{Entries, Unqueued, make_of_entries, make_of_unqueued};
use super::reconcile::take_apart;
use super::registration::{Registration, RowKey};
use super::text::Text;
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

/// A registration whose NIK is not in the queue, as far as others are told of it.
#[derive(Clone, Debug)]
pub struct Stray {
    /// What its row is known by.
    pub row_key: RowKey,
    /// The name as written.
    pub name: Text,
    /// When the form was sent.
    pub submitted_at: Moment,
}

impl Stray {
    fn of(registration: &Registration) -> Self {
        Self {
            row_key: registration.row_key,
            name: registration.name.clone(),
            submitted_at: registration.submitted_at,
        }
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
    pub near: BTreeMap<Nik, (Stray, Proposal)>,
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

/// Registrations that may seek an entry.
#[derive(Default)]
struct Gathered {
    /// Those whose NIK is not in the queue, and about whom nothing was decided.
    many: Many,
    /// All others, with their origins, always in the same order.
    few: Vec<(Origin, Registration)>,
}

/// Registrations of which no more is known than the search needs; all of them seek.
#[derive(Default)]
struct Many {
    seekers: Seekers,
    rows: Vec<(Nik, RowKey, Moment)>,
}

impl Many {
    fn append(&mut self, mut later: Self) {
        self.seekers.append(later.seekers);
        self.rows.append(&mut later.rows);
    }
}

impl Gathered {
    fn from<S: FactSource + ?Sized>(source: &S, book: &DecisionBook) -> Result<Self, S::Error> {
        let mut gathered = Self::default();
        gathered.add(Origin::Held, source.held_registrations()?);
        let divide = |registrations: &mut dyn Unqueued| {
            let (mut many, mut concerned) = (Many::default(), Vec::new());
            while let Some(row) = registrations.next() {
                let Some(nik) = row.side.nik.trusted() else { continue };
                if book.concerns(nik) {
                    concerned.push((nik, row.row_key));
                } else {
                    many.seekers.add(row.side);
                    many.rows.push((nik, row.row_key, row.submitted_at));
                }
            }
            (many, concerned)
        };
        let mut concerned = Vec::new();
        make_of_unqueued(source, divide, |(many, mut more)| {
            gathered.many.append(many);
            concerned.append(&mut more);
            Ok(())
        })?;
        let concerned = registrations_of(source, &concerned)?;
        let moved = moved_niks(book, &concerned);
        gathered.add(Origin::Unqueued, concerned);
        gathered.add(Origin::Queued, moved_away(source, book, &moved)?);
        Ok(gathered)
    }

    fn add(&mut self, origin: Origin, registrations: Vec<Registration>) {
        self.few.extend(registrations.into_iter().map(|one| (origin, one)));
    }

    /// Takes those that seek an entry: all of the many, then those of the few for which no person chose one.
    fn seekers(&mut self, book: &DecisionBook) -> Seekers {
        let mut seekers = std::mem::take(&mut self.many.seekers);
        seekers.append(self.seeking(book).map(RegisteredSide::of).collect());
        seekers
    }

    fn seeking(&self, book: &DecisionBook) -> impl Iterator<Item = &Registration> {
        let few = self.few.iter().map(|(_, registration)| registration);
        few.filter(|registration| book.chosen_entry(registration).is_none())
    }
}

impl Strays {
    /// Gathers them, and looks for the entries that they may mean. Decisions about entries that have another name now
    /// are left out of the book.
    ///
    /// # Errors
    /// Those of the source.
    pub fn gather<S: FactSource + ?Sized>(source: &S, book: &mut DecisionBook) -> Result<Self, S::Error> {
        let mut gathered = Gathered::from(source, book)?;
        let (mut found, renamed) = search(source, book, &mut gathered)?;
        if !renamed.is_empty() {
            for (nik, name) in &renamed {
                book.forget_other_names(*nik, name);
            }
            gathered = Gathered::from(source, book)?;
            (found, _) = search(source, book, &mut gathered)?;
        }
        Ok(Self::distribute(book, gathered, found))
    }

    /// Sorts them by what becomes of them.
    fn distribute(book: &DecisionBook, gathered: Gathered, mut found: Found) -> Self {
        let mut strays = Self::default();
        let rows = gathered.many.rows;
        let of_few = found.split_off(&rows.len());
        for (place, (name, proposal)) in found {
            let (nik, row_key, submitted_at) = rows[place];
            let stray = Stray {
                row_key,
                name,
                submitted_at,
            };
            strays.keep_better(nik, stray, proposal);
        }
        let (mut found, mut places) = (of_few, rows.len()..);
        for (origin, registration) in gathered.few {
            if let Some(nik) = book.chosen_entry(&registration) {
                strays.given.entry(nik).or_default().push(registration);
                continue;
            }
            let proposal = places.next().and_then(|place| found.remove(&place));
            match (origin, proposal.map(|(_, proposal)| proposal)) {
                (Origin::Held, proposal) => strays.held.push((registration, proposal)),
                (_, Some(proposal)) => strays.keep(book, origin, registration, proposal),
                (_, None) => {}
            }
        }
        strays
    }

    /// Keeps a registration with a trusted NIK that an entry was found for.
    fn keep(&mut self, book: &DecisionBook, origin: Origin, registration: Registration, proposal: Proposal) {
        let Some(nik) = registration.trusted_nik() else { return };
        if origin == Origin::Unqueued && !book.is_apart(&registration) {
            self.keep_better(nik, Stray::of(&registration), proposal);
        } else {
            let key = Apart::of(nik, &registration);
            self.apart.insert(key, (registration, proposal));
        }
    }

    fn keep_better(&mut self, nik: Nik, stray: Stray, proposal: Proposal) {
        let known = self.near.get(&nik).map(|(_, known)| known);
        if known.is_none_or(|known| (proposal.score, known.nik) >= (known.score, proposal.nik)) {
            self.near.insert(nik, (stray, proposal));
        }
    }
}

/// Returns these rows, which stand in the order of their NIKs, with everything that is known.
fn registrations_of<S: FactSource + ?Sized>(source: &S, rows: &[(Nik, RowKey)]) -> Result<Vec<Registration>, S::Error> {
    let mut niks: Vec<Nik> = rows.iter().map(|(nik, _)| *nik).collect();
    niks.dedup();
    let keys: BTreeSet<RowKey> = rows.iter().map(|(_, row_key)| *row_key).collect();
    let mut found = Vec::new();
    source.dossiers_of(&niks, &mut |dossier| {
        let registrations = dossier.registrations.into_iter();
        found.extend(registrations.filter(|one| keys.contains(&one.row_key)));
        Ok(())
    })?;
    Ok(found)
}

/// Returns the NIKs in the queue from which a person took a registration away; `concerned` are those registrations whose
/// NIK is not in the queue, of NIKs about which anything was decided.
fn moved_niks(book: &DecisionBook, concerned: &[Registration]) -> Vec<Nik> {
    let unqueued: BTreeSet<Nik> = concerned.iter().filter_map(Registration::trusted_nik).collect();
    book.moved_niks().difference(&unqueued).copied().collect()
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

/// What was found for seekers, by their places, with their names.
type Found = BTreeMap<usize, (Text, Proposal)>;

/// Lets the queue stream past. Returns what was found, and the chosen entries that have another name than when they were
/// chosen.
fn search<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    gathered: &mut Gathered,
) -> Result<(Found, Named), S::Error> {
    let seekers = gathered.seekers(book);
    let chosen: Vec<Nik> = book.targets().into_iter().collect();
    if seekers.is_empty() && chosen.is_empty() {
        return Ok((Found::new(), Named::new()));
    }
    let mut search = Search::of(seekers, &|one, other| source.do_both(one, other));
    // Nothing was decided about any of the many.
    let few = gathered.seeking(book).zip(gathered.many.rows.len()..);
    exclude(book, &mut search, few);
    let (found, mut renamed) = look_through(source, &search, &chosen)?;
    renamed.retain(|(nik, name)| book.was_chosen_under_another_name(*nik, name));
    let proposals = found.finish().into_iter();
    let named = proposals.map(|(place, proposal)| (place, (search.name_of(place), proposal)));
    Ok((named.collect(), renamed))
}

/// Leaves out the entries that seekers, given with their places, were said not to mean.
fn exclude<'r>(book: &DecisionBook, search: &mut Search, seeking: impl Iterator<Item = (&'r Registration, usize)>) {
    if book.is_empty() {
        return;
    }
    for (registration, place) in seeking {
        for (nik, name) in book.not_meant(registration) {
            search.exclude(place, nik, name);
        }
    }
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
    let mut search = Search::new([RegisteredSide::of(registration)]);
    exclude(book, &mut search, [(registration, 0)].into_iter());
    let (found, _) = look_through(source, &search, &[])?;
    Ok(found.finish().remove(&0))
}
