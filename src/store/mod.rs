//! The store: what happened, and nothing else. The traits speak the words of the domain; SQL stays in `sqlite`.
//!
//! A step writes through one closure, begun before the state on which its decision rests is read; the closure may
//! run more than once. Reads see one consistent moment.

#[cfg(test)]
mod contract;
pub mod error;
pub mod records;
pub mod sqlite;

use crate::domain::blanks::{BlankEvent, BlankUse};
use crate::domain::card::CardResult;
use crate::domain::card::{Batch, Card};
use crate::domain::destruction::{Destruction, DueCard};
use crate::domain::dossier::{Decision, Expedite, FactSource, Handover, Signature, WalkIn};
use crate::domain::moment::Moment;
use crate::domain::name::NameSearch;
use crate::domain::nik::Nik;
use crate::domain::notices::Notice;
use crate::domain::phone::Phone;
use crate::domain::queue::{QueueRow, Trace};
use crate::domain::registration::Registration;
use crate::domain::snapshot::Known;
use anyhow::Result;
use chrono::NaiveDate;
use records::{
    BatchFilter, Event, FileId, FileKind, FileMark, FileRecord, Fingerprint, IntegrityFault, OutFile, RejectRecord,
    RowFates, SnapshotId, SnapshotRecord,
};

/// A store of one office.
pub trait Store {
    /// Reads at one consistent moment.
    ///
    /// # Errors
    /// Passes on what the step returns, and faults of the store.
    fn read<T>(&self, step: impl FnOnce(&dyn Facts) -> Result<T>) -> Result<T>;

    /// Writes in one transaction, all or nothing. The step may run again after a refused commit.
    ///
    /// # Errors
    /// Passes on what the step returns; then nothing was written.
    fn write<T>(&mut self, step: impl FnMut(&mut dyn Ledger) -> Result<T>) -> Result<T>;

    /// Runs a step like `write` and takes everything back: a dry run on the same path.
    ///
    /// # Errors
    /// Passes on what the step returns.
    fn rehearse<T>(&mut self, step: impl FnMut(&mut dyn Ledger) -> Result<T>) -> Result<T>;
}

/// What can be read, beside the facts behind applications.
pub trait Facts: FactSource<Error = anyhow::Error> {
    /// Returns the imported files of one kind, oldest first.
    fn files(&self, kind: FileKind) -> Result<Vec<FileRecord>>;

    /// Returns the marks of files in the inbox, by kind and name; one that is damaged is none.
    fn file_marks(&self) -> Result<Vec<FileMark>>;

    /// Returns the rejected rows of one file, by line.
    fn rejects(&self, file: FileId) -> Result<Vec<RejectRecord>>;

    /// Returns the newest snapshot by its time.
    fn newest_snapshot(&self) -> Result<Option<SnapshotRecord>>;

    /// Returns every entry ever listed, by NIK, with what a comparison needs.
    fn known_entries(&self) -> Result<Vec<Known>>;

    /// Returns the status date of an entry that was ever listed.
    fn entry_status_at(&self, nik: Nik) -> Result<Option<Moment>>;

    /// Returns those of these NIKs, which must be in ascending order, whose entry, whether it is in the queue or left it,
    /// has a name that is wanted.
    fn entries_named(&self, niks: &[Nik], is_wanted: &mut dyn FnMut(&str) -> bool) -> Result<Vec<Nik>>;

    /// Returns batches, by date, operator and ordinal.
    fn batches(&self, filter: BatchFilter) -> Result<Vec<Batch>>;

    /// Returns the batches that have open cards, by date, operator and ordinal, each with how many.
    fn open_batches(&self) -> Result<Vec<(Batch, u64)>>;

    /// Returns the cards of a batch by their number, withdrawn ones too.
    fn cards(&self, batch: &str) -> Result<Vec<Card>>;

    /// Returns every card of one NIK, in the order of planning.
    fn cards_of(&self, nik: Nik) -> Result<Vec<Card>>;

    /// Counts cards that are open in any batch.
    fn open_cards(&self) -> Result<u64>;

    /// Returns the walk-in prints, oldest first.
    fn walk_ins(&self) -> Result<Vec<WalkIn>>;

    /// Returns every application ever put before the others, oldest first.
    fn expedites(&self) -> Result<Vec<Expedite>>;

    /// Returns the ledger of blanks in the order of recording.
    fn blank_events(&self) -> Result<Vec<BlankEvent>>;

    /// Counts the blanks used by printed and spoiled cards and walk-in prints recorded after `recorded`.
    fn blanks_used_after(&self, recorded: u64) -> Result<u64>;

    /// Visits every use of a blank in the order of recording.
    fn blank_uses(&self, visit: &mut dyn FnMut(BlankUse)) -> Result<()>;

    /// Returns every notice ever given, by NIK, kind and state.
    fn notices(&self) -> Result<Vec<Notice>>;

    /// Returns the spoiled and surrendered cards that no record of destruction names, oldest first.
    fn cards_to_destroy(&self) -> Result<Vec<DueCard>>;

    /// Returns a record of destruction by its number.
    fn destruction(&self, number: u32) -> Result<Option<Destruction>>;

