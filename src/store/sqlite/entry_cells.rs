//! A queue entry as cells of a block, and back.

use super::blocks::{
    Block, Cell, NameCell, Packer, Piece, Reader, Words, Written, phone_cell, plain_cell, read_cell, read_name,
    request_cell,
};
use super::cells::{block_day, block_moment, day_of_block, moment_of_block};
use super::fault::{Outcome, unreadable};
use super::queue::SnapshotTimes;
use super::registration_cells::{kk, phone};
use super::step::{Reading, Step};
use crate::domain::moment::Moment;
use crate::domain::nik::{KkNumber, Nik};
use crate::domain::phone::Phone;
use crate::domain::queue::{QueueEntry, QueueRow, Trace};
use crate::domain::record_status::RecordStatus;
use crate::domain::text::Text;
use crate::store::records::Fingerprint;
use rusqlite::types::Value;

/// The columns of the pieces, in their order; the NIK stands first in `Piece::People`.
pub(super) const KK: usize = 1;
pub(super) const LEFT: usize = 2;
pub(super) const PHONE: usize = 0;
pub(super) const REQUEST: usize = 1;
const FIRST_SNAPSHOT: usize = 0;
const STATUS_SNAPSHOT: usize = 1;
const STATUS: usize = 2;
const STATUS_AT: usize = 3;
const EARLIER_STATUS_AT: usize = 4;
const BIRTH_DATE: usize = 5;
const DISTRICT: usize = 6;
const VILLAGE: usize = 7;
const REASON: usize = 8;
const ALIVE: usize = 9;
const MOVED: usize = 10;

/// What happened to an entry beside its newest row; moments as they lie in blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    pub(super) first_snapshot: u64,
    pub(super) status_snapshot: u64,
    /// An earlier status date than the present one.
    pub(super) earlier_status_at: Option<u64>,
}

/// The cells of `Piece::Facts` that say what happened, with their columns.
pub(super) type PastCells = [(usize, Cell<'static>); 3];

impl Past {
    /// Returns its cells.
    pub(super) fn cells(self) -> PastCells {
        [
            (FIRST_SNAPSHOT, Cell::Number(self.first_snapshot)),
            (STATUS_SNAPSHOT, Cell::Number(self.status_snapshot)),
            (EARLIER_STATUS_AT, Cell::of(self.earlier_status_at)),
        ]
    }
}

/// Packs a row of a snapshot; what is past of its entry is not known yet.
pub(super) fn pack(
    step: &Step<'_>,
    words: &mut Words,
    (packer, coded): (&mut Packer, &mut Vec<u8>),
    (row, content, trace): (&QueueRow, Fingerprint, Option<Trace>),
) -> Outcome<()> {
    packer.clear();
    packer.cell(plain_cell(row.kk.as_ref().map(KkNumber::digits)));
    packer.cell(Cell::Empty);
    packer.name(
        words
            .code(&row.name, coded)
            .map_or(NameCell::Whole(&row.name), NameCell::Words),
    );
    packer.cell(phone_cell(row.phone.as_ref().map(Phone::as_str)));
    packer.cell(request_cell(row.request_no.as_deref()));
    packer.raw(&content.0.to_le_bytes());
    packer.raw(&trace_bytes(trace));
    packer.cell(Cell::Empty);
    packer.cell(Cell::Empty);
    packer.cell(step.texts.block_cell(Some(row.status.canonical()))?);
    packer.cell(Cell::of(row.status_at.map(block_moment)));
    packer.cell(Cell::Empty);
    packer.cell(Cell::of(row.birth_date.map(block_day)));
    packer.cell(step.texts.block_cell(row.district.as_deref())?);
    packer.cell(step.texts.block_cell(row.village.as_deref())?);
    packer.cell(step.texts.block_cell(row.reason.as_deref())?);
    packer.cell(Cell::of(row.alive.map(u64::from)));
    packer.cell(Cell::of(row.moved.map(u64::from)));
    Ok(())
}

/// Reads the status and its date of a packed row.
pub(super) fn status_of_packed(row: &[u8]) -> Outcome<(Value, Option<u64>)> {
    let mut reader = Reader::at(row, 0);
    (0..2).try_for_each(|_| read_cell(&mut reader).map(drop))?;
    read_name(&mut reader)?;
    (0..2).try_for_each(|_| read_cell(&mut reader).map(drop))?;
    reader.take(16)?;
    (0..STATUS).try_for_each(|_| read_cell(&mut reader).map(drop))?;
    let status = value(read_cell(&mut reader)?);
    match read_cell(&mut reader)? {
        Cell::Number(moment) => Ok((status, Some(moment))),
        _ => Ok((status, None)),
    }
}

fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Number(id) => Value::Integer(id.cast_signed()),
        Cell::Text(text) => Value::Text(text.to_owned()),
    }
}

