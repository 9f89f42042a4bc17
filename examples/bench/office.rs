//! The office that is measured: a home with twenty operators, its inbox filled night by night, `cetak` run on it.

use super::files;
use super::process::{self, Ended};
use super::town::Night;
use super::truth::STUCK_DAYS;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const OPERATORS: usize = 20;
/// What an operator prints a day where the truth is checked.
pub const CARDS_EACH: usize = 500;

/// A home, and the program that works on it.
pub struct Office {
    cetak: PathBuf,
    pub home: PathBuf,
    /// Where the exports stand.
    data: PathBuf,
}

impl Office {
    /// Makes a home anew, with empty inboxes, for operators who print so many cards each.
    pub fn open(cetak: &Path, data: &Path, cards_each: usize) -> Result<Self> {
        let home = data.join("bench-home");
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        let office = Self {
            cetak: cetak.to_owned(),
            home,
            data: data.to_owned(),
        };
        let home = office.home.to_string_lossy();
        let made = process::run(cetak, &["init", &home], data)?;
        if !made.status.success() {
            bail!("cetak init failed: {}", made.stderr);
        }
        fs::write(office.home.join("cetak.toml"), settings(cards_each))?;
        Ok(office)
    }

    /// Puts the exports of a night into the inbox.
    pub fn receive(&self, night: Night) -> Result<()> {
        let day = day_of(night);
        let inbox = self.home.join("inbox");
        let names = [format!("links/formulir-{day}.csv"), format!("queue/antrean-{day}.csv")];
        for (from, name) in files::paths(&self.data, night).iter().zip(names) {
            let to = inbox.join(name);
            if fs::hard_link(from, &to).is_err() {
                fs::copy(from, &to)?;
            }
        }
        Ok(())
    }

    /// Runs the night.
    pub fn night(&self, night: Night) -> Result<Ended> {
        let as_of = format!("{}T22:00", day_of(night));
        self.run(&["nightly", "--as-of", &as_of, "--format", "json"])
    }

    /// Asks for one person at the counter.
    pub fn status(&self, whom: &str) -> Result<Ended> {
        let as_of = format!("{}T09:00", batches_on(Night::Second));
        self.run(&["status", whom, "--as-of", &as_of])
    }

    fn run(&self, arguments: &[&str]) -> Result<Ended> {
        let arguments = self.arguments(arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        process::run(&self.cetak, &arguments, &self.data)
    }

    /// Returns the arguments of a night under another program, `cetak` itself in front.
    pub fn night_under(&self, night: Night) -> Vec<String> {
        let as_of = format!("{}T22:00", day_of(night));
        let mut arguments = vec![self.cetak.to_string_lossy().into_owned()];
        arguments.extend(self.arguments(&["nightly", "--as-of", &as_of, "--format", "json"]));
        arguments
    }

    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let home = self.home.to_string_lossy().into_owned();
        let own = ["--home".to_owned(), home, "--lang".to_owned(), "en".to_owned()];
        let asked = arguments.iter().map(|argument| (*argument).to_owned());
        own.into_iter().chain(asked).collect()
    }

    /// Returns the folder with the batches of a night.
    pub fn outbox(&self, night: Night) -> PathBuf {
        self.home.join("outbox").join(batches_on(night))
    }
}

/// The day at whose ten o'clock in the evening the night runs.
const fn day_of(night: Night) -> &'static str {
    match night {
        Night::First => "2021-07-21",
        Night::Second => "2021-07-22",
    }
}

/// The working day that the night's batches are for.
const fn batches_on(night: Night) -> &'static str {
    match night {
        Night::First => "2021-07-22",
        Night::Second => "2021-07-23",
    }
}

fn settings(cards_each: usize) -> String {
    let mut text = format!(
        "lang = \"en\"\n\n[office]\nname = \"Kantor contoh\"\ncode = \"1671\"\ntimezone = \"Asia/Jakarta\"\n\n\
         [rules]\nstuck_days = {STUCK_DAYS}\n"
    );
    for operator in 1..=OPERATORS {
        let _ = write!(
            text,
            "\n[[operator]]\nname = \"operator-{operator:02}\"\ncapacity = {cards_each}\n"
        );
    }
    text
}

/// Finds the program that was built beside this example, and refuses one that is older than what it is made of.
pub fn built_cetak() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own
        .parent()
        .and_then(Path::parent)
        .context("the example stands in no folder of Cargo's")?;
    let cetak = folder.join(format!("cetak{}", std::env::consts::EXE_SUFFIX));
    let cure = match cfg!(debug_assertions) {
        true => "cargo build",
        false => "cargo build --release",
    };
    let Ok(built) = fs::metadata(&cetak).and_then(|found| found.modified()) else {
        bail!("{} is not there: run `{cure}` first", cetak.display());
    };
    // Cargo lists beside a program what it was made of.
    let made_of = fs::read_to_string(cetak.with_extension("d")).unwrap_or_default();
    match newest(&made_of) {
        Some((changed, source)) if changed > built => bail!(
            "{} is older than {}: run `{cure}` first, or name a program with --cetak",
            cetak.display(),
            source.display()
        ),
        _ => Ok(cetak),
    }
}

/// Returns the source that changed last, of those in a list of Cargo's (`program: source source`, spaces escaped).
fn newest(made_of: &str) -> Option<(SystemTime, PathBuf)> {
    let (_, sources) = made_of.lines().next()?.split_once(": ")?;
    let unescaped = sources.replace("\\ ", "\n");
    let sources = unescaped
        .split(' ')
        .map(|source| PathBuf::from(source.replace('\n', " ")));
    let changed = |source: PathBuf| Some((fs::metadata(&source).ok()?.modified().ok()?, source));
    sources.filter_map(changed).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_sources_is_read() {
        let found = newest(&format!(
            "cetak: /nowhere/a\\ b.rs {}/src/main.rs\n",
            env!("CARGO_MANIFEST_DIR")
        ));
        assert!(found.unwrap().1.ends_with("src/main.rs"));
        assert!(newest("").is_none());
    }
}
