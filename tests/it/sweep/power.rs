//! What a power cut spares. The order of the calls of a run shows it: a file's bytes are on the disk before its name is,
//! its name before the run says that it is done, and the store's log before anybody hears of a step.

use super::acts::{acts, cetak};
use super::state::copy_folder;
use super::strace::{self, Call};
use crate::harness::files_below;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const WATCHED: [&str; 17] = [
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "ftruncate",
    "openat",
    "copy_file_range",
];

/// Commands that write, in the order in which one office can run them.
const DAY: [(&str, &str); 22] = [
    ("2021-07-23T22:00", "nightly"),
    ("2021-07-23T22:01", "nightly --format json --output out/night.json"),
    ("2021-07-24T08:00", "backup"),
    ("2021-07-24T08:01", "backup out/copy.db"),
    ("2021-07-24T08:02", "reconcile --format csv --output out/all.csv"),
    (
        "2021-07-24T08:03",
        "reconcile --all --format xlsx --output out/all.xlsx",
    ),
    ("2021-07-24T08:04", "reconcile --format json --output out/all.json"),
    ("2021-07-24T08:05", "stuck --format xlsx --output out/stuck.xlsx"),
    ("2021-07-24T08:06", "report"),
    ("2021-07-24T08:07", "report --output out/report.html"),
    ("2021-07-24T08:08", "notify --output out/notices.csv"),
    ("2021-07-24T08:09", "review --export out/review.xlsx"),
    ("2021-07-24T08:10", "handover --list --output out/receipts.html"),
    (
        "2021-07-24T08:11",
        "destroy list --format xlsx --output out/destroy.xlsx",
    ),
    ("2021-07-24T08:12", "blanks count 50"),
    ("2021-07-24T08:13", "blanks report --format csv --output out/blanks.csv"),
    ("2021-07-24T08:14", "forecast --format csv --output out/forecast.csv"),
    ("2021-07-24T08:15", "log --format csv --output out/log.csv"),
    ("2021-07-24T08:16", "check --format csv --output out/check.csv"),
    ("2021-07-24T08:17", "batch release 2021-07-26-ibrahim"),
    ("2021-07-24T08:18", "batch reassign 2021-07-26-kartika --to ibrahim"),
    ("2021-07-24T08:19", "restore out/copy.db"),
];

#[test]
fn what_is_written_outlives_a_power_cut() {
    if !super::strace_is_here() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let acts = acts(&folder);
    let (mut checked, mut broken) = (Checked::default(), Vec::new());
    for act in &acts {
        let root = folder.path().join("act/root");
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        copy_folder(&act.before, &root);
        broken.extend(trace(&root, &act.words, act.as_of, &mut checked));
    }
    let root = folder.path().join("day/root");
    copy_folder(&acts.last().unwrap().before, &root);
    fs::create_dir(root.join("out")).unwrap();
    let settings = root.join("kantor/cetak.toml");
    let text = fs::read_to_string(&settings).unwrap() + "[backup]\nfolder = \"second/copies\"\n";
    fs::write(&settings, text).unwrap();
    for (as_of, words) in DAY {
        let words: Vec<&str> = words.split(' ').collect();
        broken.extend(trace(&root, &words, as_of, &mut checked));
    }
    println!("{checked:?}");
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    assert!(
        checked.files >= 35 && checked.folders >= 10 && checked.removals >= 2 && checked.log_syncs >= 20,
        "{checked:?}"
    );
}

/// What was looked at, so that a rule that finds nothing to check is seen.
#[derive(Debug, Default)]
struct Checked {
    files: usize,
    folders: usize,
    removals: usize,
    log_syncs: usize,
}

