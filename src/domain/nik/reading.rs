//! What a NIK cell says: silent cleaning that loses nothing, or the reason why a person must look.
//!
//! Digits are never invented. Knows no column and no file; that every NIK of a file ends in 0 is found elsewhere.

use super::Nik;
use std::fmt;

/// Up to here a spreadsheet's number is exact (2^53).
const EXACT_IN_SPREADSHEET: u64 = 9_007_199_254_740_992;

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
    /// Letters among the digits (O, I, l for digits, or anything else).
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

impl NikReading {
    /// Reads a cell; `None` is an empty one (nothing but spaces, dots and dashes).
    pub fn read(cell: &str) -> Option<Self> {
        if let Some(nik) = plain_digits(cell.as_bytes()) {
            return Some(Self::Trusted(nik));
        }
        let cell = unwrapped(cell);
        if let Some(reading) = read_scientific(&cell) {
            return Some(reading);
        }
        let (whole, had_decimals) = without_decimals(&cell);
        let text: String = whole.chars().filter(|c| !is_separator(*c)).collect();
        if text.is_empty() {
            return None;
        }
        let flaw = match plain_digits(text.as_bytes()) {
            Some(nik) if had_decimals && nik.as_u64() > EXACT_IN_SPREADSHEET => NikFlaw::LastDigitLost,
            Some(nik) => return Some(Self::Trusted(nik)),
            None => flaw_of(&text),
        };
        Some(Self::Held { text, flaw })
    }

    /// Returns the number where it can be trusted.
    pub fn trusted(&self) -> Option<Nik> {
        match self {
            Self::Trusted(nik) => Some(*nik),
            Self::Held { .. } => None,
        }
    }

    /// Returns why the cell is held.
    pub fn flaw(&self) -> Option<NikFlaw> {
        match self {
            Self::Trusted(_) => None,
            Self::Held { flaw, .. } => Some(*flaw),
        }
    }

    /// Returns the digits, or the cleaned text of a held cell; whole, for work files and the store only.
    pub fn text(&self) -> String {
        match self {
            Self::Trusted(nik) => nik.digits(),
            Self::Held { text, .. } => text.clone(),
        }
    }

    /// Returns the cell as people see it: the middle of a long number is hidden.
    pub fn masked(&self) -> String {
        match self {
            Self::Trusted(nik) => nik.masked(),
            Self::Held { text, .. } => masked_text(text),
        }
    }

    /// Returns the digits that survived, from the left: of `1,67105E+15` these are `167105`, of which the last may be
    /// rounded; of a number that lost its last digit the first fifteen; of anything else all that there are.
    pub fn surviving_digits(&self) -> String {
        match self {
            Self::Trusted(nik) => nik.digits(),
            Self::Held {
                text,
                flaw: NikFlaw::Scientific,
            } => text
                .split(['E', 'e'])
                .next()
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_digit)
                .collect(),
            Self::Held { text, flaw } => {
                let digits = text.chars().filter(char::is_ascii_digit);
                digits
                    .take(if *flaw == NikFlaw::LastDigitLost {
                        15
                    } else {
                        usize::MAX
                    })
                    .collect()
            }
        }
    }
}

impl fmt::Debug for NikReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trusted(nik) => write!(f, "Trusted({nik:?})"),
            Self::Held { flaw, .. } => write!(f, "Held({flaw:?})"),
        }
    }
}

/// Hides the middle of a number that is long enough to be somebody's.
pub(super) fn masked_text(text: &str) -> String {
    let digit_count = text.chars().filter(char::is_ascii_digit).count();
    let char_count = text.chars().count();
    match (digit_count, char_count) {
        (14.., _) => {
            let head: String = text.chars().take(6).collect();
            let tail: String = text.chars().skip(char_count - 4).collect();
            format!("{head}******{tail}")
        }
        (9.., _) => text.chars().take(6).chain("****".chars()).collect(),
        _ => text.to_owned(),
    }
}

