//! What any store must do: one suite, run against each store by `store_contract!`.
//!
//! Owns made-up people and the promises of the traits. Must not know SQL, files or a store's type.

use super::records::*;
use super::{Ledger, Store};
use crate::domain::batching::{Batch, Card, CardCells, CardState, PrintRight};
use crate::domain::blanks::{BlankEvent, BlankMove};
use crate::domain::dossier::{Decision, Dossier, Expedite, Handover, Verdict, WalkIn};
use crate::domain::moment::Moment;
use crate::domain::nik::{KkNumber, Nik, NikFlaw, NikReading};
use crate::domain::phone::Phone;
use crate::domain::queue::QueueRow;
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::{Registration, RowKey};
use crate::domain::results::CardResult;
use crate::store::error::StoreError;
use anyhow::{Result, bail};
use chrono::NaiveDate;

/// Makes stores for the suite.
pub(crate) trait Maker {
    /// The store under test.
    type Store: Store + Send;

    /// Opens the maker's one store once more; the first time it is empty.
    fn open(&self) -> Self::Store;
}

/// Runs every promise against stores of one maker.
macro_rules! store_contract {
    ($maker:expr) => {
        $crate::store::contract::store_contract!($maker;
            files_come_back_by_kind_with_their_numbers, numbers_that_break_the_equation_are_refused,
            rejects_come_back_by_line, registrations_are_known_by_their_rows, a_row_held_and_trusted_is_trusted,
            every_cell_comes_back_as_it_was, an_entry_remembers_its_statuses, an_entry_that_left_may_come_back,
            known_entries_compare_with_a_snapshot, unqueued_are_those_without_a_present_entry,
            a_dossier_holds_every_fact_of_a_nik, a_batch_comes_back_with_its_cards, a_card_is_open_once,
            a_right_is_used_once, capacity_binds_an_operators_day, results_move_cards, walk_ins_spare_open_cards,
            blanks_count_what_was_recorded_after, events_come_back_newest_last, out_files_replace_those_of_their_date,
            a_step_that_fails_leaves_nothing, a_rehearsal_leaves_nothing, a_reader_sees_one_moment,
            one_of_two_racing_planners_wins, a_sound_store_has_no_faults);
    };
    ($maker:expr; $($promise:ident),+) => { $(
        #[test]
        fn $promise() {
            $crate::store::contract::$promise(&$maker);
        }
    )+ };
}
pub(crate) use store_contract;

fn at(seconds: i64) -> Moment {
    Moment::from_seconds(1_626_900_000 + seconds)
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 7, number).unwrap()
}

/// A made-up person.
fn nik(serial: u64) -> Nik {
    Nik::from_u64(1_671_094_107_959_000 + serial).unwrap()
}

fn registration(serial: u64, key: u8, seconds: i64) -> Registration {
    Registration {
        row_key: RowKey([key; 16]),
        nik: NikReading::Trusted(nik(serial)),
        name: format!("WARGA {serial}"),
        submitted_at: at(seconds),
        kk: KkNumber::new("1671090101159001"),
        phone: Some(Phone::from_stored("081234567890")),
        district: Some("ILIR TIMUR I".to_owned()),
        village: Some("18 ILIR".to_owned()),
        rt_rw: Some("001/002".to_owned()),
        reason: Some("Hilang".to_owned()),
        email: Some("warga@example.id".to_owned()),
    }
}

fn held(key: u8, text: &str, flaw: NikFlaw) -> Registration {
    Registration {
        nik: NikReading::Held {
            text: text.to_owned(),
            flaw,
        },
        ..registration(0, key, i64::from(key))
    }
}

fn queued(serial: u64, status: RecordStatus, status_at: Option<i64>) -> QueueRow {
    QueueRow {
        nik: nik(serial),
        name: format!("WARGA {serial}"),
        status,
        status_at: status_at.map(at),
        request_no: Some("1671202100042".to_owned()),
        birth_date: NaiveDate::from_ymd_opt(1995, 7, 1),
        kk: KkNumber::new("0071090101159001"),
        district: Some("ILIR TIMUR I".to_owned()),
        village: None,
        reason: None,
        phone: None,
        alive: Some(true),
        moved: None,
    }
}

