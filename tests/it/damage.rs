//! A damaged store: bits flipped, pages torn or stale, the file cut, at every page. Each damage is recognised, or the
//! answers stay what they were; the night writes nothing, names the good backup, and `restore` brings it back.

use crate::crowd::{DAY, NIGHT, office, picture};
use crate::harness::{Office, csv_rows, files_below};
use cetak::store::Store;
use cetak::store::error::StoreError;
use cetak::store::sqlite::{SqliteStore, verify};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

const PEOPLE: u64 = 60;
const MORNING: &str = "2021-07-23T08:00";
const NOON: &str = "2021-07-23T12:00";
const PAGE: usize = 16_384;
/// Bytes of each page of which one bit is flipped; the first ones lie in its header.
const FLIPS_A_PAGE: usize = 14;
const HEADER_BYTES: [usize; 7] = [0, 1, 3, 5, 7, 8, 9];

/// What became of a damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Exit code 5.
    Recognised,
    /// Refused with another word: nothing is read from it or written to it.
    Refused,
    /// Every row is as it was.
    Harmless,
    /// Another answer, and nobody notices.
    Unseen,
}

/// Every row of every table, or nothing where it cannot be read.
type Rows = BTreeMap<String, Vec<Vec<Value>>>;

/// A cell as it is, also where a flipped bit made of a text what is none.
fn cell(cell: ValueRef<'_>) -> Value {
    Value::try_from(cell).unwrap_or_else(|_| Value::Blob(cell.as_bytes().unwrap_or_default().to_vec()))
}

fn rows(path: &Path) -> Option<Rows> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(sql).ok()?;
    let names: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .ok()?
        .collect::<Result<_, _>>()
        .ok()?;
    let table = |name: String| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM \"{name}\" ORDER BY 1, 2"))
            .ok()?;
        let width = statement.column_count();
        let cells = |row: &rusqlite::Row<'_>| (0..width).map(|index| Ok(cell(row.get_ref(index)?))).collect();
        let all = statement.query_map([], cells).ok()?.collect::<Result<_, _>>().ok()?;
        Some((name, all))
    };
    names.into_iter().map(table).collect()
}

/// Earlier statuses of entries are too many to be sealed, and a snapshot brings them again. A mark has its own checksum,
/// and one that is damaged is none.
fn is_unsealed(table: &str) -> bool {
    matches!(table, "queue_sighting" | "file_mark")
}

struct Patient {
    folder: tempfile::TempDir,
    whole: Vec<u8>,
    rows: Rows,
    fates: BTreeMap<(&'static str, Fate), u32>,
    unseen_tables: BTreeMap<String, u32>,
}

impl Patient {
    fn new(store: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            whole: fs::read(store).unwrap(),
            rows: rows(store).unwrap(),
            folder,
            fates: BTreeMap::new(),
            unseen_tables: BTreeMap::new(),
        }
    }

    /// Puts bytes in the place of the store, and sees what `check` would.
    fn suffer(&mut self, kind: &'static str, bytes: &[u8]) -> Fate {
        let path = self.folder.path().join("cetak.db");
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", path.display()));
        }
        fs::write(&path, bytes).unwrap();
        let before = rows(&path);
        let fate = match examine(&path) {
            Some(fate) => fate,
            None if before.as_ref() == Some(&self.rows) => Fate::Harmless,
            None => {
                for (table, rows) in &self.rows {
                    if before.as_ref().and_then(|all| all.get(table)) != Some(rows) {
                        *self.unseen_tables.entry(table.clone()).or_default() += 1;
                    }
                }
                Fate::Unseen
            }
        };
        *self.fates.entry((kind, fate)).or_default() += 1;
        fate
    }

    fn tell(&self) {
        for ((kind, fate), count) in &self.fates {
            println!("{kind}: {count} {fate:?}");
        }
        println!("unseen, by table: {:?}", self.unseen_tables);
    }
}

