//! Promise 9: numbers of people stand whole in work files and in data that was asked for, and nowhere else; and what
//! the binary writes may be read by its owner only.

use crate::harness::{Office, Run, csv_rows, files_below, folders_below, mode};
use crate::model::day;
use crate::scenario::{Play, list, text};
use calamine::{Data, Reader, Xlsx, open_workbook};
use chrono::Duration;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const NOW: &str = "2021-07-05T22:30";

/// Every number of the town that nobody else may read: NIK, KK, phone, and what is left of damaged NIKs.
fn secrets(play: &Play) -> BTreeSet<String> {
    let people = play.world.people.iter();
    let mut secrets: BTreeSet<String> = people
        .flat_map(|person| [person.nik.clone(), person.kk.clone(), person.phone.clone()])
        .collect();
    for row in play.world.links(day("2021-12-31").and_hms_opt(0, 0, 0).unwrap()) {
        secrets.extend(
            [row.nik, row.kk, row.phone]
                .into_iter()
                .filter(|number| number.len() > 10),
        );
    }
    secrets.extend(["1671094107959001", "16710941079590012", "1671091203120003"].map(str::to_owned));
    secrets.remove("2147483647");
    secrets.retain(|secret| secret.bytes().all(|byte| byte.is_ascii_digit()));
    secrets
}

/// Whole numbers in a text; separators between digits hide nothing.
fn leaks(said: &str, secrets: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut digits = String::new();
    let separator = |sign: char| matches!(sign, ' ' | '.' | '-' | '\'');
    let plain: Vec<char> = said.chars().chain(['\n']).collect();
    for (index, sign) in plain.iter().enumerate() {
        let between = separator(*sign) && plain.get(index + 1).is_some_and(char::is_ascii_digit);
        if sign.is_ascii_digit() {
            digits.push(*sign);
        } else if !between && !digits.is_empty() {
            let hit = |secret: &&String| secret.len() >= 10 && digits.contains(secret.as_str());
            found.extend(secrets.iter().filter(hit).cloned());
            digits.clear();
        }
    }
    found
}

fn is_data(run: &Run) -> bool {
    run.command.contains("--format json") || run.command.contains("--format csv") || run.command.contains("--reveal")
}

fn insist_on_silence(runs: &[Run], secrets: &BTreeSet<String>) {
    let mut told = Vec::new();
    for run in runs {
        let screen = if is_data(run) { "" } else { &run.stdout };
        for (stream, said) in [("standard output", screen), ("standard error", &run.stderr)] {
            let found = leaks(said, secrets);
            if !found.is_empty() {
                let lines = said.lines().filter(|line| !leaks(line, secrets).is_empty()).take(3);
                told.push(format!(
                    "cetak {}: {stream}:\n{}",
                    run.command,
                    lines.collect::<Vec<_>>().join("\n")
                ));
            }
        }
    }
    assert!(
        told.is_empty(),
        "{} runs show whole numbers\n{}",
        told.len(),
        told.join("\n")
    );
}

/// A few nights that leave something of everything behind.
fn played() -> Play {
    let mut play = Play::ordinary(21);
    for night in 0..8 {
        play.night(day("2021-06-28") + Duration::days(night));
    }
    play
}

#[test]
fn no_screen_no_log_and_no_error_shows_a_whole_number() {
    let play = played();
    let (office, secrets) = (&play.office, secrets(&play));
    assert!(secrets.len() > 300 && leaks("NIK 1671.0941.0795.9001", &secrets).len() == 1);
    let open = office.json(NOW, &["batch", "list"]);
    let batch = text(&list(&open, "batches")[0], "batch").to_owned();
    let someone = play.model.ready(crate::model::time(NOW)).pop().unwrap();
    let reason = format!("untuk {} / KK {}", someone.nik, play.world.people[0].kk);
    for arguments in [
        &["nightly"][..],
        &["nightly", "-v"],
        &["reconcile", "--all"],
        &["reconcile", "--lang", "id"],
        &["stuck", "--days", "1"],
        &["stuck", "--days", "1", "--category", "printed", "--lang", "id"],
        &["batch"],
        &["batch", "list"],
        &["expedite", &someone.nik, "--reason", &reason],
        &["blanks", "add", "5", "--note", &reason],
        &["blanks", "report"],
        &["batch", "release", &batch, "--reason", &reason],
        &["check"],
        &["log"],
        &["log", "--lang", "id"],
        &["import", "links", "kantor/inbox/links/pendaftaran.csv"],
        &[
            "import",
            "queue",
            "kantor/inbox/queue/antrean_20210705_2100.csv",
            "--dry-run",
        ],
        &["backup"],
    ] {
        let run = office.run(NOW, arguments);
        assert!(matches!(run.code, 0 | 1 | 3), "{run:?}");
    }
    insist_on_silence(&office.said(), &secrets);
}

