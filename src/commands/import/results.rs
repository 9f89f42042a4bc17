//! `import results`: what became of each card; unknown is not printed.

use super::file::{Input, ReadingArgs, event, tell_form, warnings};
use super::rejects;
use super::{Done, ResultsArgs, each_alone};
use crate::commands::office::Office;
use crate::commands::printed::prints_before;
use crate::context::Context;
use crate::domain::card::{Batch, Card, CardState};
use crate::domain::dossier::WalkIn;
use crate::domain::moment::Moment;
use crate::domain::name::same_person;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::reconcile::reconcile_one;
use crate::domain::results::{
    ResultFate, ResultFault, ResultPolicy, ResultRow, WalkInsBefore, find_card, judge_result, judge_walk_in,
};
use crate::intake::results::{ResultItem, WrittenResult, read_results};
use crate::outputs::reports::ImportReport;
use crate::store::records::{BatchFilter, Counts, Event, FileKind, FileRecord, RejectRecord};
use crate::store::{Ledger, Store};
use anyhow::Result;
use std::collections::BTreeMap;

/// Imports result files, each on its own.
///
/// # Errors
/// Every file is refused, or the store fails.
pub(super) fn import(context: &Context, office: &mut Office, args: &ResultsArgs) -> Result<Done> {
    let policy = ResultPolicy {
        walk_ins: args.walk_in,
        corrections: args.correct,
    };
    each_alone(context, &args.common.files, |path| {
        let input = Input::open(office, path, &[], &[])?;
        import_one(
            context,
            office,
            &input,
            &args.common.reading,
            policy,
            args.common.dry_run,
        )
    })
}

/// A row with its line and its cells as they stood.
type Read = (u64, WrittenResult);

/// Imports one result file.
///
/// # Errors
/// The file is refused, or the store fails; nothing was changed then.
pub(super) fn import_one(
    context: &Context,
    office: &mut Office,
    input: &Input,
    reading: &ReadingArgs,
    policy: ResultPolicy,
    dry_run: bool,
) -> Result<ImportReport> {
    let options = reading.options(context, FileKind::Results)?;
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    let file = read_results(&input.source, &options, &mut |item| {
        match item {
            ResultItem::Row { line, record, .. } => rows.push((line, record)),
            ResultItem::Rejected(reject) => unreadable.push(rejects::record(reject)),
        }
        Ok(())
    })
    .map_err(|error| input.refused(error.into()))?;
    let mut step = |ledger: &mut dyn Ledger| {
        let mut record = input.record(context, FileKind::Results, file.reading.clone());
        let seen = ledger
            .files(FileKind::Results)?
            .iter()
            .any(|known| known.sha256 == record.sha256);
        record.id = ledger.add_file(&record)?;
        let mut desk = Desk::new(context, ledger, policy, seen)?;
        for read in &rows {
            desk.take(read)?;
        }
        let Desk {
            mut counts,
            mut rejects,
            ..
        } = desk;
        rejects.extend(unreadable.iter().cloned());
        rejects.sort_by_key(|reject| reject.line);
        counts.rejected = u64::try_from(rejects.len())?;
        counts.rows = counts.bucket_sum();
        record.counts = counts;
        let refused = |line: u64| rejects.iter().any(|reject| reject.line == line);
        let taken = file.mended.iter().filter(|mended| !refused(mended.line));
        let mended: Vec<(String, u64)> = taken.map(|mended| (mended.file.clone(), mended.of_line)).collect();
        ledger.add_rejects(record.id, &rejects)?;
        ledger.mend_rejects(&mended)?;
        ledger.close_file(record.id, &record)?;
        ledger.add_event(&event(context, &record))?;
        Ok(record)
    };
    let record: FileRecord = if dry_run {
        office.store.rehearse(&mut step)?
    } else {
        office.store.write(&mut step)?
    };
    tell_form(context, input, &file);
    let mut report = input.report(&record, warnings(&file.warnings));
    if !dry_run {
        rejects::attach(context, office, &mut report, &record, &file.headers)?;
    }
    Ok(report)
}

/// Takes result rows one after the other; later rows see what earlier ones did.
struct Desk<'a> {
    context: &'a Context,
    ledger: &'a mut dyn Ledger,
    policy: ResultPolicy,
    /// The very file was imported before.
    seen: bool,
    /// The last moment of each batch's day.
    batches: BTreeMap<String, Moment>,
    cards: BTreeMap<String, Vec<Card>>,
    counts: Counts,
    rejects: Vec<RejectRecord>,
}

impl<'a> Desk<'a> {
    fn new(context: &'a Context, ledger: &'a mut dyn Ledger, policy: ResultPolicy, seen: bool) -> Result<Self> {
        let zone = context.zone();
        let day_ends = |batch: Batch| (batch.name, Moment::end_of(batch.date, zone));
        let batches = ledger.batches(BatchFilter::All)?.into_iter().map(day_ends).collect();
        let (cards, counts, rejects) = (BTreeMap::new(), Counts::default(), Vec::new());
        Ok(Self {
            context,
            ledger,
            policy,
            seen,
            batches,
            cards,
            counts,
            rejects,
        })
    }

