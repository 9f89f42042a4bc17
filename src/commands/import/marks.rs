//! Marks spare a night the reading of files that lie in the inbox untouched since an earlier one: after a year they
//! would be its dearest step.
//!
//! A mark remembers what a file's bytes say, and nothing else. Whether the file is known, and what is told of it, is
//! looked up as if it had been read. It must hold for nothing that anybody could have touched.

use crate::commands::office::Office;
use crate::context::Context;
use crate::domain::moment::Moment;
use crate::intake::options::ReadOptions;
use crate::intake::source::Source;
use crate::intake::table::READING_VERSION;
use crate::outputs::file::sha256_hex;
use crate::store::Store;
use crate::store::records::{FileKind, FileMark};
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

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

    /// Returns the mark of a file, if nothing of what it hangs on is different now.
    pub(super) fn recall(
        &self,
        kind: FileKind,
        name: &str,
        found: &Metadata,
        options: &ReadOptions,
    ) -> Option<FileMark> {
        let mark = self.stored.get(&(kind, name.to_owned()))?;
        (mark.stamp == stamp(found, options)).then(|| mark.clone())
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

/// Returns the stamp of an open file that has lain untouched for long enough, by the wall clock and not by the run's.
///
/// Whoever writes to it from now on gives it another stamp: it may be taken before or after the file is read.
pub(super) fn settled_stamp(
    context: &Context,
    office: &Office,
    kind: FileKind,
    source: &Source,
    options: &ReadOptions,
) -> Option<String> {
    let found = source.metadata().ok()?;
    let is_settled = is_settled(found.ctime(), context.started_at());
    (is_settled && office.home.has_change_times(&office.home.inbox(kind.code()))).then(|| stamp(&found, options))
}

fn is_settled(changed_seconds: i64, started_at: Moment) -> bool {
    changed_seconds.saturating_add(SETTLED_SECONDS) <= started_at.seconds()
}

/// All that a mark hangs on: which file it is and when it was touched, this version, and how it would be read.
fn stamp(found: &Metadata, options: &ReadOptions) -> String {
    // Whoever adds an option has to say here whether reading depends on it. What comes out does not depend on the pace.
    let ReadOptions {
        zone,
        office,
        date_order,
        dialect,
        columns,
        pace: _,
    } = options;
    let version = env!("CARGO_PKG_VERSION");
    let settings = format!("{version} {READING_VERSION} {zone:?} {office:?} {date_order:?} {dialect:?} {columns:?}");
    let file = [
        found.dev().to_string(),
        found.ino().to_string(),
        found.len().to_string(),
        format!("{}.{:09}", found.mtime(), found.mtime_nsec()),
        format!("{}.{:09}", found.ctime(), found.ctime_nsec()),
    ];
    format!("{} {}", file.join(" "), sha256_hex(settings.as_bytes()))
}