fn file(kind: FileKind) -> FileRecord {
    FileRecord {
        id: FileId(0),
        kind,
        name: "links 2021-07-21.csv".to_owned(),
        sha256: "ab".repeat(32),
        bytes: 4_242,
        reading: "v1".to_owned(),
        imported_at: at(0),
        user: "siti".to_owned(),
        counts: Counts {
            rows: 3,
            added: 1,
            unchanged: 2,
            ..Counts::default()
        },
        taken_at: None,
        resume: Some("{\"byte\":17}".to_owned()),
    }
}

fn batch(operator: &str, ordinal: u32, capacity: u32) -> Batch {
    let name = format!("2021-07-22-{operator}+{ordinal}");
    Batch {
        name,
        date: day(22),
        operator: operator.to_owned(),
        ordinal,
        capacity,
        planned_at: at(100),
    }
}

fn card(batch: &Batch, seq: u32, serial: u64, right: PrintRight) -> Card {
    let cells = CardCells {
        nik: nik(serial),
        name: format!("WARGA {serial}"),
        birth_date: NaiveDate::from_ymd_opt(1995, 7, 1),
        district: Some("ILIR TIMUR I".to_owned()),
        village: None,
        request_no: Some("0042".to_owned()),
        reason: Some("Hilang".to_owned()),
        waiting_since: at(1),
        days_waiting: 3,
        ready_since: Some(at(2)),
    };
    Card {
        batch: batch.name.clone(),
        seq,
        cells,
        right,
        state: CardState::Open,
        note: None,
        asked: false,
    }
}

fn entry_right(seconds: i64) -> PrintRight {
    PrintRight::Entry(at(seconds))
}

fn refused<T>(outcome: Result<T>) -> bool {
    let error = outcome.err().expect("the write must be refused");
    matches!(error.downcast_ref(), Some(StoreError::Refused(_)))
}

fn add_rows<S: Store>(store: &mut S, rows: &[Registration]) -> RowFates {
    let numbered: Vec<_> = (2..).zip(rows.iter().cloned()).collect();
    store
        .write(|ledger| {
            let file = ledger.add_file(&file(FileKind::Links))?;
            ledger.add_registrations(file, &numbered)
        })
        .unwrap()
}

fn snapshot<S: Store>(store: &mut S, seconds: i64, rows: &[QueueRow], left: &[Nik]) -> SnapshotId {
    store
        .write(|ledger| {
            let file = ledger.add_file(&file(FileKind::Queue))?;
            let id = ledger.add_snapshot(file, at(seconds), false)?;
            ledger.write_entries(id, rows)?;
            ledger.mark_left(id, left)?;
            Ok(id)
        })
        .unwrap()
}

fn plan<S: Store>(store: &mut S, batch: &Batch, cards: &[Card]) -> Result<()> {
    store.write(|ledger| ledger.add_batch(batch, cards))
}

fn dossiers<S: Store>(store: &S) -> Vec<Dossier> {
    let mut all = Vec::new();
    store
        .read(|facts| {
            facts.dossiers(&mut |dossier| {
                all.push(dossier);
                Ok(())
            })
        })
        .unwrap();
    all
}

pub(crate) fn files_come_back_by_kind_with_their_numbers(maker: &impl Maker) {
    let mut store = maker.open();
    let mut record = file(FileKind::Links);
    let id = store
        .write(|ledger| {
            ledger.add_file(&file(FileKind::Queue))?;
            ledger.add_file(&record)
        })
        .unwrap();
    record.id = id;
    record.counts = Counts {
        rows: 9,
        added: 3,
        changed: 1,
        unchanged: 1,
        held: 2,
        rejected: 2,
        left: 7,
    };
    record.taken_at = Some(at(5));
    record.resume = None;
    store.write(|ledger| ledger.close_file(id, &record)).unwrap();
    assert_eq!(
        store.read(|facts| facts.files(FileKind::Links)).unwrap(),
        [record.clone()]
    );
    assert!(store.read(|facts| facts.files(FileKind::Results)).unwrap().is_empty());
    let error = store
        .write(|ledger| ledger.close_file(FileId(999), &record))
        .unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(StoreError::Unknown(_))));
}

