//! Who in the queue is meant by a registration that has no exact NIK there?
//!
//! The search is turned round: the few registrations without an exact NIK are indexed, and the queue streams past them.

use super::nik::{KkNumber, Nik, NikReading};
use chrono::NaiveDate;

/// A registration that looks for its entry.
#[derive(Clone, Debug)]
pub struct Seeker {
    /// The NIK cell, trusted (but not in the queue) or held.
    pub nik: NikReading,
    /// The name as written.
    pub name: String,
    /// The family card number as written.
    pub kk: Option<KkNumber>,
    /// Kecamatan as written.
    pub district: Option<String>,
    /// Kelurahan as written.
    pub village: Option<String>,
}

/// What the search sees of a queue entry.
#[derive(Clone, Copy, Debug)]
pub struct QueueSide<'a> {
    /// The population number.
    pub nik: Nik,
    /// The name in the population system.
    pub name: &'a str,
    /// The family card number.
    pub kk: Option<&'a KkNumber>,
    /// Birth date, from its column.
    pub birth_date: Option<NaiveDate>,
    /// Kecamatan.
    pub district: Option<&'a str>,
    /// Kelurahan.
    pub village: Option<&'a str>,
}

/// An entry that a seeker probably means. Never accepted without a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The entry's NIK.
    pub nik: Nik,
    /// The entry's name.
    pub name: String,
    /// From 0 to 1.
    pub score: f64,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// One reason behind a proposal or a doubt; `messages` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Same family card number.
    SameFamilyCard,
}

/// stand-in
pub struct Search(usize);
impl Search {
    /// x
    pub fn new(s: Vec<Seeker>) -> Self {
        Self(s.len())
    }
    /// x
    pub fn offer(&mut self, _: &QueueSide<'_>) {}
    /// x
    pub fn finish(self) -> Vec<Option<Proposal>> {
        vec![None; self.0]
    }
}
