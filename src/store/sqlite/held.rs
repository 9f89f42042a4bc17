//! Registrations whose NIK cannot be trusted: rows by the key of their row, few and never asked for by NIK.

use super::blocks::{Blocks, Both, Kind, Piece};
use super::cells::{Cells, Digits, PhoneCell, block_moment, count_cell, flaw_cell};
use super::fault::Outcome;
use super::registration_cells::order_of_block;
use super::step::Step;
use crate::domain::name::NameSearch;
use crate::domain::nik::{Nik, NikFlaw, NikReading};
use crate::domain::phone::Phone;
use crate::domain::registration::{Registration, RowKey};
use crate::store::records::{FileId, RowFates};
use rusqlite::{Connection, Params, Row, params};
use std::collections::HashSet;

/// Adds rows: one that is trusted already, or held already, is unchanged.
pub(super) fn add(step: &Step<'_>, mut rows: Vec<(FileId, u64, Registration)>, fates: &mut RowFates) -> Outcome<()> {
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|(_, line, row)| (row.row_key.0, *line));
    let trusted = trusted_among(step, &rows)?;
    let mut insert = step.connection.prepare(
        "INSERT INTO held_registration (row_key, submitted_at, nik_text, flaw, name, kk, phone, district, village,
                                        rt_rw, reason, email, file, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
    )?;
    // Of two reasons against the same row the first in their order stays, so that the order of files does not matter.
    let mut milder = step
        .connection
        .prepare("UPDATE held_registration SET flaw = ?2 WHERE row_key = ?1 AND flaw > ?2")?;
    let mut held_keys = step.held_keys.borrow_mut();
    let held_keys = known_keys(step.connection, &mut held_keys)?;
    for (file, line, row) in &rows {
        let NikReading::Held { text, flaw } = &row.nik else {
            continue;
        };
        if trusted.contains(&row.row_key) {
            fates.unchanged += 1;
            continue;
        }
        if !held_keys.insert(row.row_key) {
            milder.execute(params![row.row_key.0, flaw_cell(*flaw)])?;
            fates.unchanged += 1;
            continue;
        }
        insert.execute(params![
            row.row_key.0,
            row.submitted_at.seconds(),
            text,
            flaw_cell(*flaw),
            row.name.as_str(),
            Digits(row.kk.as_ref().map(|kk| kk.digits())),
            PhoneCell(row.phone.as_ref()),
            step.texts.cell(row.district.as_deref())?,
            step.texts.cell(row.village.as_deref())?,
            step.texts.cell(row.rt_rw.as_deref())?,
            step.texts.cell(row.reason.as_deref())?,
            row.email.as_deref(),
            file.0,
            count_cell(*line),
        ])?;
        fates.held += 1;
    }
    Ok(())
}

/// Tells whether any row is held.
pub(super) fn is_any(step: &Step<'_>) -> Outcome<bool> {
    Ok(!known_keys(step.connection, &mut step.held_keys.borrow_mut())?.is_empty())
}

/// Forgets a row that is trusted now, and tells whether it was held.
pub(super) fn take_out(step: &Step<'_>, key: RowKey) -> Outcome<bool> {
    let mut held_keys = step.held_keys.borrow_mut();
    let held_keys = known_keys(step.connection, &mut held_keys)?;
    if !held_keys.remove(&key) {
        return Ok(false);
    }
    step.connection
        .execute("DELETE FROM held_registration WHERE row_key = ?1", [key.0])?;
    Ok(true)
}

/// Finds the rows that were trusted in another file; only 16 digits can have been.
fn trusted_among(step: &Step<'_>, rows: &[(FileId, u64, Registration)]) -> Outcome<HashSet<RowKey>> {
    let mut sought: Vec<(u64, &Registration)> = Vec::new();
    for (_, _, row) in rows {
        let NikReading::Held { text, .. } = &row.nik else {
            continue;
        };
        let is_whole = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(nik) = text.parse().ok().filter(|_| is_whole).and_then(Nik::from_u64) {
            sought.push((nik.as_u64(), row));
        }
    }
    sought.sort_unstable_by_key(|(nik, _)| *nik);
    let mut trusted = HashSet::new();
    let Some((first, _)) = sought.first() else {
        return Ok(trusted);
    };
    let blocks = Blocks::of(step.connection);
    let mut known = Both::open(blocks, Kind::Registration, &[Piece::People, Piece::Facts], *first)?;
    for same in sought.chunk_by(|one, other| one.0 == other.0) {
        let nik = same.first().map_or(0, |(nik, _)| *nik);
        known.seek(nik)?;
        known.each(nik, |block, row| {
            let order = order_of_block(block, row)?;
            let is_same = |held: &&Registration| order == (block_moment(held.submitted_at), held.row_key.0);
            trusted.extend(
                same.iter()
                    .map(|(_, held)| *held)
                    .filter(is_same)
                    .map(|held| held.row_key),
            );
            Ok(())
        })?;
    }
    Ok(trusted)
}

