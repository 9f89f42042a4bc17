//! The facts of each NIK, brought together from tables that all lie in the order of the NIK: a merge of cursors, one
//! dossier in memory at a time, no query per person.

use super::fault::Outcome;
use super::queue::SnapshotTimes;
use super::step::Step;
use super::{batches, people, queue, registrations};
use crate::domain::card::CardFact;
use crate::domain::dossier::{Dossier, Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use crate::domain::queue::{QueueEntry, StatusSighting};
use crate::domain::registration::Registration;
use crate::store::error::StoreError;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{Row, Rows, Statement, params};

/// Visits every NIK that has any fact, in ascending order.
pub(super) fn visit_all(step: &Step<'_>, visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>) -> anyhow::Result<()> {
    step.texts.load()?;
    visit_between(step, 0, i64::MAX, visit)
}

/// Returns the facts of one NIK.
pub(super) fn of(step: &Step<'_>, nik: Nik) -> anyhow::Result<Option<Dossier>> {
    let mut found = None;
    let cell = super::cells::nik_cell(nik);
    visit_between(step, cell, cell, &mut |dossier| {
        found = Some(dossier);
        Ok(())
    })?;
    Ok(found)
}

fn visit_between(
    step: &Step<'_>,
    first: i64,
    last: i64,
    visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let times = SnapshotTimes::load(step)?;
    let mut statements = Statements::prepare(step)?;
    let mut sources = statements.open(first, last)?;
    while let Some(nik) = sources.next_nik() {
        visit(sources.dossier(step, &times, nik)?)?;
    }
    Ok(())
}

struct Statements<'c> {
    registrations: Statement<'c>,
    entries: Statement<'c>,
    sightings: Statement<'c>,
    cards: Statement<'c>,
    walk_ins: Statement<'c>,
    handovers: Statement<'c>,
    expedites: Statement<'c>,
}

impl<'c> Statements<'c> {
    fn prepare(step: &Step<'c>) -> Outcome<Self> {
        let select = |columns: &str, from: &str, order: &str| {
            let sql = format!("SELECT {columns} FROM {from} WHERE nik BETWEEN ?1 AND ?2 ORDER BY {order}");
            step.connection.prepare(&sql)
        };
        Ok(Self {
            registrations: select(registrations::COLUMNS, "registration", "nik, submitted_at, row_key")?,
            entries: select(queue::ENTRY_COLUMNS, "queue_entry", "nik")?,
            sightings: select(queue::SIGHTING_COLUMNS, "queue_sighting", "nik, snapshot")?,
            // A cross join keeps the order of the cards: each looks its batch up, never the other way round.
            cards: select(
                batches::FACT_COLUMNS,
                "card CROSS JOIN batch ON batch.id = card.batch",
                "card.nik, card.batch",
            )?,
            walk_ins: select(people::WALK_IN_COLUMNS, "walk_in", "nik, printed_at")?,
            handovers: select(people::HANDOVER_COLUMNS, "handover", "nik, handed_at")?,
            expedites: select(people::EXPEDITE_COLUMNS, "expedite", "nik, asked_at, rowid")?,
        })
    }

    fn open(&mut self, first: i64, last: i64) -> Outcome<Sources<'_>> {
        Ok(Sources {
            registrations: Cursor::open(&mut self.registrations, first, last)?,
            entries: Cursor::open(&mut self.entries, first, last)?,
            sightings: Cursor::open(&mut self.sightings, first, last)?,
            cards: Cursor::open(&mut self.cards, first, last)?,
            walk_ins: Cursor::open(&mut self.walk_ins, first, last)?,
            handovers: Cursor::open(&mut self.handovers, first, last)?,
            expedites: Cursor::open(&mut self.expedites, first, last)?,
        })
    }
}

/// A table in the order of its first column, the NIK, and how far it was read.
struct Cursor<'s> {
    rows: Rows<'s>,
    /// The NIK of the row that stands next; nothing at the end.
    nik: Option<i64>,
}

