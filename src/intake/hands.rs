//! Two hands on one file: stretches are worked on at the same time and put together in their order.
//!
//! What comes out is what one hand gives that reads from the first byte to the last: the joiner takes a stretch only if
//! a record ended just before it, and reads in one go whatever a stretch could not tell by itself (a quoted record that
//! runs over its end, a line longer than it). Knows no cell.

use crate::intake::error::IntakeError;
use crate::intake::options::Pace;
use crate::intake::records::Records;
use crate::intake::rows::{Met, Place, Rows};
use crate::intake::source::Source;
use crate::intake::stretch::{Form, Reach, Stretch, StretchCutter};
use crate::intake::traces::Recall;
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Stretches that wait for their turn, at most, on either side: this bounds memory.
const WAITING: usize = 3;

/// What was made of one stretch.
struct Done<P> {
    index: usize,
    offset: u64,
    end: u64,
    reach: Reach,
    part: P,
}

/// The stretches that nobody has taken yet.
struct Pile<'s> {
    source: &'s Source,
    stretch_bytes: usize,
    offset: u64,
    index: usize,
    is_over: bool,
    /// From where on no stretch is taken.
    end: u64,
}

impl Pile<'_> {
    /// Takes the next stretch off; it ends at a line's end where there is one.
    fn next(&mut self, mut bytes: Vec<u8>) -> io::Result<Option<(usize, Stretch)>> {
        if self.is_over {
            return Ok(None);
        }
        // One byte more than there should be shows that the file ends.
        let rest = self.source.bytes().saturating_sub(self.offset).saturating_add(1);
        let wanted = usize::try_from(rest).map_or(self.stretch_bytes, |rest| rest.min(self.stretch_bytes));
        bytes.resize(wanted, 0);
        let count = self.source.read_at(&mut bytes, self.offset)?;
        bytes.truncate(count);
        let is_last = count < wanted;
        if !is_last {
            bytes.truncate(last_line_end(&bytes));
        }
        let stretch = Stretch {
            offset: self.offset,
            bytes,
            is_last,
        };
        self.offset += stretch.bytes.len() as u64;
        self.index += 1;
        self.is_over = is_last || self.offset >= self.end;
        Ok(Some((self.index - 1, stretch)))
    }
}

/// What both hands reach for.
struct Bench<'s, P> {
    pile: Mutex<Pile<'s>>,
    /// Parts that were emptied: their room is used again.
    empty: Mutex<Vec<P>>,
}

impl<P> Bench<'_, P> {
    fn put_back(&self, part: P) {
        locked(&self.empty).push(part);
    }
}

/// Locks what no panic can leave half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns where the last whole line ends, or the end where none does.
fn last_line_end(bytes: &[u8]) -> usize {
    let newline = bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
    // Of a CR at the very end it cannot be told whether a LF belongs to it.
    let before_last = &bytes[..bytes.len().saturating_sub(1)];
    let carriage_return = || before_last.iter().rposition(|byte| *byte == b'\r').map(|at| at + 1);
    newline.or_else(carriage_return).unwrap_or(bytes.len())
}

/// A raw file to be gone through.
pub(crate) struct Passage<'s> {
    /// The file.
    pub(crate) source: &'s Source,
    /// How it is cut.
    pub(crate) form: Form,
    /// Where its first row can start.
    pub(crate) from: Place,
    /// In how large stretches, and by how many.
    pub(crate) pace: Pace,
    /// After how many bytes no further stretch is taken.
    pub(crate) limit_bytes: u64,
    /// What knows lines that need not be cut.
    pub(crate) recall: Option<Recall<'s>>,
}

impl Passage<'_> {
    /// Goes through the file: `hand` makes what takes a row into a part, one for each thread, and `join` empties the
    /// parts in their order, with the number of lines before each. Returns whether a quote stands open at the end.
    ///
    /// # Errors
    /// Fails when the file cannot be read on, and where `join` does.
    pub(crate) fn run<P, H>(
        &self,
        hand: impl Fn() -> H + Sync,
        mut join: impl FnMut(&mut P, u64) -> Result<(), IntakeError>,
    ) -> Result<bool, IntakeError>
    where
        P: Default + Send,
        H: FnMut(&mut P, Met<'_>),
    {
        let bench = Bench {
            pile: Mutex::new(Pile {
                source: self.source,
                stretch_bytes: self.pace.stretch_bytes.max(1),
                offset: self.from.offset,
                index: 0,
                is_over: false,
                end: self.from.offset.saturating_add(self.limit_bytes),
            }),
            empty: Mutex::new(Vec::new()),
        };
        let rest = self.source.bytes().saturating_sub(self.from.offset);
        let is_long = rest.min(self.limit_bytes) > self.pace.stretch_bytes as u64;
        let (send, receive) = sync_channel(WAITING);
        thread::scope(|scope| {
            if self.pace.helper && is_long {
                let (bench, hand) = (&bench, &hand);
                scope.spawn(move || help(bench, self.cutter(), hand, send));
            } else {
                drop(send);
            }
            let mut joiner = Joiner {
                passage: self,
                here: self.from,
                depends_on_end: false,
            };
            let mut in_order = InOrder {
                bench: &bench,
                receive,
                waiting: BTreeMap::new(),
                next: 0,
            };
            let (mut own, mut cutter) = (hand(), self.cutter());
            while let Some(done) = self.or_io(in_order.next(&mut cutter, &mut own))? {
                let part = joiner.take(done, &mut own, &mut join)?;
                bench.put_back(part);
            }
            Ok(joiner.depends_on_end)
        })
    }

    fn cutter(&self) -> StretchCutter<'_> {
        StretchCutter::new(self.form, self.recall)
    }

    fn or_io<T>(&self, result: io::Result<T>) -> Result<T, IntakeError> {
        result.map_err(|source| IntakeError::Io {
            path: self.source.path().to_owned(),
            source,
        })
    }
}

