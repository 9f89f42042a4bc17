//! Promises about whole steps: all or nothing, one moment, one winner.

use super::Maker;
use super::fixtures::{
    at, batch, card, dossiers, entry_right, file, held, nik, queued, refused, registration, write_rows,
};
use crate::domain::card::CardResult;
use crate::domain::nik::NikFlaw;
use crate::domain::record_status::RecordStatus;
use crate::store::records::{BatchFilter, FileKind};
use crate::store::{Ledger, Store};
use anyhow::{Result, bail};

/// Writes something into every table.
fn write_much(ledger: &mut dyn Ledger) -> Result<()> {
    let file = ledger.add_file(&file(FileKind::Links))?;
    let rows = [registration(1, 1, 1), held(2, "16", NikFlaw::WrongLength)];
    ledger.add_registrations(file, &mut (2..).zip(&rows))?;
    ledger.settle_registrations()?;
    let snapshot = ledger.add_snapshot(file, at(1), false)?;
    let entries = [queued(1, RecordStatus::PrintReadyRecord, Some(1))];
    write_rows(ledger, snapshot, &entries)?;
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
