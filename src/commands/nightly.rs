//! `cetak nightly`: the one line in crontab. Every step is committed on its own and finds what an earlier run did, so
//! that a night that was killed is finished by running it again.

use super::Outcome;
use super::aside::edited_and_not_imported;
use super::backup::nightly_backup;
use super::batch::{
    DayPlan, Onlooker, PlanRequest, WrittenDay, next_batch_day, plan_day_watched, rewrite_open_days, write_day_files,
};
use super::blanks::on_hand;
use super::explain::one_line;
use super::import;
use super::listing::refuse_own_file;
use super::notify::count_untold;
use super::office::{Access, Office};
use super::rescue::refuse_damaged;
use super::standing::Standing;
use crate::context::Context;
use crate::domain::application::Category;
use crate::domain::reconcile::Reconciliation;
use crate::messages::Failure;
use crate::messages::desk::DeskMatter;
use crate::messages::nightly::{Attention, Step, step};
use crate::outputs::file::{write_whole, write_whole_with};
use crate::outputs::json;
use crate::outputs::reports::{AttentionLine, BatchReport, ImportReport, NightlyReport, StuckReport, StuckTotal};
use crate::outputs::summary::{NightSummary, render};
use crate::store::records::FileKind;
use crate::store::{Facts, Store};
use anyhow::{Error, Result, anyhow};
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;
use std::thread;

/// Arguments of `nightly`.
#[derive(Debug, Args)]
pub struct NightlyArgs {
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["table", "json"]))]
    format: String,
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `nightly`.
///
/// # Errors
/// Another run is at work, or the store fails. A file that is refused and a plan that cannot be made stop nothing.
pub fn run(context: &mut Context, args: &NightlyArgs) -> Result<Outcome> {
    let mut office = Office::open(context, Access::Write)?;
    refuse_damaged(&office)?;
    let (imports, mut attention) = import_inbox(context, &mut office)?;
    attention.extend(row_attention(&imports));
    let (date, day, standing) = plan(context, &mut office, &mut attention)?;
    let stuck_file = format!("{}/stuck.csv", office.home.outbox_relative(date));
    office.home.make_private_folder(&office.home.outbox(date))?;
    attention.extend(standing_attention(&standing));
    attention.extend(office.store.read(|facts| stock_attention(context, facts))?);
    attention.extend(office.store.read(|facts| desk_attention(context, facts, &standing))?);
    // Every fact is committed by now, and the list is none.
    let list = office.home.root().join(&stuck_file);
    let write_stuck = || write_whole_with(&list, |out| standing.stuck.write(out));
    let (batch, mut files) = thread::scope(|scope| -> Result<_> {
        let (written, stuck) = write(context, &mut office, date, day, || scope.spawn(write_stuck))?;
        let edited = office.store.read(|facts| edited_and_not_imported(&office, facts))?;
        attention.extend((!edited.is_empty()).then_some(Attention::EditedFiles { files: edited }));
        attention.extend(
            context
                .ui
                .step(&step(context.lang, Step::Backup), || nightly_backup(context, &office))?,
        );
        stuck.join().map_err(|_| anyhow!("writing the stuck list panicked"))??;
        Ok(written)
    })?;
    files.push(stuck_file);
    let stuck = standing
        .stuck
        .totals()
        .report(context, context.settings().rules.stuck_days, false);
    let report = NightlyReport {
        as_of: context.as_of.iso(context.zone()),
        imports,
        counts: standing.counts(),
        stuck: StuckTotal {
            days: stuck.days,
            total: stuck.total,
        },
        batch,
        attention: attention.iter().map(|one| attention_line(context, one)).collect(),
        files,
    };
    show(context, args, date, &report, &stuck, &standing, &attention)?;
    let person = attention.iter().any(Attention::ends_with_three);
    Ok(if person { Outcome::NeedsPerson } else { Outcome::Done })
}

