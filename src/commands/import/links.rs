//! `import links`: registrations; a cumulative export is read from the start of the last record that is known.
//!
//! While one core takes rows into the store, the other reads on; what comes out does not depend on it.

use super::file::{Input, Misjudged, ReadingArgs, event, in_one_pass, tell_form, warnings};
use super::rejects;
use super::{CommonArgs, Done, each_alone};
use crate::commands::office::Office;
use crate::context::Context;
use crate::intake::delivery::{EarlierFile, Item};
use crate::intake::links::{LinkItem, read_links_as};
use crate::intake::options::ReadOptions;
use crate::intake::passes::Passes;
use crate::intake::report::{FileReport, Skipped};
use crate::outputs::reports::ImportReport;
use crate::store::records::{Counts, FileId, FileKind, FileRecord, RejectRecord};
use crate::store::{Ledger, Store};
use anyhow::Result;

/// Imports link exports, each on its own.
///
/// # Errors
/// Every file is refused, or the store fails.
pub(super) fn import(context: &Context, office: &mut Office, args: &CommonArgs) -> Result<Done> {
    each_alone(context, &args.files, |path| {
        let input = Input::open(office, path, &known_lengths(office, FileKind::Links)?, &[])?;
        import_one(context, office, &input, &args.reading, args.dry_run)
    })
}

/// Tells whether the exports of a kind are cumulative.
pub(super) fn grows(kind: FileKind) -> bool {
    kind == FileKind::Links
}

/// Returns the lengths of the files known, with one of which a cumulative export may begin.
///
/// # Errors
/// Those of the store.
pub(super) fn known_lengths(office: &Office, kind: FileKind) -> Result<Vec<u64>> {
    if !grows(kind) {
        return Ok(Vec::new());
    }
    let files = office.store.read(|facts| facts.files(kind))?;
    Ok(files
        .into_iter()
        .filter(|file| file.resume.is_some())
        .map(|file| file.bytes)
        .collect())
}

/// Imports one link export.
///
/// # Errors
/// The file is refused, or the store fails; nothing was changed then.
pub(super) fn import_one(
    context: &Context,
    office: &mut Office,
    input: &Input,
    reading: &ReadingArgs,
    dry_run: bool,
) -> Result<ImportReport> {
    let options = reading.options(context, FileKind::Links)?;
    let known = office.store.read(|facts| facts.files(FileKind::Links))?;
    let known: Vec<FileRecord> = known.into_iter().filter(|file| file.resume.is_some()).collect();
    let stored = in_one_pass(|passes| {
        let mut step = |ledger: &mut dyn Ledger| take_in(context, ledger, input, &options, &known, passes);
        if dry_run {
            office.store.rehearse(&mut step)
        } else {
            office.store.write(&mut step)
        }
    });
    let (record, file) = stored.map_err(|error| input.refused(error))?;
    tell_form(context, input, &file);
    let mut report = input.report(&record, warnings(&file.warnings));
    if !dry_run {
        rejects::attach(context, office, &mut report, &record, &file.headers)?;
    }
    Ok(report)
}

fn take_in(
    context: &Context,
    ledger: &mut dyn Ledger,
    input: &Input,
    options: &ReadOptions,
    known: &[FileRecord],
    passes: Passes,
) -> Result<(FileRecord, FileReport)> {
    let mut record = input.record(context, FileKind::Links, String::new());
    record.id = ledger.add_file(&record)?;
    let earlier: Vec<EarlierFile> = known.iter().filter_map(earlier_file).collect();
    let mut take = |heap: &mut Vec<LinkItem>| {
        let mut rows = heap.iter().filter_map(|item| match item {
            Item::Row { line, record, .. } => Some((*line, record)),
            Item::Rejected(_) => None,
        });
        ledger.add_registrations(record.id, &mut rows)?;
        let rejects = heap.iter().filter_map(Item::rejected).cloned();
        let rejects: Vec<RejectRecord> = rejects.map(rejects::record).collect();
        ledger.add_rejects(record.id, &rejects)
    };
    let file = read_links_as(&input.source, options, &earlier, passes, |row| row, &mut take)?.ok_or(Misjudged)?;
    let fates = ledger.settle_registrations()?;
    let skipped = file.skipped.as_ref();
    if let Some((skipped, from)) = skipped.and_then(|skipped| Some((skipped, known.get(skipped.earlier)?))) {
        carry_rejects(ledger, record.id, from.id, skipped)?;
    }
    record.reading.clone_from(&file.reading);
    record.resume.clone_from(&file.resume);
    record.counts = Counts {
        rows: file.rows,
        added: fates.added,
        changed: fates.changed,
        unchanged: fates.unchanged + skipped.map_or(0, |skipped| skipped.rows - skipped.rejected),
        held: fates.held,
        rejected: file.rejected,
        left: 0,
    };
    ledger.mend_rejects(&rejects::mended(&file))?;
    ledger.close_file(record.id, &record)?;
    ledger.add_event(&event(context, &record))?;
    Ok((record, file))
}

fn earlier_file(file: &FileRecord) -> Option<EarlierFile> {
    Some(EarlierFile {
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        reading: file.reading.clone(),
        resume: file.resume.clone()?,
    })
}

/// The rejected rows of the part that was not read again stand in this file too.
fn carry_rejects(ledger: &mut dyn Ledger, file: FileId, from: FileId, skipped: &Skipped) -> Result<()> {
    let mut rejects = ledger.rejects(from)?;
    rejects.retain(|reject| reject.line < skipped.line);
    ledger.add_rejects(file, &rejects)
}
