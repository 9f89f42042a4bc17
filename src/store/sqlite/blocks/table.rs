//! The table `block`: where each piece lies, and its checksum.

use super::block::{OpenPiece, zeros};
use super::bytes::{Reader, put_text};
use super::checksum::checksum;
use super::{Block, BlockBuilder, Kind, Piece, Tier};
use crate::store::error::StoreError;
use crate::store::records::IntegrityFault;
use crate::store::sqlite::blocks::Words;
use crate::store::sqlite::fault::{Outcome, unreadable};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::{Arc, Mutex, PoisonError};

/// A NIK has 16 digits, so it takes less bits than this.
const NIK_BITS: u32 = 54;

/// Where the words of names lie, by the place of the first in a chunk.
const WORDS: i64 = 63 << NIK_BITS;

/// So many words lie in one chunk.
const CHUNK_WORDS: usize = 4_096;

/// Where a piece lies in the table: kind, tier and piece first, so that those which are scanned together lie together.
fn place(kind: Kind, tier: Tier, piece: Piece, first: u64) -> i64 {
    let group = (kind as i64) << 4 | (tier as i64) << 3 | piece as i64;
    (group << NIK_BITS) | first.cast_signed()
}

fn first_of(place: i64) -> u64 {
    (place & ((1 << NIK_BITS) - 1)).cast_unsigned()
}

/// The NIKs from one on, up to another that belongs to others.
#[derive(Clone, Copy, Debug)]
pub struct NikRange {
    pub from: u64,
    pub end: u64,
}

impl NikRange {
    /// Everybody.
    pub const ALL: Self = Self { from: 0, end: u64::MAX };
}

/// The blocks of a store.
#[derive(Clone, Copy)]
pub struct Blocks<'c> {
    connection: &'c Connection,
}

impl<'c> Blocks<'c> {
    /// Takes the connection of a step.
    pub fn of(connection: &'c Connection) -> Self {
        Self { connection }
    }

    /// Returns the first NIK of the block that begins behind this one.
    pub fn after(self, kind: Kind, tier: Tier, nik: u64) -> Outcome<Option<u64>> {
        let from = place(kind, tier, Piece::People, nik);
        let to = place(kind, tier, Piece::Names, 0);
        let sql = "SELECT place FROM block WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT 1";
        let found: Option<i64> = self
            .connection
            .prepare_cached(sql)?
            .query_row([from, to], |row| row.get(0))
            .optional()?;
        Ok(found.map(first_of))
    }

    /// Returns the first NIK of every block of a tier.
    pub fn firsts(self, kind: Kind, tier: Tier) -> Outcome<Vec<u64>> {
        let from = place(kind, tier, Piece::People, 0);
        let to = place(kind, tier, Piece::Names, 0);
        let sql = "SELECT place FROM block WHERE place >= ?1 AND place < ?2 ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let places = statement.query_map([from, to], |row| row.get(0))?;
        Ok(places.map(|place| place.map(first_of)).collect::<Result<_, _>>()?)
    }

