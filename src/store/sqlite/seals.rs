//! Seals on the small tables: the sum of the fingerprints of their rows, kept by triggers within each step, so that a
//! flipped bit is seen where SQLite, which keeps no sum of its pages, sees none.
//!
//! A seal finds damage, not malice. It must not know what the columns mean. A damaged row that is changed or deleted
//! leaves its damage in the sum: no later write hides it.

use super::fault::Outcome;
use crate::store::records::IntegrityFault;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

/// What a person decided or did, and what stands for it: these tables cannot be imported again.
///
/// The exports' rows are too many to be summed each night.
pub(super) const SEALED: [&str; 19] = [
    "batch",
    "blank_event",
    "card",
    "decision",
    "destroyed_card",
    "destruction",
    "event",
    "expedite",
    "file",
    "handover",
    "held_registration",
    "notice",
    "out_file",
    "recording",
    "reject",
    "shared_text",
    "snapshot",
    "walk_in",
    "withdrawal",
];

/// The name under which the layout itself is sealed.
const SCHEMA: &str = "sqlite_schema";

/// The name under which the number of the layout stands.
const LAYOUT: &str = "user_version";

/// The columns of the layout that never change by themselves; root pages may.
const SCHEMA_COLUMNS: &str = "type, name, tbl_name, sql";

/// Makes the function known that the triggers call. A program without it cannot write into a sealed table.
pub(super) fn register(connection: &Connection) -> Outcome<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("seal_add", -1, flags, |call| Ok(turned(call, i64::wrapping_add)))?;
    connection.create_scalar_function("seal_take", -1, flags, |call| Ok(turned(call, i64::wrapping_sub)))?;
    Ok(())
}

/// Turns a sum by the fingerprint of the values behind it.
fn turned(call: &Context<'_>, turn: impl Fn(i64, i64) -> i64) -> i64 {
    let sum = call.get_raw(0).as_i64().unwrap_or_default();
    turn(sum, fingerprint((1..call.len()).map(|index| call.get_raw(index))))
}

/// Takes the triggers away, so that the layout can be changed. The sums stay until everything is sealed anew.
pub(super) fn unseal(connection: &Connection) -> Outcome<()> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'seal_%'";
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in names {
        connection.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    Ok(())
}

/// Seals every table and the layout itself, once the layout stands.
pub(super) fn seal_all(connection: &Connection) -> Outcome<()> {
    connection.execute("DELETE FROM seal", [])?;
    for table in SEALED {
        let columns = columns(connection, table)?;
        let rows = |row: &str| {
            columns
                .iter()
                .map(|column| format!(", {row}.\"{column}\""))
                .collect::<String>()
        };
        let (new, old) = (rows("new"), rows("old"));
        let set = |count: &str, sum: &str| {
            format!("UPDATE seal SET row_count = row_count {count}, fingerprint = {sum} WHERE sealed = '{table}'")
        };
        let triggers = [
            ("INSERT", set("+ 1", &format!("seal_add(fingerprint{new})"))),
            ("DELETE", set("- 1", &format!("seal_take(fingerprint{old})"))),
            (
                "UPDATE",
                set("+ 0", &format!("seal_add(seal_take(fingerprint{old}){new})")),
            ),
        ];
        for (event, update) in triggers {
            let name = format!("seal_{table}_{}", event.to_lowercase());
            connection.execute_batch(&format!(
                "CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {update}; END;"
            ))?;
        }
        write(connection, table, sum(connection, table, &columns.join("\", \""))?)?;
    }
    write(connection, SCHEMA, sum(connection, SCHEMA, SCHEMA_COLUMNS)?)
}

/// Notes the number of the layout a second time: the one in the file's header has nothing that guards it.
pub(super) fn seal_layout_number(connection: &Connection, layout: i64) -> Outcome<()> {
    write(connection, LAYOUT, (layout, !layout))
}

