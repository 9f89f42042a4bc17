//! Holds what a night came to against the truth, and says where they differ.

use super::office::{CARDS_EACH, Office};
use super::process::Ended;
use super::town::Night;
use super::truth::{CAPACITY, Rows, Truth};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;

/// Done, and done but something needs a person: what a night may end with.
const EXITS: [Option<i32>; 2] = [Some(0), Some(3)];

/// Returns the differences; none is what is hoped for.
pub fn differences(office: &Office, night: Night, ended: &Ended, truth: &Truth) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if !EXITS.contains(&ended.status.code()) {
        found.push(format!("ended with {}: {}", ended.status, ended.stderr.trim()));
        return Ok(found);
    }
    let said: Value = serde_json::from_slice(&ended.stdout).context("the night's JSON cannot be read")?;
    let mut expect = |what: &str, is: u64, should: u64| {
        if is != should {
            found.push(format!("{what} is {is}, should be {should}"));
        }
    };
    for (kind, should) in [("links", &truth.links), ("queue", &truth.queue)] {
        expect_rows(&said, kind, should, &mut expect);
    }
    if let Some(counts) = said["counts"].as_object() {
        for (category, count) in counts {
            let should = truth.counts.get(category.as_str()).copied().unwrap_or(0);
            expect(category, number(count), should);
        }
    }
    expect("stuck", number(&said["stuck"]["total"]), truth.stuck);
    let cards = u64::try_from(truth.cards.len())?;
    expect("planned", number(&said["batch"]["planned"]), cards);
    expect("capacity", number(&said["batch"]["capacity"]), u64::try_from(CAPACITY)?);
    let ready = truth.counts.get("ready").copied().unwrap_or(0);
    expect("left over", number(&said["batch"]["left_over"]), ready);
    let stuck = fs::read(office.outbox(night).join("stuck.csv"))?;
    let lines = stuck.iter().filter(|byte| **byte == b'\n').count();
    expect("lines of stuck.csv", u64::try_from(lines)?, truth.stuck + 1);
    found.extend(differences_of_cards(office, night, truth)?);
    Ok(found)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(u64::MAX)
}

/// Compares the buckets of the newest file of a kind.
fn expect_rows(said: &Value, kind: &str, should: &Rows, expect: &mut impl FnMut(&str, u64, u64)) {
    let imports = said["imports"].as_array().into_iter().flatten();
    let newest = imports
        .filter(|import| import["kind"] == kind)
        .max_by_key(|import| import["file"].as_str());
    let none = Value::Null;
    let import = newest.unwrap_or(&none);
    for (bucket, should) in [
        ("rows", should.rows),
        ("added", should.added),
        ("changed", should.changed),
        ("unchanged", should.unchanged),
        ("held", should.held),
        ("rejected", should.rejected),
        ("left", should.left),
    ] {
        expect(&format!("{bucket} of {kind}"), number(&import[bucket]), should);
    }
}

/// Reads the batch files: the very cards that should be planned, none of them twice, nobody above their share.
fn differences_of_cards(office: &Office, night: Night, truth: &Truth) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut niks: Vec<u64> = Vec::with_capacity(CAPACITY);
    for entry in fs::read_dir(office.outbox(night))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with("batch-") || !name.ends_with(".csv") {
            continue;
        }
        let mut reader = csv::Reader::from_path(&path)?;
        let column = reader.headers()?.iter().position(|header| header == "nik");
        let column = column.with_context(|| format!("{name} has no column nik"))?;
        let before = niks.len();
        for record in reader.records() {
            niks.push(record?.get(column).unwrap_or_default().parse().unwrap_or(0));
        }
        if niks.len() - before > CARDS_EACH {
            found.push(format!("{name} has {} cards", niks.len() - before));
        }
    }
    niks.sort_unstable();
    let twice = niks.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if twice > 0 {
        found.push(format!("{twice} cards stand in two batches"));
    }
    let strange = niks
        .iter()
        .filter(|nik| truth.cards.binary_search(nik).is_err())
        .count();
    let missing = truth
        .cards
        .iter()
        .filter(|nik| niks.binary_search(nik).is_err())
        .count();
    if strange + missing > 0 {
        found.push(format!(
            "{strange} cards are planned before others who wait longer, {missing} are missing"
        ));
    }
    Ok(found)
}
