//! A verified copy of the store, made while it may be in use.

use super::books::{content_faults, sealed_faults, structure_faults};
use super::fault::Outcome;
use super::open::{folder_of, open_still, passing, sync_folder};
use crate::store::error::{StoreError, StoreFile};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, ffi};
use std::path::Path;
use std::thread;
use tempfile::NamedTempFile;

/// How the temporary files of copies begin; what a crash leaves of them may be removed.
pub(super) const TEMPORARY_PREFIX: &str = ".cetak-copy-";

/// Copies a store to `target`, which appears whole and verified, or not at all.
pub(super) fn backup(connection: &Connection, target: &Path) -> anyhow::Result<()> {
    let file = temporary_beside(target)?;
    copy_store(connection, &file).map_err(|error| fault_of_copy(connection, error))?;
    // What is read back need not be on the disk yet: the disk is waited for meanwhile.
    let (synced, verified) = thread::scope(|scope| {
        let syncing = scope.spawn(|| file.as_file().sync_all());
        let verified = verify(file.path());
        (syncing.join(), verified)
    });
    verified?;
    synced.map_err(|_| StoreError::Engine("syncing panicked".to_owned()))??;
    Ok(settle(file, target)?)
}

fn copy_store(connection: &Connection, file: &NamedTempFile) -> rusqlite::Result<()> {
    let mut copy = Connection::open_with_flags(file.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // It has no name yet that anybody would open; before it gets one, it is synced as a whole (`settle`).
    copy.pragma_update(None, "synchronous", "OFF")?;
    passing(connection, || copy_pages(connection, &mut copy))?;
    // The copy is one file: it must not need a write-ahead log beside it.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

/// A copy fails where it is written, or where the store is read: then the store is what has to be told of.
fn fault_of_copy(store: &Connection, error: rusqlite::Error) -> anyhow::Error {
    let reads = [
        ffi::SQLITE_IOERR_READ,
        ffi::SQLITE_IOERR_SHORT_READ,
        ffi::SQLITE_IOERR_CORRUPTFS,
    ];
    let is_read = |failure: &ffi::Error| reads.contains(&failure.extended_code);
    let is_stores_own = error.sqlite_error().is_some_and(is_read);
    let fault = anyhow::Error::from(StoreError::from(error));
    match store.path() {
        Some(path) if is_stores_own => StoreFile(path.into()).tell(fault),
        _ => fault,
    }
}

/// Copies every page in one step, so that a writer cannot make the copy begin again and again.
fn copy_pages(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
    }
}

/// Makes a temporary file, readable by its owner only, in the folder of `target`.
pub(super) fn temporary_beside(target: &Path) -> Outcome<NamedTempFile> {
    Ok(tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder_of(target))?)
}

/// Gives a whole temporary file its name, so that it outlives a power cut.
pub(super) fn settle(file: NamedTempFile, target: &Path) -> Outcome<()> {
    file.as_file().sync_all()?;
    file.persist(target).map_err(|refused| refused.error)?;
    sync_folder(folder_of(target))
}

/// Checks that a file is a whole store that this version can read. It must not be in use.
///
/// # Errors
/// `Missing`, `NotAStore`, `Newer`, and `Damaged` with the first fault.
pub fn verify(path: &Path) -> Result<(), StoreError> {
    // Nobody writes the file: the pages, the small tables and the exports' rows are looked at side by side. Where the pages
    // are damaged, what the others found does not count.
    let looks = thread::scope(|scope| {
        let structure = scope.spawn(|| structure_faults(&open_still(path)?));
        let sealed = scope.spawn(|| sealed_faults(&open_still(path)?));
        let content = open_still(path).and_then(|connection| passing(&connection, || content_faults(&connection)));
        let panicked = |_| Err(StoreError::Engine("checking panicked".to_owned()));
        [
            structure.join().unwrap_or_else(panicked),
            sealed.join().unwrap_or_else(panicked),
            content,
        ]
    });
    for found in looks {
        if let Some(fault) = found?.first() {
            return Err(fault.into());
        }
    }
    Ok(())
}
