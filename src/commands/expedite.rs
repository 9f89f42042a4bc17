//! `cetak expedite`: one application before every class, recorded.

use super::Outcome;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::application::Category;
use crate::domain::dossier::Expedite;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::reconcile::reconcile_one;
use crate::messages::{Failure, small as words, terms};
use crate::store::records::Event;
use crate::store::{Ledger, Store};
use anyhow::Result;
use clap::Args;

/// Arguments of `expedite`.
#[derive(Debug, Args)]
pub struct ExpediteArgs {
    #[arg(value_name = "NIK")]
    nik: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs `expedite`.
///
/// # Errors
/// Wrong usage, a NIK that waits for nothing, or a fault of the store; nothing was changed then.
pub fn run(context: &mut Context, args: &ExpediteArgs) -> Result<Outcome> {
    let nik = trusted_nik(&args.nik)?;
    if args.reason.trim().is_empty() {
        return Err(Failure::EmptyReason.into());
    }
    let mut office = Office::open(context, Access::Write)?;
    let category = office.store.write(|ledger| {
        let category = waiting_category(context, ledger, nik)?;
        ledger.add_expedite(&Expedite {
            nik,
            asked_at: context.as_of,
            reason: args.reason.trim().to_owned(),
            user: context.user.clone(),
        })?;
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: "expedited".to_owned(),
            subject: nik.masked(),
            note: Some(args.reason.trim().to_owned()),
            count: None,
        })?;
        Ok(category)
    })?;
    context.ui.note(words::expedited(
        context.lang,
        &context.shown(nik),
        terms::category(context.lang, category),
    ));
    Ok(Outcome::Done)
}

/// Reads a NIK from the command line.
///
/// # Errors
/// Anything but 16 digits that can be trusted; the text is masked, for it may be a whole NIK with a slip in it.
pub fn trusted_nik(text: &str) -> Result<Nik> {
    match NikReading::read(text) {
        Some(NikReading::Trusted(nik)) => Ok(nik),
        other => Err(Failure::BadNik {
            masked: other.map_or_else(String::new, |reading| reading.masked()),
        }
        .into()),
    }
}

fn waiting_category(context: &Context, ledger: &mut dyn Ledger, nik: Nik) -> Result<Category> {
    let application = reconcile_one(&*ledger, nik, &context.rules())?;
    let Some(application) = application else {
        return Err(Failure::NoApplication { masked: nik.masked() }.into());
    };
    match application.category {
        Category::Printed | Category::Collected => {
            let category = terms::category(context.lang, application.category);
            Err(Failure::NotOpenApplication {
                masked: nik.masked(),
                category,
            }
            .into())
        }
        category => Ok(category),
    }
}
