//! `cetak init`: an office home with its settings explained, and what to do next.

use super::Outcome;
use super::office::of_store;
use crate::context::Context;
use crate::home::Home;
use crate::messages::{Failure, settings_file, small as words};
use crate::outputs::file::write_whole;
use crate::store::records::Event;
use crate::store::sqlite::SqliteStore;
use crate::store::{Ledger, Store};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs `init`.
///
/// # Errors
/// The folder holds an office already, or cannot be written. The store is made last but one and the settings last, so
/// that what a killed `init` left is no office yet and `init` finishes it.
pub fn run(context: &mut Context, args: &InitArgs) -> Result<Outcome> {
    let dir = args
        .dir
        .clone()
        .or_else(|| context.asked_home.clone())
        .unwrap_or_else(|| PathBuf::from("."));
    if dir.exists() && !dir.is_dir() {
        return Err(Failure::NotAFolder {
            dir: dir.display().to_string(),
        }
        .into());
    }
    let home = Home::at(&dir);
    home.refuse_network_folder()?;
    if home.settings().exists() {
        return Err(Failure::HomeExists {
            dir: dir.display().to_string(),
        }
        .into());
    }
    for folder in home.standard_folders() {
        home.make_private_folder(&folder)?;
    }
    let _lock = home.lock(&*context)?;
    make_store(context, &home)?;
    write_whole(&home.settings(), settings_file::template(context.lang).as_bytes())?;
    context
        .ui
        .note(words::next_steps(context.lang, home.root(), &context.program));
    Ok(Outcome::Done)
}

/// Makes the store, or goes on with the one that a killed `init` made; the log begins with the home either way.
fn make_store(context: &Context, home: &Home) -> Result<()> {
    let (path, busy) = (home.store(), context.busy_timeout());
    let opened = if path.exists() {
        SqliteStore::open(&path, busy)
    } else {
        SqliteStore::create(&path, busy)
    };
    opened
        .map_err(|error| of_store(home, error))?
        .write(|ledger: &mut dyn Ledger| {
            if !ledger.events(Some(1))?.is_empty() {
                return Ok(());
            }
            ledger.add_event(&Event {
                at: context.as_of,
                user: context.user.clone(),
                action: "home_made".to_owned(),
                subject: String::new(),
                note: None,
                count: None,
            })
        })
}