/// Runs a command, and says which rule its calls break.
fn trace(root: &Path, words: &[&str], as_of: &str, checked: &mut Checked) -> Vec<String> {
    let before = contents(root);
    let notes = root.parent().unwrap().join("notes");
    let traced = strace::watch(&cetak(root, words, as_of), &WATCHED, &notes);
    let said = String::from_utf8_lossy(&traced.output.stderr);
    assert!(matches!(traced.output.status.code(), Some(0 | 3)), "{words:?}: {said}");
    let calls: Vec<&Call> = traced.calls.iter().filter(|call| call.is_done()).collect();
    let mut broken = renames(&calls, root, checked);
    broken.extend(folders(&calls, root, checked));
    broken.extend(removals(&calls, checked));
    broken.extend(log(&calls, checked));
    broken.extend(taken_in(&calls));
    broken.extend(only_temporary(&calls, root));
    let named: BTreeSet<&str> = calls
        .iter()
        .filter(|call| is_naming(call))
        .map(|call| call.path())
        .collect();
    let changed = contents(root)
        .into_iter()
        .filter(|(path, bytes)| before.get(path) != Some(bytes));
    broken.extend(
        changed
            .filter(|(path, _)| !named.contains(path.as_str()) && !is_stores_own(path))
            .map(|(path, _)| format!("{path} changed under its own name")),
    );
    broken
        .into_iter()
        .map(|what| format!("{}: {what}", words.join(" ")))
        .collect()
}

fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = files_below(root).into_iter();
    files
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect()
}

fn bare(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What SQLite keeps safe in its own way, and the lock's note, which is a courtesy.
fn is_stores_own(path: &str) -> bool {
    let name = bare(path);
    name == ".cetak.lock"
        || ["", "-wal", "-shm", "-journal"]
            .iter()
            .any(|ending| name.strip_suffix(ending) == Some("cetak.db"))
}

fn is_write(call: &Call) -> bool {
    matches!(
        call.name.as_str(),
        "write" | "writev" | "pwrite64" | "pwritev" | "ftruncate" | "copy_file_range"
    )
}

fn is_sync(call: &Call) -> bool {
    matches!(call.name.as_str(), "fsync" | "fdatasync")
}

fn is_naming(call: &Call) -> bool {
    call.name.starts_with("rename") || call.name.starts_with("link")
}

/// Standard output and error: where a run says what it did.
fn is_telling(call: &Call) -> bool {
    is_result(call) || call.line.starts_with("write(2<")
}

/// Standard output: there a run says what came out, once all its threads are done.
fn is_result(call: &Call) -> bool {
    call.line.starts_with("write(1<")
}

/// Write, fsync of the file, rename in the same folder, fsync of the folder, and then nothing more.
fn renames(calls: &[&Call], root: &Path, checked: &mut Checked) -> Vec<String> {
    let mut broken = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let ([old, new], true) = (&call.paths[..], is_naming(call)) else {
            continue;
        };
        if !Path::new(new).starts_with(root) {
            continue;
        }
        checked.files += 1;
        let (first, rest) = calls.split_at(at);
        let mut breaks = |what: &str| broken.push(format!("{new}: {what}"));
        // While a thread settles its file, another one may say what it does next.
        let tells = |later: &&Call| is_telling(later) && (later.thread == call.thread || is_result(later));
        let told = rest.iter().position(tells).unwrap_or(rest.len());
        let settled = |call: &&Call| is_sync(call) && call.path() == above(new);
        if !rest[..told].iter().any(settled) {
            breaks("is told of before its folder is on the disk");
        }
        if is_set_aside(old, new) {
            continue;
        }
        if above(old) != above(new) || !bare(old).starts_with(".cetak-") {
            breaks("comes from no temporary name beside it");
        }
        let written = first.iter().rposition(|call| is_write(call) && call.path() == old);
        let synced = first.iter().rposition(|call| is_sync(call) && call.path() == old);
        match (written, synced) {
            (None, _) => breaks("gets its name without a byte"),
            (Some(written), Some(synced)) if written < synced => {}
            _ => breaks("gets its name before its bytes are on the disk"),
        }
        let is_touched = |call: &&&Call| is_write(call) && (call.path() == new || call.path() == old);
        let again = rest[1..].iter().position(|call| is_naming(call) && call.path() == new);
        if rest[1..]
            .iter()
            .take(again.unwrap_or(rest.len()))
            .any(|call| is_touched(&call))
            && !is_stores_own(new)
        {
            breaks("is written after it has its name");
        }
    }
    broken
}

