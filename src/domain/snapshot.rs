//! What one snapshot of the queue changes: rows are offered one by one, and the difference comes out at the end.
//!
//! Rows that say nothing new are forgotten at once, so that memory follows what changed and not what exists.

use super::moment::Moment;
use super::nik::Nik;
use super::queue::QueueRow;
use std::collections::{HashMap, HashSet};

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
    Added,
    Changed,
    Unchanged,
}

/// The row that speaks for a NIK so far.
#[derive(Clone, Copy, Debug)]
struct Speaker {
    status_at: Option<Moment>,
    fate: Fate,
    file: usize,
    kept: Option<usize>,
}

/// A snapshot while its rows come in.
#[derive(Debug)]
pub struct SnapshotDraft {
    known: Vec<Known>,
    speakers: HashMap<Nik, Speaker>,
    kept: Vec<Option<QueueRow>>,
    seen_unusable: HashSet<Nik>,
    tallies: Vec<Tally>,
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
#[derive(Debug, PartialEq, Eq)]
pub struct SnapshotDelta {
    /// Rows to write, in ascending order of NIK.
    pub write: Vec<QueueRow>,
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

impl SnapshotDraft {
    /// Starts a snapshot against what is known, which must be in ascending order of NIK.
    pub fn new(known: Vec<Known>) -> Self {
        debug_assert!(known.is_sorted_by_key(|entry| entry.nik));
        Self {
            known,
            speakers: HashMap::new(),
            kept: Vec::new(),
            seen_unusable: HashSet::new(),
            tallies: Vec::new(),
        }
    }

    /// Begins the next file of the snapshot.
    pub fn next_file(&mut self) {
        self.tallies.push(Tally::default());
    }

    /// Takes a row. Of several rows of one NIK the newest status date speaks, then the later row.
    pub fn offer(&mut self, line: u64, row: QueueRow, content: i64) {
        let nik = row.nik;
        let file = self.tallies.len().saturating_sub(1);
        let earlier = self.speakers.get(&nik).copied();
        if earlier.is_some() {
            self.tallies[file].repeated += 1;
            self.tallies[file].repeated_line.get_or_insert(line);
        }
        if earlier.is_some_and(|speaker| row.status_at < speaker.status_at) {
            self.tallies[file].unchanged += 1;
            return;
        }
        if let Some(outdone) = earlier {
            self.untally(outdone);
            self.tallies[outdone.file].unchanged += 1;
        }
        let known = self
            .known
            .binary_search_by_key(&nik, |entry| entry.nik)
            .ok()
            .map(|index| self.known[index]);
        let fate = match known {
            None => Fate::Added,
            Some(known) if known.present && known.content == content => Fate::Unchanged,
            Some(_) => Fate::Changed,
        };
        let speaker = Speaker {
            status_at: row.status_at,
            fate,
            file,
            kept: None,
        };
        *self.bucket(speaker) += 1;
        let kept = (fate != Fate::Unchanged).then(|| {
            self.kept.push(Some(row));
            self.kept.len() - 1
        });
        self.speakers.insert(nik, Speaker { kept, ..speaker });
    }

    fn untally(&mut self, outdone: Speaker) {
        *self.bucket(outdone) -= 1;
        if let Some(index) = outdone.kept {
            self.kept[index] = None;
        }
    }

    fn bucket(&mut self, speaker: Speaker) -> &mut u64 {
        let tally = &mut self.tallies[speaker.file];
        match speaker.fate {
            Fate::Added => &mut tally.added,
            Fate::Changed => &mut tally.changed,
            Fate::Unchanged => &mut tally.unchanged,
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
            speakers,
            kept,
            seen_unusable,
            tallies,
        } = self;
        let mut write: Vec<QueueRow> = kept.into_iter().flatten().collect();
        write.sort_unstable_by_key(|row| row.nik);
        let present = || known.iter().filter(|entry| entry.present);
        let gone =
            |entry: &&Known| !partial && !speakers.contains_key(&entry.nik) && !seen_unusable.contains(&entry.nik);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        SnapshotDelta {
            left: present().filter(gone).map(|entry| entry.nik).collect(),
            left_unprinted: count(present().filter(gone).filter(|entry| !entry.printed).count()),
            present_unprinted: count(present().filter(|entry| !entry.printed).count()),
            write,
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
        draft.offer(2, row(9003, 0), 33);
        draft.offer(3, row(9001, 0), 1);
        draft.offer(4, row(9004, 0), 4);
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
            delta.write.iter().map(|row| row.nik).collect::<Vec<_>>(),
            [nik(9003), nik(9004)]
        );
        assert_eq!(delta.left, [nik(9002)]);
    }

    #[test]
    fn of_repeated_rows_the_newest_status_date_speaks_then_the_later_row() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1)]);
        draft.next_file();
        draft.offer(2, row(9001, 10), 9);
        draft.next_file();
        draft.offer(2, row(9001, 20), 1);
        draft.offer(3, row(9001, 5), 7);
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
        assert!(delta.write.is_empty(), "the row that speaks is what we know already");
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
