import {
  type CallSource,
  type CallSources,
  type CandidateLogon,
  type Join,
  oneLower,
  rankSources,
  STRENGTH_POINTS,
  type Strength,
} from '../entities/index.ts';
import type { SessionsAt } from './origin.ts';

/** Joins that name the source of a call by records of both ends or of the caller (SETTLED C8, second sentence). */
const NAMING_JOINS: ReadonlySet<string> = new Set(['J2', 'J3', 'J4', 'J10', 'J16', 'J21']);

/** What OR1 is earned with. */
export interface RemoteJoin {
  readonly join: string;
  readonly strength: Strength;
}

export function isSure({ strength }: Join): boolean {
  return strength === 'exact' || strength === 'strong';
}

/** The sources of all writes of one subscription: one a machine, as its best write tells it, weighed against each other. */
export function joinedSources(sessions: readonly SessionsAt[], asked: CallSources | undefined): readonly CallSource[] {
  if (asked === undefined) return [];
  const byMachine = new Map<string, CallSource>();
  for (const key of sessions.flatMap(({ calls }) => calls)) {
    for (const source of asked.sourcesOf(key)) {
      const machine = source.host ?? source.address ?? '';
      const known = byMachine.get(machine);
      if (known === undefined || isBetter(source, known)) byMachine.set(machine, source);
    }
  }
  return rankSources([...byMachine.values()]);
}

function isBetter(a: CallSource, b: CallSource): boolean {
  const points = STRENGTH_POINTS[a.strength] - STRENGTH_POINTS[b.strength];
  return points > 0 || (points === 0 && a.joins.length > b.joins.length);
}

/**
 * The source that may be named: by a join, or by the address of the logon where the logons agree on it. A logon that does
 * not tell its address stands for another source (L10).
 */
export function namedSource(
  sources: readonly CallSource[],
  candidates: readonly CandidateLogon[],
  named: CandidateLogon | undefined,
): CallSource | undefined {
  const source = sources.find(({ isNamed }) => isNamed);
  if (source === undefined || source.joins.length > 0 || candidates.length === 0) return source;
  return named?.address !== undefined && named.address === source.address ? source : undefined;
}

/** OR1's join: the strongest that names the source, one step lower where the logon itself is only weakly the carrier (C8). */
export function namingJoin(
  source: CallSource | undefined,
  carrier: CandidateLogon | undefined,
): RemoteJoin | undefined {
  const naming = source?.joins.find(({ join }) => NAMING_JOINS.has(join));
  if (naming === undefined) return undefined;
  const isWeak = carrier !== undefined && carrier.strength === 'weak';
  return { join: naming.join, strength: isWeak ? oneLower(naming.strength) : naming.strength };
}
