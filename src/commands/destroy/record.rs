//! `cetak destroy record`: what was burned, when, where and before whom; recorded once, and written to be signed.

use super::{CardLine, card_line, is_page};
use crate::commands::Outcome;
use crate::commands::listing::{Format, ListArgs};
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::destruction::{Destruction, destroyed_by, witnesses};
use crate::messages::Failure;
use crate::messages::destroy::{self as words, DestroyFailure};
use crate::outputs::destruction::{Paper, due_listing, record_page};
use crate::outputs::file::write_whole;
use crate::outputs::xlsx;
use crate::store::Store;
use crate::store::records::Event;
use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

/// Arguments of `destroy record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    #[arg(long, value_name = "NAME", required = true)]
    witness: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    place: String,
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Serialize)]
struct RecordReport {
    as_of: String,
    record: u32,
    destroyed_on: String,
    place: String,
    witnesses: Vec<String>,
    spoiled: u64,
    surrendered: u64,
    cards: Vec<CardLine>,
}

pub(super) fn run(context: &Context, args: &RecordArgs) -> Result<Outcome> {
    let list = by_name(&args.list);
    list.check()?;
    let day = day(context, args)?;
    let (witnesses, place) = (witnesses(&args.witness), one_line(&args.place));
    if witnesses.is_empty() {
        return Err(Failure::Destroy(DestroyFailure::NoWitness).into());
    }
    if place.is_empty() {
        return Err(Failure::Destroy(DestroyFailure::NoPlace).into());
    }
    let mut office = Office::open(context, Access::Write)?;
    let destruction = office.store.write(|ledger| {
        let cards = destroyed_by(ledger.cards_to_destroy()?, day, context.zone());
        if cards.is_empty() {
            return Err(Failure::Destroy(DestroyFailure::NothingDue { day }).into());
        }
        let mut destruction = Destruction {
            number: 0,
            destroyed_on: day,
            place: place.clone(),
            witnesses: witnesses.clone(),
            recorded_at: context.as_of,
            user: context.user.clone(),
            cards,
        };
        destruction.number = ledger.add_destruction(&destruction)?;
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: "cards_destroyed".to_owned(),
            subject: destruction.number.to_string(),
            note: Some(format!("{day}, {place}: {}", witnesses.join(", "))),
            count: Some(u64::try_from(destruction.cards.len())?),
        })?;
        Ok(destruction)
    })?;
    context.ui.note(words::recorded(context.lang, &destruction));
    if list.output.is_some() || list.format != Format::Table {
        return show(context, &list, &destruction);
    }
    for path in write_both(context, &office, &destruction)? {
        context.ui.note(words::written(context.lang, &path));
    }
    Ok(Outcome::Done)
}

/// Writes a record in the format asked for: a page where the file's name says so.
pub(super) fn show(context: &Context, list: &ListArgs, destruction: &Destruction) -> Result<Outcome> {
    let list = by_name(list);
    if is_page(&list) {
        list.put(context, page(context, destruction).as_bytes())?;
        return Ok(Outcome::Done);
    }
    let data = || Ok(serde_json::to_value(report(context, destruction))?);
    list.show(context, data, || listing(context, destruction))?;
    Ok(Outcome::Done)
}

/// A spreadsheet is meant where the file's name ends in `.xlsx`.
fn by_name(list: &ListArgs) -> ListArgs {
    let path = list.output.as_deref();
    let is_sheet = path
        .and_then(std::path::Path::extension)
        .is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let mut list = list.clone();
    if list.format == Format::Table && is_sheet {
        list.format = Format::Xlsx;
    }
    list
}

/// Writes the page and the spreadsheet to the outbox of the day.
fn write_both(context: &Context, office: &Office, destruction: &Destruction) -> Result<Vec<String>> {
    let folder = office.home.outbox(destruction.destroyed_on);
    office.home.make_private_folder(&folder)?;
    let relative = office.home.outbox_relative(destruction.destroyed_on);
    let name = words::file_name(context.lang, destruction.number);
    let sheet = xlsx::bytes(
        &listing(context, destruction),
        context.as_of,
        context.zone(),
        context.lang,
    )?;
    let files = [("html", page(context, destruction).into_bytes()), ("xlsx", sheet)];
    let mut written = Vec::new();
    for (end, bytes) in files {
        write_whole(&folder.join(format!("{name}.{end}")), &bytes)?;
        written.push(format!("{relative}/{name}.{end}"));
    }
    Ok(written)
}

fn page(context: &Context, destruction: &Destruction) -> String {
    let paper = Paper {
        lang: context.lang,
        zone: context.zone(),
        office: context.settings().office.name.as_deref(),
        reveal: context.ui.screen().reveal,
    };
    record_page(destruction, paper)
}

fn listing(context: &Context, destruction: &Destruction) -> crate::outputs::listing::Listing {
    let title = words::record_title(context.lang);
    let title = format!("{title} {}", destruction.destroyed_on);
    due_listing(&title, &destruction.cards, context.lang, context.zone())
}

fn report(context: &Context, destruction: &Destruction) -> RecordReport {
    let (spoiled, surrendered) = destruction.parts();
    RecordReport {
        as_of: context.as_of.iso(context.zone()),
        record: destruction.number,
        destroyed_on: destruction.destroyed_on.to_string(),
        place: destruction.place.clone(),
        witnesses: destruction.witnesses.clone(),
        spoiled,
        surrendered,
        cards: destruction.cards.iter().map(|card| card_line(context, card)).collect(),
    }
}

fn day(context: &Context, args: &RecordArgs) -> Result<NaiveDate> {
    let today = context.as_of.day(context.zone());
    let day = args.date.as_deref().map_or(Ok(today), |text| context.day(text))?;
    if day > today {
        return Err(Failure::Destroy(DestroyFailure::Future { day, today }).into());
    }
    Ok(day)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
