//! Thirty nights in an office, each checked against an independent model: the equation of every file, where each
//! application stands, how long it has waited, who prints what, and that nobody is printed twice.

use crate::harness::{Office, csv_rows, csv_text, sha256};
use crate::model::{
    Answer, App, Card, CardState, Counts, LinkRow, Model, Operator, QueueRow, Settings, Time, day, time,
};
use crate::world::{Dice, World};
use chrono::{Datelike, Duration, NaiveDate};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

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

    // --- files -------------------------------------------------------------------------------------------------

    /// The evening's link export, sometimes in two overlapping halves.
    fn put_links(&mut self, tonight: NaiveDate) {
        let rows = self.world.links(tonight.and_hms_opt(20, 0, 0).unwrap());
        let split = tonight.day().is_multiple_of(5);
        let parts: Vec<(String, &[LinkRow])> = match split {
            true => {
                let (low, high) = (rows.len() / 3, rows.len() * 2 / 3);
                vec![
                    (format!("b-{tonight}.csv"), &rows[..high]),
                    (format!("a-{tonight}.csv"), &rows[low..]),
                ]
            }
            false => vec![("pendaftaran.csv".to_owned(), &rows[..])],
        };
        let mut parts: Vec<(String, Vec<LinkRow>)> =
            parts.into_iter().map(|(name, rows)| (name, rows.to_vec())).collect();
        parts.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, rows) in parts {
            let zone = if self.zone == "+07:00" { "GMT+7" } else { "GMT+8" };
            let text = links_csv(&rows, zone);
            let counts = self.model.links(&rows);
            self.put("links", &name, &text, counts);
        }
    }

    fn put_queue(&mut self, tonight: NaiveDate) {
        let mut rows = self.world.queue(tonight);
        if tonight.day() % 7 == 3 {
            let mut older = rows[3].clone();
            older.at = older.at.map(|at| at - Duration::days(1));
            older.status_text = "PRO".to_owned();
            older.status = "PROCESSING".to_owned();
            rows.push(older);
        }
        if tonight.day() % 9 == 4 {
            let mut damaged = rows[5].clone();
            damaged.nik.truncate(14);
            damaged.name = "TANPA NOMOR".to_owned();
            rows.insert(2, damaged);
        }
        let text = queue_csv(&rows);
        let counts = self.model.queue(&rows, tonight.and_hms_opt(21, 0, 0).unwrap());
        self.put(
            "queue",
            &format!("antrean_{}_2100.csv", tonight.format("%Y%m%d")),
            &text,
            counts,
        );
    }

    fn put_results(&mut self, tonight: NaiveDate, as_of: Time) {
        let (mut due, later): (Vec<Returning>, Vec<Returning>) = std::mem::take(&mut self.returning)
            .into_iter()
            .partition(|file| file.on <= tonight);
        self.returning = later;
        due.sort_by(|one, other| one.file.cmp(&other.file));
        for returning in due {
            let text = results_csv(&returning.rows);
            let counts = self.model.results(&returning.rows, as_of, false);
            self.put("results", &returning.file, &text, counts);
        }
    }

    fn put(&mut self, kind: &str, name: &str, text: &str, counts: Counts) {
        let path = format!("inbox/{kind}/{name}");
        self.office.put(&path, text);
        self.inbox.insert(path, counts);
    }

    /// Somebody clears the inbox now and then; most files of the last days stay, and are known by their content.
    fn tidy_inbox(&mut self, tonight: NaiveDate) {
        let recent: Vec<String> = (0..3)
            .map(|days| (tonight - Duration::days(days)).to_string())
            .collect();
        let stays = |path: &String| {
            let dashless = path.replace('-', "");
            path.ends_with("pendaftaran.csv") || recent.iter().any(|day| dashless.contains(&day.replace('-', "")))
        };
        let gone: Vec<String> = self.inbox.keys().filter(|path| !stays(path)).cloned().collect();
        for path in gone {
            std::fs::remove_file(self.office.home().join(&path)).unwrap();
            self.inbox.remove(&path);
        }
    }

    // --- the day -----------------------------------------------------------------------------------------------

    /// Today's cards are printed, spoiled or left; the files come back tonight or later, whole or in part.
    fn print_cards(&mut self, today: NaiveDate) {
        let cards: Vec<Card> = self
            .model
            .cards
            .iter()
            .filter(|card| card.date == today && card.state == CardState::Open)
            .cloned()
            .collect();
        let mut files: BTreeMap<String, Vec<(String, String, Option<Answer>)>> = BTreeMap::new();
        for card in cards {
            let answer = match self.dice.below(100) {
                0..=5 => Answer::Spoiled,
                6..=9 => Answer::NotPrinted,
                _ => Answer::Printed,
            };
            if answer == Answer::Printed {
                self.world.print(&card.nik, today);
            }
            let told = if self.dice.chance(96) { Some(answer) } else { None };
            files
                .entry(card.batch.clone())
                .or_default()
                .push((card.batch, card.nik, told));
        }
        for (batch, rows) in files {
            let file = format!("hasil-{batch}.csv");
            let on = today + Duration::days(*self.dice.pick(&[0, 0, 0, 1, 3]));
            if self.dice.chance(30) {
                let half = rows
                    .iter()
                    .enumerate()
                    .map(|(index, (batch, nik, told))| (batch.clone(), nik.clone(), told.filter(|_| index % 2 == 0)));
                self.returning.push(Returning {
                    on,
                    file: file.clone(),
                    rows: half.collect(),
                });
                self.returning.push(Returning {
                    on: on + Duration::days(2),
                    file,
                    rows,
                });
            } else {
                self.returning.push(Returning { on, file, rows });
            }
        }
    }

    /// What happens by hand on some days.
    fn interfere(&mut self, today: NaiveDate) {
        let noon = today.and_hms_opt(12, 0, 0).unwrap();
        match today.day() {
            1 => self.blanks(noon, "add", 60),
            9 => self.blanks(noon, "add", 40),
            13 => self.blanks(noon, "count", 22),
            16 => self.blanks(noon, "add", 30),
            23 => self.blanks(noon, "add", 300),
            5 | 11 | 26 => self.expedite(noon),
            6 | 7 => self.reassign(noon),
            12 | 21 => self.top_up(noon),
            14 | 22 => self.walk_in(noon),
            8 | 15 => self.correct(noon),
            17 => self.overtime(noon),
            18 | 25 => self.release(noon),
            _ => {}
        }
    }

    fn at(&self, at: Time) -> String {
        at.format("%Y-%m-%dT%H:%M").to_string()
    }

    fn blanks(&mut self, at: Time, what: &str, count: usize) {
        self.office
            .run(&self.at(at), &["blanks", what, &count.to_string()])
            .ends_with(0);
        match what {
            "add" => self.model.add_blanks(count),
            _ => self.model.count_blanks(count),
        }
    }

    fn expedite(&mut self, at: Time) {
        let Some(last) = self.model.ready(at).pop() else { return };
        self.office
            .run(&self.at(at), &["expedite", &last.nik, "--reason", "berangkat umrah"])
            .ends_with(0);
        self.model.expedited.push((last.nik.clone(), at));
        let shown = self.office.json(&self.at(at), &["reconcile"]);
        let app = list(&shown, "applications")
            .iter()
            .find(|app| app["nik"] == last.nik)
            .unwrap();
        assert_ne!(app["explanation"], "", "an expedited application says so");
    }

    /// An operator falls ill: where another has room he takes the rest, else it is refused and nothing changes.
    fn reassign(&mut self, at: Time) {
        let open = |card: &&Card| card.state == CardState::Open && card.date >= at.date();
        let Some(batch) = self.model.cards.iter().find(open).map(|card| card.batch.clone()) else {
            return;
        };
        let cards: Vec<Card> = self
            .model
            .cards
            .iter()
            .filter(|c| c.batch == batch && c.state == CardState::Open)
            .cloned()
            .collect();
        let (date, from) = (cards[0].date, cards[0].operator.clone());
        let capacities = self.model.capacities(date, &[], &[]);
        for (to, capacity) in capacities.iter().filter(|(name, _)| *name != from) {
            let free = capacity.saturating_sub(self.model.taken(date, to));
            let command = ["batch", "reassign", &batch, "--to", to];
            if free < cards.len() {
                self.office.run(&self.at(at), &command).ends_with(1);
                continue;
            }
            self.office.run(&self.at(at), &command).ends_with(0);
            let shown = self.office.json(&self.at(at), &["reconcile", "--category", "assigned"]);
            self.adopt_new_batches(&shown, &cards, to);
            return;
        }
    }

    /// Cards that now stand in another batch: the name of it is the binary's to choose.
    fn adopt_new_batches(&mut self, shown: &Value, moved: &[Card], operator: &str) {
        let names: BTreeMap<&str, &str> = list(shown, "applications")
            .iter()
            .map(|app| (text(app, "nik"), text(app, "batch")))
            .collect();
        for old in moved {
            let card = self
                .model
                .cards
                .iter_mut()
                .find(|card| card.batch == old.batch && card.nik == old.nik)
                .unwrap();
            card.state = CardState::Withdrawn;
            let batch = names[old.nik.as_str()].to_owned();
            assert_ne!(batch, old.batch);
            let moved = Card {
                batch,
                operator: operator.to_owned(),
                asked: false,
                ..old.clone()
            };
            self.model.cards.push(moved);
        }
    }

    /// New registrations of the morning go into further batches of a day that has some.
    fn top_up(&mut self, at: Time) {
        let date = self.model.settings.next_batch_day(at - Duration::days(1));
        let date = date.max(at.date());
        let as_of = self.at(at);
        let date_text = date.to_string();
        let shown = self.office.json(&as_of, &["batch", "--date", &date_text, "--top-up"]);
        let capacities = self.model.capacities(date, &[], &[]);
        self.check_plan(&shown, date, at, capacities, self.model.allowed(None), Planning::TopUp);
    }

    /// A Saturday: an explicit date on a closed day is allowed, with other capacities and so many blanks.
    fn overtime(&mut self, at: Time) {
        let away = self.model.settings.operators[1].name;
        let first = self.model.settings.operators[0].name;
        let capacity = format!("{first}=4");
        let date = at.date() + Duration::days(1);
        let date_text = date.to_string();
        let arguments = [
            "batch",
            "--date",
            &date_text,
            "--away",
            away,
            "--capacity",
            &capacity,
            "--blanks",
            "3",
            "--format",
            "json",
        ];
        let dry: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
        let as_of = self.at(at);
        let before = self.office.tree("outbox");
        let rehearsed = self.office.run(&as_of, &dry).ends_with(0);
        assert_eq!(before, self.office.tree("outbox"), "a dry run writes nothing");
        let run = self.office.run(&as_of, &arguments).ends_with(0);
        assert_ne!(run.stderr, "", "printing on a Sunday is worth a warning");
        assert_eq!(rehearsed.json()["planned"], run.json()["planned"]);
        let capacities = self.model.capacities(date, &[away], &[(first, 4)]);
        let allowed = self.model.allowed(Some((3, 0)));
        self.check_plan(&run.json(), date, at, capacities, allowed, Planning::Given(3));
        let past = (at.date() - Duration::days(1)).to_string();
        let code = self.office.run(&as_of, &["batch", "--date", &past]).code;
        assert!(matches!(code, 1 | 2), "no day in the past: {code}");
    }

    fn walk_in(&mut self, at: Time) {
        let Some(app) = self.model.ready(at).pop() else { return };
        let open = self
            .model
            .cards
            .iter()
            .find(|card| card.state == CardState::Open)
            .cloned();
        let mut table = vec![words(&["nik", "name", "result", "operator", "note"])];
        table.push(words(&[&app.nik, &app.name, "printed", "ibrahim", "menunggu di loket"]));
        let refused = u64::from(open.is_some());
        table.extend(open.map(|card| words(&[&card.nik, "", "printed", "ibrahim", "tergesa"])));
        let path = self.office.put("walk-in.csv", &csv_text(&table));
        let path = path.to_str().unwrap();
        let plain = self
            .office
            .json(&self.at(at), &["import", "results", path, "--dry-run"]);
        assert_eq!(
            plain[0]["rejected"],
            table.len() as u64 - 1,
            "no batch, no --walk-in: rejected\n{plain:#}"
        );
        let shown = self
            .office
            .json(&self.at(at), &["import", "results", "--walk-in", path]);
        let got = (&shown[0]["rows"], &shown[0]["added"], &shown[0]["rejected"]);
        assert_eq!(got, (&(1 + refused).into(), &1.into(), &refused.into()), "{shown:#}");
        self.model.walk_in(&app.nik, at);
        self.world.print(&app.nik, at.date());
        let again = self
            .office
            .json(&self.at(at), &["import", "results", "--walk-in", path]);
        assert_eq!(
            (&again[0]["added"], &again[0]["rejected"]),
            (&0.into(), &refused.into()),
            "{again:#}"
        );
    }

    /// A result was wrong: a contradiction is rejected, unless it is meant.
    fn correct(&mut self, at: Time) {
        let printed = |card: &&Card| {
            let only = self.model.cards.iter().filter(|other| other.nik == card.nik).count() == 1;
            only && matches!(card.state, CardState::Answered(Answer::Printed, _))
        };
        let Some(card) = self.model.cards.iter().find(printed).cloned() else {
            return;
        };
        let rows = [(card.batch, card.nik, Some(Answer::Spoiled))];
        let path = self.office.put("betul.csv", &results_csv(&rows));
        let path = path.to_str().unwrap();
        for (correct, flags) in [(false, &[][..]), (true, &["--correct"][..])] {
            let arguments: Vec<&str> = ["import", "results", path].iter().chain(flags).copied().collect();
            let shown = self.office.json(&self.at(at), &arguments);
            let counts = self.model.results(&rows, at, correct);
            check_counts(&shown[0], counts);
        }
    }

    /// The oldest batch without answers is taken back; where the queue says that a card exists, only by force.
    fn release(&mut self, at: Time) {
        let is_old = |card: &&Card| card.state == CardState::Open && card.date < at.date() - Duration::days(4);
        let Some(batch) = self.model.cards.iter().find(is_old).map(|card| card.batch.clone()) else {
            return;
        };
        let issued = self.model.cards.iter().any(|card| {
            let issued = self
                .model
                .entries
                .get(&card.nik)
                .is_some_and(|entry| entry.row.status.starts_with("CARD_"));
            card.batch == batch && card.state == CardState::Open && card.reprint.is_none() && issued
        });
        let as_of = self.at(at);
        let plain = self.office.run(&as_of, &["batch", "release", &batch]);
        if issued {
            plain.ends_with(1);
            self.office
                .run(&as_of, &["batch", "release", &batch, "--force"])
                .ends_with(0);
        } else {
            plain.ends_with(0);
        }
        for card in self
            .model
            .cards
            .iter_mut()
            .filter(|c| c.batch == batch && c.state == CardState::Open)
        {
            card.state = CardState::Withdrawn;
        }
        self.returning
            .retain(|file| !file.rows.iter().any(|row| row.0 == batch));
    }

    // --- the night ---------------------------------------------------------------------------------------------

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
        let shown = self.office.json(&when, &["nightly"]);
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
        self.check_nobody_twice();
        if tonight.day().is_multiple_of(3) {
            self.check_again(as_of, &shown);
        }
    }

    /// The equation of every file, new and old.
    fn check_imports(&mut self, shown: &Value) {
        let reports = list(shown, "imports");
        let names: Vec<String> = reports.iter().map(|report| inbox_path(text(report, "file"))).collect();
        let expected: BTreeSet<&String> = self.inbox.keys().collect();
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>(),
            expected,
            "every file of the inbox is reported once"
        );
        for (report, path) in reports.iter().zip(names) {
            let hash = sha256(&self.office.read(&path));
            assert_eq!(report["sha256"], hash, "{path}");
            let counts = match self.imported.get(&hash) {
                Some((rows, rejected)) => Counts {
                    rows: *rows,
                    unchanged: rows - rejected,
                    rejected: *rejected,
                    ..Counts::default()
                },
                None => self.inbox[&path],
            };
            check_counts(report, counts);
            self.imported.insert(hash, (counts.rows, counts.rejected));
            match counts.rejected {
                0 => assert_eq!(report["rejects_file"], Value::Null),
                _ => {
                    let rows = csv_rows(&self.office.read(text(report, "rejects_file"))).len() as u64;
                    assert_eq!(rows, counts.rejected, "{path}");
                }
            }
        }
    }

    /// The day's plan: who, how many, by whom; then the model takes it over.
    fn check_plan(
        &mut self,
        shown: &Value,
        date: NaiveDate,
        as_of: Time,
        capacities: Vec<(String, usize)>,
        allowed: usize,
        planning: Planning,
    ) {
        let blanks = match planning {
            Planning::Given(count) => Some(count),
            _ => self.model.blanks(),
        };
        assert_eq!(shown["date"], date.to_string());
        assert_eq!(shown["blanks"], blanks.map_or(Value::Null, Value::from), "{shown:#}");
        let together: usize = capacities.iter().map(|(_, cards)| cards).sum();
        assert_eq!(shown["capacity"], together);
        let batches = self.read_batches(shown, date);
        let known: BTreeSet<(String, String)> = self
            .model
            .cards
            .iter()
            .map(|card| (card.batch.clone(), card.nik.clone()))
            .collect();
        let total: usize = batches.iter().map(|batch| batch.niks.len()).sum();
        assert_eq!(shown["planned"], total, "{shown:#}");
        let ready = self.model.ready(as_of);
        let rooms: Vec<(String, usize)> = capacities
            .iter()
            .map(|(name, cards)| (name.clone(), cards.saturating_sub(self.model.taken(date, name))))
            .collect();
        let fresh: Vec<FreshBatch> = batches
            .into_iter()
            .filter(|batch| {
                batch
                    .niks
                    .iter()
                    .any(|nik| !known.contains(&(batch.name.clone(), nik.clone())))
            })
            .collect();
        if matches!(planning, Planning::Again) {
            assert!(fresh.is_empty(), "a second run adds nothing: {shown:#}");
            assert_eq!(
                shown["left_over"],
                ready.len(),
                "{as_of} {shown:#}\n{}",
                self.differing_ready(&ready, as_of)
            );
            return;
        }
        let free: usize = rooms.iter().map(|(_, cards)| cards).sum();
        let limit = free.min(allowed).min(ready.len());
        let chosen: BTreeSet<&String> = ready[..limit].iter().map(|app| &app.nik).collect();
        let planned: BTreeSet<&String> = fresh.iter().flat_map(|batch| &batch.niks).collect();
        let told = format!("{as_of}: limit {limit} of {free}, {allowed}, {}", ready.len());
        assert_eq!(planned, chosen, "nobody earlier in the same class is left over: {told}");
        let left = &ready[limit..];
        assert_eq!(
            shown["left_over"],
            left.len(),
            "{told}\n{}",
            self.differing_ready(left, as_of)
        );
        check_shares(&fresh, &rooms, limit);
        check_runs(&fresh, &rooms, &ready);
        self.take_over(fresh, &ready, date);
    }

    /// Who is ready by the binary or by the model, but not by both.
    fn differing_ready(&self, ready: &[App], as_of: Time) -> String {
        let shown = self.office.json(&self.at(as_of), &["reconcile", "--category", "ready"]);
        let shown: BTreeSet<&str> = list(&shown, "applications")
            .iter()
            .map(|app| text(app, "nik"))
            .collect();
        let model: BTreeSet<&str> = ready.iter().map(|app| app.nik.as_str()).collect();
        let differing = shown.symmetric_difference(&model);
        let told = differing.map(|nik| {
            format!(
                "{nik}: {:#?}\n{:#?}",
                self.model.application(nik, as_of),
                self.model.entries.get(*nik)
            )
        });
        told.collect()
    }

    fn read_batches(&self, shown: &Value, date: NaiveDate) -> Vec<FreshBatch> {
        let mut batches = Vec::new();
        for batch in list(shown, "batches") {
            let bytes = self.office.read(text(batch, "file"));
            assert_eq!(batch["sha256"], sha256(&bytes));
            let header = "batch,seq,nik,name,birth_date,district,village,request_no,reason,waiting_since,days_waiting,result,note";
            let text_of = String::from_utf8(bytes.clone()).unwrap();
            assert_eq!(
                text_of.trim_start_matches('\u{feff}').lines().next().unwrap().trim(),
                header
            );
            let rows = csv_rows(&bytes);
            assert_eq!(batch["cards"], rows.len());
            for row in &rows {
                assert_eq!(row["batch"], text(batch, "batch"));
                let since: String = row["waiting_since"].chars().take(10).collect();
                assert!(
                    day(&since) <= date && row["result"].is_empty() && row["note"].is_empty(),
                    "{row:?}"
                );
            }
            batches.push(FreshBatch {
                name: text(batch, "batch").to_owned(),
                operator: text(batch, "operator").to_owned(),
                niks: rows.iter().map(|row| row["nik"].clone()).collect(),
                since: rows.iter().map(|row| row["waiting_since"].clone()).collect(),
            });
        }
        batches
    }

    fn take_over(&mut self, fresh: Vec<FreshBatch>, ready: &[App], date: NaiveDate) {
        for batch in fresh {
            for (nik, since) in batch.niks.into_iter().zip(batch.since) {
                let app = ready.iter().find(|app| app.nik == nik).unwrap();
                assert!(
                    since.starts_with(&app.waiting_since.format("%Y-%m-%d").to_string()),
                    "{nik} {since}"
                );
                self.model.cards.push(Card {
                    batch: batch.name.clone(),
                    operator: batch.operator.clone(),
                    date,
                    state: CardState::Open,
                    reprint: app.reprint,
                    ready_since: app.ready_since.flatten().unwrap(),
                    asked: false,
                    entry_at: self.model.entries.get(&nik).and_then(|entry| entry.row.at),
                    nik,
                });
            }
        }
    }

    /// Every application, field by field.
    fn check_standing(&self, as_of: Time) {
        let shown = self.office.json(&self.at(as_of), &["reconcile", "--all"]);
        assert_eq!(shown["as_of"], self.iso(as_of));
        let expected = self.model.applications(as_of);
        let mut got: BTreeMap<&str, &Value> = BTreeMap::new();
        for app in list(&shown, "applications") {
            let twice = got.insert(text(app, "nik"), app);
            assert!(
                twice.is_none() || text(app, "category") == "unreadable_nik",
                "twice in the list: {app:#}"
            );
        }
        let mut count: BTreeMap<&str, u64> = BTreeMap::new();
        for app in &expected {
            *count.entry(app.category).or_default() += 1;
            if app.category != "unreadable_nik" {
                let shown = got.get(app.nik.as_str());
                let shown = shown.unwrap_or_else(|| panic!("{as_of}: missing {app:#?}"));
                self.check_application(app, shown, as_of);
            }
        }
        let held = |all: &mut dyn Iterator<Item = (String, String)>| all.collect::<BTreeSet<_>>();
        let unreadable = |app: &&Value| app["category"] == "unreadable_nik";
        let shown_held = held(
            &mut list(&shown, "applications")
                .iter()
                .filter(unreadable)
                .map(|app| (text(app, "nik").to_owned(), text(app, "waiting_since").to_owned())),
        );
        let expected_held = held(
            &mut expected
                .iter()
                .filter(|app| app.category == "unreadable_nik")
                .map(|app| (app.nik.clone(), self.iso(app.waiting_since))),
        );
        assert_eq!(shown_held.len(), expected_held.len());
        let moments = |set: &BTreeSet<(String, String)>| set.iter().map(|one| one.1.clone()).collect::<BTreeSet<_>>();
        assert_eq!(moments(&shown_held), moments(&expected_held));
        assert_eq!(
            list(&shown, "applications").len(),
            expected.len(),
            "{as_of}: nobody is invented"
        );
        for (category, number) in shown["counts"].as_object().unwrap() {
            let expected = count.get(category.as_str()).unwrap_or(&0);
            assert_eq!(
                number,
                expected,
                "{as_of} {category}: {:#?}",
                self.wrong.borrow().last()
            );
        }
    }

    /// Field by field; what differs is collected, so that one night shows all of it.
    fn check_application(&self, app: &App, shown: &Value, as_of: Time) {
        let moment = |at: Option<Time>| at.map_or(Value::Null, |at| Value::from(self.iso(at)));
        let mut expected = vec![
            ("category", Value::from(app.category)),
            ("owner", app.owner.into()),
            ("registrations", app.registrations.into()),
            ("registered_at", moment(app.registered_at)),
            ("waiting_since", moment(Some(app.waiting_since))),
            ("days_waiting", app.days(as_of).into()),
            ("batch", app.batch.clone().map_or(Value::Null, Value::from)),
            ("district", app.district.clone().into()),
            ("village", app.village.clone().into()),
            ("candidate_nik", Value::Null),
            ("candidate_name", Value::Null),
            ("candidate_score", Value::Null),
        ];
        expected.extend(app.queued_at.map(|queued| ("queued_at", moment(queued))));
        expected.extend(app.ready_since.map(|ready| ("ready_since", moment(ready))));
        expected.extend(app.status.clone().map(|status| ("status", status.into())));
        let mut wrong: Vec<String> = expected
            .iter()
            .filter(|(key, value)| shown[key] != *value)
            .map(|(key, value)| format!("{key} is {} and ought to be {value}", shown[key]))
            .collect();
        if text(shown, "name").to_uppercase() != app.name.to_uppercase() {
            wrong.push(format!("name is {} and ought to be {}", shown["name"], app.name));
        }
        let action = text(shown, "action");
        let from_when = app
            .of_age
            .is_none_or(|day| action.contains(&day.year().to_string()) && action.contains(&day.day().to_string()));
        if action.is_empty() || !from_when {
            wrong.push(format!("action is {action:?}; of age {:?}", app.of_age));
        }
        if !wrong.is_empty() {
            let entry = self.model.entries.get(&app.nik);
            let told = format!("{as_of} {}: {}\n{app:#?}\n{entry:#?}", app.nik, wrong.join("; "));
            self.wrong.borrow_mut().push(told);
        }
    }

    fn compare(&self, got: &Value, expected: &Value, what: &str) {
        if got != expected {
            self.wrong
                .borrow_mut()
                .push(format!("{what} is {got} and ought to be {expected}"));
        }
    }

    /// Fails where any application was not as the model says.
    fn check_nothing_wrong(&self) {
        let wrong = self.wrong.borrow();
        let mut known = BTreeSet::new();
        let heads = wrong
            .iter()
            .filter_map(|one| one.lines().next())
            .filter(|head| known.insert(&head[19.min(head.len())..]));
        let heads: Vec<String> = heads.map(|head| head.chars().take(400).collect()).take(60).collect();
        assert!(
            wrong.is_empty(),
            "{} wrong\n{}\n{}",
            wrong.len(),
            wrong[0],
            heads.join("\n")
        );
    }

    fn check_night_totals(&self, shown: &Value, as_of: Time) {
        let all = self.model.applications(as_of);
        let stuck = all
            .iter()
            .filter(|app| app.is_open() && app.days(as_of) > self.model.settings.stuck_days)
            .count();
        assert_eq!(shown["as_of"], self.iso(as_of));
        assert_eq!(shown["stuck"]["days"], self.model.settings.stuck_days);
        self.compare(
            &shown["stuck"]["total"],
            &stuck.into(),
            &format!("{as_of} stuck in nightly"),
        );
        for (category, number) in shown["counts"].as_object().unwrap() {
            let expected = all.iter().filter(|app| app.category == category).count();
            assert_eq!(number, expected, "{as_of} {category}");
        }
        for file in list(shown, "files") {
            self.office.read(file.as_str().unwrap());
        }
    }

    fn check_stuck(&self, as_of: Time) {
        for working in [false, true] {
            let mut arguments = vec!["stuck", "--days", "3"];
            arguments.extend(working.then_some("--working-days"));
            let shown = self.office.json(&self.at(as_of), &arguments);
            let days = |app: &App| match working {
                true => self.model.settings.working_days(app.waiting_since.date(), as_of.date()),
                false => app.days(as_of),
            };
            let mut stuck: Vec<App> = self.model.applications(as_of);
            stuck.retain(|app| app.is_open() && days(app) > 3);
            stuck.sort_by_key(|app| app.waiting_since);
            self.compare(
                &shown["total"],
                &stuck.len().into(),
                &format!("{as_of} stuck, working {working}"),
            );
            let moments: Vec<String> = stuck.iter().map(|app| self.iso(app.waiting_since)).collect();
            let got: Vec<&str> = list(&shown, "applications")
                .iter()
                .map(|app| text(app, "waiting_since"))
                .collect();
            assert!(got.is_sorted(), "oldest first: {got:?}");
            let count = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
            let (got, moments) = (count(got), count(moments.iter().map(String::as_str).collect()));
            if got != moments {
                let differing: Vec<_> = got.symmetric_difference(&moments).collect();
                self.wrong
                    .borrow_mut()
                    .push(format!("{as_of} stuck, working {working}: {differing:?}"));
            }
            let mut owners: BTreeMap<&str, u64> = BTreeMap::new();
            let mut categories: BTreeMap<&str, u64> = BTreeMap::new();
            for app in &stuck {
                *owners.entry(app.owner).or_default() += 1;
                *categories.entry(app.category).or_default() += 1;
            }
            for (part, expected) in [("by_owner", owners), ("by_category", categories)] {
                let shown = shown[part].as_object().unwrap();
                let got: BTreeMap<&str, u64> = shown
                    .iter()
                    .map(|(key, count)| (key.as_str(), count.as_u64().unwrap()))
                    .collect();
                let got: BTreeMap<&str, u64> = got.into_iter().filter(|(_, count)| *count > 0).collect();
                if got != expected {
                    self.wrong
                        .borrow_mut()
                        .push(format!("{as_of} {part}: {got:?} and ought to be {expected:?}"));
                }
            }
            for part in ["by_district", "by_age"] {
                let sum: u64 = shown[part]
                    .as_object()
                    .unwrap()
                    .values()
                    .map(|count| count.as_u64().unwrap())
                    .sum();
                assert_eq!(shown["total"], sum, "{part}");
            }
        }
    }

    /// A card is in at most one open batch, and printed once for each queue entry or registration that asks for it.
    fn check_nobody_twice(&self) {
        let mut open: BTreeSet<&String> = BTreeSet::new();
        let mut printed: BTreeMap<&String, Vec<&Card>> = BTreeMap::new();
        for card in &self.model.cards {
            match card.state {
                CardState::Open => assert!(open.insert(&card.nik), "{} stands in two open batches", card.nik),
                CardState::Answered(Answer::Printed, _) => printed.entry(&card.nik).or_default().push(card),
                _ => {}
            }
        }
        for (nik, cards) in printed {
            let rights: BTreeSet<_> = cards.iter().map(|card| (card.reprint, card.entry_at)).collect();
            assert_eq!(
                rights.len(),
                cards.len(),
                "{nik} was printed twice on one right: {cards:#?}"
            );
        }
    }

    /// The same night again: nothing is added, and every file stays as it is, byte for byte.
    fn check_again(&self, as_of: Time, first: &Value) {
        let before = self.office.tree("outbox");
        let again = self.office.json(&self.at(as_of), &["nightly"]);
        for report in list(&again, "imports") {
            for bucket in ["added", "changed", "held", "left"] {
                assert_eq!(report[bucket], 0, "{report:#}");
            }
        }
        for part in ["counts", "stuck", "batch", "as_of", "files"] {
            self.compare(&again[part], &first[part], &format!("{as_of} {part} of the second run"));
        }
        let after = self.office.tree("outbox");
        let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&before), names(&after));
        for (path, bytes) in &before {
            if after[path] != *bytes {
                let path = path.rsplit('/').next().unwrap();
                self.wrong
                    .borrow_mut()
                    .push(format!("{as_of} {path} has changed in the second run"));
            }
        }
        let planned = self.office.json(&self.at(as_of), &["batch"]);
        self.compare(&planned, &first["batch"], &format!("{as_of} batch after nightly"));
        assert_eq!(self.office.tree("outbox"), after);
        self.office.run(&self.at(as_of), &["check"]).done_or_person();
    }
}

