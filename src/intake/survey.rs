//! The first pass over a file: what only the whole column can tell, before any row is read in earnest.
//!
//! Two things: the order of day and month, and whether the last digit of every NIK is lost. Both are kept as they
//! stood before the last record too, so that a later file which goes on from there comes to the same decision as if
//! it had been read from its beginning.

use crate::intake::date_order::{OrderEvidence, OrderStretch};
use crate::intake::error::{DateOrderQuestion, IntakeError};
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::options::Pace;
use crate::intake::people::cell;
use crate::intake::rows::{Cut, Met, Place, Row};
use crate::intake::table::{Extent, Table};
use crate::intake::timestamps::{DateOrder, Stamp};
use crate::intake::traces::Hint;
use std::borrow::Cow;

/// Below this number of NIKs, zeros at the end of all are chance.
const FEWEST_NIKS: u64 = 3;

/// What the columns of a file say as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    order: OrderEvidence,
    whole_niks: u64,
    ending_in_zero: u64,
}

/// What follows from the evidence for every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// The order of day and month.
    pub order: DateOrder,
    /// Whether nearly all NIKs end in 0.
    pub last_digit_lost: bool,
}

/// The outcome of a first pass.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// All rows.
    pub all: Evidence,
    /// All rows but the last record.
    pub before_last: Evidence,
    /// Where the last record starts.
    pub last: Option<Place>,
    /// Whether a quote stands open at the end, so that more bytes would change what was read.
    pub depends_on_end: bool,
}

impl Evidence {
    /// Tells whether nearly all NIKs end in 0: nineteen of twenty, where one of ten would be chance.
    pub fn last_digit_lost(&self) -> bool {
        self.whole_niks >= FEWEST_NIKS && self.ending_in_zero * 20 >= self.whole_niks * 19
    }

    /// Returns how many NIKs have 16 digits.
    pub fn whole_niks(&self) -> u64 {
        self.whole_niks
    }

    /// Tells whether the decision rests on numbers alone: not on the order of the rows, and on no question.
    pub(crate) fn is_decided_by_numbers(&self) -> bool {
        self.order.is_decided_by_numbers()
    }

    /// Decides what holds for every row; `header` names the column of times in the question.
    ///
    /// # Errors
    /// Asks for the order of day and month where nothing decides it.
    pub fn decide(&self, setting: Option<DateOrder>, header: &str) -> Result<Decisions, IntakeError> {
        let order = self.order.decide(setting).map_err(|open| {
            let (line, example) = open.example.unwrap_or_default();
            let (header, contradictory) = (header.to_owned(), open.contradictory);
            IntakeError::DateOrder(DateOrderQuestion {
                header,
                example,
                line,
                contradictory,
            })
        })?;
        Ok(Decisions {
            order,
            last_digit_lost: self.last_digit_lost(),
        })
    }

    /// Writes the evidence down, in one word without spaces.
    pub fn encode(&self) -> String {
        format!("{}/{}/{}", self.whole_niks, self.ending_in_zero, self.order.encode())
    }

    /// Reads what [`Evidence::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let whole_niks = parts.next()?.parse().ok()?;
        let ending_in_zero = parts.next()?.parse().ok()?;
        Some(Self {
            order: OrderEvidence::decode(parts.next()?)?,
            whole_niks,
            ending_in_zero,
        })
    }
}

/// Returns a cell as a time is written in it, without the signs that spreadsheets and our own files put around.
pub fn time_text(cell: &str) -> Cow<'_, str> {
    match fields::text(cell) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\'')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\'').to_owned()),
    }
}

/// Returns the first of `fields` that is not blank, as a time is written in it.
fn written_time<'a>(row: &Row<'a>, table: &Table<'_>, fields: &[Field]) -> Option<Cow<'a, str>> {
    let text = fields.iter().map(|field| {
        let cell = cell(row, table.layout(), *field);
        if row.is_plain() {
            Cow::Borrowed(cell)
        } else {
            time_text(cell)
        }
    });
    text.into_iter().find(|text| !text.is_empty())
}

/// The part of the evidence that the latest row gives; it joins the rest only when another row follows.
#[derive(Default)]
struct Latest {
    stamp: Option<Stamp>,
    line: u64,
    cell: String,
    nik: Option<bool>,
}

/// The survey of a part of the file.
#[derive(Default)]
pub(crate) struct SurveyPart {
    order: OrderStretch,
    whole_niks: u64,
    ending_in_zero: u64,
    latest: Latest,
    last: Option<Place>,
    /// How many lines that were not read gave each hint.
    hints: [u64; Hint::COUNT],
}

impl SurveyPart {
    /// Hears of a line that is not read.
    #[inline]
    pub(crate) fn hear(&mut self, hint: Hint) {
        self.hints[hint.number()] += 1;
    }

    /// Passes over a record that says nothing of the columns.
    pub(crate) fn pass(&mut self, place: Place) {
        let latest = std::mem::take(&mut self.latest);
        if let Some(stamp) = latest.stamp {
            self.order.add(&stamp, latest.line, &latest.cell);
        }
        if let Some(ends_in_zero) = latest.nik {
            self.whole_niks += 1;
            self.ending_in_zero += u64::from(ends_in_zero);
        }
        self.last = Some(place);
    }

