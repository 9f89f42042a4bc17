//! From keys to those who have them: a table on which most keys end at one look into a small filter.

use crate::domain::parts::Both;

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
    /// Words of 64 bits, chosen by a key's first bits; a key has three bits in one of them.
    filter: Vec<u64>,
    shift: u32,
    /// The keys that begin with a zero, and those that begin with a one.
    halves: [Half; 2],
}

/// One half of the keys.
#[derive(Debug, Default)]
struct Half {
    /// Sorted by key.
    slots: Vec<Slot>,
    /// Where the slots of each word of the filter begin, and the end of the last.
    directory: Vec<u32>,
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
    /// Builds the index over every key, half of it on either side of `both`: `slots` tells all of them to each, which are
    /// about `count`.
    pub(super) fn new(slots: impl Fn(&mut dyn FnMut(Slot)) + Sync, count: usize, both: &Both<'_>) -> Self {
        let mut halves = [Half::default(), Half::default()];
        let [zero, one] = &mut halves;
        both(&mut || zero.fill(0, &slots, count / 2), &mut || {
            one.fill(1, &slots, count / 2);
        });
        let count: usize = halves.iter().map(|half| half.slots.len()).sum();
        let bits = usize::BITS - count.max(2).leading_zeros();
        let words = (bits + FILTER_BITS).saturating_sub(6).max(SMALLEST_FILTER);
        let shift = 64 - words;
        let mut filter = vec![0; 1 << words];
        let (of_zero, of_one) = filter.split_at_mut(1 << (words - 1));
        let [zero, one] = &mut halves;
        both(&mut || zero.mark(shift, of_zero), &mut || one.mark(shift, of_one));
        Self { filter, shift, halves }
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
        let half = &self.halves[(key >> 63) as usize];
        let word = word_of(key, self.shift);
        let range = half.directory[word] as usize..half.directory[word + 1] as usize;
        half.slots[range].iter().filter(move |slot| slot.key == key).copied()
    }
}

/// The word of a key among those of its half.
#[inline]
fn word_of(key: u64, shift: u32) -> usize {
    (key << 1 >> 1 >> shift) as usize
}

impl Half {
    /// Takes the slots whose keys begin with this bit.
    fn fill(&mut self, bit: u64, slots: &impl Fn(&mut dyn FnMut(Slot)), count: usize) {
        // By chance the one half has some more than the other.
        let mut own = Vec::with_capacity(count + count / 16);
        slots(&mut |slot| {
            if slot.key >> 63 == bit {
                own.push(slot);
            }
        });
        // By the keys alone is faster, and few stand twice.
        own.sort_unstable_by_key(|slot| slot.key);
        own.chunk_by_mut(|one, other| one.key == other.key)
            .filter(|same| same.len() > 1)
            .for_each(<[Slot]>::sort_unstable);
        own.dedup();
        self.slots = without_worn_out(own);
    }

    /// Sets the bits of the keys in the words of this half, and notes where the slots of each begin.
    fn mark(&mut self, shift: u32, words: &mut [u64]) {
        self.directory.reserve_exact(words.len() + 1);
        for (slot, at) in self.slots.iter().zip(0_u32..) {
            let word = word_of(slot.key, shift);
            words[word] |= bits_of(slot.key);
            while self.directory.len() <= word {
                self.directory.push(at);
            }
        }
        self.directory.resize(words.len() + 1, self.slots.len() as u32);
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
    use crate::domain::parts::one_after_the_other;

    /// Spreads a small number as keys are.
    fn key(number: u64) -> u64 {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 32
    }

    fn index(slots: Vec<Slot>) -> Index {
        let each = |take: &mut dyn FnMut(Slot)| slots.iter().copied().for_each(take);
        Index::new(each, slots.len(), &one_after_the_other)
    }

    fn found(index: &Index, key: u64) -> Vec<(usize, bool)> {
        let all: Vec<_> = index.all(key).map(|slot| (slot.who(), slot.is_vague())).collect();
        assert!(all.is_empty() || index.may_hold(key));
        all
    }

    #[test]
    fn every_key_leads_to_those_who_have_it_and_to_no_others() {
        let slots = (0..5000_u32).map(|who| Slot::new(key(u64::from(who / 2)), who, who % 2 == 1));
        let index = index(slots.collect());
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
        assert_eq!(found(&index(Vec::new()), 7), []);
        let worn = |who| Slot::new(7, who, false);
        assert_eq!(found(&index((0..1000).map(worn).collect()), 7), []);
        let index = index(
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
