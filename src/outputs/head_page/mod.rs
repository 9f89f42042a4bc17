//! The page for the head of the office: figures, plots with their numbers under them, and lists; no person is named.
//!
//! It renders what it is given; `sections` has its parts, `tables` how numbers stand in tables.

mod sections;
mod tables;

use crate::domain::ageing::AgeBand;
use crate::domain::application::Category;
use crate::domain::forecast::development::DayForecast;
use crate::domain::history::{BacklogDay, StockDay};
use crate::domain::moment::{Moment, Zone};
use crate::domain::production::Production;
use crate::domain::record_status::Owner;
use crate::messages::Lang;
use crate::messages::number::grouped;
use crate::messages::report::{self as words, Word};
use crate::outputs::html::{page_with, text};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What waits in one district.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DistrictCount {
    /// Open applications.
    pub open: u64,
    /// Of those, ready without a card.
    pub ready: u64,
    /// Of those, waiting longer than the office's limit.
    pub long: u64,
    /// The longest wait, days.
    pub longest_days: u32,
}

/// A batch that has cards without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBatch {
    /// Its name, which begins with the day and ends with who prints.
    pub name: String,
    /// Its cards.
    pub cards: u64,
    /// Those without a result.
    pub unanswered: u64,
}

/// What is to be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// In sentences.
    pub said: Vec<String>,
    /// Day by day.
    pub days: Vec<DayForecast>,
}

/// Everything that the page shows.
#[derive(Clone, Debug)]
pub struct HeadReport {
    /// The language.
    pub lang: Lang,
    /// The office's zone.
    pub zone: Zone,
    /// The office's name.
    pub office: Option<String>,
    /// The run's moment.
    pub as_of: Moment,
    /// From how many days on a wait is too long.
    pub limit_days: u32,
    /// The backlog, day by day up to `as_of`.
    pub backlog: Vec<BacklogDay>,
    /// Open applications by age and owner.
    pub ages: BTreeMap<(AgeBand, Owner), u64>,
    /// Open applications by owner and category.
    pub standing: BTreeMap<(Owner, Category), u64>,
    /// Open applications that wait longer than the limit.
    pub long: u64,
    /// The longest wait, days.
    pub longest_days: u32,
    /// What was printed in these days.
    pub production: Production,
    /// What is left of the blanks, and how that came to be; `None` where nobody counts them.
    pub stock: Option<(u64, Vec<StockDay>)>,
    /// Open applications by district, by its name in capitals.
    pub districts: BTreeMap<String, DistrictCount>,
    /// Batches that are not back, oldest first.
    pub open_batches: Vec<OpenBatch>,
    /// What is to be expected; `None` where the calendar ends here.
    pub forecast: Option<Ahead>,
}

/// What this page adds to the look of every page.
const STYLE: &str = "\
.figures { display: flex; flex-wrap: wrap; gap: 3mm; margin: 4mm 0; }\n\
.figures div { flex: 1 1 40mm; border: 0.4mm solid #1b1b1b; padding: 2mm 3mm; }\n\
.figures b { display: block; font-size: 16pt; line-height: 1.2; }\n\
.figures span { font-size: 9pt; }\n\
figure { margin: 2mm 0 3mm; break-inside: avoid; }\n\
svg { display: block; width: 100%; max-width: 110mm; height: auto; font-family: inherit; }\n\
.chunks { display: flex; flex-wrap: wrap; gap: 3mm; align-items: flex-start; }\n\
.chunks > div { flex: 1 1 52mm; }\n\
table { overflow-wrap: normal; }\n\
td, th { padding: 0.7mm 1.4mm; }\n\
th.number { text-align: right; }\n\
td.name { overflow-wrap: anywhere; min-width: 28mm; }\n\
td.day { white-space: nowrap; }\n\
th.name { overflow-wrap: anywhere; }\n\
table, .chunks { break-inside: avoid; }\n\
.wide + .days, .days + .days { margin-top: 3mm; }\n\
tr.sum td { font-weight: bold; }\n\
@media (max-width: 420px) { table { font-size: 8.5pt; } td, th { padding: 0.7mm 1mm; } }\n\
h2 { break-after: avoid; }\n\
h2 + p { break-after: avoid; }\n\
footer { margin-top: 8mm; font-size: 9pt; }\n";

/// Lays the page out.
pub fn render(report: &HeadReport) -> String {
    let lang = report.lang;
    let local = report.as_of.local(report.zone);
    let time = local.format(lang.pick("%H.%M", "%H:%M")).to_string();
    let first = report.backlog.first().map_or(local.date(), |day| day.date);
    let mut under: Vec<String> = report.office.iter().cloned().collect();
    under.push(words::period(lang, local.date(), &time, first));
    let body = html! {
        (figures(report))
        (sections::backlog(report))
        (sections::whose_move(report))
        (sections::ages(report))
        (sections::printed(report))
        (sections::operators(report))
        (sections::turnaround(report))
        (sections::spoilage(report))
        (sections::blanks(report))
        (sections::districts(report))
        (sections::open_batches(report))
        (sections::forecast(report))
        footer { p { (words::foot(lang)) } }
    };
    page_with(lang, words::title(lang), &under, STYLE, &body)
}

impl HeadReport {
    /// Returns the last day of the backlog: what is open now.
    fn latest(&self) -> (u64, u64) {
        self.backlog.last().map_or((0, 0), |day| (day.ready, day.not_ready))
    }

    fn count(&self, number: u64) -> String {
        grouped(self.lang, number)
    }

    fn word(&self, word: Word) -> &'static str {
        words::word(self.lang, word)
    }
}

/// The few numbers that are asked for first.
fn figures(report: &HeadReport) -> Markup {
    let (ready, not_ready) = report.latest();
    let total = report.production.total();
    let blanks = match &report.stock {
        Some((left, _)) => report.count(*left),
        None => report.word(Word::NotCounted).to_owned(),
    };
    let spoiled = words::percent(report.lang, total.spoiled, total.blanks());
    let figures = [
        (report.count(ready + not_ready), report.word(Word::Open)),
        (report.count(ready), report.word(Word::Ready)),
        (
            report.count(report.long),
            &words::waiting_longer(report.lang, report.limit_days),
        ),
        (
            report.count(total.printed),
            &words::printed_within(report.lang, report.production.days.len()),
        ),
        (spoiled, report.word(Word::SpoiledShare)),
        (blanks, report.word(Word::BlanksLeft)),
    ];
    html! {
        div.figures {
            @for (number, label) in figures {
                div { b { (text(&number)) } span { (label) } }
            }
        }
    }
}
