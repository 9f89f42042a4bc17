//! What the settings accept and refuse.

use super::*;
use crate::domain::record_status::{Owner, Printable, RecordStatus};
use crate::messages::settings::{SettingType, template};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Takes the `#` off every example of the template.
fn uncommented(text: &str) -> String {
    let example = |line: &&str| line.starts_with("#[") || line[1..].starts_with(|c: char| c.is_ascii_lowercase());
    let line = |line: &str| match Some(line).filter(|line| line.starts_with('#')).filter(example) {
        Some(line) => line[1..].to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_template_says_the_defaults() {
    for lang in Lang::ALL {
        assert_eq!(Settings::parse(template(lang)), Ok(Settings::default()));
    }
    assert_eq!(Settings::parse(""), Ok(Settings::default()));
}

#[test]
fn every_example_of_the_template_is_valid_and_every_key_stands_in_it() {
    for lang in Lang::ALL {
        let text = uncommented(template(lang));
        let settings = Settings::parse(&text).unwrap();
        assert_eq!(settings.lang, Some(lang));
        assert_eq!(settings.office.name.as_deref(), Some("Disdukcapil Kota Palembang"));
        assert_eq!(settings.operators.len(), 1);
        assert_eq!(settings.rules.first_classes.len(), 2);
        assert_eq!(settings.reorder_level, Some(2000));
        assert_eq!(settings.columns.links.len(), 1);
        for key in [OFFICE_KEYS, RULE_KEYS, BLANK_KEYS, NOTIFY_KEYS, BACKUP_KEYS].concat() {
            assert!(text.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
        }
    }
}

#[test]
fn the_contracts_example() {
    let text = r#"
lang = "id"
[office]
name = "Disdukcapil Kota Palembang"
code = "1671"
timezone = "Asia/Makassar"
week = ["mon", "tue", "wed", "thu", "fri", "sat"]
closed = ["2021-07-19", 2021-07-21]
holidays = "holidays.csv"
workday_starts = 08:00:00
date_order = "dmy"
[rules]
require_registration = false
stuck_days = 10
first_classes = [["pemula"], ["hilang", "rusak"]]
[[operator]]
name = "ibrahim"
away = ["2021-07-22", "2021-07-26..2021-07-30"]
[[operator]]
name = "Siti / Aminah"
capacity = 350
[status.SFE]
expected_days = 3
[status."MENUNGGU VERIFIKASI"]
printable = "reprint_only"
owner = "centre"
[columns.links]
nik = "Nomor Induk (lihat KK)"
"#;
    let settings = Settings::parse(text).unwrap();
    assert_eq!(settings.lang, Some(Lang::Id));
    assert_eq!(settings.office.zone.local_minus_utc(), 8 * 3600);
    assert_eq!(settings.office.closed, [day("2021-07-19"), day("2021-07-21")]);
    assert_eq!(settings.office.workday_starts, "08:00:00".parse::<NaiveTime>().unwrap());
    assert_eq!(settings.office.date_order, Some(DateOrder::DayFirst));
    assert!(!settings.rules.require_registration);
    assert_eq!((settings.rules.stuck_days, settings.rules.promote_after_days), (10, 14));
    let ibrahim = settings.operator("IBRAHIM").unwrap();
    for (on, capacity) in [
        ("2021-07-21", 500),
        ("2021-07-22", 0),
        ("2021-07-26", 0),
        ("2021-07-30", 0),
        ("2021-07-31", 500),
    ] {
        assert_eq!(ibrahim.capacity_on(day(on)), capacity, "{on}");
    }
    assert_eq!(settings.operators[1].file_name, "Siti - Aminah");
    assert_eq!(
        settings.statuses.rule(&RecordStatus::SentForEnrollment).expected_days,
        Some(3)
    );
    let unknown = settings.statuses.rule(&RecordStatus::parse("menunggu_verifikasi"));
    assert_eq!(
        (unknown.printable, unknown.owner),
        (Printable::ReprintOnly, Owner::Centre)
    );
    assert_eq!(settings.columns.links["nik"], "Nomor Induk (lihat KK)");
}

fn refused(text: &str, line: usize, key: &str, fault: SettingFault) {
    assert_eq!(
        Settings::parse(text),
        Err(ConfigError {
            line,
            key: key.into(),
            fault
        }),
        "{text}"
    );
}

fn unknown(nearest: &str) -> SettingFault {
    SettingFault::UnknownKey {
        nearest: (!nearest.is_empty()).then(|| nearest.to_owned()),
    }
}

#[test]
fn an_unknown_key_names_the_nearest() {
    refused("[rules]\nstuck_day = 7\n", 2, "rules.stuck_day", unknown("stuck_days"));
    refused("\n\nofice = 1\n", 3, "ofice", unknown("office"));
    refused("stuck_days = 7\n", 1, "stuck_days", unknown("[rules] stuck_days"));
    refused(
        "[[operator]]\nname = \"a\"\nkapasitas = 1\n",
        3,
        "operator.kapasitas",
        unknown("capacity"),
    );
    refused("[rules]\nzzz = 1\n", 2, "rules.zzz", unknown(""));
    refused(
        "[columns.links]\nnikk = \"x\"\n",
        2,
        "columns.links.nikk",
        unknown("nik"),
    );
    refused(
        "[status.PRR]\nowners = \"office\"\n",
        2,
        "status.PRR.owners",
        unknown("owner"),
    );
}

#[test]
fn a_wrong_type_is_named() {
    let wrong = |expected, found| SettingFault::WrongType { expected, found };
    let integer = |found| wrong(SettingType::Integer, found);
    refused(
        "[rules]\nstuck_days = \"7\"\n",
        2,
        "rules.stuck_days",
        integer(SettingType::Text),
    );
    refused(
        "[rules]\nstuck_days = 7.5\n",
        2,
        "rules.stuck_days",
        integer(SettingType::Float),
    );
    refused(
        "lang = true\n",
        1,
        "lang",
        wrong(SettingType::Text, SettingType::Boolean),
    );
    refused(
        "office = 3\n",
        1,
        "office",
        wrong(SettingType::Table, SettingType::Integer),
    );
    refused("[operator]\nname = \"a\"\n", 1, "operator", SettingFault::OneBracket);
    refused(
        "[office]\nweek = \"mon\"\n",
        2,
        "office.week",
        wrong(SettingType::List, SettingType::Text),
    );
    refused(
        "[office]\ncode = 1671\n",
        2,
        "office.code",
        wrong(SettingType::Text, SettingType::Integer),
    );
}

#[test]
fn an_impossible_value_is_named() {
    let range = |least, greatest| SettingFault::OutOfRange { least, greatest };
    refused(
        "[[operator]]\nname = \"a\"\ncapacity = 5001\n",
        3,
        "operator.capacity",
        range(0, 5000),
    );
    refused(
        "[[operator]]\nname = \"a\"\ncapacity = -1\n",
        3,
        "operator.capacity",
        range(0, 5000),
    );
    refused(
        "[rules]\nspoil_reserve_percent = 91\n",
        2,
        "rules.spoil_reserve_percent",
        range(0, 90),
    );
    refused("[backup]\nkeep_days = 0\n", 2, "backup.keep_days", range(1, 3650));
    refused(
        "[office]\nclosed = [\"2021-01-01\",\n \"2021-02-30\"]\n",
        3,
        "office.closed",
        SettingFault::NotADate("2021-02-30".into()),
    );
    refused(
        "[office]\nworkday_starts = \"25:00\"\n",
        2,
        "office.workday_starts",
        SettingFault::NotATime("25:00".into()),
    );
    refused("[office]\nweek = []\n", 2, "office.week", SettingFault::Empty);
    refused(
        "[office]\ncode = \"167\"\n",
        2,
        "office.code",
        SettingFault::NotARegionCode("167".into()),
    );
    let reversed = SettingFault::ReversedSpan("2021-07-30..2021-07-26".into());
    refused(
        "[[operator]]\nname = \"a\"\naway = [\"2021-07-30..2021-07-26\"]\n",
        3,
        "operator.away",
        reversed,
    );
    refused(
        "[[operator]]\ncapacity = 5\n",
        1,
        "operator",
        SettingFault::Missing("name"),
    );
    refused("[[operator]]\nname = \" \"\n", 2, "operator.name", SettingFault::Empty);
    refused(
        "[[operator]]\nname = \"a\\u001b[2J\"\n",
        2,
        "operator.name",
        SettingFault::ControlCharacters,
    );
    let twice = SettingFault::OperatorTwice("IBRAHIM ".trim().into());
    refused(
        "[[operator]]\nname = \"ibrahim\"\n[[operator]]\nname = \"IBRAHIM \"\n",
        3,
        "operator",
        twice,
    );
    let twice = SettingFault::StatusTwice("PRINT_READY_RECORD".into());
    refused(
        "[status.PRR]\n[status.PRINT_READY_RECORD]\n",
        2,
        "status.PRINT_READY_RECORD",
        twice,
    );
}

#[test]
fn bad_toml_names_its_line_and_never_panics() {
    for text in [
        "[office\n",
        "a = \n",
        "x = \"",
        "=",
        "[a]\n[a]\n",
        "\u{0}",
        "lang = \"id\"\nlang = \"en\"\n",
    ] {
        let error = Settings::parse(text).unwrap_err();
        assert!(error.line >= 1);
        assert!(matches!(error.fault, SettingFault::Syntax(_)), "{text:?} {error:?}");
    }
    assert_eq!(Settings::parse("lang = \"id\"\nlang = \"en\"\n").unwrap_err().line, 2);
}
