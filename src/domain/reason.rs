//! Why a card is wanted: the words of the form, recognised in any spelling of it.

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
        let words = Words::of(text);
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
            None => ClassWord::Words(Words::of(text).0),
        };
        Self(words.iter().map(word).collect())
    }

    fn holds(&self, reason: &str) -> bool {
        let kind = ReasonKind::of(reason);
        self.0.iter().any(|word| match word {
            ClassWord::Known(known) => kind == Some(*known),
            ClassWord::Words(wanted) => {
                let words = Words::of(reason);
                !wanted.is_empty() && wanted.iter().all(|one| words.0.contains(one))
            }
        })
    }
}

/// Returns the class of a reason: 0 is the first; the rest come after all that are named.
pub fn class_of(reason: Option<&str>, classes: &[ReasonClass]) -> usize {
    reason
        .and_then(|text| classes.iter().position(|class| class.holds(text)))
        .unwrap_or(classes.len())
}

/// The lower-case words of a text; everything but letters and digits divides them.
struct Words(Vec<String>);

impl Words {
    fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        Self(
            lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Finds a stem at the start of a word, behind the prefixes of Indonesian, or one slip away from a whole word.
    fn have(&self, stem: &str) -> bool {
        const PREFIXES: [&str; 7] = ["", "ke", "per", "pe", "di", "ter", "me"];
        self.0.iter().any(|word| {
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
    strsim::osa_distance(word, stem) == 1 && (word.len() != stem.len() || swapped(word, stem))
}

fn swapped(word: &str, stem: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(word) == sorted(stem)
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
