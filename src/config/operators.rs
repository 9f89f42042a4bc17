//! The operators of `[[operator]]`: who prints, how much a day, and when they are away.

use super::dates::day;
use super::reader::{Item, Read, Section};
use super::{SECTIONS, short_text};
use crate::messages::settings::SettingFault;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Cards a day where no capacity is given.
pub const DEFAULT_CAPACITY: u32 = 500;

/// The greatest capacity, cards a day; more is a slip of the keyboard.
pub const GREATEST_CAPACITY: u32 = 5_000;

const MOST_OPERATORS: usize = 200;
const NAME_LENGTH: usize = 60;

/// A span of days, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// Who prints cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name as written, outer spaces removed.
    pub name: String,
    /// The name as part of a file's name: no separator, unique whatever the case.
    pub file_name: String,
    /// Cards a day.
    pub capacity: u32,
    /// When away.
    pub away: Vec<DaySpan>,
}

impl Operator {
    /// Tells whether the operator is away on a day.
    pub fn is_away(&self, day: NaiveDate) -> bool {
        self.away.iter().any(|span| (span.from..=span.to).contains(&day))
    }

    /// Returns how many cards the operator can print on a day.
    pub fn capacity_on(&self, day: NaiveDate) -> u32 {
        if self.is_away(day) { 0 } else { self.capacity }
    }
}

pub(super) fn operators(root: &Section<'_>) -> Read<Vec<Operator>> {
    if let Some(item) = root.get("operator").filter(Item::is_section) {
        return Err(item.fault(SettingFault::OneBracket));
    }
    let items = root.list("operator")?;
    let mut operators: Vec<Operator> = Vec::with_capacity(items.len().min(MOST_OPERATORS));
    for item in items {
        if operators.len() == MOST_OPERATORS {
            return Err(item.fault(SettingFault::TooMany(MOST_OPERATORS)));
        }
        let operator = operator(&item)?;
        let known = operators.iter().any(|other| same_name(&other.name, &operator.name));
        if known {
            return Err(item.fault(SettingFault::OperatorTwice(operator.name)));
        }
        operators.push(operator);
    }
    name_files(&mut operators);
    Ok(operators)
}

fn operator(item: &Item<'_>) -> Read<Operator> {
    let section = item.section()?;
    section.allow(&["name", "capacity", "away"], SECTIONS)?;
    let Some((name_item, name)) = section.text("name")? else {
        return Err(section.fault(SettingFault::Missing("name")));
    };
    let name = short_text(&name_item, name, NAME_LENGTH)?;
    let capacity = section
        .number("capacity", 0..=GREATEST_CAPACITY)?
        .unwrap_or(DEFAULT_CAPACITY);
    let away = section.list("away")?.iter().map(span).collect::<Read<Vec<_>>>()?;
    Ok(Operator {
        name,
        file_name: String::new(),
        capacity,
        away,
    })
}

/// Reads a day, or a span `first..last`.
fn span(item: &Item<'_>) -> Read<DaySpan> {
    let text = item.text_or_datetime()?;
    let Some((from, to)) = text.split_once("..") else {
        let only = day(item, &text)?;
        return Ok(DaySpan { from: only, to: only });
    };
    let span = DaySpan {
        from: day(item, from)?,
        to: day(item, to)?,
    };
    if span.to < span.from {
        return Err(item.fault(SettingFault::ReversedSpan(text)));
    }
    Ok(span)
}

/// Tells whether two names mean one operator.
pub fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn name_files(operators: &mut [Operator]) {
    let mut taken = BTreeSet::new();
    for operator in operators {
        let stem = file_stem(&operator.name);
        let mut name = stem.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{stem}-{number}");
            number += 1;
        }
        operator.file_name = name;
    }
}

/// Makes a name safe as part of a file's name: it can neither leave the folder nor hide in it.
fn file_stem(name: &str) -> String {
    let safe = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | ' ');
    let stem: String = name
        .chars()
        .map(|letter| if safe(letter) { letter } else { '-' })
        .collect();
    let trimmed = stem.trim().trim_matches('.').trim();
    if trimmed.is_empty() {
        "operator".into()
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let table = [
            ("ibrahim", "ibrahim"),
            ("Siti Aminah", "Siti Aminah"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("..", "operator"),
            (".tersembunyi", "tersembunyi"),
            ("a/b\\c:d*e", "a-b-c-d-e"),
            ("Nur+2", "Nur-2"),
            ("Zoë", "Zoë"),
        ];
        for (name, expected) in table {
            assert_eq!(file_stem(name), expected, "{name}");
        }
    }

    #[test]
    fn file_names_are_unique_whatever_the_case() {
        let named = |name: &str| Operator {
            name: name.into(),
            file_name: String::new(),
            capacity: 1,
            away: vec![],
        };
        let mut operators = [named("a/b"), named("A+B"), named("a-b-2"), named("a\\b")];
        name_files(&mut operators);
        assert_eq!(
            operators.map(|operator| operator.file_name),
            ["a-b", "A-B-2", "a-b-2-2", "a-b-3"]
        );
    }
}
