//! A list as a table for people: as wide as the terminal, numbers to the right, numbers of people masked.

use super::listing::{Cell, Kind, Listing};
use crate::domain::harmless::harmless;
use crate::domain::moment::Zone;
use crate::messages::Lang;
use comfy_table::{
    Cell as TableCell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle as Lines,
};

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    /// The language of the numbers.
    pub lang: Lang,
    /// The office's zone.
    pub zone: Zone,
    /// How wide it may be, columns; `None` is without limit.
    pub width_columns: Option<u16>,
    /// Whether headings are bold.
    pub color: bool,
    /// Whether numbers of people are shown whole.
    pub reveal: bool,
}

/// A line under the headings, and air between the columns: what a narrow terminal has room for.
const LINES: Lines = Lines::new().header_separator(LineStyle::none().fill('─').junction('─'));
const PADDING: (u16, u16) = (0, 1);
/// Columns between two columns of a table.
const GAP: u32 = 2;
/// What is left to a column of text, at least.
const LEAST_TEXT_WIDTH: u32 = 9;
const SAMPLE_ROWS: usize = 100;

const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// Draws a list: its title, then the table; without rows the title says so.
pub fn render(listing: &Listing, style: &TableStyle) -> String {
    let title = harmless(&listing.title);
    let title = if style.color && !title.is_empty() {
        format!("{BOLD}{title}{RESET}")
    } else {
        title.into_owned()
    };
    if listing.rows.is_empty() {
        let none = style.lang.pick("tidak ada", "none");
        return if title.is_empty() {
            format!("{none}\n")
        } else {
            format!("{title}: {none}\n")
        };
    }
    let mut text = String::with_capacity(96 * (listing.rows.len() + 3));
    if !title.is_empty() {
        text.push_str(&title);
        text.push('\n');
    }
    for line in drawn(listing, style).lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn drawn(listing: &Listing, style: &TableStyle) -> Table {
    let mut table = Table::new();
    table.load_style(LINES);
    match style.width_columns {
        Some(width) => table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    let aligned = |text: String, kind: Kind| {
        let alignment = if kind == Kind::Number {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        };
        TableCell::new(text).set_alignment(alignment)
    };
    let headings = listing
        .columns
        .iter()
        .map(|column| aligned(column.heading.clone(), column.kind));
    table.set_header(headings.collect::<Vec<_>>());
    for row in &listing.rows {
        let cells = row.iter().zip(&listing.columns);
        let cells = cells.map(|(cell, column)| aligned(cell.shown(style.lang, style.zone, style.reveal), column.kind));
        table.add_row(Row::from(cells.collect::<Vec<_>>()));
    }
    table.column_iter_mut().for_each(|column| {
        column.set_padding(PADDING);
    });
    keep_whole(&mut table, listing, style.width_columns);
    table
}

/// Keeps numbers, days and moments on one line, as long as that leaves the texts room to wrap in.
fn keep_whole(table: &mut Table, listing: &Listing, width_columns: Option<u16>) {
    let Some(width) = width_columns else { return };
    let is_whole = |index: usize| {
        let cells = listing.rows.iter().filter_map(|row| row.get(index));
        // The first cells tell what stands in a column.
        cells
            .take(SAMPLE_ROWS)
            .any(|cell| !matches!(cell, Cell::Text(_) | Cell::Empty))
    };
    let whole: Vec<bool> = (0..listing.columns.len()).map(is_whole).collect();
    let content = table.column_max_content_widths();
    let needed = |(is_whole, content): (&bool, &u16)| {
        if *is_whole {
            u32::from(*content)
        } else {
            LEAST_TEXT_WIDTH
        }
    };
    let total: u32 = whole.iter().zip(&content).map(|column| needed(column) + GAP).sum();
    if total <= u32::from(width) {
        for (column, _) in table.column_iter_mut().zip(whole).filter(|(_, is_whole)| *is_whole) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::listing::sample::{listing, zone};

    fn style(width: Option<u16>) -> TableStyle {
        TableStyle {
            lang: Lang::Id,
            zone: zone(),
            width_columns: width,
            color: false,
            reveal: false,
        }
    }

    #[test]
    fn a_table_masks_people_and_runs_nothing() {
        let text = render(&listing(), &style(None));
        for whole in [
            "1671994107959001",
            "1671990101109001",
            "081299990001",
            "\u{1b}",
            "\u{202e}",
        ] {
            assert!(!text.contains(whole), "{whole}");
        }
        for shown in ["167199******9001", "2021-07-22 09:05", "1.234", "SITI AMINAH"] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
        let revealed = render(
            &listing(),
            &TableStyle {
                reveal: true,
                ..style(None)
            },
        );
        assert!(revealed.contains("1671994107959001"));
    }

    #[test]
    fn a_table_fits_the_terminal() {
        for width in [60, 80, 120, 200] {
            for line in render(&listing(), &style(Some(width))).lines().skip(1) {
                assert!(line.chars().count() <= usize::from(width), "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_list_without_rows_says_so() {
        let empty = Listing {
            rows: Vec::new(),
            ..listing()
        };
        assert_eq!(
            render(&empty, &style(Some(80))),
            "Daftar cetak 2021-07-23 & <ibrahim>: tidak ada\n"
        );
    }

    #[test]
    fn what_a_clerk_sees() {
        let mut short = listing();
        short.title = "Macet lebih dari 7 hari".into();
        short.columns.drain(2..6);
        short.rows.iter_mut().for_each(|row| drop(row.drain(2..6)));
        let expected = "\
             Macet lebih dari 7 hari\n\
             NIK               Nama           Hari  Hasil  Catatan\n\
             ─────────────────────────────────────────────────────────────────────\n\
             167199******9001  SITI AMINAH   1.234         =HYPERLINK(\"http://x\")\n\
             1,67105E+15       BUDI�[2J x\"y     -5         @SUM(1) lagi\n";
        assert_eq!(render(&short, &style(Some(72))), expected);
    }
}
