//! The files of a day's batches, as bytes: projections of facts, the same whenever they are written.

use super::listing::{Cell, Column, Kind, Listing};
use crate::domain::card::{Batch, Card, CardState};
use crate::domain::nik::NikReading;
use crate::messages::{Lang, columns};
use serde::Serialize;

/// The columns of a batch file, in the order of the contract.
const COLUMNS: [(&str, Kind); 13] = [
    ("batch", Kind::Text),
    ("seq", Kind::Number),
    ("nik", Kind::Text),
    ("name", Kind::Text),
    ("birth_date", Kind::Day),
    ("district", Kind::Text),
    ("village", Kind::Text),
    ("request_no", Kind::Text),
    ("reason", Kind::Text),
    ("waiting_since", Kind::Moment),
    ("days_waiting", Kind::Number),
    ("result", Kind::Result),
    ("note", Kind::Note),
];

/// Lists the cards that are the operator's to print; result and note stay empty for the operator's hand.
pub fn work_list(batch: &Batch, cards: &[Card], lang: Lang) -> Listing {
    let heading = |(key, kind): &(&'static str, Kind)| Column::new(key, columns::heading(lang, key), *kind);
    Listing {
        title: batch.name.clone(),
        columns: COLUMNS.iter().map(heading).collect(),
        rows: cards
            .iter()
            .filter(|card| belongs(card))
            .map(|card| row(batch, card))
            .collect(),
    }
}

/// Tells whether a card still belongs to its batch.
pub fn belongs(card: &Card) -> bool {
    !matches!(card.state, CardState::Withdrawn { .. })
}

fn row(batch: &Batch, card: &Card) -> Vec<Cell> {
    let cells = &card.cells;
    let text = |text: &Option<String>| text.clone().map_or(Cell::Empty, Cell::Text);
    vec![
        Cell::Text(batch.name.clone()),
        Cell::Count(i64::from(card.seq)),
        Cell::Nik(NikReading::Trusted(cells.nik)),
        Cell::Text(cells.name.clone()),
        cells.birth_date.map_or(Cell::Empty, Cell::Day),
        text(&cells.district),
        text(&cells.village),
        text(&cells.request_no),
        text(&cells.reason),
        Cell::Moment(cells.waiting_since),
        Cell::Count(i64::from(cells.days_waiting)),
        Cell::Empty,
        Cell::Empty,
    ]
}

/// `manifest.json`: what belongs into the folder, with hashes to hold the files against.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Manifest {
    pub date: String,
    pub cards: u64,
    pub batches: Vec<ManifestBatch>,
}

/// One batch of the manifest.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ManifestBatch {
    pub batch: String,
    pub operator: String,
    pub planned_at: String,
    pub cards: u64,
    pub files: Vec<ManifestFile>,
}

/// One file of the manifest.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ManifestFile {
    pub file: String,
    pub sha256: String,
}
