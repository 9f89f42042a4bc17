//! `cetak check`: the books, the store itself, and the files for the operators.

use super::Outcome;
use super::aside::{edited_and_not_imported, unknown_batches};
use super::blanks::on_hand;
use super::listing::ListArgs;
use super::office::{Access, Office};
use super::rescue::rescue_hint;
use crate::context::Context;
use crate::domain::application::{Category, Reason};
use crate::domain::card::{Batch, Card};
use crate::domain::invariants::{Finding, Level, audit_batches};
use crate::domain::nik::NikReading;
use crate::domain::reconcile::reconcile;
use crate::messages::{check as words, columns};
use crate::outputs::file::sha256_of_file;
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::records::{BatchFilter, FileKind, IntegrityFault};
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;
use std::cell::OnceCell;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    list: ListArgs,
}

/// Runs `check`.
///
/// # Errors
/// Wrong usage, or a store that cannot be read at all.
pub fn run(context: &mut Context, args: &CheckArgs) -> Result<Outcome> {
    args.list.check()?;
    let office = Office::open(context, Access::Read)?;
    let damage = office.store.read(|facts| damage(facts))?;
    // Books that stand on damaged pages say nothing.
    let mut findings = match damage.is_empty() {
        true => office.store.read(|facts| audit(context, facts))?,
        false => damage,
    };
    if !findings
        .iter()
        .any(|finding| matches!(finding, Finding::StoreDamaged { .. }))
    {
        findings.extend(office.store.read(|facts| audit_files(&office, facts))?);
    }
    findings.sort_by_key(Finding::level);
    let rescue = OnceCell::new();
    let hint = |finding: &Finding| match finding {
        Finding::StoreDamaged { .. } => Some(rescue.get_or_init(|| rescue_hint(context)).clone()),
        other => words::hint(context.lang, other),
    };
    let data = || {
        let line = |finding: &Finding| {
            serde_json::json!({
                "level": words::level_code(finding.level()),
                "code": finding.code(),
                "text": words::finding(context.lang, finding),
                "hint": hint(finding),
            })
        };
        let findings: Vec<_> = findings.iter().map(line).collect();
        Ok(serde_json::json!({ "as_of": context.as_of.iso(context.zone()), "findings": findings }))
    };
    if !(args.list.is_screen() && findings.is_empty()) {
        args.list.show(context, data, || listing(context, &findings, &hint))?;
    }
    if args.list.is_screen() {
        context.ui.note(words::summary(context.lang, &findings));
    }
    Ok(match findings.iter().map(Finding::level).min() {
        Some(Level::Broken) => Outcome::BooksBroken,
        Some(Level::Attention) => Outcome::NeedsPerson,
        Some(Level::Notice) | None => Outcome::Done,
    })
}

/// Looks for damage in the store itself.
fn damage(facts: &dyn Facts) -> Result<Vec<Finding>> {
    let damaged = |fault: IntegrityFault| Finding::StoreDamaged {
        place: fault.place,
        detail: fault.detail,
    };
    Ok(facts.integrity_faults()?.into_iter().map(damaged).collect())
}

/// Checks the books of a sound store.
///
/// # Errors
/// Those of the store.
pub fn audit(context: &Context, facts: &dyn Facts) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for kind in [FileKind::Links, FileKind::Queue, FileKind::Results] {
        let broken = facts.files(kind)?.into_iter().filter(|file| !file.counts.balance());
        findings.extend(broken.map(|file| Finding::EquationBroken {
            rows: file.counts.rows,
            sum: file.counts.bucket_sum(),
            file: file.name,
        }));
    }
    let batches: Vec<(Batch, Vec<Card>)> = facts
        .batches(BatchFilter::All)?
        .into_iter()
        .map(|batch| Ok((batch.clone(), facts.cards(&batch.name)?)))
        .collect::<Result<_>>()?;
    findings.extend(audit_batches(&batches, context.as_of, context.zone()));
    if let Some(stock) = on_hand(facts)?.filter(|stock| stock.missing > 0) {
        findings.push(Finding::BlanksBelowZero { missing: stock.missing });
    }
    findings.extend(doubtful_cards(context, facts)?);
    Ok(findings)
}

/// Finds open cards whose entry the queue shows as issued (a result to propose, never to take), and those that nothing
/// decided stands behind any more.
fn doubtful_cards(context: &Context, facts: &dyn Facts) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        if application.category != Category::Assigned {
            return Ok(());
        }
        let says = |reason| application.explanation.contains(&reason);
        if let (NikReading::Trusted(nik), Some(batch)) = (&application.nik, &application.batch) {
            let (nik, batch) = (*nik, || batch.clone());
            let issued =
                says(Reason::IssuedWhileAssigned).then(|| Finding::IssuedWhileAssigned { batch: batch(), nik });
            let undecided = says(Reason::CardOfUndecided).then(|| Finding::CardOfUndecided { batch: batch(), nik });
            findings.extend(issued.into_iter().chain(undecided));
        }
        Ok(())
    })?;
    Ok(findings)
}

/// Holds the files for the operators against their hashes. A changed batch file is one that somebody filled in.
fn audit_files(office: &Office, facts: &dyn Facts) -> Result<Vec<Finding>> {
    let edited = edited_and_not_imported(office, facts)?;
    let strangers = unknown_batches(office, facts)?;
    let mut findings: Vec<Finding> = strangers
        .into_iter()
        .map(|batch| Finding::UnknownBatch { batch })
        .collect();
    for file in facts.out_files()? {
        match sha256_of_file(&office.home.root().join(&file.path)) {
            Err(_) => findings.push(Finding::FileMissing { path: file.path }),
            Ok(found) if found != file.sha256 && !edited.contains(&file.path) => {
                findings.push(Finding::FileChanged { path: file.path });
            }
            Ok(_) => {}
        }
    }
    findings.extend(edited.into_iter().map(|path| Finding::EditedFile { path }));
    Ok(findings)
}

fn listing(context: &Context, findings: &[Finding], hint: &dyn Fn(&Finding) -> Option<String>) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let row = |finding: &Finding| {
        let mut text = words::finding(context.lang, finding);
        if let Some(hint) = hint(finding) {
            text = format!("{text} — {hint}");
        }
        vec![
            Cell::Text(words::level(context.lang, finding.level()).to_owned()),
            Cell::Text(text),
        ]
    };
    Listing {
        title: words::title(context.lang).to_owned(),
        columns: vec![column("level", Kind::Text), column("finding", Kind::Text)],
        rows: findings.iter().map(row).collect(),
    }
}
