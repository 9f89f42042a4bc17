//! Splits a written name into the words that name somebody: no titles, degrees or signs, each with its spelling key.
//!
//! Everything lives in fixed buffers: what is longer than a card can print (60 letters) is cut.

use super::{spelling, tables};

/// More letters than the population system stores.
const LETTERS: usize = 96;
/// More words than any name in use.
const WORDS: usize = 12;

/// One word of a name: where its letters and its spelling key stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    start: u8,
    length: u8,
    key_length: u8,
    /// Which letters the word and its key have.
    letter_set: u32,
    key_set: u32,
    /// A dot stood behind it.
    pub(super) is_abbreviated: bool,
    /// A comma stood before it.
    after_comma: bool,
    /// It stands behind BIN or BINTI.
    pub(super) is_patronymic: bool,
    /// It was written in another form.
    pub(super) is_alias: bool,
    /// It is put in front of many names.
    pub(super) is_generic: bool,
}

impl Word {
    /// Returns the number of letters.
    pub(super) const fn len(&self) -> usize {
        self.length as usize
    }

    /// Tells whether so many slips could make one word's letters into the other's.
    pub(super) const fn may_be(&self, other: &Self, slips: u32) -> bool {
        (self.letter_set ^ other.letter_set).count_ones() <= 2 * slips
    }

    /// Tells whether a slip could make one word's key into the other's.
    pub(super) const fn may_sound_like(&self, other: &Self) -> bool {
        (self.key_set ^ other.key_set).count_ones() <= 2
    }

    /// Returns the letters as a set.
    pub(super) const fn letter_set(&self) -> u32 {
        self.letter_set
    }

    /// Returns the letters of the key as a set.
    pub(super) const fn key_set(&self) -> u32 {
        self.key_set
    }

    /// Returns the length of the spelling key.
    pub(super) const fn key_len(&self) -> usize {
        self.key_length as usize
    }
}

/// A name as words to compare.
#[derive(Clone, Debug)]
pub struct FoldedName {
    letters: [u8; LETTERS],
    keys: [u8; LETTERS],
    words: [Word; WORDS],
    count: usize,
    used: usize,
}

/// Folds a name as written.
pub fn fold(name: &str) -> FoldedName {
    let mut folded = FoldedName {
        letters: [0; LETTERS],
        keys: [0; LETTERS],
        words: [Word::default(); WORDS],
        count: 0,
        used: 0,
    };
    folded.split(name);
    folded.drop_degrees();
    folded.drop_titles();
    folded.drop_patronymic_marks();
    folded.level();
    folded
}

impl FoldedName {
    pub(super) fn words(&self) -> &[Word] {
        &self.words[..self.count]
    }

    /// Returns the letters of a word, aliases replaced.
    pub(super) fn letters(&self, word: &Word) -> &[u8] {
        &self.letters[usize::from(word.start)..usize::from(word.start) + usize::from(word.length)]
    }

    /// Returns the spelling key of a word.
    pub(super) fn key(&self, word: &Word) -> &[u8] {
        &self.keys[usize::from(word.start)..usize::from(word.start) + usize::from(word.key_length)]
    }

    fn split(&mut self, name: &str) {
        let (mut word, mut after_comma) = (Word::default(), false);
        let mut rest = name;
        loop {
            let plain = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            if plain > 0 {
                self.extend(&mut word, &rest.as_bytes()[..plain], &mut after_comma);
                rest = &rest[plain..];
            }
            let mut signs = rest.chars();
            let Some(c) = signs.next() else {
                break;
            };
            rest = signs.as_str();
            if let Some(letter) = letter(c, word.length > 0) {
                self.extend(&mut word, &[letter], &mut after_comma);
                continue;
            }
            if is_silent(c) {
                continue;
            }
            if word.length > 0 {
                word.is_abbreviated = c == '.';
                self.push(word);
                word = Word::default();
            }
            after_comma |= c == ',' || c == ';';
        }
        if word.length > 0 {
            self.push(word);
        }
    }

    /// Adds ASCII letters of either case to a word, as far as there is room.
    fn extend(&mut self, word: &mut Word, letters: &[u8], after_comma: &mut bool) {
        let taken = letters.len().min(LETTERS - self.used);
        if taken == 0 || self.count == WORDS {
            return;
        }
        if word.length == 0 {
            word.start = self.used as u8;
            word.after_comma = std::mem::take(after_comma);
        }
        for (to, letter) in self.letters[self.used..].iter_mut().zip(&letters[..taken]) {
            *to = letter.to_ascii_uppercase();
        }
        self.used += taken;
        word.length += taken as u8;
    }

    fn push(&mut self, word: Word) {
        if self.count < WORDS {
            self.words[self.count] = word;
            self.count += 1;
        }
    }

