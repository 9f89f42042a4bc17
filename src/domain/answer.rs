//! What to tell a citizen who asks: what happened so far, and when the card can be expected. `messages` has the words.

use super::application::{Application, Category, NextStep};
use super::card::CardResult;
use super::card::CardState;
use super::dossier::Dossier;
use super::forecast::{Ahead, PrintDay, PrintForecast, Shortage, foresee_print};
use super::moment::Moment;
use super::record_status::{Owner, RecordStatus};
use chrono::NaiveDate;

/// Something that happened to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Moment,
    /// What.
    pub what: Happened,
}

/// What can happen to one person, in the order in which it stands where the moment is the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// The link was filled in, for this reason.
    Registered(Option<String>),
    /// The queue showed a status.
    Reached(RecordStatus),
    /// The queue no longer listed it.
    LeftQueue,
    /// Put before every class, for this reason.
    Expedited(String),
    /// Planned in a batch.
    Planned(String),
    /// Taken out of a batch.
    Withdrawn(String),
    /// A blank was spoiled, in a batch.
    Spoiled(String),
    /// Not printed after all, in a batch.
    NotPrinted(String),
    /// Printed, in a batch.
    Printed(String),
    /// Printed at the counter, by whom where known.
    PrintedAtCounter(Option<String>),
    /// Handed over, to whom and their relation where known.
    HandedOver(Option<String>, Option<String>),
    /// The old card was surrendered with it.
    OldCardSurrendered,
}

/// Tells everything that happened to one person, earliest first.
pub fn history(dossier: &Dossier) -> Vec<Happening> {
    let mut history = Vec::new();
    let mut tell = |at: Moment, what: Happened| history.push(Happening { at, what });
    for registration in &dossier.registrations {
        tell(
            registration.submitted_at,
            Happened::Registered(registration.reason.as_ref().map(ToString::to_string)),
        );
    }
    if let Some(entry) = &dossier.entry {
        for sighting in &dossier.sightings {
            let at = sighting.status_at.unwrap_or(sighting.seen_at);
            tell(at, Happened::Reached(sighting.status.clone()));
        }
        let at = entry.row.status_at.unwrap_or(entry.status_seen_at);
        tell(at, Happened::Reached(entry.row.status.clone()));
        if let Some(left_at) = entry.left_at {
            tell(left_at, Happened::LeftQueue);
        }
    }
    for card in &dossier.cards {
        tell(card.planned_at, Happened::Planned(card.batch.clone()));
        match card.state {
            CardState::Open => {}
            CardState::Withdrawn { at } => tell(at, Happened::Withdrawn(card.batch.clone())),
            CardState::Answered { result, at } => tell(at, result_happened(result, card.batch.clone())),
        }
    }
    for walk_in in &dossier.walk_ins {
        tell(walk_in.printed_at, Happened::PrintedAtCounter(walk_in.operator.clone()));
    }
    for handover in &dossier.handovers {
        let what = Happened::HandedOver(handover.collector.clone(), handover.relation.clone());
        tell(handover.handed_at, what);
        if handover.old_card {
            tell(handover.handed_at, Happened::OldCardSurrendered);
        }
    }
    if let Some(expedite) = &dossier.expedited {
        tell(expedite.asked_at, Happened::Expedited(expedite.reason.clone()));
    }
    history.sort_by(|one, other| (one.at, &one.what).cmp(&(other.at, &other.what)));
    history.dedup();
    history
}

fn result_happened(result: CardResult, batch: String) -> Happened {
    match result {
        CardResult::Printed => Happened::Printed(batch),
        CardResult::Spoiled => Happened::Spoiled(batch),
        CardResult::NotPrinted => Happened::NotPrinted(batch),
    }
}

/// When the card can be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// It lies here to be collected.
    Here,
    /// It was collected, or none is waited for.
    Nothing,
    /// There will be none.
    Never,
    /// It can be collected on a day of this range, both inclusive.
    Between {
        /// The first day.
        from: NaiveDate,
        /// The last day to be reckoned with.
        to: NaiveDate,
        /// What this rests on.
        assumption: Assumption,
    },
    /// Not before a day; when at the latest cannot be said.
    NotBefore {
        /// The first day.
        from: NaiveDate,
        /// What is lacking.
        shortage: Shortage,
    },
    /// Something must be done first; so many working days after that, both inclusive.
    After {
        /// What opens the way.
        opening: Opening,
        /// At least.
        least_days: u32,
        /// At most.
        most_days: u32,
    },
    /// Not before this day, the 17th birthday.
    OfAge(NaiveDate),
    /// Cannot be said.
    Unknown(Shortage),
}

/// What opens the way to a card that cannot be printed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The next step alone: then it is ready.
    NextStep,
    /// A record that is ready to be printed; the next step may not be the last one before it.
    ReadyRecord,
}

