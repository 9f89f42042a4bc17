//! What went wrong, in words: the sentence, its causes, the hint that cures it, and the exit code.

use crate::context::ContextError;
use crate::domain::calendar::OutsideCalendar;
use crate::exit::Exit;
use crate::intake::error::{IntakeError, Limit, LooksLike, NotAFile};
use crate::messages::decide::NoDecision;
use crate::messages::intake::{self as intake_words, MissingColumn};
use crate::messages::review::ReviewFault;
use crate::messages::setup::{SetupFault, disk_hint};
use crate::messages::{Failure, Lang, store as store_words};
use crate::store::error::{StoreError, StoreFile};
use anyhow::Error;
use std::{fmt, io};

/// A failure as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is wrong, and what state was left.
    pub text: String,
    /// What lies below it, outermost first.
    pub causes: Vec<String>,
    /// The command that cures it.
    pub hint: Option<String>,
    /// How the run ends.
    pub exit: Exit,
}

/// A file that was refused as a whole; nothing of it was used.
#[derive(Debug)]
pub struct RefusedFile {
    /// The file as named.
    pub file: String,
    /// Why.
    pub error: Error,
}

impl fmt::Display for RefusedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:#}", self.file, self.error)
    }
}

impl std::error::Error for RefusedFile {}

/// How much of a file's headers a sentence repeats.
const MOST_HEADERS: usize = 60;
const LONGEST_HEADER: usize = 80;

/// Explains a failure.
pub fn explain(lang: Lang, error: &Error) -> Explanation {
    if let Some(refused) = error.downcast_ref::<RefusedFile>() {
        let inner = explain(lang, &refused.error);
        return Explanation {
            text: format!("{}: {}", refused.file, inner.text),
            ..inner
        };
    }
    let file = error.downcast_ref::<StoreFile>();
    let known = |link| known(lang, link, file);
    let is_own = error.chain().next().and_then(known).is_some();
    let is_place = file.is_some_and(|file| file.to_string() == error.to_string());
    let known = error.chain().find_map(known);
    let mut explanation = known.unwrap_or_else(|| Explanation {
        text: error.to_string(),
        causes: error.chain().skip(1).map(ToString::to_string).collect(),
        hint: error
            .chain()
            .any(|link| link.is::<io::Error>())
            .then(|| disk_hint(lang).to_owned()),
        exit: Exit::Failed,
    });
    if !is_own && !is_place && error.chain().count() > 1 && explanation.text != error.to_string() {
        explanation
            .causes
            .insert(0, std::mem::replace(&mut explanation.text, error.to_string()));
    }
    explanation
}

/// Explains a failure in one line, for lists.
pub fn one_line(lang: Lang, error: &Error) -> String {
    match error.downcast_ref::<RefusedFile>() {
        Some(refused) => explain(lang, &refused.error).text,
        None => explain(lang, error).text,
    }
}

