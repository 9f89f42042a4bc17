//! The counter: answers that can be read out, cards handed over once, and prints at the counter that no batch repeats.

use crate::harness::{Office, Run, csv_rows, csv_table, csv_text, mode};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::Stdio;

const SETTINGS: &str = r#"
lang = "en"
[office]
name = "Disdukcapil Kota Contoh"
[[operator]]
name = "ibrahim"
capacity = 2
[[operator]]
name = "yusuf"
capacity = 1
away = ["2021-07-23"]
"#;

const SITI: &str = "1671094107959001";
const BUDI: &str = "1671090107959002";
const RIZKY: &str = "1671090107959003";
const DEWI: &str = "1671094107959004";
const AGUS: &str = "1671090107959005";
/// Registered only.
const HASAN: &str = "1671090107959006";
/// In the queue only.
const NINA: &str = "1671094107959007";

const NIGHT: &str = "2021-07-22T22:00";

/// Insists that a run ended well: done, or done but a person is needed.
fn done(run: Run) -> Run {
    assert!(matches!(run.code, 0 | 3), "{run:?}");
    run
}

/// An office after its first night: three of five ready people are planned for Friday, 23 July 2021.
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
                "081299990001",
                "Hilang",
            ],
            &["2021-07-02T08:00:00+07:00", BUDI, "Budi Santoso", "081299990002", ""],
            &["2021-07-03T08:00:00+07:00", RIZKY, "Moch. Rizki", "081299990003", ""],
            &["2021-07-04T08:00:00+07:00", DEWI, "Dewi Lestari", "081299990004", ""],
            &["2021-07-05T08:00:00+07:00", AGUS, "Agus Salim", "081299990005", ""],
            &["2021-07-06T08:00:00+07:00", HASAN, "Hasan Basri", "081299990006", ""],
        ]),
    );
    let entry = |nik, name, village, day, number| {
        [nik, name, "PRINT_READY_RECORD", day, number, "KEMUNING", village].map(str::to_owned)
    };
    let mut rows = vec![
        [
            "NIK",
            "NAMA_LGKP",
            "STATUS",
            "TGL_STATUS",
            "NO_PERMOHONAN",
            "NAMA_KEC",
            "NAMA_KEL",
        ]
        .map(str::to_owned),
    ];
    rows.push(entry(SITI, "SITI AMINAH", "PAHLAWAN", "2021-07-10", "167100042"));
    rows.push(entry(BUDI, "BUDI SANTOSO", "PAHLAWAN", "2021-07-10", "167100043"));
    rows.push(entry(RIZKY, "MUHAMMAD RIZKY", "TALANG AMAN", "2021-07-10", "167100044"));
    rows.push(entry(DEWI, "DEWI LESTARI", "TALANG AMAN", "2021-07-10", "167100045"));
    rows.push(entry(AGUS, "AGUS SALIM", "TALANG AMAN", "2021-07-10", "167100046"));
    rows.push(entry(NINA, "NINA KARLINA", "TALANG AMAN", "2021-07-10", "167100047"));
    let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    office.put("inbox/queue/antrean-2021-07-22.csv", &csv_text(&rows));
    done(office.run(NIGHT, &["nightly", "-q"]));
    office
}

/// Fills every card of Friday's batch in, and imports it.
fn bring_results(office: &Office, as_of: &str, result: &str) {
    let rows = csv_rows(&office.read("outbox/2021-07-23/batch-ibrahim.csv"));
    let mut table = vec![vec![
        "batch".to_owned(),
        "seq".to_owned(),
        "nik".to_owned(),
        "result".to_owned(),
    ]];
    for row in rows {
        table.push(vec![
            row["batch"].clone(),
            row["seq"].clone(),
            row["nik"].clone(),
            result.to_owned(),
        ]);
    }
    let path = office.put("inbox/results/hasil.csv", &csv_text(&table));
    done(office.run(as_of, &["import", "results", path.to_str().unwrap()]));
}

