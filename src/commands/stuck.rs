//! `cetak stuck`: who has waited longer than N days, oldest first, and whose move it is.

use super::Outcome;
use super::listing::{Format, ListArgs, aged, categories};
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::ageing::{AgeBand, DayMode};
use crate::domain::application::{Application, Category, Glimpse};
use crate::domain::moment::Moment;
use crate::domain::nik::NikReading;
use crate::domain::reconcile::reconcile;
use crate::domain::record_status::Owner;
use crate::domain::text::Text;
use crate::messages::{Lang, reconcile as words, terms};
use crate::outputs::applications::{Aged, View, full_listing, report, screen_listing};
use crate::outputs::reports::StuckReport;
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// Arguments of `stuck`.
#[derive(Debug, Args)]
pub struct StuckArgs {
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,
    #[arg(long)]
    working_days: bool,
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    list: ListArgs,
}

/// Runs `stuck`.
///
/// # Errors
/// Wrong usage, working days outside the calendar, or a fault of the store.
pub fn run(context: &mut Context, args: &StuckArgs) -> Result<Outcome> {
    args.list.check()?;
    let wanted = categories(&args.category)?;
    let days = args.days.unwrap_or(context.settings().rules.stuck_days);
    let counting = match args.working_days {
        true => DayMode::Working(context.calendar()?),
        false => DayMode::Calendar,
    };
    let office = Office::open(context, Access::Read)?;
    let stuck = office
        .store
        .read(|facts| stuck_longer_than(context, facts, days, &wanted, counting))?;
    let view = View {
        lang: context.lang,
        zone: context.zone(),
    };
    let mut totals = Totals::default();
    stuck.iter().for_each(|aged| totals.add(aged));
    let mut summary = totals.report(context, days, args.working_days);
    let title = words::stuck_title(context.lang, days, args.working_days);
    if args.list.format == Format::Json {
        summary.applications = stuck.iter().map(|aged| report(aged, view)).collect();
    }
    let listing = || match args.list.format {
        Format::Table => screen_listing(title, &stuck, view),
        _ => full_listing(title, &stuck, view),
    };
    args.list
        .show(context, || Ok(serde_json::to_value(&summary)?), listing)?;
    if args.list.is_screen() {
        context.ui.note(in_words(context.lang, &summary));
    }
    let found = args.exit_code && !stuck.is_empty();
    Ok(if found { Outcome::NeedsPerson } else { Outcome::Done })
}

/// Returns the open applications that have waited longer than `days`, oldest first; where categories are named, those
/// alone, closed ones too.
///
/// # Errors
/// Working days outside the calendar, or a fault of the store.
pub fn stuck_longer_than(
    context: &Context,
    facts: &dyn Facts,
    days: u32,
    wanted: &[Category],
    counting: DayMode,
) -> Result<Vec<Aged>> {
    let mut stuck = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        let listed = match wanted.is_empty() {
            true => application.is_open(),
            false => wanted.contains(&application.category),
        };
        if listed {
            let since = counted_from(&application);
            let aged = aged(context, application, since, counting)?;
            if aged.days_waiting > days {
                stuck.push(aged);
            }
        }
        Ok(())
    })?;
    stuck.sort_by(|one, other| stuck_order(one).cmp(&stuck_order(other)));
    Ok(stuck)
}

/// The order of the stuck list: who waits longest, then the NIK, then the order of the categories.
pub type StuckOrder<N> = (Moment, N, Category);

/// Returns the place of an application in that order.
pub fn stuck_order(aged: &Aged) -> StuckOrder<&NikReading> {
    (aged.since, &aged.application.nik, aged.application.category)
}

/// A printed card waits for its owner from the day of the print; everything else from the start.
fn counted_from(application: &Application) -> Moment {
    match (application.category, application.printed_at) {
        (Category::Printed, Some(printed)) => printed,
        _ => application.waiting_since,
    }
}

/// What is stuck, added up.
#[derive(Debug, Default)]
pub struct Totals {
    parts: BTreeMap<(Owner, Category, AgeBand), u64>,
    /// By the district as written.
    by_district: BTreeMap<Text, u64>,
    /// Days that the first of them has waited.
    pub longest_days: Option<u32>,
}

impl Totals {
    /// Adds one.
    pub fn add(&mut self, aged: &Aged) {
        let (application, days) = (&aged.application, aged.days_waiting);
        let part = (application.owner, application.category, AgeBand::of(days));
        *self.parts.entry(part).or_default() += 1;
        let district = application.district.as_deref().unwrap_or("-");
        match self.by_district.get_mut(district) {
            Some(count) => *count += 1,
            None => drop(self.by_district.insert(district.into(), 1)),
        }
        self.longest_days = self.longest_days.max(Some(days));
    }

    /// Adds what others added up.
    pub fn join(&mut self, other: Self) {
        for (part, count) in other.parts {
            *self.parts.entry(part).or_default() += count;
        }
        for (district, count) in other.by_district {
            *self.by_district.entry(district).or_default() += count;
        }
        self.longest_days = self.longest_days.max(other.longest_days);
    }

    /// Tells how many there are of each owner and category.
    pub fn by_owner_and_category(&self) -> BTreeMap<(Owner, Category), u64> {
        let mut counts = BTreeMap::new();
        for ((owner, category, _), count) in &self.parts {
            *counts.entry((*owner, *category)).or_default() += count;
        }
        counts
    }

    /// Gives them as the contract's fields, without the applications themselves.
    pub fn report(&self, context: &Context, days: u32, working_days: bool) -> StuckReport {
        let mut report = StuckReport {
            as_of: context.as_of.iso(context.zone()),
            days,
            working_days,
            total: self.parts.values().sum(),
            by_category: Default::default(),
            by_owner: Default::default(),
            by_district: Default::default(),
            by_age: Default::default(),
            applications: Vec::new(),
        };
        for ((owner, category, age), count) in &self.parts {
            *report.by_category.entry(category.code()).or_default() += count;
            *report.by_owner.entry(owner.code()).or_default() += count;
            *report.by_age.entry(age.code()).or_default() += count;
        }
        for (district, count) in &self.by_district {
            *report.by_district.entry(district.to_uppercase()).or_default() += count;
        }
        report
    }
}

/// Sums up what is stuck in words: whose move first, for that is what a head of office asks.
fn in_words(lang: Lang, summary: &StuckReport) -> String {
    let [by_owner, by_category, by_district, by_age] = words::part_headings(lang);
    let owners = Owner::ALL.iter().filter_map(|owner| {
        Some((
            terms::owner(lang, *owner).to_owned(),
            *summary.by_owner.get(owner.code())?,
        ))
    });
    let categories = Category::ALL.iter().filter_map(|category| {
        Some((
            terms::category(lang, *category).to_owned(),
            *summary.by_category.get(category.code())?,
        ))
    });
    let ages = AgeBand::ALL
        .iter()
        .filter_map(|band| Some((band.code().to_owned(), *summary.by_age.get(band.code())?)));
    let districts = summary
        .by_district
        .iter()
        .map(|(district, count)| (district.clone(), *count));
    let parts = [
        (by_owner, owners.collect()),
        (by_category, categories.collect()),
        (by_district, districts.collect()),
        (by_age, ages.collect()),
    ];
    words::stuck_totals(lang, summary.total, &parts)
}