fn known(lang: Lang, link: &(dyn std::error::Error + 'static), file: Option<&StoreFile>) -> Option<Explanation> {
    let plain = |text: String, hint: Option<String>, exit: Exit| {
        Some(Explanation {
            text,
            causes: Vec::new(),
            hint,
            exit,
        })
    };
    if let Some(failure) = link.downcast_ref::<Failure>() {
        let exit = if failure.is_usage() { Exit::Usage } else { Exit::Failed };
        return plain(failure.text(lang), failure.hint(lang), exit);
    }
    if let Some(no) = link.downcast_ref::<NoDecision>() {
        let exit = if no.is_usage() { Exit::Usage } else { Exit::Failed };
        return plain(no.text(lang), no.hint(lang), exit);
    }
    if let Some(fault) = link.downcast_ref::<ReviewFault>() {
        let exit = if fault.is_usage() { Exit::Usage } else { Exit::Failed };
        return plain(fault.text(lang), Some(fault.hint(lang)), exit);
    }
    if let Some(outside) = link.downcast_ref::<OutsideCalendar>() {
        let failure = Failure::OutsideCalendar {
            day: outside.day,
            first: outside.first_year,
            last: outside.last_year,
        };
        return plain(failure.text(lang), failure.hint(lang), Exit::Usage);
    }
    if let Some(error) = link.downcast_ref::<IntakeError>() {
        let (text, hint) = intake_text(lang, error);
        let causes = match error {
            IntakeError::Io { source, .. } => vec![crate::messages::intake::io_cause(lang, source)],
            _ => Vec::new(),
        };
        let hint = match error {
            IntakeError::Io { .. } => Some(intake_words::io_hint(lang).to_owned()),
            _ => hint,
        };
        return Some(Explanation {
            text,
            causes,
            hint,
            exit: intake_exit(error),
        });
    }
    if let Some(error) = link.downcast_ref::<StoreError>() {
        let (text, hint, exit) = store_text(lang, error, file);
        return plain(text, hint, exit);
    }
    if let Some(error) = link.downcast_ref::<ContextError>() {
        return plain(error.words(lang), error.hint(lang), error.exit());
    }
    let fault = link.downcast_ref::<SetupFault>()?;
    plain(fault.words(lang), Some(fault.hint(lang)), Exit::from(fault))
}

fn store_text(lang: Lang, error: &StoreError, file: Option<&StoreFile>) -> (String, Option<String>, Exit) {
    let named = file.map(ToString::to_string);
    let file = named.as_deref().unwrap_or(store_words::the_store(lang));
    let cured = |text: String, hint: &str| (text, Some(hint.to_owned()), Exit::Failed);
    let failed = |text: String| (text, None, Exit::Failed);
    match error {
        StoreError::Missing(path) => {
            let failure = Failure::NoStore {
                path: path.display().to_string(),
            };
            (failure.text(lang), failure.hint(lang), Exit::Usage)
        }
        StoreError::Exists(path) => failed(
            Failure::FileExists {
                path: path.display().to_string(),
            }
            .text(lang),
        ),
        StoreError::NotAStore(path) => {
            let text = store_words::not_a_store(lang, &path.display().to_string());
            (text, Some(store_words::damaged_hint(lang).to_owned()), Exit::Damaged)
        }
        StoreError::Newer { found, known } => (
            store_words::newer(lang, *found, *known),
            Some(store_words::newer_hint(lang).to_owned()),
            Exit::Failed,
        ),
        StoreError::Damaged(detail) => (
            store_words::damaged(lang, detail),
            Some(store_words::damaged_hint(lang).to_owned()),
            Exit::Damaged,
        ),
        StoreError::Busy => (
            store_words::busy(lang).to_owned(),
            Some(store_words::busy_hint(lang).to_owned()),
            Exit::Busy,
        ),
        StoreError::Full => cured(store_words::full(lang, file), store_words::full_hint(lang)),
        StoreError::ReadOnly => cured(store_words::read_only(lang, file), store_words::read_only_hint(lang)),
        StoreError::Io(detail) => cured(store_words::io(lang, file, detail), store_words::io_hint(lang)),
        StoreError::Refused(rule) | StoreError::Unknown(rule) => failed(store_words::refused(lang, rule)),
        StoreError::Engine(detail) => failed(store_words::engine(lang, detail)),
    }
}

/// A file that cannot be used fails the run; a mapping or an order of dates that only a person can give is usage.
fn intake_exit(error: &IntakeError) -> Exit {
    match error {
        IntakeError::UnknownField { .. } | IntakeError::MappedHeaderMissing { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
}

fn intake_text(lang: Lang, error: &IntakeError) -> (String, Option<String>) {
    let text = match error {
        IntakeError::NotAFile { found, .. } => intake_words::not_a_file(lang, not_a_file(*found)),
        IntakeError::Io { .. } => intake_words::unreadable(lang).to_owned(),
        IntakeError::Changed { .. } => intake_words::changed(lang).to_owned(),
        IntakeError::Empty => intake_words::empty(lang).to_owned(),
        IntakeError::NotATable { looks_like } => intake_words::not_a_table(lang, not_a_table(*looks_like)),
        IntakeError::TooLarge { limit, allowed, found } => {
            intake_words::too_large(lang, limit_word(*limit), *allowed, *found)
        }
        IntakeError::BrokenSpreadsheet { detail } => intake_words::broken_spreadsheet(lang, detail),
        IntakeError::MissingColumns {
            kind,
            headers,
            candidates,
            ..
        } => {
            let missing = |(field, nearest): &(crate::intake::headers::Field, Vec<String>)| MissingColumn {
                field: field.code(),
                nearest: masked(nearest),
            };
            let columns: Vec<MissingColumn> = candidates.iter().map(missing).collect();
            let field = columns.first().map_or("nik", |column| column.field);
            let hint = intake_words::map_hint(lang, field, kind.code());
            return (
                with_state(lang, intake_words::missing_columns(lang, &columns, &masked(headers))),
                Some(hint),
            );
        }
        IntakeError::AmbiguousColumn { kind, field, headers } => {
            let hint = intake_words::map_hint(lang, field.code(), kind.code());
            return (
                with_state(
                    lang,
                    intake_words::ambiguous_column(lang, field.code(), &masked(headers)),
                ),
                Some(hint),
            );
        }
        IntakeError::MappedHeaderMissing { field, header, headers } => {
            intake_words::mapped_header_missing(lang, field.code(), header, &masked(headers))
        }
        IntakeError::UnknownField { field, known, .. } => intake_words::unknown_field(lang, field, known),
        IntakeError::WrongKind { looks_like, .. } => {
            let hint = intake_words::wrong_kind_hint(lang, looks_like.code());
            return (
                with_state(lang, intake_words::wrong_kind(lang, looks_like.code())),
                Some(hint),
            );
        }
        IntakeError::DateOrder(question) => {
            let text = intake_words::date_order(
                lang,
                &question.header,
                question.line,
                &question.example,
                question.contradictory,
            );
            return (with_state(lang, text), Some(intake_words::date_order_hint(lang)));
        }
        IntakeError::WrongEncoding { asked } => intake_words::wrong_encoding(lang, asked.code()),
        IntakeError::Sink(error) => return (error.to_string(), None),
    };
    (with_state(lang, text), None)
}

/// A file without a header line shows its first person's numbers where headers are named: long digits are masked.
fn masked(headers: &[String]) -> Vec<String> {
    let mask = |header: &String| {
        let digits = header.chars().filter(char::is_ascii_digit).count();
        let mut letters = header.chars();
        let mut shown: String = letters.by_ref().take(LONGEST_HEADER).collect();
        if digits > 8 {
            shown = shown
                .chars()
                .map(|c| if c.is_ascii_digit() { '*' } else { c })
                .collect();
        }
        if letters.next().is_some() {
            shown.push('…');
        }
        shown
    };
    let mut shown: Vec<String> = headers.iter().take(MOST_HEADERS).map(mask).collect();
    if headers.len() > MOST_HEADERS {
        shown.push("…".to_owned());
    }
    shown
}

fn with_state(lang: Lang, text: String) -> String {
    format!("{text}; {}", intake_words::nothing_changed(lang))
}

fn not_a_file(found: NotAFile) -> &'static str {
    match found {
        NotAFile::Folder => "folder",
        NotAFile::Pipe => "pipe",
        NotAFile::Device => "device",
        NotAFile::LinkOutside => "link",
    }
}

fn not_a_table(looks_like: LooksLike) -> &'static str {
    match looks_like {
        LooksLike::Pdf => "pdf",
        LooksLike::Image => "image",
        LooksLike::Html => "html",
        LooksLike::Xml => "xml",
        LooksLike::Archive => "archive",
        LooksLike::Document => "document",
        LooksLike::Encrypted => "encrypted",
        LooksLike::Binary => "binary",
    }
}

fn limit_word(limit: Limit) -> &'static str {
    match limit {
        Limit::Columns => "columns",
        Limit::Cells => "cells",
        Limit::UnpackedBytes => "unpacked_bytes",
        Limit::FileBytes => "file_bytes",
    }
}
