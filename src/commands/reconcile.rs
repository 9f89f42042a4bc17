//! `cetak reconcile`: every open application, where it stands, whose move it is, what to do next.

use super::Outcome;
use super::listing::{Format, ListArgs, aged, categories};
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::ageing::DayMode;
use crate::domain::application::{Category, Glimpse};
use crate::domain::reconcile::reconcile;
use crate::messages::reconcile as words;
use crate::outputs::applications::{Aged, View, full_listing, report, screen_listing};
use crate::outputs::reports::ReconcileReport;
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// Arguments of `reconcile`.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    list: ListArgs,
}

/// Which applications a list holds.
struct Wanted {
    categories: Vec<Category>,
    closed_too: bool,
}

/// Runs `reconcile`.
///
/// # Errors
/// Wrong usage, or a fault of the store.
pub fn run(context: &mut Context, args: &ReconcileArgs) -> Result<Outcome> {
    args.list.check()?;
    let wanted = Wanted {
        categories: categories(&args.category)?,
        closed_too: args.all,
    };
    let office = Office::open(context, Access::Read)?;
    let (counts, applications) = office.store.read(|facts| gather(context, facts, &wanted))?;
    let view = View {
        lang: context.lang,
        zone: context.zone(),
    };
    let data = || {
        Ok(serde_json::to_value(ReconcileReport {
            as_of: context.as_of.iso(context.zone()),
            counts: counts.clone(),
            applications: applications.iter().map(|aged| report(aged, view)).collect(),
        })?)
    };
    let title = words::title(
        context.lang,
        &context.as_of.local(context.zone()).format("%Y-%m-%d %H:%M").to_string(),
    );
    let listing = || match args.list.format {
        Format::Table => screen_listing(title, &applications, view),
        _ => full_listing(title, &applications, view),
    };
    args.list.show(context, data, listing)?;
    if args.list.is_screen() {
        let mut shown = counts.clone();
        if !wanted.categories.is_empty() {
            shown.retain(|code, _| wanted.categories.iter().any(|category| category.code() == *code));
        }
        context.ui.note(words::counts(context.lang, &shown));
    }
    Ok(Outcome::Done)
}

/// Counts every application, and keeps those that are wanted: who waits longest first.
fn gather(context: &Context, facts: &dyn Facts, wanted: &Wanted) -> Result<(BTreeMap<&'static str, u64>, Vec<Aged>)> {
    let mut counts: BTreeMap<&'static str, u64> = Category::ALL.iter().map(|category| (category.code(), 0)).collect();
    let mut kept = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        *counts.entry(application.category.code()).or_default() += 1;
        let listed = match wanted.categories.is_empty() {
            true => wanted.closed_too || application.is_open(),
            false => wanted.categories.contains(&application.category),
        };
        if listed {
            let since = application.waiting_since;
            kept.push(aged(context, application, since, DayMode::Calendar)?);
        }
        Ok(())
    })?;
    kept.sort_by(|one, other| (one.since, &one.application.nik).cmp(&(other.since, &other.application.nik)));
    Ok((counts, kept))
}
