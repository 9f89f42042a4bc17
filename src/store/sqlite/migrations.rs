//! The layouts of the store, in order. A migration that was released is never changed; a new one is appended.

use super::blocks::add_traces;
use super::fault::Outcome;
use super::seals;
use crate::store::error::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// `cetk`: what marks a database as a store of this program.
pub(super) const APPLICATION_ID: i64 = 0x6365_746B;

const MIGRATIONS: [&str; 8] = [
    include_str!("migrations/001_facts.sql"),
    include_str!("migrations/002_withdrawals.sql"),
    include_str!("migrations/003_desk.sql"),
    include_str!("migrations/004_seals.sql"),
    include_str!("migrations/005_marks.sql"),
    include_str!("migrations/006_cards.sql"),
    include_str!("migrations/007_traces.sql"),
    include_str!("migrations/008_beginnings.sql"),
];

/// The newest layout that this version knows.
pub(super) const KNOWN_LAYOUT: i64 = MIGRATIONS.len() as i64;

/// The first layout whose small tables are sealed.
pub(super) const FIRST_SEALED_LAYOUT: i64 = 4;

/// The first layout whose entries have traces.
const FIRST_TRACED_LAYOUT: i64 = 7;

/// Reads the layout that a database has; 0 is none.
pub(super) fn layout(connection: &Connection) -> Outcome<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings a database to the newest layout, in one transaction that nobody else sees halfway.
pub(super) fn migrate(connection: &mut Connection) -> Outcome<()> {
    if layout(connection)? == KNOWN_LAYOUT {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found = layout(&transaction)?;
    if found > KNOWN_LAYOUT {
        return Err(StoreError::Newer {
            found,
            known: KNOWN_LAYOUT,
        });
    }
    if found >= FIRST_SEALED_LAYOUT
        && let Some(fault) = seals::faults(&transaction)?.first()
    {
        return Err(fault.into());
    }
    seals::unseal(&transaction)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    if (1..FIRST_TRACED_LAYOUT).contains(&found) {
        add_traces(&transaction)?;
    }
    seals::seal_all(&transaction)?;
    seals::seal_layout_number(&transaction, KNOWN_LAYOUT)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", KNOWN_LAYOUT)?;
    Ok(transaction.commit()?)
}
