import type { Finding } from '../analytics/index.ts';
import { type Dossier, headActor, lateAct, sentenceOf } from '../subscriptions/index.ts';
import type { OwnedLink } from './chains.ts';
import type { TracedHop } from './hops.ts';
import type { Hop } from './incident.ts';
import { type Member, worstFirst } from './members.ts';
import { compareStrength, WEIGHTS } from './weights.ts';
import {
  doubtWords,
  type HostName,
  listed,
  oneLine,
  programName,
  times,
  toolName,
  transportWords,
  upper,
} from './words.ts';

/** One sentence (L13) and how sure it is: the weakest link that it needs; undefined where all was seen on one host. */
export interface Title {
  readonly title: string;
  readonly confidence: number | undefined;
}

interface Told {
  readonly members: readonly Member[];
  readonly hops: readonly TracedHop[];
  readonly links: readonly OwnedLink[];
  readonly nameOf: HostName;
}

/** The sentence of an incident (SETTLED C22): of its highest dossier, else of its highest finding. */
export function titleOf(told: Told): Title {
  const head = headOf(told.members);
  if (head === undefined) return { title: '', confidence: undefined };
  const hop = told.hops.find(
    ({ hop: { source, confidence }, members }) =>
      confidence >= WEIGHTS.possible &&
      (source.host ?? source.address) !== undefined &&
      members.some((member) => member.id === head.id || member.unit === head.unit),
  );
  const { dossier, judged } = head;
  if (dossier !== undefined) return dossierTitle(dossier, hop, told);
  if (judged === undefined) return { title: '', confidence: undefined };
  const sentence = hop === undefined ? undefined : findingSentence(judged.finding, hop, head, told);
  const { title } = judged.finding;
  return {
    title: `${sentence ?? title.replace(/\.$/, '')}${aftermath(told, head)}`,
    // A finding's own title names the source of its hop too.
    confidence: hop?.hop.confidence,
  };
}

/** What stands by its nearness only (logs that were touched) never leads. */
export function headOf(members: readonly Member[]): Member | undefined {
  const worst = (of: readonly Member[]): Member | undefined => [...of].sort(worstFirst)[0];
  return (
    worst(members.filter(({ dossier }) => dossier !== undefined)) ??
    [...members.filter(({ scope }) => scope === 'wmi' || scope === 'lateral')].sort(
      (a, b) => b.score - a.score || Number(b.scope === 'wmi') - Number(a.scope === 'wmi') || worstFirst(a, b),
    )[0] ??
    worst(members)
  );
}

function dossierTitle(dossier: Dossier, traced: TracedHop | undefined, told: Told): Title {
  const late = lateAct(dossier);
  const hop = late === 'deleted' ? undefined : traced?.hop;
  const account = late === undefined ? (hop?.account ?? headActor(dossier)) : headActor(dossier);
  const { who, from } = callerWords(account, late === 'deleted' ? undefined : traced, told.nameOf);
  const transport = hop === undefined ? '' : `${transportWords(hop.method)}${withTool(hop)}`;
  const how = hop === undefined || withTool(hop) === '' ? `${transport}${withPrint(dossier)}` : transport;
  const sentence = sentenceOf(dossier, { host: told.nameOf(dossier.host), who, from, how });
  const fired = told.links.filter(({ claim, link }) => claim === 'fired' && link.between.includes(dossier.id));
  const needed = [
    ...(hop === undefined ? [] : [hop.confidence]),
    ...(hop === undefined || fired.length === 0 ? [] : [Math.max(...fired.map(({ link }) => link.confidence))]),
  ];
  return {
    title: `${sentence}${otherSubscriptions(dossier, told)}${aftermath(told, undefined)}`,
    confidence: needed.length === 0 ? undefined : Math.min(...needed),
  };
}