/// Imports what lies in the inbox: results first, so that the queue's losses are understood, then the queue by the
/// time of its snapshots, then the links. A file that is refused stops nothing.
fn import_inbox(context: &Context, office: &mut Office) -> Result<(Vec<ImportReport>, Vec<Attention>)> {
    let (mut imports, mut attention) = (Vec::new(), Vec::new());
    let mut inbox = import::Inbox::open(office)?;
    for kind in [FileKind::Results, FileKind::Queue, FileKind::Links] {
        for path in import::inbox_files(context, office, kind)? {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let running = step(context.lang, Step::Import(&name));
            match context.ui.step(&running, || inbox.import(context, office, kind, &path)) {
                Ok(report) => imports.push(report),
                Err(error) if import::is_refusal(&error) => {
                    attention.push(Attention::RefusedFile {
                        file: name,
                        why: one_line(context.lang, &error),
                    });
                }
                Err(error) => return Err(error),
            }
        }
    }
    inbox.close(office)?;
    Ok((imports, attention))
}

fn row_attention(imports: &[ImportReport]) -> Vec<Attention> {
    let rejected: u64 = imports.iter().map(|file| file.open_rejected).sum();
    let held = |results: bool| -> u64 {
        let files = imports
            .iter()
            .filter(|file| (file.kind == FileKind::Results.code()) == results);
        files.map(|file| file.held).sum()
    };
    let files = imports.iter().filter_map(|file| file.rejects_file.clone()).collect();
    let all = [
        Attention::RejectedRows { count: rejected, files },
        Attention::HeldRows { count: held(false) },
        Attention::ResultsWithoutAnswer { count: held(true) },
    ];
    all.into_iter().filter(|one| one.count() > 0).collect()
}

/// Plans the next working day, and sees on the way how everything stands; what makes a plan impossible is told, and stops
/// nothing.
fn plan(
    context: &Context,
    office: &mut Office,
    attention: &mut Vec<Attention>,
) -> Result<(NaiveDate, Option<DayPlan>, Standing)> {
    context.ui.step(&step(context.lang, Step::Reconcile), || {
        let mut standing = Standing::new(context);
        let (date, day) = match next_batch_day(context) {
            Ok(date) => (date, plan_on(context, office, date, &mut standing)?),
            Err(error) => (context.as_of.day(context.zone()), Err(nobody_prints(context, &error))),
        };
        let day = match day {
            Ok(day) => Some(day),
            Err(why) => {
                attention.push(why);
                stand(context, office, &mut standing)?;
                None
            }
        };
        Ok((date, day, standing))
    })
}

/// Plans one day, or says why nobody prints; a fault is passed on.
fn plan_on(
    context: &Context,
    office: &mut Office,
    date: NaiveDate,
    standing: &mut Standing,
) -> Result<Result<DayPlan, Attention>> {
    let request = PlanRequest {
        date,
        away: Vec::new(),
        capacities: Vec::new(),
        blanks: None,
        top_up: false,
        dry_run: false,
    };
    let error = match plan_day_watched(context, office, &request, standing) {
        Ok(day) => return Ok(Ok(day)),
        Err(error) => error,
    };
    match error.downcast_ref::<Failure>() {
        Some(Failure::NoOperators) => Ok(Err(Attention::NoOperators)),
        Some(Failure::UnknownInOutbox { .. }) => Ok(Err(nobody_prints(context, &error))),
        _ => Err(error),
    }
}

fn nobody_prints(context: &Context, error: &Error) -> Attention {
    let why = one_line(context.lang, error);
    Attention::NobodyPrints { why }
}

/// Sees how everything stands without a plan.
fn stand(context: &Context, office: &Office, standing: &mut Standing) -> Result<()> {
    *standing = standing.another();
    let rules = context.rules();
    office.store.read(|facts| {
        let first = standing.another();
        let new = || first.another();
        Reconciliation::gather(facts, &rules)?.pass_all(facts, new, |part| {
            standing.join(part);
            Ok(())
        })
    })
}

fn standing_attention(standing: &Standing) -> Vec<Attention> {
    let count = |category: Category| standing.count_of(category);
    let all = [
        Attention::CheckIdentity {
            count: count(Category::CheckIdentity),
        },
        Attention::NearMatch {
            count: count(Category::NearMatch),
        },
        Attention::UnreadableNik {
            count: count(Category::UnreadableNik),
        },
        Attention::UnknownStatus {
            count: standing.unknown_status,
        },
        Attention::IssuedWhileAssigned {
            count: standing.issued_while_assigned,
        },
    ];
    all.into_iter().filter(|one| one.count() > 0).collect()
}

