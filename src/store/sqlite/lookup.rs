//! Finding a person by something else than the NIK: name, phone, request number.
//!
//! No index stands behind these: one over a million names or phones costs each night's import more than all the
//! questions of a day, and a part of a name would not use it. A pass over narrow columns answers while a clerk waits.

use super::blocks::{Block, Blocks, Both, Cursor, Kind, Piece, Tier, phone_cell, request_cell};
use super::cells::Cells;
use super::fault::{Outcome, unreadable};
use super::step::Step;
use super::{entry_cells, registration_cells};
use crate::domain::nik::Nik;
use crate::domain::phone::Phone;
use std::collections::HashSet;

/// Visits the NIK and name of everybody, several times where several facts name them.
pub(super) fn names(step: &Step<'_>, visit: &mut dyn FnMut(Nik, &str)) -> Outcome<()> {
    let words = step.words()?;
    let mut name = String::new();
    for kind in [Kind::Entry, Kind::Registration] {
        let pieces = &[Piece::People, Piece::Names];
        let mut rows = Both::open(Blocks::of(step.connection), kind, pieces, 0)?;
        while let Some(number) = rows.nik() {
            let nik = nik_of(number)?;
            rows.each(number, |block, row| {
                words.write(block.name(row)?, &mut name)?;
                visit(nik, &name);
                Ok(())
            })?;
        }
    }
    let sql = "SELECT nik, name FROM walk_in WHERE name IS NOT NULL";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let nik = cells.nik()?;
        visit(nik, cells.str()?);
    }
    Ok(())
}

fn nik_of(number: u64) -> Outcome<Nik> {
    Nik::from_u64(number).ok_or_else(|| unreadable("NIK"))
}

/// A family card of 16 digits lies as a number; what is no such number cannot be compared by its digits.
const SOUND_CARDS: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=9_999_999_999_999_999;

/// Visits the numbers of every entry that is in the queue now.
pub(super) fn queue_numbers(step: &Step<'_>, visit: &mut dyn FnMut(Nik, Option<u64>)) -> Outcome<()> {
    let mut entries = Both::open(Blocks::of(step.connection), Kind::Entry, &[Piece::People], 0)?;
    while let Some(number) = entries.nik() {
        let nik = nik_of(number)?;
        entries.each(number, |block, row| {
            if !entry_cells::has_left(block, row)? {
                visit(nik, sound(entry_cells::card(block, row)?));
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Visits the numbers of every registration with a trusted NIK.
pub(super) fn registered_numbers(step: &Step<'_>, visit: &mut dyn FnMut(Nik, Option<u64>)) -> Outcome<()> {
    let mut registrations = Both::open(Blocks::of(step.connection), Kind::Registration, &[Piece::People], 0)?;
    while let Some(number) = registrations.nik() {
        let nik = nik_of(number)?;
        registrations.each(number, |block, row| {
            visit(nik, sound(registration_cells::card(block, row)?));
            Ok(())
        })?;
    }
    Ok(())
}

#[inline]
fn sound(card: Option<u64>) -> Option<u64> {
    card.filter(|card| SOUND_CARDS.contains(card))
}

/// Returns whose registration or entry has this phone number.
pub(super) fn with_phone(step: &Step<'_>, phone: &Phone) -> Outcome<Vec<Nik>> {
    let cell = phone_cell(Some(phone.as_str()));
    let mut found = found_in(step, Kind::Entry, |block, visit| {
        entry_cells::with_phone(block, cell, visit)
    })?;
    found.extend(found_in(step, Kind::Registration, |block, visit| {
        registration_cells::with_phone(block, cell, visit)
    })?);
    niks(found)
}

/// Returns whose entry has this request number.
pub(super) fn with_request(step: &Step<'_>, request_no: &str) -> Outcome<Vec<Nik>> {
    let cell = request_cell(Some(request_no));
    niks(found_in(step, Kind::Entry, |block, visit| {
        entry_cells::with_request(block, cell, visit)
    })?)
}

fn niks(mut numbers: Vec<u64>) -> Outcome<Vec<Nik>> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(nik_of).collect()
}

/// Looks through the numbers of every block, and reads the NIKs only where something was found.
fn found_in(
    step: &Step<'_>,
    kind: Kind,
    search: impl Fn(&Block, &mut dyn FnMut(usize)) -> Outcome<()>,
) -> Outcome<Vec<u64>> {
    let blocks = Blocks::of(step.connection);
    let (mut found, mut rows) = (Vec::new(), Vec::new());
    for tier in Tier::ALL {
        let mut from = 0;
        while let Some(first) = blocks.after(kind, tier, from)? {
            from = first;
            let numbers = blocks.load(kind, tier, first, &[Piece::Numbers])?;
            search(&numbers, &mut |row| rows.push(row))?;
            if !rows.is_empty() {
                let people = blocks.load(kind, tier, first, &[Piece::People])?;
                for row in rows.drain(..) {
                    let nik = people.nik(row);
                    if !is_outdated(blocks, kind, tier, nik)? {
                        found.push(nik);
                    }
                }
            }
        }
    }
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
