//! What the NIK and KK cells of a row say together: read, put right where they are swapped, and looked at twice.
//!
//! The rules of the numbers are the domain's; in here they meet the cells of a row.

use crate::domain::nik::{self, KkNumber, Nik, NikDoubt, NikFlaw, NikReading};
use crate::domain::phone::Phone;
use crate::domain::region;
use crate::domain::text::Text;
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::layout::Layout;
use crate::intake::report::{RowWarnings, WarningKind};
use crate::intake::rows::Row;
use crate::intake::timestamps;
use chrono::NaiveDate;
use std::borrow::Cow;

/// The numbers of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The NIK cell; none if it is blank.
    pub nik: Option<NikReading>,
    /// The KK cell.
    pub kk: Option<KkNumber>,
    /// The birth date in its own column.
    pub birth_date: Option<NaiveDate>,
    /// What does not fit.
    pub warnings: RowWarnings,
}

/// Returns the cell of a field; nothing where the file has no such column.
pub fn cell<'a>(row: &Row<'a>, layout: &Layout, field: Field) -> &'a str {
    layout.index(field).map_or("", |index| row.cell(index))
}

/// Returns the cleaned text of a field; what is known to be plain needs no cleaning.
pub fn text<'a>(row: &Row<'a>, layout: &Layout, field: Field) -> Cow<'a, str> {
    let cell = cell(row, layout, field);
    if row.is_plain() {
        Cow::Borrowed(cell)
    } else {
        fields::text(cell)
    }
}

/// Returns the cleaned text of a field; none if nothing is left.
pub fn optional(row: &Row<'_>, layout: &Layout, field: Field) -> Option<Text> {
    let text = text(row, layout, field);
    (!text.is_empty()).then(|| text.into())
}

/// Reads NIK, KK and birth date of a row, as of the day `on`; `last_digit_lost` is the finding about the whole file.
pub fn numbers(row: &Row<'_>, layout: &Layout, last_digit_lost: bool, on: NaiveDate) -> Numbers {
    let mut warnings = RowWarnings::default();
    let mut nik = NikReading::read(fields::unescape(cell(row, layout, Field::Nik)));
    let mut kk = kk_number(fields::unescape(cell(row, layout, Field::Kk)));
    let birth_cell = cell(row, layout, Field::BirthDate);
    if let (Some(NikReading::Trusted(first)), Some(second)) = (&nik, kk.as_ref().and_then(nik_in_kk))
        && are_swapped(*first, second, &kk, birth_cell, on)
    {
        kk = KkNumber::new(&first.digits());
        nik = Some(NikReading::Trusted(second));
        warnings.add(WarningKind::SwappedNikKk);
    }
    let birth_date = match &nik {
        Some(NikReading::Trusted(nik)) => birth_date(birth_cell, *nik),
        _ if birth_cell.is_empty() => None,
        _ => timestamps::birth_date(&fields::text(birth_cell), None),
    };
    if let Some(NikReading::Trusted(trusted)) = nik {
        let lost_here = layout.index(Field::Nik).is_some_and(|index| row.lost_digits(index));
        if lost_here || last_digit_lost && trusted.as_u64() % 10 == 0 {
            nik = Some(NikReading::Held {
                text: trusted.digits(),
                flaw: NikFlaw::LastDigitLost,
            });
        } else {
            for doubt in nik::doubts(trusted, birth_date, on) {
                warnings.add(warning_of(doubt));
            }
        }
    }
    Numbers {
        nik,
        kk,
        birth_date,
        warnings,
    }
}

/// Reads a KK number; the ordinary cell needs no cleaning.
fn kk_number(cell: &str) -> Option<KkNumber> {
    let is_plain = cell.len() == 16 && cell.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain {
        KkNumber::new(cell)
    } else {
        KkNumber::read(cell)
    }
}

/// Reads a phone number; the ordinary cell, `08` and digits, is what it will be.
pub fn phone(cell: &str) -> Option<Phone> {
    let cell = fields::unescape(cell);
    let is_plain =
        cell.starts_with("08") && (10..=13).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit());
    if is_plain {
        Some(Phone::from_stored(cell))
    } else {
        Phone::read(cell)
    }
}

fn nik_in_kk(kk: &KkNumber) -> Option<Nik> {
    kk.as_u64().and_then(Nik::from_u64)
}

/// Tells whether the two cells stand in each other's place. Beside what the domain asks for, what would become the NIK
/// must be of a known region, where the other is: random digits are no evidence.
fn are_swapped(first: Nik, second: Nik, kk: &Option<KkNumber>, birth_cell: &str, on: NaiveDate) -> bool {
    // Of a date that can be read in two ways, each number must be given the chance to settle it.
    let by_first = birth_date(birth_cell, first);
    let by_second = birth_date(birth_cell, second);
    let settled_by_second = by_second.is_some_and(|date| second.born_on(date));
    let hint = if settled_by_second && !by_first.is_some_and(|date| first.born_on(date)) {
        by_second
    } else {
        by_first
    };
    nik::swapped(&NikReading::Trusted(first), kk.as_ref(), hint, on)
        && (region::lookup(second.region_code()).is_some() || region::lookup(first.region_code()).is_none())
}

fn birth_date(cell: &str, nik: Nik) -> Option<NaiveDate> {
    if cell.is_empty() {
        return None;
    }
    timestamps::birth_date(&fields::text(cell), Some(born(nik)))
}

/// Returns day, month and year of two digits, a woman's 40 taken off.
fn born(nik: Nik) -> (u32, u32, u32) {
    let (day, month, year) = nik.date_block();
    (if day > 40 { day - 40 } else { day }, month, year)
}

fn warning_of(doubt: NikDoubt) -> WarningKind {
    match doubt {
        NikDoubt::UnknownRegion => WarningKind::UnknownRegion,
        NikDoubt::FormerRegion => WarningKind::FormerRegion,
        NikDoubt::BirthDateDiffers => WarningKind::BirthDateDiffers,
        NikDoubt::ImpossibleDate => WarningKind::ImpossibleDate,
        NikDoubt::SerialZero => WarningKind::SerialZero,
        NikDoubt::LooksLikeKk => WarningKind::NikLooksLikeKk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_an_ordinary_number_comes_to_the_same() {
        for cell in [
            "081212345678",
            "0812123456",
            "0812123456789",
            "08",
            "0812 1234",
            "+6281212345678",
        ] {
            assert_eq!(phone(cell), Phone::read(cell), "{cell}");
        }
        for cell in ["1671092204109005", "0000000000000000", "167109220410900"] {
            assert_eq!(kk_number(cell), KkNumber::read(cell), "{cell}");
        }
    }
}
