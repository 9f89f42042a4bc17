//! The books of the office, as one list of typed findings: `check` shows them, tests use them.

use super::card::CardResult;
use super::card::{Batch, Card, CardState};
use super::moment::{Moment, Zone};
use super::nik::Nik;
use std::collections::BTreeMap;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The books do not balance, or the store is damaged.
    Broken,
    /// A person should look.
    Attention,
    /// Good to know.
    Notice,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The store found damage in itself.
    StoreDamaged {
        /// Where.
        place: String,
        /// What.
        detail: String,
    },
    /// A file whose rows do not add up.
    EquationBroken {
        /// Its name.
        file: String,
        /// Data rows.
        rows: u64,
        /// The sum of its buckets.
        sum: u64,
    },
    /// A NIK with several open cards.
    OpenTwice(Nik),
    /// Several cards were printed on one right.
    PrintedTwice(Nik),
    /// More cards than the operator can print on the date.
    OverCapacity {
        /// The batch that exceeds it.
        batch: String,
        /// Cards of the operator on the date.
        cards: u32,
        /// The capacity.
        capacity: u32,
    },
    /// The ledger says that more blanks were used than there were.
    BlanksBelowZero {
        /// How many are missing.
        missing: u64,
    },
    /// A batch was handed out that the store does not know: an older backup was restored.
    UnknownBatch {
        /// Its name.
        batch: String,
    },
    /// A file for the operators is gone.
    FileMissing {
        /// Path relative to the home.
        path: String,
    },
    /// A file for the operators is no longer what was written.
    FileChanged {
        /// Path relative to the home.
        path: String,
    },
    /// A file that somebody filled in where it lay, and whose answers nobody imported.
    EditedFile {
        /// Path relative to the home.
        path: String,
    },
    /// Cards without an answer, by batch.
    Unanswered {
        /// The batch.
        batch: String,
        /// How many.
        cards: u32,
        /// Days since the batch's date.
        age_days: u32,
    },
    /// The queue says that the card of an open batch was issued: the result is proposed, not taken.
    IssuedWhileAssigned {
        /// The batch.
        batch: String,
        /// Whose card.
        nik: Nik,
    },
    /// The card of an open batch whose registration was taken away, or whose person is a question again.
    CardOfUndecided {
        /// The batch.
        batch: String,
        /// Whose card.
        nik: Nik,
    },
    /// No backup was made since this day, or never.
    NoBackup,
}

impl Finding {
    /// Tells how bad it is.
    pub fn level(&self) -> Level {
        match self {
            Self::StoreDamaged { .. }
            | Self::EquationBroken { .. }
            | Self::OpenTwice(_)
            | Self::PrintedTwice(_)
            | Self::UnknownBatch { .. }
            | Self::OverCapacity { .. } => Level::Broken,
            Self::BlanksBelowZero { .. }
            | Self::FileMissing { .. }
            | Self::FileChanged { .. }
            | Self::EditedFile { .. }
            | Self::CardOfUndecided { .. }
            | Self::IssuedWhileAssigned { .. } => Level::Attention,
            Self::Unanswered { .. } | Self::NoBackup => Level::Notice,
        }
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::StoreDamaged { .. } => "store_damaged",
            Self::EquationBroken { .. } => "equation_broken",
            Self::OpenTwice(_) => "open_twice",
            Self::PrintedTwice(_) => "printed_twice",
            Self::OverCapacity { .. } => "over_capacity",
            Self::BlanksBelowZero { .. } => "blanks_below_zero",
            Self::UnknownBatch { .. } => "unknown_batch",
            Self::FileMissing { .. } => "file_missing",
            Self::FileChanged { .. } => "file_changed",
            Self::EditedFile { .. } => "edited_file",
            Self::Unanswered { .. } => "unanswered_cards",
            Self::IssuedWhileAssigned { .. } => "issued_while_assigned",
            Self::CardOfUndecided { .. } => "card_of_undecided",
            Self::NoBackup => "no_backup",
        }
    }
}

/// Checks every batch with its cards: promises 2 and 3, and what still waits for an answer.
pub fn audit_batches(batches: &[(Batch, Vec<Card>)], as_of: Moment, zone: Zone) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: BTreeMap<Nik, u32> = BTreeMap::new();
    let mut rights = BTreeMap::new();
    let mut loads: BTreeMap<_, (u32, &Batch)> = BTreeMap::new();
    for (batch, cards) in batches {
        let held = cards
            .iter()
            .filter(|card| !matches!(card.state, CardState::Withdrawn { .. }));
        let load = loads
            .entry((batch.date, batch.operator.to_lowercase()))
            .or_insert((0, batch));
        load.0 += u32::try_from(held.count()).unwrap_or(u32::MAX);
        // A later batch of the day may have been planned with another capacity: the greatest is what could be printed.
        if batch.capacity > load.1.capacity {
            load.1 = batch;
        }
        let unanswered = cards.iter().filter(|card| card.state == CardState::Open).count();
        let age_days = (as_of.day(zone) - batch.date).num_days();
        if let (true, Ok(age_days)) = (unanswered > 0, u32::try_from(age_days)) {
            let cards = u32::try_from(unanswered).unwrap_or(u32::MAX);
            findings.push(Finding::Unanswered {
                batch: batch.name.clone(),
                cards,
                age_days,
            });
        }
        for card in cards {
            match card.state {
                CardState::Open => *open.entry(card.cells.nik).or_default() += 1,
                CardState::Answered {
                    result: CardResult::Printed,
                    ..
                } => {
                    *rights.entry((card.cells.nik, card.right)).or_insert(0_u32) += 1;
                }
                _ => {}
            }
        }
    }
    findings.extend(
        open.into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(nik, _)| Finding::OpenTwice(nik)),
    );
    findings.extend(
        rights
            .into_iter()
            .filter(|(_, n)| *n > 1)
            .map(|((nik, _), _)| Finding::PrintedTwice(nik)),
    );
    let over = loads.into_values().filter(|(cards, batch)| *cards > batch.capacity);
    findings.extend(over.map(|(cards, batch)| Finding::OverCapacity {
        batch: batch.name.clone(),
        cards,
        capacity: batch.capacity,
    }));
    findings
}
