//! Promises about the queue, and about what is known of one NIK.

use super::Maker;
use super::fixtures::{
    add_rows, at, batch, card, dossiers, entry_right, nik, plan, queued, registration, snapshot, walk_in,
};
use crate::domain::card::CardResult;
use crate::domain::card::CardState;
use crate::domain::dossier::{Decision, Expedite, Handover, Signature, Verdict};
use crate::domain::nik::KkNumber;
use crate::domain::parts::{Unqueued, UnqueuedRow, make_of_unqueued};
use crate::domain::queue::{QueueRow, Trace};
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::Registration;
use crate::domain::snapshot::Known;
use crate::store::records::{Fingerprint, SnapshotId, SnapshotRecord};
use crate::store::{Facts, Store};
use anyhow::bail;

pub(crate) fn an_entry_remembers_its_statuses(maker: &impl Maker) {
    let mut store = maker.open();
    let sfe = |seconds| queued(1, RecordStatus::SentForEnrollment, seconds);
    let ready = queued(1, RecordStatus::PrintReadyRecord, Some(40));
    snapshot(&mut store, 10, &[sfe(Some(30))], &[]);
    snapshot(&mut store, 20, &[sfe(Some(25))], &[]);
    snapshot(&mut store, 30, std::slice::from_ref(&ready), &[]);
    snapshot(&mut store, 40, &[sfe(Some(30))], &[]);
    snapshot(&mut store, 50, std::slice::from_ref(&ready), &[]);
    snapshot(
        &mut store,
        60,
        &[QueueRow {
            name: "NAMA BARU".into(),
            ..ready.clone()
        }],
        &[],
    );
    let dossier = store.read(|facts| facts.dossier(nik(1))).unwrap().unwrap();
    let entry = dossier.entry.unwrap();
    assert_eq!((entry.first_status_at, entry.first_seen_at), (Some(at(25)), at(10)));
    assert_eq!(
        (entry.status_seen_at, entry.left_at, entry.row.name.as_str()),
        (at(30), None, "NAMA BARU")
    );
    assert!(dossier.sightings.is_empty(), "nothing was printed");
    store.write(|ledger| ledger.add_walk_in(&walk_in(1, 55))).unwrap();
    let sightings = store.read(|facts| facts.dossier(nik(1))).unwrap().unwrap().sightings;
    let seen: Vec<_> = sightings
        .iter()
        .map(|one| (one.status.canonical(), one.status_at, one.seen_at))
        .collect();
    let (waiting, printable) = ("SENT_FOR_ENROLLMENT", "PRINT_READY_RECORD");
    assert_eq!(
        seen,
        [
            (waiting, Some(at(30)), at(10)),
            (waiting, Some(at(25)), at(20)),
            (printable, Some(at(40)), at(30))
        ]
    );
}

pub(crate) fn an_entry_that_left_may_come_back(maker: &impl Maker) {
    let mut store = maker.open();
    let row = queued(1, RecordStatus::PrintReadyRecord, None);
    snapshot(&mut store, 10, std::slice::from_ref(&row), &[]);
    snapshot(&mut store, 20, &[], &[nik(1)]);
    snapshot(&mut store, 30, &[], &[nik(1)]);
    let entry = |store: &_| {
        Store::read(store, |facts| facts.dossier(nik(1)))
            .unwrap()
            .unwrap()
            .entry
            .unwrap()
    };
    assert_eq!(entry(&store).left_at, Some(at(20)));
    let present = |store: &_| {
        let mut count = 0;
        let count_one = &mut |_: &_| {
            count += 1;
            Ok(())
        };
        Store::read(store, |facts| facts.queue_entries(count_one)).unwrap();
        count
    };
    assert_eq!(present(&store), 0);
    snapshot(&mut store, 40, &[row], &[]);
    let back = entry(&store);
    assert_eq!(
        (back.left_at, back.first_seen_at, back.status_seen_at),
        (None, at(10), at(10))
    );
    assert_eq!((back.first_status_at, present(&store)), (None, 1));
    let stranger = store.write(|ledger| ledger.mark_left(SnapshotId(1), &[nik(99)]));
    assert!(stranger.is_err());
}

