//! What persons decided about registrations and entries.

use super::cells::{Cells, nik_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::dossier::{Decision, Verdict};
use rusqlite::{Row, params};

/// Records a decision.
pub(super) fn add(step: &Step<'_>, decision: &Decision) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO decision (verdict, registered_nik, registered_name, queue_nik, queue_name, decided_at, user, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            decision.verdict.code(),
            decision.registered_nik,
            decision.registered_name,
            decision.queue_nik.map(nik_cell),
            decision.queue_name,
            decision.decided_at.seconds(),
            decision.user,
            decision.reason,
        ],
    )?;
    Ok(())
}

/// Returns the decisions in the order of their recording.
pub(super) fn all(step: &Step<'_>) -> Outcome<Vec<Decision>> {
    let mut statement = step.connection.prepare(
        "SELECT verdict, registered_nik, registered_name, queue_nik, queue_name, decided_at, user, reason
         FROM decision ORDER BY id",
    )?;
    statement.query_and_then([], decision)?.collect()
}

fn decision(row: &Row<'_>) -> Outcome<Decision> {
    let mut cells = Cells::of(row);
    let verdict = match cells.str()? {
        "same" => Verdict::Same,
        "different" => Verdict::Different,
        "married" => Verdict::Married,
        _ => return Err(unreadable("verdict")),
    };
    Ok(Decision {
        verdict,
        registered_nik: cells.text()?,
        registered_name: cells.text()?,
        queue_nik: cells.nik_or_none()?,
        queue_name: cells.text_or_none()?,
        decided_at: cells.moment()?,
        user: cells.text()?,
        reason: cells.text()?,
    })
}
