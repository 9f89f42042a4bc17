//! The rules of the house (ARCHITECTURE and STYLE), each as a function from a file to what is wrong with it.

use super::source::{Source, block_end};
use std::collections::BTreeSet;

/// A rule that a file breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The rule, in a word.
    pub rule: &'static str,
    /// What was found.
    pub what: String,
}

const MOST_LINES: usize = 500;
const MOST_LINES_OF_MAIN: usize = 60;
const MOST_LINES_OF_A_FUNCTION: usize = 70;

/// What a room may import. A room that is not in here may import nothing, so that a new one is thought about.
const ARROWS: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("messages", &["domain"]),
    ("intake", &["domain", "messages"]),
    ("store", &["domain", "messages"]),
    ("outputs", &["domain", "messages"]),
    ("config", &["domain", "messages"]),
    ("home", &["domain", "messages"]),
    ("ui", &["domain", "messages"]),
    ("exit", &["messages"]),
    ("interrupt", &["exit", "messages", "outputs"]),
    // What a run is given is made of these values.
    (
        "context",
        &["domain", "messages", "config", "home", "ui", "exit", "outputs"],
    ),
    (
        "commands",
        &[
            "domain", "messages", "intake", "store", "outputs", "config", "home", "ui", "exit", "context",
        ],
    ),
    ("cli", &["commands", "context", "messages", "ui"]),
    (
        "main",
        &["cli", "commands", "context", "exit", "interrupt", "messages", "ui"],
    ),
];

/// Which rooms a library belongs to: SQL stays in the store, the terminal in `ui`.
const LIBRARIES: [(&str, &[&str]); 14] = [
    ("rusqlite", &["store"]),
    ("calamine", &["intake"]),
    ("encoding_rs", &["intake"]),
    ("rust_xlsxwriter", &["outputs"]),
    ("comfy_table", &["outputs"]),
    ("indicatif", &["ui"]),
    ("console", &["ui"]),
    ("toml", &["config"]),
    ("clap", &["cli", "commands"]),
    ("clap_complete", &["commands"]),
    ("clap_mangen", &["commands"]),
    ("signal_hook", &["interrupt"]),
    ("rustix", &["interrupt"]),
    ("terminal_size", &["context"]),
];

/// Every library that the domain may use.
const DOMAIN_LIBRARIES: [&str; 4] = ["std", "core", "chrono", "strsim"];

/// Applies every rule to a file.
pub fn check(source: &Source) -> Vec<Finding> {
    let rules = [
        header,
        arrows,
        libraries,
        domain_libraries,
        imports,
        size,
        functions,
        clock,
        leftovers,
        terminal,
    ];
    rules.iter().flat_map(|rule| rule(source)).collect()
}

fn finding(source: &Source, rule: &'static str, what: impl Into<String>) -> Finding {
    Finding {
        path: source.path.clone(),
        rule,
        what: what.into(),
    }
}

fn header(source: &Source) -> Vec<Finding> {
    let is_missing = !source.raw.starts_with("//! ");
    is_missing
        .then(|| finding(source, "header", "begins without `//!`"))
        .into_iter()
        .collect()
}

fn arrows(source: &Source) -> Vec<Finding> {
    let room = source.room();
    if room == "lib" {
        return Vec::new();
    }
    let allowed = ARROWS.iter().find(|(name, _)| *name == room).map(|(_, rooms)| *rooms);
    let Some(allowed) = allowed else {
        return vec![finding(
            source,
            "arrows",
            format!("{room} is a room that the tidy test does not know"),
        )];
    };
    let names = if room == "main" { "cetak" } else { "crate" };
    let wrong = |target: &String| target != room && !allowed.contains(&target.as_str());
    let mut found: Vec<Finding> = paths_from(&source.production, names)
        .into_iter()
        .filter(wrong)
        .map(|target| finding(source, "arrows", format!("{room} -> {target}")))
        .collect();
    if source.is_head_of_room() && words(&source.production).any(|(word, _)| word == "super") {
        found.push(finding(source, "arrows", "super leaves the room"));
    }
    found
}

/// Returns the first names behind `root::`, also out of `root::{a, b::c}`.
fn paths_from(code: &str, root: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for (word, end) in words(code) {
        if word != root {
            continue;
        }
        let Some(rest) = code[end..].trim_start().strip_prefix("::").map(str::trim_start) else {
            continue;
        };
        match rest.strip_prefix('{') {
            Some(_) => targets.extend(first_names(&rest[..block_end(rest, 0)])),
            None => targets.extend(words(rest).next().map(|(word, _)| word.to_owned())),
        }
    }
    targets
}

/// Returns the first name of each path in a braced list.
fn first_names(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = Vec::new();
    let mut is_first = false;
    for (place, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match sign {
            '{' | ',' if depth == 1 => is_first = true,
            _ if is_first && !sign.is_whitespace() => {
                names.extend(words(&group[place..]).next().map(|(word, _)| word.to_owned()));
                is_first = false;
            }
            _ => {}
        }
    }
    names
}

/// Returns each word and where it ends.
fn words(code: &str) -> impl Iterator<Item = (&str, usize)> {
    let part_of_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code.get(at..)?.find(part_of_word)?;
        let length = code[start..]
            .find(|sign: char| !part_of_word(sign))
            .unwrap_or(code.len() - start);
        at = start + length;
        Some((&code[start..at], at))
    })
}

