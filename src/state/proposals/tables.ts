/** Pins that an analyst proposes and an engineer decides on. `pin` is JSON of what was asked for, as the API takes a pin. */
export const PROPOSAL_TABLES = `
CREATE TABLE pin_proposal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  pin TEXT NOT NULL,
  note TEXT NOT NULL,
  incident TEXT,
  who TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined')),
  decided_by TEXT,
  decided_ms INTEGER,
  decision_note TEXT,
  key TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX pin_proposal_key ON pin_proposal (who, key);
CREATE INDEX pin_proposal_state ON pin_proposal (state, seq);
`;