/// How a plan came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planning {
    First,
    Again,
    TopUp,
    Given(usize),
}

/// A batch as its file shows it.
struct FreshBatch {
    name: String,
    operator: String,
    niks: Vec<String>,
    since: Vec<String>,
}

/// No operator above the cap, and none more than one card away from the share.
fn check_shares(fresh: &[FreshBatch], rooms: &[(String, usize)], limit: usize) {
    let free: usize = rooms.iter().map(|(_, cards)| cards).sum();
    for (name, room) in rooms {
        let own: usize = fresh
            .iter()
            .filter(|batch| batch.operator == *name)
            .map(|batch| batch.niks.len())
            .sum();
        assert!(own <= *room, "{name} has room for {room}, and got {own}");
        if free > 0 {
            let share = limit as f64 * *room as f64 / free as f64;
            assert!(
                (own as f64 - share).abs() <= 1.0,
                "{name}: {own} of {limit}, the share is {share}"
            );
        }
    }
    for batch in fresh {
        assert!(
            !batch.niks.is_empty() && rooms.iter().any(|(name, _)| *name == batch.operator),
            "{}",
            batch.name
        );
    }
}

/// The batches one behind the other are sorted by district, village and waiting: each is one run.
fn check_runs(fresh: &[FreshBatch], rooms: &[(String, usize)], ready: &[App]) {
    let mut run = Vec::new();
    for (name, _) in rooms {
        for nik in fresh
            .iter()
            .filter(|batch| batch.operator == *name)
            .flat_map(|batch| &batch.niks)
        {
            let app = ready.iter().find(|app| app.nik == *nik).unwrap();
            run.push((app.district.clone(), app.village.clone(), app.waiting_since));
        }
    }
    assert!(run.is_sorted(), "whole neighbourhoods, in order: {run:#?}");
}

