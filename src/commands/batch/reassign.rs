//! `cetak batch reassign`: an operator fell ill; who is there takes the cards without an answer.

use super::files::rewrite_day;
use super::plan::{batch_name, day_batches, ordinals};
use super::release::open_cards;
use crate::commands::Outcome;
use crate::commands::office::{Access, Office};
use crate::config::{Operator, same_name};
use crate::context::Context;
use crate::domain::card::{Batch, Card};
use crate::messages::{Failure, batch as words};
use crate::outputs::batch_files::belongs;
use crate::store::records::Event;
use crate::store::{Ledger, Store};
use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;

/// Arguments of `batch reassign`.
#[derive(Debug, Args)]
pub(super) struct ReassignArgs {
    #[arg(value_name = "BATCH")]
    batch: String,
    #[arg(long, value_name = "NAME")]
    to: String,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &ReassignArgs) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    let Some(operator) = context.settings().operator(&args.to) else {
        let known = context
            .settings()
            .operators
            .iter()
            .map(|operator| operator.name.clone())
            .collect();
        return Err(Failure::UnknownOperator {
            name: args.to.clone(),
            known,
        }
        .into());
    };
    let (date, taken) = office.store.write(|ledger| hand_on(context, ledger, args, operator))?;
    rewrite_day(context, &mut office, date)?;
    context
        .ui
        .note(words::reassigned(context.lang, &args.batch, &taken.name, taken.cards));
    Ok(Outcome::Done)
}

/// The batch that took the cards over.
struct Taken {
    name: String,
    cards: u64,
}

fn hand_on(
    context: &Context,
    ledger: &mut dyn Ledger,
    args: &ReassignArgs,
    operator: &Operator,
) -> Result<(NaiveDate, Taken)> {
    let (batch, open) = open_cards(ledger, &args.batch)?;
    refuse(ledger, &batch, operator, open.len())?;
    let ordinal = ordinals(&day_batches(ledger, batch.date)?)
        .get(&operator.name.to_lowercase())
        .copied()
        .unwrap_or(0)
        + 1;
    let name = batch_name(batch.date, &operator.file_name, ordinal);
    for card in &open {
        ledger.withdraw_card(&card.batch, card.seq, context.as_of)?;
    }
    let moved: Vec<Card> = (1..)
        .zip(open)
        .map(|(seq, card)| Card {
            batch: name.clone(),
            seq,
            asked: false,
            ..card
        })
        .collect();
    let taker = Batch {
        name: name.clone(),
        date: batch.date,
        operator: operator.name.clone(),
        ordinal,
        capacity: operator.capacity,
        planned_at: context.as_of,
    };
    ledger.add_batch(&taker, &moved)?;
    let cards = u64::try_from(moved.len())?;
    ledger.add_event(&Event {
        at: context.as_of,
        user: context.user.clone(),
        action: "batch_reassigned".to_owned(),
        subject: format!("{} -> {name}", batch.name),
        note: args.reason.clone(),
        count: Some(cards),
    })?;
    Ok((batch.date, Taken { name, cards }))
}

fn refuse(ledger: &mut dyn Ledger, batch: &Batch, operator: &Operator, cards: usize) -> Result<()> {
    let (name, date) = (operator.name.clone(), batch.date);
    if same_name(&batch.operator, &name) {
        return Err(Failure::SameOperator {
            batch: batch.name.clone(),
            operator: name,
        }
        .into());
    }
    if operator.is_away(date) {
        return Err(Failure::OperatorAway { operator: name, date }.into());
    }
    let day = day_batches(ledger, date)?;
    let own = day.iter().filter(|(other, _)| same_name(&other.operator, &name));
    let taken: usize = own
        .map(|(_, cards)| cards.iter().filter(|card| belongs(card)).count())
        .sum();
    let free = operator.capacity.saturating_sub(u32::try_from(taken)?);
    let cards = u32::try_from(cards)?;
    if cards > free {
        return Err(Failure::OperatorFull {
            operator: name,
            date,
            free,
            cards,
        }
        .into());
    }
    Ok(())
}