/// The fast path: 16 ASCII digits, no zero in front, not all the same.
pub(super) fn plain_digits(bytes: &[u8]) -> Option<Nik> {
    let (eights, []) = bytes.as_chunks::<8>() else {
        return None;
    };
    let [high, low] = eights else { return None };
    plain_number(eight_digits(*high)? * 100_000_000 + eight_digits(*low)?)
}

/// The same of a number: no zero in front, and not a digit sixteen times.
#[inline]
pub(super) fn plain_number(number: u64) -> Option<Nik> {
    if number.is_multiple_of(1_111_111_111_111_111) {
        None
    } else {
        Nik::from_u64(number)
    }
}

/// Reads eight ASCII digits together: neighbours are joined to numbers of two, four and eight digits.
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes);
    let above_nine = word.wrapping_add(ONES * (0x7F - 0x39));
    let digits = word.wrapping_sub(ONES * 0x30);
    if (word | above_nine | digits) & (ONES * 0x80) != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF)
}

/// Takes off what wraps a cell (`="..."`, quotes, apostrophes), and makes digits of every width ASCII.
fn unwrapped(cell: &str) -> String {
    let plain: String = cell.chars().filter(|c| !is_invisible(*c)).map(ascii_form).collect();
    let trimmed = plain.trim();
    let trimmed = trimmed.strip_prefix('=').unwrap_or(trimmed);
    trimmed
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
        .to_owned()
}

