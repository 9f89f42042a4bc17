//! The sentences of the small commands: init, expedite, log, backup, restore, man.

use super::Lang;
use std::path::Path;

/// Says what to do after `init`.
pub fn next_steps(lang: Lang, dir: &Path, program: &Path) -> String {
    let (quoted, in_cron) = (for_shell(dir), for_shell(dir).replace('%', "\\%"));
    let (dir, program) = (dir.display(), for_shell(program).replace('%', "\\%"));
    match lang {
        Lang::En => format!(
            "The office home {dir} is ready. Next:\n  \
             1. open {dir}/cetak.toml: name the office, and add an [[operator]] for everybody who prints\n  \
             2. put the export of the registration link into {dir}/inbox/links\n  \
             3. put the print-queue export into {dir}/inbox/queue\n  \
             4. run: cetak nightly --home {quoted}\n\
             In crontab (crontab -e): 0 22 * * 1-5 {program} nightly -q --home {in_cron}"
        ),
        Lang::Id => format!(
            "Rumah kantor {dir} sudah siap. Selanjutnya:\n  \
             1. buka {dir}/cetak.toml: isi nama kantor, dan tambahkan [[operator]] untuk setiap pencetak\n  \
             2. taruh ekspor tautan pendaftaran di {dir}/inbox/links\n  \
             3. taruh ekspor antrean cetak di {dir}/inbox/queue\n  \
             4. jalankan: cetak nightly --home {quoted}\n\
             Di crontab (crontab -e): 0 22 * * 1-5 {program} nightly -q --home {in_cron}"
        ),
    }
}

/// Writes a path so that a shell takes it as one word.
fn for_shell(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-+".contains(c));
    match plain {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Says that an application was put first.
pub fn expedited(lang: Lang, nik: &str, category: &str) -> String {
    match lang {
        Lang::En => format!("{nik} goes before every class (now: {category})."),
        Lang::Id => format!("{nik} didahulukan di atas semua kelas (sekarang: {category})."),
    }
}

/// Titles the log.
pub fn log_title(lang: Lang) -> &'static str {
    lang.pick("Siapa melakukan apa", "Who did what")
}

/// Names an action of the log; an unknown one stands as it is.
pub fn log_action(lang: Lang, action: &str) -> &str {
    let (id, en) = match action {
        "home_made" => ("rumah kantor dibuat", "home made"),
        "links_imported" => ("pendaftaran diimpor", "links imported"),
        "queue_imported" => ("antrean diimpor", "queue imported"),
        "results_imported" => ("hasil cetak diimpor", "results imported"),
        "result_corrected" => ("hasil dibetulkan", "result corrected"),
        "walk_in_printed" => ("cetak di tempat", "walk-in print"),
        "batch_planned" => ("daftar cetak dibuat", "batch planned"),
        "batch_released" => ("daftar cetak dilepas", "batch released"),
        "batch_reassigned" => ("daftar cetak dipindahkan", "batch reassigned"),
        "left_over" => ("siap tetapi belum kebagian", "ready but left over"),
        "card_handed_over" => ("KTP diserahkan", "card handed over"),
        "expedited" => ("didahulukan", "expedited"),
        "decided_same" => ("diputuskan: orang yang sama", "decided: same person"),
        "decided_different" => ("diputuskan: orang berbeda", "decided: different people"),
        "decided_married" => ("dicatat: sudah menikah", "recorded: married"),
        "decision_withdrawn" => ("keputusan ditarik kembali", "decision taken back"),
        "decisions_applied" => ("lembar keputusan diterapkan", "sheet of decisions applied"),
        "blanks_added" => ("blangko masuk", "blanks added"),
        "blanks_counted" => ("blangko dihitung", "blanks counted"),
        "blanks_damaged" => ("blangko rusak", "blanks damaged"),
        "blanks_returned" => ("blangko dikembalikan", "blanks returned"),
        "citizens_told" => ("warga diberi tahu", "citizens told"),
        "store_restored" => ("penyimpanan dipulihkan", "store restored"),
        "cards_destroyed" => ("KTP dimusnahkan", "cards destroyed"),
        _ => return action,
    };
    lang.pick(id, en)
}

/// Says that a backup was made and verified.
pub fn backup_made(lang: Lang, path: &Path) -> String {
    let path = path.display();
    lang.pick(
        format!("Cadangan dibuat dan diperiksa: {path}"),
        format!("Backup made and verified: {path}"),
    )
}

/// Says that a copy is not what was copied.
pub fn read_back_differs(lang: Lang) -> &'static str {
    lang.pick(
        "isinya tidak sama ketika dibaca kembali",
        "it reads back differently from what was written",
    )
}

/// Says that a backup took the store's place.
pub fn restored(lang: Lang, path: &Path, aside: Option<&Path>) -> String {
    let path = path.display();
    let mut text = lang.pick(
        format!("Penyimpanan dipulihkan dari {path}."),
        format!("The store was restored from {path}."),
    );
    if let Some(aside) = aside {
        let aside = aside.display();
        text += &lang.pick(
            format!(" Yang lama disimpan sebagai {aside}."),
            format!(" The old one was kept as {aside}."),
        );
    }
    text
}

/// Heads what was done after a backup and is lost with the store; `since` is the last that the backup knows.
pub fn lost(lang: Lang, since: &str, count: usize) -> String {
    match count {
        0 => lang.pick(
            format!("Tidak ada yang hilang: sejak {since} tidak ada yang dikerjakan."),
            format!("Nothing is lost: nothing was done after {since}."),
        ),
        count => lang.pick(
            format!("Yang dikerjakan sesudah {since} hilang ({count}); kerjakan lagi:"),
            format!("What was done after {since} is lost ({count}); do it again:"),
        ),
    }
}

/// Says how many more there are than were listed.
pub fn and_more(lang: Lang, count: usize) -> String {
    lang.pick(format!("  ... dan {count} lagi"), format!("  ... and {count} more"))
}

/// Says that the replaced store cannot tell what was done after the backup.
pub fn lost_is_unknown(lang: Lang, since: &str) -> String {
    lang.pick(
        format!("Apa yang dikerjakan sesudah {since} tidak dapat dibaca dari penyimpanan yang lama: kerjakan lagi semuanya sejak itu."),
        format!("What was done after {since} cannot be read from the old store: do everything since then again."),
    )
}

/// Names the batches that were handed out after the backup.
pub fn handed_out_since(lang: Lang, batches: &str) -> String {
    lang.pick(
        format!("Sudah dibagikan sesudah cadangan itu, dan tidak dikenal lagi: {batches}. Tarik lembarnya sebelum mencetak."),
        format!("Handed out after that backup, and not known any more: {batches}. Collect the sheets before anything is printed."),
    )
}

/// Says what to do after a restore.
pub fn after_restoring(lang: Lang) -> &'static str {
    lang.pick(
        "Selanjutnya: cetak check, lalu cetak nightly mengimpor kembali berkas di inbox.",
        "Next: cetak check, then cetak nightly imports the files of the inbox again.",
    )
}

/// Says how many man pages were written.
pub fn man_written(lang: Lang, pages: u32, dir: &Path) -> String {
    let dir = dir.display();
    lang.pick(
        format!("{pages} halaman man ditulis di {dir}"),
        format!("{pages} man pages written to {dir}"),
    )
}
