//! The sentences of notices: what citizens are told, and what the clerk is told of it.

use super::Lang;
use super::number::{counted, grouped};
use crate::domain::notices::{NoticeKind, PhoneFault};

/// What is wrong with how `notify` was asked. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NotifyFailure {
    /// A table masks the numbers, so nobody could be told with it.
    TableTellsNobody,
}

impl NotifyFailure {
    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        lang.pick(
            "tabel menyamarkan nomor telepon, jadi tidak ada yang dapat diberi tahu dengannya; tidak ada yang dicatat",
            "a table masks the phone numbers, so nobody can be told with it; nothing was recorded",
        )
        .to_owned()
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> String {
        lang.pick(
            "untuk melihat saja tambahkan --dry-run; untuk mengirim pakai csv, xlsx, atau json",
            "to look only, add --dry-run; to send, take csv, xlsx or json",
        )
        .to_owned()
    }
}

/// The text where the office has none of its own. Citizens are spoken to in the office's language.
pub fn default_text(lang: Lang, kind: NoticeKind) -> &'static str {
    let (id, en) = match kind {
        NoticeKind::Collect => (
            "Yth. {name}, KTP-el Anda sudah selesai dicetak dan dapat diambil di {office}. Bawa kartu keluarga dan KTP lama bila ada.",
            "Dear {name}, your KTP-el is printed and can be collected at {office}. Please bring your family card, and the old card if you have it.",
        ),
        NoticeKind::Register => (
            "Yth. {name}, data KTP-el Anda siap dicetak, tetapi formulir pendaftaran belum diisi. Isi tautan pendaftaran {office} agar KTP dapat dicetak.",
            "Dear {name}, your KTP-el is ready to be printed, but the registration form is not filled in yet. Please fill in the registration link of {office}.",
        ),
        NoticeKind::Record => (
            "Yth. {name}, Anda belum melakukan perekaman KTP-el. Datanglah ke {office} dengan membawa kartu keluarga.",
            "Dear {name}, you have not been recorded for the KTP-el yet. Please come to {office} and bring your family card.",
        ),
    };
    lang.pick(id, en)
}

/// What the office is called in a text where its name is not set.
pub fn office(lang: Lang) -> &'static str {
    lang.pick("kantor Disdukcapil", "the civil registration office")
}

/// Names what a citizen is asked to do.
pub fn kind(lang: Lang, kind: NoticeKind) -> &'static str {
    let (id, en) = match kind {
        NoticeKind::Collect => ("ambil KTP", "collect"),
        NoticeKind::Register => ("isi tautan", "fill in the link"),
        NoticeKind::Record => ("rekam", "come to record"),
    };
    lang.pick(id, en)
}

/// Says why somebody cannot be told.
pub fn phone_fault(lang: Lang, fault: PhoneFault) -> &'static str {
    match fault {
        PhoneFault::Missing => lang.pick("tidak ada nomor HP", "no phone number"),
        PhoneFault::NotMobile => lang.pick("bukan nomor HP Indonesia", "no Indonesian mobile number"),
    }
}

/// Titles the notices.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Pemberitahuan kepada warga", "Notices to citizens")
}

/// What became of the notices.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// How many are told.
    pub told: u64,
    /// How many have no number.
    pub no_phone: u64,
    /// How many have one that is no Indonesian mobile number.
    pub not_mobile: u64,
    /// How many are left for another run.
    pub left_over: u64,
    /// The number of the run; none where nothing is recorded.
    pub run: Option<u32>,
}

/// Sums up a run.
pub fn sum(lang: Lang, sum: Sum) -> String {
    let people = |count| counted(lang, count, "warga", "citizen", "citizens");
    let told = people(sum.told);
    let mut text = match sum.run {
        Some(run) => lang.pick(
            format!("{told} dalam pemberitahuan nomor {run}."),
            format!("{told} told, in run {run}."),
        ),
        None => lang.pick(format!("{told} akan diberi tahu."), format!("{told} to be told.")),
    };
    if sum.not_mobile > 0 {
        let count = people(sum.not_mobile);
        text += &lang.pick(
            format!(" {count} dengan nomor yang bukan nomor HP."),
            format!(" {count} with a number that is no mobile number."),
        );
    }
    if sum.no_phone > 0 {
        let count = people(sum.no_phone);
        text += &lang.pick(
            format!(" {count} tanpa nomor telepon."),
            format!(" {count} without a phone number."),
        );
    }
    if sum.left_over > 0 {
        let count = people(sum.left_over);
        text += &lang.pick(
            format!(" {count} menunggu pemberitahuan berikutnya."),
            format!(" {count} left for another run."),
        );
    }
    text
}

/// Says who cannot be told, with a masked number.
pub fn not_sent(lang: Lang, nik: &str, name: &str, phone: Option<&str>, fault: PhoneFault) -> String {
    let why = phone_fault(lang, fault);
    let phone = phone.map(|phone| format!(" ({phone})")).unwrap_or_default();
    lang.pick(
        format!("tidak dikirim: {nik} {name}: {why}{phone}"),
        format!("not sent: {nik} {name}: {why}{phone}"),
    )
}

/// Says that more cannot be told than were listed.
pub fn more_not_sent(lang: Lang, count: u64) -> String {
    let count = grouped(lang, count);
    lang.pick(
        format!("... dan {count} lagi; semuanya ada di --format json"),
        format!("... and {count} more; --format json has them all"),
    )
}
