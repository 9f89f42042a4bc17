//! Quotes: where a quoted field ends, and how many cells a line has if its last quote was a slip.
//!
//! Knows one line at a time.

/// Where a quoted field ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// A closing quote, with nothing escaped before it.
    At(usize),
    /// The closing quote of a field that has escaped quotes.
    Escaped(usize),
    /// The line ends first.
    Broken(usize),
    /// The bytes end first.
    Nowhere,
}

/// Finds the quote that closes a field whose text starts at `at`.
pub(crate) fn close_of(bytes: &[u8], mut at: usize) -> Close {
    let mut escaped = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if bytes.get(at + 1) == Some(&b'"') => {
                escaped = true;
                at += 2;
            }
            b'"' if escaped => return Close::Escaped(at),
            b'"' => return Close::At(at),
            b'\n' | b'\r' => return Close::Broken(at),
            _ => at += 1,
        }
    }
    Close::Nowhere
}

/// Counts the cells of a line whose last quote may be left open.
pub(crate) fn naive_width(line: &[u8], delimiter: u8) -> usize {
    let (mut cells, mut quoted) = (1, false);
    let mut closable = true;
    for (at, byte) in line.iter().enumerate() {
        if *byte == b'"' && (quoted || at == 0 || line[at - 1] == delimiter) {
            quoted = !quoted;
            // A quote that never closes on this line is taken as a character.
            if quoted && closable {
                closable = line[at + 1..].contains(&b'"');
                quoted = closable;
            }
        } else if *byte == delimiter && !quoted {
            cells += 1;
        }
    }
    cells
}
