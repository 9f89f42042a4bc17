//! Batches and their cards: planned whole, answered one by one.

use super::blanks::next_recorded;
use super::cells::{Cells, day_cell, nik_cell};
use super::fault::{Outcome, unreadable};
use super::seals::Sealing;
use super::step::Step;
use crate::domain::card::CardResult;
use crate::domain::card::{Batch, Card, CardCells, CardFact, CardState, PrintRight};
use crate::domain::moment::Moment;
use crate::domain::nik::Nik;
use crate::store::error::StoreError;
use crate::store::records::BatchFilter;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use std::collections::HashMap;

/// The columns that `fact` reads, in its order; `card` is read first, its batch by number.
pub(super) const FACT_COLUMNS: &str = "card.nik, batch.name, batch.planned_at, card.right_kind, card.right_at, \
    card.state, card.state_at, card.ready_since";

const CARD_COLUMNS: &str = "batch.name, seq, nik, card.name, birth_date, district, village, request_no, reason, \
    waiting_since, days_waiting, ready_since, right_kind, right_at, state, state_at, note, asked";

/// Records a batch with its cards, and holds the operator's cards of the day against the capacity.
pub(super) fn add(step: &Step<'_>, batch: &Batch, cards: &[Card]) -> Outcome<()> {
    step.connection.execute(
        "INSERT INTO batch (name, day, operator, ordinal, capacity, planned_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            batch.name,
            day_cell(batch.date),
            batch.operator,
            batch.ordinal,
            batch.capacity,
            batch.planned_at.seconds()
        ],
    )?;
    let id = step.connection.last_insert_rowid();
    let mut sealing = Sealing::default();
    let added = cards
        .iter()
        .try_for_each(|card| add_card(step, batch, id, card, &mut sealing));
    sealing.settle(step.connection, "card")?;
    added?;
    within_capacity(step, batch)
}

/// Records a card. It fails before anything of it is written, so that SQLite need not be able to take it back alone; what
/// was written before it goes with the step.
fn add_card(step: &Step<'_>, batch: &Batch, id: i64, card: &Card, sealing: &mut Sealing) -> Outcome<()> {
    if card.batch != batch.name {
        return Err(StoreError::Refused(format!(
            "card {} belongs to batch {}",
            card.seq, card.batch
        )));
    }
    let uses_blank = uses_blank(state_cells(card.state).0);
    let recorded = uses_blank.then(|| next_recorded(step)).transpose()?;
    let row = row_of(card, id, recorded);
    let sql = "INSERT OR FAIL INTO card (nik, batch, seq, state, state_at, right_kind, right_at, ready_since, name,
                                         birth_date, district, village, request_no, reason, waiting_since,
                                         days_waiting, note, asked, recorded)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    step.with_statement(sql, |insert| {
        insert.execute(params_from_iter(row.map(ToSqlOutput::Borrowed)))
    })?;
    sealing.take(row.into_iter());
    Ok(())
}

fn text_or_none(text: &Option<String>) -> ValueRef<'_> {
    text.as_deref().map_or(ValueRef::Null, ValueRef::from)
}

/// The values of a card in the order of the table's columns.
fn row_of(card: &Card, batch: i64, recorded: Option<i64>) -> [ValueRef<'_>; 19] {
    let number = ValueRef::Integer;
    let number_or_none = |value: Option<i64>| value.map_or(ValueRef::Null, number);
    let (state, state_at) = state_cells(card.state);
    let (right, right_at) = right_cells(card.right);
    let cells = &card.cells;
    [
        number(nik_cell(cells.nik)),
        number(batch),
        number(card.seq.into()),
        state.into(),
        number_or_none(state_at),
        right.into(),
        number(right_at),
        number_or_none(cells.ready_since.map(Moment::seconds)),
        cells.name.as_str().into(),
        number_or_none(cells.birth_date.map(day_cell)),
        text_or_none(&cells.district),
        text_or_none(&cells.village),
        text_or_none(&cells.request_no),
        text_or_none(&cells.reason),
        number(cells.waiting_since.seconds()),
        number(cells.days_waiting.into()),
        text_or_none(&card.note),
        number(card.asked.into()),
        number_or_none(recorded),
    ]
}

