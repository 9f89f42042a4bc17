//! `cetak`: the print jobs of an Indonesian civil registration office.

pub mod config;
pub mod context;
pub mod domain;
pub mod exit;
pub mod home;
pub mod messages;
