//! `cetak blanks report`: the book line by line, whether it balances, and for how long the blanks are enough.

use super::on_hand;
use crate::commands::Outcome;
use crate::commands::listing::ListArgs;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::blank_book::{BlankBook, BookLine, Difference, keep_book};
use crate::domain::blanks::{BlankEvent, BlankMove};
use crate::messages::{blanks as words, columns};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::store::Store;
use anyhow::Result;
use serde::Serialize;

/// The book as data.
#[derive(Debug, Serialize)]
struct BookReport {
    as_of: String,
    on_hand: Option<u64>,
    open_cards: u64,
    used_since_count: u64,
    missing: u64,
    missing_since: Option<String>,
    balanced: bool,
    difference: Option<DifferenceLine>,
    since_count: SinceCount,
    spoiled_causes: Vec<CauseLine>,
    used_a_day: Option<u64>,
    days_left: Option<u64>,
    reorder_level: Option<u32>,
    events: Vec<EventLine>,
    lines: Vec<Line>,
}

/// `opening + added - damaged - returned - printed - walk_in - spoiled` is the balance.
#[derive(Debug, Serialize)]
struct SinceCount {
    opening: u64,
    added: u64,
    damaged: u64,
    returned: u64,
    printed: u64,
    walk_in: u64,
    spoiled: u64,
    balance: i64,
}

#[derive(Debug, Serialize)]
struct DifferenceLine {
    since: String,
    counted_on: String,
    expected: i64,
    counted: u32,
    surplus: i64,
}

#[derive(Debug, Serialize)]
struct CauseLine {
    cause: Option<String>,
    count: u64,
}

/// A movement that somebody recorded.
#[derive(Debug, Serialize)]
struct EventLine {
    at: String,
    what: &'static str,
    count: u32,
    user: String,
    note: Option<String>,
}

/// A line of the book: a movement, or the uses of a day.
#[derive(Debug, Serialize)]
struct Line {
    at: String,
    what: &'static str,
    count: u64,
    balance: i64,
    user: Option<String>,
    note: Option<String>,
}

pub(super) fn run(context: &Context, list: &ListArgs) -> Result<Outcome> {
    list.check()?;
    let office = Office::open(context, Access::Read)?;
    let (events, book, stock, open_cards) = office.store.read(|facts| {
        let events = facts.blank_events()?;
        let book = keep_book(&events, context.zone(), |visit| facts.blank_uses(visit))?;
        Ok((events, book, on_hand(facts)?, facts.open_cards()?))
    })?;
    let left = stock.map(|stock| stock.left);
    let days_left = book.pace.zip(left).map(|(pace, left)| pace.days_left(left));
    let data = || {
        let day = |day: chrono::NaiveDate| day.to_string();
        Ok(serde_json::to_value(BookReport {
            as_of: context.as_of.iso(context.zone()),
            on_hand: left,
            open_cards,
            used_since_count: stock.map_or(0, |stock| stock.used),
            missing: stock.map_or(0, |stock| stock.missing),
            missing_since: book.below_zero_since.map(day),
            balanced: book.is_balanced(),
            difference: book.difference.map(difference_line),
            since_count: since_count(&book),
            spoiled_causes: book.causes.iter().cloned().map(cause_line).collect(),
            used_a_day: book.pace.map(|pace| pace.a_day()),
            days_left,
            reorder_level: context.settings().reorder_level,
            events: events.iter().map(|event| event_line(context, event)).collect(),
            lines: book.lines.iter().map(|one| line(context, one)).collect(),
        })?)
    };
    list.show(context, data, || listing(context, &book))?;
    if list.is_screen() {
        let spoken = words::Balance {
            stock: stock.map(|stock| (stock.left, stock.missing)),
            open_cards,
            book: &book,
            days_left,
        };
        context
            .ui
            .note(context.screen_text(words::balance(context.lang, &spoken)));
    }
    Ok(Outcome::Done)
}

fn difference_line(difference: Difference) -> DifferenceLine {
    DifferenceLine {
        since: difference.since.to_string(),
        counted_on: difference.counted_on.to_string(),
        expected: difference.expected,
        counted: difference.counted,
        surplus: difference.surplus(),
    }
}

fn since_count(book: &BlankBook) -> SinceCount {
    let totals = &book.totals;
    SinceCount {
        opening: totals.opening,
        added: totals.added,
        damaged: totals.damaged,
        returned: totals.returned,
        printed: totals.printed,
        walk_in: totals.walk_in,
        spoiled: totals.spoiled,
        balance: totals.balance(),
    }
}

fn cause_line((cause, count): (Option<String>, u64)) -> CauseLine {
    CauseLine { cause, count }
}

fn event_line(context: &Context, event: &BlankEvent) -> EventLine {
    let (what, count) = match event.movement {
        BlankMove::Added(count) => ("added", count),
        BlankMove::Counted(count) => ("counted", count),
        BlankMove::Damaged(count) => ("damaged", count),
        BlankMove::Returned(count) => ("returned", count),
    };
    EventLine {
        at: event.at.iso(context.zone()),
        what,
        count,
        user: event.user.clone(),
        note: event.note.clone(),
    }
}

fn line(context: &Context, line: &BookLine) -> Line {
    Line {
        at: line.at.iso(context.zone()),
        what: line.what.code(),
        count: line.count,
        balance: line.balance,
        user: line.user.clone(),
        note: line.note.clone(),
    }
}

fn listing(context: &Context, book: &BlankBook) -> Listing {
    let column = |key, kind| Column::new(key, columns::heading(context.lang, key), kind);
    let text = |text: &Option<String>| text.clone().map_or(Cell::Empty, Cell::Text);
    let row = |line: &BookLine| {
        vec![
            Cell::Moment(line.at),
            Cell::Text(words::entry(context.lang, line.what).to_owned()),
            Cell::Count(i64::try_from(line.count).unwrap_or(i64::MAX)),
            Cell::Count(line.balance),
            text(&line.user),
            text(&line.note),
        ]
    };
    Listing {
        title: words::title(context.lang).to_owned(),
        columns: vec![
            column("at", Kind::Moment),
            column("what", Kind::Text),
            column("count", Kind::Number),
            column("balance", Kind::Number),
            column("user", Kind::Text),
            column("note", Kind::Text),
        ],
        rows: book.lines.iter().map(row).collect(),
    }
}
