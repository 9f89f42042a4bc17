//! Runs that meet: nobody gets a card twice, nobody waits for ever, and each ends with a code of the contract.

use crate::crowd::{DAY, Ending, NIGHT, finish, links, no_card_twice, office, picture, queue, same_picture};
use crate::crowd::{send, start, until, until_open};
use crate::harness::{Office, csv_rows};
use std::collections::BTreeMap;
use std::fs;

const PEOPLE: u64 = 900;
const CARDS_A_DAY: usize = 700;
const SIDE_BY_SIDE: usize = 8;

/// Starts so many of the same, and returns how often each code came.
fn at_once(office: &Office, arguments: &[&str]) -> BTreeMap<i32, usize> {
    let children: Vec<_> = (0..SIDE_BY_SIDE).map(|_| start(office, NIGHT, arguments)).collect();
    let mut codes = BTreeMap::new();
    for ending in children.into_iter().map(finish) {
        let code = ending.code.unwrap_or_else(|| panic!("{ending:?}"));
        assert!(matches!(code, 0 | 3 | 4), "{arguments:?}: {ending:?}");
        assert!(
            code != 4 || ending.stderr.contains("another cetak is at work: `cetak"),
            "{ending:?}"
        );
        *codes.entry(code).or_default() += 1;
    }
    codes
}

#[test]
fn eight_nights_at_once() {
    let alone = office(PEOPLE);
    alone.run(NIGHT, &["nightly"]).ends_with(3);
    let expected = picture(&alone);
    let template = office(PEOPLE);
    let patient = template.twin();
    assert_eq!(
        at_once(&patient, &["nightly", "--wait", "120"]),
        BTreeMap::from([(3, SIDE_BY_SIDE)])
    );
    same_picture(&picture(&patient), &expected, "eight patient nights");
    assert_eq!(no_card_twice(&patient), CARDS_A_DAY);
    let hasty = template.twin();
    let codes = at_once(&hasty, &["nightly"]);
    assert!(
        codes[&3] >= 1 && codes.keys().all(|code| matches!(code, 3 | 4)),
        "{codes:?}"
    );
    same_picture(&picture(&hasty), &expected, "eight hasty nights");
    hasty.run(NIGHT, &["check"]).done_or_person();
}

#[test]
fn eight_batches_for_one_date_at_once() {
    let office = office(PEOPLE);
    for (kind, file) in [
        ("links", "inbox/links/form.csv"),
        ("queue", "inbox/queue/antrean-2021-07-20.csv"),
    ] {
        let path = office.home().join(file);
        office
            .run(NIGHT, &["import", kind, path.to_str().unwrap()])
            .done_or_person();
    }
    let twin = office.twin();
    office.run(NIGHT, &["batch", "--date", DAY]).ends_with(0);
    let expected = picture(&office);
    let codes = at_once(&twin, &["batch", "--date", DAY, "--wait", "120"]);
    assert_eq!(codes, BTreeMap::from([(0, SIDE_BY_SIDE)]));
    same_picture(&picture(&twin), &expected, "eight batches");
    // More of them only take what the operators have left: nothing.
    at_once(&twin, &["batch", "--date", DAY, "--top-up", "--wait", "120"]);
    assert_eq!(no_card_twice(&twin), CARDS_A_DAY);
    twin.run(NIGHT, &["check"]).done_or_person();
}

#[test]
fn imports_batches_and_results_side_by_side() {
    let office = office(PEOPLE);
    let more = office.put("more.csv", &links(PEOPLE + 200));
    let tonight = office.put("antrean-2021-07-22.csv", &queue(PEOPLE + 200));
    let (more, tonight) = (more.to_str().unwrap(), tonight.to_str().unwrap());
    office.run(NIGHT, &["nightly"]).done_or_person();
    let results = fill_in(&office);
    let wait = ["--wait", "120"];
    let commands: [&[&str]; 6] = [
        &["import", "links", more],
        &["import", "queue", tonight],
        &["batch", "--date", "2021-07-26"],
        &["import", "results", &results],
        &["batch", "--date", "2021-07-26", "--top-up"],
        &["nightly"],
    ];
    let starts = commands.map(|command| start(&office, NIGHT, &[command, &wait[..]].concat()));
    for (ending, command) in starts.into_iter().map(finish).zip(commands) {
        assert!(matches!(ending.code, Some(0 | 3)), "{command:?}: {ending:?}");
    }
    no_card_twice(&office);
    office.run(NIGHT, &["check"]).done_or_person();
}

