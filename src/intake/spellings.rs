//! What a column says again and again: a few dozen districts, statuses and codes in a million rows.
//!
//! Knows text and what was made of it; a word that was met before need not be read once more.

/// How many spellings are kept at once.
const KEPT: usize = 64;

/// What was made of the latest spellings; what falls together shares a place, and the later one keeps it.
#[derive(Debug)]
pub(crate) struct Spellings<T> {
    kept: Vec<Option<(String, T)>>,
}

impl<T: Clone> Spellings<T> {
    /// Begins without any.
    pub(crate) fn new() -> Self {
        Self {
            kept: (0..KEPT).map(|_| None).collect(),
        }
    }

    /// Returns what `read` makes of a spelling, which must depend on nothing else.
    pub(crate) fn read(&mut self, spelling: &str, read: impl FnOnce(&str) -> T) -> T {
        let Some(place) = self.kept.get_mut(place_of(spelling)) else {
            return read(spelling);
        };
        match place {
            Some((known, value)) if known == spelling => value.clone(),
            _ => {
                let value = read(spelling);
                *place = Some((spelling.to_owned(), value.clone()));
                value
            }
        }
    }
}

/// Tells spellings apart by their length and a few of their letters.
fn place_of(spelling: &str) -> usize {
    let bytes = spelling.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let (middle, last) = (at(bytes.len() / 2), at(bytes.len().wrapping_sub(1)));
    (bytes.len() * 7 + at(0) + middle * 3 + last * 5) % KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_read_once_and_never_taken_for_another() {
        let mut spellings = Spellings::new();
        let mut reads = 0;
        for round in 0..3 {
            for number in 0..10_usize {
                let word = "x".repeat(number * 64);
                let length = spellings.read(&word, |word| {
                    reads += 1;
                    word.len()
                });
                assert_eq!(length, number * 64, "{round}");
            }
        }
        assert!(reads <= 30, "{reads}");
        let before = reads;
        for _ in 0..5 {
            spellings.read("ILIR BARAT I", |word| {
                reads += 1;
                word.len()
            });
        }
        assert_eq!(reads, before + 1);
    }
}
