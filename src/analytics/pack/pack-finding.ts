import type { Dossier } from '../../subscriptions/index.ts';
import { distinctEvidence } from '../../windows/index.ts';
import type { PayloadFeature } from '../../wmi/index.ts';
import { type Actor, glueOfActor } from '../actor.ts';
import type { AnalyticFinding, FindingProcess, Glue, JudgedFinding } from '../finding.ts';
import { citedOf } from '../hit-groups.ts';
import { creditOf, DEFAULT_LEVEL, matchedWords, techniquesOf, timeOf, unfilteredWords } from '../rule-words.ts';
import { markInferred, type Score, scoreOf } from '../scoring.ts';
import { glueOfDossier } from '../subscription-finding.ts';
import type { Bench } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';
import type { PackGroup } from './pack-hits.ts';
import type { PackUnit } from './pack-units.ts';

/** Analytics whose findings about a process with a known command line bear its payload weights (DOMAIN 3.3). */
const WEIGHED: ReadonlySet<string> = new Set('C03 C04 R01 R02 R03 R05 R07 R09 R15 S05 S06 S08 S09'.split(' '));

/** What a unit of the pack says, as a finding of ours that joins others (SETTLED C17, E7). */
export function packFinding(unit: PackUnit, dossiers: ReadonlyMap<string, Dossier>, bench: Bench): JudgedFinding {
  const { head, groups, id, aliases } = unit;
  const { rule, mark, host } = head;
  const { metadata } = rule;
  const dossier = unit.dossier === undefined ? undefined : dossiers.get(unit.dossier);
  const actor = actorOfGroup(head);
  const evidence = distinctEvidence(citedOf(groups));
  const { level, score, terms } = judged(unit, bench);
  const process = processOf(head);
  const accounts = actor.user === undefined ? [] : [actor.user];
  const finding: AnalyticFinding = {
    id,
    analytic: mark.analytic,
    rule: creditOf(metadata),
    ...(mark.tool === undefined ? {} : { attackTool: mark.tool }),
    title: `${whereWords(actor.user, host)}: ${metadata.title}`,
    level,
    score,
    terms,
    scope: mark.scope,
    host,
    hosts: [host],
    accounts,
    subscriptions: unit.dossier === undefined ? [] : [unit.dossier],
    ...(process === undefined ? {} : { process }),
    candidates: [],
    attack: techniquesOf(metadata),
    time: timeOfGroup(groups),
    count: head.isStart ? 1 : groups.reduce((sum, group) => sum + (group.rule === rule ? group.count : 0), 0),
    aliases,
    evidence,
  };
  return {
    finding,
    joins: [],
    glue: dossier === undefined ? glueOfUnit(unit, actor, bench) : glueOfDossier(dossier, bench),
  };
}

/** "CORP\alice on WS-07", "On WS-07". */
function whereWords(user: string | undefined, host: string): string {
  return user === undefined ? `On ${hostWords(host)}` : `${inSentence(user)} on ${hostWords(host)}`;
}

function judged({ head, groups }: PackUnit, bench: Bench): Score {
  const { rule, mark, start } = head;
  const features = WEIGHED.has(mark.analytic) ? featuresOf(head, bench) : [];
  const unfiltered = unfilteredWords(groups.flatMap(({ blindFilters }) => blindFilters));
  const others = otherTitles(groups, head);
  const text = `${matchedWords(head.matched)}${unfiltered}${others}`;
  const base = rule.metadata.level ?? DEFAULT_LEVEL;
  const made = scoreOf(base, text, [], features, head.evidence.slice(0, 1));
  return { ...made, terms: markInferred(start?.events ?? [], made.terms) };
}

/** Rules of the same analytic that say the same of it. */
function otherTitles(groups: readonly PackGroup[], head: PackGroup): string {
  const titles = [...new Set(groups.filter(({ rule }) => rule !== head.rule).map(({ rule }) => rule.metadata.title))];
  return titles.length === 0 ? '' : `; also: ${titles.sort().join('; ')}`;
}

function featuresOf({ start }: PackGroup, { payloads }: Bench): readonly PayloadFeature[] {
  return payloads.read(start?.commandLine).features;
}

/** Of a start what its records say together; else what the first record says. */
function actorOfGroup({ start, actor }: PackGroup): Actor {
  if (start === undefined) return actor;
  return {
    guid: start.processGuid,
    pid: start.pid,
    image: start.image,
    user: start.isOwnLogon ? start.user : undefined,
    sid: start.isOwnLogon ? start.sid : undefined,
    logonId: start.isOwnLogon ? start.logonId : undefined,
  };
}

function processOf(group: PackGroup): FindingProcess | undefined {
  const { start } = group;
  const { image, pid, user, logonId } = actorOfGroup(group);
  if (image === undefined) return undefined;
  return {
    image,
    ...(start?.commandLine === undefined ? {} : { commandLine: start.commandLine }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(start?.parentImage === undefined ? {} : { parentImage: start.parentImage }),
    ...(start?.parentPid === undefined ? {} : { parentPid: start.parentPid }),
    ...(logonId === undefined ? {} : { logonId }),
  };
}

function glueOfUnit({ groups }: PackUnit, actor: Actor, { entities }: Bench): Glue {
  const [first] = groups;
  const atMs = first?.start?.startMs ?? first?.timeMs ?? 0;
  return glueOfActor(entities, first?.host ?? '', actor, atMs, Math.max(...groups.map(({ lastMs }) => lastMs)));
}

function timeOfGroup(groups: readonly PackGroup[]): string {
  const [first] = groups;
  const { start, timeMs = 0, timeTicks = 0 } = first ?? {};
  return start === undefined
    ? timeOf({ timeMs, timeTicks })
    : timeOf({ timeMs: start.startMs, timeTicks: start.startTicks });
}
