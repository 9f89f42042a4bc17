//! Every answer of a night held against the model: files, applications, totals, what is stuck, and the second run.

use super::Play;
use crate::harness::{csv_rows, sha256};
use crate::model::{Answer, App, Card, CardState, Counts, Time};
use chrono::Datelike;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

impl Play {
    /// A dry run shows the numbers that the import itself will have, and changes nothing (or the night would show it).
    pub(super) fn rehearse(&self, when: &str) {
        let before = self.office.tree("outbox");
        for (path, counts) in &self.inbox {
            let kind = path.split('/').nth(1).unwrap();
            let is_known = self.imported.contains_key(&sha256(&self.office.read(path)));
            // Halves of an export and older snapshots depend on what came before them.
            let stands_alone = path.ends_with("pendaftaran.csv") || kind != "links";
            if is_known || !stands_alone {
                continue;
            }
            let file = self.office.home().join(path);
            let shown = self
                .office
                .json(when, &["import", kind, file.to_str().unwrap(), "--dry-run"]);
            check_counts(&shown[0], *counts);
        }
        assert_eq!(self.office.tree("outbox"), before);
    }

    /// A file that was refused: named, exit code 3, told again the next time, and nothing of it was used (which the
    /// checks of the night itself show).
    pub(super) fn check_refused(&self, path: &str, when: &str, shown: &Value) {
        let name = path.rsplit('/').next().unwrap();
        let named = |shown: &Value| {
            list(shown, "attention")
                .iter()
                .any(|one| text(one, "hint").contains(name))
        };
        assert!(named(shown), "{name} is named: {:#}", shown["attention"]);
        let again = self
            .office
            .run(when, &["nightly", "--format", "json"])
            .ends_with(3)
            .json();
        assert!(named(&again));
        std::fs::remove_file(self.office.home().join(path)).unwrap();
    }

    /// The equation of every file, new and old.
    pub(super) fn check_imports(&mut self, shown: &Value) {
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
            let repeated = |warning: &Value| warning["code"] == "repeated_in_snapshot" && warning["count"] == 1;
            if path.contains("inbox/queue") && !self.imported.contains_key(&hash) {
                let is_repeated = list(report, "warnings").iter().any(repeated);
                assert_eq!(
                    is_repeated,
                    path.contains("0703") || path.contains("0710") || path.contains("0717") || path.contains("0724"),
                    "{report:#}"
                );
            }
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

    /// Every application, field by field.
    pub(super) fn check_standing(&self, as_of: Time) {
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
    pub(super) fn check_application(&self, app: &App, shown: &Value, as_of: Time) {
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

    pub(super) fn compare(&self, got: &Value, expected: &Value, what: &str) {
        if got != expected {
            self.wrong
                .borrow_mut()
                .push(format!("{what} is {got} and ought to be {expected}"));
        }
    }

    /// Fails where any application was not as the model says.
    pub(super) fn check_nothing_wrong(&self) {
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

    pub(super) fn check_night_totals(&self, shown: &Value, as_of: Time) {
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

    pub(super) fn check_stuck(&self, as_of: Time) {
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

    /// Cards that nobody collects, from the day of the print.
    pub(super) fn check_uncollected(&self, as_of: Time) {
        let shown = self
            .office
            .json(&self.at(as_of), &["stuck", "--days", "4", "--category", "printed"]);
        let waits = |app: &App| {
            app.printed_at
                .is_some_and(|at| (as_of.date() - at.date()).num_days() > 4)
        };
        let mut expected: Vec<String> = self
            .model
            .applications(as_of)
            .into_iter()
            .filter(waits)
            .map(|app| app.nik)
            .collect();
        let mut got: Vec<&str> = list(&shown, "applications")
            .iter()
            .map(|app| text(app, "nik"))
            .collect();
        expected.sort();
        got.sort_unstable();
        assert_eq!(got, expected, "{as_of}: printed and not collected");
        assert_eq!(shown["total"], got.len());
    }

    /// A card is in at most one open batch, and printed once for each queue entry or registration that asks for it.
    pub(super) fn check_nobody_twice(&self) {
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
    pub(super) fn check_again(&self, as_of: Time, first: &Value) {
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

/// The buckets of one file, and their sum.
pub(super) fn check_counts(report: &Value, counts: Counts) {
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

pub(super) fn inbox_path(file: &str) -> String {
    let start = file
        .find("inbox/")
        .unwrap_or_else(|| panic!("{file} is not in the inbox"));
    file[start..].to_owned()
}
