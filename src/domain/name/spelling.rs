//! Levels the spellings of one word: old and new orthography, Arabic sounds, doubled letters.
//!
//! Old spelling (van Ophuijsen 1901, Soewandi 1947): DJ, TJ, OE, J, NJ, SJ, CH; since 1972: J, C, U, Y, NY, SY, KH.
//! Arabic sounds are written as SY/SH/S, KH/CH/H, F/P/V, Z/J/DZ, Q/K, AI/AE. Old J is today's Y, and Z is often J: all
//! three become one letter. E and I, O and U are not told apart, nor is Z from S before a consonant.

/// Writes the key of an upper-case ASCII word into `out`, and returns its length (never more than the word's).
pub(super) fn key(word: &[u8], out: &mut [u8]) -> usize {
    let mut length = 0;
    let mut at = 0;
    while at < word.len() {
        if at > 0 && word[at] == word[at - 1] {
            at += 1;
            continue;
        }
        let next = word.get(at + 1).copied().unwrap_or(b' ');
        let (letter, taken) = match SOUNDS[row(word[at])][row(next)] {
            CONTEXTUAL => sound(word, at),
            letter if letter & TWO != 0 => (letter & !TWO, 2),
            letter => (letter, 1),
        };
        at += taken;
        if letter == b' ' || (length > 0 && out[length - 1] == letter) {
            continue;
        }
        // IY and UW before a vowel are only a glide: SUPRIYADI, SUPRIADI; KUWAT, KUAT.
        let is_glide = |c: u8| {
            matches!(
                (out.get(length.wrapping_sub(1)), c),
                (Some(b'I'), b'Y') | (Some(b'U'), b'W')
            )
        };
        if length > 0 && is_glide(letter) && word.get(at).is_some_and(|next| is_vowel(*next)) {
            continue;
        }
        out[length] = letter;
        length += 1;
    }
    finish(out, length)
}

/// Levels the end of a word: a last H is not heard, and last D, B, G sound as T, P, K.
fn finish(out: &mut [u8], length: usize) -> usize {
    let mut length = length;
    if length > 2 && out[length - 1] == b'H' {
        length -= 1;
    }
    if length > 2 {
        out[length - 1] = match out[length - 1] {
            b'D' => b'T',
            b'B' => b'P',
            b'G' if out[length - 2] != b'N' => b'K',
            last => last,
        };
    }
    length
}

/// Returns the sound that starts at `at`, and how many letters write it, where two letters do not tell.
fn sound(word: &[u8], at: usize) -> (u8, usize) {
    let next = word.get(at + 1).copied().unwrap_or(b' ');
    let after = word.get(at + 2).copied().unwrap_or(b' ');
    let before = if at == 0 { b' ' } else { word[at - 1] };
    match (word[at], next) {
        (b'C', b'H') => ch(at, &word[at + 2..]),
        (b'I', b'E') | (b'A', b'Y') if !is_vowel(after) && after != b' ' => (b'I', 2),
        (b'Y' | b'J', c) if at > 0 && !is_vowel(before) && (is_vowel(c) || c == b' ') => glide(word[at], before, c),
        (b'Y', c) if c == b' ' || !is_vowel(c) => (b'I', 1),
        (b'Y' | b'J', _) => (b'Y', 1),
        (letter, _) => (letter, 1),
    }
}

/// In `SOUNDS`: the letters before and behind tell.
const CONTEXTUAL: u8 = 0;
/// In `SOUNDS`: both letters write the sound.
const TWO: u8 = 0x80;

/// For every letter and the next one (a blank behind the last) the sound that they write.
static SOUNDS: [[u8; 32]; 32] = {
    let mut sounds = [[0; 32]; 32];
    let mut first = 1;
    while first <= 26 {
        let mut second = 0;
        while second <= 26 {
            let next = if second == 0 { b' ' } else { b'A' + second - 1 };
            sounds[first as usize][second as usize] = sound_of_two(b'A' + first - 1, next);
            second += 1;
        }
        first += 1;
    }
    sounds
};

/// Returns the place of a letter in `SOUNDS`; a blank has the first.
fn row(letter: u8) -> usize {
    usize::from(letter & 31)
}

