//! A source file as the rules see it: its code without comments, texts and tests, at the same places.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A file of `src/`.
pub struct Source {
    /// From the package's folder, with slashes: `src/domain/nik.rs`.
    pub path: String,
    /// As it is written.
    pub raw: String,
    /// Everything but comments and texts.
    pub code: String,
    /// The same without what is compiled for tests only.
    pub production: String,
}

impl Source {
    /// Takes a file's text.
    pub fn new(path: &str, raw: &str) -> Self {
        let code = without_texts(raw);
        let production = if is_test_file(path) {
            String::new()
        } else {
            without_tests(&code)
        };
        Self {
            path: path.to_owned(),
            raw: raw.to_owned(),
            code,
            production,
        }
    }

    /// Returns the room: `domain`, or `cli` for `src/cli.rs`.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    /// Tells whether `super` names the crate itself here.
    pub fn is_head_of_room(&self) -> bool {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        !inside.contains('/') || inside == format!("{}/mod.rs", self.room())
    }

    /// Counts the lines that are not inside a test module.
    pub fn lines_without_tests(&self) -> usize {
        if self.production.is_empty() {
            0
        } else {
            self.production.matches('\n').count()
        }
    }
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Reads every file below `src/`; modules that only tests have count as tests.
pub fn all(package: &Path) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&package.join("src"), &mut paths);
    paths.sort();
    let mut sources: Vec<Source> = paths
        .iter()
        .map(|path| {
            let name = path
                .strip_prefix(package)
                .expect("below the package")
                .to_string_lossy()
                .replace('\\', "/");
            Source::new(&name, &fs::read_to_string(path).expect(&name))
        })
        .collect();
    let only_tests: BTreeSet<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        let inside =
            |stem: &String| source.path == format!("{stem}.rs") || source.path.starts_with(&format!("{stem}/"));
        if only_tests.iter().any(inside) {
            source.production.clear();
        }
    }
    sources
}

fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry of src").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Finds `#[cfg(test)] mod name;` and returns where that module stands, without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let folder = match source.path.strip_suffix("/mod.rs") {
        Some(folder) => folder.to_owned(),
        None if source.path == "src/lib.rs" => "src".to_owned(),
        None => source.path.trim_end_matches(".rs").to_owned(),
    };
    let after_attribute = source.code.split("#[cfg(test)]").skip(1);
    let module = |text: &str| {
        let (name, _) = text
            .trim_start()
            .trim_start_matches("pub(crate) ")
            .strip_prefix("mod ")?
            .split_once(';')?;
        name.chars()
            .all(|sign| sign.is_alphanumeric() || sign == '_')
            .then(|| format!("{folder}/{name}"))
    };
    after_attribute.filter_map(module).collect()
}

/// Puts spaces for comments and for texts, so that every other byte keeps its place.
pub fn without_texts(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match text_end(bytes, at) {
            Some(end) => {
                kept.extend(
                    bytes[at..end]
                        .iter()
                        .map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }),
                );
                end
            }
            None => {
                kept.push(bytes[at]);
                at + 1
            }
        };
        at = end;
    }
    String::from_utf8(kept).expect("whole characters were replaced")
}

/// Returns where the comment or the text that begins here ends; none where neither begins.
fn text_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let in_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match rest {
        [b'/', b'/', ..] => Some(at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())),
        [b'/', b'*', ..] => Some(block_comment_end(bytes, at)),
        [b'"', ..] => Some(string_end(bytes, at)),
        [b'\'', b'\\', ..] => Some(at + 3 + rest.get(3..)?.iter().position(|byte| *byte == b'\'')? + 1),
        [b'\'', first, ..] => {
            // A character, or a lifetime, behind which no apostrophe follows at once.
            let width = match first {
                0..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
            (rest.get(1 + width) == Some(&b'\'')).then_some(at + width + 2)
        }
        [b'r', ..] if !in_word => raw_string_end(bytes, at + 1),
        [b'b' | b'c', b'r', ..] if !in_word => raw_string_end(bytes, at + 2),
        _ => None,
    }
}

fn block_comment_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut place) = (0, at);
    while place < bytes.len() {
        match &bytes[place..] {
            [b'/', b'*', ..] => (depth, place) = (depth + 1, place + 2),
            [b'*', b'/', ..] => (depth, place) = (depth - 1, place + 2),
            _ => place += 1,
        }
        if depth == 0 {
            break;
        }
    }
    place
}

fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut place = at + 1;
    while place < bytes.len() && bytes[place] != b'"' {
        place += if bytes[place] == b'\\' { 2 } else { 1 };
    }
    (place + 1).min(bytes.len())
}

fn raw_string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = at + hashes + 1;
    let end = bytes[body..].windows(close.len()).position(|window| window == close);
    Some(end.map_or(bytes.len(), |end| body + end + close.len()))
}

/// Cuts out every item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    let mut kept = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(ATTRIBUTE) {
        kept.push_str(&rest[..start]);
        rest = &rest[start + item_end(&rest[start..])..];
    }
    kept + rest
}

/// Returns where the item that begins here, attributes first, ends.
fn item_end(code: &str) -> usize {
    let mut depth = 0_usize;
    let mut is_use = None;
    for (place, sign) in code.char_indices() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return place + 1,
            '{' if depth == 0 && is_use != Some(true) => return block_end(code, place),
            _ if depth == 0 && is_use.is_none() && sign.is_alphabetic() => {
                is_use = Some(code[place..].starts_with("use ") || code[place..].starts_with("pub use "));
            }
            _ => {}
        }
    }
    code.len()
}

/// Returns where the block that is opened here is closed.
pub fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (place, sign) in code[open..].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + place + 1;
        }
    }
    code.len()
}