pub(crate) fn known_entries_compare_with_a_snapshot(maker: &impl Maker) {
    let mut store = maker.open();
    assert_eq!(store.read(|facts| facts.newest_snapshot()).unwrap(), None);
    let rows: Vec<_> = (1..=3)
        .map(|serial| queued(serial, RecordStatus::PrintReadyRecord, Some(1)))
        .collect();
    snapshot(&mut store, 10, &rows, &[]);
    let id = snapshot(&mut store, 20, &[], &[nik(2)]);
    store.write(|ledger| ledger.add_walk_in(&walk_in(3, 5))).unwrap();
    let known = store.read(|facts| facts.known_entries()).unwrap();
    let expected: Vec<_> = rows
        .iter()
        .zip([(true, false), (false, false), (true, true)])
        .map(|(row, (present, printed))| Known {
            nik: row.nik,
            content: Fingerprint::of(row).0,
            trace: Trace::from_bits(row.nik.as_u64() << 3),
            present,
            printed,
        })
        .collect();
    assert_eq!(known, expected);
    let newest = store.read(|facts| facts.newest_snapshot()).unwrap();
    assert_eq!(
        newest,
        Some(SnapshotRecord {
            id,
            taken_at: at(20),
            partial: false
        })
    );
}

pub(crate) fn the_trace_of_a_line_is_replaced_alone(maker: &impl Maker) {
    let mut store = maker.open();
    let rows: Vec<_> = (1..=5)
        .map(|serial| queued(serial, RecordStatus::PrintReadyRecord, Some(serial as i64)))
        .collect();
    snapshot(&mut store, 10, &rows, &[]);
    snapshot(&mut store, 20, &rows[3..4], &[nik(2)]);
    let before = (store.read(|facts| facts.known_entries()).unwrap(), dossiers(&store));
    let traces = [(2, 8), (4, 16)].map(|(serial, bits)| (nik(serial), Trace::from_bits(bits).unwrap()));
    store.write(|ledger| ledger.retrace_entries(&traces)).unwrap();
    let mut expected = before.0;
    (expected[1].trace, expected[3].trace) = (Trace::from_bits(8), Trace::from_bits(16));
    assert_eq!(store.read(|facts| facts.known_entries()).unwrap(), expected);
    assert_eq!(format!("{:?}", dossiers(&store)), format!("{:?}", before.1));
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
    let sought = [1, 2, 4, 9].map(nik);
    let mut seen = Vec::new();
    let named = store.read(|facts| {
        facts.entries_named(&sought, &mut |name| {
            seen.push(name.to_owned());
            name.ends_with('4')
        })
    });
    assert_eq!(named.unwrap(), [nik(4)]);
    assert!(
        seen.contains(&"WARGA 2".to_owned()) && seen.contains(&"WARGA 4".to_owned()),
        "{seen:?}"
    );
    let status_at = |serial| store.read(|facts| facts.entry_status_at(nik(serial))).unwrap();
    assert_eq!(
        (status_at(2), status_at(4), status_at(9)),
        (rows[1].status_at, rows[3].status_at, None)
    );
}

pub(crate) fn unqueued_are_those_without_a_present_entry(maker: &impl Maker) {
    let mut store = maker.open();
    let rows: Vec<_> = (1..=5).map(|key| registration(u64::from(key), key, 10)).collect();
    add_rows(&mut store, &rows);
    let row = |serial| queued(serial, RecordStatus::PrintReadyRecord, None);
    snapshot(&mut store, 10, &[row(0), row(2), row(4), row(7)], &[nik(4)]);
    let told = |row: UnqueuedRow<'_>| {
        let side = row.side;
        let texts = [
            Some(side.name),
            side.kk.map(KkNumber::digits),
            side.district,
            side.village,
        ];
        (
            side.nik.clone(),
            row.row_key,
            row.submitted_at,
            texts.map(|text| text.map(str::to_owned)),
        )
    };
    let mut unqueued = Vec::new();
    let all = |registrations: &mut dyn Unqueued| {
        let mut all = Vec::new();
        while let Some(row) = registrations.next() {
            all.push(told(row));
        }
        all
    };
    let gather = |facts: &dyn Facts| {
        make_of_unqueued(facts, all, |mut part| {
            unqueued.append(&mut part);
            Ok(())
        })
    };
    store.read(gather).unwrap();
    let expected: Vec<_> = [0, 2, 3, 4]
        .iter()
        .map(|at: &usize| told(UnqueuedRow::of(&rows[*at])))
        .collect();
    assert_eq!(unqueued, expected);
    let numbers_of = |row: &Registration| Some((row.trusted_nik()?, row.card()));
    let asked: Vec<_> = rows.iter().filter_map(numbers_of).collect();
    let is_second = |nik, card| asked.get(1) == Some(&(nik, card));
    let found = store
        .read(|facts| facts.registered_among(&|| Box::new(is_second)))
        .unwrap();
    assert_eq!(found, [nik(2)]);
}

