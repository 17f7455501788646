import type { Journal } from '../journal/index.ts';
import { archiveHealth, measureArchive } from './archiving/archive-health.ts';
import type { Archiver } from './archiving/archiver.ts';
import type { BatchTaker } from './batch-taker.ts';
import type { PartHealth } from './handlers/health.ts';
import type { Judgements } from './judgements.ts';
import type { Metrics } from './metrics.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { GivenPasswords } from './people/given-passwords.ts';
import type { PinShelf } from './pin-shelf.ts';
import type { Reader } from './reader.ts';
import type { SenderBindings } from './sender-bindings.ts';
import type { StateRoom } from './state-room.ts';

export interface RunningParts {
  readonly journal: Journal;
  readonly reader: Reader;
  readonly archiver: Archiver | undefined;
  readonly taker: BatchTaker;
  readonly judgements: Judgements;
  readonly bindings: SenderBindings;
  readonly pins: PinShelf;
  readonly outbox: Outbox;
  readonly given: GivenPasswords;
  readonly room: StateRoom;
  readonly metrics: Metrics;
  readonly request: {
    readonly version: string;
    readonly nowMs: () => number;
    readonly settings: { readonly journal: { readonly lagBytes: number } };
  };
  readonly connections: number;
  readonly inlets: { readonly figures: Readonly<Record<string, number>>; readonly degraded: readonly string[] };
  /** Bytes of bodies that are being read or waited for. */
  readonly heldBytes: number;
  readonly lagMs: number;
}

/** Has what lies elsewhere looked at, for what is told of it then. */
export async function look({
  archiver,
  outbox,
  given,
  room,
}: Pick<RunningParts, 'archiver' | 'outbox' | 'given' | 'room'>): Promise<void> {
  await archiver?.look();
  await outbox.look();
  await given.look();
  await room.look();
}

/** Puts the gauges right. */
export function measure(parts: RunningParts): void {
  const { journal, reader, taker, judgements, metrics, request, connections, heldBytes, lagMs } = parts;
  const health = journal.health();
  metrics.set('triad_build_info', 1, [request.version]);
  metrics.set('triad_store_position_durable', health.durable);
  metrics.set('triad_store_position_processed', reader.judged);
  metrics.set('triad_store_lag_bytes', taker.lagBytes);
  metrics.set('triad_store_bytes', health.bytes);
  const unjudged = unjudgedOf(parts);
  metrics.set('triad_detect_unjudged_bytes', unjudged.bytes);
  metrics.set('triad_detect_unjudged_seconds', unjudged.waitsMs / 1000);
  metrics.set('triad_state_entries', taker.openBatches, ['openBatches']);
  metrics.set('triad_state_entries', reader.gaps.logs, ['recordIds']);
  metrics.set('triad_state_evictions_total', reader.gaps.evicted, ['recordIds', 'capacity']);
  metrics.set('triad_connections', connections);
  metrics.set('triad_syslog_connections', parts.inlets.figures['syslogConnections'] ?? 0);
  metrics.set('triad_ingest_held_bytes', heldBytes);
  metrics.set('triad_eventloop_lag_seconds', lagMs / 1000);
  if (parts.archiver !== undefined) measureArchive(parts.archiver, metrics);
  judgements.measure(parts.request.nowMs());
  parts.outbox.measure();
  metrics.clear('triad_degraded');
  for (const { part, degraded } of healthOf(parts)) {
    if (degraded.length > 0) metrics.set('triad_degraded', 1, [part]);
  }
}

/** What was read and no judgement has seen, and how long its oldest batch waits. */
function unjudgedOf({ reader, request }: Pick<RunningParts, 'reader' | 'request'>): {
  readonly bytes: number;
  readonly waitsMs: number;
} {
  const { sinceMs, bytes } = reader.unjudged;
  return { bytes, waitsMs: sinceMs === undefined ? 0 : Math.max(0, request.nowMs() - sinceMs) };
}

/** A judgement takes seconds, and rests half a minute at most. What fills the window after a start, and a backlog, take their time, and are told by themselves. */
const LONGEST_WAIT_MS = 90_000;

function waitingLong(waitsMs: number, isExplained: boolean): readonly string[] {
  if (isExplained || waitsMs <= LONGEST_WAIT_MS) return [];
  return [`what came ${Math.round(waitsMs / 1000)} s ago is not judged yet, only glanced at`];
}

/** What came behind the image that a start began with is read again from the journal (SERVE 4.5), or all that the window may hold, and nothing is judged before that. */
function fillingOf({ filling }: Pick<Reader, 'filling'>): readonly string[] {
  if (filling === undefined) return [];
  return [
    `the window is being filled: ${filling.read} of ${filling.of} batches are read again, and nothing is judged yet`,
  ];
}

/** What is well and what is not, part by part (SERVE D8). */
export function healthOf({
  journal,
  reader,
  archiver,
  taker,
  judgements,
  bindings,
  pins,
  outbox,
  given,
  room,
  metrics,
  connections,
  inlets,
  heldBytes,
  lagMs,
  request,
}: RunningParts): readonly PartHealth[] {
  const health = journal.health();
  const { lagBytes } = request.settings.journal;
  const lagging = taker.lagBytes > lagBytes / 2 ? [`${taker.lagBytes} bytes are kept and not read yet`] : [];
  const unjudged = unjudgedOf({ reader, request });
  const { durable, first, segments, bytes, waiting, refused, failures, space } = health;
  return [
    {
      part: 'journal',
      degraded: health.degraded,
      figures: { durable, first, segments, bytes, waiting, refused, failures, freeBytes: space.freeBytes },
    },
    {
      part: 'reader',
      degraded: [...reader.degraded, ...lagging],
      figures: {
        judged: reader.judged,
        lagBytes: taker.lagBytes,
        deadLetters: metrics.total('triad_deadletter_events_total'),
      },
    },
    ...(archiver === undefined ? [] : [archiveHealth(archiver)]),
    {
      part: 'detection',
      degraded: [
        ...judgements.degraded,
        ...fillingOf(reader),
        ...waitingLong(unjudged.waitsMs, reader.filling !== undefined || judgements.backlog !== undefined),
      ],
      figures: {
        unjudgedBytes: unjudged.bytes,
        unjudgedMs: unjudged.waitsMs,
        judgements: judgements.count,
        lastJudgementMs: judgements.last?.judgeMs,
        window: judgements.counts,
        backlog: judgements.backlog,
        isFilling: reader.filling !== undefined,
      },
    },
    { part: 'pins', degraded: pins.degraded(request.nowMs()), figures: pins.figures },
    outbox.health,
    given.health,
    room.health,
    { part: 'senders', degraded: bindings.degraded, figures: {} },
    { part: 'listener', degraded: [], figures: { connections, heldBytes, eventLoopLagMs: lagMs } },
    { part: 'inlets', ...inlets },
  ];
}

/** So long a refusal of the state stands for it: without another batch nobody knows better. */
const STATE_REFUSED_MS = 5000;

/** Why batches are not taken now. */
export function notReady({ journal, taker, request }: RunningParts): string | undefined {
  const { refusing, lastFailure } = journal.health();
  if (refusing === undefined) {
    if (taker.isFull) return 'more waits to be read than may';
    const { stateRefusedMs = 0 } = taker;
    return request.nowMs() - stateRefusedMs < STATE_REFUSED_MS
      ? 'the state does not take what is asked of it'
      : undefined;
  }
  return `the journal takes no batches: ${refusing}${refusing === 'failed' ? ` (${lastFailure?.what}: ${lastFailure?.code})` : ''}`;
}
