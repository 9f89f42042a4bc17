//! A sieve for a few seekers: most entries have so little in common with them that no key need be made.
//!
//! Each seeker's numbers have a bit, and for every pair of digits at every place a table says whose numbers have it
//! there. Eight looks find for all of them at once in which parts an entry's number is theirs. What falls through shares
//! no key with any; what stays may share one. One table serves both directions, for the keys of a seeker and of an entry
//! with whole NIKs are the same.

use super::damage::Written;
use super::keys;
use crate::domain::dossier;
use crate::domain::nik::Nik;

/// One bit for each number; beyond that they share bits, and the sieve gets coarser.
const BITS: u32 = u64::BITS;

/// With more numbers than this too much stays in the sieve.
const MOST_NUMBERS: u32 = 4 * BITS;

/// The places of the pairs of digits: `DDDdmySS`.
const WHOLE: [bool; 8] = [true; 8];
const HEAD: [bool; 8] = [true, true, true, true, false, false, false, false];
const ENDS: [bool; 8] = [true, true, true, false, false, false, true, true];
const WITHOUT_DISTRICT: [bool; 8] = [false, false, false, true, true, true, true, true];
const WITHOUT_SERIAL: [bool; 8] = [true, true, true, true, true, true, false, false];
const MONTH: usize = 4;

/// Whose numbers have which pair of digits where.
#[derive(Debug)]
struct Table([[u64; 128]; 8]);

/// Whose numbers have which of the first parts of an entry's number, district, day and month: a bit for each.
#[derive(Clone, Copy)]
struct Head {
    all: u64,
    two: u64,
    district_or_date: u64,
}

impl Table {
    const EMPTY: Self = Self([[0; 128]; 8]);

    fn add(&mut self, number: u64, places: [bool; 8], bit: u64) {
        for ((of_place, pair), is_known) in self.0.iter_mut().zip(pairs(number)).zip(places) {
            if is_known {
                of_place[pair] |= bit;
            }
        }
    }

    /// Whatever stands at this place, it is theirs.
    fn add_any(&mut self, place: usize, bit: u64) {
        self.0[place].iter_mut().for_each(|whose| *whose |= bit);
    }

    /// What the number without its last six digits says.
    #[inline]
    fn head(&self, head: u64) -> Head {
        let Self([a, b, c, of_day, of_month, ..]) = self;
        let [at_a, at_b, at_c, at_day, at_month, ..] = pairs(head * TAIL);
        let (district, day, month) = (a[at_a] & b[at_b] & c[at_c], of_day[at_day], of_month[at_month]);
        Head {
            all: district & day & month,
            two: district & day | month & (district | day),
            district_or_date: district | day & month,
        }
    }

    /// Whose year, and whose serial, the last six digits have.
    #[inline]
    fn tail(&self, tail: u32) -> (u64, u64) {
        let [.., year, s, t] = &self.0;
        let at = |pair: u32| (pair & 0x7f) as usize;
        let (at_year, serial) = (tail / 10_000, tail % 10_000);
        (year[at(at_year)], s[at(serial / 100)] & t[at(serial % 100)])
    }

    #[inline]
    fn parts(&self, number: u64) -> (Head, (u64, u64)) {
        let head = number / TAIL;
        (self.head(head), self.tail((number - head * TAIL) as u32))
    }
}

#[inline]
fn pairs(number: u64) -> [usize; 8] {
    keys::pairs(number).to_be_bytes().map(|pair| usize::from(pair & 0x7f))
}

impl Head {
    /// Whose parts are all the same but one at most: every key that says something by itself asks for that.
    #[inline]
    fn nearly_all(self, (year, serial): (u64, u64)) -> u64 {
        self.all & (year | serial) | self.two & year & serial
    }

    /// Whose stay where two digits are swapped: two of district, day and month, year, and serial.
    #[inline]
    fn swapped(self, (year, serial): (u64, u64)) -> u64 {
        self.all | self.district_or_date & (year | serial) | year & serial
    }
}

/// The word and the bit of a card, by the first bits of a product.
#[inline]
fn place_of_card(card: u64) -> (usize, u64) {
    let place = card.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((place >> 6) as usize, 1 << (place & 63))
}

