//! How often a file is gone through: twice where its columns are judged as a whole before a row is read, once where the
//! beginning is trusted to speak for the rest and the verdict is looked at again at the end.
//!
//! Knows no column but those of times and of the NIK.

use crate::intake::delivery::{Delivery, EarlierFile, Resume, Sink};
use crate::intake::error::IntakeError;
use crate::intake::headers::Field;
use crate::intake::options::ReadOptions;
use crate::intake::report::{FileReport, RejectCode, RowWarnings};
use crate::intake::rows::Row;
use crate::intake::source::Source;
use crate::intake::survey::{Decisions, survey};
use crate::intake::table::{Extent, Table};
use crate::intake::timestamps::{DateOrder, Stamp};
use crate::intake::traces::{KnownTraces, Recall, Tracer};

/// How often a file is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// Once; it may turn out that it must be read again.
    One,
    /// Twice: the first pass only judges.
    Two,
}

/// A file to be read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a, 's> {
    /// The file as a table.
    pub(crate) table: &'a Table<'s>,
    /// The columns of times, the first that is not blank counts.
    pub(crate) times: &'static [Field],
    /// What the reader is told.
    pub(crate) options: &'a ReadOptions,
    /// Files with which this one may begin.
    pub(crate) earlier: &'a [EarlierFile],
    /// How often it is gone through.
    pub(crate) passes: Passes,
    /// What is known of its lines, and the year of the run; none where lines leave no traces.
    pub(crate) lines: Option<(&'a KnownTraces, i32)>,
}

impl<'a> Reading<'a, '_> {
    /// Reads every row with what `reader` makes, one for each thread, and hands heaps of them to `sink`, in the order of the
    /// file. None: the columns as a whole say otherwise than their beginning did, so that what was handed over must be
    /// forgotten and the file read again, in two passes.
    ///
    /// # Errors
    /// Says why the file as a whole cannot be read, and fails when the receiver gives up.
    pub(crate) fn run<T: Send, R>(
        &self,
        reader: impl Fn(Decisions, Option<Tracer>) -> R + Sync,
        sink: Sink<'_, T>,
    ) -> Result<Option<FileReport>, IntakeError>
    where
        R: FnMut(&Row<'_>, Option<Stamp>) -> Result<(T, RowWarnings), RejectCode>,
    {
        let (decisions, resume) = self.decide()?;
        let recall = self.recall(decisions);
        let tracer = recall.map(|recall| recall.tracer);
        // What two passes are to find out must not rest on what was found out before.
        let recall = recall.filter(|recall| self.passes == Passes::One && !recall.known.is_empty());
        let mut delivery = Delivery::new(self.table, self.times, decisions, resume).recalling(recall);
        delivery.run(self.options.pace, || reader(decisions, tracer), sink)?;
        delivery.finish(self.options, self.time_header())
    }

    /// Decides what holds for every row, and from where on they are read.
    fn decide(&self) -> Result<(Decisions, Option<Resume>), IntakeError> {
        let (table, options) = (self.table, self.options);
        let mut resume = Resume::find(table, &table.reading(options), self.earlier);
        if self.passes == Passes::One {
            if let Some(resume) = resume {
                return Ok((resume.decisions(), Some(resume)));
            }
            let beginning = survey(table, self.times, None, options.pace, Extent::Beginning)?;
            // Where it leaves a question open, the usual answer is tried; at the end it is asked all the same.
            let order = options.date_order.unwrap_or(DateOrder::Dmy);
            return Ok((beginning.all.decide(Some(order), self.time_header())?, None));
        }
        loop {
            let start = resume.as_ref().map(Resume::start);
            let survey = survey(table, self.times, start, options.pace, Extent::All)?;
            let decisions = survey.all.decide(options.date_order, self.time_header())?;
            // What is new may change what was decided for the rest; then the whole file is read.
            match &resume {
                Some(known) if !known.holds_under(decisions) => resume = None,
                _ => return Ok((decisions, resume)),
            }
        }
    }

    /// Returns what knows the lines of this file; none where what a row says hangs on more than its line.
    fn recall(&self, decisions: Decisions) -> Option<Recall<'a>> {
        let (known, year) = self.lines?;
        let (version, order) = (env!("CARGO_PKG_VERSION"), decisions.order.code());
        let form = format!("{version} {} {order} {year}", self.table.reading(self.options));
        let is_alone = !decisions.last_digit_lost && !self.table.layout().is_of_rejects();
        is_alone.then(|| Recall {
            tracer: Tracer::new(&form),
            known,
        })
    }

    fn time_header(&self) -> &str {
        let layout = self.table.layout();
        self.times.iter().find_map(|field| layout.header(*field)).unwrap_or("")
    }
}

/// Says that a file changed: of the same bytes two passes cannot come to different decisions.
pub(crate) fn changed(source: &Source) -> IntakeError {
    IntakeError::Changed {
        path: source.path().to_owned(),
    }
}
