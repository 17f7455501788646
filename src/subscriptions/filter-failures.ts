import type { Event } from '../windows/index.ts';
import { canonicalNamespace, normaliseQuery } from '../wmi/index.ts';
import { compareEvents, type FilterSight, MAX_HOSTS } from './sighting.ts';

const MAX_QUERIES_A_HOST = 2_000;
const MAX_EVENTS_A_QUERY = 100;

/** Codes that say why a filter could not be activated (DOMAIN 1.2, 2.1). */
const CODES: ReadonlyMap<string, string> = new Map([
  ['0x80041003', 'access denied'],
  ['0x80041010', 'invalid class'],
  ['0x80041013', 'provider load failure'],
  ['0x80041017', 'invalid query'],
  ['0x8004100e', 'invalid namespace'],
  ['0x80042001', 'the query is too broad'],
  ['0x80042002', 'the query is too precise, often a missing WITHIN'],
]);

/** One way in which a filter failed. */
export interface FilterFailure {
  readonly namespace: string;
  /** `0x80041003 (access denied)`. */
  readonly reason: string;
  /** Ascending. */
  readonly events: readonly Event[];
}

interface FailureList {
  readonly namespace: string;
  readonly reason: string;
  readonly events: Event[];
}

/** Application 10 of Winmgmt: filters that could not be activated, by host and query (DOMAIN 2.1; PRODUCT 16 U12). */
export class FilterFailures {
  readonly #hosts = new Map<string, Map<string, FailureList[]>>();
  /** Records beyond the bounds. */
  dropped = 0;

  /** Its items are the namespace, the query and the code. */
  accept(host: string, event: Event): void {
    const [namespaceText = '', queryText = '', codeText = ''] = event.all('Data');
    const query = normaliseQuery(queryText);
    if (query === '') return;
    const code = codeText.trim().toLowerCase();
    const words = CODES.get(code);
    const reason = words === undefined ? code : `${code} (${words})`;
    const namespace = canonicalNamespace(namespaceText);
    const ofHost = this.#hosts.get(host) ?? new Map<string, FailureList[]>();
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(host, ofHost);
    const known = ofHost.get(query) ?? [];
    const same = known.find((other) => other.namespace === namespace && other.reason === reason);
    if (same === undefined && ofHost.size < MAX_QUERIES_A_HOST && known.length < MAX_EVENTS_A_QUERY) {
      known.push({ namespace, reason, events: [event.detach()] });
      ofHost.set(query, known);
    } else if (same !== undefined && same.events.length < MAX_EVENTS_A_QUERY) same.events.push(event.detach());
    else this.dropped++;
  }

  /** How this filter failed: equal query, and equal namespace of events where both are known. Sorted by reason. */
  of(host: string, filter: FilterSight | undefined): readonly FilterFailure[] {
    if (filter?.query === undefined) return [];
    const known = this.#hosts.get(host)?.get(normaliseQuery(filter.query)) ?? [];
    return known
      .filter(
        ({ namespace }) =>
          filter.eventNamespace === undefined || namespace === '' || namespace === filter.eventNamespace,
      )
      .map(({ namespace, reason, events }) => ({ namespace, reason, events: events.toSorted(compareEvents) }))
      .sort((a, b) => (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0));
  }
}
