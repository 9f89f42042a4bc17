//! Applications as the contract's fields: for JSON, and as the columns of every list.

use super::csv::RowText;
use super::listing::{Cell, Column, Kind, Listing};
use super::reports::ApplicationReport;
use crate::domain::application::Application;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::NikReading;
use crate::domain::record_status::RecordStatus;
use crate::messages::{Lang, columns, terms};
use anyhow::Result;

/// What the fields depend on beside the application.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The language of actions and explanations.
    pub lang: Lang,
    /// The office's zone.
    pub zone: Zone,
}

/// An application with its age, counted the way the list asks for.
#[derive(Clone, Debug)]
pub struct Aged {
    /// The application.
    pub application: Application,
    /// From which moment days are counted.
    pub since: Moment,
    /// Days from then to the run's moment.
    pub days_waiting: u32,
}

/// Returns the contract's fields.
pub fn report(aged: &Aged, view: View) -> ApplicationReport {
    let application = &aged.application;
    let iso = |moment: Moment| moment.iso(view.zone);
    let candidate = application.candidate.as_ref();
    ApplicationReport {
        nik: application.nik.text(),
        name: application.name.to_string(),
        category: application.category.code(),
        owner: application.owner.code(),
        action: terms::action(view.lang, application, |moment| moment.day(view.zone)).into_owned(),
        status: application.status.as_ref().map(|status| status.canonical().to_owned()),
        registrations: application.registrations,
        registered_at: application.registered_at.map(iso),
        queued_at: application.queued_at.map(iso),
        waiting_since: iso(aged.since),
        days_waiting: aged.days_waiting,
        ready_since: application.ready_since.map(iso),
        district: application.district.as_ref().map(ToString::to_string),
        village: application.village.as_ref().map(ToString::to_string),
        reason: application.reason.as_ref().map(ToString::to_string),
        request_no: application.request_no.as_ref().map(ToString::to_string),
        batch: application.batch.clone(),
        candidate_nik: candidate.map(|found| found.nik.digits()),
        candidate_name: candidate.map(|found| found.name.clone()),
        candidate_score: candidate.map(|found| rounded(found.score)),
        explanation: terms::explanation(view.lang, &application.explanation),
    }
}

/// Every field of the contract, in its order.
const FIELDS: [(&str, Kind); 21] = [
    ("nik", Kind::Text),
    ("name", Kind::Text),
    ("category", Kind::Text),
    ("owner", Kind::Text),
    ("action", Kind::Text),
    ("status", Kind::Text),
    ("registrations", Kind::Number),
    ("registered_at", Kind::Moment),
    ("queued_at", Kind::Moment),
    ("waiting_since", Kind::Moment),
    ("days_waiting", Kind::Number),
    ("ready_since", Kind::Moment),
    ("district", Kind::Text),
    ("village", Kind::Text),
    ("reason", Kind::Text),
    ("request_no", Kind::Text),
    ("batch", Kind::Text),
    ("candidate_nik", Kind::Text),
    ("candidate_name", Kind::Text),
    ("candidate_score", Kind::Text),
    ("explanation", Kind::Text),
];

fn full_columns(lang: Lang) -> Vec<Column> {
    FIELDS
        .iter()
        .map(|(key, kind)| Column::new(key, columns::heading(lang, key), *kind))
        .collect()
}

/// Lists applications with every field of the contract, in its order.
pub fn full_listing(title: String, applications: &[Aged], view: View) -> Listing {
    Listing {
        title,
        columns: full_columns(view.lang),
        rows: applications.iter().map(|aged| full_row(aged, view)).collect(),
    }
}

/// Applications as lines of a CSV, which are put in order once all of them are there: where an application is at hand,
/// its line costs less than keeping it.
pub struct Lines {
    rows: RowText,
    /// Where each line ends.
    ends: Vec<usize>,
    view: View,
}

impl Lines {
    /// Begins without any.
    pub fn new(view: View) -> Self {
        Self {
            rows: RowText::bare(FIELDS.len(), view.zone),
            ends: Vec::new(),
            view,
        }
    }

    /// Adds an application.
    ///
    /// # Errors
    /// None in practice: every application has as many fields.
    pub fn add(&mut self, aged: &Aged) -> Result<()> {
        put_fields(aged, self.view, &mut self.rows);
        self.rows.end_row()?;
        self.ends.push(self.rows.as_str().len());
        Ok(())
    }

