//! `cetak forecast`: how the backlog develops day by day, and what one more operator or more blanks would change.

use super::Outcome;
use super::batch::next_batch_day;
use super::blanks::on_hand;
use super::listing::{Format, ListArgs};
use super::office::{Access, Office};
use crate::config::DEFAULT_CAPACITY;
use crate::context::Context;
use crate::domain::application::{Application, Category};
use crate::domain::blanks::plannable;
use crate::domain::card::CardState;
use crate::domain::forecast::Shortage;
use crate::domain::forecast::development::{
    ArrivalPace, CalendarDay, DayForecast, Development, Start, foresee_days, with_one_more,
};
use crate::domain::reconcile::reconcile;
use crate::messages::forecast::{self as words, Change};
use crate::messages::{Lang, columns};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::records::BatchFilter;
use crate::store::{Facts, Store};
use anyhow::Result;
use chrono::{Days, NaiveDate};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;

/// Days of the past from which the pace is taken.
const PACE_DAYS: u32 = 28;

/// So many more blanks are tried.
const MORE_BLANKS: u64 = 1_000;

const DEFAULT_DAYS: u32 = 30;

/// Arguments of `forecast`.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    days: Option<u32>,
    #[command(flatten)]
    list: ListArgs,
}

/// What stands in the facts for a forecast to begin with; filled in while applications pass by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Ready applications without a card.
    ready: u64,
    /// Applications that became ready of late.
    arrivals: u64,
}

impl Tally {
    /// Takes an application into account.
    pub fn take(&mut self, context: &Context, application: &Application) {
        self.ready += u64::from(application.category == Category::Ready);
        let span_seconds = i64::from(PACE_DAYS) * 86_400;
        let is_recent = |since: i64| {
            let age = context.as_of.seconds().saturating_sub(since);
            (0..span_seconds).contains(&age)
        };
        self.arrivals += u64::from(application.ready_since.is_some_and(|since| is_recent(since.seconds())));
    }
}

/// A forecast with its variations.
pub struct Foresight {
    /// From where it begins.
    pub start: Start,
    /// Open cards of all batches.
    pub open_cards: u64,
    /// As it is.
    pub development: Development,
    /// Each change and what comes of it; as it is comes first.
    pub variations: Vec<(Change, Development)>,
    /// The last day, where the calendar ends before the days asked for.
    pub calendar_ends: Option<NaiveDate>,
}

impl Foresight {
    /// Gathers operators, calendar, blanks and open batches, and looks `days` days ahead.
    ///
    /// # Errors
    /// The calendar does not reach the next working day, or a fault of the store.
    pub fn gather(context: &Context, facts: &dyn Facts, tally: Tally, days: u32) -> Result<Self> {
        let open_cards = facts.open_cards()?;
        let start = Start {
            ready: tally.ready,
            blanks: free_blanks(context, facts)?,
            pace: ArrivalPace {
                arrivals: tally.arrivals,
                days: PACE_DAYS,
            },
        };
        let planned = planned_days(facts)?;
        let coming = coming_days(context, &planned, days)?;
        let development = foresee_days(start, &coming);
        let capacity = usual_capacity(context);
        let mut variations = vec![
            (Change::AsItIs, development.clone()),
            (
                Change::OneMoreOperator(capacity),
                foresee_days(start, &with_one_more(&coming, capacity)),
            ),
        ];
        if let Some(blanks) = start.blanks {
            let blanks = Some(blanks.saturating_add(MORE_BLANKS));
            let more = foresee_days(Start { blanks, ..start }, &coming);
            variations.push((Change::MoreBlanks(MORE_BLANKS), more));
        }
        let is_cut = coming.len() < usize::try_from(days)?;
        Ok(Self {
            start,
            open_cards,
            development,
            variations,
            calendar_ends: coming.last().filter(|_| is_cut).map(|day| day.date),
        })
    }

    /// Returns the day on which today's backlog is gone.
    pub fn gone_on(development: &Development) -> Result<NaiveDate, Shortage> {
        let day = |index: usize| development.days.get(index).map(|day| day.day.date);
        development.gone.and_then(|index| day(index).ok_or(Shortage::Calendar))
    }

