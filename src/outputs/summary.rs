//! The summary of a night as text: what came in, what is stuck and whose move it is, what is printed by whom, and what
//! needs a person.

use super::reports::{ImportReport, NightlyReport, StuckReport};
use crate::domain::application::Category;
use crate::domain::harmless::harmless_lines;
use crate::domain::masking::mask_numbers;
use crate::domain::record_status::Owner;
use crate::messages::nightly::{self as words, Attention};
use crate::messages::number::{cards, grouped};
use crate::messages::{Lang, terms};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// What the summary is made of.
#[derive(Debug)]
pub struct NightSummary<'a> {
    /// The office's name.
    pub office: Option<&'a str>,
    /// The local time of the run.
    pub at: NaiveDateTime,
    /// The day that was planned.
    pub date: NaiveDate,
    /// The contract's report.
    pub report: &'a NightlyReport,
    /// What is stuck, added up.
    pub stuck: &'a StuckReport,
    /// Stuck applications by owner and category.
    pub stuck_parts: &'a BTreeMap<(Owner, Category), u64>,
    /// The longest wait among them, days.
    pub longest_days: Option<u32>,
    /// What needs a person.
    pub attention: &'a [Attention],
}

/// Renders the summary.
pub fn render(lang: Lang, night: &NightSummary) -> String {
    let [came_in, standing, stuck, printed, person] = words::headings(lang);
    let parts = [
        (came_in, imports(lang, &night.report.imports)),
        (standing, standings(lang, &night.report.counts)),
        (stuck, stuck_lines(lang, night)),
        (printed, printed_lines(lang, night)),
        (person, attention_lines(lang, night.attention)),
    ];
    let mut text = words::title(lang, night.office, night.at);
    text.push('\n');
    for (heading, lines) in parts {
        text.push('\n');
        text += heading;
        text.push('\n');
        for line in lines {
            text += "  ";
            text += &line;
            text.push('\n');
        }
    }
    // Names of the office, of operators and of files are other people's text.
    mask_numbers(&harmless_lines(&text)).into_owned()
}

fn imports(lang: Lang, imports: &[ImportReport]) -> Vec<String> {
    if imports.is_empty() {
        return vec![words::nothing_new(lang).to_owned()];
    }
    let line = |file: &ImportReport| {
        let buckets = [
            file.added,
            file.changed,
            file.unchanged,
            file.held,
            file.rejected,
            file.left,
        ];
        let name = file.file.rsplit('/').next().unwrap_or(&file.file);
        let name = super::harmless::harmless(name);
        format!(
            "{:<13} {name}  {}",
            words::kind(lang, file.kind),
            words::rows(lang, file.rows, buckets)
        )
    };
    imports.iter().map(line).collect()
}

fn standings(lang: Lang, counts: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let width = counts
        .values()
        .map(|count| grouped(lang, *count).len())
        .max()
        .unwrap_or(1);
    let line = |category: &Category| {
        let count = counts.get(category.code()).copied().filter(|count| *count > 0)?;
        Some(format!(
            "{:>width$}  {}",
            grouped(lang, count),
            terms::category(lang, *category)
        ))
    };
    let lines: Vec<String> = Category::ALL.iter().filter_map(line).collect();
    match lines.is_empty() {
        true => vec![words::nobody_needed(lang).to_owned()],
        false => lines,
    }
}

fn stuck_lines(lang: Lang, night: &NightSummary) -> Vec<String> {
    let mut lines = vec![words::stuck(
        lang,
        night.stuck.total,
        night.stuck.days,
        night.longest_days,
    )];
    for owner in Owner::ALL {
        let parts: Vec<_> = night
            .stuck_parts
            .iter()
            .filter(|((whose, _), _)| *whose == owner)
            .collect();
        let total: u64 = parts.iter().map(|(_, count)| **count).sum();
        if total > 0 {
            let named: Vec<String> = parts
                .iter()
                .map(|((_, category), count)| {
                    format!("{} {}", terms::category(lang, *category), grouped(lang, **count))
                })
                .collect();
            lines.push(words::whose_move(lang, owner, total, &named.join(", ")));
        }
    }
    lines
}

fn printed_lines(lang: Lang, night: &NightSummary) -> Vec<String> {
    let batch = &night.report.batch;
    let mut lines = vec![words::printed_on(
        lang,
        night.date,
        batch.planned,
        batch.left_over,
        batch.blanks,
    )];
    let width = batch
        .batches
        .iter()
        .map(|line| line.operator.chars().count())
        .max()
        .unwrap_or(0);
    lines.extend(batch.batches.iter().map(|line| {
        let operator = super::harmless::harmless(&line.operator);
        format!("{operator:<width$}  {}  {}", cards(lang, line.cards), line.file)
    }));
    lines
}

fn attention_lines(lang: Lang, attention: &[Attention]) -> Vec<String> {
    if attention.is_empty() {
        return vec![words::nobody_needed(lang).to_owned()];
    }
    let lines = attention.iter().map(|one| {
        let (what, cure) = one.text(lang);
        format!(
            "{}\n    -> {}",
            super::harmless::harmless(&what),
            super::harmless::harmless(&cure)
        )
    });
    lines.collect()
}
