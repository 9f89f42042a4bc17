//! The example office that the repository ships is what its generator makes, and nobody in it can exist.

use std::path::{Path, PathBuf};

#[allow(dead_code)] // its main
#[path = "../../examples/palembang_data/main.rs"]
mod palembang_data;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/palembang")
}

#[test]
fn the_committed_inbox_is_what_the_generator_makes() {
    let made = palembang_data::inbox();
    for (path, bytes) in &made {
        let committed = std::fs::read(home().join(path)).expect(path);
        assert!(
            committed == *bytes,
            "{path} differs: run `cargo run --example palembang_data`"
        );
    }
    let mut listed: Vec<String> = made.into_iter().map(|(path, _)| path).collect();
    let mut lying = Vec::new();
    for folder in ["inbox/links", "inbox/queue", "inbox/results"] {
        for entry in std::fs::read_dir(home().join(folder)).expect(folder) {
            let name = entry.expect(folder).file_name().to_string_lossy().into_owned();
            if name != ".gitkeep" {
                lying.push(format!("{folder}/{name}"));
            }
        }
    }
    listed.sort();
    lying.sort();
    assert_eq!(listed, lying);
}

#[test]
fn the_second_export_begins_with_the_bytes_of_the_first() {
    let read = |day: &str| std::fs::read(home().join(format!("inbox/links/formulir-{day}.csv"))).expect("the form");
    let (first, second) = (read("2021-07-20"), read("2021-07-22"));
    assert!(second.starts_with(&first) && second.len() > first.len());
}

#[test]
fn nobody_in_it_can_exist() {
    let mut numbers = 0;
    for (path, bytes) in palembang_data::inbox() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for digits in text
            .split(|sign: char| !sign.is_ascii_digit())
            .filter(|digits| digits.len() == 16)
        {
            // A serial of 9000 or more is given to nobody; these are damaged on purpose.
            let typed = path.contains("links") && (digits == "1111111111111111" || !digits.starts_with("16"));
            assert!(digits.as_bytes()[12] == b'9' || typed, "{path}: {digits}");
            numbers += 1;
        }
        for address in text.split([',', ';', '\n', '\r']).filter(|cell| cell.contains('@')) {
            assert!(address.ends_with("@example.com"), "{path}: {address}");
        }
    }
    assert!(numbers > 2_000);
}
