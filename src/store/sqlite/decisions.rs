//! What persons decided about registrations and entries.

use super::cells::{Cells, nik_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::dossier::{Decision, Signature, Verdict};
use rusqlite::{Row, params};

/// Records a decision.
pub(super) fn add(step: &Step<'_>, decision: &Decision) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO decision (verdict, registered_nik, registered_name, registered_beside, queue_nik, queue_name,
                               decided_at, user, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            decision.verdict.code(),
            decision.registered_nik,
            decision.registered_name,
            decision.registered_beside,
            decision.queue_nik.map(nik_cell),
            decision.queue_name,
            decision.decided_at.seconds(),
            decision.user,
            decision.reason,
        ],
    )?;
    Ok(())
}

/// Takes back every standing decision that says the same of the same facts.
pub(super) fn withdraw(step: &Step<'_>, decision: &Decision, signature: &Signature) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO withdrawal (decision, withdrawn_at, user, reason)
         SELECT id, ?1, ?2, ?3 FROM decision
         WHERE verdict = ?4 AND registered_nik = ?5 AND registered_name = ?6 AND registered_beside IS ?7
           AND queue_nik IS ?8 AND queue_name IS ?9 AND id NOT IN (SELECT decision FROM withdrawal)",
        params![
            signature.at.seconds(),
            signature.user,
            signature.reason,
            decision.verdict.code(),
            decision.registered_nik,
            decision.registered_name,
            decision.registered_beside,
            decision.queue_nik.map(nik_cell),
            decision.queue_name,
        ],
    )?;
    Ok(())
}

/// Returns the decisions that were not withdrawn, in the order of their recording.
pub(super) fn all(step: &Step<'_>) -> Outcome<Vec<Decision>> {
    let mut statement = step.connection.prepare(
        "SELECT verdict, registered_nik, registered_name, registered_beside, queue_nik, queue_name,
                decided_at, user, reason
         FROM decision WHERE id NOT IN (SELECT decision FROM withdrawal) ORDER BY id",
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
        registered_beside: cells.text_or_none()?,
        queue_nik: cells.nik_or_none()?,
        queue_name: cells.text_or_none()?,
        decided_at: cells.moment()?,
        user: cells.text()?,
        reason: cells.text()?,
    })
}
