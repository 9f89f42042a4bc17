//! Answers at the counter as data: the contract's fields of each application, with what was said about it.

use super::reports::ApplicationReport;
use serde::Serialize;

/// `status`.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)] // the names explain themselves
pub struct StatusReport {
    pub as_of: String,
    pub searched: String,
    pub found: u64,
    pub applications: Vec<AnswerReport>,
    pub near: Vec<NearReport>,
    /// The NIKs asked for beside others, and not found.
    pub missing: Vec<String>,
}

/// One application, and what is said about it.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerReport {
    /// The contract's fields.
    #[serde(flatten)]
    pub application: ApplicationReport,
    /// What a clerk reads out, a sentence each.
    pub answer: Vec<String>,
    /// The first day on which the card can be expected at the counter.
    pub expected_from: Option<String>,
    /// The last day to be reckoned with.
    pub expected_to: Option<String>,
    /// What happened so far, earliest first.
    pub history: Vec<HistoryLine>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct HistoryLine {
    pub at: String,
    pub what: String,
}

/// Somebody who may have been meant.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct NearReport {
    pub nik: String,
    pub name: String,
}
