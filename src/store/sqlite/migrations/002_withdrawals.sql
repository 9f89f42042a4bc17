-- Decisions of persons can be taken back; what was decided stays in the books.

-- What else a form said whose NIK cannot be trusted: a blank cell and a name alone are no person.
ALTER TABLE decision ADD COLUMN registered_beside TEXT;

CREATE TABLE withdrawal (
    decision INTEGER PRIMARY KEY REFERENCES decision (id),
    withdrawn_at INTEGER NOT NULL,
    user TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
