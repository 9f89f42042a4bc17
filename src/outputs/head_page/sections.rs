//! The parts of the page, each a sentence, a plot and its numbers.

use super::HeadReport;
use super::tables::{Cell, chunks, table};
use crate::domain::ageing::AgeBand;
use crate::domain::application::Category;
use crate::domain::forecast::development::DayForecast;
use crate::domain::masking::mask_numbers;
use crate::domain::production::{OperatorBook, Tries, Turnaround};
use crate::domain::record_status::Owner;
use crate::messages::report::{self as words, Word};
use crate::messages::terms;
use crate::outputs::svg::{self, Fill, Plot};
use chrono::NaiveDate;
use maud::{Markup, html};

/// Operators in one table; more make a further one, so that none is wider than a page.
const OPERATORS: usize = 5;
/// Districts with a bar of their own.
const DISTRICTS: usize = 20;
/// Districts with a row of their own; where citizens write them by hand there is no end to them.
const DISTRICT_ROWS: usize = 60;

fn section(report: &HeadReport, heading: Word, said: &str, content: &Markup) -> Markup {
    html! {
        section {
            h2 { (report.word(heading)) }
            @if !said.is_empty() { p { (said) } }
            (content)
        }
    }
}

fn plot<'a>(report: &HeadReport, id: &'a str, title: Word, parts: &'a [(&'a str, Fill)]) -> Plot<'a> {
    Plot {
        id,
        title: words::word(report.lang, title),
        parts,
        lang: report.lang,
    }
}

fn short_day(day: NaiveDate) -> String {
    day.format("%m-%d").to_string()
}

/// The backlog and its parts over time.
pub(super) fn backlog(report: &HeadReport) -> Markup {
    let (ready, not_ready) = (report.word(Word::Ready), report.word(Word::NotReady));
    let parts = [(ready, Fill::Solid), (not_ready, Fill::Hatch)];
    let days = &report.backlog;
    let bars: Vec<_> = days
        .iter()
        .map(|day| (short_day(day.date), vec![day.ready, day.not_ready]))
        .collect();
    let row = |day: &crate::domain::history::BacklogDay| {
        vec![
            Cell::Day(short_day(day.date)),
            Cell::Count(day.ready),
            Cell::Count(day.not_ready),
            Cell::Count(day.ready + day.not_ready),
        ]
    };
    let rows: Vec<_> = days.iter().map(row).collect();
    let heads = [Word::Day, Word::ShortReady, Word::ShortNotReady, Word::Total].map(|word| report.word(word));
    let (now_ready, now_not) = report.latest();
    let said = words::backlog_said(report.lang, now_ready, now_not);
    let content = html! {
        figure { (svg::columns(plot(report, "backlog", Word::Backlog, &parts), &bars)) }
        (chunks(report.lang, &heads, &rows))
    };
    section(report, Word::Backlog, &said, &content)
}

/// Whose move it is, and the categories of each.
pub(super) fn whose_move(report: &HeadReport) -> Markup {
    let of = |owner: Owner| -> u64 {
        let all = report.standing.iter().filter(|((whose, _), _)| *whose == owner);
        all.map(|(_, count)| count).sum()
    };
    let bars: Vec<_> = Owner::ALL
        .iter()
        .map(|owner| (terms::owner(report.lang, *owner).to_owned(), vec![of(*owner)]))
        .collect();
    let row = |((owner, category), count): (&(Owner, Category), &u64)| {
        vec![
            Cell::Fixed(terms::owner(report.lang, *owner).to_owned()),
            Cell::Fixed(terms::category(report.lang, *category).to_owned()),
            Cell::Count(*count),
        ]
    };
    let rows: Vec<_> = report.standing.iter().map(row).collect();
    let sum = vec![
        Cell::Fixed(report.word(Word::Total).to_owned()),
        Cell::Fixed(String::new()),
        Cell::Count(report.standing.values().sum()),
    ];
    let heads = [Word::WhoseMove, Word::Categories, Word::Count].map(|word| report.word(word));
    let content = html! {
        figure { (svg::bars(plot(report, "owner", Word::WhoseMove, &[]), &bars)) }
        (table(report.lang, &heads, &rows, Some(&sum)))
    };
    section(report, Word::WhoseMove, "", &content)
}

