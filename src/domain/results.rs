//! Results: what became of a card, as a result file says it.

use super::card::{Card, CardResult, CardState};
use super::moment::Moment;
use super::name::same_person;
use super::nik::{Nik, NikFlaw, NikReading};

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

/// What is allowed while results come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultPolicy {
    /// Rows without a batch are walk-in prints.
    pub walk_ins: bool,
    /// A result may replace an earlier one.
    pub corrections: bool,
}

/// What is to be done with a result row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultFate {
    /// Record the result; `replaces` where an earlier one stood.
    Answer {
        /// The card's number in its batch.
        seq: u32,
        /// The result.
        result: CardResult,
        /// Whether an earlier result is replaced.
        replaces: bool,
    },
    /// The row says nothing new.
    Unchanged,
    /// The row has no answer; remember that it was asked for.
    Unanswered {
        /// The card's number in its batch.
        seq: u32,
    },
    /// Record a walk-in print.
    WalkIn(Nik),
    /// Unusable, and why.
    Rejected(ResultFault),
}

/// Why a result row cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultFault {
    /// The row names no batch, and walk-in prints were not asked for.
    NoBatch,
    /// No card of this NIK or number stands in the batch.
    NotInBatch,
    /// The card was taken out of this batch.
    Withdrawn,
    /// The card is open in another batch, which is named.
    OpenElsewhere(String),
    /// An earlier result says something else.
    Contradicts(CardResult),
    /// A walk-in row must say `printed`.
    WalkInNotPrinted,
    /// The name of a walk-in row is another person's than the NIK's.
    OtherName,
    /// The card was printed already.
    AlreadyPrinted,
    /// The NIK cannot be trusted, and nothing else tells the card.
    Nik(NikFlaw),
}

impl ResultFault {
    /// Returns the stable code of the fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoBatch => "no_batch",
            Self::NotInBatch => "not_in_batch",
            Self::Withdrawn => "card_withdrawn",
            Self::OpenElsewhere(_) => "open_in_other_batch",
            Self::Contradicts(_) => "contradicts_earlier_result",
            Self::WalkInNotPrinted => "walk_in_not_printed",
            Self::OtherName => "other_name",
            Self::AlreadyPrinted => "already_printed",
            Self::Nik(_) => "nik_not_trusted",
        }
    }
}

/// Finds the card that a row means: by its NIK, or by its number where a spreadsheet damaged the NIK.
pub fn find_card<'a>(row: &ResultRow, cards: &'a [Card]) -> Option<&'a Card> {
    match &row.nik {
        NikReading::Trusted(nik) => cards.iter().find(|card| card.cells.nik == *nik),
        NikReading::Held { .. } => {
            let card = cards.iter().find(|card| Some(card.seq) == row.seq)?;
            let digits = card.cells.nik.digits();
            let surviving = row.nik.surviving_digits();
            // Every card of the city begins with the same digits: the name must speak for it as well.
            let named = row
                .name
                .as_deref()
                .is_some_and(|name| same_person(name, &card.cells.name).is_same());
            (named && !surviving.is_empty() && digits.starts_with(surviving.trim_end_matches('0'))).then_some(card)
        }
    }
}

/// Judges a row that names its batch. `all_cards` are the cards of the same NIK in every batch.
pub fn judge_result(row: &ResultRow, card: &Card, all_cards: &[Card], policy: ResultPolicy) -> ResultFate {
    let elsewhere = all_cards
        .iter()
        .find(|other| other.state == CardState::Open && (&other.batch, other.seq) != (&card.batch, card.seq));
    let seq = card.seq;
    match (card.state, row.result) {
        (CardState::Open, None) if card.asked => ResultFate::Unchanged,
        (CardState::Open, None) => ResultFate::Unanswered { seq },
        (_, None) => ResultFate::Unchanged,
        (CardState::Open, Some(result)) => ResultFate::Answer {
            seq,
            result,
            replaces: false,
        },
        (CardState::Answered { result: earlier, .. }, Some(result)) if earlier == result => {
            match row.note.is_some() && row.note != card.note {
                true => ResultFate::Answer {
                    seq,
                    result,
                    replaces: true,
                },
                false => ResultFate::Unchanged,
            }
        }
        (CardState::Answered { result: earlier, .. }, Some(result)) => match elsewhere {
            _ if !policy.corrections => ResultFate::Rejected(ResultFault::Contradicts(earlier)),
            Some(other) => ResultFate::Rejected(ResultFault::OpenElsewhere(other.batch.clone())),
            None => ResultFate::Answer {
                seq,
                result,
                replaces: true,
            },
        },
        (CardState::Withdrawn { .. }, Some(result)) => match elsewhere {
            Some(other) => ResultFate::Rejected(ResultFault::OpenElsewhere(other.batch.clone())),
            None if !policy.corrections => ResultFate::Rejected(ResultFault::Withdrawn),
            None => ResultFate::Answer {
                seq,
                result,
                replaces: true,
            },
        },
    }
}

