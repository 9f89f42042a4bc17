//! What a run is given: clock, home, settings, language, terminal, user. Time, environment and terminal enter here,
//! once, and go on as values.

mod environment;
mod error;
mod moment;
mod options;

pub use environment::Environment;
pub use error::ContextError;
pub use moment::read_moment;
pub use options::{ColorChoice, Options, language, screen};

use crate::config::Settings;
use crate::domain::calendar::{Calendar, Holiday, HolidayFault, read_holidays};
use crate::domain::masking::mask_numbers;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::Nik;
use crate::domain::standing::Rules;
use crate::home::{Home, HomeSources, LockRequest, read_text};
use crate::messages::setup::{Holder, SetupFault};
use crate::messages::{Failure, Lang};
use crate::outputs::file::leftover_pid;
use crate::outputs::table::TableStyle;
use crate::ui::Ui;
use chrono::NaiveDate;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LEAST_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a run works with.
#[derive(Debug)]
pub struct Context {
    /// The run's clock.
    pub as_of: Moment,
    /// The language of the screens.
    pub lang: Lang,
    /// The terminal.
    pub ui: Ui,
    /// Who runs it.
    pub user: String,
    /// The folder that `--home` or `CETAK_HOME` named, whether it is a home or not.
    pub asked_home: Option<PathBuf>,
    /// The current folder.
    pub current: PathBuf,
    /// Where this program lies.
    pub program: PathBuf,
    /// Whether a person can be asked.
    pub stdin_is_terminal: bool,
    home: Option<Home>,
    settings: Settings,
    calendar: OnceCell<Calendar>,
    /// The subcommand, for the note beside the run lock.
    command: String,
    /// The wall clock at the start.
    started_at: Moment,
    wait: Duration,
}

impl Context {
    /// Builds what a run in a home needs.
    ///
    /// # Errors
    /// The home, its settings or `--as-of` are wrong.
    pub fn in_home(options: &Options, environment: &Environment, command: &str) -> Result<Self, ContextError> {
        let home = Home::find(&HomeSources {
            flag: options.home.clone(),
            variable: environment.home.clone(),
            current: environment.current.clone(),
        })?;
        let file = home.settings();
        let settings = Settings::parse(&home.read_settings()?).map_err(|error| ContextError::Config { file, error })?;
        Self::build(options, environment, command, Some(home), settings)
    }

    /// Builds what a run without a home needs: `init`, `completions`, `man`.
    ///
    /// # Errors
    /// `--as-of` is no moment.
    pub fn without_home(options: &Options, environment: &Environment, command: &str) -> Result<Self, ContextError> {
        Self::build(options, environment, command, None, Settings::default())
    }

    fn build(
        options: &Options,
        environment: &Environment,
        command: &str,
        home: Option<Home>,
        settings: Settings,
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
            as_of,
            lang,
            ui: Ui::new(screen(options, environment, lang)),
            user: environment.user.clone(),
            asked_home: options.home.clone().or_else(|| environment.home.clone()),
            current: environment.current.clone(),
            program: environment.program.clone(),
            stdin_is_terminal: environment.stdin_is_terminal,
            home,
            settings,
            calendar: OnceCell::new(),
            command: command.to_owned(),
            started_at: environment.now,
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

    /// Returns what the office set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the office's zone.
    pub fn zone(&self) -> Zone {
        self.settings.office.zone
    }

    /// Returns the office's working days; the file of holidays is read when they are first asked for.
    ///
    /// # Errors
    /// The file of holidays cannot be read, or a line of it has no date.
    pub fn calendar(&self) -> Result<&Calendar, SetupFault> {
        if let Some(calendar) = self.calendar.get() {
            return Ok(calendar);
        }
        let office = &self.settings.office;
        let added = match (&office.holidays, &self.home) {
            (Some(path), Some(home)) => added_holidays(&home.resolve(path))?,
            _ => Vec::new(),
        };
        Ok(self
            .calendar
            .get_or_init(|| Calendar::new(office.week, office.closed.iter().copied(), &added)))
    }

    /// Tells whether the office is closed on a day.
    ///
    /// # Errors
    /// The calendar cannot be read, or does not cover the day.
    pub fn is_closed(&self, day: NaiveDate) -> anyhow::Result<bool> {
        Ok(!self.calendar()?.is_working_day(day)?)
    }

    /// Reads a day as options take it.
    ///
    /// # Errors
    /// The text is no day.
    pub fn day(&self, text: &str) -> Result<NaiveDate, Failure> {
        let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
            .ok()
            .filter(|_| text.trim().len() == 10);
        day.ok_or_else(|| Failure::BadDate { text: text.to_owned() })
    }

    /// Reads a day or a moment as options take them; a day alone is its end.
    ///
    /// # Errors
    /// The text is neither.
    pub fn moment(&self, text: &str) -> Result<Moment, Failure> {
        read_moment(text, self.zone()).ok_or_else(|| Failure::BadDate { text: text.to_owned() })
    }

    /// Returns what the rules of an application depend on beside the facts.
    pub fn rules(&self) -> Rules<'_> {
        let rules = &self.settings.rules;
        Rules {
            as_of: self.as_of,
            today: self.as_of.day(self.zone()),
            zone: self.zone(),
            require_registration: rules.require_registration,
            reprint_needs_queue: rules.reprint_needs_queue,
            statuses: &self.settings.statuses,
        }
    }

    /// Returns a NIK as this run may show it: masked, unless `--reveal` was given.
    pub fn shown(&self, nik: Nik) -> String {
        if self.ui.screen().reveal {
            nik.digits()
        } else {
            nik.masked()
        }
    }

    /// Takes text for people as this run may show it: without whole numbers of people, unless `--reveal` was given.
    pub fn screen_text(&self, text: String) -> String {
        if self.ui.screen().reveal {
            text
        } else {
            mask_numbers(&text).into_owned()
        }
    }

    /// Returns how a table is drawn: to a file it is as wide as it needs to be, and without colour.
    pub fn table_style(&self, to_file: bool) -> TableStyle {
        let screen = self.ui.screen();
        TableStyle {
            lang: self.lang,
            zone: self.zone(),
            width_columns: screen.width_columns.filter(|_| !to_file),
            color: screen.color_results && !to_file,
            reveal: screen.reveal,
        }
    }

    /// Returns the wall clock at the start. It judges only whether a file may still be written to; everything else goes
    /// by `as_of`.
    pub fn started_at(&self) -> Moment {
        self.started_at
    }

    /// Returns how long the store waits for another process.
    ///
    /// The run lock keeps writers apart; what is left to wait for is short.
    pub fn busy_timeout(&self) -> Duration {
        self.wait.max(LEAST_BUSY_TIMEOUT)
    }
}

impl From<&Context> for LockRequest {
    fn from(context: &Context) -> Self {
        let holder = Holder {
            pid: Some(std::process::id()),
            user: Some(context.user.clone()),
            command: Some(context.command.clone()),
            since: Some(context.started_at.iso(context.zone())),
            is_stopped: false,
        };
        Self {
            holder,
            wait: context.wait,
            leftover_pid: Some(leftover_pid),
        }
    }
}

impl From<&mut Context> for LockRequest {
    fn from(context: &mut Context) -> Self {
        Self::from(&*context)
    }
}

fn added_holidays(file: &Path) -> Result<Vec<Holiday>, SetupFault> {
    let fault = |fault: HolidayFault| SetupFault::HolidayLine {
        file: file.to_owned(),
        line: fault.line,
        text: fault.text,
    };
    read_holidays(&read_text(file)?).map_err(fault)
}

#[cfg(test)]
mod tests;
