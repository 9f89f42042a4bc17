//! Who is told that it is their move: once in each state, and only where a messenger can reach them.

use super::application::{Application, Category, Glimpse, NextStep};
use super::moment::Moment;
use super::nik::Nik;
use super::phone::Phone;
use super::record_status::StatusStep;
use std::collections::HashMap;

/// What a citizen is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Collect the card.
    Collect,
    /// Fill in the registration link.
    Register,
    /// Come for biometric recording.
    Record,
}

impl NoticeKind {
    /// Every kind, in the order in which notices go out.
    pub const ALL: [Self; 3] = [Self::Collect, Self::Register, Self::Record];

    /// Returns the word of the settings and of the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Register => "register",
            Self::Record => "record",
        }
    }

    /// Finds a kind by its word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A notice that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whom it concerns.
    pub nik: Nik,
    /// What it asks for.
    pub kind: NoticeKind,
    /// When the state began in which it was given.
    pub since: Moment,
    /// When it was given.
    pub told_at: Moment,
    /// The run that gave it; runs are numbered from 1.
    pub run: u32,
}

/// The state of a citizen whose move it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The population number.
    pub nik: Nik,
    /// What they are asked to do.
    pub kind: NoticeKind,
    /// When this state began: the print, or the queue entry.
    pub since: Moment,
}

/// A citizen whose move it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// The state.
    pub turn: Turn,
    /// The name.
    pub name: String,
    /// Kecamatan.
    pub district: Option<String>,
    /// Kelurahan.
    pub village: Option<String>,
    /// The newest contact.
    pub phone: Option<Phone>,
}

/// Returns the state of the citizen of an application, where there is something to tell.
pub fn turn(application: &Application) -> Option<Turn> {
    // Somebody registered, with a slip in the NIK perhaps: the office has to look, and nobody is told to register again.
    if application.waits_for_decision() {
        return None;
    }
    turn_at_a_glance(application)
}

/// Returns the same of an application whose entry nobody proposes for another registration.
pub fn turn_at_a_glance(application: &impl Glimpse) -> Option<Turn> {
    let queued = || application.queued_at().unwrap_or(application.waiting_since());
    let (kind, since) = match (application.category(), application.next_step()) {
        (Category::Printed, _) => (NoticeKind::Collect, application.printed_at()?),
        (Category::NotRegistered, _) => (NoticeKind::Register, queued()),
        (Category::Blocked, NextStep::Status(StatusStep::ComeForRecording)) => (NoticeKind::Record, queued()),
        _ => return None,
    };
    let nik = application.nik()?;
    Some(Turn { nik, kind, since })
}

/// Returns whom an application is about, where there is something to tell.
pub fn citizen(application: &Application) -> Option<Citizen> {
    Some(Citizen {
        turn: turn(application)?,
        name: application.name.to_string(),
        district: application.district.as_ref().map(ToString::to_string),
        village: application.village.as_ref().map(ToString::to_string),
        phone: application.phone.clone(),
    })
}

/// Who was told before: the newest state of each person and kind.
#[derive(Clone, Debug, Default)]
pub struct ToldBefore {
    newest: HashMap<(Nik, NoticeKind), Moment>,
    /// The number of the last run; 0 where there was none.
    pub last_run: u32,
}

impl ToldBefore {
    /// Sums up the notices that were given.
    pub fn of(notices: &[Notice]) -> Self {
        let mut told = Self {
            newest: HashMap::with_capacity(notices.len()),
            last_run: 0,
        };
        for notice in notices {
            let since = told.newest.entry((notice.nik, notice.kind)).or_insert(notice.since);
            *since = notice.since.max(*since);
            told.last_run = told.last_run.max(notice.run);
        }
        told
    }

    /// Sums up the notices of one run alone: those that its file told.
    pub fn in_run(notices: &[Notice], run: u32) -> Self {
        let of_run: Vec<Notice> = notices.iter().filter(|notice| notice.run == run).copied().collect();
        Self::of(&of_run)
    }

    /// Tells whether somebody was told in this state. An earlier beginning that a later snapshot brought to light is
    /// the same state.
    pub fn knows(&self, turn: &Turn) -> bool {
        let newest = self.newest.get(&(turn.nik, turn.kind));
        newest.is_some_and(|newest| turn.since <= *newest)
    }
}

/// Why somebody cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneFault {
    /// There is no number.
    Missing,
    /// The number is no Indonesian mobile number.
    NotMobile,
}

