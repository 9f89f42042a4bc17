//! What one snapshot of the queue changes: rows are offered one by one, and the difference comes out at the end.
//!
//! Rows that say nothing new are forgotten at once, so that memory follows what changed and not what exists.

use super::moment::Moment;
use super::nik::Nik;
use super::queue::{QueueRow, Trace};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A known entry, as the comparison needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The population number.
    pub nik: Nik,
    /// A fingerprint of its content.
    pub content: i64,
    /// The trace of a line that says this content.
    pub trace: Option<Trace>,
    /// Whether it is in the queue now.
    pub present: bool,
    /// Whether our result says that its card was printed.
    pub printed: bool,
}

/// A row of a snapshot, as it is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'r> {
    /// Its line.
    pub line: u64,
    /// What it says.
    pub row: &'r QueueRow,
    /// The fingerprint of that.
    pub content: i64,
    /// The trace of its line, where it left one.
    pub trace: Option<Trace>,
}

/// Who keeps the rows of a snapshot, and knows what was kept of earlier ones.
pub trait Keeper {
    /// Why it cannot.
    type Error;

    /// Keeps a row that says something new.
    ///
    /// # Errors
    /// Those of the keeper.
    fn keep(&mut self, offered: Offered<'_>) -> Result<(), Self::Error>;

    /// Returns the status date of a known entry. Seldom asked.
    ///
    /// # Errors
    /// Those of the keeper.
    fn status_at(&mut self, nik: Nik) -> Result<Option<Moment>, Self::Error>;
}

/// The row that speaks for a known entry so far, where it was read. Most are not: they have no voice, and say nothing
/// new.
#[derive(Clone, Copy, Debug)]
struct Voice {
    file: u32,
    status_at: Option<Moment>,
    /// Its number among the kept rows, where it says something new.
    kept: Option<u32>,
    /// Its trace, where that of the entry is another one, though it says nothing new.
    trace: Option<Trace>,
}

/// What speaks for each known entry. Each row finds its entry far from that of the last row: of most a bit is enough.
#[derive(Debug)]
struct Speakers {
    /// A bit for each entry for which something speaks.
    any: Vec<u64>,
    /// The number of its voice, plus one; 0 where a known line speaks, or nothing.
    voices: Vec<u32>,
}

impl Speakers {
    fn new(entries: usize) -> Self {
        Self {
            any: vec![0; entries.div_ceil(64)],
            voices: vec![0; entries],
        }
    }

    #[inline]
    fn has(&self, place: usize) -> bool {
        self.any[place / 64] >> (place % 64) & 1 == 1
    }

    #[inline]
    fn note(&mut self, place: usize) {
        self.any[place / 64] |= 1 << (place % 64);
    }

    fn set(&mut self, place: usize, voice: Option<usize>) {
        self.note(place);
        self.voices[place] = voice.map_or(0, |voice| voice as u32 + 1);
    }

    fn voice(&self, place: usize) -> Option<usize> {
        self.voices[place].checked_sub(1).map(|voice| voice as usize)
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
    places: Places,
    speakers: Speakers,
    voices: Vec<Voice>,
    /// Where the rows of a handful have their entries.
    found: Vec<Option<u32>>,
    kept: Vec<Kept>,
    /// The kept rows of NIKs that were not known. Whether several have one NIK is seen at the end, when they are sorted.
    fresh: Vec<(Nik, u32)>,
    seen_unusable: HashSet<Nik>,
    tallies: Vec<Tally>,
}

/// Where the known entries stand. A few are looked for in their order; a table pays for many.
#[derive(Debug, Default)]
struct Places {
    table: HashMap<Nik, u32, BuildHasherDefault<NikHasher>>,
    searches: usize,
}

/// One search for so many entries is cheaper than the table.
const SEARCHES: usize = 100;

impl Places {
    fn of(&mut self, known: &[Known], nik: Nik) -> Option<u32> {
        if !self.table.is_empty() {
            return self.table.get(&nik).copied();
        }
        self.searches += 1;
        if self.searches > known.len() / SEARCHES {
            self.table.reserve(known.len());
            self.table.extend(known.iter().map(|entry| entry.nik).zip(0..));
            return self.table.get(&nik).copied();
        }
        let place = known.binary_search_by_key(&nik, |entry| entry.nik);
        place.ok().map(|place| place as u32)
    }
}

/// Spreads a NIK over all bits with one multiplication: a million are looked up where every row was read.
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
    /// Entries that say the same in a line of another form, with the trace of that, in ascending order.
    pub retraced: Vec<(Nik, Trace)>,
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

    fn bucket(&mut self, says_new: bool) -> &mut u64 {
        match says_new {
            true => &mut self.changed,
            false => &mut self.unchanged,
        }
    }
}

impl SnapshotDraft {
    /// Starts a snapshot against what is known, which must be in ascending order of NIK.
    pub fn new(known: Vec<Known>) -> Self {
        debug_assert!(known.is_sorted_by_key(|entry| entry.nik));
        Self {
            speakers: Speakers::new(known.len()),
            known,
            places: Places::default(),
            voices: Vec::new(),
            found: Vec::new(),
            kept: Vec::new(),
            fresh: Vec::new(),
            seen_unusable: HashSet::new(),
            tallies: Vec::new(),
        }
    }

