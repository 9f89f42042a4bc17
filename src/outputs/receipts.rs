//! Receipt lists of cards that wait to be collected: a page a village to sign on, and the same as a list.

use super::html::{page, signers, text};
use super::listing::{Cell, Column, Kind, Listing};
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::{Nik, NikReading};
use crate::messages::{Lang, columns, counter as words};
use maud::html;

/// A printed card that nobody has collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The population number.
    pub nik: Nik,
    /// The name.
    pub name: String,
    /// Kecamatan.
    pub district: String,
    /// Kelurahan.
    pub village: String,
    /// When it was printed.
    pub printed_at: Option<Moment>,
    /// The batch it was printed in.
    pub batch: Option<String>,
    /// Days since the print.
    pub days_waiting: u32,
}

/// What a page of receipts needs beside the cards.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The language.
    pub lang: Lang,
    /// The office's zone.
    pub zone: Zone,
    /// The office's name.
    pub office: Option<&'a str>,
    /// The run's moment.
    pub as_of: Moment,
    /// Whether numbers are shown whole; citizens sign on the same sheet, so that they are masked by default.
    pub reveal: bool,
}

/// Lays the lists out as HTML, a page a village. `cards` are in the order of their villages.
pub fn receipt_page(cards: &[Waiting], sheet: Sheet<'_>) -> String {
    let Sheet { lang, zone, .. } = sheet;
    let villages = cards.chunk_by(|one, other| (&one.district, &one.village) == (&other.district, &other.village));
    let heads = ["seq", "name", "nik", "printed_at"].map(|key| columns::heading(lang, key));
    let shown = |nik: Nik| if sheet.reveal { nik.digits() } else { nik.masked() };
    let day = |moment: Option<Moment>| moment.map_or_else(String::new, |moment| moment.day(zone).to_string());
    let body = html! {
        @for cards in villages {
            section.page {
                @if let Some(first) = cards.first() {
                    h2 { (text(&words::receipts_of(lang, &first.district, &first.village, cards.len() as u64))) }
                }
                div.wide { table {
                    thead { tr {
                        @for head in heads.iter().chain(&words::receipt_columns(lang)) { th { (head) } }
                    } }
                    tbody { @for (seq, card) in (1..).zip(cards) { tr {
                        td.number { (seq as u64) }
                        td { (text(&card.name)) }
                        td { (shown(card.nik)) }
                        td { (day(card.printed_at)) }
                        td.fill {} td.fill {} td.fill {} td.fill {}
                    } } }
                } }
                (signers(&words::receipt_foot(lang)))
            }
        }
        @if cards.is_empty() { p { (lang.pick("tidak ada", "none")) } }
    };
    let under = [sheet.office.map(str::to_owned), Some(sheet.as_of.day(zone).to_string())];
    let under: Vec<String> = under.into_iter().flatten().collect();
    page(lang, words::receipts_title(lang), &under, &body)
}

/// Lists the cards with columns to be filled in by hand.
pub fn receipt_listing(cards: &[Waiting], lang: Lang) -> Listing {
    let column = |key: &'static str, kind: Kind| Column::new(key, columns::heading(lang, key), kind);
    let row = |card: &Waiting| {
        vec![
            Cell::Text(card.district.clone()),
            Cell::Text(card.village.clone()),
            Cell::Nik(NikReading::Trusted(card.nik)),
            Cell::Text(card.name.clone()),
            card.printed_at.map_or(Cell::Empty, Cell::Moment),
            Cell::Count(i64::from(card.days_waiting)),
            card.batch.clone().map_or(Cell::Empty, Cell::Text),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ]
    };
    Listing {
        title: words::receipts_title(lang).to_owned(),
        columns: vec![
            column("district", Kind::Text),
            column("village", Kind::Text),
            column("nik", Kind::Text),
            column("name", Kind::Text),
            column("printed_at", Kind::Moment),
            column("days_waiting", Kind::Number),
            column("batch", Kind::Text),
            column("collector", Kind::Note),
            column("relation", Kind::Note),
            column("signature", Kind::Note),
        ],
        rows: cards.iter().map(row).collect(),
    }
}

/// Lists the cards as a clerk sees them on a screen, without what is filled in by hand.
pub fn screen_receipts(cards: &[Waiting], lang: Lang) -> Listing {
    let mut listing = receipt_listing(cards, lang);
    let kept = listing
        .columns
        .iter()
        .filter(|column| column.kind != Kind::Note)
        .count();
    listing.columns.truncate(kept);
    listing.rows.iter_mut().for_each(|row| row.truncate(kept));
    listing
}
