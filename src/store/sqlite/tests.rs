//! The suite of any store on SQLite, and what only a file can suffer.

use super::open::PAGE_BYTES;
use super::*;
use crate::domain::moment::Moment;
use crate::domain::record_status::RecordStatus;
use crate::store::contract::fixtures::{queued, snapshot};
use crate::store::contract::{Maker, fixtures, store_contract};
use crate::store::records::{Event, FileKind, FileMark};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// One store in a folder of its own.
struct Folder(TempDir, Sizes);

impl Folder {
    fn new() -> Self {
        Self::with(Sizes::USUAL)
    }

    fn with(sizes: Sizes) -> Self {
        Self(tempfile::tempdir().unwrap(), sizes)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("store.db")
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

const BUSY: Duration = Duration::from_secs(20);

impl Maker for Folder {
    type Store = SqliteStore;

    fn open(&self) -> SqliteStore {
        let mut store = if self.path().exists() {
            SqliteStore::open(&self.path(), BUSY).unwrap()
        } else {
            SqliteStore::create(&self.path(), BUSY).unwrap()
        };
        store.sizes = self.1;
        store
    }
}

store_contract!(Folder::new());

/// Every row goes into the recent tier, a block each.
const ALL_RECENT: Sizes = Sizes {
    block_rows: 1,
    recent_share: 0,
    waiting_rows: 1 << 20,
    part_blocks: 1,
    two_cores_from: 0,
};

/// Every row goes into the base, and none waits for others.
const ALL_IN_BASE: Sizes = Sizes {
    block_rows: 2,
    recent_share: u64::MAX,
    waiting_rows: 1,
    part_blocks: 2,
    two_cores_from: u64::MAX,
};

/// Rows go here and there.
const MIXED: Sizes = Sizes {
    block_rows: 3,
    recent_share: 2,
    waiting_rows: 4,
    part_blocks: 3,
    two_cores_from: 0,
};

mod with_all_rows_recent {
    use super::{ALL_RECENT, Folder, store_contract};
    store_contract!(Folder::with(ALL_RECENT));
}

mod with_all_rows_in_the_base {
    use super::{ALL_IN_BASE, Folder, store_contract};
    store_contract!(Folder::with(ALL_IN_BASE));
}

mod with_rows_in_both_tiers {
    use super::{Folder, MIXED, store_contract};
    store_contract!(Folder::with(MIXED));
}

mod tiers;

#[test]
fn the_engine_has_no_known_corruption() {
    let mut parts = engine_version().split('.').map(|part| part.parse::<u32>().unwrap());
    let version = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    assert!(version >= OLDEST_SAFE_ENGINE, "{version:?}");
}

#[test]
fn the_file_is_safe_and_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let store = folder.open();
    fill(&store, 10);
    let pragma = |name: &str| -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        store.connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(
        (pragma("journal_mode").as_str(), pragma("synchronous").as_str()),
        ("wal", "2")
    );
    assert_eq!(pragma("foreign_keys"), "1");
    assert_eq!(folder.names(), ["store.db", "store.db-shm", "store.db-wal"]);
    for name in folder.names() {
        let mode = fs::metadata(folder.0.path().join(&name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
}

#[test]
fn only_a_store_of_a_known_version_is_opened() {
    let folder = Folder::new();
    let open = || SqliteStore::open(&folder.path(), BUSY);
    assert!(matches!(open(), Err(StoreError::Missing(_))));
    assert!(folder.names().is_empty(), "looking must not create");
    drop(folder.open());
    assert!(matches!(
        SqliteStore::create(&folder.path(), BUSY),
        Err(StoreError::Exists(_))
    ));
    let bare = rusqlite::Connection::open(folder.path()).unwrap();
    bare.pragma_update(None, "user_version", 99).unwrap();
    assert!(
        matches!(open(), Err(StoreError::Damaged(_))),
        "no version seals another number"
    );
    bare.execute(
        "UPDATE seal SET row_count = 99, fingerprint = -100 WHERE sealed = 'user_version'",
        [],
    )
    .unwrap();
    assert!(matches!(
        open(),
        Err(StoreError::Newer {
            found: 99,
            known: migrations::KNOWN_LAYOUT
        })
    ));
    bare.pragma_update(None, "application_id", 7).unwrap();
    assert!(matches!(open(), Err(StoreError::NotAStore(_))));
    drop(bare);
    fs::write(folder.path(), "NIK,Nama\n".repeat(1000)).unwrap();
    assert!(matches!(open(), Err(StoreError::Damaged(_))));
    fs::write(folder.path(), "").unwrap();
    assert!(matches!(open(), Err(StoreError::NotAStore(_))));
}

#[test]
fn a_store_of_an_earlier_version_is_brought_up_with_all_that_is_in_it() {
    let folder = Folder::new();
    let mut store = folder.open();
    let (own, other) = (fixtures::batch("ani", 1, 5), fixtures::batch("siti", 1, 5));
    let cards = [fixtures::card(&own, 1, 8, fixtures::entry_right(1))];
    fixtures::plan(&mut store, &own, &cards).unwrap();
    drop(store);
    let bare = rusqlite::Connection::open(folder.path()).unwrap();
    seals::unseal(&bare).unwrap();
    bare.execute_batch(
        "DROP TABLE seal;
         DROP TABLE file_mark;
         DROP TABLE withdrawal;
         DROP TABLE notice;
         DROP TABLE destroyed_card;
         DROP TABLE destruction;
         DROP INDEX spoiled_cards;
         DROP INDEX surrendered_cards;
         INSERT INTO blank_event VALUES (1, 7, 'counted', 90, 'ani', NULL);
         ALTER TABLE decision DROP COLUMN registered_beside;
         INSERT INTO decision (verdict, registered_nik, registered_name, decided_at, user, reason)
         VALUES ('same', '1671094107959001', 'SITI', 7, 'ani', 'KK');
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(bare);
    let mut store = SqliteStore::open(&folder.path(), BUSY).unwrap();
    let decisions = store.read(|facts| facts.decisions()).unwrap();
    assert_eq!((decisions.len(), &decisions[0].registered_beside), (1, &None));
    assert_eq!(store.read(|facts| facts.blank_events()).unwrap().len(), 1);
    assert_eq!(store.read(|facts| facts.cards(&own.name)).unwrap(), cards);
    let again = [fixtures::card(&other, 1, 8, fixtures::entry_right(2))];
    assert!(fixtures::refused(fixtures::plan(&mut store, &other, &again)));
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
}

/// No trigger seals it; whoever adds cards does.
#[test]
fn a_card_that_nobody_sealed_is_damage() {
    let folder = Folder::new();
    let mut store = folder.open();
    let own = fixtures::batch("ani", 1, 5);
    let right = fixtures::entry_right;
    let cards = [
        fixtures::card(&own, 1, 8, right(1)),
        fixtures::card(&own, 2, 9, right(1)),
    ];
    fixtures::plan(&mut store, &own, &cards).unwrap();
    let faults = || store.read(|facts| facts.early_faults()).unwrap();
    assert!(faults().is_empty());
    let sql =
        "INSERT INTO card (nik, batch, seq, state, right_kind, right_at, name, waiting_since, days_waiting, asked)
               SELECT nik + 7, batch, seq + 7, state, right_kind, right_at, name, waiting_since, days_waiting, asked
               FROM card WHERE seq = ?1";
    assert_eq!(
        store.connection.execute(sql, [1]).map_err(|error| error.to_string()),
        Err("batch_within_capacity".into())
    );
    store.connection.execute("UPDATE batch SET capacity = 50", []).unwrap();
    store.connection.execute(sql, [1]).unwrap();
    assert_eq!(faults()[0].place, "table card");
}

/// The rows before it stay in the step, so they must be sealed.
#[test]
fn cards_before_one_that_is_refused_are_sealed() {
    let folder = Folder::new();
    let store = folder.open();
    let own = fixtures::batch("ani", 1, 5);
    let right = fixtures::entry_right;
    let cards = [
        fixtures::card(&own, 1, 8, right(1)),
        fixtures::card(&own, 2, 8, right(2)),
    ];
    let step = Step::new(&store.connection, store.sizes);
    assert!(matches!(batches::add(&step, &own, &cards), Err(StoreError::Refused(_))));
    let count = "SELECT count(*) FROM card";
    let left: i64 = store.connection.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
    assert!(store.read(|facts| facts.early_faults()).unwrap().is_empty());
}

#[test]
fn entries_of_an_earlier_version_are_given_places_for_traces() {
    for sizes in [ALL_IN_BASE, ALL_RECENT, MIXED] {
        let folder = Folder::with(sizes);
        let mut store = folder.open();
        let rows: Vec<_> = (0..9)
            .map(|serial| queued(serial, RecordStatus::PrintReadyRecord, Some(1)))
            .collect();
        snapshot(&mut store, 0, &rows, &[]);
        snapshot(&mut store, 1, &rows[3..5], &[]);
        let mut known = store.read(|facts| facts.known_entries()).unwrap();
        drop(store);
        let bare = rusqlite::Connection::open(folder.path()).unwrap();
        let traces = "DELETE FROM block WHERE place >> 54 IN (21, 29)";
        assert!(bare.execute(traces, []).unwrap() > 0);
        bare.execute_batch(
            "UPDATE seal SET row_count = 6, fingerprint = -7 WHERE sealed = 'user_version'; PRAGMA user_version = 6;",
        )
        .unwrap();
        drop(bare);
        let store = folder.open();
        known.iter_mut().for_each(|entry| entry.trace = None);
        assert_eq!(store.read(|facts| facts.known_entries()).unwrap(), known);
        assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
    }
}

/// A new table is sealed, or it is one of those that the exports fill.
#[test]
fn every_table_is_sealed_or_too_large_to_be() {
    let folder = Folder::new();
    let store = folder.open();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = store.connection.prepare(sql).unwrap();
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let (sealed, open): (Vec<&str>, Vec<&str>) = tables
        .iter()
        .map(String::as_str)
        .partition(|table| seals::SEALED.contains(table));
    assert_eq!(sealed.len(), seals::SEALED.len());
    assert_eq!(open, ["block", "block_tier", "file_mark", "queue_sighting", "seal"]);
}

#[test]
fn a_damaged_mark_is_none() {
    let folder = Folder::new();
    let mut store = folder.open();
    let mark = |name: &str| FileMark {
        kind: FileKind::Links,
        name: name.to_owned(),
        stamp: "s".to_owned(),
        sha256: "00".repeat(32),
        reading: "r".to_owned(),
        headers: vec!["NIK".to_owned()],
        beginning: "b".to_owned(),
    };
    let marks = [mark("a.csv"), mark("b.csv")];
    for damage in [
        "kind = 'queue'",
        "name = 'c.csv'",
        "stamp = 't'",
        "headers = '[\"NAMA\"]'",
        "beginning = ''",
        "checksum = 1",
    ] {
        store.write(|ledger| ledger.set_file_marks(&marks)).unwrap();
        assert_eq!(store.read(|facts| facts.file_marks()).unwrap(), marks);
        let sql = format!("UPDATE file_mark SET {damage} WHERE name = 'a.csv'");
        store.connection.execute_batch(&sql).unwrap();
        assert_eq!(
            store.read(|facts| facts.file_marks()).unwrap(),
            [marks[1].clone()],
            "{damage}"
        );
        store.write(|ledger| ledger.set_file_marks(&[])).unwrap();
        let left: i64 = store
            .connection
            .query_row("SELECT count(*) FROM file_mark", [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0, "{damage}");
    }
}

/// A bit that flips in a name leaves a page that SQLite finds in order.
#[test]
fn a_changed_cell_breaks_the_seal_and_no_later_write_mends_it() {
    let folder = Folder::new();
    let store = folder.open();
    fill(&store, 3);
    let faults = || store.read(|facts| facts.early_faults()).unwrap();
    assert!(faults().is_empty());
    store
        .connection
        .execute("UPDATE event SET note = 'ok' WHERE id = 2", [])
        .unwrap();
    store.connection.execute("DELETE FROM event WHERE id = 1", []).unwrap();
    assert!(faults().is_empty(), "writes keep the seal");
    let trigger: String = store
        .connection
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name = 'seal_event_update'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    store
        .connection
        .execute_batch(&format!(
            "DROP TRIGGER seal_event_update; UPDATE event SET user = 'sitj' WHERE id = 2; {trigger}"
        ))
        .unwrap();
    assert_eq!(faults()[0].place, "table event");
    store
        .connection
        .execute("UPDATE event SET user = 'siti' WHERE id = 3", [])
        .unwrap();
    store.connection.execute("DELETE FROM event", []).unwrap();
    assert_eq!(
        faults().len(),
        1,
        "a write took the damage away, and the seal remembers it"
    );
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().len() == 1);
}

/// Writes `count` made-up events, so that there are pages to damage.
fn fill(store: &SqliteStore, count: u32) {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
               INSERT INTO event (happened_at, user, action, subject) SELECT i, 'siti', 'import', 'berkas ' || i FROM n";
    store.connection.execute(sql, [count]).unwrap();
}

fn damage(path: &std::path::Path, from: usize) {
    let mut bytes = fs::read(path).unwrap();
    let to = bytes.len().min(from + 600);
    bytes[from..to].iter_mut().for_each(|byte| *byte ^= 0x5A);
    fs::write(path, bytes).unwrap();
}

#[test]
fn flipped_bytes_are_recognised() {
    let folder = Folder::new();
    let store = folder.open();
    fill(&store, 5_000);
    drop(store);
    let whole = fs::read(folder.path()).unwrap();
    let last = whole.len() - PAGE_BYTES as usize;
    for from in [0, 40, 100, PAGE_BYTES as usize, last] {
        fs::write(folder.path(), &whole).unwrap();
        damage(&folder.path(), from);
        let found = SqliteStore::open(&folder.path(), BUSY)
            .map_err(anyhow::Error::from)
            .and_then(|store| store.read(|facts| facts.integrity_faults()));
        match found {
            Ok(faults) => assert!(!faults.is_empty(), "at {from}"),
            Err(error) => {
                let damaged = matches!(
                    error.downcast_ref(),
                    Some(StoreError::Damaged(_) | StoreError::NotAStore(_) | StoreError::Newer { .. })
                );
                assert!(damaged, "at {from}: {error}");
            }
        }
        assert!(verify(&folder.path()).is_err(), "at {from}");
    }
    fs::write(folder.path(), &whole[..whole.len() / 2]).unwrap();
    assert!(verify(&folder.path()).is_err());
}

#[test]
fn a_writer_waits_and_then_says_that_the_store_is_busy() {
    let folder = Folder::new();
    let mut first = folder.open();
    let mut second = SqliteStore::open(&folder.path(), Duration::ZERO).unwrap();
    first
        .write(|_| {
            let error = second.write(|_| Ok(())).unwrap_err();
            assert!(matches!(error.downcast_ref(), Some(StoreError::Busy)));
            Ok(())
        })
        .unwrap();
    second.write(|_| Ok(())).unwrap();
}

#[test]
fn a_panic_in_a_step_leaves_nothing() {
    let folder = Folder::new();
    let mut store = folder.open();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|ledger| -> Result<()> {
            ledger.set_out_files(chrono::NaiveDate::MIN, &[])?;
            panic!("a fault in the code")
        })
    }));
    assert!(panicked.is_err());
    store.write(|_| Ok(())).unwrap();
}

#[test]
fn a_backup_is_one_whole_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let store = folder.open();
    fill(&store, 2_000);
    let target = folder.0.path().join("backup.db");
    fs::write(&target, "an older backup").unwrap();
    store.backup_to(&target).unwrap();
    verify(&target).unwrap();
    assert_eq!(
        folder.names(),
        ["backup.db", "store.db", "store.db-shm", "store.db-wal"]
    );
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    let missing = folder.0.path().join("no-such-folder").join("backup.db");
    assert!(store.backup_to(&missing).is_err());
}

