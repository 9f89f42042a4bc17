//! A stretch of a large file: cut into rows by itself, so that several can be worked on at the same time.
//!
//! A stretch is read as if a record started with it; whether one does, who puts the stretches together must see. It
//! ends where it cannot tell, without what follows, how a record goes on. Knows raw UTF-8 only.

use crate::intake::cutting::{Cutter, Found, Window};
use crate::intake::marks::Marks;
use crate::intake::records::judge_width;
use crate::intake::rows::{Cut, KnownRow, Met, Place, Row};
use crate::intake::traces::{KnownLines, Recall};
use std::io;
use std::ops::Range;

/// How rows are cut from a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// The sign between cells.
    pub(crate) delimiter: u8,
    /// The number of cells.
    pub(crate) width: usize,
    /// Whether a NUL can be among the bytes.
    pub(crate) may_have_nul: bool,
}

/// Bytes of a file that follow one another.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// Where it starts in the file.
    pub(crate) offset: u64,
    /// What stands there.
    pub(crate) bytes: Vec<u8>,
    /// Whether the file ends with it.
    pub(crate) is_last: bool,
}

/// How far a stretch was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Bytes behind the last record that could be told.
    pub(crate) bytes: u64,
    /// Lines up to there.
    pub(crate) lines: u64,
    /// Whether a quote stands open at the end of the file.
    pub(crate) open_at_end: bool,
}

/// Cuts stretches, one after the other, in the same room.
pub(crate) struct StretchCutter<'k> {
    form: Form,
    recall: Option<Recall<'k>>,
    known: KnownLines,
    marks: Marks,
    cutter: Cutter,
    cells: Vec<(u32, u32)>,
    spare: Vec<u8>,
}

/// A line without quotes, as the marks show it.
struct PlainLine {
    end: usize,
    next: usize,
    /// How many marks it has.
    stops: usize,
}