/// What the program says of a store: `None` where it finds nothing.
fn examine(path: &Path) -> Option<Fate> {
    let word = |error: &StoreError| match error {
        StoreError::Damaged(_) | StoreError::NotAStore(_) => Fate::Recognised,
        _ => Fate::Refused,
    };
    let store = match SqliteStore::open(path, Duration::from_secs(1)) {
        Ok(store) => store,
        Err(error) => return Some(word(&error)),
    };
    match store.read(|facts| facts.integrity_faults()) {
        Ok(faults) if faults.is_empty() => None,
        Ok(_) => Some(Fate::Recognised),
        Err(error) => Some(error.downcast_ref().map_or(Fate::Refused, word)),
    }
}

/// An office in the middle of a working day, with something in every book.
fn busy_office() -> Office {
    let office = office(PEOPLE);
    office.run(NIGHT, &["blanks", "add", "500"]).ends_with(0);
    office.run(NIGHT, &["nightly"]).done_or_person();
    let rows = csv_rows(&office.read(&format!("outbox/{DAY}/batch-ibrahim.csv")));
    let answers = rows.iter().enumerate().map(|(index, row)| {
        let (result, note) = if index % 7 == 3 {
            ("spoiled", "pita tersangkut")
        } else {
            ("printed", "")
        };
        format!("{},{},{},{result},{note}\n", row["batch"], row["seq"], row["nik"])
    });
    let text: String = std::iter::once("batch,seq,nik,result,note\n".to_owned())
        .chain(answers)
        .collect();
    let results = office.put("hasil.csv", &text);
    office
        .run(MORNING, &["import", "results", results.to_str().unwrap()])
        .done_or_person();
    let (printed, other) = (rows[0]["nik"].as_str(), rows[3]["nik"].as_str());
    let by = [
        "handover",
        printed,
        "--by",
        "SITI AISYAH",
        "--relation",
        "keluarga",
        "--old-card",
    ];
    office.run(NOON, &by).ends_with(0);
    office
        .run(NOON, &["expedite", other, "--reason", "sakit"])
        .done_or_person();
    office.run(NOON, &["notify"]).done_or_person();
    office
}

/// The bytes of a page that hold something, the header's first.
fn positions(page: &[u8], first: bool) -> Vec<usize> {
    let filled: Vec<usize> = (if first { 16 } else { 10 }..page.len())
        .filter(|at| page[*at] != 0)
        .collect();
    let step = (filled.len() / (FLIPS_A_PAGE - HEADER_BYTES.len())).max(1);
    let spread = filled.into_iter().step_by(step);
    HEADER_BYTES.into_iter().chain(spread).collect()
}

#[test]
fn a_flipped_bit_is_recognised_on_every_page() {
    let office = busy_office();
    let mut patient = Patient::new(&office.home().join("cetak.db"));
    let whole = patient.whole.clone();
    for (number, page) in whole.chunks(PAGE).enumerate() {
        for (turn, at) in positions(page, number == 0).into_iter().enumerate() {
            let mut bytes = whole.clone();
            bytes[number * PAGE + at] ^= 1 << (turn * 5 % 8);
            let fate = patient.suffer("flip", &bytes);
            if fate == Fate::Refused {
                println!("page {number}, byte {at}: refused");
            }
        }
    }
    patient.tell();
    let theirs = patient.unseen_tables.keys().filter(|table| !is_unsealed(table));
    assert_eq!(theirs.count(), 0, "{:?}", patient.unseen_tables);
}

