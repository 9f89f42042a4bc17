//! A registration and an entry found again by what a person was shown of them.

use crate::domain::deciding::cell_text;
use crate::domain::nik::{KkNumber, Nik};
use crate::domain::questions::{entry_of, same_registration};
use crate::domain::queue::QueueEntry;
use crate::domain::registration::Registration;
use crate::store::Facts;
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Returns the fingerprint of what a person was shown: where it is another, they would have to look again.
///
/// It begins with a letter, so that no spreadsheet takes it for a number.
pub(super) fn facts_of(registration: &Registration, entry: &QueueEntry) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    part(&registration.nik.text());
    part(&registration.name);
    part(registration.kk.as_ref().map_or("", KkNumber::digits));
    part(&registration.beside().unwrap_or_default());
    part(&entry.row.nik.digits());
    part(&entry.row.name);
    part(entry.row.kk.as_ref().map_or("", KkNumber::digits));
    part(&entry.row.birth_date.map_or_else(String::new, |day| day.to_string()));
    let digest = hash.finalize();
    digest.iter().take(8).fold("f".to_owned(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Why a pair cannot be found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// No registration has that NIK cell.
    Registration,
    /// The entry is not in the queue.
    Entry,
    /// They are there, but not as they were shown.
    Facts,
}

impl Gone {
    /// Returns the stable word, for a rejects file.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Registration => "registration_gone",
            Self::Entry => "entry_gone",
            Self::Facts => "facts_changed",
        }
    }
}

/// The registrations that pairs are looked for among; the held ones are read once.
pub(super) struct Finder {
    held: BTreeMap<String, Vec<Registration>>,
}

impl Finder {
    /// Reads the held registrations.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn new(facts: &(impl Facts + ?Sized)) -> Result<Self> {
        let mut held: BTreeMap<String, Vec<Registration>> = BTreeMap::new();
        for registration in facts.held_registrations()? {
            held.entry(registration.nik.text()).or_default().push(registration);
        }
        Ok(Self { held })
    }

    /// Finds a pair by the NIK cells of both sides, as they were shown.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn find(
        &self,
        facts: &(impl Facts + ?Sized),
        nik: &str,
        queue_nik: &str,
        shown: &str,
    ) -> Result<Result<(Registration, QueueEntry), Gone>> {
        let mut candidates = self.held.get(&cell_text(nik)).cloned().unwrap_or_default();
        if let Some(nik) = Nik::parse(nik) {
            candidates.extend(
                facts
                    .dossier(nik)?
                    .into_iter()
                    .flat_map(|dossier| dossier.registrations),
            );
        }
        if candidates.is_empty() {
            return Ok(Err(Gone::Registration));
        }
        let entry = match Nik::parse(queue_nik) {
            Some(nik) => entry_of(facts, nik)?,
            None => None,
        };
        let Some(entry) = entry else {
            return Ok(Err(Gone::Entry));
        };
        // The newest of those that say the same is the one that was shown.
        candidates.sort_by_key(|one| std::cmp::Reverse((one.submitted_at, one.row_key)));
        let newest = candidates.iter().enumerate().filter(|(at, one)| {
            let before = &candidates[..*at];
            !before.iter().any(|newer| same_registration(newer, one))
        });
        let found = newest.map(|(_, one)| one).find(|one| facts_of(one, &entry) == shown);
        Ok(found.cloned().map(|one| (one, entry)).ok_or(Gone::Facts))
    }
}
