//! How the office stands after a night's plan: what is counted, what is stuck, whose turn it is. Parts of the office are
//! looked at one beside the other, and joined.

use super::batch::Onlooker;
use super::stuck::{Totals, oldest_first};
use crate::context::Context;
use crate::domain::ageing::calendar_days;
use crate::domain::application::{Application, Category, Glimpse, Reason};
use crate::domain::dossier::Dossier;
use crate::domain::moment::{Moment, Zone};
use crate::domain::notices::{Turn, turn, turn_at_a_glance};
use crate::domain::phone::Phone;
use crate::domain::reconcile::Passerby;
use crate::domain::standing::Judged;
use crate::outputs::applications::Aged;
use std::collections::BTreeMap;

/// What the books say after the plan.
pub struct Standing {
    as_of: Moment,
    zone: Zone,
    stuck_days: u32,
    /// Applications by their category, in the order of the contract.
    counts: [u64; Category::ALL.len()],
    /// Open applications that have waited longer than `stuck_days`.
    pub stuck: Stuck,
    /// Entries whose status the list does not know.
    pub unknown_status: u64,
    /// Cards in a batch that the queue calls issued.
    pub issued_while_assigned: u64,
    /// Citizens whose move it is, and who can be reached.
    pub turns: Vec<Turn>,
    /// Printed cards that have waited too long for their owners.
    pub uncollected: u64,
}

impl Standing {
    /// Starts with an office of which nothing was seen.
    pub fn new(context: &Context) -> Self {
        Self {
            as_of: context.as_of,
            zone: context.zone(),
            stuck_days: context.settings().rules.stuck_days,
            counts: Default::default(),
            stuck: Stuck::default(),
            unknown_status: 0,
            issued_while_assigned: 0,
            turns: Vec::new(),
            uncollected: 0,
        }
    }

    /// Tells how many applications stand in a category.
    pub fn count_of(&self, category: Category) -> u64 {
        self.counts[category as usize]
    }

    /// Gives the number of applications under the word of each category.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = Category::ALL
            .iter()
            .map(|category| (category.code(), self.count_of(*category)));
        counts.collect()
    }

    fn days_since(&self, moment: Moment) -> u32 {
        calendar_days(moment, self.as_of, self.zone)
    }

    fn is_stuck(&self, application: &impl Glimpse) -> bool {
        application.is_open() && self.days_since(application.waiting_since()) > self.stuck_days
    }

    fn count(&mut self, application: &impl Glimpse) {
        let category = application.category();
        self.counts[category as usize] += 1;
        self.unknown_status += u64::from(application.says(&Reason::UnknownStatus));
        self.issued_while_assigned += u64::from(application.says(&Reason::IssuedWhileAssigned));
        if let (Category::Printed, Some(printed)) = (category, application.printed_at()) {
            self.uncollected += u64::from(self.days_since(printed) > self.stuck_days);
        }
    }
}

impl Passerby for Standing {
    fn see(&mut self, application: Application, _: Option<&Dossier>) {
        self.count(&application);
        if application.phone.as_ref().is_some_and(Phone::is_mobile) {
            self.turns.extend(turn(&application));
        }
        if self.is_stuck(&application) {
            self.stuck.push(Aged {
                since: application.waiting_since,
                days_waiting: self.days_since(application.waiting_since),
                application,
            });
        }
    }

    fn glance(&mut self, outline: Judged<'_>) -> bool {
        let is_turn = || outline.may_be_reached() && turn_at_a_glance(&outline).is_some();
        if self.is_stuck(&outline) || is_turn() {
            return false;
        }
        self.count(&outline);
        true
    }
}

impl Onlooker for Standing {
    fn another(&self) -> Self {
        Self {
            counts: Default::default(),
            stuck: Stuck::default(),
            turns: Vec::new(),
            unknown_status: 0,
            issued_while_assigned: 0,
            uncollected: 0,
            ..*self
        }
    }

    fn join(&mut self, mut other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.stuck.join(other.stuck);
        self.turns.append(&mut other.turns);
        self.unknown_status += other.unknown_status;
        self.issued_while_assigned += other.issued_while_assigned;
        self.uncollected += other.uncollected;
    }
}

/// The stuck applications of all parts. They are many and large: they stay where they were put.
#[derive(Default)]
pub struct Stuck {
    parts: Vec<Vec<Aged>>,
    totals: Totals,
}

impl Stuck {
    /// Visits them, oldest first: their places are put in order for it.
    pub fn in_order(&self) -> impl Iterator<Item = &Aged> {
        // Since when each waits, its part and its place there.
        let mut order: Vec<(Moment, u32, u32)> = Vec::with_capacity(self.parts.iter().map(Vec::len).sum());
        for (part, number) in self.parts.iter().zip(0..) {
            order.extend(part.iter().zip(0..).map(|(aged, at)| (aged.since, number, at)));
        }
        order.sort_unstable_by(|one, other| {
            let by_rule = || oldest_first(self.at(one.1, one.2), self.at(other.1, other.2));
            one.0.cmp(&other.0).then_with(by_rule).then_with(|| one.cmp(other))
        });
        order.into_iter().map(|(_, part, at)| self.at(part, at))
    }

    /// Gives them added up.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn at(&self, part: u32, at: u32) -> &Aged {
        &self.parts[part as usize][at as usize]
    }

    fn push(&mut self, aged: Aged) {
        self.totals.add(&aged);
        match self.parts.last_mut() {
            Some(last) => last.push(aged),
            None => self.parts.push(vec![aged]),
        }
    }

    fn join(&mut self, mut other: Self) {
        self.parts.append(&mut other.parts);
        self.totals.join(other.totals);
    }
}
