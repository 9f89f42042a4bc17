//! Who in the queue is meant by a registration that has no exact NIK there?
//!
//! The search is turned round: the few registrations without an exact NIK are indexed, and the queue streams past them.
//! Memory follows the seekers, never the queue, and the order of the entries changes nothing. Knows no decisions of
//! people and no sentences; what it finds is a proposal, and `messages` has the words for the evidence.

mod damage;
mod index;
mod keys;
mod outline;
mod places;
mod sieve;
mod sought;
mod weigh;

use crate::domain::dossier;
use crate::domain::nik::{KkNumber, Nik, NikReading};
use crate::domain::parts::{Both, one_after_the_other};
use crate::domain::queue::QueueEntry;
use crate::domain::registration::Registration;
use crate::domain::text::Text;
use damage::{Digits, Written};
use index::{Index, Slot};
use keys::Layout;
use outline::Outline;
use sieve::{Sieve, Walk};
pub use sought::Sought;
use std::collections::BTreeMap;
use std::sync::Arc;
use weigh::{Entry, Prepared};

/// How much better than the next entry the best one must be; else a person would be led to guess.
const CLEARLY_BETTER_PERMILLE: u16 = 20;

/// What the search sees of a registration that looks for its entry.
#[derive(Clone, Copy, Debug)]
pub struct RegisteredSide<'a> {
    /// The NIK cell, trusted (but not in the queue) or held.
    pub nik: &'a NikReading,
    /// The name as written.
    pub name: &'a str,
    /// The family card number as written.
    pub kk: Option<&'a KkNumber>,
    /// Kecamatan as written.
    pub district: Option<&'a str>,
    /// Kelurahan as written.
    pub village: Option<&'a str>,
}

impl<'a> RegisteredSide<'a> {
    /// Takes what the search sees of a registration.
    pub fn of(registration: &'a Registration) -> Self {
        Self {
            nik: &registration.nik,
            name: &registration.name,
            kk: registration.kk.as_ref(),
            district: registration.district.as_deref(),
            village: registration.village.as_deref(),
        }
    }
}

/// What the search sees of a queue entry.
#[derive(Clone, Copy, Debug)]
pub struct QueueSide<'a> {
    /// The population number.
    pub nik: Nik,
    /// The name in the population system.
    pub name: &'a str,
    /// The family card number, where it is well formed ([`KkNumber::as_u64`]).
    pub card: Option<u64>,
    /// Kecamatan.
    pub district: Option<&'a str>,
    /// Kelurahan.
    pub village: Option<&'a str>,
}

impl<'a> QueueSide<'a> {
    /// Takes what the search sees of an entry.
    pub fn of(entry: &'a QueueEntry) -> Self {
        let row = &entry.row;
        Self {
            nik: row.nik,
            name: &row.name,
            card: row.card(),
            district: row.district.as_deref(),
            village: row.village.as_deref(),
        }
    }
}

/// An entry that a seeker probably means. Never accepted without a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The entry's NIK.
    pub nik: Nik,
    /// The entry's name.
    pub name: String,
    /// From 0 to 1.
    pub score: f64,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// One reason behind a proposal or a doubt; `messages` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The same NIK.
    SameNumber,
    /// NIK and family card number stand in each other's cell.
    NikAndCardSwapped,
    /// The family card's cell holds the entry's NIK.
    NikInCardCell,
    /// The NIK cell holds the entry's family card number.
    CardInNikCell,
    /// Letters stand for digits: O, I, l.
    LettersForDigits,
    /// The last digit became 0, as in a spreadsheet's number.
    LastDigitLost,
    /// One digit is another.
    OneDigitWrong,
    /// Two neighbouring digits are swapped.
    NeighboursSwapped,
    /// Two digits apart are swapped.
    DigitsSwapped,
    /// One digit is missing.
    DigitMissing,
    /// One digit stands twice.
    DigitDoubled,
    /// One digit too many.
    DigitAdded,
    /// One digit left out and another put in: those between are shifted.
    DigitsShifted,
    /// Day, month and year in another order.
    DateOrder,
    /// The 40 of a woman's day forgotten, or added to a man's.
    WomansForty,
    /// Only the year of birth is another.
    OtherYear,
    /// Birth date and serial are the same, the district's code is another.
    OtherDistrictCode,
    /// District and birth date are the same, the serial is another.
    OtherSerial,
    /// Only the serial differs, and is the next or the one after: a slip, or a twin.
    NextSerial,
    /// District and serial are the same, the birth date is another.
    OtherBirthDate,
    /// Two digits are wrong.
    TwoDigitsWrong,
    /// Several digits are missing.
    DigitsMissing,
    /// Several digits too many.
    DigitsAdded,
    /// The digits that a spreadsheet left fit.
    SurvivingDigits,
    /// No NIK was given.
    NikBlank,
    /// Something stands in the cell, but no NIK can be made of it.
    NikUnusable,
    /// The NIK given is another one, perhaps a relative's.
    OtherNik,
    /// Same family card number.
    SameFamilyCard,
    /// The family card number has one slip.
    FamilyCardMistyped,
    /// No family card number to compare.
    FamilyCardUnknown,
    /// Another family card number.
    OtherFamilyCard,
    /// The same name.
    SameName,
    /// The same name in another spelling.
    NameSpelledOtherwise,
    /// One name leaves words out.
    NameShortened,
    /// A slip in the name.
    NameMistyped,
    /// The same village.
    SameVillage,
    /// Another village.
    OtherVillage,
    /// Another district.
    OtherDistrict,
}

