import {
  type CallSource,
  type CallSources,
  type CandidateLogon,
  rankSources,
  STRENGTH_POINTS,
  type Strength,
  type WhoIsWho,
} from '../entities/index.ts';
import {
  canonicalTail,
  type Event,
  type Evidence,
  imageTail,
  isInteractiveUserSid,
  programClassOf,
} from '../windows/index.ts';
import type { Dossier, Origin } from './dossier.ts';
import type { Group } from './grouping.ts';
import { isSure, joinedSources, namedSource, namingJoin } from './joined-sources.ts';
import {
  type Act,
  compareEvents,
  type FoldedSighting,
  foldName,
  isObjectRecord,
  isResting,
  type Sighting,
  type Writer,
} from './sighting.ts';

/** Who had a remote or an interactive session when an object was written; asked while the sessions are still known. */
export interface SessionsAt {
  readonly event: Event;
  /** What was done to the object then. */
  readonly act: Act;
  readonly remote: readonly CandidateLogon[];
  readonly interactive: Evidence | undefined;
  /** The calls that were opened for it: one a logon, in their order, or one without any. Empty where nobody joins. */
  readonly calls: readonly string[];
}

/** A creating command with the record that holds it. */
export interface WriterRecord {
  readonly writer: Writer;
  readonly user: string | undefined;
  readonly event: Event;
}

/** Where a subscription came from, with what the sum takes from it. */
export interface OriginFacts {
  readonly origin: Origin;
  readonly creator: Dossier['creator'];
  /** What OR1 is earned with; undefined where the origin is not remote. */
  readonly remote:
    | { readonly strength: Strength; readonly join: string; readonly evidence: readonly Evidence[] }
    | undefined;
  /** A writer on this host, by the creator, that is a script host, a LOLBin or in a user-writable path (OR2). */
  readonly tool: WriterRecord | undefined;
  readonly writers: readonly WriterRecord[];
  /** Where its writes came from, best first. */
  readonly sources: readonly CallSource[];
}

/** Folders in which a user who is no administrator can place a program (DOMAIN 5, P06). */
const USER_WRITABLE =
  /^\\(?:users\\|documents and settings\\|programdata\\|perflogs\\|\$recycle\.bin\\|temp\\|tmp\\|windows\\temp\\|windows\\tasks\\|windows\\tracing\\)|\\appdata\\|^\\\\[^\\]/;

/** True for a program that an attacker writes subscriptions with (OR2). */
export function isWriterTool(writer: Writer): boolean {
  if (writer.image === undefined) return false;
  const kind = programClassOf(writer.image, writer.originalFileName);
  if (kind === 'interpreter' || kind === 'lolbin') return true;
  return USER_WRITABLE.test(canonicalTail(writer.image));
}

/** Owners that are no account: Administrators own what a client leaves to the default (DOMAIN 1.1). */
const GROUPS = 'S-1-5-32-';

function nameOfAccount(account: string): string {
  const at = account.indexOf('@');
  const slash = account.lastIndexOf('\\');
  return foldName(slash >= 0 ? account.slice(slash + 1) : at > 0 ? account.slice(0, at) : account);
}

/** Accounts are one when their names are, as domains are written in two ways (DOMAIN 2.2 #30); unknown ones may be. */
function mayBeSame(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || nameOfAccount(a) === nameOfAccount(b);
}

function allSightings(group: Group): readonly FoldedSighting[] {
  return [...new Set([...group.filters, ...group.consumers, ...group.bindings])];
}

/** SIDs that the objects state, user accounts before groups, then in order of time. */
function creatorSids(sightings: readonly FoldedSighting[]): readonly string[] {
  const sids = sightings.flatMap(({ sighting }) =>
    [sighting.consumer?.creatorSid, sighting.filter?.creatorSid].filter((sid) => sid !== undefined),
  );
  return [...new Set(sids)].sort((a, b) => Number(isInteractiveUserSid(b)) - Number(isInteractiveUserSid(a)));
}

/** True for an act of which the creator speaks or is spoken: who changed or removed an object need not have made it (L1). */
function tellsCreation(act: Act): boolean {
  return act !== 'modified' && act !== 'deleted';
}

/** An object at rest bears the SID of its creator, whatever became of it. */
function tellsCreator(sighting: Sighting): boolean {
  return isResting(sighting) || tellsCreation(sighting.act);
}

