import { hideKeys } from '../../accounts/index.ts';
import { MOST_HISTORY } from '../limits.ts';
import type { By, Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import type { StoredIncident } from './stored-incident.ts';
import type { Work } from './work.ts';

/** Who changes an incident when no person does. */
export const SYSTEM = 'system';

/** What happened to an incident. */
export interface HistoryEntry {
  readonly seq: number;
  /** The id that it happened to: a merged one keeps its own. */
  readonly incident: string;
  readonly atMs: number;
  readonly who: string;
  /** An action of a person, or `told`, `restored`, `withdrawn`, `merged`, `absorbed`, `reopened`, `corrected`, `suppressed` of the engine. */
  readonly action: string;
  readonly version: number;
  /** The version that the person saw (SETTLED G1). */
  readonly seen: number | null;
  /** The revision that it led to. */
  readonly revision: number;
  /** What is people's of it and changed, as it was; and as it is, with `revision` and `state` in any case, and with `owner` where it was assigned. */
  readonly before: Partial<Work>;
  readonly after: Partial<Work> & Pick<Work, 'revision' | 'state'>;
  readonly note: string | null;
}

export interface NewEntry {
  readonly by: By;
  readonly action: string;
  readonly incident: Pick<StoredIncident, 'id' | 'version'>;
  readonly before: Work;
  readonly after: Work;
  readonly note?: string | undefined;
  readonly seen?: number | undefined;
  /** The idempotency key of a request, and the digest of what was asked. */
  readonly key?: { readonly text: string; readonly body: Uint8Array };
}

/** True where an incident has as much history as it may. */
export function isHistoryFull({ database }: Desk, id: string): boolean {
  return database.number('SELECT count(*) FROM incident_history WHERE incident = ?', id) >= MOST_HISTORY;
}

/** Adds an entry in the transaction of the caller. Beyond the bound it is counted alone; people are refused before. */
export function addHistory(desk: Desk, entry: NewEntry): void {
  const { database } = desk;
  const { by, incident, before, after } = entry;
  if (isHistoryFull(desk, incident.id)) {
    tally(database, 'historyDropped', 1);
    return;
  }
  database.run(
    `INSERT INTO incident_history (incident, at_ms, who, action, version, seen, revision, before, after, note, key, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    incident.id,
    by.atMs,
    hideKeys(by.who),
    entry.action,
    incident.version,
    entry.seen ?? null,
    after.revision,
    JSON.stringify(unlike(before, after)),
    JSON.stringify({ ...unlike(after, before), ...saidBy(entry) }),
    entry.note === undefined ? null : hideKeys(entry.note).toWellFormed(),
    entry.key?.text ?? null,
    entry.key?.body ?? null,
  );
}

/** What is told of the work after an action though it may be as it was: an incident may be given to who has it already. */
function saidBy({ action, after: { revision, state, owner } }: NewEntry): HistoryEntry['after'] {
  return { revision, state, ...(action === 'assign' ? { owner } : {}) };
}

/** The parts of `work` that are not as in the other. */
function unlike(work: Work, other: Work): Partial<Work> {
  const others = new Map<string, unknown>(Object.entries(other));
  const kept = Object.entries(work).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(others.get(name)),
  );
  return Object.fromEntries(kept);
}
