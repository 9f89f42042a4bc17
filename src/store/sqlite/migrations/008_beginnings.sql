-- What is known of a file as the beginning of a longer one. Marks are a memory: those of earlier layouts are forgotten, and
-- their files are read once more.
DROP TABLE file_mark;
CREATE TABLE file_mark (
    kind TEXT NOT NULL CHECK (kind IN ('links', 'queue', 'results')),
    name TEXT NOT NULL,
    stamp TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    reading TEXT NOT NULL,
    headers TEXT NOT NULL,
    beginning TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