/** The creator: of records of the objects before commands, and of their creation before what shows that they stand. */
function creatorOf(host: string, sightings: readonly FoldedSighting[], who: WhoIsWho): OriginFacts['creator'] {
  const telling = sightings.filter(({ sighting }) => tellsCreator(sighting));
  const real = telling.filter(({ sighting }) => isObjectRecord(sighting));
  const told = real.length > 0 ? real : telling;
  const named = told.filter(({ sighting }) => sighting.user !== undefined);
  const user = (named.find(({ sighting }) => sighting.act === 'created') ?? named[0])?.sighting.user;
  const sid = creatorSids(told)[0] ?? told.find(({ sighting }) => sighting.userSid !== undefined)?.sighting.userSid;
  const account = user ?? (sid === undefined || sid.startsWith(GROUPS) ? undefined : who.accountOfSid(host, sid));
  const isInferred =
    user === undefined && account !== undefined && sid !== undefined && who.isAccountInferred(host, sid);
  const knownSid = sid ?? (account === undefined ? undefined : who.sidOfAccount(host, account));
  return {
    ...(knownSid === undefined ? {} : { sid: knownSid }),
    ...(account === undefined ? {} : { account }),
    ...(isInferred ? { inferred: true as const } : {}),
  };
}

/** One candidate a logon, at its best strength; strongest first. */
function foldCandidates(logons: readonly CandidateLogon[]): readonly CandidateLogon[] {
  const best = new Map<string, CandidateLogon>();
  for (const candidate of logons) {
    const key = JSON.stringify([foldName(candidate.account), candidate.address ?? '', candidate.logonId]);
    const other = best.get(key);
    if (other === undefined || STRENGTH_POINTS[candidate.strength] > STRENGTH_POINTS[other.strength]) {
      best.set(key, candidate);
    }
  }
  return [...best.values()].sort(
    (a, b) =>
      STRENGTH_POINTS[b.strength] - STRENGTH_POINTS[a.strength] ||
      (a.time < b.time ? -1 : a.time > b.time ? 1 : a.logonId < b.logonId ? -1 : a.logonId > b.logonId ? 1 : 0),
  );
}

function sourceKey(candidate: CandidateLogon): string {
  return candidate.address ?? candidate.workstation ?? candidate.logonId;
}

/** The candidate that may be named: the only source, or one that leads by 30 points (SETTLED C8). */
export function namedCandidate(candidates: readonly CandidateLogon[]): CandidateLogon | undefined {
  const bySource = new Map<string, CandidateLogon>();
  for (const candidate of candidates) {
    if (!bySource.has(sourceKey(candidate))) bySource.set(sourceKey(candidate), candidate);
  }
  const named = rankSources([...bySource].map(([key, { strength }]) => ({ address: key, strength, joins: [] }))).find(
    ({ isNamed }) => isNamed,
  );
  return named?.address === undefined ? undefined : bySource.get(named.address);
}

function writersOf(sightings: readonly FoldedSighting[]): readonly WriterRecord[] {
  const writers: WriterRecord[] = [];
  for (const { sighting, events } of sightings) {
    const event = events[0];
    if (sighting.writer !== undefined && event !== undefined) {
      writers.push({ writer: sighting.writer, user: sighting.user, event });
    }
  }
  return writers.sort((a, b) => compareEvents(a.event, b.event));
}

/** A process record names the program, a script record only its host; the earliest of the better kind is shown. */
function bestWriter(writers: readonly WriterRecord[]): WriterRecord | undefined {
  const isProcess = ({ writer }: WriterRecord): boolean => imageTail(writer.image) !== writer.image;
  return writers.find(isProcess) ?? writers.find(({ writer }) => writer.commandLine !== undefined) ?? writers[0];
}

/** A WMI caller that a record of the write names (J10). */
interface Caller {
  readonly host: string;
  readonly pid: number | undefined;
  readonly event: Event;
}

function callersOf(sightings: readonly FoldedSighting[]): readonly Caller[] {
  const callers: Caller[] = [];
  for (const { sighting, events } of sightings) {
    const event = events[0];
    if (sighting.client === undefined || sighting.act === 'deleted' || event === undefined) continue;
    callers.push({ ...sighting.client, event });
  }
  return callers.sort((a, b) => compareEvents(a.event, b.event));
}

/** What the origin is told with. */
interface OriginBench {
  readonly who: WhoIsWho;
  readonly sources: CallSources | undefined;
  cite(events: readonly Event[]): readonly Evidence[];
}

