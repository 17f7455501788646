import { joinAccount } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Event, formatTime, type Gap, isPrintableMs } from '../windows/index.ts';
import type { Analytic, EvidenceKind } from './analytic.ts';
import { CATALOGUE } from './catalogue/index.ts';
import type { Finding } from './finding.ts';
import { gap } from './gap.ts';
import { missingLinks } from './missing-links.ts';
import type { Takes } from './routes.ts';
import type { Sight } from './sight.ts';
import { BLIND_CHANNELS, NEEDS } from './sources-of-sight.ts';

/** What could not be seen, and what follows from it (A33, L2, L11, "What sees what" of DOMAIN 3.2). */

/** Clearings of logs that are told one by one, for each host. */
const MAX_CLEARINGS_OF_HOST = 200;
const MAX_HOSTS = 20_000;
/** Longest name of a channel that Windows takes. */
const MAX_CHANNEL = 255;

/** A log that was cleared: 1102 or 104. */
export interface Clearing {
  readonly host: string;
  /** The channel that was emptied. */
  readonly channel: string;
  readonly account: string | undefined;
  readonly time: string;
}

/** Collects 1102 and 104. */
export class ClearedLogs {
  readonly #byHost = new Map<string, Clearing[]>();
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  readonly takes: Takes = { security: [1102], system: [104] };

  accept(host: string, event: Event): void {
    const isSecurity = event.eventId === 1102;
    if (!isPrintableMs(event.timeMs)) return;
    const clearings = this.#byHost.get(host) ?? [];
    if (clearings.length >= MAX_CLEARINGS_OF_HOST || (clearings.length === 0 && this.#byHost.size >= MAX_HOSTS)) {
      this.#evicted++;
      return;
    }
    clearings.push({
      host,
      channel: isSecurity ? 'Security' : (event.get('Channel')?.slice(0, MAX_CHANNEL) ?? 'unnamed'),
      account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
      time: formatTime(event.timeMs, event.timeTicks),
    });
    this.#byHost.set(host, clearings);
  }

  of(host: string): readonly Clearing[] {
    return this.#byHost.get(host) ?? [];
  }
}

/** Counts how many of a host's 4688 hold a command line: the policy that fills it is off by default (DOMAIN 2.2 #18). */
export class CommandLineCount {
  readonly #byHost = new Map<string, { starts: number; lines: number }>();

  readonly takes: Takes = { security: [4688] };

