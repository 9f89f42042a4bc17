//! What a clerk reads out to somebody who asks for a card: where, whose move, since when, what next, when.

use super::Lang;
use super::nightly::long_day;
use super::number::{cards, counted, grouped};
use super::terms;
use crate::domain::answer::{Assumption, Expectation, Happened, Opening};
use crate::domain::application::{Application, Category};
use crate::domain::dossier::Handover;
use crate::domain::forecast::Shortage;
use crate::domain::moment::{Moment, Zone};
use crate::domain::record_status::Owner;
use chrono::Timelike;

/// An application as it is told, and what goes with it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The application.
    pub application: &'a Application,
    /// The moment from which the wait is counted.
    pub since: Moment,
    /// Days from then.
    pub days_waiting: u32,
    /// When the card can be expected.
    pub expectation: &'a Expectation,
    /// The newest hand-over, where there was one.
    pub handover: Option<&'a Handover>,
    /// The office's zone.
    pub zone: Zone,
}

/// Answers in sentences, in the order in which they are asked for.
pub fn sentences(lang: Lang, told: Told<'_>) -> Vec<String> {
    let application = told.application;
    let mut said = vec![place(lang, told), owner(lang, application.owner).to_owned()];
    said.extend(since(lang, told));
    let action = terms::action(lang, application, |moment| moment.day(told.zone));
    if !action.is_empty() {
        said.push(lang.pick(format!("Langkah berikutnya: {action}."), format!("Next: {action}.")));
    }
    if !application.explanation.is_empty() {
        let why = terms::explanation(lang, &application.explanation);
        said.push(lang.pick(format!("Keterangan: {why}."), format!("Remarks: {why}.")));
    }
    said.extend(expectation(lang, told.expectation));
    said
}

fn place(lang: Lang, told: Told<'_>) -> String {
    let application = told.application;
    let batch = application.batch.as_deref().unwrap_or("-");
    let status = application.status.as_ref().map_or("-", |status| status.canonical());
    let day = |moment: Option<Moment>| moment.map_or_else(String::new, |moment| long_day(lang, moment.day(told.zone)));
    let printed = day(application.printed_at);
    let (id, en) = match application.category {
        Category::NotRegistered if application.waits_for_decision() => (
            "Datanya siap cetak; tautan belum diisi dengan NIK ini, tetapi ada pendaftaran yang sangat mirip.".to_owned(),
            "The record is ready to be printed; nobody registered with this very NIK, but a very similar registration is \
             there."
                .to_owned(),
        ),
        Category::Assigned => (
            format!("KTP ini sedang dicetak, dalam daftar cetak {batch}; hasilnya belum masuk."),
            format!("The card is being printed, in batch {batch}; its result is not in yet."),
        ),
        Category::Collected => return collected(lang, told),
        Category::Printed => (
            format!("KTP ini sudah dicetak pada {printed} dan menunggu diambil di kantor."),
            format!("The card was printed on {printed} and waits at the office."),
        ),
        Category::UnreadableNik => (
            "Pendaftarannya sudah masuk, tetapi NIK-nya tidak dapat dipercaya.".to_owned(),
            "The registration has arrived, but its NIK cannot be trusted.".to_owned(),
        ),
        Category::CheckIdentity => (
            "NIK-nya ada di antrean cetak, tetapi dengan nama orang lain; kantor harus memeriksanya.".to_owned(),
            "The NIK is in the print queue, but under another person's name; the office must look at it.".to_owned(),
        ),
        Category::AlreadyIssued => (
            format!("Menurut antrean cetak KTP ini sudah terbit (status {status})."),
            format!("By the print queue the card was issued already (status {status})."),
        ),
        Category::Blocked => (
            format!("Permohonan ini ada di antrean cetak, tetapi belum dapat dicetak (status {status})."),
            format!("The application is in the print queue, but cannot be printed yet (status {status})."),
        ),
        Category::Ready => (
            "Permohonan ini lengkap dan menunggu giliran cetak.".to_owned(),
            "The application is complete and waits for its turn to be printed.".to_owned(),
        ),
        Category::NotRegistered => (
            "Datanya siap cetak, tetapi tautan pendaftaran belum diisi.".to_owned(),
            "The record is ready to be printed, but nobody has filled in the registration link.".to_owned(),
        ),
        Category::NearMatch => (
            "Pendaftarannya sudah masuk; NIK itu tidak ada di antrean cetak, tetapi ada entri yang sangat mirip."
                .to_owned(),
            "The registration has arrived; its NIK is not in the print queue, but a very similar entry is.".to_owned(),
        ),
        Category::NotInQueue => (
            "Pendaftarannya sudah masuk, tetapi NIK itu tidak ada di antrean cetak.".to_owned(),
            "The registration has arrived, but the NIK is not in the print queue.".to_owned(),
        ),
    };
    lang.pick(id, en)
}

