//! Files that somebody changed by hand are never destroyed: they are set aside under another name, and remembered until
//! what stands in them is imported.

use super::office::Office;
use crate::context::Context;
use crate::home::{entries_if_there, read_if_there};
use crate::messages::batch as words;
use crate::messages::setup::SetupFault;
use crate::outputs::file::{rename_for_good, sha256_hex};
use crate::store::Facts;
use crate::store::records::{BatchFilter, FileKind};
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Stands in the name of a file that was set aside, before its number.
const MARK: &str = ".edited-";

/// Moves a file aside, under the first name that is free, and says so.
///
/// # Errors
/// The file cannot be moved.
pub fn set_aside(context: &Context, path: &Path) -> Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let free = (1_u32..)
        .map(|number| path.with_file_name(format!("{stem}{MARK}{number}.{extension}")))
        .find(|candidate| !candidate.exists());
    let aside = free.unwrap_or_else(|| path.with_extension("edited"));
    rename_for_good(path, &aside).with_context(|| words::cannot_move(context.lang, path))?;
    context.ui.warn(words::set_aside(context.lang, path, &aside));
    Ok(aside)
}

/// Lists the files of the operators that were changed by hand and whose content was never imported, relative to the
/// home. Spreadsheets and CSV alike; what stands under its own name, changed, counts as well.
///
/// # Errors
/// The store or a file cannot be read.
pub fn edited_and_not_imported(office: &Office, facts: &dyn Facts) -> Result<Vec<String>> {
    let imported: BTreeSet<String> = facts
        .files(FileKind::Results)?
        .into_iter()
        .map(|file| file.sha256)
        .collect();
    let mut waiting = Vec::new();
    for folder in folders_of(&office.home.root().join("outbox"))? {
        for path in files_of(&folder)? {
            let is_aside = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().contains(MARK));
            let of_rejects = folder.ends_with("rejects");
            let Some(found) = (is_aside && !of_rejects).then(|| read_if_there(&path)).transpose()? else {
                continue;
            };
            if found.is_some_and(|bytes| !imported.contains(&sha256_hex(&bytes))) {
                waiting.push(office.home.shown(&path).display().to_string());
            }
        }
    }
    for file in facts.out_files()?.into_iter().filter(|file| file.batch.is_some()) {
        let path = office.home.root().join(&file.path);
        if let Some(found) = read_if_there(&path)?.map(|bytes| sha256_hex(&bytes))
            && found != file.sha256
            && !imported.contains(&found)
        {
            waiting.push(file.path);
        }
    }
    waiting.sort();
    Ok(waiting)
}

/// Lists the batches whose files were handed out, by the manifests of the outbox, and that the store does not know: an
/// older backup was restored. Their cards would be printed again.
///
/// # Errors
/// The store or a manifest cannot be read.
pub fn unknown_batches(office: &Office, facts: &(impl Facts + ?Sized)) -> Result<Vec<String>> {
    let known: BTreeSet<String> = facts
        .batches(BatchFilter::All)?
        .into_iter()
        .map(|batch| batch.name)
        .collect();
    let mut strangers = BTreeSet::new();
    for folder in folders_of(&office.home.root().join("outbox"))? {
        let Some(bytes) = read_if_there(&folder.join("manifest.json"))? else {
            continue;
        };
        let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let names = manifest["batches"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|batch| batch["batch"].as_str());
        strangers.extend(names.filter(|name| !known.contains(*name)).map(str::to_owned));
    }
    Ok(strangers.into_iter().collect())
}

fn folders_of(folder: &Path) -> Result<Vec<PathBuf>, SetupFault> {
    let entries = entries_if_there(folder)?.into_iter();
    Ok(entries.filter(|path| path.is_dir()).collect())
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, SetupFault> {
    let entries = entries_if_there(folder)?.into_iter();
    Ok(entries.filter(|path| path.is_file()).collect())
}
