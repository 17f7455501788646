import { actionKey } from '../kit/api.ts';
import { draftsUnder, type KeptDraft, keepDraft, keptDraft } from '../kit/draft.ts';
import { person } from '../kit/session.ts';
import type { QueueRow } from './rows.ts';

/** So many at once (PRODUCT 9.3). */
export const MOST_AT_ONCE = 100;

/** An incident as the person saw it: nothing of evidence is kept in the tab. */
export type SeenIncident = Pick<QueueRow, 'id' | 'number' | 'revision' | 'version'> & {
  readonly owner?: string | undefined;
};

/** The draft of an acknowledgement of many, with the request that it stands for (SETTLED G5). */
export interface BulkDraft extends KeptDraft {
  readonly incidents: readonly SeenIncident[];
  /**
   * It was pressed, and nobody knows yet what came of all of it: `acknowledge` without an answer, `notes` with some that were not
   * written. From then on it is about these incidents, whatever is selected, so that the next press is the same request.
   */
  readonly sent?: 'acknowledge' | 'notes';
  /** When the acknowledgement was sent, Unix milliseconds of this browser. */
  readonly pressedMs?: number;
}

/** Its name among the drafts. */
export const BULK = 'queue:acknowledge';

/** What is to be acknowledged of a selection, as many as go at once. */
function owedOf(rows: readonly QueueRow[]): readonly SeenIncident[] {
  return rows
    .filter(({ isToAcknowledge }) => isToAcknowledge)
    .slice(0, MOST_AT_ONCE)
    .map(({ id, number, revision, version, owner }) => ({ id, number, revision, version, owner }));
}

/**
 * The draft that was left, now about these rows; about those it was pressed for where that is not settled, or where no rows are given. What it
 * opens is aside no more.
 */
export function bulkDraft(rows: readonly QueueRow[] | undefined): BulkDraft {
  const kept = keptDraft<BulkDraft>(BULK, person());
  if (kept !== undefined && (kept.sent !== undefined || rows === undefined)) {
    const { isAside: _, ...open } = kept;
    return open;
  }
  const { key = actionKey(), fields = {} } = kept ?? {};
  return { person: person(), key, fields, incidents: owedOf(rows ?? []) };
}

/** What was acknowledged under this key was taken back before all its notes were written: the note waits for whoever selects anew. */
export function freeBulkNote(key: string): void {
  const kept = bulkDraft(undefined);
  if (kept.key !== key) return;
  keepDraft(BULK, { person: kept.person, key: actionKey(), fields: kept.fields, incidents: [], isAside: true });
}

/** True where the dialog stood open when the tab was loaded anew, or the session ended. */
export function bulkStoodOpen(): boolean {
  return draftsUnder(BULK).length > 0;
}
