//! `cetak.toml`: what an office sets, as types. Every key is optional; an unknown key, a wrong type or an impossible
//! value is an error with its line.
//!
//! Reads text that is handed in; knows no file and no clock.

mod dates;
mod notify;
mod operators;
mod parts;
mod reader;

pub use dates::zone_named;
pub use notify::NotifySettings;
pub use operators::{DEFAULT_CAPACITY, DaySpan, GREATEST_CAPACITY, Operator, same_name};
pub use reader::ConfigError;

use crate::domain::calendar::OfficeWeek;
use crate::domain::moment::Zone;
use crate::domain::record_status::StatusRules;
use crate::messages::Lang;
use crate::messages::settings::SettingFault;
use chrono::{NaiveDate, NaiveTime};
use reader::{Item, Read, Section};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::de::DeTable;

/// Everything that an office sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The language of the screens; without it the locale decides.
    pub lang: Option<Lang>,
    /// The office.
    pub office: OfficeSettings,
    /// The rules.
    pub rules: RuleSettings,
    /// Who prints, in the order of the file.
    pub operators: Vec<Operator>,
    /// What each record status means here.
    pub statuses: StatusRules,
    /// Headers that the aliases do not know: field to header.
    pub columns: ColumnSettings,
    /// Below this many blanks the nightly run warns.
    pub reorder_level: Option<u32>,
    /// What citizens are told.
    pub notify: NotifySettings,
    /// Copies of the store.
    pub backup: BackupSettings,
}

/// `[office]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeSettings {
    /// The name, as on lists and pages.
    pub name: Option<String>,
    /// The first four digits of the office's region code.
    pub code: Option<String>,
    /// The zone of every time without one.
    pub zone: Zone,
    /// The working week.
    pub week: OfficeWeek,
    /// Own closing days.
    pub closed: Vec<NaiveDate>,
    /// A file that adds years to the calendar, relative to the home.
    pub holidays: Option<PathBuf>,
    /// When a working day begins.
    pub workday_starts: NaiveTime,
    /// The order of day and month, for files that cannot tell.
    pub date_order: Option<DateOrder>,
}

/// The order of day and month in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `dmy`.
    DayFirst,
    /// `mdy`.
    MonthFirst,
}

/// `[rules]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSettings {
    /// Without the link nothing is printed.
    pub require_registration: bool,
    /// Days after which an application is stuck.
    pub stuck_days: u32,
    /// Days after which an application is in the first class.
    pub promote_after_days: u32,
    /// A reprint needs an entry in the queue.
    pub reprint_needs_queue: bool,
    /// Blanks kept back for spoiled cards, percent.
    pub spoil_reserve_percent: u32,
    /// Reasons by class, first to last.
    pub first_classes: Vec<Vec<String>>,
}

/// `[columns.*]`: field to header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSettings {
    /// Of registration links.
    pub links: BTreeMap<String, String>,
    /// Of queue exports.
    pub queue: BTreeMap<String, String>,
    /// Of result files.
    pub results: BTreeMap<String, String>,
}

/// `[backup]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// Days that a copy is kept.
    pub keep_days: u32,
    /// A second folder for copies, relative to the home.
    pub folder: Option<PathBuf>,
}

const ROOT_KEYS: &[&str] = &[
    "lang", "office", "rules", "operator", "status", "columns", "blanks", "notify", "backup",
];
const OFFICE_KEYS: &[&str] = &[
    "name",
    "code",
    "timezone",
    "week",
    "closed",
    "holidays",
    "workday_starts",
    "date_order",
];
const RULE_KEYS: &[&str] = &[
    "require_registration",
    "stuck_days",
    "promote_after_days",
    "reprint_needs_queue",
    "spoil_reserve_percent",
    "first_classes",
];
const BLANK_KEYS: &[&str] = &["reorder_level"];
/// As `NoticeKind::code` has them.
const NOTIFY_KEYS: &[&str] = &["collect", "register", "record"];
const BACKUP_KEYS: &[&str] = &["keep_days", "folder"];

/// Every section whose keys somebody may have written into another.
const SECTIONS: &[(&str, &[&str])] = &[
    ("office", OFFICE_KEYS),
    ("rules", RULE_KEYS),
    ("[operator]", &["name", "capacity", "away"]),
    ("blanks", BLANK_KEYS),
    ("notify", NOTIFY_KEYS),
    ("backup", BACKUP_KEYS),
    ("status.NAME", &["printable", "owner", "action", "expected_days"]),
];

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document = DeTable::parse(text).map_err(|error| ConfigError {
            line: reader::line_of(text, error.span().map_or(0, |span| span.start)),
            key: String::new(),
            fault: SettingFault::Syntax(error.message().to_owned()),
        })?;
        let root = Section::whole(text, document.get_ref());
        root.allow(ROOT_KEYS, SECTIONS)?;
        Ok(Self {
            lang: parts::lang(&root)?,
            office: parts::office(root.section("office")?)?,
            rules: parts::rules(root.section("rules")?)?,
            operators: operators::operators(&root)?,
            statuses: parts::statuses(root.section("status")?)?,
            columns: parts::columns(root.section("columns")?)?,
            reorder_level: parts::reorder_level(root.section("blanks")?)?,
            notify: notify::notify(root.section("notify")?)?,
            backup: parts::backup(root.section("backup")?)?,
        })
    }

    /// Finds an operator by name, whatever the case.
    pub fn operator(&self, name: &str) -> Option<&Operator> {
        self.operators.iter().find(|operator| same_name(&operator.name, name))
    }
}

impl Default for OfficeSettings {
    fn default() -> Self {
        Self {
            name: None,
            code: None,
            zone: zone_named("WIB").unwrap_or(chrono::offset::Offset::fix(&chrono::Utc)),
            week: OfficeWeek::default(),
            closed: Vec::new(),
            holidays: None,
            workday_starts: NaiveTime::from_hms_opt(7, 30, 0).unwrap_or_default(),
            date_order: None,
        }
    }
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            require_registration: true,
            stuck_days: 7,
            promote_after_days: 14,
            reprint_needs_queue: true,
            spoil_reserve_percent: 0,
            first_classes: Vec::new(),
        }
    }
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self {
            keep_days: 14,
            folder: None,
        }
    }
}

/// Takes text that stands on one line of a screen or in a file's name.
fn short_text(item: &Item<'_>, text: &str, most: usize) -> Read<String> {
    let text = text.trim();
    if text.is_empty() {
        Err(item.fault(SettingFault::Empty))
    } else if text.chars().count() > most {
        Err(item.fault(SettingFault::TooLong(most)))
    } else if text.chars().any(char::is_control) {
        Err(item.fault(SettingFault::ControlCharacters))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests;
