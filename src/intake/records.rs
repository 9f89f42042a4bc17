//! Text to rows of cells: where a record ends, on which line it stands, and which records are broken.
//!
//! Knows no column. The `csv` crate unescapes what is quoted in earnest; in here stands what it gets wrong
//! (measured on 1.4): its line numbers drift on CRLF and blank lines, and an unclosed quote becomes one valid record
//! that swallows the rows after it. Plain and simply quoted lines are cut in place, without a copy.

use crate::intake::quotes::{Close, Stops, close_of, naive_width};
use crate::intake::report::RejectCode;
use crate::intake::rows::{Cut, Place, Row, Rows};
use std::io::{self, Read};

/// How long a record may be, in bytes; a longer one is rejected without being held in memory.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// How long a cell may be, in bytes: Excel's 32,767 characters, of up to four bytes.
pub const MAX_FIELD_BYTES: usize = 32_767 * 4;

/// Over how many lines a quoted record may run; beyond that its quote was never meant to open.
const MAX_RECORD_LINES: usize = 100;

/// How much of an overlong record's text is kept to be shown.
const KEPT_BYTES: usize = 1000;

const CHUNK_BYTES: usize = 256 * 1024;

/// Rows of delimited text.
pub struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    from: usize,
    ended: bool,
    here: Place,
    delimiter: u8,
    stops: Stops,
    may_have_nul: bool,
    width: Option<usize>,
    cells: Vec<(u32, u32)>,
    copy: Vec<u8>,
    open_at_end: bool,
    mends: bool,
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

enum Look {
    Line(Line),
    /// The buffer ends before the line does.
    More,
}

/// How the lines of a quoted record fit together.
enum Joined {
    /// A record over several lines.
    Record { end: usize, next: usize, lines: u64 },
    /// Whatever follows does not close this quote in earnest.
    Suspect,
}

impl<R: Read> Records<R> {
    /// Reads records that start at `here`, where `input` must be placed.
    pub fn new(input: R, delimiter: u8, here: Place) -> Self {
        Self {
            input,
            buffer: Vec::with_capacity(CHUNK_BYTES * 2),
            from: 0,
            ended: false,
            here,
            delimiter,
            stops: Stops::new(delimiter),
            may_have_nul: true,
            width: None,
            cells: Vec::new(),
            copy: Vec::new(),
            open_at_end: false,
            mends: false,
        }
    }

    /// Demands this number of cells from now on (further blank cells are let pass).
    pub fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// Replaces bytes that are not UTF-8 from now on; without it such cells read as empty.
    pub fn mend_text(&mut self, mends: bool) {
        self.mends = mends;
    }

    /// Says whether a NUL can be among what follows; where none is, none is looked for.
    pub fn watch_for_nul(&mut self, may_have_nul: bool) {
        self.may_have_nul = may_have_nul;
    }

    /// Returns where the next line starts.
    pub fn here(&self) -> Place {
        self.here
    }

