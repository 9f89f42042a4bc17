//! Where things do not belong: modes from the first byte, names that would leave the home, text that runs or hides, whole
//! numbers outside work files, and a home on a network.

use crate::harness::{Office, Run, csv_text, files_below};
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NOW: &str = "2021-07-22T21:00";
const NIGHT: &str = "2021-07-22T22:00";

/// Text that would run, hide, or turn a line round, wherever a person may write.
const HOSTILE: [&str; 9] = [
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "-2+3",
    "\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}31m",
    "\u{202e}tsil\u{2066} \u{200b}a\u{feff}b\u{ad}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "&lt;b&gt; '--;DROP TABLE x",
];

const SETTINGS: &str = r#"
lang = "en"
[office]
name = "Kantor <b>\"=1+1\"</b> \u202e"
code = "1671"
[rules]
stuck_days = 3
[[operator]]
name = "../../luar"
capacity = 3
[[operator]]
name = "..\\..\\luar"
capacity = 3
[[operator]]
name = "CON"
capacity = 2
[[operator]]
name = "/etc/passwd"
capacity = 2
[[operator]]
name = "=cmd <i>\u202e\u200b"
capacity = 3
[[operator]]
name = "\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c\U0001d49c"
capacity = 3
"#;

fn nik(serial: usize) -> String {
    format!("{}", 1_671_090_107_959_000 + serial)
}

/// An office whose every text cell is hostile: thirty people, ready since the tenth of July.
fn hostile_office() -> Office {
    let office = Office::new(SETTINGS);
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let mut links = vec![row(&[
        "Timestamp",
        "NIK",
        "Nama",
        "Kecamatan",
        "Kelurahan",
        "Alasan",
        "Email",
        "No HP",
        "Catatan",
    ])];
    let mut queue = vec![row(&[
        "NIK",
        "NAMA_LGKP",
        "STATUS",
        "TGL_STATUS",
        "NAMA_KEC",
        "NAMA_KEL",
        "REQUEST_NO",
    ])];
    for serial in 1..=30 {
        let text = HOSTILE[serial % HOSTILE.len()];
        let name = format!("{text} WARGA {serial}");
        let phone = format!("08129999{serial:04}");
        links.push(row(&[
            "2021-07-01T08:00:00+07:00",
            &nik(serial),
            &name,
            text,
            text,
            text,
            text,
            &phone,
            text,
        ]));
        let status = if serial % 7 == 0 { text } else { "PRINT_READY_RECORD" };
        queue.push(row(&[&nik(serial), &name, status, "2021-07-10", text, text, text]));
    }
    // One that is held, one that is rejected, one whose names differ.
    links.push(row(&[
        "2021-07-01T08:00:00+07:00",
        "1,67109E+15",
        HOSTILE[0],
        "",
        "",
        "",
        "",
        "",
        "",
    ]));
    links.push(row(&[
        HOSTILE[4],
        &nik(31),
        HOSTILE[6],
        HOSTILE[0],
        HOSTILE[5],
        "",
        "",
        "",
        "=",
    ]));
    office.put("inbox/links/form.csv", &csv_text(&links));
    office.put("inbox/queue/antrean-2021-07-22.csv", &csv_text(&queue));
    office
        .run(NOW, &["blanks", "count", "200", "--note", HOSTILE[4]])
        .ends_with(0);
    office.run(NIGHT, &["nightly"]).done_or_person();
    office
}

/// Everything that a clerk may ask for, in a form for people or for programs.
fn ask_everything(office: &Office, form: &[&str]) -> Vec<Run> {
    let asked: [&[&str]; 9] = [
        &["reconcile", "--all"],
        &["stuck", "--days", "1"],
        &["batch", "list"],
        &["blanks", "report"],
        &["log"],
        &["forecast"],
        &["check"],
        &["destroy", "list"],
        &["status", "WARGA"],
    ];
    let asked = asked.iter().map(|words| [words, form].concat());
    asked.map(|words| office.run(NIGHT, &words)).collect()
}

