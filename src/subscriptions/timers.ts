import { type Event, foldName, type ObjectSight } from '../windows/index.ts';
import { canonicalNamespace } from '../wmi/index.ts';
import { compareEvents, MAX_HOSTS } from './sighting.ts';

/** A repository holds a handful; a forged one any number. */
const MAX_TIMERS_A_HOST = 1_000;
const BASE = '__timerinstruction';

/** A timer instruction, for which a filter may wait (DOMAIN 1.1). */
export interface TimerAt {
  readonly className: string;
  readonly timerId: string;
  /** Of an interval timer, milliseconds. */
  readonly intervalMs: number | undefined;
  /** Canonical; undefined where the source does not state it. */
  readonly namespace: string | undefined;
  /** True where the newest word on it is that it is no more. */
  readonly isGone: boolean;
  readonly event: Event;
}

/** Timer instructions by host, as looks at objects at rest tell them: the newest word on each. */
export class Timers {
  readonly #hosts = new Map<string, Map<string, TimerAt>>();
  dropped = 0;

  accept(host: string, event: Event, { object, act }: ObjectSight): void {
    const chain = [object.className, ...object.superclasses].map((name) => name.toLowerCase());
    if (
      object.kind !== 'instance' ||
      !(chain.includes(BASE) || /^__(?:interval|absolute)timerinstruction$/.test(chain[0] ?? ''))
    )
      return;
    const timerId = textOf(object.properties.get('TimerId') ?? object.properties.get('TimerID'));
    if (timerId === undefined) return;
    const namespace = object.namespace === undefined ? undefined : canonicalNamespace(object.namespace);
    const key = JSON.stringify([namespace ?? '', foldName(timerId)]);
    const ofHost = this.#hosts.get(host) ?? new Map<string, TimerAt>();
    const known = ofHost.get(key);
    const isNewHost = ofHost.size === 0;
    if (known === undefined && (ofHost.size >= MAX_TIMERS_A_HOST || (isNewHost && this.#hosts.size >= MAX_HOSTS))) {
      this.dropped++;
      return;
    }
    this.#hosts.set(host, ofHost);
    if (known !== undefined && compareEvents(known.event, event) > 0) return;
    const interval = textOf(object.properties.get('IntervalBetweenEvents'));
    const intervalMs = interval !== undefined && /^\d{1,10}$/.test(interval) ? Number(interval) : undefined;
    const isGone = act === 'deleted';
    ofHost.set(key, { className: object.className, timerId, intervalMs, namespace, isGone, event: event.detach() });
  }

  of(host: string): readonly TimerAt[] {
    return [...(this.#hosts.get(host)?.values() ?? [])];
  }
}

/**
 * The timer of one of these ids: one that stands before one that is gone, in the namespace in which the filter listens before any
 * other (CIM 7.2).
 */
export function timerOf(
  timers: readonly TimerAt[],
  ids: readonly string[],
  eventNamespace: string | undefined,
): TimerAt | undefined {
  const wanted = new Set(ids.map(foldName));
  const rank = ({ isGone, namespace }: TimerAt): number =>
    2 * Number(isGone) + Number(namespace !== eventNamespace || namespace === undefined);
  const [best] = timers
    .filter(({ timerId }) => wanted.has(foldName(timerId)))
    .sort((a, b) => rank(a) - rank(b) || compareText(a.namespace ?? '', b.namespace ?? ''));
  return best;
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