/// Returns every word that stands before `::` and behind no other path.
fn roots(code: &str) -> impl Iterator<Item = &str> {
    words(code).filter_map(|(word, end)| {
        let before = code[..end - word.len()].trim_end();
        (code[end..].starts_with("::") && !before.ends_with("::")).then_some(word)
    })
}

fn libraries(source: &Source) -> Vec<Finding> {
    let room = source.room();
    let wrong = LIBRARIES.iter().filter(|(_, rooms)| !rooms.contains(&room));
    let roots: BTreeSet<&str> = roots(&source.production).collect();
    wrong
        .filter(|(library, _)| roots.contains(library))
        .map(|(library, _)| finding(source, "libraries", format!("{room} uses {library}")))
        .collect()
}

/// The domain knows no file, no SQL, no terminal and no serde.
fn domain_libraries(source: &Source) -> Vec<Finding> {
    if source.room() != "domain" {
        return Vec::new();
    }
    const NO_FILES: [&str; 7] = [
        "std::fs",
        "std::io",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
        "std::path",
    ];
    let forbidden = NO_FILES.iter().filter(|path| source.production.contains(**path));
    let mut found: Vec<Finding> = forbidden
        .map(|path| finding(source, "libraries", format!("domain uses {path}")))
        .collect();
    let mut rest = source.production.as_str();
    while let Some(start) = rest.find("\nuse ") {
        rest = &rest[start + 5..];
        let root = words(rest).next().map_or("", |(word, _)| word);
        let is_known = DOMAIN_LIBRARIES.contains(&root) || ["crate", "super", "self"].contains(&root);
        let is_own_type = root.starts_with(char::is_uppercase) || declares_module(source, root);
        if !is_known && !is_own_type {
            found.push(finding(source, "libraries", format!("domain uses {root}")));
        }
    }
    found
}

fn declares_module(source: &Source, name: &str) -> bool {
    source.production.contains(&format!("mod {name};"))
}

fn imports(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    if source.code.contains("super::super") {
        found.push(finding(source, "imports", "super::super"));
    }
    if source.production.contains("super::*") {
        found.push(finding(source, "imports", "super::* outside tests"));
    }
    found
}

fn size(source: &Source) -> Vec<Finding> {
    let lines = source.lines_without_tests();
    let most = if source.path == "src/main.rs" {
        MOST_LINES_OF_MAIN
    } else {
        MOST_LINES
    };
    (lines > most)
        .then(|| finding(source, "size", format!("{lines} lines, at most {most}")))
        .into_iter()
        .collect()
}

/// A table in a test is a list, and may be long.
fn functions(source: &Source) -> Vec<Finding> {
    let code = &source.production;
    let mut found = Vec::new();
    for (word, end) in words(code) {
        if word != "fn" {
            continue;
        }
        let Some((name, name_end)) = words(&code[end..]).next() else {
            continue;
        };
        let Some(open) = body_start(&code[end + name_end..]).map(|open| end + name_end + open) else {
            continue;
        };
        let lines = code[end..block_end(code, open)].matches('\n').count() + 1;
        if lines > MOST_LINES_OF_A_FUNCTION {
            found.push(finding(
                source,
                "functions",
                format!("{name} has {lines} lines, at most {MOST_LINES_OF_A_FUNCTION}"),
            ));
        }
    }
    found
}

/// Finds the brace that opens a function's body; none for one that is only declared, and for a type `fn(...)`.
fn body_start(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, sign) in code.char_indices() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return None,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(place),
            _ => {}
        }
    }
    None
}

/// Time and environment enter once. (`args_os` in `main` is handed to the parser.)
fn clock(source: &Source) -> Vec<Finding> {
    const CLOCKS: [&str; 6] = [
        "now()",
        "env::var",
        "env::vars",
        "env::current_dir",
        "env::home_dir",
        "elapsed()",
    ];
    if source.room() == "context" {
        return Vec::new();
    }
    let used = CLOCKS.iter().filter(|clock| source.production.contains(**clock));
    used.map(|clock| finding(source, "clock", format!("{clock} outside context")))
        .collect()
}

fn leftovers(source: &Source) -> Vec<Finding> {
    const LEFTOVERS: [&str; 7] = [
        "todo!",
        "dbg!",
        "unimplemented!",
        ".unwrap()",
        ".expect(",
        "unsafe ",
        "#[ignore",
    ];
    let left = LEFTOVERS.iter().filter(|word| {
        let code = if word.starts_with(['.', 'u']) {
            &source.production
        } else {
            &source.code
        };
        code.contains(**word)
    });
    left.map(|word| finding(source, "leftovers", *word)).collect()
}

/// Who may write to the terminal.
fn terminal(source: &Source) -> Vec<Finding> {
    if source.room() == "ui" {
        return Vec::new();
    }
    const PRINTS: [&str; 4] = ["print", "println", "eprint", "eprintln"];
    let code = &source.production;
    let prints = words(code).filter(|(word, end)| PRINTS.contains(word) && code[*end..].starts_with('!'));
    prints
        .map(|(word, _)| finding(source, "terminal", format!("{word}! outside ui")))
        .collect()
}