fn collected(lang: Lang, told: Told<'_>) -> String {
    let Some(handover) = told.handover else {
        return lang
            .pick("KTP ini sudah diserahkan.", "The card was handed over.")
            .to_owned();
    };
    let day = long_day(lang, handover.handed_at.day(told.zone));
    let whom = match (&handover.collector, &handover.relation) {
        (Some(name), Some(relation)) => {
            lang.pick(format!("kepada {name} ({relation})"), format!("to {name} ({relation})"))
        }
        (Some(name), None) => lang.pick(format!("kepada {name}"), format!("to {name}")),
        (None, _) => lang.pick("kepada pemiliknya", "to its owner").to_owned(),
    };
    lang.pick(
        format!("KTP ini sudah diserahkan pada {day} {whom}."),
        format!("The card was handed over on {day} {whom}."),
    )
}

fn owner(lang: Lang, owner: Owner) -> &'static str {
    match owner {
        Owner::Citizen => lang.pick("Sekarang giliran warga.", "It is the citizen's move."),
        Owner::Office => lang.pick("Sekarang giliran kantor.", "It is the office's move."),
        Owner::Centre => lang.pick("Sekarang giliran pusat.", "It is the centre's move."),
        Owner::None => lang.pick("Tidak ada yang ditunggu dari siapa pun.", "Nobody has a move to make."),
    }
}

fn since(lang: Lang, told: Told<'_>) -> Option<String> {
    if told.application.category == Category::Collected {
        return None;
    }
    let day = long_day(lang, told.since.day(told.zone));
    let days = counted(lang, told.days_waiting.into(), "hari", "day", "days");
    Some(match told.application.category {
        Category::Printed => lang.pick(
            format!("Menunggu diambil sejak {day} ({days})."),
            format!("It has waited to be collected since {day} ({days})."),
        ),
        _ => lang.pick(
            format!("Menunggu sejak {day} ({days})."),
            format!("Waiting since {day} ({days})."),
        ),
    })
}

fn expectation(lang: Lang, expectation: &Expectation) -> Option<String> {
    let text = match expectation {
        Expectation::Here => lang
            .pick("KTP dapat diambil sekarang.", "The card can be collected now.")
            .to_owned(),
        Expectation::Nothing => return None,
        Expectation::Never => lang
            .pick(
                "Tidak akan ada KTP dari kantor ini.",
                "There will be no card from this office.",
            )
            .to_owned(),
        Expectation::Between { from, to, assumption } => {
            let (first, last) = (long_day(lang, *from), long_day(lang, *to));
            let when = match from == to {
                true => lang.pick(
                    format!("KTP diperkirakan dapat diambil {first}"),
                    format!("The card can be expected on {first}"),
                ),
                false => lang.pick(
                    format!("KTP diperkirakan dapat diambil antara {first} dan {last}"),
                    format!("The card can be expected between {first} and {last}"),
                ),
            };
            format!("{when}, {}.", self::assumption(lang, *assumption))
        }
        Expectation::NotBefore { from, shortage } => {
            let (first, why) = (long_day(lang, *from), self::shortage(lang, *shortage));
            lang.pick(
                format!("KTP diperkirakan paling cepat {first}; paling lambatnya belum dapat dikatakan: {why}."),
                format!("The card can be expected on {first} at the earliest; at the latest cannot be said: {why}."),
            )
        }
        Expectation::After {
            opening,
            least_days,
            most_days,
        } => after(lang, *opening, u64::from(*least_days), u64::from(*most_days)),
        Expectation::OfAge(day) => {
            let day = long_day(lang, *day);
            lang.pick(
                format!("KTP baru dapat dicetak mulai {day}."),
                format!("The card can be printed from {day} on."),
            )
        }
        Expectation::Unknown(shortage) => {
            let why = self::shortage(lang, *shortage);
            lang.pick(
                format!("Kapan KTP jadi belum dapat dikatakan: {why}."),
                format!("When the card can be expected cannot be said: {why}."),
            )
        }
    };
    Some(text)
}