/// Takes stretches off the pile until none is left or nobody wants them.
fn help<P: Default, H: FnMut(&mut P, Met<'_>)>(
    bench: &Bench<'_, P>,
    mut cutter: StretchCutter<'_>,
    hand: impl Fn() -> H,
    send: SyncSender<io::Result<Done<P>>>,
) {
    let mut hand = hand();
    while let Some(done) = work(bench, &mut cutter, &mut hand).transpose() {
        if send.send(done).is_err() {
            return;
        }
    }
}

/// Takes one stretch off the pile and goes through it.
fn work<P: Default>(
    bench: &Bench<'_, P>,
    cutter: &mut StretchCutter<'_>,
    hand: &mut impl FnMut(&mut P, Met<'_>),
) -> io::Result<Option<Done<P>>> {
    let Some((index, stretch)) = locked(&bench.pile).next(cutter.spare_bytes())? else {
        return Ok(None);
    };
    let mut part = locked(&bench.empty).pop().unwrap_or_default();
    let reach = cutter.run(&stretch, |met| hand(&mut part, met))?;
    let (offset, end) = (stretch.offset, stretch.offset + stretch.bytes.len() as u64);
    cutter.keep_bytes(stretch.bytes);
    Ok(Some(Done {
        index,
        offset,
        end,
        reach,
        part,
    }))
}

/// What is done, in the order of the file; while it waits for the other hand, it works on stretches itself.
struct InOrder<'p, 's, P> {
    bench: &'p Bench<'s, P>,
    receive: Receiver<io::Result<Done<P>>>,
    waiting: BTreeMap<usize, Done<P>>,
    next: usize,
}

impl<P: Default> InOrder<'_, '_, P> {
    fn next(
        &mut self,
        cutter: &mut StretchCutter<'_>,
        hand: &mut impl FnMut(&mut P, Met<'_>),
    ) -> io::Result<Option<Done<P>>> {
        loop {
            if let Some(done) = self.waiting.remove(&self.next) {
                self.next += 1;
                return Ok(Some(done));
            }
            let arrived = match self.receive.try_recv() {
                Ok(arrived) => Some(arrived?),
                Err(_) if self.waiting.len() < WAITING => work(self.bench, cutter, hand)?,
                Err(_) => None,
            };
            let done = match arrived {
                Some(done) => done,
                None => match self.receive.recv() {
                    Ok(arrived) => arrived?,
                    Err(_) => return Ok(None),
                },
            };
            self.waiting.insert(done.index, done);
        }
    }
}

/// Puts the parts together.
struct Joiner<'a, 's> {
    passage: &'a Passage<'s>,
    here: Place,
    depends_on_end: bool,
}

impl Joiner<'_, '_> {
    fn take<P: Default>(
        &mut self,
        mut done: Done<P>,
        hand: &mut impl FnMut(&mut P, Met<'_>),
        join: &mut impl FnMut(&mut P, u64) -> Result<(), IntakeError>,
    ) -> Result<P, IntakeError> {
        if done.offset == self.here.offset {
            join(&mut done.part, self.here.line)?;
            self.here.line += done.reach.lines;
            self.here.offset += done.reach.bytes;
            self.depends_on_end |= done.reach.open_at_end;
        } else {
            // What was taken for the start of a record was none.
            done.part = P::default();
        }
        if self.here.offset < done.end {
            self.read_up_to(done.end, &mut done.part, hand, join)?;
        }
        Ok(done.part)
    }

    /// Reads in one go what no stretch could tell, at least up to `end`.
    fn read_up_to<P: Default>(
        &mut self,
        end: u64,
        part: &mut P,
        hand: &mut impl FnMut(&mut P, Met<'_>),
        join: &mut impl FnMut(&mut P, u64) -> Result<(), IntakeError>,
    ) -> Result<(), IntakeError> {
        let (passage, form) = (self.passage, self.passage.form);
        let input = passage.source.pass_from(self.here.offset);
        let mut records = Records::new(input, form.delimiter, self.here);
        records.expect_width(form.width);
        records.watch_for_nul(form.may_have_nul);
        while records.here().offset < end {
            let Some(cut) = passage.or_io(records.next_row())? else {
                break;
            };
            hand(part, Met::Cut(cut));
        }
        self.here = records.here();
        self.depends_on_end |= records.depends_on_end();
        join(part, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::rows::Cut;
    use crate::intake::testing::source;
    use proptest::prelude::*;

    type Seen = (u64, u64, Option<&'static str>, Vec<String>);

    fn seen(cut: Cut<'_>) -> Seen {
        let (row, code) = match cut {
            Cut::Whole(row) => (row, None),
            Cut::Broken(row, code) => (row, Some(code.code())),
        };
        let cells = (0..row.len()).map(|at| row.cell(at).to_owned()).collect();
        if row.is_plain() {
            let is_clean = |cell: &String| crate::intake::fields::text(cell) == cell.as_str();
            assert!(row.to_cells().iter().all(is_clean), "{:?}", row.to_cells());
        }
        (row.place.line, row.place.offset, code, cells)
    }

    fn form(width: usize) -> Form {
        Form {
            delimiter: b',',
            width,
            may_have_nul: true,
        }
    }

    /// All rows, read in one go.
    fn in_one_go(bytes: &[u8], from: Place, width: usize) -> (Vec<Seen>, bool) {
        let mut records = Records::new(&bytes[from.offset as usize..], b',', from);
        records.expect_width(width);
        let mut rows = Vec::new();
        while let Some(cut) = records.next_row().unwrap() {
            rows.push(seen(cut));
        }
        (rows, records.depends_on_end())
    }

    /// All rows, read in stretches.
    fn in_stretches(source: &Source, from: Place, width: usize, pace: Pace) -> (Vec<Seen>, bool) {
        let form = form(width);
        let passage = Passage {
            source,
            form,
            from,
            pace,
            limit_bytes: u64::MAX,
            recall: None,
        };
        let mut rows = Vec::new();
        let hand = || |part: &mut Vec<Seen>, met: Met<'_>| part.extend(met.cut().map(seen));
        let depends_on_end = passage.run(hand, |part: &mut Vec<Seen>, lines_before| {
            rows.extend(
                part.drain(..)
                    .map(|(line, offset, code, cells)| (line + lines_before, offset, code, cells)),
            );
            Ok(())
        });
        (rows, depends_on_end.unwrap())
    }

    fn check(text: &str, width: usize, stretch_bytes: usize) {
        let (source, from) = (source(text.as_bytes()), Place { line: 1, offset: 0 });
        let expected = in_one_go(text.as_bytes(), from, width);
        for helper in [false, true] {
            let pace = Pace { stretch_bytes, helper };
            assert_eq!(in_stretches(&source, from, width, pace), expected, "{text:?} {pace:?}");
        }
    }

    proptest! {
        #[test]
        fn stretches_give_what_one_go_gives(
            text in r#"([ab ,é'=]|,|"|""|\n|\r|\r\n|,"|",|\x00|a,b\n|a,b,a\n|","){0,40}"#,
            width in 1_usize..4,
            stretch_bytes in 1_usize..40,
        ) {
            check(&text, width, stretch_bytes);
        }
    }

    #[test]
    fn records_longer_than_a_stretch_are_read_whole() {
        let row = |n: usize| format!("{n},\"line\nof {n}\n\",x\n");
        let text: String = (0..50).map(row).collect();
        let long = format!("a,b,c\n{}\na,b,c\nx,\"{}", "x".repeat(300), "y\n".repeat(150));
        for stretch_bytes in [1, 3, 10, 64, 1000] {
            check(&text, 3, stretch_bytes);
            check(&long, 3, stretch_bytes);
            check(&text.replace('\n', "\r"), 3, stretch_bytes);
            check(&text.replace('\n', "\r\n"), 3, stretch_bytes);
        }
    }

    #[test]
    fn who_gives_up_ends_the_helper_too() {
        let text = "a,b,c\n".repeat(1000);
        let (source, from) = (source(text.as_bytes()), Place { line: 1, offset: 0 });
        let (form, pace) = (
            form(3),
            Pace {
                stretch_bytes: 16,
                helper: true,
            },
        );
        let passage = Passage {
            source: &source,
            form,
            from,
            pace,
            limit_bytes: u64::MAX,
            recall: None,
        };
        let hand = || |part: &mut Vec<Seen>, met: Met<'_>| part.extend(met.cut().map(seen));
        let outcome = passage.run(hand, |_: &mut Vec<Seen>, _| Err(IntakeError::Empty));
        assert!(matches!(outcome, Err(IntakeError::Empty)));
    }
}
