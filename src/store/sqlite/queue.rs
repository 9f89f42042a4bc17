//! Snapshots of the queue, the entries that they listed, and the statuses that these had before.

use super::cells::{Cells, Digits, PhoneCell, day_cell, nik_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::moment::Moment;
use crate::domain::nik::Nik;
use crate::domain::queue::{QueueEntry, QueueRow, StatusSighting};
use crate::store::error::StoreError;
use crate::store::records::{FileId, Fingerprint, KnownEntry, SnapshotId, SnapshotRecord};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Statement, params};
use std::collections::{HashMap, HashSet};

/// The columns that `entry` reads, in its order.
pub(super) const ENTRY_COLUMNS: &str = "nik, left_snapshot, first_snapshot, status_snapshot, status, status_at, \
    earlier_status_at, name, request_no, birth_date, kk, district, village, reason, phone, alive, moved";

/// The columns that `sighting` reads, in its order.
pub(super) const SIGHTING_COLUMNS: &str = "nik, snapshot, status, status_at";

/// Opens a snapshot.
pub(super) fn add_snapshot(step: &Step<'_>, file: FileId, taken_at: Moment, partial: bool) -> Outcome<SnapshotId> {
    let sql = "INSERT INTO snapshot (file, taken_at, partial) VALUES (?1, ?2, ?3)";
    step.connection
        .execute(sql, params![file.0, taken_at.seconds(), partial])?;
    Ok(SnapshotId(step.connection.last_insert_rowid()))
}

/// Returns the newest snapshot by its time.
pub(super) fn newest_snapshot(step: &Step<'_>) -> Outcome<Option<SnapshotRecord>> {
    let sql = "SELECT id, taken_at, partial FROM snapshot ORDER BY taken_at DESC, id DESC LIMIT 1";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut cells = Cells::of(row);
    let id = SnapshotId(cells.integer()?);
    Ok(Some(SnapshotRecord {
        id,
        taken_at: cells.moment()?,
        partial: cells.flag()?,
    }))
}

/// The times of snapshots by their numbers.
pub(super) struct SnapshotTimes(HashMap<i64, Moment>);

impl SnapshotTimes {
    pub(super) fn load(step: &Step<'_>) -> Outcome<Self> {
        let mut statement = step.connection.prepare("SELECT id, taken_at FROM snapshot")?;
        let mut times = HashMap::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            times.insert(row.get(0)?, Moment::from_seconds(row.get(1)?));
        }
        Ok(Self(times))
    }

    fn of(&self, snapshot: i64) -> Outcome<Moment> {
        self.0.get(&snapshot).copied().ok_or_else(|| unreadable("snapshot"))
    }
}

/// Returns what a comparison with a snapshot needs of every entry.
pub(super) fn known(step: &Step<'_>) -> Outcome<Vec<KnownEntry>> {
    let mut printed = HashSet::new();
    let sql = "SELECT nik FROM card WHERE state = 'printed' UNION SELECT nik FROM walk_in";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        printed.insert(Cells::of(row).nik()?);
    }
    let count: i64 = step
        .connection
        .query_row("SELECT count(*) FROM queue_entry", [], |row| row.get(0))?;
    let mut entries = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    let sql = "SELECT nik, fingerprint, left_snapshot FROM queue_entry ORDER BY nik";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let nik = cells.nik()?;
        let fingerprint = Fingerprint(cells.integer()?);
        let present = cells.integer_or_none()?.is_none();
        entries.push(KnownEntry {
            nik,
            fingerprint,
            present,
            printed: !printed.is_empty() && printed.contains(&nik),
        });
    }
    Ok(entries)
}

/// Writes entries that are new or changed.
pub(super) fn write(
    step: &Step<'_>,
    snapshot: SnapshotId,
    rows: &mut dyn Iterator<Item = (QueueRow, Fingerprint)>,
) -> Outcome<()> {
    let mut insert = step.connection.prepare(
        "INSERT INTO queue_entry (nik, fingerprint, first_snapshot, status_snapshot, status, status_at,
                                  earlier_status_at, name, request_no, birth_date, kk, district, village, reason,
                                  phone, alive, moved)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT DO NOTHING",
    )?;
    let mut change = None;
    for (row, content) in rows {
        if execute(step, &mut insert, &row, content, snapshot.0, None)? == 0 {
            let change = match &mut change {
                Some(change) => change,
                unprepared => unprepared.insert(Change::prepare(step)?),
            };
            change.apply(step, snapshot, &row, content)?;
        }
    }
    Ok(())
}

/// Binds a row in the order of columns that `write` and `Change` share.
fn execute(
    step: &Step<'_>,
    statement: &mut Statement<'_>,
    row: &QueueRow,
    content: Fingerprint,
    status_snapshot: i64,
    earlier_status_at: Option<i64>,
) -> Outcome<usize> {
    Ok(statement.execute(params![
        nik_cell(row.nik),
        content.0,
        status_snapshot,
        step.texts.cell(Some(row.status.canonical()))?,
        row.status_at.map(Moment::seconds),
        earlier_status_at,
        row.name.as_str(),
        Digits(row.request_no.as_deref()),
        row.birth_date.map(day_cell),
        Digits(row.kk.as_ref().map(|kk| kk.digits())),
        step.texts.cell(row.district.as_deref())?,
        step.texts.cell(row.village.as_deref())?,
        step.texts.cell(row.reason.as_deref())?,
        PhoneCell(row.phone.as_ref()),
        row.alive,
        row.moved,
    ])?)
}

/// The statements that change an entry which is known already.
struct Change<'c> {
    known: Statement<'c>,
    seen: Statement<'c>,
    keep: Statement<'c>,
    update: Statement<'c>,
}

