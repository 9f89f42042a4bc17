//! What nearly everybody has, from blocks: registrations and an entry.

use crate::domain::dossier::Dossier;
use crate::domain::nik::Nik;
use crate::store::sqlite::blocks::{AlikeWords, Blocks, Both, FACT_PIECES, Held, Kind, Part, Stored, Supply};
use crate::store::sqlite::fault::Outcome;
use crate::store::sqlite::queue::SnapshotTimes;
use crate::store::sqlite::registrations::put_in_order;
use crate::store::sqlite::step::{Reading, Step};
use crate::store::sqlite::{entry_cells, registration_cells};

/// How much of a dossier is read.
pub(super) enum Read {
    /// An outline, its registrations in the order of their rows.
    Outline,
    /// An outline, its registrations in another order.
    MixedOutline,
    /// Everything.
    Whole,
}

/// What nearly everybody has, up to a NIK that belongs to others.
pub(super) struct Many<S> {
    registrations: Both<S>,
    entries: Both<S>,
    end: u64,
}

impl Many<Held> {
    pub(super) fn of_part(part: Part<2>) -> Self {
        let ([registrations, entries], end) = part.into_rows();
        Self {
            registrations,
            entries,
            end,
        }
    }
}

impl<'c> Many<Stored<'c>> {
    pub(super) fn open(step: &Step<'c>, first: u64) -> Outcome<Self> {
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
    pub(super) fn next_nik(&self) -> Option<u64> {
        let next = match (self.registrations.nik(), self.entries.nik()) {
            (Some(registered), Some(queued)) => Some(registered.min(queued)),
            (registered, queued) => registered.or(queued),
        };
        next.filter(|nik| *nik < self.end)
    }

    pub(super) fn seek(&mut self, nik: Nik) -> Outcome<()> {
        self.registrations.seek(nik.as_u64())?;
        self.entries.seek(nik.as_u64())
    }

    /// Adds the registrations and the entry of the NIK that stands next to its dossier.
    pub(super) fn add_to(
        &self,
        dossier: &mut Dossier,
        reading: &mut Reading<'_>,
        times: &SnapshotTimes,
    ) -> Outcome<()> {
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
    pub(super) fn complete(&self, dossier: &mut Dossier, reading: &mut Reading<'_>) -> Outcome<()> {
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
    pub(super) fn outline(
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
    pub(super) fn pass(&mut self, nik: u64) -> Outcome<()> {
        self.registrations.pass(nik)?;
        self.entries.pass(nik)
    }
}
