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
    pub(super) fn new(slots: Vec<Slot>) -> Self {
        let bits = usize::BITS - slots.len().max(2).leading_zeros();
        let words = (bits + FILTER_BITS).saturating_sub(6).max(SMALLEST_FILTER);
        let shift = 64 - words;
        let (mut slots, mut directory) = by_word(slots, shift, 1 << words);
        let kept = put_in_order(&mut slots, &mut directory);
        slots.truncate(kept);
        let mut filter = vec![0; 1 << words];
        for slot in &slots {
            filter[(slot.key >> shift) as usize] |= bits_of(slot.key);
        }
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

/// Lays the slots out word by word, and tells where those of each begin. Words are many and slots of one few: this is
/// the longer part of sorting them.
fn by_word(slots: Vec<Slot>, shift: u32, words: usize) -> (Vec<Slot>, Vec<u32>) {
    let word = |slot: &Slot| (slot.key >> shift) as usize;
    let mut ends = vec![0_u32; words + 1];
    slots.iter().for_each(|slot| ends[word(slot) + 1] += 1);
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut laid_out = vec![Slot { key: 0, value: 0 }; slots.len()];
    let mut next = ends.clone();
    for slot in slots {
        let place = &mut next[word(&slot)];
        laid_out[*place as usize] = slot;
        *place += 1;
    }
    (laid_out, ends)
}

/// Sorts the slots of each word, and leaves out those that stand twice and the keys that too many share; those who have
/// one vaguely count by themselves. Returns how many slots are left; they stand in front, and the directory follows them.
fn put_in_order(slots: &mut [Slot], directory: &mut [u32]) -> usize {
    let (mut start, mut kept) = (0, 0);
    for at in 1..directory.len() {
        let end = directory[at] as usize;
        slots[start..end].sort_unstable();
        let mut from = start;
        while from < end {
            let is_shared = |other: &Slot| slots[from].key == other.key && slots[from].is_vague() == other.is_vague();
            let alike = slots[from..end].iter().take_while(|slot| is_shared(slot)).count();
            let first = kept;
            for place in from..from + alike {
                if kept == first || slots[kept - 1] != slots[place] {
                    slots[kept] = slots[place];
                    kept += 1;
                }
            }
            if kept - first > SHARED_BY_MOST {
                kept = first;
            }
            from += alike;
        }
        start = end;
        directory[at] = kept as u32;
    }
    kept
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