fn within_capacity(step: &Step<'_>, batch: &Batch) -> Outcome<()> {
    let given: i64 = step.connection.query_row(
        "SELECT count(*) FROM batch JOIN card ON card.batch = batch.id
         WHERE batch.day = ?1 AND batch.operator = ?2 AND card.state <> 'withdrawn'",
        params![day_cell(batch.date), batch.operator],
        |row| row.get(0),
    )?;
    match given > i64::from(batch.capacity) {
        true => Err(StoreError::Refused(format!(
            "operator_within_capacity: {given} of {}",
            batch.capacity
        ))),
        false => Ok(()),
    }
}

/// Returns batches by date, operator and ordinal.
pub(super) fn all(step: &Step<'_>, filter: BatchFilter) -> Outcome<Vec<Batch>> {
    let (condition, day) = match filter {
        BatchFilter::All => ("?1 IS NULL", None),
        BatchFilter::Open => (
            "?1 IS NULL AND id IN (SELECT batch FROM card WHERE state = 'open')",
            None,
        ),
        BatchFilter::On(date) => ("day = ?1", Some(day_cell(date))),
    };
    let sql = format!(
        "SELECT name, day, operator, ordinal, capacity, planned_at FROM batch WHERE {condition}
         ORDER BY day, operator, ordinal"
    );
    let mut statement = step.connection.prepare(&sql)?;
    statement.query_and_then([day], batch)?.collect()
}

/// Returns the batches that have open cards, by date, operator and ordinal, each with how many.
pub(super) fn open(step: &Step<'_>) -> Outcome<Vec<(Batch, u64)>> {
    // They stand by NIK: SQLite would sort them all to count those of each batch.
    let mut counts: HashMap<i64, u64> = HashMap::new();
    let mut open = step.connection.prepare("SELECT batch FROM card WHERE state = 'open'")?;
    let mut cards = open.query([])?;
    while let Some(card) = cards.next()? {
        *counts.entry(card.get(0)?).or_default() += 1;
    }
    let sql =
        "SELECT name, day, operator, ordinal, capacity, planned_at, id FROM batch ORDER BY day, operator, ordinal";
    let mut batches = step.connection.prepare(sql)?;
    let mut rows = batches.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(count) = counts.get(&row.get(6)?) {
            found.push((batch(row)?, *count));
        }
    }
    Ok(found)
}

fn batch(row: &Row<'_>) -> Outcome<Batch> {
    let mut cells = Cells::of(row);
    Ok(Batch {
        name: cells.text()?,
        date: cells.day()?,
        operator: cells.text()?,
        ordinal: cells.small()?,
        capacity: cells.small()?,
        planned_at: cells.moment()?,
    })
}

/// Returns the cards of a batch by their number.
pub(super) fn cards(step: &Step<'_>, batch: &str) -> Outcome<Vec<Card>> {
    let sql = format!(
        "SELECT {CARD_COLUMNS} FROM batch JOIN card ON card.batch = batch.id WHERE batch.name = ?1 ORDER BY seq"
    );
    step.connection.prepare(&sql)?.query_and_then([batch], card)?.collect()
}

/// Returns the cards of a NIK in the order of planning.
pub(super) fn cards_of(step: &Step<'_>, nik: Nik) -> Outcome<Vec<Card>> {
    let sql = format!(
        "SELECT {CARD_COLUMNS} FROM card JOIN batch ON batch.id = card.batch WHERE nik = ?1 ORDER BY card.batch"
    );
    step.connection
        .prepare(&sql)?
        .query_and_then([nik_cell(nik)], card)?
        .collect()
}

fn card(row: &Row<'_>) -> Outcome<Card> {
    let mut cells = Cells::of(row);
    let (batch, seq) = (cells.text()?, cells.small()?);
    let printed = CardCells {
        nik: cells.nik()?,
        name: cells.text()?,
        birth_date: cells.day_or_none()?,
        district: cells.text_or_none()?,
        village: cells.text_or_none()?,
        request_no: cells.text_or_none()?,
        reason: cells.text_or_none()?,
        waiting_since: cells.moment()?,
        days_waiting: cells.small()?,
        ready_since: cells.moment_or_none()?,
    };
    let right = right(&mut cells)?;
    let state = state(&mut cells)?;
    Ok(Card {
        batch,
        seq,
        cells: printed,
        right,
        state,
        note: cells.text_or_none()?,
        asked: cells.flag()?,
    })
}

/// Reads what an application's history knows of a card from `FACT_COLUMNS`.
pub(super) fn fact(row: &Row<'_>) -> Outcome<CardFact> {
    let mut cells = Cells::of(row);
    cells.nik()?;
    Ok(CardFact {
        batch: cells.text()?,
        planned_at: cells.moment()?,
        right: right(&mut cells)?,
        state: state(&mut cells)?,
        ready_since: cells.moment_or_none()?,
    })
}

