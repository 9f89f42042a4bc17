//! The list of licences in the README is what stands in the lock file: every package that is built into the tool, and those
//! that only its tests use. `UPDATE_README=1 cargo test licences` writes it anew.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

const HEADING: &str = "## Licences";

/// What `cargo metadata` says of the packages that this lock file builds on Linux.
fn metadata() -> Value {
    let arguments = ["metadata", "--locked", "--offline", "--format-version", "1"];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every package that is reached from the tool, by its id; `with_tests` also through what only tests need.
fn reached(metadata: &Value, with_tests: bool) -> BTreeSet<String> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"], "nodes")
        .iter()
        .map(|node| (text(node, "id"), node))
        .collect();
    let root = text(&metadata["resolve"], "root");
    let (mut found, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        if !found.insert(id.to_owned()) {
            continue;
        }
        for dependency in list(nodes[id], "deps") {
            let kinds = list(dependency, "dep_kinds");
            if kinds.iter().any(|kind| text(kind, "kind") != "dev") || with_tests && id == root {
                waiting.push(text(dependency, "pkg"));
            }
        }
    }
    found.remove(root);
    found
}

/// Levels the ways in which one licence is written.
fn levelled(licence: &str) -> String {
    match licence.replace('/', " OR ").as_str() {
        "Apache-2.0 OR MIT" => "MIT OR Apache-2.0".to_owned(),
        "Unlicense OR MIT" => "MIT OR Unlicense".to_owned(),
        other => other.to_owned(),
    }
}

/// The section as it must stand.
fn section() -> String {
    let metadata = metadata();
    let tool = reached(&metadata, false);
    let mut by_licence: BTreeMap<(bool, String), BTreeSet<String>> = BTreeMap::new();
    for package in list(&metadata, "packages") {
        let id = text(package, "id");
        if !reached(&metadata, true).contains(id) {
            continue;
        }
        let licence = levelled(text(package, "license"));
        assert!(!licence.is_empty(), "{id} states no licence");
        let name = format!("{} {}", text(package, "name"), text(package, "version"));
        by_licence
            .entry((!tool.contains(id), licence))
            .or_default()
            .insert(name);
    }
    let mut told = format!(
        "{HEADING}\n\nEvery package that is built into `cetak` on Linux, as `Cargo.lock` has it; the bundled SQLite is in the public domain.\n\n"
    );
    for only_tests in [false, true] {
        if only_tests {
            told += "\nOnly the tests use:\n\n";
        }
        told += "| licence | packages |\n|---|---|\n";
        for ((_, licence), names) in by_licence.iter().filter(|((tests, _), _)| *tests == only_tests) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            told += &format!("| {licence} | {} |\n", names.join(", "));
        }
    }
    told
}

#[test]
fn the_readme_lists_every_licence() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let expected = section();
    let before = readme.find(&format!("{HEADING}\n")).unwrap_or(readme.len());
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{}\n\n{expected}", readme[..before].trim_end())).unwrap();
        return;
    }
    let cure = "write it anew with UPDATE_README=1 cargo test licences";
    assert!(
        readme[before..] == expected,
        "the README's last section differs; {cure}\n{expected}"
    );
}

/// No licence that would ask more of an office than to keep a notice.
#[test]
fn no_licence_asks_for_more_than_a_notice() {
    const FREE: [&str; 9] = [
        "MIT",
        "Apache-2.0",
        "BSD-3-Clause",
        "Unlicense",
        "Zlib",
        "CC0-1.0",
        "BSL-1.0",
        "Unicode-3.0",
        "MIT-0",
    ];
    for package in list(&metadata(), "packages") {
        let licence = levelled(text(package, "license")).replace(['(', ')'], "");
        let parts = licence.split(" AND ");
        let is_free = parts
            .into_iter()
            .all(|part| part.split(" OR ").any(|choice| FREE.contains(&choice.trim())));
        assert!(is_free, "{}: {licence}", text(package, "name"));
    }
}

/// One package in two versions is one too many, unless a library asks for the older.
#[test]
fn no_package_is_built_in_twice_without_need() {
    // Macros of maud and zeroize are still written for the older one; neither is part of the tool that runs.
    const NEEDED: [&str; 1] = ["syn"];
    let metadata = metadata();
    let tool = reached(&metadata, false);
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in list(&metadata, "packages")
        .iter()
        .filter(|package| tool.contains(text(package, "id")))
    {
        *versions.entry(text(package, "name")).or_default() += 1;
    }
    let twice: Vec<&str> = versions
        .iter()
        .filter(|(_, count)| **count > 1)
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(twice, NEEDED);
}
