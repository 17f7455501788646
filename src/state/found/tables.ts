/**
 * What judging found beside incidents: findings and subscriptions. `row` is JSON of what a list shows, `document` zstd over JSON of the whole;
 * `label` is the analytic or rule of a finding and the state of a subscription, `word` the scope of a finding, `print` the
 * rule of a finding and the fingerprint of a subscription. Shares and counts are kept by
 * triggers, for counting rows at each request would take longer than a page.
 */
export const FOUND_TABLES = `
CREATE TABLE found (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('finding', 'subscription')),
  id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  standing TEXT NOT NULL CHECK (standing IN ('told', 'final', 'withdrawn')),
  standing_rank INTEGER GENERATED ALWAYS AS (CASE standing WHEN 'withdrawn' THEN 0 WHEN 'final' THEN 1 ELSE 2 END) VIRTUAL,
  digest TEXT NOT NULL,
  extent INTEGER NOT NULL,
  level TEXT NOT NULL,
  level_rank INTEGER NOT NULL,
  host TEXT NOT NULL,
  hosts TEXT NOT NULL,
  label TEXT NOT NULL,
  word TEXT NOT NULL,
  print TEXT,
  incident TEXT,
  first_ms INTEGER NOT NULL,
  last TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  row TEXT NOT NULL,
  document BLOB NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX found_order ON found (kind, first_ms, seq, level_rank, standing, word, last);
CREATE INDEX found_of_host ON found (kind, host, first_ms, seq, standing);
CREATE INDEX found_of_label ON found (kind, label, first_ms, seq, standing, host);
CREATE INDEX found_of_print ON found (kind, print, first_ms, seq, standing, host) WHERE print IS NOT NULL;
CREATE INDEX found_of_incident ON found (incident, kind, first_ms, seq) WHERE incident IS NOT NULL;
CREATE INDEX found_next_to_go ON found (kind, host, standing_rank, changed_ms, seq);

CREATE TABLE found_share (
  kind TEXT NOT NULL,
  host TEXT NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (kind, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX found_largest ON found_share (kind, held, host);

CREATE TABLE found_count (
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  level TEXT NOT NULL,
  word TEXT NOT NULL,
  standing TEXT NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (kind, label, level, word, standing)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER found_is_added AFTER INSERT ON found BEGIN
  INSERT INTO found_share VALUES (NEW.kind, NEW.host, 1) ON CONFLICT DO UPDATE SET held = held + 1;
  INSERT INTO found_count VALUES (NEW.kind, NEW.label, NEW.level, NEW.word, NEW.standing, 1)
    ON CONFLICT DO UPDATE SET held = held + 1;
END;
CREATE TRIGGER found_goes AFTER DELETE ON found BEGIN
  UPDATE found_share SET held = held - 1 WHERE kind = OLD.kind AND host = OLD.host;
  DELETE FROM found_share WHERE kind = OLD.kind AND host = OLD.host AND held <= 0;
  UPDATE found_count SET held = held - 1
    WHERE kind = OLD.kind AND label = OLD.label AND level = OLD.level AND word = OLD.word AND standing = OLD.standing;
  DELETE FROM found_count WHERE held <= 0
    AND kind = OLD.kind AND label = OLD.label AND level = OLD.level AND word = OLD.word AND standing = OLD.standing;
END;
CREATE TRIGGER found_changes AFTER UPDATE OF label, level, word, standing ON found
  WHEN (OLD.label, OLD.level, OLD.word, OLD.standing) <> (NEW.label, NEW.level, NEW.word, NEW.standing) BEGIN
  UPDATE found_count SET held = held - 1
    WHERE kind = OLD.kind AND label = OLD.label AND level = OLD.level AND word = OLD.word AND standing = OLD.standing;
  DELETE FROM found_count WHERE held <= 0
    AND kind = OLD.kind AND label = OLD.label AND level = OLD.level AND word = OLD.word AND standing = OLD.standing;
  INSERT INTO found_count VALUES (NEW.kind, NEW.label, NEW.level, NEW.word, NEW.standing, 1)
    ON CONFLICT DO UPDATE SET held = held + 1;
END;

INSERT INTO tally VALUES ('findings', 0), ('findingsDropped', 0), ('subscriptions', 0), ('subscriptionsDropped', 0), ('foundBytes', 0);
`;
