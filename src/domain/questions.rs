//! The questions that wait for a person: a registration, and the entry that it may or may not mean.

use super::application::{Application, Category, Reason};
use super::decisions::{DecisionBook, same_text};
use super::dossier::{FactSource, Verdict};
use super::moment::Moment;
use super::name::{NameVerdict, same_person};
use super::near_match::{Evidence, Proposal};
use super::nik::{Nik, NikReading};
use super::queue::QueueEntry;
use super::reconcile::Reconciliation;
use super::registration::{Registration, RowKey};
use super::standing::Rules;
use std::collections::{BTreeMap, BTreeSet};

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where its application stands: `check_identity`, `near_match` or `unreadable_nik`.
    pub category: Category,
    /// The registration; of several that say the same, the newest.
    pub registration: Registration,
    /// The entry.
    pub entry: QueueEntry,
    /// How alike they are, from 0 to 1; none where the NIK is the same.
    pub score: Option<f64>,
    /// What speaks for and against it.
    pub reasons: Vec<Reason>,
    /// Since when its application waits.
    pub waiting_since: Moment,
}

/// Returns every open question, the longest wait first.
///
/// # Errors
/// Those of the source.
pub fn questions<S: FactSource + ?Sized>(source: &S, rules: &Rules) -> Result<Vec<Question>, S::Error> {
    let reconciliation = Reconciliation::gather(source, rules)?;
    let (mut doubts, mut near) = (Vec::new(), BTreeSet::new());
    reconciliation.visit_all(source, &mut |application| {
        match (application.category, application.nik.trusted()) {
            (Category::CheckIdentity, Some(_)) => doubts.push(application),
            (Category::NearMatch, Some(nik)) => {
                near.insert(nik);
            }
            _ => {}
        }
        Ok(())
    })?;
    let Reconciliation { book, strays, .. } = reconciliation;
    let mut found = Vec::new();
    for application in &doubts {
        found.extend(doubts_of(source, &book, application)?);
    }
    let unreadable = strays
        .held
        .into_iter()
        .filter_map(|(one, proposal)| Some((one, proposal?)));
    let unreadable = unreadable.chain(strays.apart.into_values());
    let asking: BTreeMap<RowKey, Proposal> = strays
        .near
        .into_iter()
        .filter(|(nik, _)| near.contains(nik))
        .map(|(_, (asks, proposal))| (asks.row_key, proposal))
        .collect();
    let mut of_near = Vec::new();
    source.dossiers_of(&near.into_iter().collect::<Vec<_>>(), &mut |dossier| {
        of_near.extend(dossier.registrations);
        Ok(())
    })?;
    let near = of_near.into_iter().filter_map(|registration| {
        let proposal = asking.get(&registration.row_key)?.clone();
        Some((Category::NearMatch, registration, proposal))
    });
    let unreadable = unreadable.map(|(registration, proposal)| (Category::UnreadableNik, registration, proposal));
    for (category, registration, proposal) in near.chain(unreadable) {
        found.extend(proposed(source, &book, category, registration, &proposal)?);
    }
    Ok(without_repetition(found))
}

/// Asks about each name under a NIK that belongs to somebody else than the entry, unless it was decided.
fn doubts_of<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    application: &Application,
) -> Result<Vec<Question>, S::Error> {
    let dossier = match application.nik.trusted() {
        Some(nik) => source.dossier(nik)?,
        None => None,
    };
    let Some((dossier, entry)) = dossier.and_then(|dossier| Some((dossier.clone(), dossier.present_entry()?.clone())))
    else {
        return Ok(Vec::new());
    };
    let ask = |registration: Registration| {
        let open = book.verdict(&registration, entry.row.nik, &entry.row.name).is_none()
            && book.chosen(&registration).is_none()
            && Some(registration.submitted_at) >= application.registered_at;
        let mut reasons = vec![name_doubt(&registration, &entry).filter(|_| open)?];
        if book.has_lapsed_doubt(&registration, entry.row.nik, &entry.row.name) {
            reasons.push(Reason::DecisionLapsed);
        }
        Some(Question {
            category: Category::CheckIdentity,
            registration,
            entry: entry.clone(),
            score: None,
            reasons,
            waiting_since: application.waiting_since,
        })
    };
    Ok(dossier.registrations.into_iter().filter_map(ask).collect())
}

