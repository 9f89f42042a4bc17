-- What happened, and nothing else. Moments are seconds since 1970 in UTC, days are counted from 0001-01-01 (day 1).
-- Rules that the code keeps stand here once more, so that a fault in the code fails instead of spoiling the books.

-- Words that many rows share (districts, villages, reasons, statuses), once. A cell of type ANY holds such an id, or
-- the text itself where there are too many different ones to share.
CREATE TABLE shared_text (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL UNIQUE
) STRICT;

-- The last number given in the one order of recording of blanks, results and walk-in prints.
CREATE TABLE recording (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    last INTEGER NOT NULL CHECK (last >= 0)
) STRICT;
INSERT INTO recording (only, last) VALUES (1, 0);

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('links', 'queue', 'results')),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    reading TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    user TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    added INTEGER NOT NULL CHECK (added >= 0),
    changed INTEGER NOT NULL CHECK (changed >= 0),
    unchanged INTEGER NOT NULL CHECK (unchanged >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    rejected INTEGER NOT NULL CHECK (rejected >= 0),
    gone INTEGER NOT NULL CHECK (gone >= 0),
    taken_at INTEGER,
    resume TEXT,
    CONSTRAINT equation CHECK (row_count = added + changed + unchanged + held + rejected)
) STRICT;

CREATE TABLE reject (
    file INTEGER NOT NULL REFERENCES file (id),
    ordinal INTEGER NOT NULL,
    line INTEGER NOT NULL,
    code TEXT NOT NULL,
    field TEXT,
    cells TEXT NOT NULL,
    mended INTEGER NOT NULL DEFAULT 0 CHECK (mended IN (0, 1)),
    PRIMARY KEY (file, ordinal)
) STRICT, WITHOUT ROWID;

-- A cumulative export brings a rejected row again every night: was it mended before?
CREATE INDEX reject_mended ON reject (cells) WHERE mended = 1;

-- Registrations with a trusted NIK and entries of the queue, many to a row: a million of each would cost as rows ten
-- times what they cost as blocks, each night. A block is a run of some thousand of them in the order of their NIKs; a
-- NIK is never divided between two. It is stored in pieces (numbers of people, names, phones, the rest), so that a
-- search reads only what it looks at. Within a piece lies one column after the other, each cell in as few bytes as it
-- needs; see the code in `blocks/`.
-- `place`: from the left what kind, which tier and which piece, then the block's first NIK in 54 bits; with kind 3 the
-- words of which names are made. `checksum`: over the place and the bytes, compared whenever they are read.
CREATE TABLE block (
    place INTEGER PRIMARY KEY,
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    checksum INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- How many rows stand in the blocks of each tier: 0 the base, which has nearly all, 1 what came in lately. A recent
-- entry stands for the one of the same NIK in the base.
CREATE TABLE block_tier (
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    tier INTEGER NOT NULL CHECK (tier IN (0, 1)),
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    PRIMARY KEY (kind, tier)
) STRICT, WITHOUT ROWID;

-- Registrations whose NIK cannot be trusted, by what their row is known by.
CREATE TABLE held_registration (
    row_key BLOB PRIMARY KEY NOT NULL CHECK (length(row_key) = 16),
    submitted_at INTEGER NOT NULL,
    nik_text TEXT NOT NULL,
    flaw INTEGER NOT NULL CHECK (flaw BETWEEN 1 AND 8),
    name TEXT NOT NULL,
    kk ANY,
    phone ANY,
    district ANY,
    village ANY,
    rt_rw ANY,
    reason ANY,
    email TEXT,
    file INTEGER NOT NULL REFERENCES file (id),
    line INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES file (id),
    taken_at INTEGER NOT NULL,
    partial INTEGER NOT NULL CHECK (partial IN (0, 1))
) STRICT;

-- Statuses and dates that an entry had before; the present one stands in the entry alone.
CREATE TABLE queue_sighting (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    status ANY NOT NULL,
    status_at INTEGER,
    PRIMARY KEY (nik, snapshot)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'married')),
    registered_nik TEXT NOT NULL,
    registered_name TEXT NOT NULL,
    queue_nik INTEGER,
    queue_name TEXT,
    decided_at INTEGER NOT NULL,
    user TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    day INTEGER NOT NULL,
    operator TEXT NOT NULL COLLATE NOCASE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    capacity INTEGER NOT NULL CHECK (capacity >= 0),
    planned_at INTEGER NOT NULL,
    CONSTRAINT one_batch_per_turn UNIQUE (day, operator, ordinal)
) STRICT;

