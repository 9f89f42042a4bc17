//! Applications as the contract's fields: for JSON, and as the columns of every list.

use super::csv::Rows;
use super::listing::{Cell, Column, Kind, Listing};
use super::reports::ApplicationReport;
use crate::domain::application::Application;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::NikReading;
use crate::messages::{Lang, columns, terms};
use anyhow::Result;
use std::io::Write;

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
        name: (&application.name).into(),
        category: application.category.code(),
        owner: application.owner.code(),
        action: terms::action(view.lang, application, |moment| moment.day(view.zone)),
        status: application.status.as_ref().map(|status| status.canonical().to_owned()),
        registrations: application.registrations,
        registered_at: application.registered_at.map(iso),
        queued_at: application.queued_at.map(iso),
        waiting_since: iso(aged.since),
        days_waiting: aged.days_waiting,
        ready_since: application.ready_since.map(iso),
        district: application.district.as_ref().map(String::from),
        village: application.village.as_ref().map(String::from),
        reason: application.reason.as_ref().map(String::from),
        request_no: application.request_no.as_ref().map(String::from),
        batch: application.batch.clone(),
        candidate_nik: candidate.map(|found| found.nik.digits()),
        candidate_name: candidate.map(|found| found.name.clone()),
        candidate_score: candidate.map(|found| (found.score * 1000.0).round() / 1000.0),
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

/// Writes applications as CSV one after the other, so that a long list is never held twice.
///
/// # Errors
/// The writer fails.
pub fn write_csv(out: impl Write, applications: &[Aged], view: View) -> Result<()> {
    let mut rows = Rows::begin(out, &full_columns(view.lang), view.zone)?;
    for aged in applications {
        rows.row(&full_row(aged, view))?;
    }
    rows.finish()
}

fn full_row(aged: &Aged, view: View) -> Vec<Cell> {
    let application = &aged.application;
    let fields = report(aged, view);
    let moment = |moment: Option<Moment>| moment.map_or(Cell::Empty, Cell::Moment);
    let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    let candidate = application.candidate.as_ref();
    vec![
        Cell::Nik(application.nik.clone()),
        Cell::Text(fields.name),
        Cell::Text(fields.category.to_owned()),
        Cell::Text(fields.owner.to_owned()),
        Cell::Text(fields.action),
        text(fields.status),
        Cell::Count(i64::from(fields.registrations)),
        moment(application.registered_at),
        moment(application.queued_at),
        Cell::Moment(aged.since),
        Cell::Count(i64::from(fields.days_waiting)),
        moment(application.ready_since),
        text(fields.district),
        text(fields.village),
        text(fields.reason),
        text(fields.request_no),
        text(fields.batch),
        candidate.map_or(Cell::Empty, |found| Cell::Nik(NikReading::Trusted(found.nik))),
        text(fields.candidate_name),
        text(fields.candidate_score.map(|score| format!("{score:.3}"))),
        Cell::Text(fields.explanation),
    ]
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
