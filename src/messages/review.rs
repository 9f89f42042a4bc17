//! The sentences of `review`: the screen of a case, its keys, the sheet, and what came of it.

use super::Lang;
use super::number::counted;
use super::terms;
use crate::domain::application::{Category, Reason};
use crate::domain::dossier::Verdict;
use chrono::NaiveDate;
use std::fmt;

/// A key of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// The registration means the entry.
    Same,
    /// It does not.
    Different,
    /// Asked again another time.
    Later,
    /// The numbers of this case are shown whole, or masked again.
    Reveal,
    /// The last step is taken back.
    Undo,
    /// The end.
    Quit,
}

impl Press {
    const ALL: [Self; 6] = [
        Self::Same,
        Self::Different,
        Self::Later,
        Self::Reveal,
        Self::Undo,
        Self::Quit,
    ];

    /// Reads a key; the keys of the other language are understood too, for none has another meaning there.
    pub fn of(sign: char) -> Option<Self> {
        let of = |lang| Self::ALL.into_iter().find(|press| press.words(lang).0 == sign);
        of(Lang::Id).or_else(|| of(Lang::En))
    }

    fn words(self, lang: Lang) -> (char, &'static str) {
        let (id, en) = match self {
            Self::Same => (('s', "sama"), ('s', "same")),
            Self::Different => (('b', "beda"), ('d', "different")),
            Self::Later => (('n', "nanti"), ('l', "later")),
            Self::Reveal => (('t', "tampilkan nomor"), ('r', "reveal")),
            Self::Undo => (('u', "urungkan"), ('u', "undo")),
            Self::Quit => (('k', "keluar"), ('q', "quit")),
        };
        lang.pick(id, en)
    }
}

/// Lists the keys.
pub fn keys(lang: Lang) -> String {
    let words = Press::ALL.map(|press| {
        let (sign, word) = press.words(lang);
        format!("[{sign}] {word}")
    });
    words.join("   ")
}

/// Lists the keys that are left when nothing is to be decided any more.
pub fn last_keys(lang: Lang) -> String {
    let words = [Press::Undo, Press::Quit].map(|press| {
        let (sign, word) = press.words(lang);
        format!("[{sign}] {word}")
    });
    words.join("   ")
}

/// Heads a case.
pub fn heading(lang: Lang, at: usize, all: usize, category: Category, days_waiting: u32, since: NaiveDate) -> String {
    let category = terms::category(lang, category);
    let days = counted(lang, days_waiting.into(), "hari", "day", "days");
    lang.pick(
        format!("Pertanyaan {at} dari {all}: {category}; menunggu {days} (sejak {since})"),
        format!("Question {at} of {all}: {category}; waiting {days} (since {since})"),
    )
}

/// Says that nothing is left.
pub fn all_done(lang: Lang) -> &'static str {
    lang.pick("Tidak ada lagi yang perlu diputuskan.", "Nothing is left to decide.")
}

/// Heads the two sides.
pub fn sides(lang: Lang) -> (&'static str, &'static str) {
    lang.pick(("Pendaftaran", "Antrean"), ("Registration", "Queue"))
}

/// Names how two values compare: same, different, alike, on one side only.
pub fn marks(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["sama", "BEDA", "mirip", "satu sisi"],
        ["same", "DIFFERS", "alike", "one side"],
    )
}

/// What a line of a case compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is a field of both sides
pub enum Label {
    Nik,
    Name,
    Kk,
    Born,
    District,
    Village,
    Moment,
    Reason,
    Status,
    Phone,
}

/// Names what a line compares.
pub fn label(lang: Lang, label: Label) -> &'static str {
    match label {
        Label::Nik => "NIK",
        Label::Name => lang.pick("Nama", "Name"),
        Label::Kk => lang.pick("Nomor KK", "KK number"),
        Label::Born => lang.pick("Lahir", "Born"),
        Label::District => lang.pick("Kecamatan", "District"),
        Label::Village => lang.pick("Kelurahan", "Village"),
        Label::Moment => lang.pick("Tanggal", "Date"),
        Label::Reason => lang.pick("Alasan", "Reason"),
        Label::Status => lang.pick("Status", "Status"),
        Label::Phone => lang.pick("Telepon", "Phone"),
    }
}