    fn take(&mut self, read: &Read) -> Result<()> {
        let Some(batch) = &read.1.row.batch else {
            return self.take_walk_in(read);
        };
        let Some(day_ends) = self.batches.get(batch).copied() else {
            self.reject(read, "batch", "unknown_batch");
            return Ok(());
        };
        if !self.cards.contains_key(batch) {
            self.cards.insert(batch.clone(), self.ledger.cards(batch)?);
        }
        let card = find_card(&read.1.row, &self.cards[batch]).cloned();
        let Some(card) = card else {
            let fault = self.fault_of_stranger(&read.1.row)?;
            self.reject(read, "nik", fault.code());
            return Ok(());
        };
        let all = self.ledger.cards_of(card.cells.nik)?;
        match judge_result(&read.1.row, &card, &all, self.policy) {
            ResultFate::Answer { seq, result, replaces } => {
                // A result that comes back late was still printed on the batch's day.
                let at = read.1.row.printed_at.unwrap_or(self.context.as_of.min(day_ends));
                self.ledger
                    .answer_card(batch, seq, result, read.1.row.note.as_deref(), at)?;
                self.update(batch, seq, |card| {
                    card.state = CardState::Answered { result, at };
                    card.note.clone_from(&read.1.row.note);
                });
                if replaces {
                    self.tell(
                        "result_corrected",
                        &format!("{batch} {}", card.cells.nik.masked()),
                        result.code(),
                    )?;
                    self.counts.changed += 1;
                } else {
                    self.counts.added += 1;
                }
            }
            ResultFate::Unanswered { seq } => {
                self.ledger.mark_asked(batch, seq)?;
                self.update(batch, seq, |card| card.asked = true);
                self.counts.held += 1;
            }
            ResultFate::Rejected(fault) => self.reject(read, "result", fault.code()),
            ResultFate::Unchanged | ResultFate::WalkIn(_) => self.counts.unchanged += 1,
        }
        Ok(())
    }

    fn update(&mut self, batch: &str, seq: u32, change: impl FnOnce(&mut Card)) {
        let cards = self.cards.get_mut(batch);
        if let Some(card) = cards.and_then(|cards| cards.iter_mut().find(|card| card.seq == seq)) {
            change(card);
        }
    }

    /// A row whose card is not in its batch: in another one perhaps, or nowhere.
    fn fault_of_stranger(&self, row: &ResultRow) -> Result<ResultFault> {
        let NikReading::Trusted(nik) = &row.nik else {
            return Ok(row.nik.flaw().map_or(ResultFault::NotInBatch, ResultFault::Nik));
        };
        let open = self
            .ledger
            .cards_of(*nik)?
            .into_iter()
            .find(|card| card.state == CardState::Open);
        Ok(open.map_or(ResultFault::NotInBatch, |card| ResultFault::OpenElsewhere(card.batch)))
    }

    fn take_walk_in(&mut self, read: &Read) -> Result<()> {
        let row = &read.1.row;
        let trusted = row.nik.trusted().filter(|_| self.policy.walk_ins);
        let (all, before) = match trusted {
            Some(nik) => (self.ledger.cards_of(nik)?, self.walk_ins_before(nik, row)?),
            None => (Vec::new(), WalkInsBefore::None),
        };
        let mut fate = judge_walk_in(row, &all, before, self.policy);
        if let (ResultFate::WalkIn(nik), Some(fault)) = (&fate, self.walk_in_fault(trusted, row)?) {
            debug_assert_eq!(Some(*nik), trusted);
            fate = ResultFate::Rejected(fault);
        }
        match fate {
            ResultFate::WalkIn(nik) => {
                self.ledger.add_walk_in(&WalkIn {
                    nik,
                    printed_at: row.printed_at.unwrap_or(self.context.as_of),
                    operator: row.operator.clone(),
                    reason: row.note.clone(),
                    name: row.name.clone(),
                })?;
                self.tell(
                    "walk_in_printed",
                    &nik.masked(),
                    row.note.as_deref().unwrap_or_default(),
                )?;
                self.counts.added += 1;
            }
            ResultFate::Rejected(fault) => self.reject(read, "nik", fault.code()),
            ResultFate::Unanswered { .. } if !self.seen => self.counts.held += 1,
            _ => self.counts.unchanged += 1,
        }
        Ok(())
    }

    /// A print at the counter cannot be taken back: the name must be that of who has the NIK.
    fn walk_in_fault(&self, nik: Option<Nik>, row: &ResultRow) -> Result<Option<ResultFault>> {
        let (Some(nik), Some(name)) = (nik, &row.name) else {
            return Ok(None);
        };
        let standing = reconcile_one(&*self.ledger, nik, &self.context.rules())?;
        let other = standing.is_some_and(|known| !known.name.is_empty() && !same_person(name, &known.name).is_same());
        Ok(other.then_some(ResultFault::OtherName))
    }

    fn walk_ins_before(&self, nik: Nik, row: &ResultRow) -> Result<WalkInsBefore> {
        let earlier = self
            .ledger
            .dossier(nik)?
            .map(|dossier| dossier.walk_ins)
            .unwrap_or_default();
        // A list without times is told by what it says of the print; a cumulative one holds yesterday's rows again.
        let same_row = earlier.iter().any(|walk_in| match row.printed_at {
            Some(moment) => walk_in.printed_at == moment,
            None => self.seen || (&walk_in.operator, &walk_in.reason) == (&row.operator, &row.note),
        });
        match same_row {
            true => Ok(WalkInsBefore::SameRow),
            false => prints_before(self.context, &*self.ledger, nik),
        }
    }

    fn reject(&mut self, read: &Read, field: &str, code: &str) {
        let (line, cells) = (read.0, read.1.cells.clone());
        self.rejects.push(RejectRecord {
            line,
            code: code.to_owned(),
            field: Some(field.to_owned()),
            cells,
            mended: false,
        });
    }

    fn tell(&mut self, action: &str, subject: &str, note: &str) -> Result<()> {
        self.ledger.add_event(&Event {
            at: self.context.as_of,
            user: self.context.user.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            note: (!note.is_empty()).then(|| note.to_owned()),
            count: None,
        })
    }
}
