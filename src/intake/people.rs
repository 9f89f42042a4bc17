//! What the NIK and KK cells of a row say together: read, put right where they are swapped, and looked at twice.
//!
//! The rules of the numbers are the domain's; in here they meet the cells of a row.

use crate::domain::nik::{self, KkNumber, NikDoubt, NikFlaw, NikReading};
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::layout::Layout;
use crate::intake::report::{RowWarnings, WarningKind};
use crate::intake::rows::Row;
use crate::intake::timestamps;
use chrono::NaiveDate;

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

/// Reads NIK, KK and birth date of a row, as of the day `on`; `last_digit_lost` is the finding about the whole file.
pub fn numbers(row: &Row<'_>, layout: &Layout, last_digit_lost: bool, on: NaiveDate) -> Numbers {
    let mut warnings = RowWarnings::default();
    let mut nik = NikReading::read(fields::unescape(cell(row, layout, Field::Nik)));
    let mut kk = KkNumber::read(fields::unescape(cell(row, layout, Field::Kk)));
    let birth_cell = cell(row, layout, Field::BirthDate);
    let first_try = nik.as_ref().and_then(|nik| birth_date(birth_cell, nik));
    if let (Some(reading), Some(second)) = (&nik, &kk)
        && let Some(swapped_nik) = NikReading::read(second.digits())
    {
        let hint = first_try.or_else(|| birth_date(birth_cell, &swapped_nik));
        // Of a date that can be read in two ways, each number must be given the chance to settle it.
        let hint = match birth_date(birth_cell, &swapped_nik) {
            Some(other) if settles(&swapped_nik, other) && !first_try.is_some_and(|date| settles(reading, date)) => {
                Some(other)
            }
            _ => hint,
        };
        if nik::swapped(reading, kk.as_ref(), hint, on) {
            kk = KkNumber::new(&reading.text());
            nik = Some(swapped_nik);
            warnings.add(WarningKind::SwappedNikKk);
        }
    }
    let birth_date = match &nik {
        Some(nik) => birth_date(birth_cell, nik),
        None if birth_cell.is_empty() => None,
        None => timestamps::birth_date(&fields::text(birth_cell), None),
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

fn birth_date(cell: &str, nik: &NikReading) -> Option<NaiveDate> {
    if cell.is_empty() {
        return None;
    }
    timestamps::birth_date(&fields::text(cell), nik.trusted().map(born))
}

fn settles(nik: &NikReading, date: NaiveDate) -> bool {
    nik.trusted().is_some_and(|nik| nik.born_on(date))
}

/// Returns day, month and year of two digits, a woman's 40 taken off.
fn born(nik: nik::Nik) -> (u32, u32, u32) {
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
