//! The sentences of `nightly`: a summary that a head of office understands without help.

use super::Lang;
use super::desk::DeskMatter;
use super::number::{cards, counted, grouped};
use crate::domain::record_status::Owner;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// Names a step of the night while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Step<'a> {
    Import(&'a str),
    Reconcile,
    Write,
    Backup,
}

/// Says what the night is doing.
pub fn step(lang: Lang, step: Step) -> String {
    let (id, en) = match step {
        Step::Import(file) => return lang.pick(format!("mengimpor {file}"), format!("importing {file}")),
        Step::Reconcile => (
            "mencocokkan pendaftaran dan antrean, menyusun daftar cetak",
            "reconciling registrations and queue, planning batches",
        ),
        Step::Write => ("menulis berkas", "writing files"),
        Step::Backup => ("membuat cadangan", "making a backup"),
    };
    lang.pick(id, en).to_owned()
}

/// Writes a day in words: `Kamis, 22 Juli 2021`.
pub fn long_day(lang: Lang, day: NaiveDate) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("Senin", "Monday"),
        ("Selasa", "Tuesday"),
        ("Rabu", "Wednesday"),
        ("Kamis", "Thursday"),
        ("Jumat", "Friday"),
        ("Sabtu", "Saturday"),
        ("Minggu", "Sunday"),
    ];
    const MONTHS: [(&str, &str); 12] = [
        ("Januari", "January"),
        ("Februari", "February"),
        ("Maret", "March"),
        ("April", "April"),
        ("Mei", "May"),
        ("Juni", "June"),
        ("Juli", "July"),
        ("Agustus", "August"),
        ("September", "September"),
        ("Oktober", "October"),
        ("November", "November"),
        ("Desember", "December"),
    ];
    let (week_id, week_en) = DAYS[day.weekday().num_days_from_monday() as usize];
    let (month_id, month_en) = MONTHS[day.month0() as usize];
    let (week, month) = lang.pick((week_id, month_id), (week_en, month_en));
    format!("{week}, {} {month} {}", day.day(), day.year())
}

/// Heads the summary.
pub fn title(lang: Lang, office: Option<&str>, at: NaiveDateTime) -> String {
    let day = long_day(lang, at.date());
    let (hour, minute) = (at.hour(), at.minute());
    let office = office.map(|name| format!("{name}: ")).unwrap_or_default();
    lang.pick(
        format!("{office}{day}, pukul {hour:02}.{minute:02}"),
        format!("{office}{day}, {hour:02}:{minute:02}"),
    )
}

/// Heads the five parts.
pub fn headings(lang: Lang) -> [&'static str; 5] {
    lang.pick(
        [
            "BERKAS YANG MASUK",
            "KEADAAN PERMOHONAN",
            "TERTAHAN",
            "DICETAK",
            "PERLU DITANGANI ORANG",
        ],
        [
            "WHAT CAME IN",
            "WHERE APPLICATIONS STAND",
            "STUCK",
            "TO BE PRINTED",
            "NEEDS A PERSON",
        ],
    )
}

/// Names an import for the list of what came in.
pub fn kind(lang: Lang, kind: &str) -> &'static str {
    match kind {
        "links" => lang.pick("pendaftaran", "registrations"),
        "queue" => lang.pick("antrean", "queue"),
        _ => lang.pick("hasil cetak", "results"),
    }
}

/// Says that the inbox held nothing new.
pub fn nothing_new(lang: Lang) -> &'static str {
    lang.pick("inbox kosong", "the inbox is empty")
}

/// Sums up the rows of one file; buckets without rows are left out.
pub fn rows(lang: Lang, rows: u64, buckets: [u64; 6]) -> String {
    let names = lang.pick(
        ["baru", "berubah", "tetap", "ditahan", "ditolak", "keluar dari antrean"],
        ["new", "changed", "unchanged", "held", "rejected", "left the queue"],
    );
    let parts = names.iter().zip(buckets).filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(name, count)| format!("{} {name}", grouped(lang, count)))
        .collect();
    let rows = super::number::counted(lang, rows, "baris", "row", "rows");
    match parts.is_empty() {
        true => rows,
        false => format!("{rows}: {}", parts.join(", ")),
    }
}

/// Says how many wait too long, and for how long the longest.
pub fn stuck(lang: Lang, total: u64, days: u32, longest: Option<u32>) -> String {
    let many = grouped(lang, total);
    match longest {
        None => lang.pick(
            format!("tidak ada yang menunggu lebih dari {days} hari"),
            format!("nobody has waited longer than {days} days"),
        ),
        Some(longest) => lang.pick(
            format!("{many} menunggu lebih dari {days} hari, yang terlama {longest} hari"),
            format!("{many} have waited longer than {days} days, the longest {longest} days"),
        ),
    }
}

