//! The forms in which values lie in cells, and reading a row from left to right.
//!
//! Numbers that are texts elsewhere (family cards, requests, phones) are kept as integers where that loses nothing.

use super::blocks::Written;
use super::fault::{Outcome, unreadable};
use super::texts::Texts;
use crate::domain::moment::Moment;
use crate::domain::nik::{KkNumber, Nik, NikFlaw};
use crate::domain::phone::Phone;
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::RowKey;
use crate::domain::text::Text;
use chrono::{Datelike, NaiveDate};
use rusqlite::Row;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

/// Digits that an integer of 64 bits always holds.
const SAFE_DIGITS: usize = 18;

/// Text as a parameter: an integer where it is digits without a leading zero, else as it is.
pub(super) struct Digits<'a>(pub Option<&'a str>);

impl ToSql for Digits<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            None => ValueRef::Null,
            Some(text) => number(text).map_or(ValueRef::Text(text.as_bytes()), ValueRef::Integer),
        }))
    }
}

/// A phone as a parameter: an integer without its leading zero where it is digits, else text.
pub(super) struct PhoneCell<'a>(pub Option<&'a Phone>);

impl ToSql for PhoneCell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0.map(Phone::as_str) {
            None => ValueRef::Null,
            Some(text) => text
                .strip_prefix('0')
                .and_then(number)
                .map_or(ValueRef::Text(text.as_bytes()), ValueRef::Integer),
        }))
    }
}

