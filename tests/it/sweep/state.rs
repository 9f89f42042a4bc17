//! Everything that a home holds, in a form that can be compared: the facts of the store row by row, and the bytes of
//! every file. A backup is compared by its facts, for pages may lie in another order.

use crate::harness::files_below;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The rows of a store, a line each.
pub type Facts = Vec<String>;

/// What a home holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// `None` without a store.
    pub facts: Option<Facts>,
    /// By the path below the home; neither the store nor the note of the lock.
    pub files: BTreeMap<String, Content>,
    /// Temporary files, and what SQLite keeps beside a store that is open.
    pub leftovers: Vec<String>,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Of a copy of the store.
    Facts(Facts),
    /// Of any other file.
    Bytes(Vec<u8>),
    /// A copy of the store that cannot be read.
    Unreadable(String),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Facts(rows) => write!(f, "{} rows", rows.len()),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Unreadable(why) => f.write_str(why),
        }
    }
}

/// Reads a home. The store must not be in use; what a dead run left in its log is taken into it.
pub fn of_home(home: &Path) -> Result<State, String> {
    let mut state = files(home);
    if home.join("cetak.db").exists() {
        state.facts = Some(facts(&home.join("cetak.db"))?);
    }
    Ok(state)
}

/// Reads the files of a home, and leaves the store alone.
pub fn files(home: &Path) -> State {
    let mut state = State::default();
    for path in files_below(home) {
        let name = path.strip_prefix(home).unwrap().display().to_string();
        let bare = path.file_name().unwrap().to_str().unwrap();
        if name == "cetak.db" || name == ".cetak.lock" {
            continue;
        }
        if bare.starts_with(".cetak-") || bare.starts_with("cetak.db-") {
            state.leftovers.push(name);
            continue;
        }
        let content = if bare.ends_with(".db") {
            facts(&path).map_or_else(Content::Unreadable, Content::Facts)
        } else {
            Content::Bytes(fs::read(&path).unwrap())
        };
        state.files.insert(name, content);
    }
    state
}

/// Reads every row of a store.
pub fn facts(path: &Path) -> Result<Facts, String> {
    rows(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn rows(path: &Path) -> rusqlite::Result<Facts> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
               AND name <> 'file_mark' ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut lines = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let first = lines.len();
        while let Some(row) = rows.next()? {
            let mut line = table.clone();
            for column in 0..columns {
                line.push('|');
                match row.get_ref(column)? {
                    ValueRef::Null => line.push_str("null"),
                    ValueRef::Integer(number) => line.push_str(&number.to_string()),
                    ValueRef::Real(number) => line.push_str(&number.to_string()),
                    ValueRef::Text(text) => line.push_str(&String::from_utf8_lossy(text)),
                    ValueRef::Blob(bytes) => bytes.iter().for_each(|byte| line.push_str(&format!("{byte:02x}"))),
                }
            }
            lines.push(line);
        }
        lines[first..].sort();
    }
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    lines.push(format!("integrity {integrity}"));
    Ok(lines)
}

/// Says what differs between two states, in a few lines.
pub fn difference(found: &State, expected: &State) -> Option<String> {
    let mut told = Vec::new();
    let (none, no_files) = (Facts::new(), String::from("(no such file)"));
    let (ours, theirs) = (
        found.facts.as_ref().unwrap_or(&none),
        expected.facts.as_ref().unwrap_or(&none),
    );
    if ours != theirs {
        told.push(rows_apart(ours, theirs));
    }
    for path in found.files.keys().chain(expected.files.keys()) {
        let (ours, theirs) = (found.files.get(path), expected.files.get(path));
        if ours != theirs {
            let say = |content: Option<&Content>| content.map_or(no_files.clone(), |content| format!("{content:?}"));
            let line = match (ours, theirs) {
                (Some(Content::Facts(ours)), Some(Content::Facts(theirs))) => rows_apart(ours, theirs),
                _ => format!("{} instead of {}", say(ours), say(theirs)),
            };
            told.push(format!("{path}: {line}"));
        }
    }
    told.sort();
    told.dedup();
    (!told.is_empty()).then(|| told.join("; "))
}

fn rows_apart(found: &Facts, expected: &Facts) -> String {
    let extra: Vec<_> = found.iter().filter(|row| !expected.contains(row)).take(4).collect();
    let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).take(4).collect();
    format!("rows {extra:?} instead of {missing:?}")
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
