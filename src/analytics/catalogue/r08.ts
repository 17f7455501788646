import { digestId } from '../../bytes/index.ts';
import {
  type Call,
  type CandidateLogon,
  FairTable,
  logonIdOf,
  numberOf,
  secondOf,
  textOf,
} from '../../entities/index.ts';
import {
  distinctEvidence,
  type Event,
  formatTime,
  imageTail,
  isForgeable,
  type Level,
  PROVIDER_HOST,
} from '../../windows/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { glueOf } from '../glue.ts';
import { changesKey, type RegistryPlace, registryPlaceOf, userOfPlace } from '../registry-keys.ts';
import { scoreOf } from '../scoring.ts';
import type { Bench, Found, Watch, WatchAnalytic } from '../watch.ts';
import { callerWords, hostWords, inSentence } from '../wording.ts';

/** Values set by one provider host within this are one finding, and a caller logged on in this time before (DOMAIN 3.2). */
const WINDOW_MS = 30_000;
/** A process that is made for a caller has its user's keys opened then (SETTLED C12). */
const NEAR_CHILD_MS = 2000;
/** A group is one host. */
const BOUNDS = { max: 10_000, quota: 512 };
const MAX_KEYS = 512;
const MAX_CITED = 24;

const HIGH: ReadonlySet<RegistryPlace['kind']> = new Set(['autostart', 'amsi', 'lsa']);
const KIND_ORDER: readonly RegistryPlace['kind'][] = [
  'autostart',
  'amsi',
  'lsa',
  'services',
  'crash control',
  'WMI',
  'other',
];

interface Change {
  readonly place: RegistryPlace;
  readonly timeMs: number;
  readonly event: Event;
}

/** Keys that a provider host changed for one caller: under his session (4663, 4674), or in one half minute (Sysmon 13). */
interface Changes {
  readonly host: string;
  /** Undefined where only Sysmon tells. */
  readonly logonId: string | undefined;
  readonly pid: number | undefined;
  readonly guid: string | undefined;
  readonly startMs: number;
  readonly startTicks: number;
  lastMs: number;
  /** By canonical path: the first record. */
  readonly keys: Map<string, Change>;
  readonly candidates: readonly CandidateLogon[];
  readonly account: string | undefined;
  readonly sid: string | undefined;
  readonly callKey: string;
}

/** R08: keys of the registry that a caller from elsewhere changed through WMI's registry provider. */
export const R08: WatchAnalytic = {
  record: {
    id: 'R08',
    rev: 1,
    title: 'Remote registry by StdRegProv',
    scope: 'wmi',
    question: 'Which keys of the registry did a caller from another machine change through WMI?',
    needs: [
      { kind: 'registry changes', role: 'required' },
      { kind: 'logons', role: 'required' },
    ],
    entities: ['host', 'source host', 'account', 'registry key'],
    conditions: [
      'a 4663 or 4674 on a key by WmiPrvSE.exe with a right that changes it, whose SubjectLogonId is that of a remote logon (J1)',
      'or a Sysmon 13 by WmiPrvSE.exe on Run keys, Winlogon, services, LSA, AMSI, CrashControl or CIMOM, with a remote logon in the 30 s before (J12)',
      'not Session Manager\\Environment, nor the sockets that a provider loads, nor the keys of the caller himself within 2 s of a child of that WmiPrvSE.exe (R01)',
    ],
    joins: [
      { id: 'J1', least: 'strong' },
      { id: 'J12', least: 'weak' },
    ],
    windowMs: WINDOW_MS,
    lagMs: NEAR_CHILD_MS,
    level: 'medium',
    modifiers: [],
    attack: [
      { new: 'T1112', old: ['T1112'] },
      { new: 'T1047', old: ['T1047'] },
    ],
    falsePositives: [
      { what: 'SCCM, preferences of group policy', tell: 'a fixed set of keys, and a listed source' },
      {
        what: 'a provider that opens keys with all rights and changes none',
        tell: '4674 asks for rights, a 4657 or Sysmon 13 tells the change',
      },
    ],
    blind: ['no SACL on the key and no Sysmon 13', 'the logon lies before the log begins', 'keys that are only read'],
    dedupe: { key: ['host', 'LogonId or WmiPrvSE.exe'], periodMs: WINDOW_MS },
    evidenceKept: ['the first record of each key', 'the logon'],
    test: {
      positive: [
        'R08: keys changed under the session of a remote caller are one finding that counts them, high for LSA',
      ],
      negative: [
        'R08: keys that are only read, those of a local caller, of another program, and the environment are none',
      ],
    },
  },
  open: (bench) => new RegistryWatch(bench),
};

