//! Tables of numbers: a heading of texts, rows of texts and numbers, a sum.

use crate::domain::masking::mask_numbers;
use crate::messages::Lang;
use crate::messages::number::grouped;
use crate::outputs::html::text;
use maud::{Markup, html};

/// Rows of one table beside the next.
const CHUNK: usize = 10;

/// One cell.
pub(super) enum Cell {
    /// Text that somebody may have written.
    Name(String),
    /// A word or number that is laid out already.
    Fixed(String),
    /// A day, on one line.
    Day(String),
    /// A count, to the right.
    Count(u64),
    /// Text to the right.
    Right(String),
}

/// A table as long as it is.
pub(super) fn table(lang: Lang, heads: &[&str], rows: &[Vec<Cell>], sum: Option<&Vec<Cell>>) -> Markup {
    // A column is headed as its numbers stand.
    let is_number = |column: usize| {
        let first = rows.first().or(sum).and_then(|row| row.get(column));
        matches!(first, Some(Cell::Count(_) | Cell::Right(_)))
    };
    html! {
        div.wide { table {
            thead { tr {
                @for (column, head) in heads.iter().enumerate() {
                    th.number[is_number(column)].name[has_long_word(head)] { (text(head)) }
                }
            } }
            tbody {
                @for row in rows { tr { @for cell in row { (data(lang, cell)) } } }
                @if let Some(sum) = sum { tr.sum { @for cell in sum { (data(lang, cell)) } } }
            }
        } }
    }
}

/// A heading that somebody wrote may be one long word; it must not push the table off the page.
fn has_long_word(head: &str) -> bool {
    const LONG: usize = 14;
    head.split_whitespace().any(|word| word.chars().count() > LONG)
}

/// A long and narrow table, cut into pieces that stand beside each other where there is room.
pub(super) fn chunks(lang: Lang, heads: &[&str], rows: &[Vec<Cell>]) -> Markup {
    html! { div.chunks { @for piece in rows.chunks(CHUNK) { (table(lang, heads, piece, None)) } } }
}

fn data(lang: Lang, cell: &Cell) -> Markup {
    match cell {
        // A form lets anybody write anything where a district is asked for.
        Cell::Name(name) => html! { td.name { (text(&mask_numbers(name))) } },
        Cell::Fixed(word) => html! { td { (word) } },
        Cell::Day(day) => html! { td.day { (day) } },
        Cell::Count(count) => html! { td.number { (grouped(lang, *count)) } },
        Cell::Right(word) => html! { td.number { (word) } },
    }
}
