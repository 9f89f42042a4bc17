//! Queue rows as a few dozen bytes each, while a snapshot is being compared.
//!
//! The first snapshot of an office is new from its first row to its last: as values of [`QueueRow`] a million of them
//! would not fit into the memory that a run may use. The bytes live as long as the comparison and are never stored.

use super::moment::Moment;
use super::nik::{KkNumber, Nik};
use super::phone::Phone;
use super::queue::QueueRow;
use super::record_status::RecordStatus;
use super::text::Text;
use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;
use std::hash::Hash;

/// So many different texts and statuses are kept once; further ones stand in their rows.
const SHARED_LIMIT: usize = 50_000;

/// Where a packed row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(usize);

/// Rows one after the other.
#[derive(Debug, Default)]
pub(super) struct PackedRows {
    bytes: Vec<u8>,
    texts: Shared<Text>,
    statuses: Shared<RecordStatus>,
}

/// Values that many rows have in common, by number.
#[derive(Debug)]
struct Shared<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        let (values, numbers) = (Vec::new(), HashMap::new());
        Self { values, numbers }
    }
}

impl<T: Clone + Eq + Hash> Shared<T> {
    /// Returns the number of a value from 1 on; `None` where there are too many.
    fn number(&mut self, value: &T) -> Option<u64> {
        if let Some(number) = self.numbers.get(value) {
            return Some(u64::from(*number));
        }
        let number = u32::try_from(self.values.len() + 1).ok()?;
        if self.values.len() >= SHARED_LIMIT {
            return None;
        }
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        Some(u64::from(number))
    }

    fn value(&self, number: u64) -> T {
        self.values[number as usize - 1].clone()
    }
}

impl PackedRows {
    /// Appends a row.
    pub(super) fn push(&mut self, row: &QueueRow) -> Place {
        let place = Place(self.bytes.len());
        self.put_number(row.nik.as_u64());
        self.put_text(&row.name);
        match self.statuses.number(&row.status) {
            Some(number) => self.put_number(number),
            None => {
                self.put_number(0);
                self.put_text(row.status.canonical());
            }
        }
        self.put_signed(row.status_at.map(Moment::seconds));
        self.put_signed(row.birth_date.map(|day| i64::from(day.num_days_from_ce())));
        self.put_optional(row.request_no.as_deref());
        self.put_optional(row.kk.as_ref().map(KkNumber::digits));
        self.put_optional(row.phone.as_ref().map(Phone::as_str));
        for text in [&row.district, &row.village, &row.reason] {
            self.put_shared(text.as_ref());
        }
        self.bytes.push(flag(row.alive) * 3 + flag(row.moved));
        place
    }

    /// Takes a row out again.
    pub(super) fn get(&self, place: Place) -> QueueRow {
        let mut reader = Reader {
            rest: &self.bytes[place.0..],
        };
        let nik = Nik::from_u64(reader.number());
        let name = reader.text().into();
        let status = match reader.number() {
            0 => RecordStatus::parse(reader.text()),
            number => self.statuses.value(number),
        };
        let status_at = reader.signed().map(Moment::from_seconds);
        let birth_date = reader.signed().and_then(|day| i32::try_from(day).ok());
        let request_no = reader.optional().map(Text::from);
        let kk = reader.optional().and_then(KkNumber::new);
        let phone = reader.optional().map(Phone::from_stored);
        let mut shared = || match reader.number() {
            0 => None,
            1 => Some(Text::from(reader.text())),
            number => Some(self.texts.value(number - 1)),
        };
        let (district, village, reason) = (shared(), shared(), shared());
        let flags = reader.byte();
        QueueRow {
            nik: nik.unwrap_or_else(|| unreachable!("a packed NIK was one before")),
            name,
            status,
            status_at,
            request_no,
            birth_date: birth_date.and_then(NaiveDate::from_num_days_from_ce_opt),
            kk,
            district,
            village,
            reason,
            phone,
            alive: unflag(flags / 3),
            moved: unflag(flags % 3),
        }
    }

