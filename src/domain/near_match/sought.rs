//! The search the other way round: which registrations may mean one of these few entries, by their numbers alone.

use super::damage::{Digits, Written};
use super::index::{EntryKeys, Index, Outline, push_seeker_keys};
use crate::domain::nik::{Nik, NikReading};

/// A few entries that somebody may have meant.
#[derive(Debug)]
pub struct Sought {
    /// The entries' digits, for keys that many share by chance.
    outlines: Vec<u64>,
    /// The number of an entry twice: even where the key tells much, odd where the digits must be looked at.
    index: Index,
    /// The keys of one registration, kept for the next one.
    keys: Vec<(u64, u32)>,
}

impl Sought {
    /// Takes the NIK and the family card of each entry.
    pub fn new(entries: impl Iterator<Item = (Nik, Option<u64>)>) -> Self {
        let (mut outlines, mut slots) = (Vec::new(), Vec::new());
        for ((nik, card), at) in entries.zip(0_u32..) {
            let keys = EntryKeys::new(nik.as_u64(), card);
            slots.extend(keys.telling().iter().map(|key| (*key, 2 * at)));
            slots.push((keys.digit_set, 2 * at + 1));
            outlines.push(Outline::of_number(Digits::of_number(nik.as_u64()).get()));
        }
        Self {
            outlines,
            index: Index::new(slots),
            keys: Vec::new(),
        }
    }

    /// Tells whether a search for a registration with these numbers would look at any of the entries.
    pub fn may_be_meant_by(&mut self, nik: &NikReading, card: Option<u64>) -> bool {
        let written = Written::of(nik);
        self.keys.clear();
        push_seeker_keys(&mut self.keys, 0, &written, card);
        let (mut telling, mut alike) = (false, Vec::new());
        for (key, _) in &self.keys {
            self.index.each(*key, |found| match found % 2 {
                0 => telling = true,
                _ => alike.push(found / 2),
            });
        }
        telling || {
            let outline = Outline::new(&written);
            alike
                .into_iter()
                .any(|at| outline.may_come_from(self.outlines[at as usize]))
        }
    }
}