/** "CORP\alice from WS-07", "CORP\alice, likely from WS-07,"; `from` is for where nobody is known. */
function callerWords(
  account: string | undefined,
  traced: TracedHop | undefined,
  nameOf: HostName,
): { readonly who: string | undefined; readonly from: string } {
  const hop = traced?.hop;
  const place = hop === undefined ? undefined : placeWords(hop, nameOf);
  const name = account === undefined ? undefined : oneLine(account);
  if (hop === undefined || place === undefined) return { who: name, from: '' };
  // What only the source tells is sure of the source: the doubt is whether the call arrived.
  const doubt = traced?.isSeenAtTarget === false ? '' : doubtWords(hop.confidence);
  const from = ` ${doubt}from ${place}`;
  const other = hop.source.account === undefined || !showsCredentials(traced) ? undefined : oneLine(hop.source.account);
  if (name === undefined) return { who: other === undefined ? undefined : `${other}${from}`, from };
  const comma = doubt === '' ? '' : ',';
  if (other === undefined) return { who: `${name}${comma}${from}${comma}`, from };
  return { who: `${other}${comma}${from}, with the credentials of ${name},`, from };
}

/** A 4648 (J5, J7, J17), or a command that states the account to log on with (J8, then strong); nearness shows no use of credentials. */
function showsCredentials(traced: TracedHop | undefined): boolean {
  if (traced === undefined || !traced.isSeenAtTarget) return true;
  return traced.links.some(({ joins }) =>
    joins.some(
      ({ join, strength, evidence }) =>
        join === 'J5' ||
        join === 'J7' ||
        (join === 'J8' && compareStrength(strength, 'strong') >= 0) ||
        evidence.some(({ eventId }) => eventId === ID_EXPLICIT_LOGON),
    ),
  );
}

function placeWords({ source: { host, address, claimedName } }: Hop, nameOf: HostName): string | undefined {
  if (host !== undefined) return nameOf(host);
  if (address === undefined) return undefined;
  return claimedName === undefined ? nameOf(address) : `${nameOf(address)} (says it is ${oneLine(claimedName)})`;
}

function withTool({ source }: Hop): string {
  const tool = toolName(source.process?.image);
  return tool === undefined ? '' : ` with ${tool}`;
}

/** The tool by its fingerprint, where no process of the source is known. */
function withPrint({ attackTool }: Dossier): string {
  return attackTool === undefined ? '' : ` with ${attackTool}`;
}

/** Security: explicit credentials were used. */
const ID_EXPLICIT_LOGON = 4648;
/** Sysmon: a value of the registry was set. */
const ID_VALUE_SET = 13;

/** What was done, as a sentence about somebody and one about nobody. */
interface Deed {
  readonly active: string;
  readonly passive: string;
}

function findingSentence(finding: Finding, traced: TracedHop, head: Member, told: Told): string | undefined {
  const { hop } = traced;
  const host = told.nameOf(hop.target.host);
  const deed = deedOf(finding, head, told);
  if (deed === undefined) return undefined;
  const { who, from } = callerWords(hop.account ?? finding.process?.user, traced, told.nameOf);
  const how = `${transportWords(hop.method)}${withTool(hop)}`;
  const unseen = traced.hasArrived ? 'it arrived, its effect was not seen' : 'not seen';
  const doubtful = traced.isTargetAmbiguous ? 'several machines have that name' : `${unseen} on ${host}`;
  const seen = traced.isSeenAtTarget ? '' : ` (${doubtful})`;
  return who === undefined
    ? `${upper(deed.passive)} on ${host}${from}${how}${seen}`
    : `${who} ${deed.active} on ${host}${how}${seen}`;
}

