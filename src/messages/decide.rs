//! The sentences of `decide`: what was decided, and why a decision makes no sense.

use super::Lang;
use super::terms;
use crate::domain::application::Category;
use crate::domain::deciding::Refusal;
use crate::domain::dossier::{Decision, Verdict};
use crate::domain::moment::Zone;
use crate::domain::nik::{KkNumber, Nik, NikReading};
use crate::domain::registration::Registration;
use std::fmt;

/// How numbers of people and moments are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Showing {
    /// Whether numbers are shown whole.
    pub reveal: bool,
    /// The office's zone.
    pub zone: Zone,
}

impl Showing {
    /// Returns a NIK as it may be shown.
    pub fn nik(self, nik: Nik) -> String {
        if self.reveal { nik.digits() } else { nik.masked() }
    }

    /// Returns a NIK cell as it may be shown.
    pub fn cell(self, nik: &NikReading) -> String {
        if self.reveal { nik.text() } else { nik.masked() }
    }

    /// Returns a family card number as it may be shown.
    pub fn kk(self, kk: &KkNumber) -> String {
        if self.reveal {
            kk.digits().to_owned()
        } else {
            kk.masked()
        }
    }
}

/// A decision that makes no sense. Nothing was recorded.
#[derive(Clone, Debug)]
pub struct NoDecision {
    /// The NIK cell asked about, as it may be shown.
    pub nik: String,
    /// Why.
    pub refusal: Refusal,
    /// How numbers are shown.
    pub showing: Showing,
}