/// The best entry for one seeker so far, and how good the next one was.
#[derive(Debug, Default)]
struct Standing {
    best: Option<Best>,
    /// The highest score of any other entry.
    next_permille: u16,
}

#[derive(Debug)]
struct Best {
    nik: Nik,
    name: String,
    score_permille: u16,
    evidence: Vec<Evidence>,
}

/// A search under way: offer every entry once, then finish.
#[derive(Debug)]
pub struct Search {
    field: Arc<Field>,
    /// Those that an entry was found for, by their place.
    standings: BTreeMap<usize, Standing>,
    /// Entries that a person said a seeker does not mean: the seeker, the NIK, and the name that it had then.
    excluded: BTreeMap<(usize, Nik), String>,
    /// Those whom the entry at hand leads to.
    led_to: Vec<usize>,
}

/// Those who look for their entries, each prepared once; one is called by its place.
#[derive(Debug, Default)]
pub struct Seekers(Vec<Prepared>);

impl Seekers {
    /// Adds one more.
    pub fn add(&mut self, registered: RegisteredSide<'_>) {
        self.0.push(prepare(registered));
    }

    /// Adds those of a later part.
    pub fn append(&mut self, mut later: Self) {
        self.0.append(&mut later.0);
    }

    /// Tells whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromIterator<RegisteredSide<'a>> for Seekers {
    fn from_iter<I: IntoIterator<Item = RegisteredSide<'a>>>(registered: I) -> Self {
        Self(registered.into_iter().map(prepare).collect())
    }
}

/// The seekers, and the way to them from an entry's numbers: nothing here changes while the queue streams past.
#[derive(Debug)]
struct Field {
    seekers: Vec<Prepared>,
    outlines: Vec<Outline>,
    index: Index,
    layout: Layout,
    /// What most entries fall through, where the seekers are few.
    sieve: Option<Box<Sieve>>,
}

impl Field {
    fn new(Seekers(seekers): Seekers, both: &Both<'_>) -> Self {
        let layout = Layout::of(seekers.iter().map(|seeker| &seeker.written));
        let slots = |take: &mut dyn FnMut(Slot)| {
            for (seeker, at) in seekers.iter().zip(0_u32..) {
                keys::of_seeker(&seeker.written, seeker.card, &layout, |key| {
                    take(Slot::new(key.key, at, key.is_vague));
                });
            }
        };
        let index = Index::new(slots, seekers.len() * keys::MOST_OF_SEEKER, both);
        Self {
            outlines: seekers.iter().map(|seeker| Outline::new(&seeker.written)).collect(),
            index,
            layout,
            sieve: Sieve::new(seekers.iter().map(|seeker| (&seeker.written, seeker.card))),
            seekers,
        }
    }

    /// Calls `found` with the seekers that share a telling part of the numbers with an entry, some several times.
    #[inline]
    fn each_led_to(&self, nik: u64, card: Option<u64>, mut found: impl FnMut(usize)) {
        self.each_with_keys(&keys::of_number(nik, &self.layout), nik, &mut found);
        if let Some(card) = card {
            self.each_with_keys(&keys::of_card(card, &self.layout), nik, &mut found);
        }
    }