/// The buckets of one file, and their sum.
fn check_counts(report: &Value, counts: Counts) {
    let number = |key: &str| report[key].as_u64().unwrap();
    let got = Counts {
        rows: number("rows"),
        added: number("added"),
        changed: number("changed"),
        unchanged: number("unchanged"),
        held: number("held"),
        rejected: number("rejected"),
        left: number("left"),
    };
    assert_eq!(got, counts, "{report:#}");
    assert_eq!(
        got.rows,
        got.added + got.changed + got.unchanged + got.held + got.rejected,
        "the equation: {report:#}"
    );
}

/// A field of JSON that must be text; a missing one is empty.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A field of JSON that must be a list.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no list {key} in {value:#}"))
}

fn inbox_path(file: &str) -> String {
    let start = file
        .find("inbox/")
        .unwrap_or_else(|| panic!("{file} is not in the inbox"));
    file[start..].to_owned()
}

fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// A link export as a Google Form writes it.
pub fn links_csv(rows: &[LinkRow], zone: &str) -> String {
    let header = [
        "Timestamp",
        "NIK (16 digit)",
        "Nomor KK",
        "Nama Lengkap",
        "No. HP / WA",
        "Kecamatan",
        "Kelurahan",
        "Alasan",
    ];
    let mut table = vec![words(&header)];
    for row in rows {
        let stamp = |at: Time| format!("{} {zone}", at.format("%Y/%m/%d %-I:%M:%S %p"));
        let at = row.at.map_or("kemarin sore".to_owned(), stamp);
        let mut cells = words(&[
            &at,
            &row.nik,
            &row.kk,
            &row.name,
            &row.phone,
            &row.district,
            &row.village,
            &row.reason,
        ]);
        cells.extend(row.too_long.then(|| "sel berlebih".to_owned()));
        table.push(cells);
    }
    csv_text(&table)
}

