//! The second pass: every data row read in earnest and handed over, counted such that the equation can hold.
//!
//! Knows how a file is gone through and what is reported of it; what a row means is told by the reader handed in.

use crate::intake::error::IntakeError;
use crate::intake::headers::Field;
use crate::intake::hex::hex;
use crate::intake::options::{Pace, ReadOptions};
use crate::intake::report::{
    FileReport, Mended, Reject, RejectCode, RowWarnings, Skipped, Warning, WarningKind, WarningTally,
};
use crate::intake::rows::{Cut, KnownRow, Met, Place, Row};
use crate::intake::survey::{Decisions, Evidence, Survey, SurveyPart, Surveyor};
use crate::intake::table::{Extent, Table};
use crate::intake::timestamps::{DateOrder, Stamp};
use crate::intake::traces::Recall;

/// What is handed over for each data row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<T> {
    /// A row that was read.
    Row {
        /// 1-based line, as an editor counts; the row of a spreadsheet.
        line: u64,
        /// What it says.
        record: T,
        /// What a person should know about it.
        warnings: RowWarnings,
    },
    /// A row that cannot be used.
    Rejected(Reject),
}

impl<T> Item<T> {
    /// Returns its line.
    pub fn line(&self) -> u64 {
        match self {
            Self::Row { line, .. } | Self::Rejected(Reject { line, .. }) => *line,
        }
    }

    /// Returns the row, where it cannot be used.
    pub fn rejected(&self) -> Option<&Reject> {
        match self {
            Self::Row { .. } => None,
            Self::Rejected(reject) => Some(reject),
        }
    }
}

/// Rows that stand together in a file.
#[derive(Debug)]
pub struct Heap<T> {
    /// Those that were read, in their order.
    pub items: Vec<Item<T>>,
    /// Those whose lines are known, in their order.
    pub known: Vec<KnownRow>,
}

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            known: Vec::new(),
        }
    }
}

/// Who takes what is handed over: heaps of rows, where they lie; to move each would cost as much as to read it. What is
/// left in a heap is forgotten.
pub type Sink<'s, T> = &'s mut dyn FnMut(&mut Heap<T>) -> anyhow::Result<()>;

/// A file imported before, as it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierFile {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// [`FileReport::reading`].
    pub reading: String,
    /// [`FileReport::resume`].
    pub resume: String,
}

/// Where reading can go on after an earlier file, and what was known there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    earlier: usize,
    place: Place,
    rows: u64,
    rejected: u64,
    decisions: Decisions,
    evidence: Evidence,
    warnings: Vec<Warning>,
}

impl Resume {
    /// Finds the longest earlier file with whose bytes this one begins, read with the same columns and settings.
    pub fn find(table: &Table<'_>, reading: &str, earlier: &[EarlierFile]) -> Option<Self> {
        if !table.is_raw() {
            return None;
        }
        let is_beginning = |file: &EarlierFile| {
            let prefix = table.source().prefix_sha256(file.bytes);
            file.reading == reading && prefix.is_some_and(|hash| hex(&hash) == file.sha256)
        };
        let fitting = earlier.iter().enumerate().filter(|(_, file)| is_beginning(file));
        let read = fitting.filter_map(|(index, file)| Some((file.bytes, Self::decode(&file.resume, index)?)));
        read.max_by_key(|(bytes, _)| *bytes).map(|(_, resume)| resume)
    }

    /// Returns where to go on, and the evidence of all that stands before.
    pub fn start(&self) -> (Place, Evidence) {
        (self.place, self.evidence.clone())
    }

    /// Returns what was decided for the rows before.
    pub fn decisions(&self) -> Decisions {
        self.decisions
    }

    /// Tells whether rows read before were read under the same decisions.
    pub fn holds_under(&self, decisions: Decisions) -> bool {
        self.decisions == decisions
    }

    fn encode(&self) -> String {
        let warnings: Vec<String> = self.warnings.iter().map(encode_warning).collect();
        format!(
            "1 {} {} {} {} {} {} {} {}",
            self.place.offset,
            self.place.line,
            self.rows,
            self.rejected,
            self.decisions.order.code(),
            u8::from(self.decisions.last_digit_lost),
            self.evidence.encode(),
            warnings.join(",")
        )
    }

    fn decode(text: &str, earlier: usize) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next()? != "1" {
            return None;
        }
        let mut number = || words.next()?.parse::<u64>().ok();
        let place = Place {
            offset: number()?,
            line: number()?,
        };
        let (rows, rejected) = (number()?, number()?);
        let order = DateOrder::parse(words.next()?)?;
        let last_digit_lost = words.next()? == "1";
        let evidence = Evidence::decode(words.next()?)?;
        let warnings = words.next()?.split(',').filter(|word| !word.is_empty());
        let warnings = warnings.map(decode_warning).collect::<Option<_>>()?;
        let decisions = Decisions { order, last_digit_lost };
        Some(Self {
            earlier,
            place,
            rows,
            rejected,
            decisions,
            evidence,
            warnings,
        })
    }
}

