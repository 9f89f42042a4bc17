//! The screen of one case: both sides aligned, what differs marked, the reasons in words, the keys.

use crate::context::Context;
use crate::domain::ageing::{DayMode, days_waiting};
use crate::domain::decisions::same_text;
use crate::domain::harmless::harmless;
use crate::domain::name::same_person;
use crate::domain::nik::{KkNumber, NikReading};
use crate::domain::questions::Question;
use crate::messages::decide::Showing;
use crate::messages::review::{self as words, Label};
use crate::outputs::side_by_side::{Line, Mark, Words, render};
use anyhow::Result;
use chrono::Datelike;

/// In more places than this two NIKs are simply two.
const MOST_PLACES: usize = 6;

/// Returns the places, from 0, where two NIKs of equal length differ; none where they differ in most.
pub(super) fn places(question: &Question) -> Vec<usize> {
    let (one, other) = (question.registration.nik.text(), question.entry.row.nik.digits());
    if one.len() != other.len() {
        return Vec::new();
    }
    let pairs = one.bytes().zip(other.bytes()).enumerate();
    let differing: Vec<usize> = pairs.filter(|(_, (a, b))| a != b).map(|(at, _)| at).collect();
    if differing.len() > MOST_PLACES {
        Vec::new()
    } else {
        differing
    }
}

/// Where a case stands in the session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// From 1.
    pub(super) at: usize,
    /// How many there are.
    pub(super) all: usize,
}

/// Draws a case; `note` says what became of the step before.
pub(super) fn screen(context: &Context, question: &Question, position: Position, note: &str) -> Result<String> {
    let lang = context.lang;
    let settings = context.ui.screen();
    let since = question.waiting_since.day(context.zone());
    let days = days_waiting(question.waiting_since, context.as_of, context.zone(), DayMode::Calendar)?;
    let heading = words::heading(lang, position.at, position.all, question.category, days, since);
    let (left, right) = words::sides(lang);
    let frame = Words {
        left,
        right,
        marks: words::marks(lang),
    };
    let sides = render(
        &lines(context, question),
        &frame,
        settings.width_columns,
        settings.color_results,
    );
    let why = words::why(lang, &question.reasons, &places(question));
    let mut text = format!("{heading}\n\n{sides}\n  {}: {}\n", words::because(lang), harmless(&why));
    if let Some(score) = question.score {
        text += &format!("  {}\n", words::score(lang, score));
    }
    text += &format!("\n  {}\n\n  {note}\n", words::keys(lang));
    Ok(text)
}

fn lines(context: &Context, question: &Question) -> Vec<Line> {
    let showing = Showing {
        reveal: context.ui.screen().reveal,
        zone: context.zone(),
    };
    let (one, entry) = (&question.registration, &question.entry.row);
    let line = |label: Label, left: String, right: String, mark: Option<Mark>| {
        let mark = mark.unwrap_or_else(|| compared(&left, &right));
        Line {
            label: words::label(context.lang, label),
            left,
            right,
            mark,
            places: Vec::new(),
        }
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let kk = |kk: Option<&KkNumber>| kk.map_or_else(String::new, |kk| showing.kk(kk));
    let same_kk = one.kk.as_ref().map(KkNumber::digits) == entry.kk.as_ref().map(KkNumber::digits);
    let kk_mark = match (&one.kk, &entry.kk) {
        (Some(_), Some(_)) if same_kk => Mark::Same,
        (Some(_), Some(_)) => Mark::Differs,
        _ => Mark::OneSided,
    };
    let is_same_nik = one.trusted_nik() == Some(entry.nik);
    let year = context.as_of.day(context.zone()).year();
    let born = match &one.nik {
        NikReading::Trusted(nik) => nik.birth_date(year),
        NikReading::Held { .. } => None,
    };
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let sent = one
        .submitted_at
        .local(context.zone())
        .format("%Y-%m-%d %H:%M")
        .to_string();
    let reached = entry
        .status_at
        .map_or_else(String::new, |at| at.day(context.zone()).to_string());
    let phone = one
        .phone
        .as_ref()
        .map_or_else(String::new, |phone| match showing.reveal {
            true => phone.as_str().to_owned(),
            false => phone.masked(),
        });
    let mut nik = line(
        Label::Nik,
        showing.cell(&one.nik),
        showing.nik(entry.nik),
        Some(if is_same_nik { Mark::Same } else { Mark::Differs }),
    );
    nik.places = places(question);
    let mut lines = vec![
        nik,
        line(
            Label::Name,
            one.name.clone(),
            entry.name.clone(),
            Some(name_mark(&one.name, &entry.name)),
        ),
        line(Label::Kk, kk(one.kk.as_ref()), kk(entry.kk.as_ref()), Some(kk_mark)),
        line(
            Label::Born,
            day(born),
            day(entry.birth_date.or_else(|| entry.nik.birth_date(year))),
            None,
        ),
        line(Label::District, text(&one.district), text(&entry.district), None),
        line(Label::Village, text(&one.village), text(&entry.village), None),
        line(Label::Moment, sent, reached, Some(Mark::OneSided)),
        line(
            Label::Reason,
            text(&one.reason),
            text(&entry.reason),
            Some(Mark::OneSided),
        ),
        line(
            Label::Status,
            String::new(),
            entry.status.canonical().to_owned(),
            Some(Mark::OneSided),
        ),
        line(Label::Phone, phone, String::new(), Some(Mark::OneSided)),
    ];
    lines.retain(|line| !(line.left.is_empty() && line.right.is_empty()));
    lines
}

fn compared(left: &str, right: &str) -> Mark {
    if left.is_empty() || right.is_empty() {
        Mark::OneSided
    } else if same_text(left.trim(), right.trim()) {
        Mark::Same
    } else {
        Mark::Differs
    }
}

fn name_mark(registered: &str, queued: &str) -> Mark {
    match compared(registered, queued) {
        Mark::Differs if same_person(registered, queued).is_same() => Mark::Alike,
        mark => mark,
    }
}
