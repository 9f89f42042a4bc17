//! A day's print batches: who is planned, how many, and who prints what.
//!
//! A plan is a value: built here, shown by the commands, committed by the store in the transaction that read the facts.

use super::application::Glimpse;
use super::card::{CardCells, PrintRight};
use super::moment::Moment;
use super::nik::Nik;
use std::cmp::Reverse;

/// A ready application as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The cells that its card will have.
    pub cells: CardCells,
    /// The right that its card will use.
    pub right: PrintRight,
    /// Its class; 0 is the first.
    pub class: usize,
    /// Goes before every class.
    pub expedited: bool,
    /// Goes before the others of its class.
    pub spoiled_before: bool,
}

/// What one operator can still print on the date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRoom {
    /// The operator's name.
    pub name: String,
    /// Capacity on the date, cards.
    pub capacity: u32,
    /// Cards already given to the operator on the date.
    pub taken: u32,
}

impl OperatorRoom {
    /// Returns how many more cards fit.
    pub fn free(&self) -> u32 {
        self.capacity.saturating_sub(self.taken)
    }
}

/// The cards that one operator is to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedBatch {
    /// Who prints.
    pub operator: String,
    /// The operator's capacity on the date, cards.
    pub capacity: u32,
    /// The cards in their order.
    pub cards: Vec<Candidate>,
}

/// A plan: which cards are printed by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchPlan {
    /// Only operators that have cards.
    pub batches: Vec<PlannedBatch>,
    /// Ready applications that are not planned.
    pub left_over: usize,
}

impl BatchPlan {
    /// Counts the planned cards.
    pub fn planned(&self) -> usize {
        self.batches.iter().map(|batch| batch.cards.len()).sum()
    }
}

/// Plans the smallest of what the operators can print, what the blanks allow and what is ready.
///
/// Chosen: expedited first, then class, within it those spoiled before, then who waits longest, then NIK. Divided: in
/// the order of district, village and waiting, cut into one run an operator in proportion to what each can still
/// print, so that whole neighbourhoods stay together and nobody has more than one card above their share.
pub fn plan_batches(mut ready: Vec<Candidate>, operators: &[OperatorRoom], blanks: Option<u32>) -> BatchPlan {
    let chosen = room_for(operators, blanks).min(ready.len());
    ready.sort_by_key(precedence);
    let left_over = ready.len() - chosen;
    ready.truncate(chosen);
    ready.sort_by_cached_key(neighbourhood);
    let shares = shares(chosen, operators);
    let mut cards = ready.into_iter();
    let batches = operators
        .iter()
        .zip(shares)
        .filter(|(_, share)| *share > 0)
        .map(|(operator, share)| PlannedBatch {
            operator: operator.name.clone(),
            capacity: operator.capacity,
            cards: cards.by_ref().take(share).collect(),
        });
    BatchPlan {
        batches: batches.collect(),
        left_over,
    }
}