    fn leads_anywhere(&self, nik: u64, card: Option<u64>) -> bool {
        let mut is_any = false;
        self.each_led_to(nik, card, |_| is_any = true);
        is_any
    }

    #[inline]
    fn each_with_keys<const N: usize>(&self, keys: &[u64; N], nik: u64, found: &mut impl FnMut(usize)) {
        // All are asked before the first answer is looked at, so that the processor fetches them side by side.
        let mut held = 0_u32;
        for (at, key) in keys.iter().enumerate() {
            held |= u32::from(self.index.may_hold(*key)) << at;
        }
        while held != 0 {
            self.each_with_key(keys[held.trailing_zeros() as usize], nik, found);
            held &= held - 1;
        }
    }

    #[cold]
    fn each_with_key(&self, key: u64, nik: u64, found: &mut impl FnMut(usize)) {
        for slot in self.index.all(key) {
            if !slot.is_vague() || self.outlines[slot.who()].may_come_from(Outline::of_number(nik)) {
                found(slot.who());
            }
        }
    }
}

impl Search {
    /// Indexes those who look for their entries.
    pub fn new<'a>(registered: impl IntoIterator<Item = RegisteredSide<'a>>) -> Self {
        Self::of(registered.into_iter().collect(), &one_after_the_other)
    }

    /// Does the same, half of it on either side of `both`.
    pub fn of(seekers: Seekers, both: &Both<'_>) -> Self {
        Self {
            field: Arc::new(Field::new(seekers, both)),
            standings: BTreeMap::new(),
            excluded: BTreeMap::new(),
            led_to: Vec::new(),
        }
    }

    /// Begins another search for the same seekers, so that a part of the queue can stream past it on a second thread;
    /// `merge` joins what both found.
    pub fn fork(&self) -> Self {
        Self {
            field: Arc::clone(&self.field),
            standings: BTreeMap::new(),
            excluded: self.excluded.clone(),
            led_to: Vec::new(),
        }
    }

    /// Takes over what another search for the same seekers found, as if its entries had been offered here.
    pub fn merge(&mut self, other: Self) {
        for (seeker, standing) in other.standings {
            let own = self.standings.entry(seeker).or_default();
            own.next_permille = own.next_permille.max(standing.next_permille);
            if let Some(best) = standing.best {
                own.take(best);
            }
        }
    }

    /// Leaves an entry out for one seeker, by its place, for as long as the entry has this name.
    pub fn exclude(&mut self, seeker: usize, entry: Nik, name: &str) {
        self.excluded.insert((seeker, entry), name.to_uppercase());
    }

    fn is_excluded(&self, seeker: usize, entry: &QueueSide<'_>) -> bool {
        let name = self.excluded.get(&(seeker, entry.nik));
        name.is_some_and(|name| *name == entry.name.to_uppercase())
    }

    /// Goes on to an entry, and tells from its numbers alone whether it leads to any seeker: where it does not, the rest of
    /// it need not be read; where it does, it is to be weighed next.
    #[inline]
    pub fn go_to(&mut self, nik: Nik, card: Option<u64>) -> bool {
        let nik = nik.as_u64();
        let may_concern = |sieve: &Sieve| sieve.may_concern(nik, card);
        self.led_to.clear();
        if self.field.sieve.as_deref().is_none_or(may_concern) {
            let led_to = &mut self.led_to;
            self.field.each_led_to(nik, card, |seeker| led_to.push(seeker));
        }
        !self.led_to.is_empty()
    }

    /// Tells the same of one entry after the other, without going to any.
    pub fn concerning(&self) -> impl dossier::Sieve + '_ {
        let leads_anywhere = |nik: Nik, card| self.field.leads_anywhere(nik.as_u64(), card);
        Walk::new(self.field.sieve.as_deref(), leads_anywhere)
    }

    /// Shows one entry to the seekers that it might be meant by.
    pub fn offer(&mut self, entry: &QueueSide<'_>) {
        if self.go_to(entry.nik, entry.card) {
            self.weigh(entry);
        }
    }

    /// Weighs the entry at hand for the seekers that it leads to.
    pub fn weigh(&mut self, entry: &QueueSide<'_>) {
        let nik = entry.nik.as_u64();
        let side = Entry {
            nik,
            digits: Digits::of_number(nik),
            card: entry.card,
            name: entry.name,
            district: entry.district,
            village: entry.village,
        };
        let (mut led_to, mut folded) = (std::mem::take(&mut self.led_to), None);
        led_to.sort_unstable();
        led_to.dedup();
        for seeker in led_to.drain(..) {
            if !self.excluded.is_empty() && self.is_excluded(seeker, entry) {
                continue;
            }
            if let Some(weighed) = weigh::weigh(&self.field.seekers[seeker], &side, &mut folded) {
                self.standings.entry(seeker).or_default().take(Best {
                    nik: entry.nik,
                    name: entry.name.to_owned(),
                    score_permille: weighed.score_permille,
                    evidence: weighed.evidence,
                });
            }
        }
        self.led_to = led_to;
    }

    /// Returns the name of a seeker as written.
    pub fn name_of(&self, seeker: usize) -> Text {
        self.field
            .seekers
            .get(seeker)
            .map(|one| one.name.clone())
            .unwrap_or_default()
    }

    /// Tells which seekers may mean one of the entries that were offered, whatever other entry they mean more probably.
    pub fn found(&self) -> impl Iterator<Item = usize> + '_ {
        self.standings.keys().copied()
    }

    /// Returns the entries that seekers probably mean, by the places of these; most mean none.
    pub fn finish(self) -> BTreeMap<usize, Proposal> {
        let standings = self.standings.into_iter();
        standings
            .filter_map(|(seeker, standing)| Some((seeker, standing.conclude()?)))
            .collect()
    }
}