impl NoDecision {
    /// Tells whether the command was used wrongly (exit code 2), rather than refused (1).
    pub fn is_usage(&self) -> bool {
        matches!(self.refusal, Refusal::SeveralRegistrations(_))
    }

    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        let (en, id) = self.texts();
        let state = lang.pick("tidak ada yang diputuskan", "nothing was decided");
        let text = lang.pick(id, en);
        match &self.refusal {
            Refusal::SeveralRegistrations(several) => {
                format!("{text}; {state}:\n{}", self.list(several))
            }
            _ => format!("{text}; {state}"),
        }
    }

    fn texts(&self) -> (String, String) {
        let nik = match self.nik.is_empty() {
            true => "\"\"",
            false => self.nik.as_str(),
        };
        match &self.refusal {
            Refusal::NoRegistration | Refusal::NoSuchName | Refusal::OnlyQueued(_) => self.nobody(nik),
            Refusal::SeveralRegistrations(several) => (
                format!("{} registrations share the NIK cell {nik}", several.len()),
                format!("{} pendaftaran berisi NIK {nik} yang sama", several.len()),
            ),
            Refusal::NoEntry(nik) => not_queued(&self.showing.nik(*nik)),
            Refusal::NothingProposed => (
                format!("no entry has the NIK {nik}, and none is like it"),
                format!("tidak ada entri dengan NIK {nik}, dan tidak ada yang mirip"),
            ),
            Refusal::NamesAgree(_) => (
                format!("the names of {nik} are one person's on both sides already"),
                format!("nama {nik} di kedua sisi memang milik orang yang sama"),
            ),
            Refusal::Stands(decision) => self.standing(decision, "it was decided before", "sudah pernah diputuskan"),
            Refusal::DecidedMeanwhile(decision) => self.standing(
                decision,
                "it was decided otherwise after the question was shown",
                "sudah diputuskan lain sesudah pertanyaannya ditampilkan",
            ),
            Refusal::OtherName { registered, queued } => (
                format!("{registered} and {queued} have names of different people, and nothing proposes them as one"),
                format!("{registered} dan {queued} bernama orang yang berbeda, dan tidak diusulkan sebagai satu orang"),
            ),
            Refusal::EntryTaken(given) => {
                let other = &given.registered_name;
                self.standing(
                    given,
                    &format!("this entry was given the registration of {other} already"),
                    &format!("entri ini sudah diberi pendaftaran {other}"),
                )
            }
            Refusal::GivenToAnother(decision) => self.standing(
                decision,
                "this registration was given to another entry",
                "pendaftaran ini sudah diberikan kepada entri lain",
            ),
            Refusal::NotUnderAge(nik) => not_under_age(&self.showing.nik(*nik)),
            Refusal::NothingStands => (
                format!("no decision stands about {nik}"),
                format!("tidak ada keputusan yang berlaku tentang {nik}"),
            ),
        }
    }

    fn nobody(&self, nik: &str) -> (String, String) {
        match &self.refusal {
            Refusal::NoSuchName => (
                format!("no registration with the NIK {nik} has this name"),
                format!("tidak ada pendaftaran dengan NIK {nik} yang bernama itu"),
            ),
            Refusal::OnlyQueued(_) => (
                format!("{nik} stands only in the queue; nobody registered with it"),
                format!("{nik} hanya ada di antrean; tidak ada yang mendaftar dengannya"),
            ),
            _ => (
                format!("no registration has the NIK {nik}"),
                format!("tidak ada pendaftaran dengan NIK {nik}"),
            ),
        }
    }

    fn standing(&self, decision: &Decision, en: &str, id: &str) -> (String, String) {
        let when = decision.decided_at.local(self.showing.zone).format("%Y-%m-%d %H:%M");
        let entry = decision
            .queue_nik
            .map_or_else(String::new, |nik| format!(" ({})", self.showing.nik(nik)));
        let (user, reason) = (&decision.user, &decision.reason);
        let word = |lang| verdict(lang, decision.verdict);
        (
            format!("{en}: {}{entry}, {when}, by {user}: {reason}", word(Lang::En)),
            format!("{id}: {}{entry}, {when}, oleh {user}: {reason}", word(Lang::Id)),
        )
    }

    fn list(&self, several: &[Registration]) -> String {
        let line = |one: &Registration| {
            let kk = one.kk.as_ref().map_or_else(|| "-".to_owned(), |kk| self.showing.kk(kk));
            let place = one.village.as_deref().or(one.district.as_deref()).unwrap_or("-");
            let when = one.submitted_at.local(self.showing.zone).format("%Y-%m-%d %H:%M");
            format!("  {}, KK {kk}, {place}, {when}", one.name)
        };
        several.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (en, id) = match &self.refusal {
            Refusal::NoRegistration | Refusal::NoSuchName => (
                "cetak reconcile --format csv shows the NIK cells as they are held",
                "cetak reconcile --format csv menampilkan isian NIK sebagaimana disimpan",
            ),
            Refusal::OnlyQueued(_) => (
                "name the registration's NIK: cetak decide NIK same --queue-nik QUEUE-NIK",
                "sebutkan NIK pendaftarannya: cetak decide NIK same --queue-nik NIK-ANTREAN",
            ),
            Refusal::OtherName { .. } => (
                "look at both again; if they are one person all the same: --force",
                "periksa keduanya lagi; bila memang orang yang sama: --force",
            ),
            Refusal::EntryTaken(_) => (
                "take that decision back first (--withdraw), or, if both are one person: cetak decide ... --force",
                "tarik keputusan itu dulu (--withdraw), atau, bila keduanya satu orang: cetak decide ... --force",
            ),
            Refusal::SeveralRegistrations(_) => (
                "say which with --name; where the names are the same too, use cetak review",
                "sebutkan dengan --name; bila namanya pun sama, pakai cetak review",
            ),
            Refusal::NoEntry(_) => (
                "import the newest queue export, or look the NIK up in SIAK",
                "impor ekspor antrean terbaru, atau cek NIK di SIAK",
            ),
            Refusal::NothingProposed => (
                "name the entry with --queue-nik",
                "sebutkan entrinya dengan --queue-nik",
            ),
            Refusal::NamesAgree(_) => (
                "if it is another person: cetak decide NIK different",
                "bila orangnya lain: cetak decide NIK different",
            ),
            Refusal::Stands(_) | Refusal::DecidedMeanwhile(_) | Refusal::GivenToAnother(_) => (
                "take it back with cetak decide NIK --withdraw --reason TEXT, then decide again",
                "tarik kembali dengan cetak decide NIK --withdraw --reason TEKS, lalu putuskan lagi",
            ),
            Refusal::NothingStands => (
                "cetak log shows what was decided, and by whom",
                "cetak log menampilkan apa yang diputuskan, dan oleh siapa",
            ),
            Refusal::NotUnderAge(_) => return None,
        };
        Some(lang.pick(id, en).to_owned())
    }
}

