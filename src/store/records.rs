//! The records that a store keeps beside the facts of applications: files, rejects, snapshots, events.

use crate::domain::moment::Moment;
use crate::domain::queue::QueueRow;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// Which of the three imports a file went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Registrations.
    Links,
    /// A print-queue export.
    Queue,
    /// Results of batches.
    Results,
}

impl FileKind {
    /// Returns the word of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Queue => "queue",
            Self::Results => "results",
        }
    }
}

/// A file's number in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub i64);

/// A snapshot's number in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(pub i64);

/// The equation of one file: `rows = added + changed + unchanged + held + rejected`; `left` stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Data rows.
    pub rows: u64,
    /// New.
    pub added: u64,
    /// Known, with other content now.
    pub changed: u64,
    /// Known already.
    pub unchanged: u64,
    /// Kept, but not to be trusted.
    pub held: u64,
    /// Unusable.
    pub rejected: u64,
    /// Entries that left the queue.
    pub left: u64,
}

impl Counts {
    /// Adds up the five buckets.
    pub fn bucket_sum(&self) -> u64 {
        self.added + self.changed + self.unchanged + self.held + self.rejected
    }

    /// Tells whether every row ended in exactly one bucket.
    pub fn balance(&self) -> bool {
        self.rows == self.bucket_sum()
    }
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Its number; 0 before it is stored.
    pub id: FileId,
    /// Which import.
    pub kind: FileKind,
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of the whole file, hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Fingerprint of the column mapping and the settings that reading depends on.
    pub reading: String,
    /// When it was imported.
    pub imported_at: Moment,
    /// By whom.
    pub user: String,
    /// The numbers.
    pub counts: Counts,
    /// The snapshot's time, for queue files.
    pub taken_at: Option<Moment>,
    /// Where the last record starts, and what the reader needs to go on from there; opaque to the store.
    pub resume: Option<String>,
}

/// What the bytes of a file in the inbox say, remembered while nobody touches the file. No fact: whatever is lost of
/// it, the file is read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMark {
    /// In the folder of which import it lies.
    pub kind: FileKind,
    /// Its name, without folders.
    pub name: String,
    /// What must still be so for the mark to hold; opaque to the store.
    pub stamp: String,
    /// SHA-256 of the whole file, hexadecimal.
    pub sha256: String,
    /// As in [`FileRecord::reading`].
    pub reading: String,
    /// Its headers, from left to right.
    pub headers: Vec<String>,
    /// What a longer file needs to know that begins with this one; opaque to the store, and empty where nothing is known.
    pub beginning: String,
}

/// A rejected row with its original cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectRecord {
    /// 1-based line, as an editor counts.
    pub line: u64,
    /// Stable code of the reason.
    pub code: String,
    /// The field at fault.
    pub field: Option<String>,
    /// The cells as they stood.
    pub cells: Vec<String>,
    /// It came in after all, through a rejects file.
    pub mended: bool,
}

/// What became of a handful of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowFates {
    /// New.
    pub added: u64,
    /// Held before, trusted now.
    pub changed: u64,
    /// Known.
    pub unchanged: u64,
    /// New, and held.
    pub held: u64,
}

/// A snapshot of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotRecord {
    /// Its number.
    pub id: SnapshotId,
    /// Its time.
    pub taken_at: Moment,
    /// Only a part of the queue.
    pub partial: bool,
}

/// The content of a queue row in eight bytes, to see what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub i64);

impl Fingerprint {
    /// Computes the fingerprint of a row.
    pub fn of(row: &QueueRow) -> Self {
        // One long update costs less than a dozen short ones.
        let mut bytes = Vec::with_capacity(192);
        let mut text = |part: Option<&[u8]>| {
            bytes.extend_from_slice(part.unwrap_or(b"\x01"));
            bytes.push(0);
        };
        text(Some(row.name.as_bytes()));
        text(Some(row.status.canonical().as_bytes()));
        text(row.request_no.as_ref().map(|text| text.as_bytes()));
        text(row.kk.as_ref().map(|kk| kk.as_bytes()));
        text(row.district.as_ref().map(|text| text.as_bytes()));
        text(row.village.as_ref().map(|text| text.as_bytes()));
        text(row.reason.as_ref().map(|text| text.as_bytes()));
        text(row.phone.as_ref().map(|phone| phone.as_bytes()));
        let born = row.birth_date;
        let born = born.map_or(i32::MIN, |day| chrono::Datelike::num_days_from_ce(&day));
        bytes.extend_from_slice(&row.status_at.map_or(i64::MIN, Moment::seconds).to_le_bytes());
        bytes.extend_from_slice(&born.to_le_bytes());
        bytes.extend_from_slice(&[flag(row.alive), flag(row.moved)]);
        let digest = Sha256::digest(&bytes);
        let mut eight = [0_u8; 8];
        eight.copy_from_slice(&digest[..8]);
        Self(i64::from_le_bytes(eight))
    }
}

fn flag(value: Option<bool>) -> u8 {
    value.map_or(2, u8::from)
}

/// Which batches are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchFilter {
    /// All of them.
    All,
    /// Those with an open card.
    Open,
    /// Those of one date.
    On(NaiveDate),
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who.
    pub user: String,
    /// Stable code of what was done.
    pub action: String,
    /// To what: a file, a batch, a masked NIK.
    pub subject: String,
    /// A stated reason or remark.
    pub note: Option<String>,
    /// How many.
    pub count: Option<u64>,
}

/// A file that left for the operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutFile {
    /// The day of printing.
    pub date: NaiveDate,
    /// Its batch; none for the manifest.
    pub batch: Option<String>,
    /// Path relative to the home.
    pub path: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// A fingerprint of all that it was made from, where making it is dear: the same gives the same bytes again.
    pub recipe: Option<String>,
}

/// One fault that the store found in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrityFault {
    /// Where.
    pub place: String,
    /// What.
    pub detail: String,
}