impl Standing {
    fn take(&mut self, new: Best) {
        let Some(best) = &self.best else {
            self.best = Some(new);
            return;
        };
        // One NIK may be offered more than once: it is no rival of itself.
        if best.nik == new.nik {
            if (new.score_permille, &new.name) > (best.score_permille, &best.name) {
                self.best = Some(new);
            }
        } else if (new.score_permille, best.nik) > (best.score_permille, new.nik) {
            self.next_permille = self.next_permille.max(best.score_permille);
            self.best = Some(new);
        } else {
            self.next_permille = self.next_permille.max(new.score_permille);
        }
    }

    fn conclude(self) -> Option<Proposal> {
        let best = self.best?;
        if self.next_permille + CLEARLY_BETTER_PERMILLE > best.score_permille {
            return None;
        }
        let score = f64::from(best.score_permille) / 1000.0;
        Some(Proposal {
            nik: best.nik,
            name: best.name,
            score,
            evidence: best.evidence,
        })
    }
}

fn prepare(registered: RegisteredSide<'_>) -> Prepared {
    Prepared {
        written: Written::of(registered.nik),
        card: registered.kk.and_then(KkNumber::as_u64),
        card_digits: registered.kk.and_then(|kk| Digits::of(kk.digits())),
        district: registered.district.map_or(0, places::key),
        village: registered.village.map_or(0, places::key),
        name: registered.name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;
    use crate::domain::registration::RowKey;

    fn seeker(nik: &str, name: &str, kk: &str) -> Registration {
        let blank = NikReading::Held {
            text: String::new(),
            flaw: crate::domain::nik::NikFlaw::Missing,
        };
        let nik = NikReading::read(nik).unwrap_or(blank);
        let village = Some("35 Ilir".into());
        Registration {
            kk: KkNumber::read(kk),
            district: Some("IB 2".into()),
            village,
            ..Registration::new(RowKey([0; 16]), nik, name.into(), Moment::from_seconds(0))
        }
    }

    /// A town of five: a couple, twin daughters, and a namesake of the mother's.
    const TOWN: [(u64, &str, &str); 5] = [
        (1_671_011_107_659_001, "TARMIZI HASIBUAN", "1671010404059101"),
        (1_671_014_207_689_001, "SUMARNI", "1671010404059101"),
        (1_671_014_107_959_001, "DEWI SUMARNI HASIBUAN", "1671010404059101"),
        (1_671_014_107_959_002, "RATIH SUMARNI HASIBUAN", "1671010404059101"),
        (1_671_015_107_709_001, "SUMARNI", "1671011212129202"),
    ];

    fn search(
        seekers: Vec<Registration>,
        town: impl Iterator<Item = (u64, &'static str, &'static str)>,
    ) -> BTreeMap<usize, Proposal> {
        let mut search = Search::new(seekers.iter().map(RegisteredSide::of));
        for (nik, name, kk) in town {
            let (nik, kk) = (Nik::from_u64(nik).unwrap(), KkNumber::read(kk));
            let (district, village) = (Some("ILIR BARAT DUA"), Some("TIGA PULUH LIMA ILIR"));
            search.offer(&QueueSide {
                nik,
                name,
                card: kk.as_ref().and_then(KkNumber::as_u64),
                district,
                village,
            });
        }
        search.finish()
    }

    #[track_caller]
    fn check(nik: &str, name: &str, kk: &str, expected: Option<(u64, &[Evidence])>) {
        let found = search(vec![seeker(nik, name, kk)], TOWN.into_iter()).remove(&0);
        let found = found.map(|proposal| (proposal.nik.as_u64(), proposal.evidence));
        assert_eq!(
            found,
            expected.map(|(nik, evidence)| (nik, evidence.to_vec())),
            "{nik} {name} {kk}"
        );
    }

    #[test]
    fn a_proposal_says_why() {
        use Evidence as E;
        let village = E::SameVillage;
        let dewi = 1_671_014_107_959_001;
        let evidence = [E::NeighboursSwapped, E::SameFamilyCard, E::SameName, village];
        check(
            "1671014107599001",
            "Dewi Sumarni Hasibuan",
            "1671010404059101",
            Some((dewi, &evidence)),
        );
        let evidence = [E::SurvivingDigits, E::SameFamilyCard, E::NameShortened, village];
        check(
            "1,67101E+15",
            "Dewi Hasibuan",
            "1671010404059101",
            Some((dewi, &evidence)),
        );
        let evidence = [E::NikBlank, E::FamilyCardMistyped, E::NameSpelledOtherwise, village];
        check(
            "",
            "Dewi Soemarni Hasiboean",
            "1671010404059191",
            Some((dewi, &evidence)),
        );
        let evidence = [E::NikAndCardSwapped, E::SameName, village];
        check(
            "1671010404059101",
            "Dewi Sumarni Hasibuan",
            "1671014107959001",
            Some((dewi, &evidence)),
        );
        let evidence = [E::DigitMissing, E::OtherFamilyCard, E::NameMistyped, village];
        check(
            "167101410795901",
            "Dewi Smuarni Hasibuan",
            "1671019999999999",
            Some((dewi, &evidence)),
        );
    }

    #[test]
    fn a_cell_that_is_no_number_is_called_what_it_is() {
        use Evidence as E;
        let table = [
            ("167101410795", E::DigitsMissing),
            ("2147483647", E::NikUnusable),
            ("1111111111111111", E::NikUnusable),
            ("9998887776665", E::NikUnusable),
            ("", E::NikBlank),
            ("1603126203809137", E::OtherNik),
        ];
        for (nik, first) in table {
            let found = search(
                vec![seeker(nik, "Dewi Sumarni Hasibuan", "1671010404059101")],
                TOWN.into_iter(),
            );
            assert_eq!(found[&0].evidence[0], first, "{nik}");
        }
    }

    #[test]
    fn nobody_is_proposed_for_another() {
        // A third twin, who is not in the queue.
        check("1671014107959003", "Wulan Sumarni Hasibuan", "1671010404059101", None);
        // A child whose mother is: her one name behind its own.
        check("1671014107999001", "Endang Sumarni", "1671010404059101", None);
        // A namesake without any number in common.
        check("1671016203809001", "Sumarni", "1671012323239303", None);
        // Nothing but a name.
        check("", "Tarmizi Hasibuan", "", None);
        // The day of birth and a short name.
        check("1,671014210E+15", "Sumarni", "", None);
        // Born in another year, with another card: a namesake's NIK is as near, and only part of the name agrees.
        check("1671014107869001", "Dewi Hasibuan", "1671021111119901", None);
        check(
            "1671014207899001",
            "Sumarni",
            "1671021111119901",
            Some((1_671_014_207_689_001, &YEAR)),
        );
    }

    const YEAR: [Evidence; 4] = [
        Evidence::OtherYear,
        Evidence::OtherFamilyCard,
        Evidence::SameName,
        Evidence::SameVillage,
    ];

    #[test]
    fn what_a_spreadsheet_left_may_do_without_a_card() {
        use Evidence as E;
        let dewi = 1_671_014_107_959_001;
        let evidence = [E::SurvivingDigits, E::FamilyCardUnknown, E::SameName, E::SameVillage];
        for nik in ["1,6710141E+15", "1.67101411E+15", "1,671014108E+15"] {
            check(nik, "Dewi Sumarni Hasibuan", "", Some((dewi, &evidence)));
        }
        check("1,67101E+15", "Dewi Sumarni Hasibuan", "", None);
        check("1,6710141E+15", "Dewi Hasibuan", "", None);
        check("1,6710142E+15", "Dewi Sumarni Hasibuan", "", None);
    }

    #[test]
    fn two_equally_good_entries_are_no_proposal() {
        let twice = [
            (1_671_014_107_959_001, "SUMARNI", "1671010404059101"),
            (1_671_014_207_689_001, "SUMARNI", "1671010404059101"),
        ];
        let found = search(vec![seeker("", "Sumarni", "1671010404059101")], twice.into_iter());
        assert_eq!(found, BTreeMap::new());
    }

    #[test]
    fn the_search_the_other_way_round_looks_at_the_same_pairs() {
        let numbers = [
            ("1671014107959001", ""),
            ("1671014107599001", ""),
            ("1671011407959001", ""),
            ("167101410795901", ""),
            ("16710141079590011", ""),
            ("1671014107959O01", "1671010404059101"),
            ("1,67101E+15", "1671010404059101"),
            ("1671010404059101", "1671014107959001"),
            ("", "1671010404059191"),
            ("1671990107959001", ""),
            ("1671019107419500", ""),
        ];
        let mut led = 0;
        for (nik, kk) in numbers {
            let seeker = seeker(nik, "Dewi", kk);
            let card = seeker.kk.as_ref().and_then(KkNumber::as_u64);
            let nik = seeker.nik.clone();
            let mut search = Search::new([RegisteredSide::of(&seeker)]);
            for (entry, _, card_of_entry) in TOWN {
                let entry = (Nik::from_u64(entry).unwrap(), card_of_entry.parse().ok());
                let sought = Sought::new(std::iter::once(entry));
                let expected = search.go_to(entry.0, entry.1);
                assert_eq!(sought.may_be_meant_by(&nik, card), expected, "{} {entry:?}", nik.text());
                led += u32::from(expected);
            }
        }
        assert!(led > 8, "{led}");
    }

    #[test]
    fn a_queue_in_two_parts_finds_what_the_whole_does() {
        let seekers = || {
            vec![
                seeker("1671014107959000", "Ratih Hasibuan", "1671010404059101"),
                seeker("", "Sumarni", "1671010404059101"),
                seeker("1671014107599001", "Dewi Sumarni Hasibuan", ""),
            ]
        };
        let twice = || TOWN.into_iter().chain(TOWN);
        let offer = |search: &mut Search, (nik, name, kk): (u64, &str, &str)| {
            let (nik, kk) = (Nik::from_u64(nik).unwrap(), KkNumber::read(kk));
            search.offer(&QueueSide {
                nik,
                name,
                card: kk.as_ref().and_then(KkNumber::as_u64),
                district: Some("ILIR BARAT DUA"),
                village: Some("TIGA PULUH LIMA ILIR"),
            });
        };
        let expected = search(seekers(), TOWN.into_iter());
        for cut in 0..=2 * TOWN.len() {
            let mut first = Search::new(seekers().iter().map(RegisteredSide::of));
            let mut second = first.fork();
            twice().take(cut).for_each(|entry| offer(&mut first, entry));
            twice().skip(cut).for_each(|entry| offer(&mut second, entry));
            first.merge(second);
            assert_eq!(first.finish(), expected, "{cut}");
        }
    }

    #[test]
    fn the_order_of_the_entries_changes_nothing() {
        let seekers = || {
            vec![
                seeker("", "Sumarni Hasibuan", "1671010404059101"),
                seeker("1671014107959000", "Ratih Hasibuan", "1671010404059101"),
                seeker("1671011107659O01", "Tarmizi", ""),
            ]
        };
        let expected = search(seekers(), TOWN.into_iter());
        for start in 0..TOWN.len() {
            let turned = TOWN.into_iter().cycle().skip(start).take(TOWN.len());
            assert_eq!(search(seekers(), turned), expected);
            let back = TOWN.into_iter().rev().cycle().skip(start).take(TOWN.len() * 2);
            assert_eq!(search(seekers(), back), expected, "offered twice, backwards");
        }
    }
}
