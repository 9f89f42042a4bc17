//! The sentences of `batch`.

use super::Lang;
use super::number::{applications, cards, grouped};
use chrono::NaiveDate;
use std::path::Path;

/// Titles the batches of a day.
pub fn day_title(lang: Lang, date: &str) -> String {
    match lang {
        Lang::En => format!("Batches of {date}"),
        Lang::Id => format!("Daftar cetak {date}"),
    }
}

/// Titles the open batches.
pub fn open_title(lang: Lang) -> &'static str {
    lang.pick("Daftar cetak yang menunggu hasil", "Batches that wait for results")
}

/// Says that nothing is open.
pub fn no_open_batches(lang: Lang) -> &'static str {
    lang.pick("Semua daftar cetak sudah ada hasilnya.", "Every batch has its results.")
}

/// Sums a planned day up.
pub fn day_summary(
    lang: Lang,
    planned: u64,
    left_over: u64,
    capacity: u64,
    blanks: Option<u64>,
    dry_run: bool,
) -> String {
    let mut text = match lang {
        Lang::En => format!(
            "{} planned of a capacity of {}, {} left over",
            cards(lang, planned),
            grouped(lang, capacity),
            applications(lang, left_over)
        ),
        Lang::Id => format!(
            "{} direncanakan dari kapasitas {}, {} belum kebagian",
            cards(lang, planned),
            grouped(lang, capacity),
            applications(lang, left_over)
        ),
    };
    if let Some(blanks) = blanks {
        let blanks = grouped(lang, blanks);
        text += &lang.pick(
            format!("; blangko tersedia {blanks}"),
            format!("; blanks on hand: {blanks}"),
        );
    }
    if dry_run {
        text += lang.pick(
            "; hanya percobaan, tidak ada yang dicatat",
            "; a dry run, nothing was recorded",
        );
    }
    text + "."
}

/// Warns that the day is no working day.
pub fn closed_day(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::En => format!("{date} is no working day of this office; planned all the same"),
        Lang::Id => format!("{date} bukan hari kerja kantor ini; tetap direncanakan"),
    }
}

/// Says what was released.
pub fn released(lang: Lang, batch: &str, count: u64) -> String {
    match lang {
        Lang::En => format!(
            "{} of {batch} returned to the pool; take back the operator's sheet.",
            cards(lang, count)
        ),
        Lang::Id => format!(
            "{} dari {batch} dikembalikan; tarik lembar kerja dari operatornya.",
            cards(lang, count)
        ),
    }
}

/// Says what was reassigned.
pub fn reassigned(lang: Lang, batch: &str, to: &str, count: u64) -> String {
    match lang {
        Lang::En => format!(
            "{} of {batch} now stand in {to}; hand out the new file.",
            cards(lang, count)
        ),
        Lang::Id => format!(
            "{} dari {batch} dipindahkan ke {to}; bagikan berkas yang baru.",
            cards(lang, count)
        ),
    }
}

/// Says that a file with a clerk's marks was kept under another name.
pub fn set_aside(lang: Lang, path: &Path, aside: &Path) -> String {
    let (path, aside) = (path.display(), aside.display());
    match lang {
        Lang::En => format!("{path} had been changed by hand; it was kept as {aside}"),
        Lang::Id => format!("{path} pernah diubah dengan tangan; disimpan sebagai {aside}"),
    }
}

/// Says that a file cannot be removed.
pub fn cannot_remove(lang: Lang, path: &Path) -> String {
    let path = path.display();
    lang.pick(format!("tidak dapat menghapus {path}"), format!("cannot remove {path}"))
}

/// Says that a file cannot be moved.
pub fn cannot_move(lang: Lang, path: &Path) -> String {
    let path = path.display();
    lang.pick(format!("tidak dapat memindahkan {path}"), format!("cannot move {path}"))
}

/// Says that only the files are missing: the plan is recorded.
pub fn plan_stands(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::En => format!("the plan of {date} stands, but its files are not all written; run it again to write them"),
        Lang::Id => {
            format!(
                "rencana {date} sudah tercatat, tetapi berkasnya belum semua tertulis; jalankan lagi untuk menulisnya"
            )
        }
    }
}