fn after(lang: Lang, opening: Opening, least_days: u64, most_days: u64) -> String {
    let days = match least_days == most_days {
        true => grouped(lang, most_days),
        false => range(lang, least_days, &grouped(lang, most_days)),
    };
    let opening = match opening {
        Opening::NextStep => lang.pick("Sesudah langkah itu", "After that step"),
        Opening::ReadyRecord => lang.pick("Sesudah datanya siap cetak", "Once the record is ready to be printed"),
    };
    lang.pick(
        format!("{opening}, KTP diperkirakan dapat diambil dalam {days} hari kerja."),
        format!("{opening}, the card can be expected within {days} working days."),
    )
}

fn range(lang: Lang, least: u64, most: &str) -> String {
    format!("{} {} {most}", grouped(lang, least), lang.pick("sampai", "to"))
}

fn assumption(lang: Lang, assumption: Assumption) -> String {
    match assumption {
        Assumption::BatchIsPrinted => lang
            .pick(
                "bila daftar cetaknya dikerjakan pada harinya",
                "if its batch is printed on its day",
            )
            .to_owned(),
        Assumption::PaceHolds(ahead) => {
            let many = match (ahead.least, ahead.most) {
                (_, 0) => lang.pick("tidak ada yang", "no cards").to_owned(),
                (least, most) if least == most => cards(lang, most),
                (least, most) => range(lang, least, &cards(lang, most)),
            };
            lang.pick(
                format!("bila operator mencetak seperti direncanakan ({many} lebih dahulu)"),
                format!("if the operators print as planned ({many} go before)"),
            )
        }
    }
}

pub(super) fn shortage(lang: Lang, shortage: Shortage) -> &'static str {
    match shortage {
        Shortage::Operators => lang.pick("operator yang ada belum cukup", "there are not enough operators"),
        Shortage::Blanks => lang.pick("persediaan blangko tidak cukup", "the blanks do not suffice"),
        Shortage::Calendar => lang.pick("kalender belum mencakup hari itu", "the calendar does not reach so far"),
        Shortage::NoPlanYet => lang.pick(
            "belum pernah ada rencana cetak yang menunjukkan kecepatannya",
            "no plan has shown the pace yet",
        ),
    }
}

/// Heads an answer: the name, the number as it may be shown, and the place.
pub fn heading(application: &Application, shown: &str) -> String {
    let place = [application.district.as_deref(), application.village.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let mut text = format!("{}, NIK {shown}", application.name);
    if !place.is_empty() {
        text += &format!(", {}", place.join(", "));
    }
    text
}

/// Heads the history.
pub fn history_heading(lang: Lang) -> &'static str {
    lang.pick("Riwayat:", "History:")
}

/// Writes a moment of the history.
pub fn history_moment(lang: Lang, at: Moment, zone: Zone) -> String {
    let local = at.local(zone);
    let day = local.date();
    let point = lang.pick('.', ':');
    format!("{day} {:02}{point}{:02}", local.hour(), local.minute())
}

