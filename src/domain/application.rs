//! The application: what one citizen waits for, with its category, whose move it is, and what to do next.

use super::card::PrintRight;
use super::moment::Moment;
use super::name::NameConflict;
use super::near_match::{Evidence, Proposal};
use super::nik::{Nik, NikFlaw, NikReading};
use super::phone::Phone;
use super::record_status::{Owner, RecordStatus, StatusStep};
use super::text::Text;
use chrono::NaiveDate;

/// Where an application stands; the first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Its card is in a batch that has no result for it yet.
    Assigned,
    /// Handed over, and nothing newer.
    Collected,
    /// Printed, not yet handed over, and nothing newer.
    Printed,
    /// A held registration without an accepted near match, or one decided different from its NIK's entry.
    UnreadableNik,
    /// Same NIK on both sides, but the names belong to different people.
    CheckIdentity,
    /// The queue says the card was issued, and no registration asks for a reprint.
    AlreadyIssued,
    /// A status that does not print, or under 17, dead or moved.
    Blocked,
    /// May be printed.
    Ready,
    /// Printable, but nobody filled in the link.
    NotRegistered,
    /// Not in the queue, but very like an entry under another NIK.
    NearMatch,
    /// Registered, not in the queue.
    NotInQueue,
}

impl Category {
    /// Every category in the order of the contract.
    pub const ALL: [Self; 11] = [
        Self::Assigned,
        Self::Collected,
        Self::Printed,
        Self::UnreadableNik,
        Self::CheckIdentity,
        Self::AlreadyIssued,
        Self::Blocked,
        Self::Ready,
        Self::NotRegistered,
        Self::NearMatch,
        Self::NotInQueue,
    ];

    /// Returns the word of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Collected => "collected",
            Self::Printed => "printed",
            Self::UnreadableNik => "unreadable_nik",
            Self::CheckIdentity => "check_identity",
            Self::AlreadyIssued => "already_issued",
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::NotRegistered => "not_registered",
            Self::NearMatch => "near_match",
            Self::NotInQueue => "not_in_queue",
        }
    }

    /// Finds a category by its word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// What is to be done next; `messages` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Print the batch and bring its result back.
    BringResult,
    /// Nothing: the card was handed over.
    Nothing,
    /// The citizen collects the card.
    Collect,
    /// Find the right NIK with the citizen or in the population system.
    FindNik,
    /// Compare with the proposed entry and decide.
    DecideCandidate,
    /// Compare both names and decide.
    DecideIdentity,
    /// The card exists: the citizen collects it, or asks for a reprint with a reason.
    CollectOrAskReprint,
    /// What the record status asks for.
    Status(StatusStep),
    /// Compare a very similar registration with this entry and decide.
    DecideRegistration,
    /// The centre has been silent for too long: ask it, or send again.
    AskCentre,
    /// Not before this day, the 17th birthday.
    WaitForAge(NaiveDate),
    /// No card: the person is dead.
    Dead,
    /// No card here: the person moved away.
    MovedAway,
    /// Print.
    Print,
    /// The citizen fills in the link.
    FillInLink,
    /// Look the NIK up in the population system.
    LookUp,
    /// Look it up; the entry left the queue.
    LookUpLeft {
        /// When it was no longer listed.
        left_at: Moment,
        /// With which status.
        status: RecordStatus,
    },
}

/// Why an application stands where it stands; `messages` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The names differ.
    NamesDiffer {
        /// As registered.
        registered: String,
        /// As in the queue.
        queued: String,
        /// In what they differ.
        conflict: NameConflict,
    },
    /// Why the NIK cell cannot be trusted.
    Flaw(NikFlaw),
    /// One piece of evidence for the proposed entry.
    Evidence(Evidence),
    /// Both NIKs look the same while their middle is hidden; they differ at these digits, counted from 1.
    NikDiffersAt(Vec<u8>),
    /// A registration without an entry of its own is very like this entry, and nobody has decided yet.
    ProposedTo {
        /// As registered.
        name: String,
        /// When, in the office's zone.
        registered_on: NaiveDate,
        /// The digits, counted from 1, that differ where both NIKs look the same while their middle is hidden.
        differs_at: Vec<u8>,
    },
    /// A person decided that the registration does not mean the entry of its NIK.
    DecidedDifferent,
    /// A person gave a registration to an entry, but the entry has another name now.
    DecisionLapsed,
    /// A person decided that a registration under another NIK means this entry.
    JoinedByDecision,
    /// Registered so many times.
    RegisteredTimes(u32),
    /// A status that the list does not know.
    UnknownStatus,
    /// The centre's time for this status is over.
    Overdue {
        /// Days since the status.
        age_days: u32,
        /// Days that were expected.
        expected_days: u32,
    },
    /// A reprint was asked for with this reason.
    ReprintAsked(String),
    /// A reprint that needs no queue entry.
    ReprintWithoutQueue,
    /// A card was spoiled before; it goes first in its class.
    SpoiledBefore,
    /// Put before every class.
    Expedited(String),
    /// Recorded as married.
    Married,
    /// We printed this entry's card; the queue still lists it.
    QueueLags,
    /// The queue says that the card of an open batch was issued.
    IssuedWhileAssigned,
    /// The card is in a batch, but whose it is is a question again, or its registration was taken away.
    CardOfUndecided,
}

