//! The house holds: arrows between rooms, sizes, the clock in one place, nothing left lying about.

mod rules;
mod source;

use rules::{Finding, check};
use source::Source;
use std::collections::BTreeSet;
use std::path::Path;

/// Files that may break a rule for now: path, rule. The list may only shrink; an entry that is not needed fails.
const EXCEPTIONS: [(&str, &str); 0] = [];

fn findings() -> Vec<Finding> {
    source::all(Path::new(env!("CARGO_MANIFEST_DIR")))
        .iter()
        .flat_map(check)
        .collect()
}

#[test]
fn the_house_is_tidy() {
    let excepted = |finding: &Finding| EXCEPTIONS.contains(&(finding.path.as_str(), finding.rule));
    let found: Vec<String> = findings()
        .iter()
        .filter(|finding| !excepted(finding))
        .map(|finding| format!("{}: {}: {}", finding.path, finding.rule, finding.what))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_list_of_exceptions_only_shrinks() {
    let found: BTreeSet<(String, &str)> = findings()
        .into_iter()
        .map(|finding| (finding.path, finding.rule))
        .collect();
    for (path, rule) in EXCEPTIONS {
        assert!(
            found.contains(&(path.to_owned(), rule)),
            "{path} keeps the rule {rule} now: take it off the list"
        );
    }
}

#[test]
fn every_room_is_looked_at() {
    let rooms: BTreeSet<String> = source::all(Path::new(env!("CARGO_MANIFEST_DIR")))
        .iter()
        .map(|source| source.room().to_owned())
        .collect();
    for room in [
        "domain", "messages", "intake", "store", "outputs", "config", "home", "ui", "commands", "cli", "main",
    ] {
        assert!(rooms.contains(room), "{room}");
    }
}

/// A check that cannot fail is none: each rule finds a made-up violation, and nothing in a made-up good file.
#[test]
fn every_rule_catches_a_violation() {
    let broken = |path: &str, rule: &str, code: &str| {
        let found = check(&Source::new(path, code));
        assert!(
            found.iter().any(|finding| finding.rule == rule),
            "{path}: {rule} does not catch {code:?}: {found:?}"
        );
    };
    let long = |lines: usize| "    let _ = 1;\n".repeat(lines);
    broken("src/domain/a.rs", "header", "use std::fmt;\n");
    broken("src/domain/a.rs", "arrows", "//! A.\nuse crate::store::Store;\n");
    broken(
        "src/messages/a.rs",
        "arrows",
        "//! A.\nfn a() { crate::outputs::csv::bytes() }\n",
    );
    broken(
        "src/intake/a.rs",
        "arrows",
        "//! A.\nuse crate::{domain::nik::Nik, store};\n",
    );
    broken(
        "src/outputs/a.rs",
        "arrows",
        "//! A.\nuse crate::{domain::{nik, name}, ui::Ui};\n",
    );
    broken("src/domain/mod.rs", "arrows", "//! A.\nuse super::store;\n");
    broken("src/cli.rs", "arrows", "//! A.\nuse super::store;\n");
    broken("src/pantry/a.rs", "arrows", "//! A.\n");
    broken("src/main.rs", "arrows", "//! A.\nuse cetak::store::Store;\n");
    broken("src/commands/a.rs", "libraries", "//! A.\nuse rusqlite::Connection;\n");
    broken("src/domain/a.rs", "libraries", "//! A.\nuse serde::Serialize;\n");
    broken("src/domain/a.rs", "libraries", "//! A.\nfn a() { std::fs::read(b) }\n");
    broken("src/store/a/b.rs", "imports", "//! A.\nuse super::super::mod_a;\n");
    broken("src/store/a.rs", "imports", "//! A.\nuse super::*;\n");
    broken(
        "src/store/a.rs",
        "size",
        &format!("//! A.\n{}", "const A: u8 = 1;\n".repeat(500)),
    );
    broken(
        "src/main.rs",
        "size",
        &format!("//! A.\n{}", "const A: u8 = 1;\n".repeat(60)),
    );
    broken(
        "src/store/a.rs",
        "functions",
        &format!("//! A.\nfn a(b: [u8; 2]) -> u8 {{\n{}}}\n", long(69)),
    );
    broken("src/store/a.rs", "clock", "//! A.\nfn a() { Utc::now() }\n");
    broken("src/home/a.rs", "clock", "//! A.\nfn a() { std::env::var(\"HOME\") }\n");
    broken("src/store/a.rs", "leftovers", "//! A.\nfn a() { todo!() }\n");
    broken("src/store/a.rs", "leftovers", "//! A.\nfn a() { dbg!(1) }\n");
    broken("src/store/a.rs", "leftovers", "//! A.\nfn a() { b.unwrap() }\n");
    broken(
        "src/store/a.rs",
        "leftovers",
        "//! A.\n#[cfg(test)]\nmod tests {\n    #[ignore]\n    fn a() {}\n}\n",
    );
    broken(
        "src/store/a.rs",
        "leftovers",
        "//! A.\nfn a() { \"\\\"\".len(); '\\''; '\"'; b.expect(\"b\") }\n",
    );
    broken("src/commands/a.rs", "terminal", "//! A.\nfn a() { println!(\"a\") }\n");
}

#[test]
fn no_rule_is_taken_in_by_texts_comments_and_tests() {
    let good = |path: &str, code: &str| assert_eq!(check(&Source::new(path, code)), [], "{code}");
    good(
        "src/domain/a.rs",
        "//! Not todo!() and not crate::store.\nfn a() -> &'static str { \"crate::store .unwrap()\" }\n",
    );
    good(
        "src/domain/a.rs",
        "//! A.\n/* use crate::store; /* todo!() */ dbg!() */\nfn a<'a>(b: &'a str) -> &'a str { b }\n",
    );
    good(
        "src/domain/a.rs",
        "//! A.\nfn a() { r#\"b\" todo!()\"#; '\"'; '{'; b'}'; \"{\" }\n",
    );
    good(
        "src/domain/a.rs",
        "//! A.\n#[cfg(test)]\nmod tests {\n    use super::*;\n    fn a() { b.unwrap(); Utc::now() }\n}\n",
    );
    good(
        "src/domain/a.rs",
        "//! A.\n#[cfg(test)]\nuse crate::{store, ui};\nuse std::{fmt, iter};\n",
    );
    good(
        "src/domain/a/tests.rs",
        "//! A.\nuse super::*;\nfn a() { b.unwrap() }\n",
    );
    good("src/context/a.rs", "//! A.\nfn a() { Utc::now() }\n");
    good(
        "src/store/a.rs",
        &format!("//! A.\nfn a() {{\n{}}}\n", "    b();\n".repeat(68)),
    );
    let tests = "    fn a() {}\n".repeat(700);
    good(
        "src/store/a.rs",
        &format!("//! A.\nconst A: u8 = 1;\n#[cfg(test)]\nmod tests {{\n{tests}}}\n"),
    );
}
