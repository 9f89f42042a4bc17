//! What has to hold whatever the facts are: on the pure core with made-up facts, and through the binary for the order,
//! division and repetition of files.

use crate::harness::{Office, csv_rows};
use crate::model::{LinkRow, day};
use crate::scenario::{links_csv, list};
use cetak::domain::application::{Application, Glimpse, Reason};
use cetak::domain::batching::{Candidate, OperatorRoom, plan_batches};
use cetak::domain::calendar::{Calendar, OfficeWeek};
use cetak::domain::card::CardResult;
use cetak::domain::card::{CardCells, CardFact, CardState, PrintRight};
use cetak::domain::dossier::{Decision, Dossier, FactSource, Handover, WalkIn};
use cetak::domain::few::reconcile_few;
use cetak::domain::moment::{Moment, Zone};
use cetak::domain::nik::{Nik, NikReading};
use cetak::domain::parts::{DossierWork, Dossiers};
use cetak::domain::queue::{QueueEntry, QueueRow, StatusSighting};
use cetak::domain::reconcile::{Passerby, Reconciliation, reconcile, reconcile_one};
use cetak::domain::record_status::{RecordStatus, StatusRules};
use cetak::domain::registration::{Registration, RowKey};
use cetak::domain::snapshot::{Keeper, Known, Offered, SnapshotDelta, SnapshotDraft};
use cetak::domain::standing::{Judged, Rules};
use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

fn zone() -> Zone {
    Zone::east_opt(7 * 3600).unwrap()
}

/// So many hours after the first of June.
fn at(hours: u32) -> Moment {
    Moment::from_seconds(Moment::start_of(day("2021-06-01"), zone()).seconds() + i64::from(hours) * 3600)
}

fn nik(number: usize) -> Nik {
    Nik::from_u64(1_671_094_107_959_000 + number as u64).unwrap()
}

// --- the plan ----------------------------------------------------------------------------------------------------

prop_compose! {
    fn candidate()(
        number in 0..900_usize, district in 0..4_u8, village in 0..3_u8, waiting in 0..500_u32,
        class in 0..3_usize, expedited in prop::bool::weighted(0.1), spoiled_before in prop::bool::weighted(0.1),
    ) -> Candidate {
        Candidate {
            cells: CardCells {
                nik: nik(number),
                name: "SITI MUKTI".to_owned(),
                birth_date: None,
                district: (district > 0).then(|| format!("KECAMATAN {district}")),
                village: (village > 0).then(|| format!("Kelurahan {village}")),
                request_no: None,
                reason: None,
                waiting_since: at(waiting),
                days_waiting: 0,
                ready_since: None,
            },
            right: PrintRight::Entry(at(waiting)),
            class,
            expedited,
            spoiled_before,
        }
    }
}

prop_compose! {
    fn rooms()(free in vec((0..40_u32, 0..12_u32), 1..6)) -> Vec<OperatorRoom> {
        let room = |(index, (capacity, taken)): (usize, (u32, u32))| {
            OperatorRoom { name: format!("operator {index}"), capacity, taken }
        };
        free.into_iter().enumerate().map(room).collect()
    }
}

/// One candidate for each NIK, as the reconciliation gives them.
fn one_each(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let by_nik: BTreeMap<Nik, Candidate> = candidates.into_iter().map(|one| (one.cells.nik, one)).collect();
    by_nik.into_values().collect()
}

