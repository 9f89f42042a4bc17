//! Seals on the small tables: the sum of the fingerprints of their rows, kept within each step by triggers (for added
//! cards by who adds them), so that a flipped bit is seen where SQLite, which keeps no sum of its pages, sees none.
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

/// Tables whose rows are added by the thousand. Whoever adds them seals them (`Sealing`): a trigger that calls a function
/// costs more than the row. A row that nobody sealed is seen as damage.
const SEALED_BY_WRITER: [&str; 1] = ["card"];

/// The name under which the layout itself is sealed.
const SCHEMA: &str = "sqlite_schema";

/// The name under which the number of the layout stands.
const LAYOUT: &str = "user_version";

/// The columns of the layout that never change by themselves; root pages may.
const SCHEMA_COLUMNS: &str = "type, name, tbl_name, sql";

/// Makes the functions known that the triggers call. A program without them cannot write into a table that they seal.
pub(super) fn register(connection: &Connection) -> Outcome<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("seal_add", -1, flags, |call| Ok(turned(call, i64::wrapping_add)))?;
    connection.create_scalar_function("seal_take", -1, flags, |call| Ok(turned(call, i64::wrapping_sub)))?;
    Ok(())
}

/// Rows of one table that are added by the thousand: they are sealed once, behind the last of them.
#[derive(Default)]
pub(super) struct Sealing {
    rows: i64,
    sum: i64,
}

impl Sealing {
    /// Takes a row that was added.
    pub(super) fn take<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(fingerprint(values));
    }

    /// Seals what was taken. Where the seal is gone none is made: that it is gone is damage.
    pub(super) fn settle(self, connection: &Connection, table: &str) -> Outcome<()> {
        let Some((count, sum)) = sealed(connection, table)? else {
            return Ok(());
        };
        let sql = "UPDATE seal SET row_count = ?2, fingerprint = ?3 WHERE sealed = ?1";
        connection.execute(sql, (table, count.wrapping_add(self.rows), sum.wrapping_add(self.sum)))?;
        Ok(())
    }
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
            if event == "INSERT" && SEALED_BY_WRITER.contains(&table) {
                continue;
            }
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
    Ok(sealed(connection, LAYOUT)? == Some((layout, !layout)))
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

/// Tells how many rows a table has by its seal.
pub(super) fn row_count(connection: &Connection, table: &str) -> Outcome<Option<i64>> {
    Ok(sealed(connection, table)?.map(|(count, _)| count))
}

/// Reads the seal of a table: how many rows, and their sum.
fn sealed(connection: &Connection, table: &str) -> Outcome<Option<(i64, i64)>> {
    let sql = "SELECT row_count, fingerprint FROM seal WHERE sealed = ?1";
    let seal = connection.query_row(sql, [table], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(seal.optional()?)
}

fn broken(connection: &Connection, table: &str, columns: &str) -> Outcome<Option<IntegrityFault>> {
    let seal = sealed(connection, table)?;
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
    let mut print = Fingerprint::new();
    for index in 0..width {
        print.take(row.get_ref(index)?);
    }
    Ok(print.finish())
}

fn columns(connection: &Connection, table: &str) -> Outcome<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Takes the fingerprint of some values.
pub(super) fn fingerprint<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> i64 {
    let mut print = Fingerprint::new();
    values.for_each(|value| print.take(value));
    print.finish()
}

/// FNV-1a over kinds, lengths and bytes, mixed at the end: one changed byte always gives another fingerprint.
struct Fingerprint(u64);

impl Fingerprint {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn take(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => self.bytes(&[0]),
            ValueRef::Integer(number) => self.kind(1, &number.to_le_bytes()),
            ValueRef::Real(number) => self.kind(2, &number.to_bits().to_le_bytes()),
            ValueRef::Text(bytes) => {
                self.kind(3, &(bytes.len() as u64).to_le_bytes());
                self.bytes(bytes);
            }
            ValueRef::Blob(bytes) => {
                self.kind(4, &(bytes.len() as u64).to_le_bytes());
                self.bytes(bytes);
            }
        }
    }

    fn kind(&mut self, kind: u8, bytes: &[u8]) {
        self.bytes(&[kind]);
        self.bytes(bytes);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        const PRIME: u64 = 0x0100_0000_01b3;
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        self.0 = bytes.iter().fold(self.0, hash);
    }

    /// Ends like MurmurHash3, so that sums of like rows do not meet.
    fn finish(self) -> i64 {
        let hash = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        i64::from_le_bytes((hash ^ (hash >> 33)).to_le_bytes())
    }
}
