//! Holds one disturbed run against the undisturbed one: how it ended, what it said, what it left, and what the same
//! command makes of that.

use super::acts::{MARKED, cetak, run};
use super::faults::{Fault, Place, place};
use super::reference::{Reference, code, fresh};
use super::state::{self, Content, State, difference};
use super::strace::{self, Mishap, Traced};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

/// What became of one fault.
pub struct Verdict {
    /// What broke a promise; empty where all was kept.
    pub broken: Vec<String>,
    /// The run made no such call.
    pub missed: bool,
}

/// Strikes an act in a folder of its own and judges what became of it.
pub fn judge(fault: &Fault, reference: &Reference, folder: &Path) -> Verdict {
    let act = &reference.act;
    let root = fresh(act, folder);
    let home = root.join("kantor");
    let traced = strace::strike(
        &act.command(&root),
        fault.call,
        fault.nth,
        fault.mishap,
        &folder.join("notes"),
    );
    let struck = traced.struck();
    if struck.is_empty() {
        return Verdict {
            broken: Vec::new(),
            missed: true,
        };
    }
    let mut case = Case {
        at: format!("{} {} {}", fault.call, fault.nth, fault.mishap),
        mishap: fault.mishap,
        places: struck.iter().filter_map(|call| place(call)).collect(),
        reads_the_store: fault.call == "pread64",
        reference,
        broken: Vec::new(),
    };
    let mut files = reference.without.keys();
    let refused = files.find(|file| struck.iter().any(|call| call.path().ends_with(file.as_str())));
    case.left_behind(&home);
    case.ended(&traced, refused.is_some());
    let index = case.facts(&root, refused);
    case.told_truly(&traced, index);
    if matches!(code(&traced.output), 0 | 3) && refused.is_none() {
        case.really_done(&home);
    }
    case.repeated(&root, index, refused);
    let said = String::from_utf8_lossy(&traced.output.stderr).into_owned();
    let lines: Vec<&str> = struck.iter().map(|call| call.line.as_str()).collect();
    let at = format!(
        "{} ({})\n      {}",
        fault.place,
        lines.join("; "),
        said.trim().replace('\n', "\n      ")
    );
    Verdict {
        broken: case
            .broken
            .into_iter()
            .map(|what| format!("{what}\n      {at}"))
            .collect(),
        missed: false,
    }
}

/// Kills an act after a while, wherever it is then, and judges what became of it.
pub fn judge_kill(reference: &Reference, after: Duration, folder: &Path) -> Vec<String> {
    let root = fresh(&reference.act, folder);
    let mut child = reference
        .act
        .command(&root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut case = Case {
        at: format!("killed after {after:?}"),
        mishap: Mishap::Killed,
        places: Vec::new(),
        reads_the_store: false,
        reference,
        broken: Vec::new(),
    };
    case.left_behind(&root.join("kantor"));
    let index = case.facts(&root, None);
    case.repeated(&root, index, None);
    case.broken
}

struct Case<'a> {
    at: String,
    mishap: Mishap,
    /// What the calls were about that were struck.
    places: Vec<Place>,
    reads_the_store: bool,
    reference: &'a Reference,
    broken: Vec<String>,
}