/// Answers every card of one operator, as the sheet comes back.
fn fill_in(office: &Office) -> String {
    let rows = csv_rows(&office.read(&format!("outbox/{DAY}/batch-ibrahim.csv")));
    let answers = rows
        .iter()
        .map(|row| format!("{},{},{},printed\n", row["batch"], row["seq"], row["nik"]));
    let text: String = std::iter::once("batch,seq,nik,result\n".to_owned())
        .chain(answers)
        .collect();
    office.put("hasil.csv", &text).to_str().unwrap().to_owned()
}

#[test]
fn readers_read_while_one_writes() {
    let office = office(PEOPLE);
    let writer = start(&office, NIGHT, &["nightly"]);
    until_open(writer.id(), "cetak.db");
    let nik = crate::crowd::nik(3);
    let questions: [&[&str]; 4] = [
        &["reconcile", "--format", "json"],
        &["status", &nik],
        &["check"],
        &["batch", "list"],
    ];
    let mut asked = 0;
    let page = office.root().join("halaman.html");
    loop {
        for question in questions {
            let run = office.run(NIGHT, question);
            // Who has not been imported yet is not known.
            let unknown = question[0] == "status" && run.code == 1;
            assert!(
                matches!(run.code, 0 | 3) || unknown,
                "{question:?}: {}{}",
                run.stdout,
                run.stderr
            );
            asked += 1;
        }
        office
            .run(NIGHT, &["report", "--output", page.to_str().unwrap()])
            .ends_with(0);
        if is_over(writer.id()) {
            break;
        }
    }
    assert_eq!(finish(writer).code, Some(3));
    println!("{asked} questions were answered while a night wrote");
}

fn is_over(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}

#[test]
fn a_stopped_run_is_named_and_a_dead_one_holds_nothing() {
    let office = office(PEOPLE);
    let stopped = start(&office, NIGHT, &["nightly"]);
    let pid = stopped.id();
    until("the note", || {
        fs::read_to_string(office.home().join(".cetak.lock")).is_ok_and(|note| note.contains(&format!("pid {pid}\n")))
    });
    send("STOP", pid);
    let second = finish(start(&office, NIGHT, &["batch", "--date", DAY, "--wait", "1"]));
    assert_eq!(second.code, Some(4), "{second:?}");
    let since = second
        .stderr
        .split("since ")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .unwrap();
    let told = second.stderr.replace(&pid.to_string(), "PID").replace(since, "SINCE");
    insta::assert_snapshot!(told, @r"
    error: another cetak is at work: `cetak nightly`, process PID, by petugas, since SINCE, stopped (waited 1 s)
    hint: let it go on with kill -CONT PID, or end it with kill PID and then kill -CONT PID
    ");
    // A look needs no lock, unless the run was stopped just while it opened the store.
    let look = || finish(start(&office, NIGHT, &["batch", "list"]));
    let mut looked = look();
    for _ in 0..20 {
        if looked.code != Some(4) {
            break;
        }
        assert!(looked.stderr.contains("holds the store"), "{looked:?}");
        send("CONT", pid);
        std::thread::sleep(std::time::Duration::from_millis(5));
        send("STOP", pid);
        looked = look();
    }
    assert_eq!(looked.code, Some(0), "{looked:?}");
    let waiting = start(&office, NIGHT, &["nightly", "--wait", "120"]);
    until_open(waiting.id(), ".cetak.lock");
    send("KILL", pid);
    assert_eq!(finish(stopped).signal, Some(9));
    let Ending { code, .. } = finish(waiting);
    assert_eq!(code, Some(3));
    assert_eq!(no_card_twice(&office), CARDS_A_DAY);
    office.run(NIGHT, &["check"]).done_or_person();
}
