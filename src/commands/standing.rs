//! How the office stands after a night's plan: what is counted, what is stuck, whose turn it is. Parts of the office are
//! looked at one beside the other, and joined.

use super::batch::Onlooker;
use super::stuck::{StuckOrder, Totals, stuck_order};
use crate::context::Context;
use crate::domain::ageing::calendar_days;
use crate::domain::application::{Application, Category, Glimpse, Reason};
use crate::domain::dossier::Dossier;
use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::NikReading;
use crate::domain::notices::{Turn, turn, turn_at_a_glance};
use crate::domain::phone::Phone;
use crate::domain::reconcile::Passerby;
use crate::domain::standing::Judged;
use crate::outputs::applications::{Aged, Lines, View};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

/// So many bytes of the list are written at once.
const CHUNK_BYTES: usize = 1 << 16;

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
            stuck: Stuck::new(View {
                lang: context.lang,
                zone: context.zone(),
            }),
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
            self.stuck.add(&Aged {
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
            stuck: Stuck::new(self.stuck.view),
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

/// The stuck applications of all parts, as lines of their list: each is written where it is seen, and only the places are
/// put in order.
pub struct Stuck {
    view: View,
    parts: Vec<Part>,
    totals: Totals,
    outcome: Result<()>,
}

struct Part {
    lines: Lines,
    /// What the place of each line in the list hangs on.
    orders: Vec<StuckOrder<NikReading>>,
}

impl Stuck {
    fn new(view: View) -> Self {
        Self {
            view,
            parts: Vec::new(),
            totals: Totals::default(),
            outcome: Ok(()),
        }
    }

    /// Writes their list, oldest first.
    ///
    /// # Errors
    /// The writer fails.
    pub fn write(&self, out: impl Write) -> Result<()> {
        if let Err(error) = &self.outcome {
            bail!("{error:#}");
        }
        // Since when each waits, its part and its place there.
        let mut places: Vec<(Moment, u32, u32)> =
            Vec::with_capacity(self.parts.iter().map(|part| part.orders.len()).sum());
        for (part, number) in self.parts.iter().zip(0..) {
            let orders = part.orders.iter().zip(0..);
            places.extend(orders.map(|((since, ..), at)| (*since, number, at)));
        }
        let order = |(_, part, at): &(Moment, u32, u32)| &self.parts[*part as usize].orders[*at as usize];
        places.sort_unstable_by(|one, other| {
            let by_rule = || order(one).cmp(order(other));
            one.0.cmp(&other.0).then_with(by_rule).then_with(|| one.cmp(other))
        });
        let mut out = BufWriter::with_capacity(CHUNK_BYTES, out);
        out.write_all(Lines::keys(self.view)?.as_bytes())?;
        for (_, part, at) in places {
            out.write_all(self.parts[part as usize].lines.line(at as usize).as_bytes())?;
        }
        Ok(out.flush()?)
    }

    /// Gives them added up.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn add(&mut self, aged: &Aged) {
        self.totals.add(aged);
        if self.parts.is_empty() {
            self.parts.push(Part {
                lines: Lines::new(self.view),
                orders: Vec::new(),
            });
        }
        if let Some(part) = self.parts.last_mut() {
            let (since, nik, category) = stuck_order(aged);
            part.orders.push((since, nik.clone(), category));
            if let Err(error) = part.lines.add(aged) {
                self.outcome = Err(error);
            }
        }
    }

    fn join(&mut self, mut other: Self) {
        self.parts.append(&mut other.parts);
        self.totals.join(other.totals);
        if other.outcome.is_err() {
            self.outcome = other.outcome;
        }
    }
}
