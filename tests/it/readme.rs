//! The README tells the truth: its console blocks are run, in order, in a copy of the example office, and what they
//! print is compared with what stands there. `UPDATE_README=1` writes it anew.

#![cfg(unix)] // the blocks are run by a shell

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPENING: &str = "```console\n";
const CLOSING: &str = "```\n";

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(package().join("README.md")).expect("README.md")
}

/// Copies the example office as a fresh clone has it: without what git ignores.
fn fresh_copy(into: &Path) {
    let (from, to) = (package().join("examples/palembang"), into.join("examples/palembang"));
    fs::create_dir_all(&to).expect("a folder");
    fs::copy(from.join("cetak.toml"), to.join("cetak.toml")).expect("cetak.toml");
    for kind in ["links", "queue", "results"] {
        let (from, to) = (from.join("inbox").join(kind), to.join("inbox").join(kind));
        fs::create_dir_all(&to).expect("a folder of the inbox");
        for entry in fs::read_dir(from).expect("the inbox") {
            let entry = entry.expect("a file of the inbox");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// A shell that remembers how the last command ended, and what was exported.
struct Shell {
    folder: PathBuf,
    status: i32,
    /// What was exported so far.
    exports: String,
}

impl Shell {
    /// Runs a line as typed in the README; `cargo run` is the binary under test.
    fn run(&mut self, line: &str) -> String {
        let binary = Path::new(env!("CARGO_BIN_EXE_cetak"));
        let binaries = binary.parent().expect("the binary lies in a folder").display();
        let typed = line.replace("cargo run --release --", "cetak");
        if typed.starts_with("export ") {
            self.exports += &format!("{typed}; ");
        }
        let script = format!("{}(exit {}); {typed}", self.exports, self.status);
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", format!("{binaries}:/usr/local/bin:/usr/bin:/bin"))
            .env("HOME", &self.folder)
            .env("LC_ALL", "C")
            .env("USER", "petugas")
            .output()
            .expect("a shell");
        self.status = output.status.code().unwrap_or(-1);
        assert!(
            [0, 3].contains(&self.status),
            "{line} ended with {}: {}",
            self.status,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }
}

/// Returns the README with each console block as it ought to be.
fn run_blocks(text: &str, shell: &mut Shell) -> String {
    let mut pieces = text.split(OPENING);
    let mut real = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (block, rest) = piece.split_once(CLOSING).expect("the block is closed");
        real.push_str(OPENING);
        for line in block.lines().filter(|line| line.starts_with("$ ")) {
            real.push_str(line);
            real.push('\n');
            real.push_str(&shell.run(&line[2..]));
        }
        real.push_str(CLOSING);
        real.push_str(rest);
    }
    real
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    fresh_copy(folder.path());
    let mut shell = Shell {
        folder: folder.path().to_owned(),
        status: 0,
        exports: String::new(),
    };
    let written = readme();
    let real = run_blocks(&written, &mut shell);
    assert!(written.matches("\n$ ").count() > 4, "the README has examples");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(package().join("README.md"), real).expect("README.md can be written");
        return;
    }
    let differing = written
        .lines()
        .zip(real.lines())
        .enumerate()
        .find(|(_, (one, other))| one != other);
    if let Some((index, (one, other))) = differing {
        panic!(
            "README.md:{}: says\n  {one}\nbut it is\n  {other}\n(UPDATE_README=1 cargo test readme)",
            index + 1
        );
    }
    assert_eq!(
        written.len(),
        real.len(),
        "README.md lacks lines, or has too many (UPDATE_README=1 cargo test readme)"
    );
}

#[test]
fn the_two_commands_of_the_readme_are_those_promised() {
    let text = readme();
    let main_job = "$ cargo run --release -- nightly --home examples/palembang --as-of 2021-07-22T22:00\n";
    assert!(text.contains(main_job) && text.contains("`cargo test`"));
}

#[test]
fn every_dependency_is_listed_with_its_licence() {
    let manifest = fs::read_to_string(package().join("Cargo.toml")).expect("Cargo.toml");
    let text = readme();
    let listed: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("| library |"))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split(", "))
        .collect();
    let mut wanted = BTreeSet::new();
    let mut is_dependency = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependency = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| is_dependency) {
            assert!(listed.contains(&name), "README.md does not list {name}");
            wanted.insert(name);
        }
    }
    assert!(wanted.len() > 10 && listed.len() == wanted.len() + 1, "{listed:?}");
}

#[test]
fn every_category_and_exit_code_is_explained() {
    use cetak::domain::application::Category;
    use cetak::messages::{Lang, terms};
    let text = readme();
    for category in Category::ALL {
        let row = format!("| `{}` | {} |", category.code(), terms::category(Lang::Id, category));
        assert!(text.contains(&row), "the table of categories lacks {row}");
        let for_clerks = format!("\n| {} |", terms::category(Lang::Id, category));
        assert!(text.contains(&for_clerks), "the page for clerks lacks {for_clerks}");
    }
    for exit in cetak::exit::Exit::ALL {
        let code = exit.code().to_string();
        assert!(
            text.lines().any(|line| line.starts_with("| ")
                && line
                    .split(" | ")
                    .next()
                    .is_some_and(|cell| { cell.trim_start_matches("| ").split(", ").any(|one| one == code) })),
            "the table of exit codes lacks {code}"
        );
    }
}
