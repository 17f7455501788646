import type { FoundKind } from './writes.ts';

/** Names of the numbers that the file keeps of each kind. */
export const TALLIES: Readonly<
  Record<
    FoundKind,
    { readonly held: 'findings' | 'subscriptions'; readonly dropped: 'findingsDropped' | 'subscriptionsDropped' }
  >
> = {
  finding: { held: 'findings', dropped: 'findingsDropped' },
  subscription: { held: 'subscriptions', dropped: 'subscriptionsDropped' },
};
