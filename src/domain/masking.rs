//! Numbers of people inside free text: remarks, names of files, what was typed in the wrong place.

use super::nik::Nik;
use super::phone::Phone;
use std::borrow::Cow;

/// Masks every NIK, KK number and phone number that stands whole in a text; other digits stay.
///
/// A number is 16 digits, or 9 to 14 that begin as Indonesian phones do, also with a space, a point or a dash between its
/// digits, and in the wide forms of Asian fonts. Sixteen digits or more in a row are masked whatever stands beside them;
/// only the fingerprint of a file, a word of 64 hexadecimal signs, stays.
pub fn mask_numbers(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut rest = 0;
    while let Some(groups) = next_groups(text, rest) {
        rest = groups.last().map_or(text.len(), |last| last.end);
        let mut at = 0;
        while at < groups.len() {
            if is_date(text, &groups[at..]) {
                at += 3;
                continue;
            }
            let Some((taken, number)) = masked_number(text, &groups[at..]) else {
                at += 1;
                continue;
            };
            masked.push_str(&text[copied..groups[at].start]);
            masked.push_str(&number);
            copied = groups[at + taken - 1].end;
            at += taken;
        }
    }
    match copied {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(masked + &text[copied..]),
    }
}

/// Digits in a row, and where they stand.
struct Group {
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

/// Finds the next groups of digits from a place on that only single separators keep apart.
fn next_groups(text: &str, from: usize) -> Option<Vec<Group>> {
    let start = from + text[from..].find(|c| digit(c).is_some())?;
    let mut groups: Vec<Group> = Vec::new();
    let mut after_separator = true;
    for (at, c) in text[start..].char_indices() {
        match digit(c) {
            Some(digit) => {
                let end = start + at + c.len_utf8();
                match groups.last_mut().filter(|_| !after_separator) {
                    Some(group) => {
                        group.digits.push(digit);
                        group.end = end;
                    }
                    None => groups.push(Group {
                        start: start + at,
                        end,
                        digits: digit.to_string(),
                    }),
                }
                after_separator = false;
            }
            None if matches!(c, ' ' | '.' | '-') && !after_separator => after_separator = true,
            None => break,
        }
    }
    Some(groups)
}

/// Tells whether the groups begin with a day as this program writes it: `2021-07-22`.
fn is_date(text: &str, groups: &[Group]) -> bool {
    let [year, month, day, ..] = groups else { return false };
    let within =
        |group: &Group, most: u32| group.digits.len() == 2 && group.digits.parse().is_ok_and(|n: u32| n <= most);
    let dashes = [(year, month), (month, day)]
        .iter()
        .all(|(one, next)| &text[one.end..next.start] == "-");
    let is_year = year.digits.len() == 4 && (year.digits.starts_with("19") || year.digits.starts_with("20"));
    is_year && dashes && within(month, 12) && within(day, 31)
}

/// Masks the number that begins with the first group, and tells of how many groups it is made.
fn masked_number(text: &str, groups: &[Group]) -> Option<(usize, String)> {
    let first = groups.first()?;
    if first.digits.len() >= 16 {
        return (!is_in_fingerprint(text, first)).then(|| (1, masked_digits(&first.digits)));
    }
    let mut digits = String::new();
    let mut phone = None;
    for (index, group) in groups.iter().enumerate() {
        digits.push_str(&group.digits);
        if digits.len() > 16 {
            break;
        }
        if stands_apart(text, first.start, group.end) {
            match digits.len() {
                16 => return Some((index + 1, masked_digits(&digits))),
                9..=14 if digits.starts_with("08") || digits.starts_with("628") => {
                    phone = Phone::read(&digits).map(|phone| (index + 1, phone.masked()));
                }
                _ => {}
            }
        }
    }
    phone
}

fn masked_digits(digits: &str) -> String {
    let nik = digits
        .parse()
        .ok()
        .filter(|_| digits.len() == 16)
        .and_then(Nik::from_u64);
    nik.map_or_else(
        || format!("{}******{}", &digits[..6], &digits[digits.len() - 4..]),
        Nik::masked,
    )
}

/// Tells whether no letter stands beside a stretch.
fn stands_apart(text: &str, start: usize, end: usize) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
}

/// How many hexadecimal signs the fingerprint of a file has, of which some are letters.
const FINGERPRINT_SIGNS: usize = 64;
const FINGERPRINT_LETTERS: usize = 8;

/// Tells whether digits stand in the fingerprint of a file.
fn is_in_fingerprint(text: &str, group: &Group) -> bool {
    let is_sign = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let bytes = text.as_bytes();
    let most = FINGERPRINT_SIGNS;
    let before = bytes[..group.start].iter().rev().take(most).take_while(is_sign).count();
    let after = bytes[group.end..].iter().take(most).take_while(is_sign).count();
    let word = &bytes[group.start - before..group.end + after];
    word.len() == FINGERPRINT_SIGNS
        && word.iter().filter(|byte| byte.is_ascii_lowercase()).count() >= FINGERPRINT_LETTERS
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
        // Sixteen digits in a row are somebody's, whatever stands beside them; a file's fingerprint is nobody's.
        check(
            "nik1671094107959001x 16710941079590012",
            "nik167109******9001x 167109******0012",
        );
        let fingerprint = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991671094107";
        check(fingerprint, fingerprint);
        check("b1671094107959001", "b167109******9001");
        check(&"16710941079590011".repeat(2), "167109******0011");
        assert!(!mask_numbers(&format!("{}E+16", "16710941".repeat(5))).contains("1671094116710941"));
        assert!(!mask_numbers("telp 081299990001, ya").contains("081299990001"));
        assert!(!mask_numbers("telp +6281299990001").contains("81299990001"));
        check("B 1671-0941-0795-9002 x", "B 167109******9002 x");
        check("NIK 1671 0941 0795 9001", "NIK 167109******9001");
        check("\u{ff11}671094107959008 A", "167109******9008 A");
        check("2021-07-22 22:00, 1.234 rows", "2021-07-22 22:00, 1.234 rows");
        check("", "");
        check("é1671094107959001", "é167109******9001");
        // Numbers side by side are told apart.
        check("1671094107959001 1671090107959002", "167109******9001 167109******9002");
        check(
            "1671 0941 0795 9001 1671-0901-0795-9002",
            "167109******9001 167109******9002",
        );
        assert!(!mask_numbers("1671094107959001 081299990001").contains("081299990001"));
        assert!(!mask_numbers("0812 9999 0001 1671094107959001").contains("9999 0001"));
        check("2021-07-22 2021-07-23 2021-07-24", "2021-07-22 2021-07-23 2021-07-24");
        check("2021-07-22 1671094107959001", "2021-07-22 167109******9001");
    }
}
