import { zstdCompressSync } from 'node:zlib';
import type { Database } from '../../disk/index.ts';
import { dueReasons, type IncidentView, leavesMs, messageId, type SinkRule } from '../../outbox/index.ts';
import { documentOf } from '../incidents/documents.ts';
import { mayHaveGone } from '../incidents/incident-room.ts';
import { incidentOf } from '../incidents/stored-incident.ts';
import type { IncidentWrite } from '../incidents/writes.ts';
import { MOST_MESSAGE_BYTES } from '../limits.ts';
import type { Desk } from '../operation.ts';
import { isAnyActive } from '../suppressions/hidden.ts';
import { heldOf, toldOf } from './held.ts';
import { keepOutboxRoom } from './outbox-room.ts';
import { headOf, hiddenIds, type Numbered, viewOf } from './seen.ts';
import { type SinkEntry, sinkEntries } from './sinks.ts';

/** What has to be known of incidents before a change, to say what is due after it. */
export interface BeforeChange {
  readonly sinks: readonly SinkEntry[];
  readonly ids: readonly string[];
  readonly nowMs: number;
  /** A person did it, and may take it back. */
  readonly isAct?: boolean;
  readonly hidden: ReadonlySet<string>;
  /** Documents of what may be merged away, for a merge takes them. */
  readonly documents: ReadonlyMap<string, string>;
}

/** Looks at what a step is about to change; nothing where there is no sink. */
export function beforeStep({ database }: Desk, writes: readonly IncidentWrite[]): BeforeChange | undefined {
  const changes = writes.filter(({ kind }) => kind !== 'incidentFinal');
  if (changes.length === 0) return undefined;
  const sinks = sinkEntries(database);
  if (sinks.length === 0) return undefined;
  const gone = changes.flatMap((write) => {
    if (write.kind === 'incident') return write.absorbs;
    return write.kind === 'incidentMerged' ? [write.id] : [];
  });
  const heirs = changes.flatMap((write) => (write.kind === 'incidentMerged' ? [write.mergedInto] : []));
  const nowMs = Math.max(...changes.map(({ atMs }) => atMs));
  return {
    sinks,
    ids: [...new Set([...changes.map(({ id }) => id), ...gone, ...heirs])].sort(),
    nowMs,
    hidden: hiddenAt(database, nowMs),
    documents: new Map(
      gone.flatMap((id) => {
        const document = documentOf(database, id);
        return document === undefined ? [] : [[id, document] as const];
      }),
    ),
  };
}

/** Puts into the outbox what became due, in the transaction of the caller. The same step again finds it there. */
export function tellSinks(desk: Desk, before: BeforeChange | undefined): void {
  if (before === undefined) return;
  const { database } = desk;
  const { sinks, ids, nowMs, isAct = false } = before;
  const hidden = hiddenAt(database, nowMs);
  for (const id of ids) {
    const stored = incidentOf(database, id);
    if (stored === undefined) continue;
    const incident = { ...stored, isNumbered: mayHaveGone(database, stored) };
    if (hidden.has(id)) {
      // What people do to an incident that no sink knows is no news when it shows, either.
      const isNews = !isAct || sinks.some(({ rule }) => toldOf(database, rule.name, id) !== undefined);
      if (isNews) database.run('INSERT INTO outbox_muted VALUES (?) ON CONFLICT DO NOTHING', id);
      continue;
    }
    const wasMuted = database.run('DELETE FROM outbox_muted WHERE incident = ?', id) > 0;
    const document = once(() => documentOf(database, id) ?? before.documents.get(id));
    const rules = sinks.map(({ rule }) => rule);
    const view = viewOf(incident, rules, document);
    for (const rule of rules)
      tellOne(desk, { rule, view, incident, document, nowMs, isAct, wasMuted, isShown: before.hidden.has(id) });
  }
}

/** The same of one incident to which a person did something. */
export function tellOfWork(desk: Desk, id: string, nowMs: number): void {
  const sinks = sinkEntries(desk.database);
  if (sinks.length === 0) return;
  tellSinks(desk, { sinks, ids: [id], nowMs, isAct: true, hidden: new Set(), documents: new Map() });
}

interface Telling {
  readonly rule: SinkRule;
  readonly view: IncidentView;
  readonly incident: Numbered;
  readonly document: () => string | undefined;
  readonly nowMs: number;
  readonly isAct: boolean;
  /** It was to be told while it was hidden. */
  readonly wasMuted: boolean;
  readonly isShown: boolean;
}

function tellOne(desk: Desk, { rule, view, incident, document, nowMs, isAct, wasMuted, isShown }: Telling): void {
  const { database } = desk;
  const { name } = rule;
  const held = heldOf(database, name, view.id, nowMs);
  const reasons = dueReasons(rule, view, {
    told: toldOf(database, name, view.id),
    pending: held?.reasons ?? [],
    isShown,
    isAct: isAct && !wasMuted,
  });
  if (held !== undefined) database.run('DELETE FROM outbox WHERE seq = ?', held.seq);
  if (reasons.length === 0) return;
  const dueMs = held?.dueMs ?? nowMs;
  const added = database.run(
    `INSERT INTO outbox (id, sink, incident, state, reasons, level, title, view, body, due_ms, next_ms, tries, is_sure)
      VALUES (?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, 0, 1) ON CONFLICT (id) DO NOTHING`,
    messageId(view, name),
    name,
    view.id,
    JSON.stringify(reasons),
    view.level,
    incident.title,
    JSON.stringify(view),
    packedBody(incident, document()),
    dueMs,
    Math.max(held?.nextMs ?? 0, leavesMs({ dueMs, nowMs, isAct: isAct && rule.tells.length > 0 })),
  );
  if (added > 0) keepOutboxRoom(desk, name, nowMs);
}

/** Beyond the bound the message goes without the document: what it is about stands in its head. */
function packedBody(incident: Numbered, document: string | undefined): Uint8Array {
  const isFit = document !== undefined && Buffer.byteLength(document) <= MOST_MESSAGE_BYTES;
  return zstdCompressSync(JSON.stringify({ head: headOf(incident), document: isFit ? document : null }));
}

function hiddenAt(database: Database, nowMs: number): ReadonlySet<string> {
  return isAnyActive(database, nowMs) ? hiddenIds(database, nowMs) : new Set();
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
