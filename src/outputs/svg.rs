//! Plots as SVG, to be read in black and white: fills differ by pattern, every axis and bar has its number as text.
//!
//! All are 360 units wide, so that their text stays readable on a telephone. Text is escaped and made harmless. Knows
//! nothing of what is plotted.

use crate::domain::harmless::harmless;
use crate::messages::Lang;
use crate::messages::number::grouped;
use maud::{Markup, html};

const WIDTH: u32 = 360;
const FONT: u32 = 11;
/// How wide a sign is at most, in units; digits and capitals are a little narrower.
const SIGN_WIDTH: u32 = 7;
const LINE: u32 = 16;
const INK: &str = "#1b1b1b";
const FAINT: &str = "#bbb";

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Dark.
    Solid,
    /// Hatched.
    Hatch,
    /// White with an outline.
    Blank,
    /// Dotted.
    Dots,
}

impl Fill {
    /// Every fill, the most striking first.
    pub const ALL: [Self; 4] = [Self::Solid, Self::Hatch, Self::Blank, Self::Dots];

    fn paint(self, id: &str) -> String {
        match self {
            Self::Solid => "#234a6d".to_owned(),
            Self::Blank => "#fff".to_owned(),
            Self::Hatch => format!("url(#{id}-hatch)"),
            Self::Dots => format!("url(#{id}-dots)"),
        }
    }
}

/// What a plot is called, and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct Plot<'a> {
    /// Unique within the page: letters only.
    pub id: &'a str,
    /// What it shows, for those who cannot see it.
    pub title: &'a str,
    /// What each part of a bar is, with its fill; one part needs no legend.
    pub parts: &'a [(&'a str, Fill)],
    /// The language of the numbers.
    pub lang: Lang,
}

impl Plot<'_> {
    fn frame(&self, height: u32, body: &Markup) -> Markup {
        let id = self.id;
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {WIDTH} {height}")) role="img"
                aria-label=(harmless(self.title)) font-size=(FONT) fill=(INK) {
                title { (harmless(self.title)) }
                defs {
                    pattern id=(format!("{id}-hatch")) width="4" height="4" patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)" {
                        rect width="4" height="4" fill="#fff" {}
                        rect width="1.8" height="4" fill=(INK) {}
                    }
                    pattern id=(format!("{id}-dots")) width="4" height="4" patternUnits="userSpaceOnUse" {
                        rect width="4" height="4" fill="#fff" {}
                        circle cx="2" cy="2" r="0.9" fill=(INK) {}
                    }
                }
                (body)
            }
        }
    }

    fn legend(&self) -> (u32, Markup) {
        if self.parts.len() < 2 {
            return (0, html! {});
        }
        let height = LINE * u32::try_from(self.parts.len()).unwrap_or(0) + 4;
        let body = html! {
            @for ((name, fill), line) in self.parts.iter().zip(0_u32..) {
                (self.area(*fill, (1.0, f64::from(line * LINE) + 2.0), (14.0, 10.0)))
                text x="20" y=(line * LINE + FONT) { (harmless(name)) }
            }
        };
        (height, body)
    }

    fn area(&self, fill: Fill, (x, y): (f64, f64), (width, height): (f64, f64)) -> Markup {
        html! {
            rect x=(unit(x)) y=(unit(y)) width=(unit(width)) height=(unit(height)) fill=(fill.paint(self.id))
                stroke=(INK) stroke-width="0.7" {}
        }
    }

    fn fill(&self, part: usize) -> Fill {
        self.parts.get(part).map_or(Fill::Solid, |(_, fill)| *fill)
    }
}

