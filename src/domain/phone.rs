//! Phone numbers, as text from the first byte, and masked for people.

use super::text::Text;
use std::fmt;

/// A phone number as cleaned text: `08...` where it is Indonesian, else what was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(Text);

impl Phone {
    /// Reads a cell; `+62`, `62`, `0062` and a forgotten zero become `0`. An empty cell is no number.
    ///
    /// Of two numbers in one cell the first that is a mobile number counts. What is no number stays as written.
    pub fn read(cell: &str) -> Option<Self> {
        let written = cell.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '(');
        if written.is_empty() {
            return None;
        }
        let whole = domestic(written);
        let parts = || written.split(['/', ',', ';', '&', '|', '\n']).filter_map(domestic);
        let number = whole
            .clone()
            .filter(|number| is_mobile(number))
            .or_else(|| parts().find(|part| is_mobile(part)));
        Some(Self(number.or(whole).map_or_else(|| written.into(), Text::from)))
    }

    /// Takes back a number that `as_str` gave.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the bytes of the number.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the number whole, for work files and the store only.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number as people see it: `0812****789`.
    pub fn masked(&self) -> String {
        let chars: Vec<char> = self.0.chars().collect();
        match chars.len() {
            0..=4 => "****".to_owned(),
            5..=8 => chars[..2].iter().chain(&['*'; 4]).collect(),
            length => chars[..4].iter().chain(&['*'; 4]).chain(&chars[length - 3..]).collect(),
        }
    }

    /// Tells whether this is an Indonesian mobile number: `08`, then 8 to 11 digits more.
    pub fn is_mobile(&self) -> bool {
        is_mobile(&self.0)
    }

    /// Returns `62...`, as messengers want it; `None` where the number is not Indonesian.
    pub fn international(&self) -> Option<String> {
        let rest = self.0.strip_prefix('0').filter(|rest| rest.len() >= 7)?;
        rest.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| format!("62{rest}"))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    (10..=13).contains(&bytes.len())
        && bytes.starts_with(b"08")
        && (b'1'..=b'9').contains(&bytes[2])
        && bytes.iter().all(u8::is_ascii_digit)
}

/// Returns the digits with a zero in front; `None` where letters or other signs stand among them.
fn domestic(written: &str) -> Option<String> {
    let mut digits = String::with_capacity(written.len());
    let mut is_abroad = false;
    for c in written.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '\u{ff10}'..='\u{ff19}' => digits.push(char::from_digit(u32::from(c) - 0xff10, 10)?),
            '+' if digits.is_empty() => is_abroad = true,
            '.'
            | '-'
            | '('
            | ')'
            | '\''
            | '"'
            | '\u{2010}'..='\u{2015}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{feff}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    if !(7..=16).contains(&digits.len()) {
        return None;
    }
    let national = match digits.strip_prefix("0062").or_else(|| digits.strip_prefix("62")) {
        Some(rest) if rest.len() >= 7 => rest.trim_start_matches('0'),
        _ if is_abroad => return Some(format!("+{digits}")),
        _ if digits.starts_with("00") => return Some(digits),
        _ => digits.strip_prefix('0').unwrap_or(&digits),
    };
    let has_prefix = digits.starts_with('0') || digits.starts_with("62") || national.starts_with('8');
    Some(if has_prefix { format!("0{national}") } else { digits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_cell_stops_the_reading_and_reading_again_changes_nothing(cell in "\\PC{0,24}|[0-9 +()/-]{0,24}") {
            if let Some(phone) = Phone::read(&cell).filter(Phone::is_mobile) {
                prop_assert_eq!(Phone::read(phone.as_str()), Some(phone));
            }
        }
    }

    #[track_caller]
    fn check(cell: &str, expected: &str, mobile: bool) {
        let phone = Phone::read(cell).unwrap();
        assert_eq!((phone.as_str(), phone.is_mobile()), (expected, mobile), "{cell:?}");
    }

    #[test]
    fn every_way_to_write_a_mobile_number_is_one() {
        for cell in [
            "081234567890",
            "+6281234567890",
            "6281234567890",
            "006281234567890",
            "81234567890",
            "'081234567890",
            "0812-3456-7890",
            "(0812) 3456 7890",
            "+62 812 3456 7890",
            "+62 0812 3456 7890",
            "0812.3456.7890",
            "=\"081234567890\"",
            "081234567890 / 0711350350",
            "0711350350, 081234567890",
            "\u{200b}081234567890\u{a0}",
        ] {
            check(cell, "081234567890", true);
        }
    }

    #[test]
    fn other_numbers_stay_what_they_are() {
        check("0711-350350", "0711350350", false);
        check("+62711350350", "0711350350", false);
        check("+60 12 345 6789", "+60123456789", false);
        check("6,28123E+12", "6,28123E+12", false);
        check("tidak ada", "tidak ada", false);
        check("0800", "0800", false);
        check("08123456789012345", "08123456789012345", false);
        for cell in ["", "  ", "-", "'"] {
            assert_eq!(Phone::read(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn a_number_is_masked_for_people_and_international_for_messengers() {
        let phone = Phone::read("0812-3456-789").unwrap();
        assert_eq!(
            (phone.masked().as_str(), format!("{phone:?}").as_str()),
            ("0812****789", "****")
        );
        assert_eq!(phone.international().as_deref(), Some("628123456789"));
        assert_eq!(Phone::read("tidak ada").unwrap().international(), None);
        assert_eq!(Phone::read("+60123456789").unwrap().international(), None);
    }
}
