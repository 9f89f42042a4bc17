//! Looking for damage: what SQLite finds in its pages, and whether the counts of the books agree.

use super::blocks;
use super::cells::Cells;
use super::fault::Outcome;
use super::migrations::{FIRST_SEALED_LAYOUT, layout};
use super::open::{keeping, open_beside};
use super::seals;
use crate::store::error::StoreError;
use crate::store::records::IntegrityFault;
use rusqlite::{Connection, Row};
use std::path::PathBuf;
use std::thread;

/// So many faults of the pages are listed; more would say nothing new.
const PAGE_FAULT_LIMIT: u32 = 100;

/// About so many bytes a card takes in all indexes together.
const INDEX_BYTES_OF_CARD: i64 = 128;

/// Each question finds what must not be: where, and what. NIKs are masked.
const QUESTIONS: [&str; 5] = [
    "SELECT 'file ' || id, 'rows ' || row_count || ', buckets ' || (added + changed + unchanged + held + rejected)
     FROM file WHERE row_count <> added + changed + unchanged + held + rejected",
    "SELECT 'nik ' || substr(nik, 1, 6) || '******' || substr(nik, 13), 'open cards ' || count(*)
     FROM card WHERE state = 'open' GROUP BY nik HAVING count(*) > 1",
    "SELECT 'nik ' || substr(nik, 1, 6) || '******' || substr(nik, 13), 'cards on one right ' || count(*)
     FROM card WHERE state IN ('open', 'printed') GROUP BY nik, right_kind, right_at HAVING count(*) > 1",
    "SELECT 'operator ' || batch.operator || ', day ' || batch.day, 'cards ' || count(*) || ' of '
            || max(batch.capacity)
     FROM batch JOIN card ON card.batch = batch.id WHERE card.state <> 'withdrawn'
     GROUP BY batch.day, batch.operator HAVING count(*) > max(batch.capacity)",
    "SELECT 'file ' || file.id, 'rejected ' || file.rejected || ', kept ' || count(reject.file)
     FROM file LEFT JOIN reject ON reject.file = file.id GROUP BY file.id HAVING count(reject.file) < file.rejected",
];

/// Looks for every fault of the store.
pub(super) fn faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let mut faults = file_faults(connection)?;
    if faults.is_empty() {
        for question in QUESTIONS {
            let found = connection
                .prepare(question)?
                .query_and_then([], fault)?
                .collect::<Outcome<Vec<_>>>()?;
            faults.extend(found);
        }
    }
    Ok(faults)
}

/// Looks for what the disk, and not a fault in the code, made of the file.
fn file_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let mut faults = structure_faults(connection)?;
    for look in [content_faults, sealed_faults] {
        if faults.is_empty() {
            faults = look(connection)?;
        }
    }
    Ok(faults)
}

/// Asks SQLite to check every page and index: most pages are read once, but each card is looked for in every index.
pub(super) fn structure_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    // A seal that cannot be read is found by the check.
    let cards = seals::row_count(connection, "card").ok().flatten();
    let of_indexes = cards.map_or(i64::MAX, |cards| cards.saturating_mul(INDEX_BYTES_OF_CARD) / 1024);
    let check = || checked(connection, &format!("PRAGMA integrity_check({PAGE_FAULT_LIMIT})"));
    keeping(of_indexes, connection, check)
}

/// Looks for what sound pages may still hold: blocks, whose content SQLite does not know, and rows that refer to nothing.
pub(super) fn content_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let faults = blocks::faults(connection)?;
    match faults.is_empty() {
        true => reference_faults(connection),
        false => Ok(faults),
    }
}

/// Holds the small tables against their seals; an earlier layout has none.
pub(super) fn sealed_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    match layout(connection)? >= FIRST_SEALED_LAYOUT {
        true => seals::faults(connection),
        false => Ok(Vec::new()),
    }
}

/// Looks for damage where a night can afford it: the small tables, each with its indexes on one core and its seal on the
/// other. What the exports brought is looked at when it is read, and in the night's backup. Nobody must write meanwhile.
pub(super) fn small_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let path = connection.path().map(PathBuf::from).unwrap_or_default();
    let (structure, seals) = thread::scope(|scope| {
        let seals = scope.spawn(|| seals::faults(&open_beside(&path)?));
        let of_table = |table| checked(connection, &format!("PRAGMA integrity_check('{table}')"));
        let structure: Outcome<Vec<_>> = seals::SEALED.into_iter().map(of_table).collect();
        (structure, seals.join())
    });
    let structure = structure?.concat();
    let seals = seals.map_err(|_| StoreError::Engine("checking panicked".to_owned()))?;
    if structure.is_empty() { seals } else { Ok(structure) }
}

fn checked(connection: &Connection, pragma: &str) -> Outcome<Vec<IntegrityFault>> {
    let mut statement = connection.prepare(pragma)?;
    let details = statement
        .query_and_then([], |row| Cells::of(row).text())?
        .collect::<Outcome<Vec<String>>>()?;
    let faults = details.into_iter().filter(|detail| detail != "ok");
    Ok(faults
        .map(|detail| IntegrityFault {
            place: "pages".to_owned(),
            detail,
        })
        .collect())
}

/// Asks SQLite for rows that refer to nothing.
fn reference_faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let sql = "SELECT 'table ' || \"table\", count(*) || ' rows refer to nothing in ' || parent
               FROM pragma_foreign_key_check GROUP BY \"table\", parent";
    connection.prepare(sql)?.query_and_then([], fault)?.collect()
}

fn fault(row: &Row<'_>) -> Outcome<IntegrityFault> {
    let mut cells = Cells::of(row);
    Ok(IntegrityFault {
        place: cells.text()?,
        detail: cells.text()?,
    })
}
