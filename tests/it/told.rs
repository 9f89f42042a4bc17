//! What the counter says where somebody registered under a NIK with a typing error: nobody is sent away to do what may
//! be done already, and two numbers that look the same are told apart.

use crate::harness::{Office, csv_text};
use serde_json::Value;
use std::collections::BTreeSet;

const SETTINGS: &str =
    "lang = \"en\"\n[office]\nname = \"Disdukcapil Kota Contoh\"\n[[operator]]\nname = \"ibrahim\"\ncapacity = 2\n";
const AS_OF: &str = "2021-07-22T22:00";

const BUDI: &str = "1671090107959001";
/// Two neighbouring digits swapped.
const BUDI_REGISTERED: &str = "1671090107599001";
const SITI: &str = "1671094107959002";
const RIZKY: &str = "1671090107959003";
const RIZKY_BROTHER: &str = "1671090107959023";

const LINK_HEADER: &str = "Timestamp,NIK,Nama Lengkap,No KK";
const QUEUE_HEADER: &str = "NIK,NAMA_LGKP,STATUS,TGL_STATUS,NO_KK";

fn import(office: &Office, kind: &str, name: &str, header: &str, rows: &[&str], more: &[&str]) {
    let text = format!("{header}\n{}\n", rows.join("\n"));
    let path = office.put(&format!("../{name}"), &text);
    let arguments = ["import", kind, path.to_str().unwrap()];
    let arguments: Vec<&str> = arguments.into_iter().chain(more.iter().copied()).collect();
    office.run(AS_OF, &arguments).done_or_person();
}

fn queue(office: &Office, day: &str, rows: &[&str]) {
    let name = format!("antrean-{day}.csv");
    import(office, "queue", &name, QUEUE_HEADER, rows, &["--accept-shrink"]);
}

/// Budi and Siti wait in the queue; he registered with two digits swapped, she with one left out.
fn office() -> Office {
    let office = Office::new(SETTINGS);
    let budi = format!("{BUDI},BUDI SANTOSO,PRINT_READY_RECORD,2021-07-10,1671090101109001");
    let siti = format!("{SITI},SITI AMINAH,PRINT_READY_RECORD,2021-07-10,1671090101109002");
    let rizky = format!("{RIZKY},MUHAMMAD RIZKY,PRINT_READY_RECORD,2021-07-10,1671090101109003");
    queue(&office, "2021-07-20", &[&budi, &siti, &rizky]);
    let rows = [
        &format!("2021-07-01T08:00:00+07:00,{BUDI_REGISTERED},Budi Santoso,1671090101109001")[..],
        "2021-07-02T08:00:00+07:00,167109410795902,Siti Aminah,1671090101109002",
        &format!("2021-07-03T08:00:00+07:00,{RIZKY},Muhammad Rizky,1671090101109003"),
    ];
    import(&office, "links", "form.csv", LINK_HEADER, &rows, &[]);
    office
}

fn one(report: &Value, nik: &str) -> Value {
    let all = report["applications"].as_array().unwrap();
    all.iter().find(|one| one["nik"] == nik).unwrap().clone()
}

#[test]
fn an_entry_that_is_proposed_to_somebody_is_the_offices_move() {
    let office = office();
    let said = office.run(AS_OF, &["status", BUDI]).ends_with(0).stdout;
    let expected = "\
BUDI SANTOSO, NIK 167109******9001
The record is ready to be printed; nobody registered with this very NIK, but a very similar registration is there.
It is the office's move.
Waiting since Saturday, 10 July 2021 (12 days).
Next: compare that registration with this entry and decide: same person or not.
Remarks: a very similar registration (2021-07-01, Budi Santoso, the NIKs differ at digits 11, 12) waits for the office's decision.
";
    assert!(said.starts_with(expected), "{said}");
    assert!(!said.contains("fills in the registration link"), "{said}");
    let said = office.run(AS_OF, &["status", SITI, "--lang", "id"]).ends_with(0).stdout;
    let expected = "pendaftaran yang sangat mirip (2021-07-02, Siti Aminah) menunggu keputusan kantor";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("Sekarang giliran kantor."), "{said}");
}

#[test]
fn every_list_says_so_and_keeps_the_categories() {
    let office = office();
    let whole = office.json(AS_OF, &["reconcile"]);
    let few = office.json(AS_OF, &["status", BUDI, SITI, BUDI_REGISTERED, RIZKY]);
    for (nik, category, owner) in [
        (BUDI, "not_registered", "citizen"),
        (SITI, "not_registered", "citizen"),
        (BUDI_REGISTERED, "near_match", "office"),
        (RIZKY, "ready", "office"),
    ] {
        let (listed, told) = (one(&whole, nik), one(&few, nik));
        assert_eq!(
            (&listed["category"], &listed["owner"]),
            (&category.into(), &owner.into())
        );
        assert_eq!(listed["explanation"], told["explanation"]);
        let waits = listed["explanation"].as_str().unwrap().contains("waits for the office");
        assert_eq!(waits, category == "not_registered", "{listed:#}");
    }
    let near = one(&whole, BUDI_REGISTERED);
    let why = near["explanation"].as_str().unwrap();
    assert!(why.contains("the NIKs differ at digits 11, 12"), "{why}");
    assert!(
        one(&few, BUDI)["answer"]
            .as_array()
            .unwrap()
            .contains(&"It is the office's move.".into())
    );
}

