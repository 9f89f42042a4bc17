//! One transaction, seen through the traits of the store: each method is one line to the file that owns its tables.

use super::blocks::{AlikeWords, Blocks, Division, Kind, NameCell, Sizes, Tier, Words};
use super::fault::Outcome;
use super::queue_writing::WaitingEntries;
use super::registrations::Waiting;
use super::texts::{AllTexts, KnownTexts, Texts};
use super::{
    batches, blanks, books, decisions, destructions, dossiers, files, held, log, lookup, marks, notices, people, queue,
    queue_writing, registrations, retracing,
};
use crate::domain::blanks::{BlankEvent, BlankUse};
use crate::domain::card::CardResult;
use crate::domain::card::{Batch, Card};
use crate::domain::destruction::{Destruction, DueCard};
use crate::domain::dossier::{Decision, Dossier, Expedite, FactSource, Handover, NewSieve, Signature, WalkIn};
use crate::domain::moment::Moment;
use crate::domain::name::NameSearch;
use crate::domain::nik::{Nik, NikReading};
use crate::domain::notices::Notice;
use crate::domain::parts::{DossierWork, EntryWork, UnqueuedWork};
use crate::domain::phone::Phone;
use crate::domain::queue::{QueueEntry, QueueRow, Trace};
use crate::domain::registration::{Registration, RowKey};
use crate::domain::snapshot::Known;
use crate::domain::text::Text;
use crate::store::error::StoreError;
use crate::store::records::{
    BatchFilter, Event, FileId, FileKind, FileMark, FileRecord, Fingerprint, IntegrityFault, OutFile, RejectRecord,
    RowFates, SnapshotId, SnapshotRecord,
};
use crate::store::{Facts, Ledger};
use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Statement};
use std::cell::{Ref, RefCell, RefMut};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::thread;

/// What a transaction is given and remembers; it must not outlive the transaction.
pub(super) struct Step<'c> {
    pub(super) connection: &'c Connection,
    pub(super) texts: Texts<'c>,
    /// The keys of held registrations, once they were needed.
    pub(super) held_keys: RefCell<Option<HashSet<RowKey>>>,
    /// Registrations that were taken and not written yet.
    pub(super) waiting: RefCell<Waiting>,
    /// Rows of a snapshot that were taken and not written yet.
    pub(super) waiting_entries: RefCell<WaitingEntries>,
    /// How large blocks are.
    pub(super) sizes: Sizes,
    words: RefCell<Option<Words>>,
    /// What is run for one card after the other. To read SQL costs more than to run it, the more so with its triggers.
    statements: RefCell<HashMap<&'static str, Statement<'c>>>,
}

impl<'c> Step<'c> {
    pub(super) fn new(connection: &'c Connection, sizes: Sizes) -> Self {
        Self {
            connection,
            texts: Texts::new(connection),
            held_keys: RefCell::new(None),
            waiting: RefCell::default(),
            waiting_entries: RefCell::default(),
            sizes,
            words: RefCell::new(None),
            statements: RefCell::default(),
        }
    }

    /// Runs a statement that is prepared once in a step.
    pub(super) fn with_statement<T>(
        &self,
        sql: &'static str,
        run: impl FnOnce(&mut Statement<'c>) -> rusqlite::Result<T>,
    ) -> Outcome<T> {
        let mut statements = self.statements.borrow_mut();
        let statement = match statements.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.connection.prepare(sql)?),
        };
        Ok(run(statement)?)
    }

    /// The words of which names are made.
    pub(super) fn words(&self) -> Outcome<Ref<'_, Words>> {
        self.know_words()?;
        Ref::filter_map(self.words.borrow(), Option::as_ref).map_err(|_| no_words())
    }

    /// What rows of blocks are read with.
    pub(super) fn lexicon(&self) -> Outcome<Lexicon<'_>> {
        Ok(Lexicon {
            texts: self.texts.all()?,
            words: self.words()?,
        })
    }

    /// The words of which names are made, to number new ones.
    #[inline]
    pub(super) fn words_mut(&self) -> Outcome<RefMut<'_, Words>> {
        self.know_words()?;
        RefMut::filter_map(self.words.borrow_mut(), Option::as_mut).map_err(|_| no_words())
    }

    /// A reader in a reader must not borrow what is known already.
    #[inline]
    fn know_words(&self) -> Outcome<()> {
        if self.words.borrow().is_none() {
            *self.words.borrow_mut() = Some(Blocks::of(self.connection).load_words()?);
        }
        Ok(())
    }

    /// How a pass over everything of these kinds is divided.
    pub(super) fn division(&self, kinds: &[Kind]) -> Outcome<Division> {
        let blocks = Blocks::of(self.connection);
        let mut rows = 0;
        for (kind, tier) in kinds.iter().flat_map(|kind| Tier::ALL.map(|tier| (*kind, tier))) {
            rows += blocks.row_count(kind, tier)?;
        }
        Ok(Division {
            blocks: self.sizes.part_blocks,
            two_cores: rows >= self.sizes.two_cores_from,
        })
    }

    /// Writes the words that are new.
    pub(super) fn store_words(&self) -> Outcome<()> {
        match self.words.borrow_mut().as_mut() {
            Some(words) => Blocks::of(self.connection).store_words(words),
            None => Ok(()),
        }
    }
}

