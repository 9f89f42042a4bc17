//! The second pass: every data row read in earnest and handed over, counted such that the equation can hold.
//!
//! Knows how a file is gone through and what is reported of it; what a row means is told by the reader handed in.

use crate::intake::error::IntakeError;
use crate::intake::options::ReadOptions;
use crate::intake::report::{
    FileReport, Mended, Reject, RejectCode, RowWarnings, Skipped, Warning, WarningKind, WarningTally,
};
use crate::intake::rows::{Cut, Place, Row};
use crate::intake::source::hex;
use crate::intake::survey::{Decisions, Evidence, Survey};
use crate::intake::table::Table;
use crate::intake::timestamps::DateOrder;

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

/// A file on its way from the first row to the report.
pub struct Delivery<'t, 's> {
    table: &'t Table<'s>,
    survey: Survey,
    decisions: Option<Decisions>,
    resume: Option<Resume>,
    rows: u64,
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
    pub fn new(table: &'t Table<'s>, survey: Survey, decisions: Option<Decisions>, resume: Option<Resume>) -> Self {
        let (mut rows, mut rejected, mut warnings) = (0, 0, WarningTally::default());
        if let Some(resume) = &resume {
            (rows, rejected) = (resume.rows, resume.rejected);
            for warning in &resume.warnings {
                warnings.add(warning.kind, warning.count, warning.example_line);
            }
        }
        Self {
            table,
            survey,
            decisions,
            resume,
            rows,
            rejected,
            warnings,
            mended: Vec::new(),
            last: LastRow::default(),
        }
    }

    /// Reads every row with `read` and hands it to `sink`.
    ///
    /// # Errors
    /// Fails when the file cannot be read or changed, and when the receiver gives up.
    pub fn run<T>(
        &mut self,
        mut read: impl FnMut(&Row<'_>) -> Result<(T, RowWarnings), RejectCode>,
        sink: &mut dyn FnMut(Item<T>) -> anyhow::Result<()>,
    ) -> Result<(), IntakeError> {
        let table = self.table;
        let mut rows = table.rows(self.resume.as_ref().map(|resume| resume.place))?;
        while let Some(cut) = table.or_io(rows.next_row())? {
            let item = match cut {
                Cut::Whole(row) if table.is_header(&row) => {
                    let mut warnings = RowWarnings::default();
                    warnings.add(WarningKind::RepeatedHeader);
                    self.count(
                        LastRow {
                            rows: 0,
                            rejected: 0,
                            warnings,
                        },
                        row.place.line,
                    );
                    continue;
                }
                Cut::Whole(row) if table.layout().is_unmended(&row) => self.reject(&row, RejectCode::WrongFieldCount),
                Cut::Whole(row) => match read(&row) {
                    Ok((record, warnings)) => {
                        let line = row.place.line;
                        let origin = table.layout().origin(&row);
                        self.mended
                            .extend(origin.map(|(file, of_line)| Mended { line, file, of_line }));
                        self.count(
                            LastRow {
                                rows: 1,
                                rejected: 0,
                                warnings,
                            },
                            line,
                        );
                        Item::Row { line, record, warnings }
                    }
                    Err(code) => self.reject(&row, code),
                },
                Cut::Broken(row, code) => self.reject(&row, code),
            };
            sink(item).map_err(IntakeError::Sink)?;
        }
        table.source().verify_unchanged()
    }

    fn count(&mut self, row: LastRow, line: u64) {
        self.rows += row.rows;
        self.rejected += row.rejected;
        self.warnings.add_row(row.warnings, line);
        self.last = row;
    }

    fn reject<T>(&mut self, row: &Row<'_>, code: RejectCode) -> Item<T> {
        let line = row.place.line;
        self.count(
            LastRow {
                rows: 1,
                rejected: 1,
                warnings: RowWarnings::default(),
            },
            line,
        );
        let field = code
            .field()
            .and_then(|field| self.table.layout().header(field))
            .map(str::to_owned);
        Item::Rejected(Reject {
            line,
            field,
            code,
            cells: row.to_cells(),
        })
    }

    /// Writes the report.
    pub fn finish(mut self, options: &ReadOptions) -> FileReport {
        let (table, source) = (self.table, self.table.source());
        let reading = table.reading(options);
        let resume = self.resume_for_later();
        if self.decisions.is_some_and(|decisions| decisions.last_digit_lost) {
            self.warnings
                .add(WarningKind::LastDigitLost, self.survey.all.whole_niks(), None);
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
        FileReport {
            sha256: source.sha256(),
            bytes: source.bytes(),
            mended: self.mended,
            rows: self.rows,
            rejected: self.rejected,
            warnings: self.warnings.into_sorted(),
            dialect: table.dialect().clone(),
            header_line: table.header_line(),
            headers: table.layout().headers().to_vec(),
            columns,
            ignored_columns: table.layout().ignored().to_vec(),
            date_order: self.decisions.map(|decisions| decisions.order),
            last_digit_lost: self.decisions.is_some_and(|decisions| decisions.last_digit_lost),
            reading,
            resume,
            skipped: self.resume.map(|resume| Skipped {
                earlier: resume.earlier,
                rows: resume.rows,
                rejected: resume.rejected,
                line: resume.place.line,
            }),
        }
    }

    fn resume_for_later(&self) -> Option<String> {
        let place = self
            .survey
            .last
            .filter(|_| self.table.is_raw() && !self.survey.depends_on_end)?;
        let resume = Resume {
            earlier: 0,
            place,
            rows: self.rows - self.last.rows,
            rejected: self.rejected - self.last.rejected,
            decisions: self.decisions?,
            evidence: self.survey.before_last.clone(),
            warnings: self.warnings.without_row(self.last.warnings).as_slice().to_vec(),
        };
        Some(resume.encode())
    }
}