    /// Says it all in sentences.
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        let mut said = vec![
            words::beginning(lang, self.start.ready, self.open_cards, self.start.blanks),
            words::pace(lang, self.start.pace.arrivals, self.start.pace.days),
        ];
        let left = |development: &Development| development.backlog_at_end().unwrap_or(self.start.ready);
        match self.start.ready {
            0 => said.push(words::no_backlog(lang, left(&self.development))),
            _ => said.extend(self.variations.iter().map(|(change, development)| {
                words::outcome(lang, *change, Self::gone_on(development), left(development))
            })),
        }
        said.extend(self.blanks_short_on().map(|day| words::blanks_short(lang, day)));
        said.extend(self.calendar_ends.map(|last| words::calendar_ends(lang, last)));
        said
    }

    fn blanks_short_on(&self) -> Option<NaiveDate> {
        let index = self.development.blanks_short?;
        self.development.days.get(index).map(|day| day.day.date)
    }
}

/// Runs `forecast`.
///
/// # Errors
/// Wrong usage, a calendar that ends here, or a fault of the store.
pub fn run(context: &mut Context, args: &ForecastArgs) -> Result<Outcome> {
    args.list.check()?;
    let days = args.days.unwrap_or(DEFAULT_DAYS);
    let office = Office::open(context, Access::Read)?;
    let foresight = office.store.read(|facts| {
        let mut tally = Tally::default();
        reconcile(facts, &context.rules(), &mut |application| {
            tally.take(context, &application);
            Ok(())
        })?;
        Foresight::gather(context, facts, tally, days)
    })?;
    args.list.show(
        context,
        || Ok(serde_json::to_value(report(context, &foresight))?),
        || listing(context.lang, args.list.format, &foresight),
    )?;
    if args.list.is_screen() {
        for sentence in foresight.sentences(context.lang) {
            context.ui.note(sentence);
        }
    }
    Ok(Outcome::Done)
}

/// The open cards of each day that has batches.
fn planned_days(facts: &dyn Facts) -> Result<BTreeMap<NaiveDate, u64>> {
    let mut planned = BTreeMap::new();
    for batch in facts.batches(BatchFilter::Open)? {
        let cards = facts.cards(&batch.name)?;
        let open = cards.iter().filter(|card| card.state == CardState::Open).count();
        *planned.entry(batch.date).or_default() += u64::try_from(open)?;
    }
    Ok(planned)
}

/// The days from the next one on that has not begun, as far as the calendar reaches.
fn coming_days(context: &Context, planned: &BTreeMap<NaiveDate, u64>, days: u32) -> Result<Vec<CalendarDay>> {
    let calendar = context.calendar()?;
    let today = context.as_of.day(context.zone());
    let has_begun = next_batch_day(context)? != today;
    let first = if has_begun { today + Days::new(1) } else { today };
    let operators = &context.settings().operators;
    let mut coming = Vec::new();
    for date in first.iter_days().take(usize::try_from(days)?) {
        let Ok(is_working) = calendar.is_working_day(date) else {
            break;
        };
        let present = || operators.iter().filter(|operator| operator.capacity_on(date) > 0);
        coming.push(CalendarDay {
            date,
            is_working,
            operators: if is_working {
                u32::try_from(present().count())?
            } else {
                0
            },
            capacity: match is_working {
                true => present().map(|operator| u64::from(operator.capacity_on(date))).sum(),
                false => 0,
            },
            planned: planned.get(&date).copied(),
        });
    }
    Ok(coming)
}

/// What one more operator would print: as much as those do who are there.
fn usual_capacity(context: &Context) -> u64 {
    let operators = &context.settings().operators;
    let total: u64 = operators.iter().map(|operator| u64::from(operator.capacity)).sum();
    total
        .checked_div(operators.len() as u64)
        .unwrap_or(u64::from(DEFAULT_CAPACITY))
}

/// Returns the blanks that may still be planned: without the reserve and without open cards; `None` where they are not
/// counted.
///
/// # Errors
/// Those of the store.
pub fn free_blanks(context: &Context, facts: &dyn Facts) -> Result<Option<u64>> {
    let Some(stock) = on_hand(facts)? else { return Ok(None) };
    let reserve = u8::try_from(context.settings().rules.spoil_reserve_percent).unwrap_or(100);
    let as_number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Some(u64::from(plannable(
        as_number(stock.left),
        reserve,
        as_number(facts.open_cards()?),
    ))))
}

