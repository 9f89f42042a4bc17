//! Files that lie, given to the binary: a table of damaged files, each with the buckets it must give or the reason why
//! it is refused; and an inbox full of things that are no files, or do not stay what they are.

#[allow(clippy::duplicate_mod)]
#[path = "../../src/intake/testing_sheets.rs"]
mod sheets;

use crate::harness::{Office, Run};
use serde_json::Value;
use sheets::{archive, inline, ods, raw_xlsx, xls};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const NOW: &str = "2021-07-22T21:00";
const SETTINGS: &str =
    "lang = \"en\"\n[office]\nname = \"Contoh\"\ncode = \"1671\"\n[[operator]]\nname = \"ibrahim\"\n";

const HEAD: &str = "Timestamp,Nama,NIK\n";
const ANI: &str = "2021-07-21 09:00,Ani,1671094107959001\n";
const BUDI: &str = "2021-07-21 09:01,Budi,1671090107959002\n";

const QUEUE: &str = "NIK,NAMA_LGKP,CURRENT_STATUS_CODE,TGL_STATUS\n";
const QUEUED: &str = "1671094107959001,ANI,PRINT_READY_RECORD,2021-07-10\n";

fn office() -> Office {
    Office::new(SETTINGS)
}

/// Reads the numbers of one report: `rows: added changed unchanged held rejected`.
fn buckets(report: &Value) -> String {
    let number = |key: &str| report[key].as_u64().unwrap_or_else(|| panic!("{key} of {report}"));
    let parts = ["added", "changed", "unchanged", "held", "rejected"].map(number);
    assert_eq!(number("rows"), parts.iter().sum::<u64>(), "{report}");
    let parts: Vec<String> = parts.iter().map(u64::to_string).collect();
    format!("{}: {}", number("rows"), parts.join(" "))
}

