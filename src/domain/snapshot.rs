//! What one snapshot of the queue changes: rows are offered one by one, and the difference comes out at the end.
//!
//! Rows that say nothing new are forgotten at once, so that memory follows what changed and not what exists.

use super::moment::Moment;
use super::nik::Nik;
use super::packing::{PackedRows, Place};
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

/// What became of the row that speaks for a NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// No row speaks for it yet.
    Silent,
    Added,
    Changed,
    Unchanged,
}

/// All that is asked of a NIK when a row of it comes, close together: each row finds its slot far from the last one.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// What is known of its entry, where it is in the queue; `None` elsewhere.
    content: Option<i64>,
    is_known: bool,
    fate: Fate,
    /// Of the row that speaks for it so far:
    file: u32,
    /// its number among the kept rows, where it says something new;
    kept: Option<u32>,
    /// its status date.
    status_at: Option<Moment>,
}

impl Slot {
    const NEW: Self = Self {
        content: None,
        is_known: false,
        fate: Fate::Silent,
        file: 0,
        kept: None,
        status_at: None,
    };

    fn of(known: &Known) -> Self {
        Self {
            content: known.present.then_some(known.content),
            is_known: true,
            ..Self::NEW
        }
    }
}

/// A row that says something new.
#[derive(Clone, Copy, Debug)]
struct Kept {
    nik: Nik,
    content: i64,
    place: Place,
    /// A later row of its NIK spoke instead.
    is_outdone: bool,
}

/// A snapshot while its rows come in.
#[derive(Debug)]
pub struct SnapshotDraft {
    known: Vec<Known>,
    /// The slot of each NIK: first those that are known, in their order.
    places: HashMap<Nik, u32, BuildHasherDefault<NikHasher>>,
    slots: Vec<Slot>,
    /// Where the rows of a handful have their slots.
    found: Vec<Option<u32>>,
    kept: Vec<Kept>,
    rows: PackedRows,
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
    kept: Vec<Kept>,
    rows: PackedRows,
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
    /// Returns the rows to write, each with the fingerprint of its content, in ascending order of NIK.
    pub fn rows(&self) -> impl Iterator<Item = (QueueRow, i64)> + '_ {
        self.kept.iter().map(|kept| (self.rows.get(kept.place), kept.content))
    }

    /// Tells whether more than a fifth of the entries would leave, those whose card we printed not counted.
    pub fn shrinks_too_much(&self) -> bool {
        self.left_unprinted * 5 > self.present_unprinted
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
            rows: PackedRows::default(),
            seen_unusable: HashSet::new(),
            tallies: Vec::new(),
        }
    }

    /// Begins the next file of the snapshot.
    pub fn next_file(&mut self) {
        self.tallies.push(Tally::default());
    }

    /// Takes a row. Of several rows of one NIK the newest status date speaks, then the later row.
    pub fn offer(&mut self, line: u64, row: &QueueRow, content: i64) {
        let place = self.places.get(&row.nik).copied();
        self.take(place, line, row, content);
    }

    /// Takes a handful of rows, with their lines and the fingerprints of their contents: their slots are found first, for
    /// looking for many at once takes little longer than for one.
    pub fn offer_all(&mut self, rows: &[(u64, QueueRow, i64)]) {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found.extend(rows.iter().map(|(_, row, _)| self.places.get(&row.nik).copied()));
        for ((line, row, content), place) in rows.iter().zip(&found) {
            // What was new to the handful may have come in with it.
            let place = place.or_else(|| self.places.get(&row.nik).copied());
            self.take(place, *line, row, *content);
        }
        self.found = found;
    }

    fn take(&mut self, place: Option<u32>, line: u64, row: &QueueRow, content: i64) {
        let file = self.tallies.len().saturating_sub(1);
        let place = place.unwrap_or_else(|| {
            let next = self.slots.len() as u32;
            self.slots.push(Slot::NEW);
            self.places.insert(row.nik, next);
            next
        });
        let slot = self.slots[place as usize];
        if slot.fate != Fate::Silent {
            self.tallies[file].repeated += 1;
            self.tallies[file].repeated_line.get_or_insert(line);
            if row.status_at < slot.status_at {
                self.tallies[file].unchanged += 1;
                return;
            }
            self.outdo(slot);
        }
        let fate = match slot.is_known {
            false => Fate::Added,
            true if slot.content == Some(content) => Fate::Unchanged,
            true => Fate::Changed,
        };
        *self.bucket(fate, file) += 1;
        let kept = (fate != Fate::Unchanged).then_some(self.kept.len() as u32);
        if kept.is_some() {
            self.kept.push(Kept {
                nik: row.nik,
                content,
                place: self.rows.push(row),
                is_outdone: false,
            });
        }
        self.slots[place as usize] = Slot {
            fate,
            file: file as u32,
            kept,
            status_at: row.status_at,
            ..slot
        };
    }

    /// Takes back what was counted for a row: it is one of several now, and says nothing.
    fn outdo(&mut self, speaker: Slot) {
        let file = speaker.file as usize;
        *self.bucket(speaker.fate, file) -= 1;
        self.tallies[file].unchanged += 1;
        if let Some(kept) = speaker.kept {
            self.kept[kept as usize].is_outdone = true;
        }
    }

    fn bucket(&mut self, fate: Fate, file: usize) -> &mut u64 {
        let tally = &mut self.tallies[file];
        match fate {
            Fate::Added => &mut tally.added,
            Fate::Changed => &mut tally.changed,
            Fate::Unchanged | Fate::Silent => &mut tally.unchanged,
        }
    }

    /// Notes that a row of this NIK stands in the snapshot, though it could not be used: its entry has not left.
    pub fn saw(&mut self, nik: Nik) {
        self.seen_unusable.insert(nik);
    }

    /// Ends the snapshot. In a `partial` one nothing leaves.
    pub fn finish(self, partial: bool) -> SnapshotDelta {
        let Self {
            known,
            slots,
            mut kept,
            rows,
            seen_unusable,
            tallies,
            ..
        } = self;
        kept.retain(|row| !row.is_outdone);
        kept.sort_unstable_by_key(|row| row.nik);
        let (mut left, mut left_unprinted, mut present_unprinted) = (Vec::new(), 0, 0);
        for (entry, slot) in known.iter().zip(&slots).filter(|(entry, _)| entry.present) {
            present_unprinted += u64::from(!entry.printed);
            if !partial && slot.fate == Fate::Silent && !seen_unusable.contains(&entry.nik) {
                left.push(entry.nik);
                left_unprinted += u64::from(!entry.printed);
            }
        }
        SnapshotDelta {
            kept,
            rows,
            left,
            left_unprinted,
            present_unprinted,
            tallies,
        }
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
        draft.offer(2, &row(9003, 0), 33);
        draft.offer(3, &row(9001, 0), 1);
        draft.offer(4, &row(9004, 0), 4);
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
        assert_eq!(
            delta.rows().map(|(row, _)| row.nik).collect::<Vec<_>>(),
            [nik(9003), nik(9004)]
        );
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
        assert!(
            delta.rows().next().is_none(),
            "the row that speaks is what we know already"
        );
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
