import { hideKeys } from '../accounts/index.ts';
import { done } from '../disk/index.ts';
import { MOST_AUDIT } from './limits.ts';
import { type By, type Desk, type Operation, reads, writes } from './operation.ts';
import { type List, type Page, type PageRequest, readPage } from './pages.ts';

/**
 * One row of the audit: who did what to what. The state has no operation that changes or removes one, and the table refuses both (TRUST 6.1: no deletion), so it
 * has no bound but who may write to it: what somebody did whom a key, or this machine, gives the right to. What strangers cause stands in the log; of it only failed
 * attempts to sign in stand here too, so many an hour.
 */
export interface AuditEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly who: string;
  /** A word such as `sender.add`. */
  readonly action: string;
  /** What it was done to, such as `sender/ws-07`. */
  readonly object: string;
  /** What was there before, and what came of it: JSON texts, or `null`. */
  readonly before: string | null;
  readonly result: string | null;
  /** JSON text of the session, address and request that it came from; `null` where the server did it, and in rows of earlier formats. Earlier rows have no request. */
  readonly via: string | null;
}

export interface AuditedAct {
  readonly action: string;
  readonly object: string;
  readonly before?: unknown;
  readonly result?: unknown;
}

const AUDIT: List<AuditEntry, AuditEntry> = {
  name: 'audit',
  select: 'SELECT seq, at_ms AS atMs, who, action, object, before, result, via FROM audit',
  keys: ['seq'],
  row: (raw) => raw,
};

/** Adds a row in the transaction of the caller. Keys in any field are blotted out, long fields cut. */
export function addAudit({ database }: Desk, by: By, act: AuditedAct): void {
  database.run(
    'INSERT INTO audit (at_ms, who, action, object, before, result, via) VALUES (?, ?, ?, ?, ?, ?, ?)',
    by.atMs,
    auditText(by.who),
    auditText(act.action),
    auditText(act.object),
    act.before === undefined ? null : auditText(JSON.stringify(act.before)),
    act.result === undefined ? null : auditText(JSON.stringify(act.result)),
    by.via === undefined ? null : auditText(JSON.stringify(by.via)),
  );
}

export const appendAudit: Operation<{ readonly by: By; readonly act: AuditedAct }, null> = writes(
  (desk, { by, act }) => {
    addAudit(desk, by, act);
    return done(null);
  },
);

export const listAudit: Operation<PageRequest, Page<AuditEntry>> = reads(({ database }, request) =>
  readPage(database, AUDIT, request),
);

/** Rows of the audit, and so far the only number of it that grows: none is ever taken out. */
export const countAudit: Operation<null, { readonly rows: number }> = reads(({ database }) =>
  done({ rows: database.number('SELECT coalesce(max(seq), 0) FROM audit') }),
);

function auditText(text: string): string {
  const shown = hideKeys(text).toWellFormed();
  return shown.length <= MOST_AUDIT ? shown : `${shown.slice(0, MOST_AUDIT - 1)}…`;
}
