//! Files that lie in the inbox since earlier nights are not read again, and nothing that anybody could have touched is
//! taken for known. What a night says and writes does not depend on marks: it is held against that of a copy of the home,
//! without any.

use crate::crowd::{links, office, queue};
use crate::harness::Office;
use crate::sweep::{strace, strace_is_here};
use cetak::cli;
use cetak::commands::Outcome;
use cetak::context::{Context, Environment};
use cetak::domain::moment::Moment;
use cetak::messages::Lang;
use rusqlite::Connection;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

const PEOPLE: u64 = 40;
const EVENINGS: [&str; 3] = ["2021-07-21T22:00", "2021-07-22T22:00", "2021-07-23T22:00"];
const LINKS: &str = "inbox/links/form.csv";
const QUEUE: &str = "inbox/queue/antrean-2021-07-20.csv";

/// So many seconds later the files of a test have lain long enough.
const LATER_SECONDS: i64 = 61;

fn stored(home: &Path) -> i64 {
    let store = Connection::open(home.join("cetak.db")).unwrap();
    store
        .query_row("SELECT count(*) FROM file_mark", [], |row| row.get(0))
        .unwrap()
}

/// How many marks say what a file holds, and not when it was touched.
fn by_content(home: &Path) -> i64 {
    let store = Connection::open(home.join("cetak.db")).unwrap();
    store
        .query_row(
            "SELECT count(*) FROM file_mark WHERE stamp LIKE '% bytes %'",
            [],
            |row| row.get(0),
        )
        .unwrap()
}

/// A night within this process, whose clock goes ahead, so that no test need wait a minute.
fn night_ahead(office: &Office, as_of: &str, seconds: i64) -> Outcome {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let environment = Environment {
        now: Moment::from_seconds(now.as_secs() as i64 + seconds),
        home: Some(office.home()),
        current: office.root().to_owned(),
        program: "cetak".into(),
        locale: "C".to_owned(),
        no_color: true,
        user: "petugas".to_owned(),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        stdin_is_terminal: false,
        width_columns: None,
    };
    let output = office.root().join("ahead.txt");
    let words = [
        "cetak",
        "nightly",
        "-q",
        "--as-of",
        as_of,
        "--output",
        output.to_str().unwrap(),
    ];
    let cli = cli::parse(Lang::En, words.map(OsString::from)).unwrap();
    let mut context = Context::in_home(&cli.options(), &environment, "nightly").unwrap();
    cli.command.run(&mut context).unwrap()
}

/// An office whose files were read last evening and are marked since.
fn marked_office() -> Office {
    let office = office(PEOPLE);
    night_ahead(&office, EVENINGS[0], LATER_SECONDS);
    assert_eq!(stored(&office.home()), 2);
    office
}

/// The next night of an office, which must say and write what one without marks does.
fn next_night(office: &Office) -> serde_json::Value {
    let twin = office.twin();
    let store = Connection::open(twin.home().join("cetak.db")).unwrap();
    store.execute("DELETE FROM file_mark", []).unwrap();
    drop(store);
    let said = [office, &twin].map(|office| office.run(EVENINGS[1], &["nightly", "--format", "json"]));
    assert_eq!(said[0].stdout, said[1].stdout);
    assert_eq!(said[0].code, said[1].code);
    let bare = |office: &Office| -> Vec<(String, Vec<u8>)> {
        let home = office.home().display().to_string();
        let files = office.tree("outbox").into_iter();
        files.map(|(path, bytes)| (path.replace(&home, ""), bytes)).collect()
    };
    assert_eq!(bare(office), bare(&twin));
    said[0].json()
}

