//! `cetak report`: one page for the head of the office, out of the facts of the office and nothing of a person.

use super::Outcome;
use super::batch::next_batch_day;
use super::blanks::on_hand;
use super::forecast::{Foresight, Tally};
use super::listing::refuse_own_file;
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::ageing::{AgeBand, calendar_days, is_stuck};
use crate::domain::application::{Application, Category, Glimpse};
use crate::domain::card::CardResult;
use crate::domain::card::{Batch, Card, CardState};
use crate::domain::history::{BacklogHistory, Span, stock_days, unregistered_span};
use crate::domain::moment::Moment;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::production::{Attempt, Production};
use crate::domain::reconcile::reconcile;
use crate::domain::record_status::Owner;
use crate::messages::report as words;
use crate::outputs::file::write_whole;
use crate::outputs::head_page::{Ahead, DistrictCount, HeadReport, OpenBatch, render};
use crate::store::records::BatchFilter;
use crate::store::{Facts, Store};
use anyhow::Result;
use chrono::{Days, NaiveDate};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Days that the page looks back, today among them.
const DAYS_BACK: u32 = 30;

/// Days that it looks ahead.
const DAYS_AHEAD: u32 = 30;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `report`.
///
/// # Errors
/// The calendar does not say for which day the page is, the file cannot be written, or a fault of the store.
pub fn run(context: &mut Context, args: &ReportArgs) -> Result<Outcome> {
    if let Some(path) = &args.output {
        refuse_own_file(context, path)?;
    }
    let office = Office::open(context, Access::Read)?;
    let report = office.store.read(|facts| gather(context, facts))?;
    let page = render(&report);
    let path = match &args.output {
        Some(path) => path.clone(),
        None => {
            let folder = office.home.outbox(next_batch_day(context)?);
            office.home.make_private_folder(&folder)?;
            folder.join("report.html")
        }
    };
    write_whole(&path, page.as_bytes())?;
    let shown = office.home.shown(&path).display().to_string();
    context.ui.note(words::written(context.lang, &shown));
    Ok(Outcome::Done)
}

/// What is added up while the facts pass by.
struct Sums<'a> {
    context: &'a Context,
    history: BacklogHistory,
    production: Production,
    tally: Tally,
    ages: BTreeMap<(AgeBand, Owner), u64>,
    standing: BTreeMap<(Owner, Category), u64>,
    districts: BTreeMap<String, DistrictCount>,
    long: u64,
    longest_days: u32,
    /// Whose newest application was closed by a print at the counter at this moment, from when they were ready.
    walked_in: BTreeMap<(Nik, Moment), Option<Moment>>,
    /// Blanks used, by day, on days of the page or before.
    used: BTreeMap<NaiveDate, u64>,
}

fn gather(context: &Context, facts: &dyn Facts) -> Result<HeadReport> {
    let zone = context.zone();
    let today = context.as_of.day(zone);
    let first = today - Days::new(u64::from(DAYS_BACK - 1));
    let days = usize::try_from(DAYS_BACK)?;
    let mut sums = Sums {
        context,
        history: BacklogHistory::new(first, days, zone),
        production: Production::new(first, days, zone),
        tally: Tally::default(),
        ages: BTreeMap::new(),
        standing: BTreeMap::new(),
        districts: BTreeMap::new(),
        long: 0,
        longest_days: 0,
        walked_in: BTreeMap::new(),
        used: BTreeMap::new(),
    };
    sums.applications(facts)?;
    sums.walk_ins(facts)?;
    let open_batches = sums.batches(facts)?;
    let stock = on_hand(facts)?.map(|stock| stock.left);
    let events = facts.blank_events()?;
    let stock = stock.map(|left| (left, stock_days(&events, &sums.used, (first, today), left, zone)));
    // Where the calendar ends, the page does without what is ahead.
    let forecast = match next_batch_day(context) {
        Ok(_) => {
            let foresight = Foresight::gather(context, facts, sums.tally, DAYS_AHEAD)?;
            Some(Ahead {
                said: foresight.sentences(context.lang),
                days: foresight.development.days,
            })
        }
        Err(_) => None,
    };
    let office = &context.settings().office;
    Ok(HeadReport {
        lang: context.lang,
        zone,
        office: office.name.clone(),
        as_of: context.as_of,
        limit_days: context.settings().rules.stuck_days,
        backlog: sums.history.days(),
        ages: sums.ages,
        standing: sums.standing,
        long: sums.long,
        longest_days: sums.longest_days,
        production: sums.production,
        stock,
        districts: sums.districts,
        open_batches,
        forecast,
    })
}

