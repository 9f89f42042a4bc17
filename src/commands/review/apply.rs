//! `review --apply`: a sheet with its decisions filled in, row by row, each in exactly one bucket.

use super::ReviewArgs;
use super::pair::Finder;
use crate::commands::Outcome;
use crate::commands::decide::{record, refusal_of};
use crate::commands::explain::RefusedFile;
use crate::commands::import;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::deciding::{Refusal, Stance, cell_text, rule_pair, signature};
use crate::domain::decisions::DecisionBook;
use crate::domain::dossier::Verdict;
use crate::intake::decisions::{DecisionSheet, WrittenDecision, read_decisions, verdict};
use crate::intake::source::Source;
use crate::messages::intake as intake_words;
use crate::messages::review::{self as words, ReviewFault};
use crate::outputs::listing::Listing;
use crate::outputs::reports::{ImportReport, ReadAs};
use crate::store::records::{Counts, Event, RejectRecord};
use crate::store::{Ledger, Store};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// More refusals than this are read in the rejects file.
const MOST_REMARKS: usize = 10;

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
        let mut desk = Desk::new(context, ledger, &source, &sheet, args.reason.as_deref())?;
        desk.take_all(&sheet)
    };
    let taken = match args.dry_run {
        true => office.store.rehearse(&mut step)?,
        false => office.store.write(&mut step)?,
    };
    let counts = taken.counts;
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
        read_as: ReadAs::default(),
    };
    if !args.dry_run {
        let file = import::RejectedFrom {
            name: source.name(),
            sha256: &report.sha256,
            remarks: &taken.remarks,
        };
        report.rejects_file = import::write_rejects(context, &office, file, &sheet.headers, &taken.rejects)?;
    }
    show(context, args, &report)?;
    for (line, remark) in taken.remarks.iter().take(MOST_REMARKS) {
        context.ui.warn(format!("{}:{line}: {remark}", report.file));
    }
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
        context.ui.warn(words::rejects_at(context.lang, path));
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
    contradicting: BTreeSet<Case>,
    taken: Taken,
}

/// What became of a sheet.
#[derive(Default)]
struct Taken {
    counts: Counts,
    rejects: Vec<RejectRecord>,
    /// What is to be said of a refused line beside its reason.
    remarks: BTreeMap<u64, String>,
}

/// The question that a row answers, as the sheet names it.
type Case = (String, String, String);

fn case(row: &WrittenDecision) -> Case {
    (cell_text(&row.nik), cell_text(&row.queue_nik), row.facts.clone())
}

/// Finds the questions that rows of one sheet answer in different ways.
fn contradicting(sheet: &DecisionSheet) -> BTreeSet<Case> {
    let mut said: BTreeMap<Case, Verdict> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for row in &sheet.rows {
        let Some(verdict) = verdict(&row.decision) else {
            continue;
        };
        let case = case(row);
        match said.get(&case) {
            Some(before) if *before != verdict => {
                found.insert(case);
            }
            Some(_) => {}
            None => {
                said.insert(case, verdict);
            }
        }
    }
    found
}

impl<'a> Desk<'a> {
    fn new(
        context: &'a Context,
        ledger: &'a mut dyn Ledger,
        source: &'a Source,
        sheet: &DecisionSheet,
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
            contradicting: contradicting(sheet),
            taken: Taken::default(),
        })
    }

    fn take_all(&mut self, sheet: &DecisionSheet) -> Result<Taken> {
        for row in &sheet.rows {
            self.take(row)?;
        }
        let mut taken = std::mem::take(&mut self.taken);
        taken
            .rejects
            .extend(sheet.rejects.iter().cloned().map(import::reject_record));
        taken.rejects.sort_by_key(|reject| reject.line);
        taken.counts.rejected = u64::try_from(taken.rejects.len())?;
        taken.counts.rows = taken.counts.bucket_sum();
        self.ledger.add_event(&Event {
            at: self.context.as_of,
            user: self.context.user.clone(),
            action: "decisions_applied".to_owned(),
            subject: self.file.to_owned(),
            note: None,
            count: Some(taken.counts.rows),
        })?;
        Ok(taken)
    }

    fn take(&mut self, row: &WrittenDecision) -> Result<()> {
        if row.decision.is_empty() {
            self.taken.counts.held += 1;
            return Ok(());
        }
        let Some(verdict) = verdict(&row.decision) else {
            self.reject(row, "decision", "unknown_decision");
            return Ok(());
        };
        if !self.contradicting.is_empty() && self.contradicting.contains(&case(row)) {
            self.reject(row, "decision", "contradicting_rows");
            return Ok(());
        }
        let found = self.finder.find(&*self.ledger, &row.nik, &row.queue_nik, &row.facts)?;
        let (registration, entry) = match found {
            Ok(pair) => pair,
            Err(gone) => {
                self.reject(row, "facts", gone.code());
                return Ok(());
            }
        };
        if let Some(field) = other_name(row, &registration.name, &entry.row.name) {
            self.reject(row, field, "other_name");
            return Ok(());
        }
        let reason = match (row.reason.as_str(), self.reason) {
            ("", Some(reason)) => reason.to_owned(),
            ("", None) => words::sheet_reason(self.context.lang, self.file),
            (reason, _) => reason.to_owned(),
        };
        let signature = signature(self.context.as_of, &self.context.user, &reason);
        match rule_pair(&self.book, Stance::Answer, verdict, &registration, &entry, &signature) {
            Ok(ruling) => {
                record(self.ledger, &ruling)?;
                self.taken.counts.added += 1;
                self.book.add(ruling.decision);
            }
            Err(Refusal::Stands(_)) => self.taken.counts.unchanged += 1,
            Err(refusal) => self.refuse(row, refusal),
        }
        Ok(())
    }

    /// Rejects a row for what stands already, and says by whom and when.
    fn refuse(&mut self, row: &WrittenDecision, refusal: Refusal) {
        let code = match &refusal {
            Refusal::GivenToAnother(_) => "given_to_another",
            Refusal::EntryTaken(_) => "entry_taken",
            Refusal::OtherName { .. } => "other_name",
            _ => "already_decided",
        };
        self.reject(row, "decision", code);
        let told = refusal_of(self.context, &row.nik, refusal).text(self.context.lang);
        self.taken.remarks.insert(row.line, told);
    }

    fn reject(&mut self, row: &WrittenDecision, field: &str, code: &str) {
        self.taken.rejects.push(RejectRecord {
            line: row.line,
            code: code.to_owned(),
            field: Some(field.to_owned()),
            cells: row.cells.clone(),
            mended: false,
        });
    }
}

/// Names the column whose name is not that of the facts: rows or columns were moved against each other.
fn other_name(row: &WrittenDecision, registered: &str, queued: &str) -> Option<&'static str> {
    let differs =
        |written: &Option<String>, known: &str| written.as_deref().is_some_and(|written| !same_letters(written, known));
    if differs(&row.name, registered) {
        Some("name")
    } else if differs(&row.queue_name, queued) {
        Some("queue_name")
    } else {
        None
    }
}

/// Compares letters and digits alone: a spreadsheet may have changed the rest.
fn same_letters(one: &str, other: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        let kept = text.chars().filter(|sign| sign.is_alphanumeric());
        kept.flat_map(char::to_uppercase).collect()
    };
    letters(one) == letters(other)
}
