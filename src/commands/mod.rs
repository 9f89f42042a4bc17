//! One file per subcommand: its arguments, and a recipe that reads facts, decides, commits, and then shows.
//! The rules themselves live in `domain`.

pub mod aside;
pub mod backup;
pub mod batch;
pub mod blanks;
pub mod check;
pub mod completions;
pub mod decide;
pub mod destroy;
pub mod expedite;
pub mod explain;
pub mod forecast;
pub mod handover;
pub mod import;
pub mod init;
pub mod listing;
pub mod log;
pub mod man;
pub mod nightly;
pub mod notify;
pub mod office;
pub mod printed;
pub mod reconcile;
pub mod report;
pub mod rescue;
pub mod restore;
pub mod review;
mod standing;
pub mod status;
pub mod stuck;

use crate::exit::Exit;

/// How a command ended when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, but something needs a person.
    NeedsPerson,
    /// The books do not balance, or the store is damaged.
    BooksBroken,
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::NeedsPerson => Self::NeedsPerson,
            Outcome::BooksBroken => Self::Damaged,
        }
    }
}