/// A day at this office, with hostile text in everything that is typed.
fn hostile_day(office: &Office) {
    let open = office.json(NIGHT, &["batch", "list"]);
    let batch = open["batches"][0]["batch"].as_str().unwrap().to_owned();
    let cards = batch_rows(office);
    let results: Vec<Vec<String>> = std::iter::once(["batch", "nik", "result", "note"].map(str::to_owned).to_vec())
        .chain(cards.iter().enumerate().map(|(at, (batch, nik))| {
            let result = if at % 3 == 0 { "rusak" } else { "cetak" };
            [batch, nik, result, HOSTILE[at % HOSTILE.len()]]
                .map(|cell| (*cell).to_owned())
                .to_vec()
        }))
        .collect();
    let release = ["batch", "release", &batch, "--reason", HOSTILE[5]];
    office.run(NIGHT, &release);
    office.put("inbox/results/hasil.csv", &csv_text(&results));
    let morning = "2021-07-23T15:00";
    office.run(morning, &["nightly"]).done_or_person();
    let printed = &cards[4].1;
    let given = ["handover", printed, "--by", HOSTILE[6], "--relation", HOSTILE[0]];
    office.run(morning, &given);
    let expedite = ["expedite", &nik(30), "--reason", HOSTILE[4]];
    office.run(morning, &expedite);
    office.run(morning, &["handover", "--list"]);
    office.run(morning, &["notify"]);
    office.run(morning, &["destroy", "list"]);
    let burned = ["destroy", "record", "--witness", HOSTILE[6], "--witness", HOSTILE[5]];
    office.run(morning, &burned);
    office.run(morning, &["report"]);
    let sheet = office.root().join("tinjau.xlsx");
    office.run(morning, &["review", "--export", sheet.to_str().unwrap()]);
    office.run(
        morning,
        &["printed", &nik(29), "--operator", "CON", "--reason", HOSTILE[1]],
    );
    office.run("2021-07-23T22:00", &["nightly"]).done_or_person();
}

/// Batch and NIK of every card that is to be printed.
fn batch_rows(office: &Office) -> Vec<(String, String)> {
    let files = files_below(&office.home().join("outbox"));
    let lists = files.iter().filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("batch-") && name.ends_with(".csv")
    });
    lists
        .flat_map(|path| crate::harness::csv_rows(&fs::read(path).unwrap()))
        .map(|row| (row["batch"].clone(), row["nik"].clone()))
        .collect()
}

/// Signs that move a cursor, hide, or turn a line round.
fn hidden(text: &str) -> Option<char> {
    text.chars().find(|sign| {
        sign.is_control() && !matches!(sign, '\n' | '\r')
            || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    })
}

#[test]
fn what_people_wrote_runs_and_hides_nowhere() {
    let office = hostile_office();
    hostile_day(&office);
    ask_everything(&office, &[]);
    ask_everything(&office, &["--lang", "id", "--reveal", "-v"]);
    ask_everything(&office, &["--format", "json"]);
    ask_everything(&office, &["--format", "csv"]);
    let saved = office.root().join("daftar.xlsx");
    let xlsx = ["--format", "xlsx", "--output", saved.to_str().unwrap()];
    office
        .run(NIGHT, &[&["reconcile", "--all"][..], &xlsx].concat())
        .ends_with(0);
    for run in office.said() {
        for said in [&run.stdout, &run.stderr] {
            assert_eq!(hidden(said), None, "cetak {}\n{said}", run.command);
        }
        if run.command.contains("--format csv") {
            insist_on_tame_csv(&run.command, run.stdout.as_bytes());
        }
        assert!(!run.stderr.contains("panicked"), "{run:?}");
    }
    let mut kinds = BTreeSet::new();
    let files = files_below(&office.home().join("outbox"));
    let outside = files_below(office.root());
    let outside = outside.into_iter().filter(|path| path.parent() == Some(office.root()));
    for path in files.into_iter().chain(outside) {
        let name = path.display().to_string();
        let kind = path
            .extension()
            .map(|end| end.to_string_lossy().into_owned())
            .unwrap_or_default();
        match kind.as_str() {
            "csv" => insist_on_tame_csv(&name, &fs::read(&path).unwrap()),
            "html" => insist_on_tame_page(&name, &fs::read_to_string(&path).unwrap()),
            "xlsx" => insist_on_tame_sheet(&path),
            _ => assert_eq!(hidden(&fs::read_to_string(&path).unwrap()), None, "{name}"),
        }
        kinds.insert(kind);
    }
    for kind in ["csv", "html", "json", "xlsx"] {
        assert!(kinds.contains(kind), "no {kind} was looked at, only {kinds:?}");
    }
}

