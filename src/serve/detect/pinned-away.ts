import type { KnownIncident, WindowJudgement } from '../../live/index.ts';

/** What people are told of an incident that pins took away. */
export const PINNED_AWAY = 'What it was made of is pinned, and no incident is left of it.';

/**
 * Tells of an incident that is not found any more whether pins are the reason: everything that it was made of is there, in none of the incidents,
 * and some of it is pinned. That is no lack of evidence, whatever this start has seen before.
 */
export function pinnedAway(
  judgement: Pick<WindowJudgement, 'subscriptions' | 'findings'>,
): (known: KnownIncident) => boolean {
  const isPinned = new Map<string, boolean>();
  for (const { id, pinned } of [...judgement.subscriptions, ...judgement.findings]) {
    isPinned.set(id, pinned !== undefined);
  }
  return ({ members }) => members.every((id) => isPinned.has(id)) && members.some((id) => isPinned.get(id) === true);
}
