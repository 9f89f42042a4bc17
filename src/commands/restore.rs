//! `cetak restore`: a backup takes the place of the store; what stood there is kept aside.

use super::Outcome;
use super::aside::unknown_batches;
use super::explain::one_line;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::harmless::harmless;
use crate::domain::moment::Moment;
use crate::home::Home;
use crate::messages::{Failure, small as words};
use crate::store::Store;
use crate::store::records::Event;
use crate::store::sqlite::{DoneSince, SqliteStore, done_since, restore_from, verify};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// So many lost deeds are listed; the store that was kept aside has them all.
const MOST_LISTED: usize = 40;

/// Runs `restore`. The present store may be damaged or missing, so it is not opened.
///
/// # Errors
/// The backup does not verify, or a file cannot be moved; the present store stands then.
pub fn run(context: &mut Context, args: &RestoreArgs) -> Result<Outcome> {
    let home = context.home()?.clone();
    let lock = home.lock(&*context)?;
    // A path such as `check` names it is counted from the home.
    let backup = match args.file.exists() {
        true => args.file.clone(),
        false => home.resolve(&args.file),
    };
    verify(&backup).map_err(|error| Failure::BackupBroken {
        path: args.file.display().to_string(),
        detail: format!("{error:#}"),
    })?;
    let stamp = context.as_of.local(context.zone()).format("%Y-%m-%dT%H%M%S");
    let aside = home.root().join(format!("cetak-before-restore-{stamp}.db"));
    let kept = home.store().exists();
    let lost = kept.then(|| done_since(&backup, &home.store())).transpose()?;
    restore_from(&backup, &home.store(), &aside)?;
    // The store is back, whatever else fails.
    if let Err(error) = record(context, &home, &args.file) {
        context.ui.warn(one_line(context.lang, &error));
    }
    drop(lock);
    let aside = kept.then_some(aside.as_path());
    context.ui.note(words::restored(context.lang, &args.file, aside));
    if let Some(lost) = lost {
        tell_lost(context, &lost);
    }
    let office = Office::open(context, Access::Read)?;
    let strangers = office.store.read(|facts| unknown_batches(&office, facts))?;
    if !strangers.is_empty() {
        context
            .ui
            .warn(words::handed_out_since(context.lang, &strangers.join(", ")));
    }
    context.ui.note(words::after_restoring(context.lang));
    Ok(if strangers.is_empty() {
        Outcome::Done
    } else {
        Outcome::NeedsPerson
    })
}

/// Records in the restored books that they are older than the day they are used on.
fn record(context: &Context, home: &Home, file: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let event = Event {
        at: context.as_of,
        user: context.user.clone(),
        action: "store_restored".to_owned(),
        subject: harmless(&name).into_owned(),
        note: None,
        count: None,
    };
    let mut store = SqliteStore::open(&home.store(), context.busy_timeout())?;
    store.write(|ledger| ledger.add_event(&event))
}

fn tell_lost(context: &Context, lost: &DoneSince) {
    let lang = context.lang;
    let shown = |at: Moment| at.local(context.zone()).format("%Y-%m-%d %H:%M").to_string();
    let since = lost.known_until.map_or_else(|| "-".to_owned(), shown);
    let Some(events) = &lost.events else {
        context.ui.warn(words::lost_is_unknown(lang, &since));
        return;
    };
    context.ui.note(words::lost(lang, &since, events.len()));
    for event in events.iter().take(MOST_LISTED) {
        let action = words::log_action(lang, &event.action);
        let line = format!("  {} {} {action}: {}", shown(event.at), event.user, event.subject);
        context.ui.note(context.screen_text(harmless(&line).into_owned()));
    }
    if events.len() > MOST_LISTED {
        context.ui.note(words::and_more(lang, events.len() - MOST_LISTED));
    }
}