fn ascii_form(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{b4}' | '`' => '\'',
        '\u{201c}'..='\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || c.is_control() && !c.is_whitespace()
}

/// What may stand between digits without changing them.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | ',' | '_' | '/' | '\'' | '"')
}

/// Reads `1,67105E+15`. A mantissa with all 16 digits lost nothing, as long as a spreadsheet holds them exactly.
fn read_scientific(cell: &str) -> Option<NikReading> {
    let text: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (head, tail) = mantissa.split_once([',', '.']).unwrap_or((mantissa, ""));
    if !is_number(exponent) || !is_number(head) || !(tail.is_empty() || is_number(tail)) || exponent.len() > 2 {
        return None;
    }
    if exponent == "15" && head.len() == 1 && tail.len() == 15 {
        let whole = plain_digits(format!("{head}{tail}").as_bytes());
        if let Some(nik) = whole.filter(|nik| nik.as_u64() <= EXACT_IN_SPREADSHEET) {
            return Some(NikReading::Trusted(nik));
        }
    }
    Some(NikReading::Held {
        text: text.to_ascii_uppercase(),
        flaw: NikFlaw::Scientific,
    })
}

/// Splits the `,00` or `.0` of a spreadsheet's number off: a mark that stands once, with nothing but zeros behind it.
///
/// Zeros behind a mark that also groups the digits before it (`1671.0941.0795.9.00`) are digits.
fn without_decimals(cell: &str) -> (&str, bool) {
    for mark in [',', '.'] {
        let Some((whole, decimals)) = cell.rsplit_once(mark) else {
            continue;
        };
        let only_zeros = !decimals.is_empty() && decimals.len() <= 6 && decimals.bytes().all(|byte| byte == b'0');
        if only_zeros && !whole.contains(mark) && !whole.contains('-') {
            return (whole, true);
        }
    }
    (cell, false)
}

fn flaw_of(text: &str) -> NikFlaw {
    if text == "2147483647" {
        NikFlaw::Placeholder
    } else if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        NikFlaw::Letters
    } else if text.len() != 16 {
        NikFlaw::WrongLength
    } else if text.bytes().all(|byte| Some(byte) == text.bytes().next()) && !text.starts_with('0') {
        NikFlaw::SameDigits
    } else {
        NikFlaw::LeadingZero
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn trusted(cell: &str) {
        assert_eq!(NikReading::read(cell).unwrap().text(), "1671094107959001", "{cell:?}");
        assert!(NikReading::read(cell).unwrap().trusted().is_some(), "{cell:?}");
    }

    #[track_caller]
    fn held(cell: &str, flaw: NikFlaw, surviving: &str) {
        let reading = NikReading::read(cell).unwrap();
        assert_eq!(reading.flaw(), Some(flaw), "{cell:?}");
        assert_eq!(reading.surviving_digits(), surviving, "{cell:?}");
    }

    #[test]
    fn cleaning_that_loses_nothing_is_silent() {
        for cell in [
            "1671094107959001",
            " 1671094107959001\t",
            "16.71.09.410795.9001",
            "167109-410795-9001",
            "1671 0941 0795 9001",
            "'1671094107959001",
            "\u{2019}1671094107959001",
            "`1671094107959001",
            "=\"1671094107959001\"",
            "\"1671094107959001\"",
            "\u{a0}1671094107959001\u{a0}",
            "\u{200b}1671094107959001\u{feff}",
            "167109\u{200d}4107959001",
            "1671094107959001",
            "1671094107959001.0",
            "1671094107959001,00",
            "1.671.094.107.959.001,00",
            "1,671,094,107,959,001.00",
            "1,671,094,107,959,001",
            "1.671094107959001E15",
            "167109\u{2013}410795\u{2013}9001",
        ] {
            trusted(cell);
        }
    }

    #[test]
    fn zeros_behind_groups_are_digits() {
        assert_eq!(
            NikReading::read("1671.0941.0795.90.00").unwrap().text(),
            "1671094107959000"
        );
        assert_eq!(
            NikReading::read("16710941079590-00").unwrap().text(),
            "1671094107959000"
        );
    }

    #[test]
    fn an_empty_cell_says_nothing() {
        for cell in ["", "  ", "-", "--", "\u{200b}", "'", "=\"\"", "\u{2014}", "."] {
            assert_eq!(NikReading::read(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn what_cannot_be_trusted_is_held_with_its_digits() {
        held("1,67105E+15", NikFlaw::Scientific, "167105");
        held("1.67105e+15", NikFlaw::Scientific, "167105");
        held("1.67110941E15", NikFlaw::Scientific, "167110941");
        held("2E+15", NikFlaw::Scientific, "2");
        held("9.171094107959001E15", NikFlaw::Scientific, "9171094107959001");
        held("2147483647", NikFlaw::Placeholder, "2147483647");
        held("167109410795900", NikFlaw::WrongLength, "167109410795900");
        held("167109410795900.0", NikFlaw::WrongLength, "167109410795900");
        held("16710941079590011", NikFlaw::WrongLength, "16710941079590011");
        held("0671094107959001", NikFlaw::LeadingZero, "0671094107959001");
        held("1111111111111111", NikFlaw::SameDigits, "1111111111111111");
        held("0000000000000000", NikFlaw::LeadingZero, "0000000000000000");
        held("167l0941O7959001", NikFlaw::Letters, "16709417959001");
        held("belum ada", NikFlaw::Letters, "");
        held("9171094107959002.0", NikFlaw::LastDigitLost, "917109410795900");
    }

    proptest! {
        #[test]
        fn no_cell_stops_the_reading_and_no_digit_is_invented(cell in "\\PC{0,24}|[0-9 .,'E+=\"-]{0,24}") {
            if let Some(reading) = NikReading::read(&cell) {
                let digits = |text: &str| text.chars().filter_map(|c| ascii_form(c).to_digit(10)).count();
                prop_assert!(reading.surviving_digits().len() <= digits(&cell));
                prop_assert!(!reading.masked().is_empty());
            }
        }
    }

    #[test]
    fn no_long_number_is_shown_whole() {
        let masked = |cell: &str| NikReading::read(cell).unwrap().masked();
        assert_eq!(masked("1671094107959001"), "167109******9001");
        assert_eq!(masked("167109410795900"), "167109******5900");
        assert_eq!(masked("16710941O7959001"), "167109******9001");
        assert_eq!(masked("16710941079"), "167109****");
        assert_eq!(masked("1,67105E+15"), "1,67105E+15");
        assert_eq!(masked("belum ada"), "belumada");
        assert_eq!(
            format!("{:?}", NikReading::read("167109410795900")),
            "Some(Held(WrongLength))"
        );
    }
}