fn encode_warning(warning: &Warning) -> String {
    format!(
        "{}={}@{}",
        warning.kind.code(),
        warning.count,
        warning.example_line.unwrap_or(0)
    )
}

fn decode_warning(word: &str) -> Option<Warning> {
    let (code, rest) = word.split_once('=')?;
    let (count, line) = rest.split_once('@')?;
    let kind = WarningKind::ALL.into_iter().find(|kind| kind.code() == code)?;
    let example_line = line.parse().ok().filter(|line| *line > 0);
    Some(Warning {
        kind,
        count: count.parse().ok()?,
        example_line,
    })
}

/// The rows of a part of the file; their lines are counted within it.
struct Part<T> {
    heap: Heap<T>,
    asides: Vec<Aside>,
    survey: SurveyPart,
}

/// Something beside the rows, said before the item of this number.
struct Aside {
    item: usize,
    line: u64,
    what: What,
}

enum What {
    /// The header once more.
    Header,
    /// The row of a rejects file came from there.
    Origin(String, u64),
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self {
            heap: Heap::default(),
            asides: Vec::new(),
            survey: SurveyPart::default(),
        }
    }
}

impl<T> Part<T> {
    fn take(
        &mut self,
        met: Met<'_>,
        table: &Table<'_>,
        times: &[Field],
        read: &mut impl FnMut(&Row<'_>, Option<Stamp>) -> Result<(T, RowWarnings), RejectCode>,
    ) {
        let (row, result) = match met {
            Met::Cut(Cut::Broken(row, code)) => {
                self.survey.pass(row.place);
                (row, Err(code))
            }
            Met::Known(row) => {
                self.survey.hear(row.hint);
                return self.heap.known.push(row);
            }
            Met::Cut(Cut::Whole(row)) if table.is_header(&row) => {
                self.survey.pass(row.place);
                return self.note(row.place.line, What::Header);
            }
            Met::Cut(Cut::Whole(row)) => {
                let stamp = self.survey.look(&row, table, times);
                let is_unmended = table.layout().is_unmended(&row);
                let unmended = is_unmended.then_some(Err(RejectCode::WrongFieldCount));
                (row, unmended.unwrap_or_else(|| read(&row, stamp)))
            }
        };
        let line = row.place.line;
        match result {
            Ok((record, warnings)) => {
                if let Some((file, of_line)) = table.layout().origin(&row) {
                    self.note(line, What::Origin(file, of_line));
                }
                self.heap.items.push(Item::Row { line, record, warnings });
            }
            Err(code) => {
                let field = code.field().and_then(|field| table.layout().header(field));
                self.heap.items.push(Item::Rejected(Reject {
                    line,
                    field: field.map(str::to_owned),
                    code,
                    cells: row.to_cells(),
                }));
            }
        }
    }

    fn note(&mut self, line: u64, what: What) {
        let item = self.heap.items.len();
        self.asides.push(Aside { item, line, what });
    }
}

/// A file on its way from the first row to the report.
pub struct Delivery<'t, 's> {
    table: &'t Table<'s>,
    times: &'t [Field],
    decisions: Decisions,
    resume: Option<Resume>,
    recall: Option<Recall<'t>>,
    surveyor: Surveyor,
    depends_on_end: bool,
    rows: u64,
    /// Rows whose lines are known.
    known: u64,
    rejected: u64,
    warnings: WarningTally,
    mended: Vec<Mended>,
    last: LastRow,
}

/// What the last record added, so that it can be taken back.
#[derive(Clone, Copy, Debug, Default)]
struct LastRow {
    rows: u64,
    rejected: u64,
    warnings: RowWarnings,
}

impl<'t, 's> Delivery<'t, 's> {
    /// Begins after what `resume` knows, or at the first data row.
    pub(crate) fn new(table: &'t Table<'s>, times: &'t [Field], decisions: Decisions, resume: Option<Resume>) -> Self {
        let mut surveyor = Surveyor::default();
        let (mut rows, mut rejected, mut warnings) = (0, 0, WarningTally::default());
        if let Some(resume) = &resume {
            (rows, rejected) = (resume.rows, resume.rejected);
            surveyor = Surveyor::after(resume.evidence.clone());
            for warning in &resume.warnings {
                warnings.add(warning.kind, warning.count, warning.example_line);
            }
        }
        Self {
            table,
            times,
            decisions,
            resume,
            recall: None,
            surveyor,
            depends_on_end: false,
            rows,
            known: 0,
            rejected,
            warnings,
            mended: Vec::new(),
            last: LastRow::default(),
        }
    }

    /// Lets rows whose lines are known be handed on without being read.
    pub(crate) fn recalling(self, recall: Option<Recall<'t>>) -> Self {
        Self { recall, ..self }
    }

