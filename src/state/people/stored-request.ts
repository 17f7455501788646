import { addAudit } from '../audit.ts';
import type { By, Desk } from '../operation.ts';

/** What one person asked for and another has to confirm (SETTLED G20). */
export interface SecondRequest {
  readonly number: number;
  /** A word such as `person.role`. */
  readonly action: string;
  /** What it is to be done to, such as `person/alice`. */
  readonly object: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly askedBy: string;
  readonly askedMs: number;
  readonly endsMs: number;
  /** `open` until somebody decided; one that nobody did in its time is `expired`. */
  readonly state: 'open' | 'confirmed' | 'refused' | 'withdrawn' | 'expired';
  readonly decidedBy: string | null;
  readonly decidedMs: number | null;
}

/** A request as its table has it. */
export type RawRequest = Omit<SecondRequest, 'number' | 'fields'> & { readonly seq: number; readonly fields: string };
export const SELECT_REQUESTS = `SELECT seq, action, object, fields, asked_by AS askedBy, asked_ms AS askedMs, ends_ms AS endsMs, state,
  decided_by AS decidedBy, decided_ms AS decidedMs FROM second_request`;

export function readRequest({ database }: Desk, number: number, nowMs: number): SecondRequest | undefined {
  const raw = database.get<RawRequest>(`${SELECT_REQUESTS} WHERE seq = ?`, number);
  return raw === undefined ? undefined : requestOf(raw, nowMs);
}

export function requestOf({ seq, fields, state, ...raw }: RawRequest, nowMs: number): SecondRequest {
  const isOver = state === 'open' && raw.endsMs <= nowMs;
  return {
    number: seq,
    ...raw,
    state: isOver ? 'expired' : state,
    fields: JSON.parse(fields) as SecondRequest['fields'],
  };
}

/** What a person asked for and nobody decided is withdrawn, for they may not be one to ask any more; gives what was. */
export function withdrawRequestsOf(desk: Desk, name: string, by: By): readonly SecondRequest[] {
  const open = desk.database.all<{ seq: number }>(
    "SELECT seq FROM second_request WHERE state = 'open' AND asked_by = ? AND ends_ms > ? ORDER BY seq",
    name,
    by.atMs,
  );
  return open.flatMap(({ seq }) => {
    desk.database.run(
      "UPDATE second_request SET state = 'withdrawn', decided_by = ?, decided_ms = ?, password = NULL WHERE seq = ?",
      by.who,
      by.atMs,
      seq,
    );
    const act = { action: 'request.withdrawn', object: `request/${seq}`, before: { askedBy: name } };
    addAudit(desk, by, { ...act, result: { reason: 'role' } });
    return readRequest(desk, seq, by.atMs) ?? [];
  });
}
