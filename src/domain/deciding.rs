//! What a person decides, held against the facts: what makes no sense is refused, with its reason.
//!
//! Knows no sentence and no store; a refusal says what was found instead.

use super::decisions::{DecisionBook, same_facts, same_text};
use super::dossier::{Decision, FactSource, Signature, Verdict};
use super::moment::Moment;
use super::nik::{Nik, NikReading};
use super::questions::{entry_of, name_doubt, same_registration};
use super::queue::QueueEntry;
use super::registration::Registration;
use super::standing::{Rules, seventeenth_birthday};
use super::strays::propose;
use chrono::{Datelike, NaiveDate};

/// What a person says.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The verdict.
    pub verdict: Verdict,
    /// The registration's NIK cell, as lists show it.
    pub nik: &'a str,
    /// The registration's name, where several share the cell.
    pub name: Option<&'a str>,
    /// The entry, where it is not the one of the NIK or the one that is proposed.
    pub queue_nik: Option<Nik>,
    /// How far the person may go against what stands.
    pub stance: Stance,
}

/// How far a decision may go against what stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Answers a question as it was shown: what somebody decided meanwhile stays.
    Answer,
    /// Decides by itself: a contrary decision is replaced.
    Decide,
    /// Decides although the names are different people's.
    Force,
}

/// Why a decision makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No registration has this NIK cell.
    NoRegistration,
    /// Registrations have this NIK cell, but none has the name.
    NoSuchName,
    /// The NIK stands in the queue, but no registration has it.
    OnlyQueued(Nik),
    /// Several have it, and they are not about one person.
    SeveralRegistrations(Vec<Registration>),
    /// The entry named is not in the queue.
    NoEntry(Nik),
    /// No entry has its NIK, and none is like it.
    NothingProposed,
    /// The names are one person's already.
    NamesAgree(Nik),
    /// It was decided so before.
    Stands(Box<Decision>),
    /// Somebody decided otherwise after the question was shown.
    DecidedMeanwhile(Box<Decision>),
    /// The registration was given to another entry.
    GivenToAnother(Box<Decision>),
    /// The registration and the entry have names of different people.
    OtherName {
        /// As registered.
        registered: String,
        /// As in the queue.
        queued: String,
    },
    /// The entry was given the registration of another person.
    EntryTaken(Box<Decision>),
    /// No birth date says that the person is under 17.
    NotUnderAge(Nik),
    /// Nothing was decided that could be taken back.
    NothingStands,
}

/// A decision that can be recorded.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The decision.
    pub decision: Decision,
    /// The contrary one that it replaces.
    pub replaces: Option<Decision>,
}

/// Reads a NIK cell from the command line as the intake reads one.
pub fn cell_text(written: &str) -> String {
    NikReading::read(written).map_or_else(String::new, |reading| reading.text())
}

