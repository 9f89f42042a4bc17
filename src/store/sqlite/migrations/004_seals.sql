-- SQLite keeps no sum of its pages: a bit that flips inside a name or a note would be read as if it had been written.
-- One line a table: how many rows it has, and the sum of their fingerprints. Triggers keep it (`seals.rs`).
CREATE TABLE seal (
    sealed TEXT PRIMARY KEY NOT NULL,
    row_count INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
