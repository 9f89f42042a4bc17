//! The sections of `cetak.toml`, one function each.

use super::dates::{ZONES, day, time, weekday, zone_named};
use super::reader::{Item, Read, Section};
use super::{
    BACKUP_KEYS, BLANK_KEYS, BackupSettings, ColumnSettings, DateOrder, OFFICE_KEYS, OfficeSettings, RULE_KEYS,
    RuleSettings, SECTIONS, short_text,
};
use crate::domain::calendar::OfficeWeek;
use crate::domain::record_status::{Owner, Printable, RecordStatus, StatusOverride, StatusRules};
use crate::messages::Lang;
use crate::messages::settings::SettingFault;
use std::collections::BTreeMap;
use std::path::PathBuf;

const MOST_DAYS: u32 = 3_650;
const MOST_RESERVE_PERCENT: u32 = 90;
const MOST_BLANKS: u32 = 100_000_000;
const TEXT_LENGTH: usize = 200;
const REGION_DIGITS: usize = 4;

const LINK_FIELDS: &[&str] = &[
    "nik",
    "name",
    "submitted_at",
    "kk",
    "phone",
    "district",
    "village",
    "rt_rw",
    "reason",
    "email",
];
const QUEUE_FIELDS: &[&str] = &[
    "nik",
    "name",
    "status",
    "request_no",
    "status_at",
    "birth_date",
    "kk",
    "district",
    "village",
    "reason",
    "phone",
    "alive",
    "moved",
];
const RESULT_FIELDS: &[&str] = &[
    "batch",
    "seq",
    "nik",
    "name",
    "result",
    "note",
    "printed_at",
    "operator",
];

pub(super) fn lang(root: &Section<'_>) -> Read<Option<Lang>> {
    let Some((item, text)) = root.text("lang")? else {
        return Ok(None);
    };
    let fault = || {
        item.fault(SettingFault::NotOneOf {
            text: text.to_owned(),
            allowed: &["id", "en"],
        })
    };
    Lang::from_code(text).map(Some).ok_or_else(fault)
}

pub(super) fn office(section: Option<Section<'_>>) -> Read<OfficeSettings> {
    let mut office = OfficeSettings::default();
    let Some(section) = section else { return Ok(office) };
    section.allow(OFFICE_KEYS, SECTIONS)?;
    if let Some((item, name)) = section.text("name")? {
        office.name = Some(short_text(&item, name, TEXT_LENGTH)?);
    }
    if let Some((item, code)) = section.text("code")? {
        office.code = Some(region_code(&item, code)?);
    }
    if let Some((item, name)) = section.text("timezone")? {
        let fault = || {
            item.fault(SettingFault::NotOneOf {
                text: name.to_owned(),
                allowed: ZONES,
            })
        };
        office.zone = zone_named(name).ok_or_else(fault)?;
    }
    if let Some(item) = section.get("week") {
        let days = item.list()?.iter().map(weekday).collect::<Read<Vec<_>>>()?;
        office.week = OfficeWeek::new(days).ok_or_else(|| item.fault(SettingFault::Empty))?;
    }
    for item in section.list("closed")? {
        office.closed.push(day(&item, &item.text_or_datetime()?)?);
    }
    office.holidays = path(&section, "holidays")?;
    if let Some(item) = section.get("workday_starts") {
        office.workday_starts = time(&item)?;
    }
    if let Some((item, text)) = section.text("date_order")? {
        office.date_order = Some(match text {
            "dmy" => DateOrder::DayFirst,
            "mdy" => DateOrder::MonthFirst,
            _ => {
                return Err(item.fault(SettingFault::NotOneOf {
                    text: text.to_owned(),
                    allowed: &["dmy", "mdy"],
                }));
            }
        });
    }
    Ok(office)
}

fn region_code(item: &Item<'_>, code: &str) -> Read<String> {
    let digits: String = code.chars().filter(|letter| *letter != '.').collect();
    if digits.len() == REGION_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(item.fault(SettingFault::NotARegionCode(code.to_owned())))
    }
}

fn path(section: &Section<'_>, key: &str) -> Read<Option<PathBuf>> {
    let Some((item, text)) = section.text(key)? else {
        return Ok(None);
    };
    if text.trim().is_empty() {
        return Err(item.fault(SettingFault::Empty));
    }
    if text.chars().any(char::is_control) {
        return Err(item.fault(SettingFault::ControlCharacters));
    }
    Ok(Some(PathBuf::from(text)))
}

