import { parseTime } from '../windows/index.ts';
import { type IncidentTimes, laterTimes, type ServerTimes, timesOf } from './clocks.ts';
import type { IncidentParts } from './incident-parts.ts';

/** What the state remembers of an incident. */
export interface KnownIncident {
  readonly id: string;
  /** What was found, counted from 1; people count in another (SETTLED G1). */
  readonly version: number;
  /** Of its parts, as they were told. */
  readonly digest: string;
  /** Ids of its findings and dossiers. */
  readonly members: readonly string[];
  /** Host keys. */
  readonly hosts: readonly string[];
  /** Time of its first member. */
  readonly first: string;
  readonly times: IncidentTimes;
  /** `final`: the window holds its evidence no longer; it is told as it was, until more comes. */
  readonly standing: 'told' | 'final' | 'withdrawn' | 'merged';
}

/** An incident to be told, for the first time or anew. */
export interface ToldRevision extends IncidentParts {
  readonly version: number;
  readonly times: IncidentTimes;
  /** Ids of known incidents that it takes in now. */
  readonly absorbs: readonly string[];
  /** True where it was withdrawn, or part of another, before. */
  readonly isRestored: boolean;
}

/** What the state commits of a judgement; each list by id. What is in none of them stays as it is. */
export interface Revisions {
  readonly added: readonly ToldRevision[];
  readonly changed: readonly ToldRevision[];
  /** Known ids that are aliases from now on (L14, SETTLED G3). */
  readonly superseded: readonly { readonly id: string; readonly mergedInto: string }[];
  /** Later evidence speaks against them (SETTLED G4). */
  readonly withdrawn: readonly { readonly id: string; readonly version: number }[];
  /** The window cannot speak for them any more. */
  readonly final: readonly { readonly id: string }[];
}

export interface RevisionInput {
  readonly known: ReadonlyMap<string, KnownIncident>;
  readonly judged: readonly IncidentParts[];
  /** Event time from which on the window holds all that a host sent (`WindowJudgement.wholeFromMs`). */
  readonly wholeFromMs: (host: string) => number;
  readonly server: ServerTimes;
  /** When the last of what an incident rests on arrived, Unix milliseconds; undefined where that is not known. */
  readonly arrivedMs?: (parts: IncidentParts) => number | undefined;
}

/** Compares a judgement with what was told before. The order of neither matters. */
export function revise({ known, judged, wholeFromMs, ...clocks }: RevisionInput): Revisions {
  const isWhole = (of: Pick<KnownIncident, 'hosts' | 'first'>): boolean => isWholeOf(of, wholeFromMs);
  const toldIds = new Set(judged.map(({ incident }) => incident.id));
  const heirs = heirsOf(known, judged, toldIds);
  const absorbedBy = Map.groupBy(
    [...known.values()].filter(({ id }) => heirs.has(id)),
    ({ id }) => heirs.get(id),
  );
  const added: ToldRevision[] = [];
  const changed: ToldRevision[] = [];
  for (const parts of judged.toSorted((a, b) => compareText(a.incident.id, b.incident.id))) {
    const { id } = parts.incident;
    const before = known.get(id);
    const absorbed = (absorbedBy.get(id) ?? []).toSorted(byId);
    if (before !== undefined && !isDue(before, parts, absorbed, isWhole)) continue;
    (before === undefined ? added : changed).push(told(parts, before, absorbed, clocks));
  }
  const gone = [...known.values()].filter(
    (one) => one.standing === 'told' && !toldIds.has(one.id) && !heirs.has(one.id),
  );
  gone.sort(byId);
  return {
    added,
    changed,
    superseded: [...heirs].map(([id, mergedInto]) => ({ id, mergedInto })).sort(byId),
    withdrawn: gone.filter(isWhole).map(({ id, version }) => ({ id, version: version + 1 })),
    final: gone.filter((one) => !isWhole(one)).map(({ id }) => ({ id })),
  };
}

