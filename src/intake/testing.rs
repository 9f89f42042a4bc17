//! What the tests of the readers share: files made of text, and their rows in a form that is easy to compare.

use crate::domain::moment::Zone;
use crate::intake::delivery::{EarlierFile, Item};
use crate::intake::error::IntakeError;
use crate::intake::options::{Pace, ReadOptions};
use crate::intake::report::{FileReport, Reject, RowWarnings};
use crate::intake::source::Source;
use std::io::Write;

/// Western Indonesia.
pub fn wib() -> Zone {
    Zone::east_opt(7 * 3600).unwrap()
}

/// Options as an office in Palembang has them; files are gone through in small stretches, as large ones are.
pub fn options() -> ReadOptions {
    ReadOptions {
        office: Some("1671".to_owned()),
        pace: Pace {
            stretch_bytes: 100,
            helper: true,
        },
        ..ReadOptions::new(wib())
    }
}

/// Writes bytes to a file and opens it, with the lengths whose hashes are wanted.
pub fn source_with(bytes: &[u8], prefixes: &[u64]) -> Result<Source, IntakeError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Source::open(file.path(), prefixes)
}

/// Writes bytes to a file and opens it.
pub fn source(bytes: &[u8]) -> Source {
    source_with(bytes, &[]).unwrap()
}

/// All that a reader hands over.
#[derive(Debug)]
pub struct Read<T> {
    /// Rows with their lines and warnings.
    pub rows: Vec<(u64, T, RowWarnings)>,
    /// Rejected rows.
    pub rejects: Vec<Reject>,
    /// The report.
    pub report: FileReport,
}

impl<T> Read<T> {
    /// Returns the codes of the rejected rows, with their lines.
    pub fn reject_codes(&self) -> Vec<(u64, &'static str)> {
        self.rejects
            .iter()
            .map(|reject| (reject.line, reject.code.code()))
            .collect()
    }

    /// Returns the codes of the report's warnings, with their numbers.
    pub fn warning_codes(&self) -> Vec<(&'static str, u64)> {
        self.report
            .warnings
            .iter()
            .map(|warning| (warning.kind.code(), warning.count))
            .collect()
    }

    /// Returns the report as a file imported earlier.
    pub fn as_earlier(&self) -> EarlierFile {
        EarlierFile {
            bytes: self.report.bytes,
            sha256: crate::intake::hex::hex(&self.report.sha256),
            reading: self.report.reading.clone(),
            resume: self.report.resume.clone().unwrap_or_default(),
        }
    }
}

/// Gathers what `read` hands over, and checks that every row was counted.
pub fn gather<T>(
    read: impl FnOnce(&mut dyn FnMut(Item<T>) -> anyhow::Result<()>) -> Result<FileReport, IntakeError>,
) -> Result<Read<T>, IntakeError> {
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    let report = read(&mut |item| {
        match item {
            Item::Row { line, record, warnings } => rows.push((line, record, warnings)),
            Item::Rejected(reject) => rejects.push(reject),
        }
        Ok(())
    })?;
    let skipped = report
        .skipped
        .map_or((0, 0), |skipped| (skipped.rows, skipped.rejected));
    assert_eq!(report.rows, rows.len() as u64 + rejects.len() as u64 + skipped.0);
    assert_eq!(report.rejected, rejects.len() as u64 + skipped.1);
    Ok(Read { rows, rejects, report })
}
