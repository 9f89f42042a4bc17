//! One screen and one key at a time, for questions that a person answers at a terminal.

use crate::messages::setup::SetupFault;
use anyhow::Result;
use console::{Key, Term};
use std::time::Duration;
use std::{io, thread};

/// Longer than any signal is under way.
const SIGNAL_TIMEOUT: Duration = Duration::from_secs(2);

/// Where a person is shown a screen and presses a key. A test presses them itself.
pub trait Desk {
    /// Shows a screen in the place of the one before.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn show(&mut self, screen: &str) -> Result<()>;

    /// Waits for a key, in lower case; `None` is the end: Escape, Ctrl-D, or a terminal that is gone.
    ///
    /// # Errors
    /// The terminal cannot be read.
    fn key(&mut self) -> Result<Option<char>>;
}

/// The process's own terminal.
#[derive(Debug)]
pub struct TerminalDesk {
    term: Term,
}

impl TerminalDesk {
    /// Takes the terminal of standard output.
    pub fn new() -> Self {
        Self { term: Term::stdout() }
    }
}

impl Default for TerminalDesk {
    fn default() -> Self {
        Self::new()
    }
}

impl Desk for TerminalDesk {
    fn show(&mut self, screen: &str) -> Result<()> {
        self.term.clear_screen().map_err(unwritable)?;
        Ok(self.term.write_str(screen).map_err(unwritable)?)
    }

    fn key(&mut self) -> Result<Option<char>> {
        loop {
            let pressed = self.term.read_key();
            // Ctrl-C became a signal, and the terminal is as it was: whoever listens for it ends the run.
            if !matches!(&pressed, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
                return meaning(pressed);
            }
            thread::park_timeout(SIGNAL_TIMEOUT);
        }
    }
}

fn meaning(pressed: io::Result<Key>) -> Result<Option<char>> {
    match pressed {
        Ok(Key::Char('\u{4}')) => Ok(None),
        Ok(Key::Char(sign)) => Ok(sign.to_lowercase().next()),
        Ok(Key::Escape) => Ok(None),
        Ok(_) => Ok(Some(' ')),
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::NotConnected) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn unwritable(error: io::Error) -> SetupFault {
    SetupFault::Unwritable {
        path: "/dev/stdout".into(),
        cause: error.to_string(),
    }
}
