//! Finding a person by something else than the NIK: name, phone, request number.
//!
//! No index stands behind these: one over a million names or phones costs each night's import more than all the
//! questions of a day, and a part of a name would not use it. A pass over narrow columns answers while a clerk waits.

use super::blocks::{
    Block, Blocks, Both, Cell, Cursor, Kind, NIK, NameCell, Piece, Tier, numbers_of, phone_cell, pieces_on_two_cores,
    request_cell, rows_of, walk,
};
use super::cells::Cells;
use super::fault::{Outcome, unreadable};
use super::step::Step;
use super::{entry_cells, registration_cells};
use crate::domain::dossier::{KeptBy, NewSieve};
use crate::domain::name::{Agreement, NameSearch};
use crate::domain::nik::Nik;
use crate::domain::phone::Phone;
use std::collections::HashSet;

/// Visits the NIK and name of everybody whom a search finds, several times where several facts name them.
///
/// Each word of the store is judged once; then names are walked through as numbers of words.
pub(super) fn named(step: &Step<'_>, search: &mut NameSearch<'_>, visit: &mut dyn FnMut(Nik, &str)) -> Outcome<()> {
    let words = step.words()?;
    let judged = (0..words.len())
        .map(|place| Ok(search.found_in(words.word(place)?)))
        .collect::<Outcome<Vec<Agreement>>>()?;
    let mut name = String::new();
    for kind in [Kind::Entry, Kind::Registration] {
        let is_mixed = Blocks::of(step.connection).row_count(kind, Tier::Recent)? > 0;
        let mut waiting: Vec<(Nik, Box<str>)> = Vec::new();
        for tier in Tier::ALL {
            let rows = named_in(step, (kind, tier), search, &judged)?;
            visit_rows(step, (kind, tier), &rows, &mut |number, block, row| {
                let (nik, cell) = (nik_of(number)?, block.name(row)?);
                words.write(cell, &mut name)?;
                if matches!(cell, NameCell::Whole(_)) && !search.finds(&name) {
                    return Ok(());
                }
                if is_mixed {
                    waiting.push((nik, name.as_str().into()));
                } else {
                    visit(nik, &name);
                }
                Ok(())
            })?;
        }
        // Two tiers were found one after the other; what is shown must not depend on it.
        waiting.sort();
        waiting.iter().for_each(|(nik, name)| visit(*nik, name));
    }
    let sql = "SELECT nik, name FROM walk_in WHERE name IS NOT NULL ORDER BY nik, printed_at";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let (nik, name) = (cells.nik()?, cells.str()?);
        if search.finds(name) {
            visit(nik, name);
        }
    }
    Ok(())
}

/// Finds the rows whose words are enough, and those whose name stands whole: it is looked at when it is read.
fn named_in(
    step: &Step<'_>,
    (kind, tier): (Kind, Tier),
    search: &NameSearch<'_>,
    judged: &[Agreement],
) -> Outcome<Rows> {
    rows_in(step, (kind, tier, Piece::Names), |bytes, take| {
        walk(bytes, judged, |row, worth| {
            if worth.map_or(true, |worth| search.is_enough(worth)) {
                take(row);
            }
        })
    })
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
    if let Some(first) = found.first() {
        // Where a recent entry stands for one of these, that one is asked.
        let blocks = Blocks::of(step.connection);
        let mut recent = Cursor::open(blocks, Kind::Entry, Tier::Recent, &[Piece::People], *first)?;
        let mut kept = Vec::with_capacity(found.len());
        for nik in found {
            recent.seek(nik)?;
            if recent.nik() != Some(nik) {
                kept.push(nik);
            }
        }
        found = kept;
    }
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
        visit_rows(step, (kind, tier), &rows, &mut |nik, _, _| {
            found.push(nik);
            Ok(())
        })?;
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

/// Reads NIKs and names of rows that were found, unless a recent entry stands in their place.
fn visit_rows(
    step: &Step<'_>,
    (kind, tier): (Kind, Tier),
    found: &Rows,
    visit: &mut dyn FnMut(u64, &Block, usize) -> Outcome<()>,
) -> Outcome<()> {
    let blocks = Blocks::of(step.connection);
    for of_block in found.chunk_by(|one, other| one.0 == other.0) {
        let block = blocks.load(kind, tier, of_block[0].0, &[Piece::People, Piece::Names])?;
        for (_, row) in of_block {
            let nik = block.nik(*row as usize);
            if !is_outdated(blocks, kind, tier, nik)? {
                visit(nik, &block, *row as usize)?;
            }
        }
    }
    Ok(())
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
        return pieces_on_two_cores(blocks, place, search);
    }
    let mut found = Vec::new();
    blocks.scan(kind, tier, piece, &mut |first, bytes| search(first, bytes, &mut found))?;
    Ok(found)
}

/// Tells whether a recent entry stands in the place of this one.
fn is_outdated(blocks: Blocks<'_>, kind: Kind, tier: Tier, nik: u64) -> Outcome<bool> {
    if (kind, tier) != (Kind::Entry, Tier::Base) {
        return Ok(false);
    }
    let recent = Cursor::open(blocks, kind, Tier::Recent, &[Piece::People], nik)?;
    Ok(recent.nik() == Some(nik))
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
