//! The rules of the office, pure: facts in, decisions out.
//!
//! Nothing in here knows a file, a clock, a terminal, SQL or the rest of the crate; what a rule needs
//! (the moment, the settings, the calendar) is handed in as a value.

pub mod ageing;
pub mod answer;
pub mod application;
pub mod batching;
pub mod blank_book;
pub mod blanks;
pub mod calendar;
pub mod card;
pub mod deciding;
pub mod decisions;
pub mod destruction;
pub mod dossier;
pub mod few;
pub mod forecast;
pub mod handover;
pub mod harmless;
pub mod history;
pub mod invariants;
pub mod masking;
pub mod moment;
pub mod name;
pub mod near_match;
pub mod nik;
pub mod notices;
pub mod parts;
pub mod phone;
pub mod production;
mod proposed;
pub mod questions;
pub mod queue;
pub mod reason;
pub mod reconcile;
pub mod record_status;
pub mod region;
pub mod registration;
pub mod results;
pub mod shortlist;
pub mod slips;
pub mod snapshot;
pub mod standing;
pub mod strays;
pub mod template;
pub mod text;