/// Which files of the inbox a night opens.
fn opened(office: &Office) -> Vec<String> {
    let home = office.home();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cetak"));
    command
        .env_clear()
        .args(["nightly", "-q", "--as-of", EVENINGS[1], "--home"])
        .arg(&home);
    let traced = strace::watch(&command, &["openat", "open"], &office.root().join("notes"));
    assert!(matches!(traced.output.status.code(), Some(0 | 3)));
    let inbox = fs::canonicalize(home.join("inbox")).unwrap();
    let paths = traced.calls.iter().map(|call| Path::new(call.path()));
    let files = paths.filter(|path| path.starts_with(&inbox) && path.is_file());
    files
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_marked_file_is_not_read() {
    let office = marked_office();
    let night = next_night(&office);
    let known = |at: usize| {
        (
            night["imports"][at]["unchanged"].as_u64(),
            night["imports"][at]["added"].as_u64(),
        )
    };
    assert_eq!(
        [known(0), known(1)],
        [(Some(PEOPLE), Some(0)), (Some(PEOPLE + 1), Some(0))]
    );
    if strace_is_here() {
        assert_eq!(opened(&office.twin()), ["antrean-2021-07-20.csv", "form.csv"]);
        assert!(opened(&office).is_empty());
    }
}

/// An office whose files were read a moment after they had been written.
fn office_of_young_files() -> Office {
    let office = office(PEOPLE);
    night_ahead(&office, EVENINGS[0], 50);
    assert_eq!((stored(&office.home()), by_content(&office.home())), (2, 2));
    office
}

#[test]
fn a_file_younger_than_a_minute_is_known_by_what_it_holds() {
    let office = office_of_young_files();
    // The run's own clock, years away, has no say in it.
    night_ahead(&office, "2031-07-22T22:00", 50);
    assert_eq!(by_content(&office.home()), 2);
    if strace_is_here() {
        assert_eq!(opened(&office.twin()).len(), 2);
    }
    let night = next_night(&office);
    assert_eq!([0, 1].map(|at| night["imports"][at]["added"].as_u64()), [Some(0); 2]);
    assert_eq!(night["imports"][0]["unchanged"], PEOPLE);
    // When it has lain long enough it is not looked into any more.
    night_ahead(&office, EVENINGS[1], LATER_SECONDS);
    assert_eq!((stored(&office.home()), by_content(&office.home())), (2, 0));
}

/// Appends the rows of more people to a form's export.
fn grow(path: &Path, people: std::ops::Range<u64>) {
    let all = links(people.end);
    let more: String = all.split_inclusive('\n').skip(1 + people.start as usize).collect();
    let mut file = File::options().append(true).open(path).unwrap();
    file.write_all(more.as_bytes()).unwrap();
}

#[test]
fn an_export_that_grew_is_read_on_from_its_beginning() {
    // A megabyte: what is shorter is not remembered.
    let people = 13_000;
    for (name, changed) in [("form.csv", false), ("later.csv", false), ("form.csv", true)] {
        let office = office(people);
        night_ahead(&office, EVENINGS[0], 0);
        let folder = office.home().join("inbox/links");
        let store = Connection::open(office.home().join("cetak.db")).unwrap();
        let sql = "SELECT kind FROM file_mark WHERE beginning <> ''";
        let remembered: Vec<String> = store
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        drop(store);
        assert_eq!(remembered, ["links"]);
        let path = folder.join(name);
        if name != "form.csv" {
            fs::copy(folder.join("form.csv"), &path).unwrap();
        }
        if changed {
            rewrite(&path, "1671090107909000", "1671090107909900");
        }
        grow(&path, people..people + 7);
        let night = next_night(&office);
        let grown = night["imports"].as_array().unwrap().last().unwrap();
        assert_eq!(grown["added"], 7 + u64::from(changed), "{grown}");
        assert_eq!(grown["rows"], people + 9, "{grown}");
    }
}

/// Writes other bytes of the same length into a file, and sets its time back.
fn rewrite(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let before = fs::metadata(path).unwrap();
    let text = fs::read_to_string(path).unwrap().replacen(from, to, 1);
    let mut file = File::options().write(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    let after = fs::metadata(path).unwrap();
    assert_eq!(
        (before.len(), before.modified().unwrap()),
        (after.len(), after.modified().unwrap())
    );
}

#[test]
fn a_file_rewritten_with_its_length_and_time_is_seen() {
    for office in [marked_office(), office_of_young_files()] {
        rewrite(&office.home().join(LINKS), "1671090107909000", "1671090107909900");
        let night = next_night(&office);
        assert_eq!(night["imports"][1]["added"], 1, "{night}");
        assert_eq!(night["imports"][0]["unchanged"], PEOPLE, "{night}");
    }
}

#[test]
fn files_that_change_places_are_seen() {
    let office = office(PEOPLE);
    office.put("inbox/links/other.csv", &links(PEOPLE + 3));
    night_ahead(&office, EVENINGS[0], LATER_SECONDS);
    assert_eq!(stored(&office.home()), 3);
    let [form, other, aside] =
        ["form.csv", "other.csv", ".aside"].map(|name| office.home().join("inbox/links").join(name));
    let rows = |night: &serde_json::Value| [1, 2].map(|at| night["imports"][at]["rows"].as_u64().unwrap());
    let before = rows(&next_night(&office));
    for (from, to) in [(&form, &aside), (&other, &form), (&aside, &other)] {
        fs::rename(from, to).unwrap();
    }
    let after = rows(&next_night(&office));
    assert_eq!([before[1], before[0]], after);
    // Another file in the place of one, as old and as long.
    let copy = office.home().join("inbox/links/.copy");
    fs::copy(&form, &copy).unwrap();
    rewrite(&copy, "1671090107909000", "1671090107909900");
    let old = fs::metadata(&form).unwrap().modified().unwrap();
    File::options()
        .write(true)
        .open(&copy)
        .unwrap()
        .set_modified(old)
        .unwrap();
    fs::rename(&copy, &form).unwrap();
    assert_eq!(next_night(&office)["imports"][1]["added"], 1);
}

#[test]
fn other_settings_read_the_file_again() {
    let office = marked_office();
    let settings = office.home().join("cetak.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.clone() + "[columns.links]\nnik = \"No HP\"\n").unwrap();
    // The phones, taken for NIKs, are read and held.
    assert!(next_night(&office)["counts"]["unreadable_nik"].as_u64() > Some(PEOPLE / 2));
    for (from, to) in [
        ("[office]", "[office]\ntimezone = \"Asia/Makassar\""),
        ("[office]", "[columns.queue]\nnik = \"no such column\"\n[office]"),
    ] {
        let office = marked_office();
        fs::write(office.home().join("cetak.toml"), text.replacen(from, to, 1)).unwrap();
        if strace_is_here() {
            assert_eq!(opened(&office.twin()).len(), 2, "{to}");
            assert!(opened(&office).contains(&"antrean-2021-07-20.csv".to_owned()), "{to}");
        }
    }
}

#[test]
fn what_was_rejected_is_told_without_reading() {
    let office = marked_office();
    fs::remove_dir_all(office.home().join("outbox/rejects")).unwrap();
    let night = next_night(&office);
    let rejects = night["imports"][1]["rejects_file"].as_str().unwrap();
    let text = String::from_utf8(office.read(rejects)).unwrap();
    assert!(
        text.starts_with("Timestamp,NIK,Nama Lengkap,No HP,Kecamatan,Kelurahan,"),
        "{text}"
    );
}

#[test]
fn marks_go_with_their_files_and_with_a_restored_store() {
    let office = marked_office();
    office.run(EVENINGS[1], &["backup", "copy.db"]).ends_with(0);
    office.put("inbox/queue/antrean-2021-07-22.csv", &queue(PEOPLE));
    fs::remove_file(office.home().join(QUEUE)).unwrap();
    office.run(EVENINGS[2], &["nightly"]).done_or_person();
    assert_eq!((stored(&office.home()), by_content(&office.home())), (2, 1));
    office.run(EVENINGS[2], &["restore", "copy.db"]).done_or_person();
    assert_eq!(stored(&office.home()), 0);
    office.run(EVENINGS[2], &["check"]).ends_with(0);
}

/// A run that is given a file by hand reads it, whatever is remembered of it.
#[test]
fn a_file_named_by_hand_is_read() {
    let office = marked_office();
    let path = office.home().join(LINKS);
    let run = office.run(
        EVENINGS[1],
        &["import", "links", "--format", "json", path.to_str().unwrap()],
    );
    assert_eq!(run.json()[0]["rows"], PEOPLE + 2);
    assert_eq!(stored(&office.home()), 2);
}
