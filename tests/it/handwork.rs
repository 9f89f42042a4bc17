//! What a clerk does by hand: mends rejected rows, fills in a batch file where it lies, writes to the wrong place.

use crate::harness::Office;

const OPERATOR: &str = "[[operator]]\nname = \"ibrahim\"\ncapacity = 10\n";
const HEADER: &str = "Timestamp,Nama,NIK\n";
const GOOD: &str = "2021-07-20 09:00:00,SITI AMINAH,1671094107959001\n";
const BAD: &str = "kemarin,BUDI SANTOSO,1671090107959002\n";
const QUEUE: &str = "NIK,NAMA_LGKP,STATUS,TGL_STATUS\n\
                     1671094107959001,SITI AMINAH,PRINT_READY_RECORD,2021-07-19 08:00:00\n\
                     1671090107959002,BUDI SANTOSO,PRINT_READY_RECORD,2021-07-19 08:00:00\n";

#[test]
fn a_rejected_row_that_was_mended_rests_also_in_tomorrows_export() {
    let office = Office::new(OPERATOR);
    office.put("inbox/links/form-1.csv", &format!("{HEADER}{GOOD}{BAD}"));
    let night = office
        .run("2021-07-20T22:00", &["nightly", "--format", "json"])
        .ends_with(3)
        .json();
    let rejects = night["imports"][0]["rejects_file"].as_str().unwrap().to_owned();
    let text = String::from_utf8(office.read(&rejects)).unwrap();
    let mended = office.put(&rejects, &text.replace("kemarin", "2021-07-20 10:00:00"));

    // While it is being mended, a night does not write over it.
    office.run("2021-07-20T22:30", &["nightly"]).ends_with(3);
    assert_eq!(office.read(&rejects), std::fs::read(&mended).unwrap());

    office
        .run("2021-07-21T08:00", &["import", "links", mended.to_str().unwrap()])
        .ends_with(0);
    office.put(
        "inbox/links/form-2.csv",
        &format!("{HEADER}{GOOD}{BAD}2021-07-21 09:00:00,DEWI,1671094107959003\n"),
    );
    let night = office
        .run("2021-07-21T22:00", &["nightly", "--format", "json"])
        .ends_with(0)
        .json();
    for file in night["imports"].as_array().unwrap() {
        assert_eq!(file["rejected"], 1, "the equation still counts it: {file}");
        assert!(
            file["rejects_file"].is_null(),
            "but nobody has to mend it again: {file}"
        );
    }
    let other = format!("{HEADER}{GOOD}{BAD}entah,RUDI,1671090107959004\n");
    office.put("inbox/links/form-3.csv", &other);
    office.run("2021-07-22T22:00", &["nightly"]).ends_with(3);
}

#[test]
fn a_batch_file_that_was_filled_in_where_it_lies_is_kept_and_told_of() {
    let office = Office::new(OPERATOR);
    office.put("inbox/links/form.csv", &format!("{HEADER}{GOOD}"));
    office.put("inbox/queue/antrean-2021-07-20.csv", QUEUE);
    let night = office
        .run("2021-07-20T22:00", &["nightly", "--format", "json"])
        .ends_with(0)
        .json();
    let file = night["batch"]["batches"][0]["file"].as_str().unwrap().to_owned();
    let blank = String::from_utf8(office.read(&file)).unwrap();
    let filled = blank.trim_end().trim_end_matches(",,").to_owned() + ",printed,\n";
    office.put(&file, &filled);
    office.run("2021-07-21T16:00", &["check"]).ends_with(3);

    let night = office
        .run("2021-07-21T06:00", &["nightly", "--format", "json"])
        .ends_with(3)
        .json();
    assert!(
        night["attention"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["code"] == "edited_files"),
        "{night}"
    );
    assert_eq!(office.read(&file), blank.as_bytes(), "the plan's own file stands again");
    let aside = file.replace(".csv", ".edited-1.csv");
    assert_eq!(office.read(&aside), filled.as_bytes(), "and the clerk's marks are kept");

    let path = office.home().join(&aside);
    office
        .run("2021-07-21T17:00", &["import", "results", path.to_str().unwrap()])
        .ends_with(0);
    office.run("2021-07-21T18:00", &["check"]).ends_with(0);
}

#[test]
fn a_list_is_not_written_over_what_the_home_lives_on() {
    let office = Office::new(OPERATOR);
    for own in ["cetak.db", "cetak.toml", "inbox/links/form.csv", "backups/x.db"] {
        let path = office.home().join(own);
        let arguments = ["reconcile", "--format", "csv", "--output", path.to_str().unwrap()];
        office.run("2021-07-20T22:00", &arguments).ends_with(2);
    }
    let free = office.root().join("semua.csv");
    let arguments = ["reconcile", "--format", "csv", "--output", free.to_str().unwrap()];
    office.run("2021-07-20T22:00", &arguments).ends_with(0);
}

