//! One test binary.

fn main() {}
