//! The store on SQLite: one file, readable by its owner only, written in whole steps.
//!
//! Owns every line of SQL of the project. Must not know what the facts mean: rules are the domain's, and the
//! constraints in `migrations/` only repeat those that a fault in the code must not break.
//!
//! Registrations and queue entries, of which there are millions, lie in `blocks`: runs of some thousand rows in the
//! order of their NIKs, column by column, with a checksum. Everything else lies in tables, a row each.

mod backup;
mod batches;
mod blanks;
mod blocks;
mod books;
mod cells;
mod decisions;
mod destructions;
mod dossiers;
mod entry_cells;
mod fault;
mod files;
mod held;
mod log;
mod lookup;
mod marks;
mod migrations;
mod notices;
mod open;
mod people;
mod queue;
mod queue_writing;
mod registration_cells;
mod registrations;
mod restore;
mod retracing;
mod seals;
mod step;
mod texts;

pub use backup::verify;
pub use restore::{DoneSince, done_since, restore_from};

use crate::store::error::{StoreError, StoreFile};
use crate::store::{Facts, Ledger, Store};
use anyhow::{Error, Result};
use blocks::Sizes;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;
use step::Step;

/// The store of one office in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    sizes: Sizes,
}

impl SqliteStore {
    /// Makes an empty store where nothing stands yet, and opens it.
    ///
    /// # Errors
    /// `Exists`, and what the disk says.
    pub fn create(path: &Path, busy: Duration) -> Result<Self, StoreError> {
        open::create(path)?;
        Self::open(path, busy)
    }

    /// Opens a store; `busy` is how long a step waits for another process.
    ///
    /// # Errors
    /// `Missing`, `NotAStore`, `Newer`, `Damaged`, `Busy`, `ReadOnly`, and what the disk says.
    pub fn open(path: &Path, busy: Duration) -> Result<Self, StoreError> {
        Ok(Self {
            connection: open::open(path, busy)?,
            sizes: Sizes::USUAL,
        })
    }

    /// Copies the store to `target`, which appears whole and verified, or not at all. What stood there is replaced.
    ///
    /// # Errors
    /// `Damaged` where the copy does not verify, and what the disk says; of the copy, not of the store.
    pub fn backup_to(&self, target: &Path) -> Result<()> {
        let made = backup::backup(&self.connection, target);
        made.map_err(|error| StoreFile(target.to_owned()).tell(error))
    }

    fn begin(&self, behavior: TransactionBehavior) -> Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.connection, behavior).map_err(|error| self.tell(StoreError::from(error)))
    }

    /// Says of a fault which store it is.
    fn tell(&self, error: impl Into<Error>) -> Error {
        let path = self.connection.path().map(PathBuf::from).unwrap_or_default();
        // A fault of SQLite may come here as it is, where nobody on its way told it apart.
        let error = match error.into().downcast::<rusqlite::Error>() {
            Ok(fault) => StoreError::from(fault).into(),
            Err(other) => other,
        };
        StoreFile(path).tell(error)
    }
}

impl Store for SqliteStore {
    fn read<T>(&self, step: impl FnOnce(&dyn Facts) -> Result<T>) -> Result<T> {
        let transaction = self.begin(TransactionBehavior::Deferred)?;
        step(&Step::new(&transaction, self.sizes)).map_err(|error| self.tell(error))
    }

    fn write<T>(&mut self, mut step: impl FnMut(&mut dyn Ledger) -> Result<T>) -> Result<T> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let mut under_way = Step::new(&transaction, self.sizes);
        let value = step(&mut under_way).map_err(|error| self.tell(error))?;
        // No row that was taken is lost, whoever forgot to ask what became of it.
        registrations::settle(&under_way).map_err(|error| self.tell(Error::from(error)))?;
        // Its statements must end before the transaction does.
        drop(under_way);
        transaction
            .commit()
            .map_err(|error| self.tell(StoreError::from(error)))?;
        Ok(value)
    }

    fn rehearse<T>(&mut self, mut step: impl FnMut(&mut dyn Ledger) -> Result<T>) -> Result<T> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        step(&mut Step::new(&transaction, self.sizes)).map_err(|error| self.tell(error))
    }
}

/// Returns the version of SQLite that is compiled in.
pub fn engine_version() -> &'static str {
    rusqlite::version()
}

/// Versions before this one can lose a write-ahead log that is reset at the wrong moment.
pub const OLDEST_SAFE_ENGINE: (u32, u32, u32) = (3, 51, 3);

#[cfg(test)]
mod tests;
