//! Who did what, and which files were written for the operators.

use super::cells::{Cells, count_cell, day_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::store::records::{Event, OutFile};
use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

/// Records an event.
pub(super) fn add_event(step: &Step<'_>, event: &Event) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO event (happened_at, user, action, subject, note, quantity) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            event.at.seconds(),
            event.user,
            event.action,
            event.subject,
            event.note,
            event.count.map(count_cell),
        ],
    )?;
    Ok(())
}

/// Returns the newest events in the order of their recording.
pub(super) fn events(step: &Step<'_>, limit: Option<u32>) -> Outcome<Vec<Event>> {
    let mut statement = step
        .connection
        .prepare("SELECT happened_at, user, action, subject, note, quantity FROM event ORDER BY id DESC LIMIT ?1")?;
    // A negative limit is none.
    let limit = limit.map_or(-1, i64::from);
    let mut events: Vec<Event> = statement.query_and_then([limit], event)?.collect::<Outcome<_>>()?;
    events.reverse();
    Ok(events)
}

/// Returns what was recorded after an event, oldest first.
pub(super) fn events_after(connection: &Connection, id: i64) -> Outcome<Vec<Event>> {
    let sql = "SELECT happened_at, user, action, subject, note, quantity FROM event WHERE id > ?1 ORDER BY id";
    connection.prepare(sql)?.query_and_then([id], event)?.collect()
}

fn event(row: &Row<'_>) -> Outcome<Event> {
    let mut cells = Cells::of(row);
    Ok(Event {
        at: cells.moment()?,
        user: cells.text()?,
        action: cells.text()?,
        subject: cells.text()?,
        note: cells.text_or_none()?,
        count: match cells.integer_or_none()? {
            None => None,
            Some(count) => Some(u64::try_from(count).map_err(|_| unreadable("count"))?),
        },
    })
}

/// Replaces the files of one date.
pub(super) fn set_out_files(step: &Step<'_>, date: NaiveDate, files: &[OutFile]) -> Outcome<()> {
    step.connection
        .execute("DELETE FROM out_file WHERE day = ?1", [day_cell(date)])?;
    let mut insert = step
        .connection
        .prepare("INSERT INTO out_file (path, day, batch, sha256, recipe) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for file in files {
        let day = day_cell(file.date);
        insert.execute(params![file.path, day, file.batch, file.sha256, file.recipe])?;
    }
    Ok(())
}

/// Returns the files by date and path.
pub(super) fn out_files(step: &Step<'_>) -> Outcome<Vec<OutFile>> {
    let mut statement = step
        .connection
        .prepare("SELECT day, batch, path, sha256, recipe FROM out_file ORDER BY day, path")?;
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        let (date, batch) = (cells.day()?, cells.text_or_none()?);
        Ok(OutFile {
            date,
            batch,
            path: cells.text()?,
            sha256: cells.text()?,
            recipe: cells.text_or_none()?,
        })
    };
    statement.query_and_then([], read)?.collect()
}
