//! What a run is given: clock, home, settings, language, terminal, user. Time, environment and terminal enter here, once,
//! and go on as values.

mod moment;

pub use moment::read_moment;

use crate::config::{ConfigError, Settings};
use crate::domain::calendar::{Calendar, read_holidays};
use crate::domain::moment::{Moment, Zone};
use crate::home::{Home, HomeSources, read_text};
use crate::messages::Lang;
use crate::messages::setup::{Holder, SetupFault};
use chrono::Utc;
use std::env;
use std::fmt;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// When colour is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

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

/// The global options as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--home`.
    pub home: Option<PathBuf>,
    /// `--as-of`.
    pub as_of: Option<String>,
    /// `--lang`.
    pub lang: Option<Lang>,
    /// `--color`.
    pub color: ColorChoice,
    /// `-q`, `-v`.
    pub talk: Talk,
    /// `--wait`, seconds.
    pub wait_seconds: u64,
    /// `--reveal`.
    pub reveal: bool,
}

/// What the process finds around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The wall clock at the start.
    pub now: Moment,
    /// `CETAK_HOME`, where it is not empty.
    pub home: Option<PathBuf>,
    /// The current folder.
    pub current: PathBuf,
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
    /// How wide the terminal is, columns; `None` where standard output is none.
    pub width_columns: Option<u16>,
}

impl Environment {
    /// Looks at the process, once.
    pub fn of_process() -> Self {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let first = |names: &[&str]| names.iter().find_map(|name| variable(name));
        let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        Self {
            now: Moment::from_seconds(Utc::now().timestamp()),
            home: env::var_os("CETAK_HOME")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            current: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            locale: first(&["LC_ALL", "LC_MESSAGES", "LANG"]).unwrap_or_default(),
            no_color: variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb"),
            user: first(&["USER", "LOGNAME"]).unwrap_or_else(user_number),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            width_columns: width.filter(|columns| *columns > 0),
        }
    }
}

/// Cron sets no `USER` everywhere; the owner of this process's entry is who runs it.
fn user_number() -> String {
    std::fs::metadata("/proc/self").map_or_else(|_| "?".to_owned(), |entry| format!("uid {}", entry.uid()))
}

/// How the screen is to be written to.
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

impl Screen {
    /// Decides how to write, for a language.
    pub fn new(options: &Options, environment: &Environment, lang: Lang) -> Self {
        let color = |is_terminal: bool| match options.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !environment.no_color,
        };
        Self {
            lang,
            stdout_is_terminal: environment.stdout_is_terminal,
            stderr_is_terminal: environment.stderr_is_terminal,
            width_columns: environment.width_columns,
            color_results: color(environment.stdout_is_terminal),
            color_talk: color(environment.stderr_is_terminal),
            talk: options.talk,
            reveal: options.reveal,
        }
    }
}

/// Decides the language: the option, else the setting, else the locale.
pub fn language(options: &Options, settings: Option<Lang>, environment: &Environment) -> Lang {
    options
        .lang
        .or(settings)
        .unwrap_or_else(|| Lang::from_locale(&environment.locale))
}

/// Why a context cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextError {
    /// The home, its lock, or what was asked for.
    Setup(SetupFault),
    /// The settings.
    Config {
        /// `cetak.toml`, with its folder.
        file: PathBuf,
        /// What is wrong, and where.
        error: ConfigError,
    },
}

impl ContextError {
    /// Says what is wrong.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Setup(fault) => fault.words(lang),
            Self::Config { file, error } => format!("{}:{}", file.display(), error.words(lang)),
        }
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Setup(fault) => fault.hint(lang),
            Self::Config { .. } => None,
        }
    }
}