fn precedence(one: &Candidate) -> (bool, usize, bool, Moment, Nik) {
    (
        !one.expedited,
        one.class,
        !one.spoiled_before,
        one.cells.waiting_since,
        one.cells.nik,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// As many as operators, blanks and the ready allow; nobody above the cap or one card above the share; nobody
    /// left over while a later one is planned; nobody twice; whole runs; the same whatever order the ready come in.
    #[test]
    fn a_plan_keeps_caps_shares_and_order(
        candidates in vec(candidate(), 0..120), rooms in rooms(), blanks in prop::option::of(0..80_u32), turn in 0..50_usize,
    ) {
        let ready = one_each(candidates);
        let plan = plan_batches(ready.clone(), &rooms, blanks);
        let free: usize = rooms.iter().map(|room| room.free() as usize).sum();
        let limit = free.min(ready.len()).min(blanks.map_or(usize::MAX, |blanks| blanks as usize));
        prop_assert_eq!(plan.planned(), limit);
        prop_assert_eq!(plan.left_over, ready.len() - limit);
        for room in &rooms {
            let own: usize =
                plan.batches.iter().filter(|batch| batch.operator == room.name).map(|batch| batch.cards.len()).sum();
            prop_assert!(own <= room.free() as usize);
            if free > 0 {
                let share = limit as f64 * f64::from(room.free()) / free as f64;
                prop_assert!((own as f64 - share).abs() < 1.0, "{} of {}", own, share);
            }
        }
        prop_assert!(plan.batches.iter().all(|batch| !batch.cards.is_empty()));
        let planned: Vec<&Candidate> = plan.batches.iter().flat_map(|batch| &batch.cards).collect();
        let niks: BTreeSet<Nik> = planned.iter().map(|one| one.cells.nik).collect();
        prop_assert_eq!(niks.len(), planned.len());
        let last = planned.iter().map(|one| precedence(one)).max();
        let first_left = ready.iter().filter(|one| !niks.contains(&one.cells.nik)).map(precedence).min();
        if let (Some(last), Some(first_left)) = (last, first_left) {
            prop_assert!(last < first_left);
        }
        let place = |one: &&Candidate| {
            let upper = |text: &Option<String>| text.clone().unwrap_or_default().to_uppercase();
            (upper(&one.cells.district), upper(&one.cells.village), one.cells.waiting_since)
        };
        prop_assert!(planned.iter().map(place).collect::<Vec<_>>().is_sorted());
        let mut turned = ready;
        let middle = if turned.is_empty() { 0 } else { turn % turned.len() };
        turned.rotate_left(middle);
        prop_assert_eq!(plan_batches(turned, &rooms, blanks), plan);
    }
}

// --- the reconciliation ------------------------------------------------------------------------------------------

/// Facts in vectors, as a store would give them.
#[derive(Clone, Debug, Default)]
struct Facts {
    dossiers: BTreeMap<Nik, Dossier>,
    held: Vec<Registration>,
}

impl FactSource for Facts {
    type Error = Infallible;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), Infallible>) -> Result<(), Infallible> {
        self.dossiers.values().cloned().try_for_each(visit)
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, Infallible> {
        Ok(self.dossiers.get(&nik).cloned())
    }

    /// Leaves everything out of outlines that may be missing there.
    fn dossier_parts(
        &self,
        work: &DossierWork<'_>,
        done: &mut dyn FnMut(usize) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        let all: Vec<&Dossier> = self.dossiers.values().collect();
        for (number, part) in all.chunks(5).enumerate() {
            let (ahead, present) = (part.iter().copied(), None);
            work(number, &mut Outlined { ahead, present });
            done(number)?;
        }
        Ok(())
    }

    fn held_registrations(&self) -> Result<Vec<Registration>, Infallible> {
        Ok(self.held.clone())
    }

    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), Infallible>) -> Result<(), Infallible> {
        let entries = self.dossiers.values().filter_map(|dossier| dossier.entry.as_ref());
        entries.filter(|entry| entry.left_at.is_none()).try_for_each(visit)
    }

    fn decisions(&self) -> Result<Vec<Decision>, Infallible> {
        Ok(Vec::new())
    }
}

/// Dossiers of which no more is given than an outline, until the whole is asked for.
struct Outlined<'d, I: Iterator<Item = &'d Dossier>> {
    ahead: I,
    present: Option<(&'d Dossier, Dossier)>,
}

impl<'d, I: Iterator<Item = &'d Dossier>> Dossiers for Outlined<'d, I> {
    fn next(&mut self) -> Option<&mut Dossier> {
        self.present = self.ahead.next().map(|dossier| (dossier, outline(dossier)));
        self.present.as_mut().map(|(_, outline)| outline)
    }

    fn whole(&mut self) -> Option<&mut Dossier> {
        let (whole, given) = self.present.as_mut()?;
        given.clone_from(whole);
        Some(given)
    }
}

fn outline(whole: &Dossier) -> Dossier {
    let mut outline = whole.clone();
    let queued = whole.entry.as_ref().map(|entry| &entry.row.name);
    let is_alike = |one: &Registration| queued.is_none_or(|name| one.name.eq_ignore_ascii_case(name));
    let are_alike = whole.registrations.iter().all(is_alike);
    for one in &mut outline.registrations {
        (one.kk, one.phone, one.district, one.village) = (None, None, None, None);
        (one.rt_rw, one.email) = (None, None);
        if are_alike {
            one.name = "".into();
        }
    }
    if let Some(entry) = &mut outline.entry {
        let row = &mut entry.row;
        (row.kk, row.district, row.village, row.request_no) = (None, None, None, None);
        if are_alike {
            row.name = "".into();
        }
    }
    outline
}

/// Sees everybody, of some only the outline.
struct Glancing {
    takes_every: usize,
    glances: usize,
    outlines: Vec<Application>,
    seen: Vec<Application>,
}

