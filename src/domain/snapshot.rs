//! What one snapshot of the queue changes: rows are offered one by one, and the difference comes out at the end.
//!
//! Rows that say nothing new are forgotten at once, so that memory follows what changed and not what exists.

use super::moment::Moment;
use super::nik::Nik;
use super::queue::QueueRow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A known entry, as the comparison needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The population number.
    pub nik: Nik,
    /// A fingerprint of its content.
    pub content: i64,
    /// Whether it is in the queue now.
    pub present: bool,
    /// Whether our result says that its card was printed.
    pub printed: bool,
}

/// What became of the row that speaks for a known entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// No row speaks for it yet.
    Silent,
    Changed,
    Unchanged,
}

/// All that is asked of a known entry when a row of it comes, close together: each row finds its slot far from the last.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// What is known of it, where it is in the queue.
    content: Option<i64>,
    fate: Fate,
    /// Of the row that speaks for it so far:
    file: u32,
    /// its number among the kept rows, where it says something new;
    kept: Option<u32>,
    /// its status date.
    status_at: Option<Moment>,
}

impl Slot {
    fn of(known: &Known) -> Self {
        Self {
            content: known.present.then_some(known.content),
            fate: Fate::Silent,
            file: 0,
            kept: None,
            status_at: None,
        }
    }
}

/// A row that says something new, as far as another row of its NIK may outdo it.
#[derive(Clone, Copy, Debug)]
struct Kept {
    status_at: Option<Moment>,
    line: u64,
    file: u32,
}

/// A snapshot while its rows come in.
///
/// Whoever offers rows keeps those that say something new, and numbers them from 0 on.
#[derive(Debug)]
pub struct SnapshotDraft {
    known: Vec<Known>,
    /// The slot of each known entry.
    places: HashMap<Nik, u32, BuildHasherDefault<NikHasher>>,
    slots: Vec<Slot>,
    /// Where the rows of a handful have their slots.
    found: Vec<Option<u32>>,
    kept: Vec<Kept>,
    /// The kept rows of NIKs that were not known. Whether several have one NIK is seen at the end, when they are sorted.
    fresh: Vec<(Nik, u32)>,
    seen_unusable: HashSet<Nik>,
    tallies: Vec<Tally>,
}

/// Spreads a NIK over all bits with one multiplication: a million are looked up for each snapshot.
#[derive(Clone, Copy, Debug, Default)]
struct NikHasher(u64);

impl Hasher for NikHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The buckets of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New entries.
    pub added: u64,
    /// Known, with other content, or back in the queue.
    pub changed: u64,
    /// Known with this content, or outdone by another row of the same NIK.
    pub unchanged: u64,
    /// Rows of a NIK that another row speaks for.
    pub repeated: u64,
    /// The line of the first of them.
    pub repeated_line: Option<u64>,
}

/// What a snapshot changes.
#[derive(Debug)]
pub struct SnapshotDelta {
    /// The numbers of the kept rows to write, in ascending order of their NIKs.
    pub rows: Vec<u32>,
    /// Entries that are no longer listed, in ascending order.
    pub left: Vec<Nik>,
    /// How many of those had no card from us.
    pub left_unprinted: u64,
    /// How many entries without a card from us were in the queue before.
    pub present_unprinted: u64,
    /// The buckets of each file, in the order of the files.
    pub tallies: Vec<Tally>,
}

impl SnapshotDelta {
    /// Tells whether more than a fifth of the entries would leave, those whose card we printed not counted.
    pub fn shrinks_too_much(&self) -> bool {
        self.left_unprinted * 5 > self.present_unprinted
    }
}

impl Tally {
    /// Notes a row of a NIK of which there was one before.
    fn repeat(&mut self, line: u64) {
        self.repeated += 1;
        self.repeated_line = Some(self.repeated_line.map_or(line, |first| first.min(line)));
    }

    fn bucket(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::Changed => &mut self.changed,
            Fate::Unchanged | Fate::Silent => &mut self.unchanged,
        }
    }
}

impl SnapshotDraft {
    /// Starts a snapshot against what is known, which must be in ascending order of NIK.
    pub fn new(known: Vec<Known>) -> Self {
        debug_assert!(known.is_sorted_by_key(|entry| entry.nik));
        let mut places = HashMap::with_capacity_and_hasher(known.len(), BuildHasherDefault::default());
        places.extend(known.iter().map(|entry| entry.nik).zip(0..));
        Self {
            places,
            slots: known.iter().map(Slot::of).collect(),
            found: Vec::new(),
            known,
            kept: Vec::new(),
            fresh: Vec::new(),
            seen_unusable: HashSet::new(),
            tallies: Vec::new(),
        }
    }

