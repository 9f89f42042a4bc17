//! The record statuses of the population system, and what each means for a card (PRODUCT section 4).
//!
//! Owns the list, its aliases and the office's own rules over it. Must not know what words a person reads for a step.

use std::collections::BTreeMap;

/// Where a record stands in the population system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // the canonical names explain themselves
pub enum RecordStatus {
    Unregistered,
    UnderAge,
    BioCaptured,
    Processing,
    SentForEnrollment,
    ReceivedAtCentral,
    EnrollFailureAtCentral,
    EnrollFailureAtRegional,
    SearchFailureAtCentral,
    AdjudicateRecord,
    RequestValidation,
    DuplicateRecord,
    PrintReadyRecord,
    SentForCardPrinting,
    CardPrinted,
    CardShipped,
    CardIssued,
    /// Kept word for word; blocked, the office's move.
    Unknown(String),
}

/// Days that the centre is given where no setting says otherwise.
pub const EXPECTED_DAYS: u32 = 14;

/// The longest spelling of a known status or alias, folded; what is longer is unknown without a look.
const LONGEST: usize = 32;

impl RecordStatus {
    /// Every known status, in the order of the contract.
    pub const KNOWN: [Self; 17] = [
        Self::Unregistered,
        Self::UnderAge,
        Self::BioCaptured,
        Self::Processing,
        Self::SentForEnrollment,
        Self::ReceivedAtCentral,
        Self::EnrollFailureAtCentral,
        Self::EnrollFailureAtRegional,
        Self::SearchFailureAtCentral,
        Self::AdjudicateRecord,
        Self::RequestValidation,
        Self::DuplicateRecord,
        Self::PrintReadyRecord,
        Self::SentForCardPrinting,
        Self::CardPrinted,
        Self::CardShipped,
        Self::CardIssued,
    ];

    /// Reads a status; spaces, underscores, hyphens and case are ignored, and an unknown one is kept as written.
    pub fn parse(text: &str) -> Self {
        let mut folded = [0_u8; LONGEST];
        fold_into(text, &mut folded)
            .and_then(known)
            .unwrap_or_else(|| Self::Unknown(text.trim().to_owned()))
    }

    /// Returns the canonical name, or an unknown status as written.
    pub fn canonical(&self) -> &str {
        match self {
            Self::Unregistered => "UNREGISTERED",
            Self::UnderAge => "UNDER_AGE",
            Self::BioCaptured => "BIO_CAPTURED",
            Self::Processing => "PROCESSING",
            Self::SentForEnrollment => "SENT_FOR_ENROLLMENT",
            Self::ReceivedAtCentral => "RECEIVED_AT_CENTRAL",
            Self::EnrollFailureAtCentral => "ENROLL_FAILURE_AT_CENTRAL",
            Self::EnrollFailureAtRegional => "ENROLL_FAILURE_AT_REGIONAL",
            Self::SearchFailureAtCentral => "SEARCH_FAILURE_AT_CENTRAL",
            Self::AdjudicateRecord => "ADJUDICATE_RECORD",
            Self::RequestValidation => "REQUEST_VALIDATION",
            Self::DuplicateRecord => "DUPLICATE_RECORD",
            Self::PrintReadyRecord => "PRINT_READY_RECORD",
            Self::SentForCardPrinting => "SENT_FOR_CARD_PRINTING",
            Self::CardPrinted => "CARD_PRINTED",
            Self::CardShipped => "CARD_SHIPPED",
            Self::CardIssued => "CARD_ISSUED",
            Self::Unknown(text) => text,
        }
    }

    /// Tells whether the population system says that the card exists.
    pub fn is_issued(&self) -> bool {
        matches!(self, Self::CardPrinted | Self::CardShipped | Self::CardIssued)
    }

    /// Tells whether the list does not know it.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// Keeps what a status is known by, in upper case; `None` where it cannot be a known one.
fn fold_into<'a>(text: &str, folded: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let mut length = 0;
    for letter in text.chars() {
        if letter.is_whitespace() || matches!(letter, '_' | '-') {
            continue;
        }
        let byte = u8::try_from(letter).ok().filter(u8::is_ascii)?;
        *folded.get_mut(length)? = byte.to_ascii_uppercase();
        length += 1;
    }
    folded.get(..length)
}

