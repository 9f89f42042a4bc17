//! The JSON of the contract (PRODUCT section 6): every field always present, `[]` and `null` rather than absence.

use serde::Serialize;
use std::collections::BTreeMap;

/// One imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// links, queue or results.
    pub kind: &'static str,
    /// The file as named.
    pub file: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Data rows: the sum of the next five.
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
    /// Doubts that reject nothing.
    pub warnings: Vec<WarningReport>,
    /// Where the rejected rows stand.
    pub rejects_file: Option<String>,
    /// Rejected rows that nobody mended yet; not part of the contract's JSON.
    #[serde(skip)]
    pub open_rejected: u64,
    /// As what the file was read; not part of the contract's JSON.
    #[serde(skip)]
    pub read_as: ReadAs,
}

/// What reading found of a file's form, beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadAs {
    /// Fingerprint of all that reading depended on beside the bytes.
    pub reading: String,
    /// The headers, from left to right.
    pub headers: Vec<String>,
}

/// A doubt about rows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WarningReport {
    /// Stable code.
    pub code: String,
    /// How many rows.
    pub count: u64,
    /// The first of them, as an editor counts lines.
    pub example_line: Option<u64>,
}

/// One application.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the names are the contract's
pub struct ApplicationReport {
    pub nik: String,
    pub name: String,
    pub category: &'static str,
    pub owner: &'static str,
    pub action: String,
    pub status: Option<String>,
    pub registrations: u32,
    pub registered_at: Option<String>,
    pub queued_at: Option<String>,
    pub waiting_since: String,
    pub days_waiting: u32,
    pub ready_since: Option<String>,
    pub district: Option<String>,
    pub village: Option<String>,
    pub reason: Option<String>,
    pub request_no: Option<String>,
    pub batch: Option<String>,
    pub candidate_nik: Option<String>,
    pub candidate_name: Option<String>,
    pub candidate_score: Option<f64>,
    pub explanation: String,
}

/// `reconcile`.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct ReconcileReport {
    pub as_of: String,
    pub counts: BTreeMap<&'static str, u64>,
    pub applications: Vec<ApplicationReport>,
}

/// `stuck`.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct StuckReport {
    pub as_of: String,
    pub days: u32,
    pub working_days: bool,
    pub total: u64,
    pub by_category: BTreeMap<&'static str, u64>,
    pub by_owner: BTreeMap<&'static str, u64>,
    pub by_district: BTreeMap<String, u64>,
    pub by_age: BTreeMap<&'static str, u64>,
    pub applications: Vec<ApplicationReport>,
}

/// `batch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct BatchReport {
    pub date: String,
    pub capacity: u64,
    pub blanks: Option<u64>,
    pub planned: u64,
    pub left_over: u64,
    pub batches: Vec<BatchLine>,
}

/// One batch of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct BatchLine {
    pub batch: String,
    pub operator: String,
    pub capacity: u32,
    pub cards: u64,
    pub file: String,
    pub sha256: String,
}

/// `nightly`.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct NightlyReport {
    pub as_of: String,
    pub imports: Vec<ImportReport>,
    pub counts: BTreeMap<&'static str, u64>,
    pub stuck: StuckTotal,
    pub batch: BatchReport,
    pub attention: Vec<AttentionLine>,
    pub files: Vec<String>,
}

/// How many are stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct StuckTotal {
    pub days: u32,
    pub total: u64,
}

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttentionLine {
    /// Stable code.
    pub code: String,
    /// How many.
    pub count: u64,
    /// The command that cures it.
    pub hint: String,
}
