//! A list as a value: what the formats have in common. Tables mask numbers of people; data carries them whole.

use super::iso;
use crate::domain::harmless::harmless;
use crate::domain::masking::mask_numbers;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::{KkNumber, NikReading};
use crate::domain::phone::Phone;
use crate::messages::Lang;
use crate::messages::number::grouped;
use chrono::NaiveDate;
use std::borrow::Cow;
use std::fmt::Write;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, numbers of people among it.
    Text,
    /// A count, to the right.
    Number,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// The answer that an operator fills in: a spreadsheet offers the words to choose from.
    Result,
    /// What an operator writes beside the answer.
    Note,
    /// A decision to be filled in: same or different.
    Verdict,
    /// For the program that reads the list back; a spreadsheet hides it.
    Hidden,
}

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The contract's name of it, which heads data.
    pub key: &'static str,
    /// What heads it for people.
    pub heading: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// Makes a column.
    pub fn new(key: &'static str, heading: impl Into<String>, kind: Kind) -> Self {
        Self {
            key,
            heading: heading.into(),
            kind,
        }
    }
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text as written; made harmless where it goes out.
    Text(String),
    /// A NIK cell.
    Nik(NikReading),
    /// A family card number.
    Kk(KkNumber),
    /// A phone number.
    Phone(Phone),
    /// A count.
    Count(i64),
    /// A day.
    Day(NaiveDate),
    /// A moment.
    Moment(Moment),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Returns the value where it is text that somebody wrote. Not made harmless yet.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Nik(NikReading::Held { text, .. }) => Some(text),
            Self::Kk(kk) => Some(kk.digits()),
            Self::Phone(phone) => Some(phone.as_str()),
            Self::Nik(NikReading::Trusted(_)) | Self::Count(_) | Self::Day(_) | Self::Moment(_) | Self::Empty => None,
        }
    }

    /// Adds the value as data: numbers whole, moments as ISO 8601 in the office's zone. Not made harmless yet.
    pub(super) fn push_data(&self, out: &mut String, zone: Zone) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Nik(NikReading::Trusted(nik)) => write!(out, "{}", nik.as_u64()),
            Self::Count(count) => write!(out, "{count}"),
            Self::Day(day) => {
                iso::push_day(out, *day);
                Ok(())
            }
            Self::Moment(moment) => {
                iso::push_moment(out, *moment, zone);
                Ok(())
            }
            other => {
                out.push_str(other.text().unwrap_or_default());
                Ok(())
            }
        };
    }

    /// Returns the value as data, like `push_data`.
    pub(super) fn data(&self, zone: Zone) -> Cow<'_, str> {
        if let Some(text) = self.text() {
            return Cow::Borrowed(text);
        }
        let mut text = String::new();
        self.push_data(&mut text, zone);
        Cow::Owned(text)
    }

    /// Returns the value for people: numbers of people masked unless revealed, counts grouped, nothing that runs.
    pub(super) fn shown(&self, lang: Lang, zone: Zone, reveal: bool) -> String {
        let text = match self {
            Self::Nik(nik) if !reveal => Cow::Owned(nik.masked()),
            Self::Kk(kk) if !reveal => Cow::Owned(kk.masked()),
            Self::Phone(phone) if !reveal => Cow::Owned(phone.masked()),
            Self::Text(text) if !reveal => mask_numbers(text),
            Self::Count(count) => Cow::Owned(signed(lang, *count)),
            Self::Moment(moment) => Cow::Owned(moment.local(zone).format("%Y-%m-%d %H:%M").to_string()),
            other => other.data(zone),
        };
        harmless(&text).into_owned()
    }
}

fn signed(lang: Lang, count: i64) -> String {
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(lang, count.unsigned_abs()))
}

/// A list: a title, columns, and rows as long as the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What it is.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

#[cfg(test)]
pub(super) mod sample {
    use super::*;
    use crate::domain::nik::{Nik, NikFlaw};

    pub fn zone() -> Zone {
        Zone::east_opt(7 * 3600).unwrap()
    }

    /// Two rows with every kind of cell, hostile text among them.
    pub fn listing() -> Listing {
        let column = Column::new;
        Listing {
            title: "Daftar cetak 2021-07-23 & <ibrahim>".into(),
            columns: vec![
                column("nik", "NIK", Kind::Text),
                column("name", "Nama", Kind::Text),
                column("kk", "KK", Kind::Text),
                column("phone", "HP", Kind::Text),
                column("birth_date", "Lahir", Kind::Day),
                column("waiting_since", "Menunggu sejak", Kind::Moment),
                column("days_waiting", "Hari", Kind::Number),
                column("result", "Hasil", Kind::Result),
                column("note", "Catatan", Kind::Note),
            ],
            rows: vec![
                vec![
                    Cell::Nik(NikReading::Trusted(Nik::from_u64(1_671_994_107_959_001).unwrap())),
                    Cell::Text("SITI AMINAH".into()),
                    Cell::Kk(KkNumber::new("1671990101109001").unwrap()),
                    Cell::Phone(Phone::from_stored("081299990001")),
                    Cell::Day(NaiveDate::from_ymd_opt(1995, 7, 1).unwrap()),
                    Cell::Moment(Moment::from_seconds(1_626_919_512)),
                    Cell::Count(1234),
                    Cell::Empty,
                    Cell::Text("=HYPERLINK(\"http://x\")".into()),
                ],
                vec![
                    Cell::Nik(NikReading::Held {
                        text: "1,67105E+15".into(),
                        flaw: NikFlaw::Scientific,
                    }),
                    Cell::Text("BUDI\u{1b}[2J \u{202e}x\"y".into()),
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Count(-5),
                    Cell::Empty,
                    Cell::Text("\u{200b}@SUM(1)\nlagi".into()),
                ],
            ],
        }
    }
}
