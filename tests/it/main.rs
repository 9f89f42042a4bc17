//! One test binary.

mod example_office;
mod help;
mod linkage;
mod readme;
mod tidy;
mod made_up;