/// No cell begins as a formula. The cells of a rejects file stand as they stood, and only there a sign may hide.
fn insist_on_tame_csv(name: &str, bytes: &[u8]) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    for record in reader.records() {
        for cell in &record.unwrap() {
            let is_number = cell.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok());
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']),
                "{name}: {cell:?}"
            );
            assert!(name.contains("/rejects/") || hidden(cell).is_none(), "{name}: {cell:?}");
        }
    }
}

/// No tag of a cell is a tag of the page, and the page asks for nothing from elsewhere.
fn insist_on_tame_page(name: &str, page: &str) {
    for wrong in [
        "<script>alert",
        "<img",
        "<svg onload",
        "onerror=alert(1)>",
        "<i>",
        "<b>\"=1",
        "src=\"http",
        "href=\"http",
        "javascript:",
    ] {
        assert!(!page.contains(wrong), "{name}: {wrong}");
    }
    assert_eq!(hidden(page), None, "{name}");
}

/// Text is text: no formula stands in the workbook.
fn insist_on_tame_sheet(path: &Path) {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        assert!(
            formulas.used_cells().all(|(_, _, formula)| formula.is_empty()),
            "{}",
            path.display()
        );
        for (_, _, cell) in book.worksheet_range(&sheet).unwrap().used_cells() {
            if let Data::String(text) = cell {
                assert_eq!(hidden(text), None, "{}", path.display());
            }
        }
    }
}

#[test]
fn no_name_leaves_the_home() {
    let office = hostile_office();
    let before: BTreeSet<PathBuf> = outside(&office);
    hostile_day(&office);
    for words in [
        &["batch", "--date", "../../2021-07-26"][..],
        &["batch", "--date", "2021-07-26/../../x"],
        &["batch", "--date", "/etc"],
        &["batch", "--away", "../../luar"],
        &["batch", "list", "--as-of", "../x"],
        &["batch", "reassign", "../../x", "--to", "CON"],
        &["batch", "release", "2021-07-23-../../luar"],
    ] {
        let run = office.run(NIGHT, words);
        assert!(matches!(run.code, 0..=3), "{run:?}");
    }
    let mut after = outside(&office);
    after.remove(&office.root().join("tinjau.xlsx"));
    assert_eq!(before, after, "something was written outside the home");
    // Six operators, of whom one's list was released: five pairs of files, each in the day's folder under a name of its own, whatever the case.
    let files = files_below(&office.home().join("outbox/2021-07-23"));
    let names: Vec<String> = files
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let lists: BTreeSet<String> = names
        .iter()
        .filter(|name| name.starts_with("batch-"))
        .map(|name| name.to_lowercase())
        .collect();
    assert_eq!(lists.len(), 10, "{names:#?}");
    assert!(
        names
            .iter()
            .all(|name| !name.starts_with('.') && hidden(name).is_none()),
        "{names:#?}"
    );
    assert!(
        files
            .iter()
            .all(|path| path.parent() == Some(&office.home().join("outbox/2021-07-23"))),
        "{files:#?}"
    );
}

