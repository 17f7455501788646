/**
 * Mutes of the queue, and what incidents are muted by. A carrier is a member of an incident that has the highest level of its members;
 * a scope leaves out what it does not say. An incident of format 1 has no carriers until its next version, and is never hidden until then.
 */
export const SUPPRESSION_TABLES = `
CREATE TABLE suppression (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT,
  analytic TEXT,
  subscription TEXT,
  payload TEXT,
  command TEXT,
  account TEXT,
  level TEXT NOT NULL,
  level_rank INTEGER NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  who TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  ended_by TEXT,
  key TEXT NOT NULL,
  request TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX suppression_key ON suppression (who, key);
CREATE INDEX suppression_active ON suppression (ends_ms) WHERE ended_ms IS NULL;

CREATE TABLE incident_carrier (
  incident TEXT NOT NULL REFERENCES incident (id),
  place INTEGER NOT NULL,
  host TEXT,
  label TEXT,
  analytic TEXT,
  subscription TEXT,
  payload TEXT,
  command TEXT,
  account TEXT,
  PRIMARY KEY (incident, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX carrier_subscription ON incident_carrier (subscription) WHERE subscription IS NOT NULL;
CREATE INDEX carrier_payload ON incident_carrier (payload) WHERE payload IS NOT NULL;
CREATE INDEX carrier_command ON incident_carrier (command) WHERE command IS NOT NULL;
CREATE INDEX carrier_account ON incident_carrier (account) WHERE account IS NOT NULL;
CREATE INDEX carrier_host ON incident_carrier (host) WHERE host IS NOT NULL;
CREATE INDEX carrier_label ON incident_carrier (label) WHERE label IS NOT NULL;
CREATE INDEX carrier_analytic ON incident_carrier (analytic) WHERE analytic IS NOT NULL;
`;