  accept(host: string, event: Event): void {
    let count = this.#byHost.get(host);
    if (count === undefined) {
      if (this.#byHost.size >= MAX_HOSTS) return;
      count = { starts: 0, lines: 0 };
      this.#byHost.set(host, count);
    }
    count.starts++;
    const line = event.get('CommandLine');
    if (line !== undefined && line !== '' && line !== '-') count.lines++;
  }

  /** Hosts whose starts were seen and none had a command line, with the number of starts. */
  blindHosts(): ReadonlyMap<string, number> {
    const blind = new Map<string, number>();
    for (const [host, { starts, lines }] of this.#byHost) if (starts > 0 && lines === 0) blind.set(host, starts);
    return blind;
  }
}

export interface BlindInput {
  readonly sight: Sight;
  readonly cleared: ClearedLogs;
  readonly withoutCommandLines: ReadonlyMap<string, number>;
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
}

/**
 * The gaps of the hosts of a run, each host's made when they are asked for: ten of them a host, each with an id, of machines of which nothing is to be
 * told were most of what a judgement of many machines cost (120,000 names: 8 of 10 s).
 */
export class HostGaps {
  readonly #input: BlindInput;
  readonly #missing: ReadonlyMap<string, readonly Gap[]>;
  /** Once for all hosts: for each of them anew it was a third of the judging of 700 machines. */
  readonly #nowhere: ReadonlySet<string>;
  readonly #known = new Map<string, readonly Gap[]>();

  constructor(input: BlindInput) {
    this.#input = input;
    this.#missing = missingLinks(input);
    this.#nowhere = new Set(notEvaluatedOf(input.sight).map(({ analytic }) => analytic));
  }

  /** Of one host, by how much each hides; none of a host that coverage does not know. */
  of(host: string): readonly Gap[] {
    const known = this.#known.get(host) ?? (this.#input.sight.knows(host) ? this.#made(host) : []);
    this.#known.set(host, known);
    return known;
  }

  /** Of every host, ordered by host. */
  all(): readonly Gap[] {
    return this.#input.sight.hosts().flatMap((host) => this.of(host));
  }

  #made(host: string): readonly Gap[] {
    const { sight, cleared, withoutCommandLines } = this.#input;
    const gaps: Gap[] = [];
    for (const row of BLIND_CHANNELS) {
      const channel = sight.channel(host, row.channel.toLowerCase());
      if (channel === undefined) gaps.push(gap({ host, what: `no ${row.name} log`, so: row.so, close: row.close }));
    }
    gaps.push(...startGap(host, sight));
    for (const row of NEEDS) {
      const isLogged = row.any.some((pair) => sight.channel(host, pair.channel.toLowerCase()) !== undefined);
      if (row.gap === undefined || !isLogged || sight.has(host, row)) continue;
      gaps.push(gap({ host, what: row.gap.what, so: row.gap.so, close: row.gap.close }));
    }
    gaps.push(...blindHere(host, sight, this.#nowhere));
    const starts = withoutCommandLines.get(host);
    if (starts !== undefined) gaps.push(commandLineGap(host, starts));
    gaps.push(...cleared.of(host).map(clearingGap));
    const misdated = sight.misdated(host);
    if (misdated > 0) gaps.push(misdatedGap(host, misdated));
    gaps.push(...(this.#missing.get(host) ?? []));
    return gaps;
  }
}

/** Analytics for which no host of the run holds a required kind of evidence (DOMAIN 3.1): they say nothing, not "clean". */
export function notEvaluatedOf(sight: Sight): readonly { analytic: string; missing: readonly EvidenceKind[] }[] {
  const lacking = new Set(KINDS.filter((kind) => !holdsAnywhere(sight, kind)));
  return CATALOGUE.map((record) => ({
    analytic: record.id,
    missing: requiredOf(record).filter((kind) => lacking.has(kind)),
  }))
    .filter(({ missing }) => missing.length > 0)
    .sort((a, b) => (a.analytic < b.analytic ? -1 : 1));
}

function requiredOf({ needs }: Analytic): readonly EvidenceKind[] {
  return needs.filter(({ role }) => role === 'required').map(({ kind }) => kind);
}

/** The kinds of evidence that any analytic requires. */
const KINDS: readonly EvidenceKind[] = [...new Set(CATALOGUE.flatMap(requiredOf))];

function holds(sight: Sight, host: string, kind: EvidenceKind): boolean {
  if (kind === 'whole logs') return sight.hasWholeLog(host);
  const rows = NEEDS.filter((row) => row.kind === kind);
  return rows.length === 0 || rows.some((row) => sight.has(host, row));
}

function holdsAnywhere(sight: Sight, kind: EvidenceKind): boolean {
  if (kind === 'whole logs') return sight.hasAnyWholeLog;
  const rows = NEEDS.filter((row) => row.kind === kind);
  return sight.knowsAny && (rows.length === 0 || rows.some((row) => sight.hasAnywhere(row)));
}

/** Analytics that other hosts of the run have the evidence for and this one has not: about it they say nothing, not "clean" (L2). */
function blindHere(host: string, sight: Sight, nowhere: ReadonlySet<string>): readonly Gap[] {
  const lacking = new Set(KINDS.filter((kind) => !holds(sight, host, kind)));
  const kinds = new Set<EvidenceKind>();
  const blind = CATALOGUE.filter((record) => {
    const missing = requiredOf(record).filter((kind) => lacking.has(kind));
    if (missing.length === 0 || nowhere.has(record.id)) return false;
    for (const kind of missing) kinds.add(kind);
    return true;
  });
  if (blind.length === 0) return [];
  return [
    gap({
      host,
      what: `not evaluated here: ${blind.map(({ id }) => id).join(', ')}`,
      so: `their silence says nothing about it: no ${[...kinds].sort().join(', no ')}`,
      close: 'the logs that other machines of this run were judged by',
    }),
  ];
}

/** Where the logs of a host begin, in one line: before its first record a log says nothing (L11). */
function startGap(host: string, sight: Sight): readonly Gap[] {
  const firsts = BLIND_CHANNELS.filter((row) => row.tellsStart).flatMap(({ channel, name }) => {
    const first = sight.channel(host, channel.toLowerCase())?.first;
    return first === undefined ? [] : { name, time: formatTime(first.ms, first.ticks) };
  });
  const times = firsts.map(({ time }) => time).sort();
  const latest = times.at(-1);
  if (latest === undefined) return [];
  return [
    gap({
      host,
      what: `logs begin: ${firsts.map(({ name, time }) => `${name} ${time}`).join(', ')}`,
      to: latest,
      so: 'nothing before those times can be said from them',
      close: 'archived logs, backups, shadow copies or forwarded events of the time before',
    }),
  ];
}

function commandLineGap(host: string, starts: number): Gap {
  return gap({
    host,
    what: `no command line in ${starts.toLocaleString('en-GB')} process starts (4688)`,
    so: 'what a started program was told to do is unknown, and a consumer cannot be matched by its command',
    close: 'set ProcessCreationIncludeCmdLine_Enabled, or collect Sysmon',
  });
}

function clearingGap({ host, channel, account, time }: Clearing): Gap {
  return gap({
    host,
    what: `${channel} log cleared ${time}${account === undefined ? '' : ` by ${account}`}`,
    to: time,
    so: 'what it held before that time is gone from it',
    close: 'copies from before: archived logs, backups, shadow copies, forwarded events',
  });
}

function misdatedGap(host: string, count: number): Gap {
  const records = count === 1 ? '1 record' : `${count.toLocaleString('en-GB')} records`;
  return gap({
    host,
    what: `${records} dated before 2000 or after this run`,
    so: 'their order and their joins by time cannot be trusted',
    close: 'the clock of that machine: records of time changes (System 1, Security 4616)',
  });
}
