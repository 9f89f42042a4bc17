//! The facts of each NIK, brought together from blocks and tables that all lie in the order of the NIK: a merge of
//! cursors, one dossier in memory at a time, no query per person.

use super::blocks::{Blocks, Both, Kind, Words};
use super::cells::nik_cell;
use super::fault::Outcome;
use super::queue::SnapshotTimes;
use super::registrations::put_in_order;
use super::step::Step;
use super::{batches, entry_cells, people, queue, registration_cells};
use crate::domain::card::CardFact;
use crate::domain::dossier::{Dossier, Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use crate::domain::queue::{QueueEntry, StatusSighting};
use crate::store::error::StoreError;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{CachedStatement, Row, Rows, Statement, params};

/// Visits every NIK that has any fact, in ascending order.
pub(super) fn visit_all(step: &Step<'_>, visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>) -> anyhow::Result<()> {
    step.texts.load()?;
    visit_between(step, 0, i64::MAX, visit)
}

/// Returns the facts of one NIK.
pub(super) fn of(step: &Step<'_>, nik: Nik) -> anyhow::Result<Option<Dossier>> {
    let mut found = None;
    of_many(step, &[nik], &mut |dossier| {
        found = Some(dossier);
        Ok(())
    })?;
    Ok(found)
}

/// Visits the facts of chosen NIKs in ascending order; each block is read once.
pub(super) fn of_many(
    step: &Step<'_>,
    niks: &[Nik],
    visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (Some(first), Some(last)) = (niks.first(), niks.last()) else {
        return Ok(());
    };
    let (times, words) = (SnapshotTimes::load(step)?, step.words()?);
    let mut reading = Reading::new(step, &times, &words);
    let mut statements = Statements::prepare(step)?;
    let mut sources = statements.open(step, nik_cell(*first), nik_cell(*last))?;
    for nik in niks {
        sources.seek(nik_cell(*nik))?;
        if sources.next_nik() == Some(nik_cell(*nik)) {
            visit(sources.dossier(&mut reading, nik_cell(*nik))?)?;
        }
    }
    Ok(())
}

fn visit_between(
    step: &Step<'_>,
    first: i64,
    last: i64,
    visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (times, words) = (SnapshotTimes::load(step)?, step.words()?);
    let mut reading = Reading::new(step, &times, &words);
    let mut statements = Statements::prepare(step)?;
    let mut sources = statements.open(step, first, last)?;
    while let Some(nik) = sources.next_nik().filter(|nik| *nik <= last) {
        visit(sources.dossier(&mut reading, nik)?)?;
    }
    Ok(())
}

/// What rows are read with.
struct Reading<'r, 'c> {
    step: &'r Step<'c>,
    times: &'r SnapshotTimes,
    words: &'r Words,
    /// Room for a name.
    name: String,
}

impl<'r, 'c> Reading<'r, 'c> {
    fn new(step: &'r Step<'c>, times: &'r SnapshotTimes, words: &'r Words) -> Self {
        Self {
            step,
            times,
            words,
            name: String::new(),
        }
    }
}

/// The tables that hold few rows, each in the order of its NIKs.
struct Statements<'c> {
    sightings: CachedStatement<'c>,
    cards: CachedStatement<'c>,
    walk_ins: CachedStatement<'c>,
    handovers: CachedStatement<'c>,
    expedites: CachedStatement<'c>,
}

