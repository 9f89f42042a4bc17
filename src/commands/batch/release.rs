//! `cetak batch release`: the cards without an answer go back to the pool, recorded.

use super::files::rewrite_day;
use crate::commands::Outcome;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::card::{Batch, Card, CardState, PrintRight};
use crate::messages::{Failure, batch as words};
use crate::store::records::{BatchFilter, Event};
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;

/// Arguments of `batch release`.
#[derive(Debug, Args)]
pub(super) struct ReleaseArgs {
    #[arg(value_name = "BATCH")]
    batch: String,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long)]
    force: bool,
}

pub(super) fn run(context: &mut Context, args: &ReleaseArgs) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    let (date, released) = office.store.write(|ledger| {
        let (batch, open) = open_cards(ledger, &args.batch)?;
        let issued = issued_in_queue(ledger, &open)?;
        if issued > 0 && !args.force {
            return Err(Failure::IssuedInQueue {
                batch: batch.name,
                cards: issued,
            }
            .into());
        }
        for card in &open {
            ledger.withdraw_card(&card.batch, card.seq, context.as_of)?;
        }
        let released = u64::try_from(open.len())?;
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: "batch_released".to_owned(),
            subject: batch.name,
            note: args.reason.clone(),
            count: Some(released),
        })?;
        Ok((batch.date, released))
    })?;
    rewrite_day(context, &mut office, date)?;
    context.ui.note(words::released(context.lang, &args.batch, released));
    Ok(Outcome::Done)
}

/// Finds a batch and its cards without an answer.
pub(super) fn open_cards(facts: &(impl Facts + ?Sized), name: &str) -> Result<(Batch, Vec<Card>)> {
    let unknown = || Failure::UnknownBatch { batch: name.to_owned() };
    let batch = facts
        .batches(BatchFilter::All)?
        .into_iter()
        .find(|batch| batch.name == name)
        .ok_or_else(unknown)?;
    let mut cards = facts.cards(name)?;
    cards.retain(|card| card.state == CardState::Open);
    if cards.is_empty() {
        return Err(Failure::NothingOpen { batch: name.to_owned() }.into());
    }
    Ok((batch, cards))
}

/// Counts the cards that the queue says were issued, though no result came back. The cards of reprints stand under
/// the status of the card before them, so there the queue says nothing about this one.
fn issued_in_queue(facts: &(impl Facts + ?Sized), cards: &[Card]) -> Result<u32> {
    let mut issued = 0;
    for card in cards.iter().filter(|card| matches!(card.right, PrintRight::Entry(_))) {
        let entry = facts.dossier(card.cells.nik)?.and_then(|dossier| dossier.entry);
        issued += u32::from(entry.is_some_and(|entry| entry.row.status.is_issued()));
    }
    Ok(issued)
}