/// Says whose move the stuck ones are: `giliran kantor: 12 (periksa identitas 8, ...)`.
pub fn whose_move(lang: Lang, owner: Owner, count: u64, parts: &str) -> String {
    let count = grouped(lang, count);
    let whose = match owner {
        Owner::None => lang.pick("bukan giliran siapa pun".to_owned(), "nobody's move".to_owned()),
        owner => {
            let name = super::terms::owner(lang, owner);
            lang.pick(format!("giliran {name}"), format!("{name}'s move"))
        }
    };
    format!("{whose}: {count} ({parts})")
}

/// Says how much is printed on which day.
pub fn printed_on(lang: Lang, day: NaiveDate, planned: u64, left_over: u64, blanks: Option<u64>) -> String {
    let (day, cards, left) = (long_day(lang, day), cards(lang, planned), grouped(lang, left_over));
    let mut text = lang.pick(
        format!("{day}: {cards}, {left} belum kebagian"),
        format!("{day}: {cards}, {left} left over"),
    );
    if let Some(blanks) = blanks {
        let blanks = grouped(lang, blanks);
        text += &lang.pick(
            format!(", blangko tersedia {blanks}"),
            format!(", {blanks} blanks on hand"),
        );
    }
    text
}

/// Says that nothing needs a person.
pub fn nobody_needed(lang: Lang) -> &'static str {
    lang.pick("tidak ada", "nothing")
}

/// Something that needs a person; `count` and the command that cures it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Attention {
    RefusedFile { file: String, why: String },
    RejectedRows { count: u64, files: Vec<String> },
    HeldRows { count: u64 },
    ResultsWithoutAnswer { count: u64 },
    UnreadableNik { count: u64 },
    CheckIdentity { count: u64 },
    NearMatch { count: u64 },
    UnknownStatus { count: u64 },
    UnansweredCards { count: u64, oldest: String },
    IssuedWhileAssigned { count: u64 },
    BlanksLow { left: u64 },
    AtDesk(DeskMatter),
    EditedFiles { files: Vec<String> },
    NoOperators,
    NobodyPrints { why: String },
    SecondBackup { why: String },
}

