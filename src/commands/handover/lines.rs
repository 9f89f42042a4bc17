//! The lines of a barcode reader or of a list: one NIK each, from a file or from standard input.

use super::Line;
use crate::context::Context;
use crate::domain::nik::NikReading;
use crate::messages::setup::SetupFault;
use anyhow::Result;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// More is no list of cards that were collected.
const MOST_BYTES: u64 = 16 << 20;

/// Reads the lines; blank ones and a heading `NIK` are passed over. What is no NIK stays in, to be refused by its line.
///
/// # Errors
/// The file cannot be read, is no file, or is far too long.
pub(super) fn read(context: &Context, path: &Path) -> Result<Vec<Line>> {
    let fault = |cause: String| SetupFault::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| fault(error.to_string()))?;
    } else {
        let path = context.current.join(path);
        let is_file = fs::metadata(&path).map(|found| found.is_file());
        if !is_file.map_err(|error| fault(error.to_string()))? {
            return Err(fault("not a regular file".to_owned()).into());
        }
        let file = File::open(&path).map_err(|error| fault(error.to_string()))?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| fault(error.to_string()))?;
    }
    if u64::try_from(bytes.len())? > MOST_BYTES {
        return Err(fault(format!("more than {MOST_BYTES} bytes")).into());
    }
    Ok(lines(&String::from_utf8_lossy(&bytes)))
}

fn lines(text: &str) -> Vec<Line> {
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let is_heading = |number: u64, line: &str| number == 1 && line.trim().eq_ignore_ascii_case("nik");
    let mut lines = Vec::new();
    for (number, line) in (1_u64..).zip(text.split('\n')) {
        if is_heading(number, line) {
            continue;
        }
        lines.extend(NikReading::read(line.trim()).map(|nik| Line { number, nik }));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_nik_or_is_refused_by_its_number() {
        let text = "\u{feff}NIK\r\n1671094107959001\r\n\r\n'1671 0941 0795 9002\rSITI\n";
        let read: Vec<(u64, Option<u64>)> = lines(text)
            .into_iter()
            .map(|line| (line.number, line.nik.trusted().map(|nik| nik.as_u64())))
            .collect();
        let expected = [
            (2, Some(1_671_094_107_959_001)),
            (4, Some(1_671_094_107_959_002)),
            (5, None),
        ];
        assert_eq!(read, expected);
    }
}
