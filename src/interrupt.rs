//! SIGINT, SIGTERM and SIGHUP: the run ends at once, with its own exit code and one sentence, and gives the terminal back
//! as it found it.
//!
//! Nothing has to be undone: a step of the store that was not committed is forgotten, and a file that is not whole has
//! no final name yet. Its temporary one is removed, for it may lie where no later run would look.

use crate::exit::Exit;
use crate::messages::{Lang, exits};
use crate::outputs::file::leftover_pid;
use rustix::process::getpgrp;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, process, thread};

/// What is heard, the weightiest first: a wait for a key that a signal cuts short raises a SIGINT of its own.
const HEARD: [(i32, Exit); 3] = [
    (SIGTERM, Exit::Terminated),
    (SIGHUP, Exit::HungUp),
    (SIGINT, Exit::Interrupted),
];

/// So long the last sentence may take; whoever reads it may have stopped reading.
const SENTENCE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether a signal is ending this process.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// Listens for signals until the process ends.
#[derive(Clone, Debug)]
pub struct Listener {
    lang: Arc<Mutex<Lang>>,
}

impl Listener {
    /// Chooses the language of the last sentence, once the settings are known.
    pub fn speak(&self, lang: Lang) {
        *self.lang.lock().unwrap_or_else(PoisonError::into_inner) = lang;
    }

    fn lang(&self) -> Lang {
        *self.lang.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts to listen. What the caller of this program chose to ignore (`nohup`, a job in the background) stays ignored.
///
/// # Errors
/// The system refuses to hand signals over.
pub fn listen(lang: Lang) -> io::Result<Listener> {
    let listener = Listener {
        lang: Arc::new(Mutex::new(lang)),
    };
    let ignored = fs::read_to_string("/proc/self/status").map_or(0, |status| ignored_signals(&status));
    let heard = HEARD.map(|(signal, _)| signal);
    let mut signals = Signals::new(heard.iter().filter(|signal| !is_in(ignored, **signal)))?;
    let (terminal, own) = (Terminal::as_found(), listener.clone());
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        loop {
            let came: Vec<i32> = signals.wait().collect();
            if let Some((_, exit)) = HEARD.iter().find(|(signal, _)| came.contains(signal)) {
                end(*exit, own.lang(), terminal.as_ref());
            }
        }
    })?;
    Ok(listener)
}

/// Lets a signal that is ending this process have the last word, for a run may fail only because it does; returns at
/// once where none is.
pub fn give_way() {
    while IS_ENDING.load(Ordering::SeqCst) {
        thread::park();
    }
}

fn end(exit: Exit, lang: Lang, terminal: Option<&Terminal>) {
    IS_ENDING.store(true, Ordering::SeqCst);
    let restore = || terminal.map_or((), Terminal::restore);
    restore();
    remove_temporary_files();
    let sentence = format!("\n{}: {}\n", exit.sentence(lang), exits::after_a_signal(lang));
    let (said, heard) = channel();
    thread::spawn(move || {
        // Where nobody can be told, the code tells it.
        io::stderr().write_all(sentence.as_bytes()).unwrap_or_default();
        said.send(()).unwrap_or_default();
    });
    heard.recv_timeout(SENTENCE_TIMEOUT).unwrap_or_default();
    restore();
    process::exit(i32::from(exit.code()));
}

/// Removes what this process has open under a temporary name. A file that got its final name meanwhile has no other.
fn remove_temporary_files() {
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    for path in open.filter_map(|file| fs::read_link(file.path()).ok()) {
        let name = path.file_name().and_then(|name| name.to_str());
        if name.and_then(leftover_pid).is_some() {
            // The next run in a home clears away what cannot be removed now.
            fs::remove_file(&path).unwrap_or_default();
        }
    }
}

/// Reads the mask of ignored signals from `/proc/self/status`.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

fn is_in(mask: u64, signal: i32) -> bool {
    u32::try_from(signal - 1).is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
}

/// The terminal of standard input as it was when the run began.
struct Terminal {
    found: Termios,
}

impl Terminal {
    fn as_found() -> Option<Self> {
        let found = tcgetattr(io::stdin()).ok()?;
        Some(Self { found })
    }

    /// A run in the background must leave alone what another program made of the terminal.
    fn restore(&self) {
        if tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp()) {
            // A terminal that is gone needs nothing.
            tcsetattr(io::stdin(), OptionalActions::Now, &self.found).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_ignores_is_told_by_the_mask() {
        let status = "Name:\tcetak\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n";
        let ignored = ignored_signals(status);
        assert!(is_in(ignored, SIGHUP));
        assert!(!is_in(ignored, SIGINT) && !is_in(ignored, SIGTERM));
        assert_eq!(ignored_signals("Name: cetak"), 0);
    }
}