impl PhoneFault {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "no_phone",
            Self::NotMobile => "not_mobile",
        }
    }
}

/// A notice that goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// To whom.
    pub citizen: Citizen,
    /// `62...`.
    pub phone: String,
}

/// Who is told now, who cannot be, and how many are left for another run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticePlan {
    /// Who is told, in the order of the file.
    pub messages: Vec<Message>,
    /// Who cannot be told.
    pub not_sent: Vec<(Citizen, PhoneFault)>,
    /// Who would be told, but for the limit.
    pub left_over: u64,
}

/// Plans the notices: cards to collect first, then who has waited longest; no more than `limit`.
pub fn plan_notices(mut citizens: Vec<Citizen>, limit: Option<u32>) -> NoticePlan {
    citizens.sort_by_key(|Citizen { turn, .. }| (turn.kind, turn.since, turn.nik));
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut plan = NoticePlan::default();
    for citizen in citizens {
        match reach(citizen.phone.as_ref()) {
            Err(fault) => plan.not_sent.push((citizen, fault)),
            Ok(_) if plan.messages.len() >= limit => plan.left_over += 1,
            Ok(phone) => plan.messages.push(Message { citizen, phone }),
        }
    }
    plan
}

/// Returns a number as messengers want it.
///
/// # Errors
/// There is none, or it is no Indonesian mobile number.
pub fn reach(phone: Option<&Phone>) -> Result<String, PhoneFault> {
    let phone = phone.ok_or(PhoneFault::Missing)?;
    let mobile = Some(phone).filter(|phone| phone.is_mobile());
    mobile.and_then(Phone::international).ok_or(PhoneFault::NotMobile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(serial: u64, kind: NoticeKind, since: i64, phone: &str) -> Citizen {
        Citizen {
            turn: Turn {
                nik: Nik::from_u64(1_671_094_107_959_000 + serial).unwrap(),
                kind,
                since: Moment::from_seconds(since),
            },
            name: format!("WARGA {serial}"),
            district: None,
            village: None,
            phone: Phone::read(phone),
        }
    }

    fn told(citizen: &Citizen, run: u32) -> Notice {
        let turn = citizen.turn;
        Notice {
            nik: turn.nik,
            kind: turn.kind,
            since: turn.since,
            told_at: turn.since,
            run,
        }
    }

    #[test]
    fn cards_come_first_then_who_waited_longest_within_the_limit() {
        let mobile = "0812-9999-0001";
        let citizens = vec![
            person(1, NoticeKind::Register, 1, mobile),
            person(2, NoticeKind::Collect, 9, mobile),
            person(3, NoticeKind::Collect, 5, mobile),
            person(4, NoticeKind::Collect, 1, "0711-350350"),
            person(5, NoticeKind::Record, 1, ""),
        ];
        let plan = plan_notices(citizens, Some(2));
        let serials: Vec<u64> = plan.messages.iter().map(|m| m.citizen.turn.nik.as_u64() % 10).collect();
        assert_eq!((serials, plan.left_over), (vec![3, 2], 1));
        assert!(plan.messages.iter().all(|message| message.phone == "6281299990001"));
        let faults: Vec<_> = plan.not_sent.iter().map(|(_, fault)| fault.code()).collect();
        assert_eq!(faults, ["not_mobile", "no_phone"]);
    }

    #[test]
    fn a_state_is_told_once_and_a_new_one_again() {
        let first = person(1, NoticeKind::Collect, 100, "");
        let book = ToldBefore::of(&[told(&first, 1)]);
        assert!(book.knows(&first.turn) && book.last_run == 1);
        let knows = |kind, since| book.knows(&person(1, kind, since, "").turn);
        assert!(knows(NoticeKind::Collect, 90), "an earlier beginning is the same state");
        assert!(!knows(NoticeKind::Collect, 101), "another print is another state");
        assert!(!knows(NoticeKind::Register, 90));
        assert!(!book.knows(&person(2, NoticeKind::Collect, 100, "").turn));
    }

    #[test]
    fn a_run_is_remembered_by_its_number() {
        let (one, other) = (
            person(1, NoticeKind::Collect, 1, ""),
            person(2, NoticeKind::Collect, 1, ""),
        );
        let notices = [told(&one, 1), told(&other, 2)];
        let last = ToldBefore::in_run(&notices, 2);
        assert!(!last.knows(&one.turn) && last.knows(&other.turn));
        assert_eq!(ToldBefore::of(&notices).last_run, 2);
    }
}