/// Every file beside the home.
fn outside(office: &Office) -> BTreeSet<PathBuf> {
    let home = office.home();
    files_below(office.root())
        .into_iter()
        .filter(|path| !path.starts_with(&home))
        .collect()
}

/// Numbers as people write them into remarks: side by side, with a letter, in groups, wide.
#[test]
fn numbers_in_remarks_are_masked_however_they_are_written() {
    let office = hostile_office();
    let remarks = [
        "untuk 1671090107959001 1671090107959002",
        "1671090107959001 081299990001",
        "nik1671090107959001x",
        "1671 0901 0795 9001 / 0812-9999-0001",
        "1671.0901.0795.9001-1671090107959002",
        "１６７１０９０１０７９５９００１",
        "16710901079590012",
        "KK:1671090107959001,NIK:1671090107959002;HP:+6281299990001",
    ];
    for remark in remarks {
        office
            .run(NIGHT, &["blanks", "add", "1", "--note", remark])
            .ends_with(0);
        office.run(NIGHT, &["expedite", &nik(30), "--reason", remark]);
        office.run(NIGHT, &["printed", &nik(28), "--operator", remark, "--reason", remark]);
        office.run(NIGHT, &["batch", "release", remark, "--reason", remark]);
        office.run(NIGHT, &["import", "links", remark]);
        office.run(NIGHT, &["status", remark]);
        office.run(NIGHT, &["restore", remark]);
        office.run(NIGHT, &[remark]);
        office.run(NIGHT, &["stuck", "--days", remark]);
    }
    // As names of files as well, and in a header.
    office.put(
        "inbox/links/1671090107959003.csv",
        "Timestamp,Nama,NIK\nkemarin,X,1671090107959003\n",
    );
    office.put(
        "inbox/links/KK 1671090107959004 0812-9999-0001.csv",
        "1671090107959001,NIK 1671090107959002x\n1,2\n",
    );
    office.put(
        "inbox/results/1671090107959005-hasil.csv",
        "batch,nik,result\n1671090107959001,1671090107959002,cetak\n",
    );
    ask_everything(&office, &["-v"]);
    ask_everything(&office, &["-v", "--lang", "id"]);
    office.run("2021-07-23T22:00", &["nightly", "-v"]);
    office.run(
        "2021-07-23T22:00",
        &["import", "links", "kantor/inbox/links/1671090107959003.csv"],
    );
    office.run("2021-07-23T22:00", &["log"]);
    for run in office.said() {
        for said in [&run.stdout, &run.stderr] {
            let digits: String = said
                .chars()
                .map(|sign| if sign.is_ascii_digit() { sign } else { ' ' })
                .collect();
            let whole = digits.split(' ').find(|run| run.len() >= 16);
            assert_eq!(whole, None, "cetak {}\n{said}", run.command);
            for hint in [
                "0901 0795",
                "0901.0795",
                "1299990001",
                "9999-0001",
                "１６７１０９０１０７９５９００１",
            ] {
                assert!(!said.contains(hint), "cetak {}: {hint}\n{said}", run.command);
            }
        }
    }
}

/// The system calls that make or open files and folders, as `strace` writes them; `None` where it is missing.
fn traced(office: &Office, words: &[&str], input: Option<&str>) -> Option<String> {
    let trace = office.root().join("jejak");
    let mut command = Command::new("sh");
    let calls = "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat,mknod,mknodat,link,linkat";
    let script = format!("umask 000 && exec strace -f -qq -e {calls} -o \"$0\" \"$@\"");
    command
        .args(["-c", &script])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_cetak"))
        .args(words)
        .args(["--as-of", NIGHT]);
    command
        .current_dir(office.root())
        .env("CETAK_HOME", office.home())
        .stdin(Stdio::null());
    if let Some(text) = input {
        let path = office.root().join("masukan");
        fs::write(&path, text).unwrap();
        command.stdin(fs::File::open(path).unwrap());
    }
    let output = command.output().unwrap();
    let told = fs::read_to_string(&trace).unwrap_or_default();
    if told.is_empty() {
        assert!(
            std::env::var_os("CI").is_none(),
            "strace is missing or may not trace: {output:?}"
        );
        return None;
    }
    Some(told)
}

