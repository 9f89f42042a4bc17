//! `review --export`: the open questions as a sheet, to be filled in where there is time to look.

use super::pair::facts_of;
use crate::commands::aside::set_aside;
use crate::commands::listing::refuse_own_file;
use crate::commands::office::{Access, Office};
use crate::commands::review::screen::places;
use crate::context::Context;
use crate::domain::ageing::{DayMode, days_waiting};
use crate::domain::nik::NikReading;
use crate::domain::questions::{Question, questions};
use crate::domain::text::Text;
use crate::messages::{columns, review as words};
use crate::outputs::file::{sha256_hex, sha256_of_file, write_whole};
use crate::outputs::listing::{Cell, Column, Kind, Listing};
use crate::outputs::{csv, xlsx};
use crate::store::Store;
use anyhow::Result;
use std::path::Path;

const COLUMNS: [(&str, Kind); 18] = [
    ("nik", Kind::Text),
    ("queue_nik", Kind::Text),
    ("name", Kind::Text),
    ("queue_name", Kind::Text),
    ("decision", Kind::Verdict),
    ("reason", Kind::Note),
    ("explanation", Kind::Text),
    ("category", Kind::Text),
    ("score", Kind::Text),
    ("kk", Kind::Text),
    ("queue_kk", Kind::Text),
    ("birth_date", Kind::Day),
    ("district", Kind::Text),
    ("queue_district", Kind::Text),
    ("village", Kind::Text),
    ("queue_village", Kind::Text),
    ("days_waiting", Kind::Number),
    ("facts", Kind::Hidden),
];

/// Writes the sheet: CSV where the file's name says so, else xlsx.
pub(super) fn run(context: &Context, path: &Path) -> Result<()> {
    refuse_own_file(context, path)?;
    let office = Office::open(context, Access::Read)?;
    let open = office.store.read(|facts| questions(facts, &context.rules()))?;
    let sheet = listing(context, &open)?;
    let is_csv = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let bytes = match is_csv {
        true => csv::bytes(&sheet, context.zone())?,
        false => xlsx::bytes(&sheet, context.as_of, context.zone(), context.lang)?,
    };
    // An earlier sheet may have been filled in meanwhile.
    if sha256_of_file(path).is_ok_and(|found| found != sha256_hex(&bytes)) {
        set_aside(context, path)?;
    }
    write_whole(path, &bytes)?;
    let count = u64::try_from(open.len())?;
    context
        .ui
        .note(words::exported(context.lang, count, &path.display().to_string()));
    Ok(())
}

fn listing(context: &Context, open: &[Question]) -> Result<Listing> {
    let heading = |(key, kind): &(&'static str, Kind)| Column::new(key, columns::heading(context.lang, key), *kind);
    let rows: Result<Vec<Vec<Cell>>> = open.iter().map(|question| row(context, question)).collect();
    Ok(Listing {
        title: words::sheet_title(context.lang).to_owned(),
        columns: COLUMNS.iter().map(heading).collect(),
        rows: rows?,
    })
}

fn row(context: &Context, question: &Question) -> Result<Vec<Cell>> {
    let text = |text: &Option<Text>| text.as_ref().map_or(Cell::Empty, |text| Cell::Text(text.to_string()));
    let (registration, entry) = (&question.registration, &question.entry.row);
    let days = days_waiting(question.waiting_since, context.as_of, context.zone(), DayMode::Calendar)?;
    Ok(vec![
        Cell::Nik(registration.nik.clone()),
        Cell::Nik(NikReading::Trusted(entry.nik)),
        Cell::Text(registration.name.to_string()),
        Cell::Text(entry.name.to_string()),
        Cell::Empty,
        Cell::Empty,
        Cell::Text(words::why(context.lang, &question.reasons, &places(question))),
        Cell::Text(question.category.code().to_owned()),
        question
            .score
            .map_or(Cell::Empty, |score| Cell::Text(format!("{score:.2}"))),
        registration.kk.clone().map_or(Cell::Empty, Cell::Kk),
        entry.kk.clone().map_or(Cell::Empty, Cell::Kk),
        entry.birth_date.map_or(Cell::Empty, Cell::Day),
        text(&registration.district),
        text(&entry.district),
        text(&registration.village),
        text(&entry.village),
        Cell::Count(i64::from(days)),
        Cell::Text(facts_of(registration, &question.entry)),
    ])
}
