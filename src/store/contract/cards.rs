//! Promises about batches, results, blanks and the log.

use super::Maker;
use super::fixtures::{at, batch, card, day, entry_right, nik, plan, refused, walk_in};
use crate::domain::blanks::{BlankEvent, BlankMove, UseKind};
use crate::domain::card::CardResult;
use crate::domain::card::{Batch, Card, CardState, PrintRight};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::records::{BatchFilter, Event, OutFile};

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
    assert_eq!(batches(BatchFilter::Open), std::slice::from_ref(&second));
    assert_eq!(store.read(|facts| facts.open_batches()).unwrap(), [(second.clone(), 2)]);
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
    let kept = store.read(|facts| facts.batches(BatchFilter::All)).unwrap();
    assert_eq!(kept, std::slice::from_ref(&one));
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
        recipe: batch.map(|_| "ef".repeat(32)),
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

pub(crate) fn every_use_of_a_blank_comes_in_its_order(maker: &impl Maker) {
    let mut store = maker.open();
    let one = batch("ibrahim", 1, 9);
    let cards: Vec<_> = (1..=3)
        .map(|seq| card(&one, seq, u64::from(seq), entry_right(1)))
        .collect();
    plan(&mut store, &one, &cards).unwrap();
    let answer = |store: &mut _, seq, result, note, seconds| {
        Store::write(store, |ledger| {
            ledger.answer_card(&one.name, seq, result, note, at(seconds))
        })
        .unwrap();
    };
    answer(&mut store, 3, CardResult::Spoiled, Some("ink"), 300);
    store.write(|ledger| ledger.add_walk_in(&walk_in(9, 5))).unwrap();
    answer(&mut store, 1, CardResult::Printed, Some("no cause"), 200);
    answer(&mut store, 2, CardResult::NotPrinted, None, 200);
    let mut uses = Vec::new();
    store
        .read(|facts| facts.blank_uses(&mut |one| uses.push((one.kind, one.at, one.cause))))
        .unwrap();
    let expected = [
        (UseKind::Spoiled, at(300), Some("ink".to_owned())),
        (UseKind::WalkIn, at(5), None),
        (UseKind::Printed, at(200), None),
    ];
    assert_eq!(uses, expected);
}
