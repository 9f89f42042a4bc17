//! Text from files, made harmless: what would move a terminal's cursor, turn its text round, or hide in it.

use std::borrow::Cow;

/// Makes a cell harmless: line breaks and tabs become spaces, other control characters a mark, and bidirectional and
/// zero-width characters vanish.
pub fn harmless(text: &str) -> Cow<'_, str> {
    clean(text, false)
}

/// Does the same to text of several lines, and keeps its line breaks.
pub fn harmless_lines(text: &str) -> Cow<'_, str> {
    clean(text, true)
}

fn clean(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, 0x20..=0x7e) || (keep_lines && byte == b'\n');
    if text.bytes().all(is_plain) || !text.chars().any(|letter| fate(letter, keep_lines) != Fate::Kept) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for letter in text.chars() {
        match fate(letter, keep_lines) {
            Fate::Kept => cleaned.push(letter),
            Fate::Space => cleaned.push(' '),
            Fate::Mark => cleaned.push('\u{fffd}'),
            Fate::Gone => {}
        }
    }
    Cow::Owned(cleaned)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Space,
    Mark,
    Gone,
}

fn fate(letter: char, keep_lines: bool) -> Fate {
    match letter {
        ' '..='~' => Fate::Kept,
        '\n' if keep_lines => Fate::Kept,
        '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Space,
        _ if letter.is_control() => Fate::Mark,
        // Soft hyphen, joiners, marks and overrides of direction, invisible operators, fillers, byte order mark, notes
        // between lines, and tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Fate::Gone,
        _ => Fate::Kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_hides_is_gone() {
        let table = [
            ("Siti Aminah", "Siti Aminah"),
            ("Zoë Ñoño 李", "Zoë Ñoño 李"),
            ("a\u{1b}[2Jb", "a\u{fffd}[2Jb"),
            ("a\u{9b}31mb", "a\u{fffd}31mb"),
            ("a\nb\tc\r\nd", "a b c  d"),
            ("abc\u{202e}fed\u{2066}x", "abcfedx"),
            ("Si\u{200b}ti\u{feff}\u{ad}", "Siti"),
            ("x\u{e0041}\u{0}", "x\u{fffd}"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
        assert!(matches!(harmless("plain"), Cow::Borrowed(_)));
        assert!(matches!(harmless("Zoë"), Cow::Borrowed(_)));
        assert_eq!(harmless_lines("a\n\u{1b}b\r\n"), "a\n\u{fffd}b \n");
    }
}
