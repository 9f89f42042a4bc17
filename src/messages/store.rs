//! The sentences about a store that cannot be used.

use super::Lang;
use chrono::NaiveDate;

/// Says that a newer version wrote the store.
pub fn newer(lang: Lang, found: i64, known: i64) -> String {
    lang.pick(
        format!("penyimpanan ditulis oleh cetak yang lebih baru (tata letak {found}, yang dikenal {known}); tidak ada yang diubah"),
        format!("a newer cetak wrote the store (layout {found}, known {known}); nothing was changed"),
    )
}

/// Names what cures a newer store.
pub fn newer_hint(lang: Lang) -> &'static str {
    lang.pick(
        "pasang versi cetak yang lebih baru di komputer ini",
        "install the newer version of cetak on this computer",
    )
}

/// Says that the store is damaged.
pub fn damaged(lang: Lang, detail: &str) -> String {
    lang.pick(
        format!("penyimpanan rusak: {detail}"),
        format!("the store is damaged: {detail}"),
    )
}

/// Names what cures a damaged store.
pub fn damaged_hint(lang: Lang) -> &'static str {
    lang.pick(
        "pulihkan cadangan terakhir: cetak restore backups/BERKAS (yang rusak tetap disimpan)",
        "bring the last backup back: cetak restore backups/FILE (the damaged one is kept)",
    )
}

/// Names the newest good backup, the command that brings it back, and newer ones that are no good.
pub fn restore_hint(lang: Lang, path: &str, day: NaiveDate, broken: &[String]) -> String {
    let hint = lang.pick(
        format!("cadangan baik terbaru {path}, dari {day}: cetak restore {path} (yang rusak tetap disimpan)"),
        format!("the newest good backup is {path}, of {day}: cetak restore {path} (the damaged one is kept)"),
    );
    match broken {
        [] => hint,
        broken => hint + lang.pick("; juga rusak: ", "; damaged as well: ") + &broken.join(", "),
    }
}

/// Says that no backup can be used, and what is left to do.
pub fn no_good_backup(lang: Lang, broken: &[String]) -> String {
    let found = match broken {
        [] => lang.pick("tidak ada cadangan", "there is no backup").to_owned(),
        broken => {
            lang.pick("cadangan pun rusak: ", "the backups are damaged as well: ")
                .to_owned()
                + &broken.join(", ")
        }
    };
    lang.pick(
        format!("{found}; cari salinan di tempat lain untuk cetak restore BERKAS, dan simpan cetak.db yang rusak"),
        format!("{found}; look for a copy elsewhere for cetak restore FILE, and keep the damaged cetak.db"),
    )
}

/// Says that a file is no store.
pub fn not_a_store(lang: Lang, path: &str) -> String {
    lang.pick(
        format!("{path} bukan penyimpanan cetak"),
        format!("{path} is no store of cetak"),
    )
}

/// Says that another process holds the store.
pub fn busy(lang: Lang) -> &'static str {
    lang.pick(
        "cetak lain sedang memakai penyimpanan ini; tidak ada yang diubah",
        "another cetak holds the store; nothing was changed",
    )
}

/// Names what cures a busy store.
pub fn busy_hint(lang: Lang) -> &'static str {
    lang.pick(
        "coba lagi, atau tunggu dengan --wait 60",
        "try again, or wait with --wait 60",
    )
}

/// Says that the disk is full.
pub fn full(lang: Lang, file: &str) -> String {
    lang.pick(
        format!("disk penuh: {file} tidak dapat ditulis; penyimpanan tetap seperti sebelum langkah ini"),
        format!("the disk is full: cannot write {file}; the store stands as before this step"),
    )
}

/// Names what cures a full disk.
pub fn full_hint(lang: Lang) -> &'static str {
    lang.pick(
        "kosongkan tempat di disk itu, lalu jalankan perintah yang sama lagi",
        "make room on that disk, then run the same command again",
    )
}

/// Says that the store cannot be written.
pub fn read_only(lang: Lang, file: &str) -> String {
    lang.pick(
        format!("{file} tidak dapat ditulis; tidak ada yang diubah"),
        format!("cannot write {file}; nothing was changed"),
    )
}

/// Names what cures a store that cannot be written.
pub fn read_only_hint(lang: Lang) -> &'static str {
    lang.pick(
        "periksa apakah disk boleh ditulisi dan folder kantor milik pengguna ini, lalu jalankan perintah yang sama lagi",
        "see that the disk can be written and that the home belongs to this user, then run the same command again",
    )
}

/// Says that the disk failed.
pub fn io(lang: Lang, file: &str, detail: &str) -> String {
    lang.pick(
        format!("disk gagal pada {file} ({detail}); penyimpanan tetap seperti sebelum langkah ini"),
        format!("the disk failed at {file} ({detail}); the store stands as before this step"),
    )
}

/// Names what to do when the disk failed.
pub fn io_hint(lang: Lang) -> &'static str {
    lang.pick(
        "jalankan perintah yang sama lagi; bila gagal lagi, salin dulu folder backups ke disk lain",
        "run the same command again; if it fails again, first copy the backups to another disk",
    )
}

/// Names the store where no file of it is known.
pub fn the_store(lang: Lang) -> &'static str {
    lang.pick("penyimpanan", "the store")
}

/// Says that a rule of the store refused a write.
pub fn refused(lang: Lang, rule: &str) -> String {
    lang.pick(
        format!("penyimpanan menolak ({rule}); tidak ada yang diubah"),
        format!("the store refused ({rule}); nothing was changed"),
    )
}

/// Says that the engine failed.
pub fn engine(lang: Lang, detail: &str) -> String {
    lang.pick(
        format!("penyimpanan gagal: {detail}"),
        format!("the store failed: {detail}"),
    )
}
