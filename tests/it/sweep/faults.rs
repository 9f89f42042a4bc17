//! Which call of an act is struck, and how: every one in the long form, a stated sample of them in the short one.

use super::acts::MARKED;
use super::reference::{Reference, STRUCK};
use super::strace::{Call, Mishap};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One thing that goes wrong in one act.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The number of the act.
    pub act: usize,
    /// The name of the call.
    pub call: &'static str,
    /// Which of the calls of that name in its thread, from 1.
    pub nth: usize,
    /// What goes wrong.
    pub mishap: Mishap,
    /// What the call is about.
    pub place: Place,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Place {
    Store,
    Log,
    Memory,
    NewStore,
    Backup,
    Outbox,
    Marked,
    Rejects,
    Settings,
    Lock,
    Inbox,
    Folder,
    Terminal,
    System,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Log => "store's log",
            Self::Memory => "store's shared memory",
            Self::NewStore => "new store",
            Self::Backup => "backup",
            Self::Outbox => "outbox",
            Self::Marked => "a person's marks",
            Self::Rejects => "rejects",
            Self::Settings => "settings",
            Self::Lock => "run lock",
            Self::Inbox => "files coming in",
            Self::Folder => "folders",
            Self::Terminal => "screen",
            Self::System => "system's files",
        })
    }
}

/// Tells what a call is about; `None` where the program has not begun yet.
pub fn place(call: &Call) -> Option<Place> {
    let path = call.path();
    let bare = path.rsplit('/').next().unwrap_or_default();
    let is_temporary = bare.starts_with(".cetak-");
    let below = path.split_once("/root").map(|(_, below)| below.trim_start_matches('/'));
    let Some(below) = below else {
        let is_loading = ["/lib", "/usr/lib", "/etc/ld.so"]
            .iter()
            .any(|begin| path.starts_with(begin));
        let is_screen = matches!(call.name.as_str(), "write") && call.line.starts_with(['w']);
        return match is_loading {
            true => None,
            false if is_screen && !path.starts_with("/proc") => Some(Place::Terminal),
            false => Some(Place::System),
        };
    };
    Some(match below.strip_prefix("kantor/").unwrap_or(below) {
        "kantor" | "" => Place::Folder,
        "cetak.db" => Place::Store,
        "cetak.db-wal" => Place::Log,
        "cetak.db-shm" => Place::Memory,
        "cetak.toml" => Place::Settings,
        ".cetak.lock" => Place::Lock,
        MARKED => Place::Marked,
        name if bare.starts_with(".cetak-store-") && !name.contains('/') => Place::NewStore,
        name if name.starts_with("backups/") => Place::Backup,
        name if name.starts_with("outbox/rejects/") => Place::Rejects,
        name if name.starts_with("outbox/") && (is_temporary || bare.contains('.')) => Place::Outbox,
        _ if is_temporary => Place::Settings,
        _ if bare.ends_with(".csv") => Place::Inbox,
        _ => Place::Folder,
    })
}

/// Every fault of an act.
pub fn every(number: usize, reference: &Reference) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in STRUCK {
        let mut by_thread: BTreeMap<u32, Vec<&Call>> = BTreeMap::new();
        for call in reference.calls.iter().filter(|call| call.name == name) {
            by_thread.entry(call.thread).or_default().push(call);
        }
        let most = by_thread.values().map(Vec::len).max().unwrap_or(0);
        for nth in 1..=most {
            let places = by_thread
                .values()
                .filter_map(|calls| calls.get(nth - 1))
                .map(|call| place(call));
            // The same number is struck in every thread: where one of them is still loading, none is reached.
            let Some(places) = places.collect::<Option<Vec<_>>>() else {
                continue;
            };
            for mishap in Mishap::ALL.into_iter().filter(|mishap| mishap.befalls(name)) {
                faults.push(Fault {
                    act: number,
                    call: name,
                    nth,
                    mishap,
                    place: places[0],
                });
            }
        }
    }
    faults
}

/// Every so many faults one is in the short form.
pub const STRIDE: usize = 29;

/// The short form: of each call, place and mishap the first in any act, and every `STRIDE`-th fault beside them.
pub fn sample(faults: Vec<Fault>) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let is_first = |fault: &Fault| seen.insert((fault.call, fault.place, fault.mishap));
    let mut firsts: Vec<bool> = faults.iter().map(is_first).collect();
    firsts.iter_mut().step_by(STRIDE).for_each(|chosen| *chosen = true);
    faults
        .into_iter()
        .zip(firsts)
        .filter_map(|(fault, chosen)| chosen.then_some(fault))
        .collect()
}
