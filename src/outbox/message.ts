import type { DueReason } from './due.ts';
import type { IncidentView } from './view.ts';

/** How long due messages of one incident and sink are gathered to one (SETTLED G22), milliseconds. */
export const GATHER_MS = 30_000;

/**
 * When a message that is gathered leaves, Unix milliseconds. What people did to it (`isAct`) waits 30 seconds of its own, in which it can be taken
 * back (SETTLED G12); nothing waits for more than a minute.
 */
export function leavesMs({ dueMs, nowMs, isAct }: { dueMs: number; nowMs: number; isAct: boolean }): number {
  return (isAct ? Math.min(nowMs, dueMs + GATHER_MS) : dueMs) + GATHER_MS;
}

/**
 * The id of a message: incident, sink, version, revision. The same message has it whenever it is sent. A merge changes no version, so it is
 * marked; so is the INC number of an incident that may have gone before and begun anew (`isNumbered`). No dot stands in it (Standard Webhooks).
 */
export function messageId(view: IncidentView, sink: string): string {
  return `${view.id}_${sink}_${versionMark(view, '_')}`.replaceAll('.', '-');
}

/** Version and revision of an incident as they stand in the id of a message, and of a document of one. */
export function versionMark(
  { version, revision, standing, number, isNumbered = false }: VersionMarked,
  between: '_' | '-',
): string {
  return `${version}${standing === 'merged' ? 'm' : ''}${between}${revision}${isNumbered ? `n${number}` : ''}`;
}

type VersionMarked = Pick<MessageHead, 'version' | 'revision' | 'standing' | 'number' | 'isNumbered'>;

/** What stands in an incident's own columns as it was when the message was due. Times are RFC 3339 with seven digits. */
export interface MessageHead {
  readonly id: string;
  /** INC number. */
  readonly number: number;
  /** An incident of this id may have gone before it to keep the bounds, so that its versions begin anew: its ids name the number. */
  readonly isNumbered?: boolean;
  readonly version: number;
  readonly revision: number;
  readonly level: string;
  readonly title: string;
  readonly hosts: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly standing: IncidentView['standing'];
  readonly mergedInto: string | null;
  readonly state: string;
  readonly owner: string | null;
  readonly verdict: string | null;
  readonly isWmi: boolean;
  readonly createdMs: number;
  readonly changedMs: number;
}

/** A message as it is kept: all that any sink makes its form of. */
export interface OutboxMessage {
  readonly seq: number;
  readonly id: string;
  readonly sink: string;
  readonly incident: string;
  readonly reasons: readonly DueReason[];
  /** When it was due, Unix milliseconds. */
  readonly dueMs: number;
  /** Attempts so far. */
  readonly tries: number;
  readonly head: MessageHead;
  /** JSON of the incident with its findings, subscriptions and gaps; absent where it is too large to be sent. */
  readonly document: string | null;
}