    /// Reads every row with what `reader` makes, one for each thread, and hands heaps of them to `sink`, in the order of
    /// the file.
    ///
    /// # Errors
    /// Fails when the file cannot be read or changed, and when the receiver gives up.
    pub(crate) fn run<T: Send, R>(
        &mut self,
        pace: Pace,
        reader: impl Fn() -> R + Sync,
        sink: Sink<'_, T>,
    ) -> Result<(), IntakeError>
    where
        R: FnMut(&Row<'_>, Option<Stamp>) -> Result<(T, RowWarnings), RejectCode>,
    {
        let (table, times, recall) = (self.table, self.times, self.recall);
        let from = self.resume.as_ref().map(|resume| resume.place);
        let hand = || {
            let mut read = reader();
            move |part: &mut Part<T>, met: Met<'_>| part.take(met, table, times, &mut read)
        };
        let join = |part: &mut Part<T>, lines_before| {
            self.surveyor.join(&mut part.survey, lines_before);
            let mut asides = part.asides.drain(..).peekable();
            for row in &mut part.heap.known {
                row.line += lines_before;
            }
            self.known += part.heap.known.len() as u64;
            for (index, item) in part.heap.items.iter_mut().enumerate() {
                while let Some(aside) = asides.next_if(|aside| aside.item <= index) {
                    self.count_aside(aside, lines_before);
                }
                let (Item::Row { line, .. } | Item::Rejected(Reject { line, .. })) = item;
                *line += lines_before;
                self.count_item(item);
            }
            sink(&mut part.heap).map_err(IntakeError::Sink)?;
            part.heap.items.clear();
            part.heap.known.clear();
            asides.for_each(|aside| self.count_aside(aside, lines_before));
            Ok(())
        };
        self.depends_on_end = table.go_through(from, pace, Extent::All, recall, hand, join)?;
        table.source().verify_unchanged()
    }

    fn count_item<T>(&mut self, item: &Item<T>) {
        let (line, rejected, warnings) = match item {
            Item::Row { line, warnings, .. } => (*line, 0, *warnings),
            Item::Rejected(reject) => (reject.line, 1, RowWarnings::default()),
        };
        self.rows += 1;
        self.rejected += rejected;
        self.warnings.add_row(warnings, line);
        self.last = LastRow {
            rows: 1,
            rejected,
            warnings,
        };
    }

    fn count_aside(&mut self, aside: Aside, lines_before: u64) {
        let line = aside.line + lines_before;
        match aside.what {
            What::Origin(file, of_line) => self.mended.push(Mended { line, file, of_line }),
            What::Header => {
                let mut warnings = RowWarnings::default();
                warnings.add(WarningKind::RepeatedHeader);
                self.warnings.add_row(warnings, line);
                self.last = LastRow {
                    warnings,
                    ..LastRow::default()
                };
            }
        }
    }

    /// Writes the report; none where all rows together decide otherwise than was decided for each.
    ///
    /// # Errors
    /// Asks for the order of day and month where nothing decides it; `header` names the column in the question.
    pub(crate) fn finish(mut self, options: &ReadOptions, header: &str) -> Result<Option<FileReport>, IntakeError> {
        let (table, source) = (self.table, self.table.source());
        let survey = std::mem::take(&mut self.surveyor).finish(self.depends_on_end);
        // Of known lines neither their order nor their text was looked at.
        if self.known > 0 && !survey.all.is_decided_by_numbers() {
            return Ok(None);
        }
        if survey.all.decide(options.date_order, header)? != self.decisions {
            return Ok(None);
        }
        let reading = table.reading(options);
        let resume = self.resume_for_later(&survey);
        if self.decisions.last_digit_lost {
            self.warnings
                .add(WarningKind::LastDigitLost, survey.all.whole_niks(), None);
        }
        if table.mends_text() {
            self.warnings
                .add(WarningKind::UndecodableText, source.census().invalid, None);
        }
        if !table.layout().ignored().is_empty() {
            let count = table.layout().ignored().len() as u64;
            self.warnings
                .add(WarningKind::IgnoredColumn, count, Some(table.header_line()));
        }
        let columns = table
            .layout()
            .found()
            .into_iter()
            .map(|(field, header)| (field, header.to_owned()))
            .collect();
        Ok(Some(FileReport {
            sha256: source.sha256(),
            bytes: source.bytes(),
            mended: self.mended,
            rows: self.rows + self.known,
            rejected: self.rejected,
            warnings: self.warnings.into_sorted(),
            dialect: table.dialect().clone(),
            header_line: table.header_line(),
            headers: table.layout().headers().to_vec(),
            columns,
            ignored_columns: table.layout().ignored().to_vec(),
            date_order: Some(self.decisions.order),
            last_digit_lost: self.decisions.last_digit_lost,
            reading,
            resume,
            skipped: self.resume.map(|resume| Skipped {
                earlier: resume.earlier,
                rows: resume.rows,
                rejected: resume.rejected,
                line: resume.place.line,
            }),
        }))
    }

    fn resume_for_later(&self, survey: &Survey) -> Option<String> {
        let place = survey
            .last
            .filter(|_| self.table.is_raw() && !survey.depends_on_end && self.known == 0)?;
        let resume = Resume {
            earlier: 0,
            place,
            rows: self.rows - self.last.rows,
            rejected: self.rejected - self.last.rejected,
            decisions: self.decisions,
            evidence: survey.before_last.clone(),
            warnings: self.warnings.without_row(self.last.warnings).as_slice().to_vec(),
        };
        Some(resume.encode())
    }
}