fn known(folded: &[u8]) -> Option<RecordStatus> {
    Some(match folded {
        b"UNREGISTERED" | b"BELUMREKAM" => RecordStatus::Unregistered,
        b"UNDERAGE" | b"BELUMWAJIB" => RecordStatus::UnderAge,
        b"BIOCAPTURED" | b"BC" | b"SUDAHREKAM" => RecordStatus::BioCaptured,
        b"PROCESSING" | b"PRO" => RecordStatus::Processing,
        b"SENTFORENROLLMENT" | b"SFE" => RecordStatus::SentForEnrollment,
        b"RECEIVEDATCENTRAL" => RecordStatus::ReceivedAtCentral,
        b"ENROLLFAILUREATCENTRAL" | b"EFAC" => RecordStatus::EnrollFailureAtCentral,
        b"ENROLLFAILUREATREGIONAL" | b"EFAR" => RecordStatus::EnrollFailureAtRegional,
        b"SEARCHFAILUREATCENTRAL" => RecordStatus::SearchFailureAtCentral,
        b"ADJUDICATERECORD" | b"ADJ" => RecordStatus::AdjudicateRecord,
        b"REQUESTVALIDATION" => RecordStatus::RequestValidation,
        b"DUPLICATERECORD" | b"DUP" | b"DUPLICATEONETOONE" | b"DUPLICATEONETOMANY" => RecordStatus::DuplicateRecord,
        b"PRINTREADYRECORD" | b"PRR" | b"SIAPCETAK" => RecordStatus::PrintReadyRecord,
        b"SENTFORCARDPRINTING" | b"SFCP" => RecordStatus::SentForCardPrinting,
        b"CARDPRINTED" | b"CP" | b"SUDAHCETAK" => RecordStatus::CardPrinted,
        b"CARDSHIPPED" | b"CS" => RecordStatus::CardShipped,
        b"CARDISSUED" | b"CI" => RecordStatus::CardIssued,
        _ => return None,
    })
}

/// Whether a status lets a card be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Printable {
    /// No card.
    No,
    /// A card.
    Yes,
    /// A card was issued; another one only on a reprint reason.
    ReprintOnly,
}

/// Whose move it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The citizen.
    Citizen,
    /// The office.
    Office,
    /// The centre in Jakarta.
    Centre,
    /// Nobody.
    None,
}

impl Owner {
    /// Every owner in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Citizen, Self::Office, Self::Centre, Self::None];

    /// Returns the word of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Office => "office",
            Self::Centre => "centre",
            Self::None => "none",
        }
    }

    /// Finds an owner by its word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|owner| owner.code() == code)
    }
}

/// What a status asks for; `messages` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusStep {
    /// The citizen comes for biometric recording.
    ComeForRecording,
    /// Not old enough for a card.
    NotOldEnough,
    /// Recorded here: push it to the centre.
    PushToCentre,
    /// Being packed for sending.
    BeingPacked,
    /// Wait for the centre.
    WaitForCentre,
    /// File the deletion at the centre, then call the citizen to record again.
    DeleteThenRecordAgain,
    /// Send again.
    SendAgain,
    /// Similar to another person: ask the centre to delete the record, then record again and send.
    ResolveSimilarity,
    /// Recorded twice: have one record deleted first.
    DeleteOneRecord,
    /// Print.
    Print,
    /// At a printer already.
    AtPrinter,
    /// Collect; or a reprint.
    CollectOrReprint,
    /// Find out what the status means; say so in the settings.
    Clarify,
}

/// What a status means for a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRule {
    /// Whether it prints.
    pub printable: Printable,
    /// Whose move it is.
    pub owner: Owner,
    /// What to do.
    pub step: StatusStep,
    /// The office's own words for what to do, instead of the step's.
    pub own_action: Option<String>,
    /// Days after which silence of the centre becomes the office's move; `None` where nobody is waited for.
    pub expected_days: Option<u32>,
}

impl StatusRule {
    fn new(printable: Printable, owner: Owner, step: StatusStep) -> Self {
        let expected_days = (owner == Owner::Centre).then_some(EXPECTED_DAYS);
        Self {
            printable,
            owner,
            step,
            own_action: None,
            expected_days,
        }
    }

