//! What happened to one person outside of batches: prints at the counter, hand-overs, wishes to go first.

use super::blanks::next_recorded;
use super::cells::{Cells, nik_cell};
use super::fault::Outcome;
use super::step::Step;
use crate::domain::dossier::{Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use rusqlite::{Row, params};

/// The columns that `walk_in` reads, in its order.
pub(super) const WALK_IN_COLUMNS: &str = "nik, printed_at, operator, reason, name";

/// The columns that `handover` reads, in its order.
pub(super) const HANDOVER_COLUMNS: &str = "nik, handed_at, collector, relation, old_card";

/// The columns that `expedite` reads, in its order.
pub(super) const EXPEDITE_COLUMNS: &str = "nik, asked_at, reason, user";

/// Records a card printed at the counter.
pub(super) fn add_walk_in(step: &Step<'_>, walk_in: &WalkIn) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO walk_in (nik, printed_at, operator, reason, name, recorded) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            nik_cell(walk_in.nik),
            walk_in.printed_at.seconds(),
            walk_in.operator,
            walk_in.reason,
            walk_in.name,
            next_recorded(step)?,
        ],
    )?;
    Ok(())
}

/// Records that a card was given out.
pub(super) fn add_handover(step: &Step<'_>, nik: Nik, handover: &Handover, user: &str) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO handover (nik, handed_at, collector, relation, old_card, user, recorded)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            nik_cell(nik),
            handover.handed_at.seconds(),
            handover.collector,
            handover.relation,
            handover.old_card,
            user,
            next_recorded(step)?,
        ],
    )?;
    Ok(())
}

/// Records a wish to go first.
pub(super) fn add_expedite(step: &Step<'_>, expedite: &Expedite) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO expedite (nik, asked_at, reason, user) VALUES (?1, ?2, ?3, ?4)",
        params![
            nik_cell(expedite.nik),
            expedite.asked_at.seconds(),
            expedite.reason,
            expedite.user
        ],
    )?;
    Ok(())
}

/// Returns the walk-in prints, oldest first.
pub(super) fn walk_ins(step: &Step<'_>) -> Outcome<Vec<WalkIn>> {
    let sql = format!("SELECT {WALK_IN_COLUMNS} FROM walk_in ORDER BY printed_at, recorded");
    step.connection.prepare(&sql)?.query_and_then([], walk_in)?.collect()
}

/// Returns every wish to go first, oldest first.
pub(super) fn expedites(step: &Step<'_>) -> Outcome<Vec<Expedite>> {
    let sql = format!("SELECT {EXPEDITE_COLUMNS} FROM expedite ORDER BY asked_at, id");
    step.connection.prepare(&sql)?.query_and_then([], expedite)?.collect()
}

/// Reads a walk-in print from `WALK_IN_COLUMNS`.
pub(super) fn walk_in(row: &Row<'_>) -> Outcome<WalkIn> {
    let mut cells = Cells::of(row);
    Ok(WalkIn {
        nik: cells.nik()?,
        printed_at: cells.moment()?,
        operator: cells.text_or_none()?,
        reason: cells.text_or_none()?,
        name: cells.text_or_none()?,
    })
}

/// Reads a hand-over from `HANDOVER_COLUMNS`.
pub(super) fn handover(row: &Row<'_>) -> Outcome<Handover> {
    let mut cells = Cells::of(row);
    cells.nik()?;
    Ok(Handover {
        handed_at: cells.moment()?,
        collector: cells.text_or_none()?,
        relation: cells.text_or_none()?,
        old_card: cells.flag()?,
    })
}

/// Reads a wish to go first from `EXPEDITE_COLUMNS`.
pub(super) fn expedite(row: &Row<'_>) -> Outcome<Expedite> {
    let mut cells = Cells::of(row);
    Ok(Expedite {
        nik: cells.nik()?,
        asked_at: cells.moment()?,
        reason: cells.text()?,
        user: cells.text()?,
    })
}
