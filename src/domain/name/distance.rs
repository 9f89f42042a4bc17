//! How many slips apart two words are: a letter wrong, missing, too many, or two neighbours swapped.
//!
//! `strsim` counts the same, but allocates for every pair; this runs for names by the million, and stops at a limit.

const LONGEST: usize = 40;

/// Returns the number of slips (optimal string alignment) where it is at most `limit`.
pub(super) fn within(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let (a, b) = without_common_ends(a, b);
    // What is left is one slip where it is one letter, or two neighbours swapped.
    match (a, b) {
        ([], []) => return Some(0),
        ([], [_]) | ([_], [] | [_]) => return Some(1).filter(|slips| *slips <= limit),
        ([p, q], [r, s]) if p == s && q == r => return Some(1).filter(|slips| *slips <= limit),
        _ if limit < 2 => return None,
        _ => {}
    }
    let mut rows = [[0_u8; LONGEST + 1]; 3];
    for (at, cell) in rows[0].iter_mut().enumerate() {
        *cell = at as u8;
    }
    for i in 1..=a.len() {
        let (this, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[this][0] = i as u8;
        let mut smallest = rows[this][0];
        for j in 1..=b.len() {
            let wrong = rows[last][j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut best = wrong.min(rows[last][j] + 1).min(rows[this][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[before][j - 2] + 1);
            }
            rows[this][j] = best;
            smallest = smallest.min(best);
        }
        if usize::from(smallest) > limit {
            return None;
        }
    }
    Some(usize::from(rows[a.len() % 3][b.len()])).filter(|slips| *slips <= limit)
}

/// Takes off the letters with which both words begin and end: they need no slip.
fn without_common_ends<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - same], &b[..b.len() - same])
}

#[cfg(test)]
mod tests {
    use super::within;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_library_counts_the_same_for_any_two_words(a in "[ABC]{0,7}", b in "[ABC]{0,7}") {
            let expected = strsim::osa_distance(&a, &b);
            for limit in 0..8 {
                prop_assert_eq!(within(a.as_bytes(), b.as_bytes(), limit), Some(expected).filter(|slips| *slips <= limit));
            }
        }
    }

    #[test]
    fn slips_are_counted_up_to_a_limit() {
        assert_eq!(within(b"SUMARNI", b"SUMARNI", 0), Some(0));
        assert_eq!(within(b"SMUARNI", b"SUMARNI", 1), Some(1));
        assert_eq!(within(b"SUMARN", b"SUMARNI", 1), Some(1));
        assert_eq!(within(b"SUMARNNI", b"SUMARNI", 1), Some(1));
        assert_eq!(within(b"SUMORNI", b"SUMARNI", 2), Some(1));
        assert_eq!(within(b"SUMORNU", b"SUMARNI", 1), None);
        assert_eq!(within(b"", b"AB", 2), Some(2));
        assert_eq!(within(b"A", b"ABCD", 2), None);
    }

    #[test]
    fn the_library_counts_the_same() {
        let words = [
            "SUMARNI", "SMUARNI", "TARMIZI", "TARMIJI", "RINA", "IRNA", "ABCABC", "BACBAC", "",
        ];
        for a in words {
            for b in words {
                let expected = strsim::osa_distance(a, b);
                assert_eq!(within(a.as_bytes(), b.as_bytes(), 40), Some(expected), "{a} {b}");
            }
        }
    }
}
