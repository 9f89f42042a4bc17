//! What is read never depends on the blocks and the tier in which a row lies.

use super::{ALL_IN_BASE, ALL_RECENT, Folder, MIXED};
use crate::domain::dossier::Dossier;
use crate::domain::name::{Closeness, NameQuery};
use crate::domain::nik::{Nik, NikFlaw, NikReading};
use crate::domain::parts::{Dossiers, Entries, Unqueued, make_of_dossiers, make_of_entries, make_of_unqueued};
use crate::domain::phone::Phone;
use crate::domain::queue::QueueRow;
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::Registration;
use crate::domain::text::Text;
use crate::store::contract::Maker;
use crate::store::contract::fixtures::{add_rows, nik, queued, registration, snapshot, walk_in};
use crate::store::error::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::blocks::Sizes;
use crate::store::{Facts, Store};
use anyhow::Result;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Mutex;

/// What is done to a store; people by their serials.
#[derive(Clone, Debug)]
enum Deed {
    Register(Vec<(u64, u8)>),
    Snapshot(Vec<(u64, u8)>, Vec<u64>),
    WalkIn(u64),
}

/// Everything that can be read of registrations and entries.
fn everything(store: &SqliteStore, serials: &[u64]) -> String {
    let read = |facts: &dyn Facts| -> Result<String> {
        let mut all = String::new();
        facts.dossiers(&mut |dossier| Ok(writeln!(all, "{dossier:?} {}", dossier.nik.digits())?))?;
        let niks: Vec<Nik> = serials.iter().map(|serial| nik(*serial)).collect();
        let mut ascending = niks.clone();
        ascending.sort();
        ascending.dedup();
        facts.dossiers_of(&ascending, &mut |dossier| Ok(writeln!(all, "{dossier:?}")?))?;
        let outlines = |dossiers: &mut dyn Dossiers| {
            let mut told = String::new();
            while let Some(outline) = dossiers.next().cloned() {
                let whole = dossiers.whole().unwrap();
                assert_outlines(&outline, whole);
                let at = (outline.nik.digits(), &whole.registrations, &whole.entry);
                writeln!(told, "{at:?}").unwrap();
            }
            told
        };
        make_of_dossiers(facts, outlines, |told| {
            all.push_str(&told);
            Ok(())
        })?;
        let entries = |entries: &mut dyn Entries| {
            let mut told = String::new();
            while let Some(entry) = entries.next(&mut |nik, _| nik.as_u64() % 2 > 0) {
                writeln!(told, "{entry:?}").unwrap();
            }
            told
        };
        make_of_entries(facts, entries, |told| {
            all.push_str(&told);
            Ok(())
        })?;
        facts.queue_entries(&mut |entry| Ok(writeln!(all, "{entry:?}")?))?;
        let unqueued = |registrations: &mut dyn Unqueued| {
            let mut told = String::new();
            while let Some(row) = registrations.next() {
                writeln!(told, "{row:?}").unwrap();
            }
            told
        };
        make_of_unqueued(facts, unqueued, |told| {
            all.push_str(&told);
            Ok(())
        })?;
        writeln!(all, "{:?}", facts.held_registrations()?)?;
        writeln!(all, "{:?}", facts.known_entries()?)?;
        writeln!(all, "{:?}", facts.known_among(&niks)?)?;
        let asked = Mutex::new(BTreeSet::new());
        let keeps = |nik: Nik, card: Option<u64>| {
            asked.lock().unwrap().insert((nik, card));
            card.is_none_or(|card| card % 3 > 0)
        };
        let queued = facts.queued_among(&|| Box::new(keeps))?;
        asked.lock().unwrap().clear();
        let registered = facts.registered_among(&|| Box::new(keeps))?;
        let numbers = (queued, registered, asked.into_inner().unwrap());
        writeln!(all, "{numbers:?}")?;
        for sought in ["warga", "2 nama", "nama 1", "siti"] {
            let query = NameQuery::new(sought).unwrap();
            let mut search = query.search(Closeness::Spelled);
            let found = facts.niks_named(&mut search, usize::MAX)?;
            for at_most in [0, 1, 2, 7, found.len(), found.len() + 1] {
                let first = facts.niks_named(&mut search, at_most)?;
                assert_eq!(first, found[..found.len().min(at_most)]);
            }
            writeln!(all, "{found:?}")?;
        }
        for key in 0..6 {
            writeln!(all, "{:?}", facts.niks_with_phone(&phone(key))?)?;
            writeln!(all, "{:?}", facts.niks_with_request(&request(key))?)?;
        }
        writeln!(all, "{:?}", facts.integrity_faults()?)?;
        Ok(all)
    };
    store.read(read).unwrap()
}

