//! What leaves: tables for people, CSV, JSON and spreadsheets for work, and the files they stand in.
//!
//! Outputs render what they are given; they decide nothing and read no facts.

pub mod answers;
pub mod applications;
pub mod batch_files;
pub mod csv;
pub mod destruction;
pub mod file;
pub mod harmless;
pub mod head_page;
pub mod html;
mod iso;
pub mod json;
pub mod listing;
pub mod receipts;
pub mod reports;
pub mod side_by_side;
pub mod summary;
pub mod svg;
pub mod table;
pub mod xlsx;