/// Says what happened.
pub fn happened(lang: Lang, what: &Happened) -> String {
    let with = |id: &str, en: &str, detail: &Option<String>| {
        let text = lang.pick(id, en);
        detail
            .as_ref()
            .map_or_else(|| text.to_owned(), |detail| format!("{text} ({detail})"))
    };
    let (id, en) = match what {
        Happened::Registered(reason) => return with("mendaftar lewat tautan", "registered by the link", reason),
        Happened::Reached(status) => (
            format!("status antrean {}", status.canonical()),
            format!("queue status {}", status.canonical()),
        ),
        Happened::LeftQueue => ("keluar dari antrean".to_owned(), "left the queue".to_owned()),
        Happened::Expedited(reason) => return with("didahulukan", "expedited", &Some(reason.clone())),
        Happened::Planned(batch) => (
            format!("masuk daftar cetak {batch}"),
            format!("planned in batch {batch}"),
        ),
        Happened::Withdrawn(batch) => (
            format!("dikeluarkan dari daftar cetak {batch}"),
            format!("taken out of batch {batch}"),
        ),
        Happened::Spoiled(batch) => (
            format!("blangko rusak saat dicetak ({batch})"),
            format!("blank spoiled ({batch})"),
        ),
        Happened::NotPrinted(batch) => (
            format!("tidak jadi dicetak ({batch})"),
            format!("not printed ({batch})"),
        ),
        Happened::Printed(batch) => (format!("dicetak ({batch})"), format!("printed ({batch})")),
        Happened::PrintedAtCounter(by) => return with("dicetak di tempat", "printed at the counter", by),
        Happened::HandedOver(collector, relation) => {
            let both: Vec<&str> = [collector, relation]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let detail = (!both.is_empty()).then(|| both.join(", "));
            return with("diserahkan", "handed over", &detail);
        }
        Happened::OldCardSurrendered => (
            "KTP lama diserahkan kembali".to_owned(),
            "old card surrendered".to_owned(),
        ),
    };
    lang.pick(id, en)
}

/// Titles the list of people who were asked for by their NIKs, `shown` of them.
pub fn asked_for(lang: Lang, found: u64, shown: u64) -> String {
    let people = counted(lang, found, "permohonan", "application", "applications");
    match found > shown {
        true => {
            let shown = grouped(lang, shown);
            lang.pick(
                format!("{people}; {shown} pertama ditampilkan"),
                format!("{people}; the first {shown} are shown"),
            )
        }
        false => people,
    }
}

/// Names those who were asked for beside others, and of whom nothing is known.
pub fn nothing_of(lang: Lang, niks: &[String]) -> String {
    let niks = niks.join(", ");
    lang.pick(
        format!("tidak ada permohonan dengan NIK {niks}"),
        format!("no application with NIK {niks}"),
    )
}

/// Titles the list of several people, `shown` of them.
pub fn several(lang: Lang, found: u64, is_more: bool, shown: u64) -> String {
    let first = grouped(lang, shown);
    let people = match is_more {
        true => lang.pick(format!("lebih dari {first} orang"), format!("more than {first} people")),
        false => counted(lang, found, "orang", "person", "people"),
    };
    match is_more || found > shown {
        true => lang.pick(
            format!("{people} cocok; {first} pertama ditampilkan, tambahkan kata untuk mempersempit"),
            format!("{people} match; the first {first} are shown, add a word to narrow the search"),
        ),
        false => lang.pick(
            format!("{people} cocok; tanyakan lagi dengan NIK-nya"),
            format!("{people} match; ask again with the NIK"),
        ),
    }
}

/// Titles the list of those who may have been meant.
pub fn near(lang: Lang) -> &'static str {
    lang.pick("Mungkin yang dimaksud", "Perhaps one of these is meant")
}

/// Says what was searched for.
pub fn searched(lang: Lang, kind: Searched, text: &str) -> String {
    let (id, en) = match kind {
        Searched::Nik => ("NIK", "NIK"),
        Searched::Number => ("nomor HP atau permohonan", "phone or request number"),
        Searched::Name => ("nama", "name"),
    };
    format!("{} {text}", lang.pick(id, en))
}

/// What kind of thing was searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// A NIK.
    Nik,
    /// A phone or request number.
    Number,
    /// A part of a name.
    Name,
}
