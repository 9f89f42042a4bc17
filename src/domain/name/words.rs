//! Finding a person by a part of the name: every word asked for must stand in it, in any case and any spelling.

use super::{FoldedName, fold};
use std::collections::HashMap;
use std::ops::BitOr;
use strsim::osa_distance;

/// More words are no name.
const MOST_WORDS: usize = 16;

/// From so many letters on two slips are forgiven.
const LONG_WORD: usize = 7;

/// So many different words of names are remembered; further ones are judged anew each time.
const KNOWN_WORDS: usize = 1 << 17;

/// A part of a name that somebody looks for.
#[derive(Clone, Debug)]
pub struct NameQuery {
    /// The words as typed, in capitals.
    typed: Vec<String>,
    folded: FoldedName,
}

/// How closely a word of a name must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    /// As typed anywhere in it, or the same word in another spelling; a single letter is an initial.
    Spelled,
    /// A slip forgiven: one letter, two in a long word.
    Mistyped,
}

impl NameQuery {
    /// Takes what was typed; `None` where no letter stands in it.
    pub fn new(text: &str) -> Option<Self> {
        let typed: Vec<String> = words(text)
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase())
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .collect();
        let has_letters = typed.iter().any(|word| word.chars().any(char::is_alphabetic));
        has_letters.then(|| Self {
            typed,
            folded: fold(text),
        })
    }

    /// Begins a search through many names.
    pub fn search(&self, closeness: Closeness) -> NameSearch<'_> {
        NameSearch {
            query: self,
            closeness,
            known: HashMap::new(),
        }
    }

    /// Tells which of the words asked for this word of a name is.
    fn judge(&self, word: &str, closeness: Closeness) -> Agreement {
        let mut agreement = Agreement::default();
        for (bit, asked) in self.typed.iter().enumerate() {
            agreement.typed |= u32::from(contains(word, asked)) << bit;
        }
        let name = fold(word);
        for (bit, asked) in self.folded.words().iter().enumerate() {
            let key = self.folded.key(asked);
            let is_initial = self.folded.letters(asked).len() == 1;
            let agrees = |other: &[u8]| match closeness {
                Closeness::Spelled => other == key || (is_initial && other.starts_with(key)),
                Closeness::Mistyped => is_near(key, other),
            };
            let found = name.words().iter().any(|other| agrees(name.key(other)));
            agreement.folded |= u32::from(found) << bit;
        }
        agreement
    }
}

/// The words asked for that were found in a text, a bit each: as typed, and in another spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    typed: u32,
    folded: u32,
}

impl BitOr for Agreement {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            typed: self.typed | other.typed,
            folded: self.folded | other.folded,
        }
    }
}

/// A search through many names: each different word is judged once, for a million people share a few thousand.
#[derive(Debug)]
pub struct NameSearch<'q> {
    query: &'q NameQuery,
    closeness: Closeness,
    known: HashMap<Box<str>, Agreement>,
}

impl<'q> NameSearch<'q> {
    /// Tells whether every word asked for stands in the name.
    pub fn finds(&mut self, name: &str) -> bool {
        let found = self.found_in(name);
        self.is_enough(found)
    }

    /// Tells what of the words asked for stands in a part of a name that is cut at spaces.
    pub fn found_in(&mut self, part: &str) -> Agreement {
        words(part).fold(Agreement::default(), |found, word| found | self.agreement(word))
    }

    /// Tells the same of a part that comes only once, so that nothing need be remembered.
    pub fn found_once(&self, part: &str) -> Agreement {
        let judge = |word| self.query.judge(word, self.closeness);
        words(part).fold(Agreement::default(), |found, word| found | judge(word))
    }

    /// Chooses, from what every known part of a name agrees with, those parts of which each name that is found has one.
    /// They are as rare as may be, where the frequent parts come first.
    pub fn telling(&self, judged: &[Agreement]) -> Vec<bool> {
        let typed = rarest(judged, self.query.typed.len(), |agreement| agreement.typed);
        let folded = rarest(judged, self.query.folded.words().len(), |agreement| agreement.folded);
        let tells = |agreement: &Agreement| agreement.typed & typed | agreement.folded & folded != 0;
        judged.iter().map(tells).collect()
    }

    /// Begins the same search anew, with nothing remembered.
    pub fn fork(&self) -> NameSearch<'q> {
        self.query.search(self.closeness)
    }

    /// Tells whether the parts of a name together have every word asked for.
    pub fn is_enough(&self, found: Agreement) -> bool {
        let all = |count: usize| (1_u32 << count.min(MOST_WORDS)) - 1;
        let folded = self.query.folded.words().len();
        found.typed == all(self.query.typed.len()) || (folded > 0 && found.folded == all(folded))
    }

    fn agreement(&mut self, word: &str) -> Agreement {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let agreement = self.query.judge(word, self.closeness);
        if self.known.len() < KNOWN_WORDS {
            self.known.insert(word.into(), agreement);
        }
        agreement
    }
}

