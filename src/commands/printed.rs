//! `cetak printed`: cards printed at the counter, in no batch. Each uses a blank and closes its application.

use super::Outcome;
use super::blanks::on_hand;
use super::expedite::trusted_nik;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::application::Category;
use crate::domain::card::CardResult;
use crate::domain::dossier::WalkIn;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::reconcile::reconcile_one;
use crate::domain::results::{ResultFate, ResultPolicy, ResultRow, WalkInsBefore, judge_walk_in};
use crate::domain::slips::one_slip_away;
use crate::messages::counter::{self as words, CounterFailure};
use crate::messages::{Failure, terms};
use crate::store::records::Event;
use crate::store::{Facts, Ledger, Store};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeSet;

/// Arguments of `printed`.
#[derive(Debug, Args)]
pub struct PrintedArgs {
    #[arg(value_name = "NIK", required = true)]
    nik: Vec<String>,
    #[arg(long, value_name = "NAME")]
    operator: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long)]
    force: bool,
}

/// One card, judged.
struct Judged {
    nik: Nik,
    name: String,
    /// Why it is refused.
    fault: Option<String>,
    doubt: Option<Doubt>,
}

/// What does not stop a print, but must be said.
enum Doubt {
    /// Nothing is known of the NIK; these known ones are a slip away.
    Unknown(Vec<Nik>),
    /// The application was not ready.
    NotReady(Category),
}

/// Runs `printed`.
///
/// # Errors
/// Wrong usage, a card that is in an open batch or printed already, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, args: &PrintedArgs) -> Result<Outcome> {
    let niks = args
        .nik
        .iter()
        .map(|text| trusted_nik(text))
        .collect::<Result<BTreeSet<Nik>>>()?;
    let operator = known_operator(context, &args.operator)?;
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(Failure::EmptyReason.into());
    }
    let mut office = Office::open(context, Access::Write)?;
    let mut step = |ledger: &mut dyn Ledger| {
        let mut judged = Vec::with_capacity(niks.len());
        for nik in &niks {
            let mut card = judge(context, ledger, *nik)?;
            if let (Some(Doubt::Unknown(near)), false) = (&card.doubt, args.force || card.fault.is_some()) {
                // A print under a slip of the keyboard would let a batch print the right card once more.
                card.fault = (!near.is_empty()).then(|| unknown(context, card.nik, near));
            }
            judged.push(card);
        }
        if judged.iter().all(|card| card.fault.is_none()) {
            for card in &judged {
                record(context, ledger, card, &operator, reason)?;
            }
        }
        Ok((judged, on_hand(ledger)?.map(|stock| stock.left)))
    };
    let (judged, blanks) = office.store.write(&mut step)?;
    refuse(context, &judged)?;
    for card in &judged {
        warn(context, card);
        let shown = context.shown(card.nik);
        context
            .ui
            .note(words::printed(context.lang, &shown, &card.name, &operator));
    }
    if let Some(left) = blanks {
        context.ui.note(words::blanks_left(context.lang, left));
    }
    Ok(Outcome::Done)
}

/// Tells what the books hold of earlier prints of a NIK.
///
/// # Errors
/// Those of the store.
pub fn prints_before(context: &Context, facts: &(impl Facts + ?Sized), nik: Nik) -> Result<WalkInsBefore> {
    let standing = reconcile_one(facts, nik, &context.rules())?;
    Ok(match standing.map(|application| application.category) {
        Some(Category::Printed | Category::Collected) => WalkInsBefore::PrintedAlready,
        _ => WalkInsBefore::None,
    })
}

fn known_operator(context: &Context, name: &str) -> Result<String> {
    let settings = context.settings();
    if let Some(operator) = settings.operator(name.trim()) {
        return Ok(operator.name.clone());
    }
    if settings.operators.is_empty() {
        return Err(Failure::NoOperators.into());
    }
    let known = settings
        .operators
        .iter()
        .map(|operator| operator.name.clone())
        .collect();
    Err(Failure::UnknownOperator {
        name: name.to_owned(),
        known,
    }
    .into())
}

fn judge(context: &Context, ledger: &dyn Ledger, nik: Nik) -> Result<Judged> {
    let row = ResultRow {
        batch: None,
        seq: None,
        nik: NikReading::Trusted(nik),
        name: None,
        result: Some(CardResult::Printed),
        note: None,
        printed_at: None,
        operator: None,
    };
    let policy = ResultPolicy {
        walk_ins: true,
        corrections: false,
    };
    let before = prints_before(context, ledger, nik)?;
    let fault = match judge_walk_in(&row, &ledger.cards_of(nik)?, before, policy) {
        ResultFate::Rejected(fault) => Some(words::walk_in_fault(context.lang, &fault)),
        _ => None,
    };
    let application = reconcile_one(ledger, nik, &context.rules())?;
    let doubt = match application.as_ref().map(|application| application.category) {
        None => Some(Doubt::Unknown(ledger.known_among(&one_slip_away(&nik.digits()))?)),
        Some(Category::Ready | Category::NotRegistered) => None,
        Some(category) => Some(Doubt::NotReady(category)),
    };
    Ok(Judged {
        nik,
        name: application
            .map(|application| application.name.into())
            .unwrap_or_default(),
        fault,
        doubt,
    })
}

fn record(context: &Context, ledger: &mut dyn Ledger, card: &Judged, operator: &str, reason: &str) -> Result<()> {
    ledger.add_walk_in(&WalkIn {
        nik: card.nik,
        printed_at: context.as_of,
        operator: Some(operator.to_owned()),
        reason: Some(reason.to_owned()),
        name: (!card.name.is_empty()).then(|| card.name.clone()),
    })?;
    ledger.add_event(&Event {
        at: context.as_of,
        user: context.user.clone(),
        action: "walk_in_printed".to_owned(),
        subject: card.nik.masked(),
        note: Some(format!("{operator}: {reason}")),
        count: None,
    })
}

/// Ends the run where a card was refused; each with its reason.
fn refuse(context: &Context, judged: &[Judged]) -> Result<()> {
    let refused: Vec<CounterFailure> = judged
        .iter()
        .filter_map(|card| {
            let why = card.fault.clone()?;
            let masked = context.shown(card.nik);
            Some(CounterFailure::PrintRefused { masked, why })
        })
        .collect();
    super::handover::end_refused(context, refused, judged.len())
}

fn warn(context: &Context, card: &Judged) {
    let shown = context.shown(card.nik);
    match &card.doubt {
        None => {}
        Some(Doubt::NotReady(category)) => {
            let category = terms::category(context.lang, *category);
            context.ui.warn(words::printed_though(context.lang, &shown, category));
        }
        Some(Doubt::Unknown(near)) => context.ui.warn(unknown(context, card.nik, near)),
    }
}

fn unknown(context: &Context, nik: Nik, near: &[Nik]) -> String {
    let near: Vec<String> = near.iter().map(|nik| context.shown(*nik)).collect();
    words::printed_unknown(context.lang, &context.shown(nik), &near)
}
