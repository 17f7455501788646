import type { OperationName } from './operations.ts';
import type { Outcome } from './outcome.ts';
import type { OpenProblem } from './store.ts';

/** What the caller's side asks of the thread; `ticket` comes back with the answer. */
export type StateRequest = { readonly ticket: number } & (
  | { readonly kind: 'call'; readonly name: OperationName; readonly input: unknown }
  | { readonly kind: 'backup'; readonly path: string }
  | { readonly kind: 'close' }
);

/** What the thread says: first how opening went, then one answer a ticket. A `bug` is a mistake of the program; nothing was written. */
export type StateMessage =
  | { readonly kind: 'opened'; readonly problem: OpenProblem | null }
  | { readonly kind: 'answer'; readonly ticket: number; readonly outcome: Outcome<unknown> }
  | { readonly kind: 'bug'; readonly ticket: number; readonly message: string };