/** Origin, creator and writers of a subscription (DOMAIN 3.5). `sessions` are those around its writes. */
export function originOf(group: Group, sessions: readonly SessionsAt[], bench: OriginBench): OriginFacts {
  const { who } = bench;
  const sightings = allSightings(group);
  const creator = creatorOf(group.host, sightings, who);
  const writers = writersOf(sightings);
  const here = writers.filter(({ writer, user }) => writer.host === group.host && mayBeSame(user, creator.account));
  const best = bestWriter(here) ?? bestWriter(writers);
  const callers = callersOf(sightings);
  const remoteCallers = callers.filter(({ host }) => host !== group.host);
  const carried = here
    .map(({ writer, event }) =>
      writer.logonId === undefined ? undefined : who.logonOf(group.host, writer.logonId, event.timeMs),
    )
    .filter((candidate) => candidate !== undefined);
  const candidates = foldCandidates([...carried, ...sessions.flatMap(({ remote }) => remote)]);
  const isRemoteSession = here.some(({ writer }) => writer.isRemoteSession);
  const hasLocalWriter = here.length > 0 && carried.length === 0 && !isRemoteSession;
  const isLocalCall = callers.length > 0 && remoteCallers.length === 0;
  // A session around a change names a source only where nothing tells of the creation: else it would be the creator's.
  const isOnlyChanged = !sightings.some(({ sighting }) => tellsCreation(sighting.act));
  const nameable = sessions.filter(({ act }) => isOnlyChanged || tellsCreation(act));
  const isInteractive = here.length === 0 && sessions.some(({ interactive }) => interactive !== undefined);
  const isOther = hasLocalWriter || isLocalCall;
  const sources = isOther ? [] : joinedSources(nameable, bench.sources);
  const isJoined = !isInteractive && sources.some(({ isNamed, joins }) => isNamed && joins.some(isSure));
  const isRemote = remoteCallers.length > 0 || (!isOther && (candidates.length > 0 || isJoined));
  const isLocal = !isRemote && (isOther || isInteractive);
  const named = isRemote
    ? namedCandidate(foldCandidates([...carried, ...nameable.flatMap(({ remote }) => remote)]))
    : undefined;
  const joined = isRemote ? namedSource(sources, candidates, named) : undefined;
  const callerHosts = [...new Set(remoteCallers.map(({ host }) => host))];
  const elsewhere = here.length === 0 && best?.writer.host !== group.host ? best?.writer.host : undefined;
  const toldHost = callerHosts.length === 1 ? callerHosts[0] : callerHosts.length === 0 ? elsewhere : undefined;
  const sourceHost = joined?.host ?? toldHost;
  const sourceAddress = joined?.address ?? (joined === undefined ? named?.address : undefined);
  const source = {
    ...(sourceHost === undefined ? {} : { host: sourceHost }),
    ...(sourceAddress === undefined ? {} : { address: sourceAddress }),
  };
  const account = creator.account ?? best?.user;
  const process = best === undefined ? callerProcess(joined, callers[0]) : processOf(best.writer);
  const carrier = candidates.find(({ address }) => address !== undefined && address === joined?.address);
  const naming = namingJoin(joined, carrier ?? candidates[0]);
  const strength = isRemote
    ? (naming?.strength ?? strongest(candidates[0]?.strength, remoteCallers.length > 0) ?? joined?.strength)
    : undefined;
  return {
    origin: {
      kind: isRemote ? 'remote' : isLocal ? 'local' : 'unknown',
      ...(strength === undefined ? {} : { strength }),
      ...(Object.keys(source).length === 0 ? {} : { source }),
      ...(account === undefined ? {} : { account }),
      ...(process === undefined ? {} : { process }),
      candidates,
    },
    creator,
    remote:
      strength === undefined
        ? undefined
        : {
            strength,
            join: naming?.join ?? (remoteCallers.length > 0 ? 'J10' : (candidates[0]?.join ?? 'J12')),
            evidence: [
              ...(joined?.joins ?? []).filter(({ join }) => join === naming?.join).flatMap(({ evidence }) => evidence),
              ...bench.cite(remoteCallers.map(({ event }) => event)),
              ...candidates.flatMap(({ evidence }) => evidence),
            ],
          },
    sources: isRemote ? sources : [],
    tool: here.find(({ writer }) => isWriterTool(writer)),
    writers,
  };
}

/** The program at the source by the joins, else what the record of the write says of its caller. */
function callerProcess(joined: CallSource | undefined, caller: Caller | undefined): Origin['process'] {
  const told = joined?.process;
  if (told !== undefined) {
    const { image, commandLine, pid } = told;
    return {
      ...(image === undefined ? {} : { image }),
      ...(commandLine === undefined ? {} : { commandLine }),
      ...(pid === undefined ? {} : { pid }),
    };
  }
  return caller?.pid === undefined ? undefined : { pid: caller.pid };
}

/** A caller that the record of the write names is strong: its process is known by number only (J10). */
function strongest(ofLogon: Strength | undefined, isCallerNamed: boolean): Strength | undefined {
  if (!isCallerNamed) return ofLogon;
  return ofLogon === 'exact' ? 'exact' : 'strong';
}

function processOf(writer: Writer): NonNullable<Origin['process']> {
  return {
    ...(writer.image === undefined ? {} : { image: writer.image }),
    ...(writer.commandLine === undefined ? {} : { commandLine: writer.commandLine }),
    ...(writer.pid === undefined ? {} : { pid: writer.pid }),
  };
}
