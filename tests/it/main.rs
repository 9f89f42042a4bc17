//! One test binary.

mod linkage;
mod made_up;
