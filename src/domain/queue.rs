//! The print queue: its entries, and what one snapshot changes.

use super::moment::Moment;
use super::nik::{KkNumber, Nik};
use super::phone::Phone;
use super::record_status::RecordStatus;
use super::text::Text;
use chrono::NaiveDate;
use std::num::NonZeroU64;

/// What is left of the line from which an entry was read: the same line, in a file of the same form, says the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace(NonZeroU64);

impl Trace {
    /// Takes what [`Trace::bits`] returned; 0 is no trace.
    pub fn from_bits(bits: u64) -> Option<Self> {
        NonZeroU64::new(bits).map(Self)
    }

    /// Returns the trace as a number.
    pub fn bits(self) -> u64 {
        self.0.get()
    }
}

/// One row of a print-queue export, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    /// The population number.
    pub nik: Nik,
    /// The name in the population system.
    pub name: Text,
    /// The record status.
    pub status: RecordStatus,
    /// When the status was reached.
    pub status_at: Option<Moment>,
    /// The request number (nomor permohonan).
    pub request_no: Option<Text>,
    /// Birth date from its own column.
    pub birth_date: Option<NaiveDate>,
    /// The family card number.
    pub kk: Option<KkNumber>,
    /// Kecamatan; a code has become its name.
    pub district: Option<Text>,
    /// Kelurahan; a code stays as written.
    pub village: Option<Text>,
    /// Why the card is printed.
    pub reason: Option<Text>,
    /// The phone number.
    pub phone: Option<Phone>,
    /// Whether the person lives: `Some(false)` is dead.
    pub alive: Option<bool>,
    /// Whether the person moved away: `Some(true)` has moved.
    pub moved: Option<bool>,
}

impl QueueRow {
    /// Makes a row of what every row has: no other cell is filled in.
    pub fn new(nik: Nik, name: Text, status: RecordStatus) -> Self {
        Self {
            nik,
            name,
            status,
            status_at: None,
            request_no: None,
            birth_date: None,
            kk: None,
            district: None,
            village: None,
            reason: None,
            phone: None,
            alive: None,
            moved: None,
        }
    }

    /// Returns the number of the family card, where it is well formed ([`KkNumber::as_u64`]).
    pub fn card(&self) -> Option<u64> {
        self.kk.as_ref().and_then(KkNumber::as_u64)
    }
}

/// An entry as the store knows it: the newest row, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// The newest row of this NIK.
    pub row: QueueRow,
    /// The earliest status date that any snapshot gave.
    pub first_status_at: Option<Moment>,
    /// The time of the first snapshot that showed the NIK.
    pub first_seen_at: Moment,
    /// The time of the snapshot in which the present status and status date first stood.
    pub status_seen_at: Moment,
    /// The time of the snapshot that no longer listed it.
    pub left_at: Option<Moment>,
}

impl QueueEntry {
    /// Makes an entry that one snapshot showed for the first time.
    pub fn new(row: QueueRow, seen_at: Moment) -> Self {
        Self {
            first_status_at: row.status_at,
            first_seen_at: seen_at,
            status_seen_at: seen_at,
            left_at: None,
            row,
        }
    }

    /// Tells whether the newest snapshot still has it.
    pub fn is_present(&self) -> bool {
        self.left_at.is_none()
    }
}

/// A status and its date, as some snapshot first showed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusSighting {
    /// The record status.
    pub status: RecordStatus,
    /// When the status was reached.
    pub status_at: Option<Moment>,
    /// The time of the snapshot that first showed it.
    pub seen_at: Moment,
}