/// The texts and the words of names that rows of blocks refer to, while nobody writes.
pub(super) struct Lexicon<'s> {
    texts: Ref<'s, KnownTexts>,
    words: Ref<'s, Words>,
}

impl Lexicon<'_> {
    /// Lends everything to readers in any thread.
    pub(super) fn lend(&self) -> Lent<'_> {
        Lent {
            texts: self.texts.lend(),
            words: &self.words,
        }
    }

    /// Begins to read rows.
    pub(super) fn reading(&self) -> Reading<'_> {
        self.lend().reading()
    }

    /// Compares the words of names.
    pub(super) fn alike_words(&self) -> Outcome<AlikeWords> {
        AlikeWords::of(&self.words)
    }
}

/// What a lexicon lends.
#[derive(Clone, Copy)]
pub(super) struct Lent<'r> {
    texts: AllTexts<'r>,
    words: &'r Words,
}

impl<'r> Lent<'r> {
    /// Begins to read rows.
    pub(super) fn reading(self) -> Reading<'r> {
        let Self { texts, words } = self;
        let name = String::new();
        Reading { texts, words, name }
    }
}

/// What rows of blocks are read with.
pub(super) struct Reading<'r> {
    pub(super) texts: AllTexts<'r>,
    words: &'r Words,
    /// Room to write a name in.
    name: String,
}

impl Reading<'_> {
    /// Reads the name of a row.
    #[inline]
    pub(super) fn name(&mut self, cell: NameCell<'_>) -> Outcome<Text> {
        self.words.write(cell, &mut self.name)?;
        Ok(self.name.as_str().into())
    }
}

fn no_words() -> StoreError {
    StoreError::Engine("the words of names were not read".to_owned())
}

impl FactSource for Step<'_> {
    type Error = anyhow::Error;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<()>) -> Result<()> {
        dossiers::visit_all(self, visit)
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>> {
        dossiers::of(self, nik)
    }

    fn dossiers_of(&self, niks: &[Nik], visit: &mut dyn FnMut(Dossier) -> Result<()>) -> Result<()> {
        dossiers::of_many(self, niks, visit)
    }

    fn unqueued_parts(&self, work: &UnqueuedWork<'_>, done: &mut dyn FnMut(usize) -> Result<()>) -> Result<()> {
        registrations::unqueued_in_parts(self, work, done)
    }

    fn held_registrations(&self) -> Result<Vec<Registration>> {
        Ok(held::all(self)?)
    }

    fn held_meaning(&self, may_mean: &mut dyn FnMut(&NikReading, Option<u64>) -> bool) -> Result<Vec<Registration>> {
        Ok(held::meaning(self, may_mean)?)
    }

    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<()>) -> Result<()> {
        queue::visit_present(self, visit)
    }

    fn dossier_parts(&self, work: &DossierWork<'_>, done: &mut dyn FnMut(usize) -> Result<()>) -> Result<()> {
        dossiers::in_parts(self, work, done)
    }

    fn do_both(&self, one: &mut (dyn FnMut() + Send), other: &mut (dyn FnMut() + Send)) {
        thread::scope(|scope| {
            scope.spawn(other);
            one();
        });
    }

    fn entry_parts(&self, work: &EntryWork<'_>, done: &mut dyn FnMut(usize) -> Result<()>) -> Result<()> {
        queue::in_parts(self, work, done)
    }

    fn queued_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>> {
        Ok(lookup::queued_among(self, new_sieve)?)
    }

    fn registered_among(&self, new_sieve: &NewSieve<'_>) -> Result<Vec<Nik>> {
        Ok(lookup::registered_among(self, new_sieve)?)
    }

    fn decisions(&self) -> Result<Vec<Decision>> {
        Ok(decisions::all(self)?)
    }
}

