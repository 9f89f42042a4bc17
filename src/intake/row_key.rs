//! What a registration is known by: all its cells in canonical form, hashed.
//!
//! The order of columns, the kind of file and its encoding do not matter, nor do blank cells (a form that gained a
//! question leaves them in old rows), nor whether the NIK is trusted: a row held in one file and trusted in another is
//! one row.

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
        match &registration.nik {
            crate::domain::nik::NikReading::Trusted(nik) => self.number(b"nik", nik.as_u64()),
            crate::domain::nik::NikReading::Held { text, .. } => match text.parse::<u64>() {
                Ok(number) if text.len() == 16 && !text.starts_with('0') => self.number(b"nik", number),
                _ => self.text(b"nik", text),
            },
        }
        self.text(b"name", &registration.name);
        self.number(b"at", registration.submitted_at.seconds().cast_unsigned());
        self.text(b"kk", registration.kk.as_ref().map_or("", |kk| kk.digits()));
        self.text(b"phone", registration.phone.as_ref().map_or("", |phone| phone.as_str()));
        self.text(b"district", registration.district.as_deref().unwrap_or(""));
        self.text(b"village", registration.village.as_deref().unwrap_or(""));
        self.text(b"rt_rw", registration.rt_rw.as_deref().unwrap_or(""));
        self.text(b"reason", registration.reason.as_deref().unwrap_or(""));
        self.text(b"email", registration.email.as_deref().unwrap_or(""));
        if let Some(date) = birth_date {
            self.number(
                b"born",
                u64::from(chrono::Datelike::num_days_from_ce(&date).unsigned_abs()),
            );
        }
        for (index, header) in layout.others() {
            let cell = row.cell(usize::from(*index));
            if !cell.is_empty() {
                self.text(header.as_bytes(), &fields::text(cell));
            }
        }
        let hash = Sha256::digest(&self.buffer);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        RowKey(key)
    }

    /// Cleaned text has no control characters, so a NUL ends it unmistakably.
    fn text(&mut self, name: &[u8], text: &str) {
        if !text.is_empty() {
            self.buffer.extend_from_slice(name);
            self.buffer.push(0);
            self.buffer.extend_from_slice(text.as_bytes());
            self.buffer.push(0);
        }
    }

    fn number(&mut self, name: &[u8], number: u64) {
        self.buffer.extend_from_slice(name);
        self.buffer.push(1);
        self.buffer.extend_from_slice(&number.to_le_bytes());
    }
}
