//! Both tiers of one kind side by side, in the order of their NIKs.

use super::cursor::{Stored, Supply};
use super::{Block, Blocks, Cursor, Kind, Piece, Tier};
use crate::store::sqlite::fault::Outcome;

/// The rows of both tiers. A recent entry stands for the one of the same NIK in the base; registrations add up.
pub struct Both<S> {
    kind: Kind,
    base: Cursor<S>,
    recent: Cursor<S>,
}

impl<'c> Both<Stored<'c>> {
    /// Starts at the first rows whose NIK is not below `nik`.
    pub fn open(blocks: Blocks<'c>, kind: Kind, pieces: &'static [Piece], nik: u64) -> Outcome<Self> {
        Ok(Self {
            kind,
            base: Cursor::open(blocks, kind, Tier::Base, pieces, nik)?,
            recent: Cursor::open(blocks, kind, Tier::Recent, pieces, nik)?,
        })
    }
}

impl<S: Supply> Both<S> {
    /// Starts at the first rows that are supplied.
    pub fn over(kind: Kind, base: S, recent: S) -> Outcome<Self> {
        Ok(Self {
            kind,
            base: Cursor::over(base, 0)?,
            recent: Cursor::over(recent, 0)?,
        })
    }

    /// Returns the smallest NIK that is still to come.
    #[inline]
    pub fn nik(&self) -> Option<u64> {
        match (self.base.nik(), self.recent.nik()) {
            (Some(base), Some(recent)) => Some(base.min(recent)),
            (base, recent) => base.or(recent),
        }
    }

    /// Goes on to the first rows whose NIK is not below `nik`.
    #[inline]
    pub fn seek(&mut self, nik: u64) -> Outcome<()> {
        self.base.seek(nik)?;
        self.recent.seek(nik)
    }

    /// Returns the row that stands for an entry, without going on.
    #[inline]
    pub fn entry(&self, nik: u64) -> Option<(&Block, usize)> {
        let standing = [&self.recent, &self.base];
        standing.into_iter().find(|cursor| cursor.nik() == Some(nik))?.row()
    }

    /// Returns the row that stands next, of the base first.
    #[inline]
    pub fn row(&self) -> Option<(&Block, usize)> {
        match self.is_recent() {
            true => self.recent.row(),
            false => self.base.row(),
        }
    }

    /// Goes on by one row.
    #[inline]
    pub fn step(&mut self) -> Outcome<()> {
        match self.is_recent() {
            true => self.recent.advance(),
            false => self.base.advance(),
        }
    }

    /// Tells whether the NIK that stands next has rows in both tiers.
    #[inline]
    pub fn is_mixed(&self) -> bool {
        self.base.nik().is_some() && self.base.nik() == self.recent.nik()
    }

    fn is_recent(&self) -> bool {
        match (self.base.nik(), self.recent.nik()) {
            (Some(base), Some(recent)) => recent < base,
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// Visits the rows of the NIK that stands next, and goes past them. Tells whether registrations of both tiers were
    /// among them, whose order must be made.
    #[inline]
    pub fn each(&mut self, nik: u64, visit: impl FnMut(&Block, usize) -> Outcome<()>) -> Outcome<bool> {
        let is_mixed = self.at(nik, visit)?;
        self.pass(nik)?;
        Ok(is_mixed)
    }

    /// Visits the rows of the NIK that stands next, and stays there.
    #[inline]
    pub fn at(&self, nik: u64, mut visit: impl FnMut(&Block, usize) -> Outcome<()>) -> Outcome<bool> {
        if self.kind == Kind::Entry {
            if let Some((block, row)) = self.entry(nik) {
                visit(block, row)?;
            }
            return Ok(false);
        }
        let in_base = self.base.at(nik, &mut visit)?;
        let in_recent = self.recent.at(nik, &mut visit)?;
        Ok(in_base && in_recent)
    }

    /// Goes past the rows of the NIK that stands next.
    #[inline]
    pub fn pass(&mut self, nik: u64) -> Outcome<()> {
        self.base.pass(nik)?;
        self.recent.pass(nik)
    }
}
