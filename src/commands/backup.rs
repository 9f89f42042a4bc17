//! `cetak backup`: a verified copy of the store.

use super::Outcome;
use super::office::{Access, Office};
use crate::context::Context;
use crate::home::make_folder;
use crate::messages::{Failure, small as words};
use anyhow::Result;
use clap::Args;
use chrono::NaiveDate;
use std::fs;
use std::path::{Path, PathBuf};

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
        return Err(Failure::FileExists { path: path.display().to_string() }.into());
    }
    office.store.backup_to(&path)?;
    context.ui.note(&words::backup_made(context.lang(), &path));
    Ok(Outcome::Done)
}

/// Names the backup of this moment.
fn default_path(context: &Context, office: &Office) -> Result<PathBuf> {
    let folder = office.home.backups();
    make_folder(&folder)?;
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
    make_folder(&folder)?;
    let today = context.as_of.day(context.zone());
    let path = folder.join(format!("cetak-{today}.db"));
    office.store.backup_to(&path)?;
    if let Some(second) = &context.settings.backup.folder {
        let second = office.home.resolve(second);
        make_folder(&second)?;
        office.store.backup_to(&second.join(format!("cetak-{today}.db")))?;
    }
    drop_old_backups(&folder, today, context.settings.backup.keep_days)?;
    Ok(path)
}

/// Removes the nightly backups of days longer ago than `keep_days`; others of another name stay.
fn drop_old_backups(folder: &Path, today: NaiveDate, keep_days: u32) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("cetak-"));
        let day = stem.and_then(|name| name.strip_suffix(".db")).and_then(|day| day.parse::<NaiveDate>().ok());
        if day.is_some_and(|day| (today - day).num_days() > i64::from(keep_days)) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
