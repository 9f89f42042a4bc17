//! The sentences of `check`.

use super::Lang;
use super::number::{cards, grouped};
use crate::domain::invariants::{Finding, Level};

/// Titles the findings.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Pemeriksaan", "Check")
}

/// Returns the stable code of a level.
pub fn level_code(level: Level) -> &'static str {
    match level {
        Level::Broken => "broken",
        Level::Attention => "attention",
        Level::Notice => "notice",
    }
}

/// Names a level.
pub fn level(lang: Lang, level: Level) -> &'static str {
    match level {
        Level::Broken => lang.pick("RUSAK", "BROKEN"),
        Level::Attention => lang.pick("perlu orang", "attention"),
        Level::Notice => lang.pick("catatan", "notice"),
    }
}

/// Says what was found.
pub fn finding(lang: Lang, finding: &Finding) -> String {
    match lang {
        Lang::En => finding_en(finding),
        Lang::Id => finding_id(finding),
    }
}

fn finding_en(finding: &Finding) -> String {
    match finding {
        Finding::StoreDamaged { place, detail } => format!("the store is damaged at {place}: {detail}"),
        Finding::EquationBroken { file, rows, sum } => format!("{file}: {rows} rows, but the buckets add up to {sum}"),
        Finding::OpenTwice(nik) => format!("NIK {} has several open cards", nik.masked()),
        Finding::PrintedTwice(nik) => format!("NIK {} was printed twice on one right", nik.masked()),
        Finding::OverCapacity { batch, cards, capacity } => {
            format!("{batch}: the operator has {cards} cards that day, the capacity is {capacity}")
        }
        Finding::BlanksBelowZero { missing } => {
            format!(
                "{} more blanks were used than the ledger had",
                grouped(Lang::En, *missing)
            )
        }
        Finding::UnknownBatch { batch } => format!("{batch} was handed out, but the store does not know it"),
        Finding::FileMissing { path } => format!("{path} is gone"),
        Finding::FileChanged { path } => format!("{path} is no longer what was written"),
        Finding::EditedFile { path } => format!("{path} was filled in by hand, and its answers were not imported"),
        Finding::Unanswered {
            batch,
            cards: count,
            age_days,
        } => {
            format!(
                "{batch}: {} without an answer, {age_days} days after the date",
                cards(Lang::En, u64::from(*count))
            )
        }
        Finding::IssuedWhileAssigned { batch, nik } => {
            format!(
                "{batch}: the queue shows the card of NIK {} as issued; its result is probably printed",
                nik.masked()
            )
        }
        Finding::CardOfUndecided { batch, nik } => {
            format!(
                "{batch}: the registration behind the card of NIK {} was taken away or is in doubt",
                nik.masked()
            )
        }
        Finding::NoBackup => "there is no backup yet".into(),
    }
}

fn finding_id(finding: &Finding) -> String {
    match finding {
        Finding::StoreDamaged { place, detail } => format!("penyimpanan rusak di {place}: {detail}"),
        Finding::EquationBroken { file, rows, sum } => format!("{file}: {rows} baris, tetapi jumlah rinciannya {sum}"),
        Finding::OpenTwice(nik) => format!("NIK {} punya beberapa keping terbuka", nik.masked()),
        Finding::PrintedTwice(nik) => format!("NIK {} tercetak dua kali atas satu hak", nik.masked()),
        Finding::OverCapacity { batch, cards, capacity } => {
            format!("{batch}: operator mendapat {cards} keping hari itu, kapasitasnya {capacity}")
        }
        Finding::BlanksBelowZero { missing } => {
            format!(
                "terpakai {} blangko lebih banyak daripada yang tercatat",
                grouped(Lang::Id, *missing)
            )
        }
        Finding::UnknownBatch { batch } => format!("{batch} sudah dibagikan, tetapi penyimpanan tidak mengenalnya"),
        Finding::FileMissing { path } => format!("{path} hilang"),
        Finding::FileChanged { path } => format!("{path} tidak lagi seperti yang ditulis"),
        Finding::EditedFile { path } => format!("{path} diisi dengan tangan, dan hasilnya belum diimpor"),
        Finding::Unanswered {
            batch,
            cards: count,
            age_days,
        } => {
            format!(
                "{batch}: {} belum ada hasilnya, {age_days} hari sesudah tanggalnya",
                cards(Lang::Id, u64::from(*count))
            )
        }
        Finding::IssuedWhileAssigned { batch, nik } => {
            format!(
                "{batch}: antrean menyatakan keping NIK {} sudah terbit; hasilnya mungkin printed",
                nik.masked()
            )
        }
        Finding::CardOfUndecided { batch, nik } => {
            format!(
                "{batch}: pendaftaran untuk keping NIK {} ditarik atau diragukan",
                nik.masked()
            )
        }
        Finding::NoBackup => "belum ada cadangan".into(),
    }
}

