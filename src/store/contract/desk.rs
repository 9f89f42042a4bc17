//! Promises about the desk: notices and destructions.

use super::Maker;
use super::fixtures::{at, batch, card, day, entry_right, nik, plan, queued, refused, snapshot};
use crate::domain::card::CardResult;
use crate::domain::destruction::{DeadCard, Destruction, DueCard};
use crate::domain::dossier::Handover;
use crate::domain::notices::{Notice, NoticeKind};
use crate::domain::record_status::RecordStatus;
use crate::store::Store;

pub(crate) fn a_notice_is_given_once_in_each_state(maker: &impl Maker) {
    let mut store = maker.open();
    let notice = |serial, kind, since, run| Notice {
        nik: nik(serial),
        kind,
        since: at(since),
        told_at: at(since + 10),
        run,
    };
    let first = [
        notice(2, NoticeKind::Collect, 1, 1),
        notice(1, NoticeKind::Register, 1, 1),
    ];
    let later = [
        notice(1, NoticeKind::Collect, 5, 2),
        notice(2, NoticeKind::Collect, 5, 2),
    ];
    let add = |store: &mut _, notices: &[Notice]| Store::write(store, |ledger| ledger.add_notices(notices));
    add(&mut store, &first).unwrap();
    add(&mut store, &later).unwrap();
    assert!(refused(add(
        &mut store,
        &[
            notice(3, NoticeKind::Record, 1, 3),
            notice(2, NoticeKind::Collect, 5, 3)
        ]
    )));
    let kept = store.read(|facts| facts.notices()).unwrap();
    assert_eq!(kept, [later[0], first[1], first[0], later[1]]);
}

pub(crate) fn a_card_is_destroyed_once(maker: &impl Maker) {
    let mut store = maker.open();
    snapshot(&mut store, 10, &[queued(2, RecordStatus::parse("PRR"), Some(1))], &[]);
    let one = batch("ibrahim", 1, 9);
    plan(&mut store, &one, &[card(&one, 1, 1, entry_right(1))]).unwrap();
    let handover = Handover {
        handed_at: at(400),
        collector: None,
        relation: None,
        old_card: true,
    };
    let answer = |store: &mut _, result| {
        Store::write(store, |ledger| {
            ledger.answer_card(&one.name, 1, result, Some("ink"), at(300))
        })
        .unwrap();
    };
    store
        .write(|ledger| ledger.add_handover(nik(2), &handover, "siti"))
        .unwrap();
    answer(&mut store, CardResult::Spoiled);
    let due = store.read(|facts| facts.cards_to_destroy()).unwrap();
    let spoiled = DueCard {
        nik: nik(1),
        name: "WARGA 1".to_owned(),
        request_no: Some("0042".to_owned()),
        at: at(300),
        what: DeadCard::Spoiled {
            batch: one.name.clone(),
            seq: 1,
            cause: Some("ink".to_owned()),
        },
    };
    let surrendered = DueCard {
        nik: nik(2),
        name: "WARGA 2".to_owned(),
        request_no: Some("1671202100042".to_owned()),
        at: at(400),
        what: DeadCard::Surrendered,
    };
    assert_eq!(due, [spoiled.clone(), surrendered.clone()]);
    let mut record = Destruction {
        number: 0,
        destroyed_on: day(23),
        place: "halaman kantor".to_owned(),
        witnesses: vec!["Rina".to_owned(), "Andi".to_owned()],
        recorded_at: at(500),
        user: "siti".to_owned(),
        cards: vec![spoiled],
    };
    let add = |store: &mut _, record: &Destruction| Store::write(store, |ledger| ledger.add_destruction(record));
    record.number = add(&mut store, &record).unwrap();
    assert_eq!(
        store.read(|facts| facts.destruction(record.number)).unwrap(),
        Some(record.clone())
    );
    assert_eq!(store.read(|facts| facts.destruction(99)).unwrap(), None);
    let due = store.read(|facts| facts.cards_to_destroy()).unwrap();
    assert_eq!(due, std::slice::from_ref(&surrendered));
    assert!(refused(add(&mut store, &record)), "a spoiled card twice");
    record.cards = vec![surrendered];
    add(&mut store, &record).unwrap();
    assert!(refused(add(&mut store, &record)), "a surrendered card twice");
    assert!(store.read(|facts| facts.cards_to_destroy()).unwrap().is_empty());
}
