//! Finding a person by something else than the NIK: name, phone, request number.
//!
//! No index stands behind these: one over a million names or phones costs each night's import more than all the
//! questions of a day, and a part of a name would not use it. A pass over narrow columns answers while a clerk waits.

use super::blocks::{
    Blocks, Both, Cell, Cursor, Kind, Marks, NIK, NikRange, Piece, Stored, Tier, number_at, numbers_of, phone_cell,
    pieces_on_two_cores, request_cell, rows_of, search as search_names,
};
use super::cells::Cells;
use super::fault::{Outcome, unreadable};
use super::open::passing;
use super::step::Step;
use super::{entry_cells, registration_cells};
use crate::domain::dossier::{NewSieve, Sieve};
use crate::domain::name::{Agreement, NameSearch};
use crate::domain::nik::{KkNumber, Nik};
use crate::domain::phone::Phone;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Returns the first so many of everybody whom a search finds, in ascending order.
///
/// Of a name that many have, the first are found in a small part of the store: it is gone through in growing stretches,
/// until there are enough. Where they end changes nothing.
pub(super) fn niks_named(step: &Step<'_>, search: &mut NameSearch<'_>, at_most: usize) -> Outcome<Vec<Nik>> {
    let mut numbers = walk_ins_named(step, search)?;
    let hunt = Hunt::begin(step, search)?;
    for stretch in stretches(step, at_most)? {
        for kind in Kind::ALL {
            for tier in Tier::ALL {
                let rows = hunt.rows_in((kind, tier), stretch)?;
                numbers.append(&mut numbers_in(step, (kind, tier), stretch, &rows)?);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        // Blocks of a later stretch hold none that is smaller than its beginning.
        if numbers.partition_point(|number| *number < stretch.end) >= at_most {
            break;
        }
    }
    numbers.truncate(at_most);
    niks(numbers)
}

/// A search for names: what each word of the store is worth, and which words tell.
///
/// Each word is judged once. Where a name is found, the rarest word that was asked for stands in it: of the names as
/// numbers of words only those are read.
struct Hunt<'h, 'c, 'q> {
    step: &'h Step<'c>,
    judged: Vec<Agreement>,
    marks: Marks,
    numbered: NameSearch<'q>,
    /// Asked by either thread about names that stand whole.
    whole: Mutex<&'h mut NameSearch<'q>>,
}

impl<'h, 'c, 'q> Hunt<'h, 'c, 'q> {
    fn begin(step: &'h Step<'c>, search: &'h mut NameSearch<'q>) -> Outcome<Self> {
        let words = step.words()?;
        let judged = (0..words.len())
            .map(|place| Ok(search.found_once(words.word(place)?)))
            .collect::<Outcome<Vec<Agreement>>>()?;
        Ok(Self {
            step,
            marks: Marks::new(search.telling(&judged)),
            judged,
            numbered: search.fork(),
            whole: Mutex::new(search),
        })
    }

    fn rows_in(&self, (kind, tier): (Kind, Tier), stretch: NikRange) -> Outcome<Rows> {
        let Self {
            step,
            judged,
            marks,
            numbered,
            whole,
        } = self;
        let is_found = |name: Result<Agreement, &str>| match name {
            Ok(agreement) => numbered.is_enough(agreement),
            Err(name) => whole.lock().unwrap_or_else(PoisonError::into_inner).finds(name),
        };
        rows_in(step, (kind, tier, Piece::Names), stretch, |bytes, take| {
            search_names(bytes, marks, judged, |row, name| {
                if is_found(name) {
                    take(row);
                }
            })
        })
    }
}

/// Behind how many of `STRETCHES` equal parts of all blocks the first stretches end.
const STRETCH_ENDS: [u64; 2] = [1, 5];
const STRETCHES: u64 = 32;

/// Divides everybody where only the first are wanted.
fn stretches(step: &Step<'_>, at_most: usize) -> Outcome<Vec<NikRange>> {
    let (blocks, mut stretches, mut from) = (Blocks::of(step.connection), Vec::new(), 0);
    if at_most < usize::MAX {
        let rows = |kind| blocks.row_count(kind, Tier::Base);
        let kind = match rows(Kind::Entry)? {
            0 => Kind::Registration,
            _ => Kind::Entry,
        };
        let count = rows(kind)? / step.sizes.block_rows as u64;
        // A few blocks are one stretch.
        for number in STRETCH_ENDS.map(|end| count * end / STRETCHES) {
            if number > 0
                && let Some(end) = blocks.first_of(kind, Tier::Base, number)?
            {
                stretches.push(NikRange { from, end });
                from = end;
            }
        }
    }
    stretches.push(NikRange { from, ..NikRange::ALL });
    Ok(stretches)
}

/// Returns who was printed at the counter and has a name that a search finds.
fn walk_ins_named(step: &Step<'_>, search: &mut NameSearch<'_>) -> Outcome<Vec<u64>> {
    let mut statement = step
        .connection
        .prepare("SELECT nik, name FROM walk_in WHERE name IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let (nik, name) = (cells.nik()?, cells.str()?);
        if search.finds(name) {
            found.push(nik.as_u64());
        }
    }
    Ok(found)
}

pub(super) fn nik_of(number: u64) -> Outcome<Nik> {
    Nik::from_u64(number).ok_or_else(|| unreadable("NIK"))
}

/// Returns, in ascending order, the NIKs of those entries in the queue that a sieve keeps.
pub(super) fn queued_among(step: &Step<'_>, new_sieve: &NewSieve<'_>) -> Outcome<Vec<Nik>> {
    let sieve = |_, bytes: &[u8], found: &mut Vec<u64>| {
        let [niks, cards] = numbers_of(bytes, [NIK, entry_cells::KK])?;
        let is_present = |row: usize| Ok(number_at(bytes, entry_cells::LEFT, row)?.is_none());
        sift(&niks, &cards, is_present, &mut *new_sieve(), found)
    };
    let mut found = search_in(step, (Kind::Entry, Tier::Base, Piece::People), NikRange::ALL, sieve)?;
    found.sort_unstable();
    drop_outdated(step, (Kind::Entry, Tier::Base), &mut found)?;
    found.append(&mut search_in(
        step,
        (Kind::Entry, Tier::Recent, Piece::People),
        NikRange::ALL,
        sieve,
    )?);
    niks(found)
}

/// Returns, in ascending order, the NIKs of those registrations that a sieve keeps.
pub(super) fn registered_among(step: &Step<'_>, new_sieve: &NewSieve<'_>) -> Outcome<Vec<Nik>> {
    let sieve = |_, bytes: &[u8], found: &mut Vec<u64>| {
        let [niks, cards] = numbers_of(bytes, [NIK, registration_cells::KK])?;
        sift(&niks, &cards, |_| Ok(true), &mut *new_sieve(), found)
    };
    let mut found = Vec::new();
    for tier in Tier::ALL {
        found.append(&mut search_in(
            step,
            (Kind::Registration, tier, Piece::People),
            NikRange::ALL,
            sieve,
        )?);
    }
    niks(found)
}

/// Adds the NIKs of those whom a sieve keeps.
fn sift(
    niks: &[u64],
    cards: &[u64],
    is_there: impl Fn(usize) -> Outcome<bool>,
    sieve: &mut dyn Sieve,
    found: &mut Vec<u64>,
) -> Outcome<()> {
    // Also of those that are not kept every one must have a NIK.
    niks.iter().try_for_each(|nik| nik_of(*nik).map(drop))?;
    let mut places = Vec::new();
    sieve.sift(niks, cards, &mut places);
    for place in places {
        if sieve.keeps(nik_of(niks[place])?, KkNumber::well_formed(cards[place])) && is_there(place)? {
            found.push(niks[place]);
        }
    }
    Ok(())
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
        let rows = rows_in(step, (kind, tier, Piece::Numbers), NikRange::ALL, find)?;
        found.append(&mut numbers_in(step, (kind, tier), NikRange::ALL, &rows)?);
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
    stretch: NikRange,
    find: impl Fn(&[u8], &mut dyn FnMut(usize)) -> Outcome<()> + Sync,
) -> Outcome<Rows> {
    let search = |first: u64, bytes: &[u8], found: &mut Rows| find(bytes, &mut |row| found.push((first, row as u32)));
    let mut found = search_in(step, place, stretch, search)?;
    found.sort_unstable();
    Ok(found)
}

/// Where rows were found in more blocks than this, every block is passed over.
const FEW_BLOCKS: usize = 256;

/// Returns the NIKs of rows that were found, in ascending order, without those in whose place a recent entry stands.
fn numbers_in(step: &Step<'_>, (kind, tier): (Kind, Tier), stretch: NikRange, found: &Rows) -> Outcome<Vec<u64>> {
    let blocks = Blocks::of(step.connection);
    let of_blocks = found.chunk_by(|one, other| one.0 == other.0);
    let mut numbers = Vec::with_capacity(found.len());
    if of_blocks.clone().count() <= FEW_BLOCKS {
        for of_block in of_blocks {
            let block = blocks.load(kind, tier, of_block[0].0, &[Piece::People])?;
            numbers.extend(of_block.iter().map(|(_, row)| block.nik(*row as usize)));
        }
    } else {
        numbers = search_in(
            step,
            (kind, tier, Piece::People),
            stretch,
            |first, bytes, numbers: &mut Vec<u64>| {
                let start = found.partition_point(|(of, _)| *of < first);
                let mut wanted = found[start..]
                    .iter()
                    .take_while(|(of, _)| *of == first)
                    .map(|(_, row)| *row)
                    .peekable();
                if wanted.peek().is_none() {
                    return Ok(());
                }
                let [niks] = numbers_of(bytes, [NIK])?;
                numbers.extend(
                    niks.into_iter()
                        .zip(0..)
                        .filter_map(|(nik, row)| wanted.next_if_eq(&row).map(|_| nik)),
                );
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
    stretch: NikRange,
    search: impl Fn(u64, &[u8], &mut Vec<T>) -> Outcome<()> + Sync,
) -> Outcome<Vec<T>> {
    let blocks = Blocks::of(step.connection);
    let (kind, tier, piece) = place;
    if blocks.row_count(kind, tier)? >= step.sizes.two_cores_from {
        return passing(step.connection, || pieces_on_two_cores(blocks, place, stretch, search));
    }
    let mut found = Vec::new();
    blocks.scan((kind, tier, piece), stretch, &mut |first, bytes| {
        search(first, bytes, &mut found)
    })?;
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
