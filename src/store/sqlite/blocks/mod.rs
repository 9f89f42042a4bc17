//! Registrations and queue entries in blocks: the facts of many people lie in few rows of SQLite.
//!
//! A block holds some five hundred to two thousand rows in the order of their NIKs; a NIK is never divided between
//! two. It lies in *pieces*, each a row of the table `block`, so that what is scanned alone is read alone: the numbers
//! of people, their names, their phones, the rest. In a piece stands one column after the other, each cell in as few
//! bytes as the range of its column needs. A checksum over each piece is compared whenever it is read.
//!
//! There are two *tiers*. The base has nearly everything. What a night brings goes into the recent tier, so that the
//! cost follows what changed; when that has grown to a part of the base, it is folded in. Readers merge both: a recent
//! entry stands for the one of the same NIK in the base, registrations add up. What is read never depends on the tier
//! in which a row lies.
//!
//! Knows nothing of what cells mean beside the NIK, and how registrations of one NIK are ordered.

mod block;
mod both;
mod bytes;
mod checksum;
mod column;
mod cursor;
mod digits;
mod feed;
mod filling;
mod merge;
mod names;
mod packed;
mod parts;
mod table;

pub use block::{Block, BlockBuilder, number_at, numbers_of, rows_of};
pub use both::Both;
pub use bytes::Reader;
pub use column::Cell;
pub use cursor::{Cursor, Stored, Supply};
pub use digits::{Written, phone_cell, plain_cell, request_cell};
pub use feed::pieces_on_two_cores;
pub use merge::{Fresh, tier_for, write_rows};
pub use names::{AlikeWords, Marks, NameCell, WordHash, Words, search};
pub use packed::{PackedRows, Packer, Run, read_cell, read_name};
pub use parts::{Division, Held, Part, in_parts};
pub use table::{Blocks, NikRange, add_traces, faults};

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Registrations with a trusted NIK.
    Registration,
    /// Entries of the print queue.
    Entry,
}

/// How long ago a row came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Nearly everything.
    Base,
    /// What came since the base was last written.
    Recent,
}

/// A part of a block that is read alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// NIKs and family cards.
    People,
    /// Names.
    Names,
    /// Phones and request numbers.
    Numbers,
    /// Fingerprints of entries; like their traces no facts, and of no use but to the next snapshot.
    Prints,
    /// Everything else.
    Facts,
    /// Traces of the lines of entries.
    Traces,
}

/// The pieces of a block in which the facts lie.
pub const FACT_PIECES: [Piece; 4] = [Piece::People, Piece::Names, Piece::Numbers, Piece::Facts];

/// The columns of `Piece::People`.
pub const NIK: usize = 0;

/// The column of `Piece::Facts` by which registrations of one NIK are ordered.
pub const SUBMITTED_AT: usize = 0;

impl Kind {
    pub const ALL: [Self; 2] = [Self::Registration, Self::Entry];

    /// All pieces of a block, in the order in which rows are packed.
    pub fn all_pieces(self) -> &'static [Piece] {
        match self {
            Self::Registration => &FACT_PIECES,
            Self::Entry => &[
                Piece::People,
                Piece::Names,
                Piece::Numbers,
                Piece::Prints,
                Piece::Traces,
                Piece::Facts,
            ],
        }
    }

    /// How many bytes of each row stand in a piece as they are, and how many columns follow.
    pub fn shape(self, piece: Piece) -> (usize, usize) {
        match (self, piece) {
            (_, Piece::Names) => (0, 0),
            (Self::Registration, Piece::People) => (0, 2),
            (Self::Registration, Piece::Numbers) => (0, 1),
            (Self::Registration, Piece::Facts) => (16, 8),
            (Self::Registration, Piece::Prints | Piece::Traces) => (0, 0),
            (Self::Entry, Piece::People) => (0, 3),
            (Self::Entry, Piece::Numbers) => (0, 2),
            (Self::Entry, Piece::Prints | Piece::Traces) => (8, 0),
            (Self::Entry, Piece::Facts) => (0, 11),
        }
    }
}

impl Tier {
    pub const ALL: [Self; 2] = [Self::Base, Self::Recent];
}

/// How large blocks are, and when rows go where.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Rows of a block.
    pub block_rows: usize,
    /// The recent tier is folded into the base when it has more than this part of its rows: one in so many.
    pub recent_share: u64,
    /// Rows that wait in memory to be sorted.
    pub waiting_rows: usize,
    /// Blocks that are read together where everything is passed over.
    pub part_blocks: usize,
    /// From so many rows on a pass over everything takes two cores.
    pub two_cores_from: u64,
}

impl Sizes {
    /// As measured: see the documentation of the benchmark. Of blocks of a thousand rows two pieces with eight bytes a
    /// row fill a page, and four with four bytes; of 1,024 rows one less has room there.
    pub const USUAL: Self = Self {
        block_rows: 1_000,
        recent_share: 8,
        waiting_rows: 1 << 20,
        part_blocks: 8,
        two_cores_from: 20_000,
    };
}