    /// Returns the rule of the contract.
    pub fn standard(status: &RecordStatus) -> Self {
        use RecordStatus as S;
        use StatusStep as Step;
        let (owner, step) = match status {
            S::Unregistered => (Owner::Citizen, Step::ComeForRecording),
            S::UnderAge => (Owner::None, Step::NotOldEnough),
            S::BioCaptured => (Owner::Office, Step::PushToCentre),
            S::Processing => (Owner::Office, Step::BeingPacked),
            S::SentForEnrollment | S::ReceivedAtCentral | S::RequestValidation => (Owner::Centre, Step::WaitForCentre),
            S::EnrollFailureAtCentral | S::EnrollFailureAtRegional => (Owner::Office, Step::DeleteThenRecordAgain),
            S::SearchFailureAtCentral => (Owner::Office, Step::SendAgain),
            S::AdjudicateRecord => (Owner::Office, Step::ResolveSimilarity),
            S::DuplicateRecord => (Owner::Office, Step::DeleteOneRecord),
            S::PrintReadyRecord => return Self::new(Printable::Yes, Owner::Office, Step::Print),
            S::SentForCardPrinting => (Owner::Office, Step::AtPrinter),
            S::CardPrinted | S::CardShipped | S::CardIssued => {
                return Self::new(Printable::ReprintOnly, Owner::Citizen, Step::CollectOrReprint);
            }
            S::Unknown(_) => (Owner::Office, Step::Clarify),
        };
        Self::new(Printable::No, owner, step)
    }

    /// Lays the office's own settings over it.
    ///
    /// Where only `printable` is given, owner and step follow from it, so that no rule contradicts itself.
    fn overridden(mut self, own: &StatusOverride) -> Self {
        if let Some(printable) = own.printable.filter(|printable| *printable != self.printable) {
            (self.owner, self.step) = match printable {
                Printable::Yes => (Owner::Office, StatusStep::Print),
                Printable::ReprintOnly => (Owner::Citizen, StatusStep::CollectOrReprint),
                Printable::No => (Owner::Office, StatusStep::Clarify),
            };
            self.printable = printable;
        }
        if let Some(owner) = own.owner.filter(|owner| *owner != self.owner) {
            self.owner = owner;
            if owner == Owner::Centre && self.printable == Printable::No {
                self.step = StatusStep::WaitForCentre;
            }
        }
        self.own_action = own.action.clone();
        let by_owner = (self.owner == Owner::Centre).then_some(self.expected_days.unwrap_or(EXPECTED_DAYS));
        self.expected_days = own.expected_days.or(by_owner);
        self
    }
}

/// What an office says about one status; `None` leaves the contract's rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusOverride {
    /// Whether it prints.
    pub printable: Option<Printable>,
    /// Whose move it is.
    pub owner: Option<Owner>,
    /// What to do, in the office's words.
    pub action: Option<String>,
    /// Days that the centre is given.
    pub expected_days: Option<u32>,
}

/// The rules for every status: the contract's, and the office's own over them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusRules {
    own: BTreeMap<RecordStatus, StatusRule>,
    own_unknown: BTreeMap<String, StatusRule>,
}

impl StatusRules {
    /// Lays the office's settings over the contract; a later one for the same status wins.
    pub fn with_overrides(overrides: impl IntoIterator<Item = (RecordStatus, StatusOverride)>) -> Self {
        let mut rules = Self::default();
        for (status, own) in overrides {
            let rule = StatusRule::standard(&status).overridden(&own);
            match status {
                RecordStatus::Unknown(text) => rules.own_unknown.insert(loose(&text), rule),
                known => rules.own.insert(known, rule),
            };
        }
        rules
    }

    /// Tells whether the office said what a status means.
    pub fn explains(&self, status: &RecordStatus) -> bool {
        match status {
            RecordStatus::Unknown(text) => self.own_unknown.contains_key(&loose(text)),
            known => self.own.contains_key(known),
        }
    }

    /// Returns what a status means.
    pub fn rule(&self, status: &RecordStatus) -> StatusRule {
        let own = match status {
            RecordStatus::Unknown(_) if self.own_unknown.is_empty() => None,
            RecordStatus::Unknown(text) => self.own_unknown.get(&loose(text)),
            known => self.own.get(known),
        };
        own.cloned().unwrap_or_else(|| StatusRule::standard(status))
    }
}

