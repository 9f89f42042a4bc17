//! Imported files with their numbers, and the rows that could not be used.

use super::cells::{Cells, count_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::moment::Moment;
use crate::store::error::StoreError;
use crate::store::records::{Counts, FileId, FileKind, FileRecord, RejectRecord};
use rusqlite::{Row, params};

/// Records a file.
pub(super) fn add(step: &Step<'_>, file: &FileRecord) -> Outcome<FileId> {
    let counts = &file.counts;
    step.connection.execute(
        "INSERT INTO file (kind, name, sha256, bytes, reading, imported_at, user, row_count, added, changed, unchanged,
                           held, rejected, gone, taken_at, resume)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            file.kind.code(),
            file.name,
            file.sha256,
            count_cell(file.bytes),
            file.reading,
            file.imported_at.seconds(),
            file.user,
            count_cell(counts.rows),
            count_cell(counts.added),
            count_cell(counts.changed),
            count_cell(counts.unchanged),
            count_cell(counts.held),
            count_cell(counts.rejected),
            count_cell(counts.left),
            file.taken_at.map(Moment::seconds),
            file.resume,
        ],
    )?;
    Ok(FileId(step.connection.last_insert_rowid()))
}

/// Replaces what is known of a file only after it was read: its hash, length, numbers, time and where to go on.
pub(super) fn close(step: &Step<'_>, id: FileId, file: &FileRecord) -> Outcome<()> {
    let counts = &file.counts;
    let changed = step.connection.execute(
        "UPDATE file SET sha256 = ?2, bytes = ?3, reading = ?4, row_count = ?5, added = ?6, changed = ?7,
                         unchanged = ?8, held = ?9, rejected = ?10, gone = ?11, taken_at = ?12, resume = ?13
         WHERE id = ?1",
        params![
            id.0,
            file.sha256,
            count_cell(file.bytes),
            file.reading,
            count_cell(counts.rows),
            count_cell(counts.added),
            count_cell(counts.changed),
            count_cell(counts.unchanged),
            count_cell(counts.held),
            count_cell(counts.rejected),
            count_cell(counts.left),
            file.taken_at.map(Moment::seconds),
            file.resume,
        ],
    )?;
    match changed {
        0 => Err(StoreError::Unknown(format!("file {}", id.0))),
        _ => Ok(()),
    }
}

/// Returns the files of one kind in the order of their import.
pub(super) fn of_kind(step: &Step<'_>, kind: FileKind) -> Outcome<Vec<FileRecord>> {
    let mut statement = step.connection.prepare(
        "SELECT id, name, sha256, bytes, reading, imported_at, user, row_count, added, changed, unchanged, held,
                rejected, gone, taken_at, resume
         FROM file WHERE kind = ?1 ORDER BY id",
    )?;
    statement
        .query_and_then([kind.code()], |row| file(row, kind))?
        .collect()
}

fn file(row: &Row<'_>, kind: FileKind) -> Outcome<FileRecord> {
    let mut cells = Cells::of(row);
    Ok(FileRecord {
        id: FileId(cells.integer()?),
        kind,
        name: cells.text()?,
        sha256: cells.text()?,
        bytes: cells.count()?,
        reading: cells.text()?,
        imported_at: cells.moment()?,
        user: cells.text()?,
        counts: Counts {
            rows: cells.count()?,
            added: cells.count()?,
            changed: cells.count()?,
            unchanged: cells.count()?,
            held: cells.count()?,
            rejected: cells.count()?,
            left: cells.count()?,
        },
        taken_at: cells.moment_or_none()?,
        resume: cells.text_or_none()?,
    })
}

/// Records rejected rows after those that the file has already.
pub(super) fn add_rejects(step: &Step<'_>, file: FileId, rejects: &[RejectRecord]) -> Outcome<()> {
    if rejects.is_empty() {
        return Ok(());
    }
    let last = "SELECT coalesce(max(ordinal), 0) FROM reject WHERE file = ?1";
    let mut ordinal: i64 = step.connection.query_row(last, [file.0], |row| row.get(0))?;
    let mut insert = step.connection.prepare(
        "INSERT INTO reject (file, ordinal, line, code, field, cells, mended)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, EXISTS (SELECT 1 FROM reject WHERE mended = 1 AND cells = ?6))",
    )?;
    for reject in rejects {
        ordinal += 1;
        let cells = serde_json::to_string(&reject.cells).map_err(|_| unreadable("cells of a rejected row"))?;
        insert.execute(params![
            file.0,
            ordinal,
            count_cell(reject.line),
            reject.code,
            reject.field,
            cells
        ])?;
    }
    Ok(())
}

/// Notes that rejected rows came in after all: every row with the same cells, in whatever file, needs nobody any more.
pub(super) fn mend_rejects(step: &Step<'_>, rows: &[(String, u64)]) -> Outcome<()> {
    let mut update = step.connection.prepare(
        "UPDATE reject SET mended = 1 WHERE cells IN
             (SELECT r.cells FROM reject r JOIN file f ON f.id = r.file WHERE f.name = ?1 AND r.line = ?2)",
    )?;
    for (file, line) in rows {
        update.execute(params![file, count_cell(*line)])?;
    }
    Ok(())
}

/// Returns the rejected rows of a file by line.
pub(super) fn rejects(step: &Step<'_>, file: FileId) -> Outcome<Vec<RejectRecord>> {
    let mut statement = step
        .connection
        .prepare("SELECT line, code, field, cells, mended FROM reject WHERE file = ?1 ORDER BY line, ordinal")?;
    statement.query_and_then([file.0], reject)?.collect()
}

fn reject(row: &Row<'_>) -> Outcome<RejectRecord> {
    let mut cells = Cells::of(row);
    Ok(RejectRecord {
        line: cells.count()?,
        code: cells.text()?,
        field: cells.text_or_none()?,
        cells: serde_json::from_str(cells.str()?).map_err(|_| unreadable("cells of a rejected row"))?,
        mended: cells.count()? > 0,
    })
}
