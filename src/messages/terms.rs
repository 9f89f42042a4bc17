//! The words for categories, whose move it is, next steps and reasons, as they stand in lists and JSON.

use super::Lang;
use crate::domain::application::{Application, Category, NextStep, Reason};
use crate::domain::name::NameConflict;
use crate::domain::nik::NikFlaw;
use crate::domain::record_status::Owner;
use chrono::NaiveDate;
use std::borrow::Cow;

/// Names a category for people; data carries the code.
pub fn category(lang: Lang, category: Category) -> &'static str {
    match lang {
        Lang::En => match category {
            Category::Assigned => "assigned",
            Category::Collected => "collected",
            Category::Printed => "printed",
            Category::UnreadableNik => "unreadable NIK",
            Category::CheckIdentity => "check identity",
            Category::AlreadyIssued => "already issued",
            Category::Blocked => "blocked",
            Category::Ready => "ready",
            Category::NotRegistered => "not registered",
            Category::NearMatch => "near match",
            Category::NotInQueue => "not in queue",
        },
        Lang::Id => match category {
            Category::Assigned => "sedang dicetak",
            Category::Collected => "sudah diserahkan",
            Category::Printed => "sudah dicetak",
            Category::UnreadableNik => "NIK tidak terbaca",
            Category::CheckIdentity => "periksa identitas",
            Category::AlreadyIssued => "sudah pernah terbit",
            Category::Blocked => "terhalang",
            Category::Ready => "siap cetak",
            Category::NotRegistered => "belum mendaftar",
            Category::NearMatch => "mirip entri lain",
            Category::NotInQueue => "tidak ada di antrean",
        },
    }
}

/// Names whose move it is.
pub fn owner(lang: Lang, owner: Owner) -> &'static str {
    match (lang, owner) {
        (Lang::En, Owner::Citizen) => "citizen",
        (Lang::En, Owner::Office) => "office",
        (Lang::En, Owner::Centre) => "centre",
        (Lang::En, Owner::None) => "nobody",
        (Lang::Id, Owner::Citizen) => "warga",
        (Lang::Id, Owner::Office) => "kantor",
        (Lang::Id, Owner::Centre) => "pusat",
        (Lang::Id, Owner::None) => "tidak ada",
    }
}

/// Says what is to be done next with an application.
pub fn action(
    lang: Lang,
    application: &Application,
    day_of: impl Fn(crate::domain::moment::Moment) -> NaiveDate,
) -> Cow<'_, str> {
    if let Some(own) = &application.own_action {
        return own.into();
    }
    let fixed = match (&application.next_step, lang) {
        (NextStep::Status(step), _) => super::statuses::step(lang, *step),
        (NextStep::WaitForAge(day), Lang::En) => {
            return format!("may be printed from {day}, the 17th birthday").into();
        }
        (NextStep::WaitForAge(day), Lang::Id) => {
            return format!("baru boleh dicetak mulai {day}, saat berumur 17 tahun").into();
        }
        (NextStep::LookUpLeft { left_at, status }, Lang::En) => {
            let (day, status) = (day_of(*left_at), status.canonical());
            return format!("left the queue on {day} as {status}: look the NIK up in SIAK (printed elsewhere?)").into();
        }
        (NextStep::LookUpLeft { left_at, status }, Lang::Id) => {
            let (day, status) = (day_of(*left_at), status.canonical());
            return format!(
                "keluar dari antrean pada {day} dengan status {status}: cek NIK di SIAK (dicetak di tempat lain?)"
            )
            .into();
        }
        (step, Lang::En) => action_en(step),
        (step, Lang::Id) => action_id(step),
    };
    fixed.into()
}

fn action_en(step: &NextStep) -> &'static str {
    match step {
        NextStep::BringResult => "print the batch and bring its result back",
        NextStep::Nothing | NextStep::Status(_) | NextStep::WaitForAge(_) | NextStep::LookUpLeft { .. } => "",
        NextStep::Collect => "card is ready: the citizen collects it",
        NextStep::FindNik => "NIK cannot be read: ask the citizen or look it up in SIAK, then correct the form",
        NextStep::DecideCandidate => "compare with the proposed entry and decide: same person or not",
        NextStep::DecideRegistration => "compare that registration with this entry and decide: same person or not",
        NextStep::DecideIdentity => "the names belong to different people: compare and decide",
        NextStep::CollectOrAskReprint => {
            "card was issued: the citizen collects it, or registers with a reprint reason (lost, damaged, data changed, moved in)"
        }
        NextStep::AskCentre => "the centre has not answered in time: ask the centre or send again",
        NextStep::Dead => "recorded as dead: no card",
        NextStep::MovedAway => "moved away: the new office prints the card",
        NextStep::Print => "print",
        NextStep::FillInLink => "the citizen fills in the registration link",
        NextStep::LookUp => "look the NIK up in SIAK; without a recording the citizen must come",
    }
}