/// Gives the reasons in words; `places` are those, from 0, where the two NIKs differ.
pub fn why(lang: Lang, reasons: &[Reason], places: &[usize]) -> String {
    let mut text = terms::explanation(lang, reasons);
    if !places.is_empty() {
        let numbers: Vec<String> = places.iter().map(|place| (place + 1).to_string()).collect();
        let numbers = numbers.join(", ");
        text += &lang.pick(
            format!("; NIK berbeda pada angka ke-{numbers}"),
            format!("; the NIKs differ in digit {numbers}"),
        );
    }
    text
}

/// Heads the reasons.
pub fn because(lang: Lang) -> &'static str {
    lang.pick("Sebab", "Why")
}

/// Names the likeness.
pub fn score(lang: Lang, score: f64) -> String {
    lang.pick(format!("Kemiripan {score:.2}"), format!("Likeness {score:.2}"))
}

/// Says what was just recorded.
pub fn recorded(lang: Lang, verdict: Verdict) -> String {
    let word = super::decide::verdict(lang, verdict);
    lang.pick(
        format!("Tercatat: {word}. [u] mengurungkan."),
        format!("Recorded: {word}. [u] takes it back."),
    )
}

/// Says that the last step was taken back.
pub fn undone(lang: Lang) -> &'static str {
    lang.pick("Langkah terakhir diurungkan.", "The last step was taken back.")
}

/// Says that there is nothing to take back.
pub fn nothing_to_undo(lang: Lang) -> &'static str {
    lang.pick("Tidak ada yang dapat diurungkan.", "There is nothing to take back.")
}

/// Says that the facts changed while the case stood on the screen.
pub fn changed_meanwhile(lang: Lang) -> &'static str {
    lang.pick(
        "Datanya berubah sementara itu; tidak ada yang diputuskan.",
        "Its facts changed meanwhile; nothing was decided.",
    )
}

/// Sums a session up.
pub fn summary(lang: Lang, same: u64, different: u64, left: u64) -> String {
    let decided = same + different;
    let left = match left {
        0 => lang.pick("tidak ada yang tersisa".to_owned(), "nothing is left".to_owned()),
        left => lang.pick(
            format!("{} tersisa", counted(lang, left, "pertanyaan", "", "")),
            format!("{} left", counted(lang, left, "", "question", "questions")),
        ),
    };
    lang.pick(
        format!("{decided} diputuskan ({same} sama, {different} beda); {left}."),
        format!("{decided} decided ({same} same, {different} different); {left}."),
    )
}

/// The reason that is recorded where nobody wrote one.
pub fn default_reason(lang: Lang, why: &str) -> String {
    lang.pick(format!("dibandingkan: {why}"), format!("compared: {why}"))
}

/// The reason of a row of a sheet that gives none.
pub fn sheet_reason(lang: Lang, file: &str) -> String {
    lang.pick(format!("diputuskan di {file}"), format!("decided in {file}"))
}

/// Why what was taken back was.
pub fn undo_reason(lang: Lang) -> &'static str {
    lang.pick("diurungkan saat meninjau", "undone in review")
}

/// Titles the sheet.
pub fn sheet_title(lang: Lang) -> &'static str {
    lang.pick("Perlu diputuskan", "To be decided")
}

/// Titles what came of a sheet.
pub fn applied_title(lang: Lang) -> &'static str {
    lang.pick("Keputusan yang diterapkan", "Decisions applied")
}

/// Says where the refused rows of a sheet are, and what to do with them.
pub fn rejects_at(lang: Lang, path: &str) -> String {
    lang.pick(
        format!("baris yang ditolak: {path} (betulkan, lalu: cetak review --apply {path})"),
        format!("rejected rows: {path} (mend them, then: cetak review --apply {path})"),
    )
}