/// Reads digits that start with 1 to 9 and fit.
fn number(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let plain = bytes.len() <= SAFE_DIGITS && bytes.first().is_some_and(|byte| (b'1'..=b'9').contains(byte));
    if !plain || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(bytes.iter().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')))
}

/// Writes digits out that a cell holds as an integer.
fn digits(cell: i64, written: impl Fn(u64) -> Written) -> Outcome<Text> {
    let number = u64::try_from(cell).map_err(|_| unreadable("digits"))?;
    Ok(written(number).as_str().into())
}

/// A NIK as a cell. It has 16 digits, so it fits.
pub(super) fn nik_cell(nik: Nik) -> i64 {
    i64::try_from(nik.as_u64()).unwrap_or(i64::MAX)
}

/// A count as a cell.
pub(super) fn count_cell(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A day as a cell.
pub(super) fn day_cell(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Moments are counted from here in blocks, where numbers have no sign; no calendar reaches so far back.
const MOMENTS_FROM: i64 = -(1 << 61);

/// A moment as a number of a block.
#[inline]
pub(super) fn block_moment(moment: Moment) -> u64 {
    let seconds = moment.seconds().clamp(MOMENTS_FROM, -MOMENTS_FROM);
    (seconds - MOMENTS_FROM).cast_unsigned()
}

/// Reads what `block_moment` wrote.
#[inline]
pub(super) fn moment_of_block(number: u64) -> Moment {
    Moment::from_seconds(number.cast_signed().saturating_add(MOMENTS_FROM))
}

/// Days are counted from here in blocks: before any year of the calendar.
const DAYS_FROM: i32 = -(1 << 28);

/// A day as a number of a block.
pub(super) fn block_day(day: NaiveDate) -> u64 {
    (i64::from(day.num_days_from_ce()) - i64::from(DAYS_FROM)).cast_unsigned()
}

/// Reads what `block_day` wrote.
#[inline]
pub(super) fn day_of_block(number: u64) -> Outcome<NaiveDate> {
    let days = i32::try_from(number).ok().and_then(|days| days.checked_add(DAYS_FROM));
    days.and_then(NaiveDate::from_num_days_from_ce_opt)
        .ok_or_else(|| unreadable("day"))
}

/// A flaw as a cell.
pub(super) fn flaw_cell(flaw: NikFlaw) -> i64 {
    match flaw {
        NikFlaw::Missing => 1,
        NikFlaw::WrongLength => 2,
        NikFlaw::Scientific => 3,
        NikFlaw::Placeholder => 4,
        NikFlaw::SameDigits => 5,
        NikFlaw::LeadingZero => 6,
        NikFlaw::Letters => 7,
        NikFlaw::LastDigitLost => 8,
    }
}

/// Reads the cells of a row from left to right.
pub(super) struct Cells<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> Cells<'r, 's> {
    /// Starts at the first column.
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    fn cell(&mut self) -> Outcome<ValueRef<'r>> {
        let cell = self.row.get_ref(self.next)?;
        self.next += 1;
        Ok(cell)
    }

    pub(super) fn integer(&mut self) -> Outcome<i64> {
        Ok(self.cell()?.as_i64()?)
    }

    pub(super) fn integer_or_none(&mut self) -> Outcome<Option<i64>> {
        Ok(self.cell()?.as_i64_or_null()?)
    }

    pub(super) fn count(&mut self) -> Outcome<u64> {
        u64::try_from(self.integer()?).map_err(|_| unreadable("count"))
    }

    pub(super) fn small(&mut self) -> Outcome<u32> {
        u32::try_from(self.integer()?).map_err(|_| unreadable("small count"))
    }

    pub(super) fn flag(&mut self) -> Outcome<bool> {
        Ok(self.integer()? != 0)
    }

    pub(super) fn text(&mut self) -> Outcome<String> {
        Ok(self.str()?.to_owned())
    }

    pub(super) fn short_text(&mut self) -> Outcome<Text> {
        Ok(self.str()?.into())
    }

    pub(super) fn str(&mut self) -> Outcome<&'r str> {
        Ok(self.cell()?.as_str()?)
    }

    pub(super) fn text_or_none(&mut self) -> Outcome<Option<String>> {
        Ok(self.cell()?.as_str_or_null()?.map(str::to_owned))
    }

    pub(super) fn short_text_or_none(&mut self) -> Outcome<Option<Text>> {
        Ok(self.cell()?.as_str_or_null()?.map(Text::from))
    }

    pub(super) fn nik(&mut self) -> Outcome<Nik> {
        self.nik_or_none()?.ok_or_else(|| unreadable("NIK"))
    }

    pub(super) fn nik_or_none(&mut self) -> Outcome<Option<Nik>> {
        let Some(number) = self.integer_or_none()? else {
            return Ok(None);
        };
        let nik = u64::try_from(number).ok().and_then(Nik::from_u64);
        nik.map(Some).ok_or_else(|| unreadable("NIK"))
    }

    pub(super) fn moment(&mut self) -> Outcome<Moment> {
        Ok(Moment::from_seconds(self.integer()?))
    }

    pub(super) fn moment_or_none(&mut self) -> Outcome<Option<Moment>> {
        Ok(self.integer_or_none()?.map(Moment::from_seconds))
    }

    pub(super) fn day(&mut self) -> Outcome<NaiveDate> {
        self.day_or_none()?.ok_or_else(|| unreadable("day"))
    }

    pub(super) fn day_or_none(&mut self) -> Outcome<Option<NaiveDate>> {
        let Some(number) = self.integer_or_none()? else {
            return Ok(None);
        };
        let day = i32::try_from(number)
            .ok()
            .and_then(NaiveDate::from_num_days_from_ce_opt);
        day.map(Some).ok_or_else(|| unreadable("day"))
    }

    pub(super) fn row_key(&mut self) -> Outcome<RowKey> {
        let bytes = self.cell()?.as_blob()?;
        bytes.try_into().map(RowKey).map_err(|_| unreadable("row key"))
    }

    pub(super) fn flaw(&mut self) -> Outcome<NikFlaw> {
        Ok(match self.integer()? {
            1 => NikFlaw::Missing,
            2 => NikFlaw::WrongLength,
            3 => NikFlaw::Scientific,
            4 => NikFlaw::Placeholder,
            5 => NikFlaw::SameDigits,
            6 => NikFlaw::LeadingZero,
            7 => NikFlaw::Letters,
            8 => NikFlaw::LastDigitLost,
            _ => return Err(unreadable("flaw")),
        })
    }

    /// Reads what `Digits` wrote.
    pub(super) fn digits(&mut self) -> Outcome<Option<Text>> {
        Ok(match self.cell()? {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(digits(number, Written::plain)?),
            cell => Some(cell.as_str()?.into()),
        })
    }

    pub(super) fn kk(&mut self) -> Outcome<Option<KkNumber>> {
        Ok(self.digits()?.as_deref().and_then(KkNumber::new))
    }

    /// Reads the number of a family card, where it is well formed.
    pub(super) fn card(&mut self) -> Outcome<Option<u64>> {
        Ok(match self.cell()? {
            ValueRef::Null => None,
            ValueRef::Integer(number) => u64::try_from(number).ok().and_then(KkNumber::well_formed),
            cell => KkNumber::new(cell.as_str()?).and_then(|card| card.as_u64()),
        })
    }

    /// Reads what `PhoneCell` wrote.
    pub(super) fn phone(&mut self) -> Outcome<Option<Phone>> {
        Ok(match self.cell()? {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(Phone::from_stored(&digits(number, Written::phone)?)),
            cell => Some(Phone::from_stored(cell.as_str()?)),
        })
    }

    /// Reads a shared text.
    pub(super) fn shared(&mut self, texts: &Texts) -> Outcome<Option<Text>> {
        texts.read(self.cell()?)
    }

    /// Reads a record status, which is a shared text.
    pub(super) fn status(&mut self, texts: &Texts) -> Outcome<RecordStatus> {
        texts.read_status(self.cell()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_that_come_back_whole_become_numbers() {
        for text in [
            "",
            "0",
            "007",
            "1671094107959001x",
            "-5",
            "+5",
            "1234567890123456789",
            "٣",
        ] {
            match Digits(Some(text)).to_sql().unwrap() {
                ToSqlOutput::Borrowed(ValueRef::Text(bytes)) => assert_eq!(bytes, text.as_bytes()),
                _ => panic!("{text}"),
            }
        }
        for text in ["5", "1671090101159001", "999999999999999999"] {
            match Digits(Some(text)).to_sql().unwrap() {
                ToSqlOutput::Borrowed(ValueRef::Integer(number)) => assert_eq!(number.to_string(), text),
                _ => panic!("{text}"),
            }
        }
    }

    #[test]
    fn phones_come_back_as_they_were() {
        for text in [
            "081234567890",
            "0",
            "00812",
            "+6281",
            "8123",
            "0711-12",
            "08123456789012345678",
        ] {
            let phone = Phone::from_stored(text);
            let back = match PhoneCell(Some(&phone)).to_sql().unwrap() {
                ToSqlOutput::Borrowed(ValueRef::Integer(number)) => format!("0{number}"),
                ToSqlOutput::Borrowed(ValueRef::Text(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
                _ => panic!("{text}"),
            };
            assert_eq!(back, text);
        }
    }
}
