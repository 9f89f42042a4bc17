//! `cetak restore`: a backup takes the place of the store; what stood there is kept aside.

use super::Outcome;
use crate::context::Context;
use crate::messages::{Failure, small as words};
use crate::store::sqlite::{restore_from, verify};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs `restore`. The present store may be damaged or missing, so it is not opened.
///
/// # Errors
/// The backup does not verify, or a file cannot be moved; the present store stands then.
pub fn run(context: &mut Context, args: &RestoreArgs) -> Result<Outcome> {
    let home = context.home()?.clone();
    let _lock = home.lock(&*context)?;
    verify(&args.file).map_err(|error| Failure::BackupBroken {
        path: args.file.display().to_string(),
        detail: format!("{error:#}"),
    })?;
    let stamp = context.as_of.local(context.zone()).format("%Y-%m-%dT%H%M%S");
    let aside = home.root().join(format!("cetak-before-restore-{stamp}.db"));
    let kept = home.store().exists();
    restore_from(&args.file, &home.store(), &aside)?;
    context.ui.note(words::restored(
        context.lang,
        &args.file,
        kept.then_some(aside.as_path()),
    ));
    Ok(Outcome::Done)
}