/// Judges a row without a batch: a print at the counter, if that was asked for.
pub fn judge_walk_in(row: &ResultRow, all_cards: &[Card], earlier: WalkInsBefore, policy: ResultPolicy) -> ResultFate {
    let nik = match &row.nik {
        _ if !policy.walk_ins => return ResultFate::Rejected(ResultFault::NoBatch),
        NikReading::Held { flaw, .. } => return ResultFate::Rejected(ResultFault::Nik(*flaw)),
        NikReading::Trusted(nik) => *nik,
    };
    match row.result {
        Some(CardResult::Printed) => {}
        Some(_) => return ResultFate::Rejected(ResultFault::WalkInNotPrinted),
        None if earlier == WalkInsBefore::SameRow => return ResultFate::Unchanged,
        None => return ResultFate::Unanswered { seq: 0 },
    }
    match (all_cards.iter().find(|card| card.state == CardState::Open), earlier) {
        (Some(card), _) => ResultFate::Rejected(ResultFault::OpenElsewhere(card.batch.clone())),
        (None, WalkInsBefore::SameRow) => ResultFate::Unchanged,
        (None, WalkInsBefore::PrintedAlready) if !policy.corrections => {
            ResultFate::Rejected(ResultFault::AlreadyPrinted)
        }
        (None, _) => ResultFate::WalkIn(nik),
    }
}

