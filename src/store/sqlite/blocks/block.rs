//! One block: filled row by row, and read back by row and column.

use super::bytes::{Reader, put_number};
use super::column::{Cell, Column, ColumnBuilder, PADDING};
use super::names::{NameCell, Names, NamesBuilder};
use super::packed;
use super::{Kind, NIK, Piece};
use crate::store::sqlite::fault::{Outcome, unreadable};
use std::sync::Arc;

/// So many pieces a block has at most.
const PIECES: usize = 6;

/// A piece that was looked into, and where its columns lie.
#[derive(Clone, Debug)]
pub struct OpenPiece {
    kind: Kind,
    piece: Piece,
    count: usize,
    bytes: Vec<u8>,
    raw_at: usize,
    raw_width: usize,
    columns: Vec<Column>,
    names: Names,
    /// The NIK of each row, in `Piece::People`.
    niks: Arc<[u64]>,
}

impl OpenPiece {
    /// Looks into the bytes of a piece of so many rows.
    pub fn new(kind: Kind, piece: Piece, count: usize, bytes: Vec<u8>) -> Outcome<Self> {
        let mut reader = Reader::at(&bytes, 0);
        if reader.size()? != count {
            return Err(unreadable("block"));
        }
        let (raw_width, column_count) = kind.shape(piece);
        let raw_at = reader.place();
        reader.take(count.checked_mul(raw_width).ok_or_else(|| unreadable("block"))?)?;
        let columns = (0..column_count)
            .map(|_| Column::open(&mut reader, count))
            .collect::<Outcome<Vec<_>>>()?;
        let names = match piece {
            Piece::Names => Names::open(&mut reader, count)?,
            _ => Names::default(),
        };
        let niks = match (piece, columns.get(NIK)) {
            (Piece::People, Some(column)) => column.numbers(&bytes, count).into(),
            _ => Arc::default(),
        };
        Ok(Self {
            kind,
            piece,
            count,
            bytes,
            raw_at,
            raw_width,
            columns,
            names,
            niks,
        })
    }
}

/// A block, or those of its pieces that were asked for.
#[derive(Debug)]
pub struct Block {
    kind: Kind,
    count: usize,
    /// The NIK of each row, if `Piece::People` is there.
    niks: Arc<[u64]>,
    parts: [Option<Arc<OpenPiece>>; PIECES],
}

impl Block {
    /// Joins the pieces of a block; they may stand in other blocks as well. `None` without any.
    pub fn of(pieces: impl IntoIterator<Item = Outcome<Arc<OpenPiece>>>) -> Outcome<Option<Self>> {
        let mut block: Option<Self> = None;
        for piece in pieces {
            let piece = piece?;
            let block = block.get_or_insert_with(|| Self {
                kind: piece.kind,
                count: piece.count,
                niks: Arc::default(),
                parts: [const { None }; PIECES],
            });
            if piece.count != block.count {
                return Err(unreadable("block"));
            }
            if piece.piece == Piece::People {
                block.niks = Arc::clone(&piece.niks);
            }
            let place = piece.piece as usize;
            block.parts[place] = Some(piece);
        }
        Ok(block)
    }

    /// Tells how many rows there are.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    #[inline]
    fn column(&self, piece: Piece, column: usize) -> Outcome<(&Column, &[u8])> {
        let part = self.parts[piece as usize].as_ref();
        let found = part.and_then(|part| Some((part.columns.get(column)?, part.bytes.as_slice())));
        found.ok_or_else(|| unreadable("piece of a block"))
    }

    /// Returns the NIK of a row.
    #[inline]
    pub fn nik(&self, row: usize) -> u64 {
        self.niks.get(row).copied().unwrap_or(0)
    }

    /// Returns the first row from `from` on whose NIK is not below `nik`.
    pub fn seek(&self, from: usize, nik: u64) -> usize {
        let ahead = self.niks.get(from..).unwrap_or_default();
        // Mostly it is one of the next rows.
        let mut reach = 1;
        while ahead.get(reach).is_some_and(|present| *present < nik) {
            reach *= 2;
        }
        let (passed, end) = (reach / 2, ahead.len().min(reach + 1));
        from + passed + ahead[passed.min(end)..end].partition_point(|present| *present < nik)
    }

