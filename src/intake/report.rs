//! What reading brought to light: rejected rows, warnings, and the report of a whole file.
//!
//! Codes are stable words; `messages` has the sentences.

use crate::domain::nik::NikFlaw;
use crate::intake::hashing::Sha256Bytes;
use crate::intake::headers::Field;
use crate::intake::options::Dialect;
use crate::intake::timestamps::DateOrder;

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
    /// A queue entry without a status.
    MissingStatus,
    /// A result that is none of the words known.
    UnknownResult,
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
            Self::MissingStatus => "missing_status",
            Self::UnknownResult => "unknown_result",
        }
    }

    /// Returns the field at fault, where it is one.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::NoNikAndNoName | Self::Nik(_) => Some(Field::Nik),
            Self::UnreadableTimestamp => Some(Field::SubmittedAt),
            Self::MissingStatus => Some(Field::Status),
            Self::UnknownResult => Some(Field::Result),
            _ => None,
        }
    }
}

/// A row that cannot be used, with its cells as they stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// 1-based line, as an editor counts; the row of a spreadsheet.
    pub line: u64,
    /// The header of the column at fault.
    pub field: Option<String>,
    /// Why.
    pub code: RejectCode,
    /// The cells as they stood (of an overlong row only the beginning).
    pub cells: Vec<String>,
}

/// Something about a row, or about the file, that a person should know and that stops nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the codes are explained in `messages`
pub enum WarningKind {
    UnknownRegion,
    FormerRegion,
    BirthDateDiffers,
    SerialZero,
    NikLooksLikeKk,
    SwappedNikKk,
    ImpossibleDate,
    UnknownStatus,
    UnreadableStatusDate,
    UnreadableFlag,
    UnreadablePrintDate,
    LastDigitLost,
    RepeatedHeader,
    UndecodableText,
    IgnoredColumn,
}

impl WarningKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::UnknownRegion,
        Self::FormerRegion,
        Self::BirthDateDiffers,
        Self::SerialZero,
        Self::NikLooksLikeKk,
        Self::SwappedNikKk,
        Self::ImpossibleDate,
        Self::UnknownStatus,
        Self::UnreadableStatusDate,
        Self::UnreadableFlag,
        Self::UnreadablePrintDate,
        Self::LastDigitLost,
        Self::RepeatedHeader,
        Self::UndecodableText,
        Self::IgnoredColumn,
    ];

    /// Returns the stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownRegion => "unknown_region",
            Self::FormerRegion => "former_region",
            Self::BirthDateDiffers => "birth_date_differs",
            Self::SerialZero => "serial_zero",
            Self::NikLooksLikeKk => "nik_looks_like_kk",
            Self::SwappedNikKk => "swapped_nik_kk",
            Self::ImpossibleDate => "impossible_date",
            Self::UnknownStatus => "unknown_status",
            Self::UnreadableStatusDate => "unreadable_status_date",
            Self::UnreadableFlag => "unreadable_flag",
            Self::UnreadablePrintDate => "unreadable_print_date",
            Self::LastDigitLost => "last_digit_lost",
            Self::RepeatedHeader => "repeated_header",
            Self::UndecodableText => "undecodable_text",
            Self::IgnoredColumn => "ignored_column",
        }
    }
}

/// The warnings of one row, as a small set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowWarnings(u16);

impl RowWarnings {
    /// Adds a warning.
    pub fn add(&mut self, kind: WarningKind) {
        self.0 |= 1 << kind as u16;
    }

    /// Tells whether a warning is among them.
    pub fn has(self, kind: WarningKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Tells whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the warnings in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = WarningKind> {
        WarningKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

/// A warning of a file: how often, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What.
    pub kind: WarningKind,
    /// In how many rows.
    pub count: u64,
    /// The line of the first; none where it concerns the file as a whole.
    pub example_line: Option<u64>,
}

/// Warnings as they are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarningTally(Vec<Warning>);

impl WarningTally {
    /// Counts the warnings of a row.
    pub fn add_row(&mut self, warnings: RowWarnings, line: u64) {
        if !warnings.is_empty() {
            for kind in warnings.iter() {
                self.add(kind, 1, Some(line));
            }
        }
    }

    /// Counts a warning `count` times.
    pub fn add(&mut self, kind: WarningKind, count: u64, example_line: Option<u64>) {
        match self.0.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.count += count,
            None => self.0.push(Warning {
                kind,
                count,
                example_line,
            }),
        }
    }

    /// Takes the warnings of the last row back.
    pub fn without_row(&self, warnings: RowWarnings) -> Self {
        let rest = self.0.iter().map(|known| Warning {
            count: known.count - u64::from(warnings.has(known.kind)).min(known.count),
            ..*known
        });
        Self(rest.filter(|known| known.count > 0).collect())
    }

    /// Returns the warnings, in the order of their kinds.
    pub fn into_sorted(mut self) -> Vec<Warning> {
        self.0.sort_unstable_by_key(|warning| warning.kind);
        self.0
    }

    /// Returns the warnings in the order in which they were met.
    pub fn as_slice(&self) -> &[Warning] {
        &self.0
    }
}

/// What was passed over because an earlier file had it, row for row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Which of the earlier files offered.
    pub earlier: usize,
    /// Its data rows that were not read again.
    pub rows: u64,
    /// How many of them are rejected rows; they stand before `line`.
    pub rejected: u64,
    /// The line at which reading began.
    pub line: u64,
}

/// A row of a rejects file that can be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Its line in the rejects file.
    pub line: u64,
    /// The file that it was rejected from, as the rejects file names it.
    pub file: String,
    /// The line there.
    pub of_line: u64,
}

/// The report of a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// SHA-256 of the file.
    pub sha256: Sha256Bytes,
    /// Its length.
    pub bytes: u64,
    /// Rows of a rejects file that can be used now.
    pub mended: Vec<Mended>,
    /// Data rows, those passed over included.
    pub rows: u64,
    /// Rejected rows, those passed over included.
    pub rejected: u64,
    /// Warnings, those of rows passed over included.
    pub warnings: Vec<Warning>,
    /// The form of the file.
    pub dialect: Dialect,
    /// The line of the header.
    pub header_line: u64,
    /// The headers as they stand.
    pub headers: Vec<String>,
    /// The fields found, with their headers.
    pub columns: Vec<(Field, String)>,
    /// Columns that would have fitted a field that another column fits better or before.
    pub ignored_columns: Vec<(Field, String)>,
    /// The order of day and month; none where the file has no times.
    pub date_order: Option<DateOrder>,
    /// Whether nearly all NIKs end in 0, so that the last digit of every one is lost.
    pub last_digit_lost: bool,
    /// Fingerprint of the column mapping and the settings that reading depends on.
    pub reading: String,
    /// What a later file that begins with this one's bytes needs to go on; none where it must be read whole.
    pub resume: Option<String>,
    /// What was passed over.
    pub skipped: Option<Skipped>,
}