impl<'s> Cursor<'s> {
    fn open(statement: &'s mut Statement<'_>, first: i64, last: i64) -> Outcome<Self> {
        let mut cursor = Self {
            rows: statement.query(params![first, last])?,
            nik: None,
        };
        cursor.advance()?;
        Ok(cursor)
    }

    fn advance(&mut self) -> Outcome<()> {
        self.nik = Rows::next(&mut self.rows)?.map(|row| row.get(0)).transpose()?;
        Ok(())
    }

    /// Reads the rows of one NIK; those of smaller ones are passed over.
    fn each<T>(&mut self, nik: i64, read: impl Fn(&Row<'_>) -> Outcome<T>, mut take: impl FnMut(T)) -> Outcome<()> {
        while let Some(next) = self.nik.filter(|next| *next <= nik) {
            if next == nik
                && let Some(row) = self.rows.get()
            {
                take(read(row)?);
            }
            self.advance()?;
        }
        Ok(())
    }
}

struct Sources<'s> {
    registrations: Cursor<'s>,
    entries: Cursor<'s>,
    sightings: Cursor<'s>,
    cards: Cursor<'s>,
    walk_ins: Cursor<'s>,
    handovers: Cursor<'s>,
    expedites: Cursor<'s>,
}

impl Sources<'_> {
    /// The smallest NIK that any table still has; sightings stand only beside entries.
    fn next_nik(&self) -> Option<i64> {
        let heads = [
            self.registrations.nik,
            self.entries.nik,
            self.cards.nik,
            self.walk_ins.nik,
            self.handovers.nik,
            self.expedites.nik,
        ];
        heads.into_iter().flatten().min()
    }

    fn dossier(&mut self, step: &Step<'_>, times: &SnapshotTimes, nik: i64) -> Outcome<Dossier> {
        let number = u64::try_from(nik).ok().and_then(Nik::from_u64);
        let mut dossier = Dossier::new(number.ok_or_else(|| StoreError::Damaged("unreadable NIK".to_owned()))?);
        let Dossier {
            registrations,
            entry,
            cards,
            walk_ins,
            handovers,
            expedited,
            ..
        } = &mut dossier;
        let read = |row: &Row<'_>| registrations::registration(step, row);
        self.registrations.each(nik, read, |registration: Registration| {
            // Nearly everybody registers once; a vector that grows by itself starts with room for four.
            if registrations.is_empty() {
                registrations.reserve_exact(1);
            }
            registrations.push(registration);
        })?;
        let read = |row: &Row<'_>| queue::entry(step, times, row);
        self.entries.each(nik, read, |found: QueueEntry| *entry = Some(found))?;
        self.cards.each(nik, batches::fact, |card: CardFact| cards.push(card))?;
        self.walk_ins
            .each(nik, people::walk_in, |walk_in: WalkIn| walk_ins.push(walk_in))?;
        self.handovers
            .each(nik, people::handover, |handover: Handover| handovers.push(handover))?;
        self.expedites
            .each(nik, people::expedite, |wish: Expedite| *expedited = Some(wish))?;
        if !(dossier.cards.is_empty() && dossier.walk_ins.is_empty() && dossier.handovers.is_empty()) {
            dossier.sightings = self.sightings_of(step, times, nik, dossier.entry.as_ref())?;
        }
        Ok(dossier)
    }

    /// Every status and date of an entry by the time of its first sight; the present one may have been seen before.
    fn sightings_of(
        &mut self,
        step: &Step<'_>,
        times: &SnapshotTimes,
        nik: i64,
        entry: Option<&QueueEntry>,
    ) -> Outcome<Vec<StatusSighting>> {
        let mut sightings = Vec::new();
        let read = |row: &Row<'_>| queue::sighting(step, times, row);
        self.sightings.each(nik, read, |sighting| sightings.push(sighting))?;
        if let Some(entry) = entry {
            let (status, status_at) = (entry.row.status.clone(), entry.row.status_at);
            let present = StatusSighting {
                status,
                status_at,
                seen_at: entry.status_seen_at,
            };
            if !sightings.contains(&present) {
                sightings.push(present);
            }
        }
        Ok(sightings)
    }
}