/// Gives each file to the import, and names all that give other buckets, or are refused for another reason.
///
/// What is expected is buckets, or a piece of the sentence that refuses the file.
fn check(kind: &str, ending: &str, files: &[(&str, impl AsRef<[u8]>, &str)]) {
    let office = office();
    let mut wrong = Vec::new();
    for (name, bytes, expected) in files {
        let path = office.root().join(format!("berkas.{ending}"));
        fs::write(&path, bytes.as_ref()).unwrap();
        let begun = Instant::now();
        let path_text = path.to_str().unwrap();
        let run = office.run(NOW, &["import", kind, "--dry-run", "--format", "json", path_text]);
        let found = match run.code {
            0 | 3 => buckets(&run.json()[0]),
            _ => run.stderr.clone(),
        };
        let is_refusal = expected.contains(|sign: char| sign.is_ascii_alphabetic());
        let fits = match is_refusal {
            true => run.code == 1 && found.contains(expected),
            false => found == *expected,
        };
        if !fits {
            wrong.push(format!("{name}: {found} ({}), not {expected}", run.code));
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{name} takes {:?}",
            begun.elapsed()
        );
        assert!(
            !run.stderr.contains("panicked") && !run.stderr.contains('\u{1b}'),
            "{name}: {}",
            run.stderr
        );
    }
    assert!(
        wrong.is_empty(),
        "{} of {} files\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}

#[test]
#[rustfmt::skip] // one file a line
fn damaged_exports_of_the_link() {
    let good = format!("{HEAD}{ANI}{BUDI}");
    let nik = |nik: &str| format!("{HEAD}2021-07-21,Ani,{nik}\n");
    check("links", "csv", &[
        ("whole", good.clone(), "2: 2 0 0 0 0"),
        ("nothing", String::new(), "empty"),
        ("blank lines", "\n\r\n\n".into(), "empty"),
        ("header only", HEAD.into(), "0: 0 0 0 0 0"),
        ("CRLF", good.replace('\n', "\r\n"), "2: 2 0 0 0 0"),
        ("bare CR", good.replace('\n', "\r"), "2: 2 0 0 0 0"),
        ("mixed line ends", format!("{HEAD}{}{BUDI}", ANI.replace('\n', "\r\r\n")), "2: 2 0 0 0 0"),
        ("sep line", format!("sep=;\n{}", good.replace(',', ";")), "2: 2 0 0 0 0"),
        ("a title", format!("REKAP, NIK, 2021\n\n{good}"), "2: 2 0 0 0 0"),
        ("rows twice", format!("{good}{ANI}{BUDI}"), "4: 2 0 2 0 0"),
        ("files put together", good.repeat(3), "6: 2 0 4 0 0"),
        ("one cell too many", format!("{HEAD}{}{BUDI}", ANI.replace('\n', ",x\n")), "2: 1 0 0 0 1"),
        ("one cell too few", format!("{HEAD}2021-07-21,Ani\n{BUDI}"), "2: 1 0 0 0 1"),
        ("a sum at the end", format!("{good}Jumlah: 2\n"), "3: 2 0 0 0 1"),
        ("cut in a row", good[..good.len() - 12].into(), "2: 1 0 0 1 0"),
        ("cut in a quote", format!("{HEAD}{BUDI}2021-07-21,\"Ani"), "2: 1 0 0 0 1"),
        ("an open quote", format!("{HEAD}2021-07-21,\"Ani,1671094107959001\n{BUDI}"), "2: 1 0 0 0 1"),
        ("an open quote in every row", format!("{HEAD}{}", "2021-07-21,\"Ani,1671094107959001\n".repeat(200)), "200: 0 0 0 0 200"),
        ("quoted line breaks", format!("{HEAD}2021-07-21,\"Ani\r\n\nLestari\",1671094107959001\n{BUDI}"), "2: 2 0 0 0 0"),
        ("NUL", format!("{HEAD}2021-07-21,A\0ni,1671094107959001\n{BUDI}"), "2: 1 0 0 0 1"),
        ("escapes", format!("{HEAD}2021-07-21,\u{1b}]0;x\u{7}\u{1b}[2JAni,1671094107959001\n{BUDI}"), "2: 2 0 0 0 0"),
        ("text turned round", format!("{HEAD}2021-07-21,A\u{202e}ni\u{2066},16710941\u{200b}07959001\n{BUDI}"), "2: 2 0 0 0 0"),
        ("a formula", format!("{HEAD}2021-07-21,\"=HYPERLINK(\"\"http://x\"\")\",1671094107959001\n{BUDI}"), "2: 2 0 0 0 0"),
        ("a cell of two megabytes", format!("{HEAD}2021-07-21,{},1671094107959001\n{BUDI}", "x".repeat(2 << 20)), "2: 1 0 0 0 1"),
        ("a quoted cell of fifty thousand lines", format!("{HEAD}2021-07-21,\"{}\",1\n{BUDI}", "x\n".repeat(50_000)), "50002: 1 0 0 0 50001"),
        ("scientific", nik("\"1,67109E+15\""), "1: 0 0 0 1 0"),
        ("fifteen digits", nik("167109410795900"), "1: 0 0 0 1 0"),
        ("seventeen digits", nik("16710941079590011"), "1: 0 0 0 1 0"),
        ("a letter among the digits", nik("16710941O7959001"), "1: 0 0 0 1 0"),
        ("all the same digits", nik("9999999999999999"), "1: 0 0 0 1 0"),
        ("no NIK", nik(""), "1: 0 0 0 1 0"),
        ("neither NIK nor name", format!("{HEAD}2021-07-21,,\n{BUDI}"), "2: 1 0 0 0 1"),
        ("dots, spaces, apostrophe", nik("'167109.410795 9001"), "1: 1 0 0 0 0"),
        ("no such day", format!("{HEAD}31/02/2021,Ani,1671094107959001\n{BUDI}"), "2: 1 0 0 0 1"),
        ("a time in words", format!("{HEAD}kemarin,Ani,1671094107959001\n{BUDI}"), "2: 1 0 0 0 1"),
        ("day or month first", format!("{HEAD}05/06/2021,Ani,1671094107959001\n"), "day"),
        ("both orders", format!("{HEAD}21/05/2021,Ani,1671094107959001\n05/21/2021,Budi,1671090107959002\n"), "day"),
        ("NIKs that went through a spreadsheet", (1..=30).fold(HEAD.to_owned(), |text, n| text + &format!("2021-07-21,Warga {n},16710941079{n:02}0{}0\n", n % 10)), "30: 0 0 0 30 0"),
        ("no header", format!("{ANI}{BUDI}"), "no column for"),
        ("two columns of NIKs", "Timestamp,Nama,NIK,NIK\n2021-07-21,Ani,1,1\n".into(), "several columns"),
        ("a queue", format!("{QUEUE}{QUEUED}"), "import queue"),
        ("two thousand columns", format!("Timestamp,Nama,NIK{}\n", ",x".repeat(2000)), "too"),
        ("a million columns", format!("Timestamp,Nama,NIK{}\n", ",x".repeat(1_000_000)), "too"),
        ("a million columns in a row", format!("{HEAD}{ANI}2021-07-21{}\n{BUDI}", ",x".repeat(1_000_000)), "3: 2 0 0 0 1"),
        ("a line without end", "x".repeat(3 << 20), "too"),
    ]);
}

#[test]
fn bytes_that_are_no_text() {
    let good = format!("{HEAD}{ANI}{BUDI}");
    let utf16 = |big: bool| -> Vec<u8> {
        let units = good.encode_utf16();
        units
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let joined = |parts: &[&[u8]]| parts.concat();
    check(
        "links",
        "csv",
        &[
            (
                "UTF-8 with its mark",
                joined(&[b"\xEF\xBB\xBF", good.as_bytes()]),
                "2: 2 0 0 0 0",
            ),
            (
                "UTF-16 LE with its mark",
                joined(&[b"\xFF\xFE", &utf16(false)]),
                "2: 2 0 0 0 0",
            ),
            ("UTF-16 BE without", utf16(true), "2: 2 0 0 0 0"),
            (
                "UTF-16 cut in a character",
                joined(&[b"\xFF\xFE", &utf16(false)[..utf16(false).len() - 1]]),
                "2: 1 0 0 1 0",
            ),
            (
                "Windows-1252",
                joined(&[HEAD.as_bytes(), b"2021-07-21,Ren\xE9,1671094107959001\n"]),
                "1: 1 0 0 0 0",
            ),
            (
                "half a character",
                joined(&[
                    good.as_bytes(),
                    b"2021-07-21,\xC3\xA9\xC3\xA9\xC3\xA9\xC3,1671094107959003\n",
                ]),
                "3: 3 0 0 0 0",
            ),
            ("a PDF", b"%PDF-1.7\n1 0 obj".to_vec(), "PDF"),
            (
                "a web page",
                b"<html><table><tr><td>NIK</td></tr></table>".to_vec(),
                "web page",
            ),
            ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "picture"),
            ("a database", b"SQLite format 3\0abc".to_vec(), "not a table"),
            ("zeros", vec![0; 9000], "not a table"),
            (
                "noise",
                (0..9000_u32).map(|at| (at * at % 251) as u8).collect(),
                "not a table",
            ),
        ],
    );
}

#[test]
#[rustfmt::skip] // one file a line
fn damaged_snapshots_of_the_queue() {
    let row = |serial: u32, status: &str, day: &str| format!("167109010795{serial},WARGA {serial},{status},{day}\n");
    check("queue", "2021-07-22.csv", &[
        ("whole", format!("{QUEUE}{QUEUED}"), "1: 1 0 0 0 0"),
        ("one NIK twice", format!("{QUEUE}{QUEUED}{}", QUEUED.replace("07-10", "07-11")), "2: 1 0 1 0 0"),
        ("a NIK of fifteen digits", format!("{QUEUE}167109410795900,ANI,PRR,2021-07-10\n{QUEUED}"), "2: 1 0 0 0 1"),
        ("a damaged NIK", format!("{QUEUE}\"1,67109E+15\",ANI,PRR,2021-07-10\n{QUEUED}"), "2: 1 0 0 0 1"),
        ("no status", format!("{QUEUE}{}{QUEUED}", row(9003, "", "2021-07-10")), "2: 1 0 0 0 1"),
        ("a status that nobody knows", format!("{QUEUE}{}", row(9003, "APA INI", "2021-07-10")), "1: 1 0 0 0 0"),
        ("a date that is none", format!("{QUEUE}{}", row(9003, "PRR", "besok")), "1: 1 0 0 0 0"),
        ("an open quote", format!("{QUEUE}{}{QUEUED}", row(9003, "\"PRR", "2021-07-10")), "2: 1 0 0 0 1"),
        ("no column of statuses", "NIK,NAMA_LGKP\n1671094107959001,ANI\n".into(), "no column for"),
        ("links", format!("{HEAD}{ANI}"), "import links"),
        ("nothing but blanks", " , , \n , , \n".into(), "no column for"),
    ]);
}

#[test]
#[rustfmt::skip] // one file a line
fn damaged_results() {
    let head = "batch,seq,nik,name,result,note\n";
    check("results", "csv", &[
        ("a batch that is none", format!("{head}2021-07-23-siapa,1,1671094107959001,ANI,cetak,\n"), "1: 0 0 0 0 1"),
        ("no answer", format!("{head}2021-07-23-siapa,1,1671094107959001,ANI,,\n"), "1: 0 0 0 0 1"),
        ("a word that is no result", format!("{head}2021-07-23-siapa,1,1671094107959001,ANI,mungkin,\n"), "1: 0 0 0 0 1"),
        ("too short", format!("{head}2021-07-23-siapa,1\n"), "1: 0 0 0 0 1"),
        ("no column of results", "batch,seq,nik,name\nx,1,1671094107959001,ANI\n".into(), "no column for"),
        ("empty", String::new(), "empty"),
    ]);
}

fn sheet_row(line: usize, cells: &[&str]) -> String {
    let places = ["A", "B", "C", "D"];
    let cells = cells
        .iter()
        .zip(places)
        .map(|(text, column)| inline(&format!("{column}{line}"), text));
    format!(r#"<row r="{line}">{}</row>"#, cells.collect::<String>())
}

const ANIS_ROW: [&str; 3] = ["2021-07-21", "Ani", "1671094107959001"];
const TITLES: [&str; 3] = ["Timestamp", "Nama", "NIK"];

#[test]
fn damaged_workbooks() {
    let good = sheet_row(1, &TITLES) + &sheet_row(2, &ANIS_ROW);
    let whole = raw_xlsx(&good, &[]);
    let far = sheet_row(1, &TITLES) + &sheet_row(1_048_576, &ANIS_ROW);
    let wide = format!(
        r#"<row r="1">{}{}</row>"#,
        inline("A1", "Timestamp"),
        inline("XFD1", "x")
    );
    let number = format!(
        "{}<row r=\"2\">{}{}<c r=\"C2\"><v>1671094107959010</v></c></row>",
        sheet_row(1, &TITLES),
        inline("A2", "2021-07-21"),
        inline("B2", "Ani")
    );
    let shared = "<?xml version=\"1.0\"?><sst>".to_owned() + &"<si><t>x</t></si>".repeat(4 << 20) + "</sst>";
    let text = "x".repeat(5 << 20);
    let backwards = sheet_row(5, &ANIS_ROW) + &sheet_row(1, &TITLES);
    let unknown_text = sheet_row(1, &TITLES) + r#"<row r="2"><c r="A2" t="s"><v>7</v></c></row>"#;
    let other_encoding = "<?xml version=\"1.0\" encoding=\"utf-16\"?><sst/>";
    check(
        "links",
        "xlsx",
        &[
            ("whole", whole.clone(), "1: 1 0 0 0 0"),
            ("cut in half", whole[..whole.len() / 2].to_vec(), "spreadsheet"),
            ("cut at the end", whole[..whole.len() - 10].to_vec(), "spreadsheet"),
            ("a row far down", raw_xlsx(&far, &[]), "1: 1 0 0 0 0"),
            ("a column far right", raw_xlsx(&wide, &[]), "too"),
            ("a NIK as a number", raw_xlsx(&number, &[]), "1: 0 0 0 1 0"),
            ("rows out of order", raw_xlsx(&backwards, &[]), "out of order"),
            ("a text that is not there", raw_xlsx(&unknown_text, &[]), "spreadsheet"),
            (
                "a zip bomb",
                archive(&[("xl/workbook.xml", "<x/>"), ("xl/a.xml", &"<a/>".repeat(40 << 20))]),
                "too",
            ),
            (
                "shared texts without end",
                raw_xlsx(&good, &[("xl/sharedStrings.xml", &shared)]),
                "too",
            ),
            (
                "one text without end",
                raw_xlsx(&good, &[("xl/sharedStrings.xml", &text)]),
                "too",
            ),
            (
                "another encoding",
                raw_xlsx(&good, &[("xl/sharedStrings.xml", other_encoding)]),
                "UTF-8",
            ),
            (
                "no sheets",
                archive(&[("xl/workbook.xml", "<workbook/>")]),
                "spreadsheet",
            ),
            ("an archive", archive(&[("a.txt", "b")]), "archive"),
            ("a text document", archive(&[("word/document.xml", "b")]), "document"),
            ("not an archive", b"PK\x03\x04 and nothing".to_vec(), "spreadsheet"),
        ],
    );
}

#[test]
fn damaged_sheets_of_other_programs() {
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let row = |cells: &[&str]| {
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.iter().map(|text| cell(text)).collect::<String>()
        )
    };
    let good = row(&TITLES) + &row(&ANIS_ROW);
    let with = |rows: &str| ods(&format!("{good}{rows}"));
    let repeated_row = |times: &str, cells: &str| {
        format!(r#"<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>"#)
    };
    let wide = r#"<table:table-cell table:number-columns-repeated="16384" office:date-value="2021-07-21"/>"#;
    let spaces = r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="9000000000"/></text:p></table:table-cell></table:table-row>"#;
    let long = format!(
        r#"<table:table-row><table:table-cell table:number-columns-repeated="9000" office:value-type="string"><text:p>{}</text:p></table:table-cell></table:table-row>"#,
        "x".repeat(1 << 20)
    );
    let blank = r#"<table:table-cell/>"#;
    let endless = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        (
            "content.xml",
            &format!("<office:spreadsheet><table:table table:name=\"x\">{good}</office:spreadsheet>"),
        ),
    ]);
    let hidden = r#"<table:table-row><table:table-cell table:formula="of:=1>0" table:number-columns-repeated="&#49;6384"/></table:table-row>"#;
    let corners = xls(&[(0, 0, "Timestamp"), (65_535, 255, "x")]);
    let old = xls(&[
        (0, 0, "Timestamp"),
        (0, 1, "Nama"),
        (0, 2, "NIK"),
        (1, 0, "2021-07-21"),
        (1, 1, "Ani"),
        (1, 2, "1671094107959001"),
    ]);
    check(
        "links",
        "ods",
        &[
            ("whole", ods(&good), "1: 1 0 0 0 0"),
            (
                "blank rows by the billion",
                with(&repeated_row("4000000000", blank)),
                "1: 1 0 0 0 0",
            ),
            (
                "a row of text by the billion",
                with(&repeated_row("4000000000", &cell("x"))),
                "too",
            ),
            (
                "a million filled rows in a kilobyte",
                with(&repeated_row("1048000", &cell("x"))),
                "too",
            ),
            (
                "a million blank rows before a filled one",
                with(&(repeated_row("1048000", blank) + &row(&ANIS_ROW))),
                "too",
            ),
            ("every cell of the sheet", with(&repeated_row("1048576", wide)), "too"),
            ("spaces by the billion", with(spaces), "too"),
            ("a megabyte nine thousand times", with(&long), "too"),
            ("a number written in another way", with(hidden), "spreadsheet"),
            (
                "a number that is none",
                with(&repeated_row("-1", &cell("x"))),
                "spreadsheet",
            ),
            (
                "a table within a cell",
                with(&format!(
                    "<table:table-row><table:table-cell>{good}</table:table-cell></table:table-row>"
                )),
                "spreadsheet",
            ),
            ("a document type", with("<!DOCTYPE x>"), "spreadsheet"),
            ("a table that does not end", endless, "spreadsheet"),
            (
                "tags that do not end",
                with("<table:table-row><table:table-cell>"),
                "spreadsheet",
            ),
            ("an old Excel file", old.clone(), "1: 1 0 0 0 0"),
            ("one cut short", old[..old.len() - 3000].to_vec(), "spreadsheet"),
            (
                "one with a byte changed",
                old.iter()
                    .enumerate()
                    .map(|(at, byte)| if at == 48 { 0xFE } else { *byte })
                    .collect(),
                "spreadsheet",
            ),
            ("cells in opposite corners", corners, "too"),
        ],
    );
}

/// Runs a night that must end, whatever lies in the inbox.
fn night(office: &Office) -> Run {
    let begun = Instant::now();
    let run = office.run("2021-07-22T22:00", &["nightly", "--format", "json"]);
    assert!(matches!(run.code, 0 | 3), "{run:?}");
    assert!(begun.elapsed() < Duration::from_secs(60));
    run
}

/// The names of the files that a night refused.
fn refused(run: &Run) -> Vec<String> {
    let attention = run.json()["attention"].as_array().cloned().unwrap_or_default();
    let refused = attention.iter().filter(|one| one["code"] == "refused_file");
    refused.map(|one| one.to_string()).collect()
}

fn put_bytes(folder: &Path, name: &[u8], bytes: &[u8]) -> PathBuf {
    let path = folder.join(std::ffi::OsStr::from_bytes(name));
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn an_inbox_full_of_things_that_are_no_files() {
    let office = office();
    let inbox = office.home().join("inbox/links");
    put_bytes(&inbox, b"baik.csv", format!("{HEAD}{ANI}").as_bytes());
    fs::create_dir(inbox.join("folder.csv")).unwrap();
    symlink("lingkar.csv", inbox.join("lingkar.csv")).unwrap();
    symlink("tidak-ada", inbox.join("putus.csv")).unwrap();
    symlink("/dev/zero", inbox.join("nol.csv")).unwrap();
    symlink("/etc/passwd", inbox.join("passwd.csv")).unwrap();
    symlink("../../cetak.db", inbox.join("store.csv")).unwrap();
    let _socket = UnixListener::bind(inbox.join("soket.csv")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(inbox.join("pipa.csv"))
            .status()
            .unwrap()
            .success()
    );
    let mut expected = 8;
    let device = Command::new("mknod")
        .arg(inbox.join("perangkat.csv"))
        .args(["c", "1", "5"])
        .output();
    expected += usize::from(device.is_ok_and(|made| made.status.success()));
    let run = night(&office);
    let said = refused(&run);
    assert_eq!(said.len(), expected, "{said:#?}");
    assert_eq!(run.json()["imports"].as_array().map(Vec::len), Some(1));
    let everything = format!("{}{}", run.stdout, run.stderr);
    assert!(!everything.contains("root:"), "a foreign file is told of: {everything}");
    // The next night is the same: nothing was taken in, nothing hangs.
    assert_eq!(refused(&night(&office)).len(), expected);
}

#[test]
fn a_link_that_stays_in_the_inbox_is_a_file_and_one_given_by_hand_as_well() {
    let office = office();
    let inbox = office.home().join("inbox/links");
    put_bytes(&inbox, b"baik.csv", format!("{HEAD}{ANI}").as_bytes());
    symlink("baik.csv", inbox.join("terbaru.csv")).unwrap();
    assert!(refused(&night(&office)).is_empty());
    let outside = office.root().join("unduhan.csv");
    fs::write(&outside, format!("{HEAD}{BUDI}")).unwrap();
    let link = office.root().join("pintasan.csv");
    symlink(&outside, &link).unwrap();
    let report = office.json(NOW, &["import", "links", link.to_str().unwrap()]);
    assert_eq!(buckets(&report[0]), "1: 1 0 0 0 0");
}

#[test]
fn names_that_would_move_the_terminal_or_leave_the_home() {
    let office = office();
    let inbox = office.home().join("inbox/links");
    let broken = |serial: u32| format!("{HEAD}kemarin,Warga,167109410795{serial}\n{ANI}");
    let names: [&[u8]; 8] = [
        b"baris\nbaru.csv",
        b"\x1b[2J\x1b]0;x\x07.csv",
        b"bukan \xFF\xFE utf8.csv",
        "terbalik\u{202e}vsc.csv".as_bytes(),
        b"-rf.csv",
        b"=cmd|'C calc'!A0.csv",
        b"<script>alert(1)<.csv",
        &[b'x'; 251],
    ];
    for (serial, name) in (9010..).zip(names) {
        put_bytes(
            &inbox,
            &[name, if name.len() > 200 { b".csv" } else { b"" }].concat(),
            broken(serial).as_bytes(),
        );
    }
    let run = night(&office);
    assert!(refused(&run).is_empty(), "{run:?}");
    let imports = run.json()["imports"].as_array().cloned().unwrap();
    assert_eq!(imports.len(), names.len());
    for report in &imports {
        let rejects = report["rejects_file"].as_str().unwrap();
        assert!(
            rejects.starts_with("outbox/rejects/") && !rejects[15..].contains('/'),
            "{rejects}"
        );
        assert!(office.home().join(rejects).is_file(), "{rejects}");
    }
    let quiet = |text: &str| !text.chars().any(|sign| sign.is_control() && sign != '\n') && !text.contains('\u{202e}');
    for run in office.said() {
        assert!(quiet(&run.stdout) && quiet(&run.stderr), "{run:?}");
    }
    for arguments in [&["log"][..], &["nightly"], &["check"]] {
        let run = office.run("2021-07-22T22:30", arguments);
        assert!(quiet(&run.stdout) && quiet(&run.stderr), "{run:?}");
    }
}

#[test]
fn files_that_may_not_be_read_are_refused_and_stop_nothing() {
    let office = office();
    let inbox = office.home().join("inbox/links");
    put_bytes(&inbox, b"baik.csv", format!("{HEAD}{ANI}").as_bytes());
    let closed = put_bytes(&inbox, b"tutup.csv", format!("{HEAD}{BUDI}").as_bytes());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let night = || {
        let mut command = office.command("2021-07-22T22:00", &["nightly", "--format", "json"]);
        if fs::File::open(&closed).is_err() {
            return command;
        }
        // Root reads everything: somebody else runs the night.
        let words: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
        let user = ["--reuid=65534", "--regid=65534", "--clear-groups", "sh"];
        let mut other = Command::new("setpriv");
        other
            .args(user)
            .args(words)
            .current_dir(office.root())
            .env("CETAK_HOME", office.home());
        command = other;
        command
    };
    let owned = Command::new("chown")
        .args(["-R", "65534:65534"])
        .arg(office.root())
        .status();
    let mut first = night();
    let output = match first.output() {
        Ok(output) if owned.is_ok() && output.status.code().is_some_and(|code| code < 100) => output,
        // Neither may this user's files be closed to it, nor is there another user.
        _ => return,
    };
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let refused = said["attention"].to_string();
    assert!(refused.contains("tutup.csv was refused: cannot be read"), "{refused}");
    assert_eq!(said["imports"].as_array().map(Vec::len), Some(1));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o644)).unwrap();
    let said: Value = serde_json::from_slice(&night().output().unwrap().stdout).unwrap();
    assert_eq!(said["imports"].as_array().map(Vec::len), Some(2));
}

