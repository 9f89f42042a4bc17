//! Folding and comparing Indonesian names: is the one who registered the one in the queue?
//!
//! A name is folded into words (titles and degrees gone, spellings levelled, aliases replaced), then the words of both
//! names are paired. Works on the stack, without allocation: a million names are compared in a night.
//! Knows names only, no NIK; what else speaks for a person is weighed in `near_match`.

mod align;
mod distance;
mod fold;
mod spelling;
mod tables;
mod words;

pub use fold::{FoldedName, fold};
pub use words::{Agreement, Closeness, NameQuery, NameSearch};

/// How two names of one person agree, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameAgreement {
    /// The same letters, titles and degrees aside.
    Equal,
    /// The same once titles, spellings, abbreviations, spaces and order are levelled.
    Spelling,
    /// One name leaves words out that the other has.
    ShortForm,
    /// A slip of one or two letters in a word.
    Slip,
}

/// Why two names belong to different people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameConflict {
    /// No word in common.
    NothingShared,
    /// Each name keeps a word that the other lacks.
    BothKeepAWord,
    /// A given name that the queue lacks stands in front; or the one name of one is the last of the other: a child may
    /// carry its parent's only name behind its own.
    ExtraLeadingName,
}

/// Whether two names belong to one person, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameVerdict {
    /// One person's.
    Same(NameAgreement),
    /// Different people's.
    Different(NameConflict),
}

impl NameVerdict {
    /// Tells whether both names belong to one person.
    pub fn is_same(self) -> bool {
        matches!(self, Self::Same(_))
    }
}

/// A verdict, and how much it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameComparison {
    /// The verdict.
    pub verdict: NameVerdict,
    /// How many words of more than one letter agree.
    pub shared_words: u8,
    /// How many words agree only if a slip is forgiven.
    pub slips: u8,
    /// How many of those are often another name: four letters or fewer with another in one place (RINA, LINA), or a last
    /// A more (DIAN, DIANA).
    pub short_slips: u8,
    /// How many words only the registered name has.
    pub registered_only_words: u8,
    /// How many words only the queue's name has.
    pub queued_only_words: u8,
}

/// Compares the name of a registration with that of the queue.
///
/// The verdict is not symmetric: the queue may have a given name in front that was left out, the registration not.
pub fn same_person(registered: &str, queued: &str) -> NameVerdict {
    if registered.len() == queued.len() && registered.eq_ignore_ascii_case(queued) {
        return NameVerdict::Same(NameAgreement::Equal);
    }
    compare(&fold(registered), &fold(queued)).verdict
}

/// Tells whether two names may be the same in all their words, without a slip. Where not, [`compare`] finds a slip or words
/// left over; to ask this first costs a fraction.
pub fn may_be_whole(registered: &FoldedName, queued: &FoldedName) -> bool {
    align::may_pair_wholly(registered, queued)
}

/// Compares two folded names; the first is the registered one.
pub fn compare(registered: &FoldedName, queued: &FoldedName) -> NameComparison {
    align::compare(registered, queued)
}

#[cfg(test)]
mod tests {
    use super::*;
    use NameAgreement::{Equal, ShortForm, Slip, Spelling};
    use NameConflict::{BothKeepAWord, ExtraLeadingName, NothingShared};
    use proptest::prelude::*;

    #[track_caller]
    fn same(registered: &str, queued: &str, how: NameAgreement) {
        assert_eq!(
            same_person(registered, queued),
            NameVerdict::Same(how),
            "{registered} | {queued}"
        );
    }

    #[track_caller]
    fn different(registered: &str, queued: &str, why: NameConflict) {
        assert_eq!(
            same_person(registered, queued),
            NameVerdict::Different(why),
            "{registered} | {queued}"
        );
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        for registered in [
            "Sutini",
            "Hj. Sutini, S.Pd.I., M.Pd",
            "Almh. Sutini",
            "Hj Sutini (almh.)",
            "Sutini (alm)",
            "Sutini SH",
            "Sutini, A.Md.Keb",
        ] {
            same(registered, "SUTINI", Equal);
        }
        for (registered, queued) in [
            ("Moch. Rizki", "MUHAMMAD RIZKY"),
            ("M. Rezky", "MUHAMMAD RIZKI"),
            ("Mohd Yusup", "MUHAMMAD JUSUF"),
            ("Soetjipto", "SUCIPTO"),
            ("Djoemadi", "JUMADI"),
            ("Tjahjono", "CAHYONO"),
            ("Sjarifoeddin", "SYARIFUDIN"),
            ("Jaenudin", "ZAINUDDIN"),
            ("Hoesen", "HUSIN"),
            ("Jubaedah", "ZUBAIDAH"),
            ("Ropiah", "ROFIAH"),
            ("Siti Khotimah", "ST. HOTIMAH"),
            ("Nur'aeni", "NUR AINI"),
            ("Abdurrahman", "ABDUL ROHMAN"),
            ("Abd. Ghofur", "ABDUL GOFUR"),
            ("Nys. Halimatussa'diyah", "NYIMAS HALIMATUSSADIAH"),
            ("Kgs. Fadhli", "KI AGUS FADLI"),
            ("Nya. Puspita", "NYAYU PUSPITA"),
            ("Msy. Cik Ayu", "MASAYU CIK AYU"),
            ("Wahid Hasyim", "HASYIM WAHID"),
            ("Ridho Wahyoe", "RIDO WAHYU"),
            ("Utsman", "OSMAN"),
            ("Vera Novita", "FERA NOPITA"),
            ("Chandra Wijaja", "CANDRA WIJAYA"),
            ("Christin", "KRISTIN"),
            ("Taufiq", "TAUPIK"),
            ("SUM ARNI", "SUMARNI"),
        ] {
            same(registered, queued, Spelling);
        }
    }