impl Facts for Step<'_> {
    fn files(&self, kind: FileKind) -> Result<Vec<FileRecord>> {
        Ok(files::of_kind(self, kind)?)
    }

    fn file_marks(&self) -> Result<Vec<FileMark>> {
        Ok(marks::all(self)?)
    }

    fn rejects(&self, file: FileId) -> Result<Vec<RejectRecord>> {
        Ok(files::rejects(self, file)?)
    }

    fn newest_snapshot(&self) -> Result<Option<SnapshotRecord>> {
        Ok(queue::newest_snapshot(self)?)
    }

    fn known_entries(&self) -> Result<Vec<Known>> {
        queue::known(self)
    }

    fn entries_named(&self, niks: &[Nik], is_wanted: &mut dyn FnMut(&str) -> bool) -> Result<Vec<Nik>> {
        Ok(queue::named(self, niks, is_wanted)?)
    }

    fn entry_status_at(&self, nik: Nik) -> Result<Option<Moment>> {
        Ok(queue::status_at(self, nik)?)
    }

    fn batches(&self, filter: BatchFilter) -> Result<Vec<Batch>> {
        Ok(batches::all(self, filter)?)
    }

    fn open_batches(&self) -> Result<Vec<(Batch, u64)>> {
        Ok(batches::open(self)?)
    }

    fn cards(&self, batch: &str) -> Result<Vec<Card>> {
        Ok(batches::cards(self, batch)?)
    }

    fn cards_of(&self, nik: Nik) -> Result<Vec<Card>> {
        Ok(batches::cards_of(self, nik)?)
    }

    fn open_cards(&self) -> Result<u64> {
        Ok(batches::open_cards(self)?)
    }

    fn walk_ins(&self) -> Result<Vec<WalkIn>> {
        Ok(people::walk_ins(self)?)
    }

    fn expedites(&self) -> Result<Vec<Expedite>> {
        Ok(people::expedites(self)?)
    }

    fn blank_events(&self) -> Result<Vec<BlankEvent>> {
        Ok(blanks::events(self)?)
    }

    fn blanks_used_after(&self, recorded: u64) -> Result<u64> {
        Ok(blanks::used_after(self, recorded)?)
    }

    fn blank_uses(&self, visit: &mut dyn FnMut(BlankUse)) -> Result<()> {
        Ok(blanks::uses(self, visit)?)
    }

    fn notices(&self) -> Result<Vec<Notice>> {
        Ok(notices::all(self)?)
    }

    fn cards_to_destroy(&self) -> Result<Vec<DueCard>> {
        destructions::due(self)
    }

    fn destruction(&self, number: u32) -> Result<Option<Destruction>> {
        Ok(destructions::numbered(self, number)?)
    }

    fn niks_named(&self, search: &mut NameSearch<'_>, at_most: usize) -> Result<Vec<Nik>> {
        Ok(lookup::niks_named(self, search, at_most)?)
    }

    fn niks_with_phone(&self, phone: &Phone) -> Result<Vec<Nik>> {
        Ok(lookup::with_phone(self, phone)?)
    }

    fn niks_with_request(&self, request_no: &str) -> Result<Vec<Nik>> {
        Ok(lookup::with_request(self, request_no)?)
    }

    fn held_named(&self, search: &mut NameSearch<'_>) -> Result<Vec<Registration>> {
        Ok(held::named(self, search)?)
    }

    fn held_with_phone(&self, phone: &Phone) -> Result<Vec<Registration>> {
        Ok(held::with_phone(self, phone)?)
    }

    fn held_written(&self, nik_text: &str) -> Result<Vec<Registration>> {
        Ok(held::written(self, nik_text)?)
    }

    fn known_among(&self, niks: &[Nik]) -> Result<Vec<Nik>> {
        Ok(lookup::known_among(self, niks)?)
    }

    fn events(&self, limit: Option<u32>) -> Result<Vec<Event>> {
        Ok(log::events(self, limit)?)
    }

    fn out_files(&self) -> Result<Vec<OutFile>> {
        Ok(log::out_files(self)?)
    }

    fn integrity_faults(&self) -> Result<Vec<IntegrityFault>> {
        Ok(books::faults(self.connection)?)
    }

    fn early_faults(&self) -> Result<Vec<IntegrityFault>> {
        Ok(books::small_faults(self.connection)?)
    }
}