    /// Seven bits a byte, the highest bit says that more follow.
    fn put_number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// 0 is none; else the number with its sign in the lowest bit, and one more.
    fn put_signed(&mut self, number: Option<i64>) {
        let folded = number.map_or(0, |number| ((number << 1) ^ (number >> 63)) as u64 + 1);
        self.put_number(folded);
    }

    fn put_text(&mut self, text: &str) {
        self.put_number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn put_optional(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.put_number(0) };
        self.put_number(text.len() as u64 + 1);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn put_shared(&mut self, text: Option<&Text>) {
        let Some(text) = text else { return self.put_number(0) };
        match self.texts.number(text) {
            Some(number) => self.put_number(number + 1),
            None => {
                self.put_number(1);
                self.put_text(text);
            }
        }
    }
}

/// Reads what was packed, in the same order.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let folded = self.number().checked_sub(1)?;
        Some((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    fn text(&mut self) -> &'a str {
        let length = self.number() as usize;
        std::str::from_utf8(self.take(length)).unwrap_or_default()
    }

    fn optional(&mut self) -> Option<&'a str> {
        let length = self.number().checked_sub(1)? as usize;
        Some(std::str::from_utf8(self.take(length)).unwrap_or_default())
    }
}

fn flag(value: Option<bool>) -> u8 {
    value.map_or(2, u8::from)
}

fn unflag(flag: u8) -> Option<bool> {
    (flag < 2).then_some(flag == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(serial: u64) -> QueueRow {
        QueueRow {
            nik: Nik::from_u64(1_671_094_107_950_000 + serial).unwrap(),
            name: "SITI NUR".into(),
            status: RecordStatus::PrintReadyRecord,
            status_at: None,
            request_no: None,
            birth_date: None,
            kk: None,
            district: None,
            village: None,
            reason: None,
            phone: None,
            alive: None,
            moved: None,
        }
    }

    #[test]
    fn every_row_comes_back_as_it_was() {
        let mut full = row(9002);
        full.name = "é".repeat(300).as_str().into();
        full.status = RecordStatus::Unknown("Tunggu Kurir".into());
        full.status_at = Some(Moment::from_seconds(i64::MIN / 4));
        full.request_no = Some("".into());
        full.birth_date = NaiveDate::from_ymd_opt(1895, 2, 28);
        full.kk = KkNumber::new("1,67109E+15");
        full.district = Some("ILIR TIMUR I".into());
        full.village = Some("".into());
        full.reason = Some("Pindah datang dari kabupaten lain".into());
        full.phone = Phone::read("081299990001");
        let mut rows = vec![row(9001), full, row(9003)];
        for (alive, moved) in [(Some(true), None), (None, Some(true)), (Some(false), Some(false))] {
            rows.push(QueueRow {
                alive,
                moved,
                ..row(9004)
            });
        }
        let mut packed = PackedRows::default();
        let places: Vec<Place> = rows.iter().map(|row| packed.push(row)).collect();
        for (row, place) in rows.iter().zip(places).rev() {
            assert_eq!(&packed.get(place), row);
        }
    }

    #[test]
    fn texts_beyond_the_limit_stand_in_their_rows() {
        let mut packed = PackedRows::default();
        let texts: Vec<Text> = (0..SHARED_LIMIT + 2).map(|at| format!("RT {at}").into()).collect();
        let rows = texts.iter().map(|text| QueueRow {
            village: Some(text.clone()),
            status: RecordStatus::Unknown(text.to_string()),
            ..row(9001)
        });
        let places: Vec<Place> = rows.map(|row| packed.push(&row)).collect();
        for (text, place) in texts.iter().zip(places) {
            let row = packed.get(place);
            assert_eq!(
                (row.village.as_ref(), row.status.canonical()),
                (Some(text), text.as_str())
            );
        }
    }
}
