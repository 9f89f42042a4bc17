//! `cetak blanks`: the book of empty cards. Results and walk-in prints use blanks by themselves; the rest is recorded here.

mod report;

use super::Outcome;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::blanks::{BlankEvent, BlankMove, ledger_stock};
use crate::messages::Failure;
use crate::messages::blanks::{self as words, BlanksFailure};
use crate::store::records::Event;
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::{Args, Subcommand};

/// What is done with the book.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)] // the words stand in messages::help
pub enum BlanksCommand {
    Add(MoveArgs),
    Count(MoveArgs),
    Damaged(MoveArgs),
    Returned(MoveArgs),
    Report(BlanksReportArgs),
}

/// Arguments of the movements.
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

/// Runs `blanks`.
///
/// # Errors
/// Wrong usage, more blanks taken away than there are, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, command: &BlanksCommand) -> Result<Outcome> {
    let (movement, args) = match command {
        BlanksCommand::Add(args) => (BlankMove::Added(args.blanks), args),
        BlanksCommand::Count(args) => (BlankMove::Counted(args.blanks), args),
        BlanksCommand::Damaged(args) => (BlankMove::Damaged(args.blanks), args),
        BlanksCommand::Returned(args) => (BlankMove::Returned(args.blanks), args),
        BlanksCommand::Report(args) => return report::run(context, &args.list),
    };
    record(context, movement, args.note.as_deref())
}

fn record(context: &mut Context, movement: BlankMove, note: Option<&str>) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    let (action, count, is_taken_away) = match movement {
        BlankMove::Added(count) => ("blanks_added", count, false),
        BlankMove::Counted(count) => ("blanks_counted", count, false),
        BlankMove::Damaged(count) => ("blanks_damaged", count, true),
        BlankMove::Returned(count) => ("blanks_returned", count, true),
    };
    let (before, after) = office.store.write(|ledger| {
        let before = on_hand(ledger)?;
        let left = before.map_or(0, |stock| stock.left);
        if is_taken_away && u64::from(count) > left {
            let asked = u64::from(count);
            return Err(Failure::Blanks(BlanksFailure::TooFew { left, asked }).into());
        }
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
    context.ui.note(words::recorded(
        context.lang,
        movement,
        before.map(|stock| stock.left),
        after.map_or(0, |stock| stock.left),
    ));
    Ok(Outcome::Done)
}

/// What the book comes to.
#[derive(Clone, Copy, Debug)]
pub struct Stock {
    /// Blanks on hand.
    pub left: u64,
    /// Blanks used since the last count.
    pub used: u64,
    /// Blanks that were used though the book had none: a count is missing.
    pub missing: u64,
}

/// Adds up the book; `None` where nobody ever recorded blanks.
///
/// # Errors
/// Those of the store.
pub fn on_hand(facts: &(impl Facts + ?Sized)) -> Result<Option<Stock>> {
    let Some(stock) = ledger_stock(&facts.blank_events()?) else {
        return Ok(None);
    };
    let used = facts.blanks_used_after(stock.used_after)?;
    let left = stock.blanks.saturating_sub(i64::try_from(used)?);
    Ok(Some(Stock {
        left: u64::try_from(left).unwrap_or(0),
        used,
        missing: u64::try_from(left.saturating_neg()).unwrap_or(0),
    }))
}
