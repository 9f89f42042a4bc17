//! The commands that are swept, each with the office as it finds it: an office of some thirty people and two operators.

use super::state::copy_folder;
use crate::harness::{name, nik};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const SETTINGS: &str = r#"
lang = "en"
[office]
name = "Disdukcapil Kota Contoh"
[[operator]]
name = "ibrahim"
capacity = 6
[[operator]]
name = "kartika"
capacity = 4
"#;

const PEOPLE: u64 = 30;

/// A file that a person wrote into: below the home, before the night.
pub const MARKED: &str = "outbox/2021-07-23/batch-kartika.csv";

/// A command, and the folder in which it is run.
#[derive(Clone, Debug)]
pub struct Act {
    /// A word for it.
    pub name: &'static str,
    /// The words after `cetak`.
    pub words: Vec<&'static str>,
    /// The clock.
    pub as_of: &'static str,
    /// The folder before: the home `kantor`, and files beside it.
    pub before: PathBuf,
}

impl Act {
    /// The command, to be run in a copy of the folder.
    pub fn command(&self, root: &Path) -> Command {
        cetak(root, &self.words, self.as_of)
    }
}

/// A run of the binary in a folder, with nothing of the surrounding environment but the path.
pub fn cetak(root: &Path, words: &[&str], as_of: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cetak"));
    command.env_clear().current_dir(root).stdin(Stdio::null());
    for (name, value) in [("USER", "petugas"), ("LANG", "C"), ("LC_ALL", "C"), ("TZ", "UTC")] {
        command.env(name, value);
    }
    command
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", root)
        .env("CETAK_HOME", root.join("kantor"));
    command.args(words).args(["--as-of", as_of]);
    command
}

/// Runs a command that must end well.
pub fn run(root: &Path, words: &[&str], as_of: &str) -> Output {
    let output = cetak(root, words, as_of).output().unwrap();
    let code = output.status.code();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, Some(0 | 3)), "cetak {words:?}: {code:?}\n{said}");
    output
}

/// What citizens filled in; one NIK is damaged and one time is none.
fn form() -> String {
    let mut text = String::from("Timestamp,NIK,Nama Lengkap,No HP\r\n");
    for serial in (1..=PEOPLE).filter(|serial| serial % 5 != 0) {
        let (day, nik, name) = (1 + serial % 9, nik(serial), name(serial));
        text += &format!("2021-07-{day:02}T08:00:00+07:00,{nik},{name},08129999{serial:04}\r\n");
    }
    text += "2021-07-05T08:00:00+07:00,16710901,BUDI SALIM,0812\r\n";
    text + "bukan waktu,1671090107959031,SALAH WAKTU,0812\r\n"
}

fn queue() -> String {
    let mut text = String::from("NIK,NAMA_LGKP,STATUS,TGL_STATUS,NAMA_KEL\r\n");
    for serial in 1..=PEOPLE {
        let (nik, name, village) = (nik(serial), name(serial), serial % 4);
        text += &format!("{nik},{name},PRINT_READY_RECORD,2021-07-10,KELURAHAN {village}\r\n");
    }
    text
}

/// Fills in a batch as its operator would.
fn filled_in(batch: &str) -> String {
    let mut lines = batch.lines();
    let header = lines.next().unwrap_or_default();
    let is_spoiled = |line: &str| line.split(',').nth(1) == Some("3");
    let fill = |line: &str| {
        let cells = line.strip_suffix(",,").unwrap();
        let result = if is_spoiled(line) {
            "spoiled,ribbon torn"
        } else {
            "printed,"
        };
        format!("{cells},{result}\r\n")
    };
    format!("{header}\r\n") + &lines.map(fill).collect::<String>()
}

/// The batch of the other operator, with marks in it.
fn marked(path: &Path) -> String {
    fs::read_to_string(path).unwrap().replacen(",,", ",printed,by hand", 1)
}

/// The acts, in the order of an office's days.
pub fn acts(folder: &TempDir) -> Vec<Act> {
    let stage = |name: &str| folder.path().join(name);
    let next = |from: &str, to: &str| {
        copy_folder(&stage(from), &stage(to));
        stage(to)
    };
    fs::create_dir(stage("nothing")).unwrap();
    fs::write(stage("nothing").join("form.csv"), form()).unwrap();
    fs::write(stage("nothing").join("antrean-2021-07-22.csv"), queue()).unwrap();

    let empty = next("nothing", "empty");
    run(&empty, &["init", "kantor"], "2021-07-01T08:00");
    fs::write(empty.join("kantor/cetak.toml"), SETTINGS).unwrap();

    let registered = next("empty", "registered");
    run(&registered, &["import", "links", "form.csv"], "2021-07-22T20:00");

    let queued = next("registered", "queued");
    run(
        &queued,
        &["import", "queue", "antrean-2021-07-22.csv"],
        "2021-07-22T20:30",
    );

    let planned = next("queued", "planned");
    run(&planned, &["batch"], "2021-07-22T21:00");
    let list = fs::read_to_string(planned.join("kantor/outbox/2021-07-23/batch-ibrahim.csv")).unwrap();
    fs::write(planned.join("batch-ibrahim.csv"), filled_in(&list)).unwrap();

    let night = next("planned", "night");
    let inbox = night.join("kantor/inbox");
    fs::rename(night.join("batch-ibrahim.csv"), inbox.join("results/batch-ibrahim.csv")).unwrap();
    // An operator's marks that nobody has imported.
    fs::write(
        night.join("kantor").join(MARKED),
        marked(&night.join("kantor").join(MARKED)),
    )
    .unwrap();
    let late = format!("2021-07-23T09:00:00+07:00,{},{},0812\r\n", nik(5), name(5));
    fs::write(inbox.join("links/form.csv"), form() + &late).unwrap();
    let (kept, changed) = (queue(), "PRINT_READY_RECORD,2021-07-10,KELURAHAN 1");
    let newer = kept.replacen(changed, "SENT_FOR_ENROLLMENT,2021-07-22,KELURAHAN 1", 1);
    fs::write(inbox.join("queue/antrean-2021-07-23.csv"), newer).unwrap();

    let act = |name, words: &[&'static str], as_of, before: &str| Act {
        name,
        words: words.to_vec(),
        as_of,
        before: stage(before),
    };
    vec![
        act("init", &["init", "kantor"], "2021-07-01T08:00", "nothing"),
        act(
            "import links",
            &["import", "links", "form.csv"],
            "2021-07-22T20:00",
            "empty",
        ),
        act(
            "import queue",
            &["import", "queue", "antrean-2021-07-22.csv"],
            "2021-07-22T20:30",
            "registered",
        ),
        act("batch", &["batch"], "2021-07-22T21:00", "queued"),
        act(
            "import results",
            &["import", "results", "batch-ibrahim.csv"],
            "2021-07-23T16:00",
            "planned",
        ),
        act("nightly", &["nightly"], "2021-07-23T22:00", "night"),
    ]
}
