//! What a person decides, from the outside: one by one, in a sheet, taken back, and what the log says of it.

use crate::harness::{Office, csv_rows, csv_text, mode};
use std::fs;

const SETTINGS: &str = "lang = \"en\"\n[office]\nname = \"Disdukcapil Kota Palembang\"\ncode = \"1671\"\n";
const NOW: &str = "2021-07-22T10:00";
const LINKS: &str = "Timestamp,NIK,Nama Lengkap,No KK,Kecamatan,Kelurahan\n\
    2021/07/10 9:05:12 AM GMT+7,1671094107959010,SITI AISYAH,1671090404049001,SUKARAMI,KEBUN BUNGA\n\
    2021/07/11 9:05:12 AM GMT+7,1671091212809002,BAMBANG WIJAYA,1671090404049002,SUKARAMI,KEBUN BUNGA\n\
    2021/07/12 9:05:12 AM GMT+7,\"1,67109E+15\",DEWI LESTARI,1671090404049003,SUKARAMI,SUKARAMI\n\
    2021/07/13 9:05:12 AM GMT+7,1671094101059004,RINA,1671090404049004,SUKARAMI,SUKARAMI\n";
const QUEUE: &str = "NIK,NAMA_LGKP,NO_KK,NAMA_KEC,NAMA_KEL,EKTP_CURRENT_STATUS_CODE,EKTP_CREATED_DATE\n\
    1671094107959001,SITI AISYAH,1671090404049001,SUKARAMI,KEBUN BUNGA,PRINT_READY_RECORD,2021-07-01\n\
    1671091212809002,AGUS SALIM,1671090404049002,SUKARAMI,KEBUN BUNGA,PRINT_READY_RECORD,2021-07-02\n\
    1671094505909003,DEWI LESTARI,1671090404049003,SUKARAMI,SUKARAMI,PRINT_READY_RECORD,2021-07-03\n\
    1671094101059004,RINA,1671090404049004,SUKARAMI,SUKARAMI,PRINT_READY_RECORD,2021-07-03\n";

fn office() -> Office {
    let office = Office::new(SETTINGS);
    let links = office.put("inbox/links/form.csv", LINKS);
    let queue = office.put("inbox/queue/antrean-2021-07-20.csv", QUEUE);
    office
        .run("2021-07-20T20:00", &["import", "links", links.to_str().unwrap()])
        .done_or_person();
    office
        .run("2021-07-20T20:00", &["import", "queue", queue.to_str().unwrap()])
        .done_or_person();
    office
}

fn category(office: &Office, nik: &str) -> String {
    let list = office.json(NOW, &["reconcile", "--all"]);
    let all = list["applications"].as_array().unwrap();
    let found = all.iter().find(|one| one["nik"] == nik);
    found.map_or_else(|| "none".to_owned(), |one| one["category"].as_str().unwrap().to_owned())
}