    /// Looks at a row, and returns the time in it.
    pub(crate) fn look(&mut self, row: &Row<'_>, table: &Table<'_>, fields: &[Field]) -> Option<Stamp> {
        self.pass(row.place);
        let text = written_time(row, table, fields);
        let stamp = text.as_ref().and_then(|text| Stamp::parse(text));
        self.latest.line = row.place.line;
        self.latest.nik = last_digit_is_zero(cell(row, table.layout(), Field::Nik));
        self.latest.stamp = stamp;
        if let (Some(text), false) = (text, self.order.has_example()) {
            self.latest.cell = text.into_owned();
        }
        stamp
    }
}

/// Puts the surveys of the parts together.
#[derive(Default)]
pub(crate) struct Surveyor {
    evidence: Evidence,
    latest: Latest,
    last: Option<Place>,
}

impl Surveyor {
    /// Begins with what is known of the rows before.
    pub(crate) fn after(evidence: Evidence) -> Self {
        Self {
            evidence,
            ..Self::default()
        }
    }

    /// Adds the next part, before whose lines stand `lines_before`, and leaves an empty one.
    pub(crate) fn join(&mut self, part: &mut SurveyPart, lines_before: u64) {
        let part = std::mem::take(part);
        self.evidence.hear(&part.hints);
        let Some(place) = part.last else { return };
        self.evidence.add(&self.latest);
        self.evidence.append(&part, lines_before);
        let line = place.line + lines_before;
        self.last = Some(Place { line, ..place });
        self.latest = part.latest;
        self.latest.line += lines_before;
    }

    /// Ends the survey.
    pub(crate) fn finish(mut self, depends_on_end: bool) -> Survey {
        let before_last = self.evidence.clone();
        self.evidence.add(&self.latest);
        Survey {
            all: self.evidence,
            before_last,
            last: self.last,
            depends_on_end,
        }
    }
}

impl Evidence {
    /// Counts what lines that were not read say of the columns.
    fn hear(&mut self, hints: &[u64; Hint::COUNT]) {
        for (number, lines) in hints.iter().enumerate() {
            let hint = Hint::of(number);
            self.order.count(hint.order, *lines);
            self.whole_niks += lines;
            self.ending_in_zero += lines * u64::from(hint.ends_in_zero);
        }
    }

    fn append(&mut self, part: &SurveyPart, lines_before: u64) {
        self.order.append(&part.order, lines_before);
        self.whole_niks += part.whole_niks;
        self.ending_in_zero += part.ending_in_zero;
    }

    fn add(&mut self, latest: &Latest) {
        if let Some(stamp) = &latest.stamp {
            self.order.add(stamp, latest.line, &latest.cell);
        }
        if let Some(ends_in_zero) = latest.nik {
            self.whole_niks += 1;
            self.ending_in_zero += u64::from(ends_in_zero);
        }
    }
}

/// Reads the columns of a table, from the first data row or from where an earlier survey ended.
///
/// # Errors
/// Fails when the file cannot be read.
pub(crate) fn survey(
    table: &Table<'_>,
    time_fields: &[Field],
    from: Option<(Place, Evidence)>,
    pace: Pace,
    extent: Extent,
) -> Result<Survey, IntakeError> {
    let (start, evidence) = from.unzip();
    let mut surveyor = Surveyor::after(evidence.unwrap_or_default());
    let hand = || {
        |part: &mut SurveyPart, met: Met<'_>| match met {
            Met::Cut(Cut::Whole(row)) if !table.is_header(&row) => {
                part.look(&row, table, time_fields);
            }
            Met::Cut(Cut::Whole(row) | Cut::Broken(row, _)) => part.pass(row.place),
            Met::Known(row) => part.hear(row.hint),
        }
    };
    let join = |part: &mut SurveyPart, lines_before| {
        surveyor.join(part, lines_before);
        Ok(())
    };
    let depends_on_end = table.go_through(start, pace, extent, None, hand, join)?;
    Ok(surveyor.finish(depends_on_end))
}

/// Tells of a cell with 16 digits whether the last is 0; none for any other cell.
pub(crate) fn last_digit_is_zero(cell: &str) -> Option<bool> {
    let bytes = cell.as_bytes();
    if bytes.len() == 16 && bytes.iter().all(u8::is_ascii_digit) {
        return Some(bytes[15] == b'0');
    }
    let number = cell.trim_matches(|sign: char| sign.is_whitespace() || matches!(sign, '\'' | '"' | '='));
    let number = [",00", ".00", ".0", ",0"]
        .iter()
        .find_map(|end| number.strip_suffix(end))
        .unwrap_or(number);
    let (mut digits, mut last) = (0_u32, None);
    for sign in number.chars() {
        match sign {
            '0'..='9' => {
                digits += 1;
                last = Some(sign);
            }
            ' ' | '.' | '-' | '\u{A0}' => {}
            _ => return None,
        }
    }
    last.filter(|_| digits == 16).map(|last| last == '0')
}