/** True where the window holds all that the hosts of an incident sent since it began. */
export function isWholeOf(
  { hosts, first }: Pick<KnownIncident, 'hosts' | 'first'>,
  wholeFromMs: (host: string) => number,
): boolean {
  const firstMs = parseTime(first)?.ms ?? Number.NEGATIVE_INFINITY;
  return hosts.every((host) => firstMs > wholeFromMs(host));
}

/**
 * What a glance tells at once, where it is news: an incident of which nothing is told, or more members of one that is. It withdraws nothing and takes
 * nothing in: to say that, all that is held has to be judged.
 */
export function reviseAtOnce({
  known,
  judged,
  ...clocks
}: Pick<RevisionInput, 'known' | 'judged' | 'server' | 'arrivedMs'>): Revisions {
  const revisions = judged.map((parts) => told(parts, known.get(parts.incident.id), [], clocks));
  return {
    added: revisions.filter(({ incident }) => !known.has(incident.id)),
    changed: revisions.filter(({ incident }) => known.has(incident.id)),
    superseded: [],
    withdrawn: [],
    final: [],
  };
}

function told(
  parts: IncidentParts,
  before: KnownIncident | undefined,
  absorbed: readonly KnownIncident[],
  { server: ofLook, arrivedMs }: Pick<RevisionInput, 'server' | 'arrivedMs'>,
): ToldRevision {
  const ms = arrivedMs?.(parts);
  const server = ms === undefined ? ofLook : { ...ofLook, arrive: { ...ofLook.arrive, ms } };
  const past = [...(before === undefined ? [] : [before]), ...absorbed];
  return {
    ...parts,
    // A reader who follows an alias never meets a lower version.
    version: 1 + Math.max(0, ...past.map(({ version }) => version)),
    times:
      past.length === 0
        ? timesOf(parts, server)
        : laterTimes(
            parts,
            past.map(({ times }) => times),
            server,
          ),
    absorbs: absorbed.map((one) => one.id),
    isRestored: before?.standing === 'withdrawn' || before?.standing === 'merged',
  };
}

/**
 * True where a known incident is to be told anew. Of one whose evidence has partly left the window only more members count: what is
 * missing is missing because it was let go of.
 */
function isDue(
  before: KnownIncident,
  parts: IncidentParts,
  absorbed: readonly KnownIncident[],
  isWhole: (of: Pick<KnownIncident, 'hosts' | 'first'>) => boolean,
): boolean {
  if (absorbed.length > 0) return true;
  if (before.standing === 'withdrawn' || before.standing === 'merged') return true;
  if (before.digest === parts.digest) return false;
  if (before.standing === 'told' && isWhole(before)) return true;
  const members = new Set(membersOf(parts));
  return members.size > before.members.length && before.members.every((id) => members.has(id));
}

/** By known id, the incident that took it in: one that names it, or that holds the first of its members that any holds. */
function heirsOf(
  known: ReadonlyMap<string, KnownIncident>,
  judged: readonly IncidentParts[],
  toldIds: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const byAlias = new Map(judged.flatMap(({ incident }) => incident.aliases.map((alias) => [alias, incident.id])));
  const byMember = new Map(judged.flatMap((parts) => membersOf(parts).map((member) => [member, parts.incident.id])));
  const heirs = new Map<string, string>();
  for (const { id, members, standing } of known.values()) {
    if (standing === 'merged' || standing === 'withdrawn' || toldIds.has(id)) continue;
    const heir = byAlias.get(id) ?? members.map((member) => byMember.get(member)).find((of) => of !== undefined);
    if (heir !== undefined) heirs.set(id, heir);
  }
  return heirs;
}

/** Ids of the findings and dossiers of an incident, as `KnownIncident` remembers them. */
export function membersOf({ incident }: Pick<IncidentParts, 'incident'>): readonly string[] {
  return [...incident.subscriptions, ...incident.findings];
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
