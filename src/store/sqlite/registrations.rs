//! Registrations: trusted ones by NIK, held ones by the key of their row.

use super::cells::{Cells, Digits, PhoneCell, count_cell, flaw_cell, nik_cell};
use super::fault::Outcome;
use super::step::Step;
use crate::domain::nik::{Nik, NikFlaw, NikReading};
use crate::domain::registration::{Registration, RowKey};
use crate::store::records::{FileId, RowFates};
use rusqlite::{Connection, Row, Statement, params};
use std::collections::HashSet;

/// The columns that `registration` reads, in its order.
pub(super) const COLUMNS: &str = "nik, submitted_at, row_key, name, kk, phone, district, village, rt_rw, reason, email";

/// Adds rows in the order of their keys, so that neighbours in the table are written together.
pub(super) fn add(step: &Step<'_>, file: FileId, rows: &[(u64, Registration)]) -> Outcome<RowFates> {
    let mut trusted = Vec::with_capacity(rows.len());
    let mut held = Vec::new();
    for (line, row) in rows {
        match &row.nik {
            NikReading::Trusted(nik) => trusted.push((*nik, *line, row)),
            NikReading::Held { text, flaw } => held.push((*line, row, text.as_str(), *flaw)),
        }
    }
    trusted.sort_unstable_by_key(|(nik, line, row)| (*nik, row.submitted_at, row.row_key.0, *line));
    let mut fates = RowFates::default();
    add_trusted(step, file, &trusted, &mut fates)?;
    if !held.is_empty() {
        held.sort_unstable_by_key(|(line, row, ..)| (row.row_key.0, *line));
        add_held(step, file, &held, &mut fates)?;
    }
    Ok(fates)
}

fn add_trusted(step: &Step<'_>, file: FileId, rows: &[(Nik, u64, &Registration)], fates: &mut RowFates) -> Outcome<()> {
    let mut insert = step.connection.prepare(
        "INSERT INTO registration (nik, submitted_at, row_key, name, kk, phone, district, village, rt_rw, reason, email,
                                   file, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
    )?;
    let mut held_keys = step.held_keys.borrow_mut();
    let held_keys = known_held(step.connection, &mut held_keys)?;
    for (nik, line, row) in rows {
        let added = insert.execute(params![
            nik_cell(*nik),
            row.submitted_at.seconds(),
            row.row_key.0,
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
        if added == 0 {
            fates.unchanged += 1;
        } else if !held_keys.is_empty() && held_keys.remove(&row.row_key) {
            step.connection
                .execute("DELETE FROM held_registration WHERE row_key = ?1", [row.row_key.0])?;
            fates.changed += 1;
        } else {
            fates.added += 1;
        }
    }
    Ok(())
}

fn add_held(
    step: &Step<'_>,
    file: FileId,
    rows: &[(u64, &Registration, &str, NikFlaw)],
    fates: &mut RowFates,
) -> Outcome<()> {
    let mut insert = step.connection.prepare(
        "INSERT INTO held_registration (row_key, submitted_at, nik_text, flaw, name, kk, phone, district, village,
                                        rt_rw, reason, email, file, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
    )?;
    // Of two reasons against the same row the first in their order stays, so that the order of files does not matter.
    let mut milder = step
        .connection
        .prepare("UPDATE held_registration SET flaw = ?2 WHERE row_key = ?1 AND flaw > ?2")?;
    let mut trusted = step
        .connection
        .prepare("SELECT 1 FROM registration WHERE nik = ?1 AND submitted_at = ?2 AND row_key = ?3")?;
    let mut held_keys = step.held_keys.borrow_mut();
    let held_keys = known_held(step.connection, &mut held_keys)?;
    for (line, row, text, flaw) in rows {
        if is_trusted(&mut trusted, row, text)? {
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

/// Tells whether the same row was trusted in another file; only 16 digits can have been.
fn is_trusted(statement: &mut Statement<'_>, row: &Registration, text: &str) -> Outcome<bool> {
    let whole = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(nik) = text.parse().ok().filter(|_| whole).and_then(Nik::from_u64) else {
        return Ok(false);
    };
    Ok(statement.exists(params![nik_cell(nik), row.submitted_at.seconds(), row.row_key.0])?)
}

fn known_held<'k>(connection: &Connection, known: &'k mut Option<HashSet<RowKey>>) -> Outcome<&'k mut HashSet<RowKey>> {
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

/// Reads a trusted registration from `COLUMNS`.
pub(super) fn registration(step: &Step<'_>, row: &Row<'_>) -> Outcome<Registration> {
    let mut cells = Cells::of(row);
    let nik = NikReading::Trusted(cells.nik()?);
    let submitted_at = cells.moment()?;
    let row_key = cells.row_key()?;
    rest(step, cells, nik, submitted_at, row_key)
}

fn rest(
    step: &Step<'_>,
    mut cells: Cells<'_, '_>,
    nik: NikReading,
    submitted_at: crate::domain::moment::Moment,
    row_key: RowKey,
) -> Outcome<Registration> {
    Ok(Registration {
        row_key,
        nik,
        name: cells.short_text()?,
        submitted_at,
        kk: cells.kk()?,
        phone: cells.phone()?,
        district: cells.shared(&step.texts)?,
        village: cells.shared(&step.texts)?,
        rt_rw: cells.shared(&step.texts)?,
        reason: cells.shared(&step.texts)?,
        email: cells.short_text_or_none()?,
    })
}

/// Returns the held registrations by moment and row key.
pub(super) fn held(step: &Step<'_>) -> Outcome<Vec<Registration>> {
    step.texts.load()?;
    let mut statement = step.connection.prepare(
        "SELECT nik_text, flaw, submitted_at, row_key, name, kk, phone, district, village, rt_rw, reason, email
         FROM held_registration ORDER BY submitted_at, row_key",
    )?;
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        let nik = NikReading::Held {
            text: cells.text()?,
            flaw: cells.flaw()?,
        };
        let (submitted_at, row_key) = (cells.moment()?, cells.row_key()?);
        rest(step, cells, nik, submitted_at, row_key)
    };
    statement.query_and_then([], read)?.collect()
}

/// Returns the registrations whose NIK no present entry has: two ordered tables side by side, not a look-up per row.
pub(super) fn unqueued(step: &Step<'_>) -> Outcome<Vec<Registration>> {
    step.texts.load()?;
    let sql = format!("SELECT {COLUMNS} FROM registration ORDER BY nik, submitted_at, row_key");
    let mut statement = step.connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut entries = step
        .connection
        .prepare("SELECT nik FROM queue_entry WHERE left_snapshot IS NULL ORDER BY nik")?;
    let mut entries = entries.query([])?;
    let mut queued: Option<i64> = entries.next()?.map(|row| row.get(0)).transpose()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let nik: i64 = row.get(0)?;
        while queued.is_some_and(|queued| queued < nik) {
            queued = entries.next()?.map(|row| row.get(0)).transpose()?;
        }
        if queued != Some(nik) {
            found.push(registration(step, row)?);
        }
    }
    Ok(found)
}