const fn sound_of_two(letter: u8, next: u8) -> u8 {
    match (letter, next) {
        (b'D', b'J' | b'Z') => b'Y' | TWO,
        (b'T', b'J') => b'C' | TWO,
        (b'S', b'J' | b'Y' | b'H' | b'Z') | (b'T', b'S' | b'Z') => b'S' | TWO,
        (b'T', b'H') | (b'D', b'T') => b'T' | TWO,
        (b'D', b'H') => b'D' | TWO,
        (b'G', b'H') => b'G' | TWO,
        (b'P', b'H') => b'P' | TWO,
        (b'K', b'H') => b'H' | TWO,
        (b'C', b'H') | (b'I', b'E') | (b'A', b'Y') | (b'Y' | b'J', _) => CONTEXTUAL,
        (b'C', b'K') => b'K' | TWO,
        (b'C', c) if !is_vowel(c) && c != b'Y' => b'K',
        (b'O', b'E') => b'U' | TWO,
        (b'A' | b'O', b'I' | b'E') | (b'E', b'I') => b'I' | TWO,
        (b'A' | b'O', b'U') => b'U' | TWO,
        (b'F' | b'V', _) => b'P',
        (b'Q' | b'X', _) => b'K',
        (b'E', _) => b'I',
        (b'O', _) => b'U',
        (b'Z', c) if !is_vowel(c) && c != b'Y' => b'S',
        (b'Z', _) => b'Y',
        (letter, _) => letter,
    }
}

/// CH is KH before most vowels (RACHMAT, CHAIRUL), C in CHANDRA and CHERRY, K before R and L.
fn ch(at: usize, rest: &[u8]) -> (u8, usize) {
    match rest {
        [b'R' | b'L', ..] => (b'K', 2),
        [b'E' | b'I', ..] | [b'A', b'N', ..] if at == 0 => (b'C', 2),
        _ => (b'H', 2),
    }
}

/// Y between a consonant and a vowel is I (SETYAWAN, SETIAWAN); J there stays a consonant (HARJO), as after N and H.
fn glide(letter: u8, before: u8, next: u8) -> (u8, usize) {
    if letter == b'Y' && (!matches!(before, b'N' | b'H') || next == b' ') {
        (b'I', 1)
    } else {
        (b'Y', 1)
    }
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U')
}

#[cfg(test)]
mod tests {
    fn key(word: &str) -> String {
        let mut out = [0; 64];
        let length = super::key(word.as_bytes(), &mut out);
        String::from_utf8(out[..length].to_vec()).unwrap()
    }

    #[test]
    fn spellings_of_one_word_have_one_key() {
        for group in [
            &["DJOKO", "JOKO", "DJOKOE"][..],
            &["HIDAJAT", "HIDAYAT"],
            &["SOEHARTO", "SUHARTO"],
            &["TJAHJONO", "CAHJONO", "TJAHYONO", "CAHYONO"],
            &["SYAIFUL", "SAEFUL", "SAIFUL", "SJAIFOEL"],
            &["KHAIRUL", "CHAIRUL", "HAERUL", "KHOIRUL"],
            &["ACHMAD", "AHMAD", "AKHMAD", "AHMAT"],
            &["RIZKY", "RIZKI", "REZKI", "RIZQI", "RISKY"],
            &["AZIZ", "AZIS", "AJIS"],
            &["CHANDRA", "CANDRA", "TJANDRA"],
            &["SETYAWAN", "SETIAWAN"],
            &["SUPRIYADI", "SUPRIADI"],
            &["FATIMAH", "PATIMA", "FATHIMAH"],
            &["ARIEF", "ARIF", "ARIP"],
            &["ZAENAL", "ZAINAL", "JAENAL", "ZAYNAL"],
            &["DZULKIFLI", "ZULKIFLI", "JULKIPLI"],
            &["NURJANNAH", "NURDJANAH", "NURZANAH"],
            &["FAUZI", "FAUZY", "PAUJI"],
        ] {
            let first = key(group[0]);
            for word in group {
                assert_eq!(key(word), first, "{word} {}", group[0]);
            }
        }
    }

    #[test]
    fn other_words_keep_other_keys() {
        for (a, b) in [
            ("SALMA", "RAHMA"),
            ("RAHMA", "RAHMI"),
            ("SARI", "SRI"),
            ("HASAN", "HUSIN"),
            ("WATI", "WATA"),
        ] {
            assert_ne!(key(a), key(b), "{a} {b}");
        }
    }
}
