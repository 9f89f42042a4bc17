//! Empty cards: the ledger, and what is left.

use super::moment::Moment;

/// What happened to the stock of blanks, apart from results and walk-in prints, which count by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankMove {
    /// Blanks arrived.
    Added(u32),
    /// Somebody counted the stock; this is what there was.
    Counted(u32),
    /// Blanks were damaged when they arrived, or later without a card.
    Damaged(u32),
    /// Blanks were given back, or on to another office.
    Returned(u32),
}

/// How a blank was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// A card of a batch was printed.
    Printed,
    /// A card was printed at the counter.
    WalkIn,
    /// A card of a batch was spoiled.
    Spoiled,
}

/// One blank used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankUse {
    /// Its place in the order of recording, shared with `BlankEvent`.
    pub recorded: u64,
    /// When it was printed or spoiled.
    pub at: Moment,
    /// How.
    pub kind: UseKind,
    /// What spoiled it, where somebody wrote that down.
    pub cause: Option<String>,
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

/// What the ledger alone says: so many blanks, less what was used after this point of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerStock {
    /// The last count, and what arrived since, less what was damaged or given back; below zero where a count is missing.
    pub blanks: i64,
    /// Uses recorded after this number are to be taken off.
    pub used_after: u64,
}

/// Adds up the ledger in the order of recording; `None` where nobody ever added or counted blanks.
pub fn ledger_stock(events: &[BlankEvent]) -> Option<LedgerStock> {
    let first = events.first()?;
    let start = LedgerStock {
        blanks: 0,
        used_after: first.recorded.saturating_sub(1),
    };
    Some(events.iter().fold(start, |stock, event| match event.movement {
        BlankMove::Added(more) => LedgerStock {
            blanks: stock.blanks + i64::from(more),
            ..stock
        },
        BlankMove::Damaged(fewer) | BlankMove::Returned(fewer) => LedgerStock {
            blanks: stock.blanks - i64::from(fewer),
            ..stock
        },
        BlankMove::Counted(counted) => LedgerStock {
            blanks: i64::from(counted),
            used_after: event.recorded,
        },
    }))
}

/// Returns how many cards may be planned: the stock less the spoilage reserve, less what open cards will use.
pub fn plannable(on_hand: u32, spoil_reserve_percent: u8, open_cards: u32) -> u32 {
    let kept = u64::from(on_hand) * u64::from(100_u8.saturating_sub(spoil_reserve_percent)) / 100;
    u32::try_from(kept).unwrap_or(u32::MAX).saturating_sub(open_cards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(recorded: u64, movement: BlankMove) -> BlankEvent {
        BlankEvent {
            at: Moment::from_seconds(0),
            recorded,
            movement,
            user: String::new(),
            note: None,
        }
    }

    #[test]
    fn a_count_replaces_what_the_ledger_believed() {
        assert_eq!(ledger_stock(&[]), None);
        let events = [event(5, BlankMove::Added(1000)), event(9, BlankMove::Added(500))];
        assert_eq!(
            ledger_stock(&events),
            Some(LedgerStock {
                blanks: 1500,
                used_after: 4
            })
        );
        let events = [
            event(5, BlankMove::Added(1000)),
            event(9, BlankMove::Counted(700)),
            event(11, BlankMove::Added(5)),
            event(12, BlankMove::Damaged(2)),
            event(13, BlankMove::Returned(3)),
        ];
        assert_eq!(
            ledger_stock(&events),
            Some(LedgerStock {
                blanks: 700,
                used_after: 9
            })
        );
    }

    #[test]
    fn the_reserve_and_open_cards_are_kept_back() {
        assert_eq!(plannable(1000, 0, 0), 1000);
        assert_eq!(plannable(1000, 5, 100), 850);
        assert_eq!(plannable(99, 1, 0), 98);
        assert_eq!(plannable(10, 0, 11), 0);
    }
}