#[test]
fn a_decision_ends_it() {
    let office = office();
    let decide = [
        "decide",
        BUDI_REGISTERED,
        "different",
        "--queue-nik",
        BUDI,
        "--reason",
        "his son",
    ];
    office.run(AS_OF, &decide).done_or_person();
    let said = office.run(AS_OF, &["status", BUDI]).ends_with(0).stdout;
    assert!(said.contains("It is the citizen's move."), "{said}");
    assert!(!said.contains("similar"), "{said}");
}

#[test]
fn who_has_their_card_asks_for_no_entry() {
    for (is_printed, category) in [(true, "printed"), (false, "near_match")] {
        let office = office();
        if is_printed {
            let printed = ["printed", RIZKY, "--operator", "ibrahim", "--reason", "urgent"];
            office.run("2021-07-21T10:00", &printed).done_or_person();
        }
        let brother = format!("{RIZKY_BROTHER},MUHAMMAD RIZKY,PRINT_READY_RECORD,2021-07-10,1671090101109003");
        let budi = format!("{BUDI},BUDI SANTOSO,PRINT_READY_RECORD,2021-07-10,1671090101109001");
        queue(&office, "2021-07-22", &[&budi, &brother]);
        for report in [
            office.json(AS_OF, &["reconcile", "--all"]),
            office.json(AS_OF, &["status", RIZKY, RIZKY_BROTHER]),
            office.json(AS_OF, &["status", RIZKY_BROTHER, BUDI]),
        ] {
            let brother = one(&report, RIZKY_BROTHER);
            assert_eq!(brother["category"], "not_registered");
            assert_eq!(brother["explanation"] == "", is_printed, "{brother:#}");
            let all = report["applications"].as_array().unwrap();
            let rizky = all.iter().find(|one| one["nik"] == RIZKY);
            assert!(rizky.is_none_or(|rizky| rizky["category"] == category), "{rizky:?}");
        }
    }
}

#[test]
fn a_nik_that_is_not_found_among_others_is_named() {
    let office = office();
    let unknown = "1671094107959099";
    let run = office.run(AS_OF, &["status", BUDI, unknown, RIZKY]).ends_with(3);
    assert!(run.stdout.starts_with("2 applications\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "warning: no application with NIK 167109******9099\n");
    let run = office.run(AS_OF, &["status", BUDI, "16710941079590"]).ends_with(3);
    assert!(run.stderr.contains("no application with NIK 1671"), "{}", run.stderr);
    assert!(!run.stderr.contains("16710941079590"), "{}", run.stderr);
    let report = office.json(AS_OF, &["status", BUDI, unknown]);
    assert_eq!(report["missing"], serde_json::json!([unknown]));
    office.run(AS_OF, &["status", BUDI, RIZKY]).ends_with(0);
    office.run(AS_OF, &["status", unknown]).ends_with(1);
}

#[test]
fn a_screen_shows_fifty_and_data_everybody() {
    let office = Office::new(SETTINGS);
    let nik = |number: u32| format!("167109410795{:04}", 9001 + number);
    let mut rows = vec![QUEUE_HEADER.split(',').map(str::to_owned).collect::<Vec<_>>()];
    let row = |number| [&nik(number), "SITI AMINAH", "PRINT_READY_RECORD", "2021-07-10", ""].map(str::to_owned);
    rows.extend((0..66).map(|number| row(number).to_vec()));
    let path = office.put("../antrean-2021-07-20.csv", &csv_text(&rows));
    office
        .run(AS_OF, &["import", "queue", path.to_str().unwrap()])
        .ends_with(0);
    let run = office.run(AS_OF, &["status", "siti"]).ends_with(0);
    let title = "more than 50 people match; the first 50 are shown, add a word to narrow the search\n";
    assert!(run.stdout.starts_with(title), "{}", run.stdout);
    assert_eq!(run.stdout.matches("SITI AMINAH").count(), 50);
    // The first of them leaves the queue without a registration, and has no application any more.
    rows.remove(1);
    let path = office.put("../antrean-2021-07-21.csv", &csv_text(&rows));
    office
        .run(AS_OF, &["import", "queue", path.to_str().unwrap()])
        .ends_with(0);
    let run = office.run(AS_OF, &["status", "siti"]).ends_with(0);
    assert!(
        run.stdout.starts_with("65 people match; the first 50 are shown"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("SITI AMINAH").count(), 50);
    let report = office.json(AS_OF, &["status", "siti"]);
    assert_eq!(report["found"], 65);
    let niks: BTreeSet<&str> = report["applications"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["nik"].as_str())
        .collect();
    assert_eq!(niks.len(), 65);
    let run = office.run(AS_OF, &["status", "siti", "--format", "csv"]).ends_with(0);
    assert_eq!(run.stdout.lines().count(), 66);
}
