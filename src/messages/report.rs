//! The words of the page for the head of the office.

use super::Lang;
use super::nightly::long_day;
use super::number::{applications, cards, grouped};
use crate::domain::production::Turnaround;
use chrono::NaiveDate;

/// Titles the page.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Laporan pencetakan KTP-el", "KTP-el printing report")
}

/// Says as of when, and which days are looked at.
pub fn period(lang: Lang, as_of: NaiveDate, time: &str, first: NaiveDate) -> String {
    let (day, first) = (long_day(lang, as_of), long_day(lang, first));
    lang.pick(
        format!("Keadaan {day} pukul {time}. Grafik harian mulai {first}."),
        format!("As of {day}, {time}. Daily figures begin with {first}."),
    )
}

/// The fixed words of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names say where they stand
pub enum Word {
    Open,
    Ready,
    NotReady,
    ShortOpen,
    ShortReady,
    ShortNotReady,
    SpoiledShare,
    BlanksLeft,
    NotCounted,
    Backlog,
    Total,
    Ages,
    AgeDays,
    WhoseMove,
    Categories,
    Count,
    PrintedPerDay,
    PrintedPerOperator,
    Day,
    Printed,
    WalkIns,
    Spoiled,
    NotPrinted,
    SpoiledPercent,
    NoOperator,
    Spoilage,
    Blanks,
    OnHand,
    Added,
    Used,
    Counted,
    Turnaround,
    Time,
    Share,
    Together,
    Districts,
    District,
    Longest,
    Unknown,
    Others,
    OpenBatches,
    Batch,
    Operator,
    Cards,
    Unanswered,
    Forecast,
    Arrivals,
    ReadyAhead,
    Nothing,
}

/// Returns a fixed word.
pub fn word(lang: Lang, word: Word) -> &'static str {
    match lang {
        Lang::Id => word_id(word),
        Lang::En => word_en(word),
    }
}

fn word_id(word: Word) -> &'static str {
    match word {
        Word::Open => "Permohonan terbuka",
        Word::Ready => "Siap cetak atau sedang dicetak",
        Word::NotReady => "Belum dapat dicetak",
        Word::ShortOpen => "Terbuka",
        Word::ShortReady => "Siap",
        Word::ShortNotReady => "Belum",
        Word::SpoiledShare => "Blangko rusak",
        Word::BlanksLeft => "Sisa blangko",
        Word::NotCounted => "belum dihitung",
        Word::Backlog => "Tunggakan dari hari ke hari",
        Word::Total => "Jumlah",
        Word::Ages => "Lama menunggu",
        Word::AgeDays => "Hari",
        Word::WhoseMove => "Giliran siapa",
        Word::Categories => "Kategori",
        Word::Count => "Jumlah",
        Word::PrintedPerDay => "Dicetak per hari",
        Word::PrintedPerOperator => "Dicetak per operator",
        Word::Day => "Tanggal",
        Word::Printed => "Dicetak",
        Word::WalkIns => "Di tempat",
        Word::Spoiled => "Rusak",
        Word::NotPrinted => "Tidak dicetak",
        Word::SpoiledPercent => "Rusak (%)",
        Word::NoOperator => "tanpa nama operator",
        Word::Spoilage => "Blangko rusak per hari",
        Word::Blanks => "Persediaan blangko",
        Word::OnHand => "Sisa",
        Word::Added => "Masuk",
        Word::Used => "Terpakai",
        Word::Counted => "dihitung",
        Word::Turnaround => "Dari siap sampai dicetak",
        Word::Time => "Waktu",
        Word::Share => "Bagian",
        Word::Together => "Sampai di sini",
        Word::Districts => "Kecamatan",
        Word::District => "Kecamatan",
        Word::Longest => "Terlama (hari)",
        Word::Unknown => "tidak diketahui",
        Word::Others => "lainnya",
        Word::OpenBatches => "Daftar cetak yang belum kembali",
        Word::Batch => "Daftar cetak",
        Word::Operator => "Operator",
        Word::Cards => "Keping",
        Word::Unanswered => "Belum ada hasil",
        Word::Forecast => "Perkiraan 30 hari ke depan",
        Word::Arrivals => "Menjadi siap",
        Word::ReadyAhead => "Siap dan belum dicetak, hari demi hari",
        Word::Nothing => "Tidak ada.",
    }
}

