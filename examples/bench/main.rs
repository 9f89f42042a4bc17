//! Measures `cetak` on two nights of a big office, checks that what it says is true, and prints a table.
//!
//! ```sh
//! cargo build --release                                      # the program that is measured
//! cargo run --release --example bench -- --rows 1000000      # two nights, three times, and the counter
//! cargo run --release --example bench -- --steps             # how the time grows with the rows
//! cargo run --release --example bench -- --instructions      # counted, not timed; needs valgrind
//! cargo run --release --example bench -- --against "python3 examples/bench/peer_duckdb.py {dir} {night} {out}"
//! ```
//!
//! The data is made from a seed: people who do not exist (NIK serials from 9000 on are given to no one), damaged and
//! mistyped NIKs, names in other spellings and of other people, rows sent twice; on the second night half a percent of
//! new registrations, of new entries, and of entries that are gone, and some whose status changed. The truth is worked
//! out from the same seed, not from the files.

mod chance;
mod check;
mod desk;
mod files;
mod instructions;
mod office;
mod people;
mod process;
mod table;
mod town;
mod truth;
mod words;

use anyhow::{Result, bail};
use clap::Parser;
use office::{CARDS_EACH, Office};
use process::Ended;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use table::Stage;
use town::{Night, Town};

/// The day of the README's night, as digits.
const SEED: u64 = 20_210_722;
/// How often each question is asked at the counter.
const QUESTIONS_EACH: usize = 9;
const NIGHTS: [Night; 2] = [Night::First, Night::Second];
const STEPS: [u64; 4] = [10_000, 100_000, 1_000_000, 3_000_000];

/// Measures cetak on two nights of a big office, and checks what it says against the truth.
#[derive(Parser)]
#[command(name = "bench")]
struct Args {
    /// Registrations, and entries in the queue.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..=3_000_000))]
    rows: u64,
    /// Where chance begins; the same seed makes the same bytes.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Keeps data and results in this folder (default: a temporary one).
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How often both nights are run; the table shows the median.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=99))]
    repeat: u16,
    /// A peer's command, run in turn with cetak on the same files: {dir} holds links-1.csv, queue-1.csv, links-2.csv,
    /// queue-2.csv; {night} is 1 or 2; {out} is a folder for what it keeps between the nights and writes, empty before
    /// night 1. It must do the night's work (import, reconcile, stuck list, twenty batches) and end with 0.
    #[arg(long, value_name = "COMMAND")]
    against: Option<String>,
    /// The program to measure (default: the one that was built beside this example).
    #[arg(long, value_name = "PROGRAM")]
    cetak: Option<PathBuf>,
    /// Measures 10,000, 100,000, 1,000,000 and 3,000,000 rows, or those given (A,B,...), and shows the growth.
    #[arg(long, value_name = "ROWS", num_args = 0..=1, value_delimiter = ',', default_missing_value = "")]
    steps: Option<Vec<String>>,
    /// Only makes the four files, in --dir.
    #[arg(long, requires = "dir")]
    data_only: bool,
    /// Counts the instructions of two small nights under valgrind, and compares them with the recorded counts.
    #[arg(long)]
    instructions: bool,
    /// With --instructions: writes the counts down as the new record.
    #[arg(long, requires = "instructions")]
    record: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked; returns whether everything is as it should be.
fn run(args: &Args) -> Result<bool> {
    let temporary;
    let folder = match &args.dir {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            folder.canonicalize()?
        }
        None => {
            temporary = tempfile::Builder::new().prefix("cetak-bench-").tempdir()?;
            temporary.path().to_owned()
        }
    };
    if args.data_only {
        files::write_all(&Town::new(args.seed, args.rows), &folder)?;
        return Ok(true);
    }
    let cetak = match &args.cetak {
        Some(cetak) => cetak.canonicalize()?,
        None => office::built_cetak()?,
    };
    if args.record {
        return instructions::write_record(&cetak, &folder).map(|()| true);
    }
    if args.instructions {
        return instructions::compare(&cetak, &folder);
    }
    if cfg!(debug_assertions) {
        eprintln!("warning: this is no release build, its times say little");
    }
    println!("{}", machine());
    let mut steps = Vec::new();
    let mut is_true = true;
    for rows in sizes(args)? {
        let bench = Bench {
            args,
            folder: &folder,
            cetak: &cetak,
            town: Town::new(args.seed, rows),
        };
        let (stages, found) = bench.measure()?;
        println!("\n{}\n\n{}", bench.about()?, table::markdown(&stages));
        match found.is_empty() {
            true => println!("Every count and every card is what the data was made to give."),
            false => println!("{} differences from the truth:\n{}", found.len(), found.join("\n")),
        }
        is_true &= found.is_empty();
        steps.push((rows, stages));
    }
    if args.steps.is_some() {
        println!("\n{}", table::growth(&steps));
    }
    Ok(is_true)
}

