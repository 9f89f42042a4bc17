//! `cetak review`: near matches and identity doubts, decided by a person: at the terminal, or in a sheet.

mod apply;
mod export;
mod pair;
mod screen;
mod session;

use super::Outcome;
use super::listing::ListArgs;
use crate::context::Context;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `review`.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    export: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long, requires = "apply")]
    dry_run: bool,
    #[command(flatten)]
    list: ListArgs,
}

/// Runs `review`.
///
/// # Errors
/// Wrong usage, a sheet that is none, or a fault of the store. At the terminal each decision is recorded by itself: what was
/// decided before a failure stands.
pub fn run(context: &mut Context, args: &ReviewArgs) -> Result<Outcome> {
    args.list.check()?;
    match (&args.export, &args.apply) {
        (Some(path), _) => {
            export::run(context, path)?;
            Ok(Outcome::Done)
        }
        (None, Some(path)) => apply::run(context, path, args),
        (None, None) => session::run(context, args.reason.as_deref()),
    }
}