impl Case<'_> {
    fn breaks(&mut self, what: impl Into<String>) {
        let (act, at) = (self.reference.act.name, &self.at);
        self.broken.push(format!("{act}: {at}: {}", what.into()));
    }

    /// Under a final name stands a whole file or none, and nothing that stood there is gone.
    fn left_behind(&mut self, home: &Path) {
        let found = state::files(home);
        let Reference {
            before,
            once,
            without,
            commits,
            ..
        } = self.reference;
        let known: Vec<&State> = [before, &once.1]
            .into_iter()
            .chain(without.values().flatten())
            .collect();
        for (path, content) in &found.files {
            let is_whole = match content {
                Content::Facts(facts) => commits.is_empty() || commits.contains(&Some(facts.clone())),
                _ => false,
            };
            if !is_whole && !known.iter().any(|state| state.files.get(path) == Some(content)) {
                self.breaks(format!("{path} is no file of an undisturbed run ({content:?})"));
            }
        }
        self.marks_kept(&found);
        let stands = |content| found.files.values().any(|other| other == content);
        for (path, content) in &before.files {
            if once.1.files.contains_key(path) && !found.files.contains_key(path) && !stands(content) {
                self.breaks(format!("{path} is gone"));
            }
        }
    }

    /// What a person wrote into a file stands somewhere, under whatever name.
    fn marks_kept(&mut self, found: &State) {
        let marks = self.reference.before.files.get(MARKED);
        if marks.is_some_and(|marks| !found.files.values().any(|content| content == marks)) {
            self.breaks(format!("what was written into {MARKED} is lost"));
        }
    }

    /// The exit code is one of the contract, and a failure names the file and its cure.
    fn ended(&mut self, traced: &Traced, may_be_refused: bool) {
        let (code, said) = (
            code(&traced.output),
            String::from_utf8_lossy(&traced.output.stderr).into_owned(),
        );
        if said.contains("panicked") {
            self.breaks("panic");
        }
        if self.mishap == Mishap::Killed {
            if code != 137 {
                self.breaks(format!("ends with {code} though it was killed"));
            }
            return;
        }
        let is_refused = may_be_refused && code == 3;
        match code {
            _ if code == self.reference.once.0 || is_refused => {}
            // A page that the disk does not give back is damage to SQLite, and to us.
            5 if self.reads_the_store => {}
            1 => {
                let mut words: Vec<&str> = self.places.iter().map(|place| word_for(*place)).collect();
                // While a store is copied SQLite does not tell which of the two was not read.
                words.extend(self.reads_the_store.then_some("cetak.db"));
                let names_the_file = said.lines().any(|line| words.iter().any(|word| line.contains(word)));
                // A screen that takes nothing shows nothing either.
                if self.mishap == Mishap::Lasting && self.places.contains(&Place::Terminal) {
                    return;
                }
                if self.places != [Place::Terminal] && !names_the_file {
                    self.breaks("the message does not name the file");
                }
                if !said.contains("hint: ") {
                    self.breaks("the message names no cure");
                }
            }
            _ => self.breaks(format!("ends with {code}")),
        }
    }

    /// The store opens, its books are in order, and it stands where one of the commits left it.
    fn facts(&mut self, root: &Path, refused: Option<&String>) -> Option<usize> {
        let home = root.join("kantor");
        if home.join("cetak.toml").exists() {
            let output = cetak(root, &["check"], self.reference.act.as_of).output().unwrap();
            if !matches!(code(&output), 0 | 3) {
                let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
                self.breaks(format!("check ends with {}: {said}", code(&output)));
            }
        }
        let facts = match state::of_home(&home) {
            Ok(state) => state.facts,
            Err(why) => {
                self.breaks(format!("the store does not open: {why}"));
                return None;
            }
        };
        let commits = &self.reference.commits;
        let index = commits.iter().rposition(|commit| *commit == facts);
        let is_known = |state: &&State| state.facts == facts;
        let is_variant = refused.is_some_and(|file| self.reference.without[file].iter().any(|one| is_known(&one)));
        if index.is_none() && !is_variant && !commits.is_empty() {
            let found = State {
                facts,
                ..State::default()
            };
            let nearest = State {
                facts: commits.last().cloned().flatten(),
                ..State::default()
            };
            let apart = difference(&found, &nearest).unwrap_or_default();
            self.breaks(format!("the store is neither before nor after a step: {apart}"));
        }
        index
    }

    /// A run that says that nothing changed has changed nothing.
    fn told_truly(&mut self, traced: &Traced, index: Option<usize>) {
        let said = String::from_utf8_lossy(&traced.output.stderr);
        let says_before = said.contains("as before this step") || said.contains("nothing was changed");
        let is_one_step = self.reference.commits.len() == 2;
        if says_before && is_one_step && index != Some(0) {
            self.breaks("says that nothing changed, but the step is done");
        }
    }

    /// A run that says that it is done has done everything.
    fn really_done(&mut self, home: &Path) {
        match state::of_home(home) {
            Ok(found) => {
                if let Some(apart) = difference(&found, &self.reference.once.1) {
                    self.breaks(format!("says that it is done, but {apart}"));
                }
            }
            Err(why) => self.breaks(why),
        }
    }

    /// What a disturbed run left lying about is gone after the next one that works in the home. An `init` that finds a
    /// home does not.
    fn leftovers(&mut self, root: &Path, code: i32, found: &State) {
        let mut left = found.leftovers.clone();
        if !left.is_empty() && self.reference.act.name == "init" && !matches!(code, 0 | 3) {
            run(root, &["nightly", "-q"], self.reference.act.as_of);
            left = state::files(&root.join("kantor")).leftovers;
        }
        if !left.is_empty() {
            self.breaks(format!("run again, {left:?} is left"));
        }
    }

    /// The same command again ends as if nothing had happened, and nothing is left lying about.
    fn repeated(&mut self, root: &Path, index: Option<usize>, refused: Option<&String>) {
        let Reference {
            act,
            commits,
            once,
            again,
            without,
            ..
        } = self.reference;
        let output = act.command(root).output().unwrap();
        let code = code(&output);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let found = match state::of_home(&root.join("kantor")) {
            Ok(found) => found,
            Err(why) => return self.breaks(format!("run again, {why}")),
        };
        self.leftovers(root, code, &found);
        self.marks_kept(&found);
        let is_variant = refused
            .and_then(|file| without[file].last())
            .is_some_and(|state| difference(&found, state).is_none());
        if is_variant {
            return;
        }
        let was_done = index.is_none_or(|index| index + 1 == commits.len());
        let expected = if was_done { again } else { once };
        if code != expected.0 && code != once.0 {
            self.breaks(format!("run again, it ends with {code}: {said}"));
        }
        let apart = [&once.1, &expected.1].map(|state| difference(&found, state));
        if let [Some(_), Some(apart)] = apart {
            self.breaks(format!("run again, {apart}"));
        }
    }
}

/// What a message calls a place.
fn word_for(place: Place) -> &'static str {
    match place {
        Place::Store | Place::Log | Place::Memory | Place::NewStore => "cetak.db",
        Place::Backup => "backups/",
        Place::Outbox | Place::Marked => "outbox/20",
        Place::Rejects => "outbox/rejects/",
        Place::Settings => "cetak.toml",
        Place::Lock => ".cetak.lock",
        Place::Inbox => ".csv",
        Place::Folder | Place::Terminal | Place::System => "kantor",
    }
}