pub(crate) fn numbers_that_break_the_equation_are_refused(maker: &impl Maker) {
    let mut store = maker.open();
    let mut record = file(FileKind::Links);
    let id = store.write(|ledger| ledger.add_file(&record)).unwrap();
    record.counts.rows += 1;
    assert!(refused(store.write(|ledger| ledger.close_file(id, &record))));
    assert!(refused(store.write(|ledger| ledger.add_file(&record))));
}

pub(crate) fn rejects_come_back_by_line(maker: &impl Maker) {
    let mut store = maker.open();
    let reject = |line, cell: &str| RejectRecord {
        line,
        code: "no_nik_no_name".to_owned(),
        field: (line == 7).then(|| "nik".to_owned()),
        cells: vec![cell.to_owned(), String::new()],
    };
    let (late, early) = (reject(9, "a,\"b\"\u{0}\n"), reject(7, "=1+1"));
    let id = store
        .write(|ledger| {
            let id = ledger.add_file(&file(FileKind::Links))?;
            ledger.add_rejects(id, std::slice::from_ref(&late))?;
            ledger.add_rejects(id, std::slice::from_ref(&early))?;
            Ok(id)
        })
        .unwrap();
    assert_eq!(store.read(|facts| facts.rejects(id)).unwrap(), [early, late]);
}

