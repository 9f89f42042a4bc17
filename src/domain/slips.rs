//! The numbers that a slip of the finger away from a typed NIK may have been meant: for a person at a counter to look
//! at, never to be taken by itself.

use super::nik::Nik;
use std::collections::BTreeSet;

/// Returns every NIK one slip away from what was typed: a digit changed, neighbours swapped, one digit too few or too
/// many. Nothing for text that is no such number.
pub fn one_slip_away(typed: &str) -> Vec<Nik> {
    let digits: Vec<u8> = typed.bytes().filter(u8::is_ascii_digit).collect();
    let mut found = BTreeSet::new();
    match digits.len() {
        15 => inserted(&digits, &mut found),
        16 => changed(&digits, &mut found),
        17 => dropped(&digits, &mut found),
        _ => {}
    }
    found.into_iter().collect()
}

fn keep(digits: &[u8], found: &mut BTreeSet<Nik>) {
    let number = digits
        .iter()
        .fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    found.extend(Nik::from_u64(number));
}

fn changed(digits: &[u8], found: &mut BTreeSet<Nik>) {
    let mut other = digits.to_vec();
    for at in 0..digits.len() {
        for digit in (b'0'..=b'9').filter(|digit| *digit != digits[at]) {
            other[at] = digit;
            keep(&other, found);
        }
        other[at] = digits[at];
        if at + 1 < digits.len() && digits[at] != digits[at + 1] {
            other.swap(at, at + 1);
            keep(&other, found);
            other.swap(at, at + 1);
        }
    }
}

fn inserted(digits: &[u8], found: &mut BTreeSet<Nik>) {
    for at in 0..=digits.len() {
        for digit in b'0'..=b'9' {
            let mut other = digits.to_vec();
            other.insert(at, digit);
            keep(&other, found);
        }
    }
}

fn dropped(digits: &[u8], found: &mut BTreeSet<Nik>) {
    for at in 0..digits.len() {
        let mut other = digits.to_vec();
        other.remove(at);
        keep(&other, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_slip_leads_back() {
        let meant = Nik::from_u64(1_671_094_107_959_001).unwrap();
        for typed in [
            "1671094107959007",
            "1671094107950901",
            "167109410795901",
            "16710941079590011",
            "1671 0941 0795 9100",
        ] {
            let leads_back = one_slip_away(typed).contains(&meant);
            assert_eq!(leads_back, typed != "1671 0941 0795 9100", "{typed}");
        }
    }

    #[test]
    fn what_was_typed_is_no_slip_and_other_text_leads_nowhere() {
        let nik = Nik::from_u64(1_671_094_107_959_001).unwrap();
        assert!(!one_slip_away(&nik.digits()).contains(&nik));
        assert!(one_slip_away("SITI").is_empty() && one_slip_away("0812").is_empty());
    }
}