impl<'k> StretchCutter<'k> {
    /// Makes a cutter, which does not cut the lines that `recall` knows.
    pub(crate) fn new(form: Form, recall: Option<Recall<'k>>) -> Self {
        Self {
            form,
            recall,
            known: KnownLines::default(),
            marks: Marks::default(),
            cutter: Cutter::new(form.delimiter, Some(form.width)),
            cells: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Returns room for the bytes of a stretch, where there is some.
    pub(crate) fn spare_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    /// Keeps the room of a stretch that is done.
    pub(crate) fn keep_bytes(&mut self, bytes: Vec<u8>) {
        self.spare = bytes;
    }

    /// Cuts a stretch and hands over its rows; their lines are counted from 0, their offsets are those of the file.
    ///
    /// # Errors
    /// Those of the csv crate.
    pub(crate) fn run(&mut self, stretch: &Stretch, mut take: impl FnMut(Met<'_>)) -> io::Result<Reach> {
        let mut reach = Reach::default();
        // Where a stretch was cut within a character, its neighbour's end is read with it.
        let Ok(text) = std::str::from_utf8(&stretch.bytes) else {
            return Ok(reach);
        };
        if let Some(recall) = self.recall {
            self.known.find(&stretch.bytes, recall);
        }
        let mut from = 0;
        while from < text.len() {
            match self.known.next(from) {
                Some(known) if known.start == from => {
                    take(Met::Known(KnownRow {
                        line: reach.lines,
                        number: known.number,
                        hint: known.hint,
                    }));
                    (from, reach.lines, reach.bytes) = (known.next, reach.lines + 1, known.next as u64);
                }
                known => {
                    let end = known.map_or(text.len(), |known| known.start);
                    match self.cut(stretch, text, from..end, &mut reach, &mut take)? {
                        Some(next) => from = next,
                        None => break,
                    }
                }
            }
        }
        Ok(reach)
    }

    /// Cuts the records that start in a range, which ends with a line, and returns where the next one starts; none where
    /// that cannot be told.
    fn cut(
        &mut self,
        stretch: &Stretch,
        text: &str,
        range: Range<usize>,
        reach: &mut Reach,
        take: &mut impl FnMut(Met<'_>),
    ) -> io::Result<Option<usize>> {
        let window = Window {
            bytes: &stretch.bytes,
            ended: stretch.is_last,
        };
        let bytes = stretch.bytes.get(range.clone()).unwrap_or_default();
        self.marks.find(bytes, range.start, self.form.delimiter);
        let (mut from, mut stop, mut oddity) = (range.start, 0, 0);
        while from < range.end {
            let place = Place {
                line: reach.lines,
                offset: stretch.offset + from as u64,
            };
            let Some(line) = self.plain_line(window, from, stop) else {
                return Ok(None);
            };
            let odd = self.oddities(oddity, line.end);
            if odd.iter().any(|at| stretch.bytes.get(*at as usize) == Some(&b'"')) {
                let Found::Record(record) = self.cutter.cut(window, from)? else {
                    return Ok(None);
                };
                let cells = &self.cutter.cells;
                let row = match record.in_place {
                    // Its quotes close where they open: nothing but its line was looked at.
                    Some((start, end)) => Row::new(place, text.get(start..end).unwrap_or(""), cells, &[]).as_line(),
                    None => Row::of_bytes(place, &self.cutter.copy, cells).as_text(),
                };
                match record.broken {
                    Some(code) => take(Met::Cut(Cut::Broken(row, code))),
                    None => self.judge(row, take),
                }
                reach.open_at_end |= record.open_at_end;
                (from, reach.lines) = (record.next, reach.lines + record.lines);
                stop += self.marks.stops[stop..].partition_point(|at| (*at as usize) < from);
                oddity += self.marks.oddities[oddity..].partition_point(|at| (*at as usize) < from);
            } else {
                // A space at the very end of the file has no mark behind it.
                let (is_plain, oddities) = (odd.is_empty() && line.next > line.end, odd.len());
                let line_text = text.get(from..line.end).unwrap_or("");
                let row = Row::new(place, line_text, &self.cells, &[]).known_as(is_plain);
                self.judge(row.as_line(), take);
                (from, reach.lines) = (line.next, reach.lines + 1);
                (stop, oddity) = (stop + line.stops, oddity + oddities);
            }
            reach.bytes = from as u64;
        }
        Ok(Some(from))
    }

    /// Hands over a row unless it is blank.
    fn judge(&self, row: Row<'_>, take: &mut impl FnMut(Met<'_>)) {
        if !row.is_blank_from(0) {
            take(Met::Cut(judge_width(row, self.form.width, self.form.may_have_nul)));
        }
    }

    /// Returns the oddities before `end`, from the one at `first` on.
    fn oddities(&self, first: usize, end: usize) -> &[u32] {
        let rest = &self.marks.oddities[first..];
        match rest.first() {
            Some(at) if (*at as usize) <= end => &rest[..rest.partition_point(|at| (*at as usize) <= end)],
            _ => &[],
        }
    }

    /// Cuts the line that starts at `from` at its marks; none where its end cannot be told.
    fn plain_line(&mut self, window: Window<'_>, from: usize, first_stop: usize) -> Option<PlainLine> {
        self.cells.clear();
        let mut start = from;
        for (index, stop) in self.marks.stops[first_stop..].iter().enumerate() {
            let stop = *stop as usize;
            self.cells.push(((start - from) as u32, (stop - from) as u32));
            if window.bytes.get(stop) == Some(&self.form.delimiter) {
                start = stop + 1;
                continue;
            }
            let next = window.after_break(stop)?;
            // Of CR and LF both are marked.
            let stops = index + (next - stop);
            return Some(PlainLine { end: stop, next, stops });
        }
        if !window.ended {
            return None;
        }
        let end = window.bytes.len();
        self.cells.push(((start - from) as u32, (end - from) as u32));
        let stops = self.marks.stops.len() - first_stop;
        Some(PlainLine { end, next: end, stops })
    }
}