#[test]
fn a_restored_store_is_the_backup_and_the_old_one_is_kept() {
    let folder = Folder::new();
    let (backup, aside) = (folder.0.path().join("backup.db"), folder.0.path().join("aside.db"));
    let store = folder.open();
    fill(&store, 2_000);
    store.backup_to(&backup).unwrap();
    fill(&store, 1_000);
    drop(store);
    restore_from(&backup, &folder.path(), &aside).unwrap();
    let count = |path: &PathBuf| -> usize {
        let store = SqliteStore::open(path, BUSY).unwrap();
        store.read(|facts| facts.events(None)).unwrap().len()
    };
    assert_eq!((count(&folder.path()), count(&aside)), (2_000, 3_000));
    assert!(matches!(
        restore_from(&backup, &folder.path(), &aside),
        Err(StoreError::Exists(_))
    ));
}

#[test]
fn a_damaged_store_with_a_log_beside_it_is_restored() {
    let folder = Folder::new();
    let (backup, aside) = (folder.0.path().join("backup.db"), folder.0.path().join("aside.db"));
    let store = folder.open();
    fill(&store, 2_000);
    store.backup_to(&backup).unwrap();
    drop(store);
    let whole = fs::read(&backup).unwrap();
    fs::write(folder.path(), "no database").unwrap();
    fs::write(open::sibling(&folder.path(), "-wal"), "left by a crash").unwrap();
    damage(&backup, PAGE_BYTES as usize);
    assert!(matches!(
        restore_from(&backup, &folder.path(), &aside),
        Err(StoreError::Damaged(_))
    ));
    assert_eq!(
        fs::read_to_string(folder.path()).unwrap(),
        "no database",
        "a bad backup changes nothing"
    );
    fs::write(&backup, whole).unwrap();
    restore_from(&backup, &folder.path(), &aside).unwrap();
    assert_eq!(folder.names(), ["aside.db", "aside.db-wal", "backup.db", "store.db"]);
    let store = folder.open();
    assert_eq!(store.read(|facts| facts.events(None)).unwrap().len(), 2_000);
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
}