#[test]
fn a_decision_is_recorded_and_taken_back() {
    let office = office();
    let (siti, swapped) = ("1671094107959001", "1671094107959010");
    assert_eq!(category(&office, swapped), "near_match");
    let dry = ["decide", swapped, "same", "--reason", "KK checked", "--dry-run"];
    office.run(NOW, &dry).ends_with(0);
    assert_eq!(category(&office, swapped), "near_match");
    let run = office
        .run(NOW, &["decide", swapped, "same", "--reason", "KK checked"])
        .ends_with(0);
    insta::assert_snapshot!(run.stderr, @r"
    Decided: registration 167109******9010 SITI AISYAH and entry 167109******9001 SITI AISYAH: same person.
    167109******9001 is now: ready.
    ");
    assert_eq!(category(&office, swapped), "none");
    let again = office
        .run(NOW, &["decide", swapped, "same", "--reason", "again"])
        .ends_with(1);
    insta::assert_snapshot!(again.stderr, @r"
    error: it was decided before: same person (167109******9001), 2021-07-22 10:00, by petugas: KK checked; nothing was decided
    hint: take it back with cetak decide NIK --withdraw --reason TEXT, then decide again
    ");
    let back = office
        .run(NOW, &["decide", swapped, "--withdraw", "--reason", "wrong person"])
        .ends_with(0);
    insta::assert_snapshot!(back.stderr, @r"
    Taken back: 167109******9010 / 167109******9001: same person. The question is open again.
    167109******9001 is now: not registered.
    ");
    assert_eq!(
        (category(&office, swapped), category(&office, siti)),
        ("near_match".into(), "not_registered".into())
    );
    office
        .run(NOW, &["decide", swapped, "--withdraw", "--reason", "once more"])
        .ends_with(1);
    let log = office.json(NOW, &["log"]);
    let events: Vec<String> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["action"].as_str().unwrap().contains("deci"))
        .map(|event| {
            format!(
                "{} {} {} {}",
                event["user"], event["action"], event["subject"], event["note"]
            )
        })
        .collect();
    assert_eq!(
        events,
        [
            "\"petugas\" \"decided_same\" \"167109******9010 / 167109******9001\" \"KK checked\"",
            "\"petugas\" \"decision_withdrawn\" \"167109******9010 / 167109******9001\" \"wrong person\"",
        ]
    );
    office.run(NOW, &["check"]).ends_with(0);
}

#[test]
fn wrong_usage_and_what_makes_no_sense() {
    let office = office();
    let table: [(&[&str], i32, &str); 8] = [
        (&["decide", "1671094107959010", "same"], 2, "--reason"),
        (
            &["decide", "1671094107959010", "same", "--reason", " "],
            2,
            "a reason is needed",
        ),
        (&["decide", "1671094107959010", "--reason", "x"], 2, "required"),
        (
            &["decide", "1671094107959099", "same", "--reason", "x"],
            1,
            "no registration",
        ),
        (
            &[
                "decide",
                "1671094107959010",
                "same",
                "--queue-nik",
                "1671094107959099",
                "--reason",
                "x",
            ],
            1,
            "is not in the queue",
        ),
        (
            &["decide", "1671091212809002", "married", "--reason", "x"],
            1,
            "not under 17",
        ),
        (&["decide", "123", "married", "--reason", "x"], 2, "no NIK"),
        (&["review"], 2, "--export"),
    ];
    for (arguments, code, words) in table {
        let run = office.run(NOW, arguments).ends_with(code);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    let log = office.json(NOW, &["log"]);
    assert!(!log.to_string().contains("decided"), "nothing was recorded");
    let young = office
        .run(
            NOW,
            &["decide", "1671094101059004", "married", "--reason", "marriage book"],
        )
        .ends_with(0);
    assert!(
        young.stderr.contains("167109******9004 is now: ready"),
        "{}",
        young.stderr
    );
}

/// Fills in a sheet: decisions by the registration's name.
fn fill(office: &Office, path: &str, answers: &[(&str, &str, &str)]) {
    let rows = csv_rows(&office.read(path));
    let keys = ["nik", "name", "queue_nik", "queue_name", "decision", "reason", "facts"];
    let mut sheet = vec![keys.map(str::to_owned).to_vec()];
    for mut row in rows {
        if let Some((_, decision, reason)) = answers.iter().find(|(name, ..)| row["name"] == *name) {
            row.insert("decision".to_owned(), (*decision).to_owned());
            row.insert("reason".to_owned(), (*reason).to_owned());
        }
        sheet.push(keys.iter().map(|key| row[*key].clone()).collect());
    }
    fs::write(office.home().join(path), csv_text(&sheet)).unwrap();
}

fn buckets(report: &serde_json::Value) -> [u64; 6] {
    ["rows", "added", "changed", "unchanged", "held", "rejected"].map(|key| report[0][key].as_u64().unwrap())
}

#[test]
fn a_sheet_goes_out_and_comes_back_row_by_row() {
    let office = office();
    let path = office.home().join("tinjau.csv");
    let path = path.to_str().unwrap();
    let run = office.run(NOW, &["review", "--export", path]).ends_with(0);
    assert!(run.stderr.contains("3 questions in"), "{}", run.stderr);
    assert_eq!(mode(path.as_ref()), 0o600);
    let answers = [
        ("SITI AISYAH", "same", "KK checked"),
        ("BAMBANG WIJAYA", "beda", ""),
        ("DEWI LESTARI", "perhaps", ""),
    ];
    fill(&office, "tinjau.csv", &answers);
    let dry = office
        .run(NOW, &["review", "--apply", path, "--dry-run", "--format", "json"])
        .ends_with(3);
    assert_eq!(buckets(&dry.json()), [3, 2, 0, 0, 0, 1]);
    assert_eq!(category(&office, "1671094107959010"), "near_match");
    let report = office
        .run(NOW, &["review", "--apply", path, "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(buckets(&report), [3, 2, 0, 0, 0, 1]);
    assert_eq!(report[0]["kind"], "decisions");
    let rejects = csv_rows(&office.read(report[0]["rejects_file"].as_str().unwrap()));
    assert_eq!(
        (rejects[0]["code"].as_str(), rejects[0]["field"].as_str()),
        ("unknown_decision", "decision")
    );
    assert_eq!(category(&office, "1671094107959001"), "ready");
    assert_eq!(category(&office, "1671094107959010"), "none");
    // Again: known. Another word: it replaces the first.
    fill(
        &office,
        "tinjau.csv",
        &[("SITI AISYAH", "different", "no"), ("DEWI LESTARI", "", "")],
    );
    let report = office
        .run(NOW, &["review", "--apply", path, "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(buckets(&report), [3, 0, 1, 1, 1, 0]);
    assert_eq!(category(&office, "1671094107959010"), "not_in_queue");
    office.run(NOW, &["check"]).ends_with(0);
}

#[test]
fn a_row_whose_facts_changed_since_the_export_is_refused() {
    let office = office();
    let path = office.home().join("tinjau.csv");
    let path = path.to_str().unwrap();
    office.run(NOW, &["review", "--export", path]).ends_with(0);
    let answers = ["SITI AISYAH", "BAMBANG WIJAYA", "DEWI LESTARI"].map(|name| (name, "same", "seen"));
    fill(&office, "tinjau.csv", &answers);
    let renamed = QUEUE.replace("001,SITI AISYAH", "001,SITI AISYAH PUTRI");
    let renamed = renamed.replace(
        "1671091212809002,AGUS SALIM,1671090404049002,SUKARAMI,KEBUN BUNGA,PRINT_READY_RECORD,2021-07-02\n",
        "",
    );
    let queue = office.put("inbox/queue/antrean-2021-07-21.csv", &renamed);
    office
        .run(
            "2021-07-21T20:00",
            &["import", "queue", "--accept-shrink", queue.to_str().unwrap()],
        )
        .done_or_person();
    let report = office
        .run(NOW, &["review", "--apply", path, "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(buckets(&report), [3, 1, 0, 0, 0, 2]);
    let rejects = csv_rows(&office.read(report[0]["rejects_file"].as_str().unwrap()));
    let codes: Vec<&str> = rejects.iter().map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["entry_gone", "facts_changed"]);
}

#[test]
fn the_sheet_is_a_spreadsheet_with_words_to_choose_from() {
    let office = office();
    let path = office.home().join("tinjau.xlsx");
    office
        .run(NOW, &["review", "--export", path.to_str().unwrap()])
        .ends_with(0);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let name = calamine::Reader::sheet_names(&book)[0].clone();
    let range = calamine::Reader::worksheet_range(&mut book, &name).unwrap();
    assert_eq!(
        range.get_value((1, 0)),
        Some(&calamine::Data::String("1671091212809002".into()))
    );
    let report = office
        .run(NOW, &["review", "--apply", path.to_str().unwrap(), "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(buckets(&report), [3, 0, 0, 0, 3, 0], "nobody filled it in yet");
    let other = office.put("lain.csv", "a,b\n1,2\n");
    let refused = office
        .run(NOW, &["review", "--apply", other.to_str().unwrap()])
        .ends_with(1);
    assert!(refused.stderr.contains("review --export"), "{}", refused.stderr);
}