fn word_en(word: Word) -> &'static str {
    match word {
        Word::Open => "Open applications",
        Word::Ready => "Ready or being printed",
        Word::NotReady => "Cannot be printed yet",
        Word::ShortOpen => "Open",
        Word::ShortReady => "Ready",
        Word::ShortNotReady => "Not yet",
        Word::SpoiledShare => "Blanks spoiled",
        Word::BlanksLeft => "Blanks left",
        Word::NotCounted => "not counted",
        Word::Backlog => "The backlog day by day",
        Word::Total => "Total",
        Word::Ages => "How long people wait",
        Word::AgeDays => "Days",
        Word::WhoseMove => "Whose move it is",
        Word::Categories => "Category",
        Word::Count => "Count",
        Word::PrintedPerDay => "Printed per day",
        Word::PrintedPerOperator => "Printed per operator",
        Word::Day => "Day",
        Word::Printed => "Printed",
        Word::WalkIns => "At the counter",
        Word::Spoiled => "Spoiled",
        Word::NotPrinted => "Not printed",
        Word::SpoiledPercent => "Spoiled (%)",
        Word::NoOperator => "no operator named",
        Word::Spoilage => "Blanks spoiled per day",
        Word::Blanks => "Blanks on hand",
        Word::OnHand => "On hand",
        Word::Added => "Added",
        Word::Used => "Used",
        Word::Counted => "counted",
        Word::Turnaround => "From ready to printed",
        Word::Time => "Time",
        Word::Share => "Share",
        Word::Together => "Up to here",
        Word::Districts => "Districts",
        Word::District => "District",
        Word::Longest => "Longest (days)",
        Word::Unknown => "not known",
        Word::Others => "others",
        Word::OpenBatches => "Batches that are not back",
        Word::Batch => "Batch",
        Word::Operator => "Operator",
        Word::Cards => "Cards",
        Word::Unanswered => "No result yet",
        Word::Forecast => "The next 30 days",
        Word::Arrivals => "New",
        Word::ReadyAhead => "Ready and not printed, day by day",
        Word::Nothing => "None.",
    }
}

/// Writes a share with one decimal, as the language does: `12,5 %`; `-` where there is no whole.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (u128::from(part) * 2_000 + u128::from(whole)) / (u128::from(whole) * 2);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    format!("{whole}{}{tenth}\u{a0}%", lang.pick(',', '.'))
}

/// Names a bucket of the time from ready to printed.
pub fn turnaround(lang: Lang, bucket: Turnaround) -> String {
    match bucket.hours() {
        Some(1) => lang.pick("sampai 1 jam", "up to 1 hour").to_owned(),
        Some(hours) => lang.pick(format!("sampai {hours} jam"), format!("up to {hours} hours")),
        None => lang.pick("lebih dari 24 jam", "more than 24 hours").to_owned(),
    }
}

/// Says how many wait and for how many of them the office is not the reason.
pub fn backlog_said(lang: Lang, ready: u64, not_ready: u64) -> String {
    let (all, ready, waits) = (
        applications(lang, ready + not_ready),
        grouped(lang, ready),
        grouped(lang, not_ready),
    );
    lang.pick(
        format!(
            "{all} terbuka: {ready} dapat dicetak kantor ini, {waits} masih menunggu warga, pusat, atau keputusan. \
             Hari-hari lalu dihitung dari catatan yang ada sekarang."
        ),
        format!(
            "{all} open: {ready} that this office can print, {waits} that wait for a citizen, the centre or a decision. \
             Earlier days are computed from the facts known now."
        ),
    )
}

/// Says how many wait longer than the office's limit.
pub fn ages_said(lang: Lang, long: u64, limit_days: u32, longest_days: u32) -> String {
    let (long, longest_days) = (applications(lang, long), grouped(lang, longest_days.into()));
    lang.pick(
        format!("{long} menunggu lebih dari {limit_days} hari; yang terlama {longest_days} hari."),
        format!("{long} waiting longer than {limit_days} days; the longest for {longest_days} days."),
    )
}

