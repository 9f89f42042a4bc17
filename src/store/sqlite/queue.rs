//! Snapshots of the queue, the entries that they listed, and the statuses that these had before.

use super::blocks::{self, Blocks, Both, FACT_PIECES, Held, Kind, Part, Piece, Tier};
use super::cells::Cells;
use super::entry_cells::{self, Side};
use super::fault::{Outcome, unreadable};
use super::lookup::nik_of;
use super::step::{Reading, Step};
use crate::domain::moment::Moment;
use crate::domain::near_match::QueueSide;
use crate::domain::nik::{KkNumber, Nik};
use crate::domain::parts::{Entries, EntryWork};
use crate::domain::queue::{QueueEntry, StatusSighting};
use crate::domain::snapshot::Known;
use crate::store::records::{FileId, SnapshotId, SnapshotRecord};
use rusqlite::{Row, params};
use std::collections::HashSet;

/// The columns that `sighting` reads, in its order.
pub(super) const SIGHTING_COLUMNS: &str = "nik, snapshot, status, status_at";

/// Opens a snapshot.
pub(super) fn add_snapshot(step: &Step<'_>, file: FileId, taken_at: Moment, partial: bool) -> Outcome<SnapshotId> {
    let sql = "INSERT INTO snapshot (file, taken_at, partial) VALUES (?1, ?2, ?3)";
    step.connection
        .execute(sql, params![file.0, taken_at.seconds(), partial])?;
    Ok(SnapshotId(step.connection.last_insert_rowid()))
}

/// Returns the newest snapshot by its time.
pub(super) fn newest_snapshot(step: &Step<'_>) -> Outcome<Option<SnapshotRecord>> {
    let sql = "SELECT id, taken_at, partial FROM snapshot ORDER BY taken_at DESC, id DESC LIMIT 1";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut cells = Cells::of(row);
    let id = SnapshotId(cells.integer()?);
    Ok(Some(SnapshotRecord {
        id,
        taken_at: cells.moment()?,
        partial: cells.flag()?,
    }))
}

/// The times of snapshots by their numbers, which are small and dense.
#[derive(Debug)]
pub(super) struct SnapshotTimes(Vec<Option<Moment>>);

/// A number beyond any that is ever given is damage.
const MOST_SNAPSHOTS: usize = 1 << 20;

impl SnapshotTimes {
    pub(super) fn load(step: &Step<'_>) -> Outcome<Self> {
        let mut statement = step.connection.prepare_cached("SELECT id, taken_at FROM snapshot")?;
        let mut times = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number: usize = row.get(0)?;
            if number >= MOST_SNAPSHOTS {
                return Err(unreadable("snapshot"));
            }
            times.resize(times.len().max(number + 1), None);
            times[number] = Some(Moment::from_seconds(row.get(1)?));
        }
        Ok(Self(times))
    }

    #[inline]
    pub(super) fn of(&self, snapshot: i64) -> Outcome<Moment> {
        let time = usize::try_from(snapshot).ok().and_then(|snapshot| self.0.get(snapshot));
        time.copied().flatten().ok_or_else(|| unreadable("snapshot"))
    }
}

/// Returns who has a printed card.
fn printed(step: &Step<'_>) -> Outcome<HashSet<Nik>> {
    let mut printed = HashSet::new();
    let sql = "SELECT nik FROM card WHERE state = 'printed' UNION SELECT nik FROM walk_in";
    let mut statement = step.connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        printed.insert(Cells::of(row).nik()?);
    }
    Ok(printed)
}

/// Returns what a comparison with a snapshot needs of every entry.
pub(super) fn known(step: &Step<'_>) -> anyhow::Result<Vec<Known>> {
    let printed = printed(step)?;
    let work = |_: usize, part: Part<1>, (): ()| known_of(part, &printed);
    let lanes = [(Kind::Entry, &[Piece::People, Piece::Prints, Piece::Traces][..])];
    let blocks = Blocks::of(step.connection);
    let count = blocks.row_count(Kind::Entry, Tier::Base)? + blocks.row_count(Kind::Entry, Tier::Recent)?;
    let mut known = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    let division = step.division(&[Kind::Entry])?;
    blocks::in_parts(blocks, lanes, division, &mut |_| Ok(()), &work, &mut |mut more| {
        known.append(&mut more);
        Ok(())
    })?;
    Ok(known)
}

fn known_of(part: Part<1>, printed: &HashSet<Nik>) -> Outcome<Vec<Known>> {
    let ([mut entries], end) = part.into_rows();
    let mut known = Vec::new();
    while let Some(number) = entries.nik().filter(|number| *number < end) {
        let nik = nik_of(number)?;
        entries.each(number, |block, row| {
            known.push(Known {
                nik,
                content: entry_cells::fingerprint(block, row)?.0,
                trace: entry_cells::trace(block, row)?,
                present: !entry_cells::has_left(block, row)?,
                printed: !printed.is_empty() && printed.contains(&nik),
            });
            Ok(())
        })?;
    }
    Ok(known)
}