/// Draws upright bars side by side, each made of the plot's parts from below; labels below where there is room.
pub fn columns(plot: Plot<'_>, bars: &[(String, Vec<u64>)]) -> Markup {
    const HEIGHT: u32 = 120;
    let most = bars.iter().map(|(_, parts)| parts.iter().sum()).max().unwrap_or(0);
    let step = tick_step(most);
    let top = most.div_ceil(step).max(1) * step;
    let left = 8 + SIGN_WIDTH * length(&grouped(plot.lang, top));
    let (above, legend) = plot.legend();
    let above = above + 8;
    let each = f64::from(WIDTH - left - 2) / bars.len().max(1) as f64;
    let y_of = |value: u64| f64::from(above + HEIGHT) - value as f64 / top as f64 * f64::from(HEIGHT);
    let body = html! {
        (legend)
        @for tick in (0..=top / step).map(|tick| tick * step) {
            line x1=(left) x2=(WIDTH) y1=(unit(y_of(tick))) y2=(unit(y_of(tick))) stroke=(FAINT) stroke-width="0.6" {}
            text x=(left - 4) y=(unit(y_of(tick) + 4.0)) text-anchor="end" { (grouped(plot.lang, tick)) }
        }
        @for ((_, parts), index) in bars.iter().zip(0_u32..) {
            @let x = f64::from(left) + each * (f64::from(index) + 0.1);
            @for (part, below) in parts.iter().enumerate().filter(|(_, part)| **part > 0).map(|(at, _)| {
                (at, parts.iter().take(at).sum::<u64>())
            }) {
                @let value = parts.get(part).copied().unwrap_or(0);
                @let (y, height) = (y_of(below + value), y_of(below) - y_of(below + value));
                (plot.area(plot.fill(part), (x, y), (each * 0.8, height)))
            }
        }
        (bar_labels(bars, left, each, above + HEIGHT + LINE))
    };
    plot.frame(above + HEIGHT + LINE + 6, &body)
}

/// Writes the labels of upright bars: the last one, and from there back as many as there is room for.
fn bar_labels(bars: &[(String, Vec<u64>)], left: u32, each: f64, y: u32) -> Markup {
    let widest = bars.iter().map(|(label, _)| length(label)).max().unwrap_or(0);
    let room = f64::from(SIGN_WIDTH * (widest + 1));
    let every = ((room / each).ceil() as usize).max(1);
    html! {
        @for ((label, _), back) in bars.iter().rev().zip(0_usize..) {
            @let middle = f64::from(left) + each * ((bars.len() - 1 - back) as f64 + 0.5);
            @let half = f64::from(SIGN_WIDTH * length(label)) / 2.0;
            @if back % every == 0 && middle - half >= 0.0 {
                text x=(unit(middle.min(f64::from(WIDTH) - half))) y=(y) text-anchor="middle" { (harmless(label)) }
            }
        }
    }
}

/// Draws lying bars, each under its label and with its number behind it, made of the plot's parts from the left.
pub fn bars(plot: Plot<'_>, rows: &[(String, Vec<u64>)]) -> Markup {
    const ROW: u32 = 34;
    let most = rows
        .iter()
        .map(|(_, parts)| parts.iter().sum())
        .max()
        .unwrap_or(0)
        .max(1);
    let number = SIGN_WIDTH * length(&grouped(plot.lang, most)) + 6;
    let (above, legend) = plot.legend();
    let scale = f64::from(WIDTH - number - 2) / most as f64;
    let body = html! {
        (legend)
        @for ((label, parts), row) in rows.iter().zip(0_u32..) {
            @let y = above + row * ROW;
            @let total: u64 = parts.iter().sum();
            text x="0" y=(y + 12) { (shortened(label)) }
            line x1="1" x2="1" y1=(y + 15) y2=(y + 29) stroke=(INK) stroke-width="1" {}
            @for (part, value) in parts.iter().enumerate().filter(|(_, value)| **value > 0) {
                @let before: u64 = parts.iter().take(part).sum();
                (plot.area(plot.fill(part), (1.0 + before as f64 * scale, f64::from(y + 16)),
                    (*value as f64 * scale, 12.0)))
            }
            text x=(unit(6.0 + total as f64 * scale)) y=(y + 26) { (grouped(plot.lang, total)) }
        }
    };
    let rows = u32::try_from(rows.len()).unwrap_or(0);
    plot.frame(above + rows * ROW + 2, &body)
}

