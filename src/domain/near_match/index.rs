//! From keys to those who have them: a table on which most keys end at one look into a small filter.

/// A key that more share than this says nothing (a family card that hundreds copied from an example).
const SHARED_BY_MOST: usize = 256;

/// Bits of the filter for each key, as a power of two; three of them are set.
const FILTER_BITS: u32 = 4;
/// The smallest filter, in words of 64 bits, as a power of two: for a few keys it costs nothing to be nearly empty.
const SMALLEST_FILTER: u32 = 8;

const VAGUE: u32 = 1 << 31;

/// Keys and those who have them.
#[derive(Debug)]
pub(super) struct Index {
    /// Sorted by key.
    slots: Vec<Slot>,
    /// Words of 64 bits, chosen by a key's first bits; a key has three bits in one of them.
    filter: Vec<u64>,
    /// Where the slots of each word begin, and the end of the last.
    directory: Vec<u32>,
    shift: u32,
}

/// A key, and one who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    key: u64,
    /// The number of the one who has it, and the first bit where the key is vague.
    value: u32,
}

impl Slot {
    pub(super) fn new(key: u64, who: u32, is_vague: bool) -> Self {
        Self {
            key,
            value: who | if is_vague { VAGUE } else { 0 },
        }
    }

    pub(super) fn who(self) -> usize {
        (self.value & !VAGUE) as usize
    }

    /// Tells whether too many share the key by chance, so that the digits must be looked at.
    pub(super) fn is_vague(self) -> bool {
        self.value & VAGUE != 0
    }
}

impl Index {
    /// Builds the index over every key.
    pub(super) fn new(mut slots: Vec<Slot>) -> Self {
        // By the keys alone is faster, and few stand twice.
        slots.sort_unstable_by_key(|slot| slot.key);
        slots
            .chunk_by_mut(|one, other| one.key == other.key)
            .filter(|same| same.len() > 1)
            .for_each(<[Slot]>::sort_unstable);
        slots.dedup();
        let slots = without_worn_out(slots);
        let bits = usize::BITS - slots.len().max(2).leading_zeros();
        let words = (bits + FILTER_BITS).saturating_sub(6).max(SMALLEST_FILTER);
        let shift = 64 - words;
        let mut filter = vec![0; 1 << words];
        let mut directory = Vec::with_capacity((1 << words) + 1);
        for (slot, at) in slots.iter().zip(0_u32..) {
            let word = (slot.key >> shift) as usize;
            filter[word] |= bits_of(slot.key);
            while directory.len() <= word {
                directory.push(at);
            }
        }
        directory.resize((1 << words) + 1, slots.len() as u32);
        Self {
            slots,
            filter,
            directory,
            shift,
        }
    }

    /// Tells whether somebody may have this key; a few times in a hundred nobody has.
    #[inline]
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let bits = bits_of(key);
        let word = self.filter.get((key >> self.shift) as usize);
        word.is_some_and(|word| word & bits == bits)
    }

    /// Returns all who have this key.
    pub(super) fn all(&self, key: u64) -> impl Iterator<Item = Slot> {
        let word = (key >> self.shift) as usize;
        let range = self.directory[word] as usize..self.directory[word + 1] as usize;
        self.slots[range].iter().filter(move |slot| slot.key == key).copied()
    }
}

/// Three bits of a word, chosen by the bits of the key that choose no word.
#[inline]
fn bits_of(key: u64) -> u64 {
    1 << (key & 63) | 1 << (key >> 6 & 63) | 1 << (key >> 12 & 63)
}

/// Leaves out the keys that too many share; those who have it vaguely count by themselves.
fn without_worn_out(slots: Vec<Slot>) -> Vec<Slot> {
    let is_shared = |(one, other): (&Slot, &Slot)| one.key == other.key && one.is_vague() == other.is_vague();
    if !slots.iter().zip(slots.iter().skip(SHARED_BY_MOST)).any(is_shared) {
        return slots;
    }
    slots
        .chunk_by(|a, b| is_shared((a, b)))
        .filter(|same| same.len() <= SHARED_BY_MOST)
        .flatten()
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spreads a small number as keys are.
    fn key(number: u64) -> u64 {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 32
    }

    fn found(index: &Index, key: u64) -> Vec<(usize, bool)> {
        let all: Vec<_> = index.all(key).map(|slot| (slot.who(), slot.is_vague())).collect();
        assert!(all.is_empty() || index.may_hold(key));
        all
    }

    #[test]
    fn every_key_leads_to_those_who_have_it_and_to_no_others() {
        let slots = (0..5000_u32).map(|who| Slot::new(key(u64::from(who / 2)), who, who % 2 == 1));
        let index = Index::new(slots.collect());
        for number in 0..2500 {
            let expected = [(number as usize * 2, false), (number as usize * 2 + 1, true)];
            assert_eq!(found(&index, key(number)), expected);
        }
        let passing = (10_000..20_000).filter(|number| index.may_hold(key(*number))).count();
        assert!(passing < 200, "{passing}");
        assert!((10_000..20_000).all(|number| found(&index, key(number)).is_empty()));
    }

    #[test]
    fn an_empty_index_and_a_worn_out_key_find_nobody() {
        assert_eq!(found(&Index::new(Vec::new()), 7), []);
        let worn = |who| Slot::new(7, who, false);
        assert_eq!(found(&Index::new((0..1000).map(worn).collect()), 7), []);
        let index = Index::new(
            (0..1000)
                .map(worn)
                .chain([Slot::new(7, 3, true), Slot::new(8, 4, false)])
                .collect(),
        );
        assert_eq!(
            (found(&index, 7), found(&index, 8)),
            (vec![(3, true)], vec![(4, false)])
        );
    }
}
