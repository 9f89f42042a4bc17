//! An open office: its home, its store, and the run lock where something is to be written.

use crate::context::Context;
use crate::home::Home;
use crate::home::lock::{Patience, RunLock};
use crate::messages::Failure;
use crate::store::sqlite::SqliteStore;
use anyhow::Result;
use std::time::Duration;

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
        if !home.store_file().exists() {
            return Err(Failure::NoStore { path: home.store_file().display().to_string() }.into());
        }
        let lock = match access {
            Access::Read => None,
            Access::Write => Some(lock(context, &home)?),
        };
        let store = SqliteStore::open(&home.store_file(), busy_timeout(context))?;
        Ok(Self { home, store, _lock: lock })
    }
}

/// Takes the run lock of a home.
///
/// # Errors
/// Another `cetak` is at work and does not end in the time given.
pub fn lock(context: &Context, home: &Home) -> Result<RunLock> {
    let patience = Patience { wait: context.wait, is_interrupted: &|| false };
    Ok(home.lock(&context.holder(), &patience)?)
}

/// How long a step waits for the store beside the run lock: a reader's snapshot never holds it for long.
pub fn busy_timeout(context: &Context) -> Duration {
    context.wait.max(Duration::from_secs(5))
}