class RegistryWatch implements Watch {
  readonly #bench: Bench;
  readonly #sessions = new FairTable<Changes>(BOUNDS);
  readonly #providers = new FairTable<Changes>(BOUNDS);
  /** Sessions that are no remote caller's. */
  readonly #local = new FairTable<true>({ max: 8192, quota: 512 });
  #lost = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { registryChanges: this.#sessions.evicted + this.#providers.evicted + this.#lost };
  }

  readonly takes = { security: [4663, 4674], 'microsoft-windows-sysmon/operational': [13] };

  accept(host: string, event: Event): void {
    if (event.eventId === 13) this.#acceptValue(host, event);
    else this.#acceptKey(host, event);
  }

  finish(found: Found): readonly JudgedFinding[] {
    const all = [this.#sessions, this.#providers].flatMap((table) =>
      [...table.groups()].sort().flatMap((host) => [...table.valuesOf(host)]),
    );
    return all.flatMap((changes) => {
      const kept = [...changes.keys.values()].filter((change) => !isOwnProfile(change, changes, found, this.#bench));
      return kept.length === 0 ? [] : [this.#finding(changes, kept)];
    });
  }

  /** J1: the session is told by the record. */
  #acceptKey(host: string, event: Event): void {
    if (event.get('ObjectType') !== 'Key' || imageTail(event.get('ProcessName')) !== PROVIDER_HOST) return;
    const logonId = logonIdOf(event.get('SubjectLogonId'));
    const place = registryPlaceOf(event.get('ObjectName') ?? '');
    if (logonId === undefined || place === undefined) return;
    // A LogonId means something within one boot only (DOMAIN 2.2 #20).
    const session = `${logonId}\u0000${this.#bench.entities.bootEpochOf(host, event.timeMs)}`;
    if (this.#local.get(host, session) === true) return;
    if (!changesKey(event.get('AccessMask'), event.get('AccessList'))) return;
    let changes = this.#sessions.get(host, session);
    if (changes === undefined) {
      const { entities } = this.#bench;
      const candidate = entities.callerOf(host, logonId, event.timeMs)?.candidate;
      if (candidate === undefined) {
        this.#local.set(host, session, true);
        return;
      }
      changes = this.#begin(host, event, {
        logonId,
        pid: numberOf(event.get('ProcessId')),
        guid: undefined,
        candidates: [candidate],
        sid: textOf(event, 'SubjectUserSid'),
      });
      this.#sessions.set(host, session, changes);
    }
    this.#note(changes, place, event);
  }

  /** J12: only that somebody had logged on just before. */
  #acceptValue(host: string, event: Event): void {
    if (imageTail(event.get('Image')) !== PROVIDER_HOST) return;
    const place = registryPlaceOf(event.get('TargetObject') ?? '');
    if (place === undefined || place.kind === 'other') return;
    const guid = textOf(event, 'ProcessGuid')?.toLowerCase();
    const pid = numberOf(event.get('ProcessId'));
    const key = guid ?? String(pid ?? '-');
    let changes = this.#providers.get(host, key);
    if (changes === undefined || event.timeMs - changes.lastMs > WINDOW_MS) {
      const candidates = this.#bench.entities
        .callersBefore(host, event.timeMs, WINDOW_MS)
        .map((candidate) => ({ ...candidate, join: 'J12', strength: 'weak' as const }));
      if (candidates.length === 0) return;
      if (changes !== undefined) this.#providers.set(host, `${key}\u0000${changes.startMs}`, changes);
      changes = this.#begin(host, event, { logonId: undefined, pid, guid, candidates, sid: undefined });
      this.#providers.set(host, key, changes);
    }
    this.#note(changes, place, event);
  }

  #begin(host: string, event: Event, facts: Pick<Changes, 'logonId' | 'pid' | 'guid' | 'candidates' | 'sid'>): Changes {
    const [only] = facts.candidates;
    const logon = facts.candidates.length === 1 ? only : undefined;
    const callKey = `R08\u0000${host}\u0000${facts.logonId ?? facts.guid ?? facts.pid}\u0000${event.timeMs}`;
    const call: Call = {
      key: callKey,
      host,
      ...(logon === undefined ? {} : { account: logon.account, logon }),
      ...(facts.sid === undefined ? {} : { sid: facts.sid }),
      timeMs: event.timeMs,
      timeTicks: event.timeTicks,
      via: 'wmi',
    };
    if (logon !== undefined) this.#bench.joins.open(call);
    return {
      host,
      ...facts,
      startMs: event.timeMs,
      startTicks: event.timeTicks,
      lastMs: event.timeMs,
      keys: new Map(),
      account: logon?.account,
      callKey,
    };
  }

  #note(changes: Changes, place: RegistryPlace, event: Event): void {
    changes.lastMs = Math.max(changes.lastMs, event.timeMs);
    if (changes.keys.has(place.path)) return;
    if (changes.keys.size >= MAX_KEYS) {
      this.#lost++;
      return;
    }
    changes.keys.set(place.path, { place, timeMs: event.timeMs, event: event.detach() });
  }

  #finding(changes: Changes, kept: readonly Change[]): JudgedFinding {
    const { entities, joins } = this.#bench;
    const { host, logonId, candidates, startMs, startTicks, lastMs, account, sid } = changes;
    const ordered = [...kept].sort(
      (a, b) => KIND_ORDER.indexOf(a.place.kind) - KIND_ORDER.indexOf(b.place.kind) || a.timeMs - b.timeMs,
    );
    const own = ordered.slice(0, MAX_CITED).flatMap(({ event }) => entities.cite(event));
    const evidence = distinctEvidence([...own, ...candidates.flatMap((candidate) => candidate.evidence)]);
    const kinds = [...new Set(ordered.map(({ place }) => place.kind))];
    const { level, score, terms } = scoreOf(
      levelOf(kinds, logonId !== undefined),
      baseText(changes, kinds),
      [],
      [],
      own,
    );
    const [only] = candidates;
    const who =
      candidates.length === 1 && only !== undefined ? callerWords(only) : `One of ${candidates.length} remote callers`;
    const likely = logonId === undefined ? ' probably' : '';
    const keys =
      ordered.length === 1 ? inSentence(ordered[0]?.place.path ?? 'a registry key') : `${ordered.length} registry keys`;
    // 4663 and 4674 tell rights that were asked for, not what was done with them.
    const deed = logonId === undefined ? `changed ${keys}` : `opened ${keys} for changes`;
    const time = formatTime(startMs, startTicks);
    const idOf = (epoch: number): string =>
      logonId === undefined
        ? digestId(['finding', R08.record.id, host, ordered.map(({ place }) => place.path).sort(), secondOf(startMs)])
        : digestId(['finding', R08.record.id, host, sid ?? null, logonId, epoch]);
    const id = idOf(entities.bootEpochOf(host, startMs));
    const aliases = logonId === undefined ? [] : entities.formerBootEpochsOf(host, startMs).map(idOf).sort();
    const sources = candidates.length === 1 ? joins.sourcesOf(changes.callKey) : [];
    const named = sources.find(({ isNamed }) => isNamed);
    const source = named?.host ?? named?.address ?? (candidates.length === 1 ? only?.address : undefined);
    return {
      finding: {
        id,
        analytic: R08.record.id,
        title: `${who}${likely} ${deed} on ${hostWords(host)} through WMI`,
        level,
        score,
        terms,
        scope: R08.record.scope,
        host,
        hosts: source === undefined || source === host ? [host] : [host, source],
        accounts: account === undefined ? [] : [account],
        subscriptions: [],
        candidates,
        attack: R08.record.attack,
        time,
        count: ordered.length,
        aliases,
        evidence,
      },
      ...(candidates.length !== 1
        ? {}
        : {
            hop: {
              object: [id],
              target: { host, ...(only === undefined ? {} : { logonId: only.logonId }) },
              ...(account === undefined ? {} : { account }),
              method: 'unknown' as const,
              time,
              caller: [
                {
                  join: logonId === undefined ? ('J12' as const) : ('J1' as const),
                  strength: only?.strength ?? 'weak',
                  text:
                    logonId === undefined
                      ? 'somebody had logged on in the 30 s before the provider host set the value'
                      : `SubjectLogonId ${logonId} of the access is that of the logon`,
                  rivals: 0,
                  evidence: only?.evidence ?? [],
                },
              ],
              sources,
              isSeenAtTarget: true,
            },
          }),
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
}