    /// Returns the first so many of everybody, in ascending order, whom a search finds by the name of a queue entry, a
    /// trusted registration or a print at the counter. No dossier is built: a counter waits for the answer.
    fn niks_named(&self, search: &mut NameSearch<'_>, at_most: usize) -> Result<Vec<Nik>>;

    /// Returns whose registration or queue entry has this phone number, in ascending order.
    fn niks_with_phone(&self, phone: &Phone) -> Result<Vec<Nik>>;

    /// Returns whose queue entry has this request number, in ascending order.
    fn niks_with_request(&self, request_no: &str) -> Result<Vec<Nik>>;

    /// Returns the held registrations whose name a search finds, by moment and row key.
    fn held_named(&self, search: &mut NameSearch<'_>) -> Result<Vec<Registration>>;

    /// Returns the held registrations with this phone number, by moment and row key.
    fn held_with_phone(&self, phone: &Phone) -> Result<Vec<Registration>>;

    /// Returns the held registrations in whose NIK cell this stands, by moment and row key.
    fn held_written(&self, nik_text: &str) -> Result<Vec<Registration>>;

    /// Returns those of these NIKs that were registered or ever queued, in their order.
    fn known_among(&self, niks: &[Nik]) -> Result<Vec<Nik>>;

    /// Returns the newest `limit` events, oldest of them first; all with `None`.
    fn events(&self, limit: Option<u32>) -> Result<Vec<Event>>;

    /// Returns the files written for batches, to be held against their hashes.
    fn out_files(&self) -> Result<Vec<OutFile>>;

    /// Looks for damage: pages, indexes, foreign keys, and counts that do not agree.
    fn integrity_faults(&self) -> Result<Vec<IntegrityFault>>;

    /// Looks for damage where a night can afford it before it begins: in all that people did and decided.
    fn early_faults(&self) -> Result<Vec<IntegrityFault>>;
}

/// What can be written in a step.
pub trait Ledger: Facts {
    /// Records an imported file; its id stands in what follows.
    fn add_file(&mut self, file: &FileRecord) -> Result<FileId>;

    /// Sets the numbers of a file once its rows are in; a check refuses numbers that break the equation.
    fn close_file(&mut self, id: FileId, file: &FileRecord) -> Result<()>;

    /// Replaces all marks of files in the inbox, one to a kind and name.
    fn set_file_marks(&mut self, marks: &[FileMark]) -> Result<()>;

    /// Takes registrations with their lines, in any order and in any number of calls; readers see them once they are
    /// settled.
    fn add_registrations(&mut self, file: FileId, rows: &mut dyn Iterator<Item = (u64, &Registration)>) -> Result<()>;

    /// Settles the registrations that were taken, and tells what became of them since the last time.
    ///
    /// A known row is unchanged; one that was held and is trusted now is changed; a new one is added or held.
    fn settle_registrations(&mut self) -> Result<RowFates>;

    /// Records rejected rows; one whose cells were mended before is mended already.
    fn add_rejects(&mut self, file: FileId, rejects: &[RejectRecord]) -> Result<()>;

    /// Notes that rejected rows, by file and line, came in after all.
    fn mend_rejects(&mut self, rows: &[(String, u64)]) -> Result<()>;

    /// Opens a snapshot.
    fn add_snapshot(&mut self, file: FileId, taken_at: Moment, partial: bool) -> Result<SnapshotId>;

    /// Takes a row of a snapshot, with the fingerprint of its content and the trace of its line. It waits until it is
    /// written; rows are numbered from 0 on as they come.
    fn keep_entry(&mut self, row: &QueueRow, content: Fingerprint, trace: Option<Trace>) -> Result<()>;

    /// Writes those of the rows that wait which are new or changed, by their numbers, in ascending order of NIK, and
    /// forgets the others; keeps each status and date it has not seen.
    fn write_entries(&mut self, snapshot: SnapshotId, rows: &[u32]) -> Result<()>;

    /// Replaces the traces of entries, in ascending order of NIK, that were read from other lines and say the same.
    fn retrace_entries(&mut self, traces: &[(Nik, Trace)]) -> Result<()>;

    /// Records that entries are no longer listed.
    fn mark_left(&mut self, snapshot: SnapshotId, niks: &[Nik]) -> Result<()>;

    /// Records a batch and its cards; a constraint refuses a card that is open or printed on the same right.
    fn add_batch(&mut self, batch: &Batch, cards: &[Card]) -> Result<()>;

    /// Records or replaces the result of one card.
    fn answer_card(&mut self, batch: &str, seq: u32, result: CardResult, note: Option<&str>, at: Moment) -> Result<()>;

    /// Records that a result file came back without an answer for a card.
    fn mark_asked(&mut self, batch: &str, seq: u32) -> Result<()>;

    /// Takes an open card out of its batch.
    fn withdraw_card(&mut self, batch: &str, seq: u32, at: Moment) -> Result<()>;

    /// Records a card printed at the counter.
    fn add_walk_in(&mut self, walk_in: &WalkIn) -> Result<()>;

    /// Records that a printed card was given out.
    fn add_handover(&mut self, nik: Nik, handover: &Handover, user: &str) -> Result<()>;

    /// Puts an application before the others.
    fn add_expedite(&mut self, expedite: &Expedite) -> Result<()>;

    /// Records a decision.
    fn add_decision(&mut self, decision: &Decision) -> Result<()>;

    /// Takes back the standing decisions that say the same of the same facts; what was decided stays recorded.
    fn withdraw_decision(&mut self, decision: &Decision, signature: &Signature) -> Result<()>;

    /// Adds a line to the ledger of blanks (`recorded` is given by the store).
    fn add_blank_event(&mut self, event: &BlankEvent) -> Result<()>;

    /// Records that citizens were told; a constraint refuses a notice that was given in the same state.
    fn add_notices(&mut self, notices: &[Notice]) -> Result<()>;

    /// Records a destruction with its cards, and returns its number (`number` is given by the store); a constraint
    /// refuses a card that was destroyed before.
    fn add_destruction(&mut self, destruction: &Destruction) -> Result<u32>;

    /// Records who did what.
    fn add_event(&mut self, event: &Event) -> Result<()>;

    /// Replaces the list of files written for the batches of one date.
    fn set_out_files(&mut self, date: NaiveDate, files: &[OutFile]) -> Result<()>;
}