/// An application as of a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// The NIK, or the held cell.
    pub nik: NikReading,
    /// The name in the population system, else as registered last.
    pub name: Text,
    /// Where it stands.
    pub category: Category,
    /// Whose move it is.
    pub owner: Owner,
    /// What to do next.
    pub next_step: NextStep,
    /// An office's own words for the next step, from `[status.NAME]`.
    pub own_action: Option<String>,
    /// The record status, where there is an entry.
    pub status: Option<RecordStatus>,
    /// How many registrations belong to it.
    pub registrations: u32,
    /// The earliest registration.
    pub registered_at: Option<Moment>,
    /// The earliest moment of the queue entry.
    pub queued_at: Option<Moment>,
    /// The earliest of the two.
    pub waiting_since: Moment,
    /// From when the office could print it.
    pub ready_since: Option<Moment>,
    /// Birth date, from the queue or the NIK.
    pub birth_date: Option<NaiveDate>,
    /// Kecamatan.
    pub district: Option<Text>,
    /// Kelurahan.
    pub village: Option<Text>,
    /// The newest number at which the citizen can be reached; filled in only where it is the citizen's move.
    pub phone: Option<Phone>,
    /// Why a card is wanted.
    pub reason: Option<Text>,
    /// The request number.
    pub request_no: Option<Text>,
    /// The batch it is or was last in.
    pub batch: Option<String>,
    /// When its card was printed, where it is printed or collected.
    pub printed_at: Option<Moment>,
    /// The right that a card of it would use; present where it is ready.
    pub right: Option<PrintRight>,
    /// Put before every class.
    pub expedited: bool,
    /// A card of it was spoiled and not printed since.
    pub spoiled_before: bool,
    /// The entry that it resembles.
    pub candidate: Option<Proposal>,
    /// Why.
    pub explanation: Vec<Reason>,
}

/// What a night asks of every application. Of most of them it needs no more, and they are never made.
pub trait Glimpse {
    /// Returns the NIK where it can be trusted.
    fn nik(&self) -> Option<Nik>;

    /// Returns where it stands.
    fn category(&self) -> Category;

    /// Returns what to do next.
    fn next_step(&self) -> &NextStep;

    /// Counts the registrations that belong to it.
    fn registrations(&self) -> u32;

    /// Tells whether the NIK is in the queue.
    fn is_queued(&self) -> bool;

    /// Returns the earliest moment of the queue entry.
    fn queued_at(&self) -> Option<Moment>;

    /// Returns since when somebody waits.
    fn waiting_since(&self) -> Moment;

    /// Returns when its card was printed, where it is printed or collected.
    fn printed_at(&self) -> Option<Moment>;

    /// Returns the right that a card of it would use.
    fn right(&self) -> Option<PrintRight>;

    /// Returns why a card is wanted.
    fn reason(&self) -> Option<&str>;

    /// Tells whether it was put before every class.
    fn is_expedited(&self) -> bool;

    /// Tells whether a card of it was spoiled and not printed since.
    fn was_spoiled_before(&self) -> bool;

    /// Tells whether it may be the move of a citizen with a phone.
    fn may_be_reached(&self) -> bool;

    /// Tells whether this is among what is said of it, beside how it was registered, expedited and spoiled.
    fn says(&self, reason: &Reason) -> bool;

    /// Tells whether somebody still waits for something.
    ///
    /// All are open except collected, printed, and already_issued without a registration.
    fn is_open(&self) -> bool {
        match self.category() {
            Category::Collected | Category::Printed => false,
            Category::AlreadyIssued => self.registrations() > 0,
            _ => true,
        }
    }
}

impl Glimpse for Application {
    fn nik(&self) -> Option<Nik> {
        self.nik.trusted()
    }

    fn category(&self) -> Category {
        self.category
    }

    fn next_step(&self) -> &NextStep {
        &self.next_step
    }

    fn registrations(&self) -> u32 {
        self.registrations
    }

    fn is_queued(&self) -> bool {
        self.status.is_some()
    }

    fn queued_at(&self) -> Option<Moment> {
        self.queued_at
    }

    fn waiting_since(&self) -> Moment {
        self.waiting_since
    }

    fn printed_at(&self) -> Option<Moment> {
        self.printed_at
    }

    fn right(&self) -> Option<PrintRight> {
        self.right
    }

    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    fn is_expedited(&self) -> bool {
        self.expedited
    }

    fn was_spoiled_before(&self) -> bool {
        self.spoiled_before
    }

    fn may_be_reached(&self) -> bool {
        self.phone.is_some()
    }

    fn says(&self, reason: &Reason) -> bool {
        self.explanation.contains(reason)
    }
}

impl Application {
    /// Tells whether what the citizen is asked for was perhaps done already, under a NIK with a typing error: then
    /// nobody is to be sent away to register before the office has decided.
    pub fn waits_for_decision(&self) -> bool {
        let proposed = |reason: &Reason| matches!(reason, Reason::ProposedTo { .. });
        self.category == Category::NotRegistered && self.explanation.iter().any(proposed)
    }

    /// Returns it as the citizen is told: the move is the office's where it has to decide first.
    pub fn as_told(&self) -> Self {
        let mut told = self.clone();
        if told.waits_for_decision() {
            told.owner = Owner::Office;
            told.next_step = NextStep::DecideRegistration;
        }
        told
    }
}
