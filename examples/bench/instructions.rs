//! How many instructions a small night takes, against a recorded count: a change that makes it slower is seen without a
//! clock, and on a busy machine too.

use super::office::Office;
use super::process;
use super::town::{Night, Town};
use super::{SEED, files};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const ROWS: u64 = 10_000;
/// Few cards: their spreadsheets would outweigh the rows.
const CARDS_EACH: usize = 5;
/// Percent by which a count may exceed the recorded one.
const TOLERANCE_PERCENT: f64 = 5.0;
const NIGHTS: [(Night, &str); 2] = [(Night::First, "first night"), (Night::Second, "next night")];

fn record() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench/instructions.txt")
}

/// Counts both nights and compares them with the record; returns whether they keep to it.
pub fn compare(cetak: &Path, folder: &Path) -> Result<bool> {
    let counts = count(cetak, folder)?;
    let recorded = fs::read_to_string(record()).context("there is no record yet: write one with --record")?;
    let mut keeps = true;
    for ((_, name), count) in NIGHTS.iter().zip(counts) {
        let line = recorded
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let before: u64 = line
            .and_then(|number| number.trim().parse().ok())
            .with_context(|| format!("the record has no line `{name}: NUMBER`"))?;
        let percent = (count as f64 / before as f64 - 1.0) * 100.0;
        let verdict = if percent > TOLERANCE_PERCENT {
            keeps = false;
            "slower than it was"
        } else if percent < -TOLERANCE_PERCENT {
            "faster: record it with --record"
        } else {
            "as it was"
        };
        println!("{name}: {count} instructions, recorded {before}, {percent:+.1} %: {verdict}");
    }
    Ok(keeps)
}

/// Counts both nights and writes the record.
pub fn write_record(cetak: &Path, folder: &Path) -> Result<()> {
    let mut text = format!(
        "# Instructions of two nights of {ROWS} rows (release build, callgrind, {}-{}).\n\
         # Written by: cargo run --release --example bench -- --instructions --record\n",
        std::env::consts::ARCH,
        std::env::consts::OS,
    );
    for ((_, name), count) in NIGHTS.iter().zip(count(cetak, folder)?) {
        text.push_str(&format!("{name}: {count}\n"));
    }
    fs::write(record(), &text)?;
    print!("{text}");
    Ok(())
}

fn count(cetak: &Path, folder: &Path) -> Result<Vec<u64>> {
    if cfg!(debug_assertions) {
        bail!("only a release build is worth counting: cargo run --release --example bench -- --instructions");
    }
    files::write_all(&Town::new(SEED, ROWS), folder)?;
    let office = Office::open(cetak, folder, CARDS_EACH)?;
    let mut counts = Vec::new();
    for (night, name) in NIGHTS {
        office.receive(night)?;
        counts.push(count_night(&office, night, folder).with_context(|| format!("the {name} cannot be counted"))?);
    }
    Ok(counts)
}

fn count_night(office: &Office, night: Night, folder: &Path) -> Result<u64> {
    let profile = folder.join("callgrind.out");
    let mut arguments = vec![
        "--tool=callgrind".to_owned(),
        format!("--callgrind-out-file={}", profile.display()),
    ];
    arguments.extend(office.night_under(night));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = process::run(Path::new("valgrind"), &arguments, folder)
        .ok()
        .filter(|ended| ended.status.code() != Some(127))
        .context("valgrind is needed (on Debian: apt-get install valgrind)")?;
    if !matches!(ended.status.code(), Some(0 | 3)) {
        bail!("ended with {}: {}", ended.status, ended.stderr);
    }
    let profile = fs::read_to_string(profile)?;
    // One part for each thread is summed up in `totals`.
    let total = profile.lines().rev().find_map(|line| line.strip_prefix("totals: "));
    total
        .and_then(|number| number.trim().parse().ok())
        .context("callgrind wrote no total")
}
