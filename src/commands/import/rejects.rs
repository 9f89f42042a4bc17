//! The rejects file: the original cells, and why; to be mended and imported again.

use crate::commands::office::Office;
use crate::context::Context;
use crate::home::read_if_there;
use crate::intake::rejects::{RejectNote, reject_header, reject_row};
use crate::intake::report::{FileReport, Reject};
use crate::messages::intake as words;
use crate::outputs::csv;
use crate::outputs::file::write_whole;
use crate::outputs::reports::{ImportReport, ReadAs};
use crate::store::Store;
use crate::store::records::{FileRecord, RejectRecord};
use anyhow::Result;
use std::collections::BTreeMap;

/// How much of a file's name stays: four bytes a letter, and room for the rest, in a name of 255 bytes.
const LONGEST_STEM_LETTERS: usize = 50;

/// Writes the rejected rows of a stored file, those that were not mended since, and tells the report of them and of how
/// the file was read.
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
    report.read_as = ReadAs {
        reading: file.reading.clone(),
        headers: headers.to_vec(),
    };
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
    let path = format!("outbox/rejects/{}-{}.csv", file_stem(file.name), &file.sha256[..8]);
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

/// Makes the name of a file safe as part of another: it can neither leave the folder, nor hide in it, nor be too long.
fn file_stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let safe = |letter: char| letter.is_alphanumeric() || "-_ .".contains(letter);
    let stem = stem.trim_start_matches('.').chars();
    stem.take(LONGEST_STEM_LETTERS)
        .map(|letter| if safe(letter) { letter } else { '-' })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_neither_leave_nor_hide_nor_be_too_long() {
        for (name, stem) in [
            ("pendaftaran.csv", "pendaftaran"),
            ("../../etc/passwd", "-."),
            ("..a/b.csv", "a-b"),
            (".tersembunyi.csv", "tersembunyi"),
            ("a\u{1b}[2J\u{202e}\n.csv", "a--2J--"),
            ("tanpa titik", "tanpa titik"),
        ] {
            assert_eq!(file_stem(name), stem, "{name:?}");
        }
        assert!(file_stem(&"\u{1d49c}".repeat(63)).len() <= 200);
    }
}
