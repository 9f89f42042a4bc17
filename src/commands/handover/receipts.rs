//! `cetak handover --list`: the receipt lists per village of the cards that nobody has collected.

use crate::commands::Outcome;
use crate::commands::listing::{Format, ListArgs};
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::ageing;
use crate::domain::application::{Application, Category};
use crate::domain::reconcile::reconcile;
use crate::domain::text::Text;
use crate::outputs::receipts::{Sheet, Waiting, receipt_listing, receipt_page, screen_receipts};
use crate::store::{Facts, Store};
use anyhow::Result;
use serde_json::json;

/// Writes the lists: HTML where the file's name ends in `.html`, else as every list.
///
/// # Errors
/// Wrong usage, the file cannot be written, or a fault of the store.
pub(super) fn run(context: &Context, args: &ListArgs) -> Result<Outcome> {
    args.check()?;
    let office = Office::open(context, Access::Read)?;
    let cards = office.store.read(|facts| waiting(context, facts))?;
    if let (Format::Table, Some(path)) = (args.format, &args.output)
        && path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))
    {
        let sheet = Sheet {
            lang: context.lang,
            zone: context.zone(),
            office: context.settings().office.name.as_deref(),
            as_of: context.as_of,
            reveal: context.ui.screen().reveal,
        };
        args.put(context, receipt_page(&cards, sheet).as_bytes())?;
        return Ok(Outcome::Done);
    }
    let data = || Ok(data(context, &cards));
    let listing = || match args.format {
        Format::Table => screen_receipts(&cards, context.lang),
        _ => receipt_listing(&cards, context.lang),
    };
    args.show(context, data, listing)?;
    Ok(Outcome::Done)
}

fn waiting(context: &Context, facts: &dyn Facts) -> Result<Vec<Waiting>> {
    let mut cards = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        if application.category == Category::Printed {
            cards.extend(card(context, application));
        }
        Ok(())
    })?;
    let place = |card: &Waiting| {
        (
            card.district.clone(),
            card.village.clone(),
            card.name.to_uppercase(),
            card.nik,
        )
    };
    cards.sort_by_cached_key(place);
    Ok(cards)
}

fn card(context: &Context, application: Application) -> Option<Waiting> {
    let since = application.printed_at.unwrap_or(application.waiting_since);
    let place = |text: Option<Text>| text.map_or_else(|| "-".to_owned(), |text| text.to_uppercase());
    Some(Waiting {
        nik: application.nik.trusted()?,
        name: application.name.into(),
        district: place(application.district),
        village: place(application.village),
        printed_at: application.printed_at,
        batch: application.batch,
        days_waiting: ageing::calendar_days(since, context.as_of, context.zone()),
    })
}

fn data(context: &Context, cards: &[Waiting]) -> serde_json::Value {
    let card = |card: &Waiting| {
        json!({
            "nik": card.nik.digits(),
            "name": card.name,
            "district": card.district,
            "village": card.village,
            "printed_at": card.printed_at.map(|moment| moment.iso(context.zone())),
            "days_waiting": card.days_waiting,
            "batch": card.batch,
        })
    };
    json!({
        "as_of": context.as_of.iso(context.zone()),
        "total": cards.len(),
        "cards": cards.iter().map(card).collect::<Vec<_>>(),
    })
}
