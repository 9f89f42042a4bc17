//! Thirty nights in an office, each checked against an independent model: the equation of every file, where each
//! application stands, how long it has waited, who prints what, and that nobody is printed twice.

mod office_day;
mod papers;
mod plan_checks;
mod standing_checks;

pub use papers::links_csv;
pub use standing_checks::{list, text};

use crate::harness::{Office, csv_rows};
use crate::model::{Answer, CardState, Counts, Model, Operator, Settings, Time, day, time};
use crate::world::{Dice, World};
use chrono::{Datelike, Duration, NaiveDate};
use plan_checks::Planning;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::process::Stdio;

/// The settings of the ordinary office, as text and for the model.
const ORDINARY: &str = r#"
lang = "en"
[office]
name = "Disdukcapil Kota Contoh"
code = "1671"
timezone = "Asia/Jakarta"
closed = ["2021-07-19"]
[rules]
stuck_days = 7
promote_after_days = 12
spoil_reserve_percent = 10
first_classes = [["pemula"], ["hilang", "rusak"]]
[[operator]]
name = "ibrahim"
capacity = 7
away = ["2021-07-08", "2021-07-14..2021-07-16"]
[[operator]]
name = "Sari Dewi"
capacity = 5
[[operator]]
name = "cadangan"
capacity = 9
away = ["2021-06-01..2021-07-04", "2021-07-22"]
"#;

/// An office without the link, whose replacements never appear in the queue.
const WITHOUT_LINK: &str = r#"
lang = "id"
[office]
timezone = "Asia/Makassar"
[rules]
require_registration = false
reprint_needs_queue = false
promote_after_days = 5
[[operator]]
name = "Joko"
capacity = 9
[[operator]]
name = "ani"
capacity = 4
away = ["2021-07-07"]
"#;

fn ordinary() -> Settings {
    let operator = |name, capacity, away: &[(&str, &str)]| Operator {
        name,
        capacity,
        away: away.iter().map(|(from, to)| (day(from), day(to))).collect(),
    };
    Settings {
        require_registration: true,
        reprint_needs_queue: true,
        promote_after_days: 12,
        reserve_percent: 10,
        stuck_days: 7,
        classes: vec![vec!["pemula"], vec!["hilang", "rusak"]],
        operators: vec![
            operator(
                "ibrahim",
                7,
                &[("2021-07-08", "2021-07-08"), ("2021-07-14", "2021-07-16")],
            ),
            operator("Sari Dewi", 5, &[]),
            operator(
                "cadangan",
                9,
                &[("2021-06-01", "2021-07-04"), ("2021-07-22", "2021-07-22")],
            ),
        ],
        closed: vec![day("2021-07-19"), day("2021-07-20")],
    }
}

fn without_link() -> Settings {
    let away = vec![(day("2021-07-07"), day("2021-07-07"))];
    Settings {
        require_registration: false,
        reprint_needs_queue: false,
        promote_after_days: 5,
        reserve_percent: 0,
        stuck_days: 7,
        classes: Vec::new(),
        operators: vec![
            Operator {
                name: "Joko",
                capacity: 9,
                away: Vec::new(),
            },
            Operator {
                name: "ani",
                capacity: 4,
                away,
            },
        ],
        closed: vec![day("2021-07-20")],
    }
}

/// A result file on its way back.
#[derive(Clone)]
struct Returning {
    on: NaiveDate,
    file: String,
    rows: Vec<(String, String, Option<Answer>)>,
}

/// The office, its town, and the model that looks over its shoulder.
pub struct Play {
    pub office: Office,
    pub model: Model,
    pub world: World,
    dice: Dice,
    zone: &'static str,
    returning: Vec<Returning>,
    /// Files of the inbox that were imported: how many rows of each are rejected.
    imported: BTreeMap<String, (u64, u64)>,
    /// The content of each inbox file now, with the buckets that the model expects of it.
    inbox: BTreeMap<String, Counts>,
    /// What differed from the model so far.
    wrong: RefCell<Vec<String>>,
}

impl Play {
    pub fn ordinary(seed: u64) -> Self {
        Self::new(ORDINARY, ordinary(), "+07:00", seed)
    }

    fn new(text: &str, settings: Settings, zone: &'static str, seed: u64) -> Self {
        let mut world = World::new(seed);
        world.settle(150);
        Self {
            office: Office::new(text),
            model: Model::new(settings),
            world,
            dice: Dice::new(seed + 1000),
            zone,
            returning: Vec::new(),
            imported: BTreeMap::new(),
            inbox: BTreeMap::new(),
            wrong: RefCell::default(),
        }
    }

    fn iso(&self, at: Time) -> String {
        format!("{}{}", at.format("%Y-%m-%dT%H:%M:%S"), self.zone)
    }

    fn at(&self, at: Time) -> String {
        at.format("%Y-%m-%dT%H:%M").to_string()
    }

