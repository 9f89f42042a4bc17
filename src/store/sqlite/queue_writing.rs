//! Writing entries: new rows in the place of what was known of their NIKs, and entries that left.

use super::blocks::{
    Block, BlockBuilder, Blocks, Both, Cell, Fresh, Kind, Packer, Piece, Stored, tier_for, write_rows,
};
use super::cells::{block_moment, moment_of_block};
use super::entry_cells::{self, LEFT, Past, Standing};
use super::fault::Outcome;
use super::step::Step;
use crate::domain::moment::Moment;
use crate::domain::nik::Nik;
use crate::domain::queue::QueueRow;
use crate::store::error::StoreError;
use crate::store::records::{Fingerprint, SnapshotId};
use rusqlite::{OptionalExtension, params};

/// Writes entries that are new or changed, in ascending order of NIK.
pub(super) fn write(
    step: &Step<'_>,
    snapshot: SnapshotId,
    rows: &mut dyn Iterator<Item = (QueueRow, Fingerprint)>,
) -> Outcome<()> {
    let blocks = Blocks::of(step.connection);
    let tier = tier_for(blocks, Kind::Entry, rows.size_hint().0, step.sizes)?;
    let mut updates = Updates {
        step,
        snapshot,
        rows,
        known: Both::open(blocks, Kind::Entry, &[Piece::People, Piece::Facts], 0)?,
        nik: None,
        packer: Packer::default(),
        coded: Vec::new(),
    };
    updates.advance()?;
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
    rows: &'s mut dyn Iterator<Item = (QueueRow, Fingerprint)>,
    known: Both<Stored<'c>>,
    nik: Option<u64>,
    packer: Packer,
    coded: Vec<u8>,
}

impl Updates<'_, '_> {
    fn advance(&mut self) -> Outcome<()> {
        let before = self.nik;
        let Some((row, content)) = self.rows.next() else {
            self.nik = None;
            return Ok(());
        };
        let nik = row.nik.as_u64();
        if before.is_some_and(|before| before >= nik) {
            return Err(StoreError::Refused("entries_in_ascending_order".to_owned()));
        }
        self.nik = Some(nik);
        self.known.seek(nik)?;
        let standing = match self.known.entry(nik) {
            Some((block, at)) => Some(entry_cells::standing(block, at)?),
            None => None,
        };
        let past = match standing {
            Some(standing) => changed(self.step, self.snapshot, &row, standing)?,
            None => Past {
                first_snapshot: self.snapshot.0.cast_unsigned(),
                status_snapshot: self.snapshot.0.cast_unsigned(),
                earlier_status_at: None,
            },
        };
        let mut words = self.step.words_mut()?;
        entry_cells::pack(
            self.step,
            &mut words,
            (&mut self.packer, &mut self.coded),
            (&row, content),
            past,
        )
    }
}

impl Fresh for Updates<'_, '_> {
    fn nik(&self) -> Option<u64> {
        self.nik
    }

    fn precedes(&self, _: &Block, _: usize) -> Outcome<bool> {
        Ok(true)
    }

    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()> {
        if let Some(nik) = self.nik {
            builder.push_packed(nik, self.packer.bytes(), &[])?;
        }
        self.advance()
    }
}

/// Keeps the status that an entry had, and tells what is known of it beside its new row.
fn changed(step: &Step<'_>, snapshot: SnapshotId, row: &QueueRow, old: Standing) -> Outcome<Past> {
    let nik = row.nik.as_u64().cast_signed();
    let status = step.texts.cell(Some(row.status.canonical()))?.value();
    let status_at = row.status_at.map(block_moment);
    let mut seen = old.past.status_snapshot;
    if (&old.status, old.status_at) != (&status, status_at) {
        let old_at = old.status_at.map(|moment| moment_of_block(moment).seconds());
        step.connection
            .prepare_cached(
                "INSERT INTO queue_sighting (nik, snapshot, status, status_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![nik, old.past.status_snapshot, old.status, old_at])?;
        let before: Option<u64> = step
            .connection
            .prepare_cached("SELECT snapshot FROM queue_sighting WHERE nik = ?1 AND status = ?2 AND status_at IS ?3")?
            .query_row(params![nik, status, row.status_at.map(Moment::seconds)], |row| {
                row.get(0)
            })
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
        known: Both::open(blocks, Kind::Entry, Kind::Entry.pieces(), 0)?,
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