pub(crate) fn registrations_are_known_by_their_rows(maker: &impl Maker) {
    let mut store = maker.open();
    let rows = [
        registration(2, 2, 20),
        registration(1, 1, 10),
        held(3, "167109410795900", NikFlaw::WrongLength),
    ];
    assert_eq!(
        add_rows(&mut store, &rows),
        RowFates {
            added: 2,
            held: 1,
            ..RowFates::default()
        }
    );
    let mut more = rows.to_vec();
    more.extend([registration(1, 4, 5), registration(1, 4, 5)]);
    assert_eq!(
        add_rows(&mut store, &more),
        RowFates {
            added: 1,
            unchanged: 4,
            ..RowFates::default()
        }
    );
    let keys: Vec<_> = dossiers(&store)
        .iter()
        .map(|dossier| {
            (
                dossier.nik,
                dossier
                    .registrations
                    .iter()
                    .map(|row| row.row_key.0[0])
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(keys, [(nik(1), vec![4, 1]), (nik(2), vec![2])]);
    let held_rows = store.read(|facts| facts.held_registrations()).unwrap();
    assert_eq!(held_rows, [rows[2].clone()]);
}

pub(crate) fn a_row_held_and_trusted_is_trusted(maker: &impl Maker) {
    let text = nik(1).digits();
    let lost = Registration {
        nik: NikReading::Held {
            text,
            flaw: NikFlaw::LastDigitLost,
        },
        ..registration(1, 1, 10)
    };
    let mut store = maker.open();
    let one = |held| RowFates {
        held,
        ..RowFates::default()
    };
    assert_eq!(add_rows(&mut store, std::slice::from_ref(&lost)), one(1));
    assert_eq!(
        add_rows(&mut store, &[registration(1, 1, 10)]),
        RowFates {
            changed: 1,
            ..RowFates::default()
        }
    );
    assert_eq!(
        add_rows(&mut store, &[lost]),
        RowFates {
            unchanged: 1,
            ..RowFates::default()
        }
    );
    assert!(store.read(|facts| facts.held_registrations()).unwrap().is_empty());
    assert_eq!(dossiers(&store)[0].registrations, [registration(1, 1, 10)]);
    // Of two reasons against one row the same one stays in any order of files.
    let flaws = [NikFlaw::LastDigitLost, NikFlaw::WrongLength, NikFlaw::LastDigitLost];
    for flaw in flaws {
        add_rows(&mut store, &[held(9, "16710941079590", flaw)]);
    }
    let kept = store.read(|facts| facts.held_registrations()).unwrap();
    assert_eq!(kept, [held(9, "16710941079590", NikFlaw::WrongLength)]);
}

pub(crate) fn every_cell_comes_back_as_it_was(maker: &impl Maker) {
    let mut store = maker.open();
    let mut rows = Vec::new();
    let texts = [
        "",
        "0",
        "007",
        "1671090101159001",
        "99999999999999999999",
        "x y",
        "'=1",
        "a\u{0}b",
        "٣",
        "-1",
        "0812",
    ];
    for (index, text) in texts.iter().enumerate() {
        let some = || Some((*text).to_owned());
        let serial = u64::try_from(index).unwrap();
        rows.push(Registration {
            name: (*text).to_owned(),
            kk: KkNumber::new(text),
            phone: Some(Phone::from_stored(text)),
            district: some(),
            village: some(),
            rt_rw: some(),
            reason: some(),
            email: some(),
            ..registration(serial, u8::try_from(index).unwrap(), -2_000_000_000)
        });
    }
    rows.push(Registration {
        kk: None,
        phone: None,
        district: None,
        reason: None,
        email: None,
        ..registration(90, 90, 1)
    });
    rows.push(Registration {
        reason: Some("panjang ".repeat(500)),
        ..registration(91, 91, 1)
    });
    add_rows(&mut store, &rows);
    let found: Vec<_> = dossiers(&store)
        .into_iter()
        .flat_map(|dossier| dossier.registrations)
        .collect();
    assert_eq!(found, rows);
    let mut row = queued(1, RecordStatus::Unknown("STATUS BARU 7".to_owned()), None);
    (row.request_no, row.alive, row.moved, row.birth_date) = (None, Some(false), Some(true), None);
    snapshot(&mut store, 0, std::slice::from_ref(&row), &[]);
    let entry = store
        .read(|facts| facts.dossier(nik(1)))
        .unwrap()
        .unwrap()
        .entry
        .unwrap();
    assert_eq!(entry.row, row);
}

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
            name: "NAMA BARU".to_owned(),
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
        .map(|(row, (present, printed))| KnownEntry {
            nik: row.nik,
            fingerprint: Fingerprint::of(row),
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

pub(crate) fn unqueued_are_those_without_a_present_entry(maker: &impl Maker) {
    let mut store = maker.open();
    let rows: Vec<_> = (1..=5).map(|key| registration(u64::from(key), key, 10)).collect();
    add_rows(&mut store, &rows);
    let row = |serial| queued(serial, RecordStatus::PrintReadyRecord, None);
    snapshot(&mut store, 10, &[row(0), row(2), row(4), row(7)], &[nik(4)]);
    let unqueued = store.read(|facts| facts.unqueued_registrations()).unwrap();
    assert_eq!(
        unqueued,
        [rows[0].clone(), rows[2].clone(), rows[3].clone(), rows[4].clone()]
    );
}

fn walk_in(serial: u64, seconds: i64) -> WalkIn {
    let text = |text: &str| Some(text.to_owned());
    WalkIn {
        nik: nik(serial),
        printed_at: at(seconds),
        operator: text("ibrahim"),
        reason: text("mendesak"),
        name: None,
    }
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
    assert_eq!(store.read(|facts| facts.decisions()).unwrap(), [decision]);
    assert_eq!(
        store.read(|facts| facts.expedites()).unwrap(),
        [wish(40, "umrah"), wish(50, "sakit")]
    );
    assert_eq!(store.read(|facts| facts.walk_ins()).unwrap(), [walk_in(4, 5)]);
    let stopped = store.read(|facts| facts.dossiers(&mut |_| bail!("enough")));
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
}

pub(crate) fn a_batch_comes_back_with_its_cards(maker: &impl Maker) {
    let mut store = maker.open();
    let (second, first) = (batch("siti", 1, 5), batch("ibrahim", 1, 5));
    let cards = [
        card(&second, 1, 8, entry_right(1)),
        card(&second, 2, 3, PrintRight::Reprint(at(9))),
    ];
    plan(&mut store, &second, &cards).unwrap();
    plan(&mut store, &first, &[]).unwrap();
    let batches = |filter| store.read(|facts| facts.batches(filter)).unwrap();
    assert_eq!(batches(BatchFilter::All), [first.clone(), second.clone()]);
    assert_eq!(batches(BatchFilter::Open), [second.clone()]);
    assert_eq!(batches(BatchFilter::On(day(22))), [first, second.clone()]);
    assert!(batches(BatchFilter::On(day(23))).is_empty());
    assert_eq!(store.read(|facts| facts.cards(&second.name)).unwrap(), cards);
    assert_eq!(store.read(|facts| facts.cards_of(nik(3))).unwrap(), [cards[1].clone()]);
    assert_eq!(store.read(|facts| facts.open_cards()).unwrap(), 2);
}

pub(crate) fn a_card_is_open_once(maker: &impl Maker) {
    let mut store = maker.open();
    let (one, other) = (batch("ibrahim", 1, 5), batch("siti", 1, 5));
    plan(&mut store, &one, &[card(&one, 1, 1, entry_right(1))]).unwrap();
    let again = [card(&other, 1, 2, entry_right(1)), card(&other, 2, 1, entry_right(2))];
    assert!(refused(plan(&mut store, &other, &again)));
    assert_eq!(
        store.read(|facts| facts.batches(BatchFilter::All)).unwrap(),
        [one.clone()]
    );
    assert_eq!(store.read(|facts| facts.open_cards()).unwrap(), 1);
    // The same turn of an operator cannot be given twice, whatever the case of the name.
    let turn = Batch {
        name: "another".to_owned(),
        operator: "IBRAHIM".to_owned(),
        ..one
    };
    assert!(refused(plan(&mut store, &turn, &[])));
}

pub(crate) fn a_right_is_used_once(maker: &impl Maker) {
    let mut store = maker.open();
    let (one, other) = (batch("ibrahim", 1, 5), batch("siti", 1, 5));
    plan(&mut store, &one, &[card(&one, 1, 1, entry_right(1))]).unwrap();
    let answer =
        |store: &mut _, result| Store::write(store, |ledger| ledger.answer_card(&one.name, 1, result, None, at(200)));
    answer(&mut store, CardResult::Printed).unwrap();
    assert!(refused(plan(&mut store, &other, &[card(&other, 1, 1, entry_right(1))])));
    // A spoiled card is printed again; then the first result cannot be corrected to printed.
    answer(&mut store, CardResult::Spoiled).unwrap();
    plan(&mut store, &other, &[card(&other, 1, 1, entry_right(1))]).unwrap();
    assert!(refused(answer(&mut store, CardResult::Printed)));
    let states: Vec<_> = store
        .read(|facts| facts.cards_of(nik(1)))
        .unwrap()
        .into_iter()
        .map(|card| card.state)
        .collect();
    assert_eq!(
        states,
        [
            CardState::Answered {
                result: CardResult::Spoiled,
                at: at(200)
            },
            CardState::Open
        ]
    );
}

pub(crate) fn capacity_binds_an_operators_day(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 2);
    let cards = |batch: &Batch, serials: &[u64]| -> Vec<Card> {
        (1..)
            .zip(serials)
            .map(|(seq, serial)| card(batch, seq, *serial, entry_right(1)))
            .collect()
    };
    assert!(refused(plan(&mut store, &one, &cards(&one, &[1, 2, 3]))));
    plan(&mut store, &one, &cards(&one, &[1, 2])).unwrap();
    let more = batch("ibrahim", 2, 2);
    assert!(refused(plan(&mut store, &more, &cards(&more, &[3]))));
    store
        .write(|ledger| ledger.withdraw_card(&one.name, 2, at(150)))
        .unwrap();
    plan(&mut store, &more, &cards(&more, &[3])).unwrap();
}

pub(crate) fn results_move_cards(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 9);
    plan(
        &mut store,
        &one,
        &[card(&one, 1, 1, entry_right(1)), card(&one, 2, 2, entry_right(1))],
    )
    .unwrap();
    store
        .write(|ledger| {
            ledger.answer_card(&one.name, 1, CardResult::NotPrinted, Some("pita habis"), at(200))?;
            ledger.mark_asked(&one.name, 2)?;
            ledger.withdraw_card(&one.name, 2, at(300))
        })
        .unwrap();
    let cards = store.read(|facts| facts.cards(&one.name)).unwrap();
    assert_eq!(
        cards[0].state,
        CardState::Answered {
            result: CardResult::NotPrinted,
            at: at(200)
        }
    );
    assert_eq!((cards[0].note.as_deref(), cards[0].asked), (Some("pita habis"), false));
    assert_eq!(
        (cards[1].state, cards[1].asked),
        (CardState::Withdrawn { at: at(300) }, true)
    );
    assert!(refused(store.write(|ledger| ledger.withdraw_card(
        &one.name,
        1,
        at(300)
    ))));
    let unknown = store.write(|ledger| ledger.answer_card(&one.name, 3, CardResult::Printed, None, at(1)));
    assert!(matches!(
        unknown.unwrap_err().downcast_ref(),
        Some(StoreError::Unknown(_))
    ));
}

pub(crate) fn walk_ins_spare_open_cards(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 9);
    plan(&mut store, &one, &[card(&one, 1, 1, entry_right(1))]).unwrap();
    assert!(refused(store.write(|ledger| ledger.add_walk_in(&walk_in(1, 5)))));
    store.write(|ledger| ledger.add_walk_in(&walk_in(2, 5))).unwrap();
    assert!(refused(store.write(|ledger| ledger.add_walk_in(&walk_in(2, 5)))));
}

pub(crate) fn blanks_count_what_was_recorded_after(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 9);
    let cards: Vec<_> = (1..=4)
        .map(|seq| card(&one, seq, u64::from(seq), entry_right(1)))
        .collect();
    plan(&mut store, &one, &cards).unwrap();
    let event = |movement| BlankEvent {
        at: at(0),
        recorded: 0,
        movement,
        user: "siti".to_owned(),
        note: None,
    };
    let answer = |store: &mut _, seq, result| {
        Store::write(store, |ledger| {
            ledger.answer_card(&one.name, seq, result, None, at(200))
        })
        .unwrap();
    };
    store
        .write(|ledger| ledger.add_blank_event(&event(BlankMove::Added(100))))
        .unwrap();
    answer(&mut store, 1, CardResult::Printed);
    answer(&mut store, 2, CardResult::NotPrinted);
    store
        .write(|ledger| ledger.add_blank_event(&event(BlankMove::Counted(90))))
        .unwrap();
    answer(&mut store, 3, CardResult::Spoiled);
    answer(&mut store, 2, CardResult::Printed);
    store.write(|ledger| ledger.add_walk_in(&walk_in(9, 5))).unwrap();
    // A correction of what used a blank before the count does not use it again.
    answer(&mut store, 1, CardResult::Spoiled);
    let events = store.read(|facts| facts.blank_events()).unwrap();
    let moves: Vec<_> = events.iter().map(|event| event.movement).collect();
    assert_eq!(moves, [BlankMove::Added(100), BlankMove::Counted(90)]);
    let used = |after| store.read(|facts| facts.blanks_used_after(after)).unwrap();
    assert_eq!((used(events[0].recorded), used(events[1].recorded)), (4, 3));
}

pub(crate) fn events_come_back_newest_last(maker: &impl Maker) {
    let mut store = maker.open();
    let event = |seconds, count| Event {
        at: at(seconds),
        user: "siti".to_owned(),
        action: "import".to_owned(),
        subject: "links.csv".to_owned(),
        note: None,
        count,
    };
    let three = [event(1, None), event(2, Some(5)), event(3, Some(0))];
    store
        .write(|ledger| three.iter().try_for_each(|event| ledger.add_event(event)))
        .unwrap();
    assert_eq!(store.read(|facts| facts.events(None)).unwrap(), three);
    assert_eq!(store.read(|facts| facts.events(Some(2))).unwrap(), three[1..]);
}

pub(crate) fn out_files_replace_those_of_their_date(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 9);
    plan(&mut store, &one, &[]).unwrap();
    let out = |date, batch: Option<&str>, path: &str| OutFile {
        date,
        batch: batch.map(str::to_owned),
        path: path.to_owned(),
        sha256: "cd".repeat(32),
    };
    let (old, other) = (
        out(day(22), Some(&one.name), "a.csv"),
        out(day(23), None, "manifest.json"),
    );
    let set = |store: &mut _, date, files: &[OutFile]| {
        Store::write(store, |ledger| ledger.set_out_files(date, files)).unwrap();
    };
    set(&mut store, day(22), &[old]);
    set(&mut store, day(23), std::slice::from_ref(&other));
    let new = [out(day(22), Some(&one.name), "a.csv"), out(day(22), None, "b.json")];
    set(&mut store, day(22), &new);
    let found = store.read(|facts| facts.out_files()).unwrap();
    assert_eq!(found, [new[0].clone(), new[1].clone(), other]);
}

