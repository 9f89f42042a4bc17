//! Which ready applications a day prints: all pass by, on two cores, and those that come first are kept back. Whoever
//! wants to know how the office stands watches the others on the way.

use crate::context::Context;
use crate::domain::ageing::calendar_days;
use crate::domain::application::{Application, Category, Glimpse};
use crate::domain::batching::{Candidate, Precedence};
use crate::domain::card::CardCells;
use crate::domain::dossier::Dossier;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::NikReading;
use crate::domain::reason::{ReasonClass, class_of};
use crate::domain::reconcile::{Passerby, Reconciliation, reconcile};
use crate::domain::shortlist::Shortlist;
use crate::domain::standing::Judged;
use crate::store::Facts;
use anyhow::Result;
use std::sync::{Mutex, PoisonError};

/// Who watches every application of the office pass by as it stands after the plan, each part of them by an onlooker of
/// its own.
pub trait Onlooker: Passerby + Send + Sync {
    /// Returns one who has seen nothing yet.
    fn another(&self) -> Self;

    /// Takes over what another one saw.
    fn join(&mut self, other: Self);
}

/// Nobody watches.
pub(super) struct Nobody;

impl Passerby for Nobody {
    fn see(&mut self, _: Application, _: Option<&Dossier>) {}

    fn glance(&mut self, _: Judged<'_>) -> bool {
        true
    }
}

impl Onlooker for Nobody {
    fn another(&self) -> Self {
        Self
    }

    fn join(&mut self, _: Self) {}
}

/// Tells in which class an application is chosen.
#[derive(Debug)]
pub struct Classes {
    classes: Vec<ReasonClass>,
    promote_after_days: u32,
    as_of: Moment,
    zone: Zone,
}

impl Classes {
    /// Takes the classes of reasons that the office set.
    pub fn of(context: &Context) -> Self {
        let rules = &context.settings().rules;
        Self {
            classes: rules
                .first_classes
                .iter()
                .map(|words| ReasonClass::new(words))
                .collect(),
            promote_after_days: rules.promote_after_days,
            as_of: context.as_of,
            zone: context.zone(),
        }
    }

    fn days_waiting(&self, application: &impl Glimpse) -> u32 {
        calendar_days(application.waiting_since(), self.as_of, self.zone)
    }

    /// The class of an application: that of its reason, or the first where it has waited too long.
    fn class(&self, application: &impl Glimpse) -> usize {
        if self.days_waiting(application) > self.promote_after_days {
            return 0;
        }
        class_of(application.reason(), &self.classes)
    }

    /// Returns an application as the plan sees it; `None` where it has no right to a card.
    pub fn candidate(&self, application: Application) -> Option<Candidate> {
        let (NikReading::Trusted(nik), Some(right)) = (&application.nik, application.right) else {
            return None;
        };
        let class = self.class(&application);
        let cells = CardCells {
            nik: *nik,
            days_waiting: self.days_waiting(&application),
            name: application.name.into(),
            birth_date: application.birth_date,
            district: application.district.map(String::from),
            village: application.village.map(String::from),
            request_no: application.request_no.map(String::from),
            reason: application.reason.map(String::from),
            waiting_since: application.waiting_since,
            ready_since: application.ready_since,
        };
        let (expedited, spoiled_before) = (application.expedited, application.spoiled_before);
        Some(Candidate {
            cells,
            right,
            class,
            expedited,
            spoiled_before,
        })
    }
}

/// Who may be chosen.
struct Hopeful {
    application: Application,
    facts: Dossier,
}

/// One part of the office passes by.
struct Choosing<'c, O> {
    classes: &'c Classes,
    /// How many are chosen.
    room: usize,
    /// The rank that others have reached already: whoever does not come before it is not chosen.
    bound: Option<Precedence>,
    /// Those who may be chosen; boxed, for a shortlist moves them often.
    hopeful: Vec<(Precedence, Box<Hopeful>)>,
    ready: u64,
    onlooker: O,
}

impl<O: Onlooker> Choosing<'_, O> {
    fn rank(&self, application: &impl Glimpse) -> Option<Precedence> {
        match application.category() {
            Category::Ready => Precedence::of(application, self.classes.class(application)),
            _ => None,
        }
    }

    fn may_be_chosen(&self, rank: Precedence) -> bool {
        self.room > 0 && self.bound.is_none_or(|bound| rank < bound)
    }
}

impl<O: Onlooker> Passerby for Choosing<'_, O> {
    fn see(&mut self, application: Application, facts: Option<&Dossier>) {
        let rank = self.rank(&application);
        self.ready += u64::from(rank.is_some());
        match (rank, facts) {
            (Some(rank), Some(facts)) if self.may_be_chosen(rank) => {
                let facts = facts.clone();
                self.hopeful.push((rank, Box::new(Hopeful { application, facts })));
            }
            _ => self.onlooker.see(application, facts),
        }
    }

    fn glance(&mut self, outline: Judged<'_>) -> bool {
        let rank = self.rank(&outline);
        if rank.is_some_and(|rank| self.may_be_chosen(rank)) || !self.onlooker.glance(outline) {
            return false;
        }
        self.ready += u64::from(rank.is_some());
        true
    }
}

/// Who was chosen.
pub(super) struct Chosen {
    /// As the plan sees them.
    pub candidates: Vec<Candidate>,
    /// Their facts, in the order of their NIKs.
    pub facts: Vec<Dossier>,
    /// How many more are ready.
    pub left_over: u64,
}

/// Lets every application pass by, and keeps back the `room` ready ones that come first.
pub(super) fn choose(
    context: &Context,
    facts: &(impl Facts + ?Sized),
    reconciliation: &Reconciliation<'_>,
    room: usize,
    onlooker: &mut impl Onlooker,
) -> Result<Chosen> {
    let classes = Classes::of(context);
    let (mut shortlist, mut ready) = (Shortlist::new(room), 0_u64);
    // What a part knows of the others only spares work: who is chosen depends on the ranks alone.
    let bound = Mutex::new(shortlist.bound().copied());
    let first = onlooker.another();
    let new = || Choosing {
        classes: &classes,
        room,
        bound: *bound.lock().unwrap_or_else(PoisonError::into_inner),
        hopeful: Vec::new(),
        ready: 0,
        onlooker: first.another(),
    };
    reconciliation.pass_all(facts, new, |part| {
        ready += part.ready;
        onlooker.join(part.onlooker);
        for (rank, hopeful) in part.hopeful {
            if let Some(passed) = shortlist.offer(rank, hopeful) {
                onlooker.see(passed.application, Some(&passed.facts));
            }
        }
        *bound.lock().unwrap_or_else(PoisonError::into_inner) = shortlist.bound().copied();
        Ok(())
    })?;
    let (mut candidates, mut facts) = (Vec::new(), Vec::new());
    for one in shortlist.into_sorted() {
        candidates.extend(classes.candidate(one.application));
        facts.push(one.facts);
    }
    facts.sort_unstable_by_key(|dossier| dossier.nik);
    let left_over = ready - u64::try_from(candidates.len())?;
    Ok(Chosen {
        candidates,
        facts,
        left_over,
    })
}

/// Returns every ready application as the plan sees it.
///
/// # Errors
/// Those of the store.
pub fn ready_candidates(context: &Context, facts: &(impl Facts + ?Sized)) -> Result<Vec<Candidate>> {
    let classes = Classes::of(context);
    let mut ready = Vec::new();
    reconcile(facts, &context.rules(), &mut |application| {
        if application.category == Category::Ready {
            ready.extend(classes.candidate(application));
        }
        Ok(())
    })?;
    Ok(ready)
}
