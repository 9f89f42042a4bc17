//! The rejects file: the original cells, and why; to be mended and imported again.

use crate::commands::office::Office;
use crate::context::Context;
use crate::home::make_folder;
use crate::intake::layout::REJECT_HEADERS;
use crate::intake::report::Reject;
use crate::messages::intake as words;
use crate::outputs::csv;
use crate::outputs::file::write_whole;
use crate::store::Store;
use crate::store::records::{FileRecord, RejectRecord};
use anyhow::Result;

/// Writes the rejected rows of a stored file; `None` where there are none.
///
/// The name follows from the file's name and content, so that the same file always gives the same rejects file.
///
/// # Errors
/// The store cannot be read, or the file cannot be written.
pub(super) fn write(
    context: &Context,
    office: &Office,
    file: &FileRecord,
    headers: &[String],
) -> Result<Option<String>> {
    if file.counts.rejected == 0 {
        return Ok(None);
    }
    let rejects = office.store.read(|facts| facts.rejects(file.id))?;
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let stem: String = stem.chars().map(|c| if c.is_alphanumeric() || "-_ .".contains(c) { c } else { '-' }).collect();
    let path = format!("outbox/rejects/{}-{}.csv", stem.trim_start_matches('.'), &file.sha256[..8]);
    make_folder(&office.home.root().join("outbox/rejects"))?;
    let mut table = vec![headers.iter().cloned().chain(REJECT_HEADERS.map(str::to_owned)).collect::<Vec<_>>()];
    table.extend(rejects.iter().map(|reject| row(context, file, headers.len(), reject)));
    write_whole(&office.home.root().join(&path), &csv::raw_bytes(&table)?)?;
    Ok(Some(path))
}

fn row(context: &Context, file: &FileRecord, width: usize, reject: &RejectRecord) -> Vec<String> {
    let mut cells = reject.cells.clone();
    // A row with too few or too many cells keeps them all; the reasons stand behind the widest.
    cells.resize(width.max(cells.len()), String::new());
    let reason = words::reject_reason(context.lang(), &reject.code).to_owned();
    let field = reject.field.clone().unwrap_or_default();
    cells.extend([file.name.clone(), reject.line.to_string(), field, reject.code.clone(), reason]);
    cells
}

/// Takes a rejected row as the store keeps it.
pub(super) fn record(reject: Reject) -> RejectRecord {
    let Reject { line, field, code, cells } = reject;
    RejectRecord { line, code: code.code().to_owned(), field, cells }
}
