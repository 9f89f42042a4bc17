//! What a single cell says: text cleaned of what means nothing, yes and no, the words of a result.
//!
//! Knows one cell; nothing of columns or files.

use crate::domain::card::CardResult;
use crate::domain::text::Text;
use std::borrow::Cow;

/// Signs that make a spreadsheet run a cell; our files put an apostrophe before them.
const RUNNABLE: [u8; 7] = [b'=', b'+', b'-', b'@', b'\t', b'\r', 0];

/// Takes off exactly the apostrophe that protects a cell which a spreadsheet would run.
pub fn unescape(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'\'', second, ..] if RUNNABLE.contains(second) => &cell[1..],
        _ => cell,
    }
}

/// Protects a cell that a spreadsheet would run.
pub fn escape(cell: &str) -> Cow<'_, str> {
    match cell.as_bytes().first() {
        Some(first) if RUNNABLE.contains(first) => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// Reads a district: the word kecamatan before its name is not part of it.
pub fn district(cell: &str) -> Option<Text> {
    let name = optional(cell)?;
    let bare = ["kecamatan ", "kec. ", "kec.", "kec "].iter().find_map(|word| {
        let start = name.get(..word.len())?;
        start
            .eq_ignore_ascii_case(word)
            .then(|| Text::from(name[word.len()..].trim_start()))
    });
    Some(bare.filter(|bare| !bare.is_empty()).unwrap_or(name))
}

/// Cleans text of what loses nothing: outer and repeated spaces, line breaks, invisible signs, `="..."`.
pub fn text(cell: &str) -> Cow<'_, str> {
    if is_clean(cell.as_bytes()) {
        return Cow::Borrowed(cell);
    }
    let cell = unwrap_formula(unescape(cell)).trim();
    if is_clean(cell.as_bytes()) {
        return Cow::Borrowed(cell);
    }
    let mut clean = String::with_capacity(cell.len());
    for sign in cell.chars() {
        if sign.is_whitespace() {
            if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if !is_invisible(sign) {
            clean.push(sign);
        }
    }
    clean.truncate(clean.trim_end().len());
    Cow::Owned(clean)
}

/// Tells of ordinary text, which most cells are, that there is nothing to clean: visible ASCII with single spaces
/// between, and no sign in front that could mean something else.
fn is_clean(cell: &[u8]) -> bool {
    if matches!(cell.first(), Some(b'\'' | b'=')) {
        return false;
    }
    let mut last = b' ';
    for byte in cell {
        if *byte <= b' ' && (*byte != b' ' || last == b' ') || *byte >= 0x7F {
            return false;
        }
        last = *byte;
    }
    cell.is_empty() || last != b' '
}

/// Cleans text and returns it as an owned cell; none if nothing is left.
pub fn optional(cell: &str) -> Option<Text> {
    let text = text(cell);
    (!text.is_empty()).then(|| text.into())
}

/// `="1671"` is how some programs keep a spreadsheet from reading a number.
fn unwrap_formula(cell: &str) -> &str {
    let trimmed = cell.trim();
    trimmed
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(cell)
}

fn is_invisible(sign: char) -> bool {
    let is_mark = matches!(sign, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}');
    let is_direction = matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}');
    sign.is_control() || is_mark || is_direction
}

/// Reads whether the person lives (`STAT_HIDUP`: 1 is alive, 0 is dead); none where the cell does not say.
pub fn alive(cell: &str) -> Option<bool> {
    flag(
        cell,
        &["hidup", "alive", "aktif"],
        &["mati", "meninggal", "meninggal dunia", "wafat", "dead", "deceased"],
    )
}

/// Reads whether the person moved away (`FLAG_PINDAH`: Y or 1 has moved); none where the cell does not say.
pub fn moved(cell: &str) -> Option<bool> {
    flag(
        cell,
        &["pindah", "sudah pindah", "moved"],
        &["tidak pindah", "belum pindah", "tetap", "not moved"],
    )
}

