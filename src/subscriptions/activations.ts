import { type Event, getFolded, isSidText } from '../windows/index.ts';
import { canonicalNamespace, normaliseQuery } from '../wmi/index.ts';
import { compareEvents, type FilterSight, MAX_HOSTS } from './sighting.ts';

/** A filter is activated within this time of the 5861 of its binding (DOMAIN 2.2 #11), milliseconds. */
const JOIN_MS = 5_000;
const MAX_QUERIES_A_HOST = 2_000;
const MAX_EVENTS_A_QUERY = 1_000;

interface ActivatedQuery {
  readonly namespace: string;
  readonly sid: string | undefined;
  readonly events: Event[];
}

/** WMI-Activity 5859 of all hosts, by host and query. */
export class Activations {
  readonly #hosts = new Map<string, Map<string, ActivatedQuery[]>>();
  /** Records beyond the bounds. */
  dropped = 0;

  accept(host: string, event: Event): void {
    const query = normaliseQuery(getFolded(event, 'Query') ?? '');
    if (query === '') return;
    const user = getFolded(event, 'User');
    const sid = user !== undefined && isSidText(user) ? user.toUpperCase() : undefined;
    const namespace = canonicalNamespace(getFolded(event, 'NamespaceName') ?? '');
    const ofHost = this.#hosts.get(host) ?? new Map<string, ActivatedQuery[]>();
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(host, ofHost);
    const known = ofHost.get(query) ?? [];
    const same = known.find((other) => other.namespace === namespace && other.sid === sid);
    if (same === undefined) {
      if (ofHost.size >= MAX_QUERIES_A_HOST || known.length >= MAX_EVENTS_A_QUERY) {
        this.dropped++;
        return;
      }
      known.push({ namespace, sid, events: [event.detach()] });
      ofHost.set(query, known);
    } else if (same.events.length < MAX_EVENTS_A_QUERY) same.events.push(event.detach());
    else this.dropped++;
  }

  /**
   * The 5859 that tell of a filter: equal query, namespace and creator as far as both are known, within five seconds of one
   * of these records. Ascending.
   */
  of(host: string, filters: readonly FilterSight[], around: readonly Event[]): readonly Event[] {
    const ofHost = this.#hosts.get(host);
    if (ofHost === undefined) return [];
    const times = around.map(({ timeMs }) => timeMs).sort((a, b) => a - b);
    const found = new Set<Event>();
    for (const { query, eventNamespace, creatorSid } of filters) {
      for (const activated of ofHost.get(normaliseQuery(query ?? '')) ?? []) {
        if (eventNamespace !== undefined && activated.namespace !== '' && activated.namespace !== eventNamespace)
          continue;
        if (creatorSid !== undefined && activated.sid !== undefined && activated.sid !== creatorSid) continue;
        for (const event of activated.events) if (isNear(event.timeMs, times)) found.add(event);
      }
    }
    return [...found].sort(compareEvents);
  }
}

function isNear(at: number, times: readonly number[]): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at - JOIN_MS) low = middle + 1;
    else high = middle;
  }
  const time = times[low];
  return time !== undefined && time <= at + JOIN_MS;
}
