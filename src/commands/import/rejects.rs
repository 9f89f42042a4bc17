//! The rejects file: the original cells, and why; to be mended and imported again.

use crate::commands::office::Office;
use crate::context::Context;
use crate::home::read_if_there;
use crate::intake::rejects::{RejectNote, reject_header, reject_row};
use crate::intake::report::{FileReport, Reject};
use crate::messages::intake as words;
use crate::outputs::csv;
use crate::outputs::file::write_whole;
use crate::outputs::reports::ImportReport;
use crate::store::Store;
use crate::store::records::{FileRecord, RejectRecord};
use anyhow::Result;
use std::collections::BTreeMap;

/// Writes the rejected rows of a stored file, those that were not mended since, and tells the report of them.
///
/// The name follows from the file's name and content, so that the same file always gives the same rejects file.
///
/// # Errors
/// The store cannot be read, or the file cannot be written.
pub(super) fn attach(
    context: &Context,
    office: &Office,
    report: &mut ImportReport,
    file: &FileRecord,
    headers: &[String],
) -> Result<()> {
    if file.counts.rejected == 0 {
        return Ok(());
    }
    let mut rejects = office.store.read(|facts| facts.rejects(file.id))?;
    rejects.retain(|reject| !reject.mended);
    report.open_rejected = u64::try_from(rejects.len())?;
    let from = RejectedFrom {
        name: &file.name,
        sha256: &file.sha256,
        remarks: &BTreeMap::new(),
    };
    report.rejects_file = write_rows(context, office, from, headers, &rejects)?;
    Ok(())
}

/// Returns what the rejects that a file mends were called, for the store.
pub(super) fn mended(file: &FileReport) -> Vec<(String, u64)> {
    file.mended
        .iter()
        .map(|mended| (mended.file.clone(), mended.of_line))
        .collect()
}

/// The file that rows were rejected from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RejectedFrom<'a> {
    /// Its name, without folders.
    pub(crate) name: &'a str,
    /// Its SHA-256, hexadecimal.
    pub(crate) sha256: &'a str,
    /// What is to be said of a line beside its reason.
    pub(crate) remarks: &'a BTreeMap<u64, String>,
}

/// Writes rejected rows; `None` where there are none.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write_rows(
    context: &Context,
    office: &Office,
    file: RejectedFrom<'_>,
    headers: &[String],
    rejects: &[RejectRecord],
) -> Result<Option<String>> {
    if rejects.is_empty() {
        return Ok(None);
    }
    let stem = file.name.rsplit_once('.').map_or(file.name, |(stem, _)| stem);
    let stem: String = stem
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_ .".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let path = format!(
        "outbox/rejects/{}-{}.csv",
        stem.trim_start_matches('.'),
        &file.sha256[..8]
    );
    office
        .home
        .make_private_folder(&office.home.root().join("outbox/rejects"))?;
    let rows = rejects.iter().map(|reject| {
        let mut reason = words::reject_reason(context.lang, &reject.code).to_owned();
        if let Some(remark) = file.remarks.get(&reject.line) {
            reason = format!("{reason}: {remark}");
        }
        let field = reject.field.as_deref();
        let note = RejectNote {
            file: file.name,
            line: reject.line,
            field,
            code: &reject.code,
            reason: &reason,
        };
        reject_row(headers, &reject.cells, note)
    });
    let mut bytes = Vec::new();
    csv::write_original(&mut bytes, reject_header(headers), rows)?;
    let full = office.home.root().join(&path);
    match read_if_there(&full)? {
        // Somebody is mending it: the rows that stand there are the ones that wait.
        Some(found) if found != bytes => return Ok(Some(path)),
        _ => write_whole(&full, &bytes)?,
    };
    Ok(Some(path))
}

/// Takes a rejected row as the store keeps it.
pub(crate) fn record(reject: Reject) -> RejectRecord {
    let Reject {
        line,
        field,
        code,
        cells,
    } = reject;
    RejectRecord {
        line,
        code: code.code().to_owned(),
        field,
        cells,
        mended: false,
    }
}