pub(super) fn rules(section: Option<Section<'_>>) -> Read<RuleSettings> {
    let standard = RuleSettings::default();
    let Some(section) = section else { return Ok(standard) };
    section.allow(RULE_KEYS, SECTIONS)?;
    let days = |key, default: u32| Ok(section.number(key, 0..=MOST_DAYS)?.unwrap_or(default));
    let reserve = section.number("spoil_reserve_percent", 0..=MOST_RESERVE_PERCENT)?;
    Ok(RuleSettings {
        require_registration: section.boolean("require_registration", standard.require_registration)?,
        stuck_days: days("stuck_days", standard.stuck_days)?,
        promote_after_days: days("promote_after_days", standard.promote_after_days)?,
        reprint_needs_queue: section.boolean("reprint_needs_queue", standard.reprint_needs_queue)?,
        spoil_reserve_percent: reserve.unwrap_or(standard.spoil_reserve_percent),
        first_classes: section
            .list("first_classes")?
            .iter()
            .map(class)
            .collect::<Read<Vec<_>>>()?,
    })
}

fn class(item: &Item<'_>) -> Read<Vec<String>> {
    let words = item.list()?;
    if words.is_empty() {
        return Err(item.fault(SettingFault::Empty));
    }
    words
        .iter()
        .map(|word| short_text(word, word.text()?, TEXT_LENGTH))
        .collect()
}

pub(super) fn statuses(section: Option<Section<'_>>) -> Read<StatusRules> {
    let Some(section) = section else {
        return Ok(StatusRules::default());
    };
    let mut overrides: Vec<(RecordStatus, StatusOverride)> = Vec::new();
    for (name, item) in section.items() {
        let status = RecordStatus::parse(name);
        if overrides.iter().any(|(known, _)| *known == status) {
            return Err(item.fault(SettingFault::StatusTwice(status.canonical().to_owned())));
        }
        overrides.push((status, status_override(&item.section()?)?));
    }
    Ok(StatusRules::with_overrides(overrides))
}

fn status_override(section: &Section<'_>) -> Read<StatusOverride> {
    section.allow(&["printable", "owner", "action", "expected_days"], SECTIONS)?;
    let mut own = StatusOverride {
        printable: section.get("printable").map(|item| printable(&item)).transpose()?,
        expected_days: section.number("expected_days", 0..=MOST_DAYS)?,
        ..StatusOverride::default()
    };
    if let Some((item, text)) = section.text("owner")? {
        let allowed = &["citizen", "office", "centre", "none"];
        let fault = || {
            item.fault(SettingFault::NotOneOf {
                text: text.to_owned(),
                allowed,
            })
        };
        own.owner = Some(Owner::from_code(text).ok_or_else(fault)?);
    }
    if let Some((item, text)) = section.text("action")? {
        own.action = Some(short_text(&item, text, TEXT_LENGTH)?);
    }
    Ok(own)
}

/// Reads `true`, `false` or `"reprint_only"`.
fn printable(item: &Item<'_>) -> Read<Printable> {
    if item.is_boolean() {
        return Ok(if item.boolean()? { Printable::Yes } else { Printable::No });
    }
    match item.text()? {
        "yes" => Ok(Printable::Yes),
        "no" => Ok(Printable::No),
        "reprint_only" => Ok(Printable::ReprintOnly),
        text => {
            let allowed = &["true", "false", "\"reprint_only\""];
            Err(item.fault(SettingFault::NotOneOf {
                text: text.to_owned(),
                allowed,
            }))
        }
    }
}

pub(super) fn columns(section: Option<Section<'_>>) -> Read<ColumnSettings> {
    let Some(section) = section else {
        return Ok(ColumnSettings::default());
    };
    section.allow(&["links", "queue", "results"], &[])?;
    Ok(ColumnSettings {
        links: headers(section.section("links")?, LINK_FIELDS)?,
        queue: headers(section.section("queue")?, QUEUE_FIELDS)?,
        results: headers(section.section("results")?, RESULT_FIELDS)?,
    })
}

fn headers(section: Option<Section<'_>>, fields: &[&str]) -> Read<BTreeMap<String, String>> {
    let Some(section) = section else {
        return Ok(BTreeMap::new());
    };
    section.allow(fields, &[])?;
    let mut headers = BTreeMap::new();
    for (field, item) in section.items() {
        headers.insert(field.to_owned(), short_text(&item, item.text()?, TEXT_LENGTH)?);
    }
    Ok(headers)
}

pub(super) fn reorder_level(section: Option<Section<'_>>) -> Read<Option<u32>> {
    let Some(section) = section else { return Ok(None) };
    section.allow(BLANK_KEYS, SECTIONS)?;
    section.number("reorder_level", 0..=MOST_BLANKS)
}

pub(super) fn backup(section: Option<Section<'_>>) -> Read<BackupSettings> {
    let standard = BackupSettings::default();
    let Some(section) = section else { return Ok(standard) };
    section.allow(BACKUP_KEYS, SECTIONS)?;
    let keep_days = section
        .number("keep_days", 1..=MOST_DAYS)?
        .unwrap_or(standard.keep_days);
    Ok(BackupSettings {
        keep_days,
        folder: path(&section, "folder")?,
    })
}
