//! Results: what became of a card, as a result file says it.

use super::moment::Moment;
use super::nik::NikReading;

/// What became of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardResult {
    /// The card exists; it uses a blank.
    Printed,
    /// A blank was used up without a card.
    Spoiled,
    /// Nothing was printed; no blank is gone.
    NotPrinted,
}

impl CardResult {
    /// Returns the word of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Spoiled => "spoiled",
            Self::NotPrinted => "not_printed",
        }
    }
}

/// One data row of a result file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    /// The batch, where the row names one.
    pub batch: Option<String>,
    /// The card's number in its batch, where the row gives it.
    pub seq: Option<u32>,
    /// The NIK cell; a spreadsheet may have damaged it, then batch and seq tell the card.
    pub nik: NikReading,
    /// The name, where given.
    pub name: Option<String>,
    /// The answer; none is not an answer.
    pub result: Option<CardResult>,
    /// The `note` column; the cause of a spoiled card.
    pub note: Option<String>,
    /// When it was printed, where the file has a column for it.
    pub printed_at: Option<Moment>,
    /// Who printed it, where the file has a column for it (walk-in prints).
    pub operator: Option<String>,
}