    /// Takes degrees off the end: `S.Pd.`, `S. Pd`, `SPD`, `A.Md.Keb`; behind a comma whatever is written like one.
    fn drop_degrees(&mut self) {
        let is_like_one = |word: &Word| word.after_comma && (word.is_abbreviated || word.length == 1);
        if let Some(at) = (1..self.count).find(|at| is_like_one(&self.words[*at])) {
            self.count = at;
        }
        while let Some(taken) = (1..=4)
            .rev()
            .find(|taken| *taken < self.count && self.ends_with_degree(*taken))
        {
            self.count -= taken;
        }
    }

    fn ends_with_degree(&self, taken: usize) -> bool {
        let words = &self.words[self.count - taken..self.count];
        if words[taken - 1].length > 6 {
            return false;
        }
        let first = usize::from(words[0].start);
        let last = words[words.len() - 1];
        let joined = &self.letters[first..usize::from(last.start) + usize::from(last.length)];
        // Whole words that only together spell a degree (M ALI AK) are names: parts of a degree are short.
        let are_parts = words.iter().all(|word| word.length <= 3) || taken == 1;
        are_parts && tables::is_degree(joined)
    }

    fn drop_titles(&mut self) {
        let mut at = 0;
        while at < self.count && self.count > 1 {
            if at == 0 && self.starts_with_split_title() {
                self.remove(0);
                self.remove(0);
                continue;
            }
            let word = self.words[at];
            let is_edge = at == 0 || at + 1 == self.count;
            if tables::is_title(self.letters(&word)) && (is_edge || word.length > 1) {
                self.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Tells whether `K.H.` or `K. H.` leads the name: two letters of one title, no initials.
    fn starts_with_split_title(&self) -> bool {
        let is_letter = |at: usize, letter: &[u8]| self.letters(&self.words[at]) == letter;
        self.count > 2 && is_letter(0, b"K") && is_letter(1, b"H")
    }

    fn drop_patronymic_marks(&mut self) {
        let Some(at) = (1..self.count).find(|at| tables::is_patronymic(self.letters(&self.words[*at]))) else {
            return;
        };
        self.remove(at);
        for word in &mut self.words[at..self.count] {
            word.is_patronymic = true;
        }
    }

    fn remove(&mut self, at: usize) {
        self.words.copy_within(at + 1..self.count, at);
        self.count -= 1;
    }

    /// Replaces aliases and writes the spelling keys; canonical words go behind the letters as they were written.
    fn level(&mut self) {
        for at in 0..self.count {
            let mut word = self.words[at];
            if let Some(canonical) = tables::canonical(self.letters(&word)) {
                self.replace(&mut word, canonical.as_bytes());
            }
            word.is_generic = tables::is_generic(self.letters(&word));
            let start = usize::from(word.start);
            let range = start..start + usize::from(word.length);
            word.key_length = spelling::key(&self.letters[range.clone()], &mut self.keys[range]) as u8;
            word.letter_set = set_of(self.letters(&word));
            word.key_set = set_of(self.key(&word));
            self.words[at] = word;
        }
    }

    fn replace(&mut self, word: &mut Word, canonical: &[u8]) {
        let end = self.used + canonical.len();
        if end <= LETTERS {
            word.start = self.used as u8;
            word.length = canonical.len() as u8;
            word.is_abbreviated = false;
            word.is_alias = true;
            self.letters[self.used..end].copy_from_slice(canonical);
            self.used = end;
        }
    }
}

/// Returns letters as a set, a bit each.
pub(super) const fn set_of(letters: &[u8]) -> u32 {
    let (mut set, mut at) = (0, 0);
    while at < letters.len() {
        set |= 1 << (letters[at] & 31);
        at += 1;
    }
    set
}

/// Returns the upper-case ASCII letter of a sign that is none; a digit inside a word is the letter that it resembles.
fn letter(c: char, is_inside: bool) -> Option<u8> {
    Some(match c {
        '0' if is_inside => b'O',
        '1' if is_inside => b'I',
        '3' if is_inside => b'E',
        '4' if is_inside => b'A',
        '5' if is_inside => b'S',
        'À'..='Å' | 'à'..='å' => b'A',
        'Ç' | 'ç' => b'C',
        'È'..='Ë' | 'è'..='ë' => b'E',
        'Ì'..='Ï' | 'ì'..='ï' => b'I',
        'Ñ' | 'ñ' => b'N',
        'Ò'..='Ö' | 'ò'..='ö' | 'ō' | 'Ō' => b'O',
        'Ù'..='Ü' | 'ù'..='ü' | 'ū' | 'Ū' => b'U',
        'Ý' | 'ý' | 'ÿ' => b'Y',
        'ā' | 'Ā' => b'A',
        'ī' | 'Ī' => b'I',
        'Ａ'..='Ｚ' => (u32::from(c) - 0xff21) as u8 + b'A',
        'ａ'..='ｚ' => (u32::from(c) - 0xff41) as u8 + b'A',
        _ => return None,
    })
}

/// Signs inside a word that do not end it.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{b4}' | '\u{2bc}' | '\u{200b}'..='\u{200f}'
        | '\u{300}'..='\u{36f}' | '\u{feff}' | '\u{ad}')
}
