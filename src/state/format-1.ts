import { INCIDENT_TABLES } from './incidents/tables.ts';

/**
 * The tables of format 1. Times are Unix milliseconds, lists are JSON arrays, digests 32 bytes. A position is the number of a frame of the journal,
 * which holds one batch. Nothing here is a secret: keys are digests.
 */
export const FORMAT_1: string = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id BLOB NOT NULL CHECK (length(store_id) = 16),
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sender (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  hosts TEXT NOT NULL,
  is_relay INTEGER NOT NULL CHECK (is_relay IN (0, 1)),
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  revoked_ms INTEGER
) STRICT;

CREATE TABLE api_key (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  sender TEXT REFERENCES sender (id),
  scopes TEXT NOT NULL,
  sources TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  revoked_ms INTEGER,
  used_hour_ms INTEGER
) STRICT;
CREATE INDEX api_key_of_sender ON api_key (sender, seq);

CREATE TABLE batch (
  position INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  identity TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  answer TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  UNIQUE (sender, identity)
) STRICT;
CREATE INDEX batch_until ON batch (until_ms);

CREATE TABLE dead_letter (
  position INTEGER NOT NULL,
  item INTEGER NOT NULL,
  sender TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  bytes BLOB,
  PRIMARY KEY (position, item)
) STRICT;
CREATE INDEX dead_letter_of_sender ON dead_letter (sender, position, item);
CREATE INDEX dead_letter_settled ON dead_letter (sender, position, item) WHERE state <> 'open';

CREATE TABLE dead_letter_share (
  sender TEXT PRIMARY KEY,
  held INTEGER NOT NULL,
  held_bytes INTEGER NOT NULL,
  dropped INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES ('batches', 0), ('conflicts', 0);

CREATE TABLE position (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  judged INTEGER NOT NULL,
  snapshot INTEGER NOT NULL CHECK (snapshot <= judged)
) STRICT;
INSERT INTO position VALUES (1, 0, 0);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  before TEXT,
  result TEXT
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
  BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
${INCIDENT_TABLES}`;
