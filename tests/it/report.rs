//! `report` and `forecast`: the page for the head of the office, read as text and in a real browser; the days ahead.

use crate::browser::{Browser, Sheet};
use crate::harness::{Office, csv_rows, csv_text, mode};
use cetak::domain::ageing::AgeBand;
use cetak::domain::application::Category;
use cetak::domain::card::CardResult;
use cetak::domain::history::{BacklogDay, StockDay};
use cetak::domain::moment::{Moment, Zone};
use cetak::domain::production::{Attempt, Production};
use cetak::domain::record_status::Owner;
use cetak::messages::Lang;
use cetak::outputs::head_page::{DistrictCount, HeadReport, OpenBatch, render};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// After the last of the example's nights.
const EVENING: &str = "2021-07-26T22:10";

/// The example office after its first night, with blanks, and a form filled in by a joker.
fn first_night() -> Office {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/palembang");
    let office = Office::new(&fs::read_to_string(example.join("cetak.toml")).unwrap());
    for kind in ["links", "queue", "results"] {
        for entry in fs::read_dir(example.join("inbox").join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            fs::copy(&path, office.home().join("inbox").join(kind).join(name)).unwrap();
        }
    }
    let joker = [
        ["Timestamp", "NIK", "Nama Lengkap", "Kecamatan"],
        [
            "2021-07-20T08:00:00+07:00",
            "1671094107959990",
            "PELAWAK UJI COBA",
            "<script>alert(1)</script> 1671094107959990 SANGATPANJANGTANPASPASISANGATPANJANGTANPASPASI",
        ],
    ];
    let joker: Vec<Vec<String>> = joker.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    office.put("inbox/links/pelawak.csv", &csv_text(&joker));
    office.run("2021-07-20T08:00", &["blanks", "add", "2000"]).ends_with(0);
    office.run("2021-07-22T22:00", &["nightly", "-q"]).done_or_person();
    office
}

/// The same after two days of printing, with spoiled cards.
fn office() -> Office {
    let office = first_night();
    print_day(&office, "2021-07-23");
    office.run("2021-07-23T22:00", &["nightly", "-q"]).done_or_person();
    print_day(&office, "2021-07-26");
    office
}

/// Prints what is planned for a day; every seventh card is spoiled, the last operator brings nothing back.
fn print_day(office: &Office, day: &str) {
    let folder = office.home().join("outbox").join(day);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("batch-") && name.ends_with(".csv")
    });
    files.sort();
    files.pop();
    for (file, hour) in files.iter().zip(11..) {
        let columns = ["batch", "seq", "nik", "result"];
        let mut table = vec![columns.map(str::to_owned).to_vec()];
        for (index, row) in csv_rows(&fs::read(file).unwrap()).iter().enumerate() {
            let result = if index % 7 == 3 { "rusak" } else { "cetak" };
            let mut cells: Vec<String> = columns[..3].iter().map(|column| row[*column].clone()).collect();
            cells.push(result.to_owned());
            table.push(cells);
        }
        let path = office.put(&format!("kembali-{day}-{hour}.csv"), &csv_text(&table));
        let as_of = format!("{day}T{hour}:15");
        office
            .run(&as_of, &["import", "results", path.to_str().unwrap()])
            .done_or_person();
    }
}

fn page(office: &Office, lang: &str) -> String {
    let file = office.root().join(format!("laporan-{lang}.html"));
    office
        .run(EVENING, &["report", "--lang", lang, "--output", file.to_str().unwrap()])
        .ends_with(0);
    assert_eq!(mode(&file), 0o600);
    fs::read_to_string(file).unwrap()
}

/// The number above a label.
fn figure(page: &str, label: &str) -> u64 {
    let before = page.split(&format!("</b><span>{label}</span>")).next().unwrap();
    let number = before.rsplit("<b>").next().unwrap().replace(['.', ','], "");
    number.parse().unwrap_or_else(|_| panic!("{label}: {number}"))
}