    /// Returns a line by its number, counted from 0.
    pub fn line(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows.as_str()[start..self.ends[number]]
    }

    /// Returns the line of keys that stands above them.
    ///
    /// # Errors
    /// None in practice.
    pub fn keys(view: View) -> Result<String> {
        Ok(RowText::begin(&full_columns(view.lang), view.zone)?.as_str().to_owned())
    }
}

fn full_row(aged: &Aged, view: View) -> Vec<Cell> {
    let mut row = Vec::with_capacity(FIELDS.len());
    put_fields(aged, view, &mut row);
    row
}

/// What takes the cells of a row, from left to right.
trait Put {
    fn text(&mut self, text: &str);
    fn cell(&mut self, cell: Cell);
}

impl Put for Vec<Cell> {
    fn text(&mut self, text: &str) {
        self.cell(Cell::Text(text.to_owned()));
    }

    fn cell(&mut self, cell: Cell) {
        self.push(cell);
    }
}

impl Put for RowText {
    #[inline]
    fn text(&mut self, text: &str) {
        Self::text(self, text);
    }

    #[inline]
    fn cell(&mut self, cell: Cell) {
        Self::cell(self, &cell);
    }
}

/// Puts every field of the contract, in the order of `FIELDS`.
fn put_fields(aged: &Aged, view: View, row: &mut impl Put) {
    let application = &aged.application;
    let moment = |moment: Option<Moment>| moment.map_or(Cell::Empty, Cell::Moment);
    let candidate = application.candidate.as_ref();
    row.cell(Cell::Nik(application.nik.clone()));
    row.text(&application.name);
    row.text(application.category.code());
    row.text(application.owner.code());
    row.text(&terms::action(view.lang, application, |moment| moment.day(view.zone)));
    put_optional(row, application.status.as_ref().map(RecordStatus::canonical));
    row.cell(Cell::Count(i64::from(application.registrations)));
    row.cell(moment(application.registered_at));
    row.cell(moment(application.queued_at));
    row.cell(Cell::Moment(aged.since));
    row.cell(Cell::Count(i64::from(aged.days_waiting)));
    row.cell(moment(application.ready_since));
    put_optional(row, application.district.as_deref());
    put_optional(row, application.village.as_deref());
    put_optional(row, application.reason.as_deref());
    put_optional(row, application.request_no.as_deref());
    put_optional(row, application.batch.as_deref());
    row.cell(candidate.map_or(Cell::Empty, |found| Cell::Nik(NikReading::Trusted(found.nik))));
    put_optional(row, candidate.map(|found| found.name.as_str()));
    put_optional(
        row,
        candidate.map(|found| format!("{:.3}", rounded(found.score))).as_deref(),
    );
    row.text(&terms::explanation(view.lang, &application.explanation));
}

fn put_optional(row: &mut impl Put, text: Option<&str>) {
    match text {
        Some(text) => row.text(text),
        None => row.cell(Cell::Empty),
    }
}

/// A score with as many places as a person can use.
fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

/// Lists what a clerk reads on a screen: who, where it stands, whose move, how long, what to do.
pub fn screen_listing(title: String, applications: &[Aged], view: View) -> Listing {
    let column = |key: &'static str, kind: Kind| Column::new(key, columns::heading(view.lang, key), kind);
    let row = |aged: &Aged| {
        let application = &aged.application;
        let fields = report(aged, view);
        let mut next = fields.action;
        if !fields.explanation.is_empty() {
            next = format!("{next} ({})", fields.explanation);
        }
        let place = [fields.district, fields.village]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        vec![
            Cell::Nik(application.nik.clone()),
            Cell::Text(fields.name),
            Cell::Text(terms::category(view.lang, application.category).to_owned()),
            Cell::Text(terms::owner(view.lang, application.owner).to_owned()),
            Cell::Count(i64::from(fields.days_waiting)),
            Cell::Text(place),
            Cell::Text(next),
        ]
    };
    Listing {
        title,
        columns: vec![
            column("nik", Kind::Text),
            column("name", Kind::Text),
            column("category", Kind::Text),
            column("owner", Kind::Text),
            column("days_waiting", Kind::Number),
            column("place", Kind::Text),
            column("action", Kind::Text),
        ],
        rows: applications.iter().map(row).collect(),
    }
}
