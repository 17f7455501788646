/** The audit says from where something was done, from format 3 on. */
export const AUDIT_COLUMN = 'ALTER TABLE audit ADD COLUMN via TEXT;';

/** People, their sessions, and what of them waits for a second person. Of a password its hash is kept, of a session the digest of its secret. */
export const PEOPLE_TABLES = `
CREATE TABLE person (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  must_change INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  password_ms INTEGER NOT NULL,
  signed_in_ms INTEGER
) STRICT;

CREATE TABLE session (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 BLOB NOT NULL UNIQUE,
  person INTEGER NOT NULL REFERENCES person (seq),
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL,
  peer TEXT NOT NULL,
  agent TEXT NOT NULL,
  ended_ms INTEGER,
  ended_by TEXT,
  end_reason TEXT
) STRICT;
CREATE INDEX session_of_person ON session (person) WHERE ended_ms IS NULL;
CREATE INDEX session_open ON session (seen_ms) WHERE ended_ms IS NULL;

CREATE TABLE second_request (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  fields TEXT NOT NULL,
  password TEXT,
  asked_by TEXT NOT NULL,
  asked_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  decided_by TEXT,
  decided_ms INTEGER
) STRICT;
CREATE INDEX second_request_open ON second_request (seq) WHERE state = 'open';
`;
