/** Which version and revision of each incident a person opened last. It goes with the incident, so it has at most a row a person and incident (L15). */
export const OPENED_TABLES = `
CREATE TABLE incident_opened (
  who TEXT NOT NULL,
  incident TEXT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (who, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_opened_of ON incident_opened (incident);
`;