/// Folds an unknown status, so that its spellings meet the same setting.
fn loose(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'));
    kept.flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_by_every_spelling() {
        let table = [
            ("PRINT_READY_RECORD", RecordStatus::PrintReadyRecord),
            (" print ready-record ", RecordStatus::PrintReadyRecord),
            ("PRR", RecordStatus::PrintReadyRecord),
            ("Siap Cetak", RecordStatus::PrintReadyRecord),
            ("belum\u{a0}rekam", RecordStatus::Unregistered),
            ("BELUM WAJIB", RecordStatus::UnderAge),
            ("sudah_rekam", RecordStatus::BioCaptured),
            ("PRO", RecordStatus::Processing),
            ("sfe", RecordStatus::SentForEnrollment),
            ("EFAC", RecordStatus::EnrollFailureAtCentral),
            ("efar", RecordStatus::EnrollFailureAtRegional),
            ("adj", RecordStatus::AdjudicateRecord),
            ("DUPLICATE ONE TO MANY", RecordStatus::DuplicateRecord),
            ("duplicate_one_to_one", RecordStatus::DuplicateRecord),
            ("SFCP", RecordStatus::SentForCardPrinting),
            ("SUDAH CETAK", RecordStatus::CardPrinted),
            ("cs", RecordStatus::CardShipped),
            ("CI", RecordStatus::CardIssued),
        ];
        for (text, expected) in table {
            assert_eq!(RecordStatus::parse(text), expected, "{text}");
        }
        for status in RecordStatus::KNOWN {
            assert_eq!(RecordStatus::parse(status.canonical()), status);
            assert!(!status.is_unknown());
        }
    }

    #[test]
    fn an_unknown_status_is_kept_word_for_word_and_blocks() {
        for text in [
            "Menunggu  Verifikasi",
            "",
            "PRINT_READY_RECORDS",
            "PRRÉ",
            &"X".repeat(500),
        ] {
            let status = RecordStatus::parse(text);
            assert_eq!(status, RecordStatus::Unknown(text.to_owned()));
            let rule = StatusRules::default().rule(&status);
            assert_eq!(
                (rule.printable, rule.owner, rule.step),
                (Printable::No, Owner::Office, StatusStep::Clarify)
            );
        }
    }

    #[test]
    fn only_a_ready_record_prints_and_an_issued_one_reprints() {
        for status in RecordStatus::KNOWN {
            let rule = StatusRules::default().rule(&status);
            let expected = match status {
                RecordStatus::PrintReadyRecord => Printable::Yes,
                _ if status.is_issued() => Printable::ReprintOnly,
                _ => Printable::No,
            };
            assert_eq!(rule.printable, expected, "{status:?}");
            assert_eq!(
                rule.expected_days,
                (rule.owner == Owner::Centre).then_some(14),
                "{status:?}"
            );
        }
    }

    #[test]
    fn the_office_may_say_otherwise() {
        let own = |printable, owner, action: Option<&str>, expected_days| StatusOverride {
            printable,
            owner,
            action: action.map(str::to_owned),
            expected_days,
        };
        let rules = StatusRules::with_overrides([
            (RecordStatus::SentForEnrollment, own(None, None, None, Some(3))),
            (
                RecordStatus::ReceivedAtCentral,
                own(Some(Printable::Yes), None, None, None),
            ),
            (
                RecordStatus::BioCaptured,
                own(None, Some(Owner::Centre), Some("telepon pusat"), None),
            ),
            (
                RecordStatus::Unknown("Menunggu Verifikasi".into()),
                own(None, Some(Owner::Centre), None, Some(5)),
            ),
        ]);
        assert_eq!(rules.rule(&RecordStatus::SentForEnrollment).expected_days, Some(3));
        let received = rules.rule(&RecordStatus::ReceivedAtCentral);
        assert_eq!(
            (received.printable, received.owner, received.step),
            (Printable::Yes, Owner::Office, StatusStep::Print)
        );
        assert_eq!(received.expected_days, None);
        let captured = rules.rule(&RecordStatus::BioCaptured);
        assert_eq!((captured.owner, captured.expected_days), (Owner::Centre, Some(14)));
        assert_eq!(captured.own_action.as_deref(), Some("telepon pusat"));
        let unknown = rules.rule(&RecordStatus::parse("MENUNGGU_VERIFIKASI"));
        assert_eq!((unknown.owner, unknown.expected_days), (Owner::Centre, Some(5)));
        assert_eq!(
            rules.rule(&RecordStatus::CardIssued),
            StatusRule::standard(&RecordStatus::CardIssued)
        );
    }

    #[test]
    fn owners_are_found_by_their_word() {
        for owner in Owner::ALL {
            assert_eq!(Owner::from_code(owner.code()), Some(owner));
        }
        assert_eq!(Owner::from_code("pusat"), None);
    }
}
