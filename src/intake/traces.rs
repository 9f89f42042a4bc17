//! Lines that an earlier night read: what they say is known, so that they need neither be cut nor read.
//!
//! A line leaves a trace: a hash of its bytes and of all that reading depends on beside them, and in the lowest bits what
//! the survey of the file must hear of it. A line that was cut without a look at the next one, and whose record gave no
//! cause to warn, may leave one; of such a line, wherever in a file of the same form a record starts with it, nothing else
//! can come. Knows bytes, no columns.

use crate::domain::queue::Trace;
use crate::intake::date_order::OrderHint;
use crate::intake::marks::find_line_ends;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What the survey hears of a line that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What its time says about the order of day and month.
    pub order: OrderHint,
    /// Whether its NIK ends in 0.
    pub ends_in_zero: bool,
}

/// The bits of a trace that are a hint.
const HINT_BITS: u32 = 3;

impl Hint {
    /// All hints there are.
    pub(crate) const COUNT: usize = 1 << HINT_BITS;

    /// Returns the number of the hint, below [`Hint::COUNT`].
    pub(crate) fn number(self) -> usize {
        (self.order as usize) << 1 | usize::from(self.ends_in_zero)
    }

    /// Returns the hint of a number.
    pub(crate) fn of(number: usize) -> Self {
        Self {
            order: OrderHint::ALL[number >> 1 & 3],
            ends_in_zero: number & 1 == 1,
        }
    }
}

/// Traces lines of files of one form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracer {
    seed: u64,
}

impl Tracer {
    /// Begins with all that reading depends on beside the bytes of a line.
    pub(crate) fn new(form: &str) -> Self {
        Self {
            seed: xxh3_64(form.as_bytes()),
        }
    }

    /// Returns the trace of a line.
    pub(crate) fn trace(self, line: &[u8], hint: Hint) -> Option<Trace> {
        Trace::from_bits(self.hash(line) >> HINT_BITS << HINT_BITS | hint.number() as u64)
    }

    /// Hashes a line: not against an adversary, who could as well write the line that he wants to be read.
    #[inline]
    fn hash(self, line: &[u8]) -> u64 {
        xxh3_64_with_seed(line, self.seed)
    }
}

/// So many traces are expected in a group, and so many have room.
const EXPECTED: usize = 4;
const ROOM: usize = 8;

/// Traces that begin with the same bits, in one line of the processor's cache: all are compared at once, without a guess.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Group([u64; ROOM]);

/// The traces that are known, each with a number.
///
/// In the slot of a trace stand those of its bits that do not follow from the group, then its hint, then its number plus
/// one. Of 61 bits all but two are compared.
#[derive(Debug, Default)]
pub struct KnownTraces {
    groups: Vec<Group>,
    /// How many bits lie behind those that name the group.
    group_shift: u32,
    number_bits: u32,
    /// What has no room in its group: the trace and its number.
    others: Vec<(u64, u32)>,
}

impl KnownTraces {
    /// Takes traces; they are numbered from 0 on, also those that are missing.
    pub fn new(traces: impl ExactSizeIterator<Item = Option<Trace>>) -> Self {
        let count = traces.len();
        let group_bits = (count / EXPECTED).next_power_of_two().trailing_zeros().max(1);
        let mut known = Self {
            groups: Vec::new(),
            group_shift: u64::BITS - group_bits,
            number_bits: usize::BITS - count.leading_zeros(),
            others: Vec::new(),
        };
        let mut filled = vec![0_u8; 1 << group_bits];
        for (trace, number) in traces.zip(0_u32..) {
            let Some(trace) = trace.map(Trace::bits) else { continue };
            if known.groups.is_empty() {
                known.groups.resize(1 << group_bits, Group::default());
            }
            let group = known.group_of(trace);
            let (sought, hint) = (known.sought(trace), trace % Hint::COUNT as u64);
            let at = usize::from(filled[group]);
            match known.groups[group].0.get_mut(at) {
                Some(slot) => {
                    *slot = sought | (hint << known.number_bits) | (u64::from(number) + 1);
                    filled[group] += 1;
                }
                None => known.others.push((trace, number)),
            }
        }
        known.others.sort_unstable();
        known
    }

    /// Tells whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    #[inline]
    fn group_of(&self, hash: u64) -> usize {
        (hash >> self.group_shift) as usize
    }

    /// What stands of a trace in its slot, before its hint.
    #[inline]
    fn sought(&self, hash: u64) -> u64 {
        hash >> HINT_BITS << HINT_BITS << self.number_bits
    }

    /// Returns the slot of a trace, whatever its hint; 0 where its group has none.
    #[inline]
    fn slot_of(&self, hash: u64) -> u64 {
        let Some(Group(slots)) = self.groups.get(self.group_of(hash)) else {
            return 0;
        };
        let (sought, hint_end) = (self.sought(hash), self.number_bits + HINT_BITS);
        slots.iter().fold(0, |found, slot| {
            let is_sought = (slot ^ sought) >> hint_end == 0;
            if is_sought { *slot } else { found }
        })
    }

    /// Returns the number and the hint of a trace from its slot.
    #[inline]
    fn find(&self, hash: u64, slot: u64) -> Option<(u32, Hint)> {
        let number = slot & ((1 << self.number_bits) - 1);
        if let Some(number) = number.checked_sub(1) {
            let hint = slot >> self.number_bits;
            return Some((number as u32, Hint::of(hint as usize % Hint::COUNT)));
        }
        let bare = hash >> HINT_BITS;
        let place = self.others.partition_point(|(trace, _)| trace >> HINT_BITS < bare);
        let (trace, number) = self.others.get(place)?;
        (trace >> HINT_BITS == bare).then(|| (*number, Hint::of(*trace as usize % Hint::COUNT)))
    }
}