/// Returns the status date of an entry, without anything else of it.
pub(super) fn status_at(step: &Step<'_>, nik: Nik) -> Outcome<Option<Moment>> {
    let pieces = &[Piece::People, Piece::Facts];
    let entries = Both::open(Blocks::of(step.connection), Kind::Entry, pieces, nik.as_u64())?;
    match entries.entry(nik.as_u64()) {
        Some((block, row)) => entry_cells::status_at(block, row),
        None => Ok(None),
    }
}

/// Returns those of these NIKs whose entry has a name that is wanted; of an entry nothing else is read.
pub(super) fn named(step: &Step<'_>, niks: &[Nik], is_wanted: &mut dyn FnMut(&str) -> bool) -> Outcome<Vec<Nik>> {
    let Some(first) = niks.first() else {
        return Ok(Vec::new());
    };
    let lexicon = step.lexicon()?;
    let mut reading = lexicon.reading();
    let pieces = &[Piece::People, Piece::Names];
    let mut entries = Both::open(Blocks::of(step.connection), Kind::Entry, pieces, first.as_u64())?;
    let mut found = Vec::new();
    for nik in niks {
        entries.seek(nik.as_u64())?;
        if let Some((block, row)) = entries.entry(nik.as_u64())
            && is_wanted(&reading.name(block.name(row)?)?)
        {
            found.push(*nik);
        }
    }
    Ok(found)
}

/// Visits the entries that are in the queue now, by NIK.
pub(super) fn visit_present(
    step: &Step<'_>,
    visit: &mut dyn FnMut(&QueueEntry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let times = SnapshotTimes::load(step)?;
    let lexicon = step.lexicon()?;
    let mut reading = lexicon.reading();
    let mut entries = Both::open(Blocks::of(step.connection), Kind::Entry, &FACT_PIECES, 0)?;
    while let Some(nik) = entries.nik() {
        let mut present = None;
        entries.each(nik, |block, row| {
            if !entry_cells::has_left(block, row)? {
                present = Some(entry_cells::read(&mut reading, &times, block, row)?);
            }
            Ok(())
        })?;
        if let Some(entry) = present {
            visit(&entry)?;
        }
    }
    Ok(())
}

/// Shows the entries that are in the queue now in parts; those that are not wanted are not read.
pub(super) fn in_parts(
    step: &Step<'_>,
    work: &EntryWork<'_>,
    done: &mut dyn FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let lexicon = step.lexicon()?;
    let lent = lexicon.lend();
    let work = |number: usize, part: Part<1>, (): ()| {
        let ([rows], end) = part.into_rows();
        let mut entries = PresentEntries {
            rows,
            end,
            reading: lent.reading(),
            side: Side::default(),
            fault: Ok(()),
        };
        work(number, &mut entries);
        entries.fault.map(|()| number)
    };
    let kinds = [(Kind::Entry, &entry_cells::SIDE_PIECES[..])];
    let division = step.division(&[Kind::Entry])?;
    blocks::in_parts(
        Blocks::of(step.connection),
        kinds,
        division,
        &mut |_| Ok(()),
        &work,
        done,
    )
}

/// The entries of one part.
struct PresentEntries<'r> {
    rows: Both<Held>,
    end: u64,
    reading: Reading<'r>,
    /// The one that is shown.
    side: Side,
    /// Why there are no more, where it is not the end.
    fault: Outcome<()>,
}

impl PresentEntries<'_> {
    fn advance(&mut self, is_wanted: &mut dyn FnMut(Nik, Option<u64>) -> bool) -> Outcome<Option<Nik>> {
        while let Some(number) = self.rows.nik().filter(|number| *number < self.end) {
            let (nik, mut is_found) = (nik_of(number)?, false);
            self.rows.each(number, |block, row| {
                self.side.card = entry_cells::card(block, row)?.and_then(KkNumber::well_formed);
                is_found = !entry_cells::has_left(block, row)? && is_wanted(nik, self.side.card);
                if is_found {
                    entry_cells::side_over(&mut self.side, &mut self.reading, block, row)?;
                }
                Ok(())
            })?;
            if is_found {
                return Ok(Some(nik));
            }
        }
        Ok(None)
    }
}

impl Entries for PresentEntries<'_> {
    fn next(&mut self, is_wanted: &mut dyn FnMut(Nik, Option<u64>) -> bool) -> Option<QueueSide<'_>> {
        if self.fault.is_err() {
            return None;
        }
        let advanced = self.advance(is_wanted);
        let nik = advanced.map_err(|fault| self.fault = Err(fault)).ok().flatten()?;
        Some(QueueSide {
            nik,
            name: &self.side.name,
            card: self.side.card,
            district: self.side.district.as_deref(),
            village: self.side.village.as_deref(),
        })
    }
}

/// Reads an earlier status from `SIGHTING_COLUMNS`.
pub(super) fn sighting(step: &Step<'_>, times: &SnapshotTimes, row: &Row<'_>) -> Outcome<StatusSighting> {
    let mut cells = Cells::of(row);
    cells.nik()?;
    let seen_at = times.of(cells.integer()?)?;
    Ok(StatusSighting {
        status: cells.status(&step.texts)?,
        status_at: cells.moment_or_none()?,
        seen_at,
    })
}
