//! Text from files, made harmless for every output.

pub use crate::domain::harmless::{harmless, harmless_lines};