/// Names the command that cures a finding.
pub fn hint(lang: Lang, finding: &Finding) -> Option<String> {
    let (id, en) = match finding {
        Finding::StoreDamaged { .. } | Finding::EquationBroken { .. } => (
            "pulihkan cadangan terakhir yang baik: cetak restore BERKAS".to_owned(),
            "bring the last good backup back: cetak restore FILE".to_owned(),
        ),
        Finding::BlanksBelowZero { .. } => ("cetak blanks count N".to_owned(), "cetak blanks count N".to_owned()),
        Finding::FileMissing { path } | Finding::FileChanged { path } => {
            let date = path.split('/').nth(1).unwrap_or_default();
            (
                format!("cetak batch --date {date} menulisnya kembali"),
                format!("cetak batch --date {date} writes it again"),
            )
        }
        Finding::EditedFile { path } => (
            format!("cetak import results {path}"),
            format!("cetak import results {path}"),
        ),
        Finding::Unanswered { batch, .. } => (
            format!("cetak import results BERKAS, atau cetak batch release {batch}"),
            format!("cetak import results FILE, or cetak batch release {batch}"),
        ),
        Finding::IssuedWhileAssigned { .. } => (
            "cetak import results BERKAS".to_owned(),
            "cetak import results FILE".to_owned(),
        ),
        Finding::CardOfUndecided { batch, .. } => (
            format!("jangan cetak keping itu: cetak batch release {batch}, atau putuskan dengan cetak decide"),
            format!("do not print that card: cetak batch release {batch}, or decide with cetak decide"),
        ),
        Finding::NoBackup => ("cetak backup".to_owned(), "cetak backup".to_owned()),
        Finding::UnknownBatch { .. } => (
            "pulihkan cadangan yang lebih baru, atau tarik lembarnya".to_owned(),
            "restore a newer backup, or collect the sheets".to_owned(),
        ),
        Finding::OpenTwice(_) | Finding::PrintedTwice(_) | Finding::OverCapacity { .. } => (
            "jangan cetak apa pun dulu; simpan cetak log --format csv dan hubungi pengelola".to_owned(),
            "print nothing for now; keep cetak log --format csv and call whoever keeps the system".to_owned(),
        ),
    };
    Some(lang.pick(id, en))
}

/// Sums the findings up.
pub fn summary(lang: Lang, findings: &[Finding]) -> String {
    let count = |level: Level| findings.iter().filter(|finding| finding.level() == level).count();
    let (broken, attention) = (count(Level::Broken), count(Level::Attention));
    match (broken, attention) {
        (0, 0) => lang
            .pick(
                "Pembukuan seimbang, penyimpanan utuh.",
                "The books balance and the store is sound.",
            )
            .to_owned(),
        (0, some) => lang.pick(
            format!("Pembukuan seimbang; {some} hal perlu diperiksa orang."),
            format!("The books balance; {} a person.", some_need(some)),
        ),
        (broken, _) => lang.pick(
            format!("{broken} hal rusak: jangan cetak sebelum diperiksa."),
            format!("{broken} found broken: print nothing before a person has looked."),
        ),
    }
}

fn some_need(count: usize) -> String {
    match count {
        1 => "1 thing needs".to_owned(),
        many => format!("{many} things need"),
    }
}
