//! What happens in the office by day: cards are printed, operators fall ill, blanks arrive, mistakes are put right.

use super::papers::{queue_csv, results_csv, words};
use super::plan_checks::Planning;
use super::standing_checks::{check_counts, list, text};
use super::{Play, Returning};
use crate::harness::csv_text;
use crate::model::{Answer, Card, CardState, Counts, QueueRow, Time};
use chrono::{Datelike, Duration, NaiveDate};
use serde_json::Value;
use std::collections::BTreeMap;

impl Play {
    /// Today's cards are printed, spoiled or left; the files come back tonight or later, whole or in part.
    pub(super) fn print_cards(&mut self, today: NaiveDate) {
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
    pub(super) fn interfere(&mut self, today: NaiveDate) {
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
            2 | 20 => self.partial(noon),
            10 | 24 => self.older(noon),
            27 => self.in_parts(noon),
            18 | 25 => self.release(noon),
            _ => {}
        }
    }

    pub(super) fn blanks(&mut self, at: Time, what: &str, count: usize) {
        self.office
            .run(&self.at(at), &["blanks", what, &count.to_string()])
            .ends_with(0);
        match what {
            "add" => self.model.add_blanks(count),
            _ => self.model.count_blanks(count),
        }
    }

    pub(super) fn expedite(&mut self, at: Time) {
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
    pub(super) fn reassign(&mut self, at: Time) {
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
    pub(super) fn adopt_new_batches(&mut self, shown: &Value, moved: &[Card], operator: &str) {
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
    pub(super) fn top_up(&mut self, at: Time) {
        let date = self.model.settings.next_batch_day(at - Duration::days(1));
        let date = date.max(at.date());
        let as_of = self.at(at);
        let date_text = date.to_string();
        let shown = self.office.json(&as_of, &["batch", "--date", &date_text, "--top-up"]);
        let capacities = self.model.capacities(date, &[], &[]);
        self.check_plan(&shown, date, at, capacities, self.model.allowed(None), Planning::TopUp);
    }

    /// A Saturday: an explicit date on a closed day is allowed, with other capacities and so many blanks.
    pub(super) fn overtime(&mut self, at: Time) {
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

    /// A part of the queue at noon, first rehearsed: the same numbers, and nothing leaves.
    fn partial(&mut self, at: Time) {
        let rows: Vec<QueueRow> = self.world.queue(at.date()).into_iter().step_by(3).collect();
        let path = self.office.put("sebagian.csv", &queue_csv(&rows));
        let taken = self.at(at);
        let arguments = [
            "import",
            "queue",
            path.to_str().unwrap(),
            "--partial",
            "--taken-at",
            &taken,
            "--format",
            "json",
        ];
        let dry: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
        let rehearsed = self.office.run(&taken, &dry).done_or_person().json();
        let shown = self.office.run(&taken, &arguments).done_or_person().json();
        let counts = self.model.partial_queue(&rows, at);
        check_counts(&shown[0], counts);
        check_counts(&rehearsed[0], counts);
        let again = self.office.run(&taken, &arguments).done_or_person().json();
        let rejected = counts.rejected;
        check_counts(
            &again[0],
            Counts {
                rows: counts.rows,
                unchanged: counts.rows - rejected,
                rejected,
                ..Counts::default()
            },
        );
    }

    /// A snapshot that is older than the newest known is refused by hand, and changes nothing.
    fn older(&mut self, at: Time) {
        let rows = self.world.queue(at.date() - Duration::days(3));
        let name = format!("antrean-{}.csv", at.date() - Duration::days(3));
        let path = self.office.put(&name, &queue_csv(&rows));
        let now = self.at(at);
        let before = self.office.json(&now, &["reconcile", "--all"]);
        let run = self
            .office
            .run(&now, &["import", "queue", path.to_str().unwrap()])
            .ends_with(1);
        assert!(run.stderr.contains(&name), "{run:?}");
        assert_eq!(self.office.json(&now, &["reconcile", "--all"]), before);
    }

    /// Several files in one call are one snapshot; what left stands in the last object.
    fn in_parts(&mut self, at: Time) {
        let mut rows = self.world.queue(at.date());
        let gone = rows.remove(rows.len() / 2);
        let (one, other) = rows.split_at(rows.len() / 3);
        let paths = [("bagian-1.csv", one), ("bagian-2.csv", other)]
            .map(|(name, rows)| self.office.put(name, &queue_csv(rows)).to_str().unwrap().to_owned());
        let taken = self.at(at);
        let shown = self
            .office
            .json(&taken, &["import", "queue", &paths[0], &paths[1], "--taken-at", &taken]);
        let counts = self.model.queue(&rows, at);
        assert!(!self.model.entries[&gone.nik].present && counts.left > 0);
        let sum = |key: &str| {
            shown
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part[key].as_u64().unwrap())
                .sum::<u64>()
        };
        let got = ["rows", "added", "changed", "unchanged", "rejected"].map(sum);
        assert_eq!(
            got,
            [
                counts.rows,
                counts.added,
                counts.changed,
                counts.unchanged,
                counts.rejected
            ],
            "{shown:#}"
        );
        assert_eq!((&shown[0]["left"], &shown[1]["left"]), (&0.into(), &counts.left.into()));
    }

    pub(super) fn walk_in(&mut self, at: Time) {
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
    pub(super) fn correct(&mut self, at: Time) {
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
    pub(super) fn release(&mut self, at: Time) {
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
}
