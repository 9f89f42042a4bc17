//! `cetak blanks`: the ledger of empty cards.

use super::Outcome;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::blanks::{BlankEvent, BlankMove, ledger_stock};
use crate::messages::{columns, small as words};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::records::Event;
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;

/// What is done with the ledger.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)] // the words stand in messages::help
pub enum BlanksCommand {
    Add(MoveArgs),
    Count(MoveArgs),
    Report(BlanksReportArgs),
}

/// Arguments of `blanks add` and `blanks count`.
#[derive(Debug, Args)]
pub struct MoveArgs {
    #[arg(value_name = "N")]
    blanks: u32,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Arguments of `blanks report`.
#[derive(Debug, Args)]
pub struct BlanksReportArgs {
    #[command(flatten)]
    list: ListArgs,
}

/// The ledger as data.
#[derive(Debug, Serialize)]
struct LedgerReport {
    as_of: String,
    on_hand: Option<u64>,
    open_cards: u64,
    used_since_count: u64,
    missing: u64,
    events: Vec<LedgerLine>,
}

#[derive(Debug, Serialize)]
struct LedgerLine {
    at: String,
    what: &'static str,
    count: u32,
    user: String,
    note: Option<String>,
}

/// Runs `blanks`.
///
/// # Errors
/// Wrong usage, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, command: &BlanksCommand) -> Result<Outcome> {
    match command {
        BlanksCommand::Add(args) => record(context, BlankMove::Added(args.blanks), args.note.as_deref()),
        BlanksCommand::Count(args) => record(context, BlankMove::Counted(args.blanks), args.note.as_deref()),
        BlanksCommand::Report(args) => report(context, args),
    }
}

fn record(context: &mut Context, movement: BlankMove, note: Option<&str>) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    let (action, count) = match movement {
        BlankMove::Added(count) => ("blanks_added", count),
        BlankMove::Counted(count) => ("blanks_counted", count),
    };
    let (before, after) = office.store.write(|ledger| {
        let before = on_hand(ledger)?;
        ledger.add_blank_event(&BlankEvent {
            at: context.as_of,
            recorded: 0,
            movement,
            user: context.user.clone(),
            note: note.map(str::to_owned),
        })?;
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: action.to_owned(),
            subject: String::new(),
            note: note.map(str::to_owned),
            count: Some(u64::from(count)),
        })?;
        Ok((before, on_hand(ledger)?))
    })?;
    context.ui.note(words::blanks_recorded(
        context.lang,
        movement,
        before.map(|stock| stock.left),
        after.map_or(0, |s| s.left),
    ));
    Ok(Outcome::Done)
}

/// What the ledger comes to.
#[derive(Clone, Copy, Debug)]
pub struct Stock {
    /// Blanks on hand.
    pub left: u64,
    /// Blanks used since the last count.
    pub used: u64,
    /// Blanks that were used though the ledger had none: a count is missing.
    pub missing: u64,
}

/// Adds up the ledger; `None` where nobody ever added or counted blanks.
///
/// # Errors
/// Those of the store.
pub fn on_hand(facts: &(impl Facts + ?Sized)) -> Result<Option<Stock>> {
    let Some(stock) = ledger_stock(&facts.blank_events()?) else {
        return Ok(None);
    };
    let used = facts.blanks_used_after(stock.used_after)?;
    let blanks = u64::from(stock.blanks);
    Ok(Some(Stock {
        left: blanks.saturating_sub(used),
        used,
        missing: used.saturating_sub(blanks),
    }))
}

fn report(context: &mut Context, args: &BlanksReportArgs) -> Result<Outcome> {
    args.list.check()?;
    let office = Office::open(context, Access::Read)?;
    let (stock, open_cards, events) = office
        .store
        .read(|facts| Ok((on_hand(facts)?, facts.open_cards()?, facts.blank_events()?)))?;
    let line = |event: &BlankEvent| {
        let (what, count) = match event.movement {
            BlankMove::Added(count) => ("added", count),
            BlankMove::Counted(count) => ("counted", count),
        };
        let at = event.at.iso(context.zone());
        LedgerLine {
            at,
            what,
            count,
            user: event.user.clone(),
            note: event.note.clone(),
        }
    };
    let report = LedgerReport {
        as_of: context.as_of.iso(context.zone()),
        on_hand: stock.map(|stock| stock.left),
        open_cards,
        used_since_count: stock.map_or(0, |stock| stock.used),
        missing: stock.map_or(0, |stock| stock.missing),
        events: events.iter().map(line).collect(),
    };
    args.list.show(
        context,
        || Ok(serde_json::to_value(&report)?),
        || listing(context, &events),
    )?;
    if args.list.is_screen() {
        context.ui.note(words::blanks_balance(
            context.lang,
            stock.map(|stock| (stock.left, stock.missing)),
            open_cards,
        ));
    }
    Ok(Outcome::Done)
}

fn listing(context: &Context, events: &[BlankEvent]) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let row = |event: &BlankEvent| {
        let (what, count) = words::blank_move(context.lang, event.movement);
        vec![
            Cell::Moment(event.at),
            Cell::Text(what.to_owned()),
            Cell::Count(i64::from(count)),
            Cell::Text(event.user.clone()),
            event.note.clone().map_or(Cell::Empty, Cell::Text),
        ]
    };
    Listing {
        title: words::blanks_title(context.lang).to_owned(),
        columns: vec![
            column("at", Kind::Moment),
            column("what", Kind::Text),
            column("count", Kind::Number),
            column("user", Kind::Text),
            column("note", Kind::Text),
        ],
        rows: events.iter().map(row).collect(),
    }
}
