//! Finding a person by a part of the name: every word asked for must stand in it, in any case and any spelling.

use super::{FoldedName, fold};
use strsim::osa_distance;

/// From so many letters on two slips are forgiven.
const LONG_WORD: usize = 7;

/// A part of a name that somebody looks for.
#[derive(Clone, Debug)]
pub struct NameQuery {
    /// The words as typed, in capitals.
    typed: Vec<String>,
    folded: FoldedName,
}

impl NameQuery {
    /// Takes what was typed; `None` where no letter stands in it.
    pub fn new(text: &str) -> Option<Self> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '.');
        let typed: Vec<String> = words
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase())
            .filter(|word| !word.is_empty())
            .collect();
        let has_letters = typed.iter().any(|word| word.chars().any(char::is_alphabetic));
        has_letters.then(|| Self {
            typed,
            folded: fold(text),
        })
    }

    /// Tells whether every word stands in the name: as typed anywhere in it, or as a word of it in another spelling; a single letter is an initial.
    pub fn finds(&self, name: &str) -> bool {
        self.typed.iter().all(|word| contains(name, word)) || self.finds_folded(name)
    }

    fn finds_folded(&self, name: &str) -> bool {
        let asked = self.folded.words();
        if asked.is_empty() || asked.len() > 1 + name.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count() {
            return false;
        }
        let name = fold(name);
        asked.iter().all(|word| {
            let key = self.folded.key(word);
            let is_initial = self.folded.letters(word).len() == 1;
            let agrees = |other: &[u8]| other == key || (is_initial && other.starts_with(key));
            name.words().iter().any(|other| agrees(name.key(other)))
        })
    }

    /// Tells whether every word stands in the name once a slip is forgiven: one letter, two in a long word.
    pub fn resembles(&self, name: &str) -> bool {
        let (asked, name) = (self.folded.words(), fold(name));
        let is_near = |key: &str, other: &[u8]| {
            let most = if key.len() >= LONG_WORD { 2 } else { 1 };
            let differs = key.len().abs_diff(other.len());
            let other = std::str::from_utf8(other).unwrap_or_default();
            key == other || (key.len() > 2 && differs <= most && osa_distance(key, other) <= most)
        };
        !asked.is_empty()
            && asked.iter().all(|word| {
                let key = std::str::from_utf8(self.folded.key(word)).unwrap_or_default();
                name.words().iter().any(|other| is_near(key, name.key(other)))
            })
    }
}

/// Tells whether `name` contains the capitals of `word`, whatever the case; without allocation for plain letters.
fn contains(name: &str, word: &str) -> bool {
    if name.is_ascii() {
        let (name, word) = (name.as_bytes(), word.as_bytes());
        return name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    }
    name.to_uppercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, name: &str, expected: bool) {
        let query = NameQuery::new(query).unwrap();
        assert_eq!(query.finds(name), expected, "{query:?} {name}");
    }

    #[test]
    fn every_word_must_stand_in_the_name() {
        check("siti", "SITI AMINAH", true);
        check("amin siti", "Siti Aminah", true);
        check("siti zubaidah", "SITI AMINAH", false);
        check("moch rizki", "MUHAMMAD RIZKY", true);
        check("m. rizky", "MUHAMMAD RIZKI", true);
        check("jubaedah", "SITI ZUBAIDAH", true);
        check("djoko", "JOKO SUSILO", true);
        check("budi", "SITI AMINAH", false);
        check("zzz", "SITI AMINAH", false);
    }

    #[test]
    fn digits_alone_are_no_name() {
        assert!(NameQuery::new("0812 - 34").is_none());
        assert!(NameQuery::new(" ").is_none());
        assert!(NameQuery::new("o'neil").is_some());
    }

    #[test]
    fn a_slip_is_only_a_likeness() {
        let query = NameQuery::new("siti aminsh").unwrap();
        assert!(!query.finds("SITI AMINAH") && query.resembles("SITI AMINAH"));
        assert!(!query.resembles("BUDI SANTOSO"));
        assert!(NameQuery::new("hasan basru").unwrap().resembles("Hasan Basri"));
        assert!(NameQuery::new("sulaimna").unwrap().resembles("KURNIA SULAIMAN"));
    }
}