#[test]
fn torn_stale_and_lost_pages_are_recognised() {
    let office = busy_office();
    let path = office.home().join("cetak.db");
    let earlier = fs::read(&path).unwrap();
    let cards = csv_rows(&office.read(&format!("outbox/{DAY}/batch-ibrahim.csv")));
    for row in [&cards[1], &cards[2], &cards[4]] {
        office
            .run(
                NOON,
                &["handover", &row["nik"], "--by", "DEWI LESTARI", "--relation", "ibu"],
            )
            .ends_with(0);
    }
    office.run(NOON, &["blanks", "count", "300"]).ends_with(0);
    let mut patient = Patient::new(&path);
    let whole = patient.whole.clone();
    for number in 0..whole.len() / PAGE {
        let (from, middle, to) = (number * PAGE, number * PAGE + PAGE / 2, (number + 1) * PAGE);
        let mut with = |kind, range: std::ops::Range<usize>, new: &dyn Fn(usize) -> u8| {
            let mut bytes = whole.clone();
            range.for_each(|at| bytes[at] = new(at));
            patient.suffer(kind, &bytes);
        };
        with("second half lost", middle..to, &|_| 0);
        with("page lost", from..to, &|_| 0);
        if earlier.len() >= to {
            with("second half stale", middle..to, &|at| earlier[at]);
            with("page stale", from..to, &|at| earlier[at]);
        }
        let (cut, cut_within) = (whole[..from].to_vec(), whole[..middle].to_vec());
        patient.suffer("cut at a page", &cut);
        patient.suffer("cut within a page", &cut_within);
    }
    patient.tell();
    let theirs = patient.unseen_tables.keys().filter(|table| !is_unsealed(table));
    assert_eq!(theirs.count(), 0, "{:?}", patient.unseen_tables);
    assert!(
        patient
            .fates
            .keys()
            .all(|(kind, fate)| !kind.starts_with("cut") || *fate != Fate::Harmless)
    );
}

/// A run that was killed leaves its last steps in the write-ahead log. A damaged log is no log: the store is as it was
/// after one of the steps.
#[test]
fn a_damaged_log_gives_one_of_the_states_before() {
    let office = busy_office();
    let (path, log) = (office.home().join("cetak.db"), office.home().join("cetak.db-wal"));
    let mut store = SqliteStore::open(&path, Duration::from_secs(1)).unwrap();
    let mut states = vec![rows(&path).unwrap()];
    for number in 0..4 {
        let event = cetak::store::records::Event {
            at: cetak::domain::moment::Moment::from_seconds(1_627_000_000 + number),
            user: "petugas".into(),
            action: "blanks_counted".into(),
            subject: format!("langkah {number}"),
            note: None,
            count: None,
        };
        store.write(|ledger| ledger.add_event(&event)).unwrap();
        states.push(rows(&path).unwrap());
    }
    let (whole, frames) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    drop(store);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("cetak.db");
    let mut counts = vec![0; states.len()];
    for at in (0..frames.len()).step_by(frames.len() / 300) {
        let mut damaged = frames.clone();
        damaged[at] ^= 1 << (at % 8);
        let _ = fs::remove_file(folder.path().join("cetak.db-shm"));
        fs::write(&copy, &whole).unwrap();
        fs::write(folder.path().join("cetak.db-wal"), &damaged).unwrap();
        assert_eq!(examine(&copy), None, "byte {at} of the log");
        let found = rows(&copy);
        let state = states.iter().position(|state| Some(state) == found.as_ref());
        counts[state.unwrap_or_else(|| panic!("byte {at} of the log: a state that never was"))] += 1;
    }
    println!(
        "{} flips in the log: the store was as after step {counts:?}",
        counts.iter().sum::<u32>()
    );
    assert!(counts[0] > 0 && counts[3] > 0);
}

/// Changes a name inside a card, as a flipped bit would: SQLite finds the page in order.
fn flip_a_name(store: &Path, name: &str) {
    let mut bytes = fs::read(store).unwrap();
    let at = bytes
        .windows(name.len())
        .rposition(|window| window == name.as_bytes())
        .unwrap();
    bytes[at] ^= 1;
    fs::write(store, bytes).unwrap();
}

