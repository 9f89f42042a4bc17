//! The run lock: one run at a time in a home. The kernel takes the lock off a dead process; the note inside only says
//! who holds it.

use super::Home;
use crate::messages::setup::{Holder, SetupFault};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(100);
const NOTE_BYTES: u64 = 4096;
const NOTE_TRIES: u32 = 10;
const NOTE_STEP: Duration = Duration::from_millis(10);

/// The right to work in a home, until it is dropped.
#[derive(Debug)]
pub struct RunLock {
    /// Holds the lock; closing it lets go.
    _file: File,
}

/// A wish for the run lock.
#[derive(Clone, Debug, Default)]
pub struct LockRequest {
    /// Who asks; the note that the next one reads.
    pub holder: Holder,
    /// How long to wait for another run.
    pub wait: Duration,
    /// Tells temporary files by their name, and whose they are; without it none is cleared away.
    pub leftover_pid: Option<fn(&str) -> Option<u32>>,
}

impl Home {
    /// Takes the run lock, leaves a note of who holds it, and clears away what dead runs left.
    ///
    /// # Errors
    /// Another run holds it for longer than the request waits, or the lock's file cannot be written.
    pub fn lock(&self, request: impl Into<LockRequest>) -> Result<RunLock, SetupFault> {
        let LockRequest {
            holder,
            wait,
            leftover_pid,
        } = request.into();
        let path = self.lock_file();
        let fault = |error: io::Error| SetupFault::Unwritable {
            path: path.clone(),
            cause: error.to_string(),
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(fault)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(fault(error)),
                Err(TryLockError::WouldBlock) if waited >= wait => {
                    return Err(SetupFault::Busy {
                        holder: find_holder(&path),
                        waited_seconds: waited.as_secs(),
                    });
                }
                Err(TryLockError::WouldBlock) => {
                    let step = STEP.min(wait - waited);
                    thread::sleep(step);
                    waited += step;
                }
            }
        }
        // The note is a courtesy: on a full disk the lock holds without it.
        let noted = file.set_len(0).and_then(|()| file.write_all(note(&holder).as_bytes()));
        drop(noted);
        let lock = RunLock { _file: file };
        if let Some(pid_of) = leftover_pid {
            self.clear_leftovers(&lock, pid_of);
        }
        Ok(lock)
    }

    /// Removes temporary files that dead runs left; `pid_of` knows them by name and tells whose they are.
    ///
    /// The lock shows that no other run is writing; files of other living processes (a list asked for beside it) stay.
    fn clear_leftovers(&self, _lock: &RunLock, pid_of: impl Fn(&str) -> Option<u32>) -> Vec<PathBuf> {
        let mut folders = vec![self.root().to_owned(), self.backups(), self.root().join("outbox")];
        folders.extend(entries(&self.root().join("outbox")).filter(|path| path.is_dir()));
        let mut removed = Vec::new();
        for path in folders.iter().flat_map(|folder| entries(folder)) {
            let owner = path.file_name().and_then(|name| name.to_str()).and_then(&pid_of);
            if owner.is_some_and(is_gone) && path.is_file() && fs::remove_file(&path).is_ok() {
                removed.push(path);
            }
        }
        removed.sort();
        removed
    }
}

/// Number 0 names nobody; a file of this very process number was left by an earlier one, for this run has written
/// nothing yet.
fn is_gone(pid: u32) -> bool {
    pid == std::process::id() || is_dead(pid)
}

fn is_dead(pid: u32) -> bool {
    !Path::new("/proc").join(pid.to_string()).exists()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
}

fn note(holder: &Holder) -> String {
    let line = |name: &str, value: Option<String>| value.map_or_else(String::new, |value| format!("{name} {value}\n"));
    let one_line = |text: &String| text.replace(char::is_control, " ");
    line("pid", holder.pid.map(|pid| pid.to_string()))
        + &line("user", holder.user.as_ref().map(one_line))
        + &line("command", holder.command.as_ref().map(one_line))
        + &line("since", holder.since.as_ref().map(one_line))
}

/// Reads who holds the lock. One who has just taken it may not have said so yet: then nothing stands there, or the note
/// of a dead one.
fn find_holder(path: &Path) -> Holder {
    let mut holder = read_note(path);
    for _ in 0..NOTE_TRIES {
        // The last line stands: the note is whole.
        if holder.since.is_some() && !holder.pid.is_some_and(is_dead) {
            break;
        }
        thread::sleep(NOTE_STEP);
        holder = read_note(path);
    }
    holder.is_stopped = holder.pid.is_some_and(is_stopped);
    holder
}

/// Tells whether a process was stopped; its state stands behind its name, which may hold anything.
fn is_stopped(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    matches!(state, Some('T' | 't'))
}

fn read_note(path: &Path) -> Holder {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(NOTE_BYTES).read_to_string(&mut text));
    if read.is_err() {
        return Holder::default();
    }
    let value = |name: &str| {
        let values = text.lines().filter_map(|line| line.split_once(' '));
        values
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.replace(char::is_control, " "))
            .next()
    };
    Holder {
        pid: value("pid").and_then(|pid| pid.parse().ok()),
        user: value("user"),
        command: value("command"),
        since: value("since"),
        is_stopped: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: u32) -> Holder {
        Holder {
            pid: Some(pid),
            user: Some("ibu\nrita".into()),
            command: Some("nightly".into()),
            since: Some("2021-07-22T22:00:00+07:00".into()),
            is_stopped: false,
        }
    }

    /// As it stands in the note: a line break in it would be another line.
    fn noted(pid: u32) -> Holder {
        Holder {
            user: Some("ibu rita".into()),
            ..holder(pid)
        }
    }

    fn request(pid: u32) -> LockRequest {
        LockRequest {
            holder: holder(pid),
            wait: Duration::ZERO,
            leftover_pid: None,
        }
    }

    #[test]
    fn a_second_run_names_the_holder_and_a_third_follows_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let first = home.lock(request(41)).unwrap();
        let busy = home
            .lock(LockRequest {
                wait: Duration::from_millis(1),
                ..request(42)
            })
            .unwrap_err();
        assert_eq!(
            busy,
            SetupFault::Busy {
                holder: noted(41),
                waited_seconds: 0
            }
        );
        drop(first);
        home.lock(request(43)).unwrap();
    }

    #[test]
    fn a_note_without_a_lock_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        fs::write(home.lock_file(), "pid 1\ncommand nightly\n").unwrap();
        home.lock(request(44)).unwrap();
        assert_eq!(read_note(&home.lock_file()), noted(44));
    }

    #[test]
    fn only_files_of_dead_runs_are_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        for made in home.standard_folders() {
            home.make_private_folder(&made).unwrap();
        }
        let day = home.root().join("outbox/2021-07-23");
        fs::create_dir(&day).unwrap();
        let pid_of = |name: &str| name.strip_prefix(".tmp-").and_then(|pid| pid.parse().ok());
        let dead = [day.join(".tmp-999999999"), home.backups().join(".tmp-999999999")];
        let kept = [
            day.join(".tmp-1"),
            day.join("batch-a.csv"),
            home.root().join("inbox/links/.tmp-999999999"),
        ];
        for path in dead.iter().chain(&kept) {
            fs::write(path, "x").unwrap();
        }
        let lock = home.lock(request(45)).unwrap();
        let mut removed = home.clear_leftovers(&lock, pid_of);
        removed.sort();
        let mut expected = dead.to_vec();
        expected.sort();
        assert_eq!(removed, expected);
        assert!(kept.iter().all(|path| path.exists()));
    }
}
