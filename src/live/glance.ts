import type { HostTable } from '../entities/index.ts';
import { type CopyFolder, type EventStore, sharedAmong, withoutCopies } from '../evidence/index.ts';
import type { Incident } from '../incidents/index.ts';
import { examineAll, type Judgement, judge } from '../judgement/index.ts';
import type { Pin } from '../pins/index.ts';
import { isKept, mayTellAlone, type PackedEvent, toEnd } from '../windows/index.ts';
import { UNSEEN } from './batch-rows.ts';
import { type AskedOf, folderOf, type HeldRows } from './head-start.ts';
import { SignedMachines } from './signed-machines.ts';

/** Rows that one glance begins with; those behind them wait for the next one. */
const MOST_ARRIVALS = 16_384;
/** Hosts of incidents that are news at which one glance looks. */
const MOST_HOSTS = 8;
/** Rows of these hosts: of more the newest. About a second. */
const MOST_ROWS = 65_536;
/** The same of a look back, which no news asks for: a quarter of a second. */
const MOST_ROWS_BACK = 16_384;

/** Levels of rules of our pack whose hits wait for the judgement: an administrator's commands, many a minute in a large network. */
const CAN_WAIT: ReadonlySet<string> = new Set(['informational', 'low']);

/** True where an incident is worth to be told before a judgement of all comes to it. */
export type IncidentNews = (incident: Incident) => boolean;

/** The same of a time from when on all is held of a host. */
export type NewsOf = (wholeFromMs: (host: string) => number) => IncidentNews;

/** What a glance is asked, of which rows. */
export interface Glance {
  readonly held: HeldRows;
  readonly asked: AskedOf;
  readonly pins: readonly Pin[];
  readonly isNews: IncidentNews;
}

/** At what came since the last glance; or back, at all that is held of machines of which a sign came that was no news by itself. */
export type GlanceWay = 'arrived' | 'back';

/** What came since the last glance, and the names of machines in it of which a record is worth a look. */
interface Signs {
  readonly arrived: readonly PackedEvent[];
  /** With the number of who sent it. */
  readonly computers: ReadonlyMap<string, number>;
}

/**
 * Quick looks beside judgements. At what arrived: what came of hosts of which a record came that can be a sign by itself (`mayTellAlone`, or a hit of our pack above low) is judged alone, and where an incident in it is
 * news, all that is held of its hosts is judged, with the hosts that this names. So an incident is known in the time that its own hosts take, and one walk over what is held of all others. Back: the same of all that is held of
 * machines whose signs were no news alone, or of which more came since, for what tells of one act may come in several batches. What only the others could tell (who else has the payload, names, clocks, what is rare)
 * is missing: a judgement of all that is held corrects it.
 */
export class Glances {
  readonly #store: EventStore;
  readonly #signed = new SignedMachines();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Rows came that neither a judgement nor a glance has seen; sometimes also where they have. */
  get hasUnseen(): boolean {
    return this.#store.hasArrivals;
  }

  /** Machines wait for a look back. */
  get hasSigned(): boolean {
    return this.#signed.isWaiting;
  }

  /** A judgement begins that sees all that is held; `judged` at its end, or where it fails. */
  judging(): void {
    this.#signed.judging();
  }

  judged(): void {
    this.#signed.judged();
  }

  /** Undefined where nothing came, or nothing is news; what was looked at counts as seen. `of` is asked for only where there is something to look at: names of hosts cost as much as there are hosts. */
  look(way: GlanceWay, asked: AskedOf, of: () => Glance): Judgement | undefined {
    if (way === 'back') {
      const computers = this.#signed.take(MOST_HOSTS);
      return computers.length === 0 ? undefined : glanceBack(computers, of());
    }
    const signs = this.#signs(asked);
    if (signs.computers.size === 0) return undefined;
    const glance = of();
    const judgement = glanceAt(signs, glance);
    const told = judgement === undefined ? new Set() : hostsOfNews(judgement, glance.isNews);
    for (const [name, sender] of signs.computers)
      if (!told.has(glance.held.hosts.keyOf(name))) this.#signed.wait(name, sender);
    return judgement;
  }

  #signs({ pack }: AskedOf): Signs {
    const arrived = this.#store.arrivals(UNSEEN, MOST_ARRIVALS);
    const computers = new Map<string, number>();
    for (const event of arrived) {
      event.clearMark(UNSEEN);
      const { computer, sourceNumber } = event;
      if (computers.has(computer)) continue;
      if (isSign(event, pack)) computers.set(computer, sourceNumber);
      else this.#signed.came(computer, sourceNumber);
    }
    for (const name of computers.keys()) this.#signed.sign(name);
    return { arrived, computers };
  }
}

function isSign(event: PackedEvent, pack: AskedOf['pack']): boolean {
  return (
    event.repeatsNames ||
    (isKept(event) && mayTellAlone(event)) ||
    pack?.match(event).some(({ rule }) => !CAN_WAIT.has(rule.metadata.level ?? '')) === true
  );
}

function glanceAt(signs: Signs, glance: Glance): Judgement | undefined {
  const { hosts } = glance.held;
  const { rules: _, ...withoutRules } = glance.asked;
  const signed = new Set([...signs.computers.keys()].map((name) => hosts.keyOf(name)));
  // The user's own rules make no incident by themselves: what they add is found in the next look.
  const judgement = judged(ofHosts(signs.arrived, hosts, signed), { ...glance, asked: withoutRules });
  return followed(judgement, glance);
}

function glanceBack(computers: readonly string[], glance: Glance): Judgement | undefined {
  const { held } = glance;
  const hosts = new Set(computers.map((name) => held.hosts.keyOf(name)));
  // The hosts of news are judged once more by themselves: of eight together the rows may be cut.
  return followed(judged(rowsOf(held, hosts, MOST_ROWS_BACK), glance), glance);
}

/** Looks at all that is held of the hosts of news, and once more where an incident of these names others. */
function followed(begun: Judgement, glance: Glance): Judgement | undefined {
  let judgement = begun;
  let hosts: ReadonlySet<string> = new Set();
  for (let look = 0; look < 2; look++) {
    const named = hostsOfNews(judgement, glance.isNews);
    if ([...named].every((host) => hosts.has(host))) break;
    hosts = new Set([...hosts, ...named].slice(0, MOST_HOSTS));
    judgement = judged(rowsOf(glance.held, hosts), glance);
  }
  return judgement.incidents.some(glance.isNews) ? judgement : undefined;
}

function hostsOfNews({ incidents }: Judgement, isNews: IncidentNews): ReadonlySet<string> {
  return new Set(incidents.filter(isNews).flatMap(({ hosts }) => hosts));
}

function rowsOf(
  { store, hosts }: HeldRows,
  keys: ReadonlySet<string>,
  most: number = MOST_ROWS,
): readonly PackedEvent[] {
  return store.newestOf((computer) => keys.has(hosts.keyOf(computer)), most);
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

function judged(rows: readonly PackedEvent[], { held: { coverage, hosts }, asked, pins }: Glance): Judgement {
  const folder: CopyFolder = folderOf(hosts);
  folder.shareBy(toEnd(sharedAmong(rows, rows.length, coverage, hosts)));
  const { engine } = examineAll({
    context: { ...asked, coverage, hosts },
    records: withoutCopies(rows),
    folder,
    objects: [],
  });
  return judge({ coverage, hosts, anomalies: [], engine, conflicts: folder.conflicts, pins });
}