-- Clustered as applications are read; the number of the batch is the order of planning.
-- `recorded`: when a blank was used, in the order of recording.
CREATE TABLE card (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    batch INTEGER NOT NULL REFERENCES batch (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    state TEXT NOT NULL CHECK (state IN ('open', 'printed', 'spoiled', 'not_printed', 'withdrawn')),
    state_at INTEGER,
    right_kind TEXT NOT NULL CHECK (right_kind IN ('entry', 'reprint')),
    right_at INTEGER NOT NULL,
    ready_since INTEGER,
    name TEXT NOT NULL,
    birth_date INTEGER,
    district TEXT,
    village TEXT,
    request_no TEXT,
    reason TEXT,
    waiting_since INTEGER NOT NULL,
    days_waiting INTEGER NOT NULL CHECK (days_waiting >= 0),
    note TEXT,
    asked INTEGER NOT NULL CHECK (asked IN (0, 1)),
    recorded INTEGER,
    PRIMARY KEY (nik, batch),
    CONSTRAINT one_card_per_number UNIQUE (batch, seq),
    CONSTRAINT open_without_time CHECK ((state = 'open') = (state_at IS NULL)),
    CONSTRAINT a_used_blank_is_recorded CHECK ((state IN ('printed', 'spoiled')) = (recorded IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- One open card per person, and one card that is open or printed per right: promise 2. The first also counts open cards.
CREATE UNIQUE INDEX one_open_card_per_nik ON card (nik) WHERE state = 'open';
CREATE UNIQUE INDEX one_print_per_right ON card (nik, right_kind, right_at) WHERE state IN ('open', 'printed');
-- For the blanks used since a count.
CREATE INDEX card_by_recording ON card (recorded) WHERE recorded IS NOT NULL;

CREATE TRIGGER batch_within_capacity BEFORE INSERT ON card
WHEN new.seq > (SELECT capacity FROM batch WHERE id = new.batch)
BEGIN
    SELECT RAISE(ABORT, 'batch_within_capacity');
END;

CREATE TABLE walk_in (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    printed_at INTEGER NOT NULL,
    operator TEXT,
    reason TEXT,
    name TEXT,
    recorded INTEGER NOT NULL,
    PRIMARY KEY (nik, printed_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX walk_in_by_recording ON walk_in (recorded);

CREATE TRIGGER no_walk_in_beside_an_open_card BEFORE INSERT ON walk_in
WHEN EXISTS (SELECT 1 FROM card WHERE card.nik = new.nik AND state = 'open')
BEGIN
    SELECT RAISE(ABORT, 'no_walk_in_beside_an_open_card');
END;

CREATE TABLE handover (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    handed_at INTEGER NOT NULL,
    collector TEXT,
    relation TEXT,
    old_card INTEGER NOT NULL CHECK (old_card IN (0, 1)),
    user TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    PRIMARY KEY (nik, handed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE expedite (
    id INTEGER PRIMARY KEY,
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    asked_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    user TEXT NOT NULL
) STRICT;
-- For the newest wish of a NIK.
CREATE INDEX expedite_by_nik ON expedite (nik, asked_at);

CREATE TABLE blank_event (
    recorded INTEGER PRIMARY KEY,
    happened_at INTEGER NOT NULL,
    movement TEXT NOT NULL CHECK (movement IN ('added', 'counted')),
    blanks INTEGER NOT NULL CHECK (blanks >= 0),
    user TEXT NOT NULL,
    note TEXT
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    happened_at INTEGER NOT NULL,
    user TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    note TEXT,
    quantity INTEGER
) STRICT;

-- `recipe`: a fingerprint of what a file was made from, where making it is dear.
CREATE TABLE out_file (
    path TEXT PRIMARY KEY NOT NULL,
    day INTEGER NOT NULL,
    batch TEXT REFERENCES batch (name),
    sha256 TEXT NOT NULL,
    recipe TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX out_file_by_day ON out_file (day);
