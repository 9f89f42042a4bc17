//! Writing rows into a tier: only the blocks in whose range new rows fall are read, merged and written again.

use super::cursor::Stored;
use super::filling::fill;
use super::packed::Run;
use super::table::Sealed;
use super::{Block, BlockBuilder, Blocks, Cursor, Kind, Piece, SUBMITTED_AT, Sizes, Tier};
use crate::store::sqlite::fault::Outcome;

/// Rows on their way into a tier, in the order of their NIKs.
pub trait Fresh {
    /// Returns the NIK of the next row; nothing at the end.
    fn nik(&self) -> Option<u64>;

    /// Tells whether the next row stands before a row of a block that has the same NIK; asked of registrations only.
    fn precedes(&self, block: &Block, row: usize) -> Outcome<bool>;

    /// Appends the next row, and goes on.
    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()>;

    /// Gives all rows at once, where they are packed already; asked where the tier that they go into has none.
    fn all(&self) -> Option<Run<'_>> {
        None
    }
}

/// Chooses the tier for so many rows: many go into the base, few into the recent tier. Before the base is written, it
/// takes in everything recent.
pub fn tier_for(blocks: Blocks<'_>, kind: Kind, count: usize, sizes: Sizes) -> Outcome<Tier> {
    let base = blocks.row_count(kind, Tier::Base)?;
    if (count as u64).saturating_mul(sizes.recent_share) <= base {
        return Ok(Tier::Recent);
    }
    fold(blocks, kind, sizes)?;
    Ok(Tier::Base)
}

/// Writes rows into a tier. A recent tier that has grown too large is folded into the base.
pub fn write_rows(blocks: Blocks<'_>, kind: Kind, tier: Tier, fresh: &mut dyn Fresh, sizes: Sizes) -> Outcome<()> {
    Merge::new(blocks, kind, tier, sizes).run(fresh)?;
    let recent = blocks.row_count(kind, Tier::Recent)?;
    if recent.saturating_mul(sizes.recent_share) > blocks.row_count(kind, Tier::Base)? {
        fold(blocks, kind, sizes)?;
    }
    Ok(())
}

/// Brings everything recent into the base.
fn fold(blocks: Blocks<'_>, kind: Kind, sizes: Sizes) -> Outcome<()> {
    if blocks.row_count(kind, Tier::Recent)? == 0 {
        return Ok(());
    }
    let cursor = Cursor::open(blocks, kind, Tier::Recent, kind.all_pieces(), 0)?;
    Merge::new(blocks, kind, Tier::Base, sizes).run(&mut Recent { cursor })?;
    while let Some(first) = blocks.after(kind, Tier::Recent, 0)? {
        blocks.remove(kind, Tier::Recent, first)?;
    }
    blocks.set_row_count(kind, Tier::Recent, 0)
}

/// The recent tier as rows for the base.
struct Recent<'c> {
    cursor: Cursor<Stored<'c>>,
}

impl Fresh for Recent<'_> {
    fn nik(&self) -> Option<u64> {
        self.cursor.nik()
    }

    fn precedes(&self, block: &Block, row: usize) -> Outcome<bool> {
        match self.cursor.row() {
            Some((own, own_row)) => Ok(order_of(own, own_row)? < order_of(block, row)?),
            None => Ok(false),
        }
    }

    fn push(&mut self, builder: &mut BlockBuilder) -> Outcome<()> {
        if let Some((block, row)) = self.cursor.row() {
            builder.copy(block, row, None)?;
        }
        self.cursor.advance()
    }
}

/// Returns what registrations of one NIK are ordered by: the moment, then the key of the row.
fn order_of(block: &Block, row: usize) -> Outcome<(u64, &[u8])> {
    let moment = block.number(Piece::Facts, SUBMITTED_AT, row)?;
    Ok((moment, block.raw(Piece::Facts, row)?))
}

