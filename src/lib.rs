//! `cetak`: the print jobs of an Indonesian civil registration office.

pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod domain;
pub mod exit;
pub mod home;
pub mod intake;
pub mod interrupt;
pub mod messages;
pub mod outputs;
pub mod store;
pub mod ui;
