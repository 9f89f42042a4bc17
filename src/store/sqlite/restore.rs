//! Putting a backup in the place of a store that is damaged or lost; what stood there is kept aside.

use super::backup::{settle, temporary_beside, verify};
use super::fault::Outcome;
use super::log;
use super::marks;
use super::open::{folder_of, open_still, sibling, sync_folder};
use crate::domain::moment::Moment;
use crate::store::error::StoreError;
use crate::store::records::Event;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Verifies a backup and puts a copy of it in the place of the store, which nobody may have open.
///
/// What stood at `store` is kept as `aside`, with its write-ahead log where that could not be taken into it. The swap
/// is one rename where the old store can still be closed in order. Else there is no store for a moment, but never a
/// new one beside an old log, which SQLite would play into it.
///
/// # Errors
/// `Damaged`, `Newer`, `NotAStore` for the backup, `Exists` for `aside`; then nothing was changed. `Busy` where the old
/// store is open elsewhere.
pub fn restore_from(backup: &Path, store: &Path, aside: &Path) -> Result<(), StoreError> {
    verify(backup)?;
    for name in [aside.to_owned(), sibling(aside, "-wal")] {
        if name.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(name));
        }
    }
    let mut copy = temporary_beside(store)?;
    io::copy(&mut File::open(backup)?, copy.as_file_mut())?;
    forget_marks(copy.path())?;
    verify(copy.path())?;
    close_in_order(store)?;
    keep_aside(store, aside)?;
    settle(copy, store)
}

/// Marks tell of files as they lay in one inbox at one time: a store that is put back has none.
fn forget_marks(copy: &Path) -> Outcome<()> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Nobody else knows the file yet, and it is on the disk before it gets its name.
    connection.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    marks::forget(&connection)?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

/// What a store did after one of its backups was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneSince {
    /// The last that the backup knows.
    pub known_until: Option<Moment>,
    /// What came after it, oldest first; `None` where the store cannot tell, or is no later state of the backup.
    pub events: Option<Vec<Event>>,
}

/// Tells what is lost when a backup takes the place of a store, which may be damaged in any way.
///
/// # Errors
/// Those of reading the backup.
pub fn done_since(backup: &Path, store: &Path) -> Result<DoneSince, StoreError> {
    let copy = open_still(backup)?;
    let sql = "SELECT id, happened_at, action FROM event ORDER BY id DESC LIMIT 1";
    let last: Option<(i64, i64, String)> = copy
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(DoneSince {
        known_until: last.as_ref().map(|(_, at, _)| Moment::from_seconds(*at)),
        events: events_after(store, last.as_ref()).ok().flatten(),
    })
}

/// Reads what a store recorded after an event, if it has that event itself.
fn events_after(store: &Path, last: Option<&(i64, i64, String)>) -> Outcome<Option<Vec<Event>>> {
    let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let after = match last {
        None => 0,
        Some((id, at, action)) => {
            let sql = "SELECT count(*) FROM event WHERE id = ?1 AND happened_at = ?2 AND action = ?3";
            let has_it: i64 = connection.query_row(sql, (id, at, action), |row| row.get(0))?;
            if has_it == 0 {
                return Ok(None);
            }
            *id
        }
    };
    log::events_after(&connection, after).map(Some)
}

/// Takes the write-ahead log into the old store and removes it, if the store is sound enough.
fn close_in_order(store: &Path) -> Outcome<()> {
    if !sibling(store, "-wal").try_exists()? || !is_database(store) {
        return Ok(());
    }
    let checkpoint = || -> Outcome<()> {
        let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        connection.close().map_err(|(_, error)| error)?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Busy) }
    };
    match checkpoint() {
        Err(StoreError::Busy) => Err(StoreError::Busy),
        // Damage is why somebody restores; then the log is kept beside the damaged store.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Tells whether a file begins as databases do. SQLite throws the log of an empty or foreign file away.
fn is_database(path: &Path) -> bool {
    let mut begin = [0; 16];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut begin))
        .is_ok()
        && &begin == b"SQLite format 3\0"
}

fn keep_aside(store: &Path, aside: &Path) -> Outcome<()> {
    let log = sibling(store, "-wal");
    let has_log = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    if store.try_exists()? && (has_log || fs::hard_link(store, aside).is_err()) {
        fs::rename(store, aside)?;
        sync_folder(folder_of(store))?;
    }
    if has_log {
        fs::rename(&log, sibling(aside, "-wal"))?;
    }
    for rest in [log, sibling(store, "-shm"), sibling(store, "-journal")] {
        match fs::remove_file(&rest) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    sync_folder(folder_of(store))
}
