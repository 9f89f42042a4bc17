//! How an application closes and what opens another: printed, handed over, and what is newer.

use super::*;
use crate::domain::application::Category::{
    self, AlreadyIssued, Assigned, Collected, NotInQueue, NotRegistered, Printed, Ready,
};
use crate::domain::card::{CardFact, PrintRight};
use crate::domain::dossier::{Handover, WalkIn};
use crate::domain::moment::Zone;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::queue::QueueRow;
use crate::domain::record_status::{RecordStatus, StatusRules};
use crate::domain::registration::RowKey;

/// Days after the first of July 2021.
fn at(day: i64) -> Moment {
    Moment::from_seconds(1_625_097_600 + day * 86_400)
}

fn nik() -> Nik {
    Nik::from_u64(1_671_094_107_959_001).unwrap()
}

/// The facts of one person, added one by one.
struct Facts(Dossier);

impl Facts {
    fn new() -> Self {
        Self(Dossier::new(nik()))
    }

    fn registered(mut self, day: i64, reason: Option<&str>) -> Self {
        let key = u8::try_from(self.0.registrations.len()).unwrap();
        let (key, nik) = (RowKey([key; 16]), NikReading::Trusted(nik()));
        self.0.registrations.push(Registration {
            reason: reason.map(Into::into),
            ..Registration::new(key, nik, "SITI AMINAH".into(), at(day))
        });
        self
    }

    fn queued(mut self, status: &str, day: Option<i64>) -> Self {
        let row = QueueRow {
            status_at: day.map(at),
            ..QueueRow::new(nik(), "SITI AMINAH".into(), RecordStatus::parse(status))
        };
        self.0.entry = Some(QueueEntry {
            row,
            first_status_at: day.map(at),
            first_seen_at: at(0),
            status_seen_at: at(day.unwrap_or(0)),
            left_at: None,
        });
        self
    }

    fn left(mut self, day: i64) -> Self {
        if let Some(entry) = &mut self.0.entry {
            entry.left_at = Some(at(day));
        }
        self
    }

    fn card(mut self, right: i64, state: CardState) -> Self {
        self.0.cards.push(CardFact {
            batch: format!("b{}", self.0.cards.len() + 1),
            planned_at: at(right),
            right: PrintRight::Entry(at(right)),
            state,
            ready_since: Some(at(right)),
        });
        self
    }

    fn printed(self, right: i64, day: i64) -> Self {
        let result = CardResult::Printed;
        self.card(right, CardState::Answered { result, at: at(day) })
    }

    fn printed_at_counter(mut self, day: i64) -> Self {
        self.0.walk_ins.push(WalkIn {
            nik: nik(),
            printed_at: at(day),
            operator: None,
            reason: None,
            name: None,
        });
        self
    }

    fn handed(mut self, day: i64) -> Self {
        self.0.handovers.push(Handover {
            handed_at: at(day),
            collector: None,
            relation: None,
            old_card: false,
        });
        self
    }

    #[track_caller]
    fn check(self, expected: Category) -> Application {
        let (statuses, zone) = (StatusRules::default(), Zone::east_opt(7 * 3600).unwrap());
        let rules = Rules {
            as_of: at(40),
            today: at(40).day(zone),
            zone,
            require_registration: true,
            reprint_needs_queue: true,
            statuses: &statuses,
        };
        let application = judge(&self.0, &[], None, &rules, &DecisionBook::default()).unwrap();
        assert_eq!(application.category, expected, "{:?}", self.0);
        application
    }
}

/// Registered on day 1, printable since day 2, printed on day 10.
fn printed() -> Facts {
    Facts::new().registered(1, None).queued("PRR", Some(2)).printed(2, 10)
}

#[test]
fn a_printed_card_waits_until_it_is_handed_over() {
    let application = printed().check(Printed);
    assert_eq!(application.printed_at, Some(at(10)));
    assert_eq!(application.waiting_since, at(1));
    printed().handed(12).check(Collected);
    Facts::new().printed_at_counter(10).check(Printed);
    Facts::new().printed_at_counter(10).handed(10).check(Collected);
}

#[test]
fn a_hand_over_before_the_print_is_not_its_own() {
    printed().handed(9).check(Printed);
}

#[test]
fn a_queue_that_lags_behind_brings_no_card_back() {
    printed().registered(11, None).check(Printed);
    printed().left(11).check(Printed);
    printed().handed(12).left(13).check(Collected);
    Facts::new()
        .registered(1, None)
        .queued("CARD_PRINTED", Some(11))
        .printed(2, 10)
        .check(Printed);
    let issued = Facts::new()
        .registered(1, None)
        .queued("CARD_ISSUED", Some(20))
        .printed(2, 10);
    issued.handed(12).check(Collected);
    let dateless = Facts::new().registered(1, None).queued("PRR", None).printed(0, 10);
    dateless.check(Printed);
}

#[test]
fn an_entry_that_is_printable_after_the_print_is_newer() {
    let newer = || Facts::new().registered(1, None).queued("PRR", Some(15)).printed(2, 10);
    // Before the hand-over the registration belongs to the closed application.
    newer().check(NotRegistered);
    newer().registered(11, None).check(Ready);
    newer().handed(12).check(NotRegistered);
    newer().handed(12).registered(16, None).check(Ready);
    newer().card(15, CardState::Open).check(Assigned);
}

#[test]
fn after_the_hand_over_only_a_later_registration_is_newer() {
    printed().registered(11, Some("Hilang")).handed(12).check(Collected);
    printed().handed(12).registered(13, None).check(AlreadyIssued);
    let reprint = printed().handed(12).registered(13, Some("Hilang")).check(Ready);
    assert_eq!(reprint.waiting_since, at(13));
    assert_eq!(reprint.right, Some(PrintRight::Reprint(at(13))));
    printed().left(12).handed(12).registered(13, None).check(NotInQueue);
}
