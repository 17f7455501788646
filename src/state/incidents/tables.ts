/**
 * The tables of incidents. What the engine found counts in `version`, what people did in `revision` (SETTLED G1). `state` is what people left it in, or
 * `merged`; `work_state` outlives a merge, for an incident may become one of its own again. Lists and objects are JSON, `document` is zstd over
 * JSON. A cited record stands once, whoever cites it; what was merged away is found by its alias.
 */
export const INCIDENT_TABLES = `
CREATE TABLE incident (
  id TEXT PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL UNIQUE,
  version INTEGER NOT NULL CHECK (version >= 1),
  revision INTEGER NOT NULL CHECK (revision >= 0),
  standing TEXT NOT NULL CHECK (standing IN ('told', 'final', 'withdrawn', 'merged')),
  merged_into TEXT CHECK ((merged_into IS NOT NULL) = (standing = 'merged')),
  work_state TEXT NOT NULL CHECK (work_state IN ('open', 'acknowledged', 'contained', 'closed')),
  state TEXT GENERATED ALWAYS AS (CASE standing WHEN 'merged' THEN 'merged' ELSE work_state END) VIRTUAL,
  level TEXT NOT NULL,
  level_rank INTEGER NOT NULL,
  is_wmi INTEGER NOT NULL CHECK (is_wmi IN (0, 1)),
  title TEXT NOT NULL,
  first TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last TEXT NOT NULL,
  event_time TEXT NOT NULL,
  is_retrospective INTEGER NOT NULL CHECK (is_retrospective IN (0, 1)),
  owner TEXT,
  verdict TEXT,
  reason TEXT,
  learn TEXT,
  episode INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  digest TEXT NOT NULL,
  hosts TEXT NOT NULL,
  times TEXT NOT NULL,
  work_times TEXT NOT NULL,
  steps TEXT NOT NULL,
  taken TEXT NOT NULL,
  closed TEXT,
  members TEXT NOT NULL,
  document BLOB NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX incident_queue ON incident (level_rank, first_ms, number, state, last);
CREATE INDEX incident_states ON incident (state, level);
CREATE INDEX incident_done ON incident ((standing = 'told'), changed_ms, number) WHERE state IN ('closed', 'merged');
CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE incident_alias (
  id TEXT PRIMARY KEY NOT NULL,
  survivor TEXT NOT NULL REFERENCES incident (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_alias_of ON incident_alias (survivor);

CREATE TABLE incident_host (
  host TEXT NOT NULL,
  incident TEXT NOT NULL REFERENCES incident (id),
  PRIMARY KEY (host, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_host_of ON incident_host (incident);

CREATE TABLE cited_record (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  time TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE incident_record (
  incident TEXT NOT NULL REFERENCES incident (id),
  record INTEGER NOT NULL REFERENCES cited_record (seq),
  PRIMARY KEY (incident, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_record_of ON incident_record (record);

CREATE TABLE incident_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  incident TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  version INTEGER NOT NULL,
  seen INTEGER,
  revision INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  note TEXT,
  key TEXT,
  body BLOB
) STRICT;
CREATE INDEX incident_history_of ON incident_history (incident, seq);
CREATE UNIQUE INDEX incident_history_key ON incident_history (who, key) WHERE key IS NOT NULL;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON incident_history BEGIN SELECT raise(ABORT, 'history is only added to'); END;
CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON incident_history WHEN EXISTS (SELECT 1 FROM incident_history WHERE seq = NEW.seq)
  BEGIN SELECT raise(ABORT, 'history is only added to'); END;
CREATE TRIGGER history_goes_with_its_incident BEFORE DELETE ON incident_history
  WHEN EXISTS (SELECT 1 FROM incident WHERE id = OLD.incident)
    OR EXISTS (SELECT 1 FROM incident_alias JOIN incident ON incident.id = survivor WHERE incident_alias.id = OLD.incident)
  BEGIN SELECT raise(ABORT, 'history is only added to'); END;

INSERT INTO tally VALUES ('incidents', 0), ('incidentBytes', 0), ('incidentsDropped', 0), ('incidentNumber', 0), ('historyDropped', 0);
`;