/// An outline has everything but what it may leave out.
fn assert_outlines(outline: &Dossier, whole: &Dossier) {
    let mut expected = whole.clone();
    let queued = whole.entry.as_ref().map(|entry| &entry.row.name);
    let is_alike = |one: &Registration| queued.is_none_or(|name| one.name.eq_ignore_ascii_case(name));
    let may_lack_names = whole.registrations.iter().all(is_alike);
    for (known, one) in outline.registrations.iter().zip(&mut expected.registrations) {
        let lacks_name = may_lack_names && known.name.is_empty();
        if lacks_name {
            one.name = Text::default();
        }
        if known.district.is_none() {
            (one.kk, one.phone, one.district, one.village) = (None, None, None, None);
            (one.rt_rw, one.email) = (None, None);
        }
    }
    if let (Some(known), Some(entry)) = (&outline.entry, &mut expected.entry) {
        if may_lack_names && known.row.name.is_empty() {
            entry.row.name = Text::default();
        }
        if known.row.district.is_none() {
            let row = &mut entry.row;
            (row.kk, row.district, row.village, row.request_no) = (None, None, None, None);
        }
    }
    assert_eq!(format!("{outline:?}"), format!("{expected:?}"));
}

fn phone(key: u8) -> Phone {
    Phone::from_stored(["081234567890", "081200000001", "+6281", "0", "0812", ""][usize::from(key)])
}

fn request(key: u8) -> String {
    ["P001", "P002", "1671", "", "X/1", "007"][usize::from(key)].to_owned()
}

fn row(serial: u64, key: u8) -> Registration {
    // The row of key 4 is that of key 3 in a file that lost the last digits.
    let content = if key == 4 { 3 } else { key };
    Registration {
        name: format!("WARGA  {} {content}", serial % 3).as_str().into(),
        phone: (key != 5).then(|| phone(content)),
        nik: match key {
            4 => NikReading::Held {
                text: nik(serial).digits(),
                flaw: NikFlaw::LastDigitLost,
            },
            _ => NikReading::Trusted(nik(serial)),
        },
        ..registration(serial, (serial % 40) as u8 * 6 + content, i64::from(content % 2))
    }
}

fn entry(serial: u64, key: u8) -> QueueRow {
    let status = [
        RecordStatus::PrintReadyRecord,
        RecordStatus::SentForEnrollment,
        RecordStatus::Unknown("BARU".to_owned()),
    ];
    QueueRow {
        // That of key 4 is a registration's but for the case of letters.
        name: match key {
            4 => format!("Warga  {} 3", serial % 3),
            _ => format!("NAMA {}", key % 2),
        }
        .as_str()
        .into(),
        phone: (key != 5).then(|| phone(key)),
        request_no: (key != 4).then(|| request(key).as_str().into()),
        ..queued(
            serial,
            status[usize::from(key % 3)].clone(),
            (key > 2).then_some(i64::from(key)),
        )
    }
}

fn act(store: &mut SqliteStore, deeds: &[Deed]) -> Vec<String> {
    let mut told = Vec::new();
    for (time, deed) in (0_i64..).zip(deeds) {
        match deed {
            Deed::Register(rows) => {
                let rows: Vec<_> = rows.iter().map(|(serial, key)| row(*serial, *key)).collect();
                told.push(format!("{:?}", add_rows(store, &rows)));
            }
            Deed::Snapshot(rows, left) => {
                let mut rows: Vec<_> = rows.iter().map(|(serial, key)| entry(*serial, *key)).collect();
                rows.sort_by_key(|row| row.nik);
                rows.dedup_by_key(|row| row.nik);
                snapshot(store, time, &rows, &[]);
                let known = store.read(|facts| facts.known_entries()).unwrap();
                let listed = |nik: &Nik| known.iter().any(|entry| entry.nik == *nik);
                let left: Vec<_> = left.iter().map(|serial| nik(*serial)).filter(listed).collect();
                snapshot(store, time, &[], &left);
            }
            // Only one print a moment.
            Deed::WalkIn(serial) => store
                .write(|ledger| ledger.add_walk_in(&walk_in(*serial, time)))
                .unwrap(),
        }
    }
    told
}

