-- What the bytes of the files in the inbox said, so that a year of exports is not read again every night. No facts: a
-- restored store has none, and a damaged one is none. Not sealed: each has a checksum of its own.
-- `stamp`: what must still be so of the file and the settings for the mark to hold.
CREATE TABLE file_mark (
    kind TEXT NOT NULL CHECK (kind IN ('links', 'queue', 'results')),
    name TEXT NOT NULL,
    stamp TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    reading TEXT NOT NULL,
    headers TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
