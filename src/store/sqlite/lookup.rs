//! Finding a person by something else than the NIK: name, phone, request number.
//!
//! No index stands behind these: one over a million names or phones costs each night's import more than all the
//! questions of a day, and a part of a name would not use it. A pass over narrow columns answers while a clerk waits.

use super::cells::{Cells, Digits, PhoneCell, nik_cell};
use super::fault::Outcome;
use super::step::Step;
use crate::domain::nik::Nik;
use crate::domain::phone::Phone;
use rusqlite::types::ToSql;

/// Visits the NIK and name of everybody, several times where several facts name them.
pub(super) fn names(step: &Step<'_>, visit: &mut dyn FnMut(Nik, &str)) -> Outcome<()> {
    for sql in [
        "SELECT nik, name FROM queue_entry",
        "SELECT nik, name FROM registration",
        "SELECT nik, name FROM walk_in WHERE name IS NOT NULL",
    ] {
        let mut statement = step.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut cells = Cells::of(row);
            let nik = cells.nik()?;
            visit(nik, cells.str()?);
        }
    }
    Ok(())
}

/// A family card of 16 digits lies as a number; what is no such number cannot be compared by its digits.
const SOUND_CARDS: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=9_999_999_999_999_999;

/// Visits the numbers of every entry that is in the queue now.
pub(super) fn queue_numbers(step: &Step<'_>, visit: &mut dyn FnMut(Nik, Option<u64>)) -> Outcome<()> {
    let sql = "SELECT nik, iif(typeof(kk) = 'integer', kk, NULL) FROM queue_entry WHERE left_snapshot IS NULL";
    numbers(step, sql, visit)
}

/// Visits the numbers of every registration with a trusted NIK.
pub(super) fn registered_numbers(step: &Step<'_>, visit: &mut dyn FnMut(Nik, Option<u64>)) -> Outcome<()> {
    let sql = "SELECT nik, iif(typeof(kk) = 'integer', kk, NULL) FROM registration";
    numbers(step, sql, visit)
}

fn numbers(step: &Step<'_>, sql: &str, visit: &mut dyn FnMut(Nik, Option<u64>)) -> Outcome<()> {
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let nik = cells.nik()?;
        let card = cells.integer_or_none()?.and_then(|card| u64::try_from(card).ok());
        visit(nik, card.filter(|card| SOUND_CARDS.contains(card)));
    }
    Ok(())
}

/// Returns whose registration or entry has this phone number.
pub(super) fn with_phone(step: &Step<'_>, phone: &Phone) -> Outcome<Vec<Nik>> {
    let sql = "SELECT nik FROM queue_entry WHERE phone = ?1 UNION SELECT nik FROM registration WHERE phone = ?1
               ORDER BY nik";
    niks(step, sql, &PhoneCell(Some(phone)))
}

/// Returns whose entry has this request number.
pub(super) fn with_request(step: &Step<'_>, request_no: &str) -> Outcome<Vec<Nik>> {
    let sql = "SELECT nik FROM queue_entry WHERE request_no = ?1 ORDER BY nik";
    niks(step, sql, &Digits(Some(request_no)))
}

fn niks(step: &Step<'_>, sql: &str, wanted: &dyn ToSql) -> Outcome<Vec<Nik>> {
    let mut statement = step.connection.prepare(sql)?;
    statement
        .query_and_then([wanted], |row| Cells::of(row).nik())?
        .collect()
}

/// Returns those that were registered or ever queued.
pub(super) fn known_among(step: &Step<'_>, niks: &[Nik]) -> Outcome<Vec<Nik>> {
    let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM queue_entry WHERE nik = ?1)
               OR EXISTS (SELECT 1 FROM registration WHERE nik = ?1)";
    let mut statement = step.connection.prepare(sql)?;
    let mut known = Vec::new();
    for nik in niks {
        if statement.exists([nik_cell(*nik)])? {
            known.push(*nik);
        }
    }
    Ok(known)
}
