//! Planning a day in one transaction: read the facts, decide, record; a second run finds the plan and adds nothing.

use super::choosing::{Nobody, Onlooker, choose};
use super::files::{MadeAhead, make_ahead};
use crate::commands::aside::unknown_batches;
use crate::commands::blanks::{Stock, on_hand};
use crate::commands::office::Office;
use crate::config::same_name;
use crate::context::Context;
use crate::domain::batching::{BatchPlan, Candidate, OperatorRoom, PlannedBatch, plan_batches, room_for};
use crate::domain::blanks::plannable;
use crate::domain::card::{Batch, Card, CardFact, CardState};
use crate::domain::dossier::Dossier;
use crate::domain::moment::Moment;
use crate::domain::nik::Nik;
use crate::domain::reconcile::Reconciliation;
use crate::messages::Failure;
use crate::outputs::batch_files::belongs;
use crate::store::records::{BatchFilter, Event};
use crate::store::{Facts, Ledger, Store};
use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The event that says how many ready applications a plan left over.
pub const LEFT_OVER: &str = "left_over";

/// What is to be planned.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The day of printing.
    pub date: NaiveDate,
    /// Operators away that day, beside those of the settings.
    pub away: Vec<String>,
    /// Other capacities that day.
    pub capacities: Vec<(String, u32)>,
    /// Blanks at hand that day, instead of the ledger's number.
    pub blanks: Option<u32>,
    /// Plan further batches where the day has some already.
    pub top_up: bool,
    /// Take everything back at the end.
    pub dry_run: bool,
}

/// A planned day, as it stands in the store.
#[derive(Clone, Debug)]
pub struct DayPlan {
    /// The day of printing.
    pub date: NaiveDate,
    /// What all operators can print that day, cards.
    pub capacity: u64,
    /// Blanks on hand, where they are counted.
    pub blanks: Option<u64>,
    /// Ready applications without a card.
    pub left_over: u64,
    /// Every batch of the day with its cards, withdrawn ones too.
    pub batches: Vec<(Batch, Vec<Card>)>,
    /// Cards that this run added.
    pub added: u64,
    /// What will stand in the files of their batches.
    pub(super) made: MadeAhead,
}

/// Returns the next working day that has not begun.
///
/// # Errors
/// The calendar does not cover the days ahead.
pub fn next_batch_day(context: &Context) -> Result<NaiveDate> {
    let local = context.as_of.local(context.zone());
    Ok(context
        .calendar()?
        .next_batch_day(local, context.settings().office.workday_starts)?)
}

/// Plans and records a day, or finds it planned already.
///
/// # Errors
/// The day is past, no operators are set up, a name is unknown, or the store refuses; nothing was changed then.
pub fn plan_day(context: &Context, office: &mut Office, request: &PlanRequest) -> Result<DayPlan> {
    plan_day_watched(context, office, request, &mut Nobody)
}

/// Plans like [`plan_day`], and shows every application to an onlooker on the way.
///
/// # Errors
/// Those of [`plan_day`].
pub fn plan_day_watched<O: Onlooker>(
    context: &Context,
    office: &mut Office,
    request: &PlanRequest,
    onlooker: &mut O,
) -> Result<DayPlan> {
    let today = context.as_of.day(context.zone());
    if request.date < today {
        return Err(Failure::PastDate {
            date: request.date,
            today,
        }
        .into());
    }
    let operators = operators_on(context, request)?;
    let strangers = office.store.read(|facts| unknown_batches(office, facts))?;
    if !strangers.is_empty() {
        return Err(Failure::UnknownInOutbox { batches: strangers }.into());
    }
    let mut step = |ledger: &mut dyn Ledger| plan_in(context, ledger, request, &operators, onlooker);
    if request.dry_run {
        office.store.rehearse(&mut step)
    } else {
        office.store.write(&mut step)
    }
}

/// Returns every operator with the capacity of the day: 0 for who is away.
fn operators_on(context: &Context, request: &PlanRequest) -> Result<Vec<OperatorRoom>> {
    let operators = &context.settings().operators;
    if operators.is_empty() {
        return Err(Failure::NoOperators.into());
    }
    let named = request
        .away
        .iter()
        .chain(request.capacities.iter().map(|(name, _)| name));
    for name in named {
        if !operators.iter().any(|operator| same_name(&operator.name, name)) {
            let known = operators.iter().map(|operator| operator.name.clone()).collect();
            return Err(Failure::UnknownOperator {
                name: name.clone(),
                known,
            }
            .into());
        }
    }
    let room = |operator: &crate::config::Operator| {
        let away = operator.is_away(request.date) || request.away.iter().any(|name| same_name(name, &operator.name));
        let other = request
            .capacities
            .iter()
            .rev()
            .find(|(name, _)| same_name(name, &operator.name));
        let capacity = if away {
            0
        } else {
            other.map_or(operator.capacity, |(_, cards)| *cards)
        };
        OperatorRoom {
            name: operator.name.clone(),
            capacity,
            taken: 0,
        }
    };
    Ok(operators.iter().map(room).collect())
}

