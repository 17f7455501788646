import { levelRank } from '../windows/index.ts';
import { isFor, type SinkRule } from './sink-rule.ts';
import type { IncidentView, ToldView } from './view.ts';

/** Why a message is due (SETTLED G22), the weightiest first: the first of a message is what it is about. */
export const DUE_REASONS = [
  'merged',
  'withdrawn',
  /** It first reaches the level of the sink, or is borne out again. */
  'reached',
  'level',
  'host',
  /** A finding that no suppression fits makes a hidden one show (SETTLED G8). */
  'shown',
  'verdict',
  'state',
  'owner',
] as const;
export type DueReason = (typeof DUE_REASONS)[number];

/** What was due stays due until it is told; what people did may have been undone meanwhile, and then there is nothing to tell. */
const LASTING: ReadonlySet<DueReason> = new Set(['reached', 'level', 'host', 'shown']);

export interface DueFacts {
  /** What the sink was told last; absent: it knows nothing of it. */
  readonly told: ToldView | undefined;
  /** Of the message that waits for its 30 seconds, if there is one. */
  readonly pending: readonly DueReason[];
  /** It was hidden, and what was found now makes it show. */
  readonly isShown: boolean;
  /** A person did something, and no evidence came: a sink that was never told of it has no news by that. */
  readonly isAct: boolean;
}

/** Why an incident is to be told to a sink now; nothing where there is nothing to tell, and a message that waits is void. */
export function dueReasons(rule: SinkRule, view: IncidentView, facts: DueFacts): readonly DueReason[] {
  const found = new Set([...facts.pending.filter((reason) => LASTING.has(reason)), ...newReasons(rule, view, facts)]);
  return DUE_REASONS.filter((reason) => found.has(reason));
}

function newReasons(
  rule: SinkRule,
  view: IncidentView,
  { told, pending, isShown, isAct }: DueFacts,
): readonly DueReason[] {
  if (view.standing !== 'told') {
    const isKnown = told !== undefined || pending.some((reason) => LASTING.has(reason));
    return isKnown && told?.standing !== view.standing ? [view.standing] : [];
  }
  if (!isFor(rule, view)) return [];
  if (told === undefined || told.standing !== 'told') return isAct ? [] : ['reached'];
  const isHigher = levelRank(view.level) > levelRank(told.level);
  const isWider = view.hosts.some((host) => !told.hosts.includes(host));
  return [
    ...(isHigher ? (['level'] as const) : []),
    ...(isWider ? (['host'] as const) : []),
    ...(isShown ? (['shown'] as const) : []),
    ...rule.tells.filter((change) => view[change] !== told[change]),
  ];
}