    /// Returns a cell.
    #[inline]
    pub fn cell(&self, piece: Piece, column: usize, row: usize) -> Outcome<Cell<'_>> {
        let (column, bytes) = self.column(piece, column)?;
        column.cell(bytes, row)
    }

    /// Returns the number of a cell that must hold one.
    #[inline]
    pub fn number(&self, piece: Piece, column: usize, row: usize) -> Outcome<u64> {
        let (column, bytes) = self.column(piece, column)?;
        column.number(bytes, row).ok_or_else(|| unreadable("cell"))
    }

    /// Returns the number of a cell, if it holds one.
    #[inline]
    pub fn number_or_none(&self, piece: Piece, column: usize, row: usize) -> Outcome<Option<u64>> {
        let (column, bytes) = self.column(piece, column)?;
        Ok(column.number(bytes, row))
    }

    /// Returns the bytes of a row that stand as they are.
    #[inline]
    pub fn raw(&self, piece: Piece, row: usize) -> Outcome<&[u8]> {
        let part = self.parts[piece as usize].as_ref();
        let raw = part.and_then(|part| {
            let at = part.raw_at + row * part.raw_width;
            part.bytes.get(at..at + part.raw_width)
        });
        raw.ok_or_else(|| unreadable("piece of a block"))
    }

    /// Replaces the bytes of a row that stand as they are, by as many.
    pub fn set_raw(&mut self, piece: Piece, row: usize, raw: &[u8]) -> Outcome<()> {
        let part = self.parts[piece as usize].as_mut().map(Arc::make_mut);
        let place = part.and_then(|part| {
            let at = part.raw_at + row * part.raw_width;
            part.bytes.get_mut(at..at + raw.len().min(part.raw_width))
        });
        let place = place.ok_or_else(|| unreadable("piece of a block"))?;
        place.copy_from_slice(raw);
        Ok(())
    }

    /// Returns the bytes of a piece.
    pub fn bytes(&self, piece: Piece) -> Outcome<&[u8]> {
        let part = self.parts[piece as usize].as_ref();
        part.map(|part| part.bytes.as_slice())
            .ok_or_else(|| unreadable("piece of a block"))
    }

    /// Returns the name of a row.
    #[inline]
    pub fn name(&self, row: usize) -> Outcome<NameCell<'_>> {
        match &self.parts[Piece::Names as usize] {
            Some(part) => part.names.cell(&part.bytes, row),
            None => Err(unreadable("piece of a block")),
        }
    }

    /// Tells whether the NIKs ascend as they must.
    pub fn is_in_order(&self) -> bool {
        match self.kind {
            Kind::Registration => self.niks.is_sorted(),
            Kind::Entry => self.niks.is_sorted_by(|one, other| one < other),
        }
    }
}

/// Returns a piece of so many rows in which nothing stands but zeros as they are, and no columns.
pub fn zeros(count: usize, raw_width: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_number(&mut bytes, count as u64);
    bytes.resize(bytes.len() + count * raw_width + PADDING, 0);
    bytes
}

/// Visits the rows of a piece in whose column this cell stands; the piece has nothing but columns.
pub fn rows_of(bytes: &[u8], column: usize, cell: Cell<'_>, visit: &mut dyn FnMut(usize)) -> Outcome<()> {
    let (column, count) = column_of(bytes, column)?;
    match cell {
        Cell::Empty => {}
        Cell::Number(number) => column.rows_of(bytes, count, number, visit),
        Cell::Text(sought) => {
            for other in column.others(bytes) {
                let (row, text) = other?;
                if text == sought {
                    visit(row);
                }
            }
        }
    }
    Ok(())
}

/// Returns the number that stands in one row of a column, if any; the piece has nothing but columns.
pub fn number_at(bytes: &[u8], column: usize, row: usize) -> Outcome<Option<u64>> {
    let (column, _) = column_of(bytes, column)?;
    Ok(column.number(bytes, row))
}

/// Finds a column of a piece, and how many rows it has.
fn column_of(bytes: &[u8], column: usize) -> Outcome<(Column, usize)> {
    let mut reader = Reader::at(bytes, 0);
    let count = reader.size()?;
    for _ in 0..column {
        Column::open(&mut reader, count)?;
    }
    Ok((Column::open(&mut reader, count)?, count))
}

/// Returns the numbers of every row in some columns of a piece that has nothing but columns; 0 where a cell holds none.
pub fn numbers_of<const N: usize>(bytes: &[u8], wanted: [usize; N]) -> Outcome<[Vec<u64>; N]> {
    let mut reader = Reader::at(bytes, 0);
    let count = reader.size()?;
    let last = wanted.iter().max().map_or(0, |last| last + 1);
    let columns = (0..last)
        .map(|_| Column::open(&mut reader, count))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(wanted.map(|column| columns[column].numbers(bytes, count)))
}

