//! `cetak`: the print jobs of an Indonesian civil registration office.

pub mod domain;
pub mod intake;
pub mod messages;
