//! Empty cards: the ledger, and what is left.

use super::moment::Moment;

/// What happened to the stock of blanks, apart from results and walk-in prints, which count by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankMove {
    /// Blanks arrived.
    Added(u32),
    /// Somebody counted the stock; this is what there was.
    Counted(u32),
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankEvent {
    /// When.
    pub at: Moment,
    /// Its place in the order of recording, shared with `BlanksUsed`.
    pub recorded: u64,
    /// What.
    pub movement: BlankMove,
    /// Who recorded it.
    pub user: String,
    /// A remark.
    pub note: Option<String>,
}