impl Ledger for Step<'_> {
    fn add_file(&mut self, file: &FileRecord) -> Result<FileId> {
        Ok(files::add(self, file)?)
    }

    fn close_file(&mut self, id: FileId, file: &FileRecord) -> Result<()> {
        Ok(files::close(self, id, file)?)
    }

    fn set_file_marks(&mut self, marks: &[FileMark]) -> Result<()> {
        Ok(marks::set(self, marks)?)
    }

    fn add_registrations(&mut self, file: FileId, rows: &mut dyn Iterator<Item = (u64, &Registration)>) -> Result<()> {
        Ok(registrations::add(self, file, rows)?)
    }

    fn settle_registrations(&mut self) -> Result<RowFates> {
        Ok(registrations::settle(self)?)
    }

    fn add_rejects(&mut self, file: FileId, rejects: &[RejectRecord]) -> Result<()> {
        Ok(files::add_rejects(self, file, rejects)?)
    }

    fn mend_rejects(&mut self, rows: &[(String, u64)]) -> Result<()> {
        Ok(files::mend_rejects(self, rows)?)
    }

    fn add_snapshot(&mut self, file: FileId, taken_at: Moment, partial: bool) -> Result<SnapshotId> {
        Ok(queue::add_snapshot(self, file, taken_at, partial)?)
    }

    fn keep_entry(&mut self, row: &QueueRow, content: Fingerprint, trace: Option<Trace>) -> Result<()> {
        Ok(queue_writing::keep(self, row, content, trace)?)
    }

    fn write_entries(&mut self, snapshot: SnapshotId, rows: &[u32]) -> Result<()> {
        Ok(queue_writing::write(self, snapshot, rows)?)
    }

    fn retrace_entries(&mut self, traces: &[(Nik, Trace)]) -> Result<()> {
        Ok(retracing::retrace(self, traces)?)
    }

    fn mark_left(&mut self, snapshot: SnapshotId, niks: &[Nik]) -> Result<()> {
        Ok(queue_writing::mark_left(self, snapshot, niks)?)
    }

    fn add_batch(&mut self, batch: &Batch, cards: &[Card]) -> Result<()> {
        Ok(batches::add(self, batch, cards)?)
    }

    fn answer_card(&mut self, batch: &str, seq: u32, result: CardResult, note: Option<&str>, at: Moment) -> Result<()> {
        Ok(batches::answer(self, batch, seq, result, note, at)?)
    }

    fn mark_asked(&mut self, batch: &str, seq: u32) -> Result<()> {
        Ok(batches::mark_asked(self, batch, seq)?)
    }

    fn withdraw_card(&mut self, batch: &str, seq: u32, at: Moment) -> Result<()> {
        Ok(batches::withdraw(self, batch, seq, at)?)
    }

    fn add_walk_in(&mut self, walk_in: &WalkIn) -> Result<()> {
        Ok(people::add_walk_in(self, walk_in)?)
    }

    fn add_handover(&mut self, nik: Nik, handover: &Handover, user: &str) -> Result<()> {
        Ok(people::add_handover(self, nik, handover, user)?)
    }

    fn add_expedite(&mut self, expedite: &Expedite) -> Result<()> {
        Ok(people::add_expedite(self, expedite)?)
    }

    fn add_decision(&mut self, decision: &Decision) -> Result<()> {
        Ok(decisions::add(self, decision)?)
    }

    fn withdraw_decision(&mut self, decision: &Decision, signature: &Signature) -> Result<()> {
        Ok(decisions::withdraw(self, decision, signature)?)
    }

    fn add_blank_event(&mut self, event: &BlankEvent) -> Result<()> {
        Ok(blanks::add(self, event)?)
    }

    fn add_notices(&mut self, notices: &[Notice]) -> Result<()> {
        Ok(notices::add(self, notices)?)
    }

    fn add_destruction(&mut self, destruction: &Destruction) -> Result<u32> {
        Ok(destructions::add(self, destruction)?)
    }

    fn add_event(&mut self, event: &Event) -> Result<()> {
        Ok(log::add_event(self, event)?)
    }

    fn set_out_files(&mut self, date: NaiveDate, files: &[OutFile]) -> Result<()> {
        Ok(log::set_out_files(self, date, files)?)
    }
}
