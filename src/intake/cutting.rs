//! One record cut from bytes: its cells, where the next one starts, and whether its quotes can be believed.
//!
//! Knows a stretch of bytes and whether the file ends with it; nothing of how they were read. What it tells without
//! knowing what follows it never takes back: where more bytes could change the answer, it asks for more.

use crate::intake::quotes::{Close, Stops, close_of, naive_width};
use crate::intake::report::RejectCode;
use std::io;

/// How long a record may be, in bytes; a longer one is rejected without being held in memory.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// Over how many lines a quoted record may run; beyond that its quote was never meant to open.
const MAX_RECORD_LINES: usize = 100;

/// Bytes at hand, of which records are cut.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    /// The bytes.
    pub(crate) bytes: &'a [u8],
    /// Whether the file ends with them.
    pub(crate) ended: bool,
}

impl Window<'_> {
    /// Returns where the line after the break at `at` starts; none if that cannot be told yet.
    pub(crate) fn after_break(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at) {
            Some(b'\r') => match self.bytes.get(at + 1) {
                Some(b'\n') => Some(at + 2),
                None if !self.ended => None,
                _ => Some(at + 1),
            },
            Some(_) => Some(at + 1),
            None => Some(at),
        }
    }
}

/// A record that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Where its text stands; none where it was unescaped into [`Cutter::copy`].
    pub(crate) in_place: Option<(usize, usize)>,
    /// Where the next record starts.
    pub(crate) next: usize,
    /// Over how many lines it runs.
    pub(crate) lines: u64,
    /// What is wrong with its quotes.
    pub(crate) broken: Option<RejectCode>,
    /// Whether a quote stands open at the end of the file, or would if the last line went on.
    pub(crate) open_at_end: bool,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A record; its cells stand in [`Cutter::cells`].
    Record(Record),
    /// A line that goes on behind the bytes at hand.
    PartOfLine,
    /// Lines of which only what follows tells whether they are one record.
    PartOfRecord,
}

/// A physical line as one look at it shows it.
#[derive(Clone, Copy)]
struct Line {
    /// Where its text ends.
    end: usize,
    /// Where the next line starts.
    next: usize,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Cut in place.
    Plain,
    /// Escaped quotes, or text after a closing quote.
    Escaped,
    /// A quote stays open at its end.
    Open,
}

/// How the lines of a quoted record fit together.
enum Joined {
    /// A record over several lines.
    Record { end: usize, next: usize, lines: u64 },
    /// Whatever follows does not close this quote in earnest.
    Suspect { open_at_end: bool },
    /// The bytes end first.
    More,
}

/// Cuts records, one after the other, into the same room.
pub(crate) struct Cutter {
    delimiter: u8,
    stops: Stops,
    width: Option<usize>,
    /// The cells of the latest record, from where its text starts.
    pub(crate) cells: Vec<(u32, u32)>,
    /// The text of the latest record, where it does not stand in place.
    pub(crate) copy: Vec<u8>,
}

impl Cutter {
    /// Makes a cutter; where the number of cells is known, it helps to judge quotes.
    pub(crate) fn new(delimiter: u8, width: Option<usize>) -> Self {
        Self {
            delimiter,
            stops: Stops::new(delimiter),
            width,
            cells: Vec::new(),
            copy: Vec::new(),
        }
    }

    /// Demands this number of cells from now on.
    pub(crate) fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// Cuts the record that starts at `from`, which must lie before the end.
    pub(crate) fn cut(&mut self, window: Window<'_>, from: usize) -> io::Result<Found> {
        let Some(line) = self.look(window, from) else {
            return Ok(Found::PartOfLine);
        };
        let mut record = Record {
            in_place: None,
            next: line.next,
            lines: 1,
            broken: None,
            open_at_end: false,
        };
        let mut end = line.end;
        match line.shape {
            Shape::Plain => {
                record.in_place = Some((from, end));
                return Ok(Found::Record(record));
            }
            Shape::Escaped => {}
            Shape::Open => match self.join(window, from, line) {
                Joined::More => return Ok(Found::PartOfRecord),
                Joined::Record { end: last, next, lines } => {
                    (end, record.next, record.lines) = (last, next, lines);
                }
                Joined::Suspect { open_at_end } => {
                    record.broken = Some(RejectCode::UnclosedQuote);
                    record.open_at_end = open_at_end;
                }
            },
        }
        self.unescape(&window.bytes[from..end])?;
        Ok(Found::Record(record))
    }

