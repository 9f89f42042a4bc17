//! What the fuzz targets share: how bytes become a file, how a file is read by every reader, and what must hold of it.
//!
//! From the project's folder, on the stable compiler (`cargo install cargo-fuzz` once):
//!
//! ```text
//! tests/fuzz/run tables 600        # one target for ten minutes
//! tests/fuzz/run all 600           # each of them
//! ```
//!
//! | target | bytes are | beside "no panic" |
//! |---|---|---|
//! | `tables` | a text file | equation, line numbers, determinism, resuming, rejects come back, nothing whole in errors |
//! | `sheets` | the parts of an xlsx or ods, or an xls | the same, and memory within [`MEMORY_BYTES`] |
//! | `cells` | a cell | NIK, KK, phone, time, birth date, reason, status, result: no digit invented, masks hold |
//! | `names` | two names | symmetric where promised, a name is itself |
//! | `headers` | headers | columns found are inside the row and stand once |
//! | `settings` | a `cetak.toml` | a fault names a line of the file |
//! | `growth` | a piece that is repeated | eight times the input is at most eight times the work, with slack |
//!
//! A package of its own, so that the tool's lock file knows nothing of it; the tidy test looks at `src/` only, and `cargo fmt`
//! is run in this folder by itself.
//!
//! An input is at most [`INPUT_BYTES`] long, a run may hold [`MEMORY_BYTES`] at once (the allocator refuses more, which
//! ends the run as a finding), and one input may take a minute (on a busy computer; work itself is counted by `growth`).

use cetak::commands::explain::explain;
use cetak::domain::harmless::harmless_lines;
use cetak::domain::masking::mask_numbers;
use cetak::domain::moment::Zone;
use cetak::intake::decisions::read_decisions;
use cetak::intake::delivery::{EarlierFile, Item};
use cetak::intake::error::IntakeError;
use cetak::intake::hex::hex;
use cetak::intake::links::read_links;
use cetak::intake::options::ReadOptions;
use cetak::intake::queue::read_queue;
use cetak::intake::report::{FileReport, Reject, RowWarnings};
use cetak::intake::results::read_results;
use cetak::intake::source::Source;
use cetak::messages::Lang;
use chrono::NaiveDate;
use std::fmt::Debug;
use std::path::Path;

/// How long an input may be.
pub const INPUT_BYTES: usize = 64 * 1024;

/// How much memory the whole process may hold at once, the engine's own included.
pub const MEMORY_BYTES: usize = 768 * 1024 * 1024;

/// The limit that every target sets up.
pub type Memory = cap::Cap<std::alloc::System>;

/// Makes the allocator of a target.
pub const fn memory() -> Memory {
    cap::Cap::new(std::alloc::System, MEMORY_BYTES)
}

/// Western Indonesia.
pub fn zone() -> Zone {
    Zone::east_opt(7 * 3600).expect("a zone")
}

/// The day of the run.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 7, 22).expect("a day")
}

/// Options as an office in Palembang has them.
pub fn options() -> ReadOptions {
    ReadOptions {
        office: Some("1671".to_owned()),
        ..ReadOptions::new(zone())
    }
}

/// Puts bytes into a file and opens it.
///
/// # Errors
/// The file is refused.
pub fn open(bytes: &[u8], prefixes: &[u64]) -> Result<Source, IntakeError> {
    let folder = Path::new("/dev/shm");
    let folder = if folder.is_dir() { folder } else { Path::new("/tmp") };
    let file = tempfile::NamedTempFile::new_in(folder).expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("room for the input");
    Source::open(file.path(), prefixes)
}

/// All that a reader handed over.
#[derive(Debug, PartialEq)]
pub struct Read<T> {
    /// Rows with their lines and warnings.
    pub rows: Vec<(u64, T, RowWarnings)>,
    /// Rejected rows.
    pub rejects: Vec<Reject>,
    /// The report.
    pub report: FileReport,
}

