//! The NIK: 16 digits PPKKCC DDMMYY SSSS, its parts and its doubts; the KK number beside it.
//!
//! Neither type has a `Display`: `masked()` is for people, `digits()` for work files, and `Debug` is masked too.

use std::fmt;

/// A population number whose 16 digits can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nik(u64);

impl Nik {
    /// Takes 16 digits as a number, as the store keeps them.
    pub fn from_u64(number: u64) -> Option<Self> {
        (1_000_000_000_000_000..10_000_000_000_000_000)
            .contains(&number)
            .then_some(Self(number))
    }

    /// Returns the 16 digits as a number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// Returns the 16 digits whole, for work files only.
    pub fn digits(self) -> String {
        self.0.to_string()
    }

    /// Returns the number as people see it: `167199******9001`.
    pub fn masked(self) -> String {
        let digits = self.digits();
        format!("{}******{}", &digits[..6], &digits[12..])
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Why a NIK cell cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NikFlaw {
    /// The cell is empty (and the row has a name).
    Missing,
    /// Not 16 digits.
    WrongLength,
    /// A spreadsheet's `1,67105E+15`.
    Scientific,
    /// 2147483647, the largest 32-bit number.
    Placeholder,
    /// 16 times the same digit.
    SameDigits,
    /// A temporary number of a village, which starts with 0.
    LeadingZero,
    /// 16 characters, with letters among them (O, I, l for digits, or anything else).
    Letters,
    /// The whole file went through a spreadsheet as numbers: the last digit is lost.
    LastDigitLost,
}

/// What a NIK cell says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NikReading {
    /// 16 digits that can be trusted.
    Trusted(Nik),
    /// Cleaned text that cannot be trusted, and why.
    Held {
        /// The cell, cleaned of what loses nothing.
        text: String,
        /// The first reason found.
        flaw: NikFlaw,
    },
}

impl fmt::Debug for NikReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trusted(nik) => write!(f, "Trusted({nik:?})"),
            Self::Held { flaw, .. } => write!(f, "Held({flaw:?})"),
        }
    }
}

/// A family card number as cleaned text; 16 digits where it is well formed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KkNumber(String);

impl KkNumber {
    /// Takes cleaned text; empty text is no number.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// Returns the text whole, for work files and the store only.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KK****")
    }
}
