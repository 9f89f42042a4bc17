//! Cards that must not stay in the world: spoiled ones, and old ones that were surrendered. They are burned before
//! witnesses, each by name, and the record of it (berita acara) is kept.
//!
//! Source: circular of the Minister of Home Affairs 470.13/11176/SJ of 13 December 2018 (record every spoiled or invalid
//! card, burn it, and make a berita acara each time).

use super::moment::{Moment, Zone};
use super::nik::Nik;
use chrono::NaiveDate;

/// Why a card is to be destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadCard {
    /// Spoiled when it was printed.
    Spoiled {
        /// The batch.
        batch: String,
        /// Its number in the batch.
        seq: u32,
        /// What spoiled it, where somebody wrote that down.
        cause: Option<String>,
    },
    /// An old card, surrendered when the new one was handed over.
    Surrendered,
}

impl DeadCard {
    /// Returns the stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Spoiled { .. } => "spoiled",
            Self::Surrendered => "surrendered",
        }
    }
}

/// A card that is to be destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCard {
    /// Whose.
    pub nik: Nik,
    /// The name.
    pub name: String,
    /// The request number, where known.
    pub request_no: Option<String>,
    /// When it was spoiled or surrendered.
    pub at: Moment,
    /// Why.
    pub what: DeadCard,
}

/// A record of destruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destruction {
    /// Its number; 0 before it is stored.
    pub number: u32,
    /// The day.
    pub destroyed_on: NaiveDate,
    /// Where.
    pub place: String,
    /// Who saw it.
    pub witnesses: Vec<String>,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// By whom.
    pub user: String,
    /// The cards, in the order of the record.
    pub cards: Vec<DueCard>,
}

impl Destruction {
    /// Counts the spoiled and the surrendered cards.
    pub fn parts(&self) -> (u64, u64) {
        let is_spoiled = |card: &&DueCard| matches!(card.what, DeadCard::Spoiled { .. });
        let spoiled = self.cards.iter().filter(is_spoiled).count();
        (spoiled as u64, (self.cards.len() - spoiled) as u64)
    }
}

/// Keeps the cards that there were on the day: what was spoiled later cannot have been burned then.
pub fn destroyed_by(cards: Vec<DueCard>, day: NaiveDate, zone: Zone) -> Vec<DueCard> {
    let mut cards = cards;
    cards.retain(|card| card.at.day(zone) <= day);
    cards
}

/// Tidies names that were typed: outer spaces, line breaks, empty and repeated ones go.
pub fn witnesses(typed: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in typed {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = names.iter().any(|other| other.to_lowercase() == name.to_lowercase());
        if !name.is_empty() && !known {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spoiled_after_the_day_stays() {
        let zone = Zone::east_opt(7 * 3600).unwrap();
        let day = |number| NaiveDate::from_ymd_opt(2021, 7, number).unwrap();
        let card = |number| DueCard {
            nik: Nik::from_u64(1_671_094_107_959_001).unwrap(),
            name: "SITI".to_owned(),
            request_no: None,
            at: Moment::end_of(day(number), zone),
            what: DeadCard::Surrendered,
        };
        let kept = destroyed_by(vec![card(22), card(23), card(24)], day(23), zone);
        assert_eq!(kept, [card(22), card(23)]);
    }

    #[test]
    fn a_witness_is_one_person() {
        let typed = ["  Rina\n Wati", "", "RINA WATI", "Andi"].map(str::to_owned);
        assert_eq!(witnesses(&typed), ["Rina Wati", "Andi"]);
    }
}
