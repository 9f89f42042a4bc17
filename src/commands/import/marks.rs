//! Marks spare a night the reading of files that lie in the inbox untouched since an earlier one: after a year they
//! would be its dearest step.
//!
//! A mark remembers what a file's bytes say, and nothing else. Whether the file is known, and what is told of it, is
//! looked up as if it had been read. It must hold for nothing that anybody could have touched: a file that had not lain
//! still for long enough when it was read is looked through once more, for a quick print of what it holds.

use crate::commands::office::Office;
use crate::domain::moment::Moment;
use crate::intake::beginnings::Beginning;
use crate::intake::options::ReadOptions;
use crate::intake::prints::Print;
use crate::intake::source::print_file;
use crate::intake::table::READING_VERSION;
use crate::outputs::file::sha256_hex;
use crate::store::Store;
use crate::store::records::{FileKind, FileMark};
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// So long nobody must have touched a file before it was read. A second write within one tick of the kernel's clock
/// leaves the change time as it was, and one through mapped memory does for as long as its page is not on the disk
/// (30 seconds by default).
const SETTLED_SECONDS: i64 = 60;

/// The marks of all files in the inbox, and those that hold after this night.
#[derive(Debug)]
pub(super) struct Marks {
    stored: BTreeMap<(FileKind, String), FileMark>,
    holding: BTreeMap<(FileKind, String), FileMark>,
}

impl Marks {
    /// Reads the marks of earlier nights.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn load(office: &Office) -> Result<Self> {
        let marks = office.store.read(|facts| facts.file_marks())?.into_iter();
        Ok(Self {
            stored: marks.map(|mark| ((mark.kind, mark.name.clone()), mark)).collect(),
            holding: BTreeMap::new(),
        })
    }

    /// Returns the mark of a file, if nothing of what it hangs on is different now, as it is to hold from now on.
    pub(super) fn recall(&self, office: &Office, subject: &Subject<'_>, path: &Path) -> Option<FileMark> {
        let mark = self.stored.get(&(subject.kind, subject.name.to_owned()))?;
        let found = fs::metadata(path).ok()?;
        if mark.stamp == subject.touched(&found) {
            return Some(mark.clone());
        }
        // Of what has another length nothing is read; what cannot be read is told of where it is opened.
        if !mark.stamp.starts_with(&held_bytes(found.len())) {
            return None;
        }
        let (found, print) = print_file(path).ok()?;
        (mark.stamp == subject.held(found.len(), print)).then(|| FileMark {
            stamp: subject.stamp(office, &found, print),
            ..mark.clone()
        })
    }

    /// Returns what the files of earlier nights were that a new one may begin with.
    pub(super) fn beginnings(&self, kind: FileKind) -> Vec<Beginning> {
        let marks = self.stored.values().filter(|mark| mark.kind == kind);
        marks.filter_map(|mark| Beginning::decode(&mark.beginning)).collect()
    }

    /// Lets a mark hold for the next night.
    pub(super) fn keep(&mut self, mark: FileMark) {
        self.holding.insert((mark.kind, mark.name.clone()), mark);
    }

    /// Stores the marks that hold, where they are others than before; those of files that are gone go as well.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn store(self, office: &mut Office) -> Result<()> {
        if self.holding == self.stored {
            return Ok(());
        }
        let marks: Vec<FileMark> = self.holding.into_values().collect();
        office.store.write(|ledger| ledger.set_file_marks(&marks))
    }
}

/// A file of the inbox, and what a mark hangs on beside it.
pub(super) struct Subject<'a> {
    pub(super) kind: FileKind,
    pub(super) name: &'a str,
    pub(super) started_at: Moment,
    pub(super) options: &'a ReadOptions,
}

impl Subject<'_> {
    /// Returns the stamp of a file with this print: of one that has lain untouched for long enough, by the wall clock and
    /// not by the run's, when it was touched; of another what it holds.
    ///
    /// Whoever writes to it from now on gives it another stamp: it may be taken before or after the file is read.
    pub(super) fn stamp(&self, office: &Office, found: &Metadata, print: Print) -> String {
        let is_settled = is_settled(found.ctime(), self.started_at);
        match is_settled && office.home.has_change_times(&office.home.inbox(self.kind.code())) {
            true => self.touched(found),
            false => self.held(found.len(), print),
        }
    }

    /// Which file it is, and when it was touched.
    fn touched(&self, found: &Metadata) -> String {
        let file = [
            found.dev().to_string(),
            found.ino().to_string(),
            found.len().to_string(),
            format!("{}.{:09}", found.mtime(), found.mtime_nsec()),
            format!("{}.{:09}", found.ctime(), found.ctime_nsec()),
        ];
        format!("{} {}", file.join(" "), self.reading())
    }

    /// What it holds.
    fn held(&self, bytes: u64, Print(print): Print) -> String {
        format!("{}{print:032x} {}", held_bytes(bytes), self.reading())
    }

    /// This version, and how the file would be read.
    fn reading(&self) -> String {
        // Whoever adds an option has to say here whether reading depends on it. What comes out does not depend on the pace.
        let ReadOptions {
            zone,
            office,
            date_order,
            dialect,
            columns,
            pace: _,
        } = self.options;
        let version = env!("CARGO_PKG_VERSION");
        let settings =
            format!("{version} {READING_VERSION} {zone:?} {office:?} {date_order:?} {dialect:?} {columns:?}");
        sha256_hex(settings.as_bytes())
    }
}

/// How the stamp of a file of this length begins that says what it holds.
fn held_bytes(bytes: u64) -> String {
    format!("{bytes} bytes ")
}

fn is_settled(changed_seconds: i64, started_at: Moment) -> bool {
    changed_seconds.saturating_add(SETTLED_SECONDS) <= started_at.seconds()
}