/// A queue export in the population system's columns.
pub fn queue_csv(rows: &[QueueRow]) -> String {
    let header = [
        "NIK",
        "NAMA_LGKP",
        "TGL_LHR",
        "NO_KK",
        "NAMA_KEC",
        "NAMA_KEL",
        "EKTP_CURRENT_STATUS_CODE",
        "EKTP_UPDATED_DATE",
        "STAT_HIDUP",
        "FLAG_PINDAH",
    ];
    let mut table = vec![words(&header)];
    for row in rows {
        let at = row
            .at
            .map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string());
        let (alive, moved) = (if row.alive { "1" } else { "0" }, if row.moved { "Y" } else { "T" });
        let birth = row.birth.to_string();
        table.push(words(&[
            &row.nik,
            &row.name,
            &birth,
            &row.kk,
            &row.district,
            &row.village,
            &row.status_text,
            &at,
            alive,
            moved,
        ]));
    }
    csv_text(&table)
}

fn results_csv(rows: &[(String, String, Option<Answer>)]) -> String {
    let mut table = vec![words(&["batch", "nik", "result", "note"])];
    for (batch, nik, answer) in rows {
        table.push(words(&[batch, nik, answer.map_or("", Answer::word), ""]));
    }
    csv_text(&table)
}

fn run_nights(play: &mut Play, nights: i64) {
    for night in 0..nights {
        play.night(day("2021-06-28") + Duration::days(night));
    }
    play.check_nothing_wrong();
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
