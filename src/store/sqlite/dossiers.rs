//! The facts of each NIK, brought together from blocks and tables that all lie in the order of the NIK: a merge of
//! cursors, one dossier in memory at a time, no query per person.

use super::blocks::{self, AlikeWords, Blocks, Both, FACT_PIECES, Held, Kind, Part, Stored, Supply};
use super::cells::nik_cell;
use super::fault::{Outcome, unreadable};
use super::queue::SnapshotTimes;
use super::registrations::put_in_order;
use super::step::{Reading, Step};
use super::{batches, entry_cells, people, queue, registration_cells};
use crate::domain::card::CardFact;
use crate::domain::dossier::{Dossier, Expedite, Handover, WalkIn};
use crate::domain::nik::Nik;
use crate::domain::parts::{DossierWork, Dossiers, make_of_dossiers, next_whole};
use crate::domain::queue::StatusSighting;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{CachedStatement, Row, Rows, Statement, params};
use std::iter::Peekable;
use std::vec::IntoIter;

/// Visits every NIK that has any fact, in ascending order.
pub(super) fn visit_all(step: &Step<'_>, visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let collect = |dossiers: &mut dyn Dossiers| {
        let mut all = Vec::new();
        while let Some(dossier) = next_whole(dossiers) {
            let empty = Dossier::new(dossier.nik);
            all.push(std::mem::replace(dossier, empty));
        }
        all
    };
    make_of_dossiers(step, collect, |all| all.into_iter().try_for_each(&mut *visit))
}

/// Shows every NIK that has any fact in parts.
pub(super) fn in_parts(
    step: &Step<'_>,
    work: &DossierWork<'_>,
    done: &mut dyn FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let (lent, alike) = (lexicon.lend(), lexicon.alike_words()?);
    let mut statements = Statements::prepare(step)?;
    let mut few = statements.open(0, i64::MAX)?;
    let mut few_up_to = |end: u64| few.up_to(step, &times, end);
    let work = |number: usize, part: Part<2>, few: Vec<Dossier>| {
        let mut dossiers = PartDossiers {
            many: Many::of_part(part),
            few: few.into_iter().peekable(),
            reading: lent.reading(),
            times: &times,
            alike: &alike,
            dossier: None,
            in_blocks: None,
            read: Read::Whole,
            fault: Ok(()),
        };
        work(number, &mut dossiers);
        dossiers.fault.map(|()| number)
    };
    let lanes = Kind::ALL.map(|kind| (kind, &FACT_PIECES[..]));
    let division = step.division(&Kind::ALL)?;
    blocks::in_parts(
        Blocks::of(step.connection),
        lanes,
        division,
        &mut few_up_to,
        &work,
        done,
    )
}

/// How much of a dossier is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    /// An outline, its registrations in the order of their rows.
    Outline,
    /// An outline, its registrations in another order.
    MixedOutline,
    /// Everything.
    Whole,
}

/// The dossiers of one part.
struct PartDossiers<'r> {
    many: Many<Held>,
    few: Peekable<IntoIter<Dossier>>,
    reading: Reading<'r>,
    alike: &'r AlikeWords,
    times: &'r SnapshotTimes,
    /// The one that is shown.
    dossier: Option<Dossier>,
    /// Its NIK, where it stands in blocks.
    in_blocks: Option<u64>,
    /// How much of that is read.
    read: Read,
    /// Why there are no more, where it is not the end.
    fault: Outcome<()>,
}

