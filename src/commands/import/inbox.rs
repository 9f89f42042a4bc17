//! The inbox: files stay where they are and are known by their content.

use super::file::{Input, ReadingArgs, import_kind, moment_of, report};
use super::marks::{Marks, Subject};
use super::{links, queue, rejects, results};
use crate::commands::explain::RefusedFile;
use crate::commands::office::Office;
use crate::context::Context;
use crate::domain::moment::Moment;
use crate::domain::results::ResultPolicy;
use crate::home::entries_if_there;
use crate::intake::error::{IntakeError, NotAFile};
use crate::intake::options::ReadOptions;
use crate::intake::table::Table;
use crate::outputs::reports::ImportReport;
use crate::store::Store;
use crate::store::records::{Counts, FileKind, FileMark, FileRecord};
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

/// The inbox of one night. Each file is known by its content, which is read only where somebody may have touched it.
#[derive(Debug)]
pub struct Inbox {
    marks: Marks,
    /// The files of one kind, until another one comes in.
    known: Option<(FileKind, Vec<FileRecord>)>,
}

impl Inbox {
    /// Opens the inbox with what is remembered of its files.
    ///
    /// # Errors
    /// Those of the store.
    pub fn open(office: &Office) -> Result<Self> {
        Ok(Self {
            marks: Marks::load(office)?,
            known: None,
        })
    }

    /// Imports one file, unless its content is known already.
    ///
    /// # Errors
    /// The file is refused (see `is_refusal`), or the store fails.
    pub fn import(
        &mut self,
        context: &Context,
        office: &mut Office,
        kind: FileKind,
        path: &Path,
    ) -> Result<ImportReport> {
        refuse_link_outside(office, kind, path)?;
        let options = ReadingArgs::default().options(context, kind)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let subject = Subject {
            kind,
            name: &name,
            started_at: context.started_at(),
            options: &options,
        };
        if let Some(mark) = self.marks.recall(office, &subject, path) {
            let shown = office.home.shown(path).display().to_string();
            if let Some(report) = self.report_of_known(context, office, &shown, &mark)? {
                self.marks.keep(mark);
                return Ok(report);
            }
        }
        let (lengths, beginnings) = (links::known_lengths(office, kind)?, self.marks.beginnings(kind));
        let input = Input::open(office, path, &lengths, &beginnings)?;
        let found = input.source.metadata().ok();
        let stamp = found.map(|found| subject.stamp(office, &found, input.source.print()));
        let beginning = match links::grows(kind) {
            true => input.source.beginning().encode(),
            false => String::new(),
        };
        let report = self.import_read(context, office, kind, input, &options)?;
        if let Some(stamp) = stamp {
            self.marks.keep(FileMark {
                kind,
                name: name.into_owned(),
                stamp,
                sha256: report.sha256.clone(),
                reading: report.read_as.reading.clone(),
                headers: report.read_as.headers.clone(),
                beginning,
            });
        }
        Ok(report)
    }

    /// Keeps for the next night what is remembered of the files.
    ///
    /// # Errors
    /// Those of the store.
    pub fn close(self, office: &mut Office) -> Result<()> {
        self.marks.store(office)
    }

    fn import_read(
        &mut self,
        context: &Context,
        office: &mut Office,
        kind: FileKind,
        input: Input,
        options: &ReadOptions,
    ) -> Result<ImportReport> {
        if let Some(mark) = self.read_as_before(office, kind, &input, options)?
            && let Some(report) = self.report_of_known(context, office, &input.shown, &mark)?
        {
            return Ok(report);
        }
        self.known = None;
        let reading = ReadingArgs::default();
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

    /// Reads the form of a file whose bytes were imported before.
    fn read_as_before(
        &mut self,
        office: &Office,
        kind: FileKind,
        input: &Input,
        options: &ReadOptions,
    ) -> Result<Option<FileMark>> {
        let sha256 = input.source.sha256_hex();
        if !self.known(office, kind)?.iter().any(|file| file.sha256 == sha256) {
            return Ok(None);
        }
        let table =
            Table::open(&input.source, import_kind(kind), options).map_err(|error| input.refused(error.into()))?;
        Ok(Some(FileMark {
            kind,
            name: input.source.name().to_owned(),
            stamp: String::new(),
            sha256,
            reading: table.reading(options),
            headers: table.layout().headers().to_vec(),
            beginning: String::new(),
        }))
    }

    /// Returns the numbers of a file that is known by its content and was read the same way: its rows are known, those
    /// that were rejected still are.
    fn report_of_known(
        &mut self,
        context: &Context,
        office: &Office,
        shown: &str,
        mark: &FileMark,
    ) -> Result<Option<ImportReport>> {
        let kind = mark.kind;
        let named = queue::time_in_name(context, &mark.name);
        let same = |file: &&FileRecord| {
            (&file.sha256, &file.reading) == (&mark.sha256, &mark.reading)
                && (kind != FileKind::Queue || named.is_none() || file.taken_at == named)
        };
        let Some(file) = self.known(office, kind)?.iter().rev().find(same) else {
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
        let mut report = report(shown, &record, Vec::new());
        rejects::attach(context, office, &mut report, &record, &mark.headers)?;
        Ok(Some(report))
    }

    /// Returns the files of a kind that were imported, oldest first.
    fn known(&mut self, office: &Office, kind: FileKind) -> Result<&[FileRecord]> {
        let files = match self.known.take() {
            Some((of, files)) if of == kind => files,
            _ => office.store.read(|facts| facts.files(kind))?,
        };
        Ok(&self.known.insert((kind, files)).1)
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