/** Verbs by analytic (SETTLED C22); others tell their own title. */
function deedOf(finding: Finding, head: Member, told: Told): Deed | undefined {
  const alike = (ids: readonly string[]): readonly Finding[] => ofKind(told.members, head, ids);
  switch (finding.analytic) {
    case 'R01':
    case 'R02':
      return started(alike(['R01', 'R02']));
    case 'R03': {
      const n = alike(['R03']).length;
      const what = n === 1 ? 'a command' : `${n} commands`;
      return { active: `ran ${what}`, passive: `${what} ${n === 1 ? 'was' : 'were'} run` };
    }
    case 'R05':
      return { active: 'used WMI', passive: 'WMI was used' };
    case 'R08': {
      const found = alike(['R08']);
      const n = found.reduce((sum, { count }) => sum + count, 0);
      const what = n === 1 ? 'a registry key' : `${n} registry keys`;
      const were = n === 1 ? 'was' : 'were';
      // What only 4663 and 4674 tell was opened with rights to change; a value that Sysmon saw set was changed.
      if (found.every(({ evidence }) => evidence.some(({ eventId }) => eventId === ID_VALUE_SET))) {
        return { active: `changed ${what}`, passive: `${what} ${were} changed` };
      }
      return { active: `opened ${what} for changes`, passive: `${what} ${were} opened for changes` };
    }
    case 'R19':
    case 'N01':
      return { active: 'called WMI', passive: 'WMI was called' };
    default:
      return undefined;
  }
}

/** One finding of each process or object of these analytics on the head's host. */
function ofKind(members: readonly Member[], head: Member, ids: readonly string[]): readonly Finding[] {
  const byUnit = new Map<string, Finding>();
  for (const { judged, host, unit } of members) {
    if (judged === undefined || host !== head.host || !ids.includes(judged.finding.analytic)) continue;
    if (!byUnit.has(unit)) byUnit.set(unit, judged.finding);
  }
  return [...byUnit.values()];
}

/** "started cmd.exe", "started cmd.exe 3 times", "started 4 programs, cmd.exe first". */
function started(findings: readonly Finding[]): Deed {
  const names = findings.map(({ process }) =>
    process?.image === undefined ? 'a program' : programName(process.image),
  );
  const [first = 'a program'] = names;
  const kinds = new Set(names.map((name) => name.toLowerCase()));
  if (kinds.size > 1) {
    const what =
      kinds.size <= 3
        ? listed([...new Map(names.map((name) => [name.toLowerCase(), name])).values()])
        : `${names.length} programs, ${first} first,`;
    return { active: `started ${what}`, passive: `${what} were started` };
  }
  const often = names.length === 1 ? '' : ` ${times(names.length)}`;
  return { active: `started ${first}${often}`, passive: `${first} was started${often}` };
}

/** "; the same stands on SRV-03", "; 2 more subscriptions on SRV-02". */
function otherSubscriptions(head: Dossier, { members, nameOf }: Told): string {
  const others = members.flatMap(({ dossier }) => (dossier === undefined || dossier.id === head.id ? [] : [dossier]));
  if (others.length === 0) return '';
  const isSame = others.every(({ fingerprint }) => fingerprint !== undefined && fingerprint === head.fingerprint);
  const hosts = [...new Set(others.map(({ host }) => host))].sort();
  const where = hosts.length <= 3 ? listed(hosts.map(nameOf)) : `${hosts.length} hosts`;
  if (isSame && !hosts.includes(head.host)) return `; the same was seen on ${where}`;
  return `; ${others.length} more ${others.length === 1 ? 'subscription' : 'subscriptions'} on ${where}`;
}

/** What weighs most of what came after, by analytic. */
const AFTERMATH: Readonly<Record<string, string>> = {
  M01: 'the memory of LSASS was read',
  T01: 'a log was cleared',
  T13: 'a log file was edited',
};

function aftermath({ members, nameOf }: Told, head: Member | undefined): string {
  const told = new Map<string, string>();
  for (const { id, judged } of members) {
    const words = judged === undefined || id === head?.id ? undefined : AFTERMATH[judged.finding.analytic];
    if (words === undefined || judged === undefined) continue;
    const key = judged.finding.analytic;
    if (!told.has(key)) told.set(key, `; ${words} on ${nameOf(judged.finding.host)}`);
  }
  return Object.keys(AFTERMATH)
    .flatMap((analytic) => told.get(analytic) ?? [])
    .join('');
}
