//! The desk: citizens told once, cards burned by name and once, and a book of blanks that balances or says why not.

use crate::harness::{Office, Run, csv_rows, csv_table, csv_text, mode};
use serde_json::Value;
use std::fs;

const SETTINGS: &str = r#"
lang = "en"
[office]
name = "Disdukcapil Kota Contoh"
[[operator]]
name = "ibrahim"
capacity = 5
[blanks]
reorder_level = 95
[notify]
collect = "Dear {name}, collect your card at {office}, {village}; since {since}. {{no reply}}"
"#;

const SITI: &str = "1671094107959001";
const BUDI: &str = "1671090107959002";
const RIZKY: &str = "1671090107959003";
/// In the queue only, with a mobile number there.
const NINA: &str = "1671094107959007";
/// Not recorded yet.
const TONO: &str = "1671090107959008";

/// An office whose first night planned SITI, BUDI and RIZKY for Friday, 23 July 2021.
fn office() -> Office {
    let office = Office::new(SETTINGS);
    office.put(
        "inbox/links/form.csv",
        &csv_table(&[
            &["Timestamp", "NIK", "Nama Lengkap", "No HP", "Alasan"],
            &[
                "2021-07-01T08:00:00+07:00",
                SITI,
                "Siti Aminah",
                "0812-9999-0001",
                "Hilang",
            ],
            &["2021-07-02T08:00:00+07:00", BUDI, "=Budi {office}", "0711-350350", ""],
            &["2021-07-03T08:00:00+07:00", RIZKY, "Moch. Rizki", "6281299990003", ""],
            &["2021-07-04T08:00:00+07:00", TONO, "Tono Wijaya", "081299990008", ""],
        ]),
    );
    let kemuning = |nik, name, status, phone| -> [&str; 6] { [nik, name, status, "2021-07-10", "PAHLAWAN", phone] };
    let rows: Vec<[&str; 6]> = vec![
        ["NIK", "NAMA_LGKP", "STATUS", "TGL_STATUS", "NAMA_KEL", "SMS_PHONE"],
        kemuning(SITI, "SITI AMINAH", "PRINT_READY_RECORD", ""),
        kemuning(BUDI, "=BUDI {office}", "PRINT_READY_RECORD", ""),
        kemuning(RIZKY, "MUHAMMAD RIZKY", "PRINT_READY_RECORD", "081299990033"),
        kemuning(NINA, "NINA KARLINA", "PRINT_READY_RECORD", "+62 812 9999 0007"),
        kemuning(TONO, "TONO WIJAYA", "UNREGISTERED", ""),
    ];
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    office.put("inbox/queue/antrean-2021-07-22.csv", &csv_table(&rows));
    office.run("2021-07-22T21:00", &["blanks", "count", "100"]).ends_with(0);
    office.run("2021-07-22T22:00", &["nightly", "-q"]).done_or_person();
    office
}

/// Answers Friday's batch: each card with its result and note.
fn answer(office: &Office, as_of: &str, answers: &[(&str, &str, &str)]) -> Run {
    let batch = csv_rows(&office.read("outbox/2021-07-23/batch-ibrahim.csv"));
    let mut rows = vec![["batch", "seq", "nik", "result", "note"].map(str::to_owned).to_vec()];
    for row in batch {
        if let Some((_, result, note)) = answers.iter().find(|(nik, _, _)| *nik == row["nik"]) {
            let cells = [&row["batch"], &row["seq"], &row["nik"], *result, *note];
            rows.push(cells.map(str::to_owned).to_vec());
        }
    }
    let path = office.put("hasil.csv", &csv_text(&rows));
    office
        .run(as_of, &["import", "results", path.to_str().unwrap()])
        .done_or_person()
}

