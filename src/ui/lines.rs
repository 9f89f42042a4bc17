//! The lines beside the result: their labels, their colours, and nothing in them that a terminal would run.

use crate::domain::harmless::harmless_lines;
use crate::domain::masking::mask_numbers;
use crate::messages::Lang;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Error,
    CausedBy,
    Hint,
    Warning,
}

const RESET: &str = "\u{1b}[0m";

impl Label {
    fn word(self, lang: Lang) -> &'static str {
        match self {
            Self::Error => lang.pick("kesalahan", "error"),
            Self::CausedBy => lang.pick("sebab", "caused by"),
            Self::Hint => lang.pick("saran", "hint"),
            Self::Warning => lang.pick("peringatan", "warning"),
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Error => "\u{1b}[1;31m",
            Self::CausedBy => "\u{1b}[31m",
            Self::Hint => "\u{1b}[36m",
            Self::Warning => "\u{1b}[1;33m",
        }
    }
}

/// Makes a line with its label; further lines of the text are set in.
pub(super) fn label(kind: Label, lang: Lang, color: bool, reveal: bool, text: &str) -> String {
    let (start, end) = if color { (kind.color(), RESET) } else { ("", "") };
    let text = plain(text, reveal).replace('\n', "\n  ");
    format!("{start}{}:{end} {text}", kind.word(lang))
}

/// Takes text as it may stand on a terminal: nothing that runs, no number of a person unless it is to be shown, and no
/// end of the last line.
pub(super) fn plain(text: &str, reveal: bool) -> String {
    let text = harmless_lines(text);
    let text = text.trim_end();
    if reveal {
        text.to_owned()
    } else {
        mask_numbers(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_both_languages() {
        let table = [
            (Label::Error, Lang::En, "error: a.csv:18: NIK has 15 digits"),
            (Label::CausedBy, Lang::Id, "sebab: a.csv:18: NIK has 15 digits"),
            (Label::Hint, Lang::En, "hint: a.csv:18: NIK has 15 digits"),
            (Label::Warning, Lang::Id, "peringatan: a.csv:18: NIK has 15 digits"),
        ];
        for (kind, lang, expected) in table {
            assert_eq!(
                label(kind, lang, false, false, "a.csv:18: NIK has 15 digits\n"),
                expected
            );
        }
        assert_eq!(
            label(Label::Error, Lang::En, true, false, "x"),
            "\u{1b}[1;31merror:\u{1b}[0m x"
        );
    }

    #[test]
    fn text_from_files_runs_nothing() {
        let text = label(
            Label::Warning,
            Lang::En,
            false,
            false,
            "bad\u{1b}]0;x\u{7}\nline \u{202e}two",
        );
        assert_eq!(text, "warning: bad\u{fffd}]0;x\u{fffd}\n  line two");
    }
}