#[test]
fn a_full_disk_and_a_read_only_store_are_told_and_leave_nothing() {
    let folder = Folder::new();
    let mut store = folder.open();
    fill(&store, 1_000);
    let long = Event {
        at: Moment::from_seconds(0),
        user: "siti".to_owned(),
        action: "import".to_owned(),
        subject: "x".repeat(200_000),
        note: None,
        count: None,
    };
    let pages: i64 = store
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let limit_pages = |store: &SqliteStore, pages: i64| {
        store
            .connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit_pages(&store, pages + 30);
    let full = store
        .write(|ledger| (0..5).try_for_each(|_| ledger.add_event(&long)))
        .unwrap_err();
    assert!(matches!(full.downcast_ref(), Some(StoreError::Full)), "{full}");
    limit_pages(&store, 1 << 30);
    store.connection.pragma_update(None, "query_only", true).unwrap();
    let refused = store.write(|ledger| ledger.add_event(&long)).unwrap_err();
    assert!(
        matches!(refused.downcast_ref(), Some(StoreError::ReadOnly)),
        "{refused}"
    );
    assert_eq!(store.read(|facts| facts.events(None)).unwrap().len(), 1_000);
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
}

/// Copies the files of a store as a power cut would leave them, and tells how many events they hold.
fn events_after_a_power_cut(folder: &Folder) -> usize {
    let left = Folder::new();
    for ending in ["", "-wal"] {
        let from = open::sibling(&folder.path(), ending);
        fs::copy(from, open::sibling(&left.path(), ending)).unwrap();
    }
    let store = left.open();
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
    store.read(|facts| facts.events(None)).unwrap().len()
}

#[test]
fn a_power_cut_leaves_the_store_as_before_or_after() {
    let folder = Folder::new();
    let mut store = folder.open();
    fill(&store, 100);
    // With hardly any pages in memory, much of a step is on the disk before it is committed.
    store.connection.pragma_update(None, "cache_size", 5).unwrap();
    let log_bytes = || fs::metadata(open::sibling(&folder.path(), "-wal")).unwrap().len();
    let before = log_bytes();
    store
        .write(|ledger| {
            for number in 0..20_000 {
                ledger.add_event(&Event {
                    at: Moment::from_seconds(number),
                    user: "siti".to_owned(),
                    action: "import".to_owned(),
                    subject: format!("berkas {number}"),
                    note: None,
                    count: None,
                })?;
                if number % 5_000 == 4_999 {
                    assert_eq!(events_after_a_power_cut(&folder), 100);
                }
            }
            assert!(log_bytes() > before + 500_000);
            Ok(())
        })
        .unwrap();
    assert_eq!(events_after_a_power_cut(&folder), 20_100);
}

#[test]
fn a_fault_of_the_engine_names_the_store_whoever_passes_it_on() {
    let folder = Folder::new();
    let store = folder.open();
    let error = store
        .read(|_| {
            let malformed = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            Err::<(), _>(rusqlite::Error::SqliteFailure(malformed, None).into())
        })
        .unwrap_err();
    assert!(
        matches!(error.downcast_ref(), Some(StoreError::Damaged(_))),
        "{error:?}"
    );
    assert!(error.is::<StoreFile>(), "{error:?}");
}
