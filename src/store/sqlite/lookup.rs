//! Finding a person by something else than the NIK: name, phone, request number.
//!
//! No index stands behind these: one over a million names or phones costs each night's import more than all the
//! questions of a day, and a part of a name would not use it. A pass over narrow columns answers while a clerk waits.

use super::blocks::{
    Block, Blocks, Both, Cell, Cursor, Kind, Marks, NIK, Piece, Stored, Tier, numbers_of, phone_cell,
    pieces_on_two_cores, request_cell, rows_of, search as search_names,
};
use super::cells::Cells;
use super::fault::{Outcome, unreadable};
use super::open::passing;
use super::step::Step;
use super::{entry_cells, registration_cells};
use crate::domain::dossier::{KeptBy, NewSieve};
use crate::domain::name::{Agreement, NameSearch};
use crate::domain::nik::Nik;
use crate::domain::phone::Phone;
use crate::store::error::StoreError;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

/// Visits the NIK and name of everybody whom a search finds, several times where several facts name them, until it is
/// told to stop.
pub(super) fn named(
    step: &Step<'_>,
    search: &mut NameSearch<'_>,
    visit: &mut dyn FnMut(Nik, &str) -> ControlFlow<()>,
) -> Outcome<()> {
    for (kind, found) in found_by_name(step, search)? {
        if visit_names(step, kind, found, visit)?.is_break() {
            return Ok(());
        }
    }
    visit_walk_ins(step, search, visit)
}

/// Returns everybody whom a search finds, in ascending order.
pub(super) fn niks_named(step: &Step<'_>, search: &mut NameSearch<'_>) -> Outcome<Vec<Nik>> {
    let mut numbers = Vec::new();
    for (kind, found) in found_by_name(step, search)? {
        for (tier, rows) in Tier::ALL.into_iter().zip(found) {
            numbers.append(&mut numbers_in(step, (kind, tier), &rows)?);
        }
    }
    visit_walk_ins(step, search, &mut |nik, _| {
        numbers.push(nik.as_u64());
        ControlFlow::Continue(())
    })?;
    niks(numbers)
}

/// Finds rows of each kind and tier by their names.
///
/// Each word of the store is judged once. Where a name is found, the rarest word that was asked for stands in it: of the
/// names as numbers of words only those are read.
fn found_by_name(step: &Step<'_>, search: &mut NameSearch<'_>) -> Outcome<[(Kind, [Rows; 2]); 2]> {
    let words = step.words()?;
    let judged = (0..words.len())
        .map(|place| Ok(search.found_once(words.word(place)?)))
        .collect::<Outcome<Vec<Agreement>>>()?;
    let marks = Marks::new(search.telling(&judged));
    let (numbered, whole) = (search.fork(), Mutex::new(search));
    let is_found = |name: Result<Agreement, &str>| match name {
        Ok(agreement) => numbered.is_enough(agreement),
        Err(name) => whole.lock().unwrap_or_else(PoisonError::into_inner).finds(name),
    };
    let found_in = |kind, tier| {
        rows_in(step, (kind, tier, Piece::Names), |bytes, take| {
            search_names(bytes, &marks, &judged, |row, name| {
                if is_found(name) {
                    take(row);
                }
            })
        })
    };
    let of_kind = |kind| Ok::<_, StoreError>((kind, [found_in(kind, Tier::Base)?, found_in(kind, Tier::Recent)?]));
    Ok([of_kind(Kind::Entry)?, of_kind(Kind::Registration)?])
}