pub(crate) fn a_dossier_holds_every_fact_of_a_nik(maker: &impl Maker) {
    let mut store = maker.open();
    add_rows(&mut store, &[registration(1, 1, 10), registration(5, 5, 10)]);
    snapshot(
        &mut store,
        10,
        &[
            queued(1, RecordStatus::CardIssued, Some(3)),
            queued(2, RecordStatus::Processing, None),
        ],
        &[],
    );
    let batch = batch("ibrahim", 1, 5);
    plan(
        &mut store,
        &batch,
        &[card(&batch, 1, 1, entry_right(1)), card(&batch, 2, 3, entry_right(1))],
    )
    .unwrap();
    let handover = Handover {
        handed_at: at(90),
        collector: None,
        relation: Some("anak".to_owned()),
        old_card: true,
    };
    let wish = |seconds, reason: &str| Expedite {
        nik: nik(1),
        asked_at: at(seconds),
        reason: reason.to_owned(),
        user: "siti".to_owned(),
    };
    let decision = Decision {
        verdict: Verdict::Married,
        registered_nik: nik(1).digits(),
        registered_name: String::new(),
        registered_beside: None,
        queue_nik: Some(nik(1)),
        queue_name: None,
        decided_at: at(7),
        user: "siti".to_owned(),
        reason: "buku nikah".to_owned(),
    };
    store
        .write(|ledger| {
            ledger.answer_card(&batch.name, 1, CardResult::Printed, None, at(80))?;
            ledger.add_walk_in(&walk_in(4, 5))?;
            ledger.add_handover(nik(1), &handover, "siti")?;
            ledger.add_expedite(&wish(50, "sakit"))?;
            ledger.add_expedite(&wish(40, "umrah"))?;
            ledger.add_decision(&decision)
        })
        .unwrap();
    let all = dossiers(&store);
    assert_eq!(
        all.iter().map(|dossier| dossier.nik).collect::<Vec<_>>(),
        (1..=5).map(nik).collect::<Vec<_>>()
    );
    let first = &all[0];
    assert_eq!(first.registrations.len(), 1);
    assert_eq!(
        first.cards[0].state,
        CardState::Answered {
            result: CardResult::Printed,
            at: at(80)
        }
    );
    assert_eq!(
        (first.cards[0].batch.as_str(), first.cards[0].planned_at),
        (batch.name.as_str(), at(100))
    );
    assert_eq!(
        (first.cards[0].right, first.cards[0].ready_since),
        (entry_right(1), Some(at(2)))
    );
    assert_eq!(first.handovers, [handover]);
    assert_eq!(first.expedited, Some(wish(50, "sakit")));
    assert_eq!((first.sightings.len(), first.sightings[0].seen_at), (1, at(10)));
    assert!(all[1].sightings.is_empty());
    assert_eq!(all[3].walk_ins, [walk_in(4, 5)]);
    for dossier in &all {
        let alone = store.read(|facts| facts.dossier(dossier.nik)).unwrap().unwrap();
        assert_eq!(format!("{alone:?}"), format!("{dossier:?}"));
    }
    assert!(store.read(|facts| facts.dossier(nik(77))).unwrap().is_none());
    assert_eq!(
        store.read(|facts| facts.decisions()).unwrap(),
        std::slice::from_ref(&decision)
    );
    let signature = Signature {
        at: at(8),
        user: "siti".to_owned(),
        reason: "salah orang".to_owned(),
    };
    let other = Decision {
        queue_nik: Some(nik(2)),
        ..decision.clone()
    };
    store
        .write(|ledger| {
            ledger.add_decision(&other)?;
            ledger.withdraw_decision(&decision, &signature)?;
            // Taken back twice is taken back.
            ledger.withdraw_decision(&decision, &signature)
        })
        .unwrap();
    assert_eq!(store.read(|facts| facts.decisions()).unwrap(), [other]);
    assert_eq!(
        store.read(|facts| facts.expedites()).unwrap(),
        [wish(40, "umrah"), wish(50, "sakit")]
    );
    assert_eq!(store.read(|facts| facts.walk_ins()).unwrap(), [walk_in(4, 5)]);
    let stopped = store.read(|facts| facts.dossiers(&mut |_| bail!("enough")));
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
}
