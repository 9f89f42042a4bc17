//! A registration as cells of a block, and back.

use super::blocks::{
    Block, Cell, NameCell, Packer, Piece, Reader, Words, Written, phone_cell, plain_cell, read_cell, read_name,
};
use super::cells::{block_moment, moment_of_block};
use super::fault::{Outcome, unreadable};
use super::lookup::nik_of;
use super::step::{Reading, Step};
use crate::domain::moment::Moment;
use crate::domain::nik::{KkNumber, NikReading};
use crate::domain::phone::Phone;
use crate::domain::registration::{Registration, RowKey};
use crate::domain::text::Text;
use crate::store::records::FileId;

/// The columns of the pieces, in their order; the NIK stands first in `Piece::People`.
pub(super) const KK: usize = 1;
pub(super) const PHONE: usize = 0;
const SUBMITTED_AT: usize = 0;
const DISTRICT: usize = 3;
const VILLAGE: usize = 4;
const RT_RW: usize = 5;
const REASON: usize = 6;
const EMAIL: usize = 7;

/// Packs a row; a NIK that can be trusted is given beside it.
pub(super) fn pack(
    step: &Step<'_>,
    words: &mut Words,
    (packer, coded): (&mut Packer, &mut Vec<u8>),
    (file, line): (FileId, u64),
    row: &Registration,
) -> Outcome<()> {
    packer.clear();
    packer.cell(plain_cell(row.kk.as_ref().map(KkNumber::digits)));
    packer.name(
        words
            .code(&row.name, coded)
            .map_or(NameCell::Whole(&row.name), NameCell::Words),
    );
    packer.cell(phone_cell(row.phone.as_ref().map(Phone::as_str)));
    packer.raw(&row.row_key.0);
    packer.cell(Cell::Number(block_moment(row.submitted_at)));
    packer.cell(Cell::Number(file.0.cast_unsigned()));
    packer.cell(Cell::Number(line));
    packer.cell(step.texts.block_cell(row.district.as_deref())?);
    packer.cell(step.texts.block_cell(row.village.as_deref())?);
    packer.cell(step.texts.block_cell(row.rt_rw.as_deref())?);
    packer.cell(step.texts.block_cell(row.reason.as_deref())?);
    packer.cell(row.email.as_deref().map_or(Cell::Empty, Cell::Text));
    Ok(())
}

/// What registrations of one NIK are ordered by, and known by: the moment, then the key of the row.
pub(super) type Order = (u64, [u8; 16]);

/// Reads the order of a packed row.
pub(super) fn order_of_packed(row: &[u8]) -> Outcome<Order> {
    let mut reader = Reader::at(row, 0);
    read_cell(&mut reader)?;
    read_name(&mut reader)?;
    read_cell(&mut reader)?;
    let key = reader.take(16)?;
    match read_cell(&mut reader)? {
        Cell::Number(moment) => Ok((moment, key.try_into().map_err(|_| unreadable("row key"))?)),
        _ => Err(unreadable("moment")),
    }
}

/// Reads the order of a row of a block.
pub(super) fn order_of_block(block: &Block, row: usize) -> Outcome<Order> {
    let key = block.raw(Piece::Facts, row)?;
    let moment = block.number(Piece::Facts, SUBMITTED_AT, row)?;
    Ok((moment, key.try_into().map_err(|_| unreadable("row key"))?))
}

/// Reads a registration.
#[inline]
pub(super) fn read(reading: &mut Reading<'_>, block: &Block, row: usize) -> Outcome<Registration> {
    let mut registration = outline(reading, block, row)?;
    complete(&mut registration, reading, block, row)?;
    Ok(registration)
}