/// The status that an entry has, and since which snapshot.
pub(super) struct Standing {
    pub(super) status: Value,
    pub(super) status_at: Option<u64>,
    pub(super) past: Past,
}

/// Reads what a change of an entry rests on.
pub(super) fn standing(block: &Block, row: usize) -> Outcome<Standing> {
    let number = |column| block.number_or_none(Piece::Facts, column, row);
    Ok(Standing {
        status: value(block.cell(Piece::Facts, STATUS, row)?),
        status_at: number(STATUS_AT)?,
        past: Past {
            first_snapshot: block.number(Piece::Facts, FIRST_SNAPSHOT, row)?,
            status_snapshot: block.number(Piece::Facts, STATUS_SNAPSHOT, row)?,
            earlier_status_at: number(EARLIER_STATUS_AT)?,
        },
    })
}

/// Tells whether an entry has left the queue.
#[inline]
pub(super) fn has_left(block: &Block, row: usize) -> Outcome<bool> {
    Ok(block.number_or_none(Piece::People, LEFT, row)?.is_some())
}

/// Returns the family card of a row.
#[inline]
pub(super) fn card(block: &Block, row: usize) -> Outcome<Option<u64>> {
    block.number_or_none(Piece::People, KK, row)
}

/// Returns the content of a row in eight bytes.
#[inline]
pub(super) fn fingerprint(block: &Block, row: usize) -> Outcome<Fingerprint> {
    let eight = block.raw(Piece::Prints, row)?.try_into();
    Ok(Fingerprint(i64::from_le_bytes(
        eight.map_err(|_| unreadable("fingerprint"))?,
    )))
}

/// Returns the trace of a row; none where its eight bytes are 0.
#[inline]
pub(super) fn trace(block: &Block, row: usize) -> Outcome<Option<Trace>> {
    let eight = block.raw(Piece::Traces, row)?.try_into();
    Ok(Trace::from_bits(u64::from_le_bytes(
        eight.map_err(|_| unreadable("trace"))?,
    )))
}

/// Writes a trace.
pub(super) fn trace_bytes(trace: Option<Trace>) -> [u8; 8] {
    trace.map_or(0, Trace::bits).to_le_bytes()
}

/// Returns the status date of a row.
pub(super) fn status_at(block: &Block, row: usize) -> Outcome<Option<Moment>> {
    Ok(block.number_or_none(Piece::Facts, STATUS_AT, row)?.map(moment_of_block))
}

/// Reads an entry.
#[inline]
pub(super) fn read(reading: &mut Reading<'_>, times: &SnapshotTimes, block: &Block, row: usize) -> Outcome<QueueEntry> {
    let mut entry = outline(reading, times, block, row)?;
    complete(&mut entry, reading, block, row)?;
    Ok(entry)
}

