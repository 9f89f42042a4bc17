//! `cetak import`: files in, each row in exactly one bucket.

mod file;
mod inbox;
mod links;
mod marks;
mod queue;
mod rejects;
mod results;

pub use inbox::{Inbox, inbox_files, is_refusal};
pub(super) use rejects::{RejectedFrom, record as reject_record, write_rows as write_rejects};

use super::Outcome;
use super::explain::explain;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::context::Context;
use crate::messages::{columns, intake as words};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::outputs::reports::ImportReport;
use anyhow::Result;
use clap::{Args, Subcommand};
use file::ReadingArgs;
use std::path::{Path, PathBuf};

/// Which files come in.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)] // the words stand in messages::help
pub enum ImportCommand {
    Links(LinksArgs),
    Queue(QueueArgs),
    Results(ResultsArgs),
}

/// What every import takes.
#[derive(Debug, Args)]
struct CommonArgs {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    list: ListArgs,
}

/// Arguments of `import links`.
#[derive(Debug, Args)]
pub struct LinksArgs {
    #[command(flatten)]
    common: CommonArgs,
}

/// Arguments of `import queue`.
#[derive(Debug, Args)]
pub struct QueueArgs {
    #[command(flatten)]
    common: CommonArgs,
    #[arg(long)]
    partial: bool,
    #[arg(long)]
    accept_shrink: bool,
    #[arg(long, value_name = "WHEN")]
    taken_at: Option<String>,
}

/// Arguments of `import results`.
#[derive(Debug, Args)]
pub struct ResultsArgs {
    #[command(flatten)]
    common: CommonArgs,
    #[arg(long)]
    walk_in: bool,
    #[arg(long)]
    correct: bool,
}

/// Runs `import`.
///
/// # Errors
/// Wrong usage, a file that is refused (nothing of it was used), or a fault of the store.
pub fn run(context: &mut Context, command: &ImportCommand) -> Result<Outcome> {
    let common = match command {
        ImportCommand::Links(args) => &args.common,
        ImportCommand::Queue(args) => &args.common,
        ImportCommand::Results(args) => &args.common,
    };
    common.list.check()?;
    let mut office = Office::open(context, Access::Write)?;
    let done = match command {
        ImportCommand::Links(args) => links::import(context, &mut office, &args.common)?,
        ImportCommand::Queue(args) => Done {
            reports: queue::import(context, &mut office, args)?,
            refused: 0,
        },
        ImportCommand::Results(args) => results::import(context, &mut office, args)?,
    };
    show(context, common, &done.reports)?;
    let person = done.refused > 0 || done.reports.iter().any(|report| report.open_rejected + report.held > 0);
    Ok(if person { Outcome::NeedsPerson } else { Outcome::Done })
}

/// What became of several files.
struct Done {
    reports: Vec<ImportReport>,
    refused: usize,
}

/// Imports files each on its own: one that is refused stops no other, and is named at once.
///
/// # Errors
/// Every file was refused (the first refusal is told), or the store fails.
fn each_alone(
    context: &Context,
    files: &[PathBuf],
    mut import: impl FnMut(&Path) -> Result<ImportReport>,
) -> Result<Done> {
    let (mut reports, mut refusals) = (Vec::new(), Vec::new());
    for path in files {
        match import(path) {
            Ok(report) => reports.push(report),
            Err(error) if is_refusal(&error) => refusals.push(error),
            Err(error) => return Err(error),
        }
    }
    let first = if reports.is_empty() {
        refusals.drain(..refusals.len().min(1)).next()
    } else {
        None
    };
    for error in &refusals {
        let told = explain(context.lang, error);
        context.ui.failure(&told.text, &told.causes, told.hint.as_slice());
    }
    match first {
        Some(error) => Err(error),
        None => Ok(Done {
            reports,
            refused: refusals.len(),
        }),
    }
}

fn show(context: &Context, common: &CommonArgs, reports: &[ImportReport]) -> Result<()> {
    let lang = context.lang;
    common.list.show(
        context,
        || Ok(serde_json::to_value(reports)?),
        || listing(context, reports),
    )?;
    for report in reports {
        for warning in &report.warnings {
            let text = words::warned(lang, &report.file, &warning.code, warning.count, warning.example_line);
            context.ui.warn(&text);
        }
        if let Some(path) = &report.rejects_file {
            context.ui.warn(words::rejects_at(lang, path));
        }
    }
    if common.dry_run && common.list.is_screen() {
        context.ui.note(words::dry_run(lang));
    }
    Ok(())
}

/// Lists the equation of each file.
pub(super) fn listing(context: &Context, reports: &[ImportReport]) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let row = |report: &ImportReport| {
        vec![
            Cell::Text(report.file.clone()),
            count(report.rows),
            count(report.added),
            count(report.changed),
            count(report.unchanged),
            count(report.held),
            count(report.rejected),
            count(report.left),
        ]
    };
    Listing {
        title: words::title(context.lang).to_owned(),
        columns: vec![
            column("file", Kind::Text),
            column("rows", Kind::Number),
            column("added", Kind::Number),
            column("changed", Kind::Number),
            column("unchanged", Kind::Number),
            column("held", Kind::Number),
            column("rejected", Kind::Number),
            column("left", Kind::Number),
        ],
        rows: reports.iter().map(row).collect(),
    }
}
