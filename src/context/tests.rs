//! What decides the language, the clock and the colours.

use super::*;
use crate::exit::Exit;
use chrono::{Datelike, NaiveDate};

fn environment(current: &Path) -> Environment {
    Environment {
        now: Moment::from_seconds(1_626_966_000),
        home: None,
        current: current.to_owned(),
        program: "/usr/local/bin/cetak".into(),
        locale: "C.UTF-8".into(),
        no_color: false,
        user: "siti".into(),
        stdout_is_terminal: true,
        stderr_is_terminal: false,
        stdin_is_terminal: false,
        width_columns: Some(80),
    }
}

fn home_with(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cetak.toml"), settings).unwrap();
    folder
}

#[test]
fn option_then_setting_then_locale() {
    let table = [
        (Some(Lang::Id), Some(Lang::En), "en_US.UTF-8", Lang::Id),
        (None, Some(Lang::En), "id_ID.UTF-8", Lang::En),
        (None, None, "id_ID.UTF-8", Lang::Id),
        (None, None, "ID", Lang::Id),
        (None, None, "C", Lang::En),
        (None, None, "", Lang::En),
        (None, None, "é", Lang::En),
    ];
    for (option, setting, locale, expected) in table {
        let options = Options {
            lang: option,
            ..Options::default()
        };
        let environment = Environment {
            locale: locale.into(),
            ..environment(Path::new("/"))
        };
        assert_eq!(language(&options, setting, &environment), expected, "{locale}");
    }
}

#[test]
fn the_clock_is_the_option_in_the_offices_zone() {
    let folder = home_with("[office]\ntimezone = \"WIT\"\n");
    let options = Options {
        as_of: Some("2021-07-22".into()),
        ..Options::default()
    };
    let context = Context::in_home(&options, &environment(folder.path()), "batch").unwrap();
    assert_eq!(context.as_of.iso(context.zone()), "2021-07-22T23:59:59+09:00");
    assert_eq!(
        LockRequest::from(&context).holder.since.as_deref(),
        Some("2021-07-23T00:00:00+09:00")
    );
    let context = Context::in_home(&Options::default(), &environment(folder.path()), "batch").unwrap();
    assert_eq!(context.as_of, environment(folder.path()).now);
    let options = Options {
        as_of: Some("besok".into()),
        ..Options::default()
    };
    let error = Context::in_home(&options, &environment(folder.path()), "batch").unwrap_err();
    assert_eq!(error, ContextError::Setup(SetupFault::NotAMoment("besok".into())));
}

#[test]
fn settings_and_holidays_are_read_from_the_home() {
    let folder = home_with("[office]\nholidays = \"libur.csv\"\nclosed = [\"2029-03-01\"]\n");
    let context = Context::in_home(&Options::default(), &environment(folder.path()), "batch").unwrap();
    assert!(matches!(context.calendar(), Err(SetupFault::Unreadable { .. })));
    let file = folder.path().join("libur.csv");
    std::fs::write(&file, "date,name,kind\n2029-01-01,Tahun Baru,libur-nasional\n").unwrap();
    let context = Context::in_home(&Options::default(), &environment(folder.path()), "batch").unwrap();
    let day = NaiveDate::from_ymd_opt(2029, 3, 1).unwrap();
    assert_eq!(day.weekday(), chrono::Weekday::Thu);
    assert!(context.is_closed(day).unwrap());
    std::fs::write(&file, "date,name,kind\nsenin,Tahun Baru,libur-nasional\n").unwrap();
    let context = Context::in_home(&Options::default(), &environment(folder.path()), "batch").unwrap();
    let error = context.calendar().unwrap_err();
    assert!(
        error
            .words(Lang::En)
            .ends_with("libur.csv:2: \"senin\" is not a date such as 2021-07-22"),
        "{error}"
    );
}

#[test]
fn wrong_settings_name_file_line_and_key() {
    let folder = home_with("[rules]\nstuck_dyas = 3\n");
    let error = Context::in_home(&Options::default(), &environment(folder.path()), "batch").unwrap_err();
    let file = std::fs::canonicalize(folder.path()).unwrap().join("cetak.toml");
    let expected = format!(
        "{}:2: rules.stuck_dyas: unknown key; did you mean stuck_days?",
        file.display()
    );
    assert_eq!(error.words(Lang::En), expected);
    assert_eq!(error.exit(), Exit::Usage);
    assert!(
        error
            .words(Lang::Id)
            .ends_with("kunci tidak dikenal; maksudnya stuck_days?")
    );
}

#[test]
fn colours() {
    let table = [
        (ColorChoice::Auto, false, true, false),
        (ColorChoice::Auto, true, false, false),
        (ColorChoice::Always, true, true, true),
        (ColorChoice::Never, false, false, false),
    ];
    for (color, no_color, results, talk) in table {
        let environment = Environment {
            no_color,
            ..environment(Path::new("/"))
        };
        let screen = screen(
            &Options {
                color,
                ..Options::default()
            },
            &environment,
            Lang::En,
        );
        assert_eq!((screen.color_results, screen.color_talk), (results, talk), "{color:?}");
    }
}

#[test]
fn without_a_home_there_is_none() {
    let context = Context::without_home(&Options::default(), &environment(Path::new("/")), "batch").unwrap();
    assert_eq!(context.home().unwrap_err(), SetupFault::NoHome);
}