/// How long people wait, and for whom.
pub(super) fn ages(report: &HeadReport) -> Markup {
    let owners = Owner::ALL.map(|owner| terms::owner(report.lang, owner));
    let parts: Vec<(&str, Fill)> = owners.into_iter().zip(Fill::ALL).collect();
    let count = |band: AgeBand, owner: Owner| report.ages.get(&(band, owner)).copied().unwrap_or(0);
    let counts = |band: &AgeBand| Owner::ALL.map(|owner| count(*band, owner)).to_vec();
    let bars: Vec<_> = AgeBand::ALL
        .iter()
        .map(|band| (band.code().to_owned(), counts(band)))
        .collect();
    let row = |band: &AgeBand| {
        let counts = counts(band);
        let total = counts.iter().sum();
        let mut row = vec![Cell::Fixed(band.code().to_owned())];
        row.extend(counts.into_iter().chain([total]).map(Cell::Count));
        row
    };
    let rows: Vec<_> = AgeBand::ALL.iter().map(row).collect();
    let mut heads = vec![report.word(Word::AgeDays)];
    heads.extend(owners);
    heads.push(report.word(Word::Total));
    let said = words::ages_said(report.lang, report.long, report.limit_days, report.longest_days);
    let content = html! {
        figure { (svg::bars(plot(report, "ages", Word::Ages, &parts), &bars)) }
        (table(report.lang, &heads, &rows, None))
    };
    section(report, Word::Ages, &said, &content)
}

/// What was printed day by day.
pub(super) fn printed(report: &HeadReport) -> Markup {
    let book = &report.production;
    let total = book.total();
    let bars: Vec<_> = book
        .dated()
        .map(|(date, tries)| (short_day(date), vec![tries.printed]))
        .collect();
    let busy = || book.dated().filter(|(_, tries)| **tries != Tries::default());
    let row = |(date, tries): (NaiveDate, &Tries)| {
        vec![
            Cell::Day(short_day(date)),
            Cell::Count(tries.printed),
            Cell::Count(tries.walk_ins),
            Cell::Count(tries.not_printed),
        ]
    };
    let rows: Vec<_> = busy().map(row).collect();
    let heads = [Word::Day, Word::Printed, Word::WalkIns, Word::NotPrinted].map(|word| report.word(word));
    let said = words::printed_said(report.lang, total.printed, total.walk_ins, printing_days(report));
    let content = html! {
        @if !rows.is_empty() {
            figure { (svg::columns(plot(report, "printed", Word::PrintedPerDay, &[]), &bars)) }
            (chunks(report.lang, &heads, &rows))
        }
    };
    section(report, Word::PrintedPerDay, &said, &content)
}

fn printing_days(report: &HeadReport) -> u64 {
    let days = report.production.days.iter().filter(|tries| tries.printed > 0);
    days.count() as u64
}

/// What each operator printed, and how much of it went wrong.
pub(super) fn operators(report: &HeadReport) -> Markup {
    let name = |book: &OperatorBook| match book.name.as_str() {
        "" => report.word(Word::NoOperator).to_owned(),
        name => mask_numbers(name).into_owned(),
    };
    let books: Vec<&OperatorBook> = report.production.operators().collect();
    if books.is_empty() {
        return section(report, Word::PrintedPerOperator, report.word(Word::Nothing), &html! {});
    }
    let labels: Vec<String> = report.production.dated().map(|(date, _)| short_day(date)).collect();
    let strips: Vec<_> = books
        .iter()
        .map(|book| (name(book), book.printed_by_day.clone()))
        .collect();
    let row = |book: &&OperatorBook| {
        let total = &book.total;
        vec![
            Cell::Name(name(book)),
            Cell::Count(total.printed),
            Cell::Count(total.spoiled),
            Cell::Right(words::percent(report.lang, total.spoiled, total.blanks())),
            Cell::Count(total.not_printed),
        ]
    };
    let rows: Vec<_> = books.iter().map(row).collect();
    let heads = [
        Word::Operator,
        Word::Printed,
        Word::Spoiled,
        Word::SpoiledPercent,
        Word::NotPrinted,
    ]
    .map(|word| report.word(word));
    let content = html! {
        figure { (svg::strips(plot(report, "operators", Word::PrintedPerOperator, &[]), &labels, &strips)) }
        (table(report.lang, &heads, &rows, None))
        @for some in books.chunks(OPERATORS) { (operator_days(report, some, &name)) }
    };
    let said = words::strips_said(report.lang);
    section(report, Word::PrintedPerOperator, said, &content)
}

