//! Registrations with a trusted NIK: gathered as they come, then written in the order of their NIKs.

use super::blocks::{Blocks, Both, Held, Kind, PackedRows, Packer, Part, Piece, in_parts, tier_for, write_rows};
use super::entry_cells::has_left;
use super::fault::Outcome;
use super::held;
use super::registration_cells::{Order, SIDE_PIECES, order_of_block, order_of_packed, pack, side, side_over};
use super::step::{Reading, Step};
use crate::domain::nik::NikReading;
use crate::domain::parts::{Unqueued, UnqueuedRow, UnqueuedWork};
use crate::domain::registration::{Registration, RowKey};
use crate::store::records::{FileId, RowFates};
use std::collections::VecDeque;

/// So many held rows wait at most.
const MOST_HELD_WAITING: usize = 20_000;

/// Rows that were taken and not written yet; no reader sees them.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    rows: PackedRows,
    held: Vec<(FileId, u64, Registration)>,
    fates: RowFates,
}

/// Takes rows, and writes them once there are too many to wait.
pub(super) fn add(step: &Step<'_>, file: FileId, rows: &mut dyn Iterator<Item = (u64, &Registration)>) -> Outcome<()> {
    let mut waiting = step.waiting.borrow_mut();
    let (mut packer, mut coded) = (Packer::default(), Vec::new());
    for (line, row) in rows {
        match &row.nik {
            NikReading::Trusted(nik) => {
                let mut words = step.words_mut()?;
                pack(step, &mut words, (&mut packer, &mut coded), (file, line), row)?;
                waiting.rows.push(nik.as_u64(), packer.bytes());
            }
            NikReading::Held { .. } => waiting.held.push((file, line, row.clone())),
        }
        if waiting.rows.len() >= step.sizes.waiting_rows || waiting.held.len() >= MOST_HELD_WAITING {
            write(step, &mut waiting)?;
        }
    }
    Ok(())
}

/// Writes what was taken, and tells what became of it since the last time.
pub(super) fn settle(step: &Step<'_>) -> Outcome<RowFates> {
    let mut waiting = step.waiting.borrow_mut();
    write(step, &mut waiting)?;
    Ok(std::mem::take(&mut waiting.fates))
}

fn write(step: &Step<'_>, waiting: &mut Waiting) -> Outcome<()> {
    let mut rows = std::mem::take(&mut waiting.rows);
    if rows.len() > 0 {
        rows.sort(order_of_packed)?;
        drop_known(step, &mut rows, &mut waiting.fates)?;
        let blocks = Blocks::of(step.connection);
        let tier = tier_for(blocks, Kind::Registration, rows.len(), step.sizes)?;
        let precedes = |row: &[u8], block: &_, at| Ok(order_of_packed(row)? < order_of_block(block, at)?);
        write_rows(blocks, Kind::Registration, tier, &mut rows.stream(precedes), step.sizes)?;
        step.store_words()?;
    }
    held::add(step, std::mem::take(&mut waiting.held), &mut waiting.fates)
}

/// Takes out the rows that are known, and counts what becomes of each.
fn drop_known(step: &Step<'_>, rows: &mut PackedRows, fates: &mut RowFates) -> Outcome<()> {
    let blocks = Blocks::of(step.connection);
    let mut known = Both::open(blocks, Kind::Registration, &[Piece::People, Piece::Facts], 0)?;
    let mut orders: Vec<Order> = Vec::new();
    let is_any_held = held::is_any(step)?;
    let mut present = 0;
    rows.retain(|waiting| {
        if waiting.nik() != present {
            present = waiting.nik();
            orders.clear();
            known.seek(present)?;
            known.each(present, |block, at| {
                orders.push(order_of_block(block, at)?);
                Ok(())
            })?;
        }
        if waiting.is_alone && orders.is_empty() && !is_any_held {
            fates.added += 1;
            return Ok(true);
        }
        let order = order_of_packed(waiting.row()?)?;
        if orders.contains(&order) {
            fates.unchanged += 1;
            return Ok(false);
        }
        orders.push(order);
        if is_any_held && held::take_out(step, RowKey(order.1))? {
            fates.changed += 1;
        } else {
            fates.added += 1;
        }
        Ok(true)
    })
}

