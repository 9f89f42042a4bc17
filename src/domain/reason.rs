//! Why a card is wanted: the words of the form, recognised in any spelling of it.
//!
//! Asked for every application of an office, so that a reason as people write it is read without allocation.

use std::borrow::Cow;

/// A recognised reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonKind {
    /// Hilang.
    Lost,
    /// Rusak.
    Damaged,
    /// Perubahan data.
    DataChanged,
    /// Pindah datang.
    MovedIn,
    /// Pemula, baru: the first card.
    First,
    /// Perpanjangan orang asing.
    ForeignExtension,
    /// Luar domisili.
    OutOfDomicile,
}

impl ReasonKind {
    /// Recognises the words of a reason; `None` where no word is known.
    pub fn of(text: &str) -> Option<Self> {
        let mut buffer = [0; SHORT];
        let lower = lower_case(text, &mut buffer);
        let words = Words::of(&lower);
        let is = |stem: &str| words.have(stem);
        if is("luar") && is("domisili") {
            Some(Self::OutOfDomicile)
        } else if is("asing") || is("wna") || is("itap") {
            Some(Self::ForeignExtension)
        } else if is("hilang") || is("lost") {
            Some(Self::Lost)
        } else if is("rusak") || is("patah") || is("damaged") {
            Some(Self::Damaged)
        } else if is("ubah") || is("berubah") || (is("ganti") && (is("data") || is("status") || is("alamat"))) {
            Some(Self::DataChanged)
        } else if is("datang") || (is("pindah") && !is("keluar")) {
            Some(Self::MovedIn)
        } else if is("pemula") || is("baru") || is("pertama") || is("17") {
            Some(Self::First)
        } else {
            None
        }
    }

    /// Tells whether the reason asks for another card in place of one that was issued.
    pub fn asks_for_reprint(self) -> bool {
        matches!(self, Self::Lost | Self::Damaged | Self::DataChanged | Self::MovedIn)
    }
}

/// Tells whether a reason as written asks for another card.
pub fn asks_for_reprint(reason: Option<&str>) -> bool {
    reason
        .and_then(ReasonKind::of)
        .is_some_and(ReasonKind::asks_for_reprint)
}

/// One class of `first_classes`: the reasons that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonClass(Vec<ClassWord>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum ClassWord {
    Known(ReasonKind),
    Words(Vec<String>),
}

impl ReasonClass {
    /// Takes the words of the settings; a word that is no known reason matches reasons that contain it.
    pub fn new(words: &[String]) -> Self {
        let word = |text: &String| match ReasonKind::of(text) {
            Some(kind) => ClassWord::Known(kind),
            None => ClassWord::Words(divide(&text.to_lowercase()).map(str::to_owned).collect()),
        };
        Self(words.iter().map(word).collect())
    }

    fn holds(&self, kind: Option<ReasonKind>, words: &Words<'_>) -> bool {
        self.0.iter().any(|word| match word {
            ClassWord::Known(known) => kind == Some(*known),
            ClassWord::Words(wanted) => !wanted.is_empty() && wanted.iter().all(|one| words.contain(one)),
        })
    }
}

/// Returns the class of a reason: 0 is the first; the rest come after all that are named.
pub fn class_of(reason: Option<&str>, classes: &[ReasonClass]) -> usize {
    let Some(text) = reason.filter(|_| !classes.is_empty()) else {
        return classes.len();
    };
    let kind = ReasonKind::of(text);
    let mut buffer = [0; SHORT];
    let lower = lower_case(text, &mut buffer);
    let words = Words::of(&lower);
    let class = classes.iter().position(|class| class.holds(kind, &words));
    class.unwrap_or(classes.len())
}

/// So many letters of a reason need no allocation, and so many of its words.
const SHORT: usize = 96;
const FEW: usize = 8;

fn lower_case<'a>(text: &'a str, buffer: &'a mut [u8; SHORT]) -> Cow<'a, str> {
    let plain = buffer.get_mut(..text.len()).filter(|_| text.is_ascii());
    let lower = plain.and_then(|plain| {
        plain.copy_from_slice(text.as_bytes());
        plain.make_ascii_lowercase();
        std::str::from_utf8(plain).ok()
    });
    lower.map_or_else(|| Cow::Owned(text.to_lowercase()), Cow::Borrowed)
}

/// Divides a text into words: at everything but letters and digits.
fn divide(lower: &str) -> impl Iterator<Item = &str> {
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// A lower-case word, and which letters it has: nearly all stems are turned away by these.
#[derive(Clone, Copy, Default)]
struct Word<'a> {
    text: &'a str,
    letters: u32,
}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        let letters = text.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31));
        Self { text, letters }
    }
}

