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
    // The rejects file, mended, is applied itself.
    let mended = report[0]["rejects_file"].as_str().unwrap();
    let text = String::from_utf8(office.read(mended))
        .unwrap()
        .replace("perhaps", "sama");
    let mended = office.put("dibetulkan.csv", &text);
    let again = [
        "review",
        "--apply",
        mended.to_str().unwrap(),
        "--format",
        "json",
        "--dry-run",
    ];
    assert_eq!(
        buckets(&office.run(NOW, &again).ends_with(0).json()),
        [1, 1, 0, 0, 0, 0]
    );
    // Again: known. Another word than what stands by now: that fact is newer than the sheet.
    fill(
        &office,
        "tinjau.csv",
        &[("SITI AISYAH", "different", "no"), ("DEWI LESTARI", "", "")],
    );
    let report = office
        .run(NOW, &["review", "--apply", path, "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(buckets(&report), [3, 0, 0, 1, 1, 1]);
    assert_eq!(category(&office, "1671094107959010"), "none");
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
    // What a person wrote into a sheet is not lost to the next export.
    fs::write(&path, "filled in").unwrap();
    let run = office
        .run(NOW, &["review", "--export", path.to_str().unwrap()])
        .ends_with(0);
    assert!(run.stderr.contains("tinjau.edited-1.xlsx"), "{}", run.stderr);
    assert_eq!(office.read("tinjau.edited-1.xlsx"), b"filled in");
    let settings = office.home().join("cetak.toml");
    office
        .run(NOW, &["review", "--export", settings.to_str().unwrap()])
        .ends_with(2);
    let other = office.put("lain.csv", "a,b\n1,2\n");
    let refused = office
        .run(NOW, &["review", "--apply", other.to_str().unwrap()])
        .ends_with(1);
    assert!(refused.stderr.contains("review --export"), "{}", refused.stderr);
}

#[test]
fn an_older_sheet_overturns_no_decision() {
    let office = office();
    let path = office.home().join("tinjau.csv");
    let path = path.to_str().unwrap();
    office.run(NOW, &["review", "--export", path]).ends_with(0);
    let reason = ["--reason", "her daughter"];
    let decide = ["decide", "1671094107959010", "different"];
    office.run(NOW, &[&decide[..], &reason[..]].concat()).ends_with(0);
    fill(&office, "tinjau.csv", &[("SITI AISYAH", "same", "")]);
    let run = office.run("2021-07-23", &["review", "--apply", path]).ends_with(3);
    let said = "different people (167109******9001), 2021-07-22 10:00, by petugas: her daughter";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("then: cetak review --apply"), "{}", run.stderr);
    assert_eq!(category(&office, "1671094107959010"), "not_in_queue");
    let rejects = fs::read_dir(office.home().join("outbox/rejects")).unwrap().next();
    let rejects = csv_rows(&fs::read(rejects.unwrap().unwrap().path()).unwrap());
    assert_eq!(rejects[0]["code"], "already_decided");
    assert!(rejects[0]["reason"].contains(said), "{}", rejects[0]["reason"]);
    // Taken back, the question is as it was shown.
    let back = ["decide", "1671094107959010", "--withdraw", "--reason", "wrong"];
    office.run(NOW, &back).ends_with(0);
    let report = office.run(NOW, &["review", "--apply", path, "--format", "json"]);
    assert_eq!(buckets(&report.ends_with(3).json()), [3, 1, 0, 0, 2, 0]);
}

/// Applies a sheet whose rows a test changed, and returns its buckets and the codes of its refusals.
fn applied(office: &Office, change: impl Fn(&mut Vec<Vec<String>>)) -> ([u64; 6], Vec<String>) {
    let path = office.home().join("tinjau.csv");
    office
        .run(NOW, &["review", "--export", path.to_str().unwrap()])
        .ends_with(0);
    fill(office, "tinjau.csv", &[("SITI AISYAH", "same", "")]);
    let keys = ["nik", "name", "queue_nik", "queue_name", "decision", "reason", "facts"];
    let mut rows: Vec<Vec<String>> = csv_rows(&office.read("tinjau.csv"))
        .iter()
        .filter(|row| row["name"] == "SITI AISYAH")
        .map(|row| keys.iter().map(|key| row[*key].clone()).collect())
        .collect();
    change(&mut rows);
    rows.insert(0, keys.map(str::to_owned).to_vec());
    fs::write(&path, csv_text(&rows)).unwrap();
    let run = office.run(NOW, &["review", "--apply", path.to_str().unwrap(), "--format", "json"]);
    let report = run.done_or_person().json();
    let rejects = report[0]["rejects_file"].as_str().map(|path| office.read(path));
    let rejects = rejects.map_or_else(Vec::new, |bytes| csv_rows(&bytes));
    (
        buckets(&report),
        rejects.iter().map(|row| row["code"].clone()).collect(),
    )
}

