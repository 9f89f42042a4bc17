//! Promises about files and the registrations in them.

use super::Maker;
use super::fixtures::{add_rows, at, dossiers, file, held, nik, queued, refused, registration, snapshot};
use crate::domain::name::{Closeness, NameQuery};
use crate::domain::nik::{KkNumber, NikFlaw, NikReading};
use crate::domain::phone::Phone;
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::Registration;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::records::{Counts, FileId, FileKind, FileMark, RejectRecord, RowFates};

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
        mended: false,
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

pub(crate) fn marks_replace_each_other(maker: &impl Maker) {
    let mut store = maker.open();
    let mark = |kind, name: &str, stamp: &str| FileMark {
        kind,
        name: name.to_owned(),
        stamp: stamp.to_owned(),
        sha256: "ab".repeat(32),
        reading: "r".to_owned(),
        headers: vec!["NIK \"x\"".to_owned(), String::new()],
        beginning: "1 2".to_owned(),
    };
    let (form, other, queue) = (
        mark(FileKind::Links, "form.csv", "1"),
        mark(FileKind::Links, "other.csv", "2"),
        mark(FileKind::Queue, "form.csv", "3"),
    );
    let newer = mark(FileKind::Links, "form.csv", "4");
    for (given, expected) in [
        (vec![], vec![]),
        (
            vec![queue.clone(), form.clone(), other.clone()],
            vec![form, other.clone(), queue.clone()],
        ),
        (vec![newer.clone(), queue.clone()], vec![newer, queue]),
        (vec![other.clone()], vec![other]),
        (vec![], vec![]),
    ] {
        store.write(|ledger| ledger.set_file_marks(&given)).unwrap();
        assert_eq!(store.read(|facts| facts.file_marks()).unwrap(), expected);
    }
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

pub(crate) fn held_rows_are_found(maker: &impl Maker) {
    let mut store = maker.open();
    let with = |key, cell: &str, flaw, name: &str, kk: &str, phone: &str| Registration {
        name: name.into(),
        kk: KkNumber::new(kk),
        phone: (!phone.is_empty()).then(|| Phone::from_stored(phone)),
        ..held(key, cell, flaw)
    };
    let rows = [
        with(
            1,
            "167109410795900",
            NikFlaw::WrongLength,
            "Ratih Sumarni",
            "1671090101159001",
            "086012345678",
        ),
        with(2, "1,67109E+15", NikFlaw::Scientific, "SUMARNI", "0012", "0711-12"),
        with(3, "", NikFlaw::Missing, "Dewi Ratih", "", ""),
        with(
            4,
            "167109410795900",
            NikFlaw::WrongLength,
            "Ratih",
            "belum ada",
            "86012345678",
        ),
    ];
    add_rows(&mut store, &rows);
    add_rows(&mut store, &[registration(7, 7, 1)]);
    let keys = |found: Vec<Registration>| -> Vec<u8> {
        found.iter().for_each(|one| assert!(rows.contains(one), "{one:?}"));
        found.iter().map(|one| one.row_key.0[0]).collect()
    };
    let all = store.read(|facts| facts.held_registrations()).unwrap();
    assert_eq!(keys(all), [1, 2, 3, 4]);
    for (sought, expected) in [("ratih", vec![1, 3, 4]), ("sumarni ratih", vec![1]), ("budi", vec![])] {
        let query = NameQuery::new(sought).unwrap();
        let found = store.read(|facts| facts.held_named(&mut query.search(Closeness::Spelled)));
        assert_eq!(keys(found.unwrap()), expected, "{sought}");
    }
    for (cell, expected) in [
        ("167109410795900", vec![1, 4]),
        ("1,67109E+15", vec![2]),
        ("", vec![3]),
        ("1", vec![]),
    ] {
        let found = store.read(|facts| facts.held_written(cell)).unwrap();
        assert_eq!(keys(found), expected, "{cell}");
    }
    for row in &rows {
        let Some(phone) = &row.phone else { continue };
        let found = store.read(|facts| facts.held_with_phone(phone)).unwrap();
        assert_eq!(keys(found), [row.row_key.0[0]], "{}", phone.as_str());
    }
    // Whoever asks sees the cell and the card of every row.
    let mut seen = Vec::new();
    let found = store.read(|facts| {
        facts.held_meaning(&mut |nik, card| {
            seen.push((nik.clone(), card));
            card.is_some()
        })
    });
    assert_eq!(keys(found.unwrap()), [1]);
    seen.sort();
    let mut expected: Vec<_> = rows.iter().map(|row| (row.nik.clone(), row.card())).collect();
    expected.sort();
    assert_eq!(seen, expected);
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
        let some = || Some((*text).into());
        let serial = u64::try_from(index).unwrap();
        rows.push(Registration {
            name: (*text).into(),
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
        reason: Some("panjang ".repeat(500).into()),
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