#[derive(Debug, Default)]
struct PartBuilder {
    raw: Vec<u8>,
    columns: Vec<ColumnBuilder>,
    /// How long the piece was in the block before.
    last_bytes: usize,
}

/// A block while it is filled.
#[derive(Debug)]
pub struct BlockBuilder {
    kind: Kind,
    count: usize,
    first: u64,
    last: u64,
    parts: [PartBuilder; PIECES],
    names: NamesBuilder,
}

impl BlockBuilder {
    /// Starts without rows.
    pub fn new(kind: Kind) -> Self {
        let mut parts: [PartBuilder; PIECES] = Default::default();
        for piece in kind.all_pieces() {
            let (_, columns) = kind.shape(*piece);
            parts[*piece as usize]
                .columns
                .resize_with(columns, ColumnBuilder::default);
        }
        Self {
            kind,
            count: 0,
            first: 0,
            last: 0,
            parts,
            names: NamesBuilder::default(),
        }
    }

    /// Tells how many rows there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the NIK of the first row.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Returns the NIK of the last row.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Begins a row.
    #[inline]
    fn begin(&mut self, nik: u64) {
        if self.count == 0 {
            self.first = nik;
        }
        self.last = nik;
        self.count += 1;
        self.put(Piece::People, NIK, Cell::Number(nik));
    }

    /// Puts a cell into the row that was begun.
    #[inline]
    fn put(&mut self, piece: Piece, column: usize, cell: Cell<'_>) {
        if let Some(column) = self.parts[piece as usize].columns.get_mut(column) {
            column.push(cell);
        }
    }

    /// Appends a row that was packed; in the last piece some cells, in the order of their columns, stand for those of
    /// the row.
    pub fn push_packed(&mut self, nik: u64, row: &[u8], changes: &[(usize, Cell<'_>)]) -> Outcome<()> {
        self.begin(nik);
        let mut reader = Reader::at(row, 0);
        for piece in self.kind.all_pieces() {
            let (raw_width, _) = self.kind.shape(*piece);
            let part = &mut self.parts[*piece as usize];
            if raw_width > 0 {
                part.raw.extend_from_slice(reader.take(raw_width)?);
            }
            if *piece == Piece::Names {
                self.names.push(packed::read_name(&mut reader)?);
            }
            let mut changes = if *piece == Piece::Facts { changes } else { &[] };
            // The NIK was put where the row began.
            let first = usize::from(*piece == Piece::People);
            for (number, column) in part.columns.iter_mut().enumerate().skip(first) {
                let mut cell = packed::read_cell(&mut reader)?;
                if let [(changed, instead), rest @ ..] = changes
                    && *changed == number
                {
                    (cell, changes) = (*instead, rest);
                }
                column.push(cell);
            }
        }
        Ok(())
    }

    /// Appends a row of another block, one cell of it changed if told so.
    pub fn copy(&mut self, block: &Block, row: usize, change: Option<(Piece, usize, Cell<'_>)>) -> Outcome<()> {
        self.begin(block.nik(row));
        for piece in self.kind.all_pieces() {
            let (raw_width, columns) = self.kind.shape(*piece);
            if raw_width > 0 {
                self.parts[*piece as usize]
                    .raw
                    .extend_from_slice(block.raw(*piece, row)?);
            }
            if *piece == Piece::Names {
                self.names.push(block.name(row)?);
            }
            for column in usize::from(*piece == Piece::People)..columns {
                let cell = match change {
                    Some((changed, place, cell)) if (changed, place) == (*piece, column) => cell,
                    _ => block.cell(*piece, column, row)?,
                };
                self.put(*piece, column, cell);
            }
        }
        Ok(())
    }

    /// Gives the bytes of each piece, and starts anew.
    pub fn finish(&mut self, mut take: impl FnMut(Piece, Vec<u8>)) {
        for piece in self.kind.all_pieces() {
            let part = &mut self.parts[*piece as usize];
            let mut bytes = Vec::with_capacity(part.last_bytes + part.last_bytes / 8);
            put_number(&mut bytes, self.count as u64);
            bytes.append(&mut part.raw);
            for column in &mut part.columns {
                column.finish(&mut bytes);
            }
            if *piece == Piece::Names {
                self.names.finish(&mut bytes);
            }
            bytes.extend_from_slice(&[0; PADDING]);
            part.last_bytes = bytes.len();
            take(*piece, bytes);
        }
        self.count = 0;
    }
}
