//! One file to import: opened, read once for its hash, and recorded with its numbers.

use crate::commands::explain::RefusedFile;
use crate::commands::office::Office;
use crate::config::DateOrder as DateOrderSetting;
use crate::context::Context;
use crate::domain::moment::Moment;
use crate::intake::beginnings::Beginning;
use crate::intake::encoding::Encoding;
use crate::intake::error::{ImportKind, IntakeError};
use crate::intake::layout::{ChoiceOrigin, ColumnChoice};
use crate::intake::options::{Dialect, DialectChoice, ReadOptions};
use crate::intake::passes::Passes;
use crate::intake::report::{FileReport, Warning};
use crate::intake::source::Source;
use crate::intake::timestamps::DateOrder;
use crate::messages::{Failure, intake as words};
use crate::outputs::reports::{ImportReport, ReadAs, WarningReport};
use crate::store::records::{Counts, Event, FileId, FileKind, FileRecord};
use anyhow::{Error, Result};
use clap::Args;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a person decides about the form of a file.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ReadingArgs {
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<String>,
    #[arg(long, value_name = "LINES")]
    preamble: Option<u64>,
    #[arg(long, value_name = "FIELD=HEADER")]
    map: Vec<String>,
    #[arg(long, value_name = "dmy|mdy")]
    date_order: Option<String>,
}

/// Returns the import of a kind of file.
pub(super) fn import_kind(kind: FileKind) -> ImportKind {
    match kind {
        FileKind::Links => ImportKind::Links,
        FileKind::Queue => ImportKind::Queue,
        FileKind::Results => ImportKind::Results,
    }
}

impl ReadingArgs {
    /// Lays the options over the settings.
    ///
    /// # Errors
    /// A word that is no encoding, delimiter, order or mapping.
    pub(super) fn options(&self, context: &Context, kind: FileKind) -> Result<ReadOptions> {
        let settings = context.settings();
        let setting = settings.office.date_order.map(|order| match order {
            DateOrderSetting::DayFirst => DateOrder::Dmy,
            DateOrderSetting::MonthFirst => DateOrder::Mdy,
        });
        let columns = match kind {
            FileKind::Links => &settings.columns.links,
            FileKind::Queue => &settings.columns.queue,
            FileKind::Results => &settings.columns.results,
        };
        let mut options = ReadOptions::new(context.zone());
        options.office.clone_from(&settings.office.code);
        options.date_order = self.date_order()?.or(setting);
        options.dialect = DialectChoice {
            encoding: self.encoding()?,
            delimiter: self.delimiter()?,
            preamble_lines: self.preamble,
            sheet: None,
        };
        options.columns = set_columns(columns);
        for text in &self.map {
            let (field, header) = text
                .split_once('=')
                .ok_or_else(|| Failure::BadMap { text: text.to_owned() })?;
            options.columns.push(choice(field, header, ChoiceOrigin::Option));
        }
        Ok(options)
    }

    fn date_order(&self) -> Result<Option<DateOrder>> {
        let bad = |text: &String| Failure::BadDateOrder { text: text.clone() };
        self.date_order
            .as_ref()
            .map(|text| DateOrder::parse(text).ok_or_else(|| bad(text).into()))
            .transpose()
    }

    fn encoding(&self) -> Result<Option<Encoding>> {
        let bad = |text: &String| Failure::BadEncoding { text: text.clone() };
        self.encoding
            .as_ref()
            .map(|text| Encoding::parse(text).ok_or_else(|| bad(text).into()))
            .transpose()
    }

    fn delimiter(&self) -> Result<Option<u8>> {
        let Some(text) = &self.delimiter else {
            return Ok(None);
        };
        Ok(Some(match text.as_str() {
            "comma" | "," => b',',
            "semicolon" | ";" => b';',
            "tab" | "\t" | "\\t" => b'\t',
            "pipe" | "|" => b'|',
            _ => return Err(Failure::BadDelimiter { text: text.clone() }.into()),
        }))
    }
}

fn set_columns(columns: &BTreeMap<String, String>) -> Vec<ColumnChoice> {
    columns
        .iter()
        .map(|(field, header)| choice(field, header, ChoiceOrigin::Setting))
        .collect()
}

fn choice(field: &str, header: &str, origin: ChoiceOrigin) -> ColumnChoice {
    ColumnChoice {
        field: field.trim().to_owned(),
        header: header.trim().to_owned(),
        origin,
    }
}

/// A file to import.
pub(super) struct Input {
    /// As the person named it, or relative to the home.
    pub shown: String,
    /// The open file.
    pub source: Source,
}

impl Input {
    /// Opens a file, or standard input for `-`; `prefixes` are lengths whose hashes are wanted as well, and `beginnings`
    /// what it may begin with.
    ///
    /// # Errors
    /// The file is none, or cannot be read.
    pub(super) fn open(office: &Office, path: &Path, prefixes: &[u64], beginnings: &[Beginning]) -> Result<Self> {
        let shown = office.home.shown(path).display().to_string();
        let source = match path.as_os_str() == "-" {
            true => Source::spool(&mut io::stdin().lock(), office.home.root(), prefixes),
            false => Source::open_after(path, prefixes, beginnings),
        };
        match source {
            Ok(source) => Ok(Self { shown, source }),
            Err(error) => Err(refused(&shown, error.into())),
        }
    }