/// Lets through every entry that shares a key with a seeker, and few others.
#[derive(Debug)]
pub(super) struct Sieve {
    niks: Table,
    /// The cards that must be the same, as bits chosen by their products.
    same_cards: [u64; 64],
    /// Those that may be mistyped, where there are any.
    near_cards: Option<Table>,
    /// By the remainder of a division by nine, which no swapping of digits changes: whose swapped digits it may be.
    nines: [u64; 9],
    /// Which digits the heads of those numbers have, in whatever order.
    heads: Vec<u64>,
}

impl Sieve {
    /// Takes what each seeker's NIK cell says, and the family card; none where there are too many of them.
    pub(super) fn new<'a>(seekers: impl Iterator<Item = (&'a Written, Option<u64>)>) -> Option<Box<Self>> {
        let mut sieve = Box::new(Self {
            niks: Table::EMPTY,
            same_cards: [0; 64],
            near_cards: None,
            nines: [0; 9],
            heads: Vec::new(),
        });
        let mut used = 0;
        let mut bit = || {
            used += 1;
            (used <= MOST_NUMBERS).then_some(1_u64 << (used % BITS))
        };
        for (written, card) in seekers {
            if let Some(card) = card {
                let bit = bit()?;
                sieve.niks.add(card, WHOLE, bit);
                sieve.add_same_card(card);
                if !matches!(written, Written::Whole(_)) {
                    let near_cards = sieve.near_cards.get_or_insert(Table::EMPTY);
                    near_cards.add(card, WHOLE, bit);
                }
            }
            match written {
                Written::Whole(digits) => match digits.number() {
                    Some(number) => {
                        let bit = bit()?;
                        sieve.niks.add(number, WHOLE, bit);
                        sieve.add_same_card(number);
                        sieve.nines[(number % 9) as usize] |= bit;
                        sieve.heads.push(digits_of_head(number / TAIL));
                    }
                    None => sieve.add_other_length(digits.get(), &mut bit)?,
                },
                Written::Surviving(digits) => {
                    for head in keys::heads(digits, card) {
                        let bit = bit()?;
                        sieve.niks.add(head * 100_000_000, HEAD, bit);
                        sieve.niks.add_any(MONTH, bit);
                        sieve.add_all_nines(bit);
                    }
                }
                Written::Blank | Written::Nothing => {}
            }
        }
        Some(sieve)
    }

    fn add_other_length(&mut self, digits: &[u8], bit: &mut impl FnMut() -> Option<u64>) -> Option<()> {
        if let Some(parts) = keys::parts_of_other_length(digits) {
            self.niks.add(parts.last, WITHOUT_DISTRICT, bit()?);
            self.niks.add(parts.first, WITHOUT_SERIAL, bit()?);
            let bit = bit()?;
            self.niks.add(parts.ends, ENDS, bit);
            self.add_all_nines(bit);
        }
        Some(())
    }

    fn add_same_card(&mut self, card: u64) {
        let (word, bit) = place_of_card(card);
        self.same_cards[word] |= bit;
    }

    fn add_all_nines(&mut self, bit: u64) {
        self.nines.iter_mut().for_each(|whose| *whose |= bit);
    }

    /// Tells whether an entry with these numbers may share a key with a seeker.
    #[inline]
    pub(super) fn may_concern(&self, nik: u64, card: Option<u64>) -> bool {
        let card = card.unwrap_or(0);
        self.may_share(nik, card, self.niks.parts(nik))
    }

    /// Tells the same of a card alone; 0 is none.
    #[inline]
    fn may_concern_card(&self, card: u64) -> bool {
        let (word, bit) = place_of_card(card);
        let is_near = |cards: &Table| {
            let (head, tail) = (card / TAIL, cards.tail((card % TAIL) as u32));
            // Whose parts are nearly all the same has the year or the serial: of most cards these say enough.
            tail.0 | tail.1 != 0 && cards.head(head).nearly_all(tail) != 0
        };
        card != 0 && (self.same_cards[word] & bit != 0 || self.near_cards.as_ref().is_some_and(is_near))
    }

    #[inline]
    fn may_share(&self, nik: u64, card: u64, (head, tail): (Head, (u64, u64))) -> bool {
        let swapped = head.swapped(tail);
        // Who has nearly all has two: most have not even those.
        swapped != 0 && swapped & self.nines[(nik % 9) as usize] | head.nearly_all(tail) != 0
            || self.may_concern_card(card)
    }
}

/// Counts each digit of a head, four bits for each.
fn digits_of_head(mut head: u64) -> u64 {
    let mut counts = 0;
    for _ in 0..10 {
        counts += 1 << (4 * (head % 10));
        head /= 10;
    }
    counts
}

