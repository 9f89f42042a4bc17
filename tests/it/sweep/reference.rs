//! What an act does where nothing disturbs it: its calls, every state that it commits, what stands in the end, and what
//! a second run makes of that. Against this every disturbed run is held.

use super::acts::Act;
use super::state::{self, Facts, State, copy_folder};
use super::strace::{self, Call, Mishap};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The calls that are struck: those of the promise, more that change what a folder holds, and those that read.
pub const STRUCK: [&str; 16] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "openat",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "ftruncate",
    "read",
    "pread64",
];

/// An act, undisturbed.
pub struct Reference {
    /// The act.
    pub act: Act,
    /// Every call of `STRUCK` that it makes.
    pub calls: Vec<Call>,
    /// The facts after each of its commits, from before the first; none where nobody watched.
    pub commits: Vec<Option<Facts>>,
    /// Before the act.
    pub before: State,
    /// After it, and how it ended.
    pub once: (i32, State),
    /// After a second run, and how that ended.
    pub again: (i32, State),
    /// By a file of the inbox: what stands after a run without it and a second one with it. A file that cannot be read
    /// is refused and stops nothing, so that the plan of the day is made without it.
    pub without: BTreeMap<String, Vec<State>>,
}

impl Reference {
    /// Runs an act by itself, and every variant that the contract allows.
    pub fn of(act: Act) -> Self {
        let mut reference = Self::untraced(act);
        let folder = TempDir::new().unwrap();
        let act = &reference.act;
        let root = fresh(act, folder.path());
        let traced = strace::watch(&act.command(&root), &STRUCK, &folder.path().join("notes"));
        let once = (code(&traced.output), state::of_home(&root.join("kantor")).unwrap());
        assert!(once == reference.once, "{}: two undisturbed runs differ", act.name);
        reference.commits = commits(act, &traced.calls, &reference.before, &once.1);
        reference.calls = traced.calls;
        let variants = inbox(act).into_iter().map(|file| (file.clone(), without(act, &file)));
        reference.without = variants.collect();
        reference
    }

    /// Runs an act by itself where nobody can watch: its calls and commits are not known.
    pub fn untraced(act: Act) -> Self {
        let folder = TempDir::new().unwrap();
        let root = fresh(&act, folder.path());
        let home = root.join("kantor");
        let before = state::of_home(&home).unwrap();
        let run = || {
            let output = act.command(&root).output().unwrap();
            (code(&output), state::of_home(&home).unwrap())
        };
        let (once, again) = (run(), run());
        assert!(matches!(once.0, 0 | 3), "{} ends with {}", act.name, once.0);
        Self {
            calls: Vec::new(),
            commits: Vec::new(),
            before,
            once,
            again,
            without: BTreeMap::new(),
            act,
        }
    }
}

/// Copies the folder of an act to work in.
pub fn fresh(act: &Act, folder: &Path) -> PathBuf {
    let root = folder.join("root");
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    copy_folder(&act.before, &root);
    root
}

/// The exit code, or 128 and the number of the signal as a shell has it.
pub fn code(output: &std::process::Output) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let killed = output.status.signal().map(|signal| 128 + signal);
    output.status.code().or(killed).unwrap_or(-1)
}

fn inbox(act: &Act) -> Vec<String> {
    let inbox = act.before.join("kantor/inbox");
    let files = crate::harness::files_below(&inbox);
    let below = |path: PathBuf| path.strip_prefix(&act.before).unwrap().display().to_string();
    files.into_iter().filter(|_| act.name == "nightly").map(below).collect()
}

/// The states after a run without a file and after the next one with it.
fn without(act: &Act, file: &str) -> Vec<State> {
    let folder = TempDir::new().unwrap();
    let root = fresh(act, folder.path());
    let (place, aside) = (root.join(file), root.join("aside"));
    fs::rename(&place, &aside).unwrap();
    let mut states = Vec::new();
    act.command(&root).output().unwrap();
    fs::rename(&aside, &place).unwrap();
    states.push(state::of_home(&root.join("kantor")).unwrap());
    act.command(&root).output().unwrap();
    states.push(state::of_home(&root.join("kantor")).unwrap());
    states
}

/// Reads every committed state out of the write-ahead log of a run that is killed before it takes the log in.
fn commits(act: &Act, calls: &[Call], before: &State, after: &State) -> Vec<Option<Facts>> {
    let is_taken_in = |call: &Call| call.name == "pwrite64" && call.path().ends_with("/cetak.db");
    let place = calls
        .iter()
        .filter(|call| call.name == "pwrite64")
        .position(is_taken_in);
    let mut states = vec![before.facts.clone()];
    if let Some(place) = place {
        let folder = TempDir::new().unwrap();
        let root = fresh(act, folder.path());
        let notes = folder.path().join("notes");
        strace::strike(&act.command(&root), "pwrite64", place + 1, Mishap::Killed, &notes);
        let store = root.join("kantor/cetak.db");
        let log = fs::read(root.join("kantor/cetak.db-wal")).unwrap();
        let copy = folder.path().join("copy.db");
        for end in ends_of_commits(&log) {
            fs::copy(&store, &copy).unwrap();
            fs::write(folder.path().join("copy.db-wal"), &log[..end]).unwrap();
            states.push(Some(state::facts(&copy).unwrap()));
        }
        if before.facts.is_none() {
            fs::copy(&store, &copy).unwrap();
            states.insert(1, Some(state::facts(&copy).unwrap()));
        }
    }
    assert!(
        states.last() == Some(&after.facts),
        "{}: the log ends elsewhere than the run",
        act.name
    );
    states
}

/// Where each commit ends in a write-ahead log: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
fn ends_of_commits(log: &[u8]) -> Vec<usize> {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = FRAME_HEADER + number(8) as usize;
    let frames = (HEADER..).step_by(frame).take_while(|start| start + frame <= log.len());
    let is_of_this_log = |start: &usize| log[start + 8..start + 16] == log[16..24];
    let is_commit = |start: &usize| number(start + 4) != 0;
    frames
        .take_while(is_of_this_log)
        .filter(is_commit)
        .map(|start| start + frame)
        .collect()
}
