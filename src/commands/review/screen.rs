//! The screen of one case: both sides aligned, what differs marked, the reasons in words, the keys.

use crate::context::Context;
use crate::domain::ageing::{DayMode, days_waiting};
use crate::domain::decisions::same_text;
use crate::domain::harmless::harmless;
use crate::domain::name::same_person;
use crate::domain::nik::KkNumber;
use crate::domain::questions::Question;
use crate::domain::queue::QueueRow;
use crate::domain::registration::Registration;
use crate::domain::text::Text;
use crate::messages::decide::Showing;
use crate::messages::review::{self as words, Label};
use crate::outputs::side_by_side::{Line, Mark, Words, paragraph, render};
use anyhow::Result;
use chrono::{Datelike, NaiveDate};

/// In more places than this two NIKs are simply two.
const MOST_PLACES: usize = 6;

/// Returns the places, from 0, where the two NIKs differ; none where they differ in most.
pub(super) fn places(question: &Question) -> Vec<usize> {
    differing(&question.registration.nik.text(), &question.entry.row.nik.digits())
}

fn differing(one: &str, other: &str) -> Vec<usize> {
    if one.len() != other.len() {
        return Vec::new();
    }
    let pairs = one.bytes().zip(other.bytes()).enumerate();
    let places: Vec<usize> = pairs.filter(|(_, (a, b))| a != b).map(|(at, _)| at).collect();
    if places.len() > MOST_PLACES { Vec::new() } else { places }
}

/// Where a case stands in the session, and how it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// From 1.
    pub(super) at: usize,
    /// How many there are.
    pub(super) all: usize,
    /// Whether its numbers are shown whole, beside the run's own wish.
    pub(super) numbers: Numbers,
}

/// How the numbers of a case are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// As the run shows them: masked, unless it was told otherwise.
    AsUsual,
    /// Whole.
    Whole,
}

impl Numbers {
    /// Returns the other way.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::AsUsual => Self::Whole,
            Self::Whole => Self::AsUsual,
        }
    }
}

/// Draws a case; `note` says what became of the step before.
pub(super) fn screen(context: &Context, question: &Question, view: View, note: &str) -> Result<String> {
    let lang = context.lang;
    let settings = context.ui.screen();
    let since = question.waiting_since.day(context.zone());
    let days = days_waiting(question.waiting_since, context.as_of, context.zone(), DayMode::Calendar)?;
    let heading = words::heading(lang, view.at, view.all, question.category, days, since);
    let (left, right) = words::sides(lang);
    let frame = Words {
        left,
        right,
        marks: words::marks(lang),
    };
    let sides = render(
        &lines(context, question, view.numbers),
        &frame,
        settings.width_columns,
        settings.color_results,
    );
    let why = words::why(lang, &question.reasons, &places(question));
    let why = format!("{}: {why}", words::because(lang));
    let mut text = format!("{heading}\n\n{sides}\n{}", paragraph(&why, settings.width_columns));
    if let Some(score) = question.score {
        text += &format!("  {}\n", words::score(lang, score));
    }
    text += &format!("\n  {}\n\n  {}\n", words::keys(lang), harmless(note));
    Ok(text)
}

/// Makes the lines of a case.
struct Sides<'a> {
    context: &'a Context,
    showing: Showing,
    registration: &'a Registration,
    entry: &'a QueueRow,
}

fn lines(context: &Context, question: &Question, numbers: Numbers) -> Vec<Line> {
    let sides = Sides {
        context,
        showing: Showing {
            reveal: context.ui.screen().reveal || numbers == Numbers::Whole,
            zone: context.zone(),
        },
        registration: &question.registration,
        entry: &question.entry.row,
    };
    let mut lines = sides.compared();
    lines.extend(sides.told());
    lines.retain(|line| !(line.left.is_empty() && line.right.is_empty()));
    lines
}

impl Sides<'_> {
    /// What both sides say of the person.
    fn compared(&self) -> Vec<Line> {
        let (one, entry) = (self.registration, self.entry);
        let text = |text: &Option<Text>| text.clone().unwrap_or_default().into();
        let line = |label, left: String, right: String| {
            let mark = compared(&left, &right);
            self.line(label, left, right, Some(mark))
        };
        let year = self.context.as_of.day(self.showing.zone).year();
        let born = one.trusted_nik().and_then(|nik| nik.birth_date(year));
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let mut name = line(Label::Name, one.name.to_string(), entry.name.to_string());
        if name.mark == Some(Mark::Differs) && same_person(&one.name, &entry.name).is_same() {
            name.mark = Some(Mark::Alike);
        }
        vec![
            self.number(
                Label::Nik,
                (one.nik.text(), self.showing.cell(&one.nik)),
                (entry.nik.digits(), self.showing.nik(entry.nik)),
            ),
            name,
            self.number(Label::Kk, self.kk(one.kk.as_ref()), self.kk(entry.kk.as_ref())),
            line(
                Label::Born,
                day(born),
                day(entry.birth_date.or_else(|| entry.nik.birth_date(year))),
            ),
            line(Label::District, text(&one.district), text(&entry.district)),
            line(Label::Village, text(&one.village), text(&entry.village)),
        ]
    }

    /// What each side has to say beside that.
    fn told(&self) -> [Line; 4] {
        let (one, entry, zone) = (self.registration, self.entry, self.showing.zone);
        let sent = one.submitted_at.local(zone).format("%Y-%m-%d %H:%M").to_string();
        let reached = entry.status_at.map_or_else(String::new, |at| at.day(zone).to_string());
        let phone = one
            .phone
            .as_ref()
            .map_or_else(String::new, |phone| match self.showing.reveal {
                true => phone.as_str().to_owned(),
                false => phone.masked(),
            });
        let text = |text: &Option<Text>| text.clone().unwrap_or_default().into();
        [
            self.line(Label::Moment, sent, reached, None),
            self.line(Label::Reason, text(&one.reason), text(&entry.reason), None),
            self.line(Label::Status, String::new(), entry.status.canonical().to_owned(), None),
            self.line(Label::Phone, phone, String::new(), None),
        ]
    }

    /// Compares two numbers by their digits, of which only the masked form is shown.
    fn number(&self, label: Label, left: (String, String), right: (String, String)) -> Line {
        let mut line = self.line(label, left.1, right.1, Some(compared(&left.0, &right.0)));
        line.places = differing(&left.0, &right.0);
        line
    }

    /// Returns a family card number whole, and as it may be shown.
    fn kk(&self, kk: Option<&KkNumber>) -> (String, String) {
        kk.map_or_else(Default::default, |kk| (kk.digits().to_owned(), self.showing.kk(kk)))
    }

    fn line(&self, label: Label, left: String, right: String, mark: Option<Mark>) -> Line {
        Line {
            label: words::label(self.context.lang, label),
            left,
            right,
            mark,
            places: Vec::new(),
        }
    }
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