impl fmt::Display for NoDecision {
    /// English, for chains of causes; the screen asks for `text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NoDecision {}

/// Names a verdict for people.
pub fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => lang.pick("orang yang sama", "same person"),
        Verdict::Different => lang.pick("orang berbeda", "different people"),
        Verdict::Married => lang.pick("sudah menikah", "married"),
    }
}

/// Says what was decided; `entry` is none for a person alone.
pub fn decided(lang: Lang, registration: &str, entry: Option<&str>, decision: &Decision) -> String {
    let what = verdict(lang, decision.verdict);
    let name = &decision.registered_name;
    let queue_name = decision.queue_name.as_deref().unwrap_or_default();
    match entry {
        Some(entry) => lang.pick(
            format!("Diputuskan: pendaftaran {registration} {name} dan entri {entry} {queue_name}: {what}."),
            format!("Decided: registration {registration} {name} and entry {entry} {queue_name}: {what}."),
        ),
        None => lang.pick(
            format!("Dicatat: {registration} {queue_name}: {what}."),
            format!("Recorded: {registration} {queue_name}: {what}."),
        ),
    }
}

/// Says what was taken back.
pub fn withdrawn(lang: Lang, registration: &str, entry: Option<&str>, decision: &Decision) -> String {
    let what = verdict(lang, decision.verdict);
    let entry = entry.map_or_else(String::new, |entry| format!(" / {entry}"));
    lang.pick(
        format!("Ditarik kembali: {registration}{entry}: {what}. Pertanyaannya terbuka lagi."),
        format!("Taken back: {registration}{entry}: {what}. The question is open again."),
    )
}

/// Says that a contrary decision no longer holds.
pub fn replaces(lang: Lang, earlier: &Decision) -> String {
    let (what, user) = (verdict(lang, earlier.verdict), &earlier.user);
    lang.pick(
        format!("Menggantikan keputusan {user}: {what}."),
        format!("This replaces the decision of {user}: {what}."),
    )
}

/// Says where the application stands now.
pub fn now(lang: Lang, nik: &str, category: Category) -> String {
    let category = terms::category(lang, category);
    lang.pick(
        format!("{nik} sekarang: {category}."),
        format!("{nik} is now: {category}."),
    )
}

/// Says that a card is with an operator although its registration was taken away or is in doubt.
pub fn card_at_large(lang: Lang, nik: &str, batch: &str) -> String {
    lang.pick(
        format!(
            "keping {nik} masih ada di daftar {batch}: jangan dicetak; \
             cetak batch release {batch} mengembalikan keping yang belum ada hasilnya"
        ),
        format!(
            "the card of {nik} still stands in batch {batch}: do not print it; \
             cetak batch release {batch} takes back the cards without an answer"
        ),
    )
}

/// Says that nothing was recorded, for a dry run.
pub fn dry_run(lang: Lang) -> &'static str {
    lang.pick(
        "Hanya percobaan; tidak ada yang dicatat.",
        "Dry run; nothing was recorded.",
    )
}

fn not_queued(entry: &str) -> (String, String) {
    (
        format!("{entry} is not in the queue"),
        format!("{entry} tidak ada di antrean"),
    )
}

fn not_under_age(nik: &str) -> (String, String) {
    (
        format!("{nik} is not under 17, or has no birth date"),
        format!("{nik} tidak di bawah 17 tahun, atau tanpa tanggal lahir"),
    )
}
