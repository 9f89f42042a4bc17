//! `cetak handover`: cards given out, one, many, or as a barcode reader reads them; and the lists to sign on.

mod lines;
mod receipts;

use super::Outcome;
use super::expedite::trusted_nik;
use super::listing::ListArgs;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::dossier::Handover;
use crate::domain::handover::judge_handover;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::reconcile::reconcile_one;
use crate::messages::counter::{self as words, CounterFailure};
use crate::messages::{Failure, columns};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::records::Event;
use crate::store::{Ledger, Store};
use anyhow::{Error, Result};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Arguments of `handover`.
#[derive(Debug, Args)]
pub struct HandoverArgs {
    #[arg(value_name = "NIK", required_unless_present_any = ["file", "list"], conflicts_with_all = ["file", "list"])]
    nik: Vec<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    file: Option<PathBuf>,
    #[arg(long, value_name = "NAME", requires = "relation", conflicts_with = "list")]
    by: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "by", conflicts_with = "list")]
    relation: Option<String>,
    #[arg(long, conflicts_with = "list")]
    old_card: bool,
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    output: ListArgs,
}

impl HandoverArgs {
    /// What a person typed is one act; a reader's lines each stand for themselves.
    fn is_one_act(&self) -> bool {
        self.file.is_none()
    }
}

/// A line, and what it says.
struct Line {
    /// 1-based; the place among the arguments where there is no file.
    number: u64,
    nik: NikReading,
}

/// What became of a line.
struct Verdict {
    line: u64,
    nik: NikReading,
    name: String,
    /// The code and the words of a refusal.
    refused: Option<(&'static str, String)>,
}

#[derive(Serialize)]
struct HandoverReport {
    as_of: String,
    handed_over: u64,
    refused: u64,
    cards: Vec<CardLine>,
}

#[derive(Serialize)]
struct CardLine {
    line: u64,
    nik: String,
    name: String,
    outcome: &'static str,
    code: Option<&'static str>,
    reason: Option<String>,
}

/// Runs `handover`.
///
/// # Errors
/// Wrong usage, a card that may not be handed over, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, args: &HandoverArgs) -> Result<Outcome> {
    if args.list {
        return receipts::run(context, &args.output);
    }
    args.output.check()?;
    let lines = match &args.file {
        Some(path) => lines::read(context, path)?,
        None => typed(&args.nik)?,
    };
    let mut office = Office::open(context, Access::Write)?;
    let verdicts = office.store.write(|ledger| hand_over(context, ledger, args, &lines))?;
    let failures: Vec<CounterFailure> = verdicts
        .iter()
        .filter_map(|verdict| failure(context, verdict))
        .collect();
    let refused = failures.len();
    if args.is_one_act() {
        end_refused(context, failures, verdicts.len())?;
    }
    show(context, args, &verdicts)?;
    match refused {
        0 => Ok(Outcome::Done),
        all if all == verdicts.len() => Err(some_refused(all, all)),
        _ => Ok(Outcome::NeedsPerson),
    }
}

/// Ends the run where anything was refused: one refusal by itself, several each with its reason.
///
/// # Errors
/// Something was refused.
pub fn end_refused(context: &Context, mut refused: Vec<CounterFailure>, given: usize) -> Result<()> {
    let count = refused.len();
    match (count, given) {
        (0, _) => Ok(()),
        (1, 1) => Err(Failure::Counter(refused.remove(0)).into()),
        _ => {
            refused
                .iter()
                .for_each(|failure| context.ui.warn(failure.text(context.lang)));
            Err(some_refused(count, given))
        }
    }
}

fn some_refused(refused: usize, given: usize) -> Error {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let (refused, given) = (number(refused), number(given));
    Failure::Counter(CounterFailure::SomeRefused { refused, given }).into()
}

fn typed(niks: &[String]) -> Result<Vec<Line>> {
    let line = |(number, text): (u64, &String)| {
        let nik = NikReading::Trusted(trusted_nik(text)?);
        Ok::<Line, Error>(Line { number, nik })
    };
    (1..).zip(niks).map(line).collect()
}

/// Judges every line and records those that may be handed over; in one act all or nothing. Who is read twice is one.
fn hand_over(context: &Context, ledger: &mut dyn Ledger, args: &HandoverArgs, lines: &[Line]) -> Result<Vec<Verdict>> {
    let (mut verdicts, mut good, mut seen) = (Vec::with_capacity(lines.len()), Vec::new(), BTreeSet::new());
    for line in lines {
        let Some(nik) = line.nik.trusted() else {
            let refused = Some(("no_nik", words::no_nik(context.lang).to_owned()));
            verdicts.push(Verdict::new(line, String::new(), refused));
            continue;
        };
        if !seen.insert(nik) {
            continue;
        }
        let verdict = judge(context, ledger, line, nik)?;
        if verdict.refused.is_none() {
            good.push(nik);
        }
        verdicts.push(verdict);
    }
    if args.is_one_act() && good.len() < verdicts.len() {
        return Ok(verdicts);
    }
    for nik in good {
        record(context, ledger, args, nik)?;
    }
    Ok(verdicts)
}

