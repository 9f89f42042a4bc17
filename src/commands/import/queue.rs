//! `import queue`: one snapshot; what it no longer lists has left the queue.

use super::QueueArgs;
use super::file::{Input, Misjudged, ReadingArgs, event, in_one_pass, modified, tell_form, warnings};
use super::rejects;
use crate::commands::office::Office;
use crate::context::Context;
use crate::domain::moment::Moment;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::queue::{QueueRow, Trace};
use crate::domain::snapshot::{Keeper, Offered, SnapshotDelta, SnapshotDraft, Tally};
use crate::intake::delivery::{Heap, Item};
use crate::intake::options::ReadOptions;
use crate::intake::passes::Passes;
use crate::intake::queue::{read_queue_as, taken_at_from_name};
use crate::intake::report::FileReport;
use crate::intake::traces::KnownTraces;
use crate::messages::{Failure, intake as words};
use crate::outputs::reports::{ImportReport, WarningReport};
use crate::store::records::{Counts, FileKind, FileRecord, Fingerprint, RejectRecord};
use crate::store::{Ledger, Store};
use anyhow::Result;
use std::collections::BTreeSet;

/// A snapshot may carry the date of the day alone, which is its end; later than that it lies in the future.
const DAY_SECONDS: i64 = 86_400;

/// How a snapshot is taken.
#[derive(Clone, Copy, Debug)]
struct Terms {
    taken_at: Moment,
    partial: bool,
    accept_shrink: bool,
}

/// What one file of a snapshot brought.
struct Part {
    file: FileReport,
    rejects: Vec<RejectRecord>,
    mended: Vec<(String, u64)>,
}

/// Imports one snapshot of one or several files.
///
/// # Errors
/// A file or the snapshot is refused, or the store fails; nothing was changed then.
pub(super) fn import(context: &Context, office: &mut Office, args: &QueueArgs) -> Result<Vec<ImportReport>> {
    let inputs = Input::open_all(office, &args.common.files)?;
    let taken_at = match &args.taken_at {
        Some(text) => Some(context.moment(text)?),
        None => None,
    };
    let taken_at = snapshot_time(context, &inputs, taken_at)?;
    if taken_at.seconds() > context.as_of.seconds() + DAY_SECONDS {
        context
            .ui
            .warn(words::snapshot_in_future(context.lang, &taken_at.iso(context.zone())));
    }
    let terms = Terms {
        taken_at,
        partial: args.partial,
        accept_shrink: args.accept_shrink,
    };
    import_snapshot(
        context,
        office,
        &inputs,
        &args.common.reading,
        terms,
        args.common.dry_run,
    )
}

/// Imports one file of the inbox, a snapshot of its own.
///
/// # Errors
/// The file or the snapshot is refused, or the store fails; nothing was changed then.
pub(super) fn import_one(
    context: &Context,
    office: &mut Office,
    input: Input,
    reading: &ReadingArgs,
) -> Result<ImportReport> {
    let inputs = [input];
    let terms = Terms {
        taken_at: snapshot_time(context, &inputs, None)?,
        partial: false,
        accept_shrink: false,
    };
    let mut reports = import_snapshot(context, office, &inputs, reading, terms, false)?;
    Ok(reports.remove(0))
}

/// Returns the time that a file's name gives; a day alone is its end.
pub(super) fn time_in_name(context: &Context, name: &str) -> Option<Moment> {
    taken_at_from_name(name, context.zone())
}

/// Finds the snapshot's time: as told, else in a name, else the files' own clocks; of several files the newest.
fn snapshot_time(context: &Context, inputs: &[Input], told: Option<Moment>) -> Result<Moment> {
    let named = || {
        inputs
            .iter()
            .filter_map(|input| time_in_name(context, input.source.name()))
            .max()
    };
    let clocks = || inputs.iter().filter_map(|input| modified(&input.source)).max();
    let unknown = || {
        let file = inputs.first().map(|input| input.shown.clone()).unwrap_or_default();
        Failure::SnapshotTimeUnknown { file }
    };
    Ok(told.or_else(named).or_else(clocks).ok_or_else(unknown)?)
}