/// Year and serial stand in the last six digits.
const TAIL: u64 = 1_000_000;

/// A walk past a sieve, where there is one, in the order of the NIKs: neighbours have district, day and month in common,
/// which are looked up once for all of them. Whoever stays in the sieve is kept where `keeps` says so.
pub(super) struct Walk<'s, F> {
    sieve: Option<Stand<'s>>,
    keeps: F,
}

/// Where a walk stands.
struct Stand<'s> {
    sieve: &'s Sieve,
    at: u64,
    head: Head,
    /// Whether no number with this head is anybody's, whatever stands behind it.
    is_far: bool,
}

impl<'s, F> Walk<'s, F> {
    pub(super) fn new(sieve: Option<&'s Sieve>, keeps: F) -> Self {
        let sieve = sieve.map(|sieve| Stand {
            sieve,
            // No number has this head: the first one is gone to.
            at: u64::MAX,
            head: sieve.niks.head(0),
            is_far: false,
        });
        Self { sieve, keeps }
    }
}

impl<F: FnMut(Nik, Option<u64>) -> bool> dossier::Sieve for Walk<'_, F> {
    fn keeps(&mut self, nik: Nik, card: Option<u64>) -> bool {
        let may_concern = |stand: &mut Stand<'_>| stand.may_concern(nik.as_u64(), card.unwrap_or(0));
        self.sieve.as_mut().is_none_or(may_concern) && (self.keeps)(nik, card)
    }

    fn sift(&mut self, niks: &[u64], cards: &[u64], places: &mut Vec<usize>) {
        let Some(stand) = &mut self.sieve else {
            places.extend(0..niks.len());
            return;
        };
        for ((nik, card), place) in niks.iter().zip(cards).zip(0..) {
            if stand.may_concern(*nik, *card) {
                places.push(place);
            }
        }
    }
}

