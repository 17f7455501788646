import { digestId } from '../../bytes/index.ts';
import { pidOfStart, secondOf, UnionFind } from '../../entities/index.ts';
import { imageTail, levelRank, type Pieces } from '../../windows/index.ts';
import { subjectOf, valueKey } from '../hit-groups.ts';
import { DEFAULT_LEVEL, keyOf } from '../rule-words.ts';
import type { PackGroup } from './pack-hits.ts';

/** One process as a record gives it: what the id of a finding about it is made of (SETTLED A4). */
export interface ProcessIdentity {
  readonly pid: number | null;
  readonly tail: string;
  /** Unix milliseconds; undefined where its start is in no log. */
  readonly startMs: number | undefined;
}

/** What one analytic of the pack has to say of one thing: a process, a subscription, or records with the same values. */
export interface PackUnit {
  /** The group that speaks: of the highest rule, the earliest of its hits. */
  readonly head: PackGroup;
  /** In order of time; the head is one of them. */
  readonly groups: readonly PackGroup[];
  /** Id of the subscription that the records are of. */
  readonly dossier: string | undefined;
  /** The merged start first; empty where it is not about the start of a process. */
  readonly identities: readonly ProcessIdentity[];
  /** Id of the finding, and those that its other groups would have given. */
  readonly id: string;
  readonly aliases: readonly string[];
}

/** Groups that are taken in one piece: some ten milliseconds. */
const GROUPS_A_PIECE = 512;

/** What tells of hits that they are of one thing. */
export function* packUnits(
  groups: readonly PackGroup[],
  dossierOf: ReadonlyMap<string, string>,
): Pieces<readonly PackUnit[]> {
  const ordered = groups.toSorted(compareGroups);
  const sets = new UnionFind(ordered.length);
  const first = new Map<string, number>();
  for (const [at, group] of ordered.entries()) {
    if (at % GROUPS_A_PIECE === 0) yield;
    const speaker = speakerOf(group);
    for (const key of thingsOf(group, dossierOf)) {
      const known = first.get(`${speaker}\u0000${key}`);
      if (known === undefined) first.set(`${speaker}\u0000${key}`, at);
      else sets.unite(known, at);
    }
  }
  const units: PackUnit[] = [];
  for (const [at, set] of sets.sets().entries()) {
    if (at % GROUPS_A_PIECE === 0) yield;
    units.push(
      unitOf(
        set.flatMap((place) => ordered[place] ?? []),
        dossierOf,
      ),
    );
  }
  return units;
}

/** The process that a group is about: of a start the merged identity first, then what each record alone would have given. */
export function identitiesOf(group: PackGroup): readonly ProcessIdentity[] {
  const { start, actor, timeMs, isStart } = group;
  if (!isStart && actor.guid === undefined) return [];
  const tail = imageTail(start?.image ?? actor.image ?? '');
  if (start === undefined) return [{ pid: actor.pid ?? null, tail, startMs: isStart ? timeMs : group.actorStartMs }];
  return [
    { pid: start.pid ?? null, tail, startMs: start.startMs },
    ...start.events.map((event) => ({ pid: pidOfStart(event) ?? null, tail, startMs: event.timeMs })),
  ];
}

/** The id of a finding of an analytic about a process. */
export function processId(analytic: string, host: string, { pid, tail, startMs }: ProcessIdentity): string {
  return digestId(['finding', analytic, host, pid, tail, startMs === undefined ? null : secondOf(startMs)]);
}

/** A fingerprint of a tool stands beside what its analytic says, under its own name. */
function speakerOf({ mark, rule, host }: PackGroup): string {
  return `${mark.tool === undefined ? mark.analytic : keyOf(rule)}\u0000${host}`;
}

function* thingsOf(group: PackGroup, dossierOf: ReadonlyMap<string, string>): Generator<string> {
  const dossier = subjectOf([group], dossierOf);
  if (dossier !== undefined) yield `subscription ${dossier}`;
  // What one process did is one thing, however many libraries, keys or files it took.
  const [id] = idsOf(group, dossier);
  yield `finding ${id}`;
  for (const record of group.records) yield `record ${record}`;
}

function unitOf(groups: readonly PackGroup[], dossierOf: ReadonlyMap<string, string>): PackUnit {
  const [head] = groups.toSorted((a, b) => levelOf(b) - levelOf(a) || compareGroups(a, b)) as [PackGroup];
  const dossier = subjectOf(groups, dossierOf);
  const identities = groups.flatMap(identitiesOf);
  const ids = groups.flatMap((group) => idsOf(group, dossier));
  const [id = ''] = idsOf(head, dossier);
  return { head, groups, dossier, identities, id, aliases: [...new Set(ids)].filter((one) => one !== id).sort() };
}

/** The id that the group gives, then those of the records of its start. */
function idsOf(group: PackGroup, dossier: string | undefined): readonly string[] {
  const { host, mark, rule, matched } = group;
  const speaker = mark.tool === undefined ? mark.analytic : keyOf(rule);
  const identities = identitiesOf(group);
  if (identities.length > 0) return identities.map((identity) => processId(speaker, host, identity));
  return [digestId(['finding', speaker, host, dossier ?? valueKey(matched)])];
}

function levelOf({ rule }: PackGroup): number {
  return levelRank(rule.metadata.level ?? DEFAULT_LEVEL);
}

function compareGroups(a: PackGroup, b: PackGroup): number {
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    a.rule.index - b.rule.index ||
    compareText(keyText(a), keyText(b))
  );
}

function keyText({ host, matched, records }: PackGroup): string {
  return JSON.stringify([host, matched, [...records].sort()]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
