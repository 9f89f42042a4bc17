//! The sentences of destruction: what is due, and the record that is signed (berita acara).

use super::Lang;
use super::nightly::long_day;
use super::number::{cards, grouped};
use crate::domain::destruction::{DeadCard, Destruction};
use chrono::NaiveDate;

/// What fails with destruction. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the texts below say what each is
pub enum DestroyFailure {
    NothingDue { day: NaiveDate },
    NoWitness,
    NoPlace,
    Future { day: NaiveDate, today: NaiveDate },
    NoRecord { number: u32 },
}

impl DestroyFailure {
    /// Tells whether the command was used wrongly (exit code 2), rather than refused (1).
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::NoWitness | Self::NoPlace | Self::Future { .. })
    }

    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        let (id, en) = match self {
            Self::NothingDue { day } => (
                format!("tidak ada KTP yang harus dimusnahkan sampai {day}; tidak ada yang dicatat"),
                format!("no card is to be destroyed up to {day}; nothing was recorded"),
            ),
            Self::NoWitness => ("saksi belum disebut".into(), "no witness is named".into()),
            Self::NoPlace => ("tempat belum disebut".into(), "no place is named".into()),
            Self::Future { day, today } => (
                format!("{day} belum tiba (hari ini {today}); tidak ada yang dicatat"),
                format!("{day} is still to come (today is {today}); nothing was recorded"),
            ),
            Self::NoRecord { number } => (
                format!("tidak ada berita acara nomor {number}"),
                format!("no record of destruction has the number {number}"),
            ),
        };
        lang.pick(id, en)
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (id, en) = match self {
            Self::NothingDue { .. } => (
                "cetak destroy list menampilkan yang menunggu",
                "cetak destroy list shows what is due",
            ),
            Self::NoWitness => ("tambahkan --witness NAMA", "add --witness NAME"),
            Self::NoPlace => ("tambahkan --place TEMPAT", "add --place TEXT"),
            Self::NoRecord { .. } => (
                "cetak log menyebut nomor setiap berita acara",
                "cetak log has the number of each record",
            ),
            Self::Future { .. } => return None,
        };
        Some(lang.pick(id, en).to_owned())
    }
}

/// Names why a card is destroyed.
pub fn what(lang: Lang, what: &DeadCard) -> &'static str {
    match what {
        DeadCard::Spoiled { .. } => lang.pick("rusak saat dicetak", "spoiled"),
        DeadCard::Surrendered => lang.pick("KTP lama yang diserahkan", "old card surrendered"),
    }
}

/// Titles the list of what is due.
pub fn due_title(lang: Lang) -> &'static str {
    lang.pick("KTP yang harus dimusnahkan", "Cards to be destroyed")
}

/// Sums up what is due.
pub fn due(lang: Lang, count: u64) -> String {
    let count = cards(lang, count);
    lang.pick(
        format!("{count} menunggu pemusnahan."),
        format!("{count} to be destroyed."),
    )
}

/// Says that a destruction was recorded.
pub fn recorded(lang: Lang, destruction: &Destruction) -> String {
    let (count, number) = (cards(lang, destruction.cards.len() as u64), destruction.number);
    let day = long_day(lang, destruction.destroyed_on);
    lang.pick(
        format!("Berita acara nomor {number}: {count} dimusnahkan pada {day}."),
        format!("Record {number}: {count} destroyed on {day}."),
    )
}

/// Says where the record was written.
pub fn written(lang: Lang, path: &str) -> String {
    lang.pick(format!("Ditulis: {path}"), format!("Written: {path}"))
}

/// Titles the record.
pub fn record_title(lang: Lang) -> &'static str {
    lang.pick("Berita Acara Pemusnahan KTP-el", "Record of cards destroyed")
}

/// The number of the record, with room for the office's own.
pub fn record_number(lang: Lang, number: u32) -> String {
    lang.pick(
        format!("Nomor: ........................ (catatan cetak nomor {number})"),
        format!("Number: ........................ (record {number} of cetak)"),
    )
}

/// What was done, in the words of a record.
pub fn record_body(lang: Lang, destruction: &Destruction, office: Option<&str>) -> String {
    let day = long_day(lang, destruction.destroyed_on);
    let place = &destruction.place;
    let (spoiled, surrendered) = destruction.parts();
    let (spoiled, surrendered) = (grouped(lang, spoiled), grouped(lang, surrendered));
    let all = cards(lang, destruction.cards.len() as u64);
    let office = office.map(|office| lang.pick(format!(" oleh {office}"), format!(" by {office}")));
    let office = office.unwrap_or_default();
    lang.pick(
        format!(
            "Pada hari ini, {day}, bertempat di {place}, telah dilakukan pemusnahan {all} KTP-el{office} dengan cara dibakar, sesuai Surat Edaran Mendagri Nomor 470.13/11176/SJ tanggal 13 Desember 2018, disaksikan oleh para saksi yang bertanda tangan di bawah ini. Yang dimusnahkan terdiri atas {spoiled} keping rusak saat dicetak dan {surrendered} keping KTP lama yang diserahkan kembali, menurut daftar berikut."
        ),
        format!(
            "On {day}, in {place}, {all} were destroyed by burning{office}, as circular 470.13/11176/SJ of the Minister of Home Affairs (13 December 2018) asks, before the witnesses who sign below: {spoiled} spoiled in printing and {surrendered} old cards that were surrendered, as listed here."
        ),
    )
}

/// What closes the record.
pub fn record_end(lang: Lang) -> &'static str {
    lang.pick(
        "Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.",
        "This record was made truthfully, to be used as it ought to be.",
    )
}

/// The lines for those who sign: who did it, and who answers for it.
pub fn signers(lang: Lang) -> [&'static str; 2] {
    lang.pick(
        ["Yang memusnahkan", "Mengetahui, kepala dinas"],
        ["Destroyed by", "Seen by the head of the office"],
    )
}

/// The line of one witness.
pub fn witness(lang: Lang, number: usize, name: &str) -> String {
    lang.pick(format!("Saksi {number}: {name}"), format!("Witness {number}: {name}"))
}

/// Names the file of a record.
pub fn file_name(lang: Lang, number: u32) -> String {
    lang.pick(format!("berita-acara-{number}"), format!("destruction-{number}"))
}