    /// Begins the next file of the snapshot.
    pub fn next_file(&mut self) {
        self.tallies.push(Tally::default());
    }

    /// Takes a row, and tells whether it must be kept: of several rows of one NIK the newest status date speaks, then the
    /// later row.
    pub fn offer(&mut self, line: u64, row: &QueueRow, content: i64) -> bool {
        let place = self.places.get(&row.nik).copied();
        self.take(place, line, row, content)
    }

    /// Takes a handful of rows, with their lines and the fingerprints of their contents, and hands on those that must be
    /// kept. Their slots are found first, for looking for many at once takes little longer than for one.
    ///
    /// # Errors
    /// Those of `keep`.
    pub fn offer_all<'r, E>(
        &mut self,
        rows: impl Iterator<Item = (u64, &'r QueueRow, i64)> + Clone,
        mut keep: impl FnMut(&QueueRow, i64) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found.extend(rows.clone().map(|(_, row, _)| self.places.get(&row.nik).copied()));
        for ((line, row, content), place) in rows.zip(&found) {
            if self.take(*place, line, row, content) {
                keep(row, content)?;
            }
        }
        self.found = found;
        Ok(())
    }

    fn take(&mut self, place: Option<u32>, line: u64, row: &QueueRow, content: i64) -> bool {
        let file = self.tallies.len().saturating_sub(1);
        let number = self.kept.len() as u32;
        let kept = Kept {
            status_at: row.status_at,
            line,
            file: file as u32,
        };
        let Some(slot) = place.and_then(|place| self.slots.get_mut(place as usize)) else {
            self.tallies[file].added += 1;
            self.fresh.push((row.nik, number));
            self.kept.push(kept);
            return true;
        };
        if slot.fate != Fate::Silent {
            self.tallies[file].repeat(line);
            if row.status_at < slot.status_at {
                self.tallies[file].unchanged += 1;
                return false;
            }
            // What spoke so far is one of several now, and says nothing.
            let outdone = &mut self.tallies[slot.file as usize];
            *outdone.bucket(slot.fate) -= 1;
            outdone.unchanged += 1;
        }
        let says_new = slot.content != Some(content);
        *slot = Slot {
            content: slot.content,
            fate: if says_new { Fate::Changed } else { Fate::Unchanged },
            file: kept.file,
            kept: says_new.then_some(number),
            status_at: row.status_at,
        };
        *self.tallies[file].bucket(slot.fate) += 1;
        if says_new {
            self.kept.push(kept);
        }
        says_new
    }

    /// Notes that a row of this NIK stands in the snapshot, though it could not be used: its entry has not left.
    pub fn saw(&mut self, nik: Nik) {
        self.seen_unusable.insert(nik);
    }

    /// Ends the snapshot. In a `partial` one nothing leaves.
    pub fn finish(mut self, partial: bool) -> SnapshotDelta {
        let mut rows = self.speakers();
        let (mut left, mut left_unprinted, mut present_unprinted) = (Vec::new(), 0, 0);
        for (entry, slot) in self.known.iter().zip(&self.slots) {
            rows.extend(slot.kept.map(|number| (entry.nik, number)));
            if !entry.present {
                continue;
            }
            present_unprinted += u64::from(!entry.printed);
            if !partial && slot.fate == Fate::Silent && !self.seen_unusable.contains(&entry.nik) {
                left.push(entry.nik);
                left_unprinted += u64::from(!entry.printed);
            }
        }
        // Two runs that ascend: this sort only merges them.
        rows.sort();
        SnapshotDelta {
            rows: rows.into_iter().map(|(_, number)| number).collect(),
            left,
            left_unprinted,
            present_unprinted,
            tallies: self.tallies,
        }
    }