impl PartDossiers<'_> {
    fn advance(&mut self) -> Outcome<bool> {
        if let Some(nik) = self.in_blocks.take() {
            self.many.pass(nik)?;
        }
        let next = self.many.next_nik();
        // Only looked at: `next_if` would take each out and put it back.
        let first_of_few = self.few.peek().map(|few| few.nik.as_u64());
        if first_of_few.is_some_and(|few| next.is_none_or(|next| few < next)) {
            self.dossier = self.few.next();
            self.read = Read::Whole;
            return Ok(true);
        }
        let Some(next) = next else { return Ok(false) };
        let nik = Nik::from_u64(next).ok_or_else(|| unreadable("NIK"))?;
        let dossier = self.dossier.get_or_insert_with(|| Dossier::new(nik));
        dossier.rewrite_for(nik);
        self.in_blocks = Some(next);
        self.read = self.many.outline(dossier, &mut self.reading, self.alike, self.times)?;
        if first_of_few == Some(next)
            && let Some(few) = self.few.next()
        {
            join(dossier, few);
        }
        Ok(true)
    }

    fn fill_in(&mut self) -> Outcome<()> {
        let Some(dossier) = &mut self.dossier else {
            return Ok(());
        };
        match std::mem::replace(&mut self.read, Read::Whole) {
            Read::Outline => self.many.complete(dossier, &mut self.reading),
            Read::MixedOutline => {
                dossier.registrations.clear();
                self.many.add_to(dossier, &mut self.reading, self.times)
            }
            Read::Whole => Ok(()),
        }
    }

    /// Remembers a fault; nothing is shown behind it.
    fn no_fault<T>(&mut self, outcome: Outcome<T>) -> Option<T> {
        outcome.map_err(|fault| self.fault = Err(fault)).ok()
    }
}

impl Dossiers for PartDossiers<'_> {
    fn next(&mut self) -> Option<&mut Dossier> {
        if self.fault.is_err() {
            return None;
        }
        let advanced = self.advance();
        let is_any = self.no_fault(advanced)?;
        self.dossier.as_mut().filter(|_| is_any)
    }

    fn whole(&mut self) -> Option<&mut Dossier> {
        let filled = self.fill_in();
        self.no_fault(filled)?;
        self.dossier.as_mut()
    }
}

