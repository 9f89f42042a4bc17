//! Phone numbers, as text from the first byte, and masked for people.

use std::fmt;

/// A phone number as cleaned text: `08...` where it is Indonesian, else what was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}
