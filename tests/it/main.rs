//! One test binary.

mod example_office;
mod harness;
mod help;
mod linkage;
mod made_up;
mod model;
mod privacy;
mod properties;
mod readme;
mod scenario;
mod tidy;
mod world;