fn import_snapshot(
    context: &Context,
    office: &mut Office,
    inputs: &[Input],
    reading: &ReadingArgs,
    terms: Terms,
    dry_run: bool,
) -> Result<Vec<ImportReport>> {
    let options = reading.options(context, FileKind::Queue)?;
    let mut parts = Vec::new();
    let stored = in_one_pass(|passes| {
        let mut step = |ledger: &mut dyn Ledger| {
            let (draft, read) = compare(context, ledger, inputs, &options, passes)?;
            parts = read;
            let delta = draft.finish(terms.partial);
            let records = record(context, ledger, inputs, &parts, &delta, terms)?;
            Ok((records, delta.tallies))
        };
        if dry_run {
            office.store.rehearse(&mut step)
        } else {
            office.store.write(&mut step)
        }
    });
    // Told before a refusal is: it may come of a form that was recognised wrongly.
    for (input, part) in inputs.iter().zip(&parts) {
        tell_form(context, input, &part.file);
    }
    let (records, tallies) = stored.map_err(|error| match inputs.first() {
        Some(input) => input.refused(error),
        None => error,
    })?;
    let mut reports = Vec::new();
    for (((input, part), record), tally) in inputs.iter().zip(&parts).zip(&records).zip(&tallies) {
        let mut report = input.report(record, part_warnings(part, tally));
        if !dry_run {
            rejects::attach(context, office, &mut report, record, &part.file.headers)?;
        }
        reports.push(report);
    }
    Ok(reports)
}

/// A row with the fingerprint of its content, made where the row is read, and the trace of its line.
struct Sealed {
    row: QueueRow,
    content: i64,
    trace: Option<Trace>,
}

fn sealed(row: QueueRow, trace: Option<Trace>) -> Sealed {
    let content = Fingerprint::of(&row).0;
    Sealed { row, content, trace }
}

/// Keeps rows in the store.
struct InLedger<'l>(&'l mut dyn Ledger);

impl Keeper for InLedger<'_> {
    type Error = anyhow::Error;

    fn keep(&mut self, offered: Offered<'_>) -> Result<()> {
        self.0
            .keep_entry(offered.row, Fingerprint(offered.content), offered.trace)
    }

    fn status_at(&mut self, nik: Nik) -> Result<Option<Moment>> {
        self.0.entry_status_at(nik)
    }
}

/// So many rows are compared at once.
const HANDFUL: usize = 256;

/// Compares the rows of every file with what is known, and lets the store keep those that say something new.
fn compare(
    context: &Context,
    ledger: &mut dyn Ledger,
    inputs: &[Input],
    options: &ReadOptions,
    passes: Passes,
) -> Result<(SnapshotDraft, Vec<Part>)> {
    let today = context.as_of.day(context.zone());
    let mut draft = SnapshotDraft::new(ledger.known_entries()?);
    let known = KnownTraces::new(draft.known().iter().map(|entry| entry.trace.filter(|_| entry.present)));
    let mut keeper = InLedger(ledger);
    let mut parts = Vec::new();
    for input in inputs {
        draft.next_file();
        let mut rejects = Vec::new();
        let mut take = |heap: &mut Heap<Sealed>| {
            offer(&mut draft, heap, &mut keeper)?;
            for reject in heap.items.iter().filter_map(Item::rejected) {
                // A row that cannot be used still says that its entry has not left.
                let readable = |cell: &String| NikReading::read(cell).and_then(|reading| reading.trusted());
                reject.cells.iter().filter_map(readable).for_each(|nik| draft.saw(nik));
                rejects.push(rejects::record(reject.clone()));
            }
            Ok(())
        };
        let file = read_queue_as(&input.source, options, today, (passes, &known), sealed, &mut take)
            .map_err(|error| input.refused(error.into()))?
            .ok_or(Misjudged)?;
        parts.push(Part::of(file, rejects));
    }
    Ok((draft, parts))
}

/// Offers the rows of a heap in the order of their lines.
fn offer(draft: &mut SnapshotDraft, heap: &Heap<Sealed>, keeper: &mut InLedger<'_>) -> Result<()> {
    let (mut items, mut known) = (heap.items.as_slice(), heap.known.as_slice());
    while !items.is_empty() || !known.is_empty() {
        let next_item = items.first().map_or(u64::MAX, Item::line);
        let (before, after) = known.split_at(known.partition_point(|row| row.line <= next_item));
        for row in before {
            draft.recognise(row.line, row.number, keeper)?;
        }
        known = after;
        let next_known = known.first().map_or(u64::MAX, |row| row.line);
        let ahead = &items[..items.len().min(HANDFUL)];
        let (handful, _) = ahead.split_at(ahead.partition_point(|item| item.line() < next_known));
        let rows = handful.iter().filter_map(|item| match item {
            Item::Row { line, record, .. } => Some(Offered {
                line: *line,
                row: &record.row,
                content: record.content,
                trace: record.trace,
            }),
            Item::Rejected(_) => None,
        });
        draft.offer(rows, keeper)?;
        items = &items[handful.len()..];
    }
    Ok(())
}