/// Shows the registrations whose NIK no present entry has in parts.
pub(super) fn unqueued_in_parts(
    step: &Step<'_>,
    work: &UnqueuedWork<'_>,
    done: &mut dyn FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let lexicon = step.lexicon()?;
    let lent = lexicon.lend();
    let work = |number: usize, part: Part<2>, (): ()| {
        let ([registrations, entries], end) = part.into_rows();
        let mut rows = UnqueuedRows {
            registrations,
            entries,
            end,
            reading: lent.reading(),
            side: None,
            in_row: None,
            waiting: VecDeque::new(),
            fault: Ok(()),
        };
        work(number, &mut rows);
        rows.fault.map(|()| number)
    };
    let lanes = [
        (Kind::Registration, &SIDE_PIECES[..]),
        (Kind::Entry, &[Piece::People][..]),
    ];
    let division = step.division(&Kind::ALL)?;
    in_parts(
        Blocks::of(step.connection),
        lanes,
        division,
        &mut |_| Ok(()),
        &work,
        done,
    )
}

/// The registrations of one part whose NIK no present entry has.
struct UnqueuedRows<'r> {
    registrations: Both<Held>,
    entries: Both<Held>,
    end: u64,
    reading: Reading<'r>,
    /// The one that is shown, as far as a search looks at it.
    side: Option<Registration>,
    /// Its NIK, where it stands in the row that is next.
    in_row: Option<u64>,
    /// Those of a NIK with rows in both tiers, in their order.
    waiting: VecDeque<Registration>,
    /// Why there are no more, where it is not the end.
    fault: Outcome<()>,
}

impl UnqueuedRows<'_> {
    fn advance(&mut self) -> Outcome<bool> {
        let before = self.in_row.take();
        if before.is_some() {
            self.registrations.step()?;
        }
        if let Some(side) = self.waiting.pop_front() {
            self.side = Some(side);
            return Ok(true);
        }
        while let Some(nik) = self.registrations.nik().filter(|nik| *nik < self.end) {
            if before != Some(nik) && self.is_queued(nik)? {
                self.registrations.seek(nik + 1)?;
            } else if self.registrations.is_mixed() {
                return self.show_mixed(nik);
            } else if let Some((block, row)) = self.registrations.row() {
                self.in_row = Some(nik);
                match &mut self.side {
                    Some(other) => side_over(other, &mut self.reading, block, row)?,
                    none => *none = Some(side(&mut self.reading, block, row)?),
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_queued(&mut self, nik: u64) -> Outcome<bool> {
        self.entries.seek(nik)?;
        match self.entries.entry(nik) {
            Some((block, row)) => Ok(!has_left(block, row)?),
            None => Ok(false),
        }
    }

    /// Shows the first of a NIK with rows in both tiers.
    fn show_mixed(&mut self, nik: u64) -> Outcome<bool> {
        let (mut all, reading) = (Vec::new(), &mut self.reading);
        self.registrations.each(nik, |block, row| {
            all.push(side(reading, block, row)?);
            Ok(())
        })?;
        put_in_order(&mut all);
        self.waiting = all.into();
        self.side = self.waiting.pop_front();
        Ok(true)
    }
}

impl Unqueued for UnqueuedRows<'_> {
    fn next(&mut self) -> Option<UnqueuedRow<'_>> {
        if self.fault.is_err() {
            return None;
        }
        let advanced = self.advance();
        let is_any = advanced.map_err(|fault| self.fault = Err(fault)).ok()?;
        self.side.as_ref().filter(|_| is_any).map(UnqueuedRow::of)
    }
}

/// Puts the registrations of one NIK in the order of their moments.
pub(super) fn put_in_order(registrations: &mut [Registration]) {
    registrations.sort_by_key(|row| (row.submitted_at, row.row_key));
}
