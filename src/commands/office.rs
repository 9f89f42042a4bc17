//! An open office: its home, its store, and the run lock where something is to be written.

use crate::context::Context;
use crate::home::Home;
use crate::home::RunLock;
use crate::messages::Failure;
use crate::store::sqlite::SqliteStore;
use anyhow::Result;

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
        if !home.store().exists() {
            return Err(Failure::NoStore { path: home.store().display().to_string() }.into());
        }
        let lock = match access {
            Access::Read => None,
            Access::Write => Some(home.lock(context)?),
        };
        let store = SqliteStore::open(&home.store(), context.busy_timeout())?;
        Ok(Self { home, store, _lock: lock })
    }
}
