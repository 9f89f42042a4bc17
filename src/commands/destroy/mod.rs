//! `cetak destroy`: spoiled and surrendered cards, listed and burned by name, with the record of it.

mod record;

use super::Outcome;
use super::listing::{Format, ListArgs};
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::destruction::{DeadCard, DueCard};
use crate::messages::Failure;
use crate::messages::destroy::{self as words, DestroyFailure};
use crate::outputs::destruction::due_listing;
use crate::store::Store;
use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;

/// What is done about cards that must go.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)] // the words stand in messages::help
pub enum DestroyCommand {
    List(DestroyListArgs),
    Record(record::RecordArgs),
}

/// Arguments of `destroy list`.
#[derive(Debug, Args)]
pub struct DestroyListArgs {
    #[arg(long, value_name = "N")]
    record: Option<u32>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Serialize)]
struct DueReport {
    as_of: String,
    total: u64,
    cards: Vec<CardLine>,
}

/// A card that is or was to be destroyed, as data.
#[derive(Serialize)]
struct CardLine {
    nik: String,
    name: String,
    request_no: Option<String>,
    kind: &'static str,
    at: String,
    batch: Option<String>,
    seq: Option<u32>,
    cause: Option<String>,
}

/// Runs `destroy`.
///
/// # Errors
/// Wrong usage, nothing to destroy, or a fault of the store; nothing was recorded then.
pub fn run(context: &mut Context, command: &DestroyCommand) -> Result<Outcome> {
    match command {
        DestroyCommand::List(args) => list(context, args),
        DestroyCommand::Record(args) => record::run(context, args),
    }
}

fn list(context: &Context, args: &DestroyListArgs) -> Result<Outcome> {
    args.list.check()?;
    let office = Office::open(context, Access::Read)?;
    if let Some(number) = args.record {
        let found = office.store.read(|facts| facts.destruction(number))?;
        let found = found.ok_or(Failure::Destroy(DestroyFailure::NoRecord { number }))?;
        return record::show(context, &args.list, &found);
    }
    let cards = office.store.read(|facts| facts.cards_to_destroy())?;
    let total = u64::try_from(cards.len())?;
    let data = || {
        Ok(serde_json::to_value(DueReport {
            as_of: context.as_of.iso(context.zone()),
            total,
            cards: cards.iter().map(|card| card_line(context, card)).collect(),
        })?)
    };
    let listing = || due_listing(words::due_title(context.lang), &cards, context.lang, context.zone());
    args.list.show(context, data, listing)?;
    if args.list.is_screen() {
        context.ui.note(words::due(context.lang, total));
    }
    Ok(Outcome::Done)
}

fn card_line(context: &Context, card: &DueCard) -> CardLine {
    let (batch, seq, cause) = match &card.what {
        DeadCard::Spoiled { batch, seq, cause } => (Some(batch.clone()), Some(*seq), cause.clone()),
        DeadCard::Surrendered => (None, None, None),
    };
    CardLine {
        nik: card.nik.digits(),
        name: card.name.clone(),
        request_no: card.request_no.clone(),
        kind: card.what.code(),
        at: card.at.iso(context.zone()),
        batch,
        seq,
        cause,
    }
}

/// Tells whether a list is to be a page: a file whose name ends in `.html`, where no other format was asked for.
fn is_page(list: &ListArgs) -> bool {
    let has_end = |end: &str| {
        let path = list.output.as_deref();
        path.and_then(std::path::Path::extension)
            .is_some_and(|found| found.eq_ignore_ascii_case(end))
    };
    list.format == Format::Table && (has_end("html") || has_end("htm"))
}