/// The old store and its log, which `restore` keeps, and what a person wrote into: their bytes are not ours to write.
fn is_set_aside(old: &str, new: &str) -> bool {
    bare(old).starts_with("cetak.db") || bare(new).contains(".edited-")
}

/// A list that is taken back must not come back: its cards would be printed.
fn removals(calls: &[&Call], checked: &mut Checked) -> Vec<String> {
    let removed = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| call.name.starts_with("unlink"));
    let lists =
        removed.filter(|(_, call)| call.path().contains("/outbox/") && !bare(call.path()).starts_with(".cetak-"));
    let mut broken = Vec::new();
    for (at, call) in lists {
        checked.removals += 1;
        let rest = &calls[at..];
        let told = |call: &&&Call| is_telling(call) || call.path().ends_with("/cetak.db-wal") && is_write(call);
        let until = rest.iter().position(|call| told(&call)).unwrap_or(rest.len());
        if !rest[..until]
            .iter()
            .any(|later| is_sync(later) && later.path() == above(call.path()))
        {
            broken.push(format!("{}: a power cut brings it back", call.path()));
        }
    }
    broken
}

/// A new folder is an entry in the one above it.
fn folders(calls: &[&Call], root: &Path, checked: &mut Checked) -> Vec<String> {
    let made = calls.iter().enumerate().filter(|(_, call)| call.name == "mkdir");
    let ours = made.filter(|(_, call)| Path::new(call.path()).starts_with(root));
    let mut broken = Vec::new();
    for (at, call) in ours {
        checked.folders += 1;
        let rest = &calls[at..];
        let told = rest.iter().position(|call| is_telling(call)).unwrap_or(rest.len());
        if !rest[..told]
            .iter()
            .any(|later| is_sync(later) && later.path() == above(call.path()))
        {
            broken.push(format!("{}: no power cut spares this folder", call.path()));
        }
    }
    broken
}

/// `synchronous = FULL`: whenever a run says something, what it wrote into the store's log is on the disk.
fn log(calls: &[&Call], checked: &mut Checked) -> Vec<String> {
    let mut unsynced = None;
    let mut broken = Vec::new();
    for call in calls {
        if call.path().ends_with("/cetak.db-wal") {
            if is_write(call) {
                unsynced = Some(&call.line);
            } else if is_sync(call) && unsynced.take().is_some() {
                checked.log_syncs += 1;
            }
        } else if let (true, Some(line)) = (is_telling(call), unsynced) {
            broken.push(format!("{} while the log is not on the disk: {line}", call.line));
        }
    }
    broken
}

/// The log is given up only when all that it says is on the disk in the store itself.
fn taken_in(calls: &[&Call]) -> Vec<String> {
    let mut unsynced = None;
    let mut broken = Vec::new();
    for call in calls {
        if call.path().ends_with("/cetak.db") {
            if is_write(call) {
                unsynced = Some(&call.line);
            } else if is_sync(call) {
                unsynced = None;
            }
        }
        let gives_up = call.name.starts_with("unlink") || call.name == "ftruncate";
        if let (true, true, Some(line)) = (gives_up, call.path().ends_with("/cetak.db-wal"), unsynced) {
            broken.push(format!("{} before the store is on the disk: {line}", call.line));
        }
    }
    broken
}

/// Nothing but temporary names, the store and the lock's note is ever written to.
fn only_temporary(calls: &[&Call], root: &Path) -> Vec<String> {
    let written = calls
        .iter()
        .filter(|call| is_write(call) && Path::new(call.path()).starts_with(root));
    let wrong = written.filter(|call| !bare(call.path()).starts_with(".cetak-") && !is_stores_own(call.path()));
    wrong
        .map(|call| format!("written under its final name: {}", call.line))
        .collect()
}