#[test]
fn rows_that_contradict_each_other_or_their_names_are_refused() {
    let office = office();
    let (found, codes) = applied(&office, |rows| {
        rows.push(rows[0].clone());
        rows.push(rows[0].clone());
        rows[1][4] = "different".to_owned();
    });
    assert_eq!(found, [3, 0, 0, 0, 0, 3]);
    assert_eq!(codes, ["contradicting_rows"; 3]);
    for column in [1, 3] {
        let (found, codes) = applied(&office, |rows| "ORANG LAIN".clone_into(&mut rows[0][column]));
        assert_eq!((found, codes), ([1, 0, 0, 0, 0, 1], vec!["other_name".to_owned()]));
    }
    assert_eq!(category(&office, "1671094107959010"), "near_match");
    // The same twice is said once, and how a spreadsheet writes the name is no other name.
    let (found, _) = applied(&office, |rows| {
        "'siti  aisyah".clone_into(&mut rows[0][1]);
        rows.push(rows[0].clone());
    });
    assert_eq!(found, [2, 1, 0, 1, 0, 0]);
}

#[test]
fn two_people_are_not_made_one_by_a_slip() {
    let office = office();
    let one = ["decide", "1671094107959010", "same", "--queue-nik", "1671094505909003"];
    let run = office.run(NOW, &[&one[..], &["--reason", "x"]].concat()).ends_with(1);
    insta::assert_snapshot!(run.stderr, @r"
    error: SITI AISYAH and DEWI LESTARI have names of different people, and nothing proposes them as one; nothing was decided
    hint: look at both again; if they are one person all the same: --force
    ");
    let forced = [&one[..], &["--reason", "marriage book", "--force"]].concat();
    office.run(NOW, &forced).ends_with(0);
    let unknown = ["decide", "1671094505909003", "same", "--reason", "x"];
    let run = office.run(NOW, &unknown).ends_with(1);
    assert!(run.stderr.contains("stands only in the queue"), "{}", run.stderr);
    let held = ["decide", "1,67109E+15", "same", "--reason", "x"];
    let run = office.run(NOW, &held).ends_with(1);
    insta::assert_snapshot!(run.stderr, @r"
    error: this entry was given the registration of SITI AISYAH already: same person (167109******9003), 2021-07-22 10:00, by petugas: marriage book; nothing was decided
    hint: take that decision back first (--withdraw), or, if both are one person: cetak decide ... --force
    ");
}

#[test]
fn a_card_whose_registration_was_taken_away_is_named_until_it_is_released() {
    let office = Office::new(&format!("{SETTINGS}[[operator]]\nname = \"ibrahim\"\n"));
    let links = office.put("inbox/links/form.csv", LINKS);
    let queue = office.put("inbox/queue/antrean-2021-07-20.csv", QUEUE);
    let import = |kind, path: &std::path::Path| {
        let arguments = ["import", kind, path.to_str().unwrap()];
        office.run("2021-07-20T20:00", &arguments).done_or_person();
    };
    import("links", &links);
    import("queue", &queue);
    let swapped = "1671094107959010";
    office
        .run(NOW, &["decide", swapped, "same", "--reason", "KK checked"])
        .ends_with(0);
    office.run(NOW, &["batch"]).ends_with(0);
    let codes = |office: &Office| -> Vec<String> {
        let found = office.json(NOW, &["check"]);
        let found = found["findings"].as_array().unwrap();
        found
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(!codes(&office).contains(&"card_of_undecided".to_owned()));
    let run = office
        .run(NOW, &["decide", swapped, "--withdraw", "--reason", "wrong person"])
        .ends_with(3);
    insta::assert_snapshot!(run.stderr, @r"
    Taken back: 167109******9010 / 167109******9001: same person. The question is open again.
    167109******9001 is now: assigned.
    warning: the card of 167109******9001 still stands in batch 2021-07-23-ibrahim: do not print it; cetak batch release 2021-07-23-ibrahim takes back the cards without an answer
    ");
    assert!(codes(&office).contains(&"card_of_undecided".to_owned()));
    let list = office.run(NOW, &["reconcile", "--category", "assigned", "--format", "csv"]);
    assert!(
        list.stdout.contains("its registration was taken away"),
        "{}",
        list.stdout
    );
    let batch = csv_rows(list.stdout.as_bytes())[0]["batch"].clone();
    office
        .run(NOW, &["batch", "release", &batch, "--reason", "wrong person"])
        .ends_with(0);
    assert!(!codes(&office).contains(&"card_of_undecided".to_owned()));
    assert_eq!(category(&office, "1671094107959001"), "not_registered");
}

#[test]
fn a_sheet_without_questions_says_so() {
    let office = Office::new(SETTINGS);
    let path = office.home().join("kosong.csv");
    let run = office
        .run(NOW, &["review", "--export", path.to_str().unwrap()])
        .ends_with(0);
    assert!(run.stderr.starts_with("Nothing is to be decided"), "{}", run.stderr);
}