/// Writes something into every table.
fn write_much(ledger: &mut dyn Ledger) -> Result<()> {
    let file = ledger.add_file(&file(FileKind::Links))?;
    ledger.add_registrations(
        file,
        &[(2, registration(1, 1, 1)), (3, held(2, "16", NikFlaw::WrongLength))],
    )?;
    let snapshot = ledger.add_snapshot(file, at(1), false)?;
    ledger.write_entries(snapshot, &[queued(1, RecordStatus::PrintReadyRecord, Some(1))])?;
    let batch = batch("ibrahim", 1, 9);
    ledger.add_batch(&batch, &[card(&batch, 1, 1, entry_right(1))])?;
    ledger.answer_card(&batch.name, 1, CardResult::Printed, None, at(5))
}

fn assert_empty<S: Store>(store: &S) {
    assert!(dossiers(store).is_empty());
    assert!(store.read(|facts| facts.files(FileKind::Links)).unwrap().is_empty());
    assert!(store.read(|facts| facts.held_registrations()).unwrap().is_empty());
    assert!(store.read(|facts| facts.batches(BatchFilter::All)).unwrap().is_empty());
    assert_eq!(store.read(|facts| facts.newest_snapshot()).unwrap(), None);
}

pub(crate) fn a_step_that_fails_leaves_nothing(maker: &impl Maker) {
    let mut store = maker.open();
    let failed: Result<()> = store.write(|ledger| {
        write_much(ledger)?;
        bail!("a power cut")
    });
    assert_eq!(failed.unwrap_err().to_string(), "a power cut");
    assert_empty(&store);
    store.write(write_much).unwrap();
    assert_eq!(dossiers(&store).len(), 1);
}