impl Passerby for Glancing {
    fn see(&mut self, application: Application, _: Option<&Dossier>) {
        self.seen.push(application);
    }

    fn glance(&mut self, outline: Judged<'_>) -> bool {
        let told = outline.tell();
        assert_eq!(glimpsed(&outline), glimpsed(&told));
        assert!(outline.may_be_reached() || !told.may_be_reached());
        self.glances += 1;
        let is_enough = self.glances.is_multiple_of(self.takes_every);
        if is_enough {
            self.outlines.push(told);
        }
        is_enough
    }
}

/// All that a glance can tell, but for whether the citizen can be reached.
fn glimpsed(seen: &impl Glimpse) -> String {
    let facts = (
        seen.nik(),
        seen.category(),
        seen.next_step(),
        seen.registrations(),
        seen.is_queued(),
    );
    let times = (seen.queued_at(), seen.waiting_since(), seen.printed_at());
    let print = (
        seen.right(),
        seen.reason(),
        seen.is_expedited(),
        seen.was_spoiled_before(),
    );
    let said = [Reason::UnknownStatus, Reason::IssuedWhileAssigned, Reason::QueueLags].map(|one| seen.says(&one));
    format!("{facts:?} {times:?} {print:?} {said:?} {}", seen.is_open())
}

/// The rules of an office that set none of its own.
fn strict(statuses: &StatusRules) -> Rules<'_> {
    Rules {
        as_of: at(1000),
        today: at(1000).day(zone()),
        zone: zone(),
        require_registration: true,
        reprint_needs_queue: true,
        statuses,
    }
}

/// What an outline's application has in common with that of the whole.
fn heart(application: &Application) -> Application {
    let mut heart = application.clone();
    heart.name = "".into();
    (heart.district, heart.village, heart.request_no, heart.phone) = (None, None, None, None);
    heart
}

fn registration(reading: NikReading, hours: u32, key: u8, other_name: bool, reason: Option<&str>) -> Registration {
    let name = if other_name { "WAHYU HARJA" } else { "SITI MUKTI" };
    Registration {
        reason: reason.map(Into::into),
        ..Registration::new(RowKey([key; 16]), reading, name.into(), at(hours))
    }
}

const REASONS: [Option<&str>; 4] = [None, Some("Pemula"), Some("Hilang"), Some("perubahan data")];

prop_compose! {
    fn entry(number: usize)(
        status in 0..18_usize, hours in prop::option::of(0..900_u32), left in prop::option::weighted(0.2, 800..1000_u32),
        alive in prop::option::weighted(0.3, prop::bool::weighted(0.8)),
        moved in prop::option::weighted(0.3, prop::bool::weighted(0.2)), born in 0..9000_u64,
    ) -> QueueEntry {
        let statuses = RecordStatus::KNOWN;
        let status = statuses.get(status).cloned().unwrap_or(RecordStatus::Unknown("TUNGGU".to_owned()));
        let birth_date = day("1980-01-01").checked_add_days(Days::new(born + 5000));
        QueueEntry {
            row: QueueRow {
                status_at: hours.map(at),
                birth_date,
                alive,
                moved,
                ..QueueRow::new(nik(number), "SITI MUKTI".into(), status)
            },
            first_status_at: hours.map(at),
            first_seen_at: at(700),
            status_seen_at: at(700),
            left_at: left.map(at),
        }
    }
}

prop_compose! {
    fn card()(planned in 0..900_u32, state in 0..5_u8, reprint in any::<bool>()) -> CardFact {
        let answered = |result| CardState::Answered { result, at: at(planned + 20) };
        CardFact {
            batch: "2021-07-01-ibrahim".to_owned(),
            planned_at: at(planned),
            right: if reprint { PrintRight::Reprint(at(planned)) } else { PrintRight::Entry(at(planned)) },
            state: match state {
                0 => CardState::Open,
                1 => answered(CardResult::Spoiled),
                2 => answered(CardResult::NotPrinted),
                3 => CardState::Withdrawn { at: at(planned + 30) },
                _ => answered(CardResult::Printed),
            },
            ready_since: Some(at(planned)),
        }
    }
}

