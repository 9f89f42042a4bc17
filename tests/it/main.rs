//! One test binary.

mod example_office;
mod linkage;
mod tidy;
