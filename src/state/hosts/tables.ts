/**
 * What was received of hosts. A computer is a name as records write it, in lower case; the engine tells which names are one host, and a host is made of
 * its computers. What judgements tell of a host may come before the first
 * counter of it: names and gaps have tables of their own. A host without a row in `host_blind` was looked at by no judgement yet. Times are of events, Unix milliseconds, but for `received_ms`; NULL where no record had one that can be.
 */
export const HOST_TABLES = `
CREATE TABLE computer (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  sender TEXT NOT NULL,
  records INTEGER NOT NULL,
  first_ms INTEGER,
  last_ms INTEGER,
  received_ms INTEGER NOT NULL,
  logs INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX computer_of_host ON computer (host);
CREATE INDEX computer_next_to_go ON computer (sender, received_ms, seq);

CREATE TABLE computer_log (
  computer INTEGER NOT NULL REFERENCES computer (seq),
  channel TEXT NOT NULL,
  event_id INTEGER NOT NULL,
  records INTEGER NOT NULL,
  first_ms INTEGER,
  last_ms INTEGER,
  PRIMARY KEY (computer, channel, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE computer_sender (
  computer INTEGER NOT NULL REFERENCES computer (seq),
  sender TEXT NOT NULL,
  records INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  PRIMARY KEY (computer, sender)
) STRICT, WITHOUT ROWID;

CREATE TABLE computer_share (
  sender TEXT PRIMARY KEY,
  held INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX computer_largest ON computer_share (held, sender);
CREATE TRIGGER computer_is_added AFTER INSERT ON computer BEGIN
  INSERT INTO computer_share VALUES (NEW.sender, 1) ON CONFLICT DO UPDATE SET held = held + 1;
END;
CREATE TRIGGER computer_goes AFTER DELETE ON computer BEGIN
  UPDATE computer_share SET held = held - 1 WHERE sender = OLD.sender;
  DELETE FROM computer_share WHERE sender = OLD.sender AND held <= 0;
END;

CREATE TABLE host (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  records INTEGER NOT NULL,
  first_ms INTEGER,
  last_ms INTEGER,
  received_ms INTEGER NOT NULL,
  gaps INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE host_name (
  name TEXT PRIMARY KEY,
  host TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE host_blind (
  host TEXT PRIMARY KEY,
  gaps INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO tally VALUES ('computers', 0), ('computersDropped', 0), ('hostLogsDropped', 0);
`;