/// Gathers what a reader hands over, and checks that every row was counted and stands where it can stand.
///
/// # Errors
/// The file is refused; then what is said of it is checked.
pub fn gather<T>(
    bytes: &[u8],
    read: impl FnOnce(&mut dyn FnMut(Item<T>) -> anyhow::Result<()>) -> Result<FileReport, IntakeError>,
) -> Result<Read<T>, IntakeError> {
    let (mut rows, mut rejects, mut last) = (Vec::new(), Vec::new(), 0);
    let mut items = 0_u64;
    let report = read(&mut |item| {
        items += 1;
        let line = match &item {
            Item::Row { line, .. } => *line,
            Item::Rejected(reject) => reject.line,
        };
        assert!(line > last, "line {line} after {last}");
        last = line;
        match item {
            Item::Row { line, record, warnings } => rows.push((line, record, warnings)),
            Item::Rejected(reject) => rejects.push(reject),
        }
        Ok(())
    });
    let report = report.map_err(|error| nothing_whole_in(bytes, error))?;
    let (rows_skipped, rejected_skipped) = report
        .skipped
        .map_or((0, 0), |skipped| (skipped.rows, skipped.rejected));
    assert_eq!(report.rows, items + rows_skipped, "rows = sum of the buckets");
    assert_eq!(report.rejected, rejects.len() as u64 + rejected_skipped);
    assert_eq!(report.bytes, bytes.len() as u64);
    assert!(last == 0 || last > report.header_line);
    for warning in &report.warnings {
        assert!(
            warning.count > 0 && warning.count <= report.rows.max(report.headers.len() as u64),
            "{warning:?}"
        );
    }
    Ok(Read { rows, rejects, report })
}

/// Checks that an error says no NIK of the file whole, in either language, and hands it back.
fn nothing_whole_in(bytes: &[u8], error: IntakeError) -> IntakeError {
    let error = anyhow::Error::new(error);
    let mut said = String::new();
    for lang in [Lang::Id, Lang::En] {
        let told = explain(lang, &error);
        for text in std::iter::once(&told.text).chain(&told.causes).chain(&told.hint) {
            // As the terminal's lines are made.
            said += &mask_numbers(&harmless_lines(text));
            said.push('\n');
        }
    }
    if let Some(run) = long_run(&said) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(&run), "{run} stands whole in {said:?}");
    }
    error.downcast().expect("the same error")
}

/// Finds sixteen digits in a row.
pub fn long_run(text: &str) -> Option<String> {
    text.split(|sign: char| !sign.is_ascii_digit())
        .find(|run| run.len() >= 16)
        .map(str::to_owned)
}

/// Reads links.
///
/// # Errors
/// The file is refused.
pub fn links(
    bytes: &[u8],
    earlier: &[EarlierFile],
) -> Result<Read<cetak::domain::registration::Registration>, IntakeError> {
    let lengths: Vec<u64> = earlier.iter().map(|file| file.bytes).collect();
    let source = open(bytes, &lengths)?;
    gather(bytes, |sink| read_links(&source, &options(), earlier, sink))
}

/// Returns a report as that of a file imported earlier.
pub fn as_earlier(report: &FileReport) -> EarlierFile {
    EarlierFile {
        bytes: report.bytes,
        sha256: hex(&report.sha256),
        reading: report.reading.clone(),
        resume: report.resume.clone().unwrap_or_default(),
    }
}

/// Reads bytes with every reader; one of them, by the length, reads twice, and both times must be one.
pub fn read_with_all(bytes: &[u8]) {
    let twice = bytes.len() % 7;
    same(twice == 0, || links(bytes, &[]));
    same(twice == 1, || {
        let source = open(bytes, &[])?;
        gather(bytes, |sink| read_queue(&source, &options(), today(), sink))
    });
    same(twice == 2, || {
        let source = open(bytes, &[])?;
        gather(bytes, |sink| read_results(&source, &options(), sink))
    });
    same(twice == 3, || read_decisions(&open(bytes, &[])?));
}

fn same<T: PartialEq + Debug>(twice: bool, read: impl Fn() -> Result<T, IntakeError>) {
    let once = read();
    if !twice {
        return;
    }
    match (once, read()) {
        (Ok(once), Ok(again)) => assert!(once == again, "two readings of one file differ"),
        (Err(once), Err(again)) => assert_eq!(once.code(), again.code()),
        _ => panic!("read once, and refused once"),
    }
}
