/** What a batch held of one computer, channel and event id. */
export interface SeenLog {
  /** As records write it. */
  readonly computer: string;
  readonly channel: string;
  /** −1 for all ids of the channel that are not counted alone. */
  readonly eventId: number;
  readonly records: number;
  /** Event times, Unix milliseconds; `null` where no record has one that can be. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** What is learnt of hosts: counters of a batch, and what a judgement says of names and of what could not be seen. */
export type HostWrite =
  | {
      readonly kind: 'coverage';
      /** Of the batch: it is counted once, whatever is repeated. */
      readonly position: number;
      readonly sender: string;
      readonly receivedMs: number;
      readonly logs: readonly SeenLog[];
    }
  /** A name that is another host's than its own. */
  | { readonly kind: 'hostName'; readonly name: string; readonly host: string }
  /** All that could not be seen of a host: `gaps` is JSON of a list, `count` its length. */
  | { readonly kind: 'hostGaps'; readonly host: string; readonly gaps: string; readonly count: number };

/** A host that came or went, by its key. */
export interface HostVerdict {
  readonly key: string;
  readonly verdict: 'new' | 'gone' | 'gaps';
}
