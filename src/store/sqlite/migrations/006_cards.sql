-- Cards are recorded by the thousand and looked over every night. What a card may be stays as it was; it is asked in a
-- way that costs less. SQLite builds a table for each list of more than two words that a value is held against, for every
-- row: the words stand one by one. And it keeps a journal for each row that may be taken back alone: a refused card fails
-- before anything of it is written, and whether its batch is there is asked when the step ends.
CREATE TABLE recorded_card (
    nik INTEGER NOT NULL CHECK (nik BETWEEN 1000000000000000 AND 9999999999999999),
    batch INTEGER NOT NULL REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    state TEXT NOT NULL CHECK (
        state = 'open' OR state = 'printed' OR state = 'spoiled' OR state = 'not_printed' OR state = 'withdrawn'),
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
INSERT INTO recorded_card SELECT * FROM card;

-- It asks the table that goes, and comes back below.
DROP TRIGGER no_walk_in_beside_an_open_card;
DROP TABLE card;
ALTER TABLE recorded_card RENAME TO card;

-- One open card per person, and one card that is open or printed per right: promise 2. The first also counts open cards.
CREATE UNIQUE INDEX one_open_card_per_nik ON card (nik) WHERE state = 'open';
CREATE UNIQUE INDEX one_print_per_right ON card (nik, right_kind, right_at) WHERE state IN ('open', 'printed');
-- For the blanks used since a count.
CREATE INDEX card_by_recording ON card (recorded) WHERE recorded IS NOT NULL;
-- For the cards that are still to be destroyed.
CREATE INDEX spoiled_cards ON card (nik, batch) WHERE state = 'spoiled';

CREATE TRIGGER batch_within_capacity BEFORE INSERT ON card
WHEN new.seq > (SELECT capacity FROM batch WHERE id = new.batch)
BEGIN
    SELECT RAISE(FAIL, 'batch_within_capacity');
END;

CREATE TRIGGER no_walk_in_beside_an_open_card BEFORE INSERT ON walk_in
WHEN EXISTS (SELECT 1 FROM card WHERE card.nik = new.nik AND state = 'open')
BEGIN
    SELECT RAISE(ABORT, 'no_walk_in_beside_an_open_card');
END;