impl<'c> Change<'c> {
    fn prepare(step: &Step<'c>) -> Outcome<Self> {
        let connection = step.connection;
        Ok(Self {
            known: connection.prepare(
                "SELECT status, status_at, earlier_status_at, status_snapshot FROM queue_entry WHERE nik = ?1",
            )?,
            seen: connection
                .prepare("SELECT snapshot FROM queue_sighting WHERE nik = ?1 AND status = ?2 AND status_at IS ?3")?,
            keep: connection.prepare(
                "INSERT INTO queue_sighting (nik, snapshot, status, status_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?,
            update: connection.prepare(
                "UPDATE queue_entry SET fingerprint = ?2, left_snapshot = NULL, status_snapshot = ?3, status = ?4,
                        status_at = ?5, earlier_status_at = ?6, name = ?7, request_no = ?8, birth_date = ?9, kk = ?10,
                        district = ?11, village = ?12, reason = ?13, phone = ?14, alive = ?15, moved = ?16
                 WHERE nik = ?1",
            )?,
        })
    }

    fn apply(&mut self, step: &Step<'c>, snapshot: SnapshotId, row: &QueueRow, content: Fingerprint) -> Outcome<()> {
        let nik = nik_cell(row.nik);
        let status = step.texts.cell(Some(row.status.canonical()))?.value();
        let status_at = row.status_at.map(Moment::seconds);
        let (old_status, old_at, old_earlier, old_snapshot): (Value, Option<i64>, Option<i64>, i64) =
            self.known.query_row([nik], |known| {
                Ok((known.get(0)?, known.get(1)?, known.get(2)?, known.get(3)?))
            })?;
        let mut seen = old_snapshot;
        if (&old_status, old_at) != (&status, status_at) {
            self.keep.execute(params![nik, old_snapshot, old_status, old_at])?;
            let before: Option<i64> = self
                .seen
                .query_row(params![nik, status, status_at], |row| row.get(0))
                .optional()?;
            seen = before.unwrap_or(snapshot.0);
        }
        let earliest = [old_earlier, old_at].into_iter().flatten().min();
        let earlier = earliest.filter(|earliest| status_at.is_none_or(|status_at| *earliest < status_at));
        execute(step, &mut self.update, row, content, seen, earlier)?;
        Ok(())
    }
}

/// Records that entries are no longer listed; those that left before keep their time.
pub(super) fn mark_left(step: &Step<'_>, snapshot: SnapshotId, niks: &[Nik]) -> Outcome<()> {
    let mut leave = step
        .connection
        .prepare("UPDATE queue_entry SET left_snapshot = ?2 WHERE nik = ?1 AND left_snapshot IS NULL")?;
    let mut known = step.connection.prepare("SELECT 1 FROM queue_entry WHERE nik = ?1")?;
    for nik in niks {
        let cell = nik_cell(*nik);
        if leave.execute(params![cell, snapshot.0])? == 0 && !known.exists([cell])? {
            return Err(StoreError::Unknown(format!("queue entry {}", nik.masked())));
        }
    }
    Ok(())
}

/// Visits the entries that are in the queue now, by NIK.
pub(super) fn visit_present(
    step: &Step<'_>,
    visit: &mut dyn FnMut(&QueueEntry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    step.texts.load()?;
    let times = SnapshotTimes::load(step)?;
    let sql = format!("SELECT {ENTRY_COLUMNS} FROM queue_entry WHERE left_snapshot IS NULL ORDER BY nik");
    let mut statement = step.connection.prepare(&sql).map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        visit(&entry(step, &times, row)?)?;
    }
    Ok(())
}

/// Reads an entry from `ENTRY_COLUMNS`.
pub(super) fn entry(step: &Step<'_>, times: &SnapshotTimes, row: &Row<'_>) -> Outcome<QueueEntry> {
    let mut cells = Cells::of(row);
    let nik = cells.nik()?;
    let left_at = cells
        .integer_or_none()?
        .map(|snapshot| times.of(snapshot))
        .transpose()?;
    let first_seen_at = times.of(cells.integer()?)?;
    let status_seen_at = times.of(cells.integer()?)?;
    let status = cells.status(&step.texts)?;
    let status_at = cells.moment_or_none()?;
    let first_status_at = cells.moment_or_none()?.or(status_at);
    let name = cells.short_text()?;
    let request_no = cells.digits()?;
    let birth_date = cells.day_or_none()?;
    let kk = cells.kk()?;
    let district = cells.shared(&step.texts)?;
    let village = cells.shared(&step.texts)?;
    let reason = cells.shared(&step.texts)?;
    let phone = cells.phone()?;
    let (alive, moved) = (cells.flag_or_none()?, cells.flag_or_none()?);
    let row = QueueRow {
        nik,
        name,
        status,
        status_at,
        request_no,
        birth_date,
        kk,
        district,
        village,
        reason,
        phone,
        alive,
        moved,
    };
    Ok(QueueEntry {
        row,
        first_status_at,
        first_seen_at,
        status_seen_at,
        left_at,
    })
}

/// Reads an earlier status from `SIGHTING_COLUMNS`.
pub(super) fn sighting(step: &Step<'_>, times: &SnapshotTimes, row: &Row<'_>) -> Outcome<StatusSighting> {
    let mut cells = Cells::of(row);
    cells.nik()?;
    let seen_at = times.of(cells.integer()?)?;
    Ok(StatusSighting {
        status: cells.status(&step.texts)?,
        status_at: cells.moment_or_none()?,
        seen_at,
    })
}