fn sizes(args: &Args) -> Result<Vec<u64>> {
    let Some(steps) = &args.steps else {
        return Ok(vec![args.rows]);
    };
    let mut sizes = Vec::new();
    for step in steps.iter().filter(|step| !step.is_empty()) {
        match step.parse() {
            Ok(rows) if (10_000..=3_000_000).contains(&rows) => sizes.push(rows),
            _ => bail!("--steps takes numbers of rows from 10000 to 3000000, separated by commas, not {step:?}"),
        }
    }
    Ok(if sizes.is_empty() { STEPS.to_vec() } else { sizes })
}

/// Says what is measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model.trim());
    format!("{cores} cores, {model}, {}", std::env::consts::OS)
}

/// One size, measured.
struct Bench<'a> {
    args: &'a Args,
    folder: &'a Path,
    cetak: &'a Path,
    town: Town,
}

impl Bench<'_> {
    fn about(&self) -> Result<String> {
        let mut sizes = Vec::new();
        for path in NIGHTS.iter().flat_map(|night| files::paths(self.folder, *night)) {
            sizes.push(format!("{:.1}", std::fs::metadata(path)?.len() as f64 / 1e6));
        }
        Ok(format!(
            "{} rows, seed {}, files of {} MB, median of {}:",
            table::grouped(self.town.rows),
            self.args.seed,
            sizes.join(", "),
            self.args.repeat
        ))
    }

    /// Runs everything; returns the stages and what differs from the truth.
    fn measure(&self) -> Result<(Vec<Stage>, Vec<String>)> {
        eprintln!("making the data of {} rows", table::grouped(self.town.rows));
        files::write_all(&self.town, self.folder)?;
        let truths = truth::both(&self.town);
        let rows = |night| Some(self.town.form_rows(night) + self.town.rows);
        let mut stages = vec![
            Stage::new("first night", rows(Night::First)),
            Stage::new("next night", rows(Night::Second)),
        ];
        let mut found = Vec::new();
        for round in 1..=self.args.repeat {
            eprintln!("round {round} of {}", self.args.repeat);
            let office = Office::open(self.cetak, self.folder, CARDS_EACH)?;
            for ((night, stage), truth) in NIGHTS.into_iter().zip(&mut stages).zip(&truths) {
                office.receive(night)?;
                let ended = office.night(night)?;
                stage.costs.push(ended.cost);
                let differences = check::differences(&office, night, &ended, truth)?;
                found.extend(
                    differences
                        .iter()
                        .map(|what| format!("{}, round {round}: {what}", stage.name)),
                );
                if let Some(command) = &self.args.against {
                    stage.peer.push(self.peer(command, night)?.cost);
                }
            }
            if round == self.args.repeat {
                self.ask(&office, &mut stages, &mut found)?;
            }
        }
        Ok((stages, found))
    }

    /// Runs the peer's night.
    fn peer(&self, command: &str, night: Night) -> Result<Ended> {
        let out = self.folder.join("bench-peer");
        if night == Night::First && out.exists() {
            std::fs::remove_dir_all(&out)?;
        }
        std::fs::create_dir_all(&out)?;
        let command = command
            .replace("{dir}", &self.folder.to_string_lossy())
            .replace("{night}", &(night as u8 + 1).to_string())
            .replace("{out}", &out.to_string_lossy());
        let ended = process::run(Path::new("/bin/sh"), &["-c", &command], self.folder)?;
        if !ended.status.success() {
            bail!("the peer's command ended with {}: {}", ended.status, ended.stderr);
        }
        Ok(ended)
    }

    /// Asks at the counter.
    fn ask(&self, office: &Office, stages: &mut Vec<Stage>, found: &mut Vec<String>) -> Result<()> {
        for question in desk::questions(&self.town) {
            let mut stage = Stage::new(format!("status: {}", question.by), None);
            for _ in 0..QUESTIONS_EACH {
                let ended = office.status(&question.whom)?;
                let expected = if question.is_known { 0 } else { 1 };
                if ended.status.code() != Some(expected) && stage.costs.is_empty() {
                    found.push(format!(
                        "{} ended with {}: {}",
                        stage.name,
                        ended.status,
                        ended.stderr.trim()
                    ));
                }
                stage.costs.push(ended.cost);
            }
            stages.push(stage);
        }
        Ok(())
    }
}