impl Sums<'_> {
    /// Takes every application that is open or was closed at the counter, and the entries that went by themselves.
    fn applications(&mut self, facts: &dyn Facts) -> Result<()> {
        let walk_ins: BTreeSet<(Nik, Moment)> = facts
            .walk_ins()?
            .iter()
            .map(|walk_in| (walk_in.nik, walk_in.printed_at))
            .collect();
        reconcile(facts, &self.context.rules(), &mut |application| {
            self.tally.take(self.context, &application);
            if application.is_open() {
                self.open(&application);
            } else if let (NikReading::Trusted(nik), Some(printed)) = (&application.nik, application.printed_at)
                && walk_ins.contains(&(*nik, printed))
            {
                self.walked_in.insert((*nik, printed), application.ready_since);
                self.history.add(Span {
                    waiting_since: application.waiting_since,
                    ready_since: application.ready_since,
                    closed_at: Some(printed),
                });
            }
            Ok(())
        })?;
        facts.dossiers(&mut |dossier| {
            if let Some(span) = unregistered_span(&dossier) {
                self.history.add(span);
            }
            Ok(())
        })
    }

    fn open(&mut self, application: &Application) {
        let Application {
            waiting_since,
            ready_since,
            owner,
            category,
            ..
        } = *application;
        // What waits from a moment after the run's own is open as well; it stands with today.
        self.history.add(Span {
            waiting_since: waiting_since.min(self.context.as_of),
            ready_since,
            closed_at: None,
        });
        let days = calendar_days(waiting_since, self.context.as_of, self.context.zone());
        let is_long = u64::from(is_stuck(days, self.context.settings().rules.stuck_days));
        *self.ages.entry((AgeBand::of(days), owner)).or_default() += 1;
        *self.standing.entry((owner, category)).or_default() += 1;
        self.long += is_long;
        self.longest_days = self.longest_days.max(days);
        let name = application
            .district
            .as_deref()
            .unwrap_or_default()
            .trim()
            .to_uppercase();
        let district = self.districts.entry(name).or_default();
        district.open += 1;
        district.ready += u64::from(category == Category::Ready);
        district.long += is_long;
        district.longest_days = district.longest_days.max(days);
    }

    fn walk_ins(&mut self, facts: &dyn Facts) -> Result<()> {
        for walk_in in facts.walk_ins()? {
            let ready_since = self.walked_in.get(&(walk_in.nik, walk_in.printed_at));
            self.tried(Attempt {
                at: walk_in.printed_at,
                operator: walk_in.operator.as_deref(),
                result: CardResult::Printed,
                ready_since: ready_since.copied().flatten(),
                is_walk_in: true,
            });
        }
        Ok(())
    }

    /// Takes the cards of every batch, and returns those batches that are not back.
    fn batches(&mut self, facts: &dyn Facts) -> Result<Vec<OpenBatch>> {
        let mut open = Vec::new();
        for batch in facts.batches(BatchFilter::All)? {
            let cards = facts.cards(&batch.name)?;
            for card in &cards {
                self.card(&batch, card);
            }
            let count = |wanted: fn(&Card) -> bool| cards.iter().filter(|card| wanted(card)).count();
            let unanswered = u64::try_from(count(|card| card.state == CardState::Open))?;
            if unanswered > 0 {
                open.push(OpenBatch {
                    cards: u64::try_from(count(|card| !matches!(card.state, CardState::Withdrawn { .. })))?,
                    unanswered,
                    name: batch.name,
                });
            }
        }
        Ok(open)
    }

    fn card(&mut self, batch: &Batch, card: &Card) {
        let CardState::Answered { result, at } = card.state else {
            return;
        };
        self.tried(Attempt {
            at,
            operator: Some(&batch.operator),
            result,
            ready_since: card.cells.ready_since,
            is_walk_in: false,
        });
        if result == CardResult::Printed {
            self.history.add(Span {
                waiting_since: card.cells.waiting_since,
                ready_since: card.cells.ready_since,
                closed_at: Some(at),
            });
        }
    }

    fn tried(&mut self, attempt: Attempt<'_>) {
        self.production.add(attempt);
        if attempt.result != CardResult::NotPrinted {
            *self.used.entry(attempt.at.day(self.context.zone())).or_default() += 1;
        }
    }
}