/// Says how many cards were printed in how many days.
pub fn printed_said(lang: Lang, printed: u64, walk_ins: u64, days: u64) -> String {
    let (printed, walk_ins) = (cards(lang, printed), grouped(lang, walk_ins));
    lang.pick(
        format!("{printed} dicetak pada {days} hari cetak, {walk_ins} di antaranya di tempat."),
        format!("{printed} printed on {days} days of printing, {walk_ins} of them at the counter."),
    )
}

/// Explains the strips of the operators.
pub fn strips_said(lang: Lang) -> &'static str {
    lang.pick(
        "Satu baris untuk setiap operator, dengan skala yang sama; di kanan jumlahnya.",
        "One strip for each operator, all on one scale; the sum stands at the right.",
    )
}

/// Says how many blanks were spoiled.
pub fn spoilage_said(lang: Lang, spoiled: u64, blanks: u64) -> String {
    let share = percent(lang, spoiled, blanks);
    let (spoiled, blanks) = (grouped(lang, spoiled), grouped(lang, blanks));
    lang.pick(
        format!("{spoiled} dari {blanks} blangko yang dipakai rusak ({share})."),
        format!("{spoiled} of {blanks} blanks used were spoiled ({share})."),
    )
}

/// Says how many blanks are left and for how many days of printing they do; `per_day` is the present pace.
pub fn blanks_said(lang: Lang, left: u64, per_day: u64) -> String {
    let blanks = grouped(lang, left);
    match left.checked_div(per_day) {
        Some(days) => {
            let (pace, days) = (grouped(lang, per_day), grouped(lang, days));
            lang.pick(
                format!("Sisa {blanks} blangko; dengan {pace} sehari cukup untuk {days} hari cetak."),
                format!("{blanks} blanks left; at {pace} a day they do for {days} days of printing."),
            )
        }
        None => lang.pick(format!("Sisa {blanks} blangko."), format!("{blanks} blanks left.")),
    }
}

/// Says that blanks are not counted, and how to begin.
pub fn blanks_uncounted(lang: Lang) -> &'static str {
    lang.pick(
        "Blangko belum pernah dihitung. Mulai dengan: cetak blanks count N",
        "Blanks were never counted. Begin with: cetak blanks count N",
    )
}

/// Says how many cards were printed within a day of being ready.
pub fn turnaround_said(lang: Lang, within_day: u64, known: u64) -> String {
    let share = percent(lang, within_day, known);
    let (within, known) = (grouped(lang, within_day), cards(lang, known));
    lang.pick(
        format!("{within} dari {known} selesai dalam 24 jam sejak siap ({share})."),
        format!("{within} of {known} printed within 24 hours of being ready ({share})."),
    )
}

/// Heads the column of those who wait longer than the office's limit.
pub fn longer_than(lang: Lang, limit_days: u32) -> String {
    lang.pick(format!("> {limit_days} hari"), format!("> {limit_days} days"))
}

/// Labels the number of those who wait longer than the office's limit.
pub fn waiting_longer(lang: Lang, limit_days: u32) -> String {
    lang.pick(
        format!("Menunggu lebih dari {limit_days} hari"),
        format!("Waiting longer than {limit_days} days"),
    )
}

/// Labels the number of cards that were printed.
pub fn printed_within(lang: Lang, days: usize) -> String {
    lang.pick(
        format!("Dicetak dalam {days} hari"),
        format!("Printed within {days} days"),
    )
}

/// Says that the page was written.
pub fn written(lang: Lang, path: &str) -> String {
    lang.pick(format!("Laporan ditulis: {path}"), format!("Report written: {path}"))
}

/// Says at the foot what the page is made of.
pub fn foot(lang: Lang) -> &'static str {
    lang.pick(
        "Dihitung oleh cetak dari catatan kantor. Halaman ini tidak memuat NIK, nama, atau nomor telepon warga.",
        "Computed by cetak from the office's facts. No citizen's NIK, name or phone number stands on this page.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        let check = |part, whole, expected: &str| assert_eq!(percent(Lang::Id, part, whole), expected);
        check(0, 0, "-");
        check(1, 3, "33,3\u{a0}%");
        check(2, 3, "66,7\u{a0}%");
        check(1, 2_000, "0,1\u{a0}%");
        check(5, 5, "100,0\u{a0}%");
        assert_eq!(percent(Lang::En, 1, 8), "12.5\u{a0}%");
    }
}
