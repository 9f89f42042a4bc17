//! What to do about a damaged store: which backup is good, and how it is brought back. Looked for only where damage was
//! found, for a backup is read whole to be trusted.

use super::explain::Explanation;
use super::office::Office;
use crate::context::Context;
use crate::exit::Exit;
use crate::messages::store as words;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sqlite::verify;
use anyhow::Result;

/// Stops a run that would write into a store in which damage can be seen.
///
/// # Errors
/// `Damaged`, with the first fault; nothing was written.
pub fn refuse_damaged(office: &Office) -> Result<()> {
    let faults = office.store.read(|facts| facts.early_faults())?;
    match faults.first() {
        None => Ok(()),
        Some(fault) => Err(StoreError::Damaged(format!("{}: {}", fault.place, fault.detail)).into()),
    }
}

/// Says of a failure over a damaged store which backup is good.
pub fn with_rescue(context: &Context, explanation: Explanation) -> Explanation {
    match explanation.exit {
        Exit::Damaged => Explanation {
            hint: Some(rescue_hint(context)),
            ..explanation
        },
        _ => explanation,
    }
}

/// Names the newest backup that verifies, from the home's own folder and the second one, and the command that brings it
/// back.
pub fn rescue_hint(context: &Context) -> String {
    let Ok(home) = context.home() else {
        return words::damaged_hint(context.lang).to_owned();
    };
    let second = context.settings().backup.folder.as_deref();
    let mut broken = Vec::new();
    for backup in home.backups_newest_first(second) {
        let shown = home.shown(&backup.path).display().to_string();
        match verify(&backup.path) {
            Ok(()) => return words::restore_hint(context.lang, &shown, backup.day, &broken),
            Err(_) => broken.push(shown),
        }
    }
    words::no_good_backup(context.lang, &broken)
}