    /// Looks at the line that starts at `start`, and cuts it into cells (relative to `start`) as far as it is plain;
    /// none where the bytes end before the line does.
    fn look(&mut self, window: Window<'_>, start: usize) -> Option<Line> {
        self.cells.clear();
        let bytes = window.bytes;
        let mut shape = Shape::Plain;
        let mut at = start;
        loop {
            let field = at;
            let (mut low, mut high) = (field, None);
            if bytes.get(at) == Some(&b'"') {
                low = field + 1;
                at = match close_of(bytes, low) {
                    Close::At(quote) => {
                        high = Some(quote);
                        quote + 1
                    }
                    Close::Escaped(quote) => {
                        shape = Shape::Escaped;
                        quote + 1
                    }
                    Close::Broken(end) => {
                        let (next, shape) = (window.after_break(end)?, Shape::Open);
                        return Some(Line { end, next, shape });
                    }
                    Close::Nowhere if !window.ended => return None,
                    Close::Nowhere => {
                        let (end, next) = (bytes.len(), bytes.len());
                        let shape = Shape::Open;
                        return Some(Line { end, next, shape });
                    }
                };
            }
            let text_end = at;
            at = self.stops.next(bytes, at);
            if at == bytes.len() && !window.ended {
                return None;
            }
            if high.is_some() && at > text_end {
                // Text after the closing quote: the csv crate knows what to make of it.
                (shape, high) = (Shape::Escaped, None);
            }
            let high = high.unwrap_or(at);
            self.cells.push(((low - start) as u32, (high - start) as u32));
            if bytes.get(at) == Some(&self.delimiter) {
                at += 1;
                continue;
            }
            let next = window.after_break(at)?;
            return Some(Line { end: at, next, shape });
        }
    }

    /// Follows a quote that is open at the end of the first line, as far as a record may go.
    fn join(&self, window: Window<'_>, from: usize, first: Line) -> Joined {
        let bytes = window.bytes;
        let (mut at, mut lines, mut well_formed, mut cells) = (from, 1_u64, true, 1_usize);
        let (mut quoted, mut field_start) = (false, true);
        while let Some(&byte) = bytes.get(at) {
            let after = bytes.get(at + 1).copied();
            if after.is_none() && matches!(byte, b'"' | b'\r') && !window.ended {
                return Joined::More;
            }
            let (mut step, mut starts) = (1, false);
            if matches!(byte, b'\n' | b'\r') {
                let next = at + if byte == b'\r' && after == Some(b'\n') { 2 } else { 1 };
                if !quoted {
                    return self.judge(bytes, from, first, (at, next), (lines, well_formed, cells));
                }
                lines += 1;
                step = next - at;
            } else if quoted && byte == b'"' {
                match after {
                    Some(b'"') => step = 2,
                    Some(byte) if byte != self.delimiter && byte != b'\n' && byte != b'\r' => {
                        (quoted, well_formed) = (false, false);
                    }
                    _ => quoted = false,
                }
            } else if !quoted && byte == b'"' && field_start {
                quoted = true;
            } else if !quoted && byte == self.delimiter {
                cells += 1;
                starts = true;
            }
            field_start = starts;
            at += step;
            let too_wide = self
                .width
                .is_some_and(|width| lines > 1 && cells > width.saturating_mul(2) + 8);
            if lines as usize > MAX_RECORD_LINES || at - from > MAX_RECORD_BYTES || too_wide {
                return Joined::Suspect { open_at_end: false };
            }
        }
        if !window.ended {
            Joined::More
        } else if quoted {
            Joined::Suspect { open_at_end: true }
        } else {
            // As far as it is there, the last line may have the cells of a row, or lack some.
            match self.judge(bytes, from, first, (at, at), (lines, well_formed, cells)) {
                Joined::Suspect { .. } => Joined::Suspect { open_at_end: true },
                joined => joined,
            }
        }
    }

