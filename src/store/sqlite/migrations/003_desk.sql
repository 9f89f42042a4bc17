-- What happens at the desk: notices to citizens, cards destroyed, and blanks that leave without being printed.

-- A citizen is told once in each state; `since` is the moment at which the state began.
CREATE TABLE notice (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    kind TEXT NOT NULL CHECK (kind IN ('collect', 'register', 'record')),
    since INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    run INTEGER NOT NULL CHECK (run >= 1),
    CONSTRAINT told_once_in_each_state PRIMARY KEY (nik, kind, since)
) STRICT, WITHOUT ROWID;

-- A record of destruction (berita acara); the witnesses one a line.
CREATE TABLE destruction (
    id INTEGER PRIMARY KEY,
    destroyed_on INTEGER NOT NULL,
    place TEXT NOT NULL,
    witnesses TEXT NOT NULL CHECK (witnesses <> ''),
    recorded_at INTEGER NOT NULL,
    user TEXT NOT NULL
) STRICT;

-- `since`: when the card was spoiled or surrendered.
CREATE TABLE destroyed_card (
    destruction INTEGER NOT NULL REFERENCES destruction (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('spoiled', 'surrendered')),
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    name TEXT NOT NULL,
    request_no ANY,
    since INTEGER NOT NULL,
    batch INTEGER REFERENCES batch (id),
    seq INTEGER,
    cause TEXT,
    PRIMARY KEY (destruction, ordinal),
    CONSTRAINT only_spoiled_cards_have_a_batch
        CHECK ((kind = 'spoiled') = (batch IS NOT NULL) AND (kind = 'spoiled') = (seq IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX a_spoiled_card_is_destroyed_once ON destroyed_card (nik, batch) WHERE kind = 'spoiled';
CREATE UNIQUE INDEX a_surrendered_card_is_destroyed_once ON destroyed_card (nik, since) WHERE kind = 'surrendered';

-- For the cards that are still to be destroyed.
CREATE INDEX spoiled_cards ON card (nik, batch) WHERE state = 'spoiled';
CREATE INDEX surrendered_cards ON handover (nik, handed_at) WHERE old_card = 1;

-- Blanks damaged on arrival, and blanks given back.
CREATE TABLE blank_movement (
    recorded INTEGER PRIMARY KEY,
    happened_at INTEGER NOT NULL,
    movement TEXT NOT NULL CHECK (movement IN ('added', 'counted', 'damaged', 'returned')),
    blanks INTEGER NOT NULL CHECK (blanks >= 0),
    user TEXT NOT NULL,
    note TEXT
) STRICT;
INSERT INTO blank_movement SELECT recorded, happened_at, movement, blanks, user, note FROM blank_event;
DROP TABLE blank_event;
ALTER TABLE blank_movement RENAME TO blank_event;
