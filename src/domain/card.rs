//! A card and its batch: what stands on it, on what right it is printed, and what became of it.

use super::moment::Moment;
use super::nik::Nik;
use chrono::NaiveDate;

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

/// What became of a card so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardState {
    /// In a batch, without a result.
    Open,
    /// A result came back.
    Answered {
        /// The result.
        result: CardResult,
        /// When it was printed or tried.
        at: Moment,
    },
    /// Returned to the pool without a result, or handed on to another batch.
    Withdrawn {
        /// When.
        at: Moment,
    },
}

/// A card as an application's history knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFact {
    /// The batch's name.
    pub batch: String,
    /// When the batch was planned.
    pub planned_at: Moment,
    /// The right that it uses.
    pub right: PrintRight,
    /// What became of it.
    pub state: CardState,
    /// From when the office could print it, as planned.
    pub ready_since: Option<Moment>,
}

impl CardFact {
    /// Takes a card that is being planned.
    pub fn planned(batch: &Batch, card: &Card) -> Self {
        Self {
            batch: batch.name.clone(),
            planned_at: batch.planned_at,
            right: card.right,
            state: card.state,
            ready_since: card.cells.ready_since,
        }
    }
}

/// On what right a card is printed; a right is used up by printing once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrintRight {
    /// A printable queue entry, by the moment of its status.
    Entry(Moment),
    /// A registration that asks for a reprint, by its moment.
    Reprint(Moment),
}

/// The cells of a card, fixed when it is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCells {
    /// The population number.
    pub nik: Nik,
    /// The name in the population system, else as registered.
    pub name: String,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Kecamatan.
    pub district: Option<String>,
    /// Kelurahan.
    pub village: Option<String>,
    /// The request number.
    pub request_no: Option<String>,
    /// Why a card is wanted.
    pub reason: Option<String>,
    /// Since when the person waits.
    pub waiting_since: Moment,
    /// Days from then to the plan.
    pub days_waiting: u32,
    /// From when the office could print it.
    pub ready_since: Option<Moment>,
}

/// One line of a batch as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The batch's name.
    pub batch: String,
    /// 1-based number within the batch.
    pub seq: u32,
    /// The fixed cells.
    pub cells: CardCells,
    /// The right that it uses.
    pub right: PrintRight,
    /// Where it stands.
    pub state: CardState,
    /// The note that came with the result.
    pub note: Option<String>,
    /// Whether a result file came back without an answer for it.
    pub asked: bool,
}

/// The cards of one operator on one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The name: date, operator's file name, and `+2`, `+3` for later ones of the day.
    pub name: String,
    /// The day of printing.
    pub date: NaiveDate,
    /// Who prints.
    pub operator: String,
    /// 1 for the operator's first batch of the date.
    pub ordinal: u32,
    /// The operator's capacity on the date, cards.
    pub capacity: u32,
    /// When it was planned.
    pub planned_at: Moment,
}
