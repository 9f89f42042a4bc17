//! Writing entries: new rows in the place of what was known of their NIKs, and entries that left.

use super::blocks::{
    Block, BlockBuilder, Blocks, Both, Cell, Fresh, Kind, PackedRows, Packer, Piece, Run, Stored, Tier, tier_for,
    write_rows,
};
use super::cells::moment_of_block;
use super::entry_cells::{self, LEFT, Past, PastCells, Standing};
use super::fault::Outcome;
use super::step::Step;
use crate::domain::nik::Nik;
use crate::domain::queue::{QueueRow, Trace};
use crate::store::error::StoreError;
use crate::store::records::{Fingerprint, SnapshotId};
use rusqlite::{OptionalExtension, params};

/// Rows of a snapshot that were taken and not written yet.
#[derive(Debug, Default)]
pub(super) struct WaitingEntries {
    rows: PackedRows,
    packer: Packer,
    coded: Vec<u8>,
}

/// Takes a row.
pub(super) fn keep(step: &Step<'_>, row: &QueueRow, content: Fingerprint, trace: Option<Trace>) -> Outcome<()> {
    let mut waiting = step.waiting_entries.borrow_mut();
    let WaitingEntries { rows, packer, coded } = &mut *waiting;
    entry_cells::pack(step, &mut *step.words_mut()?, (packer, coded), (row, content, trace))?;
    rows.push(row.nik.as_u64(), packer.bytes());
    Ok(())
}

/// Writes those of the rows that are new or changed, in ascending order of NIK.
pub(super) fn write(step: &Step<'_>, snapshot: SnapshotId, numbers: &[u32]) -> Outcome<()> {
    let mut rows = step.waiting_entries.take().rows;
    if !rows.choose(numbers) {
        return Err(StoreError::Refused("entries_in_ascending_order".to_owned()));
    }
    let blocks = Blocks::of(step.connection);
    let tier = tier_for(blocks, Kind::Entry, rows.len(), step.sizes)?;
    let new = Past {
        first_snapshot: snapshot.0.cast_unsigned(),
        status_snapshot: snapshot.0.cast_unsigned(),
        earlier_status_at: None,
    };
    let mut updates = Updates {
        step,
        snapshot,
        rows: &rows,
        at: 0,
        all_are_new: tier == Tier::Base && blocks.row_count(Kind::Entry, Tier::Base)? == 0,
        known: Both::open(blocks, Kind::Entry, &[Piece::People, Piece::Facts], 0)?,
        new: new.cells(),
        past: new.cells(),
    };
    updates.look()?;
    write_rows(blocks, Kind::Entry, tier, &mut updates, step.sizes)?;
    step.store_words()
}

/// Rows of a snapshot, each joined with what was known of its NIK.
///
/// What is known is read from the tiers while one of them is written: always before the block in which it stands is
/// taken out, for the writer asks for the next NIK first.
struct Updates<'s, 'c> {
    step: &'s Step<'c>,
    snapshot: SnapshotId,
    rows: &'s PackedRows,
    at: usize,
    /// No entry is known at all.
    all_are_new: bool,
    known: Both<Stored<'c>>,
    /// What is past of an entry that was not known.
    new: PastCells,
    /// What is past of the entry of the next row.
    past: PastCells,
}

impl Updates<'_, '_> {
    /// Looks for what is known of the next row's NIK.
    fn look(&mut self) -> Outcome<()> {
        self.past = self.new;
        let Some((nik, row)) = self.rows.at(self.at)? else {
            return Ok(());
        };
        self.known.seek(nik)?;
        if let Some((block, at)) = self.known.entry(nik) {
            let standing = entry_cells::standing(block, at)?;
            self.past = changed(self.step, self.snapshot, (nik, row), standing)?.cells();
        }
        Ok(())
    }
}

impl Fresh for Updates<'_, '_> {
    fn nik(&self) -> Option<u64> {
        self.rows.nik(self.at)
    }

