//! One test binary.

mod linkage;
