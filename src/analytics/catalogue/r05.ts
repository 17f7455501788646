import { digestId } from '../../bytes/index.ts';
import {
  type CandidateLogon,
  type Connection,
  type Entities,
  FairTable,
  isBuiltInAccount,
  isJoinable,
  isSameAccount,
  type Join,
  secondOf,
  type WinrmSession,
} from '../../entities/index.ts';
import { distinctEvidence, formatTime } from '../../windows/index.ts';
import type { HopFacts, JudgedFinding } from '../finding.ts';
import { glueOf } from '../glue.ts';
import { scoreOf } from '../scoring.ts';
import type { Bench, Found, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** Records of one call by one caller (DOMAIN 3.2). */
const WINDOW_MS = 10_000;
const WINRM_PORTS: readonly number[] = [5985, 5986];
/** A group is one host. */
const BOUNDS = { max: 10_000, quota: 512 };
const MAX_CITED = 12;

/** Uses of WMI by one caller over WinRM within ten seconds of each other. */
interface Use {
  readonly host: string;
  readonly startMs: number;
  readonly startTicks: number;
  lastMs: number;
  count: number;
  account: string | undefined;
  sid: string | undefined;
  logonId: string | undefined;
  resource: string | undefined;
  readonly rows: WinrmSession[];
  readonly callKey: string;
}

/** R05: WMI that a caller from another machine used over WinRM. */
export const R05: WatchAnalytic = {
  record: {
    id: 'R05',
    rev: 1,
    title: 'WMI over WinRM',
    scope: 'wmi',
    question: 'Who used WMI of this machine from another one over WinRM?',
    needs: [
      { kind: 'WinRM sessions', role: 'required' },
      { kind: 'logons', role: 'helps' },
      { kind: 'connections', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account'],
    conditions: [
      'a request whose resource is of WMI (/wmi/) came in (WinRM 82, 91), or an access to WMI itself by the service of WinRM (4656 with ObjectServer WMI), by a 4662 of the same caller beside it',
      'or a child of WmiPrvSE.exe by a caller who came in by WinRM (91, 169, a connection to 5985 or 5986) within ten seconds, without a shell',
      'not WS-Management Listener, nor a shell: these are remoting',
    ],
    joins: [{ id: 'J17', least: 'strong' }],
    windowMs: WINDOW_MS,
    lagMs: WINDOW_MS,
    level: 'medium',
    modifiers: [],
    attack: [
      { new: 'T1021.006', old: ['T1021.006'] },
      { new: 'T1047', old: ['T1047'] },
    ],
    falsePositives: [
      { what: 'automation and monitoring over WinRM', tell: 'a listed source, the same resource at a fixed period' },
    ],
    blind: [
      'WinRM/Operational not collected and no audit of kernel objects',
      'calls by DCOM',
      'WMI used inside a remoting shell',
    ],
    dedupe: { key: ['host', 'account'], periodMs: WINDOW_MS },
    evidenceKept: ['the requests and accesses', 'the logon and the connection'],
    test: {
      positive: ['R05: a request for a resource of WMI is a call over WinRM, and a hop whose source J17 names'],
      negative: ['R05: a shell of PowerShell or cmd and WS-Management Listener are remoting, not WMI'],
    },
  },
  open: (bench) => new WinrmWatch(bench),
};

class WinrmWatch implements Watch {
  readonly #bench: Bench;
  readonly #uses = new FairTable<Use>(BOUNDS);
  readonly #open = new FairTable<Use>(BOUNDS);

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { winrmUses: this.#uses.evicted };
  }

  readonly takes = { security: [4656, 4662, 4663], 'microsoft-windows-winrm/operational': 'all' } as const;

  accept(host: string): void {
    const row = this.#bench.entities.callRecords.latest.session;
    if (row?.host !== host || !row.isWmi || isBuiltInAccount(row.account ?? '', row.sid)) return;
    this.#note(row);
  }

  finish(found: Found): readonly JudgedFinding[] {
    const judged = [...this.#uses.groups()]
      .sort()
      .flatMap((host) => [...this.#uses.valuesOf(host)].filter((use) => isOverWinrm(use, this.#bench.entities)));
    return [
      ...judged.map((use) => findingOf(use, this.#bench)),
      ...found.findings.flatMap((finding) => overWinrm(finding, judged, this.#bench)),
    ];
  }

  #note(row: WinrmSession): void {
    const { entities, joins } = this.#bench;
    const key = row.sid ?? row.account?.toLowerCase() ?? '-';
    const known = this.#open.get(row.host, key);
    if (known !== undefined && row.timeMs - known.lastMs <= WINDOW_MS) {
      known.lastMs = Math.max(known.lastMs, row.timeMs);
      known.count++;
      known.account ??= row.account;
      known.logonId ??= row.logonId;
      known.resource ??= row.resourceUri;
      if (known.rows.length < MAX_CITED) known.rows.push(row);
      return;
    }
    const account = row.account ?? (row.sid === undefined ? undefined : entities.accountOfSid(row.host, row.sid));
    const callKey = `R05\u0000${row.host}\u0000${key}\u0000${row.timeMs}`;
    const logon = row.logonId === undefined ? undefined : entities.logonOf(row.host, row.logonId, row.timeMs);
    const use: Use = {
      host: row.host,
      startMs: row.timeMs,
      startTicks: row.timeTicks,
      lastMs: row.timeMs,
      count: 1,
      account,
      sid: row.sid,
      logonId: row.logonId,
      resource: row.resourceUri,
      rows: [row],
      callKey,
    };
    this.#open.set(row.host, key, use);
    this.#uses.set(row.host, callKey, use);
    joins.open({
      key: callKey,
      host: row.host,
      ...(account === undefined ? {} : { account }),
      ...(row.sid === undefined ? {} : { sid: row.sid }),
      ...(logon === undefined ? {} : { logon }),
      timeMs: row.timeMs,
      timeTicks: row.timeTicks,
      via: 'winrm',
    });
  }
}

/** A 4662 names no process: only beside a session of the same caller it is one of WinRM. */
function isOverWinrm(use: Use, entities: Entities): boolean {
  if (use.rows.some(({ event }) => event.eventId !== 4662)) return true;
  return sessionsOf(use.host, use, use.startMs, entities).length > 0;
}

/** Sessions of the caller that WinRM itself tells of, within ten seconds. */
function sessionsOf(
  host: string,
  who: { readonly account: string | undefined; readonly sid: string | undefined },
  atMs: number,
  entities: Entities,
): readonly WinrmSession[] {
  return entities.callRecords.winrm.at(host, atMs - WINDOW_MS, atMs + WINDOW_MS).filter(({ part, sid, account }) => {
    if (part === 'access') return false;
    if (sid !== undefined && who.sid !== undefined) return sid === who.sid;
    const name = account ?? (sid === undefined ? undefined : entities.accountOfSid(host, sid));
    return name !== undefined && who.account !== undefined && isSameAccount(name, who.account);
  });
}

function findingOf(use: Use, bench: Bench): JudgedFinding {
  const { entities, joins } = bench;
  const { host, startMs, startTicks, lastMs, account, sid, logonId } = use;
  const logon = logonId === undefined ? undefined : entities.logonOf(host, logonId, startMs);
  const sources = joins.sourcesOf(use.callKey);
  const own = use.rows.slice(0, MAX_CITED).flatMap(({ event }) => entities.cite(event));
  const named = sources.find(({ isNamed }) => isNamed);
  const source = named?.host ?? named?.address ?? logon?.address;
  const who = account === undefined ? 'Someone' : inSentence(account);
  const from = source === undefined ? '' : ` from ${hostWords(source)}`;
  const what = use.resource === undefined ? '' : ` (${inSentence(use.resource)})`;
  const { level, score, terms } = scoreOf('medium', baseText(use), [], [], own);
  const time = formatTime(startMs, startTicks);
  const [id, ...aliases] = idsOf(use, account);
  const caller: Join[] = logon === undefined ? [] : [accessJoin(logon)];
  return {
    finding: {
      id,
      analytic: R05.record.id,
      title: `${who}${from} used WMI${what} on ${hostWords(host)} over WinRM`,
      level,
      score,
      terms,
      scope: R05.record.scope,
      host,
      hosts: source === undefined || source === host ? [host] : [host, source],
      accounts: account === undefined ? [] : [account],
      subscriptions: [],
      candidates: logon === undefined ? [] : [logon],
      attack: R05.record.attack,
      time,
      count: use.count,
      aliases,
      evidence: distinctEvidence([...own, ...(logon?.evidence ?? [])]),
    },
    hop: {
      object: [id],
      target: { host, ...(logonId === undefined ? {} : { logonId }) },
      ...(account === undefined ? {} : { account }),
      method: 'wmi-winrm',
      time,
      caller,
      sources,
      isSeenAtTarget: true,
    },
    joins: [],
    glue: glueOf(entities, {
      host,
      atMs: startMs,
      lastMs,
      logonIds: logonId === undefined ? [] : [logonId],
      accounts: account === undefined ? [] : [account],
      sids: sid === undefined ? [] : [sid],
    }),
  };
}

/**
 * Its id, then what each of its records alone would have given (L14). Of SETTLED C16's (T, SID, LogonId, boot) a request of WinRM has
 * the SID only, and one session makes many calls: the second of the first record stands for both.
 */
function idsOf({ host, sid, startMs, rows }: Use, account: string | undefined): readonly [string, ...string[]] {
  const idOf = (who: string | undefined, ms: number): string =>
    digestId(['finding', R05.record.id, host, who ?? null, secondOf(ms)]);
  const id = idOf(sid ?? account?.toLowerCase(), startMs);
  const names = new Set([sid, account?.toLowerCase(), ...rows.map((row) => row.account?.toLowerCase()), undefined]);
  const aliases = new Set([...names].flatMap((who) => rows.map(({ timeMs }) => idOf(who, timeMs))));
  aliases.delete(id);
  return [id, ...[...aliases].sort()];
}

function accessJoin({ strength, logonId, evidence }: CandidateLogon): Join {
  return {
    join: 'J1',
    strength,
    text: `SubjectLogonId ${logonId} of the access is that of the logon`,
    rivals: 0,
    evidence,
  };
}

function baseText({ rows }: Use): string {
  const parts = new Set(
    rows.map(({ part, event }) => (part === 'access' ? `access (${event.eventId})` : `WinRM ${event.eventId}`)),
  );
  return `a caller of another machine used WMI over WinRM: ${[...parts].join(', ')}`;
}

/** A child of WMI whose caller came in by WinRM and opened no shell. */
function overWinrm(of: JudgedFinding, judged: readonly Use[], bench: Bench): readonly JudgedFinding[] {
  const { entities } = bench;
  const { finding, hop, glue } = of;
  if (hop === undefined || (finding.analytic !== 'R01' && finding.analytic !== 'R02')) return [];
  const { account } = hop;
  const { host } = finding;
  const atMs = glue.firstMs;
  if (account === undefined) return [];
  const sid = entities.sidOfAccount(host, account);
  const isTold = judged.some(
    (use) =>
      use.host === host &&
      Math.abs(use.startMs - atMs) <= WINDOW_MS &&
      (use.account === undefined || isSameAccount(use.account, account)),
  );
  const sessions = sessionsOf(host, { account, sid }, atMs, entities);
  if (isTold || sessions.length === 0 || sessions.some(({ part, isWmi }) => part === 'shell' && !isWmi)) return [];
  const arrivals = arrivalsOf(host, atMs, entities);
  // An address that the logon tells must be one that came to WinRM's port.
  const address = finding.candidates[0]?.address;
  const told = arrivals.filter(({ initiator }) => address === undefined || initiator.address === address);
  if (told.length === 0) return [];
  const events = [...sessions.slice(0, 2), ...told.slice(0, 2)].map(({ event }) => event);
  const own = events.flatMap((event) => entities.cite(event));
  const { level, score, terms } = scoreOf(
    'medium',
    'a child of WmiPrvSE.exe whose caller came in by WinRM within 10 s, without a shell',
    [],
    [],
    own,
  );
  const id = digestId(['finding', R05.record.id, host, [...hop.object]]);
  const over: HopFacts = { ...hop, method: 'wmi-winrm' };
  return [
    {
      finding: {
        ...finding,
        id,
        analytic: R05.record.id,
        title: `${inSentence(account)} used WMI on ${hostWords(host)} over WinRM`,
        level,
        score,
        terms,
        scope: R05.record.scope,
        attack: R05.record.attack,
        aliases: [],
        evidence: distinctEvidence([...finding.evidence, ...own]),
      },
      hop: over,
      joins: [],
      glue,
    },
  ];
}

function arrivalsOf(host: string, atMs: number, entities: Entities): readonly Connection[] {
  return entities.connections
    .inboundTo(host, WINRM_PORTS, atMs - WINDOW_MS, atMs)
    .filter(
      ({ initiator }) => isJoinable(initiator.address) && !entities.addresses.isOfAt(host, initiator.address, atMs),
    );
}
