//! `cetak notify`: a file of messages for the citizens whose move it is; each is told once in each state.

use super::Outcome;
use super::listing::{Format, ListArgs};
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::notices::{
    Citizen, Message, Notice, NoticeKind, NoticePlan, PhoneFault, ToldBefore, Turn, citizen, plan_notices,
};
use crate::domain::reconcile::reconcile;
use crate::domain::template::Place;
use crate::messages::nightly::long_day;
use crate::messages::notify::{self as words, NotifyFailure, Sum};
use crate::messages::{Failure, Lang, columns};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::records::Event;
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde::Serialize;
use std::path::PathBuf;

/// So many of those whose number is wrong are named on the screen.
const NAMED: usize = 20;

/// Arguments of `notify`.
#[derive(Debug, Args)]
pub struct NotifyArgs {
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(NoticeKind::ALL.map(NoticeKind::code)))]
    only: Vec<String>,
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long, conflicts_with_all = ["only", "limit", "dry_run"])]
    again: bool,
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "csv",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl NotifyArgs {
    fn wants(&self, kind: NoticeKind) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| word == kind.code())
    }
}

#[derive(Serialize)]
struct NotifyReport {
    as_of: String,
    run: Option<u32>,
    told: u64,
    left_over: u64,
    notices: Vec<MessageLine>,
    not_sent: Vec<NotSentLine>,
}

#[derive(Serialize)]
struct MessageLine {
    phone: String,
    name: String,
    text: String,
    nik: String,
    kind: &'static str,
    since: String,
}

#[derive(Serialize)]
struct NotSentLine {
    nik: String,
    name: String,
    kind: &'static str,
    phone: Option<String>,
    code: &'static str,
    reason: &'static str,
}

/// Runs `notify`.
///
/// # Errors
/// Wrong usage, or a fault of the store; nothing was recorded then. Where the file cannot be written, what was recorded
/// is written once more by `--again`.
pub fn run(context: &mut Context, args: &NotifyArgs) -> Result<Outcome> {
    let list = ListArgs {
        format: args.format,
        output: args.output.clone(),
    };
    list.check()?;
    if list.is_table() && !args.dry_run {
        return Err(Failure::Notify(NotifyFailure::TableTellsNobody).into());
    }
    let access = if args.dry_run || args.again {
        Access::Read
    } else {
        Access::Write
    };
    let mut office = Office::open(context, access)?;
    let (plan, run) = if args.again {
        office.store.read(|facts| told_last(context, facts))?
    } else if args.dry_run {
        (office.store.read(|facts| Ok(plan(context, facts, args)?.0))?, None)
    } else {
        office.store.write(|ledger| {
            let (plan, last_run) = plan(context, ledger, args)?;
            if plan.messages.is_empty() {
                return Ok((plan, None));
            }
            let run = last_run + 1;
            let notices: Vec<Notice> = plan.messages.iter().map(|one| notice(context, one, run)).collect();
            ledger.add_notices(&notices)?;
            ledger.add_event(&Event {
                at: context.as_of,
                user: context.user.clone(),
                action: "citizens_told".to_owned(),
                subject: run.to_string(),
                note: None,
                count: Some(u64::try_from(notices.len())?),
            })?;
            Ok((plan, Some(run)))
        })?
    };
    show(context, &list, &plan, run)?;
    Ok(Outcome::Done)
}

/// Plans the notices of now, and returns the number of the last run beside them.
fn plan(context: &Context, facts: &(impl Facts + ?Sized), args: &NotifyArgs) -> Result<(NoticePlan, u32)> {
    let before = ToldBefore::of(&facts.notices()?);
    let mut untold = citizens(context, facts)?;
    untold.retain(|citizen| args.wants(citizen.turn.kind) && !before.knows(&citizen.turn));
    Ok((plan_notices(untold, args.limit), before.last_run))
}

/// Returns whom the last run told, as far as it is still their move.
fn told_last(context: &Context, facts: &(impl Facts + ?Sized)) -> Result<(NoticePlan, Option<u32>)> {
    let notices = facts.notices()?;
    let last_run = ToldBefore::of(&notices).last_run;
    let told = ToldBefore::in_run(&notices, last_run);
    let mut again = citizens(context, facts)?;
    again.retain(|citizen| told.knows(&citizen.turn));
    Ok((plan_notices(again, None), Some(last_run).filter(|run| *run > 0)))
}

/// Returns every citizen whose move it is.
fn citizens(context: &Context, facts: &(impl Facts + ?Sized)) -> Result<Vec<Citizen>> {
    let mut citizens = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        citizens.extend(citizen(&application));
        Ok(())
    })?;
    Ok(citizens)
}