#[test]
fn the_night_writes_nothing_and_the_good_backup_comes_back() {
    let office = busy_office();
    let store = office.home().join("cetak.db");
    let before = picture(&office);
    flip_a_name(&store, "pita tersangkut");
    // Of two backups the newer one is damaged as well.
    let newer = office.home().join("backups/cetak-2021-07-23 salinan%20 #1?.db");
    fs::copy(&store, &newer).unwrap();
    let files = |office: &Office| -> BTreeMap<String, Vec<u8>> {
        let lasting = files_below(&office.home())
            .into_iter()
            .filter(|path| !path.ends_with(".cetak.lock"));
        lasting
            .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
            .collect()
    };
    let damaged = files(&office);
    let evening = "2021-07-23T22:00";
    let night = office.run(evening, &["nightly"]).ends_with(5);
    insta::assert_snapshot!(night.stderr, @r"
    error: the store is damaged: table card: a row is no longer what was written
    hint: the newest good backup is backups/cetak-2021-07-22.db, of 2021-07-22: cetak restore backups/cetak-2021-07-22.db (the damaged one is kept); damaged as well: backups/cetak-2021-07-23 salinan%20 #1?.db
    ");
    assert!(night.stdout.is_empty());
    assert_eq!(
        damaged.keys().collect::<Vec<_>>(),
        files(&office).keys().collect::<Vec<_>>()
    );
    assert!(damaged == files(&office), "a file was written");
    let check = office.run(evening, &["check"]).ends_with(5);
    assert!(
        check.stdout.contains("cetak restore backups/cetak-2021-07-22.db"),
        "{}",
        check.stdout
    );
    office.run(evening, &["backup"]).ends_with(5);
    let refused = office.run(evening, &["restore", newer.to_str().unwrap()]).ends_with(1);
    assert!(refused.stderr.contains("is no good backup"), "{}", refused.stderr);
    assert!(damaged == files(&office), "a file was written");
    let restored = office
        .run(evening, &["restore", "backups/cetak-2021-07-22.db"])
        .ends_with(0);
    insta::assert_snapshot!(restored.stderr.replace(office.home().to_str().unwrap(), "HOME"), @r"
    The store was restored from backups/cetak-2021-07-22.db. The old one was kept as HOME/cetak-before-restore-2021-07-23T220000.db.
    What was done after 2021-07-22 22:00 is lost (4); do it again:
      2021-07-23 08:00 petugas results imported: hasil.csv
      2021-07-23 12:00 petugas card handed over: 167109******9000
      2021-07-23 12:00 petugas expedited: 167109******9055
      2021-07-23 12:00 petugas citizens told: 1
    Next: cetak check, then cetak nightly imports the files of the inbox again.
    ");
    office.run(evening, &["check"]).done_or_person();
    let results = office.home().join("hasil.csv");
    office
        .run(MORNING, &["import", "results", results.to_str().unwrap()])
        .done_or_person();
    // What was done again is there again.
    let after = picture(&office);
    assert_eq!(before["batch list"], after["batch list"]);
}

#[test]
fn every_command_stops_at_a_store_that_cannot_be_read() {
    let office = busy_office();
    let store = office.home().join("cetak.db");
    let whole = fs::read(&store).unwrap();
    let nik = crate::crowd::nik(3);
    let commands: [&[&str]; 12] = [
        &["nightly"],
        &["check"],
        &["reconcile"],
        &["stuck", "--days", "1"],
        &["status", &nik],
        &["batch"],
        &["batch", "list"],
        &["log"],
        &["report"],
        &["backup"],
        &["forecast"],
        &["blanks", "report"],
    ];
    let cut = whole[..whole.len() - PAGE].to_vec();
    let mut scrambled = whole.clone();
    scrambled[PAGE..].chunks_mut(16).for_each(|bytes| bytes[0] ^= 0x5A);
    let mut schema = whole.clone();
    // SQLite leaves earlier copies of its layout lying about.
    for at in 0..schema.len() - 10 {
        if schema[at..].starts_with(b"seq INTEGE") {
            schema[at + 2] ^= 1;
        }
    }
    for (kind, bytes) in [("cut", cut), ("scrambled", scrambled), ("schema", schema)] {
        for command in commands {
            fs::write(&store, &bytes).unwrap();
            let run = office.run(NOON, command);
            assert!(
                run.code == 5 && run.stderr.contains("cetak restore backups/cetak-2021-07-22.db"),
                "{kind}: {command:?}: {} {}",
                run.code,
                run.stderr
            );
        }
    }
    office
        .run(NOON, &["restore", "backups/cetak-2021-07-22.db"])
        .ends_with(0);
    office.run(NOON, &["check"]).done_or_person();
}

/// The second folder gets the same bytes; where it is not there, the night goes on and says so.
#[test]
fn backups_go_to_a_second_folder_and_old_ones_go() {
    let office = office(PEOPLE);
    let second = office.root().join("cakram");
    let settings = format!(
        "{}\n[backup]\nkeep_days = 14\nfolder = \"{}\"\n",
        crate::crowd::SETTINGS,
        second.display()
    );
    office.put("cetak.toml", &settings);
    let night = office.json(NIGHT, &["nightly"]);
    let attention = night["attention"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["code"] == "second_backup");
    let hint = attention.unwrap()["hint"]
        .as_str()
        .unwrap()
        .replace(office.root().to_str().unwrap(), "ROOT");
    insta::assert_snapshot!(hint, @"no second backup: cannot read ROOT/cakram: there is no such file or folder: connect that disk or make the folder, then run cetak nightly again");
    assert!(!second.exists(), "a folder in its place would lie on the wrong disk");
    fs::create_dir(&second).unwrap();
    let (left, young) = (second.join(".cetak-4711-x.tmp"), second.join(".cetak-4712-y.tmp"));
    for (path, hours) in [(&left, 30), (&young, 1)] {
        let written = std::time::SystemTime::now() - Duration::from_secs(hours * 3_600);
        fs::File::create(path).unwrap().set_modified(written).unwrap();
    }
    let days = |folder: &Path| -> Vec<String> {
        files_below(folder)
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    for day in ["2021-07-22", "2021-07-23", "2021-07-26", "2021-08-05", "2021-08-06"] {
        let night = office.json(&format!("{day}T22:00"), &["nightly"]);
        assert!(!night.to_string().contains("second_backup"), "{night}");
        let name = format!("cetak-{day}.db");
        let first = office.home().join("backups").join(&name);
        verify(&first).unwrap();
        assert_eq!(fs::read(first).unwrap(), fs::read(second.join(&name)).unwrap());
    }
    fs::remove_file(&young).unwrap();
    let kept = [
        "cetak-2021-07-23.db",
        "cetak-2021-07-26.db",
        "cetak-2021-08-05.db",
        "cetak-2021-08-06.db",
    ];
    assert_eq!(days(&office.home().join("backups")), kept);
    assert_eq!(days(&second), kept);
    assert!(!left.exists(), "what a killed run left holds everybody's data");
    // A damaged store makes no backup and takes none away, however late it is.
    flip_a_name(&office.home().join("cetak.db"), "queue_imported");
    office.run("2021-09-30T22:00", &["nightly"]).ends_with(5);
    assert_eq!(days(&office.home().join("backups")), kept);
    assert_eq!(days(&second), kept);
    // The home's own copies may be lost with its disk.
    fs::remove_dir_all(office.home().join("backups")).unwrap();
    let check = office.run("2021-09-30T22:10", &["check"]).ends_with(5);
    let named = second.join("cetak-2021-08-06.db");
    assert!(check.stdout.contains(named.to_str().unwrap()), "{}", check.stdout);
    office
        .run("2021-09-30T22:20", &["restore", named.to_str().unwrap()])
        .ends_with(0);
    office.run("2021-09-30T22:30", &["check"]).done_or_person();
}