fn flag(cell: &str, yes: &[&str], no: &[&str]) -> Option<bool> {
    const YES: [&str; 6] = ["1", "y", "ya", "yes", "true", "benar"];
    // T is tidak: the population system answers Y or T.
    const NO: [&str; 7] = ["0", "n", "t", "no", "tidak", "false", "salah"];
    let cell = text(cell);
    let is = |words: &[&str]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    if is(&YES) || is(yes) {
        Some(true)
    } else if is(&NO) || is(no) {
        Some(false)
    } else {
        None
    }
}

/// Reads the `result` column of a batch file; none for a word that is no answer known.
pub fn card_result(cell: &str) -> Option<CardResult> {
    const PRINTED: [&str; 13] = [
        "printed",
        "print",
        "cetak",
        "tercetak",
        "dicetak",
        "sudah",
        "sudah cetak",
        "sudah dicetak",
        "sudah tercetak",
        "selesai",
        "berhasil",
        "jadi",
        "ok",
    ];
    const SPOILED: [&str; 8] = [
        "spoiled",
        "spoilt",
        "rusak",
        "kartu rusak",
        "blangko rusak",
        "keping rusak",
        "cetak rusak",
        "rusak cetak",
    ];
    const NOT_PRINTED: [&str; 14] = [
        "not printed",
        "notprinted",
        "tidak",
        "tidak cetak",
        "tidak dicetak",
        "tidak tercetak",
        "gagal",
        "gagal cetak",
        "belum",
        "belum cetak",
        "belum dicetak",
        "belum tercetak",
        "batal",
        "no",
    ];
    let word = crate::intake::headers::words_of(&text(cell));
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(&PRINTED) {
        Some(CardResult::Printed)
    } else if is(&SPOILED) {
        Some(CardResult::Spoiled)
    } else if is(&NOT_PRINTED) {
        Some(CardResult::NotPrinted)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_loses_nothing_that_can_be_read() {
        let table = [
            ("Siti Nuraini", "Siti Nuraini"),
            ("  Siti \t Nuraini\u{00A0}", "Siti Nuraini"),
            ("Siti\u{200B} Nur\nAini", "Siti Nur Aini"),
            ("=\"0812\"", "0812"),
            ("\u{202E}txt.exe", "txt.exe"),
            ("A\u{1B}[31mB", "A[31mB"),
            ("'=1+1", "=1+1"),
            ("''=1+1", "''=1+1"),
            ("'Aisyah", "'Aisyah"),
            ("\u{200B} ", ""),
        ];
        for (cell, expected) in table {
            assert_eq!(text(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn the_apostrophe_that_protects_comes_off_again() {
        for cell in [
            "=1+1", "+62812", "-", "@x", "\tx", "\rx", "\0", "x", "", "''", "'x", "''=",
        ] {
            assert_eq!(unescape(&escape(cell)), cell, "{cell:?}");
        }
    }

    #[test]
    fn yes_and_no() {
        for (cell, expected) in [
            ("1", Some(true)),
            ("HIDUP", Some(true)),
            ("0", Some(false)),
            ("Meninggal", Some(false)),
            ("", None),
        ] {
            assert_eq!(alive(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("Y", Some(true)),
            ("1", Some(true)),
            ("pindah", Some(true)),
            ("T", Some(false)),
            ("?", None),
        ] {
            assert_eq!(moved(cell), expected, "{cell}");
        }
    }

    #[test]
    fn words_of_a_result() {
        use CardResult::{NotPrinted, Printed, Spoiled};
        let table = [
            ("printed", Some(Printed)),
            ("CETAK", Some(Printed)),
            ("Sudah dicetak", Some(Printed)),
            ("rusak", Some(Spoiled)),
            ("Spoiled", Some(Spoiled)),
            ("not_printed", Some(NotPrinted)),
            ("tidak", Some(NotPrinted)),
            ("gagal", Some(NotPrinted)),
            ("?", None),
            ("", None),
        ];
        for (cell, expected) in table {
            assert_eq!(card_result(cell), expected, "{cell}");
        }
    }
}
