//! `cetak status`: the answer for one person, in words that a clerk can read out; a short list for several.

mod find;
mod outlook;

use super::Outcome;
use super::listing::{Format, ListArgs, aged};
use super::office::{Access, Office};
use crate::context::Context;
use crate::domain::ageing::DayMode;
use crate::domain::answer::{Expectation, Happening, expect, history};
use crate::domain::application::{Application, Category};
use crate::domain::dossier::Handover;
use crate::domain::few::reconcile_few;
use crate::domain::nik::NikReading;
use crate::messages::answer::{self as words, Told};
use crate::messages::counter::CounterFailure;
use crate::messages::{Failure, columns};
use crate::outputs::answers::{AnswerReport, HistoryLine, NearReport, StatusReport};
use crate::outputs::applications::{Aged, View, full_listing, report, screen_listing};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::{Facts, Store};
use anyhow::Result;
use clap::Args;
use find::{Found, Question};
use outlook::Pace;
use std::collections::BTreeSet;

/// So many people are listed on a screen at most; a clerk narrows the search instead of reading on. Data has everybody.
const MOST_LISTED: usize = 50;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    #[arg(value_name = "NIK|NAME", required = true)]
    words: Vec<String>,
    #[command(flatten)]
    list: ListArgs,
}

/// One person's application with everything that is said about it.
struct Answer {
    aged: Aged,
    expectation: Expectation,
    history: Vec<Happening>,
    handover: Option<Handover>,
}

/// Of whom more is wanted than where the application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// Only where one person is found.
    OfOne,
    /// Of everybody.
    OfAll,
}

/// What the facts gave.
struct Answers {
    found: u64,
    /// Whether more people have the name.
    is_more: bool,
    answers: Vec<Answer>,
    near: Vec<(NikReading, String)>,
    /// Asked for beside others, and not found.
    missing: Vec<NikReading>,
}

/// Runs `status`.
///
/// # Errors
/// Nobody is found, wrong usage, or a fault of the store.
pub fn run(context: &mut Context, args: &StatusArgs) -> Result<Outcome> {
    args.list.check()?;
    let question = Question::new(&args.words);
    let office = Office::open(context, Access::Read)?;
    let detail = match args.list.format {
        Format::Json => Detail::OfAll,
        _ => Detail::OfOne,
    };
    let most = if args.list.is_screen() { MOST_LISTED } else { usize::MAX };
    let answers = office
        .store
        .read(|facts| gather(context, facts, &question, detail, most))?;
    show(context, args, &question, &answers)?;
    match (answers.answers.is_empty(), &answers.missing[..]) {
        (true, _) => {
            let searched = question.searched(context);
            Err(Failure::Counter(CounterFailure::NobodyFound { searched }).into())
        }
        (false, []) => Ok(Outcome::Done),
        (false, missing) => {
            let missing: Vec<String> = missing.iter().map(|nik| shown(context, nik)).collect();
            context.ui.warn(words::nothing_of(context.lang, &missing));
            Ok(Outcome::NeedsPerson)
        }
    }
}

fn gather(context: &Context, facts: &dyn Facts, question: &Question, detail: Detail, most: usize) -> Result<Answers> {
    let Asked {
        found,
        is_more,
        applications,
    } = asked(context, facts, question, most)?;
    let mut answers = Vec::new();
    // A list on a screen says no expectation, and of nobody there is none.
    let says_none = applications.is_empty() || (applications.len() > 1 && detail == Detail::OfOne);
    let pace = match says_none {
        true => None,
        false => Some(Pace::gather(context, facts)?),
    };
    for application in applications {
        answers.push(answer(context, facts, application, pace.as_ref())?);
    }
    let near = match answers.is_empty() {
        true => question.near(facts)?,
        false => Vec::new(),
    };
    let niks = answers.iter().filter_map(|one| one.aged.application.nik.trusted());
    Ok(Answers {
        missing: match is_more || found > answers.len() {
            // Of those who are not shown nobody is missing.
            true => Vec::new(),
            false => question.missing(&niks.collect()),
        },
        found: u64::try_from(found)?,
        is_more,
        answers,
        near,
    })
}

/// Those who were asked for.
struct Asked {
    found: usize,
    is_more: bool,
    applications: Vec<Application>,
}

/// Finds as many as are to be shown. Some that were found have no application: then more are looked for.
fn asked(context: &Context, facts: &dyn Facts, question: &Question, most: usize) -> Result<Asked> {
    let mut at_most = most;
    loop {
        let people = question.find(facts, at_most)?;
        let is_more = people.is_more;
        let (found, applications) = applications(context, facts, people, most)?;
        if !is_more || applications.len() == most {
            return Ok(Asked {
                found,
                is_more,
                applications,
            });
        }
        at_most = at_most.saturating_mul(4);
    }
}

/// Returns how many were found, and the applications of so many of them; what a typing error may mean is looked for, as
/// in every list. Who left the queue and never registered has no application, and is not counted.
fn applications(context: &Context, facts: &dyn Facts, found: Found, most: usize) -> Result<(usize, Vec<Application>)> {
    let mut count = found.count();
    let (mut niks, mut held) = (found.niks.into_iter(), found.held.into_iter());
    let (mut applications, mut seen) = (Vec::new(), BTreeSet::new());
    while applications.len() < most {
        let wanted: BTreeSet<_> = niks.by_ref().take(most - applications.len()).collect();
        let wanted_held: Vec<_> = held.by_ref().take(most - applications.len() - wanted.len()).collect();
        let asked = wanted.len() + wanted_held.len();
        if asked == 0 {
            break;
        }
        let mut more = reconcile_few(facts, &wanted, wanted_held, &context.rules())?;
        // A held registration may stand in the application of somebody who was found before.
        let known = |one: &Application| one.nik.trusted().is_some_and(|nik| seen.contains(&nik));
        more.retain(|application| !known(application));
        seen.extend(more.iter().filter_map(|one| one.nik.trusted()));
        count -= asked.saturating_sub(more.len());
        applications.extend(more);
    }
    Ok((count, applications))
}

