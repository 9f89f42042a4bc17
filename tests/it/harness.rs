//! Runs the compiled binary as an office would: a home of its own, a cleared environment, a pinned clock.
//!
//! Knows the contract's commands and files; nothing of the library's types.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What one run said and how it ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// The words after `cetak`.
    pub command: String,
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Insists on an exit code.
    pub fn ends_with(self, code: i32) -> Self {
        let Self {
            command,
            stdout,
            stderr,
            ..
        } = &self;
        assert_eq!(
            self.code, code,
            "cetak {command}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }

    /// Insists on one of two exit codes: done, or done but a person is needed.
    pub fn done_or_person(self) -> Self {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = &self;
        assert!(
            matches!(code, 0 | 3),
            "cetak {command}: {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }

    /// Reads standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("cetak {}: {error}\n{}\n{}", self.command, self.stdout, self.stderr))
    }
}

/// An office home in a temporary folder, and everything that was ever said about it.
pub struct Office {
    folder: TempDir,
    said: RefCell<Vec<Run>>,
    put: RefCell<BTreeSet<PathBuf>>,
}

impl Office {
    /// Makes a home and writes its settings.
    pub fn new(settings: &str) -> Self {
        let office = Self {
            folder: TempDir::new().unwrap(),
            said: RefCell::default(),
            put: RefCell::default(),
        };
        office
            .run("2021-06-01T08:00", &["init", office.home().to_str().unwrap()])
            .ends_with(0);
        fs::write(office.home().join("cetak.toml"), settings).unwrap();
        office
    }

    /// A second office with the same files in its home, and nothing said yet.
    pub fn twin(&self) -> Self {
        let folder = TempDir::new().unwrap();
        let copied = Command::new("cp")
            .args(["-a".as_ref(), self.home().as_os_str(), folder.path().as_os_str()])
            .status();
        assert!(copied.unwrap().success());
        Self {
            folder,
            said: RefCell::default(),
            put: RefCell::default(),
        }
    }

    /// The folder that holds the home.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The office's home.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("kantor")
    }

    /// A command with nothing of the surrounding environment but the path; every file may be read by everybody,
    /// unless the binary itself sees to it that it may not.
    pub fn command(&self, as_of: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 000 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_cetak")]);
        command.env_clear().current_dir(self.root()).stdin(Stdio::null());
        let path = std::env::var_os("PATH").unwrap_or_default();
        command
            .env("PATH", path)
            .env("HOME", self.root())
            .env("USER", "petugas");
        command
            .env("LANG", "C")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("CETAK_HOME", self.home());
        command.args(arguments).args(["--as-of", as_of]);
        command
    }

    /// Runs a command, and keeps what it said.
    pub fn run(&self, as_of: &str, arguments: &[&str]) -> Run {
        let output = self.command(as_of, arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let run = Run {
            command: format!("{} --as-of {as_of}", arguments.join(" ")),
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        };
        self.said.borrow_mut().push(run.clone());
        run
    }

    /// Runs a command that must end well, and reads its JSON.
    pub fn json(&self, as_of: &str, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        self.run(as_of, &arguments).done_or_person().json()
    }

    /// Everything said so far.
    pub fn said(&self) -> Vec<Run> {
        self.said.borrow().clone()
    }

    /// Puts a file into the inbox or anywhere else below the home.
    pub fn put(&self, path: &str, text: &str) -> PathBuf {
        let path = self.home().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        self.put.borrow_mut().insert(path.clone());
        path
    }

    /// The files that `put` wrote.
    pub fn put_by_test(&self) -> BTreeSet<PathBuf> {
        self.put.borrow().clone()
    }

    /// Reads a file whose path is absolute or relative to the home.
    pub fn read(&self, path: &str) -> Vec<u8> {
        let path = self.home().join(path);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Every file of a folder of the home with its bytes.
    pub fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let files = files_below(&self.home().join(folder));
        files
            .into_iter()
            .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
            .collect()
    }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every folder below a folder, itself too.
pub fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folders.extend(folders_below(&path));
        }
    }
    folders
}

/// The permission bits of a path.
pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// SHA-256, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes up the NIK of somebody; serials from 9000 on are given to no one.
pub fn nik(serial: u64) -> String {
    format!("{}", 1_671_090_107_959_000 + serial)
}

/// Makes up a name for the same person.
pub fn name(serial: u64) -> String {
    let (first, last) = (["AGUS", "BUDI", "DEWI", "SITI", "TONO"], ["SALIM", "LESTARI", "WIJAYA"]);
    format!("{} {}", first[serial as usize % 5], last[serial as usize % 3])
}

/// Writes borrowed rows as CSV.
pub fn csv_table(rows: &[&[&str]]) -> String {
    let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    csv_text(&rows.iter().map(cells).collect::<Vec<_>>())
}

/// Writes a table as CSV, every cell quoted.
pub fn csv_text(rows: &[Vec<String>]) -> String {
    let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    rows.iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n")
        .collect()
}

/// Reads CSV into rows by header.
pub fn csv_rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        headers
            .iter()
            .map(str::to_owned)
            .zip(record.iter().map(str::to_owned))
            .collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}