#[derive(Debug, Serialize)]
struct ForecastReport {
    as_of: String,
    ready: u64,
    open_cards: u64,
    blanks: Option<u64>,
    arrivals: u64,
    arrivals_in_days: u32,
    gone_on: Option<String>,
    lacking: Option<&'static str>,
    blanks_short_on: Option<String>,
    variations: Vec<VariationReport>,
    days: Vec<DayReport>,
}

#[derive(Debug, Serialize)]
struct VariationReport {
    change: &'static str,
    amount: Option<u64>,
    gone_on: Option<String>,
    lacking: Option<&'static str>,
    printed: u64,
    ready_at_end: u64,
}

#[derive(Debug, Serialize)]
struct DayReport {
    date: String,
    kind: &'static str,
    operators: u32,
    capacity: u64,
    arrivals: u64,
    printed: u64,
    ready: u64,
    blanks: Option<u64>,
}

fn report(context: &Context, foresight: &Foresight) -> ForecastReport {
    let gone_on = Foresight::gone_on(&foresight.development);
    let variation = |(change, development): &(Change, Development)| {
        let gone_on = Foresight::gone_on(development);
        VariationReport {
            change: change.code(),
            amount: match *change {
                Change::AsItIs => None,
                Change::OneMoreOperator(amount) | Change::MoreBlanks(amount) => Some(amount),
            },
            gone_on: gone_on.ok().map(|day| day.to_string()),
            lacking: gone_on.err().map(Shortage::code),
            printed: development.printed(),
            ready_at_end: development.backlog_at_end().unwrap_or(foresight.start.ready),
        }
    };
    let day = |day: &DayForecast| DayReport {
        date: day.day.date.to_string(),
        kind: kind_code(day),
        operators: day.day.operators,
        capacity: day.day.capacity,
        arrivals: day.arrivals,
        printed: day.printed,
        ready: day.backlog,
        blanks: day.blanks,
    };
    ForecastReport {
        as_of: context.as_of.iso(context.zone()),
        ready: foresight.start.ready,
        open_cards: foresight.open_cards,
        blanks: foresight.start.blanks,
        arrivals: foresight.start.pace.arrivals,
        arrivals_in_days: foresight.start.pace.days,
        gone_on: gone_on.ok().map(|day| day.to_string()),
        lacking: gone_on.err().map(Shortage::code),
        blanks_short_on: foresight.blanks_short_on().map(|day| day.to_string()),
        variations: foresight.variations.iter().map(variation).collect(),
        days: foresight.development.days.iter().map(day).collect(),
    }
}

fn kind_code(day: &DayForecast) -> &'static str {
    if day.day.is_working { "working" } else { "closed" }
}

fn listing(lang: Lang, format: Format, foresight: &Foresight) -> Listing {
    let column = |key: &'static str, kind: Kind| Column::new(key, columns::heading(lang, key), kind);
    let count = |count: u64| Cell::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let row = |day: &DayForecast| {
        let kind = match format {
            Format::Csv | Format::Json => kind_code(day),
            Format::Table | Format::Xlsx => words::working(lang, day.day.is_working),
        };
        vec![
            Cell::Day(day.day.date),
            Cell::Text(kind.to_owned()),
            count(u64::from(day.day.operators)),
            count(day.day.capacity),
            count(day.arrivals),
            count(day.printed),
            count(day.backlog),
            day.blanks.map_or(Cell::Empty, count),
        ]
    };
    let days = &foresight.development.days;
    Listing {
        title: words::title(lang, u32::try_from(days.len()).unwrap_or(u32::MAX)),
        columns: vec![
            column("date", Kind::Day),
            column("kind", Kind::Text),
            column("operators", Kind::Number),
            column("capacity", Kind::Number),
            column("arrivals", Kind::Number),
            column("printed", Kind::Number),
            column("ready", Kind::Number),
            column("blanks", Kind::Number),
        ],
        rows: days.iter().map(row).collect(),
    }
}