#[test]
fn every_file_is_private_from_its_first_byte() {
    let office = hostile_office();
    let home = office.root().join("kantor-2");
    let output = office.root().join("daftar.csv");
    let links = "Timestamp,Nama,NIK\n2021-07-21 09:00,Ani,1671094107959101\nkemarin,Budi,1671094107959102\n";
    let copy = office.root().join("salinan.db");
    let [home, output, copy] = [&home, &output, &copy].map(|path| path.to_str().unwrap());
    let runs: [(&[&str], Option<&str>); 12] = [
        (&["init", home], None),
        (&["import", "links", "-"], Some(links)),
        (&["stuck", "--days", "1", "--format", "csv", "--output", output], None),
        (&["reconcile", "--format", "xlsx", "--output", output], None),
        (&["batch", "--date", "2021-07-26"], None),
        (&["nightly"], None),
        (&["handover", "--list"], None),
        (&["notify"], None),
        (&["report"], None),
        (&["backup"], None),
        (&["backup", copy], None),
        (&["restore", copy], None),
    ];
    let mut made = 0;
    for (words, input) in runs {
        let Some(trace) = traced(&office, words, input) else {
            return;
        };
        for call in trace.lines().filter(|call| !call.contains("= -1 ")) {
            let makes =
                call.contains("O_CREAT") || call.contains("mkdir") || call.contains("chmod") || call.contains("creat(");
            if !makes || call.contains("\"/dev/") {
                continue;
            }
            let modes: Vec<u32> = call.split([',', ')', ' ']).filter_map(octal).collect();
            let mode = modes.last().copied().unwrap_or_else(|| panic!("{words:?}: {call}"));
            assert_eq!(mode & 0o077, 0, "{words:?}: {call}");
            made += 1;
        }
    }
    assert!(made > 60, "hardly anything was made: {made}");
}

/// Reads `0600`.
fn octal(word: &str) -> Option<u32> {
    let digits = word
        .strip_prefix('0')
        .filter(|digits| digits.len() >= 3 && digits.len() <= 4)?;
    u32::from_str_radix(digits, 8).ok()
}

/// The kernel's table of mounts is laid over by one that says so, where this may be done.
#[test]
fn a_home_on_a_network_folder_is_refused() {
    let office = Office::new("lang = \"en\"\n");
    let table = office.root().join("mounts");
    let line = |kind: &str| {
        format!(
            "30 22 0:45 / {} rw,relatime shared:9 - {kind} server:/x rw\n",
            office.root().display()
        )
    };
    let script = format!(
        "mount --bind {} /proc/$$/mountinfo && exec \"$0\" \"$@\"",
        table.display()
    );
    let run = |kind: &str, words: &[&str]| {
        fs::write(&table, line(kind)).unwrap();
        let mut command = Command::new("unshare");
        command
            .args(["-m", "sh", "-c", &script, env!("CARGO_BIN_EXE_cetak")])
            .args(words);
        command
            .env("CETAK_HOME", office.home())
            .env("LC_ALL", "C")
            .current_dir(office.root());
        command.output().ok().map(|output| {
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        })
    };
    // A local disk shows whether the table can be laid over at all.
    match run("ext4", &["log"]) {
        Some((Some(0), _)) => {}
        _ => return,
    }
    for kind in ["nfs4", "cifs", "fuse.sshfs"] {
        for words in [&["log"][..], &["nightly"], &["init", "kantor-baru"]] {
            let (code, said) = run(kind, words).unwrap();
            assert_eq!(code, Some(2), "{kind} {words:?}: {said}");
            assert!(said.contains("network folder") && said.contains(kind), "{said}");
        }
    }
    assert!(!office.root().join("kantor-baru").exists());
}
