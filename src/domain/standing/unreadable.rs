//! Applications that stand outside the queue: their NIK cannot be read, or means nobody there.

use crate::domain::application::{Application, Category, NextStep, Reason};
use crate::domain::decisions::DecisionBook;
use crate::domain::near_match::{Evidence, Proposal};
use crate::domain::nik::{Nik, NikReading};
use crate::domain::record_status::Owner;
use crate::domain::registration::Registration;

/// Makes the application of a registration that stands outside the queue: held, or decided not to mean its NIK's entry.
pub fn judge_unreadable(
    registrations: &[&Registration],
    nik: NikReading,
    proposal: Option<&Proposal>,
    decided_different: Option<Nik>,
    book: &DecisionBook,
) -> Option<Application> {
    let (first, last) = (registrations.first()?, registrations.last()?);
    let mut explanation = match (&nik, decided_different) {
        (_, Some(_)) => vec![Reason::DecidedDifferent],
        (NikReading::Held { flaw, .. }, None) => vec![Reason::Flaw(*flaw)],
        (NikReading::Trusted(_), None) => Vec::new(),
    };
    if registrations.iter().any(|registration| book.has_lapsed(registration)) {
        explanation.push(Reason::DecisionLapsed);
    }
    explanation.extend(
        proposal
            .iter()
            .flat_map(|found| found.evidence.iter().copied())
            // Why the cell says nothing is told already.
            .filter(|evidence| !matches!(evidence, Evidence::NikBlank | Evidence::NikUnusable))
            .map(Reason::Evidence),
    );
    Some(Application {
        nik,
        name: last.name.clone(),
        category: Category::UnreadableNik,
        owner: Owner::Office,
        next_step: if proposal.is_some() {
            NextStep::DecideCandidate
        } else {
            NextStep::FindNik
        },
        own_action: None,
        status: None,
        registrations: u32::try_from(registrations.len()).unwrap_or(u32::MAX),
        registered_at: Some(first.submitted_at),
        queued_at: None,
        waiting_since: first.submitted_at,
        ready_since: None,
        birth_date: None,
        district: last.district.clone(),
        village: last.village.clone(),
        phone: None,
        reason: first.reason.clone(),
        request_no: None,
        batch: None,
        printed_at: None,
        right: None,
        expedited: false,
        spoiled_before: false,
        candidate: proposal.cloned(),
        explanation,
    })
}
