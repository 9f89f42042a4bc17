//! Lines of a snapshot that an earlier night read are known, and nothing that is said or written depends on it: an office
//! whose lines stay known is held against one whose settings change every day, so that every line is read again.

use crate::crowd::nik;
use crate::harness::Office;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;

const SETTINGS: &str = "lang = \"en\"\n[[operator]]\nname = \"ani\"\ncapacity = 30\n[office]\ncode = \"1671\"\n";
const HEADER: &str = "NIK,NAMA_LGKP,TGL_LHR,STATUS,TGL_STATUS,NAMA_KEC\n";
const PEOPLE: u64 = 60;
const DAYS: [u32; 5] = [20, 21, 22, 23, 24];

/// The line of somebody on a day: of some it changes, some are not there on every day, and some give cause to warn.
fn line(number: u64, day: u32) -> String {
    let name = ["SITI", "NUR'AINI", "\"DEWI, DRA\"", "BUDI", "RENÉ"][number as usize % 5];
    let born = match number % 7 {
        0 => "",
        1 => "01-02-1990",
        _ => &format!("{:02}-07-1990", 1 + number / 1_000 % 28),
    };
    let status = if number % 11 == u64::from(day) % 11 {
        "SENT_FOR_ENROLLMENT"
    } else {
        "PRINT_READY_RECORD"
    };
    let status_on = match number % 13 {
        0 => "2021-07-07".to_owned(),
        1 => "kemarin".to_owned(),
        _ => format!("{:02}-07-2021", 1 + number % 19),
    };
    format!(
        "{},{name},{born},{status},{status_on},KECAMATAN {}\n",
        nik(number),
        number % 3
    )
}

fn snapshot(day: u32) -> String {
    let there = (0..PEOPLE).filter(|number| (number + u64::from(day)) % 17 > 0);
    let mut text = HEADER.to_owned() + &there.map(|number| line(number, day)).collect::<String>();
    // A row twice, a row beside an older one of itself, and one that cannot be used.
    text += &line(5, day);
    text += &line(6, day).replace("-07-2021", "-06-2021");
    text += "167109,TONO,,PRINT_READY_RECORD,2021-07-01,\n";
    match day {
        // As another program saves it.
        22 => text.replace('\n', "\r\n"),
        23 => text.replace(',', ";").replace("DEWI;", "DEWI,"),
        _ => text,
    }
}

fn night(office: &Office, day: u32) -> Value {
    // Under other settings an earlier file would be read again too.
    let _ = fs::remove_dir_all(office.home().join("inbox/queue"));
    office.put(&format!("inbox/queue/antrean-2021-07-{day}.csv"), &snapshot(day));
    office.json(&format!("2021-07-{day}T22:00"), &["nightly"])
}

/// What a store says of everybody.
fn told(office: &Office) -> Vec<String> {
    let list = office.run("2021-07-25T08:00", &["reconcile", "--format", "csv"]).stdout;
    let people = (0..PEOPLE).map(|number| office.run("2021-07-25T08:00", &["status", &nik(number)]).stdout);
    [list].into_iter().chain(people.step_by(5)).collect()
}

/// How many entries have a trace.
fn traces(office: &Office) -> usize {
    let store = Connection::open(office.home().join("cetak.db")).unwrap();
    let mut statement = store
        .prepare("SELECT content FROM block WHERE place >> 54 = 21")
        .unwrap();
    let pieces = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let count = |piece: Vec<u8>| {
        piece[1..piece.len() - 8]
            .chunks(8)
            .filter(|trace| *trace != [0; 8])
            .count()
    };
    pieces.map(|piece| count(piece.unwrap())).sum()
}

#[test]
fn a_night_that_knows_lines_says_and_writes_what_one_does_that_reads_them_all() {
    let (knowing, reading) = (Office::new(SETTINGS), Office::new(SETTINGS));
    for day in DAYS {
        let order = ["dmy", "mdy"][day as usize % 2];
        let settings = format!("{SETTINGS}date_order = \"{order}\"\n");
        fs::write(reading.home().join("cetak.toml"), settings).unwrap();
        let nights = [&knowing, &reading].map(|office| night(office, day));
        assert_eq!(nights[0], nights[1], "{day}");
        let outbox = |office: &Office| {
            let files = office.tree("outbox").into_iter();
            let below = |path: String| path.rsplit_once("/kantor/").map(|(_, below)| below.to_owned());
            files.map(|(path, bytes)| (below(path), bytes)).collect::<Vec<_>>()
        };
        assert_eq!(outbox(&knowing), outbox(&reading), "{day}");
    }
    assert_eq!(told(&knowing), told(&reading));
    assert!(traces(&knowing) > 20, "{}", traces(&knowing));
    for office in [&knowing, &reading] {
        office.run("2021-07-25T08:00", &["check"]).done_or_person();
    }
}
