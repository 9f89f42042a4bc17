//! The files of a day: projections that the next run writes again where a crash left them out.
//!
//! What a clerk wrote into a file is never destroyed: a file that is no longer what was written is set aside under
//! another name before the fresh one takes its place.

use super::plan::{DayPlan, day_batches};
use crate::commands::aside::set_aside;
use crate::commands::office::Office;
use crate::context::Context;
use crate::domain::card::{Batch, Card};
use crate::domain::moment::{Moment, Zone};
use crate::home::read_if_there;
use crate::messages::{Lang, batch as words};
use crate::outputs::batch_files::{Manifest, ManifestBatch, ManifestFile, belongs, work_list};
use crate::outputs::file::{has_hash, remove_for_good, sha256_hex, write_all_whole};
use crate::outputs::reports::{BatchLine, BatchReport};
use crate::outputs::{csv, json, xlsx};
use crate::store::Store;
use crate::store::records::{BatchFilter, OutFile};
use anyhow::{Context as _, Result, anyhow};
use chrono::NaiveDate;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;
use std::thread;

/// A written day.
#[derive(Clone, Debug)]
pub struct WrittenDay {
    /// The contract's report.
    pub report: BatchReport,
    /// Paths relative to the home.
    pub files: Vec<String>,
}

/// A file as it ought to stand.
struct Projection {
    path: String,
    batch: Option<String>,
    /// None where it stands already.
    bytes: Option<Vec<u8>>,
    sha256: String,
    recipe: Option<String>,
}

/// What will stand in the files of a batch.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    text: Vec<u8>,
    sheet: Vec<u8>,
}

/// What was made ahead of the files, by the names of the batches.
pub(super) type MadeAhead = BTreeMap<String, Contents>;

/// Makes what will stand in the files of one batch after the other that `next` gives.
///
/// # Errors
/// One cannot be rendered.
pub(super) fn make_ahead<'b>(
    next: impl FnMut() -> Option<&'b (Batch, Vec<Card>)>,
    lang: Lang,
    zone: Zone,
) -> Result<MadeAhead> {
    let make = |(batch, cards): &(Batch, Vec<Card>)| {
        let list = work_list(batch, cards, lang);
        let contents = Contents {
            text: csv::bytes(&list, zone)?,
            sheet: xlsx::bytes(&list, batch.planned_at, zone, lang)?,
        };
        Ok((batch.name.clone(), contents))
    };
    iter::from_fn(next).map(make).collect()
}

/// The files of a day by our books, by their paths.
type KnownFiles = BTreeMap<String, OutFile>;

/// Writes the files of a day, and removes those of batches that have no cards any more.
///
/// # Errors
/// A file cannot be written; the plan stands, and running again writes what is missing.
pub fn write_day_files(context: &Context, office: &mut Office, day: &DayPlan) -> Result<WrittenDay> {
    let known: KnownFiles = office.store.read(|facts| {
        let files = facts.out_files()?.into_iter().filter(|file| file.date == day.date);
        Ok(files.map(|file| (file.path.clone(), file)).collect())
    })?;
    let (projections, report) = project(context, office, day, &known)?;
    office.home.make_private_folder(&office.home.outbox(day.date))?;
    for (path, file) in &known {
        if !projections.iter().any(|projection| projection.path == *path) {
            retire(context, &office.home.root().join(path), &file.sha256)?;
        }
    }
    let mut fresh = Vec::new();
    for projection in &projections {
        if let Some(bytes) = &projection.bytes {
            let path = office.home.root().join(&projection.path);
            set_aside_if_edited(context, &path, projection, known.get(&projection.path))?;
            fresh.push((path, bytes.as_slice()));
        }
    }
    write_all_whole(&fresh)?;
    let out: Vec<OutFile> = projections
        .iter()
        .map(|projection| out_file(day.date, projection))
        .collect();
    let written: KnownFiles = out.iter().map(|file| (file.path.clone(), file.clone())).collect();
    if known != written {
        office.store.write(|ledger| ledger.set_out_files(day.date, &out))?;
    }
    Ok(WrittenDay {
        report,
        files: projections.into_iter().map(|projection| projection.path).collect(),
    })
}

