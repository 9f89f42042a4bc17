//! May this card be handed over? Pure: the application and the earlier hand-overs in, a decision with its reason out.

use super::application::{Application, Category, NextStep};
use super::dossier::Handover;
use super::moment::Moment;

/// Why a card is not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoverFault {
    /// Nothing is known of the NIK.
    Unknown,
    /// No card of it was printed here yet.
    NotPrinted {
        /// Where the application stands.
        category: Category,
        /// What is to be done with it.
        next_step: NextStep,
    },
    /// Its card is in a batch that has no result yet.
    NoResult {
        /// The batch.
        batch: String,
    },
    /// It was handed over before.
    Collected {
        /// When.
        at: Moment,
        /// To whom.
        collector: Option<String>,
    },
    /// The print is recorded for a later moment than this.
    PrintedLater {
        /// When it was printed.
        at: Moment,
    },
}

impl HandoverFault {
    /// Returns the stable code of the fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_nik",
            Self::NotPrinted { .. } => "not_printed",
            Self::NoResult { .. } => "no_result_yet",
            Self::Collected { .. } => "already_collected",
            Self::PrintedLater { .. } => "printed_later",
        }
    }
}

/// Judges a hand-over at `at`; `earlier` are the hand-overs of the NIK, oldest first.
///
/// # Errors
/// Why the card stays here.
pub fn judge_handover(
    application: Option<&Application>,
    earlier: &[Handover],
    at: Moment,
) -> Result<(), HandoverFault> {
    let Some(application) = application else {
        return Err(HandoverFault::Unknown);
    };
    match application.category {
        Category::Printed => match application.printed_at {
            Some(printed) if printed > at => Err(HandoverFault::PrintedLater { at: printed }),
            _ => Ok(()),
        },
        Category::Collected => {
            let last = earlier.last();
            Err(HandoverFault::Collected {
                at: last.map_or(application.waiting_since, |handover| handover.handed_at),
                collector: last.and_then(|handover| handover.collector.clone()),
            })
        }
        Category::Assigned => Err(HandoverFault::NoResult {
            batch: application.batch.clone().unwrap_or_default(),
        }),
        category => Err(HandoverFault::NotPrinted {
            category,
            next_step: application.next_step.clone(),
        }),
    }
}