#[test]
fn no_wrong_command_and_no_wrong_file_shows_a_whole_number() {
    let play = played();
    let (office, secrets) = (&play.office, secrets(&play));
    let nik = play.model.ready(crate::model::time(NOW)).pop().unwrap().nik;
    let printed = play
        .model
        .applications(crate::model::time(NOW))
        .into_iter()
        .find(|app| app.category == "printed");
    let printed = printed.unwrap().nik;
    let rows = play.world.links(day("2021-07-05").and_hms_opt(20, 0, 0).unwrap());
    let headless = crate::scenario::links_csv(&rows, "GMT+7")
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .join("\n");
    office.put("tanpa-judul.csv", &headless);
    office.put(
        "walk-in.csv",
        &format!("nik,name,result\n{printed},,printed\n1671094107959001x,,printed\n"),
    );
    office.put(
        "bukan.csv",
        &format!("batch,nik,result\n2021-01-01-siapa,{nik},printed\n{nik},{nik},printed\n"),
    );
    office.put(
        "antrean-2021-07-05.csv",
        &format!("NIK,NAMA_LGKP,STATUS,TGL_STATUS\n{nik},{nik},{nik},{nik}\n"),
    );
    for arguments in [
        &["expedite", "1671094107959001", "--reason", "x"][..],
        &["expedite", "16710941079590012", "--reason", "x"],
        &["expedite", "1671 0941 0795 9001x", "--reason", "x"],
        &["expedite", &printed, "--reason", "x"],
        &["expedite", &nik, "--reason", ""],
        &["batch", "reassign", &nik, "--to", "ibrahim"],
        &["batch", "reassign", "2021-07-06-ibrahim", "--to", &nik],
        &["batch", "release", &nik],
        &["batch", "--away", &nik],
        &["batch", "--capacity", &nik],
        &["batch", "--date", &nik],
        &["reconcile", "--category", &nik],
        &["stuck", "--days", &nik],
        &["stuck", &nik],
        &[&nik],
        &["import", "links", "kantor/tanpa-judul.csv"],
        &["import", "queue", "kantor/tanpa-judul.csv"],
        &["import", "results", "kantor/tanpa-judul.csv"],
        &["import", "results", "--walk-in", "kantor/walk-in.csv"],
        &["import", "results", "kantor/bukan.csv"],
        &["import", "results", "kantor/inbox/links/pendaftaran.csv"],
        &["import", "queue", "kantor/inbox/links/pendaftaran.csv"],
        &["import", "queue", "kantor/antrean-2021-07-05.csv"],
        &["import", "links", "kantor/antrean-2021-07-05.csv"],
        &[
            "import",
            "links",
            "kantor/inbox/links/pendaftaran.csv",
            "--map",
            &format!("nik={nik}"),
        ],
        &["blanks", "add", &nik],
        &["log"],
        &["check"],
    ] {
        office.run(NOW, arguments);
    }
    let mistakes = office.said();
    insist_on_silence(&mistakes, &secrets);
    let panicked = mistakes
        .iter()
        .find(|run| run.stderr.contains("panicked") || run.code == 101);
    assert!(panicked.is_none(), "{panicked:?}");
}