/// What a range of days rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// The batch is printed on its day, and its result comes back that evening.
    BatchIsPrinted,
    /// The office prints at the pace of its operators; so many go before.
    PaceHolds(Ahead),
}

/// What an expectation rests on beside the application.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The coming working days, in order.
    pub days: Vec<PrintDay>,
    /// Blanks for cards that are not planned yet, where they are counted.
    pub blanks: Option<u64>,
    /// How many go before the application; none where nothing is known.
    pub ahead: Option<Ahead>,
    /// The day of the open batch that holds the card.
    pub batch_on: Option<NaiveDate>,
    /// The local day.
    pub today: NaiveDate,
}

/// Says when the card of an application can be expected.
pub fn expect(application: &Application, outlook: &Outlook) -> Expectation {
    match (application.category, &application.next_step) {
        (Category::Printed, _) => Expectation::Here,
        (Category::Collected | Category::AlreadyIssued, _) => Expectation::Nothing,
        (Category::Assigned, _) => expect_of_batch(outlook),
        (_, NextStep::Dead | NextStep::MovedAway) => Expectation::Never,
        (_, NextStep::WaitForAge(day)) => Expectation::OfAge(*day),
        (Category::Blocked, _) if application.owner == Owner::None => Expectation::Nothing,
        (Category::Ready, _) => expect_of_pace(outlook),
        (Category::Blocked | Category::NotInQueue, _) => expect_after(Opening::ReadyRecord, outlook),
        _ => expect_after(Opening::NextStep, outlook),
    }
}

/// A batch of a coming day is collected on the working day after it; one of a past day, whose result is missing, on
/// the next working days.
fn expect_of_batch(outlook: &Outlook) -> Expectation {
    let printed_on = outlook.batch_on.unwrap_or(outlook.today).max(outlook.today);
    let mut after = outlook
        .days
        .iter()
        .map(|day| day.date)
        .filter(|date| *date > printed_on);
    let overdue = outlook.batch_on.is_none_or(|day| day < outlook.today);
    match (after.next(), after.next()) {
        (Some(from), next) => Expectation::Between {
            from,
            to: next.filter(|_| overdue).unwrap_or(from),
            assumption: Assumption::BatchIsPrinted,
        },
        (None, _) => Expectation::Unknown(Shortage::Operators),
    }
}

fn expect_of_pace(outlook: &Outlook) -> Expectation {
    let Some(ahead) = outlook.ahead else {
        return Expectation::Unknown(Shortage::NoPlanYet);
    };
    // What is printed on one working day is handed out on the next.
    let collected = |index: usize| outlook.days.get(index + 1).map(|day| day.date);
    match foresee_print(ahead, &outlook.days, outlook.blanks) {
        PrintForecast::Between { first, last } => match (collected(first), collected(last)) {
            (Some(from), Some(to)) => Expectation::Between {
                from,
                to,
                assumption: Assumption::PaceHolds(ahead),
            },
            (Some(from), None) => Expectation::NotBefore {
                from,
                shortage: Shortage::Operators,
            },
            (None, _) => Expectation::Unknown(Shortage::Operators),
        },
        PrintForecast::NotBefore { first, shortage } => match collected(first) {
            Some(from) => Expectation::NotBefore { from, shortage },
            None => Expectation::Unknown(shortage),
        },
        PrintForecast::Unknown(shortage) => Expectation::Unknown(shortage),
    }
}