impl Attention {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RefusedFile { .. } => "refused_file",
            Self::RejectedRows { .. } => "rejected_rows",
            Self::HeldRows { .. } => "held_rows",
            Self::ResultsWithoutAnswer { .. } => "results_without_answer",
            Self::UnreadableNik { .. } => "unreadable_nik",
            Self::CheckIdentity { .. } => "check_identity",
            Self::NearMatch { .. } => "near_match",
            Self::UnknownStatus { .. } => "unknown_status",
            Self::UnansweredCards { .. } => "unanswered_cards",
            Self::IssuedWhileAssigned { .. } => "issued_while_assigned",
            Self::BlanksLow { .. } => "blanks_low",
            Self::AtDesk(matter) => matter.code(),
            Self::EditedFiles { .. } => "edited_files",
            Self::NoOperators => "no_operators",
            Self::NobodyPrints { .. } => "nobody_prints",
            Self::SecondBackup { .. } => "second_backup",
        }
    }

    /// Returns how many it is about.
    pub fn count(&self) -> u64 {
        match self {
            Self::RefusedFile { .. } | Self::NoOperators | Self::NobodyPrints { .. } | Self::SecondBackup { .. } => 1,
            Self::RejectedRows { count, .. }
            | Self::HeldRows { count }
            | Self::ResultsWithoutAnswer { count }
            | Self::UnreadableNik { count }
            | Self::CheckIdentity { count }
            | Self::NearMatch { count }
            | Self::UnknownStatus { count }
            | Self::UnansweredCards { count, .. }
            | Self::IssuedWhileAssigned { count } => *count,
            Self::BlanksLow { left } => *left,
            Self::AtDesk(matter) => matter.count(),
            Self::EditedFiles { files } => files.len() as u64,
        }
    }

    /// Tells whether it makes the night end with exit code 3.
    pub fn ends_with_three(&self) -> bool {
        matches!(
            self,
            Self::RefusedFile { .. }
                | Self::RejectedRows { .. }
                | Self::HeldRows { .. }
                | Self::ResultsWithoutAnswer { .. }
                | Self::EditedFiles { .. }
                | Self::NoOperators
                | Self::NobodyPrints { .. }
                | Self::SecondBackup { .. }
        )
    }

    /// Says what it is, and the command that cures it.
    pub fn text(&self, lang: Lang) -> (String, String) {
        match lang {
            Lang::En => self.text_en(),
            Lang::Id => self.text_id(),
        }
    }

    fn text_en(&self) -> (String, String) {
        let many = |one: &str, more: &str| counted(Lang::En, self.count(), "", one, more);
        let list = |category: &str| format!("cetak reconcile --category {category}");
        match self {
            Self::RefusedFile { file, why } => (
                format!("{file} was refused: {why}"),
                format!("mend or replace {file}, then run cetak nightly again"),
            ),
            Self::RejectedRows { files, .. } => (
                format!("{} rejected", many("row", "rows")),
                format!("mend {} and import it", files.join(", ")),
            ),
            Self::HeldRows { .. } => (
                format!("{} held, the NIK cannot be trusted", many("new row", "new rows")),
                list("unreadable_nik"),
            ),
            Self::ResultsWithoutAnswer { .. } => (
                format!("{} came back without an answer", many("card", "cards")),
                "fill in the result, import again (see cetak check)".into(),
            ),
            Self::UnreadableNik { .. } => (
                format!("{} without a readable NIK", many("application", "applications")),
                "cetak review; the others: cetak reconcile --category unreadable_nik".into(),
            ),
            Self::CheckIdentity { .. } => (
                format!("{} two names on one NIK", many("time", "times")),
                "cetak review".into(),
            ),
            Self::NearMatch { .. } => (
                format!(
                    "{}, to be decided",
                    many("probable typing error", "probable typing errors")
                ),
                "cetak review".into(),
            ),
            Self::UnknownStatus { .. } => (
                format!("{} with an unknown record status", many("entry", "entries")),
                "say what it means: [status.NAME] in cetak.toml".into(),
            ),
            Self::UnansweredCards { oldest, .. } => (
                format!("{} without a result, the oldest in {oldest}", many("card", "cards")),
                "cetak import results FILE, or cetak batch release BATCH".into(),
            ),
            Self::IssuedWhileAssigned { .. } => (
                format!("{} issued by the queue, no result", many("card", "cards")),
                "cetak check".into(),
            ),
            Self::BlanksLow { .. } => (
                format!("only {} left", many("blank", "blanks")),
                "order blanks; cetak blanks add N".into(),
            ),
            Self::AtDesk(matter) => matter.text(Lang::En),
            Self::EditedFiles { files } => (
                format!("{} filled in, not imported", many("file", "files")),
                format!("cetak import results {}", files.join(" ")),
            ),
            Self::NoOperators => (
                "no operators are set up, nobody prints".into(),
                "add [[operator]] to cetak.toml".into(),
            ),
            Self::NobodyPrints { why } => (
                format!("no batches were planned: {why}"),
                "cetak batch --date DATE".into(),
            ),
            Self::SecondBackup { why } => (
                format!("no second backup: {why}"),
                "connect that disk or make the folder, then run cetak nightly again".into(),
            ),
        }
    }

    fn text_id(&self) -> (String, String) {
        let count = grouped(Lang::Id, self.count());
        let list = |category: &str| format!("cetak reconcile --category {category}");
        match self {
            Self::RefusedFile { file, why } => (
                format!("{file} tidak diterima: {why}"),
                format!("betulkan atau ganti {file}, lalu jalankan lagi cetak nightly"),
            ),
            Self::RejectedRows { files, .. } => (
                format!("{count} baris ditolak"),
                format!("betulkan {} lalu impor", files.join(", ")),
            ),
            Self::HeldRows { .. } => (
                format!("{count} baris baru ditahan, NIK-nya tidak dapat dipercaya"),
                list("unreadable_nik"),
            ),
            Self::ResultsWithoutAnswer { .. } => (
                format!("{count} keping kembali tanpa hasil"),
                "isi kolom result lalu impor lagi berkasnya; cetak check menampilkannya".into(),
            ),
            Self::UnreadableNik { .. } => (
                format!("{count} permohonan tanpa NIK yang terbaca"),
                "cetak review; sisanya: cetak reconcile --category unreadable_nik".into(),
            ),
            Self::CheckIdentity { .. } => (format!("{count} kali dua nama pada satu NIK"), "cetak review".into()),
            Self::NearMatch { .. } => (
                format!("{count} kemungkinan salah ketik, perlu diputuskan"),
                "cetak review".into(),
            ),
            Self::UnknownStatus { .. } => (
                format!("{count} entri dengan status rekaman yang tidak dikenal"),
                "jelaskan artinya: [status.NAMA] di cetak.toml".into(),
            ),
            Self::UnansweredCards { oldest, .. } => (
                format!("{count} keping belum ada hasilnya, yang tertua di {oldest}"),
                "cetak import results BERKAS, atau cetak batch release DAFTAR".into(),
            ),
            Self::IssuedWhileAssigned { .. } => (
                format!("{count} keping tanpa hasil yang menurut antrean sudah terbit"),
                "cetak check".into(),
            ),
            Self::BlanksLow { .. } => (
                format!("blangko tinggal {count}"),
                "pesan blangko; cetak blanks add N".into(),
            ),
            Self::AtDesk(matter) => matter.text(Lang::Id),
            Self::EditedFiles { files } => (
                format!("{count} berkas di outbox diubah dengan tangan dan belum diimpor"),
                format!("cetak import results {}", files.join(" ")),
            ),
            Self::NoOperators => (
                "belum ada operator, tidak ada yang mencetak".into(),
                "tambahkan [[operator]] di cetak.toml".into(),
            ),
            Self::NobodyPrints { why } => (
                format!("daftar cetak tidak dibuat: {why}"),
                "cetak batch --date TANGGAL".into(),
            ),
            Self::SecondBackup { why } => (
                format!("tidak ada cadangan kedua: {why}"),
                "sambungkan cakram itu atau buat foldernya, lalu jalankan lagi cetak nightly".into(),
            ),
        }
    }
}
