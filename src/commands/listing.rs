//! What every list takes: a format, and a file to write to.

use crate::context::Context;
use crate::domain::ageing::{self, DayMode};
use crate::domain::application::{Application, Category};
use crate::domain::moment::Moment;
use crate::messages::Failure;
use crate::outputs::applications::Aged;
use crate::outputs::file::write_whole;
use crate::outputs::listing::Listing;
use crate::outputs::{csv, json, table, xlsx};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};

/// Options of every list.
#[derive(Clone, Debug, Args)]
#[allow(missing_docs)] // the words stand in messages::help
pub struct ListArgs {
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub format: Format,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Format {
    Table,
    Csv,
    Json,
    Xlsx,
}

impl ListArgs {
    /// Refuses what cannot work before anything is done.
    ///
    /// # Errors
    /// A spreadsheet without a file to write it to.
    pub fn check(&self) -> Result<()> {
        match (self.format, &self.output) {
            (Format::Xlsx, None) => Err(Failure::XlsxNeedsFile.into()),
            _ => Ok(()),
        }
    }

    /// Tells whether the list is a table for people, on a screen or in a file.
    pub fn is_table(&self) -> bool {
        self.format == Format::Table
    }

    /// Tells whether a person reads the list on a screen.
    pub fn is_screen(&self) -> bool {
        self.format == Format::Table && self.output.is_none()
    }

    /// Writes a list in the format asked for, to the file asked for or to standard output.
    ///
    /// # Errors
    /// The file or standard output cannot be written.
    pub fn show(
        &self,
        context: &Context,
        data: impl FnOnce() -> Result<serde_json::Value>,
        listing: impl FnOnce() -> Listing,
    ) -> Result<()> {
        let bytes = match self.format {
            Format::Json => json::pretty(&data()?)?,
            Format::Csv => csv::bytes(&listing(), context.zone())?,
            Format::Xlsx => xlsx::bytes(&listing(), context.as_of, context.zone(), context.lang)?,
            Format::Table => table::render(&listing(), &context.table_style(self.output.is_some())).into_bytes(),
        };
        self.put(context, &bytes)
    }

    /// Writes what was rendered already to the file asked for or to standard output.
    ///
    /// # Errors
    /// The file or standard output cannot be written.
    pub fn put(&self, context: &Context, bytes: &[u8]) -> Result<()> {
        match &self.output {
            Some(path) => {
                refuse_own_file(context, path)?;
                write_whole(path, bytes).map(drop)
            }
            None => context.ui.result(bytes),
        }
    }
}

/// Adds the age of an application.
///
/// # Errors
/// Working days outside the calendar.
pub fn aged(context: &Context, application: Application, since: Moment, counting: DayMode) -> Result<Aged> {
    let days_waiting = ageing::days_waiting(since, context.as_of, context.zone(), counting)?;
    Ok(Aged {
        application,
        since,
        days_waiting,
    })
}

/// Reads the categories asked for.
///
/// # Errors
/// A word that is no category.
pub fn categories(words: &[String]) -> Result<Vec<Category>> {
    let unknown = |text: &String| Failure::UnknownCategory {
        text: text.clone(),
        known: Category::ALL.map(Category::code).to_vec(),
    };
    words
        .iter()
        .map(|word| Category::from_code(word).ok_or_else(|| unknown(word).into()))
        .collect()
}

/// Refuses to write a list over what the home itself lives on: settings, store, lock, inbox and backups.
///
/// # Errors
/// The path is one of them.
pub fn refuse_own_file(context: &Context, path: &Path) -> Result<()> {
    let Ok(home) = context.home() else {
        return Ok(());
    };
    let full = context.current.join(path);
    let folder = full.parent().and_then(|folder| fs::canonicalize(folder).ok());
    let (Some(folder), Some(name)) = (folder, full.file_name()) else {
        return Ok(());
    };
    let full = fs::canonicalize(&full).unwrap_or_else(|_| folder.join(name));
    let Ok(inside) = full.strip_prefix(home.root()) else {
        return Ok(());
    };
    let first = inside
        .components()
        .next()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .unwrap_or_default();
    let own = first.starts_with("cetak.") || first.starts_with(".cetak") || first == "inbox" || first == "backups";
    let name = name.to_string_lossy();
    let of_batches = first == "outbox" && (name == "manifest.json" || name.starts_with("batch-"));
    match own || of_batches {
        true => Err(Failure::OwnFile {
            path: path.display().to_string(),
        }
        .into()),
        false => Ok(()),
    }
}
