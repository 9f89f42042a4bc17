//! `cetak batch`: plan a day, and what may happen to a batch afterwards.

mod choosing;
mod files;
mod list;
mod plan;
mod reassign;
mod release;

pub use choosing::{Classes, Onlooker, ready_candidates};
pub use files::{WrittenDay, rewrite_open_days, write_day_files};
pub use plan::{DayPlan, LEFT_OVER, PlanRequest, next_batch_day, plan_day, plan_day_watched};

use super::Outcome;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::config::GREATEST_CAPACITY;
use crate::context::Context;
use crate::messages::Failure;
use crate::messages::{batch as words, columns};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::outputs::reports::{BatchLine, BatchReport};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};

/// Arguments of `batch`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BatchArgs {
    #[command(subcommand)]
    action: Option<BatchCommand>,
    #[command(flatten)]
    plan: PlanArgs,
}

#[derive(Debug, Subcommand)]
enum BatchCommand {
    List(list::BatchListArgs),
    Reassign(reassign::ReassignArgs),
    Release(release::ReleaseArgs),
}

#[derive(Debug, Args)]
struct PlanArgs {
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    #[arg(long, value_name = "NAME")]
    away: Vec<String>,
    #[arg(long, value_name = "NAME=N")]
    capacity: Vec<String>,
    #[arg(long, value_name = "N")]
    blanks: Option<u32>,
    #[arg(long)]
    top_up: bool,
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    list: ListArgs,
}

/// Runs `batch` or one of its subcommands.
///
/// # Errors
/// Wrong usage, a refusal of the rules, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, args: &BatchArgs) -> Result<Outcome> {
    match &args.action {
        None => plan(context, &args.plan),
        Some(BatchCommand::List(args)) => list::run(context, args),
        Some(BatchCommand::Reassign(args)) => reassign::run(context, args),
        Some(BatchCommand::Release(args)) => release::run(context, args),
    }
}

fn plan(context: &mut Context, args: &PlanArgs) -> Result<Outcome> {
    args.list.check()?;
    let mut office = Office::open(context, Access::Write)?;
    let date = match &args.date {
        Some(text) => context.day(text)?,
        None => next_batch_day(context)?,
    };
    if date >= context.as_of.day(context.zone()) && context.is_closed(date)? {
        context.ui.warn(words::closed_day(context.lang, date));
    }
    let request = PlanRequest {
        date,
        away: args.away.clone(),
        capacities: args.capacity.iter().map(|text| capacity(text)).collect::<Result<_>>()?,
        blanks: args.blanks,
        top_up: args.top_up,
        dry_run: args.dry_run,
    };
    let day = plan_day(context, &mut office, &request)?;
    let report = if args.dry_run {
        files::report_only(context, &office, &day)?
    } else {
        let written = write_day_files(context, &mut office, &day);
        written.with_context(|| words::plan_stands(context.lang, date))?.report
    };
    args.list.show(
        context,
        || Ok(serde_json::to_value(&report)?),
        || listing(context, &report, args.list.is_table()),
    )?;
    if args.list.is_screen() {
        context.ui.note(words::day_summary(
            context.lang,
            report.planned,
            report.left_over,
            report.capacity,
            report.blanks,
            args.dry_run,
        ));
    }
    Ok(Outcome::Done)
}

fn capacity(text: &str) -> Result<(String, u32)> {
    let bad = || Failure::BadCapacity { text: text.to_owned() };
    let (name, cards) = text.rsplit_once('=').ok_or_else(bad)?;
    let cards: u32 = cards.trim().parse().map_err(|_| bad())?;
    if cards > GREATEST_CAPACITY {
        return Err(bad().into());
    }
    Ok((name.to_owned(), cards))
}

/// Lists the batches of a day; a screen has no use for hashes.
fn listing(context: &Context, report: &BatchReport, is_screen: bool) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let row = |batch: &BatchLine| {
        let mut cells = vec![
            Cell::Text(batch.batch.clone()),
            Cell::Text(batch.operator.clone()),
            Cell::Count(i64::from(batch.capacity)),
            Cell::Count(i64::try_from(batch.cards).unwrap_or(i64::MAX)),
            Cell::Text(batch.file.clone()),
        ];
        cells.extend((!is_screen).then(|| Cell::Text(batch.sha256.clone())));
        cells
    };
    let mut columns = vec![
        column("batch", Kind::Text),
        column("operator", Kind::Text),
        column("capacity", Kind::Number),
        column("cards", Kind::Number),
        column("file", Kind::Text),
    ];
    columns.extend((!is_screen).then(|| column("sha256", Kind::Text)));
    Listing {
        title: words::day_title(context.lang, &report.date),
        columns,
        rows: report.batches.iter().map(row).collect(),
    }
}
