//! What reading brought to light: rejected rows, warnings, and the report of a whole file.
//!
//! Codes are stable words; `messages` has the sentences.

use crate::domain::nik::NikFlaw;

/// Why a row cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectCode {
    /// More or fewer cells than the header.
    WrongFieldCount,
    /// A quote opens and is not closed in this row.
    UnclosedQuote,
    /// A cell, or the row, is longer than any real one.
    FieldTooLong,
    /// NUL bytes among the text.
    NulByte,
    /// Neither a NIK nor a name.
    NoNikAndNoName,
    /// The time of submission is blank or cannot be read.
    UnreadableTimestamp,
    /// A queue entry or walk-in print whose NIK cannot be trusted.
    Nik(NikFlaw),
    /// A queue entry without a name.
    MissingName,
    /// A queue entry without a status.
    MissingStatus,
    /// A result that is none of the words known.
    UnknownResult,
    /// A result without a way to its card: no batch and number, and no NIK.
    NoCard,
}

impl RejectCode {
    /// Returns the stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongFieldCount => "wrong_field_count",
            Self::UnclosedQuote => "unclosed_quote",
            Self::FieldTooLong => "field_too_long",
            Self::NulByte => "nul_byte",
            Self::NoNikAndNoName => "no_nik_and_no_name",
            Self::UnreadableTimestamp => "unreadable_timestamp",
            Self::Nik(NikFlaw::Missing) => "nik_missing",
            Self::Nik(NikFlaw::WrongLength) => "nik_wrong_length",
            Self::Nik(NikFlaw::Scientific) => "nik_scientific",
            Self::Nik(NikFlaw::Placeholder) => "nik_placeholder",
            Self::Nik(NikFlaw::SameDigits) => "nik_same_digits",
            Self::Nik(NikFlaw::LeadingZero) => "nik_leading_zero",
            Self::Nik(NikFlaw::Letters) => "nik_letters",
            Self::Nik(NikFlaw::LastDigitLost) => "nik_last_digit_lost",
            Self::MissingName => "missing_name",
            Self::MissingStatus => "missing_status",
            Self::UnknownResult => "unknown_result",
            Self::NoCard => "no_card",
        }
    }
}
