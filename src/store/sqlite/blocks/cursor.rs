//! A walk through the rows of one tier in the order of their NIKs, with jumps ahead.

use super::{Block, Blocks, Kind, Piece, Tier};
use crate::store::sqlite::fault::Outcome;

/// How far a tier was read. Where it stands, the pieces that were asked for lie in memory.
pub struct Cursor<'c> {
    blocks: Blocks<'c>,
    kind: Kind,
    tier: Tier,
    pieces: &'static [Piece],
    block: Option<Block>,
    row: usize,
    nik: Option<u64>,
}

impl<'c> Cursor<'c> {
    /// Starts at the first row whose NIK is not below `nik`.
    pub fn open(blocks: Blocks<'c>, kind: Kind, tier: Tier, pieces: &'static [Piece], nik: u64) -> Outcome<Self> {
        let mut cursor = Self {
            blocks,
            kind,
            tier,
            pieces,
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

    /// Goes on to the next row.
    #[inline]
    pub fn advance(&mut self) -> Outcome<()> {
        let Some(block) = &self.block else { return Ok(()) };
        self.row += 1;
        if self.row < block.count() {
            self.nik = Some(block.nik(self.row));
            return Ok(());
        }
        self.next_block()
    }

    /// Goes on to the first row whose NIK is not below `nik`; never back.
    #[inline]
    pub fn seek(&mut self, nik: u64) -> Outcome<()> {
        match self.nik {
            Some(present) if present < nik => {}
            _ => return Ok(()),
        }
        let Some(block) = &self.block else { return Ok(()) };
        self.row = block.seek(self.row, nik);
        if self.row < block.count() {
            self.nik = Some(block.nik(self.row));
            return Ok(());
        }
        self.jump(nik)
    }

    /// Reads the block in which a NIK stands or would stand.
    fn jump(&mut self, nik: u64) -> Outcome<()> {
        match self.blocks.holding(self.kind, self.tier, nik)? {
            None => self.read(self.blocks.after(self.kind, self.tier, 0)?),
            Some(first) => {
                self.read(Some(first))?;
                let Some(block) = &self.block else { return Ok(()) };
                self.row = block.seek(0, nik);
                if self.row < block.count() {
                    self.nik = Some(block.nik(self.row));
                    return Ok(());
                }
                self.next_block()
            }
        }
    }

    fn next_block(&mut self) -> Outcome<()> {
        let last = self.block.as_ref().map_or(0, |block| block.nik(block.count() - 1));
        self.read(self.blocks.after(self.kind, self.tier, last)?)
    }

    fn read(&mut self, first: Option<u64>) -> Outcome<()> {
        self.row = 0;
        self.block = match first {
            Some(first) => Some(self.blocks.load(self.kind, self.tier, first, self.pieces)?),
            None => None,
        };
        self.nik = self.block.as_ref().map(|block| block.nik(0));
        Ok(())
    }
}
