import type { HostTable } from '../entities/index.ts';
import { type CopyFolder, type EventStore, sharedAmong, withoutCopies } from '../evidence/index.ts';
import type { Incident } from '../incidents/index.ts';
import { examineAll, type Judgement, judge } from '../judgement/index.ts';
import type { Pin } from '../pins/index.ts';
import { isKept, mayTellAlone, type PackedEvent } from '../windows/index.ts';
import { UNSEEN } from './batch-rows.ts';
import { type AskedOf, folderOf, type HeldRows } from './head-start.ts';

/** Rows that one glance begins with; those behind them wait for the next one. */
const MOST_ARRIVALS = 16_384;
/** Hosts of incidents that are news at which one glance looks. */
const MOST_HOSTS = 8;
/** Rows of these hosts: of more the newest. About a second. */
const MOST_ROWS = 65_536;

/** Levels of rules of our pack whose hits wait for the judgement: an administrator's commands, many a minute in a large network. */
const CAN_WAIT: ReadonlySet<string> = new Set(['informational', 'low']);

/** True where an incident is worth to be told before a judgement of all comes to it. */
export type IncidentNews = (incident: Incident) => boolean;

/** What a glance is asked besides rows. */
export interface Glance {
  readonly asked: AskedOf;
  readonly pins: readonly Pin[];
  readonly isNews: IncidentNews;
}

/** What came since the last glance, and the names of machines in it of which a record is worth a look. */
export interface Signs {
  readonly arrived: readonly PackedEvent[];
  readonly computers: ReadonlySet<string>;
}

/** What came, where something of it can be a sign by itself; what is given counts as seen. Names of hosts are not needed for that: to know them costs as much as there are hosts. */
export function signsAmong(store: EventStore, { pack }: AskedOf): Signs | undefined {
  const arrived = store.arrivals(UNSEEN, MOST_ARRIVALS);
  for (const event of arrived) event.clearMark(UNSEEN);
  const isSign = (event: PackedEvent): boolean =>
    (isKept(event) && mayTellAlone(event)) ||
    pack?.match(event).some(({ rule }) => !CAN_WAIT.has(rule.metadata.level ?? '')) === true;
  const computers = new Set(arrived.filter(isSign).map(({ computer }) => computer));
  return computers.size === 0 ? undefined : { arrived, computers };
}

/**
 * A quick look at what came since the last one: what came of hosts of which a record came that can be a sign by itself (`mayTellAlone`, or a hit of our pack above low) is judged alone, and where an incident in it is
 * news, all that is held of its hosts is judged, with the hosts that this names. So an incident is known in the time that its own hosts take, however much is held of all others. What only the others could tell
 * (who else has the payload, names, clocks, what is rare) is missing: a judgement of all that is held corrects it. Undefined where nothing came, or nothing is news.
 */
export function glanceAt(signs: Signs, held: HeldRows, glance: Glance): Judgement | undefined {
  const { rules: _, ...withoutRules } = glance.asked;
  const signed = new Set([...signs.computers].map((name) => held.hosts.keyOf(name)));
  // The user's own rules make no incident by themselves: what they add is found in the next look.
  let judgement = judged(ofHosts(signs.arrived, held.hosts, signed), held, { ...glance, asked: withoutRules });
  let hosts: ReadonlySet<string> = new Set();
  // Once more where an incident of these hosts names others.
  for (let look = 0; look < 2; look++) {
    const named = hostsOfNews(judgement, glance.isNews);
    if ([...named].every((host) => hosts.has(host))) break;
    hosts = new Set([...hosts, ...named].slice(0, MOST_HOSTS));
    judgement = judged(rowsOf(held, hosts), held, glance);
  }
  return judgement.incidents.some(glance.isNews) ? judgement : undefined;
}

function hostsOfNews({ incidents }: Judgement, isNews: IncidentNews): ReadonlySet<string> {
  return new Set(incidents.filter(isNews).flatMap(({ hosts }) => hosts));
}

function rowsOf({ store, hosts }: HeldRows, keys: ReadonlySet<string>): readonly PackedEvent[] {
  return ofHosts(store.rows(), hosts, keys).slice(-MOST_ROWS);
}

function ofHosts(events: Iterable<PackedEvent>, hosts: HostTable, keys: ReadonlySet<string>): readonly PackedEvent[] {
  const isOne = new Map<string, boolean>();
  const rows: PackedEvent[] = [];
  for (const event of events) {
    const { computer } = event;
    let is = isOne.get(computer);
    if (is === undefined) {
      is = keys.has(hosts.keyOf(computer));
      isOne.set(computer, is);
    }
    if (is) rows.push(event);
  }
  return rows;
}

function judged(rows: readonly PackedEvent[], { coverage, hosts }: HeldRows, { asked, pins }: Glance): Judgement {
  const folder: CopyFolder = folderOf(hosts);
  folder.shareBy(sharedAmong(rows, rows.length, coverage, hosts));
  const { engine } = examineAll({
    context: { ...asked, coverage, hosts },
    records: withoutCopies(rows),
    folder,
    objects: [],
  });
  return judge({ coverage, hosts, anomalies: [], engine, conflicts: folder.conflicts, pins });
}
