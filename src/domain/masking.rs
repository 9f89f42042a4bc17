//! Numbers of people inside free text: remarks, names of files, what was typed in the wrong place.

use super::nik::Nik;
use super::phone::Phone;
use std::borrow::Cow;

/// Masks every NIK, KK number and phone number that stands whole in a text; other digits stay.
///
/// A number is a run of digits with no letter beside it: 16 of them, or 9 to 14 that begin as Indonesian phones do.
pub fn mask_numbers(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut rest = 0;
    while let Some((start, end)) = next_run(text, rest) {
        rest = end;
        if let Some(number) = masked_number(text, start, end) {
            masked.push_str(&text[copied..start]);
            masked.push_str(&number);
            copied = end;
        }
    }
    match copied {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(masked + &text[copied..]),
    }
}

/// Finds the next run of digits from a place on.
fn next_run(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find(|c: char| c.is_ascii_digit())?;
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    Some((start, start + length))
}

fn masked_number(text: &str, start: usize, end: usize) -> Option<String> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    if text[..start].chars().next_back().is_some_and(is_letter) || text[end..].chars().next().is_some_and(is_letter) {
        return None;
    }
    let digits = &text[start..end];
    match digits.len() {
        16 => {
            let nik = digits.parse().ok().and_then(Nik::from_u64);
            Some(nik.map_or_else(|| format!("{}******{}", &digits[..6], &digits[12..]), Nik::masked))
        }
        9..=14 if digits.starts_with("08") || digits.starts_with("628") => {
            Phone::read(digits).map(|phone| phone.masked())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_and_others_stay() {
        let check = |text: &str, expected: &str| assert_eq!(mask_numbers(text), expected);
        check(
            "untuk 1671094107959001 / KK 1671090101109001",
            "untuk 167109******9001 / KK 167109******9001",
        );
        check("0671094107959001.", "067109******9001.");
        check(
            "batch 2021-07-22-ibrahim, 1234567890123 bytes",
            "batch 2021-07-22-ibrahim, 1234567890123 bytes",
        );
        check(
            "a1671094107959001 12345678901234567",
            "a1671094107959001 12345678901234567",
        );
        assert!(!mask_numbers("telp 081299990001, ya").contains("081299990001"));
        assert!(!mask_numbers("telp +6281299990001").contains("81299990001"));
        check("", "");
        check("é1671094107959001", "é1671094107959001");
    }
}
