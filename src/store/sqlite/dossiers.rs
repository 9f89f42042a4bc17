//! The facts of each NIK, brought together from blocks and tables that all lie in the order of the NIK: a merge of
//! cursors, one dossier in memory at a time, no query per person.

use super::blocks::{Blocks, Both, Kind, Stored, Supply, Tier, on_two_cores};
use super::cells::nik_cell;
use super::fault::{Outcome, unreadable};
use super::queue::SnapshotTimes;
use super::registrations::put_in_order;
use super::step::{Reading, Step};
use super::{batches, entry_cells, people, queue, registration_cells};
use crate::domain::card::CardFact;
use crate::domain::dossier::{Dossier, Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use crate::domain::queue::{QueueEntry, StatusSighting};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{CachedStatement, Row, Rows, Statement, params};

/// Visits every NIK that has any fact, in ascending order.
pub(super) fn visit_all(step: &Step<'_>, visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let blocks = Blocks::of(step.connection);
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let mut statements = Statements::prepare(step)?;
    let mut few = statements.open(0, i64::MAX)?;
    let mut count = 0;
    for (kind, tier) in Kind::ALL
        .into_iter()
        .flat_map(|kind| Tier::ALL.map(|tier| (kind, tier)))
    {
        count += blocks.row_count(kind, tier)?;
    }
    if count < step.sizes.two_cores_from {
        let mut many = Many::open(step, 0)?;
        let mut reading = lexicon.reading();
        while let Some(nik) = many.next_nik() {
            let dossier = many.dossier(&mut reading, &times, nik)?;
            few.visit_up_to(step, &times, Some(dossier), visit)?;
        }
    } else {
        let mut reading = lexicon.reading();
        let work = |[registrations, entries]: [_; 2], take: &mut dyn FnMut(Dossier)| {
            let mut many = Many { registrations, entries };
            while let Some(nik) = many.next_nik() {
                take(many.dossier(&mut reading, &times, nik)?);
            }
            Ok(())
        };
        on_two_cores(blocks, Kind::ALL, work, &mut |dossier| {
            few.visit_up_to(step, &times, Some(dossier), visit)
        })?;
    }
    few.visit_up_to(step, &times, None, visit)
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
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let mut reading = lexicon.reading();
    let mut statements = Statements::prepare(step)?;
    let mut many = Many::open(step, first.as_u64())?;
    let mut few = statements.open(nik_cell(*first), nik_cell(*last))?;
    for nik in niks {
        many.seek(*nik)?;
        few.seek(nik_cell(*nik))?;
        let dossier = match many.next_nik() {
            Some(next) if next == nik.as_u64() => Some(many.dossier(&mut reading, &times, next)?),
            _ if few.next_nik() == Some(nik_cell(*nik)) => Some(Dossier::new(*nik)),
            _ => None,
        };
        if let Some(dossier) = dossier {
            few.visit_up_to(step, &times, Some(dossier), visit)?;
        }
    }
    Ok(())
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

    fn open(&mut self, first: i64, last: i64) -> Outcome<Few<'_>> {
        Ok(Few {
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

    fn seek(&mut self, nik: i64) -> Outcome<()> {
        while self.nik.is_some_and(|next| next < nik) {
            self.advance()?;
        }
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

/// What nearly everybody has.
struct Many<S> {
    registrations: Both<S>,
    entries: Both<S>,
}

impl<'c> Many<Stored<'c>> {
    fn open(step: &Step<'c>, first: u64) -> Outcome<Self> {
        let facts = |kind: Kind| Both::open(Blocks::of(step.connection), kind, kind.pieces(), first);
        Ok(Self {
            registrations: facts(Kind::Registration)?,
            entries: facts(Kind::Entry)?,
        })
    }
}

impl<S: Supply> Many<S> {
    /// The smallest NIK that is still to come.
    #[inline]
    fn next_nik(&self) -> Option<u64> {
        match (self.registrations.nik(), self.entries.nik()) {
            (Some(registered), Some(queued)) => Some(registered.min(queued)),
            (registered, queued) => registered.or(queued),
        }
    }

    fn seek(&mut self, nik: Nik) -> Outcome<()> {
        self.registrations.seek(nik.as_u64())?;
        self.entries.seek(nik.as_u64())
    }

    /// Brings the registrations and the entry of the next NIK together.
    #[inline]
    fn dossier(&mut self, reading: &mut Reading<'_>, times: &SnapshotTimes, nik: u64) -> Outcome<Dossier> {
        let mut dossier = Dossier::new(Nik::from_u64(nik).ok_or_else(|| unreadable("NIK"))?);
        let registrations = &mut dossier.registrations;
        let is_mixed = self.registrations.each(nik, |block, row| {
            // Nearly everybody registers once; a vector that grows by itself starts with room for four.
            if registrations.is_empty() {
                registrations.reserve_exact(1);
            }
            registrations.push(registration_cells::read(reading, block, row)?);
            Ok(())
        })?;
        if is_mixed {
            put_in_order(registrations);
        }
        let entry = &mut dossier.entry;
        self.entries.each(nik, |block, row| {
            *entry = Some(entry_cells::read(reading, times, block, row)?);
            Ok(())
        })?;
        Ok(dossier)
    }
}

/// What few people have: cards, prints at the counter, hand-overs, wishes; sightings stand only beside entries.
struct Few<'s> {
    sightings: Cursor<'s>,
    cards: Cursor<'s>,
    walk_ins: Cursor<'s>,
    handovers: Cursor<'s>,
    expedites: Cursor<'s>,
}

impl Few<'_> {
    /// The smallest NIK that any table still has.
    #[inline]
    fn next_nik(&self) -> Option<i64> {
        let heads = [
            self.cards.nik,
            self.walk_ins.nik,
            self.handovers.nik,
            self.expedites.nik,
        ];
        heads.into_iter().flatten().min()
    }

    /// Passes over everything below a NIK.
    fn seek(&mut self, nik: i64) -> Outcome<()> {
        for cursor in [
            &mut self.sightings,
            &mut self.cards,
            &mut self.walk_ins,
            &mut self.handovers,
            &mut self.expedites,
        ] {
            cursor.seek(nik)?;
        }
        Ok(())
    }

    /// Visits those before a dossier who have nothing else, then the dossier with what is here; without one the rest.
    #[inline]
    fn visit_up_to(
        &mut self,
        step: &Step<'_>,
        times: &SnapshotTimes,
        dossier: Option<Dossier>,
        visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let end = dossier.as_ref().map_or(i64::MAX, |dossier| nik_cell(dossier.nik));
        while let Some(number) = self.next_nik().filter(|next| *next < end) {
            let nik = u64::try_from(number).ok().and_then(Nik::from_u64);
            visit(self.whole(step, times, Dossier::new(nik.ok_or_else(|| unreadable("NIK"))?))?)?;
        }
        match dossier {
            // Nearly nobody has anything here.
            Some(dossier) if self.next_nik() != Some(end) => visit(dossier),
            Some(dossier) => visit(self.whole(step, times, dossier)?),
            None => Ok(()),
        }
    }

    fn whole(&mut self, step: &Step<'_>, times: &SnapshotTimes, mut dossier: Dossier) -> Outcome<Dossier> {
        let nik = nik_cell(dossier.nik);
        self.add_to(&mut dossier, nik)?;
        if !(dossier.cards.is_empty() && dossier.walk_ins.is_empty() && dossier.handovers.is_empty()) {
            dossier.sightings = self.sightings_of(step, times, nik, dossier.entry.as_ref())?;
        }
        Ok(dossier)
    }

    fn add_to(&mut self, dossier: &mut Dossier, nik: i64) -> Outcome<()> {
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