/// The lower-case words of a text.
struct Words<'a> {
    first: [Word<'a>; FEW],
    count: usize,
    further: Vec<Word<'a>>,
}

impl<'a> Words<'a> {
    fn of(lower: &'a str) -> Self {
        let mut words = divide(lower).map(Word::new);
        let (mut first, mut count) = ([Word::default(); FEW], 0);
        for (place, word) in first.iter_mut().zip(&mut words) {
            *place = word;
            count += 1;
        }
        let further = words.collect();
        Self { first, count, further }
    }

    fn all(&self) -> impl Iterator<Item = &Word<'a>> {
        self.first[..self.count].iter().chain(&self.further)
    }

    fn contain(&self, text: &str) -> bool {
        self.all().any(|word| word.text == text)
    }

    /// Finds a stem at the start of a word, behind the prefixes of Indonesian, or one slip away from a whole word.
    fn have(&self, stem: &str) -> bool {
        const PREFIXES: [&str; 7] = ["", "ke", "per", "pe", "di", "ter", "me"];
        let stem = Word::new(stem);
        // A slip costs the stem one letter at most.
        let is_like = |word: &&Word<'_>| (stem.letters & !word.letters).count_ones() <= 1;
        self.all().filter(is_like).any(|word| {
            let (word, stem) = (word.text, stem.text);
            let inflected = stem.len() > 3
                && PREFIXES.iter().any(|prefix| {
                    word.strip_prefix(prefix)
                        .and_then(|rest| rest.strip_prefix(stem))
                        .is_some_and(|end| end.len() <= 4)
                });
            word == stem || inflected || (stem.len() >= 5 && word.len() >= 5 && one_slip(word, stem))
        })
    }
}

/// A letter dropped, doubled, or two neighbours swapped; another letter is another word (`bilang` is not `hilang`).
fn one_slip(word: &str, stem: &str) -> bool {
    if !word.is_ascii() {
        return word.len() != stem.len() && strsim::osa_distance(word, stem) == 1;
    }
    let (word, stem) = (word.as_bytes(), stem.as_bytes());
    let same = word.iter().zip(stem).take_while(|(a, b)| a == b).count();
    let (word, stem) = (&word[same..], &stem[same..]);
    let same = word
        .iter()
        .rev()
        .zip(stem.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    match (&word[..word.len() - same], &stem[..stem.len() - same]) {
        ([], [_]) | ([_], []) => true,
        ([p, q], [r, s]) => p == s && q == r,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_known_in_any_spelling_of_the_form() {
        let check = |text: &str, expected: Option<ReasonKind>| assert_eq!(ReasonKind::of(text), expected, "{text}");
        check("Hilang", Some(ReasonKind::Lost));
        check("KTP KEHILANGAN (surat polisi)", Some(ReasonKind::Lost));
        check("hlang", Some(ReasonKind::Lost));
        check("bilang", None);
        check("ihlang", Some(ReasonKind::Lost));
        check("hilaang", Some(ReasonKind::Lost));
        check(
            "Saya mohon maaf, sudah lama sekali di rumah tidak ada, ternyata HILANG",
            Some(ReasonKind::Lost),
        );
        check("Tolong — ktp saya rusàk parah", Some(ReasonKind::Damaged));
        check("Rusak/Patah", Some(ReasonKind::Damaged));
        check("Kerusakan", Some(ReasonKind::Damaged));
        check("Perubahan data", Some(ReasonKind::DataChanged));
        check("perubahan elemen data (status)", Some(ReasonKind::DataChanged));
        check("Ganti alamat", Some(ReasonKind::DataChanged));
        check("Pindah datang", Some(ReasonKind::MovedIn));
        check("PINDAH_DATANG", Some(ReasonKind::MovedIn));
        check("pindah keluar", None);
        check("Pemula (17 tahun)", Some(ReasonKind::First));
        check("KTP baru", Some(ReasonKind::First));
        check("Cetak luar domisili", Some(ReasonKind::OutOfDomicile));
        check("Perpanjangan Orang Asing", Some(ReasonKind::ForeignExtension));
        check("lain-lain", None);
        check("", None);
    }

    #[test]
    fn a_class_takes_known_reasons_and_free_words() {
        let classes = [
            ReasonClass::new(&["pemula".to_owned(), "lansia".to_owned()]),
            ReasonClass::new(&["hilang".to_owned()]),
        ];
        assert_eq!(class_of(Some("Pemula (17 tahun)"), &classes), 0);
        assert_eq!(class_of(Some("Lansia, sakit"), &classes), 0);
        assert_eq!(class_of(Some("KEHILANGAN"), &classes), 1);
        assert_eq!(class_of(Some("Rusak"), &classes), 2);
        assert_eq!(class_of(None, &classes), 2);
    }
}