/** Keys of the caller himself beside a child of this provider host: a process was made for him (SETTLED C12). */
function isOwnProfile({ place, timeMs }: Change, changes: Changes, { findings }: Found, { entities }: Bench): boolean {
  const user = userOfPlace(place);
  if (user === undefined) return false;
  const sid =
    changes.sid ?? (changes.account === undefined ? undefined : entities.sidOfAccount(changes.host, changes.account));
  if (sid !== undefined && sid.toUpperCase() !== user) return false;
  return findings.some(({ finding, glue }) => {
    if (finding.host !== changes.host || finding.process?.parentPid === undefined) return false;
    if (imageTail(finding.process.parentImage) !== PROVIDER_HOST) return false;
    return (
      (changes.pid === undefined || finding.process.parentPid === changes.pid) &&
      Math.abs(glue.firstMs - timeMs) <= NEAR_CHILD_MS + 999
    );
  });
}

/** DOMAIN 3.2: high for what starts by itself, AMSI and LSA; low for other keys that only 4663 or 4674 tell. */
function levelOf(kinds: readonly RegistryPlace['kind'][], isByAccess: boolean): Level {
  if (kinds.some((kind) => HIGH.has(kind))) return 'high';
  return isByAccess && kinds.every((kind) => kind === 'other') ? 'low' : 'medium';
}

function baseText({ logonId, keys }: Changes, kinds: readonly RegistryPlace['kind'][]): string {
  const told = kinds.filter((kind) => kind !== 'other');
  const what = told.length === 0 ? 'keys' : `keys of ${told.join(', ')}`;
  const forged = [...keys.values()].every(({ event }) => isForgeable(event)) ? ', by text that can be forged' : '';
  return logonId === undefined
    ? `WmiPrvSE.exe set ${what}; a remote logon in the 30 s before (J12, weak)${forged}`
    : `WmiPrvSE.exe opened ${what} for changes under the session of a remote caller (J1)${forged}`;
}
