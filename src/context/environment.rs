//! What the process finds around it: clock, variables, terminal. Looked at once, and nowhere else.

use crate::domain::moment::Moment;
use chrono::Utc;
use std::env;
use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

const USUAL_WIDTH: u16 = 80;

/// What the process finds around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The wall clock at the start.
    pub now: Moment,
    /// `CETAK_HOME`, where it is not empty.
    pub home: Option<PathBuf>,
    /// The current folder.
    pub current: PathBuf,
    /// Where this program lies, for the line in crontab.
    pub program: PathBuf,
    /// `LC_ALL`, else `LC_MESSAGES`, else `LANG`; the first that is not empty.
    pub locale: String,
    /// `NO_COLOR` is set and not empty, or the terminal is dumb.
    pub no_color: bool,
    /// Who runs it: `USER`, else `LOGNAME`, else the user's number.
    pub user: String,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Whether standard input is a terminal.
    pub stdin_is_terminal: bool,
    /// How wide the terminal is, columns (`COLUMNS`, else what it says); `None` where standard output is none.
    pub width_columns: Option<u16>,
}

impl Environment {
    /// Looks at the process, once.
    pub fn of_process() -> Self {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let first = |names: &[&str]| names.iter().find_map(|name| variable(name));
        let stdout_is_terminal = io::stdout().is_terminal();
        let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let measured = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
        // A terminal that does not tell its width (a serial line) is taken for the usual one.
        let width = columns.or_else(measured).filter(|columns| *columns > 0);
        Self {
            now: Moment::from_seconds(Utc::now().timestamp()),
            home: env::var_os("CETAK_HOME")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            current: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            program: env::current_exe().unwrap_or_else(|_| PathBuf::from("cetak")),
            locale: first(&["LC_ALL", "LC_MESSAGES", "LANG"]).unwrap_or_default(),
            no_color: variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb"),
            user: first(&["USER", "LOGNAME"]).unwrap_or_else(user_number),
            stdout_is_terminal,
            stderr_is_terminal: io::stderr().is_terminal(),
            stdin_is_terminal: io::stdin().is_terminal(),
            width_columns: width.or(stdout_is_terminal.then_some(USUAL_WIDTH)),
        }
    }
}

/// Cron sets no `USER` everywhere; the owner of this process's entry is who runs it.
fn user_number() -> String {
    std::fs::metadata("/proc/self").map_or_else(|_| "?".to_owned(), |entry| format!("uid {}", entry.uid()))
}
