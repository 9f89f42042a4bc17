//! `cetak log`: who did what.

use super::Outcome;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::context::Context;
use crate::messages::{columns, small as words};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::Store;
use crate::store::records::Event;
use anyhow::Result;
use clap::Args;

/// Arguments of `log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    list: ListArgs,
}

/// Runs `log`.
///
/// # Errors
/// Wrong usage, or a fault of the store.
pub fn run(context: &mut Context, args: &LogArgs) -> Result<Outcome> {
    args.list.check()?;
    let office = Office::open(context, Access::Read)?;
    let events = office.store.read(|facts| facts.events(args.limit))?;
    let data = || {
        let event = |event: &Event| {
            serde_json::json!({
                "at": event.at.iso(context.zone()),
                "user": event.user,
                "action": event.action,
                "subject": event.subject,
                "count": event.count,
                "note": event.note,
            })
        };
        Ok(serde_json::json!({ "events": events.iter().map(event).collect::<Vec<_>>() }))
    };
    args.list.show(context, data, || listing(context, &events))?;
    Ok(Outcome::Done)
}

fn listing(context: &Context, events: &[Event]) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let row = |event: &Event| {
        vec![
            Cell::Moment(event.at),
            Cell::Text(event.user.clone()),
            Cell::Text(words::log_action(context.lang, &event.action).to_owned()),
            Cell::Text(event.subject.clone()),
            event
                .count
                .and_then(|count| i64::try_from(count).ok())
                .map_or(Cell::Empty, Cell::Count),
            event.note.clone().map_or(Cell::Empty, Cell::Text),
        ]
    };
    Listing {
        title: words::log_title(context.lang).to_owned(),
        columns: vec![
            column("at", Kind::Moment),
            column("user", Kind::Text),
            column("what", Kind::Text),
            column("subject", Kind::Text),
            column("count", Kind::Number),
            column("note", Kind::Text),
        ],
        rows: events.iter().map(row).collect(),
    }
}
