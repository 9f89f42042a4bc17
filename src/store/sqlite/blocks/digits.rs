//! Texts of digits as numbers, where that loses nothing: family cards, phones, request numbers.

use super::column::Cell;

/// Digits that are taken for a number; 64 bits always hold them.
const MOST_DIGITS: usize = 18;

/// Digits of a request number that leave room for its length and its letter.
const MOST_REQUEST_DIGITS: usize = 16;

/// What a request number is counted by: its letter and its length, then the number itself.
const REQUEST_STEP: u64 = 10_000_000_000_000_000;

fn number_of(digits: &[u8]) -> Option<u64> {
    let plain = (1..=MOST_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Takes digits that do not begin with a zero.
#[inline]
pub fn plain_cell(text: Option<&str>) -> Cell<'_> {
    let Some(text) = text else { return Cell::Empty };
    match number_of(text.as_bytes()) {
        Some(number) if !text.starts_with('0') => Cell::Number(number),
        _ => Cell::Text(text),
    }
}

/// Takes digits behind exactly one zero.
#[inline]
pub fn phone_cell(text: Option<&str>) -> Cell<'_> {
    let Some(text) = text else { return Cell::Empty };
    match text.strip_prefix('0').map(|rest| plain_cell(Some(rest))) {
        Some(Cell::Number(number)) => Cell::Number(number),
        _ => Cell::Text(text),
    }
}

/// Takes digits, leading zeros too, behind one capital or none.
#[inline]
pub fn request_cell(text: Option<&str>) -> Cell<'_> {
    let Some(text) = text else { return Cell::Empty };
    let (letter, digits) = match text.as_bytes() {
        [letter @ b'A'..=b'Z', rest @ ..] => (u64::from(letter - b'A') + 1, rest),
        digits => (0, digits),
    };
    match number_of(digits) {
        Some(number) if digits.len() <= MOST_REQUEST_DIGITS => {
            let kind = letter * (MOST_REQUEST_DIGITS as u64 + 1) + digits.len() as u64;
            Cell::Number(kind * REQUEST_STEP + number)
        }
        _ => Cell::Text(text),
    }
}

/// A number written out, without an allocation.
pub struct Written {
    bytes: [u8; 24],
    start: usize,
}

impl Written {
    fn new(mut number: u64, least_digits: usize) -> Self {
        let mut written = Self {
            bytes: [b'0'; 24],
            start: 24,
        };
        while number > 0 {
            // Two digits at a time: a division costs more than anything else here.
            let pair = (number % 100) as u8;
            number /= 100;
            written.bytes[written.start - 1] = b'0' + pair % 10;
            written.bytes[written.start - 2] = b'0' + pair / 10;
            written.start -= if number == 0 && pair < 10 { 1 } else { 2 };
        }
        written.start = written.start.min(24 - least_digits);
        written
    }

    /// Writes out what `plain_cell` counted.
    pub fn plain(number: u64) -> Self {
        Self::new(number, 1)
    }

    /// Writes out what `phone_cell` counted.
    pub fn phone(number: u64) -> Self {
        let mut written = Self::new(number, 1);
        written.start -= 1;
        written
    }

    /// Writes out what `request_cell` counted.
    pub fn request(number: u64) -> Self {
        let (kind, number) = (number / REQUEST_STEP, number % REQUEST_STEP);
        let lengths = MOST_REQUEST_DIGITS as u64 + 1;
        let mut written = Self::new(number, ((kind % lengths) as usize).min(MOST_REQUEST_DIGITS));
        if let Some(letter) = (kind / lengths).checked_sub(1) {
            written.start -= 1;
            written.bytes[written.start] = b'A' + (letter % 26) as u8;
        }
        written
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.start..]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) {
        let back = |cell: Cell<'_>, written: fn(u64) -> Written| match cell {
            Cell::Number(number) => written(number).as_str().to_owned(),
            Cell::Text(text) => text.to_owned(),
            Cell::Empty => panic!("{text:?}"),
        };
        assert_eq!(back(plain_cell(Some(text)), Written::plain), text);
        assert_eq!(back(phone_cell(Some(text)), Written::phone), text);
        assert_eq!(back(request_cell(Some(text)), Written::request), text);
    }

    #[test]
    fn the_usual_numbers_are_numbers() {
        for (cell, is_number) in [
            (plain_cell(Some("1671090101159001")), true),
            (plain_cell(Some("0071090101159001")), false),
            (phone_cell(Some("081234567890")), true),
            (phone_cell(Some("+6281234567890")), false),
            (phone_cell(Some("00812")), false),
            (request_cell(Some("P001024219")), true),
            (request_cell(Some("1671202100042")), true),
            (request_cell(Some("0042")), true),
            (request_cell(Some("REQ-42")), false),
        ] {
            assert_eq!(matches!(cell, Cell::Number(_)), is_number, "{cell:?}");
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "",
            "0",
            "00",
            "007",
            "-5",
            "+5",
            "٣",
            "A",
            "Z9",
            "AA1",
            "z1",
            "999999999999999999",
            "1234567890123456789",
            "9999999999999999",
            "Z9999999999999999",
            "A99999999999999999",
            "08123456789012345678",
            "0",
            "A0",
            "0000000000000000",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_comes_back(text in "[A-Z]{0,2}[0-9]{0,20}|\\PC{0,20}") {
            check(&text);
        }
    }
}