    fn precedes(&self, _: &Block, _: usize) -> Outcome<bool> {
        Ok(true)
    }

    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()> {
        if let Some((nik, row)) = self.rows.at(self.at)? {
            builder.push_packed(nik, row, &self.past)?;
            self.at += 1;
        }
        self.look()
    }

    fn all(&self) -> Option<Run<'_>> {
        self.all_are_new.then(|| self.rows.all(&self.new))
    }
}

/// Keeps the status that an entry had, and tells what is known of it beside its new row.
fn changed(step: &Step<'_>, snapshot: SnapshotId, (nik, row): (u64, &[u8]), old: Standing) -> Outcome<Past> {
    let nik = nik.cast_signed();
    let (status, status_at) = entry_cells::status_of_packed(row)?;
    let seconds = |moment| moment_of_block(moment).seconds();
    let mut seen = old.past.status_snapshot;
    if (&old.status, old.status_at) != (&status, status_at) {
        step.connection
            .prepare_cached(
                "INSERT INTO queue_sighting (nik, snapshot, status, status_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                nik,
                old.past.status_snapshot,
                old.status,
                old.status_at.map(seconds)
            ])?;
        let before: Option<u64> = step
            .connection
            .prepare_cached("SELECT snapshot FROM queue_sighting WHERE nik = ?1 AND status = ?2 AND status_at IS ?3")?
            .query_row(params![nik, status, status_at.map(seconds)], |row| row.get(0))
            .optional()?;
        seen = before.unwrap_or(snapshot.0.cast_unsigned());
    }
    let earliest = [old.past.earlier_status_at, old.status_at].into_iter().flatten().min();
    Ok(Past {
        first_snapshot: old.past.first_snapshot,
        status_snapshot: seen,
        earlier_status_at: earliest.filter(|earliest| status_at.is_none_or(|status_at| *earliest < status_at)),
    })
}

/// Records that entries are no longer listed; those that left before keep their time.
pub(super) fn mark_left(step: &Step<'_>, snapshot: SnapshotId, niks: &[Nik]) -> Outcome<()> {
    let mut niks = niks.to_vec();
    niks.sort_unstable();
    niks.dedup();
    let blocks = Blocks::of(step.connection);
    let tier = tier_for(blocks, Kind::Entry, niks.len(), step.sizes)?;
    let mut leaving = Leaving {
        snapshot,
        niks: niks.iter(),
        known: Both::open(blocks, Kind::Entry, Kind::Entry.all_pieces(), 0)?,
        nik: None,
    };
    leaving.advance()?;
    write_rows(blocks, Kind::Entry, tier, &mut leaving, step.sizes)
}

/// Entries as they are known, each with the snapshot that no longer lists it.
struct Leaving<'s, 'c> {
    snapshot: SnapshotId,
    niks: std::slice::Iter<'s, Nik>,
    known: Both<Stored<'c>>,
    nik: Option<u64>,
}

impl Leaving<'_, '_> {
    fn advance(&mut self) -> Outcome<()> {
        self.nik = None;
        for nik in self.niks.by_ref() {
            self.known.seek(nik.as_u64())?;
            let Some((block, row)) = self.known.entry(nik.as_u64()) else {
                return Err(StoreError::Unknown(format!("queue entry {}", nik.masked())));
            };
            if !entry_cells::has_left(block, row)? {
                self.nik = Some(nik.as_u64());
                break;
            }
        }
        Ok(())
    }
}

impl Fresh for Leaving<'_, '_> {
    fn nik(&self) -> Option<u64> {
        self.nik
    }

    fn precedes(&self, _: &Block, _: usize) -> Outcome<bool> {
        Ok(true)
    }

    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()> {
        if let Some((block, row)) = self.nik.and_then(|nik| self.known.entry(nik)) {
            let left = Cell::Number(self.snapshot.0.cast_unsigned());
            builder.copy(block, row, Some((Piece::People, LEFT, left)))?;
        }
        self.advance()
    }
}
