//! An office with many made-up people, whose night lasts long enough to be met by another run, a signal or damage; and
//! runs that are started beside the test, each with a limit on its time.

use crate::harness::{Office, csv_rows};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Two operators who print what they can on a day.
pub const SETTINGS: &str = "lang = \"en\"\n[office]\nname = \"Disdukcapil Kota Contoh\"\n\
    [[operator]]\nname = \"ibrahim\"\ncapacity = 400\n[[operator]]\nname = \"kartika\"\ncapacity = 300\n";

/// The evening on which the night runs.
pub const NIGHT: &str = "2021-07-22T22:00";
/// The day that it plans.
pub const DAY: &str = "2021-07-23";

/// So long a run may take before it is said to wait for ever.
const LIMIT: Duration = Duration::from_secs(180);
const STEP: Duration = Duration::from_millis(2);

/// The NIK of one of them.
pub fn nik(number: u64) -> String {
    let (serial, day) = (9_000 + number % 1_000, 1 + number / 1_000 % 28);
    format!("167109{day:02}0790{serial}")
}

fn name(number: u64) -> String {
    let first = ["AGUS", "BUDI", "DEWI", "SITI", "TONO", "RATNA", "HASAN"];
    let last = ["SALIM", "LESTARI", "WIJAYA", "HIDAYAT", "KUSUMA"];
    format!("{} {}", first[number as usize % 7], last[number as usize % 5])
}

/// A form's export with so many people.
pub fn links(people: u64) -> String {
    let mut text = String::from("Timestamp,NIK,Nama Lengkap,No HP,Kecamatan,Kelurahan\n");
    for number in 0..people {
        let at = format!("2021-07-{:02}T08:00:00+07:00", 1 + number % 9);
        let (nik, name, village) = (nik(number), name(number), number % 5);
        let phone = 1_000_000 + number;
        text += &format!("{at},{nik},{name},0812{phone},KECAMATAN A,KELURAHAN {village}\n");
    }
    text
}

/// A print queue with so many people, all of them ready.
pub fn queue(people: u64) -> String {
    let mut text = String::from("NIK,NAMA_LGKP,STATUS,TGL_STATUS,NAMA_KEC,NAMA_KEL\n");
    for number in 0..people {
        let (nik, name, village) = (nik(number), name(number), number % 5);
        text += &format!("{nik},{name},PRINT_READY_RECORD,2021-07-10,KECAMATAN A,KELURAHAN {village}\n");
    }
    text
}

/// An office whose inbox holds so many people, and a rejected and a held row.
pub fn office(people: u64) -> Office {
    let office = Office::new(SETTINGS);
    let odd = "2021-07-03T08:00:00+07:00,,,,,\n2021-07-03T08:00:00+07:00,\"1,67109E+15\",DEWI LESTARI,,,\n";
    office.put("inbox/links/form.csv", &(links(people) + odd));
    office.put("inbox/queue/antrean-2021-07-20.csv", &queue(people));
    office
}

/// Starts a run, and keeps what it says.
pub fn start(office: &Office, as_of: &str, arguments: &[&str]) -> Child {
    let mut command: Command = office.command(as_of, arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// The exit code.
    pub code: Option<i32>,
    /// The signal that ended it, where it did not end by itself.
    pub signal: Option<i32>,
    /// Standard error.
    pub stderr: String,
}

/// Waits for a run; one that takes too long is ended, and fails the test.
pub fn finish(child: Child) -> Ending {
    let (pid, begun) = (child.id(), Instant::now());
    let (done, ended) = std::sync::mpsc::channel::<Output>();
    thread::spawn(move || done.send(child.wait_with_output().unwrap()));
    let output = ended.recv_timeout(LIMIT).unwrap_or_else(|_| {
        send("KILL", pid);
        panic!("process {pid} still ran after {:?}", begun.elapsed());
    });
    Ending {
        code: output.status.code(),
        signal: output.status.signal(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Sends a signal to one process.
pub fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill")
        .args([format!("-{signal}"), pid.to_string()])
        .stderr(Stdio::null())
        .status();
    assert!(sent.is_ok());
}

/// Waits until something is so; gives up after the limit.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "{what} never came");
        thread::sleep(STEP);
    }
}

/// Waits until a process has a file open whose name holds this.
pub fn until_open(pid: u32, part: &str) {
    until(part, || {
        let files = std::fs::read_dir(format!("/proc/{pid}/fd"))
            .into_iter()
            .flatten()
            .flatten();
        let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        targets.any(|target| target.to_string_lossy().contains(part))
    });
}

/// Insists that nobody stands in two batch files, and counts the cards.
pub fn no_card_twice(office: &Office) -> usize {
    let mut seen = BTreeSet::new();
    for (path, bytes) in office.tree("outbox") {
        if path.contains("/batch-") && path.ends_with(".csv") {
            for row in csv_rows(&bytes) {
                assert!(seen.insert(row["nik"].clone()), "{path} plans a card again");
            }
        }
    }
    seen.len()
}

/// What an office holds and gave out, so that two of them can be compared: file names from the home, and the facts.
pub fn picture(office: &Office) -> BTreeMap<String, Vec<u8>> {
    let home = office.home().display().to_string();
    let mut picture: BTreeMap<String, Vec<u8>> = office
        .tree("outbox")
        .into_iter()
        .map(|(path, bytes)| (path.replace(&home, ""), bytes))
        .collect();
    for list in [
        &["reconcile", "--all"][..],
        &["log"],
        &["batch", "list"],
        &["stuck", "--days", "0"],
    ] {
        let arguments = [list, &["--format", "json"]].concat();
        let run = office.run("2021-07-22T23:00", &arguments).ends_with(0);
        picture.insert(list.join(" "), run.stdout.into_bytes());
    }
    picture
}

/// Insists that two pictures are the same, and names what differs.
pub fn same_picture(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>, what: &str) {
    let names = |picture: &BTreeMap<String, Vec<u8>>| picture.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in one {
        let other = &other[name];
        assert!(
            bytes == other,
            "{what}: {name} differs\n{}\n---\n{}",
            String::from_utf8_lossy(bytes).chars().take(2_000).collect::<String>(),
            String::from_utf8_lossy(other).chars().take(2_000).collect::<String>()
        );
    }
}
