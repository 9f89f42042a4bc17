//! The sentences of the counter: hand-overs and walk-in prints.

use super::Lang;
use super::nightly::long_day;
use super::number::{cards, grouped};
use super::terms;
use crate::domain::handover::HandoverFault;
use crate::domain::moment::Zone;
use crate::domain::results::ResultFault;

/// What fails at the counter. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the texts below say what each is
pub enum CounterFailure {
    NobodyFound { searched: String },
    HandoverRefused { masked: String, why: String },
    PrintRefused { masked: String, why: String },
    SomeRefused { refused: u64, given: u64 },
}

impl CounterFailure {
    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        let (id, en) = match self {
            Self::NobodyFound { searched } => (
                format!("tidak ada yang ditemukan untuk {searched}"),
                format!("nobody is found for {searched}"),
            ),
            Self::HandoverRefused { masked, why } => (
                format!("KTP dengan NIK {masked} tidak diserahkan: {why}; tidak ada yang diubah"),
                format!("NIK {masked} is not handed over: {why}; nothing was changed"),
            ),
            Self::PrintRefused { masked, why } => (
                format!("cetak NIK {masked} ditolak: {why}; tidak ada yang diubah"),
                format!("the print of NIK {masked} is refused: {why}; nothing was changed"),
            ),
            Self::SomeRefused { refused, given } => (
                format!("{refused} dari {given} ditolak; tidak ada yang diubah"),
                format!("{refused} of {given} refused; nothing was changed"),
            ),
        };
        lang.pick(id, en)
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let Self::NobodyFound { .. } = self else { return None };
        let hint = lang.pick(
            "periksa angkanya atau coba bagian nama; yang belum ada di sistem harus mengisi tautan pendaftaran dahulu",
            "check the digits or try a part of the name; who is not in the system fills in the registration link first",
        );
        Some(hint.to_owned())
    }
}

/// Says why a card is not handed over.
pub fn handover_fault(lang: Lang, fault: &HandoverFault, zone: Zone) -> String {
    match fault {
        HandoverFault::Unknown => lang
            .pick("NIK ini tidak dikenal di sini", "nothing is known of this NIK")
            .to_owned(),
        HandoverFault::NotPrinted { category, .. } => {
            let category = terms::category(lang, *category);
            lang.pick(
                format!("KTP-nya belum dicetak di sini ({category})"),
                format!("its card was not printed here ({category})"),
            )
        }
        HandoverFault::NoResult { batch } => lang.pick(
            format!("hasil daftar cetak {batch} belum dimasukkan"),
            format!("the result of batch {batch} is not in yet"),
        ),
        HandoverFault::Collected { at, collector } => {
            let day = long_day(lang, at.day(zone));
            match collector {
                Some(collector) => lang.pick(
                    format!("sudah diserahkan pada {day} kepada {collector}"),
                    format!("handed over on {day} to {collector}"),
                ),
                None => lang.pick(format!("sudah diserahkan pada {day}"), format!("handed over on {day}")),
            }
        }
        HandoverFault::PrintedLater { at } => {
            let at = at.iso(zone);
            lang.pick(
                format!("tercatat dicetak pada {at}, sesudah saat penyerahan ini"),
                format!("its print is recorded for {at}, after this hand-over"),
            )
        }
    }
}

/// Says why a walk-in print is refused.
pub fn walk_in_fault(lang: Lang, fault: &ResultFault) -> String {
    match fault {
        ResultFault::OpenElsewhere(batch) => lang.pick(
            format!("kepingnya ada di daftar cetak {batch} yang belum ada hasilnya; masukkan hasilnya di sana"),
            format!("its card is in batch {batch}, which has no result for it yet; give the result there"),
        ),
        ResultFault::AlreadyPrinted => lang
            .pick(
                "KTP-nya sudah dicetak dan tidak ada permohonan yang lebih baru",
                "its card was printed already, and nothing newer has followed",
            )
            .to_owned(),
        other => super::intake::reject_reason(lang, other.code()).to_owned(),
    }
}