    /// Returns the row that speaks for each NIK that was not known, in their order.
    fn speakers(&mut self) -> Vec<(Nik, u32)> {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable();
        fresh.dedup_by(|(nik, number), (spoken_for, speaker)| {
            if nik != spoken_for {
                return false;
            }
            let (later, spoke) = (self.kept[*number as usize], self.kept[*speaker as usize]);
            self.tallies[later.file as usize].repeat(later.line);
            let outdone = if later.status_at < spoke.status_at {
                later
            } else {
                *speaker = *number;
                spoke
            };
            let tally = &mut self.tallies[outdone.file as usize];
            tally.added -= 1;
            tally.unchanged += 1;
            true
        });
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record_status::RecordStatus;

    fn nik(serial: u64) -> Nik {
        Nik::from_u64(1_671_094_107_950_000 + serial).unwrap()
    }

    fn row(serial: u64, status_at: i64) -> QueueRow {
        QueueRow {
            nik: nik(serial),
            name: "SITI NUR".into(),
            status: RecordStatus::PrintReadyRecord,
            status_at: Some(Moment::from_seconds(status_at)),
            request_no: None,
            birth_date: None,
            kk: None,
            district: None,
            village: None,
            reason: None,
            phone: None,
            alive: None,
            moved: None,
        }
    }

    fn known(serial: u64, content: i64) -> Known {
        Known {
            nik: nik(serial),
            content,
            present: true,
            printed: false,
        }
    }

    #[test]
    fn new_changed_known_and_gone_entries_are_told_apart() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1), known(9002, 2), known(9003, 3)]);
        draft.next_file();
        assert!(draft.offer(2, &row(9003, 0), 33));
        assert!(!draft.offer(3, &row(9001, 0), 1));
        assert!(draft.offer(4, &row(9004, 0), 4));
        let delta = draft.finish(false);
        assert_eq!(
            delta.tallies,
            [Tally {
                added: 1,
                changed: 1,
                unchanged: 1,
                ..Tally::default()
            }]
        );
        // 9001 says nothing new, so that 9004 was the second to be kept.
        assert_eq!(delta.rows, [0, 1]);
        assert_eq!(delta.left, [nik(9002)]);
    }

    #[test]
    fn of_repeated_rows_the_newest_status_date_speaks_then_the_later_row() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1)]);
        draft.next_file();
        draft.offer(2, &row(9001, 10), 9);
        draft.next_file();
        draft.offer(2, &row(9001, 20), 1);
        draft.offer(3, &row(9001, 5), 7);
        let delta = draft.finish(false);
        assert_eq!(
            delta.tallies[0],
            Tally {
                unchanged: 1,
                ..Tally::default()
            }
        );
        let second = Tally {
            unchanged: 2,
            repeated: 2,
            repeated_line: Some(2),
            ..Tally::default()
        };
        assert_eq!(delta.tallies[1], second);
        assert!(delta.rows.is_empty(), "the row that speaks is what we know already");
    }

    #[test]
    fn so_it_is_with_rows_of_a_nik_that_was_not_known() {
        let mut draft = SnapshotDraft::new(vec![known(9002, 2)]);
        draft.next_file();
        for (line, serial, status_at) in [(2, 9003, 10), (3, 9001, 20), (4, 9002, 0), (5, 9001, 30), (6, 9001, 25)] {
            assert!(draft.offer(line, &row(serial, status_at), 7));
        }
        draft.next_file();
        assert!(draft.offer(2, &row(9001, 30), 7));
        let delta = draft.finish(false);
        assert_eq!(delta.rows, [5, 2, 0]);
        let first = Tally {
            added: 1,
            changed: 1,
            unchanged: 3,
            repeated: 2,
            repeated_line: Some(5),
        };
        let second = Tally {
            added: 1,
            repeated: 1,
            repeated_line: Some(2),
            ..Tally::default()
        };
        assert_eq!(delta.tallies, [first, second]);
    }

    #[test]
    fn a_row_that_cannot_be_used_still_says_that_its_entry_has_not_left() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1), known(9002, 2)]);
        draft.next_file();
        draft.saw(nik(9001));
        assert_eq!(draft.finish(false).left, [nik(9002)]);
    }

    #[test]
    fn a_partial_file_lets_nothing_leave_and_printed_cards_do_not_count() {
        let printed = Known {
            printed: true,
            ..known(9001, 1)
        };
        let draft = SnapshotDraft::new(vec![printed, known(9002, 2)]);
        let delta = draft.finish(false);
        assert_eq!((delta.left_unprinted, delta.present_unprinted), (1, 1));
        assert!(delta.shrinks_too_much());
        let delta = SnapshotDraft::new(vec![printed]).finish(false);
        assert!(!delta.shrinks_too_much());
        assert!(SnapshotDraft::new(vec![printed]).finish(true).left.is_empty());
    }
}