fn action_id(step: &NextStep) -> &'static str {
    match step {
        NextStep::BringResult => "cetak daftarnya dan masukkan hasil cetaknya",
        NextStep::Nothing | NextStep::Status(_) | NextStep::WaitForAge(_) | NextStep::LookUpLeft { .. } => "",
        NextStep::Collect => "KTP sudah jadi: warga mengambilnya",
        NextStep::FindNik => "NIK tidak terbaca: tanyakan kepada warga atau cari di SIAK, lalu betulkan formulirnya",
        NextStep::DecideCandidate => {
            "bandingkan dengan entri yang diusulkan, lalu putuskan: orang yang sama atau bukan"
        }
        NextStep::DecideRegistration => {
            "bandingkan pendaftaran itu dengan entri ini, lalu putuskan: orang yang sama atau bukan"
        }
        NextStep::DecideIdentity => "nama di kedua sisi milik orang yang berbeda: bandingkan dan putuskan",
        NextStep::CollectOrAskReprint => {
            "KTP sudah terbit: warga mengambilnya, atau mendaftar dengan alasan cetak ulang (hilang, rusak, perubahan data, pindah datang)"
        }
        NextStep::AskCentre => "pusat belum menjawab pada waktunya: tanyakan ke pusat atau kirim ulang",
        NextStep::Dead => "tercatat meninggal: tidak dicetak",
        NextStep::MovedAway => "sudah pindah: dicetak oleh dinas di tempat baru",
        NextStep::Print => "cetak",
        NextStep::FillInLink => "warga mengisi tautan pendaftaran",
        NextStep::LookUp => "cek NIK di SIAK; bila belum ada perekaman, warga harus datang",
    }
}

/// Explains why an application stands where it stands, in one line.
pub fn explanation(lang: Lang, reasons: &[Reason]) -> String {
    let words: Vec<String> = reasons.iter().map(|one| reason(lang, one)).collect();
    words.join("; ")
}

fn reason(lang: Lang, reason: &Reason) -> String {
    match lang {
        Lang::En => reason_en(reason),
        Lang::Id => reason_id(reason),
    }
}

fn reason_en(reason: &Reason) -> String {
    match reason {
        Reason::NamesDiffer {
            registered,
            queued,
            conflict,
        } => {
            let why = name_conflict(Lang::En, *conflict);
            format!("registered as \"{registered}\", in the queue as \"{queued}\": {why}")
        }

        Reason::Flaw(flaw) => self::flaw(Lang::En, *flaw).to_owned(),
        Reason::Evidence(evidence) => super::evidence::words(Lang::En, *evidence).to_owned(),
        Reason::NikDiffersAt(digits) => differs_at(Lang::En, digits),
        Reason::ProposedTo {
            name,
            registered_on,
            differs_at,
        } => proposed_to(Lang::En, name, *registered_on, differs_at),
        Reason::DecidedDifferent => "decided: not the person of this NIK's queue entry".into(),
        Reason::DecisionLapsed => "a decision lapsed: the entry's name changed".into(),
        Reason::JoinedByDecision => "a registration under another NIK was decided to mean this entry".into(),
        Reason::RegisteredTimes(times) => format!("registered {times} times; the first one counts"),
        Reason::UnknownStatus => "unknown record status; say in cetak.toml what it means ([status.NAME])".into(),
        Reason::Overdue {
            age_days,
            expected_days,
        } => {
            format!("{age_days} days at the centre, {expected_days} expected")
        }
        Reason::ReprintAsked(reason) => format!("reprint: {reason}"),
        Reason::ReprintWithoutQueue => "a reprint that needs no queue entry".into(),
        Reason::SpoiledBefore => "its card was spoiled: first in its class".into(),
        Reason::Expedited(reason) => format!("expedited: {reason}"),
        Reason::Married => "recorded as married".into(),
        Reason::QueueLags => "we printed this card; the queue still lists it".into(),
        Reason::CardOfUndecided => {
            "its registration was taken away or is in doubt: take the card out (cetak batch release), or decide".into()
        }
        Reason::IssuedWhileAssigned => "the queue says that the card was issued; its result is missing here".into(),
    }
}

