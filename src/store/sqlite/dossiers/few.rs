//! What few people have, from tables that all lie in the order of the NIK: sightings, cards, walk-ins, hand-overs, wishes.

use crate::domain::card::CardFact;
use crate::domain::dossier::{Dossier, Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use crate::store::sqlite::fault::{Outcome, unreadable};
use crate::store::sqlite::queue::SnapshotTimes;
use crate::store::sqlite::step::Step;
use crate::store::sqlite::{batches, people, queue};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{CachedStatement, Row, Rows, Statement, params};

/// The tables that hold few rows, each in the order of its NIKs.
pub(super) struct Statements<'c> {
    sightings: CachedStatement<'c>,
    cards: CachedStatement<'c>,
    walk_ins: CachedStatement<'c>,
    handovers: CachedStatement<'c>,
    expedites: CachedStatement<'c>,
}

impl<'c> Statements<'c> {
    pub(super) fn prepare(step: &Step<'c>) -> Outcome<Self> {
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

    pub(super) fn open(&mut self, first: i64, last: i64) -> Outcome<Few<'_>> {
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

/// What few people have: cards, prints at the counter, hand-overs, wishes; sightings stand only beside entries.
pub(super) struct Few<'s> {
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
    pub(super) fn seek(&mut self, nik: i64) -> Outcome<()> {
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

    /// Reads those who stand next, up to a NIK that is left; each with nothing but what is here.
    pub(super) fn up_to(&mut self, step: &Step<'_>, times: &SnapshotTimes, end: u64) -> Outcome<Vec<Dossier>> {
        let end = i64::try_from(end).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        while let Some(number) = self.next_nik().filter(|next| *next < end) {
            let nik = u64::try_from(number).ok().and_then(Nik::from_u64);
            let mut dossier = Dossier::new(nik.ok_or_else(|| unreadable("NIK"))?);
            self.add_to(&mut dossier, number)?;
            if dossier.has_cards() {
                let read = |row: &Row<'_>| queue::sighting(step, times, row);
                self.sightings
                    .each(number, read, |sighting| dossier.sightings.push(sighting))?;
            }
            found.push(dossier);
        }
        Ok(found)
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
}
