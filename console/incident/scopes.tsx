import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ScopesDocument } from '../../src/api/index.ts';
import { type Known, known } from '../kit/cache.ts';
import { pathOf } from './acts.ts';

/** By what the server can mute and pin this incident; asked for when a dialog opens. */
export function useScopes(id: string): { readonly now: Known<ScopesDocument>; readonly again: () => void } {
  const entry = known<ScopesDocument>(`${pathOf(id)}/scopes`);
  useEffect(() => {
    // More may have been found since a dialog was opened last; while one is open nothing changes in it.
    if (entry.known.peek().atMs > 0) void entry.refresh();
  }, [id]);
  return { now: entry.known.value, again: () => void entry.refresh() };
}

/** Why there is nothing to choose from yet; nothing once it is there. */
export function ScopesWait({
  scopes: { now, again },
}: {
  readonly scopes: ReturnType<typeof useScopes>;
}): JSX.Element | null {
  if (now.value !== undefined) return null;
  if (now.problem === undefined)
    return (
      <p class="muted" role="status">
        What this incident tells apart is being read.
      </p>
    );
  return (
    <p class="trouble" role="alert">
      What this incident tells apart could not be read: {now.problem.title.toLowerCase()}.{' '}
      <button type="button" class="lnk" onClick={again}>
        Try again
      </button>
    </p>
  );
}