/// Draws a strip of small upright bars for each row, all on one scale, with the row's name and sum above it.
pub fn strips(plot: Plot<'_>, labels: &[String], rows: &[(String, Vec<u64>)]) -> Markup {
    const ROW: u32 = 52;
    const HEIGHT: u32 = 30;
    let most = rows
        .iter()
        .flat_map(|(_, days)| days)
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    let each = f64::from(WIDTH) / labels.len().max(1) as f64;
    let bars: Vec<(String, Vec<u64>)> = labels.iter().map(|label| (label.clone(), Vec::new())).collect();
    let count = u32::try_from(rows.len()).unwrap_or(0);
    let body = html! {
        @for ((name, days), row) in rows.iter().zip(0_u32..) {
            @let base = row * ROW + 16 + HEIGHT;
            @let sum: u64 = days.iter().sum();
            text x="0" y=(row * ROW + 12) { (shortened(name)) }
            text x=(WIDTH) y=(row * ROW + 12) text-anchor="end" { (grouped(plot.lang, sum)) }
            @for (value, index) in days.iter().zip(0_u32..).filter(|(value, _)| **value > 0) {
                @let height = *value as f64 / most as f64 * f64::from(HEIGHT);
                (plot.area(plot.fill(0), (each * (f64::from(index) + 0.1), f64::from(base) - height),
                    (each * 0.8, height)))
            }
            line x1="0" x2=(WIDTH) y1=(base) y2=(base) stroke=(INK) stroke-width="0.8" {}
        }
        (bar_labels(&bars, 0, each, count * ROW + 10))
    };
    plot.frame(count * ROW + 16, &body)
}

/// A round step that gives three to six ticks up to a number.
fn tick_step(most: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step.saturating_mul(5) >= most {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Takes as much of a label as a line has room for, beside a number.
fn shortened(label: &str) -> String {
    const MOST: usize = 36;
    let label = harmless(label);
    match label.chars().count() > MOST {
        true => label.chars().take(MOST - 1).chain(['…']).collect(),
        false => label.into_owned(),
    }
}

/// Writes a coordinate with one decimal, so that the bytes do not depend on how a machine rounds the rest.
fn unit(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot<'static> {
        Plot {
            id: "x",
            title: "A <title>",
            parts: &[("ready", Fill::Solid), ("waits \u{202e}", Fill::Hatch)],
            lang: Lang::Id,
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (most, step) in [(0, 1), (4, 1), (6, 2), (23, 5), (30, 10), (1_234, 500), (5_000, 1_000)] {
            assert_eq!(tick_step(most), step, "{most}");
        }
        assert_eq!(tick_step(u64::MAX), 5_000_000_000_000_000_000);
    }

    #[test]
    fn a_plot_of_nothing_is_still_a_plot() {
        for markup in [columns(plot(), &[]), bars(plot(), &[]), strips(plot(), &[], &[])] {
            let text = markup.into_string();
            assert!(
                text.starts_with("<svg") && !text.contains("NaN") && !text.contains("inf"),
                "{text}"
            );
        }
    }

    #[test]
    fn text_is_escaped_and_bars_stay_within() {
        let rows = vec![("<b>".to_owned(), vec![3, 1_200]), ("LONG ".repeat(20), vec![0, 0])];
        for markup in [
            columns(plot(), &rows),
            bars(plot(), &rows),
            strips(plot(), &["1".into()], &rows),
        ] {
            let text = markup.into_string();
            assert!(!text.contains("<b>") && !text.contains('\u{202e}'), "{text}");
            let widths = text
                .split("width=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
            assert!(widths.into_iter().all(|width| (0.0..=360.0).contains(&width)), "{text}");
        }
        assert!(
            bars(plot(), &rows).into_string().contains("1.203"),
            "the number stands behind the bar"
        );
    }
}
