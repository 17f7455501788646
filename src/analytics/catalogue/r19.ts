import { digestId } from '../../bytes/index.ts';
import {
  type CallSource,
  type Entities,
  type ExplicitLogon,
  isSameAccount,
  type JoinedProcess,
  type JoinId,
  type ProcessStart,
  type RemoteCall,
  secondOf,
} from '../../entities/index.ts';
import { distinctEvidence, type Event, type Evidence, formatTime, type Level, parseTime } from '../../windows/index.ts';
import { CASE_MS, type CalledElsewhere, CallsElsewhere, isCall } from '../called-elsewhere.ts';
import type { FindingProcess, HopFacts, JudgedFinding } from '../finding.ts';
import { glueOf } from '../glue.ts';
import { scoreOf } from '../scoring.ts';
import type { Bench, Found, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** What the target logs may stand so far before and behind the call: J7's and J8's windows. */
const BEFORE_MS = 2000;
const AFTER_MS = 60_000;
/** Records of the target may be read this much later; then it is asked once. */
const LAG_MS = 15_000;
/** Records of one case that are cited. */
const MAX_CITED = 8;

/** Rows by which a record of the target joins its source's; the others rest on these or on the same records. */
const JOINS_SOURCE: ReadonlySet<JoinId> = new Set<JoinId>([
  'J2',
  'J3',
  'J4',
  'J5',
  'J6',
  'J7',
  'J8',
  'J10',
  'J11',
  'J16',
  'J17',
]);

/**
 * R19: a call to WMI of another machine whose effect there no record tells (SETTLED C12, C22). SETTLED C12 has it "when no 4624 or
 * child of T joins it": a child folds it into R01 to R03, which list its id. A 4624 alone is in no other finding, and silence would
 * hide the call: it is then told as one that arrived and whose effect was not seen.
 */
export const R19: WatchAnalytic = {
  record: {
    id: 'R19',
    rev: 1,
    title: 'WMI called elsewhere, seen at its source only',
    scope: 'wmi',
    question: 'Whom did a program of this machine call over WMI, where the other machine tells nothing of it?',
    needs: [
      { kind: 'remote calls', role: 'required' },
      { kind: 'command lines', role: 'helps' },
    ],
    entities: ['source host', 'host', 'account', 'source process'],
    conditions: [
      'a command line, a script or the values of a cmdlet (4103, 4104, 800, WinRM 145) call WMI on a machine that they name',
      'or a 4648 for RPCSS of that machine by svchost, within 2 s of one by WMIC.exe or another client of WMI in the same session',
      'no finding and no subscription of that machine is joined to it (J2, J6, J7, J8): then that tells it; a logon alone says that it arrived',
    ],
    joins: [],
    windowMs: AFTER_MS,
    lagMs: LAG_MS,
    level: 'medium',
    modifiers: [],
    attack: [{ new: 'T1047', old: ['T1047'] }],
    falsePositives: [{ what: 'scripts of administrators', tell: 'a listed source that gives the same fixed command' }],
    blind: [
      'a file of targets (/node:@list), variables, encoded text',
      'a tool that is no client of Windows and logs nothing',
      'command lines are not logged, and no other credentials were used',
    ],
    dedupe: { key: ['source host', 'account', 'host'], periodMs: AFTER_MS },
    evidenceKept: ['the records that state the call, and the 4648'],
    test: {
      positive: [
        'R19: two 4648 of one session, by RPC and by WMIC.exe, are a call with the credentials of another account (trap 47)',
      ],
      negative: ['R19: it folds into R02 when a child of the target joins it by J8'],
    },
  },
  open: (bench) => new SourceWatch(bench),
};

class SourceWatch implements Watch {
  readonly #bench: Bench;
  readonly #cases: CallsElsewhere;
  readonly #absorbed = new Map<string, readonly string[]>();

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#cases = new CallsElsewhere(bench.entities);
  }

  get evicted(): Readonly<Record<string, number>> {
    return this.#cases.evicted;
  }

  readonly takes = {
    security: [4648],
    'microsoft-windows-winrm/operational': 'all',
    'microsoft-windows-powershell/operational': [4103, 4104],
    'powershellcore/operational': [4103, 4104],
    'windows powershell': [800],
  } as const;

  accept(): void {
    const { calls, credentials } = this.#bench.entities.callRecords.latest;
    for (const call of calls) this.#cases.stated(call);
    if (credentials !== undefined) this.#cases.used(credentials);
  }

  started(start: ProcessStart): void {
    this.#cases.started(start);
    for (const call of this.#bench.entities.callRecords.statedBy(start)) this.#cases.stated(call);
  }

  /** Logons of the target are held for minutes: it is asked for them while they are. */
  settle(nowMs: number): void {
    const { entities } = this.#bench;
    for (const one of this.#cases.begunBefore(nowMs - CASE_MS - AFTER_MS - LAG_MS)) {
      if (isCall(one)) one.arrival = arrivalOf(one, entities);
    }
  }

  finish(found: Found): readonly JudgedFinding[] {
    const findings: JudgedFinding[] = [];
    for (const one of this.#cases.told()) {
      const teller = tellerAtTarget(one, found, this.#bench.entities);
      if (teller === undefined) findings.push(findingOf(one, this.#bench));
      else this.#absorbed.set(teller, [...(this.#absorbed.get(teller) ?? []), ...idsOf(one, this.#bench.entities)]);
    }
    return findings;
  }

  get absorbed(): ReadonlyMap<string, readonly string[]> {
    return this.#absorbed;
  }
}

/** What the clock of the target is ahead of the source's, with its error. */
function clockOf({ source, target }: CalledElsewhere, entities: Entities): { offsetMs: number; errorMs: number } {
  return entities.clocks.between(source, target) ?? { offsetMs: 0, errorMs: 0 };
}

/** The accounts that may have logged on at the target: those whose credentials were used, else those that called. */
function accountsOf({ calls, credentials, source }: CalledElsewhere, entities: Entities): readonly string[] {
  const used = [
    ...credentials.map(({ target }) => target),
    ...calls.flatMap(({ call }) => (call?.credentials === undefined ? [] : [call.credentials])),
  ];
  return used.length > 0 ? used : calls.flatMap((call) => accountOf(source, call, entities) ?? []);
}

function accountOf(
  host: string,
  { account, sid }: Pick<RemoteCall, 'account' | 'sid'>,
  entities: Entities,
): string | undefined {
  return account ?? (sid === undefined ? undefined : entities.accountOfSid(host, sid));
}

/**
 * J2, J6, J7, J8 by a logon just behind the call (SETTLED C12): of the address of the source, or of the account where nothing says
 * that its address is another machine's.
 */
function arrivalOf(one: CalledElsewhere, entities: Entities): readonly Event[] | undefined {
  const { offsetMs, errorMs } = clockOf(one, entities);
  const fromMs = one.startMs + offsetMs - errorMs - BEFORE_MS;
  const toMs = one.lastMs + offsetMs + errorMs + AFTER_MS;
  const accounts = accountsOf(one, entities);
  const hasAddress = entities.addresses.addressesAt(one.source, one.startMs).length > 0;
  const fits = entities.remoteLogonsBetween(one.target, fromMs, toMs).find(({ account, address }) => {
    if (address !== undefined && entities.addresses.isOfAt(one.source, address, one.startMs)) return true;
    if (address !== undefined && (hasAddress || entities.addresses.hostsAt(address, one.startMs).length > 0))
      return false;
    return accounts.some((name) => isSameAccount(name, account));
  });
  return fits === undefined ? undefined : fits.event === undefined ? [] : [fits.event];
}

/** The id of the first finding or dossier of the target that has this source, at that time. */
function tellerAtTarget(one: CalledElsewhere, { findings, dossiers }: Found, entities: Entities): string | undefined {
  const { offsetMs, errorMs } = clockOf(one, entities);
  const fromMs = one.startMs + offsetMs - errorMs - BEFORE_MS;
  const toMs = one.lastMs + offsetMs + errorMs + AFTER_MS;
  const isFromHere = (sources: readonly CallSource[]): boolean =>
    sources.some(
      ({ host, joins }) =>
        host === one.source && (one.arrival !== undefined || joins.some(({ join }) => JOINS_SOURCE.has(join))),
    );
  const isNear = (ms: number): boolean => ms >= fromMs && ms <= toMs;
  const isTarget = (host: string): boolean =>
    host === one.target || (entities.isAmbiguousName(one.target) && host.startsWith(`${one.target}.`));
  const told = findings.filter(
    ({ hop, glue }) =>
      hop?.isSeenAtTarget === true && isTarget(hop.target.host) && isNear(glue.firstMs) && isFromHere(hop.sources),
  );
  const planted = dossiers.filter(({ host, origin, firstSeen }) => {
    if (!isTarget(host) || origin.source?.host !== one.source) return false;
    const seen = parseTime(firstSeen);
    return seen !== undefined && isNear(seen.ms);
  });
  const tellers = [
    ...told.map(({ finding }) => ({ id: finding.id, time: finding.time })),
    ...planted.map(({ id, firstSeen }) => ({ id, time: firstSeen })),
  ].sort((a, b) => (`${a.time} ${a.id}` < `${b.time} ${b.id}` ? -1 : 1));
  return tellers[0]?.id;
}

/** Who called: the subject of the records, and the account whose credentials they tell, which is his own where they tell none. */
function callersOf(
  { source, calls, credentials }: CalledElsewhere,
  entities: Entities,
): { readonly subject: string | undefined; readonly account: string | undefined } {
  const client = credentials.find((used) => !used.isOfService) ?? credentials[0];
  const subject =
    client?.account ?? calls.map((call) => accountOf(source, call, entities)).find((name) => name !== undefined);
  const stated = calls.find(({ call }) => call?.credentials !== undefined)?.call?.credentials;
  return { subject, account: client?.target ?? stated ?? subject };
}

/** What the target tells of it: nothing, its arrival, or nobody knows which machine is meant. */
function unseenWords({ target, arrival }: CalledElsewhere, words: string, entities: Entities): string {
  if (entities.isAmbiguousName(target)) return 'several machines have that name';
  return `${arrival === undefined ? 'not seen' : 'it arrived, its effect was not seen'} on ${words}`;
}

/** Its id, then what fewer of its records would have given: another account, another first second, the target by its name (L14). */
function idsOf(one: CalledElsewhere, entities: Entities): readonly [string, ...string[]] {
  const { source, target, calls, credentials, startMs } = one;
  const idOf = (server: string, account: string | undefined, ms: number): string =>
    digestId(['finding', R19.record.id, source, server, account?.toLowerCase() ?? null, secondOf(ms)]);
  const id = idOf(target, callersOf(one, entities).account, startMs);
  const servers = new Set([target, ...[...calls, ...credentials].map(nameOfTarget)]);
  const accounts = new Set([
    ...credentials.map((used) => used.target.toLowerCase()),
    ...calls.map((call) => (call.call?.credentials ?? accountOf(source, call, entities))?.toLowerCase()),
  ]);
  const seconds = new Set([startMs, ...[...calls, ...credentials].map(({ timeMs }) => timeMs)]);
  const aliases = new Set(
    [...servers].flatMap((server) =>
      [...accounts].flatMap((account) => [...seconds].map((ms) => idOf(server, account, ms))),
    ),
  );
  aliases.delete(id);
  return [id, ...[...aliases].sort()];
}

/** The target as the record alone would have named it. */
function nameOfTarget(record: RemoteCall | ExplicitLogon): string {
  return ('serverName' in record ? record.serverName.replace(/\$$/, '') : record.targetName).toLowerCase();
}

function findingOf(one: CalledElsewhere, bench: Bench): JudgedFinding {
  const { entities } = bench;
  const { source, target, calls, credentials, startMs, startTicks, lastMs } = one;
  const client = credentials.find((used) => !used.isOfService) ?? credentials[0];
  const stated = calls[0];
  const { subject, account } = callersOf(one, entities);
  const isOther = subject !== undefined && account !== undefined && !isSameAccount(subject, account);
  const process = clientOf(one, entities);
  const events = [...calls.flatMap((call) => call.events), ...credentials.map(({ event }) => event), ...one.start];
  const evidence = distinctEvidence([...cite(events, entities), ...cite(one.arrival ?? [], entities)]);
  const { level, score, terms } = scoreOf(levelOf(one), baseText(one), [], [], evidence);
  const time = formatTime(startMs, startTicks);
  const [id, ...aliases] = idsOf(one, entities);
  const who = subject === undefined ? 'Someone' : inSentence(subject);
  const words = hostWords(target);
  const creds = isOther && account !== undefined ? ` with the credentials of ${inSentence(account)}` : '';
  const accounts = [...new Set([subject, account].flatMap((name) => name ?? []))].sort();
  return {
    finding: {
      id,
      analytic: R19.record.id,
      title: `${who} on ${hostWords(source)} called WMI on ${words}${creds} (${unseenWords(one, words, entities)})`,
      level,
      score,
      terms,
      scope: R19.record.scope,
      host: source,
      hosts: [source, target],
      accounts,
      subscriptions: [],
      ...(process === undefined ? {} : { process: findingProcess(process, client?.logonId ?? stated?.logonId) }),
      candidates: [],
      attack: R19.record.attack,
      time,
      count: Math.max(1, new Set(calls.map(({ told, call }) => `${told} ${call?.verb}`)).size),
      aliases,
      evidence,
    },
    hop: hopOf(one, id, { account, subject: isOther ? subject : undefined, time, process }, entities),
    joins: [],
    glue: glueOf(entities, {
      host: source,
      ...(process?.pid === undefined ? {} : { pid: process.pid }),
      atMs: startMs,
      lastMs,
      logonIds: [client?.logonId, ...calls.map(({ logonId }) => logonId)].flatMap((logonId) => logonId ?? []),
      accounts: subject === undefined ? [] : [subject],
    }),
  };
}

function hopOf(
  { source, target, calls, credentials, startMs, arrival }: CalledElsewhere,
  id: string,
  facts: {
    readonly account: string | undefined;
    readonly subject: string | undefined;
    readonly time: string;
    readonly process: JoinedProcess | undefined;
  },
  entities: Entities,
): HopFacts {
  const { account, subject, time, process } = facts;
  const [address, ...others] = entities.addresses.addressesAt(source, startMs);
  const isOverWinrm =
    calls.length > 0 &&
    calls.every(({ call }) => call?.transport === 'winrm') &&
    !credentials.some(({ protocol }) => protocol === 'rpc');
  return {
    object: [id],
    target: { host: target },
    ...(account === undefined ? {} : { account }),
    method: isOverWinrm ? 'wmi-winrm' : 'wmi-dcom',
    time,
    caller: [],
    sources: [
      {
        host: source,
        ...(address === undefined || others.length > 0 ? {} : { address }),
        ...(subject === undefined ? {} : { account: subject }),
        ...(process === undefined ? {} : { process }),
        strength: 'strong',
        points: 60,
        joins: [],
        isNamed: true,
      },
    ],
    isSeenAtTarget: false,
    ...(arrival === undefined ? {} : { hasArrived: true }),
    ...(entities.isAmbiguousName(target) ? { isTargetAmbiguous: true } : {}),
  };
}

/** The program that called: that of the 4648 which no svchost made, else that of the record which states the call. */
function clientOf({ source, calls, credentials }: CalledElsewhere, entities: Entities): JoinedProcess | undefined {
  const used = credentials.find(({ isOfService }) => !isOfService);
  const stated =
    calls.find(({ image }) => image !== undefined) ?? calls.find(({ pid }) => pid !== undefined) ?? calls[0];
  const pid = stated?.pid ?? used?.pid;
  const atMs = stated?.timeMs ?? used?.timeMs ?? 0;
  const node = entities.processTree.at(source, { guid: stated?.processGuid, pid }, atMs);
  const image = node?.image ?? stated?.image ?? used?.image;
  const commandLine = node?.commandLine ?? calls.find((call) => call.commandLine !== undefined)?.commandLine;
  const user = node?.user ?? stated?.account ?? used?.account;
  if (image === undefined && pid === undefined && commandLine === undefined) return undefined;
  return {
    ...(image === undefined ? {} : { image }),
    ...(commandLine === undefined ? {} : { commandLine }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(node === undefined ? {} : { key: node.key }),
  };
}

function findingProcess({ key: _key, ...process }: JoinedProcess, logonId: string | undefined): FindingProcess {
  return logonId === undefined ? process : { ...process, logonId };
}

/** Low where everything that is written out only reads (DOMAIN 3.2). */
function levelOf({ calls }: CalledElsewhere): Level {
  return calls.length > 0 && calls.every(({ verb }) => verb === 'read') ? 'low' : 'medium';
}

function baseText({ calls, credentials, target }: CalledElsewhere): string {
  const [first] = calls;
  const where = inSentence(first?.targetName ?? credentials[0]?.serverName ?? target);
  if (first === undefined)
    return `credentials used for RPC on ${where} by svchost and a client of WMI within 2 s (4648)`;
  const verb = calls.some(({ verb: one }) => one === 'create')
    ? 'starts or creates something'
    : calls.some(({ verb: one }) => one === 'write')
      ? 'changes something'
      : 'reads';
  const told = [...new Set(calls.map((call) => call.told))].join(', ');
  return `a call to WMI on ${where} that ${verb}, as its source tells it (${told})`;
}

function cite(events: readonly Event[], entities: Entities): readonly Evidence[] {
  return [...new Set(events)].slice(0, MAX_CITED).flatMap((event) => entities.cite(event));
}