    /// Returns what is known; an entry is called by its place in it.
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// Begins the next file of the snapshot.
    pub fn next_file(&mut self) {
        self.tallies.push(Tally::default());
    }

    /// Takes a handful of rows, and has those kept that say something new: of several rows of one NIK the newest status
    /// date speaks, then the later row. Their entries are found first, for looking for many at once takes little longer
    /// than for one.
    ///
    /// # Errors
    /// Those of the keeper.
    pub fn offer<'r, K: Keeper>(
        &mut self,
        rows: impl Iterator<Item = Offered<'r>> + Clone,
        keeper: &mut K,
    ) -> Result<(), K::Error> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found.extend(rows.clone().map(|offered| self.places.of(&self.known, offered.row.nik)));
        for (offered, place) in rows.zip(&found) {
            match place {
                Some(place) => self.take_known(*place as usize, offered, keeper)?,
                None => self.take_new(offered, keeper)?,
            }
        }
        self.found = found;
        Ok(())
    }

    /// Takes a line that is known to say what an entry in the queue says, as if its row had been offered.
    ///
    /// # Errors
    /// Those of the keeper.
    pub fn recognise<K: Keeper>(&mut self, line: u64, entry: u32, keeper: &mut K) -> Result<(), K::Error> {
        let (place, file) = (entry as usize, self.file());
        if !self.speakers.has(place) {
            self.speakers.note(place);
        } else if self.is_outdone(place, line, None, keeper)? {
            return Ok(());
        } else {
            self.speakers.set(place, None);
        }
        self.tallies[file].unchanged += 1;
        Ok(())
    }

    fn file(&self) -> usize {
        self.tallies.len().saturating_sub(1)
    }

    fn take_new<K: Keeper>(&mut self, offered: Offered<'_>, keeper: &mut K) -> Result<(), K::Error> {
        let file = self.file();
        self.tallies[file].added += 1;
        self.fresh.push((offered.row.nik, self.kept.len() as u32));
        self.keep(offered, keeper)
    }

    fn keep<K: Keeper>(&mut self, offered: Offered<'_>, keeper: &mut K) -> Result<(), K::Error> {
        self.kept.push(Kept {
            status_at: offered.row.status_at,
            line: offered.line,
            file: self.file() as u32,
        });
        keeper.keep(offered)
    }

    fn take_known<K: Keeper>(&mut self, place: usize, offered: Offered<'_>, keeper: &mut K) -> Result<(), K::Error> {
        let file = self.file();
        if self.speakers.has(place) && self.is_outdone(place, offered.line, Some(offered.row.status_at), keeper)? {
            return Ok(());
        }
        let entry = self.known[place];
        let says_new = !entry.present || entry.content != offered.content;
        self.speakers.set(place, Some(self.voices.len()));
        self.voices.push(Voice {
            file: file as u32,
            status_at: offered.row.status_at,
            kept: says_new.then_some(self.kept.len() as u32),
            trace: offered.trace.filter(|_| !says_new && offered.trace != entry.trace),
        });
        *self.tallies[file].bucket(says_new) += 1;
        match says_new {
            true => self.keep(offered, keeper),
            false => Ok(()),
        }
    }

    /// Tells whether what speaks for an entry outdoes another row of it; where not, it is one of several from now on, and
    /// says nothing. The row of a known line has the status date that the entry has.
    fn is_outdone<K: Keeper>(
        &mut self,
        place: usize,
        line: u64,
        read_at: Option<Option<Moment>>,
        keeper: &mut K,
    ) -> Result<bool, K::Error> {
        let file = self.file();
        let spoke = self
            .speakers
            .voice(place)
            .and_then(|voice| self.voices.get(voice))
            .copied();
        let nik = self.known[place].nik;
        let is_older = match (read_at, spoke) {
            (None, None) => false,
            (Some(status_at), Some(spoke)) => status_at < spoke.status_at,
            (Some(status_at), None) => status_at < keeper.status_at(nik)?,
            (None, Some(spoke)) => keeper.status_at(nik)? < spoke.status_at,
        };
        self.tallies[file].repeat(line);
        if is_older {
            self.tallies[file].unchanged += 1;
            return Ok(true);
        }
        // What a known line said counts as unchanged already.
        if let Some(spoke) = spoke {
            let outdone = &mut self.tallies[spoke.file as usize];
            *outdone.bucket(spoke.kept.is_some()) -= 1;
            outdone.unchanged += 1;
        }
        Ok(false)
    }

    /// Notes that a row of this NIK stands in the snapshot, though it could not be used: its entry has not left.
    pub fn saw(&mut self, nik: Nik) {
        self.seen_unusable.insert(nik);
    }

    /// Ends the snapshot. In a `partial` one nothing leaves.
    pub fn finish(mut self, partial: bool) -> SnapshotDelta {
        let (mut rows, mut retraced) = (self.new_rows(), Vec::new());
        let (mut left, mut left_unprinted, mut present_unprinted) = (Vec::new(), 0, 0);
        for (place, entry) in self.known.iter().enumerate() {
            if let Some(voice) = self.speakers.voice(place).and_then(|voice| self.voices.get(voice)) {
                rows.extend(voice.kept.map(|number| (entry.nik, number)));
                retraced.extend(voice.trace.map(|trace| (entry.nik, trace)));
            }
            if !entry.present {
                continue;
            }
            present_unprinted += u64::from(!entry.printed);
            if !partial && !self.speakers.has(place) && !self.seen_unusable.contains(&entry.nik) {
                left.push(entry.nik);
                left_unprinted += u64::from(!entry.printed);
            }
        }
        // Two runs that ascend: this sort only merges them.
        rows.sort();
        SnapshotDelta {
            rows: rows.into_iter().map(|(_, number)| number).collect(),
            retraced,
            left,
            left_unprinted,
            present_unprinted,
            tallies: self.tallies,
        }
    }

    /// Returns the row that speaks for each NIK that was not known, in their order.
    fn new_rows(&mut self) -> Vec<(Nik, u32)> {
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
            status_at: Some(Moment::from_seconds(status_at)),
            ..QueueRow::new(nik(serial), "SITI NUR".into(), RecordStatus::PrintReadyRecord)
        }
    }

    /// Keeps nothing, and knows one status date.
    struct Forgetful {
        kept: usize,
        status_at: i64,
    }

    impl Keeper for Forgetful {
        type Error = std::convert::Infallible;

        fn keep(&mut self, _: Offered<'_>) -> Result<(), Self::Error> {
            self.kept += 1;
            Ok(())
        }

        fn status_at(&mut self, _: Nik) -> Result<Option<Moment>, Self::Error> {
            Ok(Some(Moment::from_seconds(self.status_at)))
        }
    }

    /// Offers a row, and tells whether it is kept.
    fn offer(draft: &mut SnapshotDraft, line: u64, row: &QueueRow, content: i64) -> bool {
        let mut keeper = Forgetful { kept: 0, status_at: 0 };
        let offered = Offered {
            line,
            row,
            content,
            trace: Trace::from_bits(line << 3),
        };
        let Ok(()) = draft.offer(std::iter::once(offered), &mut keeper);
        keeper.kept > 0
    }

    fn recognise(draft: &mut SnapshotDraft, line: u64, entry: u32, status_at: i64) {
        let Ok(()) = draft.recognise(line, entry, &mut Forgetful { kept: 0, status_at });
    }

    fn known(serial: u64, content: i64) -> Known {
        Known {
            nik: nik(serial),
            content,
            trace: Trace::from_bits(8),
            present: true,
            printed: false,
        }
    }

    #[test]
    fn new_changed_known_and_gone_entries_are_told_apart() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1), known(9002, 2), known(9003, 3)]);
        draft.next_file();
        assert!(offer(&mut draft, 2, &row(9003, 0), 33));
        assert!(!offer(&mut draft, 3, &row(9001, 0), 1));
        assert!(offer(&mut draft, 4, &row(9004, 0), 4));
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
        offer(&mut draft, 2, &row(9001, 10), 9);
        draft.next_file();
        offer(&mut draft, 2, &row(9001, 20), 1);
        offer(&mut draft, 3, &row(9001, 5), 7);
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
            assert!(offer(&mut draft, line, &row(serial, status_at), 7));
        }
        draft.next_file();
        assert!(offer(&mut draft, 2, &row(9001, 30), 7));
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
    fn a_known_line_speaks_as_its_row_would() {
        let mut draft = SnapshotDraft::new(vec![known(9001, 1), known(9002, 2), known(9003, 3)]);
        draft.next_file();
        recognise(&mut draft, 2, 1, 20);
        assert!(!offer(&mut draft, 3, &row(9001, 10), 1));
        draft.next_file();
        // Older than what is known, then newer; the last line outdoes it again.
        assert!(!offer(&mut draft, 2, &row(9002, -10), 7));
        assert!(offer(&mut draft, 3, &row(9002, 10), 7));
        recognise(&mut draft, 4, 1, 30);
        recognise(&mut draft, 5, 1, 30);
        let delta = draft.finish(false);
        let first = Tally {
            unchanged: 2,
            ..Tally::default()
        };
        let second = Tally {
            unchanged: 4,
            repeated: 4,
            repeated_line: Some(2),
            ..Tally::default()
        };
        assert_eq!(delta.tallies, [first, second]);
        assert_eq!((delta.rows, delta.left), (vec![], vec![nik(9003)]));
        assert_eq!(delta.retraced, [(nik(9001), Trace::from_bits(24).unwrap())]);
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