fn attention(office: &Office, as_of: &str) -> Vec<(String, u64)> {
    let night = office
        .run(as_of, &["nightly", "-q", "--format", "json"])
        .done_or_person();
    let all = night.json()["attention"].as_array().unwrap().clone();
    let line = |one: &Value| (one["code"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap());
    all.iter().map(line).collect()
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert_eq!(text, expected, "\n--- said\n{text}\n--- expected\n{expected}");
}

#[test]
fn everybody_is_told_once_in_each_state() {
    let office = office();
    answer(
        &office,
        "2021-07-23T16:00",
        &[(SITI, "printed", ""), (BUDI, "printed", ""), (RIZKY, "printed", "")],
    );
    let dry = office.json("2021-07-23T17:00", &["notify", "--dry-run"]);
    assert_eq!((&dry["told"], &dry["run"]), (&4.into(), &Value::Null));
    let first = office.run("2021-07-23T17:00", &["notify", "--limit", "3"]).ends_with(0);
    says(
        &first.stdout,
        "\
phone,name,text
6281299990003,MUHAMMAD RIZKY,\"Dear MUHAMMAD RIZKY, collect your card at Disdukcapil Kota Contoh, PAHLAWAN; since Friday, 23 July 2021. {no reply}\"
6281299990001,SITI AMINAH,\"Dear SITI AMINAH, collect your card at Disdukcapil Kota Contoh, PAHLAWAN; since Friday, 23 July 2021. {no reply}\"
6281299990007,NINA KARLINA,\"Dear NINA KARLINA, your KTP-el is ready to be printed, but the registration form is not filled in yet. Please fill in the registration link of Disdukcapil Kota Contoh.\"
",
    );
    says(
        &first.stderr,
        "\
warning: not sent: 167109******9002 =BUDI {office}: no Indonesian mobile number (0711****350)
3 citizens told, in run 1. 1 citizen with a number that is no mobile number. 1 citizen left for another run.
",
    );
    // The file was lost: the same messages once more, and nothing is recorded.
    let again = office.run("2021-07-23T17:05", &["notify", "--again"]).ends_with(0);
    assert_eq!(again.stdout, first.stdout);
    let file = office.root().join("pesan.xlsx");
    let rest = ["notify", "--format", "xlsx", "--output", file.to_str().unwrap()];
    let rest = office.run("2021-07-23T17:10", &rest).ends_with(0);
    assert!(
        rest.stderr
            .ends_with("1 citizen told, in run 2. 1 citizen with a number that is no mobile number.\n")
    );
    assert!(fs::read(&file).unwrap().starts_with(b"PK") && mode(&file) == 0o600);
    let none = office.json("2021-07-23T18:00", &["notify"]);
    assert_eq!((&none["told"], &none["run"]), (&0.into(), &Value::Null));
    assert_eq!(
        none["not_sent"][0]["nik"], BUDI,
        "not told, so that it stands here until the number is mended"
    );
    assert_eq!(none["not_sent"][0]["code"], "not_mobile");
    // Who was told to register and did is told again when the card is there; who collected is told nothing.
    office.run("2021-07-26T09:00", &["handover", SITI]).ends_with(0);
    office
        .run(
            "2021-07-26T10:00",
            &[
                "printed",
                NINA,
                "--operator",
                "ibrahim",
                "--reason",
                "waited at the counter",
            ],
        )
        .ends_with(0);
    let after = office.json("2021-07-26T11:00", &["notify"]);
    let told: Vec<_> = after["notices"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["nik"], &told[0]["kind"]), (&NINA.into(), &"collect".into()));
    let log = office.run("2021-07-26T12:00", &["log"]).ends_with(0).stdout;
    assert!(log.contains("citizens told"), "{log}");
}

#[test]
fn a_name_fills_its_place_and_nothing_else() {
    let office = office();
    let settings = SETTINGS.replace("0711", "0812") + "register = \"{name}\"\n";
    fs::write(office.home().join("cetak.toml"), settings).unwrap();
    office.put(
        "inbox/links/form-2.csv",
        &csv_table(&[
            &["Timestamp", "NIK", "Nama Lengkap", "No HP"],
            &["2021-07-21T08:00:00+07:00", BUDI, "=Budi {office}", "081299990002"],
        ]),
    );
    office.run("2021-07-23T08:00", &["nightly", "-q"]).done_or_person();
    answer(&office, "2021-07-23T16:00", &[(BUDI, "printed", "")]);
    let run = office
        .run("2021-07-23T17:00", &["notify", "--only", "collect"])
        .ends_with(0);
    let rows = csv_rows(run.stdout.as_bytes());
    assert_eq!(
        (rows.len(), rows[0]["name"].as_str()),
        (1, "'=BUDI {office}"),
        "no cell runs"
    );
    assert!(rows[0]["text"].starts_with("Dear =BUDI {office}, collect"), "{rows:?}");
}