#[test]
fn work_files_and_data_carry_numbers_whole() {
    let play = played();
    let office = &play.office;
    let assigned: BTreeSet<String> = play
        .model
        .cards
        .iter()
        .filter(|card| card.state == crate::model::CardState::Open)
        .map(|card| card.nik.clone())
        .collect();
    let of_csv = |path: &str| csv_rows(&office.read(path)).into_iter().map(|row| row["nik"].clone());
    let mut in_files = BTreeSet::new();
    for path in files_below(&office.home().join("outbox")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("batch-") && name.ends_with(".csv") {
            let niks: Vec<String> = of_csv(path.to_str().unwrap()).collect();
            assert_eq!(xlsx_column(&path.with_extension("xlsx"), "nik", 2), niks, "{name}");
            in_files.extend(niks);
        }
    }
    assert!(assigned.is_subset(&in_files) && !assigned.is_empty());
    for format in ["csv", "json", "xlsx"] {
        let file = office.root().join(format!("semua.{format}"));
        let output = file.to_str().unwrap();
        office
            .run(NOW, &["reconcile", "--all", "--format", format, "--output", output])
            .ends_with(0);
        let niks: BTreeSet<String> = match format {
            "csv" => of_csv(output).collect(),
            "json" => {
                let data: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
                list(&data, "applications")
                    .iter()
                    .map(|app| text(app, "nik").to_owned())
                    .collect()
            }
            _ => xlsx_column(&file, "nik", 0).into_iter().collect(),
        };
        assert!(assigned.is_subset(&niks), "{format}");
        assert_eq!(mode(&file), 0o600, "{output}");
    }
    let revealed = office.run(NOW, &["reconcile", "--all", "--reveal"]).ends_with(0);
    assert!(assigned.iter().all(|nik| revealed.stdout.contains(nik)));
    let masked = office.run(NOW, &["reconcile", "--all"]).ends_with(0);
    let nik = assigned.first().unwrap();
    let mask = format!("{}******{}", &nik[..6], &nik[12..]);
    assert!(masked.stdout.contains(&mask), "{mask}\n{}", masked.stdout);
}

/// The text cells of a column that has this header, or stands at this place where headers are translated.
fn xlsx_column(path: &Path, header: &str, place: usize) -> Vec<String> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    let is_header = |cell: &Data| cell.to_string().eq_ignore_ascii_case(header);
    let (row, column) = rows
        .iter()
        .enumerate()
        .find_map(|(index, row)| Some((index, row.iter().position(is_header)?)))
        .unwrap_or((0, place));
    let text = |row: &Vec<Data>| match &row[column] {
        Data::String(text) => text.clone(),
        other => panic!("{}: a NIK is text, not {other:?}", path.display()),
    };
    rows[row + 1..].iter().map(text).collect()
}

#[test]
fn files_and_folders_are_their_owners_alone() {
    let play = played();
    let office = &play.office;
    office.run(NOW, &["backup"]).ends_with(0);
    let copy = office.root().join("salinan.sqlite");
    office.run(NOW, &["backup", copy.to_str().unwrap()]).ends_with(0);
    let list = office.root().join("daftar.csv");
    office
        .run(NOW, &["stuck", "--format", "csv", "--output", list.to_str().unwrap()])
        .ends_with(0);
    insist_on_modes(office, &[&copy, &list]);
    office.run(NOW, &["restore", copy.to_str().unwrap()]);
    insist_on_modes(office, &[&copy]);
}

fn insist_on_modes(office: &Office, outside: &[&Path]) {
    let ours = office.put_by_test();
    let made = files_below(&office.home())
        .into_iter()
        .filter(|path| !ours.contains(path));
    let files: Vec<_> = made.chain(outside.iter().map(|path| path.to_path_buf())).collect();
    assert!(files.len() > 20);
    let open: Vec<String> = files
        .iter()
        .filter(|path| mode(path) != 0o600)
        .map(|path| format!("{:o} {}", mode(path), path.display()))
        .collect();
    assert!(open.is_empty(), "others can read\n{}", open.join("\n"));
    let open: Vec<String> = folders_below(&office.home())
        .iter()
        .filter(|path| mode(path) != 0o700)
        .map(|path| format!("{:o} {}", mode(path), path.display()))
        .collect();
    assert!(open.is_empty(), "others can enter\n{}", open.join("\n"));
}
