//! The terminal: the only place that writes to it. Results go to standard output, everything else to standard error.
//!
//! Knows no command and asks nothing; a closed pipe ends quietly.

mod desk;
mod lines;
mod progress;

pub use desk::{Desk, TerminalDesk};
pub use progress::Progress;

use crate::messages::Lang;
use crate::messages::setup::SetupFault;
use anyhow::Result;
use indicatif::ProgressBar;
use lines::{Label, label};
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const STDOUT: &str = "/dev/stdout";

/// How much is said beside the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// `-q`: errors and warnings only.
    Quiet,
    /// A line a step.
    #[default]
    Normal,
    /// `-v`: more.
    Verbose,
}

/// How the terminal is to be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The language.
    pub lang: Lang,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// How wide a table may be, columns; `None` is without limit.
    pub width_columns: Option<u16>,
    /// Whether results are coloured.
    pub color_results: bool,
    /// Whether what stands beside the results is coloured.
    pub color_talk: bool,
    /// How much is said beside the result.
    pub talk: Talk,
    /// Whether numbers of people are shown whole.
    pub reveal: bool,
}

/// The terminal of one run.
#[derive(Debug)]
pub struct Ui {
    screen: Screen,
    reader_left: AtomicBool,
    running: Mutex<Option<ProgressBar>>,
}

impl Ui {
    /// Takes the process's terminal.
    pub fn new(screen: Screen) -> Self {
        Self {
            screen,
            reader_left: AtomicBool::new(false),
            running: Mutex::new(None),
        }
    }

    /// Returns how the terminal is written to.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Writes a result to standard output. A reader that has left (`| head`) is no failure.
    ///
    /// # Errors
    /// Standard output cannot be written: a full disk, for instance.
    pub fn result(&self, bytes: impl AsRef<[u8]>) -> Result<()> {
        let written = self.suspended(|| {
            let mut out = ResultWriter {
                ui: self,
                inner: io::stdout().lock(),
            };
            out.write_all(bytes.as_ref())?;
            out.flush()
        });
        let fault = |error: io::Error| SetupFault::Unwritable {
            path: STDOUT.into(),
            cause: error.to_string(),
        };
        Ok(written.map_err(fault)?)
    }

    /// Returns a writer to standard output, for results too long to be held whole.
    pub fn results(&self) -> impl Write + '_ {
        io::BufWriter::with_capacity(
            1 << 16,
            ResultWriter {
                ui: self,
                inner: io::stdout().lock(),
            },
        )
    }

    /// Says something beside the result; nothing with `-q`.
    pub fn note(&self, text: impl AsRef<str>) {
        if self.screen.talk > Talk::Quiet {
            self.say(&lines::plain(text.as_ref(), self.screen.reveal));
        }
    }

    /// Says more, with `-v` only.
    pub fn detail(&self, text: impl AsRef<str>) {
        if self.screen.talk == Talk::Verbose {
            self.say(&lines::plain(text.as_ref(), self.screen.reveal));
        }
    }

    /// Warns, also with `-q`.
    pub fn warn(&self, text: impl AsRef<str>) {
        self.labelled(Label::Warning, text.as_ref());
    }

    /// Names a command that cures what was just said.
    pub fn hint(&self, text: impl AsRef<str>) {
        self.labelled(Label::Hint, text.as_ref());
    }

    /// Says what is wrong with the arguments, in the words of who parsed them.
    pub fn usage(&self, text: &str) {
        self.say(&lines::plain(text, self.screen.reveal));
    }

    /// Says why the run fails: what and what state was left, the causes, and what cures it.
    pub fn failure(&self, what: &str, causes: &[String], hints: &[String]) {
        self.labelled(Label::Error, what);
        causes.iter().for_each(|cause| self.labelled(Label::CausedBy, cause));
        hints.iter().for_each(|hint| self.labelled(Label::Hint, hint));
    }

    /// Runs a step that may take long: a moving line on a terminal, one line elsewhere, nothing with `-q`.
    pub fn step<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        let _progress = self.progress(name, None);
        work()
    }

    /// Begins a step whose progress is known, in units of `total`; it ends when the value is dropped.
    pub fn progress(&self, name: &str, total: Option<u64>) -> Progress<'_> {
        let name = lines::plain(name, self.screen.reveal);
        let bar = match (self.screen.talk, self.screen.stderr_is_terminal) {
            (Talk::Quiet, _) => None,
            (_, true) => Some(progress::bar(&name, total)),
            (_, false) => {
                self.say(&name);
                None
            }
        };
        (*self.running()).clone_from(&bar);
        Progress::new(self, name, bar)
    }

    fn labelled(&self, kind: Label, text: &str) {
        let Screen {
            lang,
            color_talk,
            reveal,
            ..
        } = self.screen;
        self.say(&label(kind, lang, color_talk, reveal, text));
    }

    /// Writes a line to standard error; where even that fails there is nobody left to tell.
    fn say(&self, line: &str) {
        self.suspended(|| {
            let mut text = line.to_owned();
            text.push('\n');
            let written = io::stderr().lock().write_all(text.as_bytes());
            drop(written);
        });
    }

    fn suspended<T>(&self, work: impl FnOnce() -> T) -> T {
        let bar = self.running().clone();
        match bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Standard output that swallows everything once its reader has left.
struct ResultWriter<'a, W> {
    ui: &'a Ui,
    inner: W,
}

impl<W> ResultWriter<'_, W> {
    fn forgive<T>(&self, written: io::Result<T>, as_if: T) -> io::Result<T> {
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.ui.reader_left.store(true, Ordering::Relaxed);
                Ok(as_if)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for ResultWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.ui.reader_left.load(Ordering::Relaxed) {
            return Ok(bytes.len());
        }
        let written = self.inner.write(bytes);
        self.forgive(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.ui.reader_left.load(Ordering::Relaxed) {
            return Ok(());
        }
        let flushed = self.inner.flush();
        self.forgive(flushed, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen() -> Screen {
        Screen {
            lang: Lang::En,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width_columns: None,
            color_results: false,
            color_talk: false,
            talk: Talk::Quiet,
            reveal: false,
        }
    }

    struct Gone(ErrorKind);

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_left_is_no_failure_but_a_full_disk_is() {
        let ui = Ui::new(screen());
        let mut out = ResultWriter {
            ui: &ui,
            inner: Gone(ErrorKind::BrokenPipe),
        };
        out.write_all(b"many lines").unwrap();
        out.write_all(b"more").unwrap();
        out.flush().unwrap();
        let ui = Ui::new(screen());
        let mut out = ResultWriter {
            ui: &ui,
            inner: Gone(ErrorKind::StorageFull),
        };
        assert_eq!(out.write_all(b"x").unwrap_err().kind(), ErrorKind::StorageFull);
    }

    #[test]
    fn a_step_gives_back_what_its_work_gave() {
        let ui = Ui::new(screen());
        assert_eq!(ui.step("adds", || 1 + 1), 2);
        let progress = ui.progress("reads", Some(10));
        progress.advance(4);
        progress.reach(10);
    }
}