/// What the books hold of earlier prints of a NIK, when a walk-in row arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkInsBefore {
    /// No print, or something newer has followed it.
    None,
    /// This very print is recorded.
    SameRow,
    /// A card was printed, and nothing newer has followed.
    PrintedAlready,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::{CardCells, PrintRight};

    const STRICT: ResultPolicy = ResultPolicy {
        walk_ins: false,
        corrections: false,
    };
    const CORRECTING: ResultPolicy = ResultPolicy {
        walk_ins: true,
        corrections: true,
    };
    const AT: Moment = Moment::from_seconds(0);

    fn card(batch: &str, state: CardState) -> Card {
        let cells = CardCells {
            nik: Nik::from_u64(1_671_094_107_959_001).unwrap(),
            name: "SITI".to_owned(),
            birth_date: None,
            district: None,
            village: None,
            request_no: None,
            reason: None,
            waiting_since: AT,
            days_waiting: 0,
            ready_since: None,
        };
        let right = PrintRight::Entry(AT);
        Card {
            batch: batch.to_owned(),
            seq: 1,
            cells,
            right,
            state,
            note: None,
            asked: false,
        }
    }

    fn row(nik: &str, result: Option<CardResult>) -> ResultRow {
        let nik = NikReading::read(nik).unwrap();
        let batch = Some("b1".to_owned());
        ResultRow {
            batch,
            seq: Some(1),
            nik,
            name: Some("Siti".to_owned()),
            result,
            note: None,
            printed_at: None,
            operator: None,
        }
    }

    #[test]
    fn a_damaged_nik_is_found_by_its_number_if_its_digits_agree() {
        let cards = [card("b1", CardState::Open)];
        let found = |nik: &str| find_card(&row(nik, None), &cards).is_some();
        assert!(found("1671094107959001"));
        assert!(found("1,67109E+15"));
        assert!(!found("1,68109E+15"));
        let stranger = ResultRow {
            name: Some("BUDI".to_owned()),
            ..row("1,67109E+15", None)
        };
        assert!(find_card(&stranger, &cards).is_none(), "the name must agree too");
        assert!(!found("1671094107959002"), "another card's NIK is another card");
    }

    #[test]
    fn a_result_is_taken_once_and_replaced_only_where_that_was_asked_for() {
        use CardResult::{NotPrinted, Printed, Spoiled};
        let answered = card(
            "b1",
            CardState::Answered {
                result: Printed,
                at: AT,
            },
        );
        let judge = |card: &Card, result, others: &[Card], policy| {
            judge_result(&row("1671094107959001", result), card, others, policy)
        };
        let open = card("b1", CardState::Open);
        let answer = |result, replaces| ResultFate::Answer {
            seq: 1,
            result,
            replaces,
        };
        assert_eq!(judge(&open, Some(Spoiled), &[], STRICT), answer(Spoiled, false));
        assert_eq!(judge(&open, None, &[], STRICT), ResultFate::Unanswered { seq: 1 });
        let asked = Card {
            asked: true,
            ..open.clone()
        };
        assert_eq!(judge(&asked, None, &[], STRICT), ResultFate::Unchanged);
        assert_eq!(judge(&answered, Some(Printed), &[], STRICT), ResultFate::Unchanged);
        assert_eq!(judge(&answered, None, &[], STRICT), ResultFate::Unchanged);
        let contradicts = ResultFate::Rejected(ResultFault::Contradicts(Printed));
        assert_eq!(judge(&answered, Some(NotPrinted), &[], STRICT), contradicts);
        assert_eq!(
            judge(&answered, Some(NotPrinted), &[], CORRECTING),
            answer(NotPrinted, true)
        );
        let elsewhere = [card("b2", CardState::Open)];
        let open_elsewhere = ResultFate::Rejected(ResultFault::OpenElsewhere("b2".to_owned()));
        assert_eq!(
            judge(&answered, Some(NotPrinted), &elsewhere, CORRECTING),
            open_elsewhere
        );
        let withdrawn = card("b1", CardState::Withdrawn { at: AT });
        assert_eq!(judge(&withdrawn, Some(Printed), &elsewhere, STRICT), open_elsewhere);
        let withdrawn_fault = ResultFate::Rejected(ResultFault::Withdrawn);
        assert_eq!(judge(&withdrawn, Some(Printed), &[], STRICT), withdrawn_fault);
        assert_eq!(judge(&withdrawn, Some(Printed), &[], CORRECTING), answer(Printed, true));
    }

    #[test]
    fn a_walk_in_is_refused_where_a_batch_holds_the_card() {
        let judge = |result, cards: &[Card], before, policy| {
            judge_walk_in(&row("1671094107959001", Some(result)), cards, before, policy)
        };
        let walk_ins = ResultPolicy {
            walk_ins: true,
            corrections: false,
        };
        let nik = Nik::from_u64(1_671_094_107_959_001).unwrap();
        let rejected = ResultFate::Rejected;
        let printed = CardResult::Printed;
        assert_eq!(
            judge(printed, &[], WalkInsBefore::None, STRICT),
            rejected(ResultFault::NoBatch)
        );
        assert_eq!(
            judge(printed, &[], WalkInsBefore::None, walk_ins),
            ResultFate::WalkIn(nik)
        );
        assert_eq!(
            judge(printed, &[], WalkInsBefore::SameRow, walk_ins),
            ResultFate::Unchanged
        );
        let already = rejected(ResultFault::AlreadyPrinted);
        assert_eq!(judge(printed, &[], WalkInsBefore::PrintedAlready, walk_ins), already);
        let open = [card("b2", CardState::Open)];
        let held = rejected(ResultFault::OpenElsewhere("b2".to_owned()));
        assert_eq!(judge(printed, &open, WalkInsBefore::None, walk_ins), held);
        let spoiled = rejected(ResultFault::WalkInNotPrinted);
        assert_eq!(judge(CardResult::Spoiled, &[], WalkInsBefore::None, walk_ins), spoiled);
    }
}