pub(crate) fn a_rehearsal_leaves_nothing(maker: &impl Maker) {
    let mut store = maker.open();
    let seen = store
        .rehearse(|ledger| {
            write_much(ledger)?;
            ledger.dossier(nik(1))
        })
        .unwrap();
    assert_eq!(seen.unwrap().cards.len(), 1);
    assert_empty(&store);
    store.write(write_much).unwrap();
    // Shared texts of the step that was taken back must not be taken for known.
    assert_eq!(dossiers(&store)[0].registrations, [registration(1, 1, 1)]);
}

pub(crate) fn a_reader_sees_one_moment(maker: &impl Maker) {
    let (store, mut other) = (maker.open(), maker.open());
    let seen = store.read(|facts| {
        let before = facts.dossier(nik(1))?.is_some();
        other.write(write_much)?;
        Ok((before, facts.dossier(nik(1))?.is_some()))
    });
    assert_eq!(seen.unwrap(), (false, false));
    assert!(store.read(|facts| facts.dossier(nik(1))).unwrap().is_some());
}

pub(crate) fn one_of_two_racing_planners_wins(maker: &impl Maker) {
    let stores = [maker.open(), maker.open()];
    let outcomes = std::thread::scope(|scope| {
        let planners = stores
            .into_iter()
            .zip(["ibrahim", "siti"])
            .map(|(mut store, operator)| {
                scope.spawn(move || {
                    let batch = batch(operator, 1, 5);
                    store.write(|ledger| ledger.add_batch(&batch, &[card(&batch, 1, 1, entry_right(1))]))
                })
            });
        let planners: Vec<_> = planners.collect();
        planners
            .into_iter()
            .map(|planner| planner.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.into_iter().filter(Result::is_err).all(refused));
    let store = maker.open();
    assert_eq!(store.read(|facts| facts.open_cards()).unwrap(), 1);
}

pub(crate) fn a_sound_store_has_no_faults(maker: &impl Maker) {
    let mut store = maker.open();
    store.write(write_much).unwrap();
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
}
