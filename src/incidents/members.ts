import type { AnalyticFinding, Glue, JudgedFinding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { imageTail, type Level, levelRank, parseTime, type Scope } from '../windows/index.ts';
import type { IncidentInput } from './facts.ts';
import { judgesDossier, type Leg, legOf } from './legs.ts';
import { compareText } from './order.ts';

/** A dossier or a finding of low or more: what incidents are made of (SETTLED C17). */
export interface Member {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Host key. */
  readonly host: string;
  /** RFC 3339: of the finding, or the dossier's first sight. */
  readonly time: string;
  readonly timeMs: number;
  readonly level: Level;
  readonly score: number;
  readonly scope: Scope;
  readonly leg: Leg | undefined;
  /** Members with one key are one term of the sum: a dossier, a process (SETTLED C14). */
  readonly unit: string;
  readonly glue: Glue;
  readonly judged?: JudgedFinding;
  readonly dossier?: Dossier;
}

/** Of low or more, each id once, in the order of (first time, id): the same whatever the order of the input (L8). */
export function membersOf({ findings, dossiers, facts }: IncidentInput): readonly Member[] {
  const byId = new Map<string, Member>();
  for (const dossier of dossiers) {
    if (levelRank(dossier.verdict.level) === 0 || byId.has(dossier.id)) continue;
    byId.set(dossier.id, {
      id: dossier.id,
      aliases: dossier.aliases,
      host: dossier.host,
      time: dossier.firstSeen,
      timeMs: millis(dossier.firstSeen),
      level: dossier.verdict.level,
      score: dossier.verdict.score,
      scope: 'wmi',
      leg: 'subscription',
      unit: dossier.id,
      glue: facts.glueOf(dossier),
      dossier,
    });
  }
  for (const judged of findings) {
    const { finding, glue } = judged;
    if (levelRank(finding.level) === 0 || byId.has(finding.id)) continue;
    byId.set(finding.id, {
      id: finding.id,
      aliases: finding.aliases,
      host: finding.host,
      time: finding.time,
      timeMs: millis(finding.time),
      level: finding.level,
      score: finding.score,
      scope: finding.scope,
      leg: legOf(finding.analytic),
      unit: unitOf(finding, glue),
      glue,
      judged,
    });
  }
  return [...byId.values()].sort(compareMembers);
}

/** By first time, then id (DOMAIN 3.4). */
export function compareMembers(a: Member, b: Member): number {
  return compareText(a.time, b.time) || compareText(a.id, b.id);
}

/** Worst first: score, then first time, then id (SETTLED C22). */
export function worstFirst(a: Member, b: Member): number {
  return b.score - a.score || compareMembers(a, b);
}

function unitOf(finding: AnalyticFinding, glue: Glue): string {
  const { process } = finding;
  if (process !== undefined) {
    const [only, ...others] = glue.processes;
    if (only !== undefined && others.length === 0) return only.key;
    if (process.pid !== undefined) return [finding.host, process.pid, imageTail(process.image)].join('\u0000');
    return finding.id;
  }
  const [subscription] = finding.subscriptions;
  return subscription !== undefined && judgesDossier(finding.analytic) ? subscription : finding.id;
}

function millis(time: string): number {
  return parseTime(time)?.ms ?? 0;
}
