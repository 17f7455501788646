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
    if (timerId === undefined || act === 'deleted') return;
    const namespace = object.namespace === undefined ? undefined : canonicalNamespace(object.namespace);
    const key = JSON.stringify([namespace ?? '', foldName(timerId)]);
    const ofHost = this.#hosts.get(host) ?? new Map<string, TimerAt>();
    const known = ofHost.get(key);
    if (known === undefined && (ofHost.size >= MAX_TIMERS_A_HOST || this.#hosts.size >= MAX_HOSTS)) {
      this.dropped++;
      return;
    }
    this.#hosts.set(host, ofHost);
    if (known !== undefined && compareEvents(known.event, event) > 0) return;
    const interval = textOf(object.properties.get('IntervalBetweenEvents'));
    const intervalMs = interval !== undefined && /^\d{1,10}$/.test(interval) ? Number(interval) : undefined;
    ofHost.set(key, { className: object.className, timerId, intervalMs, namespace, event: event.detach() });
  }

  of(host: string): readonly TimerAt[] {
    return [...(this.#hosts.get(host)?.values() ?? [])];
  }
}

/** The timer of one of these ids: in the namespace in which the filter listens before any other (CIM 7.2). */
export function timerOf(
  timers: readonly TimerAt[],
  ids: readonly string[],
  eventNamespace: string | undefined,
): TimerAt | undefined {
  const wanted = new Set(ids.map(foldName));
  const named = timers.filter(({ timerId }) => wanted.has(foldName(timerId)));
  return named.find(({ namespace }) => namespace === eventNamespace) ?? named[0];
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