prop_compose! {
    fn dossier(number: usize)(
        rows in vec((0..1000_u32, any::<u8>(), prop::bool::weighted(0.1), 0..4_usize), 0..4),
        entry in prop::option::weighted(0.7, entry(number)), mut cards in vec(card(), 0..3),
        walk_ins in vec(0..1000_u32, 0..2), handovers in vec(0..1000_u32, 0..2),
    ) -> Dossier {
        let mut dossier = Dossier::new(nik(number));
        dossier.registrations = rows
            .into_iter()
            .map(|(hours, key, other, reason)| {
                registration(NikReading::Trusted(nik(number)), hours, key, other, REASONS[reason])
            })
            .collect();
        dossier.registrations.sort_by_key(|row| (row.submitted_at, row.row_key));
        cards.sort_by_key(|card| card.planned_at);
        // The store lets no second card open beside an open one.
        let open = cards.iter().rposition(|card| card.state == CardState::Open);
        let mut place = 0;
        cards.retain(|card| {
            place += 1;
            card.state != CardState::Open || Some(place - 1) == open
        });
        dossier.cards = cards;
        dossier.sightings = entry.iter().map(|entry| StatusSighting {
            status: entry.row.status.clone(),
            status_at: entry.row.status_at,
            seen_at: entry.status_seen_at,
        }).collect();
        dossier.entry = entry;
        dossier.walk_ins = walk_ins
            .into_iter()
            .map(|hours| WalkIn { nik: nik(number), printed_at: at(hours), operator: None, reason: None, name: None })
            .collect();
        dossier.handovers = handovers
            .into_iter()
            .map(|hours| Handover { handed_at: at(hours), collector: None, relation: None, old_card: false })
            .collect();
        dossier
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    let dossiers: Vec<_> = (0..12).map(dossier).collect();
    (dossiers, vec((0..1000_u32, any::<u8>(), 0..4_usize), 0..4)).prop_map(|(dossiers, held)| Facts {
        dossiers: dossiers.into_iter().map(|dossier| (dossier.nik, dossier)).collect(),
        held: held
            .into_iter()
            .filter_map(|(hours, key, reason)| {
                let reading = NikReading::read("1,67105E+15")?;
                Some(registration(reading, hours, key, true, REASONS[reason]))
            })
            .collect(),
    })
}

fn applications(facts: &Facts, rules: &Rules) -> Vec<Application> {
    let mut all = Vec::new();
    let visited: Result<(), Infallible> = reconcile(facts, rules, &mut |application| {
        all.push(application);
        Ok(())
    });
    visited.unwrap();
    all
}

/// Whether a NIK has an application at all: an entry that left and was never registered is none.
fn waits(dossier: &Dossier) -> bool {
    let present = dossier.entry.as_ref().is_some_and(|entry| entry.left_at.is_none());
    let open = dossier.cards.iter().any(|card| card.state == CardState::Open);
    let printed = |card: &CardFact| {
        matches!(
            card.state,
            CardState::Answered {
                result: CardResult::Printed,
                ..
            }
        )
    };
    let closed = dossier.cards.iter().any(printed) || !dossier.walk_ins.is_empty() || !dossier.handovers.is_empty();
    present || open || closed || !dossier.registrations.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Each NIK that waits for something stands in one category, each held row by itself; the same facts give the same
    /// answer, one by one too; only what is ready may be printed, and never a second card on a right that is used up.
    #[test]
    fn every_application_is_in_exactly_one_category(
        facts in facts(), require_registration in any::<bool>(), reprint_needs_queue in any::<bool>(),
        asks_every in 1..4_usize,
    ) {
        let statuses = StatusRules::default();
        let rules = Rules { require_registration, reprint_needs_queue, ..strict(&statuses) };
        let all = applications(&facts, &rules);
        prop_assert_eq!(&applications(&facts, &rules), &all);
        // An entry that is proposed is visited after the others.
        let mut of_niks: Vec<Nik> = all.iter().filter_map(|application| application.nik.trusted()).collect();
        of_niks.sort_unstable();
        let expected: Vec<Nik> = facts.dossiers.values().filter(|one| waits(one)).map(|one| one.nik).collect();
        prop_assert_eq!(&of_niks, &expected);
        prop_assert_eq!(all.iter().filter(|one| one.nik.trusted().is_none()).count(), facts.held.len());
        for application in all.iter().filter(|one| one.nik.trusted().is_some()) {
            let dossier = &facts.dossiers[&application.nik.trusted().unwrap()];
            prop_assert_eq!(application.right.is_some(), application.category.code() == "ready");
            prop_assert_eq!(application.category.code() == "assigned", dossier.cards.iter().any(|c| c.state == CardState::Open));
            let printed: Vec<PrintRight> = dossier.cards.iter().filter_map(|card| match card.state {
                CardState::Answered { result: CardResult::Printed, .. } => Some(card.right),
                _ => None,
            }).collect();
            prop_assert!(application.right.is_none_or(|right| !printed.contains(&right)), "{:?}", application);
            if application.category.code() != "near_match" {
                let one = reconcile_one(&facts, dossier.nik, &rules).unwrap();
                prop_assert_eq!(one.map(|one| one.category.code()), Some(application.category.code()));
            }
            let few = reconcile_few(&facts, &BTreeSet::from([dossier.nik]), Vec::new(), &rules).unwrap();
            prop_assert_eq!(&few[..], std::slice::from_ref(application));
        }
        let asked: BTreeSet<Nik> = expected.into_iter().step_by(asks_every).collect();
        let mut of_asked: Vec<Application> = all;
        of_asked.retain(|one| one.nik.trusted().is_some_and(|nik| asked.contains(&nik)));
        of_asked.sort_by_key(|one| one.nik.trusted());
        prop_assert_eq!(reconcile_few(&facts, &asked, Vec::new(), &rules).unwrap(), of_asked);
    }

    /// Nobody is lost, seen twice or judged otherwise where a look at the outline was enough.
    #[test]
    fn an_outline_is_judged_like_the_whole(facts in facts(), takes_every in 1..4_usize) {
        let statuses = StatusRules::default();
        let rules = strict(&statuses);
        let all = applications(&facts, &rules);
        let (mut outlines, mut seen) = (Vec::new(), Vec::new());
        let reconciliation = Reconciliation::gather(&facts, &rules).unwrap();
        let new = || Glancing { takes_every, glances: 0, outlines: Vec::new(), seen: Vec::new() };
        reconciliation.pass_all(&facts, new, |part| {
            outlines.extend(part.outlines);
            seen.extend(part.seen);
            Ok(())
        }).unwrap();
        prop_assert!(seen.iter().all(|one| all.contains(one)));
        let mut found: Vec<String> = seen.iter().chain(&outlines).map(|one| format!("{:?}", heart(one))).collect();
        let mut expected: Vec<String> = all.iter().map(|one| format!("{:?}", heart(one))).collect();
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    /// The equation of a snapshot of several files; whatever the order of the files, the same rows are written.
    #[test]
    fn a_snapshot_accounts_for_every_row(
        rows in vec((0..20_usize, 0..1000_u32, 0..3_i64), 0..60), cut in 0..60_usize, known in vec(0..30_usize, 0..20),
    ) {
        // Two rows with one status date and other content: the later row wins, so only then the order matters.
        let mut seen = BTreeSet::new();
        let rows: Vec<_> = rows.into_iter().filter(|(number, hours, _)| seen.insert((*number, *hours))).collect();
        let known: BTreeSet<usize> = known.into_iter().collect();
        let before: Vec<Known> = known
            .iter()
            .map(|number| known_entry(*number))
            .collect();
        let cut = cut.min(rows.len());
        let (one, other) = rows.split_at(cut);
        let mut written = Vec::new();
        for files in [[one, other], [other, one]] {
            let (mut draft, mut kept) = (SnapshotDraft::new(before.clone()), Rows::default());
            for file in files {
                draft.next_file();
                for (line, (number, hours, content)) in (2..).zip(file) {
                    kept.offer(&mut draft, line, (*number, *hours, *content));
                }
            }
            let delta = draft.finish(false);
            for (tally, file) in delta.tallies.iter().zip(files) {
                prop_assert_eq!(tally.added + tally.changed + tally.unchanged, file.len() as u64);
            }
            let listed: BTreeSet<usize> = rows.iter().map(|row| row.0).collect();
            let gone = before.iter().filter(|entry| entry.present).map(|entry| entry.nik);
            let gone: Vec<Nik> = gone.filter(|entry| !listed.iter().any(|number| nik(*number) == *entry)).collect();
            prop_assert_eq!(&delta.left, &gone);
            let fresh = listed.iter().filter(|number| !known.contains(number)).count() as u64;
            prop_assert_eq!(delta.tallies.iter().map(|tally| tally.added).sum::<u64>(), fresh);
            let rows: Vec<_> = delta.rows.iter().map(|number| kept.0[*number as usize].clone()).collect();
            prop_assert!(rows.is_sorted_by(|(one, _), (other, _)| one.nik < other.nik));
            written.push(rows);
        }
        prop_assert_eq!(&written[0], &written[1]);
    }

    /// A line that is known does what its row would do.
    #[test]
    fn a_snapshot_is_the_same_where_lines_are_known(
        rows in vec((0..8_usize, 0..4_u32, any::<bool>()), 0..40), cut in 0..40_usize,
        known in vec(0..8_usize, 0..8), partial in any::<bool>(),
    ) {
        let known: BTreeSet<usize> = known.into_iter().collect();
        let before: Vec<Known> = known.iter().map(|number| known_entry(*number)).collect();
        let snapshot = |recognises: bool| {
            let (mut draft, mut kept) = (SnapshotDraft::new(before.clone()), Rows::default());
            let (one, other) = rows.split_at(cut.min(rows.len()));
            for file in [one, other] {
                draft.next_file();
                for (line, (number, hours, is_other)) in (2..).zip(file) {
                    let is_known = *hours == stored_hours(*number) && !is_other;
                    let place = before.iter().position(|entry| entry.nik == nik(*number) && entry.present);
                    match place.filter(|_| is_known && recognises) {
                        Some(place) => draft.recognise(line, place as u32, &mut kept).unwrap(),
                        None => kept.offer(&mut draft, line, (*number, *hours, if is_known { 1 } else { 2 })),
                    }
                }
            }
            let SnapshotDelta { rows, retraced, left, left_unprinted, present_unprinted, tallies } = draft.finish(partial);
            let rows: Vec<_> = rows.into_iter().map(|number| kept.0[number as usize].clone()).collect();
            (rows, retraced, left, (left_unprinted, present_unprinted), tallies)
        };
        prop_assert_eq!(snapshot(true), snapshot(false));
    }

    /// Working days are those that a person would count on the wall calendar.
    #[test]
    fn working_days_are_counted_one_by_one(start in 0..2500_u64, span in 0..200_u64, closed in vec(0..2700_u64, 0..20)) {
        let first = day("2020-01-01");
        let closed: BTreeSet<NaiveDate> = closed.into_iter().map(|days| first + Days::new(days)).collect();
        let calendar = Calendar::new(OfficeWeek::default(), closed.iter().copied(), &[]);
        let (from, to) = (first + Days::new(start), first + Days::new(start + span));
        let counted = from.iter_days().skip(1).take_while(|day| *day <= to);
        let counted = counted.filter(|day| calendar.is_working_day(*day).unwrap()).count();
        prop_assert_eq!(calendar.working_days_between(from, to).unwrap() as usize, counted);
        prop_assert!(closed.iter().all(|day| !calendar.is_working_day(*day).unwrap()));
        let next = calendar.next_working_day(from).unwrap();
        prop_assert!(next > from && calendar.is_working_day(next).unwrap());
        prop_assert_eq!(calendar.working_days_between(from, next).unwrap(), 1);
    }
}

/// An entry of before: some have left.
fn known_entry(number: usize) -> Known {
    Known {
        nik: nik(number),
        content: 1,
        trace: None,
        present: !number.is_multiple_of(3),
        printed: false,
    }
}

fn stored_hours(number: usize) -> u32 {
    number as u32 % 4
}

/// Rows that say something new.
#[derive(Default)]
struct Rows(Vec<(QueueRow, i64)>);

impl Rows {
    fn offer(&mut self, draft: &mut SnapshotDraft, line: u64, (number, hours, content): (usize, u32, i64)) {
        let row = queue_row(number, hours);
        let offered = Offered {
            line,
            row: &row,
            content,
            trace: None,
        };
        draft.offer(std::iter::once(offered), self).unwrap();
    }
}

impl Keeper for Rows {
    type Error = Infallible;

    fn keep(&mut self, offered: Offered<'_>) -> Result<(), Infallible> {
        self.0.push((offered.row.clone(), offered.content));
        Ok(())
    }

    fn status_at(&mut self, of: Nik) -> Result<Option<Moment>, Infallible> {
        let number = (0..30).find(|number| nik(*number) == of).unwrap();
        Ok(Some(at(stored_hours(number))))
    }
}

fn queue_row(number: usize, hours: u32) -> QueueRow {
    QueueRow {
        status_at: Some(at(hours)),
        ..QueueRow::new(nik(number), "SITI MUKTI".into(), RecordStatus::PrintReadyRecord)
    }
}

// --- files, through the binary -----------------------------------------------------------------------------------

const SETTINGS: &str = "lang = \"en\"\n[office]\ncode = \"1671\"\n[[operator]]\nname = \"ani\"\ncapacity = 6\n\
                        [[operator]]\nname = \"Budi\"\ncapacity = 3\n";
const NOW: &str = "2021-07-05T22:00";

fn link_row(number: usize, minutes: u32, damage: u8, reason: usize) -> LinkRow {
    let sent = day("2021-06-01").and_hms_opt(8, 0, 0).unwrap();
    let digits = format!("16710{}4107{:02}{:04}", 1 + number % 9, 50 + number % 40, 9000 + number);
    LinkRow {
        at: (damage != 9).then(|| sent + chrono::Duration::minutes(i64::from(minutes))),
        nik: match damage {
            7 => digits[..15].to_owned(),
            8 => "1,67105E+15".to_owned(),
            _ => digits,
        },
        kk: format!("167101050812{:04}", 1000 + number),
        name: format!("Orang {}", ["Satu", "Dua", "Tiga", "Empat", "Lima"][number % 5]),
        phone: format!("0812555{number:05}"),
        district: "KALIDONI".to_owned(),
        village: "SATU".to_owned(),
        reason: REASONS[reason].unwrap_or("").to_owned(),
        too_long: false,
    }
}

prop_compose! {
    /// Rows as people send them: some twice, some damaged, some from the same person again.
    fn sent()(rows in vec((0..25_usize, 0..20_000_u32, 0..10_u8, 0..4_usize), 3..40)) -> Vec<LinkRow> {
        let mut rows: Vec<LinkRow> = rows
            .into_iter()
            .map(|(number, minutes, damage, reason)| link_row(number, minutes, damage, reason))
            .collect();
        rows.sort();
        rows
    }
}

/// The same rows saved from a spreadsheet in Indonesian: semicolons, other headers in another order, day first, digits
/// kept as text by an apostrophe or spaced.
fn as_a_spreadsheet_saves_it(rows: &[LinkRow]) -> String {
    let mut text = "\u{feff}Nama Lengkap;NIK;Cap waktu;Kelurahan;Kecamatan;No. KK;No HP;Alasan Cetak\n".to_owned();
    for (index, row) in rows.iter().enumerate() {
        let at = row
            .at
            .map_or("kemarin".to_owned(), |at| at.format("%d/%m/%Y %H:%M:%S").to_string());
        let nik = match index % 3 {
            0 => format!("'{}", row.nik),
            1 if row.nik.len() == 16 => format!("{} {}", &row.nik[..6], &row.nik[6..]),
            _ => row.nik.clone(),
        };
        let LinkRow {
            name,
            village,
            district,
            kk,
            phone,
            reason,
            ..
        } = row;
        text += &format!("{name};{nik};{at};{village};{district};{kk};{phone};{reason}\n");
    }
    text
}

/// A home with a queue, into which link files are imported one call each; what comes out of it.
fn state_after(files: &[Vec<LinkRow>]) -> (String, Office) {
    let office = Office::new(SETTINGS);
    let header = "NIK,NAMA_LGKP,EKTP_CURRENT_STATUS_CODE,EKTP_UPDATED_DATE\n";
    let entries = (0..25).filter(|number| number % 3 > 0).map(|number| {
        let row = link_row(number, 0, 0, 0);
        format!(
            "{},{},PRR,2021-06-{:02} 10:00:00\n",
            row.nik,
            row.name.to_uppercase(),
            1 + number
        )
    });
    let queue = office.put(
        "antrean-2021-07-01.csv",
        &(header.to_owned() + &entries.collect::<String>()),
    );
    office
        .run(NOW, &["import", "queue", queue.to_str().unwrap()])
        .ends_with(0);
    for (number, rows) in files.iter().enumerate() {
        let path = office.put(&format!("link-{number}.csv"), &links_csv(rows, "GMT+7"));
        let shown = office.json(NOW, &["import", "links", path.to_str().unwrap()]);
        let sum: u64 = ["added", "changed", "unchanged", "held", "rejected"]
            .iter()
            .map(|bucket| shown[0][bucket].as_u64().unwrap())
            .sum();
        assert_eq!(shown[0]["rows"], sum);
        assert_eq!(sum, rows.len() as u64);
    }
    let state = office
        .run(NOW, &["reconcile", "--all", "--format", "json"])
        .ends_with(0)
        .stdout;
    (state, office)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 16, ..ProptestConfig::default() })]

    /// Any order, division, overlap and repetition of link files gives the same state; then a plan, and the same plan.
    #[test]
    fn link_files_give_one_state_however_they_come(rows in sent(), low in 0..40_usize, high in 0..40_usize) {
        let (low, high) = (low.min(high).min(rows.len()), low.max(high).min(rows.len()));
        let (whole, office) = state_after(std::slice::from_ref(&rows));
        let overlapping = [rows[low..].to_vec(), rows[..high].to_vec(), rows[low..high].to_vec()];
        let (divided, _) = state_after(&overlapping);
        prop_assert_eq!(&divided, &whole);
        let divided_rows = rows[low..high].to_vec();
        let mut backwards = rows.clone();
        backwards.reverse();
        let (repeated, _) = state_after(&[backwards, rows[..low].to_vec(), rows.clone(), rows]);
        prop_assert_eq!(&repeated, &whole);
        let path = office.put("sheets.csv", &as_a_spreadsheet_saves_it(&divided_rows));
        let shown = office.json(NOW, &["import", "links", path.to_str().unwrap(), "--date-order", "dmy"]);
        let known = shown[0]["unchanged"].as_u64().unwrap() + shown[0]["rejected"].as_u64().unwrap();
        prop_assert_eq!(&shown[0]["rows"], known, "{:#}", &shown[0]);
        let after = office.run(NOW, &["reconcile", "--all", "--format", "json"]).ends_with(0).stdout;
        prop_assert_eq!(&after, &whole);
        let first = office.run(NOW, &["batch", "--format", "json"]).ends_with(0).stdout;
        let files = office.tree("outbox");
        let again = office.run(NOW, &["batch", "--format", "json"]).ends_with(0).stdout;
        prop_assert_eq!(again, first);
        prop_assert_eq!(office.tree("outbox"), files);
    }
}

