//! Every write may fail. Each call by which a command touches a disk is made to fail or to kill it, one after the other,
//! as SQLite tests itself; and after each the store, the files and the next run are held against an undisturbed one.
//!
//! The short form strikes a sample of the calls. The long form strikes every one:
//!
//! ```text
//! CETAK_SWEEP=whole cargo test --release --test it sweep -- --nocapture
//! ```

mod acts;
mod faults;
mod judge;
mod power;
mod reference;
mod state;
pub mod strace;

use faults::{Fault, Place};
use judge::{Verdict, judge, judge_kill};
use reference::Reference;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;
use strace::Mishap;
use tempfile::TempDir;

const WORKERS: usize = 2;

/// How often an act is killed by chance.
const KILLS: u32 = 8;

/// Without `strace` nothing can be struck: a failure where the project is checked, and said elsewhere.
pub fn strace_is_here() -> bool {
    let is_here = strace::is_here();
    assert!(
        is_here || std::env::var_os("CI").is_none(),
        "strace is missing, or may not trace"
    );
    is_here
}

#[test]
fn every_call_may_fail() {
    if !strace_is_here() {
        println!("no strace here: runs were killed at moments of chance, and no call was made to fail");
        return;
    }
    let folder = TempDir::new().unwrap();
    let references: Vec<Reference> = acts::acts(&folder).into_iter().map(Reference::of).collect();
    let all: Vec<Fault> = references
        .iter()
        .enumerate()
        .flat_map(|(number, reference)| faults::every(number, reference))
        .collect();
    let count = all.len();
    let is_whole = std::env::var("CETAK_SWEEP").is_ok_and(|form| form == "whole");
    let chosen = if is_whole { all } else { faults::sample(all) };
    let verdicts = strike_all(&chosen, &references);
    let missed = verdicts.iter().filter(|verdict| verdict.missed).count();
    println!(
        "{} of {count} faults were injected ({missed} never came about)",
        chosen.len()
    );
    println!("{}", table(&chosen, &verdicts));
    let broken: Vec<&String> = verdicts.iter().flat_map(|verdict| &verdict.broken).collect();
    for what in &broken {
        println!("  {what}");
    }
    assert!(
        missed * 20 < chosen.len(),
        "a sweep that strikes nothing proves nothing"
    );
    assert!(broken.is_empty(), "{} promises were broken", broken.len());
}

/// Where no call can be struck: kills each act at moments spread over the time that it takes.
#[test]
fn a_run_may_be_killed_at_any_moment() {
    let folder = TempDir::new().unwrap();
    let work = TempDir::new().unwrap();
    let mut broken = Vec::new();
    for act in acts::acts(&folder) {
        let reference = Reference::untraced(act);
        let root = reference::fresh(&reference.act, work.path());
        let begun = Instant::now();
        reference.act.command(&root).output().unwrap();
        let whole = begun.elapsed();
        for part in 1..=KILLS {
            broken.extend(judge_kill(&reference, whole * part / KILLS, work.path()));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn strike_all(faults: &[Fault], references: &[Reference]) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let folder = TempDir::new().unwrap();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(fault) = faults.get(number) else { break };
                    let verdict = judge(fault, &references[fault.act], folder.path());
                    verdicts.lock().unwrap().insert(number, verdict);
                }
            });
        }
    });
    verdicts.into_inner().unwrap().into_values().collect()
}

/// How many faults fell where.
fn table(faults: &[Fault], verdicts: &[Verdict]) -> String {
    let columns = Mishap::ALL.len();
    let mut counts: BTreeMap<(Place, &str), Vec<usize>> = BTreeMap::new();
    let mut sums = vec![0; columns];
    for (fault, _) in faults.iter().zip(verdicts).filter(|(_, verdict)| !verdict.missed) {
        let column = Mishap::ALL.iter().position(|mishap| *mishap == fault.mishap).unwrap();
        counts
            .entry((fault.place, fault.call))
            .or_insert_with(|| vec![0; columns])[column] += 1;
        sums[column] += 1;
    }
    let line = |place: &str, call: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>9}")).collect();
        format!("{place:22} {call:10}{cells}\n")
    };
    let numbers = |counts: &[usize]| counts.iter().map(usize::to_string).collect();
    let mut text = line("file", "call", Mishap::ALL.iter().map(Mishap::to_string).collect());
    for ((place, call), counts) in &counts {
        text += &line(&place.to_string(), call, numbers(counts));
    }
    text + &line("together", "", numbers(&sums))
}