    /// Returns the first NIK of a block by its number, counted from 0; the blocks before it are counted.
    pub fn first_of(self, kind: Kind, tier: Tier, number: u64) -> Outcome<Option<u64>> {
        let from = place(kind, tier, Piece::People, 0);
        let to = place(kind, tier, Piece::Names, 0);
        let sql = "SELECT place FROM block WHERE place >= ?1 AND place < ?2 ORDER BY place LIMIT 1 OFFSET ?3";
        let found: Option<i64> = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![from, to, number], |row| row.get(0))
            .optional()?;
        Ok(found.map(first_of))
    }

    /// Returns the first NIK of the block in which this NIK stands, if it stands in any.
    pub fn holding(self, kind: Kind, tier: Tier, nik: u64) -> Outcome<Option<u64>> {
        let to = place(kind, tier, Piece::People, nik);
        let from = place(kind, tier, Piece::People, 0);
        let sql = "SELECT place FROM block WHERE place <= ?1 AND place >= ?2 ORDER BY place DESC LIMIT 1";
        let found: Option<i64> = self
            .connection
            .prepare_cached(sql)?
            .query_row([to, from], |row| row.get(0))
            .optional()?;
        Ok(found.map(first_of))
    }

    /// Reads pieces of a block; what the checksum does not confirm is damage.
    pub fn load(self, kind: Kind, tier: Tier, first: u64, pieces: &[Piece]) -> Outcome<Block> {
        let open = |piece: &Piece| self.fetch_piece(kind, tier, first, *piece)?.open();
        joined(pieces.iter().map(open))
    }

    /// Reads pieces of a block; nobody has looked into them yet.
    pub fn fetch(self, kind: Kind, tier: Tier, first: u64, pieces: &[Piece]) -> Outcome<Fetched> {
        let fetch = |piece: &Piece| Ok(Arc::new(self.fetch_piece(kind, tier, first, *piece)?));
        pieces.iter().map(fetch).collect::<Outcome<_>>().map(Fetched)
    }

    fn fetch_piece(self, kind: Kind, tier: Tier, first: u64, piece: Piece) -> Outcome<FetchedPiece> {
        let place = place(kind, tier, piece, first);
        let mut statement = self
            .connection
            .prepare_cached("SELECT row_count, checksum, content FROM block WHERE place = ?1")?;
        let mut rows = statement.query([place])?;
        let row = rows.next()?.ok_or_else(|| unreadable("block: a piece is missing"))?;
        Ok(FetchedPiece {
            kind,
            piece,
            place,
            count: row.get(0)?,
            checksum: row.get(1)?,
            content: Mutex::new(Content::Closed(row.get_ref(2)?.as_blob()?.to_vec())),
        })
    }

    /// Visits one piece of every block of a tier that begins in a stretch, as it lies there: the block's first NIK and the
    /// bytes.
    pub fn scan(
        self,
        (kind, tier, piece): (Kind, Tier, Piece),
        stretch: NikRange,
        visit: &mut dyn FnMut(u64, &[u8]) -> Outcome<()>,
    ) -> Outcome<()> {
        let in_piece = |nik: u64| place(kind, tier, piece, 0) + nik.min(1 << NIK_BITS).cast_signed();
        let (from, to) = (in_piece(stretch.from), in_piece(stretch.end));
        let sql = "SELECT place, checksum, content FROM block WHERE place >= ?1 AND place < ?2 ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let (place, sum): (i64, i64) = (row.get(0)?, row.get(1)?);
            let bytes = row.get_ref(2)?.as_blob()?;
            if sum != checksum(place, bytes) {
                return Err(unreadable("block: its checksum differs"));
            }
            visit(first_of(place), bytes)?;
        }
        Ok(())
    }

    /// Takes a block out of the table.
    pub fn remove(self, kind: Kind, tier: Tier, first: u64) -> Outcome<()> {
        let mut delete = self.connection.prepare_cached("DELETE FROM block WHERE place = ?1")?;
        for piece in kind.all_pieces() {
            delete.execute([place(kind, tier, *piece, first)])?;
        }
        Ok(())
    }

    /// Writes a block.
    pub fn insert(self, sealed: &Sealed) -> Outcome<()> {
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO block (place, row_count, checksum, content) VALUES (?1, ?2, ?3, ?4)")?;
        for (place, checksum, bytes) in &sealed.pieces {
            insert.execute(params![place, sealed.count, checksum, bytes])?;
        }
        Ok(())
    }

    /// Writes a piece of a block anew.
    pub fn replace(self, kind: Kind, tier: Tier, piece: Piece, first: u64, bytes: &[u8]) -> Outcome<()> {
        let place = place(kind, tier, piece, first);
        self.connection
            .prepare_cached("UPDATE block SET checksum = ?2, content = ?3 WHERE place = ?1")?
            .execute(params![place, checksum(place, bytes), bytes])?;
        Ok(())
    }

    /// Tells how many rows a tier has.
    pub fn row_count(self, kind: Kind, tier: Tier) -> Outcome<u64> {
        let sql = "SELECT row_count FROM block_tier WHERE kind = ?1 AND tier = ?2";
        let found = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![kind as i64, tier as i64], |row| row.get(0))
            .optional()?;
        Ok(found.unwrap_or(0))
    }

    /// Notes how many rows a tier has.
    pub fn set_row_count(self, kind: Kind, tier: Tier, count: u64) -> Outcome<()> {
        let sql = "INSERT INTO block_tier (kind, tier, row_count) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET row_count = excluded.row_count";
        self.connection
            .prepare_cached(sql)?
            .execute(params![kind as i64, tier as i64, count])?;
        Ok(())
    }

    /// Reads the words of names.
    pub fn load_words(self) -> Outcome<Words> {
        let mut words = Words::new();
        let sql = "SELECT place, row_count, checksum, content FROM block WHERE place >= ?1 ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([WORDS])?;
        while let Some(row) = rows.next()? {
            let (place, count, sum): (i64, u64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let bytes = row.get_ref(3)?.as_blob()?;
            if sum != checksum(place, bytes) || first_of(place) != words.len() as u64 {
                return Err(unreadable("words of names"));
            }
            let mut reader = Reader::at(bytes, 0);
            for _ in 0..count {
                words.add(reader.text()?);
            }
        }
        words.stored = words.len();
        Ok(words)
    }

    /// Writes the words that are new.
    pub fn store_words(self, words: &mut Words) -> Outcome<()> {
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO block (place, row_count, checksum, content) VALUES (?1, ?2, ?3, ?4)")?;
        let mut bytes = Vec::new();
        while words.stored < words.len() {
            bytes.clear();
            let end = words.len().min(words.stored + CHUNK_WORDS);
            for number in words.stored..end {
                put_text(&mut bytes, words.word(number)?);
            }
            let place = WORDS | (words.stored as i64);
            insert.execute(params![place, end - words.stored, checksum(place, &bytes), bytes])?;
            words.stored = end;
        }
        Ok(())
    }
}