/// Says why the names of a registration and the entry of its NIK are two people's; `None` where they are not.
pub fn name_doubt(registration: &Registration, entry: &QueueEntry) -> Option<Reason> {
    let NameVerdict::Different(conflict) = same_person(&registration.name, &entry.row.name) else {
        return None;
    };
    (!registration.name.is_empty()).then(|| Reason::NamesDiffer {
        registered: registration.name.to_string(),
        queued: entry.row.name.to_string(),
        conflict,
    })
}

fn proposed<S: FactSource + ?Sized>(
    source: &S,
    book: &DecisionBook,
    category: Category,
    registration: Registration,
    proposal: &Proposal,
) -> Result<Option<Question>, S::Error> {
    let Some(entry) = entry_of(source, proposal.nik)? else {
        return Ok(None);
    };
    let mut reasons: Vec<Reason> = proposal.evidence.iter().map(|one| told(&registration, *one)).collect();
    if book.has_lapsed(&registration) {
        reasons.push(Reason::DecisionLapsed);
    }
    Ok(Some(Question {
        category,
        waiting_since: registration.submitted_at,
        registration,
        entry,
        score: Some(proposal.score),
        reasons,
    }))
}

/// Says of a cell that holds no NIK what it holds.
fn told(registration: &Registration, evidence: Evidence) -> Reason {
    match (&registration.nik, evidence) {
        (NikReading::Held { flaw, .. }, Evidence::NikUnusable) => Reason::Flaw(*flaw),
        _ => Reason::Evidence(evidence),
    }
}

/// Returns the entry of a NIK while it is in the queue.
///
/// # Errors
/// Those of the source.
pub fn entry_of<S: FactSource + ?Sized>(source: &S, nik: Nik) -> Result<Option<QueueEntry>, S::Error> {
    let dossier = source.dossier(nik)?;
    Ok(dossier.and_then(|dossier| dossier.present_entry().cloned()))
}

/// Keeps of questions about the same facts one: the newest registration, and the longest wait.
fn without_repetition(mut found: Vec<Question>) -> Vec<Question> {
    found.sort_by(|one, other| {
        let key = |question: &Question| (question.registration.nik.clone(), question.entry.row.nik);
        let time = |question: &Question| (question.registration.submitted_at, question.registration.row_key);
        (key(one), time(one)).cmp(&(key(other), time(other)))
    });
    let mut kept: Vec<Question> = Vec::new();
    for question in found {
        let same = kept
            .iter_mut()
            .rev()
            .take_while(|known| known.registration.nik == question.registration.nik)
            .find(|known| known.is_about(&question.registration, question.entry.row.nik));
        match same {
            Some(known) => {
                known.waiting_since = known.waiting_since.min(question.waiting_since);
                known.registration = question.registration;
            }
            None => kept.push(question),
        }
    }
    kept.sort_by_key(|question| {
        (
            question.waiting_since,
            question.entry.row.nik,
            question.registration.row_key,
        )
    });
    kept
}

impl Question {
    fn is_about(&self, registration: &Registration, entry: Nik) -> bool {
        self.entry.row.nik == entry && same_registration(&self.registration, registration)
    }
}

/// Tells whether a decision about one registration holds for another: same cell, same name, and the same beside it.
pub fn same_registration(one: &Registration, other: &Registration) -> bool {
    one.nik == other.nik && same_text(&one.name, &other.name) && one.beside() == other.beside()
}

/// Tells whether a person may still be asked: nothing was decided about the pair, and the registration means nobody.
pub fn is_open(book: &DecisionBook, registration: &Registration, entry: &QueueEntry) -> bool {
    let verdict: Option<Verdict> = book.verdict(registration, entry.row.nik, &entry.row.name);
    verdict.is_none() && book.chosen(registration).is_none()
}