fn plan_in(
    context: &Context,
    ledger: &mut dyn Ledger,
    request: &PlanRequest,
    operators: &[OperatorRoom],
    onlooker: &mut impl Onlooker,
) -> Result<DayPlan> {
    // The step may run once more, from its beginning.
    *onlooker = onlooker.another();
    let before = day_batches(ledger, request.date)?;
    let (blanks, limit) = blanks_for(context, ledger, request, &before)?;
    let rooms: Vec<OperatorRoom> = operators.iter().map(|room| taken_room(room, &before)).collect();
    let is_planned = !before.is_empty() && !request.top_up;
    let room = if is_planned { 0 } else { room_for(&rooms, limit) };
    let rules = context.rules();
    let reconciliation = Reconciliation::gather(&*ledger, &rules)?;
    let chosen = choose(context, &*ledger, &reconciliation, room, onlooker)?;
    let mut day = DayPlan {
        date: request.date,
        capacity: operators.iter().map(|operator| u64::from(operator.capacity)).sum(),
        blanks,
        left_over: chosen.left_over,
        batches: before,
        added: u64::try_from(chosen.candidates.len())?,
        made: MadeAhead::new(),
    };
    if is_planned {
        return Ok(day);
    }
    let plan = plan_batches(chosen.candidates, &rooms, limit);
    let planned = materialize_all(context, request.date, plan, &day.batches);
    let shown = if request.dry_run { &[] } else { &planned[..] };
    day.made = beside_contents(context, shown, || {
        record(context, ledger, &planned)?;
        show_planned(&reconciliation, &planned, chosen.facts, onlooker);
        Ok(())
    })?;
    day.batches.extend(planned);
    put_in_order(ledger, request.date, &mut day.batches)?;
    if day.added > 0 {
        // How far the queue has come is a fact of this moment; answers at the counter rest on it.
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: LEFT_OVER.to_owned(),
            subject: request.date.to_string(),
            note: None,
            count: Some(day.left_over),
        })?;
    }
    Ok(day)
}

/// Shows everybody again whose card was recorded.
fn show_planned(
    reconciliation: &Reconciliation<'_>,
    recorded: &[(Batch, Vec<Card>)],
    facts: Vec<Dossier>,
    onlooker: &mut impl Onlooker,
) {
    let cards = recorded.iter().flat_map(|(batch, cards)| {
        let fact = |card| CardFact::planned(batch, card);
        cards.iter().map(move |card| (card.cells.nik, fact(card)))
    });
    let mut cards: BTreeMap<Nik, CardFact> = cards.collect();
    for mut dossier in facts {
        dossier.cards.extend(cards.remove(&dossier.nik));
        if let Some(application) = reconciliation.judge_again(&mut dossier) {
            onlooker.see(application, Some(&dossier));
        }
    }
}

/// Puts the batches of a day in the order of the store, so that this run and every later one show it alike.
fn put_in_order(ledger: &dyn Ledger, date: NaiveDate, batches: &mut [(Batch, Vec<Card>)]) -> Result<()> {
    let names = ledger
        .batches(BatchFilter::On(date))?
        .into_iter()
        .map(|batch| batch.name);
    let places: BTreeMap<String, usize> = names.zip(0..).collect();
    batches.sort_by_key(|(batch, _)| places.get(&batch.name).copied());
    Ok(())
}

fn taken_room(room: &OperatorRoom, batches: &[(Batch, Vec<Card>)]) -> OperatorRoom {
    let own = batches
        .iter()
        .filter(|(batch, _)| same_name(&batch.operator, &room.name));
    let taken: usize = own
        .map(|(_, cards)| cards.iter().filter(|card| belongs(card)).count())
        .sum();
    OperatorRoom {
        taken: u32::try_from(taken).unwrap_or(u32::MAX),
        ..room.clone()
    }
}

/// Returns the batches of a day with their cards.
pub(super) fn day_batches(facts: &(impl Facts + ?Sized), date: NaiveDate) -> Result<Vec<(Batch, Vec<Card>)>> {
    let batches = facts.batches(BatchFilter::On(date))?;
    batches
        .into_iter()
        .map(|batch| Ok((batch.clone(), facts.cards(&batch.name)?)))
        .collect()
}