    /// Opens several files.
    ///
    /// # Errors
    /// One of them is no file, or cannot be read.
    pub(super) fn open_all(office: &Office, paths: &[PathBuf]) -> Result<Vec<Self>> {
        paths.iter().map(|path| Self::open(office, path, &[], &[])).collect()
    }

    /// Says that an error is this file's.
    pub(super) fn refused(&self, error: Error) -> Error {
        refused(&self.shown, error)
    }

    /// Begins the record of this file; its numbers come when its rows are in.
    pub(super) fn record(&self, context: &Context, kind: FileKind, reading: String) -> FileRecord {
        FileRecord {
            id: FileId(0),
            kind,
            name: self.source.name().to_owned(),
            sha256: self.source.sha256_hex(),
            bytes: self.source.bytes(),
            reading,
            imported_at: context.as_of,
            user: context.user.clone(),
            counts: Counts::default(),
            taken_at: None,
            resume: None,
        }
    }

    /// Makes the contract's report.
    pub(super) fn report(&self, record: &FileRecord, warnings: Vec<WarningReport>) -> ImportReport {
        report(&self.shown, record, warnings)
    }
}

/// Makes the contract's report of a file, named as a person is to see it.
pub(super) fn report(shown: &str, record: &FileRecord, warnings: Vec<WarningReport>) -> ImportReport {
    let counts = record.counts;
    ImportReport {
        kind: record.kind.code(),
        file: shown.to_owned(),
        sha256: record.sha256.clone(),
        rows: counts.rows,
        added: counts.added,
        changed: counts.changed,
        unchanged: counts.unchanged,
        held: counts.held,
        rejected: counts.rejected,
        left: counts.left,
        warnings,
        rejects_file: None,
        open_rejected: counts.rejected,
        read_as: ReadAs::default(),
    }
}

fn refused(shown: &str, error: Error) -> Error {
    match error.downcast::<IntakeError>() {
        Ok(IntakeError::Sink(inner)) => inner,
        Ok(intake) => RefusedFile {
            file: shown.to_owned(),
            error: intake.into(),
        }
        .into(),
        Err(error) if error.is::<Failure>() => RefusedFile {
            file: shown.to_owned(),
            error,
        }
        .into(),
        Err(error) => error,
    }
}

/// What a file said at its beginning does not hold for all of it.
#[derive(Debug)]
pub(super) struct Misjudged;

impl fmt::Display for Misjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the end of the file differs from its beginning")
    }
}

impl std::error::Error for Misjudged {}

/// Reads in one pass, and once more in two where that was not enough; what failed must have changed nothing.
///
/// # Errors
/// Those of `read`.
pub(super) fn in_one_pass<T>(mut read: impl FnMut(Passes) -> Result<T>) -> Result<T> {
    match read(Passes::One) {
        Err(error) if error.is::<Misjudged>() => read(Passes::Two),
        other => other,
    }
}

/// Turns the reader's warnings into the contract's.
pub(super) fn warnings(found: &[Warning]) -> Vec<WarningReport> {
    let report = |warning: &Warning| WarningReport {
        code: warning.kind.code().to_owned(),
        count: warning.count,
        example_line: warning.example_line,
    };
    found.iter().map(report).collect()
}

/// Says what was recognised of a file's form: aloud where it is not the usual one, else only with `-v`.
pub(super) fn tell_form(context: &Context, input: &Input, file: &FileReport) {
    let (form, is_usual) = match &file.dialect {
        Dialect::Text {
            encoding,
            delimiter,
            preamble_lines,
        } => (
            words::text_form(context.lang, encoding.code(), *delimiter, *preamble_lines),
            *encoding == Encoding::Utf8 && *delimiter == b',' && *preamble_lines == 0,
        ),
        Dialect::Sheet { name, preamble_lines } => (
            words::sheet_form(context.lang, name, *preamble_lines),
            *preamble_lines == 0,
        ),
    };
    let text = format!("{}: {form}", input.shown);
    if is_usual {
        context.ui.detail(text)
    } else {
        context.ui.note(text)
    }
    let columns: Vec<String> = file
        .columns
        .iter()
        .map(|(field, header)| format!("{}={header}", field.code()))
        .collect();
    context
        .ui
        .detail(words::columns_found(context.lang, &input.shown, &columns.join(", ")));
}

/// The event of an imported file.
pub(super) fn event(context: &Context, record: &FileRecord) -> Event {
    Event {
        at: context.as_of,
        user: context.user.clone(),
        action: format!("{}_imported", record.kind.code()),
        subject: record.name.clone(),
        note: None,
        count: Some(record.counts.rows),
    }
}

/// A moment of a file's own clock.
pub(super) fn modified(source: &Source) -> Option<Moment> {
    moment_of(source.modified()?)
}

/// A time of the file system as a moment.
pub(super) fn moment_of(time: SystemTime) -> Option<Moment> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(Moment::from_seconds)
}