/// Counts working days from what opens the way to the day of collecting.
fn expect_after(opening: Opening, outlook: &Outlook) -> Expectation {
    let Some(ahead) = outlook.ahead else {
        return Expectation::Unknown(Shortage::NoPlanYet);
    };
    let days = |index: usize| u32::try_from(index + 2).unwrap_or(u32::MAX);
    match foresee_print(ahead, &outlook.days, outlook.blanks) {
        PrintForecast::Between { first, last } => Expectation::After {
            opening,
            least_days: days(first),
            most_days: days(last),
        },
        PrintForecast::NotBefore { shortage, .. } | PrintForecast::Unknown(shortage) => Expectation::Unknown(shortage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::{CardFact, PrintRight};
    use crate::domain::dossier::{Handover, WalkIn};
    use crate::domain::nik::{Nik, NikReading};

    fn nik() -> Nik {
        Nik::from_u64(1_671_094_107_959_001).unwrap()
    }

    fn application(category: Category, owner: Owner, next_step: NextStep) -> Application {
        Application {
            nik: NikReading::Trusted(nik()),
            name: "SITI".into(),
            category,
            owner,
            next_step,
            own_action: None,
            status: None,
            registrations: 1,
            registered_at: None,
            queued_at: None,
            waiting_since: Moment::from_seconds(0),
            ready_since: None,
            birth_date: None,
            district: None,
            village: None,
            phone: None,
            reason: None,
            request_no: None,
            batch: None,
            printed_at: None,
            right: None,
            expedited: false,
            spoiled_before: false,
            candidate: None,
            explanation: Vec::new(),
        }
    }

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 7, number).unwrap()
    }

    fn outlook(ahead: Option<(u64, u64)>) -> Outlook {
        let days = [22, 23, 26, 27].map(|number| PrintDay {
            date: day(number),
            free_cards: 10,
        });
        Outlook {
            days: days.to_vec(),
            blanks: None,
            ahead: ahead.map(|(least, most)| Ahead { least, most }),
            batch_on: None,
            today: day(21),
        }
    }

    #[test]
    fn a_ready_card_is_collected_the_working_day_after_its_print() {
        let ready = application(Category::Ready, Owner::Office, NextStep::Print);
        let between = |from, to, least, most| Expectation::Between {
            from: day(from),
            to: day(to),
            assumption: Assumption::PaceHolds(Ahead { least, most }),
        };
        assert_eq!(expect(&ready, &outlook(Some((0, 0)))), between(23, 23, 0, 0));
        assert_eq!(expect(&ready, &outlook(Some((12, 25)))), between(26, 27, 12, 25));
        let not_before = Expectation::NotBefore {
            from: day(26),
            shortage: Shortage::Operators,
        };
        assert_eq!(expect(&ready, &outlook(Some((12, 99)))), not_before);
        let unknown = Expectation::Unknown(Shortage::NoPlanYet);
        assert_eq!(expect(&ready, &outlook(None)), unknown);
    }

    #[test]
    fn each_place_has_its_own_expectation() {
        let check = |category, owner, step, expected| {
            assert_eq!(
                expect(&application(category, owner, step), &outlook(Some((0, 12)))),
                expected,
                "{category:?}"
            );
        };
        check(Category::Printed, Owner::Citizen, NextStep::Collect, Expectation::Here);
        check(
            Category::Collected,
            Owner::None,
            NextStep::Nothing,
            Expectation::Nothing,
        );
        check(Category::Blocked, Owner::None, NextStep::Dead, Expectation::Never);
        let birthday = NextStep::WaitForAge(day(30));
        check(Category::Blocked, Owner::None, birthday, Expectation::OfAge(day(30)));
        let after = |opening| Expectation::After {
            opening,
            least_days: 2,
            most_days: 3,
        };
        let step = after(Opening::NextStep);
        check(
            Category::NotRegistered,
            Owner::Citizen,
            NextStep::FillInLink,
            step.clone(),
        );
        check(Category::CheckIdentity, Owner::Office, NextStep::DecideIdentity, step);
        check(
            Category::NotInQueue,
            Owner::Office,
            NextStep::LookUp,
            after(Opening::ReadyRecord),
        );
    }

    #[test]
    fn a_batch_is_expected_after_its_day_and_an_overdue_one_soon() {
        let assigned = application(Category::Assigned, Owner::Office, NextStep::BringResult);
        let of = |batch_on| {
            let outlook = Outlook {
                batch_on: Some(day(batch_on)),
                ..outlook(None)
            };
            expect(&assigned, &outlook)
        };
        let between = |from, to| Expectation::Between {
            from: day(from),
            to: day(to),
            assumption: Assumption::BatchIsPrinted,
        };
        assert_eq!(of(22), between(23, 23));
        assert_eq!(of(23), between(26, 26));
        assert_eq!(of(19), between(22, 23));
    }

    #[test]
    fn a_history_is_told_in_the_order_of_time() {
        let mut dossier = Dossier::new(nik());
        dossier.cards.push(CardFact {
            batch: "b1".to_owned(),
            planned_at: Moment::from_seconds(10),
            right: PrintRight::Entry(Moment::from_seconds(5)),
            state: CardState::Answered {
                result: CardResult::Spoiled,
                at: Moment::from_seconds(20),
            },
            ready_since: None,
        });
        dossier.walk_ins.push(WalkIn {
            nik: nik(),
            printed_at: Moment::from_seconds(30),
            operator: Some("yusuf".to_owned()),
            reason: None,
            name: None,
        });
        dossier.handovers.push(Handover {
            handed_at: Moment::from_seconds(40),
            collector: None,
            relation: None,
            old_card: true,
        });
        let told: Vec<(i64, Happened)> = history(&dossier)
            .into_iter()
            .map(|happening| (happening.at.seconds(), happening.what))
            .collect();
        let expected = [
            (10, Happened::Planned("b1".to_owned())),
            (20, Happened::Spoiled("b1".to_owned())),
            (30, Happened::PrintedAtCounter(Some("yusuf".to_owned()))),
            (40, Happened::HandedOver(None, None)),
            (40, Happened::OldCardSurrendered),
        ];
        assert_eq!(told, expected);
    }
}