/// Adds what few people have to what nearly everybody has; the status that the entry shows may have been seen before.
fn join(dossier: &mut Dossier, few: Dossier) {
    let Dossier {
        sightings,
        cards,
        walk_ins,
        handovers,
        expedited,
        ..
    } = few;
    (dossier.sightings, dossier.expedited) = (sightings, expedited);
    (dossier.cards, dossier.walk_ins, dossier.handovers) = (cards, walk_ins, handovers);
    if let (Some(entry), true) = (&dossier.entry, dossier.has_cards()) {
        let (status, status_at) = (entry.row.status.clone(), entry.row.status_at);
        let present = StatusSighting {
            status,
            status_at,
            seen_at: entry.status_seen_at,
        };
        if !dossier.sightings.contains(&present) {
            dossier.sightings.push(present);
        }
    }
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

/// Up to so many people are looked up one by one in the tables that hold few rows; for more, all rows between the first
/// and the last of them are passed over, and those of the years lie there too.
const MOST_SINGLY: usize = 2_000;

/// Visits the facts of chosen NIKs in ascending order; each block is read once.
pub(super) fn of_many(
    step: &Step<'_>,
    niks: &[Nik],
    visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(first) = niks.first() else {
        return Ok(());
    };
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let mut reading = lexicon.reading();
    let mut statements = Statements::prepare(step)?;
    let mut many = Many::open(step, first.as_u64())?;
    let together = if niks.len() <= MOST_SINGLY { 1 } else { niks.len() };
    for niks in niks.chunks(together) {
        let (Some(first), Some(last)) = (niks.first(), niks.last()) else {
            continue;
        };
        let mut few = statements.open(nik_cell(*first), nik_cell(*last))?;
        for nik in niks {
            many.seek(*nik)?;
            few.seek(nik_cell(*nik))?;
            let of_few = few.up_to(step, &times, nik.as_u64() + 1)?.pop();
            let mut dossier = Dossier::new(*nik);
            let is_known = many.next_nik() == Some(nik.as_u64());
            if is_known {
                many.add_to(&mut dossier, &mut reading, &times)?;
            }
            if is_known || of_few.is_some() {
                of_few.into_iter().for_each(|few| join(&mut dossier, few));
                visit(dossier)?;
            }
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

/// What nearly everybody has, up to a NIK that belongs to others.
struct Many<S> {
    registrations: Both<S>,
    entries: Both<S>,
    end: u64,
}

impl Many<Held> {
    fn of_part(part: Part<2>) -> Self {
        let ([registrations, entries], end) = part.into_rows();
        Self {
            registrations,
            entries,
            end,
        }
    }
}

impl<'c> Many<Stored<'c>> {
    fn open(step: &Step<'c>, first: u64) -> Outcome<Self> {
        let facts = |kind: Kind| Both::open(Blocks::of(step.connection), kind, &FACT_PIECES, first);
        Ok(Self {
            registrations: facts(Kind::Registration)?,
            entries: facts(Kind::Entry)?,
            end: u64::MAX,
        })
    }
}

impl<S: Supply> Many<S> {
    /// The smallest NIK that is still to come.
    #[inline]
    fn next_nik(&self) -> Option<u64> {
        let next = match (self.registrations.nik(), self.entries.nik()) {
            (Some(registered), Some(queued)) => Some(registered.min(queued)),
            (registered, queued) => registered.or(queued),
        };
        next.filter(|nik| *nik < self.end)
    }

    fn seek(&mut self, nik: Nik) -> Outcome<()> {
        self.registrations.seek(nik.as_u64())?;
        self.entries.seek(nik.as_u64())
    }

    /// Adds the registrations and the entry of the NIK that stands next to its dossier.
    fn add_to(&self, dossier: &mut Dossier, reading: &mut Reading<'_>, times: &SnapshotTimes) -> Outcome<()> {
        let nik = dossier.nik.as_u64();
        let registrations = &mut dossier.registrations;
        let is_mixed = self.registrations.at(nik, |block, row| {
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
        if let Some((block, row)) = self.entries.entry(nik) {
            dossier.entry = Some(entry_cells::read(reading, times, block, row)?);
        }
        Ok(())
    }

    /// Adds to an outline what it leaves out.
    fn complete(&self, dossier: &mut Dossier, reading: &mut Reading<'_>) -> Outcome<()> {
        let nik = dossier.nik.as_u64();
        let mut registrations = dossier.registrations.iter_mut();
        self.registrations.at(nik, |block, row| match registrations.next() {
            Some(registration) => registration_cells::complete(registration, reading, block, row),
            None => Ok(()),
        })?;
        if let (Some((block, row)), Some(entry)) = (self.entries.entry(nik), &mut dossier.entry) {
            entry_cells::complete(entry, reading, block, row)?;
        }
        Ok(())
    }

    /// Writes the same in outline over what a dossier had of another NIK; all of it where the names are not certainly one.
    #[inline]
    fn outline(
        &self,
        dossier: &mut Dossier,
        reading: &mut Reading<'_>,
        alike: &AlikeWords,
        times: &SnapshotTimes,
    ) -> Outcome<Read> {
        let nik = dossier.nik.as_u64();
        let entry = self.entries.entry(nik);
        match (entry, &mut dossier.entry) {
            (Some((block, row)), Some(other)) => entry_cells::outline_over(other, reading, times, block, row)?,
            (Some((block, row)), none) => *none = Some(entry_cells::outline(reading, times, block, row)?),
            (None, other) => *other = None,
        }
        let queued_name = entry.map(|(block, row)| block.name(row)).transpose()?;
        let (registrations, mut count, mut is_one_name) = (&mut dossier.registrations, 0, true);
        let is_mixed = self.registrations.at(nik, |block, row| {
            match registrations.get_mut(count) {
                Some(other) => registration_cells::outline_over(other, reading, block, row)?,
                None => registrations.push(registration_cells::outline(reading, block, row)?),
            }
            count += 1;
            if let Some(queued_name) = queued_name {
                is_one_name &= alike.are_alike(block.name(row)?, queued_name)?;
            }
            Ok(())
        })?;
        registrations.truncate(count);
        if !is_one_name {
            registrations.clear();
            self.add_to(dossier, reading, times)?;
            return Ok(Read::Whole);
        }
        if is_mixed {
            put_in_order(registrations);
            return Ok(Read::MixedOutline);
        }
        Ok(Read::Outline)
    }

    /// Goes past the NIK that stands next.
    #[inline]
    fn pass(&mut self, nik: u64) -> Outcome<()> {
        self.registrations.pass(nik)?;
        self.entries.pass(nik)
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

    /// Reads those who stand next, up to a NIK that is left; each with nothing but what is here.
    fn up_to(&mut self, step: &Step<'_>, times: &SnapshotTimes, end: u64) -> Outcome<Vec<Dossier>> {
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