    /// One day and its night, with every check.
    pub fn night(&mut self, tonight: NaiveDate) {
        self.print_cards(tonight);
        self.interfere(tonight);
        for _ in 0..4 + self.dice.below(5) {
            self.world.arrive(tonight + Duration::days(5));
        }
        let as_of = tonight.and_hms_opt(22, 0, 0).unwrap();
        self.tidy_inbox(tonight);
        self.put_results(tonight, as_of);
        self.put_queue(tonight);
        self.put_links(tonight);
        let when = self.at(as_of);
        if tonight.day() % 4 == 1 {
            self.rehearse(&when);
        }
        let truncated = tonight
            .day()
            .is_multiple_of(8)
            .then(|| self.put_truncated_queue(tonight));
        let shown = self.office.json(&when, &["nightly"]);
        if let Some(path) = truncated {
            self.check_refused(&path, &when, &shown);
        }
        self.check_imports(&shown);
        let date = self.model.settings.next_batch_day(as_of);
        let capacities = self.model.capacities(date, &[], &[]);
        let allowed = self.model.allowed(None);
        let first = self.model.cards.iter().all(|card| card.date != date);
        let planning = if first { Planning::First } else { Planning::Again };
        self.check_plan(&shown["batch"], date, as_of, capacities, allowed, planning);
        self.check_standing(as_of);
        self.check_night_totals(&shown, as_of);
        self.check_stuck(as_of);
        self.check_uncollected(as_of);
        self.check_nobody_twice();
        if tonight.day().is_multiple_of(3) {
            self.check_again(as_of, &shown);
        }
    }
}

fn run_nights(play: &mut Play, nights: i64) {
    for night in 0..nights {
        play.night(day("2021-06-28") + Duration::days(night));
    }
    play.check_nothing_wrong();
}

/// Promise 5: the same facts, settings and moments give the same bytes, in another home too.
#[test]
fn the_same_nights_in_two_homes_give_the_same_bytes() {
    let bytes = |seed| {
        let mut play = Play::ordinary(seed);
        run_nights(&mut play, 4);
        let outbox = play.office.home().join("outbox");
        let tree = play.office.tree("outbox").into_iter();
        tree.map(|(path, bytes)| (path.strip_prefix(outbox.to_str().unwrap()).unwrap().to_owned(), bytes))
            .collect()
    };
    let (one, other): (BTreeMap<String, Vec<u8>>, BTreeMap<String, Vec<u8>>) = (bytes(3), bytes(3));
    assert!(one.keys().any(|path| path.ends_with(".xlsx")));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in one {
        assert!(other[&path] == bytes, "{path}");
    }
}

#[test]
fn thirty_nights_of_an_ordinary_office() {
    let mut play = Play::ordinary(7);
    run_nights(&mut play, 30);
    let printed = play
        .model
        .cards
        .iter()
        .filter(|card| matches!(card.state, CardState::Answered(Answer::Printed, _)));
    assert!(printed.count() > 100, "the scenario prints");
    let last = play.model.applications(time("2021-07-27T22:00"));
    for category in [
        "assigned",
        "printed",
        "unreadable_nik",
        "already_issued",
        "blocked",
        "not_registered",
        "not_in_queue",
    ] {
        assert!(
            last.iter().any(|app| app.category == category),
            "the scenario has {category}"
        );
    }
}

#[test]
fn twenty_nights_without_the_link() {
    let mut play = Play::new(WITHOUT_LINK, without_link(), "+08:00", 11);
    run_nights(&mut play, 20);
    let reprints = play
        .model
        .cards
        .iter()
        .filter(|card| card.reprint.is_some() && card.entry_at.is_none());
    assert!(reprints.count() > 0, "reprints that no queue entry asked for");
}

/// Promise 2, side by side: whoever comes first plans the day, the others find it planned or are told to wait.
#[test]
fn runs_side_by_side_give_nobody_two_cards() {
    let mut play = Play::ordinary(5);
    run_nights(&mut play, 2);
    let as_of = "2021-06-30T22:00";
    let commands = [
        &["nightly"][..],
        &["batch"],
        &["nightly", "--wait", "60"],
        &["batch", "--wait", "60"],
    ];
    let running: Vec<_> = commands
        .iter()
        .chain(&commands)
        .map(|arguments| {
            let mut command = play.office.command(as_of, arguments);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for (mut child, arguments) in running.into_iter().zip(commands.iter().chain(&commands)) {
        let code = child.wait().unwrap().code();
        let waits = arguments.contains(&"--wait");
        let good = matches!(code, Some(0 | 3)) || (!waits && code == Some(4));
        assert!(good, "{arguments:?} ended with {code:?}");
    }
    let shown = play.office.json(as_of, &["batch"]);
    let mut niks = Vec::new();
    for batch in list(&shown, "batches") {
        assert!(batch["cards"].as_u64() <= batch["capacity"].as_u64());
        niks.extend(
            csv_rows(&play.office.read(text(batch, "file")))
                .into_iter()
                .map(|row| row["nik"].clone()),
        );
    }
    let open = play
        .model
        .cards
        .iter()
        .filter(|card| card.state == CardState::Open)
        .map(|card| &card.nik);
    assert!(
        !niks.is_empty() && open.into_iter().all(|nik| !niks.contains(nik)),
        "a card in two open batches"
    );
    let count = niks.len();
    niks.sort();
    niks.dedup();
    assert_eq!(niks.len(), count, "a card twice in a day");
    play.office.run(as_of, &["check"]).done_or_person();
}
