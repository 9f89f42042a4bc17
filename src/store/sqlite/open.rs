//! Making and opening the database file: who may read it, what it must be, and how safely it is written.

use super::fault::Outcome;
use super::migrations::{APPLICATION_ID, FIRST_SEALED_LAYOUT, KNOWN_LAYOUT, layout, migrate};
use super::seals;
use crate::store::error::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes in a page; larger ones than usual make a million rows cheaper to write and to read.
pub(super) const PAGE_BYTES: u32 = 16_384;

/// Kibibytes of pages that a connection keeps in memory. A pass over everything reads each page once, and a large write
/// goes to the log early: more would cost memory and no time less.
const CACHE_KIB: i64 = 32_768;

/// Makes an empty store. It appears whole under its name, readable by its owner only.
pub(super) fn create(path: &Path) -> Outcome<()> {
    for taken in [path.to_owned(), sibling(path, "-wal"), sibling(path, "-journal")] {
        if taken.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(taken));
        }
    }
    let folder = folder_of(path);
    let file = tempfile::Builder::new().prefix(".cetak-store-").tempfile_in(folder)?;
    let mut connection = Connection::open_with_flags(file.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    seals::register(&connection)?;
    migrate(&mut connection)?;
    // From here on the file is one with a write-ahead log: the first to open it need not be alone.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)
        .map_err(|refused| match refused.error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => refused.error.into(),
        })?;
    sync_folder(folder)
}

/// Opens a store for reading and writing, and brings it to the newest layout.
pub(super) fn open(path: &Path, busy: Duration) -> Outcome<Connection> {
    if !path.try_exists()? {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let mut connection = connect(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE, busy)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Opens a store that is open already once more, to read it on another thread.
pub(super) fn open_beside(path: &Path) -> Outcome<Connection> {
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, access)?)
}

/// Opens a store that nobody writes, such as a backup. Nothing is left beside it, and its disk may be read-only.
pub(super) fn open_still(path: &Path) -> Outcome<Connection> {
    if !path.try_exists()? {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let mut address = String::from("file:");
    for byte in std::path::absolute(path)?.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => address.push(char::from(*byte)),
            _ => address += &format!("%{byte:02X}"),
        }
    }
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(path, format!("{address}?immutable=1"), access, Duration::ZERO)
}

fn connect(path: &Path, address: impl AsRef<Path>, access: OpenFlags, busy: Duration) -> Outcome<Connection> {
    let connection = prepare(address.as_ref(), access, busy).and_then(|connection| {
        check_identity(&connection, path)?;
        Ok(connection)
    });
    match connection {
        // A header that no version of SQLite ever wrote is a general error to it.
        Err(StoreError::Engine(detail)) => Err(StoreError::Damaged(detail)),
        outcome => outcome,
    }
}

fn prepare(address: &Path, access: OpenFlags, busy: Duration) -> Outcome<Connection> {
    let connection = Connection::open_with_flags(address, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Cells that a damaged file claims to have must not be trusted, nor functions in its schema be run.
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    seals::register(&connection)?;
    Ok(connection)
}

fn check_identity(connection: &Connection, path: &Path) -> Outcome<()> {
    let id: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Err(StoreError::NotAStore(path.to_owned()));
    }
    let found = layout(connection)?;
    // Every version writes the mark and the number together.
    if !seals::is_sealed_number(connection, found, FIRST_SEALED_LAYOUT)? {
        return Err(StoreError::Damaged(format!("layout {found} was never written")));
    }
    if found > KNOWN_LAYOUT {
        return Err(StoreError::Newer {
            found,
            known: KNOWN_LAYOUT,
        });
    }
    if found < FIRST_SEALED_LAYOUT {
        return Ok(());
    }
    // A rule or a trigger that is no longer what was written would do something else, and be trusted.
    seals::broken_layout(connection)?.map_or(Ok(()), |fault| Err((&fault).into()))
}

/// Kibibytes of pages that are kept while everything is passed over.
const PASSING_KIB: i64 = 512;

/// Passes over many pages that are read once: those that were read before make room for them, so that the memory for
/// each need not be asked for anew, which costs as much as the reading.
pub(super) fn passing<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    pass: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    keeping(PASSING_KIB, connection, pass)
}

/// Does something for which pages of so many kibibytes are needed again: no fewer are kept than for `passing`, and no
/// more than ever.
pub(super) fn keeping<T, E: From<rusqlite::Error>>(
    kibibytes: i64,
    connection: &Connection,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let kept = kibibytes.clamp(PASSING_KIB, CACHE_KIB);
    connection.pragma_update(None, "cache_size", -kept)?;
    let outcome = work();
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    outcome
}

/// The folder in which a file stands.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A file that SQLite keeps beside a database.
pub(super) fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes new names in a folder outlive a power cut.
pub(super) fn sync_folder(folder: &Path) -> Outcome<()> {
    Ok(File::open(folder)?.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 is FULL: the log is on the disk before a step is done. That it gets there, `tests/it/sweep/power.rs` sees.
    #[test]
    fn a_store_is_written_through_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cetak.db");
        create(&path).unwrap();
        for _ in 0..2 {
            let connection = open(&path, Duration::ZERO).unwrap();
            let synchronous: i64 = connection
                .query_row("PRAGMA synchronous", [], |row| row.get(0))
                .unwrap();
            let journal: String = connection
                .query_row("PRAGMA journal_mode", [], |row| row.get(0))
                .unwrap();
            assert_eq!((synchronous, journal.as_str()), (2, "wal"));
        }
    }
}