    /// Reads on and moves what is not used yet to the front; false at the end of the input.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.from);
        self.from = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK_BYTES, 0);
        let count = loop {
            match self.input.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.buffer.truncate(filled + count);
        self.ended = count == 0;
        Ok(true)
    }

    /// Looks at the line that starts at `start`, and cuts it into `cells` (relative to `start`) as far as it is plain.
    fn look(&mut self, start: usize) -> Look {
        self.cells.clear();
        let bytes = self.buffer.as_slice();
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
                    Close::Broken(line_end) => {
                        let Some(next) = self.after_break(line_end) else {
                            return Look::More;
                        };
                        return Look::Line(Line {
                            end: line_end,
                            next,
                            shape: Shape::Open,
                        });
                    }
                    Close::Nowhere if !self.ended => return Look::More,
                    Close::Nowhere => {
                        return Look::Line(Line {
                            end: bytes.len(),
                            next: bytes.len(),
                            shape: Shape::Open,
                        });
                    }
                };
            }
            let text_end = at;
            at = self.stops.next(bytes, at);
            if at == bytes.len() && !self.ended {
                return Look::More;
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
            let Some(next) = self.after_break(at) else {
                return Look::More;
            };
            return Look::Line(Line { end: at, next, shape });
        }
    }

    /// Returns where the line after the break at `at` starts; none if that cannot be told yet.
    fn after_break(&self, at: usize) -> Option<usize> {
        match self.buffer.get(at) {
            Some(b'\r') => match self.buffer.get(at + 1) {
                Some(b'\n') => Some(at + 2),
                None if !self.ended => None,
                _ => Some(at + 1),
            },
            Some(_) => Some(at + 1),
            None => Some(at),
        }
    }

    /// Follows a quote that is open at the end of the first line, as far as a record may go.
    fn join(&mut self, first: Line) -> io::Result<Joined> {
        let (mut at, mut lines, mut well_formed, mut cells) = (self.from, 1_u64, true, 1_usize);
        let mut quoted = false;
        let mut field_start = true;
        loop {
            if at >= self.buffer.len() {
                let used = at - self.from;
                if used > MAX_RECORD_BYTES {
                    return Ok(Joined::Suspect);
                }
                if self.fill()? {
                    at = self.from + used;
                    continue;
                }
                self.open_at_end |= quoted;
                return Ok(if quoted {
                    Joined::Suspect
                } else {
                    self.judge(first, at, at, lines, well_formed, cells)
                });
            }
            let byte = self.buffer[at];
            let after = self.buffer.get(at + 1).copied();
            if after.is_none() && matches!(byte, b'"' | b'\r') && !self.ended {
                let used = at - self.from;
                self.fill()?;
                at = self.from + used;
                continue;
            }
            let mut step = 1;
            let mut starts = false;
            if matches!(byte, b'\n' | b'\r') {
                let next = at + if byte == b'\r' && after == Some(b'\n') { 2 } else { 1 };
                if !quoted {
                    return Ok(self.judge(first, at, next, lines, well_formed, cells));
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
            if lines as usize > MAX_RECORD_LINES || at - self.from > MAX_RECORD_BYTES || too_wide {
                return Ok(Joined::Suspect);
            }
        }
    }

    /// Decides whether lines that a quote joins are one record: the quotes must be in their places and the number
    /// of cells right. A wrong number is forgiven (as one wrong row) only if none of the lines could be a row itself;
    /// a right number is doubted where the first line and another one could both be rows: a slip opened the quote in one
    /// row, and a slip in the other closed it.
    fn judge(&self, first: Line, end: usize, next: usize, lines: u64, well_formed: bool, cells: usize) -> Joined {
        let record = Joined::Record { end, next, lines };
        let Some(width) = self.width else {
            return if well_formed { record } else { Joined::Suspect };
        };
        let raw = &self.buffer[self.from..end];
        let rest = &self.buffer[(first.next).min(end)..end];
        let first_fits = naive_width(&raw[..(first.end - self.from).min(raw.len())], self.delimiter) == width;
        let another_fits = rest
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .any(|l| naive_width(l, self.delimiter) == width);
        let (both_fit, none_fits) = (first_fits && another_fits, !first_fits && !another_fits);
        let believed = if width == cells { !both_fit } else { none_fits };
        if well_formed && believed {
            record
        } else {
            Joined::Suspect
        }
    }

    /// Cuts a stretch of the buffer with the csv crate, which unescapes it into `copy`.
    fn unescape(&mut self, end: usize) -> io::Result<()> {
        let raw = &self.buffer[self.from..end];
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

    /// Leaves out the rest of an overlong line, counting nothing but its end.
    fn skip_line(&mut self) -> io::Result<()> {
        let start = self.from;
        self.copy.clear();
        self.copy
            .extend_from_slice(&self.buffer[start..(start + KEPT_BYTES).min(self.buffer.len())]);
        let kept = String::from_utf8_lossy(&self.copy).into_owned();
        let mut at = self.from;
        loop {
            let found = self.buffer[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let line_end = found.map_or(self.buffer.len(), |offset| at + offset);
            if let Some(next) = self.after_break(line_end).filter(|_| found.is_some() || self.ended) {
                self.here.offset += (next - self.from) as u64;
                self.here.line += 1;
                self.from = next;
                break;
            }
            self.here.offset += (line_end - self.from) as u64;
            self.from = line_end;
            self.fill()?;
            at = self.from;
        }
        self.copy.clear();
        self.copy.extend_from_slice(kept.as_bytes());
        self.cells.clear();
        let mut start = 0;
        for cell in kept.as_bytes().split(|byte| *byte == self.delimiter) {
            self.cells.push((start as u32, (start + cell.len()) as u32));
            start += cell.len() + 1;
        }
        Ok(())
    }

    /// Moves on behind a record.
    fn pass(&mut self, next: usize, lines: u64) {
        self.here.offset += (next - self.from) as u64;
        self.here.line += lines;
        self.from = next;
    }
}

/// A record that was cut: where its text stands, and what was wrong with its quotes or its length.
struct Step {
    place: Place,
    in_place: Option<(usize, usize)>,
    broken: Option<RejectCode>,
}

impl<R: Read> Records<R> {
    /// Cuts the next record, blank or not.
    fn advance(&mut self) -> io::Result<Option<Step>> {
        loop {
            if self.from == self.buffer.len() {
                if !self.fill()? {
                    return Ok(None);
                }
                continue;
            }
            let place = self.here;
            let Look::Line(line) = self.look(self.from) else {
                if self.buffer.len() - self.from > MAX_RECORD_BYTES {
                    self.skip_line()?;
                    return Ok(Some(Step {
                        place,
                        in_place: None,
                        broken: Some(RejectCode::FieldTooLong),
                    }));
                }
                self.fill()?;
                continue;
            };
            let (start, mut in_place, mut broken) = (self.from, None, None);
            match line.shape {
                Shape::Plain => {
                    in_place = Some((start, line.end));
                    self.pass(line.next, 1);
                }
                Shape::Escaped => {
                    self.unescape(line.end)?;
                    self.pass(line.next, 1);
                }
                Shape::Open => {
                    let (length, next_length) = (line.end - start, line.next - start);
                    match self.join(line)? {
                        Joined::Record { end, next, lines } => {
                            self.unescape(end)?;
                            self.pass(next, lines);
                        }
                        Joined::Suspect => {
                            broken = Some(RejectCode::UnclosedQuote);
                            self.unescape(self.from + length)?;
                            self.pass(self.from + next_length, 1);
                        }
                    }
                }
            }
            return Ok(Some(Step {
                place,
                in_place,
                broken,
            }));
        }
    }

    /// Replaces what is not UTF-8, in the rare file that is UTF-8 but for a few bytes.
    fn mend(&mut self, step: &mut Step) {
        let row = self.row(step);
        if row.is_text() {
            return;
        }
        let cells = row.to_cells();
        self.copy.clear();
        self.cells.clear();
        for cell in cells {
            let start = self.copy.len();
            self.copy.extend_from_slice(cell.as_bytes());
            self.cells.push((start as u32, self.copy.len() as u32));
        }
        step.in_place = None;
    }

    fn row(&self, step: &Step) -> Row<'_> {
        let text = match step.in_place {
            Some((start, end)) => &self.buffer[start..end],
            None => self.copy.as_slice(),
        };
        Row::of_bytes(step.place, text, &self.cells)
    }
}

impl<R: Read> Rows for Records<R> {
    fn next_row(&mut self) -> io::Result<Option<Cut<'_>>> {
        let step = loop {
            let Some(mut step) = self.advance()? else {
                return Ok(None);
            };
            if self.mends {
                self.mend(&mut step);
            }
            if step.broken.is_some() || !self.row(&step).is_blank_from(0) {
                break step;
            }
        };
        let row = self.row(&step).as_text();
        Ok(Some(match (step.broken, self.width) {
            (Some(code), _) => Cut::Broken(row, code),
            (None, Some(width)) => judge_width(row, width, self.may_have_nul),
            (None, None) => Cut::Whole(row),
        }))
    }

    fn depends_on_end(&self) -> bool {
        self.open_at_end
    }
}

/// Judges a row that is cut: no overlong cell, the right number of cells (further blank ones are let pass), no NUL.
pub fn judge_width(row: Row<'_>, width: usize, may_have_nul: bool) -> Cut<'_> {
    let fault = if row.longest_bytes() > MAX_FIELD_BYTES {
        Some(RejectCode::FieldTooLong)
    } else if row.len() < width || !row.is_blank_from(width) {
        Some(RejectCode::WrongFieldCount)
    } else {
        (may_have_nul && row.has_nul()).then_some(RejectCode::NulByte)
    };
    match fault {
        Some(code) => Cut::Broken(row, code),
        None => Cut::Whole(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line:cell|cell` for each row, `line!code:cell|cell` for a broken one.
    fn cut(text: &str, width: Option<usize>) -> Vec<String> {
        // A reader that gives one byte at a time must not change anything.
        let whole = cut_from(text.as_bytes(), width);
        assert_eq!(cut_from(Trickle(text.as_bytes()), width), whole, "{text:?}");
        whole
    }

    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            (out[0], self.0) = (*first, rest);
            Ok(1)
        }
    }

    fn cut_from(input: impl Read, width: Option<usize>) -> Vec<String> {
        let mut records = Records::new(input, b',', Place { line: 1, offset: 0 });
        records.width = width;
        let mut out = Vec::new();
        while let Some(cut) = records.next_row().unwrap() {
            out.push(match cut {
                Cut::Whole(row) => format!("{}:{}", row.place.line, row.to_cells().join("|")),
                Cut::Broken(row, code) => {
                    format!("{}!{}:{}", row.place.line, code.code(), row.to_cells().join("|"))
                }
            });
        }
        out
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        assert_eq!(cut("a,b\r\nc,d\r\n", None), ["1:a|b", "2:c|d"]);
        assert_eq!(cut("a,b\rc,d\r\r\re,f", None), ["1:a|b", "2:c|d", "5:e|f"]);
        assert_eq!(
            cut("\n\n a ,b\n\n\nc,d\n,,\n \ne,f\n", None),
            ["3: a |b", "6:c|d", "9:e|f"]
        );
        assert_eq!(cut("\"x\r\ny\",b\r\n\r\nc,d", None), ["1:x\r\ny|b", "4:c|d"]);
        assert_eq!(cut("\"x\ry\nz\",b\nc,d", None), ["1:x\ry\nz|b", "4:c|d"]);
    }

    #[test]
    fn quotes_are_taken_off() {
        assert_eq!(cut(r#""a","b,c","d""#, Some(3)), ["1:a|b,c|d"]);
        assert_eq!(cut(r#""say ""hi""",b"#, Some(2)), [r#"1:say "hi"|b"#]);
        assert_eq!(cut(r#"5" disk,b"#, Some(2)), [r#"1:5" disk|b"#]);
        assert_eq!(cut(r#"="1671",b"#, Some(2)), [r#"1:="1671"|b"#]);
        assert_eq!(cut("\"\",\"\"\nx,", Some(2)), ["2:x|"]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_row_only() {
        let good = "p,q,r\ns,t,u\n";
        let check = |bad: &str, expected: &str| {
            let got = cut(&format!("{bad}\n{good}"), Some(3));
            assert_eq!(got, [expected, "2:p|q|r", "3:s|t|u"], "{bad}");
        };
        check("a,\"b,c", "1!unclosed_quote:a|b,c");
        check("a,b,\"c", "1!unclosed_quote:a|b|c");
        check("\"a,b,c", "1!unclosed_quote:a,b,c");
        // The quote of a later row seems to close it.
        assert_eq!(
            cut("a,\"BUDI,c\np,SITI\",r\ns,t,u\n", Some(3)),
            ["1!unclosed_quote:a|BUDI,c", "2:p|SITI\"|r", "3:s|t|u"]
        );
        assert_eq!(
            cut("a,\"b,c\np,\"q\",r\ns,t,u\n", Some(3)),
            ["1!unclosed_quote:a|b,c", "2:p|q|r", "3:s|t|u"]
        );
        assert_eq!(cut("a,\"b,c\np,q,\"\ns,t,u", Some(3))[0], "1!unclosed_quote:a|b,c");
        assert_eq!(cut("a,\"b,c\np,\"q,r\ns,t,u", Some(3)).last().unwrap(), "3:s|t|u");
        // Fully quoted rows, as Google Forms writes them.
        assert_eq!(
            cut("\"a\",\"b\",\"c\n\"p\",\"q\",\"r\"\n", Some(3)),
            ["1!unclosed_quote:a|b|c", "2:p|q|r"]
        );
    }

    #[test]
    fn a_quoted_field_over_lines_is_one_cell() {
        assert_eq!(
            cut("a,\"Jl. Mawar\nNo. 5\",c\nd,e,f\n", Some(3)),
            ["1:a|Jl. Mawar\nNo. 5|c", "3:d|e|f"]
        );
        assert_eq!(
            cut("a,\"x \"\"y\"\"\n\nz\",c\nd,e,f", Some(3)),
            ["1:a|x \"y\"\n\nz|c", "4:d|e|f"]
        );
        // Too many cells, but each of its lines is no row: one wrong row, not two.
        assert_eq!(
            cut("a,\"x\ny\",c,d,e\nd,e,f", Some(3)),
            ["1!wrong_field_count:a|x\ny|c|d|e", "3:d|e|f"]
        );
    }

    #[test]
    fn the_number_of_cells_must_fit() {
        assert_eq!(cut("a,b\n", Some(3)), ["1!wrong_field_count:a|b"]);
        assert_eq!(cut("a,b,c,d\n", Some(3)), ["1!wrong_field_count:a|b|c|d"]);
        assert_eq!(cut("a,b,c,, ,\n", Some(3)), ["1:a|b|c|| |"]);
        assert_eq!(cut("a,b\0,c\n", Some(3)), ["1!nul_byte:a|b\0|c"]);
    }

    #[test]
    fn five_megabytes_in_a_cell_are_rejected_without_being_held() {
        for quote in ["", "\""] {
            let text = format!("a,{quote}{}{quote},c\nd,e,f\n", "x".repeat(5_000_000));
            let mut records = Records::new(text.as_bytes(), b',', Place { line: 1, offset: 0 });
            records.expect_width(3);
            let Some(Cut::Broken(row, RejectCode::FieldTooLong)) = records.next_row().unwrap() else {
                panic!()
            };
            assert!(row.bytes(1).len() <= KEPT_BYTES);
            let Some(Cut::Whole(row)) = records.next_row().unwrap() else {
                panic!()
            };
            assert_eq!(
                (row.place.line, row.place.offset, row.cell(2)),
                (2, text.len() as u64 - 6, "f")
            );
            assert!(records.buffer.capacity() < 4 * MAX_RECORD_BYTES);
        }
        assert_eq!(
            &cut_from(format!("a,{},c\n", "x".repeat(200_000)).as_bytes(), Some(3))[0][..18],
            "1!field_too_long:a"
        );
    }

    #[test]
    fn places_point_at_the_first_byte_of_a_record() {
        let text = "a,b\r\n\r\n\"x\ny\",c\r\n\"bad,d\r\ne,f";
        let mut records = Records::new(text.as_bytes(), b',', Place { line: 1, offset: 0 });
        records.expect_width(2);
        let mut places = Vec::new();
        while let Some(Cut::Whole(row) | Cut::Broken(row, _)) = records.next_row().unwrap() {
            places.push((row.place.line, &text[row.place.offset as usize..][..2]));
        }
        assert_eq!(places, [(1, "a,"), (3, "\"x"), (5, "\"b"), (6, "e,")]);
        assert!(records.depends_on_end());
    }

    #[test]
    fn quotes_everywhere_stay_linear() {
        let text = "a\",\"b\n".repeat(50_000);
        assert_eq!(cut_from(text.as_bytes(), Some(2)).len(), 50_000);
    }
}
