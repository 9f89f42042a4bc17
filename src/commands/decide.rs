//! `cetak decide`: whether a registration and an entry are one person, decided by a person and recorded.

use super::Outcome;
use super::expedite::trusted_nik;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::application::{Application, Category, Reason};
use crate::domain::deciding::{Ask, Refusal, Ruling, Stance, cell_text, rule, signature, to_withdraw};
use crate::domain::dossier::{Decision, Signature, Verdict};
use crate::domain::nik::NikReading;
use crate::domain::reconcile::reconcile_one;
use crate::messages::Failure;
use crate::messages::decide::{self as words, NoDecision, Showing};
use crate::store::records::Event;
use crate::store::{Ledger, Store};
use anyhow::Result;
use clap::{Args, ValueEnum};

/// Arguments of `decide`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    #[arg(value_name = "NIK")]
    nik: String,
    #[arg(value_name = "same|different|married", required_unless_present = "withdraw")]
    #[arg(hide_possible_values = true)]
    verdict: Option<VerdictArg>,
    #[arg(long, value_name = "NIK")]
    queue_nik: Option<String>,
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long)]
    withdraw: bool,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    dry_run: bool,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum VerdictArg {
    Same,
    Different,
    Married,
}

impl From<VerdictArg> for Verdict {
    fn from(word: VerdictArg) -> Self {
        match word {
            VerdictArg::Same => Self::Same,
            VerdictArg::Different => Self::Different,
            VerdictArg::Married => Self::Married,
        }
    }
}

/// What became of it.
struct Done {
    decision: Decision,
    replaces: Option<Decision>,
    now: Option<Application>,
}

/// Runs `decide`.
///
/// # Errors
/// Wrong usage, a decision that makes no sense, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, args: &DecideArgs) -> Result<Outcome> {
    if args.reason.trim().is_empty() {
        return Err(Failure::EmptyReason.into());
    }
    let ask = Ask {
        verdict: args.verdict.map_or(Verdict::Same, Verdict::from),
        nik: &args.nik,
        name: args.name.as_deref(),
        queue_nik: args.queue_nik.as_deref().map(trusted_nik).transpose()?,
        stance: if args.force { Stance::Force } else { Stance::Decide },
    };
    if args.verdict == Some(VerdictArg::Married) && !args.withdraw {
        trusted_nik(&args.nik)?;
    }
    let signature = signature(context.as_of, &context.user, &args.reason);
    let refused = |refusal: Refusal| refusal_of(context, &args.nik, refusal);
    let mut office = Office::open(context, Access::Write)?;
    let mut step = |ledger: &mut dyn Ledger| {
        let (decision, replaces) = if args.withdraw {
            let verdict = args.verdict.map(Verdict::from);
            let (newest, all) = to_withdraw(&ledger.decisions()?, &ask, verdict).map_err(refused)?;
            withdraw(ledger, &newest, &all, &signature)?;
            (newest, None)
        } else {
            let ruling = rule(&*ledger, &context.rules(), &ask, &signature)?.map_err(refused)?;
            record(ledger, &ruling)?;
            (ruling.decision, ruling.replaces)
        };
        let now = match decision.queue_nik {
            Some(nik) => reconcile_one(&*ledger, nik, &context.rules())?,
            None => None,
        };
        Ok(Done {
            decision,
            replaces,
            now,
        })
    };
    let done = match args.dry_run {
        true => office.store.rehearse(&mut step)?,
        false => office.store.write(&mut step)?,
    };
    tell(context, args, &done);
    let is_at_large = done.now.as_ref().and_then(card_at_large).is_some();
    Ok(if is_at_large {
        Outcome::NeedsPerson
    } else {
        Outcome::Done
    })
}

/// Records a decision, and who made it.
///
/// # Errors
/// Those of the store.
pub fn record(ledger: &mut dyn Ledger, ruling: &Ruling) -> Result<()> {
    let decision = &ruling.decision;
    ledger.add_decision(decision)?;
    let by = Signature {
        at: decision.decided_at,
        user: decision.user.clone(),
        reason: decision.reason.clone(),
    };
    log(ledger, &format!("decided_{}", decision.verdict.code()), decision, &by)
}

/// Takes decisions about the same facts back, and records who did.
///
/// # Errors
/// Those of the store.
pub fn withdraw(ledger: &mut dyn Ledger, newest: &Decision, all: &[Decision], by: &Signature) -> Result<()> {
    for decision in all {
        ledger.withdraw_decision(decision, by)?;
    }
    log(ledger, "decision_withdrawn", newest, by)
}

fn log(ledger: &mut dyn Ledger, action: &str, decision: &Decision, by: &Signature) -> Result<()> {
    let entry = decision.queue_nik.filter(|_| decision.verdict != Verdict::Married);
    let registered = masked(&decision.registered_nik);
    let subject = match entry {
        Some(entry) => format!("{registered} / {}", entry.masked()),
        None => registered,
    };
    ledger.add_event(&Event {
        at: by.at,
        user: by.user.clone(),
        action: action.to_owned(),
        subject,
        note: Some(by.reason.clone()),
        count: None,
    })
}

fn masked(text: &str) -> String {
    NikReading::read(text).map_or_else(|| "-".to_owned(), |reading| reading.masked())
}

/// Says why a decision makes no sense.
pub fn refusal_of(context: &Context, nik: &str, refusal: Refusal) -> NoDecision {
    let showing = showing(context);
    let nik = match showing.reveal {
        true => cell_text(nik),
        false => NikReading::read(nik).map_or_else(String::new, |reading| reading.masked()),
    };
    NoDecision { nik, refusal, showing }
}

/// Says how this run shows numbers of people.
pub fn showing(context: &Context) -> Showing {
    Showing {
        reveal: context.ui.screen().reveal,
        zone: context.zone(),
    }
}

/// Returns the open batch with a card that nothing decided stands behind any more.
fn card_at_large(application: &Application) -> Option<&str> {
    let is_doubtful = application.explanation.contains(&Reason::CardOfUndecided);
    let batch = application.batch.as_deref()?;
    (application.category == Category::Assigned && is_doubtful).then_some(batch)
}

fn tell(context: &Context, args: &DecideArgs, done: &Done) {
    let lang = context.lang;
    let decision = &done.decision;
    let shown = |text: &str| match context.ui.screen().reveal {
        true => text.to_owned(),
        false => masked(text),
    };
    let registered = shown(&decision.registered_nik);
    let queued = decision.queue_nik.map(|nik| context.shown(nik));
    let entry = queued.as_deref().filter(|_| decision.verdict != Verdict::Married);
    if args.withdraw {
        context.ui.note(words::withdrawn(lang, &registered, entry, decision));
    } else {
        context.ui.note(words::decided(lang, &registered, entry, decision));
    }
    if let Some(earlier) = &done.replaces {
        context.ui.note(words::replaces(lang, earlier));
    }
    if let (Some(nik), Some(application)) = (&queued, &done.now) {
        context.ui.note(words::now(lang, nik, application.category));
        if let Some(batch) = card_at_large(application) {
            context.ui.warn(words::card_at_large(lang, nik, batch));
        }
    }
    if args.dry_run {
        context.ui.note(words::dry_run(lang));
    }
}