impl<'c> Statements<'c> {
    fn prepare(step: &Step<'c>) -> Outcome<Self> {
        let select = |columns: &str, from: &str, order: &str| {
            let sql = format!("SELECT {columns} FROM {from} WHERE nik BETWEEN ?1 AND ?2 ORDER BY {order}");
            step.connection.prepare_cached(&sql)
        };
        Ok(Self {
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

    fn open<'s>(&'s mut self, step: &Step<'c>, first: i64, last: i64) -> Outcome<Sources<'s>>
    where
        'c: 's,
    {
        let blocks = Blocks::of(step.connection);
        let facts = |kind: Kind| Both::open(blocks, kind, kind.pieces(), first.cast_unsigned());
        Ok(Sources {
            registrations: facts(Kind::Registration)?,
            entries: facts(Kind::Entry)?,
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

    /// Passes over the rows of smaller NIKs.
    fn seek(&mut self, nik: i64) -> Outcome<()> {
        while self.nik.is_some_and(|next| next < nik) {
            self.advance()?;
        }
        Ok(())
    }

    /// Reads the rows of one NIK; those of smaller ones are passed over.
    #[inline]
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
    registrations: Both<'s>,
    entries: Both<'s>,
    sightings: Cursor<'s>,
    cards: Cursor<'s>,
    walk_ins: Cursor<'s>,
    handovers: Cursor<'s>,
    expedites: Cursor<'s>,
}

impl Sources<'_> {
    /// The smallest NIK that any table still has; sightings stand only beside entries.
    #[inline]
    fn next_nik(&self) -> Option<i64> {
        let heads = [
            self.registrations.nik().map(u64::cast_signed),
            self.entries.nik().map(u64::cast_signed),
            self.cards.nik,
            self.walk_ins.nik,
            self.handovers.nik,
            self.expedites.nik,
        ];
        heads.into_iter().flatten().min()
    }

    /// Goes on to a NIK; its sightings are looked for only when they are wanted.
    fn seek(&mut self, nik: i64) -> Outcome<()> {
        self.registrations.seek(nik.cast_unsigned())?;
        self.entries.seek(nik.cast_unsigned())?;
        self.cards.seek(nik)?;
        self.walk_ins.seek(nik)?;
        self.handovers.seek(nik)?;
        self.expedites.seek(nik)
    }

    fn dossier(&mut self, reading: &mut Reading<'_, '_>, nik: i64) -> Outcome<Dossier> {
        let number = u64::try_from(nik).ok().and_then(Nik::from_u64);
        let mut dossier = Dossier::new(number.ok_or_else(|| StoreError::Damaged("unreadable NIK".to_owned()))?);
        let Reading {
            step,
            times,
            words,
            name,
        } = reading;
        let registrations = &mut dossier.registrations;
        let is_mixed = self.registrations.each(nik.cast_unsigned(), |block, row| {
            // Nearly everybody registers once; a vector that grows by itself starts with room for four.
            if registrations.is_empty() {
                registrations.reserve_exact(1);
            }
            registrations.push(registration_cells::read(step, words, name, block, row)?);
            Ok(())
        })?;
        if is_mixed {
            put_in_order(registrations);
        }
        let entry = &mut dossier.entry;
        self.entries.each(nik.cast_unsigned(), |block, row| {
            *entry = Some(entry_cells::read(step, times, words, name, block, row)?);
            Ok(())
        })?;
        self.few(&mut dossier, nik)?;
        if !(dossier.cards.is_empty() && dossier.walk_ins.is_empty() && dossier.handovers.is_empty()) {
            dossier.sightings = self.sightings_of(step, times, nik, dossier.entry.as_ref())?;
        }
        Ok(dossier)
    }

    /// Adds what few people have: cards, prints at the counter, hand-overs, wishes.
    #[inline]
    fn few(&mut self, dossier: &mut Dossier, nik: i64) -> Outcome<()> {
        let Dossier {
            cards,
            walk_ins,
            handovers,
            expedited,
            ..
        } = dossier;
        self.cards.each(nik, batches::fact, |card: CardFact| cards.push(card))?;
        self.walk_ins
            .each(nik, people::walk_in, |walk_in: WalkIn| walk_ins.push(walk_in))?;
        self.handovers
            .each(nik, people::handover, |handover: Handover| handovers.push(handover))?;
        self.expedites
            .each(nik, people::expedite, |wish: Expedite| *expedited = Some(wish))
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
