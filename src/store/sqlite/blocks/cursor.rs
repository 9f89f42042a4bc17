//! A walk through the rows of one tier in the order of their NIKs, with jumps ahead.

use super::{Block, Blocks, Kind, Piece, Tier};
use crate::store::sqlite::fault::Outcome;

/// Where the blocks of one tier come from, in the order of their NIKs.
pub trait Supply {
    /// Returns the block that begins behind this NIK.
    fn after(&mut self, nik: u64) -> Outcome<Option<Block>>;

    /// Returns the block in which this NIK stands or would stand; whoever only goes on returns the next one.
    fn holding(&mut self, nik: u64) -> Outcome<Option<Block>>;
}

/// The blocks of a tier, read when they are asked for.
pub struct Stored<'c> {
    blocks: Blocks<'c>,
    kind: Kind,
    tier: Tier,
    pieces: &'static [Piece],
}

impl Stored<'_> {
    fn load(&self, first: Option<u64>) -> Outcome<Option<Block>> {
        let load = |first| self.blocks.load(self.kind, self.tier, first, self.pieces);
        first.map(load).transpose()
    }
}

impl Supply for Stored<'_> {
    fn after(&mut self, nik: u64) -> Outcome<Option<Block>> {
        self.load(self.blocks.after(self.kind, self.tier, nik)?)
    }

    fn holding(&mut self, nik: u64) -> Outcome<Option<Block>> {
        match self.blocks.holding(self.kind, self.tier, nik)? {
            None => self.after(0),
            first => self.load(first),
        }
    }
}

/// How far a tier was read. Where it stands, the pieces that were asked for lie in memory.
pub struct Cursor<S> {
    supply: S,
    block: Option<Block>,
    row: usize,
    nik: Option<u64>,
}

impl<'c> Cursor<Stored<'c>> {
    /// Starts at the first row whose NIK is not below `nik`.
    pub fn open(blocks: Blocks<'c>, kind: Kind, tier: Tier, pieces: &'static [Piece], nik: u64) -> Outcome<Self> {
        let supply = Stored {
            blocks,
            kind,
            tier,
            pieces,
        };
        Self::over(supply, nik)
    }
}

impl<S: Supply> Cursor<S> {
    /// Starts at the first row whose NIK is not below `nik`.
    pub fn over(supply: S, nik: u64) -> Outcome<Self> {
        let mut cursor = Self {
            supply,
            block: None,
            row: 0,
            nik: None,
        };
        cursor.jump(nik)?;
        Ok(cursor)
    }

    /// Returns the NIK of the present row; nothing at the end.
    #[inline]
    pub fn nik(&self) -> Option<u64> {
        self.nik
    }

    /// Returns the present row.
    #[inline]
    pub fn row(&self) -> Option<(&Block, usize)> {
        self.block.as_ref().map(|block| (block, self.row))
    }

    /// Visits the rows of a NIK that stand next; all of them stand in one block. Tells whether there are any.
    #[inline]
    pub fn at(&self, nik: u64, visit: &mut impl FnMut(&Block, usize) -> Outcome<()>) -> Outcome<bool> {
        let Some((block, first)) = self.row().filter(|_| self.nik == Some(nik)) else {
            return Ok(false);
        };
        let mut row = first;
        while row < block.count() && block.nik(row) == nik {
            visit(block, row)?;
            row += 1;
        }
        Ok(true)
    }

    /// Goes past the rows of a NIK that stand next, if any do.
    #[inline]
    pub fn pass(&mut self, nik: u64) -> Outcome<()> {
        while self.nik == Some(nik) {
            self.advance()?;
        }
        Ok(())
    }

    /// Goes on to the next row.
    #[inline]
    pub fn advance(&mut self) -> Outcome<()> {
        let Some(block) = &self.block else { return Ok(()) };
        self.row += 1;
        if self.row < block.count() {
            self.nik = Some(block.nik(self.row));
            return Ok(());
        }
        let last = block.nik(block.count() - 1);
        self.block = self.supply.after(last)?;
        self.stand(0);
        Ok(())
    }

    /// Goes on to the first row whose NIK is not below `nik`; never back.
    #[inline]
    pub fn seek(&mut self, nik: u64) -> Outcome<()> {
        match self.nik {
            Some(present) if present < nik => {}
            _ => return Ok(()),
        }
        let Some(block) = &self.block else { return Ok(()) };
        let row = block.seek(self.row, nik);
        if row < block.count() {
            self.stand(row);
            return Ok(());
        }
        self.jump(nik)
    }

    /// Reads the block in which a NIK stands or would stand.
    fn jump(&mut self, nik: u64) -> Outcome<()> {
        self.block = self.supply.holding(nik)?;
        while let Some(block) = &self.block {
            let row = block.seek(0, nik);
            if row < block.count() {
                self.stand(row);
                return Ok(());
            }
            let last = block.nik(block.count() - 1);
            self.block = self.supply.after(last)?;
        }
        self.nik = None;
        Ok(())
    }

    #[inline]
    fn stand(&mut self, row: usize) {
        self.row = row;
        self.nik = self.block.as_ref().map(|block| block.nik(row));
    }
}
