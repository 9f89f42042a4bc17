//! Text to rows of cells: where a record ends, on which line it stands, and which records are broken.
//!
//! Knows no column. The `csv` crate unescapes what is quoted in earnest; in here stands what it gets wrong
//! (measured on 1.4): its line numbers drift on CRLF and blank lines, and an unclosed quote becomes one valid record
//! that swallows the rows after it. Plain and simply quoted lines are cut in place, without a copy.

use crate::intake::cutting::{Cutter, Found, MAX_RECORD_BYTES, Window};
use crate::intake::report::RejectCode;
use crate::intake::rows::{Cut, Place, Row, Rows};
use std::io::{self, Read};

/// How long a cell may be, in bytes: Excel's 32,767 characters, of up to four bytes.
pub const MAX_FIELD_BYTES: usize = 32_767 * 4;

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
    cutter: Cutter,
    may_have_nul: bool,
    width: Option<usize>,
    open_at_end: bool,
    mends: bool,
}

impl<R: Read> Records<R> {
    /// Reads records that start at `here`, where `input` must be placed.
    pub fn new(input: R, delimiter: u8, here: Place) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            from: 0,
            ended: false,
            here,
            delimiter,
            cutter: Cutter::new(delimiter, None),
            may_have_nul: true,
            width: None,
            open_at_end: false,
            mends: false,
        }
    }

    /// Demands this number of cells from now on (further blank cells are let pass).
    pub fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
        self.cutter.expect_width(width);
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

    fn window(&self) -> Window<'_> {
        Window {
            bytes: &self.buffer,
            ended: self.ended,
        }
    }

    /// Moves what is not used yet to the front and reads a whole chunk on, or up to the end.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.from);
        self.from = 0;
        let mut chunk = self.input.by_ref().take(CHUNK_BYTES as u64);
        self.ended = chunk.read_to_end(&mut self.buffer)? < CHUNK_BYTES;
        Ok(())
    }

    /// Leaves out the rest of an overlong line, counting nothing but its end.
    fn skip_line(&mut self) -> io::Result<()> {
        let start = self.from;
        let kept = &self.buffer[start..(start + KEPT_BYTES).min(self.buffer.len())];
        let kept = String::from_utf8_lossy(kept).into_owned();
        loop {
            let found = self.buffer[self.from..]
                .iter()
                .position(|byte| matches!(byte, b'\n' | b'\r'));
            let line_end = found.map_or(self.buffer.len(), |offset| self.from + offset);
            let next = self.window().after_break(line_end);
            if let Some(next) = next.filter(|_| found.is_some() || self.ended) {
                self.pass(next, 1);
                break;
            }
            self.pass(line_end, 0);
            self.fill()?;
        }
        let (copy, cells) = (&mut self.cutter.copy, &mut self.cutter.cells);
        copy.clear();
        copy.extend_from_slice(kept.as_bytes());
        cells.clear();
        let mut start = 0;
        for cell in kept.as_bytes().split(|byte| *byte == self.delimiter) {
            cells.push((start as u32, (start + cell.len()) as u32));
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
                if self.ended {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            }
            let place = self.here;
            let window = Window {
                bytes: &self.buffer,
                ended: self.ended,
            };
            match self.cutter.cut(window, self.from)? {
                Found::Record(record) => {
                    self.open_at_end |= record.open_at_end;
                    self.pass(record.next, record.lines);
                    return Ok(Some(Step {
                        place,
                        in_place: record.in_place,
                        broken: record.broken,
                    }));
                }
                Found::PartOfLine if self.buffer.len() - self.from > MAX_RECORD_BYTES => {
                    self.skip_line()?;
                    return Ok(Some(Step {
                        place,
                        in_place: None,
                        broken: Some(RejectCode::FieldTooLong),
                    }));
                }
                Found::PartOfLine | Found::PartOfRecord => self.fill()?,
            }
        }
    }

    /// Replaces what is not UTF-8, in the rare file that is UTF-8 but for a few bytes.
    fn mend(&mut self, step: &mut Step) {
        let row = self.row(step);
        if row.is_text() {
            return;
        }
        let mended = row.to_cells();
        let (copy, cells) = (&mut self.cutter.copy, &mut self.cutter.cells);
        copy.clear();
        cells.clear();
        for cell in mended {
            let start = copy.len();
            copy.extend_from_slice(cell.as_bytes());
            cells.push((start as u32, copy.len() as u32));
        }
        step.in_place = None;
    }

    fn row(&self, step: &Step) -> Row<'_> {
        let text = match step.in_place {
            Some((start, end)) => &self.buffer[start..end],
            None => self.cutter.copy.as_slice(),
        };
        Row::of_bytes(step.place, text, &self.cutter.cells)
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
    let fault = if row.extent_bytes() > MAX_FIELD_BYTES && row.longest_bytes() > MAX_FIELD_BYTES {
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
        width.into_iter().for_each(|width| records.expect_width(width));
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
