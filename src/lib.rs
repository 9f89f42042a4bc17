//! `cetak` runs the print jobs of an Indonesian civil registration office, night after night.
//!
//! # Bird's-eye view
//!
//! Two exports come in: registrations that citizens filled in (the link), and the print queue of the population system.
//! Neither knows of the other. `cetak` keeps both as facts, joins them by NIK into *applications*, says of each where it
//! stands and whose move it is, and plans who prints what tomorrow. What was printed comes back as results. Nothing is
//! matched by likeness without a person, and no card is printed twice.
//!
//! ```text
//!  files --> intake --> domain --> store --> domain --> outputs --> outbox
//!            bytes to   snapshot,  facts,    reconcile, batch files,
//!            records    results    only      batching   lists, JSON
//! ```
//!
//! Every command walks the same four steps: **read** facts, come to a pure **decision** in which each item has its
//! reason, **commit** it, and only then **show** it and write files. A dry run is the same path without the commit.
//!
//! # The rooms
//!
//! Imports point inward; a test (`tests/it/tidy`) holds the arrows.
//!
//! ```text
//! main -> cli -> commands -> { intake, store, outputs, config, home, ui, context } -> { domain, messages }
//! ```
//!
//! | room | owns | must not know |
//! |---|---|---|
//! | [`domain`] | the rules of the office, pure: NIK, names, statuses, applications, batches, blanks, days | files, SQL, clocks, terminals, the rest of the crate |
//! | [`messages`] | every sentence that a person reads, in Indonesian and English | what is decided |
//! | [`intake`] | bytes to records: encodings, delimiters, headers, times, damaged rows, spreadsheets | the store, the clock, sentences |
//! | [`store`] | the traits in words of the domain, and behind them SQLite: tables, migrations, backups | what facts mean |
//! | [`outputs`] | tables, CSV, JSON, spreadsheets, and files that appear whole | where facts come from |
//! | [`config`] [`home`] [`context`] [`ui`] [`exit`] [`interrupt`] | settings; folders and the run lock; what a run is given; the terminal; exit codes; signals | rules |
//! | [`commands`] | one recipe a subcommand | rules of its own |
//! | [`cli`] | the command line, and its help in two languages | what commands do |
//!
//! # Where to look
//!
//! - Where does an application stand, and why? [`domain::standing`], in the order of the categories.
//! - What does a night ask of everybody, and when is an application made at all? [`domain::application::Glimpse`],
//!   [`domain::standing::look_at`].
//! - Whose entry does a damaged or mistyped NIK mean? [`domain::near_match`]; are two names one person's? [`domain::name`].
//! - Who is told that it is their move? [`domain::notices`]. Do the blanks balance? [`domain::blank_book`].
//! - What is a card, a batch, a right to print? [`domain::card`]. What may a result say of it? [`domain::results`].
//! - Which questions wait for a person, and what does an answer change? [`domain::questions`], [`domain::deciding`].
//! - Who is printed tomorrow, by whom? [`domain::batching`]. What does a snapshot change? [`domain::snapshot`].
//! - How does the backlog develop? [`domain::forecast::development`]. How did it? [`domain::history`],
//!   [`domain::production`]; the page that shows it: [`outputs::head_page`], its plots: [`outputs::svg`].
//! - How is a row read from a file that Excel damaged? [`intake::records`], [`intake::timestamps`], [`domain::nik`].
//! - What is a citizen told, and when can the card be expected? [`domain::answer`], on [`domain::forecast`].
//! - What stands in the store? `store/sqlite/migrations/`, one numbered file each. How do a million people lie in it?
//!   `store/sqlite/blocks/`: a thousand to a row, column by column, in two tiers. How is damage seen? Each block has a
//!   checksum, each small table a seal (`store/sqlite/seals.rs`).
//! - Which files of the inbox are not read again? `commands/import/marks.rs`, and what a mark hangs on; those that had just
//!   been written are known by a quick hash: [`intake::prints`]. Of a link export that grew only the end is looked
//!   through: [`intake::beginnings`].
//! - Which lines of a snapshot are not read again, since an earlier night read them? `intake/traces.rs`; what they do to the
//!   snapshot all the same: [`domain::snapshot`].
//! - How do two cores read one file? `intake/hands.rs`. How do they judge a million people? [`domain::parts`], from the
//!   blocks in `store/sqlite/blocks/parts.rs`: each takes a stretch of NIKs, most people by an outline.
//! - How are a few people answered for while a clerk waits? [`domain::few`]; how are they found among a million?
//!   `store/sqlite/lookup.rs`.
//! - What keeps a spreadsheet from taking the run with it? [`intake::fenced`], [`intake::unpacking`].
//! - What may fail, and what is left then? `tests/it/sweep`. How fast is a night? `examples/bench`.
//! - What does a night do? [`commands::nightly`].
//!
//! # Invariants
//!
//! - Facts are stored, everything else is computed: no table holds a category, an age or a list.
//! - The same facts, settings, language and `--as-of` give the same bytes. The clock is read in [`context`] only.
//! - `rows = added + changed + unchanged + held + rejected` for every file; the store refuses a file that breaks it.
//! - A NIK has at most one open card, and a right to print (a queue entry's status, a reprint's registration) is used once.
//!   The code decides it, and unique indexes enforce it.
//! - A step that writes begins its transaction before it reads what it decides on; the closure may run again.
//! - Nothing is printed, and nobody is asked, while a transaction is open.
//! - A file appears under its final name whole or not at all.
//! - A NIK, a KK or a phone number has no `Display`, and its `Debug` is masked.

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