    #[test]
    fn a_title_of_two_letters_is_no_initials() {
        for registered in [
            "KH. Husen Salim",
            "K.H. Husen Salim",
            "K. H. Husen Salim",
            "Prof. K.H. Husen Salim",
        ] {
            same(registered, "HUSEN SALIM", Equal);
        }
    }

    #[test]
    fn a_short_form_is_no_doubt() {
        same("Sumarni", "SUMARNI HASIBUAN", ShortForm);
        same("Sumarni Hasibuan", "SUMARNI DEWI HASIBUAN", ShortForm);
        same("Dewi Hasibuan", "SUMARNI DEWI HASIBUAN", ShortForm);
        same("Sumarni Dewi Hasibuan", "SUMARNI HASIBUAN", ShortForm);
        same("Muhammad Tarmizi", "TARMIZI", ShortForm);
        same("Tarmizi S.", "TARMIZI", ShortForm);
        same("Tarmizi bin Samsul", "TARMIZI", ShortForm);
    }

    #[test]
    fn a_slip_is_forgiven() {
        same("Smuarni", "SUMARNI", Slip);
        same("Sumarni Hasibaun", "SUMARNI HASIBUAN", Slip);
        same("Sumrni", "SUMARNI", Slip);
        same("Sumarrnu Hasibuan", "SUMARNI HASIBUAN", Slip);
        same("Tjhairunnisa", "CHAIRUNNISA", Slip);
        same("Uslasdri Hasibuan", "SULASTRI HASIBUAN", Slip);
        same("Rahma Salim", "RAHMAT SALIM", Slip);
    }

    #[test]
    fn other_people_stay_other_people() {
        different("Sumarni", "TARMIZI", NothingShared);
        different("Sumarni Hasibuan", "TARMIZI HASIBUAN", BothKeepAWord);
        different("Muhammad Tarmizi", "AHMAD TARMIZI", BothKeepAWord);
        different("Sumarni Tarmizi", "TARMIZI", ExtraLeadingName);
        different("Rahmi Hasibuan", "RAHMA HASIBUAN", BothKeepAWord);
        different("Rahmat Salim", "RAHMAH SALIM", BothKeepAWord);
        different("Hidayah", "HIDAYAT", NothingShared);
        different("Lestiana Salim", "SEPTIANA SALIM", BothKeepAWord);
        different("Muhammad Tarmizi", "MUHAMMAD GUNTUR", BothKeepAWord);
        different("Tarmizi", "SUMARNI TARMIZI", ExtraLeadingName);
        different("Rahmat Hasibuan", "AHMAD HASIBUAN", BothKeepAWord);
        different("", "SUMARNI", NothingShared);
    }

    /// A name of few parts, of which some are others joined, spelled otherwise or mistyped: two of them often agree.
    fn name_of_parts() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "NUR",
            "AINI",
            "NURAINI",
            "NUR AINI",
            "ABDUL",
            "RAHMAN",
            "ABDURRAHMAN",
            "ABDUL ROHMAN",
            "SITI",
            "ST.",
            "M.",
            "MUHAMMAD",
            "MOCH",
            "SUMARNI",
            "SMUARNI",
            "SOEMARNI",
            "SUM ARNI",
            "BIN",
            "HJ.",
            "S",
            "TARMIZI",
            "TARMIJI",
            "THAMRIN",
            "DAULAY",
            "THAMRINDAULAY",
            "DAULAYTHAMRIN",
            "RINA",
            "LINA",
            "EKO",
            "EKA",
            "SITINUR",
            "PUTRA",
            ", S.Pd",
        ]);
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.join(" "))
    }

    proptest! {
        #[test]
        fn any_two_texts_can_be_compared(a in "\\PC{0,40}|[A-Za-z .,']{0,140}", b in "\\PC{0,40}|[A-Z ]{0,140}") {
            let _ = same_person(&a, &b);
        }

        #[test]
        fn names_that_cannot_be_whole_have_a_slip_or_words_left_over(
            one in name_of_parts(),
            other in name_of_parts(),
            again in prop::bool::ANY,
        ) {
            let (one, other) = (fold(&one), fold(&if again { one.clone() + " " + &other } else { other }));
            let found = compare(&one, &other);
            let is_whole = found.slips + found.registered_only_words + found.queued_only_words == 0;
            prop_assert!(may_be_whole(&one, &other) || !is_whole, "{one:?} {other:?}");
        }

        #[test]
        fn a_name_is_its_owners_whatever_the_case_the_order_and_the_titles(
            words in prop::collection::vec("[A-Z]{4,9}", 1..4),
        ) {
            let name = words.join(" ");
            let reversed: Vec<&str> = words.iter().rev().map(String::as_str).collect();
            prop_assert!(same_person(&name.to_lowercase(), &name).is_same());
            prop_assert!(same_person(&reversed.join("  "), &name).is_same());
            let titled = format!("Drs. {name}, S.Pd., M.Si");
            prop_assert!(same_person(&titled, &name).is_same());
        }
    }
}
