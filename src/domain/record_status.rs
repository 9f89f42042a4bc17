//! The record statuses of the population system (PRODUCT section 4).

/// Where a record stands in the population system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // the canonical names explain themselves
pub enum RecordStatus {
    Unregistered,
    UnderAge,
    BioCaptured,
    Processing,
    SentForEnrollment,
    ReceivedAtCentral,
    EnrollFailureAtCentral,
    EnrollFailureAtRegional,
    SearchFailureAtCentral,
    AdjudicateRecord,
    RequestValidation,
    DuplicateRecord,
    PrintReadyRecord,
    SentForCardPrinting,
    CardPrinted,
    CardShipped,
    CardIssued,
    /// Kept word for word; blocked, the office's move.
    Unknown(String),
}