/// Forty thousand rows, so that reading them takes a while.
fn many_rows() -> String {
    let row = |n: u32| {
        format!(
            "2021-07-21 09:00,Warga {n},16710{:02}{:02}0195{:04}\n",
            1 + n % 18,
            1 + n / 1000 % 28,
            9000 + n % 1000
        )
    };
    HEAD.to_owned() + &(0..40_000).map(row).collect::<String>()
}

/// Changes a file again and again while it is imported; nothing of a file that changed is kept, and what is taken in
/// fits together.
fn import_while(change: impl Fn(&Path, u64) + Send + Sync) {
    let office = office();
    let path = office.root().join("berubah.csv");
    let text = many_rows();
    fs::write(&path, &text).unwrap();
    let done = AtomicBool::new(false);
    let run = std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                change(&path, round);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let run = office.run(NOW, &["import", "links", path.to_str().unwrap(), "--format", "json"]);
        done.store(true, Ordering::Relaxed);
        run
    });
    let applications = |office: &Office| {
        office.json(NOW, &["reconcile"])["applications"]
            .as_array()
            .map_or(0, Vec::len)
    };
    match run.code {
        1 => {
            assert!(
                run.stderr.contains("changed") || run.stderr.contains("empty"),
                "{run:?}"
            );
            assert_eq!(applications(&office), 0, "{run:?}");
        }
        0 | 3 => drop(buckets(&run.json()[0])),
        _ => panic!("{run:?}"),
    }
    fs::write(&path, &text).unwrap();
    let report = office.json(NOW, &["import", "links", path.to_str().unwrap()]);
    drop(buckets(&report[0]));
    assert_eq!(report[0]["rows"], 40_000);
}

