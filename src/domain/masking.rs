//! Numbers of people inside free text: remarks, names of files, what was typed in the wrong place.

use super::nik::Nik;
use super::phone::Phone;
use std::borrow::Cow;

/// Masks every NIK, KK number and phone number that stands whole in a text; other digits stay.
///
/// A number is a run of digits with no letter beside it, also with a space, a point or a dash between its digits, and
/// in the wide forms of Asian fonts: 16 of them, or 9 to 14 that begin as Indonesian phones do.
pub fn mask_numbers(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut rest = 0;
    while let Some(run) = next_run(text, rest) {
        rest = run.end;
        if let Some(number) = masked_number(text, &run) {
            masked.push_str(&text[copied..run.start]);
            masked.push_str(&number);
            copied = run.end;
        }
    }
    match copied {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(masked + &text[copied..]),
    }
}

/// Digits that may be one number, and where they stand.
struct Run {
    start: usize,
    end: usize,
    digits: String,
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

/// Finds the next run of digits from a place on; single separators do not end it.
fn next_run(text: &str, from: usize) -> Option<Run> {
    let start = from + text[from..].find(|c| digit(c).is_some())?;
    let mut run = Run {
        start,
        end: start,
        digits: String::new(),
    };
    let mut after_separator = false;
    for (at, c) in text[start..].char_indices() {
        match digit(c) {
            Some(digit) => {
                run.digits.push(digit);
                run.end = start + at + c.len_utf8();
                after_separator = false;
            }
            None if matches!(c, ' ' | '.' | '-') && !after_separator => after_separator = true,
            None => break,
        }
    }
    Some(run)
}

fn masked_number(text: &str, run: &Run) -> Option<String> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (text[..run.start].chars().next_back(), text[run.end..].chars().next());
    if before.is_some_and(is_letter) || after.is_some_and(is_letter) {
        return None;
    }
    let digits = run.digits.as_str();
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
        check("B 1671-0941-0795-9002 x", "B 167109******9002 x");
        check("NIK 1671 0941 0795 9001", "NIK 167109******9001");
        check("\u{ff11}671094107959008 A", "167109******9008 A");
        check("2021-07-22 22:00, 1.234 rows", "2021-07-22 22:00, 1.234 rows");
        check("", "");
        check("é1671094107959001", "é1671094107959001");
    }
}