impl From<SetupFault> for ContextError {
    fn from(fault: SetupFault) -> Self {
        Self::Setup(fault)
    }
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl std::error::Error for ContextError {}

/// What a run works with.
#[derive(Clone, Debug)]
pub struct Context {
    /// The office's home; `None` for what needs none.
    home: Option<Home>,
    /// What the office set.
    pub settings: Settings,
    /// The office's working days.
    pub calendar: Calendar,
    /// The run's clock.
    pub as_of: Moment,
    /// The wall clock at the start, for the lock's note only.
    pub started_at: Moment,
    /// How the screen is to be written to.
    pub screen: Screen,
    /// Who runs it.
    pub user: String,
    /// The current folder; files are named from it.
    pub current: PathBuf,
    /// Whether a person can be asked.
    pub stdin_is_terminal: bool,
    /// How long to wait for another run.
    pub wait: Duration,
}

impl Context {
    /// Builds what a run in a home needs.
    ///
    /// # Errors
    /// The home, its settings, its holidays or `--as-of` are wrong.
    pub fn in_home(options: &Options, environment: &Environment) -> Result<Self, ContextError> {
        let home = Home::find(&HomeSources {
            flag: options.home.clone(),
            variable: environment.home.clone(),
            current: environment.current.clone(),
        })?;
        let file = home.settings_file();
        let settings = Settings::parse(&home.read_settings()?).map_err(|error| ContextError::Config { file, error })?;
        let added = match &settings.office.holidays {
            Some(path) => added_holidays(&home.resolve(path))?,
            None => Vec::new(),
        };
        let calendar = Calendar::new(settings.office.week, settings.office.closed.iter().copied(), &added);
        Self::build(options, environment, Some(home), settings, calendar)
    }

    /// Builds what a run without a home needs: `init`, `completions`, `man`.
    ///
    /// # Errors
    /// `--as-of` is no moment.
    pub fn without_home(options: &Options, environment: &Environment) -> Result<Self, ContextError> {
        let settings = Settings::default();
        let calendar = Calendar::new(settings.office.week, [], &[]);
        Self::build(options, environment, None, settings, calendar)
    }

    fn build(
        options: &Options,
        environment: &Environment,
        home: Option<Home>,
        settings: Settings,
        calendar: Calendar,
    ) -> Result<Self, ContextError> {
        let as_of = match &options.as_of {
            Some(text) => {
                let moment = read_moment(text, settings.office.zone);
                moment.ok_or_else(|| SetupFault::NotAMoment(text.clone()))?
            }
            None => environment.now,
        };
        let lang = language(options, settings.lang, environment);
        Ok(Self {
            home,
            settings,
            calendar,
            as_of,
            started_at: environment.now,
            screen: Screen::new(options, environment, lang),
            user: environment.user.clone(),
            current: environment.current.clone(),
            stdin_is_terminal: environment.stdin_is_terminal,
            wait: Duration::from_secs(options.wait_seconds),
        })
    }

    /// Returns the home.
    ///
    /// # Errors
    /// The run was built without one.
    pub fn home(&self) -> Result<&Home, SetupFault> {
        self.home.as_ref().ok_or(SetupFault::NoHome)
    }

    /// Returns the language of the screens.
    pub fn lang(&self) -> Lang {
        self.screen.lang
    }

    /// Returns the office's zone.
    pub fn zone(&self) -> Zone {
        self.settings.office.zone
    }

    /// Returns the note for the run lock.
    pub fn holder(&self, command: &str) -> Holder {
        Holder {
            pid: Some(std::process::id()),
            command: Some(command.to_owned()),
            since: Some(self.started_at.iso(self.zone())),
        }
    }
}

fn added_holidays(file: &Path) -> Result<Vec<crate::domain::calendar::Holiday>, SetupFault> {
    let fault = |fault: crate::domain::calendar::HolidayFault| SetupFault::HolidayLine {
        file: file.to_owned(),
        line: fault.line,
        text: fault.text,
    };
    read_holidays(&read_text(file)?).map_err(fault)
}

#[cfg(test)]
mod tests;