/// Finds what a person means, and decides it.
///
/// # Errors
/// Those of the source; what makes no sense is a refusal.
pub fn rule<S: FactSource + ?Sized>(
    source: &S,
    rules: &Rules,
    ask: &Ask<'_>,
    signature: &Signature,
) -> Result<Result<Ruling, Refusal>, S::Error> {
    let book = DecisionBook::new(source.decisions()?);
    if ask.verdict == Verdict::Married {
        return rule_married(source, rules, &book, ask, signature);
    }
    let candidates = distinct(registrations_of(source, ask)?);
    let registration = match narrow(source, &book, ask, candidates)? {
        Ok(registration) => registration,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let entry = match entry_meant(source, &book, ask, &registration)? {
        Ok(entry) => entry,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let own = registration.trusted_nik() == Some(entry.row.nik);
    if own
        && ask.verdict == Verdict::Same
        && name_doubt(&registration, &entry).is_none()
        && !book.is_apart(&registration)
    {
        return Ok(Err(Refusal::NamesAgree(entry.row.nik)));
    }
    Ok(rule_pair(
        &book,
        ask.stance,
        ask.verdict,
        &registration,
        &entry,
        signature,
    ))
}

/// Decides about one registration and one entry.
///
/// # Errors
/// The same stands already, the registration was given to another entry, or the stance does not reach so far.
pub fn rule_pair(
    book: &DecisionBook,
    stance: Stance,
    verdict: Verdict,
    registration: &Registration,
    entry: &QueueEntry,
    signature: &Signature,
) -> Result<Ruling, Refusal> {
    let standing = book.standing(registration, entry.row.nik, &entry.row.name);
    if let Some(standing) = standing.filter(|standing| standing.verdict == verdict) {
        return Err(Refusal::Stands(Box::new(standing.clone())));
    }
    if let (Stance::Answer, Some(standing)) = (stance, standing) {
        return Err(Refusal::DecidedMeanwhile(Box::new(standing.clone())));
    }
    let given = book
        .chosen(registration)
        .filter(|given| given.queue_nik != Some(entry.row.nik));
    if let (Verdict::Same, Some(given)) = (verdict, given) {
        return Err(Refusal::GivenToAnother(Box::new(given.clone())));
    }
    if verdict == Verdict::Same && stance < Stance::Force {
        hold_names_against(book, registration, entry)?;
    }
    Ok(Ruling {
        decision: Decision {
            verdict,
            registered_nik: registration.nik.text(),
            registered_name: registration.name.to_string(),
            registered_beside: registration.beside(),
            queue_nik: Some(entry.row.nik),
            queue_name: Some(entry.row.name.to_string()),
            decided_at: signature.at,
            user: signature.user.clone(),
            reason: signature.reason.clone(),
        },
        replaces: standing.cloned(),
    })
}

/// Refuses to make two people one: a registration never stands with an entry of another name without being forced to,
/// unless they share a NIK, which is a question of its own.
fn hold_names_against(book: &DecisionBook, registration: &Registration, entry: &QueueEntry) -> Result<(), Refusal> {
    let is_own = registration.trusted_nik() == Some(entry.row.nik);
    if !is_own && name_doubt(registration, entry).is_some() {
        return Err(Refusal::OtherName {
            registered: registration.name.to_string(),
            queued: entry.row.name.to_string(),
        });
    }
    match book.given_to_another_person(registration, entry.row.nik, &entry.row.name) {
        Some(given) => Err(Refusal::EntryTaken(Box::new(given.clone()))),
        None => Ok(()),
    }
}

fn rule_married<S: FactSource + ?Sized>(
    source: &S,
    rules: &Rules,
    book: &DecisionBook,
    ask: &Ask<'_>,
    signature: &Signature,
) -> Result<Result<Ruling, Refusal>, S::Error> {
    let Some(nik) = Nik::parse(ask.nik) else {
        return Ok(Err(Refusal::NoRegistration));
    };
    let Some(entry) = entry_of(source, nik)? else {
        return Ok(Err(Refusal::NoEntry(nik)));
    };
    if let Some(standing) = book.married(nik) {
        return Ok(Err(Refusal::Stands(Box::new(standing.clone()))));
    }
    let today = rules.as_of.day(rules.zone);
    if born(&entry, today).is_none_or(|born| today >= seventeenth_birthday(born)) {
        return Ok(Err(Refusal::NotUnderAge(nik)));
    }
    Ok(Ok(Ruling {
        decision: Decision {
            verdict: Verdict::Married,
            registered_nik: nik.digits(),
            registered_name: String::new(),
            registered_beside: None,
            queue_nik: Some(nik),
            queue_name: Some(entry.row.name.into()),
            decided_at: signature.at,
            user: signature.user.clone(),
            reason: signature.reason.clone(),
        },
        replaces: None,
    }))
}

fn born(entry: &QueueEntry, today: NaiveDate) -> Option<NaiveDate> {
    entry.row.birth_date.or_else(|| entry.row.nik.birth_date(today.year()))
}

/// Returns the registrations with a NIK cell, trusted or not, and the name asked for.
fn registrations_of<S: FactSource + ?Sized>(source: &S, ask: &Ask<'_>) -> Result<Vec<Registration>, S::Error> {
    let text = cell_text(ask.nik);
    let mut found = source.held_registrations()?;
    found.retain(|registration| registration.nik.text() == text);
    if let Some(nik) = Nik::parse(ask.nik) {
        found.extend(
            source
                .dossier(nik)?
                .into_iter()
                .flat_map(|dossier| dossier.registrations),
        );
    }
    if let Some(name) = ask.name {
        found.retain(|registration| same_text(&registration.name, name.trim()));
    }
    Ok(found)
}

/// Keeps of registrations about the same facts the newest.
fn distinct(mut found: Vec<Registration>) -> Vec<Registration> {
    found.sort_by_key(|registration| std::cmp::Reverse((registration.submitted_at, registration.row_key)));
    let mut kept: Vec<Registration> = Vec::new();
    for registration in found {
        if !kept.iter().any(|known| same_registration(known, &registration)) {
            kept.push(registration);
        }
    }
    kept
}

/// Chooses the one registration that is meant: where several share a NIK, the one whose name is in doubt.
fn narrow<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    ask: &Ask<'_>,
    mut candidates: Vec<Registration>,
) -> Result<Result<Registration, Refusal>, S::Error> {
    if candidates.len() > 1
        && let Some(nik) = candidates[0].trusted_nik()
        && ask.queue_nik.is_none_or(|entry| entry == nik)
        && let Some(entry) = entry_of(source, nik)?
    {
        let in_doubt = |registration: &&Registration| {
            let verdict = book.verdict(registration, nik, &entry.row.name);
            verdict != Some(ask.verdict) && name_doubt(registration, &entry).is_some()
        };
        let doubtful: Vec<Registration> = candidates.iter().filter(in_doubt).cloned().collect();
        if doubtful.len() == 1 {
            candidates = doubtful;
        }
    }
    Ok(match candidates.len() {
        0 => Err(none_found(source, ask)?),
        1 => Ok(candidates.remove(0)),
        _ => Err(Refusal::SeveralRegistrations(candidates)),
    })
}

/// Says what is there instead of the registration.
fn none_found<S: FactSource + ?Sized>(source: &S, ask: &Ask<'_>) -> Result<Refusal, S::Error> {
    let any_name = Ask { name: None, ..*ask };
    if ask.name.is_some() && !registrations_of(source, &any_name)?.is_empty() {
        return Ok(Refusal::NoSuchName);
    }
    let queued = match Nik::parse(ask.nik) {
        Some(nik) => entry_of(source, nik)?.map(|_| nik),
        None => None,
    };
    Ok(queued.map_or(Refusal::NoRegistration, Refusal::OnlyQueued))
}

/// Finds the entry: the one named, else that of the exact NIK, else the one that is proposed.
fn entry_meant<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    ask: &Ask<'_>,
    registration: &Registration,
) -> Result<Result<QueueEntry, Refusal>, S::Error> {
    if let Some(nik) = ask.queue_nik {
        return Ok(entry_of(source, nik)?.ok_or(Refusal::NoEntry(nik)));
    }
    let own = match registration.trusted_nik() {
        Some(nik) => entry_of(source, nik)?,
        None => None,
    };
    let is_apart = ask.verdict == Verdict::Same
        && own.as_ref().is_some_and(|entry| {
            book.verdict(registration, entry.row.nik, &entry.row.name) == Some(Verdict::Different)
        });
    if let (Some(own), false) = (&own, is_apart) {
        return Ok(Ok(own.clone()));
    }
    // What was decided about its entry by name is found again that way.
    if let Some(given) = book.chosen(registration).and_then(|given| given.queue_nik)
        && let Some(entry) = entry_of(source, given)?
    {
        return Ok(Ok(entry));
    }
    let proposal = propose(source, book, registration)?;
    let proposed = match proposal {
        Some(proposal) => entry_of(source, proposal.nik)?,
        None => None,
    };
    Ok(proposed.or(own).ok_or(Refusal::NothingProposed))
}

/// Finds the newest decision that stands about a NIK cell, and with it all that say something of the same facts.
///
/// # Errors
/// Nothing stands.
pub fn to_withdraw(
    decisions: &[Decision],
    ask: &Ask<'_>,
    verdict: Option<Verdict>,
) -> Result<(Decision, Vec<Decision>), Refusal> {
    let text = cell_text(ask.nik);
    let newest = decisions.iter().rev().find(|decision| {
        decision.registered_nik == text
            && ask.queue_nik.is_none_or(|nik| decision.queue_nik == Some(nik))
            && ask
                .name
                .is_none_or(|name| same_text(&decision.registered_name, name.trim()))
            && verdict.is_none_or(|verdict| decision.verdict == verdict)
    });
    let newest = newest.ok_or(Refusal::NothingStands)?;
    let all = decisions.iter().filter(|decision| same_facts(decision, newest));
    Ok((newest.clone(), all.cloned().collect()))
}

/// Signs what is done at a moment.
pub fn signature(at: Moment, user: &str, reason: &str) -> Signature {
    Signature {
        at,
        user: user.to_owned(),
        reason: reason.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests;
