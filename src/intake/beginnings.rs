//! A file that was read to its end is the beginning of a longer one: an export that only grows need be hashed and looked
//! through only from there on.
//!
//! Whether a file begins so is told by a print, which both cores work out in a fraction of the time.

use crate::intake::encoding::Census;
use crate::intake::hashing::HashState;
use crate::intake::prints::Print;

/// Shorter ones are read again in less time than it takes to look them up.
const WORTH_BYTES: u64 = 1 << 20;

/// What is remembered of a file that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Its length.
    pub(crate) bytes: u64,
    /// What tells its content from others.
    pub(crate) print: Print,
    /// How far its SHA-256 has come.
    pub(crate) hash: HashState,
    /// What its bytes say about its encoding, the last ones not ended.
    pub(crate) census: Census,
}

impl Beginning {
    /// Writes it down; nothing of a file that is soon read again.
    pub fn encode(&self) -> String {
        if self.bytes < WORTH_BYTES {
            return String::new();
        }
        let Print(print) = self.print;
        let (hash, census) = (self.hash.encode(), self.census.encode());
        format!("{} {print:032x} {hash} {census}", self.bytes)
    }

    /// Reads what `encode` wrote; `None` where it is something else.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let (bytes, print) = (parts.next()?.parse().ok()?, parts.next()?);
        Some(Self {
            bytes,
            print: Print(u128::from_str_radix(print, 16).ok()?),
            hash: HashState::decode(parts.next()?)?,
            census: Census::decode(parts.next()?).filter(|census| census.bytes == bytes)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_beginning_is_none() {
        let beginning = Beginning {
            bytes: WORTH_BYTES,
            print: Print(7),
            hash: HashState::default(),
            census: Census::decode(&format!("{WORTH_BYTES} 0 0 0 0 ")).unwrap(),
        };
        let text = beginning.encode();
        assert_eq!(Beginning::decode(&text), Some(beginning.clone()));
        let shorter = Beginning {
            bytes: WORTH_BYTES - 1,
            ..beginning
        };
        assert_eq!(shorter.encode(), "");
        for damaged in [
            "",
            "1",
            &text.replacen('1', "2", 1),
            &text[..text.len() - 4],
            &text.replace(' ', "  "),
        ] {
            assert_eq!(Beginning::decode(damaged), None, "{damaged}");
        }
    }
}
