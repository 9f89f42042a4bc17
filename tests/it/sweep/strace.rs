//! Runs a command under `strace`: what it asks of the kernel, and one of its calls made to fail or to kill it.
//!
//! Knows nothing of what the calls are for.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    /// The process is killed as it asks.
    Killed,
    /// There is no room left.
    Full,
    /// The disk fails.
    Broken,
    /// From here on the disk stays full, or no longer takes anything for good.
    Lasting,
}

impl Mishap {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Killed, Self::Full, Self::Broken, Self::Lasting];

    /// Those that can come about at a call. Reading takes no room, and who is killed as he reads is killed at the next
    /// call as well.
    pub fn befalls(self, call: &str) -> bool {
        match self {
            Self::Broken => true,
            Self::Killed | Self::Full => !matches!(call, "read" | "pread64"),
            Self::Lasting => matches!(
                call,
                "write" | "pwrite64" | "ftruncate" | "mkdir" | "fsync" | "fdatasync"
            ),
        }
    }

    fn of_strace(self, call: &str, nth: usize) -> String {
        match self {
            Self::Killed => format!("signal=SIGKILL:when={nth}"),
            Self::Full => format!("error=ENOSPC:when={nth}"),
            Self::Broken => format!("error=EIO:when={nth}"),
            Self::Lasting if call.ends_with("sync") => format!("error=EIO:when={nth}+"),
            Self::Lasting => format!("error=ENOSPC:when={nth}+"),
        }
    }
}

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Killed => "killed",
            Self::Full => "ENOSPC",
            Self::Broken => "EIO",
            Self::Lasting => "lasting",
        })
    }
}

/// One call that was asked of the kernel, in the order in which they were asked.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which thread asked.
    pub thread: u32,
    /// The name of the call.
    pub name: String,
    /// The file of the descriptor that it was asked for, or the names that it was given.
    pub paths: Vec<String>,
    /// The call's line, as `strace` wrote it.
    pub line: String,
    /// The kernel was kept from answering.
    pub is_struck: bool,
}

impl Call {
    /// The file that the call is about; a rename's new name.
    pub fn path(&self) -> &str {
        self.paths.last().map_or("", String::as_str)
    }

    /// Tells whether it did what was asked.
    pub fn is_done(&self) -> bool {
        self.line
            .rsplit_once(" = ")
            .is_some_and(|(_, result)| !result.starts_with('-') && !result.starts_with('?'))
    }
}

/// How a traced run ended, and what it asked.
pub struct Traced {
    /// Of the command itself.
    pub output: Output,
    /// In order.
    pub calls: Vec<Call>,
}

impl Traced {
    /// The calls at which it was struck: one, or one in each of several threads.
    pub fn struck(&self) -> Vec<&Call> {
        self.calls.iter().filter(|call| call.is_struck).collect()
    }
}

/// Tells whether `strace` is here and may look into other processes.
pub fn is_here() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .output();
    tried.is_ok_and(|output| output.status.success())
}

/// Runs a command and notes the calls of these names.
pub fn watch(command: &Command, names: &[&str], notes: &Path) -> Traced {
    run(command, &names.join(","), None, notes)
}

/// Runs a command whose `nth` call of a name goes wrong, in each of its threads.
pub fn strike(command: &Command, name: &str, nth: usize, mishap: Mishap, notes: &Path) -> Traced {
    let inject = format!("inject={name}:{}", mishap.of_strace(name, nth));
    run(command, name, Some(&inject), notes)
}

fn run(command: &Command, names: &str, inject: Option<&str>, notes: &Path) -> Traced {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-y", "-qq", "-s", "0", "-o"]).arg(notes);
    traced.args(["-e", &format!("trace={names}")]);
    if let Some(inject) = inject {
        traced.args(["-e", inject]);
    }
    traced.arg("--").arg(command.get_program()).args(command.get_args());
    traced.env_clear().stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        traced.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        traced.current_dir(folder);
    }
    let output = traced.output().unwrap();
    Traced {
        output,
        calls: parse(&fs::read_to_string(notes).unwrap_or_default()),
    }
}

/// Reads what `strace -f -y -s 0` wrote. A call that another thread interrupts stands on two lines.
fn parse(text: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let Ok(thread) = thread.parse() else { continue };
        let rest = rest.trim_start().trim_end_matches(" <unfinished ...>");
        if let Some((_, end)) = rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            if let Some(call) = calls.iter_mut().rev().find(|call| call.thread == thread) {
                call.line.push_str(end);
                call.is_struck |= is_struck(end);
            }
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else {
            continue;
        };
        if !name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
            continue;
        }
        calls.push(Call {
            thread,
            name: name.to_owned(),
            paths: paths(arguments),
            line: rest.to_owned(),
            is_struck: is_struck(rest),
        });
    }
    calls
}

/// A call that was made to fail says so; one at which the process was killed has no answer.
fn is_struck(end: &str) -> bool {
    end.ends_with("(INJECTED)") || end.ends_with("= ?")
}

/// The names in quotes, else the files of the descriptors. Bytes are not shown (`-s 0`), so that they are no names.
fn paths(arguments: &str) -> Vec<String> {
    if arguments.starts_with(|sign: char| sign.is_ascii_digit()) {
        let descriptors = arguments.rsplit_once(" = ").map_or(arguments, |(asked, _)| asked);
        return descriptors
            .split('>')
            .filter_map(|part| Some(part.split_once('<')?.1.to_owned()))
            .collect();
    }
    let parts: Vec<&str> = arguments.split('"').collect();
    let names = parts.chunks_exact(2).filter(|pair| !pair[1].is_empty());
    // A name that is not absolute is counted from the folder that stands before it.
    let absolute = |pair: &[&str]| match (pair[1].starts_with('/'), between(pair[0])) {
        (false, Some(folder)) => format!("{folder}/{}", pair[1]),
        _ => pair[1].to_owned(),
    };
    names.map(absolute).collect()
}

fn between(text: &str) -> Option<&str> {
    text.rsplit_once('<')?.1.split_once('>').map(|(path, _)| path)
}

#[test]
fn lines_of_strace_are_read() {
    let text = concat!(
        "7 openat(AT_FDCWD</tmp>, \"/k/a\", O_RDWR|O_CREAT, 0600) = 9</k/a>\n",
        "7  write(9</k/a>, \"\"..., 746 <unfinished ...>\n",
        "8  +++ exited with 0 +++\n",
        "8  fsync(5</k/b>) = 0\n",
        "7  <... write resumed>) = -1 ENOSPC (No space left on device) (INJECTED)\n",
        "7  renameat(AT_FDCWD</tmp>, \"/k/a\", AT_FDCWD</tmp>, \"c\") = ?\n",
        "7  copy_file_range(7</k/c>, NULL, 6</k/d>, NULL, 1073741824, 0) = 335872\n",
        "7  +++ killed by SIGKILL +++\n",
    );
    let calls = parse(text);
    let told: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call.thread,
                call.name.as_str(),
                call.path(),
                call.is_struck,
                call.is_done(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (7, "openat", "/k/a", false, true),
            (7, "write", "/k/a", true, false),
            (8, "fsync", "/k/b", false, true),
            (7, "renameat", "/tmp/c", true, false),
            (7, "copy_file_range", "/k/d", false, true),
        ]
    );
}
