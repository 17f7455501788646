import { digestId } from '../bytes/index.ts';
import { compareEvents } from '../subscriptions/index.ts';
import { AUDIT, type Event, type Evidence, isTimed, type ObjectSight, REPOSITORY, timeOf } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { JudgedFinding } from './finding.ts';
import { cited } from './node-finding.ts';
import type { Takes } from './routes.ts';
import { scoreOf } from './scoring.ts';
import { msOf } from './subscription-finding.ts';
import type { Bench, Found, Watch } from './watch.ts';

/** Objects that are told of, of one host: a forged repository may hold any number (L15). */
const MAX_OBJECTS_A_HOST = 1_000;
const MAX_HOSTS = 20_000;
/** Evidence of one finding. */
const MAX_EVENTS = 100;

/** What an analytic says of one object at rest. */
export interface ObjectJudgement {
  readonly title: string;
  /** What the base term says. */
  readonly why: string;
}

/** What an analytic says of the objects that came together; ids of theirs stay as aliases of the one finding. */
export interface Together {
  /** Objects of a host with one key are one finding. */
  readonly keyOf: (sight: ObjectSight) => string;
  readonly judge: (sights: readonly ObjectSight[], host: string) => ObjectJudgement;
}

interface Kept {
  /** Of the latest event that tells of it. */
  sight: ObjectSight;
  latest: Event;
  /** The earliest ones, in order of time: which they are does not depend on the order in which they come (L8). */
  readonly events: Event[];
}

/** Objects at rest of one analytic: one finding for each object, with every look that tells of it. */
export class ObjectWatch implements Watch {
  readonly takes: Takes = { [REPOSITORY.toLowerCase()]: [0], [AUDIT.toLowerCase()]: [0] };
  readonly #record: Analytic;
  readonly #bench: Bench;
  readonly #judge: (sight: ObjectSight, host: string) => ObjectJudgement | undefined;
  readonly #together: Together | undefined;
  readonly #maxHosts: number;
  readonly #hosts = new Map<string, Map<string, Kept>>();
  #dropped = 0;

  constructor(
    record: Analytic,
    bench: Bench,
    judge: (sight: ObjectSight, host: string) => ObjectJudgement | undefined,
    together?: Together,
    maxHosts: number = MAX_HOSTS,
  ) {
    this.#record = record;
    this.#bench = bench;
    this.#judge = judge;
    this.#together = together;
    this.#maxHosts = maxHosts;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { [`objects${this.#record.id}`]: this.#dropped };
  }

  accept(host: string, event: Event): void {
    const { sight } = event;
    if (sight === undefined || this.#judge(sight, host) === undefined) return;
    const ofHost = this.#hosts.get(host) ?? new Map<string, Kept>();
    const key = JSON.stringify(keyOf(sight));
    const known = ofHost.get(key);
    if (known === undefined) {
      if (ofHost.size >= MAX_OBJECTS_A_HOST || (ofHost.size === 0 && this.#hosts.size >= this.#maxHosts)) {
        this.#dropped++;
        return;
      }
      this.#hosts.set(host, ofHost);
      const own = event.detach();
      ofHost.set(key, { sight, latest: own, events: [own] });
    } else keep(known, sight, event.detach());
  }

  finish(_found: Found): readonly JudgedFinding[] {
    const findings: JudgedFinding[] = [];
    for (const [host, kept] of [...this.#hosts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const groups = new Map<string, Kept[]>();
      for (const [key, one] of [...kept].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const group = this.#together?.keyOf(one.sight) ?? key;
        groups.set(group, [...(groups.get(group) ?? []), one]);
      }
      for (const group of groups.values()) findings.push(this.#finding(host, group));
    }
    return findings;
  }

  #finding(host: string, group: readonly Kept[]): JudgedFinding {
    const record = this.#record;
    const told = this.#tell(host, group);
    // The first look at each object goes before the others, so that a bound leaves out none of the first hundred objects.
    const first = group.flatMap(({ events }) => events.slice(0, 1));
    const rest = group.flatMap(({ events }) => events.slice(1));
    const events = [...first, ...rest].slice(0, MAX_EVENTS).sort(compareEvents);
    const latest = group
      .map((one) => one.latest)
      .sort(compareEvents)
      .at(-1);
    const [id = '', ...aliases] = group.map(({ sight }) => digestId(['finding', record.id, host, ...keyOf(sight)]));
    const evidence: readonly Evidence[] = cited(events, this.#bench);
    const { level, score, terms } = scoreOf(record.level, told.why, [], [], evidence);
    const dated = events.find(isTimed) ?? latest;
    const time = dated === undefined ? '' : timeOf(dated);
    const atMs = msOf(time);
    return {
      finding: {
        id,
        analytic: record.id,
        title: told.title,
        level,
        score,
        terms,
        scope: record.scope,
        host,
        hosts: [host],
        accounts: [],
        subscriptions: [],
        candidates: [],
        attack: record.attack,
        time,
        ...(events.some(isTimed) ? {} : { timeIsBound: true }),
        count: group.length,
        aliases: aliases.sort(),
        evidence,
      },
      joins: [],
      glue: { processes: [], logons: [], accounts: [], firstMs: atMs, lastMs: atMs },
    };
  }

  #tell(host: string, group: readonly Kept[]): ObjectJudgement {
    const sights = group.map(({ sight }) => sight);
    const [sight] = sights;
    if (sight !== undefined && (this.#together === undefined || sights.length === 1)) {
      const told = this.#judge(sight, host);
      if (told !== undefined) return told;
    }
    const { title } = this.#record;
    return this.#together?.judge(sights, host) ?? { title, why: title };
  }
}

function keep(known: Kept, sight: ObjectSight, event: Event): void {
  if (compareEvents(event, known.latest) > 0) {
    known.latest = event;
    known.sight = sight;
  }
  const at = known.events.findIndex((other) => compareEvents(event, other) < 0);
  if (at < 0 && known.events.length >= MAX_EVENTS) return;
  known.events.splice(at < 0 ? known.events.length : at, 0, event);
  if (known.events.length > MAX_EVENTS) known.events.pop();
}

/** What an object is called: its content is not in it (SETTLED C16). */
function keyOf({ object, path }: ObjectSight): readonly (string | null)[] {
  return [object.kind, object.namespace?.toLowerCase() ?? null, object.className.toLowerCase(), path.toLowerCase()];
}
