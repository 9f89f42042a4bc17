//! SIGINT and SIGTERM: the run ends at once with its own exit code and one sentence.
//!
//! Nothing has to be undone: a step of the store that was not committed is forgotten, and a file that is not whole has
//! no final name yet.

use crate::exit::Exit;
use crate::messages::Lang;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{self, Write};
use std::{process, thread};

/// Starts to listen.
///
/// # Errors
/// The system refuses to hand signals over.
pub fn listen(lang: Lang) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let exit = if signal == SIGINT {
                Exit::Interrupted
            } else {
                Exit::Terminated
            };
            let said = writeln!(io::stderr(), "\n{}", exit.sentence(lang));
            drop(said);
            process::exit(i32::from(exit.code()));
        }
    });
    Ok(())
}
