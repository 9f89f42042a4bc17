//! Walks a parsed `cetak.toml` and asks for types; every answer that is missing or wrong names its line and key.
//!
//! Knows TOML, and no setting.

use crate::messages::Lang;
use crate::messages::settings::{SettingFault, SettingType};
use std::fmt;
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with the settings, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// 1-based line.
    pub line: usize,
    /// The key with its sections: `rules.stuck_days`; empty where the whole file is meant.
    pub key: String,
    /// What is wrong.
    pub fault: SettingFault,
}

impl ConfigError {
    /// Says what is wrong, line first, to stand behind the file's name.
    pub fn words(&self, lang: Lang) -> String {
        let fault = self.fault.words(lang);
        if self.key.is_empty() {
            format!("{}: {fault}", self.line)
        } else {
            format!("{}: {}: {fault}", self.line, self.key)
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl std::error::Error for ConfigError {}

/// From this likeness (Jaro-Winkler) on a key is another one with a slip in it.
const SLIP: f64 = 0.85;
/// From this likeness on a key is worth naming.
const ALIKE: f64 = 0.6;

pub(super) type Read<T> = Result<T, ConfigError>;

/// A section.
pub(super) struct Section<'a> {
    text: &'a str,
    path: String,
    start: usize,
    entries: &'a DeTable<'a>,
}

/// A value with its place.
pub(super) struct Item<'a> {
    text: &'a str,
    pub(super) path: String,
    start: usize,
    value: &'a DeValue<'a>,
}

/// Returns the 1-based line of a byte.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

impl<'a> Section<'a> {
    pub(super) fn whole(text: &'a str, entries: &'a DeTable<'a>) -> Self {
        Self {
            text,
            path: String::new(),
            start: 0,
            entries,
        }
    }

    /// Returns every entry in the order of the file, keys as written.
    pub(super) fn items(&self) -> Vec<(&'a str, Item<'a>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| (key.get_ref().as_ref(), self.item(key, value)))
            .collect()
    }

    fn item(&self, key: &Spanned<toml::de::DeString<'a>>, value: &'a Spanned<DeValue<'a>>) -> Item<'a> {
        let name = key.get_ref().as_ref();
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Item {
            text: self.text,
            path,
            start: key.span().start,
            value: value.get_ref(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<Item<'a>> {
        self.items()
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, item)| item)
    }

    pub(super) fn fault(&self, fault: SettingFault) -> ConfigError {
        ConfigError {
            line: line_of(self.text, self.start),
            key: self.path.clone(),
            fault,
        }
    }

    /// Refuses a key that is not in the list; `elsewhere` names keys of other sections with their section.
    pub(super) fn allow(&self, known: &[&str], elsewhere: &[(&str, &[&str])]) -> Read<()> {
        for (key, item) in self.items() {
            if !known.contains(&key) {
                return Err(item.fault(SettingFault::UnknownKey {
                    nearest: nearest(key, known, elsewhere),
                }));
            }
        }
        Ok(())
    }

    pub(super) fn section(&self, name: &str) -> Read<Option<Section<'a>>> {
        self.get(name).map(|item| item.section()).transpose()
    }

    pub(super) fn text(&self, name: &str) -> Read<Option<(Item<'a>, &'a str)>> {
        let Some(item) = self.get(name) else { return Ok(None) };
        let text = item.text()?;
        Ok(Some((item, text)))
    }

    pub(super) fn boolean(&self, name: &str, default: bool) -> Read<bool> {
        self.get(name).map_or(Ok(default), |item| item.boolean())
    }

    pub(super) fn number(&self, name: &str, range: RangeInclusive<u32>) -> Read<Option<u32>> {
        self.get(name).map(|item| item.number(range)).transpose()
    }

    pub(super) fn list(&self, name: &str) -> Read<Vec<Item<'a>>> {
        self.get(name).map_or(Ok(Vec::new()), |item| item.list())
    }
}

impl<'a> Item<'a> {
    pub(super) fn fault(&self, fault: SettingFault) -> ConfigError {
        ConfigError {
            line: line_of(self.text, self.start),
            key: self.path.clone(),
            fault,
        }
    }

    fn wrong_type(&self, expected: SettingType) -> ConfigError {
        let found = match self.value {
            DeValue::String(_) => SettingType::Text,
            DeValue::Integer(_) => SettingType::Integer,
            DeValue::Float(_) => SettingType::Float,
            DeValue::Boolean(_) => SettingType::Boolean,
            DeValue::Datetime(_) => SettingType::Datetime,
            DeValue::Array(_) => SettingType::List,
            DeValue::Table(_) => SettingType::Table,
        };
        self.fault(SettingFault::WrongType { expected, found })
    }

    pub(super) fn text(&self) -> Read<&'a str> {
        match self.value {
            DeValue::String(text) => Ok(text.as_ref()),
            _ => Err(self.wrong_type(SettingType::Text)),
        }
    }

    /// Reads text, or a date or time that somebody wrote without quotes.
    pub(super) fn text_or_datetime(&self) -> Read<String> {
        match self.value {
            DeValue::Datetime(moment) => Ok(moment.to_string()),
            _ => self.text().map(str::to_owned),
        }
    }

    pub(super) fn boolean(&self) -> Read<bool> {
        match self.value {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wrong_type(SettingType::Boolean)),
        }
    }

    pub(super) fn is_boolean(&self) -> bool {
        matches!(self.value, DeValue::Boolean(_))
    }

    pub(super) fn is_section(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    pub(super) fn number(&self, range: RangeInclusive<u32>) -> Read<u32> {
        let DeValue::Integer(digits) = self.value else {
            return Err(self.wrong_type(SettingType::Integer));
        };
        let number = u32::from_str_radix(digits.as_str(), digits.radix())
            .ok()
            .filter(|number| range.contains(number));
        let (least, greatest) = range.into_inner();
        number.ok_or_else(|| self.fault(SettingFault::OutOfRange { least, greatest }))
    }

    pub(super) fn list(&self) -> Read<Vec<Item<'a>>> {
        let DeValue::Array(items) = self.value else {
            return Err(self.wrong_type(SettingType::List));
        };
        let item = |item: &'a Spanned<DeValue<'a>>| Item {
            text: self.text,
            path: self.path.clone(),
            start: item.span().start,
            value: item.get_ref(),
        };
        Ok(items.iter().map(item).collect())
    }

    pub(super) fn section(&self) -> Read<Section<'a>> {
        match self.value {
            DeValue::Table(entries) => Ok(Section {
                text: self.text,
                path: self.path.clone(),
                start: self.start,
                entries,
            }),
            _ => Err(self.wrong_type(SettingType::Table)),
        }
    }
}

/// Finds the known key that was probably meant: a slip of this section, else the same key of another one, else the most
/// alike.
fn nearest(key: &str, known: &[&str], elsewhere: &[(&str, &[&str])]) -> Option<String> {
    let lower = key.to_lowercase().replace('-', "_");
    let most_alike = |least: f64| {
        let scored = known.iter().map(|name| (strsim::jaro_winkler(&lower, name), *name));
        let best = scored
            .filter(|(score, _)| *score > least)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        best.map(|(_, name)| name.to_owned())
    };
    let in_other = || {
        let sections = elsewhere.iter().filter(|(_, keys)| keys.contains(&lower.as_str()));
        let named: Vec<String> = sections.map(|(name, _)| format!("[{name}] {lower}")).collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    most_alike(SLIP).or_else(in_other).or_else(|| most_alike(ALIKE))
}