fn category(office: &Office, as_of: &str, nik: &str) -> String {
    office.json(as_of, &["status", nik])["applications"][0]["category"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert_eq!(text, expected, "\n--- said\n{text}\n--- expected\n{expected}");
}

#[test]
fn an_answer_can_be_read_out_in_both_languages() {
    let office = office();
    says(
        &office.run("2021-07-22T23:00", &["status", SITI]).ends_with(0).stdout,
        "\
SITI AMINAH, NIK 167109******9001, KEMUNING, PAHLAWAN
The card is being printed, in batch 2021-07-23-ibrahim; its result is not in yet.
It is the office's move.
Waiting since Thursday, 1 July 2021 (21 days).
Next: print the batch and bring its result back.
The card can be expected on Monday, 26 July 2021, if its batch is printed on its day.

History:
  2021-07-01 08:00  registered by the link (Hilang)
  2021-07-10 00:00  queue status PRINT_READY_RECORD
  2021-07-22 22:00  planned in batch 2021-07-23-ibrahim
",
    );
    says(
        &office.run("2021-07-22T23:00", &["status", AGUS, "--lang", "id"]).ends_with(0).stdout,
        "\
AGUS SALIM, NIK 167109******9005, KEMUNING, TALANG AMAN
Permohonan ini lengkap dan menunggu giliran cetak.
Sekarang giliran kantor.
Menunggu sejak Senin, 5 Juli 2021 (17 hari).
Langkah berikutnya: cetak.
KTP diperkirakan dapat diambil Selasa, 27 Juli 2021, bila operator mencetak seperti direncanakan (2 keping lebih dahulu).

Riwayat:
  2021-07-05 08.00  mendaftar lewat tautan
  2021-07-10 00.00  status antrean PRINT_READY_RECORD
",
    );
    says(
        &office.run("2021-07-22T23:00", &["status", NINA]).ends_with(0).stdout,
        "\
NINA KARLINA, NIK 167109******9007, KEMUNING, TALANG AMAN
The record is ready to be printed, but nobody has filled in the registration link.
It is the citizen's move.
Waiting since Saturday, 10 July 2021 (12 days).
Next: the citizen fills in the registration link.
After that step, the card can be expected within 4 working days.

History:
  2021-07-10 00:00  queue status PRINT_READY_RECORD
",
    );
}

#[test]
fn a_person_is_found_by_name_phone_and_request_number() {
    let office = office();
    let found = |words: &[&str]| -> Vec<String> {
        let arguments: Vec<&str> = ["status"].iter().chain(words).copied().collect();
        let answer = office.json("2021-07-22T23:00", &arguments);
        let applications = answer["applications"].as_array().unwrap().iter();
        applications
            .map(|one| one["nik"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found(&["aminah"]), [SITI]);
    assert_eq!(found(&["santoso", "BUDI"]), [BUDI]);
    assert_eq!(found(&["mohammad rizqi"]), [RIZKY], "in another spelling");
    assert_eq!(found(&["0812-9999-0004"]), [DEWI]);
    assert_eq!(found(&["+6281299990006"]), [HASAN]);
    assert_eq!(found(&["167100046"]), [AGUS]);
    assert_eq!(found(&["1671 0941 0795 9001"]), [SITI]);
    assert_eq!(found(&[SITI, BUDI]), [BUDI, SITI], "several numbers are listed");
    let several = office.run("2021-07-22T23:00", &["status", "sa"]).ends_with(0);
    says(
        &several.stdout,
        "\
3 people match; ask again with the NIK
NIK               Name          Category      Whose move  Days  District, village      Next step
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
167109******9002  BUDI SANTOSO  assigned      office        20  KEMUNING, PAHLAWAN     print the batch and bring its result back
167109******9005  AGUS SALIM    ready         office        17  KEMUNING, TALANG AMAN  print
167109******9006  Hasan Basri   not in queue  office        16                         look the NIK up in SIAK; without a recording the citizen must come
",
    );
}

#[test]
fn who_is_not_found_is_told_what_was_searched_and_who_is_near() {
    let office = office();
    let run = office
        .run("2021-07-22T23:00", &["status", "1671094107959010"])
        .ends_with(1);
    says(
        &run.stdout,
        "\
Perhaps one of these is meant
NIK               Name
──────────────────────────────
167109******9001  SITI AMINAH
",
    );
    says(
        &run.stderr,
        "\
error: nobody is found for NIK 167109******9010
hint: check the digits or try a part of the name; who is not in the system fills in the registration link first
",
    );
    let run = office
        .run("2021-07-22T23:00", &["status", "hasan basru", "--format", "json"])
        .ends_with(1);
    let answer: Value = run.json();
    assert_eq!(answer["found"], 0);
    assert_eq!(answer["near"][0]["nik"], HASAN);
    let run = office
        .run("2021-07-22T23:00", &["status", "Zulkifli", "--lang", "id"])
        .ends_with(1);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("tidak ada yang ditemukan untuk nama Zulkifli"),
        "{}",
        run.stderr
    );
    office.run("2021-07-22T23:00", &["status"]).ends_with(2);
}

#[test]
fn an_answer_as_data_has_the_fields_of_the_contract_and_what_is_said() {
    let office = office();
    let answer = office.json("2021-07-22T23:00", &["status", AGUS]);
    let one = &answer["applications"][0];
    assert_eq!(one["nik"], AGUS);
    assert_eq!(one["category"], "ready");
    assert_eq!(one["days_waiting"], 17);
    assert_eq!(
        (&one["expected_from"], &one["expected_to"]),
        (&"2021-07-27".into(), &"2021-07-27".into())
    );
    assert_eq!(one["answer"][1], "It is the office's move.");
    assert_eq!(one["history"][0]["at"], "2021-07-05T08:00:00+07:00");
    assert!(one["batch"].is_null());
    let csv = office
        .run("2021-07-22T23:00", &["status", "sa", "--format", "csv"])
        .ends_with(0);
    assert_eq!(csv_rows(csv.stdout.as_bytes()).len(), 3);
    office
        .run("2021-07-22T23:00", &["status", "sa", "--format", "xlsx"])
        .ends_with(2);
}

#[test]
fn a_card_is_handed_over_once_and_only_when_printed() {
    let office = office();
    let refused = |as_of: &str, nik: &str| office.run(as_of, &["handover", nik]).ends_with(1).stderr;
    says(
        &refused("2021-07-23T09:00", SITI),
        "error: NIK 167109******9001 is not handed over: the result of batch 2021-07-23-ibrahim is not in yet; nothing was changed\n",
    );
    says(
        &refused("2021-07-23T09:00", DEWI),
        "error: NIK 167109******9004 is not handed over: its card was not printed here (ready); nothing was changed\n",
    );
    says(
        &refused("2021-07-23T09:00", "1671094107959099"),
        "error: NIK 167109******9099 is not handed over: nothing is known of this NIK; nothing was changed\n",
    );
    bring_results(&office, "2021-07-23T16:00", "printed");
    assert_eq!(category(&office, "2021-07-26T09:00", SITI), "printed");
    let by = [
        "handover",
        SITI,
        "--by",
        "Aminah binti Ali",
        "--relation",
        "mother",
        "--old-card",
    ];
    let run = office.run("2021-07-26T09:00", &by).ends_with(0);
    says(&run.stderr, "1 card handed over.\n");
    assert_eq!(category(&office, "2021-07-26T09:00", SITI), "collected");
    says(
        &refused("2021-07-27T09:00", SITI),
        "error: NIK 167109******9001 is not handed over: handed over on Monday, 26 July 2021 to Aminah binti Ali; nothing was changed\n",
    );
    let told = office.run("2021-07-27T09:00", &["status", SITI]).ends_with(0).stdout;
    let expected = "The card was handed over on Monday, 26 July 2021 to Aminah binti Ali (mother).\n";
    assert!(told.contains(expected), "{told}");
    assert!(told.ends_with("  2021-07-26 09:00  old card surrendered\n"), "{told}");
    says(
        &refused("2021-07-23T10:00", BUDI),
        "error: NIK 167109******9002 is not handed over: its print is recorded for 2021-07-23T16:00:00+07:00, after this hand-over; nothing was changed\n",
    );
    // What a person typed is one act: the good one beside a refused one is not recorded either.
    let run = office.run("2021-07-27T09:00", &["handover", BUDI, DEWI]).ends_with(1);
    assert!(
        run.stderr.ends_with("error: 1 of 2 refused; nothing was changed\n"),
        "{}",
        run.stderr
    );
    assert_eq!(category(&office, "2021-07-27T09:00", BUDI), "printed");
    office
        .run("2021-07-27T09:00", &["handover", BUDI, "--by", "X"])
        .ends_with(2);
    office.run("2021-07-27T09:00", &["handover"]).ends_with(2);
    office.run("2021-07-27T09:00", &["handover", "123"]).ends_with(2);
    let log = office.run("2021-07-27T09:00", &["log"]).ends_with(0).stdout;
    assert!(
        log.contains("card handed over") && log.contains("Aminah binti Ali, mother"),
        "{log}"
    );
}

#[test]
fn a_barcode_readers_lines_stand_each_for_themselves() {
    let office = office();
    bring_results(&office, "2021-07-23T16:00", "printed");
    let read = |as_of: &str, text: &str| {
        let mut command = office.command(as_of, &["handover", "--file", "-"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, stdout, stderr) = read(
        "2021-07-26T09:00",
        &format!("{SITI}\r\n\r\n12345\r\n{DEWI}\r\n{SITI}\r\n"),
    );
    assert_eq!(code, Some(3), "{stderr}");
    says(
        &stdout,
        "\
Cards handed over
Line  NIK               Name          Outcome      Reason
─────────────────────────────────────────────────────────────────────────────────────────
   1  167109******9001  SITI AMINAH   handed over
   3  12345                           refused      no NIK of 16 digits
   4  167109******9004  DEWI LESTARI  refused      its card was not printed here (ready)
",
    );
    says(&stderr, "1 card handed over. 2 cards refused.\n");
    let (code, _, stderr) = read("2021-07-26T10:00", &format!("{SITI}\n"));
    assert_eq!(code, Some(1), "nothing was changed");
    assert!(stderr.contains("1 of 1 refused; nothing was changed"), "{stderr}");
    let path = office.put("diambil.txt", &format!("NIK\n{BUDI}\n"));
    let report = office.json("2021-07-26T11:00", &["handover", "--file", path.to_str().unwrap()]);
    assert_eq!((&report["handed_over"], &report["refused"]), (&1.into(), &0.into()));
    assert_eq!(report["cards"][0]["outcome"], "handed_over");
    assert_eq!(report["cards"][0]["line"], 2);
    office
        .run("2021-07-26T11:00", &["handover", "--file", "nowhere.txt"])
        .ends_with(1);
}

#[test]
fn receipt_lists_are_made_to_be_signed() {
    let office = office();
    bring_results(&office, "2021-07-23T16:00", "printed");
    let list = office.json("2021-07-26T09:00", &["handover", "--list"]);
    assert_eq!(list["total"], 2, "two cards a day, and yusuf was away");
    assert_eq!(list["cards"][0]["name"], "BUDI SANTOSO");
    let page = office.root().join("tanda-terima.html");
    office
        .run(
            "2021-07-26T09:00",
            &["handover", "--list", "--output", page.to_str().unwrap()],
        )
        .ends_with(0);
    let text = fs::read_to_string(&page).unwrap();
    assert_eq!(mode(&page), 0o600);
    for part in [
        "size: A4",
        "District KEMUNING, village PAHLAWAN: 2 cards",
        "Signature",
        "167109******9001",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains(SITI) && !text.contains("<script"), "{text}");
    let sheet = office.root().join("tanda-terima.xlsx");
    let arguments = [
        "handover",
        "--list",
        "--format",
        "xlsx",
        "--output",
        sheet.to_str().unwrap(),
    ];
    office.run("2021-07-26T09:00", &arguments).ends_with(0);
    assert!(fs::read(&sheet).unwrap().starts_with(b"PK"));
    office.run("2021-07-26T09:00", &["handover", SITI]).ends_with(0);
    assert_eq!(office.json("2021-07-26T09:05", &["handover", "--list"])["total"], 1);
}

#[test]
fn a_card_printed_at_the_counter_is_printed_by_no_batch() {
    let office = office();
    office.run("2021-07-23T08:00", &["blanks", "count", "100"]).ends_with(0);
    let print = |as_of: &str, nik: &str| {
        office.run(
            as_of,
            &["printed", nik, "--operator", "Ibrahim", "--reason", "leaves tomorrow"],
        )
    };
    says(
        &print("2021-07-23T09:00", SITI).ends_with(1).stderr,
        "error: the print of NIK 167109******9001 is refused: its card is in batch 2021-07-23-ibrahim, which has no result for it yet; give the result there; nothing was changed\n",
    );
    says(
        &print("2021-07-23T09:00", DEWI).ends_with(0).stderr,
        "167109******9004 DEWI LESTARI: printed at the counter by ibrahim, recorded; no batch prints it again.\nBlanks left: 99.\n",
    );
    assert_eq!(category(&office, "2021-07-23T09:05", DEWI), "printed");
    says(
        &print("2021-07-23T10:00", DEWI).ends_with(1).stderr,
        "error: the print of NIK 167109******9004 is refused: its card was printed already, and nothing newer has followed; nothing was changed\n",
    );
    let planned = office.json("2021-07-23T22:00", &["batch"]);
    assert_eq!(planned["planned"], 2, "RIZKY and AGUS are left, DEWI is printed");
    let plan = office.tree("outbox/2021-07-26");
    assert!(
        plan.values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains(DEWI))
    );
    office.run("2021-07-23T11:00", &["handover", DEWI]).ends_with(0);
    let run = print("2021-07-23T11:05", HASAN).ends_with(0);
    assert!(
        run.stderr
            .contains("though its application was not ready (not in queue)"),
        "{}",
        run.stderr
    );
    let run = print("2021-07-23T11:10", "1671094107959010").ends_with(1);
    assert!(
        run.stderr.contains("known and alike: 167109******9001"),
        "{}",
        run.stderr
    );
    let unknown = "1671094107950123";
    assert!(
        print("2021-07-23T11:15", unknown)
            .ends_with(0)
            .stderr
            .contains("check its digits")
    );
    let wrong = ["printed", AGUS, "--operator", "nobody", "--reason", "x"];
    office.run("2021-07-23T11:20", &wrong).ends_with(2);
    office
        .run(
            "2021-07-23T11:20",
            &["printed", AGUS, "--operator", "ibrahim", "--reason", " "],
        )
        .ends_with(2);
    done(office.run("2021-07-23T12:00", &["check"]));
}

#[test]
fn nothing_said_at_the_counter_holds_a_whole_number() {
    let office = office();
    bring_results(&office, "2021-07-23T16:00", "printed");
    for arguments in [
        &["status", SITI][..],
        &["status", "sa"],
        &["status", "1671094107959010"],
        &["status", "081299990004"],
        &["status", "081299990999"],
        &["handover", SITI],
        &["handover", SITI, DEWI],
        &["handover", "--list"],
        &["printed", SITI, "--operator", "ibrahim", "--reason", "x"],
        &["log"],
    ] {
        let run = office.run("2021-07-26T09:00", arguments);
        for whole in [
            SITI,
            BUDI,
            DEWI,
            AGUS,
            "1671094107959010",
            "081299990004",
            "081299990999",
        ] {
            assert!(
                !run.stdout.contains(whole) && !run.stderr.contains(whole),
                "{arguments:?}\n{}{}",
                run.stdout,
                run.stderr
            );
        }
    }
    let revealed = office
        .run("2021-07-26T09:00", &["status", AGUS, "--reveal"])
        .ends_with(0);
    assert!(revealed.stdout.contains(AGUS));
}

#[test]
fn the_answer_for_a_few_is_that_of_the_whole_office() {
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/palembang");
    let office = Office::new(&fs::read_to_string(example.join("cetak.toml")).unwrap());
    for folder in ["inbox/links", "inbox/queue"] {
        for file in fs::read_dir(example.join(folder)).unwrap() {
            let path = file.unwrap().path();
            fs::copy(&path, office.home().join(folder).join(path.file_name().unwrap())).unwrap();
        }
    }
    done(office.run(NIGHT, &["nightly", "-q"]));
    let whole = office.json(NIGHT, &["reconcile", "--all"]);
    let trusted = |one: &&Value| {
        let nik = one["nik"].as_str().unwrap();
        nik.len() == 16 && one["category"] != "unreadable_nik"
    };
    let whole: Vec<&Value> = whole["applications"]
        .as_array()
        .unwrap()
        .iter()
        .filter(trusted)
        .collect();
    assert!(whole.iter().any(|one| one["category"] == "near_match"));
    for some in whole.chunks(50) {
        let niks = some.iter().map(|one| one["nik"].as_str().unwrap());
        let arguments: Vec<&str> = ["status"].into_iter().chain(niks).collect();
        let answers = office.json(NIGHT, &arguments);
        let answers = answers["applications"].as_array().unwrap();
        assert_eq!(answers.len(), some.len());
        for one in some {
            let answer = answers.iter().find(|answer| answer["nik"] == one["nik"]).unwrap();
            for (field, value) in one
                .as_object()
                .unwrap()
                .iter()
                .filter(|(field, _)| *field != "days_waiting")
            {
                assert_eq!(&answer[field], value, "{field}\n{answer:#}\n{one:#}");
            }
        }
    }
}