/// Says how many cards were handed over.
pub fn handed_over(lang: Lang, count: u64, refused: u64) -> String {
    let count = cards(lang, count);
    let mut text = lang.pick(format!("{count} diserahkan."), format!("{count} handed over."));
    if refused > 0 {
        let refused = cards(lang, refused);
        text += &lang.pick(format!(" {refused} ditolak."), format!(" {refused} refused."));
    }
    text
}

/// Says that a walk-in print was recorded.
pub fn printed(lang: Lang, nik: &str, name: &str, operator: &str) -> String {
    let name = if name.is_empty() {
        String::new()
    } else {
        format!(" {name}")
    };
    lang.pick(
        format!("{nik}{name}: cetak di tempat oleh {operator} dicatat; daftar cetak tidak akan mencetaknya lagi."),
        format!("{nik}{name}: printed at the counter by {operator}, recorded; no batch prints it again."),
    )
}

/// Says how many blanks are left.
pub fn blanks_left(lang: Lang, left: u64) -> String {
    let left = grouped(lang, left);
    lang.pick(format!("Sisa blangko: {left}."), format!("Blanks left: {left}."))
}

/// Warns that a card was printed whose application was not ready.
pub fn printed_though(lang: Lang, nik: &str, category: &str) -> String {
    lang.pick(
        format!("{nik} dicetak walaupun permohonannya belum siap ({category})"),
        format!("{nik} was printed though its application was not ready ({category})"),
    )
}

/// Warns that a card was printed of which nothing is known; `near` are known numbers a slip away.
pub fn printed_unknown(lang: Lang, nik: &str, near: &[String]) -> String {
    let mut text = lang.pick(
        format!("{nik} tidak dikenal di pendaftaran maupun antrean; periksa angkanya"),
        format!("{nik} is neither registered nor in the queue; check its digits"),
    );
    if !near.is_empty() {
        let near = near.join(", ");
        text += &lang.pick(
            format!(" (yang dikenal dan mirip: {near})"),
            format!(" (known and alike: {near})"),
        );
    }
    text
}

/// Titles the outcome of a hand-over.
pub fn handover_title(lang: Lang) -> &'static str {
    lang.pick("Penyerahan KTP", "Cards handed over")
}

/// Names the outcome of one line.
pub fn handover_outcome(lang: Lang, code: &str) -> &'static str {
    match code {
        "handed_over" => lang.pick("diserahkan", "handed over"),
        _ => lang.pick("ditolak", "refused"),
    }
}

/// Says why a line of a file is no NIK.
pub fn no_nik(lang: Lang) -> &'static str {
    lang.pick("bukan NIK 16 angka", "no NIK of 16 digits")
}

/// Titles the receipt lists.
pub fn receipts_title(lang: Lang) -> &'static str {
    lang.pick("Daftar tanda terima KTP-el", "Receipt list of cards")
}

/// Heads the receipt list of one village.
pub fn receipts_of(lang: Lang, district: &str, village: &str, count: u64) -> String {
    let count = cards(lang, count);
    lang.pick(
        format!("Kecamatan {district}, Kelurahan {village}: {count}"),
        format!("District {district}, village {village}: {count}"),
    )
}

/// Heads the columns that are filled in by hand: who took it, how related, when, and the signature.
pub fn receipt_columns(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["Penerima", "Hubungan", "Tanggal", "Tanda tangan"],
        ["Received by", "Relation", "Date", "Signature"],
    )
}

/// The lines for those who sign below a receipt list.
pub fn receipt_foot(lang: Lang) -> [&'static str; 2] {
    lang.pick(
        ["Petugas loket", "Mengetahui, ketua RT/lurah"],
        ["Counter clerk", "Seen by the head of the neighbourhood"],
    )
}
