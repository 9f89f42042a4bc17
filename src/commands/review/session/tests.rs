//! A session with keys that a test presses, over books that stand in memory.

use super::*;
use crate::domain::application::Category;
use crate::domain::moment::Moment;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::queue::{QueueEntry, QueueRow};
use crate::domain::record_status::RecordStatus;
use crate::domain::registration::{Registration, RowKey};
use std::cell::RefCell;

fn question(serial: u64) -> Question {
    let at = Moment::from_seconds(1_626_000_000);
    let nik = |serial: u64| Nik::from_u64(1_671_094_107_950_000 + serial).unwrap();
    let name = || format!("WARGA {serial}").into();
    Question {
        category: Category::NearMatch,
        registration: Registration::new(RowKey([0; 16]), NikReading::Trusted(nik(serial)), name(), at),
        entry: QueueEntry::new(
            QueueRow::new(nik(serial + 1), name(), RecordStatus::parse("PRINT_READY_RECORD")),
            at,
        ),
        score: Some(0.97),
        reasons: Vec::new(),
        waiting_since: at,
    }
}

/// Books that keep what stands; a decision `different` about 9001 raises one more question.
#[derive(Default)]
struct Memory {
    standing: RefCell<Vec<(String, Verdict)>>,
    busy: RefCell<bool>,
}

impl Books for &Memory {
    fn questions(&self) -> Result<Vec<Question>> {
        let raised = self
            .standing
            .borrow()
            .contains(&("WARGA 9001".to_owned(), Verdict::Different));
        let all = [9001, 9003, 9005].into_iter().chain(raised.then_some(9007));
        Ok(all.map(question).collect())
    }

    fn decide(&self, question: &Question, verdict: Verdict) -> Result<Result<Decision, String>> {
        if self.busy.take() {
            return Err(StoreError::Busy.into());
        }
        let registration = &question.registration;
        if registration.name == "WARGA 9005" {
            return Ok(Err("changed".to_owned()));
        }
        self.standing
            .borrow_mut()
            .push((registration.name.to_string(), verdict));
        Ok(Ok(Decision {
            verdict,
            registered_nik: registration.nik.text(),
            registered_name: registration.name.to_string(),
            registered_beside: None,
            queue_nik: Some(question.entry.row.nik),
            queue_name: None,
            decided_at: question.waiting_since,
            user: String::new(),
            reason: String::new(),
        }))
    }

    fn undo(&self, decision: &Decision) -> Result<()> {
        self.standing
            .borrow_mut()
            .retain(|(name, _)| *name != decision.registered_name);
        Ok(())
    }

    fn screen(&self, question: &Question, view: View, note: &str) -> Result<String> {
        let View { at, all, numbers } = view;
        let whole = if numbers == Numbers::Whole { "whole " } else { "" };
        Ok(format!("{at}/{all} {whole}{} {note}", question.registration.name))
    }

    fn end_screen(&self, note: &str) -> String {
        format!("end {note}")
    }

    fn words(&self, said: Said) -> String {
        format!("{said:?}")
    }

    fn excuse(&self, error: &Error) -> Option<String> {
        error.downcast_ref::<StoreError>().map(|_| "busy".to_owned())
    }
}

/// Keys to press, one after the other; then the terminal is gone.
struct Fingers<'a> {
    keys: std::str::Chars<'a>,
    shown: Vec<String>,
}

impl Desk for Fingers<'_> {
    fn show(&mut self, screen: &str) -> Result<()> {
        self.shown.push(screen.trim().to_owned());
        Ok(())
    }

    fn key(&mut self) -> Result<Option<char>> {
        Ok(self.keys.next())
    }
}

fn play<'a>(memory: &Memory, keys: &'a str) -> (Vec<String>, (u64, u64, u64)) {
    let mut session = Session::begin(memory).unwrap();
    let mut fingers = Fingers::<'a> {
        keys: keys.chars(),
        shown: Vec::new(),
    };
    session.run(&mut fingers).unwrap();
    (fingers.shown, session.tally())
}

#[test]
fn each_key_does_one_thing_and_every_decision_stands_at_once() {
    let memory = Memory::default();
    let (shown, tally) = play(&memory, "sx");
    assert_eq!(
        shown,
        ["1/3 WARGA 9001", "2/3 WARGA 9003 Recorded(Same)", "2/3 WARGA 9003"]
    );
    assert_eq!(tally, (1, 0, 2));
    // The terminal was closed; what was decided stands.
    assert_eq!(memory.standing.borrow().len(), 1);
}

#[test]
fn what_was_decided_is_taken_back_and_what_was_put_off_comes_again() {
    let memory = Memory::default();
    let (shown, tally) = play(&memory, "uslsuuuq");
    assert_eq!(
        shown,
        [
            "1/3 WARGA 9001",
            "1/3 WARGA 9001 NothingToUndo",
            "2/3 WARGA 9003 Recorded(Same)",
            "3/3 WARGA 9005",
            "end changed",
            "3/3 WARGA 9005 Undone",
            "2/3 WARGA 9003 Undone",
            "1/3 WARGA 9001 Undone",
        ]
    );
    assert_eq!(tally, (0, 0, 3));
    assert!(memory.standing.borrow().is_empty());
}

#[test]
fn a_decision_can_raise_a_question_that_is_asked_in_the_end() {
    let memory = Memory::default();
    let (shown, tally) = play(&memory, "bnnnk");
    assert_eq!(shown[3], "4/4 WARGA 9007");
    assert_eq!(shown[4], "end");
    assert_eq!(tally, (0, 1, 3));
}

#[test]
fn numbers_are_shown_whole_for_one_case_alone() {
    let memory = Memory::default();
    let (shown, _) = play(&memory, "txrtsk");
    assert_eq!(
        shown,
        [
            "1/3 WARGA 9001",
            "1/3 whole WARGA 9001",
            "1/3 whole WARGA 9001",
            "1/3 WARGA 9001",
            "1/3 whole WARGA 9001",
            "2/3 WARGA 9003 Recorded(Same)",
        ]
    );
}

#[test]
fn where_another_run_is_at_work_the_case_stays() {
    let memory = Memory::default();
    *memory.busy.borrow_mut() = true;
    let (shown, _) = play(&memory, "ss");
    assert_eq!(
        shown,
        ["1/3 WARGA 9001", "1/3 WARGA 9001 busy", "2/3 WARGA 9003 Recorded(Same)"]
    );
}
