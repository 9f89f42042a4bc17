//! JSON as people and scripts read it: set in, with a line's end, and nothing in it that a terminal would run.

use crate::domain::harmless::harmless_lines;
use anyhow::Result;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// Writes a value as bytes.
///
/// What is harmful is written as `\u....`, so that data loses nothing.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn pretty(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(escaped(text).into_bytes())
}

/// Harmful characters stand only inside of strings, where an escape says the same.
fn escaped(text: String) -> String {
    if let Cow::Borrowed(_) = harmless_lines(&text) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 64);
    let mut letter_bytes = [0; 4];
    for letter in text.chars() {
        if let Cow::Borrowed(_) = harmless_lines(letter.encode_utf8(&mut letter_bytes)) {
            safe.push(letter);
            continue;
        }
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_run_is_escaped_and_comes_back() {
        let value = serde_json::json!({"name": "A\u{1b}[2J\u{202e}\u{9b}\u{e0041}Z\u{200b}", "n": [], "x": null});
        let bytes = pretty(&value).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(
            text,
            "{\n  \"name\": \"A\\u001b[2J\\u202e\\u009b\\udb40\\udc41Z\\u200b\",\n  \"n\": [],\n  \"x\": null\n}\n"
        );
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), value);
    }
}
