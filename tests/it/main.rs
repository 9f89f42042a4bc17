//! One test binary: the house's rules, its face, and the binary from the outside.

// A test that cannot go on may stop where it is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod belonging;
mod browser;
mod counter;
mod crowd;
mod damage;
mod day;
mod desk;
mod example_office;
mod handwork;
mod harness;
mod help;
mod known_lines;
mod liars;
mod licences;
mod linkage;
mod made_up;
mod marks;
mod model;
mod privacy;
mod properties;
mod readme;
mod report;
mod review;
mod scenario;
mod side_by_side;
mod signals;
mod sweep;
mod terminal;
mod tidy;
mod told;
mod world;