/// Returns the bit of the word asked for that is found least often; none where no word is asked for. Parts are counted
/// the less the later they come.
fn rarest(judged: &[Agreement], count: usize, found: impl Fn(&Agreement) -> u32) -> u32 {
    let often = |bit: usize| -> u64 {
        let parts = judged.iter().zip(1_u64..);
        let with_bit = parts.filter(|(agreement, _)| found(agreement) >> bit & 1 == 1);
        with_bit.map(|(_, place)| (1 << 32) / place).sum()
    };
    let rarest = (0..count.min(MOST_WORDS)).min_by_key(|bit| often(*bit));
    rarest.map_or(0, |bit| 1 << bit)
}

/// Divides a name; a point stays with its word, for it makes an abbreviation.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '.');
    words.filter(|word| !word.is_empty())
}

fn is_near(key: &[u8], other: &[u8]) -> bool {
    let most = if key.len() >= LONG_WORD { 2 } else { 1 };
    if key == other || key.len() <= 2 || key.len().abs_diff(other.len()) > most {
        return key == other;
    }
    match (std::str::from_utf8(key), std::str::from_utf8(other)) {
        (Ok(key), Ok(other)) => osa_distance(key, other) <= most,
        _ => false,
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

    fn finds(query: &str, name: &str, closeness: Closeness) -> bool {
        let query = NameQuery::new(query).unwrap();
        let mut search = query.search(closeness);
        let found = search.finds(name);
        assert_eq!(search.finds(name), found, "remembered words say the same");
        found
    }

    #[track_caller]
    fn check(query: &str, name: &str, expected: bool) {
        assert_eq!(finds(query, name, Closeness::Spelled), expected, "{query:?} {name}");
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
    fn a_name_is_found_by_its_words_in_any_spelling_and_order() {
        for wanted in ["sumarni", "Dewi Soemarni", "hasib", "Hj. Sumarni Hasibuan, S.Pd"] {
            check(wanted, "SUMARNI DEWI HASIBUAN", true);
        }
        for wanted in ["tarmizi", "sumarni tarmizi"] {
            check(wanted, "SUMARNI DEWI HASIBUAN", false);
        }
        assert!(NameQuery::new("").is_none());
    }

    #[test]
    fn every_name_that_is_found_has_a_telling_part() {
        let parts = [
            "SITI",
            "Muhammad",
            "RIZKY",
            "M.",
            "AMINAH",
            "Rizki",
            "S.Pd",
            "-",
            "SITI,AMINAH",
        ];
        for asked in [
            "siti",
            "m rizki",
            "siti aminah",
            "rizki muhammad",
            "aminah 7",
            "zzz",
            "aminsh siti",
        ] {
            for closeness in [Closeness::Spelled, Closeness::Mistyped] {
                let query = NameQuery::new(asked).unwrap();
                let mut search = query.search(closeness);
                let judged: Vec<_> = parts.iter().map(|part| search.found_once(part)).collect();
                let telling = search.telling(&judged);
                for (one, other) in (0..parts.len()).flat_map(|one| (0..parts.len()).map(move |other| (one, other))) {
                    let name = format!("{} {}", parts[one], parts[other]);
                    let is_found = search.finds(&name);
                    assert_eq!(
                        is_found,
                        search.is_enough(judged[one] | judged[other]),
                        "{asked} {name}"
                    );
                    assert!(!is_found || telling[one] || telling[other], "{asked} {name}");
                }
            }
        }
    }

    #[test]
    fn the_rarer_word_tells() {
        let query = NameQuery::new("siti aminah").unwrap();
        let search = query.search(Closeness::Spelled);
        let judged = ["SITI", "NUR", "AMINAH"].map(|part| search.found_once(part));
        assert_eq!(search.telling(&judged), [false, false, true]);
    }

    #[test]
    fn digits_alone_are_no_name() {
        assert!(NameQuery::new("0812 - 34").is_none());
        assert!(NameQuery::new(" ").is_none());
        assert!(NameQuery::new("o'neil").is_some());
    }

    #[test]
    fn a_slip_is_only_a_likeness() {
        check("siti aminsh", "SITI AMINAH", false);
        let resembles = |query, name| finds(query, name, Closeness::Mistyped);
        assert!(resembles("siti aminsh", "SITI AMINAH"));
        assert!(!resembles("siti aminsh", "BUDI SANTOSO"));
        assert!(resembles("hasan basru", "Hasan Basri"));
        assert!(resembles("sulaimna", "KURNIA SULAIMAN"));
    }
}
