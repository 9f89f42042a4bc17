//! `cetak`: the print jobs of an Indonesian civil registration office.

pub mod domain;
pub mod store;
