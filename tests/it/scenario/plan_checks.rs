//! The day's plan held against the model: who, how many, by whom, in which order.

use super::Play;
use super::standing_checks::{list, text};
use crate::harness::{csv_rows, sha256};
use crate::model::{App, Card, CardState, Time, day};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeSet;

impl Play {
    /// The day's plan: who, how many, by whom; then the model takes it over.
    pub(super) fn check_plan(
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
    pub(super) fn differing_ready(&self, ready: &[App], as_of: Time) -> String {
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

    pub(super) fn read_batches(&self, shown: &Value, date: NaiveDate) -> Vec<FreshBatch> {
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

    pub(super) fn take_over(&mut self, fresh: Vec<FreshBatch>, ready: &[App], date: NaiveDate) {
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
}

/// How a plan came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planning {
    First,
    Again,
    TopUp,
    Given(usize),
}

/// A batch as its file shows it.
pub(super) struct FreshBatch {
    name: String,
    operator: String,
    niks: Vec<String>,
    since: Vec<String>,
}

/// No operator above the cap, and none more than one card away from the share.
pub(super) fn check_shares(fresh: &[FreshBatch], rooms: &[(String, usize)], limit: usize) {
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
pub(super) fn check_runs(fresh: &[FreshBatch], rooms: &[(String, usize)], ready: &[App]) {
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
