//! The ledger of empty cards, and the one order in which their uses are recorded.

use super::cells::{Cells, count_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::blanks::{BlankEvent, BlankMove, BlankUse, UseKind};
use rusqlite::{Row, params};

/// Gives the next number in the order of recording.
pub(super) fn next_recorded(step: &Step<'_>) -> Outcome<i64> {
    let sql = "UPDATE recording SET last = last + 1 WHERE only = 1 RETURNING last";
    step.with_statement(sql, |statement| statement.query_row([], |row| row.get(0)))
}

/// Adds a line to the ledger.
pub(super) fn add(step: &Step<'_>, event: &BlankEvent) -> Outcome<()> {
    let (movement, blanks) = match event.movement {
        BlankMove::Added(blanks) => ("added", blanks),
        BlankMove::Counted(blanks) => ("counted", blanks),
        BlankMove::Damaged(blanks) => ("damaged", blanks),
        BlankMove::Returned(blanks) => ("returned", blanks),
    };
    step.connection.execute(
        "INSERT INTO blank_event (recorded, happened_at, movement, blanks, user, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            next_recorded(step)?,
            event.at.seconds(),
            movement,
            blanks,
            event.user,
            event.note
        ],
    )?;
    Ok(())
}

/// Returns the ledger in the order of recording.
pub(super) fn events(step: &Step<'_>) -> Outcome<Vec<BlankEvent>> {
    let mut statement = step
        .connection
        .prepare("SELECT recorded, happened_at, movement, blanks, user, note FROM blank_event ORDER BY recorded")?;
    statement.query_and_then([], event)?.collect()
}

fn event(row: &Row<'_>) -> Outcome<BlankEvent> {
    let mut cells = Cells::of(row);
    let (recorded, at) = (cells.count()?, cells.moment()?);
    let (word, blanks) = (cells.str()?, cells.small()?);
    let movement = match word {
        "added" => BlankMove::Added(blanks),
        "counted" => BlankMove::Counted(blanks),
        "damaged" => BlankMove::Damaged(blanks),
        "returned" => BlankMove::Returned(blanks),
        _ => return Err(unreadable("movement of blanks")),
    };
    Ok(BlankEvent {
        at,
        recorded,
        movement,
        user: cells.text()?,
        note: cells.text_or_none()?,
    })
}

/// Counts the blanks that cards and walk-in prints used after a point in the order of recording.
pub(super) fn used_after(step: &Step<'_>, recorded: u64) -> Outcome<u64> {
    let used: i64 = step.connection.query_row(
        "SELECT (SELECT count(*) FROM card WHERE recorded > ?1) + (SELECT count(*) FROM walk_in WHERE recorded > ?1)",
        [count_cell(recorded)],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(used).unwrap_or(0))
}

/// Visits every use of a blank in the order of recording.
pub(super) fn uses(step: &Step<'_>, visit: &mut dyn FnMut(BlankUse)) -> Outcome<()> {
    let sql = "SELECT recorded, state_at, state, CASE state WHEN 'spoiled' THEN note END FROM card
               WHERE recorded IS NOT NULL
               UNION ALL SELECT recorded, printed_at, 'walk_in', NULL FROM walk_in ORDER BY recorded";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        visit(BlankUse {
            recorded: cells.count()?,
            at: cells.moment()?,
            kind: match cells.str()? {
                "printed" => UseKind::Printed,
                "spoiled" => UseKind::Spoiled,
                "walk_in" => UseKind::WalkIn,
                _ => return Err(unreadable("use of a blank")),
            },
            cause: cells.text_or_none()?,
        });
    }
    Ok(())
}