#[test]
fn the_page_says_what_the_lists_say_and_names_nobody() {
    let office = office();
    let page = page(&office, "en");
    let all = office.json(EVENING, &["reconcile", "--all"]);
    let open = office.json(EVENING, &["reconcile"]);
    let open = open["applications"].as_array().unwrap().len() as u64;
    assert_eq!(figure(&page, "Open applications"), open);
    let stuck = office.json(EVENING, &["stuck"]);
    let days = stuck["days"].as_u64().unwrap();
    assert_eq!(
        figure(&page, &format!("Waiting longer than {days} days")),
        stuck["total"].as_u64().unwrap()
    );
    let printed = all["counts"]["printed"].as_u64().unwrap();
    assert!(printed > 100, "{printed}");
    assert_eq!(figure(&page, "Printed within 30 days"), printed);
    let blanks = office.json(EVENING, &["blanks", "report"]);
    assert_eq!(figure(&page, "Blanks left"), blanks["on_hand"].as_u64().unwrap());

    let applications = all["applications"].as_array().unwrap();
    assert!(applications.len() > 500);
    let upper = page.to_uppercase();
    for application in applications {
        let (nik, name) = (
            application["nik"].as_str().unwrap(),
            application["name"].as_str().unwrap(),
        );
        assert!(nik.len() < 10 || !page.contains(nik), "{nik}");
        let is_a_name = name.len() > 8 && name.contains(' ');
        assert!(!is_a_name || !upper.contains(&name.to_uppercase()), "{name}");
    }
    let longest = page.split(|sign: char| !sign.is_ascii_digit()).map(str::len).max();
    assert!(longest < Some(10), "no number of a person");
    for outside in ["<script", "<img", "src=", "href=", "@import", "//cdn", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_page_lies_beside_the_batches_and_is_always_the_same() {
    let office = office();
    let run = office.run(EVENING, &["report", "--lang", "en"]).ends_with(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("", "Report written: outbox/2021-07-27/report.html\n")
    );
    let path = office.home().join("outbox/2021-07-27/report.html");
    assert_eq!(mode(&path), 0o600);
    let first = fs::read_to_string(&path).unwrap();
    assert_eq!(first, page(&office, "en"));
    office.run(EVENING, &["report", "--lang", "en"]).ends_with(0);
    assert_eq!(first, fs::read_to_string(&path).unwrap());
    office.run(EVENING, &["check"]).done_or_person();
    let settings = office.home().join("cetak.toml");
    office
        .run(EVENING, &["report", "--output", settings.to_str().unwrap()])
        .ends_with(2);
}

#[test]
fn an_office_without_facts_has_a_page_as_well() {
    let office = Office::new("lang = \"id\"\n");
    let file = office.root().join("kosong.html");
    office
        .run(EVENING, &["report", "--output", file.to_str().unwrap()])
        .ends_with(0);
    let page = fs::read_to_string(&file).unwrap();
    assert_eq!(figure(&page, "Permohonan terbuka"), 0);
    if let Some(browser) = Browser::find() {
        assert_eq!(browser.faults(&page, Sheet::Telephone).0, Vec::<String>::new());
    }
}

#[test]
fn a_browser_shows_the_page_whole_on_a_telephone_and_on_paper() {
    let Some(browser) = Browser::find() else { return };
    let office = office();
    for lang in ["id", "en"] {
        let page = page(&office, lang);
        for sheet in [Sheet::Telephone, Sheet::A4] {
            let (faults, plots, tables) = browser.faults(&page, sheet);
            assert!(faults.is_empty(), "{lang} {sheet:?}: {faults:#?}");
            assert!(plots >= 8 && tables >= plots, "{plots} plots, {tables} tables");
        }
        let (_, console) = browser.load(&office.root().join(format!("laporan-{lang}.html")));
        assert_eq!(console, Vec::<String>::new());
    }
}

/// An office with a million open applications, where everybody and everything has a name that is far too long.
fn giant(lang: Lang) -> HeadReport {
    const LONG: &str = "NAMASATUKATAYANGPANJANGSEKALITANPASPASI";
    let zone = Zone::east_opt(7 * 3600).unwrap();
    let first = NaiveDate::from_ymd_opt(2021, 6, 29).unwrap();
    let mut production = Production::new(first, 30, zone);
    for card in 0..9_000_i64 {
        let operator = format!("{}{LONG}", card % 14);
        production.add(Attempt {
            at: Moment::from_seconds(Moment::start_of(first, zone).seconds() + card * 287),
            operator: Some(&operator).filter(|_| card % 50 > 0).map(String::as_str),
            result: if card % 11 == 0 {
                CardResult::Spoiled
            } else {
                CardResult::Printed
            },
            ready_since: None,
            is_walk_in: false,
        });
    }
    let days = || first.iter_days().take(30);
    let stock = |date| StockDay {
        date,
        on_hand: 1_999_999,
        added: 1_000_000,
        is_counted: true,
        used: 1_000_000,
    };
    let count = DistrictCount {
        open: 45_678,
        ready: 25_678,
        long: 20_678,
        longest_days: 1_234,
    };
    let each = |owner: Owner| AgeBand::ALL.map(move |band| ((band, owner), 41_234));
    HeadReport {
        lang,
        zone,
        office: Some(LONG.repeat(2)),
        as_of: Moment::end_of(NaiveDate::from_ymd_opt(2021, 7, 28).unwrap(), zone),
        limit_days: 7,
        backlog: days()
            .map(|date| BacklogDay {
                date,
                ready: 234_567,
                not_ready: 765_433,
            })
            .collect(),
        ages: Owner::ALL.into_iter().flat_map(each).collect(),
        standing: BTreeMap::from([((Owner::Office, Category::NotRegistered), 1_000_000)]),
        long: 765_433,
        longest_days: 1_234,
        production,
        stock: Some((1_999_999, days().map(stock).collect())),
        districts: (0..80).map(|number| (format!("{LONG} {number}"), count)).collect(),
        open_batches: vec![OpenBatch {
            name: format!("2021-07-28-{LONG}"),
            cards: 5_000,
            unanswered: 5_000,
        }],
        forecast: None,
    }
}

#[test]
fn a_giant_office_fits_on_the_same_sheets() {
    let Some(browser) = Browser::find() else { return };
    for lang in Lang::ALL {
        let page = render(&giant(lang));
        for sheet in [Sheet::Telephone, Sheet::A4] {
            let (faults, _, _) = browser.faults(&page, sheet);
            assert!(faults.is_empty(), "{lang:?} {sheet:?}: {faults:#?}");
        }
    }
}

#[test]
fn a_forecast_says_when_the_backlog_is_gone_and_what_would_help() {
    let office = first_night();
    let forecast = office.json("2021-07-22T22:10", &["forecast", "--days", "40"]);
    let days = forecast["days"].as_array().unwrap();
    assert_eq!(days.len(), 40);
    assert_eq!(days[0]["date"], "2021-07-23");
    assert_eq!(days[1]["kind"], "closed");
    assert_eq!(days[1]["capacity"], 0);
    let mut backlog = forecast["ready"].as_u64().unwrap();
    let planned = days[0]["printed"].as_u64().unwrap();
    for (index, day) in days.iter().enumerate() {
        let new = day["printed"].as_u64().unwrap() - if index == 0 { planned } else { 0 };
        assert!(new <= day["capacity"].as_u64().unwrap());
        backlog = backlog - new + day["arrivals"].as_u64().unwrap();
        assert_eq!(day["ready"].as_u64().unwrap(), backlog, "{day}");
    }
    let changes: Vec<_> = forecast["variations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variation| variation["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["as_it_is", "one_more_operator", "more_blanks"]);
    let text = office
        .run("2021-07-22T22:10", &["forecast", "--lang", "en", "--days", "3"])
        .ends_with(0);
    assert!(text.stdout.starts_with("The next 3 days\nDate "), "{}", text.stdout);
    for said in [
        "Pace: ",
        "As it is: ",
        "With one more operator (",
        "With 1,000 more blanks: ",
    ] {
        assert!(text.stderr.contains(said), "{said}\n{}", text.stderr);
    }
    let rows = office
        .run("2021-07-22T22:10", &["forecast", "--format", "csv"])
        .ends_with(0);
    let header = "date,kind,operators,capacity,arrivals,printed,ready,blanks";
    assert_eq!(rows.stdout.trim_start_matches('\u{feff}').lines().next(), Some(header));
    assert_eq!(rows.stdout.lines().count(), 31);
}

#[test]
fn a_forecast_ends_where_the_calendar_does() {
    let office = Office::new("lang = \"en\"\n");
    let run = office.run("2027-12-20T22:00", &["forecast"]).ends_with(0);
    assert!(
        run.stdout.contains("2027-12-31") && !run.stdout.contains("2028"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("The calendar ends with Friday, 31 December 2027"),
        "{}",
        run.stderr
    );
    office
        .run("2027-12-20T22:00", &["forecast", "--days", "0"])
        .ends_with(2);
}