/// Returns how many cards can be planned: what the operators can still print, and what the blanks allow.
pub fn room_for(operators: &[OperatorRoom], blanks: Option<u32>) -> usize {
    let room: u64 = operators.iter().map(|operator| u64::from(operator.free())).sum();
    let limit = blanks.map_or(room, |blanks| room.min(u64::from(blanks)));
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The order in which ready applications are chosen: expedited, class, spoiled before, waiting, NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Precedence {
    expedited: Reverse<bool>,
    class: usize,
    spoiled_before: Reverse<bool>,
    waiting_since: Moment,
    nik: Nik,
}

impl Precedence {
    /// Ranks a ready application; `None` where it has no right to a card.
    pub fn of(application: &impl Glimpse, class: usize) -> Option<Self> {
        application.right()?;
        Some(Self {
            expedited: Reverse(application.is_expedited()),
            class,
            spoiled_before: Reverse(application.was_spoiled_before()),
            waiting_since: application.waiting_since(),
            nik: application.nik()?,
        })
    }
}

/// The order in which ready applications are chosen.
pub fn precedence(candidate: &Candidate) -> Precedence {
    Precedence {
        expedited: Reverse(candidate.expedited),
        class: candidate.class,
        spoiled_before: Reverse(candidate.spoiled_before),
        waiting_since: candidate.cells.waiting_since,
        nik: candidate.cells.nik,
    }
}

/// The order in which chosen cards are laid side by side; case does not divide a neighbourhood.
fn neighbourhood(candidate: &Candidate) -> (String, String, Moment, Nik) {
    let upper = |text: &Option<String>| text.as_deref().unwrap_or_default().to_uppercase();
    let cells = &candidate.cells;
    (
        upper(&cells.district),
        upper(&cells.village),
        cells.waiting_since,
        cells.nik,
    )
}

/// Divides `cards` in proportion to free capacity by largest remainders (Hamilton); the earlier operator wins a tie.
///
/// `cards` must not exceed the free capacity together; then no share exceeds its own, for a quota that is no whole
/// number lies below a whole capacity.
fn shares(cards: usize, operators: &[OperatorRoom]) -> Vec<usize> {
    let total: u128 = operators.iter().map(|operator| u128::from(operator.free())).sum();
    if total == 0 {
        return vec![0; operators.len()];
    }
    let quota = |operator: &OperatorRoom| cards as u128 * u128::from(operator.free());
    let mut shares: Vec<usize> = operators
        .iter()
        .map(|operator| usize::try_from(quota(operator) / total).unwrap_or(usize::MAX))
        .collect();
    let mut by_remainder: Vec<usize> = (0..operators.len()).collect();
    by_remainder.sort_by_key(|index| Reverse(quota(&operators[*index]) % total));
    let short = cards - shares.iter().sum::<usize>();
    for index in by_remainder.into_iter().take(short) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(serial: u64, waiting_since: i64, place: (&str, &str)) -> Candidate {
        let cells = CardCells {
            nik: Nik::from_u64(1_671_094_107_950_000 + serial).unwrap(),
            name: "SITI".to_owned(),
            birth_date: None,
            district: Some(place.0.to_owned()),
            village: Some(place.1.to_owned()),
            request_no: None,
            reason: None,
            waiting_since: Moment::from_seconds(waiting_since),
            days_waiting: 0,
            ready_since: None,
        };
        let right = PrintRight::Entry(Moment::from_seconds(0));
        Candidate {
            cells,
            right,
            class: 1,
            expedited: false,
            spoiled_before: false,
        }
    }

    fn room(name: &str, capacity: u32) -> OperatorRoom {
        OperatorRoom {
            name: name.to_owned(),
            capacity,
            taken: 0,
        }
    }

    fn serials(plan: &BatchPlan) -> Vec<Vec<u64>> {
        let serial = |card: &Candidate| card.cells.nik.as_u64() % 10_000;
        plan.batches
            .iter()
            .map(|batch| batch.cards.iter().map(serial).collect())
            .collect()
    }

    #[test]
    fn who_is_chosen_first() {
        let place = ("GANDUS", "1");
        let mut ready = vec![
            candidate(9001, 10, place),
            candidate(9002, 50, place),
            candidate(9003, 40, place),
            candidate(9004, 30, place),
            candidate(9005, 30, place),
        ];
        ready[1].expedited = true;
        ready[2].class = 0;
        ready[3].spoiled_before = true;
        let order = |count: u32| {
            let plan = plan_batches(ready.clone(), &[room("a", count)], None);
            let mut chosen = serials(&plan).remove(0);
            chosen.sort_unstable();
            (chosen, plan.left_over)
        };
        assert_eq!(order(1), (vec![9002], 4), "expedited before every class");
        assert_eq!(order(2), (vec![9002, 9003], 3), "then the first class");
        assert_eq!(
            order(3),
            (vec![9002, 9003, 9004], 2),
            "within a class who was spoiled before"
        );
        assert_eq!(
            order(4),
            (vec![9001, 9002, 9003, 9004], 1),
            "then who waits longest, then the NIK"
        );
    }

    #[test]
    fn operators_get_whole_neighbourhoods_in_proportion() {
        let ready = vec![
            candidate(9001, 1, ("Sako", "B")),
            candidate(9002, 2, ("GANDUS", "A")),
            candidate(9003, 3, ("SAKO", "A")),
            candidate(9004, 4, ("gandus", "A")),
            candidate(9005, 5, ("GANDUS", "B")),
            candidate(9006, 6, ("SAKO", "b")),
        ];
        let plan = plan_batches(ready, &[room("a", 4), room("away", 0), room("b", 2)], None);
        assert_eq!(serials(&plan), [vec![9002, 9004, 9005, 9003], vec![9001, 9006]]);
        assert_eq!(plan.batches[1].operator, "b", "an operator without cards has no batch");
    }

    #[test]
    fn blanks_and_capacity_bound_the_plan() {
        let ready: Vec<_> = (9000..9010).map(|serial| candidate(serial, 0, ("SAKO", "A"))).collect();
        assert_eq!(plan_batches(ready.clone(), &[room("a", 8)], Some(3)).planned(), 3);
        assert_eq!(plan_batches(ready.clone(), &[room("a", 8)], None).planned(), 8);
        assert_eq!(
            plan_batches(ready.clone(), &[], None),
            BatchPlan {
                batches: vec![],
                left_over: 10
            }
        );
        let taken = OperatorRoom {
            taken: 7,
            ..room("a", 8)
        };
        assert_eq!(plan_batches(ready, &[taken], None).planned(), 1);
    }

    #[test]
    fn no_share_exceeds_its_capacity_or_its_quota_by_more_than_one() {
        for cards in 0..40_usize {
            let operators = [room("a", 7), room("b", 0), room("c", 20), room("d", 13)];
            let shares = shares(cards, &operators);
            assert_eq!(shares.iter().sum::<usize>(), cards);
            for (share, operator) in shares.iter().zip(&operators) {
                assert!(*share <= operator.free() as usize);
                assert!(*share * 40 < cards * operator.free() as usize + 40);
            }
        }
    }
}