/// What recognises lines of one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recall<'k> {
    /// Traces its lines.
    pub(crate) tracer: Tracer,
    /// The traces of earlier nights.
    pub(crate) known: &'k KnownTraces,
}

/// A line that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownLine {
    /// Where it starts in its stretch.
    pub(crate) start: usize,
    /// Where the next one starts.
    pub(crate) next: usize,
    /// The number of its trace.
    pub(crate) number: u32,
    /// What the survey hears of it.
    pub(crate) hint: Hint,
}

/// The known lines of a stretch.
#[derive(Debug, Default)]
pub(crate) struct KnownLines {
    ends: Vec<u32>,
    hashes: Vec<u64>,
    slots: Vec<u64>,
    lines: Vec<KnownLine>,
    passed: usize,
}

impl KnownLines {
    /// Looks for lines of a stretch that are known. Whether records start with them is not seen here.
    ///
    /// All are hashed before the first is looked for: to look for many at once takes little longer than for one.
    pub(crate) fn find(&mut self, bytes: &[u8], recall: Recall<'_>) {
        self.ends.clear();
        self.hashes.clear();
        self.slots.clear();
        self.lines.clear();
        self.passed = 0;
        find_line_ends(bytes, &mut self.ends);
        let mut start = 0;
        for end in &self.ends {
            let line = bytes.get(start..*end as usize).unwrap_or_default();
            // A CR within a line ends a record, and stands in no line that left a trace.
            self.hashes
                .push(recall.tracer.hash(line.strip_suffix(b"\r").unwrap_or(line)));
            start = *end as usize + 1;
        }
        self.slots
            .extend(self.hashes.iter().map(|hash| recall.known.slot_of(*hash)));
        start = 0;
        for ((hash, slot), end) in self.hashes.iter().zip(&self.slots).zip(&self.ends) {
            let next = *end as usize + 1;
            if let Some((number, hint)) = recall.known.find(*hash, *slot) {
                self.lines.push(KnownLine {
                    start,
                    next,
                    number,
                    hint,
                });
            }
            start = next;
        }
    }

    /// Returns the first known line that does not start before `from`, which must not fall.
    #[inline]
    pub(crate) fn next(&mut self, from: usize) -> Option<KnownLine> {
        while self.lines.get(self.passed).is_some_and(|line| line.start < from) {
            self.passed += 1;
        }
        self.lines.get(self.passed).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn hint(number: usize) -> Hint {
        Hint::of(number)
    }

    #[test]
    fn every_byte_of_a_line_and_of_its_form_counts() {
        let tracer = Tracer::new("form");
        let mut seen = HashSet::new();
        for length in [0, 1, 7, 31, 32, 33, 63, 64, 119] {
            let mut line: Vec<u8> = (0..length).map(|at| (at * 37 % 251) as u8).collect();
            assert!(seen.insert(tracer.hash(&line)));
            assert!(seen.insert(Tracer::new("another form").hash(&line)));
            for at in 0..line.len() {
                for bit in 0..8 {
                    line[at] ^= 1 << bit;
                    assert!(seen.insert(tracer.hash(&line)), "{length} {at} {bit}");
                    line[at] ^= 1 << bit;
                }
            }
        }
        assert!(seen.insert(tracer.hash(&[0; 32])) && seen.insert(tracer.hash(&[0; 33])));
    }

    #[test]
    fn hints_come_back() {
        assert!((0..Hint::COUNT).all(|number| hint(number).number() == number));
        let tracer = Tracer::new("");
        let lines: Vec<String> = (0..1000).map(|number| format!("line {number}")).collect();
        let trace = |at: usize| {
            tracer
                .trace(lines[at].as_bytes(), hint(at % 8))
                .filter(|_| !at.is_multiple_of(5))
        };
        let known = KnownTraces::new((0..lines.len()).map(trace));
        for (at, line) in lines.iter().enumerate() {
            let expected = (at % 5 > 0).then_some((at as u32, hint(at % 8)));
            let found = |tracer: Tracer| {
                let hash = tracer.hash(line.as_bytes());
                known.find(hash, known.slot_of(hash))
            };
            assert_eq!(found(tracer), expected);
            assert_eq!(found(Tracer::new("other")), None);
        }
        assert!(!known.others.is_empty());
        assert!(KnownTraces::new([None, None].into_iter()).is_empty());
    }

    #[test]
    fn lines_are_known_whatever_ends_them() {
        let tracer = Tracer::new("");
        let known = KnownTraces::new([tracer.trace(b"a,b", hint(1)), tracer.trace(b"c,d", hint(2))].into_iter());
        let mut lines = KnownLines::default();
        let recall = Recall { tracer, known: &known };
        lines.find(b"c,d\r\nx,y\na,b\na,b\rz\nc,d", recall);
        let found: Vec<_> = lines
            .lines
            .iter()
            .map(|line| (line.start, line.next, line.number))
            .collect();
        assert_eq!(found, [(0, 5, 1), (9, 13, 0)]);
        assert_eq!(lines.next(1).map(|line| line.start), Some(9));
        assert!(lines.next(10).is_none());
    }
}