#[test]
fn a_notice_that_reaches_nobody_is_not_recorded() {
    let office = office();
    let refused = office
        .run("2021-07-23T08:00", &["notify", "--format", "table"])
        .ends_with(2);
    assert!(refused.stderr.contains("nothing was recorded"), "{}", refused.stderr);
    let dry = ["notify", "--dry-run", "--format", "table"];
    let table = office.run("2021-07-23T08:00", &dry).ends_with(0);
    assert!(
        table.stdout.contains("NINA KARLINA") && !table.stdout.contains("6281299990007"),
        "{}",
        table.stdout
    );
    assert!(table.stderr.ends_with("2 citizens to be told.\n"), "{}", table.stderr);
    office
        .run("2021-07-23T08:00", &["notify", "--only", "nobody"])
        .ends_with(2);
    office
        .run("2021-07-23T08:00", &["notify", "--format", "xlsx"])
        .ends_with(2);
    // The file cannot be written: the run stands in the books, and --again writes it.
    let nowhere = ["notify", "--output", "nowhere/pesan.csv"];
    office.run("2021-07-23T08:05", &nowhere).ends_with(1);
    let again = office.run("2021-07-23T08:10", &["notify", "--again"]).ends_with(0);
    assert_eq!(csv_rows(again.stdout.as_bytes()).len(), 2);
    fs::write(
        office.home().join("cetak.toml"),
        "[notify]\ncollect = \"Yth. {nama}\"\n",
    )
    .unwrap();
    let wrong = office.run("2021-07-23T08:15", &["notify"]).ends_with(2);
    assert!(
        wrong.stderr.contains("cetak.toml:2: notify.collect: {nama}"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn spoiled_and_surrendered_cards_are_burned_once_and_by_name() {
    let office = office();
    let empty = office.run("2021-07-23T08:00", &["destroy", "list"]).ends_with(0);
    says(&empty.stderr, "0 cards to be destroyed.\n");
    answer(
        &office,
        "2021-07-23T16:00",
        &[(SITI, "printed", ""), (BUDI, "spoiled", "ink"), (RIZKY, "printed", "")],
    );
    office
        .run("2021-07-26T09:00", &["handover", SITI, "--old-card"])
        .ends_with(0);
    let list = office.run("2021-07-26T10:00", &["destroy", "list"]).ends_with(0);
    says(
        &list.stdout,
        "\
Cards to be destroyed
No.  NIK               Name            Request no.  Card                  Date        Batch                   Cause
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  1  167109******9002  =BUDI {office}               spoiled               2021-07-23  2021-07-23-ibrahim / 2  ink
  2  167109******9001  SITI AMINAH                  old card surrendered  2021-07-26
",
    );
    let record = |as_of: &str, more: &[&str]| {
        let base = [
            "destroy",
            "record",
            "--witness",
            "Rina Wati",
            "--witness",
            "Andi",
            "--place",
            "kantor",
        ];
        office.run(as_of, &[&base[..], more].concat())
    };
    record("2021-07-26T11:00", &["--date", "2021-07-27"]).ends_with(2);
    record("2021-07-26T11:00", &["--date", "2021-07-22"]).ends_with(1);
    office
        .run(
            "2021-07-26T11:00",
            &["destroy", "record", "--witness", " ", "--place", "x"],
        )
        .ends_with(2);
    office
        .run("2021-07-26T11:00", &["destroy", "record", "--place", "x"])
        .ends_with(2);
    // What was surrendered after the day was not burned on it.
    let first = office.root().join("berita.html");
    record(
        "2021-07-26T11:00",
        &["--date", "2021-07-23", "--output", first.to_str().unwrap()],
    )
    .ends_with(0);
    let page = fs::read_to_string(&first).unwrap();
    for part in [
        "size: A4",
        "=BUDI {office}",
        "167109******9002",
        "Witness 1: Rina Wati",
        "Witness 2: Andi",
        "Friday, 23 July 2021",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains(BUDI) && !page.contains("SITI") && mode(&first) == 0o600);
    let run = record("2021-07-26T12:00", &[]).ends_with(0);
    says(
        &run.stderr,
        "\
Record 2: 1 card destroyed on Monday, 26 July 2021.
Written: outbox/2021-07-26/destruction-2.html
Written: outbox/2021-07-26/destruction-2.xlsx
",
    );
    let page = String::from_utf8(office.read("outbox/2021-07-26/destruction-2.html")).unwrap();
    assert!(
        page.contains("SITI AMINAH") && page.contains("old card surrendered"),
        "{page}"
    );
    let nothing = record("2021-07-26T13:00", &[]).ends_with(1);
    assert!(nothing.stderr.contains("nothing was recorded"), "{}", nothing.stderr);
    assert_eq!(office.json("2021-07-26T13:00", &["destroy", "list"])["total"], 0);
    // The paper was lost: the record is a fact, and can be written once more.
    let again = office.root().join("lagi.html");
    let arguments = ["destroy", "list", "--record", "2", "--output", again.to_str().unwrap()];
    office.run("2021-08-02T09:00", &arguments).ends_with(0);
    assert_eq!(fs::read_to_string(&again).unwrap(), page);
    office
        .run("2021-08-02T09:00", &["destroy", "list", "--record", "9"])
        .ends_with(1);
    let kept = office.json("2021-08-02T09:00", &["destroy", "list", "--record", "1"]);
    assert_eq!(
        (&kept["spoiled"], &kept["cards"][0]["cause"]),
        (&1.into(), &"ink".into())
    );
    office.run("2021-08-02T09:00", &["check"]).done_or_person();
}

#[test]
fn the_book_of_blanks_balances_or_says_by_how_much_not() {
    let office = office();
    answer(
        &office,
        "2021-07-23T16:00",
        &[(SITI, "printed", ""), (BUDI, "spoiled", "ink"), (RIZKY, "printed", "")],
    );
    let note = ["blanks", "damaged", "2", "--note", "wet"];
    says(
        &office.run("2021-07-23T17:00", &note).ends_with(0).stderr,
        "2 blanks damaged; 95 on hand now.\n",
    );
    office
        .run("2021-07-23T17:05", &["blanks", "returned", "5"])
        .ends_with(0);
    let report = office.run("2021-07-23T17:10", &["blanks", "report"]).ends_with(0);
    says(
        &report.stdout,
        "\
Ledger of blanks
When              What      Count  Balance  Who      Note
──────────────────────────────────────────────────────────
2021-07-22 21:00  counted     100      100  petugas
2021-07-23 16:00  printed       2       98
2021-07-23 16:00  spoiled       1       97           ink
2021-07-23 17:00  damaged       2       95  petugas  wet
2021-07-23 17:05  returned      5       90  petugas
",
    );
    says(
        &report.stderr,
        "\
90 blanks on hand; 0 cards still without a result.
The book balances with the results and the counts.
Spoiled since the last count: 1 card (ink 1).
Enough for 30 days of printing at the present pace (3 a day).
",
    );
    let refused = office
        .run("2021-07-23T17:15", &["blanks", "returned", "91"])
        .ends_with(1);
    assert!(
        refused.stderr.contains("90 blanks only, not 91; nothing was changed"),
        "{}",
        refused.stderr
    );
    office.run("2021-07-26T08:00", &["blanks", "count", "88"]).ends_with(0);
    let report = office.run("2021-07-26T08:05", &["blanks", "report"]).ends_with(0);
    let expected =
        "The count of Monday, 26 July 2021 found 2 fewer than the book had; they went since Thursday, 22 July 2021.\n";
    assert!(report.stderr.contains(expected), "{}", report.stderr);
    let data = office.json("2021-07-26T08:05", &["blanks", "report"]);
    assert_eq!(
        (&data["balanced"], &data["difference"]["surplus"]),
        (&false.into(), &(-2).into())
    );
    assert_eq!(
        (&data["on_hand"], &data["since_count"]["balance"]),
        (&88.into(), &88.into())
    );
}

#[test]
fn the_night_counts_what_waits_at_the_desk() {
    let office = office();
    answer(
        &office,
        "2021-07-23T16:00",
        &[(SITI, "printed", ""), (BUDI, "spoiled", "ink"), (RIZKY, "printed", "")],
    );
    office.run("2021-07-23T17:00", &["blanks", "damaged", "2"]).ends_with(0);
    let has = |as_of: &str, code: &str| {
        let found = attention(&office, as_of).into_iter().find(|(one, _)| one == code);
        found.map(|(_, count)| count)
    };
    assert_eq!(has("2021-07-23T22:00", "blanks_low"), Some(95));
    assert_eq!(has("2021-07-23T22:00", "notices_due"), Some(4));
    assert_eq!(has("2021-07-23T22:00", "destruction_due"), Some(1));
    assert_eq!(has("2021-07-23T22:00", "cards_uncollected"), None);
    assert_eq!(has("2021-08-01T22:00", "cards_uncollected"), Some(2));
    office.run("2021-08-01T23:00", &["notify"]).ends_with(0);
    assert_eq!(has("2021-08-01T23:30", "notices_due"), None);
}