/// Counts those who were not told yet.
///
/// # Errors
/// Those of the store.
pub fn count_untold(facts: &(impl Facts + ?Sized), turns: &[Turn]) -> Result<u64> {
    let before = ToldBefore::of(&facts.notices()?);
    let untold = turns.iter().filter(|turn| !before.knows(turn));
    Ok(u64::try_from(untold.count())?)
}

fn notice(context: &Context, message: &Message, run: u32) -> Notice {
    let Turn { nik, kind, since } = message.citizen.turn;
    Notice {
        nik,
        kind,
        since,
        told_at: context.as_of,
        run,
    }
}

/// Fills in the text of one citizen, in the language of the office rather than that of the run: citizens read it.
fn text(context: &Context, citizen: &Citizen) -> String {
    let settings = context.settings();
    let lang = settings.lang.unwrap_or(Lang::Id);
    let template = settings.notify.text(lang, citizen.turn.kind);
    template.fill(|place| match place {
        Place::Name => citizen.name.clone(),
        Place::Nik => citizen.turn.nik.masked(),
        Place::Office => {
            let office = settings.office.name.clone();
            office.unwrap_or_else(|| words::office(lang).to_owned())
        }
        Place::District => citizen.district.clone().unwrap_or_default(),
        Place::Village => citizen.village.clone().unwrap_or_default(),
        Place::Since => long_day(lang, citizen.turn.since.day(context.zone())),
    })
}

fn show(context: &Context, list: &ListArgs, plan: &NoticePlan, run: Option<u32>) -> Result<()> {
    let told = u64::try_from(plan.messages.len())?;
    let data = || {
        Ok(serde_json::to_value(NotifyReport {
            as_of: context.as_of.iso(context.zone()),
            run,
            told,
            left_over: plan.left_over,
            notices: plan.messages.iter().map(|one| message_line(context, one)).collect(),
            not_sent: plan.not_sent.iter().map(|one| not_sent_line(context, one)).collect(),
        })?)
    };
    list.show(context, data, || listing(context, plan))?;
    if list.format != Format::Json {
        // A number that is wrong can be mended; where there is none, the sum says how many.
        let wrong = || {
            plan.not_sent
                .iter()
                .filter(|(_, fault)| *fault == PhoneFault::NotMobile)
        };
        for (citizen, fault) in wrong().take(NAMED) {
            let nik = context.shown(citizen.turn.nik);
            let phone = citizen.phone.as_ref().map(|phone| {
                let shown = if context.ui.screen().reveal {
                    phone.as_str().to_owned()
                } else {
                    phone.masked()
                };
                context.screen_text(shown)
            });
            let line = words::not_sent(context.lang, &nik, &citizen.name, phone.as_deref(), *fault);
            context.ui.warn(line);
        }
        let more = wrong().count().saturating_sub(NAMED);
        if more > 0 {
            context
                .ui
                .warn(words::more_not_sent(context.lang, u64::try_from(more)?));
        }
    }
    let count_of = |fault: PhoneFault| {
        let found = plan.not_sent.iter().filter(|(_, one)| *one == fault);
        u64::try_from(found.count())
    };
    let (no_phone, not_mobile) = (count_of(PhoneFault::Missing)?, count_of(PhoneFault::NotMobile)?);
    context.ui.note(words::sum(
        context.lang,
        Sum {
            told,
            no_phone,
            not_mobile,
            left_over: plan.left_over,
            run,
        },
    ));
    Ok(())
}

fn message_line(context: &Context, message: &Message) -> MessageLine {
    let citizen = &message.citizen;
    MessageLine {
        phone: message.phone.clone(),
        name: citizen.name.clone(),
        text: text(context, citizen),
        nik: citizen.turn.nik.digits(),
        kind: citizen.turn.kind.code(),
        since: citizen.turn.since.iso(context.zone()),
    }
}

fn not_sent_line(context: &Context, (citizen, fault): &(Citizen, PhoneFault)) -> NotSentLine {
    NotSentLine {
        nik: citizen.turn.nik.digits(),
        name: citizen.name.clone(),
        kind: citizen.turn.kind.code(),
        phone: citizen.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        code: fault.code(),
        reason: words::phone_fault(context.lang, *fault),
    }
}

fn listing(context: &Context, plan: &NoticePlan) -> Listing {
    let column = |key| Column::new(key, columns::heading(context.lang, key), Kind::Text);
    let row = |message: &Message| {
        vec![
            Cell::Text(message.phone.clone()),
            Cell::Text(message.citizen.name.clone()),
            Cell::Text(text(context, &message.citizen)),
        ]
    };
    Listing {
        title: words::title(context.lang).to_owned(),
        columns: ["phone", "name", "text"].map(column).into(),
        rows: plan.messages.iter().map(row).collect(),
    }
}
