//! `cetak batch list`: the batches that still wait for results.

use crate::commands::Outcome;
use crate::commands::listing::ListArgs;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::card::CardState;
use crate::messages::{batch as words, columns};
use crate::outputs::batch_files::belongs;
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::Store;
use crate::store::records::BatchFilter;
use anyhow::Result;
use clap::Args;
use serde::Serialize;

/// Arguments of `batch list`.
#[derive(Debug, Args)]
pub(super) struct BatchListArgs {
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Serialize)]
struct OpenBatch {
    batch: String,
    date: String,
    operator: String,
    capacity: u32,
    cards: u64,
    unanswered: u64,
}

pub(super) fn run(context: &mut Context, args: &BatchListArgs) -> Result<Outcome> {
    args.list.check()?;
    let office = Office::open(context, Access::Read)?;
    let open: Vec<OpenBatch> = office.store.read(|facts| {
        let line = |batch: crate::domain::card::Batch| {
            let cards = facts.cards(&batch.name)?;
            Ok(OpenBatch {
                date: batch.date.to_string(),
                operator: batch.operator,
                capacity: batch.capacity,
                cards: u64::try_from(cards.iter().filter(|card| belongs(card)).count())?,
                unanswered: u64::try_from(cards.iter().filter(|card| card.state == CardState::Open).count())?,
                batch: batch.name,
            })
        };
        facts.batches(BatchFilter::Open)?.into_iter().map(line).collect()
    })?;
    args.list.show(
        context,
        || Ok(serde_json::json!({ "batches": open })),
        || listing(context, &open),
    )?;
    if args.list.is_screen() && open.is_empty() {
        context.ui.note(words::no_open_batches(context.lang));
    }
    Ok(Outcome::Done)
}

fn listing(context: &Context, open: &[OpenBatch]) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let row = |batch: &OpenBatch| {
        vec![
            Cell::Text(batch.batch.clone()),
            Cell::Text(batch.date.clone()),
            Cell::Text(batch.operator.clone()),
            Cell::Count(i64::from(batch.capacity)),
            count(batch.cards),
            count(batch.unanswered),
        ]
    };
    Listing {
        title: words::open_title(context.lang).to_owned(),
        columns: vec![
            column("batch", Kind::Text),
            column("date", Kind::Text),
            column("operator", Kind::Text),
            column("capacity", Kind::Number),
            column("cards", Kind::Number),
            column("unanswered", Kind::Number),
        ],
        rows: open.iter().map(row).collect(),
    }
}
