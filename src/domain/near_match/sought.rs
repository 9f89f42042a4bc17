//! The search the other way round: which registrations may mean one of these few entries, by their numbers alone.

use super::damage::{Digits, Written};
use super::index::{Index, Slot};
use super::keys::{self, Layout};
use super::outline::Outline;
use super::sieve::{Sieve, Walk};
use crate::domain::dossier;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::parts::one_after_the_other;

/// A few entries that somebody may have meant.
#[derive(Debug)]
pub struct Sought {
    /// The entries' digits, for keys that many share by chance.
    outlines: Vec<u64>,
    index: Index,
    /// What most registrations fall through.
    sieve: Option<Box<Sieve>>,
}

impl Sought {
    /// Takes the NIK and the family card of each entry.
    pub fn new(entries: impl Iterator<Item = (Nik, Option<u64>)>) -> Self {
        let layout = Layout::default();
        let (mut outlines, mut slots, mut written) = (Vec::new(), Vec::new(), Vec::new());
        for ((nik, card), at) in entries.zip(0_u32..) {
            let nik = nik.as_u64();
            let by_card = card.into_iter().flat_map(|card| keys::of_card(card, &layout));
            slots.extend(
                keys::of_number(nik, &layout)
                    .into_iter()
                    .chain(by_card)
                    .map(|key| Slot::new(key, at, false)),
            );
            outlines.push(Outline::of_number(nik));
            written.push((Written::Whole(Digits::of_number(nik)), card));
        }
        Self {
            outlines,
            index: Index::new(
                |take| slots.iter().copied().for_each(take),
                slots.len(),
                &one_after_the_other,
            ),
            sieve: Sieve::new(written.iter().map(|(written, card)| (written, *card))),
        }
    }

    /// Tells whether a search for a registration with these numbers would look at any of the entries.
    pub fn may_be_meant_by(&self, nik: &NikReading, card: Option<u64>) -> bool {
        let written = Written::of(nik);
        let mut is_meant = false;
        keys::of_seeker(&written, card, &Layout::default(), |key| {
            if is_meant || !self.index.may_hold(key.key) {
                return;
            }
            is_meant = self
                .index
                .all(key.key)
                .any(|entry| !key.is_vague || Outline::new(&written).may_come_from(self.outlines[entry.who()]));
        });
        is_meant
    }

    /// Tells the same of trusted NIKs, one after the other.
    pub fn meant_by_registered(&self) -> impl dossier::Sieve + '_ {
        let may_be_meant = |nik, card| self.may_be_meant_by(&NikReading::Trusted(nik), card);
        Walk::new(self.sieve.as_deref(), may_be_meant)
    }
}
