//! Runs a command as a process of its own, and says how long it took and how much memory it needed at its highest.
//!
//! GNU time counts where it is installed, children included; elsewhere Linux is asked while the process runs.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const GNU_TIME: &str = "/usr/bin/time";
/// How often a running process is looked at where GNU time is missing.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Linux counts CPU time in these.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a process needed.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub wall_seconds: f64,
    /// User and system together, where it could be told.
    pub cpu_seconds: Option<f64>,
    /// Highest resident memory in MB (a million bytes), where it could be told.
    pub peak_mb: Option<f64>,
}

/// A process that has ended.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub cost: Cost,
}

/// Runs a program with arguments; what it prints passes through files in `folder`.
pub fn run(program: &Path, arguments: &[&str], folder: &Path) -> Result<Ended> {
    let [out, err, used] = ["out", "err", "used"].map(|name| folder.join(format!("bench-std{name}")));
    let is_timed = has_gnu_time();
    let mut command = if is_timed {
        let mut command = Command::new(GNU_TIME);
        command
            .args(["--quiet", "--format=%U %S %M", "--output"])
            .arg(&used)
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?);
    let started = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut looked = (None, None);
    let status = if is_timed {
        child.wait()?
    } else {
        watch(&mut child, &mut looked)?
    };
    let wall_seconds = started.elapsed().as_secs_f64();
    let (cpu_seconds, peak_mb) = if is_timed { used_by_gnu_time(&used) } else { looked };
    let ended = Ended {
        status,
        stdout: fs::read(&out)?,
        stderr: String::from_utf8_lossy(&fs::read(&err)?).into_owned(),
        cost: Cost {
            wall_seconds,
            cpu_seconds,
            peak_mb,
        },
    };
    for file in [out, err, used].iter().filter(|file| file.exists()) {
        fs::remove_file(file)?;
    }
    Ok(ended)
}

fn has_gnu_time() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let said = Command::new(GNU_TIME).arg("--version").output();
        said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("GNU"))
    })
}

fn used_by_gnu_time(used: &Path) -> (Option<f64>, Option<f64>) {
    let text = fs::read_to_string(used).unwrap_or_default();
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [user, system, peak_kib] => (Some(user + system), Some(peak_kib * 1_024.0 / 1e6)),
        _ => (None, None),
    }
}

/// Waits for a process, and looks at its memory and its time meanwhile.
fn watch(child: &mut Child, looked: &mut (Option<f64>, Option<f64>)) -> Result<ExitStatus> {
    let proc = Path::new("/proc").join(child.id().to_string());
    loop {
        if let Some(seconds) = cpu_seconds(&proc) {
            looked.0 = Some(seconds);
        }
        if let Some(megabytes) = peak_mb(&proc) {
            looked.1 = Some(megabytes);
        }
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn cpu_seconds(proc: &Path) -> Option<f64> {
    let stat = fs::read_to_string(proc.join("stat")).ok()?;
    // Behind the name in parentheses, which may hold spaces: state, and eleven fields later user and system time.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn peak_mb(proc: &Path) -> Option<f64> {
    let status = fs::read_to_string(proc.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1_024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_can_be_looked_at() {
        if cfg!(target_os = "linux") {
            assert!(peak_mb(Path::new("/proc/self")).unwrap() > 0.0);
            assert!(cpu_seconds(Path::new("/proc/self")).is_some());
        }
    }

    #[test]
    fn a_process_is_watched_to_its_end() {
        let busy = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3";
        if let Ok(mut child) = Command::new("/bin/sh").args(["-c", busy]).spawn() {
            let mut looked = (None, None);
            let status = watch(&mut child, &mut looked).unwrap();
            assert_eq!(status.code(), Some(3));
            assert!(!cfg!(target_os = "linux") || looked.0.is_some() && looked.1 > Some(0.1));
        }
    }
}
