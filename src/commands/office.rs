//! An open office: its home, its store, and the run lock where something is to be written.

use crate::context::Context;
use crate::home::Home;
use crate::home::RunLock;
use crate::messages::Failure;
use crate::store::error::{StoreError, StoreFile};
use crate::store::sqlite::SqliteStore;
use anyhow::{Error, Result};
use std::fs;
use std::path::Path;

/// What a command wants to do with the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look; any number may look at the same time, also while one writes.
    Read,
    /// Write; one at a time, with the run lock.
    Write,
}

/// An open office.
pub struct Office {
    /// The folder with everything in it.
    pub home: Home,
    /// The facts.
    pub store: SqliteStore,
    _lock: Option<RunLock>,
}

impl Office {
    /// Opens the office of this run.
    ///
    /// # Errors
    /// Another `cetak` is at work, the home lies on a network folder, or the store is missing, newer or damaged.
    pub fn open(context: &Context, access: Access) -> Result<Self> {
        let home = context.home()?.clone();
        let lock = match access {
            Access::Read => None,
            Access::Write => Some(home.lock(context)?),
        };
        if !home.store().exists() {
            if access == Access::Read || has_worked_before(&home) {
                return Err(Failure::NoStore {
                    path: home.store().display().to_string(),
                }
                .into());
            }
            SqliteStore::create(&home.store(), context.busy_timeout()).map_err(|error| of_store(&home, error))?;
        }
        let store = SqliteStore::open(&home.store(), context.busy_timeout()).map_err(|error| of_store(&home, error))?;
        Ok(Self {
            home,
            store,
            _lock: lock,
        })
    }
}

/// Names the store of a home in a fault of it.
pub(super) fn of_store(home: &Home, error: StoreError) -> Error {
    StoreFile(home.store()).tell(error.into())
}

/// Tells whether the home had a store before. Where one is gone, an empty one in its place would print every card
/// again; where there never was one (settings copied to a new computer), it is simply made.
fn has_worked_before(home: &Home) -> bool {
    let holds_files = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    holds_files(&home.backups()) || holds_files(&home.root().join("outbox"))
}