/// Visits rows of both tiers in the order of their NIKs, and reads no more of them than are visited. Where there are two
/// tiers, the names of one NIK come in their own order: what is shown must not depend on where they lie.
fn visit_names(
    step: &Step<'_>,
    kind: Kind,
    found: [Rows; 2],
    visit: &mut dyn FnMut(Nik, &str) -> ControlFlow<()>,
) -> Outcome<ControlFlow<()>> {
    let is_mixed = Blocks::of(step.connection).row_count(kind, Tier::Recent)? > 0;
    let [base, recent] = found;
    let mut tiers = [
        Hits::open(step, kind, Tier::Base, base)?,
        Hits::open(step, kind, Tier::Recent, recent)?,
    ];
    let mut names: Vec<Box<str>> = Vec::new();
    while let Some(nik) = tiers.iter().filter_map(Hits::nik).min() {
        names.clear();
        for tier in &mut tiers {
            while tier.nik() == Some(nik) {
                names.push(tier.name.as_str().into());
                tier.advance()?;
            }
        }
        if is_mixed {
            names.sort();
        }
        let nik = nik_of(nik)?;
        if names.iter().any(|name| visit(nik, name).is_break()) {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Rows of one tier that were found, read one after the other.
struct Hits<'s, 'c> {
    step: &'s Step<'c>,
    kind: Kind,
    tier: Tier,
    rows: std::vec::IntoIter<(u64, u32)>,
    block: Option<(u64, Block)>,
    outdated: Outdated<'s>,
    /// What stands next.
    nik: Option<u64>,
    name: String,
}

impl<'s, 'c> Hits<'s, 'c> {
    fn open(step: &'s Step<'c>, kind: Kind, tier: Tier, rows: Rows) -> Outcome<Self> {
        let mut hits = Self {
            step,
            kind,
            tier,
            rows: rows.into_iter(),
            block: None,
            outdated: Outdated::new(Blocks::of(step.connection), kind, tier),
            nik: None,
            name: String::new(),
        };
        hits.advance()?;
        Ok(hits)
    }

    fn nik(&self) -> Option<u64> {
        self.nik
    }

    fn advance(&mut self) -> Outcome<()> {
        self.nik = None;
        for (first, row) in self.rows.by_ref() {
            let block = match self.block.take().filter(|(of, _)| *of == first) {
                Some((_, block)) => block,
                None => {
                    let pieces = [Piece::People, Piece::Names];
                    Blocks::of(self.step.connection).load(self.kind, self.tier, first, &pieces)?
                }
            };
            let nik = block.nik(row as usize);
            let (_, block) = self.block.insert((first, block));
            if !self.outdated.is_outdated(nik)? {
                self.step.words()?.write(block.name(row as usize)?, &mut self.name)?;
                self.nik = Some(nik);
                return Ok(());
            }
        }
        Ok(())
    }
}

fn visit_walk_ins(
    step: &Step<'_>,
    search: &mut NameSearch<'_>,
    visit: &mut dyn FnMut(Nik, &str) -> ControlFlow<()>,
) -> Outcome<()> {
    let sql = "SELECT nik, name FROM walk_in WHERE name IS NOT NULL ORDER BY nik, printed_at";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let (nik, name) = (cells.nik()?, cells.str()?);
        if search.finds(name) && visit(nik, name).is_break() {
            break;
        }
    }
    Ok(())
}

pub(super) fn nik_of(number: u64) -> Outcome<Nik> {
    Nik::from_u64(number).ok_or_else(|| unreadable("NIK"))
}

/// A family card of 16 digits lies as a number; what is no such number cannot be compared by its digits.
const SOUND_CARDS: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=9_999_999_999_999_999;

/// Returns, in ascending order, the NIKs of those entries in the queue that a sieve keeps.
pub(super) fn queued_among(step: &Step<'_>, new_sieve: &NewSieve<'_>) -> Outcome<Vec<Nik>> {
    let columns = [NIK, entry_cells::KK, entry_cells::LEFT];
    let sieve = |_, bytes: &[u8], found: &mut Vec<u64>| {
        let mut keeps = new_sieve();
        numbers_of(bytes, columns, |[nik, card, left]| match left {
            Some(_) => Ok(()),
            None => sift(nik, card, &mut keeps, found),
        })
    };
    let mut found = search_in(step, (Kind::Entry, Tier::Base, Piece::People), sieve)?;
    found.sort_unstable();
    drop_outdated(step, (Kind::Entry, Tier::Base), &mut found)?;
    found.append(&mut search_in(step, (Kind::Entry, Tier::Recent, Piece::People), sieve)?);
    niks(found)
}

/// Returns, in ascending order, the NIKs of those registrations that a sieve keeps.
pub(super) fn registered_among(step: &Step<'_>, new_sieve: &NewSieve<'_>) -> Outcome<Vec<Nik>> {
    let columns = [NIK, registration_cells::KK];
    let sieve = |_, bytes: &[u8], found: &mut Vec<u64>| {
        let mut keeps = new_sieve();
        numbers_of(bytes, columns, |[nik, card]| sift(nik, card, &mut keeps, found))
    };
    let mut found = Vec::new();
    for tier in Tier::ALL {
        found.append(&mut search_in(step, (Kind::Registration, tier, Piece::People), sieve)?);
    }
    niks(found)
}

#[inline]
fn sift(nik: Option<u64>, card: Option<u64>, keeps: &mut KeptBy<'_>, found: &mut Vec<u64>) -> Outcome<()> {
    let number = nik.ok_or_else(|| unreadable("NIK"))?;
    if keeps(nik_of(number)?, sound(card)) {
        found.push(number);
    }
    Ok(())
}

#[inline]
pub(super) fn sound(card: Option<u64>) -> Option<u64> {
    card.filter(|card| SOUND_CARDS.contains(card))
}

/// Returns whose registration or entry has this phone number.
pub(super) fn with_phone(step: &Step<'_>, phone: &Phone) -> Outcome<Vec<Nik>> {
    let cell = phone_cell(Some(phone.as_str()));
    let mut found = with_number(step, Kind::Entry, entry_cells::PHONE, cell)?;
    found.extend(with_number(step, Kind::Registration, registration_cells::PHONE, cell)?);
    niks(found)
}

/// Returns whose entry has this request number.
pub(super) fn with_request(step: &Step<'_>, request_no: &str) -> Outcome<Vec<Nik>> {
    let cell = request_cell(Some(request_no));
    niks(with_number(step, Kind::Entry, entry_cells::REQUEST, cell)?)
}

fn with_number(step: &Step<'_>, kind: Kind, column: usize, cell: Cell<'_>) -> Outcome<Vec<u64>> {
    let mut found = Vec::new();
    let find = |bytes: &[u8], take: &mut dyn FnMut(usize)| rows_of(bytes, column, cell, take);
    for tier in Tier::ALL {
        let rows = rows_in(step, (kind, tier, Piece::Numbers), find)?;
        found.append(&mut numbers_in(step, (kind, tier), &rows)?);
    }
    Ok(found)
}

fn niks(mut numbers: Vec<u64>) -> Outcome<Vec<Nik>> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(nik_of).collect()
}

/// Rows that were found: the first NIK of the block, and the place there.
type Rows = Vec<(u64, u32)>;

/// Looks through one piece of every block of a tier, and returns the rows that are found in their order.
fn rows_in(
    step: &Step<'_>,
    place: (Kind, Tier, Piece),
    find: impl Fn(&[u8], &mut dyn FnMut(usize)) -> Outcome<()> + Sync,
) -> Outcome<Rows> {
    let search = |first: u64, bytes: &[u8], found: &mut Rows| find(bytes, &mut |row| found.push((first, row as u32)));
    let mut found = search_in(step, place, search)?;
    found.sort_unstable();
    Ok(found)
}

/// Where rows were found in more than one block out of so many, every block is passed over.
const FEW_BLOCKS: u64 = 4;

/// Returns the NIKs of rows that were found, in ascending order, without those in whose place a recent entry stands.
fn numbers_in(step: &Step<'_>, (kind, tier): (Kind, Tier), found: &Rows) -> Outcome<Vec<u64>> {
    let blocks = Blocks::of(step.connection);
    let of_blocks = found.chunk_by(|one, other| one.0 == other.0);
    let all_blocks = blocks.row_count(kind, tier)? / step.sizes.block_rows as u64;
    let mut numbers = Vec::with_capacity(found.len());
    if of_blocks.clone().count() as u64 * FEW_BLOCKS <= all_blocks {
        for of_block in of_blocks {
            let block = blocks.load(kind, tier, of_block[0].0, &[Piece::People])?;
            numbers.extend(of_block.iter().map(|(_, row)| block.nik(*row as usize)));
        }
    } else {
        numbers = search_in(
            step,
            (kind, tier, Piece::People),
            |first, bytes, numbers: &mut Vec<u64>| {
                let start = found.partition_point(|(of, _)| *of < first);
                let mut wanted = found[start..]
                    .iter()
                    .take_while(|(of, _)| *of == first)
                    .map(|(_, row)| *row)
                    .peekable();
                let mut row = 0;
                if wanted.peek().is_none() {
                    return Ok(());
                }
                numbers_of(bytes, [NIK], |[nik]| {
                    if wanted.next_if_eq(&row).is_some() {
                        numbers.push(nik.ok_or_else(|| unreadable("NIK"))?);
                    }
                    row += 1;
                    Ok(())
                })?;
                // A row that does not stand there was found in another block's bytes.
                wanted.next().map_or(Ok(()), |_| Err(unreadable("block")))
            },
        )?;
        numbers.sort_unstable();
    }
    drop_outdated(step, (kind, tier), &mut numbers)?;
    Ok(numbers)
}

/// Leaves out of NIKs in ascending order those in whose place a recent entry stands.
fn drop_outdated(step: &Step<'_>, (kind, tier): (Kind, Tier), numbers: &mut Vec<u64>) -> Outcome<()> {
    let mut outdated = Outdated::new(Blocks::of(step.connection), kind, tier);
    let mut kept = Vec::with_capacity(numbers.len());
    for nik in numbers.drain(..) {
        if !outdated.is_outdated(nik)? {
            kept.push(nik);
        }
    }
    *numbers = kept;
    Ok(())
}

/// Tells of NIKs in ascending order whether a recent entry stands in the place of this one.
struct Outdated<'c> {
    blocks: Blocks<'c>,
    may_be: bool,
    recent: Option<Cursor<Stored<'c>>>,
}