fn rows() -> impl Strategy<Value = Vec<(u64, u8)>> {
    proptest::collection::vec((0..14_u64, 0..6_u8), 0..9)
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => rows().prop_map(Deed::Register),
        3 => (rows(), proptest::collection::vec(0..14_u64, 0..4)).prop_map(|(rows, left)| Deed::Snapshot(rows, left)),
        1 => (0..14_u64).prop_map(Deed::WalkIn),
    ];
    proptest::collection::vec(deed, 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn what_is_read_does_not_depend_on_where_it_lies(deeds in deeds()) {
        let serials: Vec<u64> = (0..14).rev().chain([3, 3]).collect();
        let mut seen: Option<(Vec<String>, String)> = None;
        for sizes in [Sizes::USUAL, ALL_RECENT, MIXED, ALL_IN_BASE] {
            let folder = Folder::with(sizes);
            let mut store = folder.open();
            let mut found = (act(&mut store, &deeds), everything(&store, &serials));
            prop_assert!(found.1.ends_with("[]\n"), "faults: {}", found.1);
            match &seen {
                None => seen = Some(found),
                Some(first) => {
                    // A file that says a row as held and as trusted is told otherwise where its rows do not wait for
                    // each other; nothing is stored otherwise.
                    if sizes.waiting_rows < 100 {
                        found.0.clone_from(&first.0);
                    }
                    prop_assert_eq!(first, &found, "{:?}", sizes);
                }
            }
        }
    }
}

#[test]
fn a_store_may_be_written_with_other_sizes_than_before() {
    let folder = Folder::with(ALL_RECENT);
    let plain = Folder::new();
    let rows: Vec<_> = (0..40).map(|serial| row(serial * 7 % 40, (serial % 4) as u8)).collect();
    let entries: Vec<_> = (0..40).map(|serial| entry(serial, (serial % 6) as u8)).collect();
    for (part, sizes) in [ALL_RECENT, MIXED, ALL_IN_BASE, Sizes::USUAL, MIXED, ALL_RECENT]
        .into_iter()
        .enumerate()
    {
        let (from, to) = (part * 5, part * 5 + 10);
        let mut changed = folder.open();
        changed.sizes = sizes;
        for store in [&mut changed, &mut plain.open()] {
            add_rows(store, &rows[from..to]);
            snapshot(store, part as i64, &entries[from..to], &[entries[from].nik]);
        }
    }
    let serials: Vec<u64> = (0..40).collect();
    assert_eq!(
        everything(&folder.open(), &serials),
        everything(&plain.open(), &serials)
    );
}

#[test]
fn a_flipped_bit_in_a_block_is_damage() {
    let folder = Folder::with(MIXED);
    let mut store = folder.open();
    add_rows(&mut store, &(0..9).map(|serial| row(serial, 1)).collect::<Vec<_>>());
    snapshot(
        &mut store,
        0,
        &(0..9).map(|serial| entry(serial, 1)).collect::<Vec<_>>(),
        &[],
    );
    let places: Vec<i64> = store
        .connection
        .prepare("SELECT place FROM block")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(places.len() > 20);
    for place in places {
        let whole: Vec<u8> = store
            .connection
            .query_row("SELECT content FROM block WHERE place = ?1", [place], |row| row.get(0))
            .unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 4;
        let set = "UPDATE block SET content = ?2 WHERE place = ?1";
        store
            .connection
            .execute(set, rusqlite::params![place, flipped])
            .unwrap();
        let faults = store.read(|facts| facts.integrity_faults()).unwrap();
        assert!(!faults.is_empty(), "{place}");
        let read = store.read(|facts| {
            facts.dossiers(&mut |_| Ok(()))?;
            facts.known_entries().map(drop)
        });
        let error = read.unwrap_err();
        assert!(matches!(error.downcast_ref(), Some(StoreError::Damaged(_))), "{error}");
        store.connection.execute(set, rusqlite::params![place, whole]).unwrap();
    }
    assert!(store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
    store
        .connection
        .execute("DELETE FROM block WHERE place = (SELECT min(place) FROM block)", [])
        .unwrap();
    assert!(!store.read(|facts| facts.integrity_faults()).unwrap().is_empty());
}
