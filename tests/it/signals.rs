//! SIGINT, SIGTERM and SIGHUP at many moments: the state is before or after, the code and the sentence are those of the
//! contract, and the same command finishes the work.

use crate::crowd::{DAY, Ending, NIGHT, SETTINGS, finish, no_card_twice, office, picture, same_picture};
use crate::crowd::{links, send, start, until_open};
use crate::harness::{Office, files_below};
use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

const PEOPLE: u64 = 400;
const MOMENTS: u32 = 42;
const SIGNALS: [(&str, i32, i32); 3] = [("INT", 2, 130), ("TERM", 15, 143), ("HUP", 1, 129)];
const SENTENCE: &str =
    "finished steps stand, and the one under way left nothing; run the same command again to finish it";

/// Insists that a run was ended by this signal and says so.
fn ended_by(ending: &Ending, code: i32) {
    assert_eq!(ending.code, Some(code), "{ending:?}");
    assert_eq!(ending.stderr.matches(SENTENCE).count(), 1, "{ending:?}");
    assert!(!ending.stderr.contains("panicked"), "{ending:?}");
}

/// No half file has a final name, and what is left of temporary ones is gone after the next run.
fn no_leftovers(office: &Office) {
    for path in files_below(&office.home()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_temporary = name.starts_with(".cetak-");
        assert!(!is_temporary, "{name} was left behind");
    }
}

#[test]
fn a_night_can_be_ended_at_any_moment() {
    let template = office(PEOPLE);
    let undisturbed = template.twin();
    let lasted = [&undisturbed, &template.twin()].map(|office| {
        let begun = Instant::now();
        office.run(NIGHT, &["nightly"]).ends_with(3);
        begun.elapsed()
    });
    let (lasted, expected) = (lasted[0].min(lasted[1]), picture(&undisturbed));
    let mut counts = [0_u32; 3]; // ended by the signal, done before it came, not yet listening
    for moment in 0..MOMENTS {
        let (signal, number, code) = SIGNALS[moment as usize % 3];
        let office = template.twin();
        let child = start(&office, NIGHT, &["nightly"]);
        // The moment is what is tested.
        thread::sleep(lasted * moment / MOMENTS);
        send(signal, child.id());
        let ending = finish(child);
        match (ending.code, ending.signal) {
            (Some(3), None) => counts[1] += 1,
            (None, Some(by)) if by == number => counts[2] += 1,
            _ => {
                ended_by(&ending, code);
                counts[0] += 1;
            }
        }
        let check = office.run("2021-07-22T22:30", &["check"]);
        assert!(
            matches!(check.code, 0 | 3),
            "{signal} at {moment}: {}{}",
            check.stdout,
            check.stderr
        );
        for (path, bytes) in office.tree("outbox") {
            let whole = expected.get(&path.replace(&office.home().display().to_string(), ""));
            let is_temporary = path.rsplit('/').next().unwrap().starts_with(".cetak-");
            assert!(
                is_temporary || whole == Some(&bytes),
                "{signal} at {moment}: half of {path}"
            );
        }
        office.run(NIGHT, &["nightly"]).ends_with(3);
        same_picture(&picture(&office), &expected, &format!("{signal} at moment {moment}"));
        no_leftovers(&office);
        no_card_twice(&office);
    }
    println!(
        "{MOMENTS} signals over a night of {lasted:?}: {} ended it, {} came after its end, {} before it listened",
        counts[0], counts[1], counts[2]
    );
    // How many fall into the night depends on how busy the computer is.
    assert!(counts[0] >= MOMENTS / 6, "{counts:?}");
}

#[test]
fn a_run_that_waits_for_the_lock_can_be_ended() {
    let office = Office::new(SETTINGS);
    let lock = File::options()
        .write(true)
        .open(office.home().join(".cetak.lock"))
        .unwrap();
    lock.try_lock().unwrap();
    for (signal, _, code) in SIGNALS {
        let child = start(&office, NIGHT, &["nightly", "--wait", "600"]);
        until_open(child.id(), ".cetak.lock");
        send(signal, child.id());
        ended_by(&finish(child), code);
    }
}

#[test]
fn a_run_that_reads_standard_input_can_be_ended() {
    let office = Office::new(SETTINGS);
    for (signal, _, code) in SIGNALS {
        let mut command = office.command(NIGHT, &["import", "links", "-"]);
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(links(20).as_bytes()).unwrap();
        until_open(child.id(), ".cetak-stdin-");
        send(signal, child.id());
        ended_by(&finish(child), code);
        drop(input);
        no_leftovers(&office);
        let known = office.json(NIGHT, &["reconcile", "--all"]);
        assert_eq!(known["applications"].as_array().unwrap().len(), 0);
    }
}

#[test]
fn the_last_sentence_is_in_the_language_of_the_office() {
    let office = Office::new("lang = \"id\"\n");
    let lock = File::options()
        .write(true)
        .open(office.home().join(".cetak.lock"))
        .unwrap();
    lock.try_lock().unwrap();
    let child = start(&office, NIGHT, &["nightly", "--wait", "600"]);
    until_open(child.id(), ".cetak.lock");
    send("TERM", child.id());
    let ending = finish(child);
    assert_eq!(ending.code, Some(143));
    insta::assert_snapshot!(ending.stderr.trim(), @"diminta berhenti oleh sistem: langkah yang sudah selesai tetap ada, yang sedang berjalan tidak meninggalkan apa-apa; jalankan lagi perintah yang sama untuk menyelesaikannya");
}

/// `nohup cetak nightly &`: whoever started it chose that a closed terminal must not end it.
#[test]
fn what_the_caller_ignores_ends_nothing() {
    let office = office(50);
    let lock = File::options()
        .write(true)
        .open(office.home().join(".cetak.lock"))
        .unwrap();
    lock.try_lock().unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args([
        "-c",
        "trap '' HUP INT; exec \"$@\"",
        "sh",
        env!("CARGO_BIN_EXE_cetak"),
        "nightly",
        "--wait",
        "600",
    ]);
    shell.args(["--as-of", NIGHT, "--home"]).arg(office.home());
    let child = shell
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until_open(child.id(), ".cetak.lock");
    send("HUP", child.id());
    send("INT", child.id());
    drop(lock);
    let ending = finish(child);
    assert_eq!(ending.code, Some(3), "{ending:?}");
    assert!(office.home().join("outbox").join(DAY).is_dir());
}

/// A reader that stopped reading must not keep a run alive: the last sentence has a time limit.
#[test]
fn nobody_reads_what_it_says() {
    let office = office(900);
    office.run(NIGHT, &["nightly"]).ends_with(3);
    let child = start(&office, NIGHT, &["reconcile", "--all", "--format", "json"]);
    // The list is longer than a pipe: the run stands still until somebody reads.
    until_open(child.id(), "cetak.db");
    thread::sleep(Duration::from_millis(300));
    send("TERM", child.id());
    let begun = Instant::now();
    let pid = child.id();
    crate::crowd::until("its end", || is_ended(pid));
    assert!(begun.elapsed() < Duration::from_secs(20));
    ended_by(&finish(child), 143);
}

fn is_ended(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}