#[test]
fn after_an_older_backup_nothing_is_planned_over_batches_that_were_handed_out() {
    let office = Office::new(OPERATOR);
    office.put("inbox/links/form.csv", &format!("{HEADER}{GOOD}"));
    office.put("inbox/queue/antrean-2021-07-20.csv", QUEUE);
    let backup = office.root().join("sebelum.db");
    let backup = backup.to_str().unwrap();
    office.run("2021-07-20T20:00", &["backup", backup]).ends_with(0);
    office.run("2021-07-20T22:00", &["nightly"]).ends_with(0);
    // Sheets were handed out that the restored store does not know.
    office.run("2021-07-20T23:00", &["restore", backup]).ends_with(3);
    office.run("2021-07-20T23:10", &["check"]).ends_with(5);
    let night = office
        .run("2021-07-20T23:20", &["nightly", "--format", "json"])
        .ends_with(3)
        .json();
    assert_eq!(night["batch"]["planned"], 0, "{night}");
}

#[test]
fn an_entry_whose_row_was_damaged_on_the_way_has_not_left_the_queue() {
    let office = Office::new(OPERATOR);
    let more = |day: &str| {
        let row = |n: u32| format!("16710941079591{n:02},WARGA {n},PRINT_READY_RECORD,2021-07-{day} 08:00:00\n");
        (10..30).map(row).collect::<String>()
    };
    let first = office.put("q1.csv", &format!("{QUEUE}{}", more("19")));
    let imported = |path: &std::path::Path, when: &str| {
        office.json(
            "2021-07-22T22:00",
            &["import", "queue", path.to_str().unwrap(), "--taken-at", when],
        )
    };
    assert_eq!(imported(&first, "2021-07-20T20:00")[0]["added"], 22);
    let damaged = QUEUE.replace("1671094107959001,SITI AMINAH", "\"1,67109E+15\",SITI AMINAH");
    let damaged = damaged.replace(
        "1671090107959002,BUDI SANTOSO,PRINT_READY_RECORD",
        "1671090107959002,BUDI SANTOSO,",
    );
    let second = office.put("q2.csv", &format!("{damaged}{}", more("19")));
    let report = imported(&second, "2021-07-21T20:00");
    assert_eq!(
        (&report[0]["rejected"], &report[0]["left"]),
        (&2.into(), &0.into()),
        "{report}"
    );
    let third = office.put("q3.csv", &format!("NIK,NAMA_LGKP,STATUS,TGL_STATUS\n{}", more("19")));
    assert_eq!(imported(&third, "2021-07-22T20:00")[0]["left"], 2);
}

#[test]
fn a_file_whose_end_speaks_against_its_beginning_is_read_once_more() {
    // The beginning of a large file leaves open which number is the month; the usual answer is tried, and is wrong.
    let filling = "x".repeat(2000);
    let rows = |row: &dyn Fn(usize, &str) -> String| {
        let open = (0..700).map(|n| row(n, "05/06/2021 09:00:00"));
        let sure = (700..720).map(|n| row(n, "06/21/2021 09:00:00"));
        open.chain(sure).collect::<String>()
    };
    let nik = |n: usize| format!("16710901{:02}95{}", n / 100 + 1, 9000 + n);
    let link = |n: usize, time: &str| format!("{time},WARGA {n},{},{filling}\n", nik(n));
    let entry = |n: usize, time: &str| format!("{},WARGA {n},PRINT_READY_RECORD,{time},{filling}\n", nik(n));
    let office = Office::new(OPERATOR);
    office.put(
        "inbox/links/form.csv",
        &format!("Timestamp,Nama,NIK,Catatan\n{}", rows(&link)),
    );
    office.put(
        "inbox/queue/antrean-2021-06-25.csv",
        &format!("NIK,NAMA_LGKP,STATUS,TGL_STATUS,CATATAN\n{}", rows(&entry)),
    );
    let night = office.run("2021-06-25T22:00", &["nightly", "--format", "json"]).json();
    for file in night["imports"].as_array().unwrap() {
        assert_eq!((&file["rows"], &file["added"]), (&720.into(), &720.into()), "{file}");
    }
    let all = office
        .run("2021-06-25T23:00", &["reconcile", "--format", "json"])
        .json();
    let first = &all["applications"][0];
    assert_eq!(first["registered_at"], "2021-05-06T09:00:00+07:00", "{first}");
    assert_eq!(first["queued_at"], "2021-05-06T09:00:00+07:00", "{first}");
}
