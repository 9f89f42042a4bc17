//! `cetak backup`: a verified copy of the store.

use super::Outcome;
use super::office::{Access, Office};
use crate::context::Context;
use crate::messages::{Failure, small as words};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

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

/// Makes the night's backup where the day has none of this content yet, and lets the oldest go.
///
/// A day is kept once: the newest backup of a day replaces it. Days beyond `keep_days` go.
///
/// # Errors
/// Those of writing; the older backups stay.
pub fn nightly_backup(context: &Context, office: &Office) -> Result<PathBuf> {
    let folder = office.home.backups();
    office.home.make_private_folder(&folder)?;
    let today = context.as_of.day(context.zone());
    let path = folder.join(format!("cetak-{today}.db"));
    office.store.backup_to(&path)?;
    if let Some(second) = &context.settings().backup.folder {
        let second = office.home.resolve(second);
        office.home.make_private_folder(&second)?;
        office.store.backup_to(&second.join(format!("cetak-{today}.db")))?;
        office
            .home
            .drop_old_backups_in(&second, today, context.settings().backup.keep_days)?;
    }
    office
        .home
        .drop_old_backups(today, context.settings().backup.keep_days)?;
    Ok(path)
}
