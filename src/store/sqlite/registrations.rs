//! Registrations with a trusted NIK: gathered as they come, then written in the order of their NIKs.

use super::blocks::{Blocks, Both, FACT_PIECES, Kind, PackedRows, Packer, Part, Piece, in_parts, tier_for, write_rows};
use super::entry_cells::has_left;
use super::fault::Outcome;
use super::held;
use super::registration_cells::{Order, order_of_block, order_of_packed, pack, read};
use super::step::{Reading, Step};
use crate::domain::nik::NikReading;
use crate::domain::registration::{Registration, RowKey};
use crate::store::records::{FileId, RowFates};

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

/// Returns the registrations whose NIK no present entry has, in lists.
pub(super) fn unqueued(step: &Step<'_>) -> anyhow::Result<Vec<Vec<Registration>>> {
    let lexicon = step.lexicon()?;
    let lent = lexicon.lend();
    let work = |_: usize, part: Part<2>, (): ()| unqueued_of(part, lent.reading());
    let lanes = [
        (Kind::Registration, &FACT_PIECES[..]),
        (Kind::Entry, &[Piece::People][..]),
    ];
    let division = step.division(&Kind::ALL)?;
    let mut found = Vec::new();
    in_parts(
        Blocks::of(step.connection),
        lanes,
        division,
        &mut |_| Ok(()),
        &work,
        &mut |more| {
            found.push(more);
            Ok(())
        },
    )?;
    Ok(found)
}

fn unqueued_of(part: Part<2>, mut reading: Reading<'_>) -> Outcome<Vec<Registration>> {
    let ([mut registrations, mut entries], end) = part.into_rows();
    let mut found = Vec::new();
    while let Some(nik) = registrations.nik().filter(|nik| *nik < end) {
        entries.seek(nik)?;
        let is_queued = match entries.entry(nik) {
            Some((block, row)) => !has_left(block, row)?,
            None => false,
        };
        if is_queued {
            registrations.seek(nik + 1)?;
            continue;
        }
        let start = found.len();
        let is_mixed = registrations.each(nik, |block, row| {
            found.push(read(&mut reading, block, row)?);
            Ok(())
        })?;
        if is_mixed {
            put_in_order(&mut found[start..]);
        }
    }
    Ok(found)
}

/// Puts the registrations of one NIK in the order of their moments.
pub(super) fn put_in_order(registrations: &mut [Registration]) {
    registrations.sort_by_key(|row| (row.submitted_at, row.row_key));
}