/// The numbers of the strips: a row a day, a column an operator.
fn operator_days(report: &HeadReport, books: &[&OperatorBook], name: &dyn Fn(&OperatorBook) -> String) -> Markup {
    let names: Vec<String> = books.iter().map(|book| name(book)).collect();
    let mut heads = vec![report.word(Word::Day)];
    heads.extend(names.iter().map(String::as_str));
    let days = report.production.dated().enumerate().map(|(index, (date, _))| {
        let printed = books
            .iter()
            .map(|book| book.printed_by_day.get(index).copied().unwrap_or(0));
        (date, printed.collect::<Vec<u64>>())
    });
    let rows: Vec<_> = days
        .filter(|(_, printed)| printed.iter().any(|cards| *cards > 0))
        .map(|(date, printed)| {
            let counts = printed.into_iter().map(Cell::Count);
            [Cell::Day(short_day(date))].into_iter().chain(counts).collect()
        })
        .collect();
    html! { @if !rows.is_empty() { div.days { (table(report.lang, &heads, &rows, None)) } } }
}

/// The time from ready to printed.
pub(super) fn turnaround(report: &HeadReport) -> Markup {
    let book = &report.production;
    let count = |bucket: &Turnaround| book.turnaround.get(bucket).copied().unwrap_or(0);
    let known: u64 = book.turnaround.values().sum();
    let within: u64 = Turnaround::ALL
        .iter()
        .filter(|bucket| bucket.hours().is_some())
        .map(count)
        .sum();
    let bars: Vec<_> = Turnaround::ALL
        .iter()
        .map(|bucket| (words::turnaround(report.lang, *bucket), vec![count(bucket)]))
        .collect();
    let mut together = 0;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for bucket in &Turnaround::ALL {
        together += count(bucket);
        rows.push(vec![
            Cell::Fixed(words::turnaround(report.lang, *bucket)),
            Cell::Count(count(bucket)),
            Cell::Right(words::percent(report.lang, count(bucket), known)),
            Cell::Right(words::percent(report.lang, together, known)),
        ]);
    }
    if book.unknown_turnaround > 0 {
        rows.push(vec![
            Cell::Fixed(report.word(Word::Unknown).to_owned()),
            Cell::Count(book.unknown_turnaround),
            Cell::Right(String::new()),
            Cell::Right(String::new()),
        ]);
    }
    let heads = [Word::Time, Word::Cards, Word::Share, Word::Together].map(|word| report.word(word));
    let said = match known {
        0 => report.word(Word::Nothing).to_owned(),
        _ => words::turnaround_said(report.lang, within, known),
    };
    let content = html! {
        @if known + book.unknown_turnaround > 0 {
            figure { (svg::bars(plot(report, "turnaround", Word::Turnaround, &[]), &bars)) }
            (table(report.lang, &heads, &rows, None))
        }
    };
    section(report, Word::Turnaround, &said, &content)
}

/// What was spoiled day by day.
pub(super) fn spoilage(report: &HeadReport) -> Markup {
    let book = &report.production;
    let total = book.total();
    let bars: Vec<_> = book
        .dated()
        .map(|(date, tries)| (short_day(date), vec![tries.spoiled]))
        .collect();
    let rows: Vec<Vec<Cell>> = book
        .dated()
        .filter(|(_, tries)| tries.blanks() > 0)
        .map(|(date, tries)| {
            vec![
                Cell::Day(short_day(date)),
                Cell::Count(tries.blanks()),
                Cell::Count(tries.spoiled),
                Cell::Right(words::percent(report.lang, tries.spoiled, tries.blanks())),
            ]
        })
        .collect();
    let heads = [Word::Day, Word::Used, Word::Spoiled, Word::SpoiledPercent].map(|word| report.word(word));
    let said = words::spoilage_said(report.lang, total.spoiled, total.blanks());
    let content = html! {
        @if total.spoiled > 0 {
            figure { (svg::columns(plot(report, "spoiled", Word::Spoilage, &[]), &bars)) }
        }
        (chunks(report.lang, &heads, &rows))
    };
    section(report, Word::Spoilage, &said, &content)
}