impl Part {
    fn of(file: FileReport, rejects: Vec<RejectRecord>) -> Self {
        let mended = rejects::mended(&file);
        Self { file, rejects, mended }
    }
}

fn part_warnings(part: &Part, tally: &Tally) -> Vec<WarningReport> {
    let mut found = warnings(&part.file.warnings);
    if tally.repeated > 0 {
        found.push(WarningReport {
            code: "repeated_in_snapshot".to_owned(),
            count: tally.repeated,
            example_line: tally.repeated_line,
        });
    }
    found
}

/// Records the snapshot, unless it is older than the newest known or looks cut off.
fn record(
    context: &Context,
    ledger: &mut dyn Ledger,
    inputs: &[Input],
    parts: &[Part],
    delta: &SnapshotDelta,
    terms: Terms,
) -> Result<Vec<FileRecord>> {
    if let Some(newest) = ledger
        .newest_snapshot()?
        .filter(|newest| newest.taken_at > terms.taken_at)
    {
        let iso = |moment: Moment| moment.iso(context.zone());
        return Err(Failure::SnapshotOlder {
            newest: iso(newest.taken_at),
            taken_at: iso(terms.taken_at),
        }
        .into());
    }
    if delta.shrinks_too_much() && !terms.accept_shrink {
        let (left, present) = (delta.left_unprinted, delta.present_unprinted);
        return Err(Failure::SnapshotShrinks { left, present }.into());
    }
    let mut records = Vec::new();
    for ((input, part), tally) in inputs.iter().zip(parts).zip(&delta.tallies) {
        let mut record = input.record(context, FileKind::Queue, part.file.reading.clone());
        record.taken_at = Some(terms.taken_at);
        record.id = ledger.add_file(&record)?;
        record.counts = Counts {
            added: tally.added,
            changed: tally.changed,
            unchanged: tally.unchanged,
            rejected: u64::try_from(part.rejects.len())?,
            ..Counts::default()
        };
        record.counts.rows = record.counts.bucket_sum();
        ledger.add_rejects(record.id, &part.rejects)?;
        ledger.mend_rejects(&part.mended)?;
        records.push(record);
    }
    if let Some(last) = records.last_mut() {
        let left = surely_left(ledger, parts, &delta.left)?;
        last.counts.left = u64::try_from(left.len())?;
        let snapshot = ledger.add_snapshot(last.id, terms.taken_at, terms.partial)?;
        ledger.write_entries(snapshot, &delta.rows)?;
        ledger.retrace_entries(&delta.retraced)?;
        ledger.mark_left(snapshot, &left)?;
    }
    for record in &records {
        ledger.close_file(record.id, record)?;
        ledger.add_event(&event(context, record))?;
    }
    Ok(records)
}

/// So many entries are looked up at most: a snapshot that loses more is looked at by a person anyway.
const MOST_LOOKED_UP: usize = 10_000;

/// Takes out the entries whose row perhaps stands in the snapshot under a NIK that cannot be read: a rejected row gives
/// their name.
fn surely_left(ledger: &mut dyn Ledger, parts: &[Part], left: &[Nik]) -> Result<Vec<Nik>> {
    let rejects = parts.iter().flat_map(|part| &part.rejects);
    let cells = rejects
        .flat_map(|reject| &reject.cells)
        .map(|cell| cell.trim().to_uppercase());
    let written: BTreeSet<String> = cells.filter(|cell| !cell.is_empty()).collect();
    if written.is_empty() || left.len() > MOST_LOOKED_UP {
        return Ok(left.to_vec());
    }
    let mut surely = left.to_vec();
    surely.sort_unstable();
    let perhaps = ledger.entries_named(&surely, &mut |name| written.contains(&name.to_uppercase()))?;
    surely.retain(|nik| perhaps.binary_search(nik).is_err());
    Ok(surely)
}