impl Verdict {
    fn new(line: &Line, name: String, refused: Option<(&'static str, String)>) -> Self {
        Self {
            line: line.number,
            nik: line.nik.clone(),
            name,
            refused,
        }
    }
}

fn judge(context: &Context, ledger: &dyn Ledger, line: &Line, nik: Nik) -> Result<Verdict> {
    let application = reconcile_one(ledger, nik, &context.rules())?;
    let earlier = ledger
        .dossier(nik)?
        .map(|dossier| dossier.handovers)
        .unwrap_or_default();
    let refused = judge_handover(application.as_ref(), &earlier, context.as_of).err();
    let refused = refused.map(|fault| {
        let why = words::handover_fault(context.lang, &fault, context.zone());
        (fault.code(), why)
    });
    let name = application
        .map(|application| application.name.into())
        .unwrap_or_default();
    Ok(Verdict::new(line, name, refused))
}

fn record(context: &Context, ledger: &mut dyn Ledger, args: &HandoverArgs, nik: Nik) -> Result<()> {
    let said = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let handover = Handover {
        handed_at: context.as_of,
        collector: said(&args.by),
        relation: said(&args.relation),
        old_card: args.old_card,
    };
    let both: Vec<String> = [&handover.collector, &handover.relation]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    ledger.add_handover(nik, &handover, &context.user)?;
    ledger.add_event(&Event {
        at: context.as_of,
        user: context.user.clone(),
        action: "card_handed_over".to_owned(),
        subject: nik.masked(),
        note: (!both.is_empty()).then(|| both.join(", ")),
        count: None,
    })
}

fn failure(context: &Context, verdict: &Verdict) -> Option<CounterFailure> {
    let (_, why) = verdict.refused.as_ref()?;
    let masked = match &verdict.nik {
        NikReading::Trusted(nik) => context.shown(*nik),
        held => held.masked(),
    };
    Some(CounterFailure::HandoverRefused {
        masked,
        why: why.clone(),
    })
}

fn show(context: &Context, args: &HandoverArgs, verdicts: &[Verdict]) -> Result<()> {
    let refused = verdicts.iter().filter(|verdict| verdict.refused.is_some()).count();
    let (refused, all) = (u64::try_from(refused)?, u64::try_from(verdicts.len())?);
    let line = |verdict: &Verdict| CardLine {
        line: verdict.line,
        nik: verdict.nik.text(),
        name: verdict.name.clone(),
        outcome: outcome(verdict),
        code: verdict.refused.as_ref().map(|(code, _)| *code),
        reason: verdict.refused.as_ref().map(|(_, why)| why.clone()),
    };
    let data = || {
        Ok(serde_json::to_value(HandoverReport {
            as_of: context.as_of.iso(context.zone()),
            handed_over: all - refused,
            refused,
            cards: verdicts.iter().map(line).collect(),
        })?)
    };
    args.output.show(context, data, || listing(context, verdicts))?;
    if args.output.is_screen() {
        context
            .ui
            .note(words::handed_over(context.lang, all - refused, refused));
    }
    Ok(())
}

fn outcome(verdict: &Verdict) -> &'static str {
    if verdict.refused.is_none() {
        "handed_over"
    } else {
        "refused"
    }
}

fn listing(context: &Context, verdicts: &[Verdict]) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let row = |verdict: &Verdict| {
        let outcome = words::handover_outcome(context.lang, outcome(verdict));
        vec![
            Cell::Count(i64::try_from(verdict.line).unwrap_or(i64::MAX)),
            Cell::Nik(verdict.nik.clone()),
            Cell::Text(verdict.name.clone()),
            Cell::Text(outcome.to_owned()),
            verdict
                .refused
                .as_ref()
                .map_or(Cell::Empty, |(_, why)| Cell::Text(why.clone())),
        ]
    };
    Listing {
        title: words::handover_title(context.lang).to_owned(),
        columns: vec![
            column("line", Kind::Number),
            column("nik", Kind::Text),
            column("name", Kind::Text),
            column("outcome", Kind::Text),
            column("reason", Kind::Text),
        ],
        rows: verdicts.iter().map(row).collect(),
    }
}