/// A tier while rows are merged into it.
struct Merge<'c> {
    blocks: Blocks<'c>,
    kind: Kind,
    tier: Tier,
    sizes: Sizes,
    block_rows: usize,
    builder: BlockBuilder,
    rows: u64,
}

impl<'c> Merge<'c> {
    fn new(blocks: Blocks<'c>, kind: Kind, tier: Tier, sizes: Sizes) -> Self {
        Self {
            blocks,
            kind,
            tier,
            sizes,
            block_rows: sizes.block_rows.max(1),
            builder: BlockBuilder::new(kind),
            rows: 0,
        }
    }

    fn run(mut self, fresh: &mut dyn Fresh) -> Outcome<()> {
        self.rows = self.blocks.row_count(self.kind, self.tier)?;
        if self.rows == 0
            && let Some(run) = fresh.all()
        {
            fill(self.blocks, self.kind, self.tier, run, self.sizes)?;
            return self.blocks.set_row_count(self.kind, self.tier, run.len() as u64);
        }
        // The block that follows the last one that was merged.
        let mut following = None;
        while let Some(nik) = fresh.nik() {
            let first = match self.blocks.holding(self.kind, self.tier, nik)? {
                Some(first) => Some(first),
                None => self.blocks.after(self.kind, self.tier, 0)?,
            };
            let Some(first) = first else {
                self.take_below(fresh, None)?;
                break;
            };
            // What lies between two blocks that are merged stays as it is.
            if following != Some(first) {
                self.flush()?;
            }
            let next = self.blocks.after(self.kind, self.tier, first)?;
            self.merge_block(fresh, first, next)?;
            following = next;
        }
        self.flush()?;
        self.blocks.set_row_count(self.kind, self.tier, self.rows)
    }

    /// Merges a block with the rows that stand before the next one.
    fn merge_block(&mut self, fresh: &mut dyn Fresh, first: u64, next: Option<u64>) -> Outcome<()> {
        let block = self.blocks.load(self.kind, self.tier, first, self.kind.all_pieces())?;
        self.blocks.remove(self.kind, self.tier, first)?;
        self.rows = self.rows.saturating_sub(block.count() as u64);
        for row in 0..block.count() {
            let nik = block.nik(row);
            let mut is_replaced = false;
            while let Some(fresh_nik) = fresh.nik().filter(|fresh_nik| *fresh_nik <= nik) {
                if fresh_nik == nik {
                    is_replaced = self.kind == Kind::Entry;
                    if !is_replaced && !fresh.precedes(&block, row)? {
                        break;
                    }
                }
                self.make_room(fresh_nik, 2 * self.block_rows)?;
                fresh.push(&mut self.builder)?;
            }
            if !is_replaced {
                self.make_room(nik, 2 * self.block_rows)?;
                self.builder.copy(&block, row, None)?;
            }
        }
        self.take_below(fresh, next)?;
        if self.builder.count() >= self.block_rows {
            self.flush()?;
        }
        Ok(())
    }

    /// Takes the rows that stand before a block.
    fn take_below(&mut self, fresh: &mut dyn Fresh, next: Option<u64>) -> Outcome<()> {
        while let Some(nik) = fresh.nik().filter(|nik| next.is_none_or(|next| *nik < next)) {
            self.make_room(nik, self.block_rows)?;
            fresh.push(&mut self.builder)?;
        }
        Ok(())
    }

    /// Writes the block that is full, unless the next row has the NIK of its last one.
    #[inline]
    fn make_room(&mut self, nik: u64, most_rows: usize) -> Outcome<()> {
        if self.builder.count() >= most_rows && self.builder.last() != nik {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Outcome<()> {
        if self.builder.count() > 0 {
            self.rows += self.builder.count() as u64;
            let sealed = Sealed::of(self.kind, self.tier, &mut self.builder);
            self.blocks.insert(&sealed)?;
        }
        Ok(())
    }
}
