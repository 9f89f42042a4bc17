//! `review --apply`: a sheet with its decisions filled in, row by row, each in exactly one bucket.

use super::ReviewArgs;
use super::pair::Finder;
use crate::commands::Outcome;
use crate::commands::decide::record;
use crate::commands::explain::RefusedFile;
use crate::commands::import;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::deciding::{Refusal, rule_pair, signature};
use crate::domain::decisions::DecisionBook;
use crate::intake::decisions::{DecisionSheet, WrittenDecision, read_decisions, verdict};
use crate::intake::source::Source;
use crate::messages::intake as intake_words;
use crate::messages::review::{self as words, ReviewFault};
use crate::outputs::listing::Listing;
use crate::outputs::reports::ImportReport;
use crate::store::records::{Counts, Event, RejectRecord};
use crate::store::{Ledger, Store};
use anyhow::Result;
use std::path::Path;

pub(super) fn run(context: &Context, path: &Path, args: &ReviewArgs) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    let shown = path.display().to_string();
    let refused = |error| RefusedFile {
        file: shown.clone(),
        error,
    };
    let source = Source::open(path, &[]).map_err(|error| refused(error.into()))?;
    let sheet = read_decisions(&source).map_err(|error| refused(error.into()))?;
    let sheet = sheet.ok_or_else(|| ReviewFault::NotASheet { file: shown.clone() })?;
    let mut step = |ledger: &mut dyn Ledger| {
        let mut desk = Desk::new(context, ledger, &source, args.reason.as_deref())?;
        desk.take_all(&sheet)
    };
    let (counts, rejects) = match args.dry_run {
        true => office.store.rehearse(&mut step)?,
        false => office.store.write(&mut step)?,
    };
    let mut report = ImportReport {
        kind: "decisions",
        file: shown,
        sha256: source.sha256_hex(),
        rows: counts.rows,
        added: counts.added,
        changed: counts.changed,
        unchanged: counts.unchanged,
        held: counts.held,
        rejected: counts.rejected,
        left: 0,
        warnings: Vec::new(),
        rejects_file: None,
        open_rejected: counts.rejected,
    };
    if !args.dry_run {
        let file = import::RejectedFrom {
            name: source.name(),
            sha256: &report.sha256,
        };
        report.rejects_file = import::write_rejects(context, &office, file, &sheet.headers, &rejects)?;
    }
    show(context, args, &report)?;
    let person = report.rejected + report.held > 0;
    Ok(if person { Outcome::NeedsPerson } else { Outcome::Done })
}

fn show(context: &Context, args: &ReviewArgs, report: &ImportReport) -> Result<()> {
    let reports = std::slice::from_ref(report);
    args.list.show(
        context,
        || Ok(serde_json::to_value(reports)?),
        || Listing {
            title: words::applied_title(context.lang).to_owned(),
            ..import::listing(context, reports)
        },
    )?;
    if let Some(path) = &report.rejects_file {
        context.ui.warn(intake_words::rejects_at(context.lang, path));
    }
    if args.dry_run && args.list.is_screen() {
        context.ui.note(intake_words::dry_run(context.lang));
    }
    Ok(())
}

/// Takes rows one after the other; later rows see what earlier ones decided.
struct Desk<'a> {
    context: &'a Context,
    ledger: &'a mut dyn Ledger,
    book: DecisionBook,
    finder: Finder,
    file: &'a str,
    reason: Option<&'a str>,
    counts: Counts,
    rejects: Vec<RejectRecord>,
}

impl<'a> Desk<'a> {
    fn new(
        context: &'a Context,
        ledger: &'a mut dyn Ledger,
        source: &'a Source,
        reason: Option<&'a str>,
    ) -> Result<Self> {
        let book = DecisionBook::new(ledger.decisions()?);
        let finder = Finder::new(&*ledger)?;
        Ok(Self {
            context,
            ledger,
            book,
            finder,
            file: source.name(),
            reason: reason.map(str::trim).filter(|reason| !reason.is_empty()),
            counts: Counts::default(),
            rejects: Vec::new(),
        })
    }

    fn take_all(&mut self, sheet: &DecisionSheet) -> Result<(Counts, Vec<RejectRecord>)> {
        for row in &sheet.rows {
            self.take(row)?;
        }
        self.rejects
            .extend(sheet.rejects.iter().cloned().map(import::reject_record));
        self.rejects.sort_by_key(|reject| reject.line);
        self.counts.rejected = u64::try_from(self.rejects.len())?;
        self.counts.rows = self.counts.bucket_sum();
        self.ledger.add_event(&Event {
            at: self.context.as_of,
            user: self.context.user.clone(),
            action: "decisions_applied".to_owned(),
            subject: self.file.to_owned(),
            note: None,
            count: Some(self.counts.rows),
        })?;
        Ok((self.counts, std::mem::take(&mut self.rejects)))
    }

    fn take(&mut self, row: &WrittenDecision) -> Result<()> {
        if row.decision.is_empty() {
            self.counts.held += 1;
            return Ok(());
        }
        let Some(verdict) = verdict(&row.decision) else {
            self.reject(row, "decision", "unknown_decision");
            return Ok(());
        };
        let found = self.finder.find(&*self.ledger, &row.nik, &row.queue_nik, &row.facts)?;
        let (registration, entry) = match found {
            Ok(pair) => pair,
            Err(gone) => {
                self.reject(row, "facts", gone.code());
                return Ok(());
            }
        };
        let reason = match (row.reason.as_str(), self.reason) {
            ("", Some(reason)) => reason.to_owned(),
            ("", None) => words::sheet_reason(self.context.lang, self.file),
            (reason, _) => reason.to_owned(),
        };
        let signature = signature(self.context.as_of, &self.context.user, &reason);
        match rule_pair(&self.book, verdict, &registration, &entry, &signature) {
            Ok(ruling) => {
                record(self.ledger, &ruling)?;
                match ruling.replaces {
                    Some(_) => self.counts.changed += 1,
                    None => self.counts.added += 1,
                }
                self.book.add(ruling.decision);
            }
            Err(Refusal::GivenToAnother(_)) => self.reject(row, "decision", "given_to_another"),
            Err(_) => self.counts.unchanged += 1,
        }
        Ok(())
    }

    fn reject(&mut self, row: &WrittenDecision, field: &str, code: &str) {
        self.rejects.push(RejectRecord {
            line: row.line,
            code: code.to_owned(),
            field: Some(field.to_owned()),
            cells: row.cells.clone(),
            mended: false,
        });
    }
}
