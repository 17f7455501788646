import type { Piece, WatchedEnd, WatchedRequest } from '../../watch/index.ts';

/** What the process that reads files is asked: one file at a time, one piece at a time, so that memory holds one piece. */
export type ToChild = { readonly kind: 'read'; readonly request: WatchedRequest } | { readonly kind: 'next' };

export type FromChild =
  | ({ readonly kind: 'piece' } & Piece)
  | { readonly kind: 'end'; readonly end: WatchedEnd }
  /** The file cannot be read: it is gone, or the disk does not give it. */
  | { readonly kind: 'trouble'; readonly message: string };
