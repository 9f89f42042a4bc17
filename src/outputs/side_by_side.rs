//! Two sides of a question in two columns, what differs marked in words, and under two numbers the very places.
//!
//! Knows lines of text; nothing of registrations and entries.

use crate::domain::harmless::harmless;

const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";
/// Between two columns.
const GAP: &str = "  ";
const NARROWEST_SIDE: usize = 18;
const WIDEST_SIDE: usize = 40;

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They are the same.
    Same,
    /// They differ.
    Differs,
    /// Written differently, but it can be the same.
    Alike,
    /// One of them is missing.
    OneSided,
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared.
    pub label: &'static str,
    /// The one value; empty where there is none.
    pub left: String,
    /// The other value.
    pub right: String,
    /// How they compare; none where each side has its own to say.
    pub mark: Option<Mark>,
    /// Places, from 0, where two texts of equal length differ: carets stand under them.
    pub places: Vec<usize>,
}

/// The words of the frame.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Above the left column.
    pub left: &'static str,
    /// Above the right column.
    pub right: &'static str,
    /// Behind what is the same, differs, is alike, or stands on one side only.
    pub marks: [&'static str; 4],
}

/// Draws the comparison; `width` is the terminal's, in columns.
pub fn render(lines: &[Line], words: &Words, width: Option<u16>, color: bool) -> String {
    let label = lines.iter().map(|line| line.label.chars().count()).max().unwrap_or(0);
    let mark = words.marks.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let fixed = label + mark + 2 + 3 * GAP.len();
    let side = width.map_or(WIDEST_SIDE, |width| usize::from(width).saturating_sub(fixed) / 2);
    let side = side.clamp(NARROWEST_SIDE, WIDEST_SIDE);
    let mut out = String::new();
    let mut row = |label_text: &str, left: &str, right: &str, mark_text: &str| {
        let line = format!(
            "  {}{GAP}{}{GAP}{}{GAP}{mark_text}",
            padded(label_text, label),
            padded(left, side),
            padded(right, side)
        );
        out.push_str(line.trim_end());
        out.push('\n');
    };
    row("", words.left, words.right, "");
    for line in lines {
        let (left, right) = (wrapped(&line.left, side), wrapped(&line.right, side));
        for at in 0..left.len().max(right.len()) {
            let text = |side: &[String]| side.get(at).cloned().unwrap_or_default();
            let marked = if at == 0 {
                marked(line.mark, words, color)
            } else {
                String::new()
            };
            let label_text = if at == 0 { line.label } else { "" };
            row(label_text, &text(&left), &text(&right), &marked);
        }
        if !line.places.is_empty() {
            let carets = carets(&line.places);
            row("", &carets, &carets, "");
        }
    }
    out
}

fn marked(mark: Option<Mark>, words: &Words, color: bool) -> String {
    let Some(mark) = mark else {
        return String::new();
    };
    let word = match mark {
        Mark::Same => words.marks[0],
        Mark::Differs => words.marks[1],
        Mark::Alike => words.marks[2],
        Mark::OneSided => words.marks[3],
    };
    if color && mark == Mark::Differs {
        format!("{BOLD}{word}{RESET}")
    } else {
        word.to_owned()
    }
}

fn carets(places: &[usize]) -> String {
    let last = places.iter().max().copied().unwrap_or(0);
    (0..=last)
        .map(|at| if places.contains(&at) { '^' } else { ' ' })
        .collect()
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// Sets a paragraph in by two columns and breaks it to the terminal's width.
pub fn paragraph(text: &str, width: Option<u16>) -> String {
    let width = width
        .map_or(usize::MAX, usize::from)
        .saturating_sub(4)
        .max(NARROWEST_SIDE);
    let lines = wrapped(text, width);
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

/// Breaks text into lines, between words where there are any.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let text = harmless(text);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        while !rest.is_empty() {
            let Some(line) = lines.last_mut() else { break };
            let used = line.chars().count();
            let room = width.saturating_sub(used + usize::from(used > 0));
            if rest.len() <= room {
                if used > 0 {
                    line.push(' ');
                }
                line.extend(rest.drain(..));
            } else if used > 0 {
                lines.push(String::new());
            } else {
                line.extend(rest.drain(..width.max(1).min(rest.len())));
                if !rest.is_empty() {
                    lines.push(String::new());
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words = Words {
        left: "Registration",
        right: "Queue",
        marks: ["same", "DIFFERS", "alike", "one side"],
    };

    fn line(label: &'static str, left: &str, right: &str, mark: impl Into<Option<Mark>>, places: &[usize]) -> Line {
        Line {
            label,
            left: left.to_owned(),
            right: right.to_owned(),
            mark: mark.into(),
            places: places.to_vec(),
        }
    }

    #[test]
    fn what_differs_is_marked_in_words_and_places() {
        let lines = [
            line("NIK", "167109******9001", "167109******9010", Mark::Differs, &[14, 15]),
            line("Name", "SITI \u{1b}[2JAISYAH", "SITI AISYAH", Mark::Same, &[]),
            line("Village", "", "SUKARAMI", Mark::OneSided, &[]),
        ];
        insta::assert_snapshot!(render(&lines, &WORDS, Some(80), false), @r"
                   Registration                  Queue
          NIK      167109******9001              167109******9010              DIFFERS
                                 ^^                            ^^
          Name     SITI �[2JAISYAH               SITI AISYAH                   same
          Village                                SUKARAMI                      one side
        ");
        assert!(render(&lines, &WORDS, Some(80), true).contains("\u{1b}[1mDIFFERS\u{1b}[0m"));
    }

    #[test]
    fn a_paragraph_keeps_within_the_terminal() {
        let text = paragraph("two neighbouring digits swapped; same family card", Some(30));
        assert_eq!(text, "  two neighbouring digits\n  swapped; same family card\n");
        assert_eq!(paragraph("one line", None), "  one line\n");
    }

    #[test]
    fn long_text_wraps_within_its_side() {
        let lines = [line(
            "Name",
            "MUHAMMAD ABDUL RAHMAN AL GHIFARI",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Mark::Differs,
            &[],
        )];
        let text = render(&lines, &WORDS, Some(60), false);
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        assert!(text.contains("GHIFARI") && text.contains("XYZ"), "{text}");
        // A terminal that says nothing of its width, or is too narrow, still shows everything.
        assert!(render(&lines, &WORDS, None, false).contains("MUHAMMAD ABDUL RAHMAN AL GHIFARI"));
        assert!(render(&lines, &WORDS, Some(10), false).contains("MUHAMMAD ABDUL"));
    }
}