/// Computes the report of a day without writing anything.
///
/// # Errors
/// A file cannot be rendered.
pub fn report_only(context: &Context, office: &Office, day: &DayPlan) -> Result<BatchReport> {
    Ok(project(context, office, day, &KnownFiles::new())?.1)
}

/// Writes the files of a day as it stands in the store now.
///
/// # Errors
/// Those of the store and of writing.
pub(super) fn rewrite_day(context: &Context, office: &mut Office, date: NaiveDate) -> Result<()> {
    let batches = office.store.read(|facts| day_batches(facts, date))?;
    let day = DayPlan {
        date,
        capacity: 0,
        blanks: None,
        left_over: 0,
        batches,
        added: 0,
        made: MadeAhead::new(),
    };
    write_day_files(context, office, &day).map(drop)
}

/// Writes again what a crash left out on any day that has open batches, but for the one that is written anyway.
///
/// # Errors
/// Those of the store and of writing.
pub fn rewrite_open_days(context: &Context, office: &mut Office, but: Option<NaiveDate>) -> Result<()> {
    let batches = office.store.read(|facts| facts.batches(BatchFilter::Open))?;
    let mut dates: BTreeSet<NaiveDate> = batches.iter().map(|batch| batch.date).collect();
    but.map(|date| dates.remove(&date));
    dates
        .into_iter()
        .try_for_each(|date| rewrite_day(context, office, date))
}

fn out_file(date: NaiveDate, projection: &Projection) -> OutFile {
    OutFile {
        date,
        batch: projection.batch.clone(),
        path: projection.path.clone(),
        sha256: projection.sha256.clone(),
        recipe: projection.recipe.clone(),
    }
}

fn project(
    context: &Context,
    office: &Office,
    day: &DayPlan,
    known: &KnownFiles,
) -> Result<(Vec<Projection>, BatchReport)> {
    let folder = office.home.outbox_relative(day.date);
    let mut projections = Vec::new();
    let mut lines = Vec::new();
    let mut manifest = Manifest {
        date: day.date.to_string(),
        cards: 0,
        batches: Vec::new(),
    };
    let own = |cards: &[Card]| cards.iter().filter(|card| belongs(card)).count();
    let printed: Vec<_> = day.batches.iter().filter(|(_, cards)| own(cards) > 0).collect();
    let kitchen = Kitchen {
        lang: context.lang,
        zone: context.zone(),
        folder: &folder,
        root: office.home.root(),
        known,
        made: &day.made,
    };
    for ((batch, cards), files) in printed.iter().zip(render_all(&kitchen, &printed)?) {
        let cards = u64::try_from(own(cards))?;
        manifest.cards += cards;
        manifest.batches.push(manifest_batch(context, batch, cards, &files));
        if let Some(csv) = files.first() {
            lines.push(BatchLine {
                batch: batch.name.clone(),
                operator: batch.operator.clone(),
                capacity: batch.capacity,
                cards,
                file: csv.path.clone(),
                sha256: csv.sha256.clone(),
            });
        }
        projections.extend(files);
    }
    let planned = manifest.cards;
    projections.push(projection(
        format!("{folder}/manifest.json"),
        None,
        json::pretty(&manifest)?,
    ));
    let report = BatchReport {
        date: day.date.to_string(),
        capacity: day.capacity,
        blanks: day.blanks,
        planned,
        left_over: day.left_over,
        batches: lines,
    };
    Ok((projections, report))
}

fn projection(path: String, batch: Option<String>, bytes: Vec<u8>) -> Projection {
    let sha256 = sha256_hex(&bytes);
    Projection {
        path,
        batch,
        bytes: Some(bytes),
        sha256,
        recipe: None,
    }
}

/// What sheets are made with.
struct Kitchen<'a> {
    lang: Lang,
    zone: Zone,
    folder: &'a str,
    root: &'a Path,
    known: &'a KnownFiles,
    made: &'a MadeAhead,
}

