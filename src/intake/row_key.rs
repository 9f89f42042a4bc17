//! What a registration is known by: all its cells in canonical form, hashed.
//!
//! The order of columns, the kind of file and its encoding do not matter, nor do blank cells (a form that gained a
//! question leaves them in old rows), nor whether the NIK is trusted: a row held in one file and trusted in another is
//! one row.
//!
//! The form: every field in its place, numbers in eight bytes, texts ended by a NUL (a row with a NUL in it is rejected
//! before), then header and cell of each other column. No two rows share it, and most need but two blocks of the hash.

use crate::domain::nik::NikReading;
use crate::domain::registration::{Registration, RowKey};
use crate::intake::fields;
use crate::intake::layout::Layout;
use crate::intake::rows::Row;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// Makes keys, one after the other, in one buffer.
#[derive(Debug, Default)]
pub struct KeyMaker {
    buffer: Vec<u8>,
}

impl KeyMaker {
    /// Makes the key of a registration (its own `row_key` is not looked at) and the row that it was read from.
    pub fn key(
        &mut self,
        registration: &Registration,
        birth_date: Option<NaiveDate>,
        row: &Row<'_>,
        layout: &Layout,
    ) -> RowKey {
        self.buffer.clear();
        self.nik(&registration.nik);
        self.number(registration.submitted_at.seconds().cast_unsigned());
        self.text(registration.name.as_bytes());
        self.text(registration.kk.as_ref().map_or(b"", |kk| kk.as_bytes()));
        self.text(registration.phone.as_ref().map_or(b"", |phone| phone.as_bytes()));
        for text in [
            &registration.district,
            &registration.village,
            &registration.rt_rw,
            &registration.reason,
            &registration.email,
        ] {
            self.text(text.as_ref().map_or(b"", |text| text.as_bytes()));
        }
        let born = birth_date.map(|date| chrono::Datelike::num_days_from_ce(&date).unsigned_abs());
        self.buffer.push(u8::from(born.is_some()));
        born.into_iter().for_each(|days| self.number(u64::from(days)));
        for (index, header) in layout.others() {
            let cell = row.cell(usize::from(*index));
            let cell = if row.is_plain() {
                cell.into()
            } else {
                fields::text(cell)
            };
            if !cell.is_empty() {
                self.text(header.as_bytes());
                self.text(cell.as_bytes());
            }
        }
        let hash = Sha256::digest(&self.buffer);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        RowKey(key)
    }

    fn nik(&mut self, nik: &NikReading) {
        let number = match nik {
            NikReading::Trusted(nik) => Ok(nik.as_u64()),
            NikReading::Held { text, .. } => match text.parse::<u64>() {
                Ok(number) if text.len() == 16 && !text.starts_with('0') => Ok(number),
                _ => Err(text),
            },
        };
        self.buffer.push(u8::from(number.is_ok()));
        match number {
            Ok(number) => self.number(number),
            Err(text) => self.text(text.as_bytes()),
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.buffer.extend_from_slice(text);
        self.buffer.push(0);
    }

    fn number(&mut self, number: u64) {
        self.buffer.extend_from_slice(&number.to_le_bytes());
    }
}