/// Counts open cards.
pub(super) fn open_cards(step: &Step<'_>) -> Outcome<u64> {
    let sql = "SELECT count(*) FROM card WHERE state = 'open'";
    let count: i64 = step.connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Records or replaces a result. A blank that was used already keeps its place in the order of recording.
pub(super) fn answer(
    step: &Step<'_>,
    batch: &str,
    seq: u32,
    result: CardResult,
    note: Option<&str>,
    at: Moment,
) -> Outcome<()> {
    let (id, before) = find(step, batch, seq)?;
    let recorded = match (uses_blank(result.code()), before) {
        (false, _) => None,
        (true, Some(before)) => Some(before),
        (true, None) => Some(next_recorded(step)?),
    };
    let sql = "UPDATE card SET state = ?3, state_at = ?4, note = ?5, recorded = ?6 WHERE batch = ?1 AND seq = ?2";
    step.with_statement(sql, |update| {
        update.execute(params![id, seq, result.code(), at.seconds(), note, recorded])
    })?;
    Ok(())
}

/// Remembers that a result file had no answer for a card.
pub(super) fn mark_asked(step: &Step<'_>, batch: &str, seq: u32) -> Outcome<()> {
    let (id, _) = find(step, batch, seq)?;
    let sql = "UPDATE card SET asked = 1 WHERE batch = ?1 AND seq = ?2";
    step.with_statement(sql, |update| update.execute(params![id, seq]))?;
    Ok(())
}

/// Takes an open card out of its batch.
pub(super) fn withdraw(step: &Step<'_>, batch: &str, seq: u32, at: Moment) -> Outcome<()> {
    let (id, _) = find(step, batch, seq)?;
    let sql = "UPDATE card SET state = 'withdrawn', state_at = ?3 WHERE batch = ?1 AND seq = ?2 AND state = 'open'";
    match step.with_statement(sql, |update| update.execute(params![id, seq, at.seconds()]))? {
        0 => Err(StoreError::Refused(format!(
            "only_open_cards_are_withdrawn: {batch} {seq}"
        ))),
        _ => Ok(()),
    }
}

/// Finds a card: the number of its batch, and when it used a blank.
fn find(step: &Step<'_>, batch: &str, seq: u32) -> Outcome<(i64, Option<i64>)> {
    let sql = "SELECT batch.id, card.recorded FROM batch JOIN card ON card.batch = batch.id
               WHERE batch.name = ?1 AND card.seq = ?2";
    let found = step.with_statement(sql, |find| {
        find.query_row(params![batch, seq], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    })?;
    found.ok_or_else(|| StoreError::Unknown(format!("card {seq} of batch {batch}")))
}

fn uses_blank(state: &str) -> bool {
    matches!(state, "printed" | "spoiled")
}

fn state_cells(state: CardState) -> (&'static str, Option<i64>) {
    match state {
        CardState::Open => ("open", None),
        CardState::Answered { result, at } => (result.code(), Some(at.seconds())),
        CardState::Withdrawn { at } => ("withdrawn", Some(at.seconds())),
    }
}

fn state(cells: &mut Cells<'_, '_>) -> Outcome<CardState> {
    let (word, at) = (cells.str()?, cells.moment_or_none()?);
    let answered = |result, at| CardState::Answered { result, at };
    Ok(match (word, at) {
        ("open", None) => CardState::Open,
        ("withdrawn", Some(at)) => CardState::Withdrawn { at },
        ("printed", Some(at)) => answered(CardResult::Printed, at),
        ("spoiled", Some(at)) => answered(CardResult::Spoiled, at),
        ("not_printed", Some(at)) => answered(CardResult::NotPrinted, at),
        _ => return Err(unreadable("state of a card")),
    })
}

fn right_cells(right: PrintRight) -> (&'static str, i64) {
    match right {
        PrintRight::Entry(at) => ("entry", at.seconds()),
        PrintRight::Reprint(at) => ("reprint", at.seconds()),
    }
}

fn right(cells: &mut Cells<'_, '_>) -> Outcome<PrintRight> {
    let (word, at) = (cells.str()?, cells.moment()?);
    match word {
        "entry" => Ok(PrintRight::Entry(at)),
        "reprint" => Ok(PrintRight::Reprint(at)),
        _ => Err(unreadable("right of a card")),
    }
}
