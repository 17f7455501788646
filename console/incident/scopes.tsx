import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PinScopesDocument, ScopesDocument } from '../../src/api/index.ts';
import { type Known, known } from '../kit/cache.ts';
import { pathOf } from './acts.ts';

/** By what the server can mute and pin this incident; asked for when a dialog opens. */
export function useScopes(id: string): Scopes {
  return useScopesAt(`${pathOf(id)}/scopes`);
}

/** The same of a path that tells them: of a dossier what it can be pinned by. */
export function useScopesAt<T extends PinScopesDocument>(path: string): Scopes<T> {
  const [openedMs] = useState(Date.now);
  const entry = known<T>(path);
  useEffect(() => {
    // More may have been found since a dialog was opened last; while one is open nothing changes in it.
    if (entry.known.peek().atMs > 0) void entry.refresh();
  }, [path]);
  const now = entry.known.value;
  return {
    now,
    fresh: now.atMs >= openedMs ? now.value : undefined,
    again: entry.again,
  };
}

export interface Scopes<T extends PinScopesDocument = ScopesDocument> {
  readonly now: Known<T>;
  /** As they are since the dialog is open; undefined until they were read then. */
  readonly fresh: T | undefined;
  readonly again: () => void;
}

/** Why there is nothing to choose from yet; nothing once it is there. */
export function ScopesWait({
  scopes: { now, again },
}: {
  readonly scopes: Pick<Scopes<PinScopesDocument>, 'now' | 'again'>;
}): JSX.Element | null {
  if (now.value !== undefined) return null;
  if (now.problem === undefined)
    return (
      <p class="muted" role="status">
        What can be told apart here is being read.
      </p>
    );
  return (
    <p class="trouble" role="alert">
      What can be told apart here could not be read: {now.problem.title.toLowerCase()}.{' '}
      <button type="button" class="lnk" onClick={again}>
        Try again
      </button>
    </p>
  );
}
