//! Cards that are to be destroyed, and the records of those that were.

use super::cells::{Cells, Digits, day_cell, nik_cell};
use super::dossiers;
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::destruction::{DeadCard, Destruction, DueCard};
use crate::store::error::StoreError;
use rusqlite::{Row, params};

/// Returns the cards that no record of destruction names. A surrendered card has the name that is known best today.
pub(super) fn due(step: &Step<'_>) -> anyhow::Result<Vec<DueCard>> {
    let sql = "SELECT 'spoiled', card.nik, card.name, card.request_no, card.state_at AS since, batch.name AS batch,
                      card.seq, card.note
               FROM card JOIN batch ON batch.id = card.batch
               WHERE card.state = 'spoiled' AND NOT EXISTS (
                   SELECT 1 FROM destroyed_card AS gone
                   WHERE gone.kind = 'spoiled' AND gone.nik = card.nik AND gone.batch = card.batch)
               UNION ALL
               SELECT 'surrendered', handover.nik, '', NULL, handover.handed_at, NULL, NULL, NULL
               FROM handover
               WHERE handover.old_card = 1 AND NOT EXISTS (
                   SELECT 1 FROM destroyed_card AS gone
                   WHERE gone.kind = 'surrendered' AND gone.nik = handover.nik AND gone.since = handover.handed_at)
               ORDER BY since, batch, seq, 2";
    let mut due = step
        .connection
        .prepare(sql)?
        .query_and_then([], card)?
        .collect::<Outcome<Vec<_>>>()?;
    name_surrendered(step, &mut due)?;
    Ok(due)
}

/// Looks the owners of surrendered cards up: in the queue, among the registrations, among the prints at the counter.
fn name_surrendered(step: &Step<'_>, due: &mut [DueCard]) -> anyhow::Result<()> {
    let mut surrendered: Vec<&mut DueCard> = due
        .iter_mut()
        .filter(|card| matches!(card.what, DeadCard::Surrendered))
        .collect();
    surrendered.sort_by_key(|card| card.nik);
    let mut niks: Vec<_> = surrendered.iter().map(|card| card.nik).collect();
    niks.dedup();
    let mut surrendered = surrendered.into_iter().peekable();
    dossiers::of_many(step, &niks, &mut |dossier| {
        let queued = dossier.entry.as_ref().map(|entry| &*entry.row.name);
        let registered = dossier
            .registrations
            .iter()
            .map(|row| &*row.name)
            .rfind(|name| !name.is_empty());
        let printed = dossier.walk_ins.iter().rev().find_map(|print| print.name.as_deref());
        let name = queued.or(registered).or(printed).unwrap_or_default();
        while let Some(card) = surrendered.next_if(|card| card.nik <= dossier.nik) {
            name.clone_into(&mut card.name);
            let request_no = dossier.entry.as_ref().and_then(|entry| entry.row.request_no.as_ref());
            card.request_no = request_no.map(ToString::to_string);
        }
        Ok(())
    })
}

fn card(row: &Row<'_>) -> Outcome<DueCard> {
    let mut cells = Cells::of(row);
    let kind = cells.str()?;
    let (nik, name, request_no, at) = (cells.nik()?, cells.text()?, cells.digits()?, cells.moment()?);
    let what = match (kind, cells.text_or_none()?) {
        ("spoiled", Some(batch)) => DeadCard::Spoiled {
            batch,
            seq: cells.small()?,
            cause: cells.text_or_none()?,
        },
        ("surrendered", None) => DeadCard::Surrendered,
        _ => return Err(unreadable("card to be destroyed")),
    };
    Ok(DueCard {
        nik,
        name,
        request_no: request_no.map(String::from),
        at,
        what,
    })
}

/// Records a destruction with its cards.
pub(super) fn add(step: &Step<'_>, destruction: &Destruction) -> Outcome<u32> {
    step.connection.execute(
        "INSERT INTO destruction (destroyed_on, place, witnesses, recorded_at, user) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            day_cell(destruction.destroyed_on),
            destruction.place,
            destruction.witnesses.join("\n"),
            destruction.recorded_at.seconds(),
            destruction.user,
        ],
    )?;
    let id = step.connection.last_insert_rowid();
    let mut insert = step.connection.prepare(
        "INSERT INTO destroyed_card (destruction, ordinal, kind, nik, name, request_no, since, batch, seq, cause)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT id FROM batch WHERE name = ?8), ?9, ?10)",
    )?;
    for (ordinal, card) in (1_i64..).zip(&destruction.cards) {
        let (kind, batch, seq, cause) = match &card.what {
            DeadCard::Spoiled { batch, seq, cause } => ("spoiled", Some(batch), Some(*seq), cause.as_ref()),
            DeadCard::Surrendered => ("surrendered", None, None, None),
        };
        insert.execute(params![
            id,
            ordinal,
            kind,
            nik_cell(card.nik),
            card.name,
            Digits(card.request_no.as_deref()),
            card.at.seconds(),
            batch,
            seq,
            cause,
        ])?;
    }
    u32::try_from(id).map_err(|_| StoreError::Refused(format!("destruction {id}")))
}

/// Returns a record by its number.
pub(super) fn numbered(step: &Step<'_>, number: u32) -> Outcome<Option<Destruction>> {
    let sql = "SELECT id, destroyed_on, place, witnesses, recorded_at, user FROM destruction WHERE id = ?1";
    let mut statement = step.connection.prepare(sql)?;
    let found = statement.query_and_then([number], head)?.next().transpose()?;
    let Some(mut found) = found else { return Ok(None) };
    let sql = "SELECT kind, nik, destroyed_card.name, request_no, since, batch.name, seq, cause
               FROM destroyed_card LEFT JOIN batch ON batch.id = destroyed_card.batch
               WHERE destruction = ?1 ORDER BY destroyed_card.ordinal";
    let mut statement = step.connection.prepare(sql)?;
    found.cards = statement.query_and_then([number], card)?.collect::<Outcome<_>>()?;
    Ok(Some(found))
}

fn head(row: &Row<'_>) -> Outcome<Destruction> {
    let mut cells = Cells::of(row);
    Ok(Destruction {
        number: cells.small()?,
        destroyed_on: cells.day()?,
        place: cells.text()?,
        witnesses: cells.str()?.lines().map(str::to_owned).collect(),
        recorded_at: cells.moment()?,
        user: cells.text()?,
        cards: Vec::new(),
    })
}
