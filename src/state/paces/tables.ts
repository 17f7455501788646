/**
 * When each sender was heard of last, and how long it was silent between batches. `gaps` is JSON: the newest gaps in milliseconds, without those within one
 * delivery. Times are those of arrival.
 */
export const PACE_TABLES = `
CREATE TABLE sender_pace (
  sender TEXT PRIMARY KEY NOT NULL,
  last_ms INTEGER NOT NULL,
  gaps TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sender_pace_next_to_go ON sender_pace (last_ms);
`;
