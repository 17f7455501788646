import { type Level, levelRank } from '../windows/index.ts';

/** What of an incident decides whether a sink hears of it. */
export interface IncidentView {
  readonly id: string;
  /** INC number, and whether the ids of its messages name it (`messageId`). */
  readonly number: number;
  readonly isNumbered: boolean;
  readonly version: number;
  readonly revision: number;
  readonly level: Level;
  readonly isWmi: boolean;
  /** Highest level of its members by scope, as far as it is asked for. */
  readonly levels: Readonly<Partial<Record<string, Level>>>;
  readonly hosts: readonly string[];
  /** `told` also of a final one. */
  readonly standing: 'told' | 'withdrawn' | 'merged';
  readonly owner: string | null;
  readonly state: string;
  readonly verdict: string | null;
}

/** An incident as a sink was told of it last. */
export type ToldView = Pick<IncidentView, 'level' | 'hosts' | 'standing' | 'owner' | 'state' | 'verdict'>;

/** What a sink knows once it was told: a level that fell and a host that went are not told, so what it knew of them stays. */
export function toldView(view: ToldView, before: ToldView | undefined): ToldView {
  const { level, hosts, standing, owner, state, verdict } = view;
  const isHigher = before === undefined || levelRank(level) > levelRank(before.level);
  const goesOn = before?.standing === 'told' && standing === 'told';
  return {
    level: goesOn && !isHigher ? before.level : level,
    hosts: goesOn ? [...new Set([...before.hosts, ...hosts])].sort() : hosts,
    standing,
    owner,
    state,
    verdict,
  };
}