fn answer(context: &Context, facts: &dyn Facts, application: Application, pace: Option<&Pace>) -> Result<Answer> {
    let since = match (application.category, application.printed_at) {
        (Category::Printed, Some(printed)) => printed,
        _ => application.waiting_since,
    };
    let dossier = match (application.nik.trusted(), pace) {
        (Some(nik), Some(_)) => facts.dossier(nik)?,
        // A list on a screen tells no history either.
        _ => None,
    };
    Ok(Answer {
        expectation: pace.map_or(Expectation::Nothing, |pace| {
            let told = application.as_told();
            expect(&told, &pace.outlook(context, &told))
        }),
        history: dossier.as_ref().map(history).unwrap_or_default(),
        handover: dossier.and_then(|dossier| dossier.handovers.into_iter().next_back()),
        aged: aged(context, application, since, DayMode::Calendar)?,
    })
}

fn show(context: &Context, args: &StatusArgs, question: &Question, answers: &Answers) -> Result<()> {
    let view = View {
        lang: context.lang,
        zone: context.zone(),
    };
    let aged: Vec<Aged> = answers.answers.iter().map(|answer| answer.aged.clone()).collect();
    if let (Format::Table, [only]) = (args.list.format, &answers.answers[..]) {
        return args.list.put(context, told(context, only).as_bytes());
    }
    if args.list.format == Format::Table && aged.is_empty() && answers.near.is_empty() {
        return Ok(());
    }
    let shown = u64::try_from(aged.len())?;
    let title = match question.is_by_nik() {
        true => words::asked_for(context.lang, answers.found, shown),
        false => words::several(context.lang, answers.found, answers.is_more, shown),
    };
    let listing = || match (args.list.format, aged.is_empty()) {
        (Format::Table, true) => near_listing(context, &answers.near),
        (Format::Table, false) => screen_listing(title, &aged.iter().map(as_told).collect::<Vec<_>>(), view),
        _ => full_listing(title, &aged, view),
    };
    let data = || Ok(serde_json::to_value(data(context, question, answers, view))?);
    args.list.show(context, data, listing)
}

fn shown(context: &Context, nik: &NikReading) -> String {
    match nik {
        NikReading::Trusted(nik) => context.shown(*nik),
        held if context.ui.screen().reveal => held.text(),
        held => held.masked(),
    }
}

fn as_told(aged: &Aged) -> Aged {
    Aged {
        application: aged.application.as_told(),
        ..aged.clone()
    }
}

/// What a clerk reads out: who, the answer, and what happened so far.
fn told(context: &Context, answer: &Answer) -> String {
    let application = &answer.aged.application;
    let mut lines = vec![words::heading(application, &shown(context, &application.nik))];
    lines.extend(sentences(context, answer));
    if !answer.history.is_empty() {
        lines.push(String::new());
        lines.push(words::history_heading(context.lang).to_owned());
        lines.extend(answer.history.iter().map(|happening| {
            let at = words::history_moment(context.lang, happening.at, context.zone());
            format!("  {at}  {}", words::happened(context.lang, &happening.what))
        }));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&crate::domain::harmless::harmless(&line));
        text.push('\n');
    }
    text
}

fn sentences(context: &Context, answer: &Answer) -> Vec<String> {
    let told = Told {
        application: &answer.aged.application.as_told(),
        since: answer.aged.since,
        days_waiting: answer.aged.days_waiting,
        expectation: &answer.expectation,
        handover: answer.handover.as_ref(),
        zone: context.zone(),
    };
    words::sentences(context.lang, told)
}

fn near_listing(context: &Context, near: &[(NikReading, String)]) -> Listing {
    let column = |key| Column::new(key, columns::heading(context.lang, key), Kind::Text);
    let row = |(nik, name): &(NikReading, String)| vec![Cell::Nik(nik.clone()), Cell::Text(name.clone())];
    Listing {
        title: words::near(context.lang).to_owned(),
        columns: vec![column("nik"), column("name")],
        rows: near.iter().map(row).collect(),
    }
}

fn data(context: &Context, question: &Question, answers: &Answers, view: View) -> StatusReport {
    let one = |answer: &Answer| {
        let (from, to) = match &answer.expectation {
            Expectation::Between { from, to, .. } => (Some(*from), Some(*to)),
            Expectation::NotBefore { from, .. } => (Some(*from), None),
            Expectation::OfAge(day) => (Some(*day), None),
            Expectation::Here => (Some(context.as_of.day(view.zone)), Some(context.as_of.day(view.zone))),
            _ => (None, None),
        };
        let line = |happening: &Happening| HistoryLine {
            at: happening.at.iso(view.zone),
            what: words::happened(view.lang, &happening.what),
        };
        AnswerReport {
            application: report(&answer.aged, view),
            answer: sentences(context, answer),
            expected_from: from.map(|day| day.to_string()),
            expected_to: to.map(|day| day.to_string()),
            history: answer.history.iter().map(line).collect(),
        }
    };
    let near = |(nik, name): &(NikReading, String)| NearReport {
        nik: nik.text(),
        name: name.clone(),
    };
    StatusReport {
        as_of: context.as_of.iso(view.zone),
        searched: question.searched(context),
        found: answers.found,
        applications: answers.answers.iter().map(one).collect(),
        near: answers.near.iter().map(near).collect(),
        missing: answers.missing.iter().map(NikReading::text).collect(),
    }
}
