//! One test binary.

mod harness;
mod model;
mod privacy;
mod properties;
mod scenario;
mod world;