/// Cards that ought to have a result by now, and blanks that run out.
fn stock_attention(context: &Context, facts: &dyn Facts) -> Result<Vec<Attention>> {
    let today = context.as_of.day(context.zone());
    let mut attention = Vec::new();
    let (mut unanswered, mut oldest) = (0_u64, None);
    for (batch, open) in facts
        .open_batches()?
        .into_iter()
        .filter(|(batch, _)| batch.date <= today)
    {
        unanswered += open;
        oldest = oldest.or(Some(batch.name));
    }
    if let (true, Some(oldest)) = (unanswered > 0, oldest) {
        attention.push(Attention::UnansweredCards {
            count: unanswered,
            oldest,
        });
    }
    let left = on_hand(facts)?.map(|stock| stock.left);
    if let (Some(left), Some(level)) = (left, context.settings().reorder_level)
        && left <= u64::from(level)
    {
        attention.push(Attention::BlanksLow { left });
    }
    Ok(attention)
}

/// What waits at the desk: cards to be collected, citizens to be told, cards to be destroyed. None of it is urgent.
fn desk_attention(context: &Context, facts: &dyn Facts, standing: &Standing) -> Result<Vec<Attention>> {
    let all = [
        DeskMatter::CardsUncollected {
            count: standing.uncollected,
            days: context.settings().rules.stuck_days,
        },
        DeskMatter::NoticesDue {
            count: count_untold(facts, &standing.turns)?,
        },
        DeskMatter::DestructionDue {
            count: u64::try_from(facts.cards_to_destroy()?.len())?,
        },
    ];
    let waiting = all.into_iter().filter(|matter| matter.count() > 0);
    Ok(waiting.map(Attention::AtDesk).collect())
}

/// Writes the day's batches. `aside` begins what the other core is to do from here on: it would only wait for the disk, and
/// while the store is copied.
fn write<T>(
    context: &Context,
    office: &mut Office,
    date: NaiveDate,
    day: Option<DayPlan>,
    aside: impl FnOnce() -> T,
) -> Result<((BatchReport, Vec<String>), T)> {
    context.ui.step(&step(context.lang, Step::Write), || {
        rewrite_open_days(context, office, day.as_ref().map(|day| day.date))?;
        let begun = aside();
        let written = match day {
            Some(day) => write_day_files(context, office, &day)?,
            None => WrittenDay {
                report: no_batches(date),
                files: Vec::new(),
            },
        };
        Ok(((written.report, written.files), begun))
    })
}

fn no_batches(date: NaiveDate) -> BatchReport {
    let date = date.to_string();
    BatchReport {
        date,
        capacity: 0,
        blanks: None,
        planned: 0,
        left_over: 0,
        batches: Vec::new(),
    }
}

fn attention_line(context: &Context, attention: &Attention) -> AttentionLine {
    let (what, cure) = attention.text(context.lang);
    AttentionLine {
        code: attention.code().to_owned(),
        count: attention.count(),
        hint: format!("{what}: {cure}"),
    }
}

fn show(
    context: &Context,
    args: &NightlyArgs,
    date: NaiveDate,
    report: &NightlyReport,
    stuck: &StuckReport,
    standing: &Standing,
    attention: &[Attention],
) -> Result<()> {
    let totals = standing.stuck.totals();
    let summary = NightSummary {
        office: context.settings().office.name.as_deref(),
        at: context.as_of.local(context.zone()),
        date,
        report,
        stuck,
        stuck_parts: &totals.by_owner_and_category(),
        longest_days: totals.longest_days,
        attention,
    };
    let bytes = match args.format.as_str() {
        "json" => json::pretty(report)?,
        _ => context.screen_text(render(context.lang, &summary)).into_bytes(),
    };
    match &args.output {
        Some(path) => {
            refuse_own_file(context, path)?;
            write_whole(path, &bytes).map(drop)
        }
        None => context.ui.result(&bytes),
    }
}
