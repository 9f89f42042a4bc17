//! How wide the columns of a spreadsheet are, and what that means for rows and pages.

use crate::domain::moment::Zone;
use crate::outputs::listing::{Cell, Column, Kind, Listing};

const WIDEST_COLUMN: usize = 48;
const NARROWEST_COLUMN: usize = 5;
const RESULT_WIDTH: usize = 13;
const NOTE_WIDTH: usize = 24;
const DAY_WIDTH: usize = 10;
const MOMENT_WIDTH: usize = 16;
/// The button of the filter beside a heading.
const BUTTON_WIDTH: usize = 2;
/// Characters across an A4 page that a person can still read.
const PAGE_WIDTH: usize = 190;

/// The measures of a list, in characters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Measures {
    /// One for each column.
    pub(super) widths: Vec<usize>,
}

impl Measures {
    pub(super) fn of(listing: &Listing, zone: Zone) -> Self {
        let width = |(index, column): (usize, &Column)| {
            let cells = listing.rows.iter().filter_map(|row| row.get(index));
            let widest = cells.fold(0, |widest, cell| wider(widest, cell, zone));
            let least = match column.kind {
                Kind::Result | Kind::Verdict => RESULT_WIDTH,
                Kind::Note => NOTE_WIDTH,
                _ => NARROWEST_COLUMN,
            };
            widest
                .max(column.key.chars().count() + BUTTON_WIDTH)
                .clamp(least, WIDEST_COLUMN)
        };
        Self {
            widths: listing.columns.iter().enumerate().map(width).collect(),
        }
    }

    /// Counts the lines of a row whose text wraps; a sixth more than a perfect fit, for words are not cut.
    pub(super) fn lines(&self, row: &[Cell], zone: Zone) -> usize {
        let lines = row
            .iter()
            .zip(&self.widths)
            .map(|(cell, width)| match wider(*width, cell, zone) {
                needed if needed > *width => (needed + needed / 6).div_ceil((*width).max(1)),
                _ => 1,
            });
        lines.max().unwrap_or(1)
    }

    /// Counts the pages that lie side by side.
    pub(super) fn pages_wide(&self) -> u16 {
        let total: usize = self.widths.iter().sum();
        u16::try_from(total.div_ceil(PAGE_WIDTH).max(1)).unwrap_or(u16::MAX)
    }
}

/// Returns the width that does for a cell too. Letters are counted only where there are more bytes than that.
fn wider(width: usize, cell: &Cell, zone: Zone) -> usize {
    let needed = match cell {
        Cell::Day(_) => DAY_WIDTH,
        Cell::Moment(_) => MOMENT_WIDTH,
        other => {
            let text = other.data(zone);
            match text.len() <= width {
                true => 0,
                false => text.chars().count(),
            }
        }
    };
    width.max(needed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::listing::sample::zone;

    #[test]
    fn columns_rows_and_pages() {
        let text = |length: usize| Cell::Text("x".repeat(length));
        let listing = Listing {
            title: String::new(),
            columns: vec![
                Column::new("a", "", Kind::Text),
                Column::new("result", "", Kind::Result),
                Column::new("long_heading", "", Kind::Text),
            ],
            rows: vec![
                vec![text(3), Cell::Empty, text(100)],
                vec![text(9), Cell::Empty, text(48)],
            ],
        };
        let measures = Measures::of(&listing, zone());
        assert_eq!(measures.widths, [9, 13, 48]);
        assert_eq!(measures.lines(&listing.rows[0], zone()), 3);
        assert_eq!(measures.lines(&listing.rows[1], zone()), 1);
        assert_eq!(measures.pages_wide(), 1);
        assert_eq!(Measures { widths: vec![48; 10] }.pages_wide(), 3);
    }
}