fn reason_id(reason: &Reason) -> String {
    match reason {
        Reason::NamesDiffer {
            registered,
            queued,
            conflict,
        } => {
            let why = name_conflict(Lang::Id, *conflict);
            format!("terdaftar sebagai \"{registered}\", di antrean \"{queued}\": {why}")
        }

        Reason::Flaw(flaw) => self::flaw(Lang::Id, *flaw).to_owned(),
        Reason::Evidence(evidence) => super::evidence::words(Lang::Id, *evidence).to_owned(),
        Reason::NikDiffersAt(digits) => differs_at(Lang::Id, digits),
        Reason::ProposedTo {
            name,
            registered_on,
            differs_at,
        } => proposed_to(Lang::Id, name, *registered_on, differs_at),
        Reason::DecidedDifferent => "diputuskan: bukan orang dari entri antrean NIK ini".into(),
        Reason::DecisionLapsed => "keputusan sebelumnya gugur: nama entrinya berubah".into(),
        Reason::JoinedByDecision => "pendaftaran dengan NIK lain diputuskan untuk entri ini".into(),
        Reason::RegisteredTimes(times) => format!("mendaftar {times} kali; yang pertama berlaku"),
        Reason::UnknownStatus => "status rekaman tidak dikenal; jelaskan di cetak.toml ([status.NAMA])".into(),
        Reason::Overdue {
            age_days,
            expected_days,
        } => {
            format!("sudah {age_days} hari di pusat, seharusnya {expected_days} hari")
        }
        Reason::ReprintAsked(reason) => format!("cetak ulang: {reason}"),
        Reason::ReprintWithoutQueue => "cetak ulang yang tidak perlu entri antrean".into(),
        Reason::SpoiledBefore => "kepingnya pernah rusak: didahulukan di kelasnya".into(),
        Reason::Expedited(reason) => format!("didahulukan: {reason}"),
        Reason::Married => "tercatat sudah menikah".into(),
        Reason::QueueLags => "sudah kami cetak; antrean masih mencantumkannya".into(),
        Reason::CardOfUndecided => {
            "pendaftarannya ditarik atau diragukan: keluarkan kepingnya (cetak batch release), atau putuskan".into()
        }
        Reason::IssuedWhileAssigned => "antrean menyatakan sudah terbit; hasil cetaknya belum masuk di sini".into(),
    }
}

/// Says at which digits two NIKs differ that look the same while their middle is hidden.
fn differs_at(lang: Lang, digits: &[u8]) -> String {
    let places: Vec<String> = digits.iter().map(u8::to_string).collect();
    let noun = if digits.len() == 1 { "digit" } else { "digits" };
    let places = places.join(", ");
    lang.pick(
        format!("NIK-nya berbeda pada angka ke-{places}"),
        format!("the NIKs differ at {noun} {places}"),
    )
}

fn proposed_to(lang: Lang, name: &str, registered_on: NaiveDate, digits: &[u8]) -> String {
    let place = match digits {
        [] => String::new(),
        _ => format!(", {}", differs_at(lang, digits)),
    };
    lang.pick(
        format!("pendaftaran yang sangat mirip ({registered_on}, {name}{place}) menunggu keputusan kantor"),
        format!("a very similar registration ({registered_on}, {name}{place}) waits for the office's decision"),
    )
}

fn name_conflict(lang: Lang, conflict: NameConflict) -> &'static str {
    match conflict {
        NameConflict::NothingShared => lang.pick("tidak ada kata yang sama", "no word in common"),
        NameConflict::BothKeepAWord => lang.pick(
            "masing-masing punya kata yang tidak ada pada yang lain",
            "each has a word that the other lacks",
        ),
        NameConflict::ExtraLeadingName => lang.pick(
            "yang terdaftar punya nama lain di depan (mungkin anaknya)",
            "another name stands in front of the registered one (a child, perhaps)",
        ),
    }
}

/// Says why a NIK cell cannot be trusted.
pub fn flaw(lang: Lang, flaw: NikFlaw) -> &'static str {
    match (lang, flaw) {
        (Lang::En, NikFlaw::Missing) => "no NIK given",
        (Lang::En, NikFlaw::WrongLength) => "NIK does not have 16 digits",
        (Lang::En, NikFlaw::Scientific) => "a spreadsheet turned the NIK into a rounded number",
        (Lang::En, NikFlaw::Placeholder) => "2147483647 is no NIK but the largest number of some program",
        (Lang::En, NikFlaw::SameDigits) => "NIK is one digit repeated",
        (Lang::En, NikFlaw::LeadingZero) => "a temporary number of the village, which starts with 0",
        (Lang::En, NikFlaw::Letters) => "letters stand in the NIK",
        (Lang::En, NikFlaw::LastDigitLost) => {
            "the file went through a spreadsheet as numbers: the last digit of its NIKs is lost"
        }
        (Lang::Id, NikFlaw::Missing) => "NIK tidak diisi",
        (Lang::Id, NikFlaw::WrongLength) => "NIK tidak 16 angka",
        (Lang::Id, NikFlaw::Scientific) => "NIK dibulatkan oleh lembar kerja (Excel)",
        (Lang::Id, NikFlaw::Placeholder) => "2147483647 bukan NIK, melainkan angka terbesar suatu program",
        (Lang::Id, NikFlaw::SameDigits) => "NIK berisi satu angka yang diulang",
        (Lang::Id, NikFlaw::LeadingZero) => "nomor sementara dari kelurahan, diawali 0",
        (Lang::Id, NikFlaw::Letters) => "ada huruf di dalam NIK",
        (Lang::Id, NikFlaw::LastDigitLost) => {
            "berkas pernah disimpan sebagai angka oleh Excel: angka terakhir NIK hilang"
        }
    }
}