/// The stock of blanks.
pub(super) fn blanks(report: &HeadReport) -> Markup {
    let Some((left, days)) = &report.stock else {
        let said = words::blanks_uncounted(report.lang);
        return section(report, Word::Blanks, said, &html! {});
    };
    let bars: Vec<_> = days
        .iter()
        .map(|day| (short_day(day.date), vec![day.on_hand]))
        .collect();
    let rows: Vec<Vec<Cell>> = days
        .iter()
        .map(|day| {
            let mut date = short_day(day.date);
            if day.is_counted {
                date = format!("{date} ({})", report.word(Word::Counted));
            }
            vec![
                Cell::Day(date),
                Cell::Count(day.added),
                Cell::Count(day.used),
                Cell::Count(day.on_hand),
            ]
        })
        .collect();
    let used = report.production.total().blanks();
    let per_day = used.checked_div(printing_days(report)).unwrap_or(0);
    let heads = [Word::Day, Word::Added, Word::Used, Word::OnHand].map(|word| report.word(word));
    let content = html! {
        figure { (svg::columns(plot(report, "blanks", Word::Blanks, &[]), &bars)) }
        (chunks(report.lang, &heads, &rows))
    };
    let said = words::blanks_said(report.lang, *left, per_day);
    section(report, Word::Blanks, &said, &content)
}

/// What waits where.
pub(super) fn districts(report: &HeadReport) -> Markup {
    let mut named: Vec<_> = report.districts.iter().collect();
    named.sort_by_key(|(name, count)| (std::cmp::Reverse(count.open), *name));
    let shown = |name: &str| match name {
        "" => report.word(Word::Unknown).to_owned(),
        name => mask_numbers(name).into_owned(),
    };
    let bars: Vec<_> = named
        .iter()
        .take(DISTRICTS)
        .map(|(name, count)| (shown(name), vec![count.open]))
        .collect();
    let row = |name: String, count: &super::DistrictCount| {
        vec![
            Cell::Name(name),
            Cell::Count(count.open),
            Cell::Count(count.ready),
            Cell::Count(count.long),
            Cell::Count(u64::from(count.longest_days)),
        ]
    };
    let mut rows: Vec<_> = named
        .iter()
        .take(DISTRICT_ROWS)
        .map(|(name, count)| row(shown(name), count))
        .collect();
    let rest = named
        .iter()
        .skip(DISTRICT_ROWS)
        .map(|(_, count)| **count)
        .reduce(|sum, one| super::DistrictCount {
            open: sum.open + one.open,
            ready: sum.ready + one.ready,
            long: sum.long + one.long,
            longest_days: sum.longest_days.max(one.longest_days),
        });
    rows.extend(rest.map(|rest| row(report.word(Word::Others).to_owned(), &rest)));
    let longer = words::longer_than(report.lang, report.limit_days);
    let heads = [
        report.word(Word::District),
        report.word(Word::ShortOpen),
        report.word(Word::ShortReady),
        &longer,
        report.word(Word::Longest),
    ];
    let content = html! {
        @if rows.is_empty() { p { (report.word(Word::Nothing)) } } @else {
            figure { (svg::bars(plot(report, "districts", Word::Districts, &[]), &bars)) }
            (table(report.lang, &heads, &rows, None))
        }
    };
    section(report, Word::Districts, "", &content)
}

/// Batches whose results are not in.
pub(super) fn open_batches(report: &HeadReport) -> Markup {
    let row = |batch: &super::OpenBatch| {
        vec![
            Cell::Name(batch.name.clone()),
            Cell::Count(batch.cards),
            Cell::Count(batch.unanswered),
        ]
    };
    let rows: Vec<_> = report.open_batches.iter().map(row).collect();
    let heads = [Word::Batch, Word::Cards, Word::Unanswered].map(|word| report.word(word));
    let content = html! {
        @if rows.is_empty() { p { (report.word(Word::Nothing)) } } @else {
            (table(report.lang, &heads, &rows, None))
        }
    };
    section(report, Word::OpenBatches, "", &content)
}

/// What is to be expected.
pub(super) fn forecast(report: &HeadReport) -> Markup {
    let Some(ahead) = &report.forecast else {
        return html! {};
    };
    let date = |day: &DayForecast| short_day(day.day.date);
    let bars: Vec<_> = ahead.days.iter().map(|day| (date(day), vec![day.backlog])).collect();
    let row = |day: &DayForecast| {
        vec![
            Cell::Day(date(day)),
            Cell::Count(day.arrivals),
            Cell::Count(day.printed),
            Cell::Count(day.backlog),
        ]
    };
    let rows: Vec<_> = ahead.days.iter().map(row).collect();
    let heads = [Word::Day, Word::Arrivals, Word::Printed, Word::ShortReady].map(|word| report.word(word));
    let content = html! {
        ul { @for sentence in &ahead.said { li { (sentence) } } }
        figure { (svg::columns(plot(report, "ahead", Word::ReadyAhead, &[]), &bars)) }
        (chunks(report.lang, &heads, &rows))
    };
    section(report, Word::Forecast, "", &content)
}