/// Returns the blanks on hand, and how many cards they allow. What the ledger holds must also do for the open cards of
/// other days; a number given for the day is for that day alone.
fn blanks_for(
    context: &Context,
    ledger: &mut dyn Ledger,
    request: &PlanRequest,
    before: &[(Batch, Vec<Card>)],
) -> Result<(Option<u64>, Option<u32>)> {
    let reserve = u8::try_from(context.settings().rules.spoil_reserve_percent).unwrap_or(100);
    if let Some(given) = request.blanks {
        let open = before
            .iter()
            .flat_map(|(_, cards)| cards)
            .filter(|card| card.state == CardState::Open)
            .count();
        return Ok((
            Some(u64::from(given)),
            Some(plannable(given, reserve, u32::try_from(open)?)),
        ));
    }
    let Some(Stock { left: on_hand, .. }) = on_hand(ledger)? else {
        return Ok((None, None));
    };
    let open = u32::try_from(ledger.open_cards()?).unwrap_or(u32::MAX);
    Ok((Some(on_hand), Some(plannable(u32::try_from(on_hand)?, reserve, open))))
}

/// Does something on one core, while the other begins with what will stand in the files of a plan, which follows from it
/// alone.
fn beside_contents(
    context: &Context,
    planned: &[(Batch, Vec<Card>)],
    work: impl FnOnce() -> Result<()>,
) -> Result<MadeAhead> {
    let (lang, zone) = (context.lang, context.zone());
    let next = AtomicUsize::new(0);
    let next = || planned.get(next.fetch_add(1, Ordering::Relaxed));
    thread::scope(|scope| {
        let making = scope.spawn(|| make_ahead(next, lang, zone));
        work()?;
        let mut made = make_ahead(next, lang, zone)?;
        let panicked = |_| anyhow!("making spreadsheets panicked");
        made.append(&mut making.join().map_err(panicked)??);
        Ok(made)
    })
}

fn record(context: &Context, ledger: &mut dyn Ledger, planned: &[(Batch, Vec<Card>)]) -> Result<()> {
    for (batch, cards) in planned {
        ledger.add_batch(batch, cards)?;
        ledger.add_event(&Event {
            at: context.as_of,
            user: context.user.clone(),
            action: "batch_planned".to_owned(),
            subject: batch.name.clone(),
            note: None,
            count: Some(u64::try_from(cards.len())?),
        })?;
    }
    Ok(())
}

/// Makes the batches of a plan beside those that the day has already.
fn materialize_all(
    context: &Context,
    date: NaiveDate,
    plan: BatchPlan,
    before: &[(Batch, Vec<Card>)],
) -> Vec<(Batch, Vec<Card>)> {
    let mut ordinals = ordinals(before);
    let batches = plan.batches.into_iter().map(|planned| {
        let ordinal = ordinals.entry(planned.operator.to_lowercase()).or_insert(0);
        *ordinal += 1;
        materialize(context, date, planned, *ordinal, context.as_of)
    });
    batches.collect()
}

/// Returns the highest ordinal that each operator has on the day.
pub(super) fn ordinals(batches: &[(Batch, Vec<Card>)]) -> BTreeMap<String, u32> {
    let mut ordinals: BTreeMap<String, u32> = BTreeMap::new();
    for (batch, _) in batches {
        let highest = ordinals.entry(batch.operator.to_lowercase()).or_insert(0);
        *highest = (*highest).max(batch.ordinal);
    }
    ordinals
}

fn materialize(
    context: &Context,
    date: NaiveDate,
    planned: PlannedBatch,
    ordinal: u32,
    planned_at: Moment,
) -> (Batch, Vec<Card>) {
    let slug = context
        .settings()
        .operator(&planned.operator)
        .map_or(&planned.operator, |operator| &operator.file_name);
    let name = batch_name(date, slug, ordinal);
    let card = |(index, candidate): (usize, Candidate)| Card {
        batch: name.clone(),
        seq: u32::try_from(index + 1).unwrap_or(u32::MAX),
        cells: candidate.cells,
        right: candidate.right,
        state: CardState::Open,
        note: None,
        asked: false,
    };
    let cards = planned.cards.into_iter().enumerate().map(card).collect();
    let (operator, capacity) = (planned.operator, planned.capacity);
    (
        Batch {
            name,
            date,
            operator,
            ordinal,
            capacity,
            planned_at,
        },
        cards,
    )
}

/// Names a batch: `2021-07-22-ibrahim`, later ones of the day `2021-07-22-ibrahim+2`.
pub(super) fn batch_name(date: NaiveDate, slug: &str, ordinal: u32) -> String {
    match ordinal {
        0 | 1 => format!("{date}-{slug}"),
        later => format!("{date}-{slug}+{later}"),
    }
}