fn known_keys<'k>(connection: &Connection, known: &'k mut Option<HashSet<RowKey>>) -> Outcome<&'k mut HashSet<RowKey>> {
    if let Some(keys) = known {
        return Ok(keys);
    }
    let mut keys = HashSet::new();
    let mut statement = connection.prepare("SELECT row_key FROM held_registration")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        keys.insert(Cells::of(row).row_key()?);
    }
    Ok(known.insert(keys))
}

/// The columns of a registration, as `read` reads them.
const COLUMNS: &str = "row_key, nik_text, flaw, name, submitted_at, kk, phone, district, village, rt_rw, reason, email";

/// Returns all held registrations, by moment and row key.
pub(super) fn all(step: &Step<'_>) -> Outcome<Vec<Registration>> {
    found_where(step, "TRUE", [])
}

/// Returns those with this phone number.
pub(super) fn with_phone(step: &Step<'_>, phone: &Phone) -> Outcome<Vec<Registration>> {
    found_where(step, "phone = ?1", [PhoneCell(Some(phone))])
}

/// Returns those in whose NIK cell this text stands.
pub(super) fn written(step: &Step<'_>, text: &str) -> Outcome<Vec<Registration>> {
    found_where(step, "nik_text = ?1", [text])
}

/// Returns those whose name a search finds.
pub(super) fn named(step: &Step<'_>, search: &mut NameSearch<'_>) -> Outcome<Vec<Registration>> {
    among(step, "name", |cells| Ok(search.finds(cells.str()?)))
}

/// Returns those that may mean somebody by the NIK cell and the number of the family card.
pub(super) fn meaning(
    step: &Step<'_>,
    may_mean: &mut dyn FnMut(&NikReading, Option<u64>) -> bool,
) -> Outcome<Vec<Registration>> {
    let mut nik = NikReading::Held {
        text: String::new(),
        flaw: NikFlaw::Missing,
    };
    among(step, "nik_text, flaw, kk", |cells| {
        if let NikReading::Held { text, flaw } = &mut nik {
            text.clear();
            text.push_str(cells.str()?);
            *flaw = cells.flaw()?;
        }
        Ok(may_mean(&nik, cells.card()?))
    })
}

fn found_where(step: &Step<'_>, condition: &str, parameters: impl Params) -> Outcome<Vec<Registration>> {
    let mut found = Vec::new();
    select(step, condition, parameters, &mut found)?;
    Ok(in_order(found))
}

/// Adds the rows of which a condition is true.
fn select(step: &Step<'_>, condition: &str, parameters: impl Params, found: &mut Vec<Registration>) -> Outcome<()> {
    step.texts.load()?;
    let sql = format!("SELECT {COLUMNS} FROM held_registration WHERE {condition}");
    let mut statement = step.connection.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        found.push(read(step, row)?);
    }
    Ok(())
}

fn in_order(mut found: Vec<Registration>) -> Vec<Registration> {
    found.sort_unstable_by_key(|registration| (registration.submitted_at, registration.row_key));
    found
}

/// Looks at some cells of every row, each of them once, and reads those whole that are wanted: few are.
fn among(
    step: &Step<'_>,
    columns: &str,
    mut is_wanted: impl FnMut(&mut Cells<'_, '_>) -> Outcome<bool>,
) -> Outcome<Vec<Registration>> {
    let sql = format!("SELECT {columns}, row_key FROM held_registration");
    let mut statement = step.connection.prepare(&sql)?;
    let (mut rows, mut keys) = (statement.query([])?, Vec::new());
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        if is_wanted(&mut cells)? {
            keys.push(cells.row_key()?);
        }
    }
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        select(step, "row_key = ?1", [key.0], &mut found)?;
    }
    Ok(in_order(found))
}

fn read(step: &Step<'_>, row: &Row<'_>) -> Outcome<Registration> {
    let mut cells = Cells::of(row);
    let row_key = cells.row_key()?;
    let nik = NikReading::Held {
        text: cells.text()?,
        flaw: cells.flaw()?,
    };
    let mut registration = Registration::new(row_key, nik, cells.short_text()?, cells.moment()?);
    (registration.kk, registration.phone) = (cells.kk()?, cells.phone()?);
    registration.district = cells.shared(&step.texts)?;
    registration.village = cells.shared(&step.texts)?;
    registration.rt_rw = cells.shared(&step.texts)?;
    registration.reason = cells.shared(&step.texts)?;
    registration.email = cells.short_text_or_none()?;
    Ok(registration)
}
