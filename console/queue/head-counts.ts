import { signal } from '@preact/signals';
import { ask } from '../kit/api.ts';
import { onForget } from '../kit/cache.ts';

/** What `/v1/incidents/counts` says, of all incidents. */
export interface CountsDocument {
  /** By level, then state, without what is hidden now. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly overdue: number;
  readonly mine: number;
  readonly unread: number;
  readonly suppressed: { readonly incidents: number; readonly suppressions: number };
}

/** What the server counted last; undefined where it did not say. */
export const serverCounts = signal<CountsDocument | undefined>(undefined);

/** Counts what was forgotten: an answer of before is nobody's now. */
let forgotten = 0;

onForget(() => {
  forgotten++;
  serverCounts.value = undefined;
});

export async function readCounts(): Promise<CountsDocument | undefined> {
  const own = forgotten;
  const answer = await ask<CountsDocument>('GET', '/v1/incidents/counts');
  if (own !== forgotten) return undefined;
  serverCounts.value = answer.kind === 'ok' ? answer.value : undefined;
  return serverCounts.value;
}

/** How many of some states the server counts that no suppression hides. */
export function countOf({ counts }: CountsDocument, states: readonly string[]): number {
  return Object.values(counts)
    .flatMap((byState) => states.map((state) => byState[state] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}