/// Says where the sheet is, and what to do with it.
pub fn exported(lang: Lang, questions: u64, file: &str) -> String {
    if questions == 0 {
        return lang.pick(
            format!("Tidak ada yang perlu diputuskan; {file} kosong."),
            format!("Nothing is to be decided; {file} is empty."),
        );
    }
    let count = counted(lang, questions, "pertanyaan", "question", "questions");
    lang.pick(
        format!("{count} di {file}. Isi kolom decision (sama atau beda) dan reason, lalu: cetak review --apply {file}"),
        format!(
            "{count} in {file}. Fill in decision (same or different) and reason, then: cetak review --apply {file}"
        ),
    )
}

/// Says why a row of a sheet was refused.
pub fn row_reason(lang: Lang, code: &str) -> &'static str {
    let (id, en) = match code {
        "registration_gone" => ("pendaftaran dengan NIK ini tidak ada", "no registration has this NIK"),
        "entry_gone" => (
            "entri ini tidak ada lagi di antrean",
            "this entry is no longer in the queue",
        ),
        "facts_changed" => (
            "datanya berubah sejak lembar ini ditulis: tinjau lagi",
            "its facts changed since the sheet was written: look again",
        ),
        "unknown_decision" => (
            "isi decision dengan sama atau beda",
            "write same or different as the decision",
        ),
        "given_to_another" => (
            "pendaftaran ini sudah diputuskan milik entri lain",
            "this registration was given to another entry",
        ),
        "already_decided" => (
            "sudah diputuskan lain sesudah lembar ini ditulis",
            "it was decided otherwise after the sheet was written",
        ),
        "contradicting_rows" => (
            "baris lain di lembar ini memutuskan pertanyaan yang sama secara berbeda",
            "another row of this sheet decides the same question otherwise",
        ),
        "other_name" => (
            "nama di baris ini bukan nama dari NIK-nya: barisnya bergeser?",
            "the name in this row is not that of its NIK: are the rows shifted?",
        ),
        "entry_taken" => (
            "entri ini sudah diberi pendaftaran orang lain; bila satu orang: cetak decide ... --force",
            "the entry was given another person's registration; if they are one: cetak decide ... --force",
        ),
        _ => ("tidak dapat dipakai", "unusable"),
    };
    lang.pick(id, en)
}

/// Why `review` cannot begin. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewFault {
    /// Nobody can press a key.
    NoTerminal,
    /// The file is no sheet of decisions.
    NotASheet {
        /// As named.
        file: String,
    },
}

impl ReviewFault {
    /// Tells whether the command was used wrongly (exit code 2), rather than refused (1).
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::NoTerminal)
    }

    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::NoTerminal => lang
                .pick(
                    "cetak review perlu terminal: satu layar dan satu tombol untuk setiap pertanyaan",
                    "cetak review needs a terminal: a screen and a key for each question",
                )
                .to_owned(),
            Self::NotASheet { file } => lang.pick(
                format!(
                    "{file}: kolom nik, queue_nik, decision, reason, facts tidak ditemukan; tidak ada yang diputuskan"
                ),
                format!("{file}: no columns nik, queue_nik, decision, reason, facts; nothing was decided"),
            ),
        }
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> String {
        let (id, en) = match self {
            Self::NoTerminal => (
                "buat lembar kerja dengan --export BERKAS.xlsx, isi, lalu --apply BERKAS.xlsx",
                "write a sheet with --export FILE.xlsx, fill it in, then --apply FILE.xlsx",
            ),
            Self::NotASheet { .. } => (
                "pakai lembar yang ditulis cetak review --export",
                "use the sheet that cetak review --export wrote",
            ),
        };
        lang.pick(id, en).to_owned()
    }
}

impl fmt::Display for ReviewFault {
    /// English, for chains of causes; the screen asks for `text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ReviewFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_the_same_whatever_the_language_and_none_means_two() {
        for press in Press::ALL {
            for lang in Lang::ALL {
                assert_eq!(Press::of(press.words(lang).0), Some(press));
            }
        }
        assert_eq!(Press::of('x'), None);
    }
}
