//! Cards to be destroyed as a list, and the record of their destruction as a page to be signed.

use super::html::{page, signers, text};
use super::listing::{Cell, Column, Kind, Listing};
use crate::domain::destruction::{DeadCard, Destruction, DueCard};
use crate::domain::moment::Zone;
use crate::domain::nik::{Nik, NikReading};
use crate::messages::{Lang, columns, destroy as words};
use maud::html;

/// What is no sentence stays on one line.
const KEEP: &str = "white-space: nowrap";

/// What the page needs beside the record.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    /// The language.
    pub lang: Lang,
    /// The office's zone.
    pub zone: Zone,
    /// The office's name.
    pub office: Option<&'a str>,
    /// Whether numbers are shown whole; the record goes through many hands, so that they are masked by default.
    pub reveal: bool,
}

/// Lists cards with why they are destroyed.
pub fn due_listing(title: &str, cards: &[DueCard], lang: Lang, zone: Zone) -> Listing {
    let column = |key: &'static str, kind: Kind| Column::new(key, columns::heading(lang, key), kind);
    let row = |(seq, card): (i64, &DueCard)| {
        let (number, cause) = numbers(card);
        vec![
            Cell::Count(seq),
            Cell::Nik(NikReading::Trusted(card.nik)),
            Cell::Text(card.name.clone()),
            card.request_no.clone().map_or(Cell::Empty, Cell::Text),
            Cell::Text(words::what(lang, &card.what).to_owned()),
            Cell::Day(card.at.day(zone)),
            number.map_or(Cell::Empty, Cell::Text),
            cause.map_or(Cell::Empty, |cause| Cell::Text(cause.to_owned())),
        ]
    };
    Listing {
        title: title.to_owned(),
        columns: vec![
            column("seq", Kind::Number),
            column("nik", Kind::Text),
            column("name", Kind::Text),
            column("request_no", Kind::Text),
            column("card", Kind::Text),
            column("date", Kind::Day),
            column("batch", Kind::Text),
            column("cause", Kind::Text),
        ],
        rows: (1..).zip(cards).map(row).collect(),
    }
}

/// The number of a spoiled card in its batch, and what spoiled it.
fn numbers(card: &DueCard) -> (Option<String>, Option<&str>) {
    match &card.what {
        DeadCard::Spoiled { batch, seq, cause } => (Some(format!("{batch} / {seq}")), cause.as_deref()),
        DeadCard::Surrendered => (None, None),
    }
}

/// Lays the record out for A4, with the cards by name and the places for signatures.
pub fn record_page(destruction: &Destruction, paper: Paper<'_>) -> String {
    let Paper { lang, zone, .. } = paper;
    let shown = |nik: Nik| if paper.reveal { nik.digits() } else { nik.masked() };
    let heads = ["seq", "name", "nik", "request_no", "card", "date", "note"];
    let remark = |card: &DueCard| match numbers(card) {
        (Some(number), Some(cause)) => format!("{number}: {cause}"),
        (number, cause) => number.or(cause.map(str::to_owned)).unwrap_or_default(),
    };
    let signed: Vec<String> = (1..)
        .zip(&destruction.witnesses)
        .map(|(number, name)| words::witness(lang, number, &text(name)))
        .collect();
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let body = html! {
        p { (text(&words::record_body(lang, destruction, paper.office))) }
        div.wide { table {
            thead { tr { @for head in heads { th style=(KEEP) { (columns::heading(lang, head)) } } } }
            tbody { @for (seq, card) in (1_u64..).zip(&destruction.cards) {
                tr {
                    td.number { (seq) }
                    td { (text(&card.name)) }
                    td style=(KEEP) { (shown(card.nik)) }
                    td { (text(card.request_no.as_deref().unwrap_or_default())) }
                    td { (words::what(lang, &card.what)) }
                    td style=(KEEP) { (card.at.day(zone).to_string()) }
                    td { (text(&remark(card))) }
                }
            } }
        } }
        p style="margin-top: 5mm" { (words::record_end(lang)) }
        (signers(&words::signers(lang)))
        @for pair in signed.chunks(2) { (signers(pair)) }
    };
    let under = [
        paper.office.map(str::to_owned),
        Some(words::record_number(lang, destruction.number)),
    ];
    let under: Vec<String> = under.into_iter().flatten().collect();
    page(lang, words::record_title(lang), &under, &body)
}
