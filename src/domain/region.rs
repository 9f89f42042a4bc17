//! Region codes of the home ministry (2, 4 or 6 digits), current and former, as an embedded table.
//!
//! Older splits are missing from every table, so that an unknown code is a warning at most. The statistics office
//! (BPS) numbers districts differently; its seven digits are never looked up here. Sources: `SOURCES.md`.

use std::sync::OnceLock;

const TABLE: &str = include_str!("regions.csv");

/// Whether a code is still given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Validity {
    /// In the ministry's present list.
    Current,
    /// Given up; numbers that carry it stay valid.
    Former,
}

/// A province, regency or district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The name as the ministry writes it.
    pub name: &'static str,
    /// Whether the code is still given.
    pub validity: Validity,
}

/// Finds a province (2 digits), regency (4) or district (6).
pub fn lookup(code: u32) -> Option<Region> {
    let table = table();
    let hundred = usize::try_from(code / 100).ok()?;
    let (from, to) = (*table.hundreds.get(hundred)?, *table.hundreds.get(hundred + 1)?);
    let entries = table.entries.get(usize::from(from)..usize::from(to))?;
    let at = entries.binary_search_by_key(&code, |entry| entry.0).ok()?;
    Some(entries[at].1)
}

/// Names the district of a whole code: `167108`, `16.71.08`, or a village's `16.71.08.1001`.
pub fn district_name(code: &str) -> Option<&'static str> {
    let digits = digits_of(code)?;
    let district = match digits.len() {
        6 => &digits[..],
        10 => &digits[..6],
        _ => return None,
    };
    lookup(district.parse().ok()?).map(|region| region.name)
}

/// Names the district of a code that an office gives without its own in front: `08` or `8` in office `1671`.
pub fn district_by_local_code(office: &str, code: &str) -> Option<&'static str> {
    let digits = digits_of(code)?;
    if digits.len() > 3 {
        return district_name(code);
    }
    let local: u32 = digits.parse().ok().filter(|local| (1..100).contains(local))?;
    let office = digits_of(office).filter(|office| office.len() == 4)?;
    lookup(office.parse::<u32>().ok()? * 100 + local).map(|region| region.name)
}

/// Returns the digits of a code written with or without dots; anything else is a name.
fn digits_of(code: &str) -> Option<String> {
    let digits: String = code
        .trim()
        .trim_start_matches('\'')
        .chars()
        .filter(|c| *c != '.')
        .collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The codes in order, and where each hundred of them starts: the districts of a regency stand together.
struct Table {
    entries: Vec<(u32, Region)>,
    hundreds: Vec<u16>,
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut entries: Vec<(u32, Region)> = TABLE.lines().skip(1).filter_map(entry).collect();
        entries.sort_unstable_by_key(|entry| entry.0);
        let start = |hundred: u32| entries.partition_point(|entry| entry.0 < hundred * 100);
        let hundreds = (0..=10_000).map(|hundred| u16::try_from(start(hundred)).unwrap_or(u16::MAX));
        let hundreds = hundreds.collect();
        Table { entries, hundreds }
    })
}

fn entry(line: &'static str) -> Option<(u32, Region)> {
    let (code, rest) = line.trim_end().split_once(',')?;
    let (name, validity) = rest.rsplit_once(',')?;
    let validity = if validity == "former" {
        Validity::Former
    } else {
        Validity::Current
    };
    Some((
        code.parse().ok()?,
        Region {
            name: name.trim_matches('"'),
            validity,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_once() {
        assert_eq!(table().entries.len(), TABLE.lines().count() - 1);
        assert!(table().entries.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(table().entries.iter().all(|(_, region)| !region.name.is_empty()));
    }

    #[test]
    fn codes_of_every_length_are_known() {
        assert_eq!(lookup(11).unwrap().name, "Aceh");
        assert_eq!(lookup(1671).unwrap().name, "Kota Palembang");
        assert_eq!(lookup(167_108).unwrap().validity, Validity::Current);
        assert_eq!(lookup(167_199), None);
        assert_eq!(lookup(0), None);
    }

    #[test]
    fn a_district_is_named_however_its_code_is_written() {
        let name = district_name("167108").unwrap();
        for code in ["16.71.08", " 167108 ", "16.71.08.1001", "'167108"] {
            assert_eq!(district_name(code), Some(name), "{code}");
        }
        for (office, code) in [("1671", "08"), ("16.71", "8"), ("1671", "008"), ("1671", "16.71.08")] {
            assert_eq!(district_by_local_code(office, code), Some(name), "{office} {code}");
        }
        for code in ["SUKARAMI", "1671080", "", "0", "99"] {
            assert_eq!(district_by_local_code("1671", code), None, "{code}");
        }
    }
}