/// Renders the files of every batch, on two cores: what comes out does not depend on it.
fn render_all(kitchen: &Kitchen<'_>, batches: &[&(Batch, Vec<Card>)]) -> Result<Vec<Vec<Projection>>> {
    let render_some = |some: &[&(Batch, Vec<Card>)]| -> Result<Vec<Vec<Projection>>> {
        let rendered = some.iter().map(|(batch, cards)| render(kitchen, batch, cards));
        rendered.collect()
    };
    let (one, other) = batches.split_at(batches.len() / 2);
    let (first, second) = thread::scope(|scope| {
        let first = scope.spawn(|| render_some(one));
        let second = render_some(other);
        (first.join(), second)
    });
    let mut files = first.map_err(|_| anyhow!("rendering panicked"))??;
    files.extend(second?);
    Ok(files)
}

fn render(kitchen: &Kitchen<'_>, batch: &Batch, cards: &[Card]) -> Result<Vec<Projection>> {
    let Kitchen { lang, zone, folder, .. } = *kitchen;
    let list = LazyCell::new(|| work_list(batch, cards, lang));
    let made = kitchen.made.get(&batch.name);
    let stem = batch
        .name
        .strip_prefix(&format!("{}-", batch.date))
        .unwrap_or(&batch.name);
    let file = |extension: &str| format!("{folder}/batch-{stem}.{extension}");
    let name = Some(batch.name.clone());
    let text = made.map_or_else(|| csv::bytes(&list, zone), |made| Ok(made.text.clone()))?;
    let text = projection(file("csv"), name.clone(), text);
    let recipe = recipe(kitchen, batch, &text.sha256);
    let path = file("xlsx");
    let known = kitchen.known.get(&path).filter(|known| {
        known.recipe.as_ref() == Some(&recipe) && has_hash(&kitchen.root.join(&known.path), &known.sha256)
    });
    let sheet = match known {
        Some(known) => Projection {
            path,
            batch: name,
            bytes: None,
            sha256: known.sha256.clone(),
            recipe: Some(recipe),
        },
        None => {
            let sheet = || xlsx::bytes(&list, batch.planned_at, zone, lang);
            Projection {
                recipe: Some(recipe),
                ..projection(path, name, made.map_or_else(sheet, |made| Ok(made.sheet.clone()))?)
            }
        }
    };
    Ok(vec![text, sheet])
}

/// All that a spreadsheet follows from: this version, the words and the zone of the office, the batch, and the cells.
fn recipe(kitchen: &Kitchen<'_>, batch: &Batch, cells: &str) -> String {
    let (version, planned_at) = (env!("CARGO_PKG_VERSION"), batch.planned_at.iso(kitchen.zone));
    let lang = kitchen.lang.code();
    let parts = [version, lang, &planned_at, &batch.name, &batch.operator, cells];
    sha256_hex(parts.join("\n").as_bytes())
}

fn manifest_batch(context: &Context, batch: &Batch, cards: u64, files: &[Projection]) -> ManifestBatch {
    let bare = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let iso = |moment: Moment| moment.iso(context.zone());
    ManifestBatch {
        batch: batch.name.clone(),
        operator: batch.operator.clone(),
        planned_at: iso(batch.planned_at),
        cards,
        files: files
            .iter()
            .map(|file| ManifestFile {
                file: bare(&file.path),
                sha256: file.sha256.clone(),
            })
            .collect(),
    }
}

/// Moves a file aside where it is neither what stands there by our books nor what is to stand there now.
fn set_aside_if_edited(context: &Context, path: &Path, fresh: &Projection, known: Option<&OutFile>) -> Result<()> {
    let Some(bytes) = read_if_there(path)? else {
        return Ok(());
    };
    let found = sha256_hex(&bytes);
    let is_ours = found == fresh.sha256 || known.is_some_and(|known| known.sha256 == found);
    if is_ours || fresh.batch.is_none() {
        return Ok(());
    }
    set_aside(context, path).map(drop)
}

/// Removes the file of a batch that has no cards any more; with a clerk's marks in it, it is set aside instead.
fn retire(context: &Context, path: &Path, known: &str) -> Result<()> {
    match read_if_there(path)? {
        None => Ok(()),
        Some(bytes) if sha256_hex(&bytes) == known => {
            remove_for_good(path).with_context(|| words::cannot_remove(context.lang, path))
        }
        Some(_) => set_aside(context, path).map(drop),
    }
}
