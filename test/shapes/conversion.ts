import assert from 'node:assert/strict';
import type { HuntResult } from '../../src/report/index.ts';
import { type EventModel, type LoggedEvent, type ShapeWriter, writeEvents } from '../../testkit/index.ts';
import { tryHunt } from '../hunt/hunted.ts';

/** Evidence that is written as EVTX and in every shape. */
export interface ConversionCase {
  readonly name: string;
  readonly events: readonly LoggedEvent[];
}

/** The events as event logs: one file a channel, with their record ids. */
export function asLogs(events: readonly LoggedEvent[]): [string, Uint8Array][] {
  const channels = Map.groupBy(events, ({ model }) => model.channel);
  return [...channels].map(([channel, logged]) => {
    const models = logged.map(({ model, recordId }): EventModel => ({ ...model, recordId }));
    return [`${channel.replaceAll('/', '%4')}.evtx`, writeEvents(models).bytes];
  });
}

/** What a hunt of this folder says; `undefined` where it holds nothing that can be read. */
export async function huntFolder(folder: string): Promise<HuntResult | undefined> {
  const outcome = await tryHunt(folder, { runStartMs: Date.UTC(2026, 10, 1) });
  if (outcome.kind === 'nothing') return undefined;
  assert.equal(outcome.kind, 'done');
  return outcome.kind === 'done' ? outcome.result : undefined;
}

/** Where the records lie and how they are numbered: that differs between shapes by nature. */
const PLACES: ReadonlySet<string> = new Set(['evidence', 'recordId', 'record', 'headerRecordId']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const DIGITS = { ms: 23, s: 19, micros: 26 } as const;

/**
 * A result without places of evidence, times cut to what a shape keeps of them. Of a wall clock of which nothing tells the zone
 * no time is compared, unless Sysmon's own times are there.
 */
export function comparable(
  result: HuntResult | undefined,
  { losses }: Pick<ShapeWriter, 'losses'>,
  events: readonly LoggedEvent[],
): unknown {
  const isTold = losses.isLocal !== 'untold' || events.some(({ model }) => model.provider.endsWith('Sysmon'));
  const digits = !isTold ? 0 : losses.time === undefined ? 28 : DIGITS[losses.time];
  const strip = (value: unknown): unknown => {
    if (typeof value === 'string') return TIME.test(value) ? value.slice(0, digits) : value;
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !PLACES.has(key))
        .map(([key, item]) => [key, strip(item)]),
    );
  };
  // What is told of a log file itself (its chunks and frames) no text can tell.
  const findings = (result?.findings ?? []).filter(({ analytic = '' }) => !ABOUT_FILES.has(analytic));
  return {
    subscriptions: strip(result?.subscriptions ?? []),
    findings: strip(Object.fromEntries(findings.map((finding) => [`${finding.analytic} ${finding.id}`, finding]))),
  };
}

const ABOUT_FILES: ReadonlySet<string> = new Set(['T03', 'T13']);
/** What a creation is, and what a subscription that only stands is. */
const ABOUT_CREATION: ReadonlySet<string> = new Set(['C01', 'C02', 'C07', 'R04']);

/** One place in which two results differ. */
export interface Difference {
  /** `/subscriptions/0/lifecycle/1/step`. */
  readonly path: string;
  readonly log: unknown;
  readonly text: unknown;
}

/** Every leaf in which the two differ; a list of another length as one. */
export function differences(log: unknown, text: unknown, path = ''): Difference[] {
  if (log === text) return [];
  if (!isTree(log) || !isTree(text)) return [{ path, log, text }];
  const keys = new Set([...Object.keys(log), ...Object.keys(text)]);
  return [...keys].flatMap((key) => differences(log[key], text[key], `${path}/${key}`));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * True where a loss of the shape explains the difference. Without record ids nothing tells whether a 5861 was the first of its
 * log (L1, DOMAIN 3.5): what EVTX calls created is called registered. What only forgeable text tells is at most strong (B16).
 */
export function isExcused({ path, log, text }: Difference, losses: ShapeWriter['losses']): boolean {
  if (losses.isForgeable === true && path.endsWith('/strength')) {
    return (log === 'witnessed' || log === 'exact') && text === 'strong';
  }
  // A span of time is told to the tenth of a second, which whole seconds do not have.
  if (losses.time === 's' && path.endsWith('/text') && withoutSpans(log) === withoutSpans(text)) return true;
  const finding = /^\/findings\/(\S+) \S+$/.exec(path)?.[1];
  // The name of a cleared log is a field `Channel`, which loses against the header's.
  if (losses.collisions === true && finding === 'T01') return log === undefined || text === undefined;
  if (losses.recordId !== true) return false;
  if (finding !== undefined) return ABOUT_CREATION.has(finding) && (log === undefined || text === undefined);
  if (!path.startsWith('/subscriptions/')) return false;
  if (path.endsWith('/step')) return log === 'created' && text === 'registered';
  if (path.endsWith('/part')) return log === 'binding' && text === undefined;
  return (
    /\/notes\/\d+$/.test(path) && (text === undefined || log === undefined || String(text).startsWith('Its creation'))
  );
}

function withoutSpans(text: unknown): string | undefined {
  return typeof text === 'string' ? text.replace(/\d+\.\d s\b/g, 's') : undefined;
}

/** The events that a shape can carry, and why not the others. */
export function carried(
  writer: ShapeWriter,
  events: readonly LoggedEvent[],
): { readonly events: readonly LoggedEvent[]; readonly reasons: ReadonlyMap<string, number> } {
  const reasons = new Map<string, number>();
  const kept = events.filter(({ model }) => {
    const reason = writer.cannotCarry(model);
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return reason === undefined;
  });
  return { events: kept, reasons };
}