/// Adds to an outline what it leaves out.
#[inline]
pub(super) fn complete(entry: &mut QueueEntry, reading: &mut Reading<'_>, block: &Block, row: usize) -> Outcome<()> {
    let shared = |column| reading.texts.text(block.cell(Piece::Facts, column, row)?);
    entry.row.district = shared(DISTRICT)?;
    entry.row.village = shared(VILLAGE)?;
    entry.row.kk = kk(block.cell(Piece::People, KK, row)?);
    entry.row.request_no = match block.cell(Piece::Numbers, REQUEST, row)? {
        Cell::Empty => None,
        Cell::Number(number) => Some(Written::request(number).as_str().into()),
        Cell::Text(text) => Some(text.into()),
    };
    entry.row.name = reading.name(block.name(row)?)?;
    Ok(())
}

/// What a search for somebody's entry looks at beside its NIK.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) card: Option<u64>,
    pub(super) name: Text,
    pub(super) district: Option<Text>,
    pub(super) village: Option<Text>,
}

/// Where that lies.
pub(super) const SIDE_PIECES: [Piece; 3] = [Piece::People, Piece::Names, Piece::Facts];

/// Reads the name and the places into the place of another entry's.
#[inline]
pub(super) fn side_over(side: &mut Side, reading: &mut Reading<'_>, block: &Block, row: usize) -> Outcome<()> {
    let shared = |column| reading.texts.text(block.cell(Piece::Facts, column, row)?);
    (side.district, side.village) = (shared(DISTRICT)?, shared(VILLAGE)?);
    side.name = reading.name(block.name(row)?)?;
    Ok(())
}

/// Reads of an entry what its outline has, but for the name.
pub(super) fn outline(reading: &Reading<'_>, times: &SnapshotTimes, block: &Block, row: usize) -> Outcome<QueueEntry> {
    let nik = Nik::from_u64(block.nik(row)).ok_or_else(|| unreadable("NIK"))?;
    let blank = QueueRow::new(nik, Text::default(), RecordStatus::PrintReadyRecord);
    let mut entry = QueueEntry::new(blank, Moment::from_seconds(0));
    outline_over(&mut entry, reading, times, block, row)?;
    Ok(entry)
}

/// Reads the same into the place of another entry. Nearly everybody has one, and to move so many costs more than to read
/// them.
#[inline]
pub(super) fn outline_over(
    entry: &mut QueueEntry,
    reading: &Reading<'_>,
    times: &SnapshotTimes,
    block: &Block,
    row: usize,
) -> Outcome<()> {
    let cell = |column| block.cell(Piece::Facts, column, row);
    let number = |column| block.number_or_none(Piece::Facts, column, row);
    let snapshot = |column| times.of(block.number(Piece::Facts, column, row)?.cast_signed());
    let flag = |column| -> Outcome<Option<bool>> { Ok(number(column)?.map(|flag| flag != 0)) };
    let QueueEntry {
        row: now,
        first_status_at,
        first_seen_at,
        status_seen_at,
        left_at,
    } = entry;
    now.nik = Nik::from_u64(block.nik(row)).ok_or_else(|| unreadable("NIK"))?;
    now.name = Text::default();
    now.status = reading.texts.status(cell(STATUS)?)?;
    now.status_at = number(STATUS_AT)?.map(moment_of_block);
    now.request_no = None;
    now.birth_date = number(BIRTH_DATE)?.map(day_of_block).transpose()?;
    (now.kk, now.district, now.village) = (None, None, None);
    now.reason = reading.texts.text(cell(REASON)?)?;
    now.phone = phone(block.cell(Piece::Numbers, PHONE, row)?);
    (now.alive, now.moved) = (flag(ALIVE)?, flag(MOVED)?);
    *first_status_at = number(EARLIER_STATUS_AT)?.map(moment_of_block).or(now.status_at);
    *first_seen_at = snapshot(FIRST_SNAPSHOT)?;
    *status_seen_at = snapshot(STATUS_SNAPSHOT)?;
    let left = block.number_or_none(Piece::People, LEFT, row)?;
    *left_at = left.map(|left| times.of(left.cast_signed())).transpose()?;
    Ok(())
}
