//! `cetak backup`: a verified copy of the store.

use super::Outcome;
use super::explain::one_line;
use super::office::{Access, Office};
use crate::context::Context;
use crate::messages::nightly::Attention;
use crate::messages::setup::SetupFault;
use crate::messages::{Failure, small as words};
use crate::outputs::file::{Hashing, leftover_pid, sha256_of_file, write_whole_with};
use anyhow::Result;
use clap::Args;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A copy that is still being written is younger.
const LEFTOVER_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs `backup`.
///
/// # Errors
/// The target exists or cannot be written, or the copy does not verify; no half copy is left.
pub fn run(context: &mut Context, args: &BackupArgs) -> Result<Outcome> {
    let office = Office::open(context, Access::Write)?;
    let path = match &args.file {
        Some(path) => path.clone(),
        None => default_path(context, &office)?,
    };
    if path.exists() {
        return Err(Failure::FileExists {
            path: path.display().to_string(),
        }
        .into());
    }
    office.store.backup_to(&path)?;
    context.ui.note(words::backup_made(context.lang, &path));
    Ok(Outcome::Done)
}

/// Names the backup of this moment.
fn default_path(context: &Context, office: &Office) -> Result<PathBuf> {
    let folder = office.home.backups();
    office.home.make_private_folder(&folder)?;
    let stamp = context.as_of.local(context.zone()).format("%Y-%m-%dT%H%M%S");
    Ok(folder.join(format!("cetak-{stamp}.db")))
}

/// Makes the night's backup, verified, and only then lets the oldest go: a store that does not verify takes the place of
/// no earlier copy. A day is kept once: its newest backup replaces it.
///
/// Returns what a person should see to: the second folder cannot be used tonight.
///
/// # Errors
/// Those of verifying and writing in the home; the older backups stay.
pub fn nightly_backup(context: &Context, office: &Office) -> Result<Option<Attention>> {
    let folder = office.home.backups();
    office.home.make_private_folder(&folder)?;
    let (today, keep_days) = (context.as_of.day(context.zone()), context.settings().backup.keep_days);
    let path = folder.join(format!("cetak-{today}.db"));
    office.store.backup_to(&path)?;
    office.home.drop_old_backups(today, keep_days)?;
    let Some(second) = &context.settings().backup.folder else {
        return Ok(None);
    };
    let copied = copy_to_second(context, &path, &office.home.resolve(second))
        .and_then(|()| Ok(office.home.drop_old_backups_in(second, today, keep_days)?));
    Ok(copied.err().map(|error| Attention::SecondBackup {
        why: one_line(context.lang, &error),
    }))
}

/// Copies a verified backup, and reads the copy once more. The folder must be there: one made in its place would lie on
/// this very disk while the other is unplugged.
fn copy_to_second(context: &Context, backup: &Path, folder: &Path) -> Result<()> {
    let name = backup.file_name().unwrap_or_default();
    let target = folder.join(name);
    let unreadable = |path: &Path, error: &io::Error| SetupFault::Unreadable {
        path: path.to_owned(),
        cause: error.to_string(),
    };
    fs::metadata(folder).map_err(|error| unreadable(folder, &error))?;
    let mut from = File::open(backup).map_err(|error| unreadable(backup, &error))?;
    let mut written = String::new();
    write_whole_with(&target, |out| {
        let mut hashing = Hashing::new(out);
        io::copy(&mut from, &mut hashing)?;
        written = hashing.sha256_hex();
        Ok(())
    })?;
    let read = sha256_of_file(&target).map_err(|error| unreadable(&target, &error))?;
    clear_leftovers(backup, folder);
    match read == written {
        true => Ok(()),
        false => Err(SetupFault::Unwritable {
            path: target,
            cause: words::read_back_differs(context.lang).to_owned(),
        }
        .into()),
    }
}

/// Removes what killed runs left in the second folder; no run lock guards it, so that only what is older than a day goes.
fn clear_leftovers(backup: &Path, folder: &Path) {
    let written = |path: &Path| fs::metadata(path).and_then(|found| found.modified());
    let Ok(now) = written(backup) else { return };
    for path in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        let is_ours = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(leftover_pid)
            .is_some();
        let age = written(&path).ok().and_then(|at| now.duration_since(at).ok());
        if is_ours && path.is_file() && age.is_some_and(|age| age > LEFTOVER_AGE) {
            // Whoever cannot remove it tonight may tomorrow.
            fs::remove_file(&path).unwrap_or_default();
        }
    }
}