#[test]
fn a_file_that_grows_while_it_is_read_is_refused_whole() {
    import_while(|path, round| {
        let mut file = fs::File::options().append(true).open(path).unwrap();
        writeln!(
            file,
            "2021-07-22 09:00,Baru {round},167109010795{}",
            9000 + round % 1000
        )
        .unwrap();
    });
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_refused_whole() {
    import_while(|path, round| {
        let file = fs::File::options().write(true).open(path).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(1000 + round)).unwrap();
    });
}

#[test]
fn a_file_that_is_replaced_or_vanishes_while_it_is_read_stays_what_was_opened() {
    let office = office();
    let inbox = office.home().join("inbox/links");
    let text = many_rows();
    put_bytes(&inbox, b"a.csv", text.as_bytes());
    put_bytes(&inbox, b"b.csv", format!("{HEAD}{ANI}").as_bytes());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(60));
            let _ = fs::rename(inbox.join("b.csv"), inbox.join("a.csv"));
        });
        let run = night(&office);
        // The second file is there or refused as gone; the first was whole whichever of the two it was.
        assert!(refused(&run).len() <= 1, "{run:?}");
        for report in run.json()["imports"].as_array().unwrap() {
            drop(buckets(report));
            assert!(report["rows"] == 40_000 || report["rows"] == 1, "{report}");
        }
    });
    fs::remove_file(inbox.join("a.csv")).unwrap();
    assert!(refused(&night(&office)).is_empty());
}