/// Tells whether a number of a layout is the one that was sealed; an earlier layout than `first_sealed` has no seals.
pub(super) fn is_sealed_number(connection: &Connection, layout: i64, first_sealed: i64) -> Outcome<bool> {
    if !connection.table_exists(None, "seal")? {
        return Ok((1..first_sealed).contains(&layout));
    }
    let sql = "SELECT row_count, fingerprint FROM seal WHERE sealed = ?1";
    let sealed: Option<(i64, i64)> = connection
        .query_row(sql, [LAYOUT], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(sealed == Some((layout, !layout)))
}

/// Holds the layout against its seal; cheap enough for every opening.
pub(super) fn broken_layout(connection: &Connection) -> Outcome<Option<IntegrityFault>> {
    broken(connection, SCHEMA, SCHEMA_COLUMNS)
}

/// Holds every sealed table against its seal.
pub(super) fn faults(connection: &Connection) -> Outcome<Vec<IntegrityFault>> {
    let mut faults = Vec::new();
    for table in SEALED {
        let columns = columns(connection, table)?.join("\", \"");
        faults.extend(broken(connection, table, &columns)?);
    }
    Ok(faults)
}

fn broken(connection: &Connection, table: &str, columns: &str) -> Outcome<Option<IntegrityFault>> {
    let sql = "SELECT row_count, fingerprint FROM seal WHERE sealed = ?1";
    let seal = connection
        .query_row(sql, [table], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let found: (i64, i64) = sum(connection, table, columns)?;
    let detail = match seal {
        Some(seal) if seal == found => return Ok(None),
        Some((count, _)) if count != found.0 => format!("{count} rows were written, {} are there", found.0),
        Some(_) => "a row is no longer what was written".to_owned(),
        None => "the seal is gone".to_owned(),
    };
    let place = format!("table {table}");
    Ok(Some(IntegrityFault { place, detail }))
}

fn write(connection: &Connection, table: &str, (count, sum): (i64, i64)) -> Outcome<()> {
    connection.execute(
        "INSERT INTO seal (sealed, row_count, fingerprint) VALUES (?1, ?2, ?3)",
        (table, count, sum),
    )?;
    Ok(())
}

/// Counts the rows of a table, and adds their fingerprints up; the order does not matter.
fn sum(connection: &Connection, table: &str, columns: &str) -> Outcome<(i64, i64)> {
    let quoted = if table == SCHEMA {
        columns.to_owned()
    } else {
        format!("\"{columns}\"")
    };
    let mut statement = connection.prepare(&format!("SELECT {quoted} FROM {table}"))?;
    let width = statement.column_count();
    let (mut count, mut total) = (0, 0_i64);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        count += 1;
        total = total.wrapping_add(row_fingerprint(row, width)?);
    }
    Ok((count, total))
}

fn row_fingerprint(row: &Row<'_>, width: usize) -> Outcome<i64> {
    let mut values = Vec::with_capacity(width);
    for index in 0..width {
        values.push(row.get_ref(index)?);
    }
    Ok(fingerprint(values.into_iter()))
}

fn columns(connection: &Connection, table: &str) -> Outcome<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Takes the fingerprint of some values.
///
/// FNV-1a over kinds, lengths and bytes, mixed at the end: one changed byte always gives another fingerprint.
pub(super) fn fingerprint<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let take = |hash: u64, bytes: &[u8]| {
        bytes
            .iter()
            .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
    };
    let hash = values.fold(OFFSET, |hash, value| match value {
        ValueRef::Null => take(hash, &[0]),
        ValueRef::Integer(number) => take(take(hash, &[1]), &number.to_le_bytes()),
        ValueRef::Real(number) => take(take(hash, &[2]), &number.to_bits().to_le_bytes()),
        ValueRef::Text(bytes) => take(take(take(hash, &[3]), &(bytes.len() as u64).to_le_bytes()), bytes),
        ValueRef::Blob(bytes) => take(take(take(hash, &[4]), &(bytes.len() as u64).to_le_bytes()), bytes),
    });
    // The finish of MurmurHash3, so that sums of like rows do not meet.
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    i64::from_le_bytes((hash ^ (hash >> 33)).to_le_bytes())
}
