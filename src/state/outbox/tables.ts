/**
 * The outbox: messages to sinks, made in the transaction of what they tell. `held` ones are gathered for some seconds, `waiting` ones are tried, the
 * others are settled. `sink_told` is what each sink knows of each incident; `outbox_muted` are incidents that were to be told while a suppression hid
 * them. `rule` and `view` are JSON, `body` is zstd over JSON and empty once nobody needs it.
 */
export const OUTBOX_TABLES = `
CREATE TABLE sink (
  name TEXT PRIMARY KEY NOT NULL,
  rule TEXT NOT NULL,
  place INTEGER NOT NULL,
  is_configured INTEGER NOT NULL CHECK (is_configured IN (0, 1)),
  is_resending INTEGER NOT NULL CHECK (is_resending IN (0, 1)),
  disabled_ms INTEGER,
  disabled_why TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE sink_told (
  sink TEXT NOT NULL,
  incident TEXT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  view TEXT NOT NULL,
  PRIMARY KEY (sink, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX sink_told_of ON sink_told (incident);

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  sink TEXT NOT NULL,
  incident TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'waiting', 'delivered', 'dead')),
  reasons TEXT NOT NULL,
  level TEXT NOT NULL,
  title TEXT NOT NULL,
  view TEXT NOT NULL,
  body BLOB NOT NULL,
  due_ms INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  status TEXT,
  error TEXT,
  settled_ms INTEGER,
  is_sure INTEGER NOT NULL CHECK (is_sure IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX outbox_held ON outbox (sink, incident) WHERE state = 'held';
CREATE INDEX outbox_open ON outbox (sink, incident, seq) WHERE state IN ('held', 'waiting');
CREATE INDEX outbox_next ON outbox (sink, next_ms, seq) WHERE state IN ('held', 'waiting');
CREATE INDEX outbox_states ON outbox (sink, state, seq);
CREATE INDEX outbox_settled ON outbox (settled_ms) WHERE settled_ms IS NOT NULL;
CREATE INDEX outbox_unsure ON outbox (sink, seq) WHERE is_sure = 0;

CREATE TABLE outbox_muted (
  incident TEXT PRIMARY KEY NOT NULL REFERENCES incident (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO tally VALUES ('outboxDropped', 0);
`;