/// Adds to an outline what it leaves out.
#[inline]
pub(super) fn complete(
    registration: &mut Registration,
    reading: &mut Reading<'_>,
    block: &Block,
    row: usize,
) -> Outcome<()> {
    let shared = |column| reading.texts.text(block.cell(Piece::Facts, column, row)?);
    registration.district = shared(DISTRICT)?;
    registration.village = shared(VILLAGE)?;
    registration.rt_rw = shared(RT_RW)?;
    registration.kk = kk(block.cell(Piece::People, KK, row)?);
    registration.phone = phone(block.cell(Piece::Numbers, PHONE, row)?);
    registration.email = match block.cell(Piece::Facts, EMAIL, row)? {
        Cell::Text(text) => Some(text.into()),
        _ => None,
    };
    registration.name = reading.name(block.name(row)?)?;
    Ok(())
}

/// Reads of a registration what its outline has, but for the name.
#[inline]
pub(super) fn outline(reading: &Reading<'_>, block: &Block, row: usize) -> Outcome<Registration> {
    let mut registration = blank(block, row)?;
    outline_over(&mut registration, reading, block, row)?;
    Ok(registration)
}

/// Reads the same into the place of another registration.
#[inline]
pub(super) fn outline_over(
    registration: &mut Registration,
    reading: &Reading<'_>,
    block: &Block,
    row: usize,
) -> Outcome<()> {
    let (submitted_at, row_key) = order_of_block(block, row)?;
    registration.row_key = RowKey(row_key);
    registration.nik = NikReading::Trusted(nik_of(block.nik(row))?);
    registration.name = Text::default();
    registration.submitted_at = moment_of_block(submitted_at);
    (registration.kk, registration.phone, registration.email) = (None, None, None);
    (registration.district, registration.village, registration.rt_rw) = (None, None, None);
    registration.reason = reading.texts.text(block.cell(Piece::Facts, REASON, row)?)?;
    Ok(())
}

/// Where that lies which a search for somebody's entry looks at, and what the row is known by.
pub(super) const SIDE_PIECES: [Piece; 3] = [Piece::People, Piece::Names, Piece::Facts];

/// Reads that of a registration; nothing else is filled in.
pub(super) fn side(reading: &mut Reading<'_>, block: &Block, row: usize) -> Outcome<Registration> {
    let mut registration = blank(block, row)?;
    side_over(&mut registration, reading, block, row)?;
    Ok(registration)
}

/// Reads the same into the place of another registration of which nothing else is filled in.
#[inline]
pub(super) fn side_over(
    registration: &mut Registration,
    reading: &mut Reading<'_>,
    block: &Block,
    row: usize,
) -> Outcome<()> {
    let shared = |column| reading.texts.text(block.cell(Piece::Facts, column, row)?);
    let (submitted_at, row_key) = order_of_block(block, row)?;
    registration.row_key = RowKey(row_key);
    registration.nik = NikReading::Trusted(nik_of(block.nik(row))?);
    registration.submitted_at = moment_of_block(submitted_at);
    registration.kk = kk(block.cell(Piece::People, KK, row)?);
    (registration.district, registration.village) = (shared(DISTRICT)?, shared(VILLAGE)?);
    registration.name = reading.name(block.name(row)?)?;
    Ok(())
}

/// Makes a registration of which nothing but the NIK is read yet.
#[inline]
fn blank(block: &Block, row: usize) -> Outcome<Registration> {
    let nik = NikReading::Trusted(nik_of(block.nik(row))?);
    let (key, epoch) = (RowKey([0; 16]), Moment::from_seconds(0));
    Ok(Registration::new(key, nik, Text::default(), epoch))
}

/// Reads a family card.
#[inline]
pub(super) fn kk(cell: Cell<'_>) -> Option<KkNumber> {
    match cell {
        Cell::Empty => None,
        Cell::Number(number) => KkNumber::new(Written::plain(number).as_str()),
        Cell::Text(text) => KkNumber::new(text),
    }
}

/// Reads a phone number.
#[inline]
pub(super) fn phone(cell: Cell<'_>) -> Option<Phone> {
    match cell {
        Cell::Empty => None,
        Cell::Number(number) => Some(Phone::from_stored(Written::phone(number).as_str())),
        Cell::Text(text) => Some(Phone::from_stored(text)),
    }
}