/// A block as it will lie in the table.
pub struct Sealed {
    count: usize,
    pieces: Vec<(i64, i64, Vec<u8>)>,
}

impl Sealed {
    /// Takes what a builder holds, and leaves it empty.
    pub fn of(kind: Kind, tier: Tier, builder: &mut BlockBuilder) -> Self {
        let (first, count) = (builder.first(), builder.count());
        let mut pieces = Vec::with_capacity(kind.all_pieces().len());
        builder.finish(|piece, bytes| {
            let place = place(kind, tier, piece, first);
            pieces.push((place, checksum(place, &bytes), bytes));
        });
        Self { count, pieces }
    }
}

/// Pieces of a block as they were read. Whoever needs one first looks into it, for everybody.
#[derive(Clone, Debug)]
pub struct Fetched(Vec<Arc<FetchedPiece>>);

/// A piece as it was read.
#[derive(Debug)]
struct FetchedPiece {
    kind: Kind,
    piece: Piece,
    place: i64,
    count: usize,
    checksum: i64,
    content: Mutex<Content>,
}

#[derive(Debug)]
enum Content {
    Closed(Vec<u8>),
    Open(Arc<OpenPiece>),
}

impl FetchedPiece {
    /// Compares the checksum and finds the columns, unless somebody did.
    fn open(&self) -> Outcome<Arc<OpenPiece>> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match &mut *content {
            Content::Open(piece) => return Ok(Arc::clone(piece)),
            Content::Closed(bytes) => std::mem::take(bytes),
        };
        if self.checksum != checksum(self.place, &bytes) {
            return Err(unreadable("block: its checksum differs"));
        }
        let piece = Arc::new(OpenPiece::new(self.kind, self.piece, self.count, bytes)?);
        *content = Content::Open(Arc::clone(&piece));
        Ok(piece)
    }
}

impl Fetched {
    /// Compares the checksums, and finds the columns.
    pub fn open(&self) -> Outcome<Block> {
        joined(self.0.iter().map(|piece| piece.open()))
    }
}

fn joined(pieces: impl Iterator<Item = Outcome<Arc<OpenPiece>>>) -> Outcome<Block> {
    Block::of(pieces)?.ok_or_else(|| StoreError::Engine("no piece was asked for".to_owned()))
}

/// Gives every entry of an earlier layout its place for a trace; none is known yet.
pub fn add_traces(connection: &Connection) -> Outcome<()> {
    let (blocks, kind) = (Blocks::of(connection), Kind::Entry);
    let (raw_width, _) = kind.shape(Piece::Traces);
    for tier in Tier::ALL {
        for first in blocks.firsts(kind, tier)? {
            let count = blocks.load(kind, tier, first, &[Piece::People])?.count();
            let (place, bytes) = (place(kind, tier, Piece::Traces, first), zeros(count, raw_width));
            let pieces = vec![(place, checksum(place, &bytes), bytes)];
            blocks.insert(&Sealed { count, pieces })?;
        }
    }
    Ok(())
}

/// Looks for damage in every block: checksums, pieces that are missing, NIKs out of order, rows that were lost.
pub fn faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let blocks = Blocks::of(connection);
    let mut faults = Vec::new();
    let mut fault = |place: String, detail: &str| {
        faults.push(IntegrityFault {
            place,
            detail: detail.to_owned(),
        });
    };
    for kind in Kind::ALL {
        for tier in Tier::ALL {
            let (mut nik, mut rows) = (0, 0);
            while let Some(first) = blocks.after(kind, tier, nik)? {
                let name = format!("block {kind:?} {tier:?} {}", first / 10_000_000_000);
                match blocks.load(kind, tier, first, kind.all_pieces()) {
                    Err(StoreError::Damaged(detail)) => fault(name, &detail),
                    Err(error) => return Err(error),
                    Ok(block) if !block.is_in_order() || block.nik(0) != first => fault(name, "rows out of order"),
                    Ok(block) => rows += block.count() as u64,
                }
                nik = first;
            }
            if rows != blocks.row_count(kind, tier)? {
                fault(format!("blocks {kind:?} {tier:?}"), "rows are missing");
            }
        }
    }
    if let Err(StoreError::Damaged(detail)) = blocks.load_words() {
        fault("words of names".to_owned(), &detail);
    }
    Ok(faults)
}