impl Stand<'_> {
    #[cold]
    fn go_to(&mut self, at: u64) {
        (self.at, self.head) = (at, self.sieve.niks.head(at));
        // With neither the district nor the date year and serial are left, and the swap was within the head.
        self.is_far = self.head.district_or_date == 0 && !self.sieve.heads.contains(&digits_of_head(at));
    }

    /// Tells whether an entry with these numbers may share a key with a seeker; any order will do.
    #[inline]
    fn may_concern(&mut self, nik: u64, card: u64) -> bool {
        let at = nik / TAIL;
        if at != self.at {
            self.go_to(at);
        }
        if self.is_far {
            return self.sieve.may_concern_card(card);
        }
        let tail = self.sieve.niks.tail((nik - at * TAIL) as u32);
        self.sieve.may_share(nik, card, (self.head, tail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dossier::Sieve as _;
    use crate::domain::moment::Moment;
    use crate::domain::near_match::{Field, RegisteredSide, Search, Sought};
    use crate::domain::nik::{KkNumber, NikFlaw, NikReading};
    use crate::domain::parts::one_after_the_other;
    use crate::domain::registration::{Registration, RowKey};
    use proptest::prelude::*;

    /// Sixteen digits out of few parts, so that many share some.
    fn number() -> impl Strategy<Value = String> {
        let part = |parts: &'static [&'static str]| prop::sample::select(parts);
        let day = part(&["01", "12", "21", "41", "52", "61"]);
        let parts = (
            part(&["167101", "167110", "317302"]),
            day,
            part(&["01", "10", "12"]),
            part(&["21", "95", "59"]),
            part(&["9001", "9010", "9002"]),
        );
        parts.prop_map(|(district, day, month, year, serial)| format!("{district}{day}{month}{year}{serial}"))
    }

    /// What becomes of a number in a cell.
    fn cell() -> impl Strategy<Value = String> {
        (number(), 0..17_usize, 0..17_usize, 0..7_u8).prop_map(|(number, one, other, damage)| {
            let mut digits = number.into_bytes();
            let (one, other) = (one.min(15), other.min(15));
            match damage {
                0 | 1 => {}
                2 => digits.swap(one, other),
                3 => drop(digits.remove(one)),
                4 => digits.insert(one, b'1' + other as u8 % 3),
                5 => {
                    digits.truncate(1 + one);
                    digits.insert(1, b',');
                    digits.extend_from_slice(b"E+15");
                }
                _ => digits.clear(),
            }
            String::from_utf8(digits).unwrap()
        })
    }

    fn seeker((nik, card): &(String, String)) -> Registration {
        let blank = NikReading::Held {
            text: String::new(),
            flaw: NikFlaw::Missing,
        };
        let nik = NikReading::read(nik).unwrap_or(blank);
        Registration {
            kk: KkNumber::read(card),
            ..Registration::new(RowKey([0; 16]), nik, "Warga".into(), Moment::from_seconds(0))
        }
    }

    fn field_of(seekers: &[Registration]) -> Field {
        let seekers = seekers.iter().map(RegisteredSide::of).collect();
        Field::new(seekers, &one_after_the_other)
    }

    fn entry((nik, card): &(String, String)) -> Option<(Nik, Option<u64>)> {
        let card = KkNumber::read(card).as_ref().and_then(KkNumber::as_u64);
        Some((Nik::from_u64(nik.parse().ok()?)?, card))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn whoever_shares_a_key_stays_in_the_sieve(
            seekers in prop::collection::vec((cell(), cell()), 1..6),
            entries in prop::collection::vec((number(), cell()), 1..30),
        ) {
            let seekers: Vec<Registration> = seekers.iter().map(seeker).collect();
            let field = field_of(&seekers);
            let search = Search::new(seekers.iter().map(RegisteredSide::of));
            let mut concerning = search.concerning();
            let alone: Vec<_> = seekers.iter().map(|seeker| field_of(std::slice::from_ref(seeker))).collect();
            for (nik, card) in entries.iter().filter_map(entry) {
                let is_led = field.leads_anywhere(nik.as_u64(), card);
                prop_assert_eq!(search.fork().go_to(nik, card), is_led);
                prop_assert_eq!(concerning.keeps(nik, card), is_led);
                let mut places = Vec::new();
                concerning.sift(&[nik.as_u64()], &[card.unwrap_or(0)], &mut places);
                prop_assert!(!is_led || places == [0]);
                let sought = Sought::new(std::iter::once((nik, card)));
                let mut registered = sought.meant_by_registered();
                for (seeker, alone) in seekers.iter().zip(&alone) {
                    let number = seeker.kk.as_ref().and_then(KkNumber::as_u64);
                    let expected = alone.leads_anywhere(nik.as_u64(), card);
                    prop_assert_eq!(sought.may_be_meant_by(&seeker.nik, number), expected);
                    if let NikReading::Trusted(nik) = seeker.nik {
                        prop_assert_eq!(registered.keeps(nik, number), expected);
                        places.clear();
                        registered.sift(&[nik.as_u64()], &[number.unwrap_or(0)], &mut places);
                        prop_assert!(!expected || places == [0]);
                    }
                }
            }
        }
    }

    /// A number of a town of many, by chance.
    fn townsman(at: u64) -> u64 {
        let mut state = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut below = |limit: u64| {
            state = (state ^ state >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (state >> 33) % limit
        };
        let (district, day, month, year) = (below(18) + 1, below(28) + 1, below(12) + 1, below(60) + 40);
        (167_100 + district) * 10_000_000_000 + day * 100_000_000 + month * 1_000_000 + year * 10_000 + below(9) + 1
    }

    #[test]
    fn nobody_stays_for_want_of_a_card() {
        // With so many cards every bit is somebody's.
        let cards = (0..200).map(|at| Some(townsman(at)));
        let mut sieve = Sieve::new(cards.map(|card| (&Written::Nothing, card))).unwrap();
        sieve.same_cards = [u64::MAX; 64];
        assert!(sieve.may_concern_card(townsman(1)) && !sieve.may_concern_card(0));
    }

    #[test]
    fn nearly_everybody_falls_through() {
        for (seekers, most) in [(1, 40), (20, 500)] {
            let written: Vec<_> = (0..seekers).map(|at| whole(townsman(at))).collect();
            let numbers = written.iter().zip(500..).map(|(one, at)| (one, Some(townsman(at))));
            let sieve = Sieve::new(numbers).unwrap();
            let stay = (1_000..11_000).filter(|at| sieve.may_concern(townsman(*at), Some(townsman(at / 3 + 20_000))));
            let stay = stay.count();
            assert!(stay < most, "{seekers}: {stay}");
        }
        let many: Vec<_> = (0..1_000).map(|at| whole(townsman(at))).collect();
        assert!(Sieve::new(many.iter().map(|one| (one, None))).is_none());
    }

    fn whole(number: u64) -> Written {
        Written::of(&NikReading::Trusted(Nik::from_u64(number).unwrap()))
    }
}
