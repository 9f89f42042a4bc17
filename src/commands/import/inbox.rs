//! The inbox: files stay where they are and are known by their content.

use super::file::{Input, ReadingArgs, import_kind, moment_of};
use super::{links, queue, rejects, results};
use crate::commands::explain::RefusedFile;
use crate::commands::office::Office;
use crate::context::Context;
use crate::domain::moment::Moment;
use crate::domain::results::ResultPolicy;
use crate::home::entries_if_there;
use crate::intake::error::{IntakeError, NotAFile};
use crate::intake::table::Table;
use crate::outputs::reports::ImportReport;
use crate::store::Store;
use crate::store::records::{Counts, FileKind, FileRecord};
use anyhow::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Tells whether an error refuses one file, and stops nothing else.
pub fn is_refusal(error: &Error) -> bool {
    error.is::<RefusedFile>()
}

/// Lists the files of one folder of the inbox: queue files by the time of their snapshot, others by name. Hidden
/// files, and the temporary names of programs that still copy, are none yet.
///
/// # Errors
/// The folder cannot be read; one that is missing is empty.
pub fn inbox_files(context: &Context, office: &Office, kind: FileKind) -> Result<Vec<PathBuf>> {
    let folder = office.home.inbox(kind.code());
    let mut files = Vec::new();
    for path in entries_if_there(&folder)? {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let unfinished = [".part", ".tmp", ".crdownload"].iter().any(|end| name.ends_with(end));
        if !(name.starts_with('.') || name.starts_with("~$") || unfinished) {
            files.push((snapshot_time(context, kind, &path, &name), path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

/// The time that sorts a queue file; a file without one comes first, and is refused for it.
fn snapshot_time(context: &Context, kind: FileKind, path: &Path, name: &str) -> Option<Moment> {
    if kind != FileKind::Queue {
        return None;
    }
    queue::time_in_name(context, name).or_else(|| {
        let modified = fs::metadata(path).and_then(|file| file.modified()).ok()?;
        moment_of(modified)
    })
}

/// Imports one file of the inbox, unless its content is known already.
///
/// # Errors
/// The file is refused (see `is_refusal`), or the store fails.
pub fn import_from_inbox(context: &Context, office: &mut Office, kind: FileKind, path: &Path) -> Result<ImportReport> {
    refuse_link_outside(office, kind, path)?;
    let reading = ReadingArgs::default();
    let input = Input::open(office, path, &links::known_lengths(office, kind)?)?;
    if let Some(report) = known_report(context, office, kind, &input, &reading)? {
        return Ok(report);
    }
    match kind {
        FileKind::Links => links::import_one(context, office, &input, &reading, false),
        FileKind::Queue => queue::import_one(context, office, input, &reading),
        FileKind::Results => {
            let policy = ResultPolicy {
                walk_ins: false,
                corrections: false,
            };
            results::import_one(context, office, &input, &reading, policy, false)
        }
    }
}

/// Refuses a link that leads out of the inbox: who may put files there may not have the night read any other.
fn refuse_link_outside(office: &Office, kind: FileKind, path: &Path) -> Result<()> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let (Ok(target), Ok(folder)) = (fs::canonicalize(path), fs::canonicalize(office.home.inbox(kind.code()))) else {
        // What leads nowhere is refused when it is opened.
        return Ok(());
    };
    if !is_link || target.starts_with(folder) {
        return Ok(());
    }
    let error = IntakeError::NotAFile {
        path: path.to_owned(),
        found: NotAFile::LinkOutside,
    };
    Err(RefusedFile {
        file: office.home.shown(path).display().to_string(),
        error: error.into(),
    }
    .into())
}

/// Returns the numbers of a file that is known by its content and was read the same way: its rows are known, those
/// that were rejected still are.
fn known_report(
    context: &Context,
    office: &Office,
    kind: FileKind,
    input: &Input,
    reading: &ReadingArgs,
) -> Result<Option<ImportReport>> {
    let sha256 = input.source.sha256_hex();
    let mut known = office.store.read(|facts| facts.files(kind))?;
    known.retain(|file| file.sha256 == sha256);
    if known.is_empty() {
        return Ok(None);
    }
    let options = reading.options(context, kind)?;
    let table = Table::open(&input.source, import_kind(kind), &options).map_err(|error| input.refused(error.into()))?;
    let fingerprint = table.reading(&options);
    let named = queue::time_in_name(context, input.source.name());
    let same = |file: &&FileRecord| {
        file.reading == fingerprint && (kind != FileKind::Queue || named.is_none() || file.taken_at == named)
    };
    let Some(file) = known.iter().rev().find(same) else {
        return Ok(None);
    };
    let counts = Counts {
        unchanged: file.counts.rows - file.counts.rejected,
        added: 0,
        changed: 0,
        held: 0,
        left: 0,
        ..file.counts
    };
    let record = FileRecord { counts, ..file.clone() };
    let mut report = input.report(&record, Vec::new());
    rejects::attach(context, office, &mut report, &record, table.layout().headers())?;
    Ok(Some(report))
}