/// A file that went through a spreadsheet, and the same rows from the form itself: in either order they are trusted.
#[test]
fn a_row_held_in_one_file_and_trusted_in_another_is_trusted() {
    let ending_in_zero = |number: usize| {
        let mut row = link_row(number, 10 * number as u32, 0, 1);
        row.nik.replace_range(15.., "0");
        row
    };
    let lost: Vec<LinkRow> = (0..30).map(ending_in_zero).collect();
    let mut whole: Vec<LinkRow> = (30..90)
        .map(|number| link_row(number, 10 * number as u32, 0, 1))
        .collect();
    whole.extend(lost[..10].to_vec());
    let (one, office) = state_after(&[lost.clone(), whole.clone()]);
    let (other, _) = state_after(&[whole, lost]);
    assert_eq!(one, other);
    let state: serde_json::Value = serde_json::from_str(&one).unwrap();
    let held = list(&state, "applications")
        .iter()
        .filter(|app| app["category"] == "unreadable_nik")
        .count();
    assert_eq!(
        held,
        20,
        "the ten that the form itself shows are trusted\n{:#?}",
        office.said().last()
    );
}

/// No row is lost: what was rejected comes back as it stood, is refused again unmended, and comes in once it is mended.
#[test]
fn a_mended_rejects_file_brings_every_row_in() {
    let office = Office::new(SETTINGS);
    let mut rows: Vec<LinkRow> = (0..6)
        .map(|number| link_row(number, 60 * number as u32, 0, 1))
        .collect();
    rows[1].at = None;
    rows[1].name = "=HYPERLINK(\"x\")".to_owned();
    (rows[3].nik, rows[3].name) = (String::new(), String::new());
    let import = |path: &str| office.json(NOW, &["import", "links", path])[0].clone();
    let first = import(office.put("link.csv", &links_csv(&rows, "GMT+7")).to_str().unwrap());
    assert_eq!(
        (&first["added"], &first["rejected"]),
        (&4.into(), &2.into()),
        "{first:#}"
    );
    let rejects = String::from_utf8(office.read(first["rejects_file"].as_str().unwrap())).unwrap();
    let codes: Vec<String> = csv_rows(rejects.as_bytes())
        .iter()
        .map(|row| row["code"].clone())
        .collect();
    let again = import(office.put("sisa.csv", &rejects).to_str().unwrap());
    assert_eq!(
        (&again["rows"], &again["rejected"]),
        (&2.into(), &2.into()),
        "{again:#}"
    );
    let same = csv_rows(&office.read(again["rejects_file"].as_str().unwrap()));
    assert_eq!(same.iter().map(|row| row["code"].clone()).collect::<Vec<_>>(), codes);
    let mended = rejects.replace("kemarin sore", "2021/06/02 8:00:00 AM GMT+7");
    let mut lines: Vec<String> = mended.lines().map(str::to_owned).collect();
    let person = link_row(3, 0, 0, 1);
    lines[2] = lines[2].replacen(",,", &format!(",{},", person.nik), 1);
    let mended = import(office.put("betul.csv", &lines.join("\r\n")).to_str().unwrap());
    assert_eq!(
        (&mended["rows"], &mended["added"]),
        (&2.into(), &2.into()),
        "{mended:#}\n{lines:#?}"
    );
    let state = office.json(NOW, &["reconcile", "--all"]);
    let apps = list(&state, "applications");
    assert_eq!(apps.len(), 6);
    let carried = |app: &&serde_json::Value| app["name"] == rows[1].name.as_str() && app["nik"] == rows[1].nik.as_str();
    assert_eq!(apps.iter().filter(carried).count(), 1, "{state:#}");
}
