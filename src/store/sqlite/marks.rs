//! Marks of files in the inbox: a memory, no facts. What is damaged of it is no mark, and what is lost is found again by
//! reading the file.

use super::cells::Cells;
use super::fault::Outcome;
use super::seals;
use super::step::Step;
use crate::store::records::{FileKind, FileMark};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// Returns every mark that is what was written, by kind and name.
pub(super) fn all(step: &Step<'_>) -> Outcome<Vec<FileMark>> {
    let sql =
        "SELECT kind, name, stamp, sha256, reading, headers, beginning, checksum FROM file_mark ORDER BY kind, name";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut marks = Vec::new();
    while let Some(row) = rows.next()? {
        marks.extend(whole(row));
    }
    Ok(marks)
}

/// Takes a row as a mark, if each of its cells is what was written.
fn whole(row: &Row<'_>) -> Option<FileMark> {
    let mut cells = Cells::of(row);
    let written = [(); 7].map(|()| cells.str().ok());
    let [
        Some(kind),
        Some(name),
        Some(stamp),
        Some(sha256),
        Some(reading),
        Some(headers),
        Some(beginning),
    ] = written
    else {
        return None;
    };
    let sum = checksum([kind, name, stamp, sha256, reading, headers, beginning]);
    let kinds = [FileKind::Links, FileKind::Queue, FileKind::Results];
    (cells.integer().ok()? == sum).then_some(())?;
    Some(FileMark {
        kind: kinds.into_iter().find(|known| known.code() == kind)?,
        name: name.to_owned(),
        stamp: stamp.to_owned(),
        sha256: sha256.to_owned(),
        reading: reading.to_owned(),
        headers: serde_json::from_str(headers).ok()?,
        beginning: beginning.to_owned(),
    })
}

/// Replaces all marks; only what differs is written.
pub(super) fn set(step: &Step<'_>, marks: &[FileMark]) -> Outcome<()> {
    let mut known = by_place(all(step)?);
    let count = "SELECT count(*) FROM file_mark";
    let stored: usize = step.connection.query_row(count, [], |row| row.get(0))?;
    if stored != known.len() {
        // What is damaged cannot be named, and goes with the rest.
        forget(step.connection)?;
        known.clear();
    }
    let wanted = by_place(marks.to_vec());
    let mut forget = step
        .connection
        .prepare("DELETE FROM file_mark WHERE kind = ?1 AND name = ?2")?;
    for (kind, name) in known.keys().filter(|place| !wanted.contains_key(*place)) {
        forget.execute([kind.code(), name])?;
    }
    let mut insert = step.connection.prepare(
        "INSERT OR REPLACE INTO file_mark (kind, name, stamp, sha256, reading, headers, beginning, checksum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (_, mark) in wanted.iter().filter(|(place, mark)| known.get(*place) != Some(mark)) {
        let headers = serde_json::Value::from(mark.headers.as_slice()).to_string();
        let cells = [
            mark.kind.code(),
            &mark.name,
            &mark.stamp,
            &mark.sha256,
            &mark.reading,
            &headers,
            &mark.beginning,
        ];
        let sum = checksum(cells);
        let [kind, name, stamp, sha256, reading, headers, beginning] = cells;
        insert.execute(params![kind, name, stamp, sha256, reading, headers, beginning, sum])?;
    }
    Ok(())
}

fn by_place(marks: Vec<FileMark>) -> BTreeMap<(FileKind, String), FileMark> {
    let place = |mark: FileMark| ((mark.kind, mark.name.clone()), mark);
    marks.into_iter().map(place).collect()
}

/// Takes every mark out of a store that becomes another's, or another day's.
pub(super) fn forget(connection: &Connection) -> Outcome<()> {
    if connection.table_exists(None, "file_mark")? {
        connection.execute("DELETE FROM file_mark", [])?;
    }
    Ok(())
}

fn checksum(cells: [&str; 7]) -> i64 {
    seals::fingerprint(cells.into_iter().map(|cell| ValueRef::Text(cell.as_bytes())))
}