    /// Decides whether lines that a quote joins are one record: the quotes must be in their places and the number
    /// of cells right. A wrong number is forgiven (as one wrong row) only if none of the lines could be a row itself;
    /// a right number is doubted where the first line and another one could both be rows: a slip opened the quote in one
    /// row, and a slip in the other closed it.
    fn judge(
        &self,
        bytes: &[u8],
        from: usize,
        first: Line,
        (end, next): (usize, usize),
        (lines, well_formed, cells): (u64, bool, usize),
    ) -> Joined {
        let record = Joined::Record { end, next, lines };
        let suspect = Joined::Suspect { open_at_end: false };
        let Some(width) = self.width else {
            return if well_formed { record } else { suspect };
        };
        let first_fits = naive_width(&bytes[from..first.end.min(end)], self.delimiter) == width;
        let another_fits = bytes[first.next.min(end)..end]
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .any(|line| naive_width(line, self.delimiter) == width);
        let (both_fit, none_fits) = (first_fits && another_fits, !first_fits && !another_fits);
        let believed = if width == cells { !both_fit } else { none_fits };
        if well_formed && believed { record } else { suspect }
    }

    /// Cuts raw text with the csv crate, which unescapes it into the copy.
    fn unescape(&mut self, raw: &[u8]) -> io::Result<()> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(raw.len().clamp(64, 8192))
            .from_reader(raw);
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record)?;
        self.copy.clear();
        self.cells.clear();
        for cell in &record {
            let start = self.copy.len();
            self.copy.extend_from_slice(cell);
            self.cells.push((start as u32, self.copy.len() as u32));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_told_early_is_never_taken_back(
            text in r#"([ab ,]|"|""|\n|\r|\r\n|,"|",|a,b\n){0,24}"#,
            width in proptest::option::of(1_usize..4),
        ) {
            let bytes = text.as_bytes();
            let mut cutter = Cutter::new(b',', width);
            let mut from = 0;
            while from < bytes.len() {
                let Found::Record(record) = cutter.cut(Window { bytes, ended: true }, from).unwrap() else {
                    panic!("the end is known")
                };
                let whole = (record, cutter.cells.clone());
                for end in from + 1..=bytes.len() {
                    let window = Window { bytes: &bytes[..end], ended: false };
                    if let Found::Record(early) = cutter.cut(window, from).unwrap() {
                        prop_assert_eq!(&(early, cutter.cells.clone()), &whole, "{:?} {}", text, end);
                    }
                }
                from = record.next;
            }
        }

        #[test]
        fn what_is_told_of_a_file_holds_for_a_longer_one_up_to_its_last_record(
            text in r#"([ab ,]|"|""|\n|\r\n|,"|",|a,b\n|a,"b\n){0,24}"#,
            width in proptest::option::of(1_usize..4),
        ) {
            let bytes = text.as_bytes();
            let mut cutter = Cutter::new(b',', width);
            for end in 0..=bytes.len() {
                let shorter = Window { bytes: &bytes[..end], ended: true };
                let (mut from, mut told, mut depends_on_end) = (0, Vec::new(), false);
                while from < end {
                    let Found::Record(record) = cutter.cut(shorter, from).unwrap() else {
                        panic!("the end is known")
                    };
                    told.push((from, record, cutter.cells.clone()));
                    depends_on_end |= record.open_at_end;
                    from = record.next;
                }
                told.pop();
                for (from, record, cells) in told.into_iter().filter(|_| !depends_on_end) {
                    let again = cutter.cut(Window { bytes, ended: true }, from).unwrap();
                    prop_assert_eq!((again, &cutter.cells), (Found::Record(record), &cells), "{:?} {}", text, end);
                }
            }
        }
    }
}
