//! Bytes to records: files as offices really have them, read into the words of the domain.
//!
//! Layers, lowest first: [`source`] (what is opened), [`encoding`], [`records`] (text to rows of cells) and
//! [`spreadsheet`] (sheets to rows of cells), [`headers`] and [`layout`] (which cell is what), [`fields`] and
//! [`timestamps`] (what a cell says), and one file for each import: [`links`], [`queue`], [`results`].
//!
//! A large raw file is cut into stretches (`stretch`, its marks found by `marks`, its records by `cutting`) on which two
//! threads work (`hands`); [`passes`] says how often it is gone through. What comes out depends on neither. Lines of a queue
//! export that an earlier night read are known by their [`traces`], and are not read again.
//!
//! A bad row is data: it comes out as a [`report::Reject`] with its cells. Only a file that cannot be read as a
//! whole is an [`error::IntakeError`]. Nothing in here knows the store, the clock, the terminal or a sentence that
//! a person reads.

pub mod aliases;
pub mod beginnings;
mod cutting;
pub mod date_order;
pub mod decisions;
pub mod delivery;
pub mod encoding;
pub mod error;
pub mod fenced;
pub mod fields;
mod hands;
#[cfg(test)]
mod hardness;
pub mod hashing;
pub mod headers;
pub mod hex;
pub mod layout;
pub mod links;
mod marks;
mod moments;
pub mod ods_guard;
pub mod options;
pub mod passes;
pub mod people;
pub mod prints;
pub mod queue;
pub mod quotes;
pub mod records;
pub mod rejects;
pub mod report;
pub mod results;
pub mod row_key;
pub mod rows;
pub mod sheet;
pub mod source;
mod spellings;
pub mod spreadsheet;
pub mod stamp_text;
mod stretch;
pub mod survey;
pub mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod testing_sheets;
pub mod timestamps;
pub mod traces;
pub mod unpacking;
pub mod xls_guard;
