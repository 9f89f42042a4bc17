//! Made-up people and their facts, for the promises to work with.

use crate::domain::card::{Batch, Card, CardCells, CardState, PrintRight};
use crate::domain::dossier::{Dossier, WalkIn};
use crate::domain::moment::Moment;
use crate::domain::nik::{KkNumber, Nik, NikFlaw, NikReading};
use crate::domain::phone::Phone;
use crate::domain::queue::{QueueRow, Trace};
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::{Registration, RowKey};
use crate::store::error::StoreError;
use crate::store::records::{Counts, FileId, FileKind, FileRecord, Fingerprint, RowFates, SnapshotId};
use crate::store::{Ledger, Store};
use anyhow::Result;
use chrono::NaiveDate;

pub(crate) fn at(seconds: i64) -> Moment {
    Moment::from_seconds(1_626_900_000 + seconds)
}

pub(crate) fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 7, number).unwrap()
}

/// A made-up person.
pub(crate) fn nik(serial: u64) -> Nik {
    Nik::from_u64(1_671_094_107_959_000 + serial).unwrap()
}

pub(crate) fn registration(serial: u64, key: u8, seconds: i64) -> Registration {
    Registration {
        row_key: RowKey([key; 16]),
        nik: NikReading::Trusted(nik(serial)),
        name: format!("WARGA {serial}").into(),
        submitted_at: at(seconds),
        kk: KkNumber::new("1671090101159001"),
        phone: Some(Phone::from_stored("081234567890")),
        district: Some("ILIR TIMUR I".into()),
        village: Some("18 ILIR".into()),
        rt_rw: Some("001/002".into()),
        reason: Some("Hilang".into()),
        email: Some("warga@example.id".into()),
    }
}

pub(crate) fn held(key: u8, text: &str, flaw: NikFlaw) -> Registration {
    Registration {
        nik: NikReading::Held {
            text: text.to_owned(),
            flaw,
        },
        ..registration(0, key, i64::from(key))
    }
}

pub(crate) fn queued(serial: u64, status: RecordStatus, status_at: Option<i64>) -> QueueRow {
    QueueRow {
        nik: nik(serial),
        name: format!("WARGA {serial}").into(),
        status,
        status_at: status_at.map(at),
        request_no: Some("1671202100042".into()),
        birth_date: NaiveDate::from_ymd_opt(1995, 7, 1),
        kk: KkNumber::new("0071090101159001"),
        district: Some("ILIR TIMUR I".into()),
        village: None,
        reason: None,
        phone: None,
        alive: Some(true),
        moved: None,
    }
}

pub(crate) fn file(kind: FileKind) -> FileRecord {
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

pub(crate) fn batch(operator: &str, ordinal: u32, capacity: u32) -> Batch {
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

pub(crate) fn card(batch: &Batch, seq: u32, serial: u64, right: PrintRight) -> Card {
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

pub(crate) fn entry_right(seconds: i64) -> PrintRight {
    PrintRight::Entry(at(seconds))
}

pub(crate) fn refused<T>(outcome: Result<T>) -> bool {
    let error = outcome.err().expect("the write must be refused");
    matches!(error.downcast_ref(), Some(StoreError::Refused(_)))
}

pub(crate) fn add_rows<S: Store>(store: &mut S, rows: &[Registration]) -> RowFates {
    store
        .write(|ledger| {
            let file = ledger.add_file(&file(FileKind::Links))?;
            ledger.add_registrations(file, &mut (2..).zip(rows))?;
            ledger.settle_registrations()
        })
        .unwrap()
}

pub(crate) fn snapshot<S: Store>(store: &mut S, seconds: i64, rows: &[QueueRow], left: &[Nik]) -> SnapshotId {
    store
        .write(|ledger| {
            let file = ledger.add_file(&file(FileKind::Queue))?;
            let id = ledger.add_snapshot(file, at(seconds), false)?;
            write_rows(ledger, id, rows)?;
            ledger.mark_left(id, left)?;
            Ok(id)
        })
        .unwrap()
}

/// Writes rows that stand in ascending order of NIK.
pub(crate) fn write_rows(ledger: &mut dyn Ledger, snapshot: SnapshotId, rows: &[QueueRow]) -> Result<()> {
    for row in rows {
        ledger.keep_entry(row, Fingerprint::of(row), Trace::from_bits(row.nik.as_u64() << 3))?;
    }
    let numbers: Vec<u32> = (0..).take(rows.len()).collect();
    ledger.write_entries(snapshot, &numbers)
}

pub(crate) fn plan<S: Store>(store: &mut S, batch: &Batch, cards: &[Card]) -> Result<()> {
    store.write(|ledger| ledger.add_batch(batch, cards))
}

pub(crate) fn dossiers<S: Store>(store: &S) -> Vec<Dossier> {
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

pub(crate) fn walk_in(serial: u64, seconds: i64) -> WalkIn {
    let text = |text: &str| Some(text.to_owned());
    WalkIn {
        nik: nik(serial),
        printed_at: at(seconds),
        operator: text("ibrahim"),
        reason: text("mendesak"),
        name: None,
    }
}