impl<'c> Outdated<'c> {
    fn new(blocks: Blocks<'c>, kind: Kind, tier: Tier) -> Self {
        Self {
            blocks,
            may_be: (kind, tier) == (Kind::Entry, Tier::Base),
            recent: None,
        }
    }

    fn is_outdated(&mut self, nik: u64) -> Outcome<bool> {
        if !self.may_be {
            return Ok(false);
        }
        let recent = match &mut self.recent {
            Some(recent) => recent,
            None => {
                let cursor = Cursor::open(self.blocks, Kind::Entry, Tier::Recent, &[Piece::People], nik)?;
                self.recent.insert(cursor)
            }
        };
        recent.seek(nik)?;
        Ok(recent.nik() == Some(nik))
    }
}

/// Looks through one piece of every block of a tier, on two cores where that is worth it; what is found stands in no order.
fn search_in<T: Send>(
    step: &Step<'_>,
    place: (Kind, Tier, Piece),
    search: impl Fn(u64, &[u8], &mut Vec<T>) -> Outcome<()> + Sync,
) -> Outcome<Vec<T>> {
    let blocks = Blocks::of(step.connection);
    let (kind, tier, piece) = place;
    if blocks.row_count(kind, tier)? >= step.sizes.two_cores_from {
        return passing(step.connection, || pieces_on_two_cores(blocks, place, search));
    }
    let mut found = Vec::new();
    blocks.scan(kind, tier, piece, &mut |first, bytes| search(first, bytes, &mut found))?;
    Ok(found)
}

/// Returns those that were registered or ever queued.
pub(super) fn known_among(step: &Step<'_>, niks: &[Nik]) -> Outcome<Vec<Nik>> {
    let mut sought = niks.to_vec();
    sought.sort_unstable();
    let mut known = HashSet::new();
    for kind in Kind::ALL {
        let Some(first) = sought.first() else { break };
        let mut rows = Both::open(Blocks::of(step.connection), kind, &[Piece::People], first.as_u64())?;
        for nik in &sought {
            rows.seek(nik.as_u64())?;
            if rows.nik() == Some(nik.as_u64()) {
                known.insert(*nik);
            }
        }
    }
    Ok(niks.iter().copied().filter(|nik| known.contains(nik)).collect())
}
