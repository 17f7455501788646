/** A time without loss: Unix milliseconds, of any sign, and 0 to 9,999 units of 100 ns (L4). */
export interface ArchiveTime {
  readonly ms: number;
  readonly ticks: number;
}

/** The trust classes of events (L18; what they mean stands in `windows`) in the order of their codes in a row: one is only ever added at the end. */
export const TRUST_CLASSES = ['signed', 'authenticated', 'file', 'unauthenticated'] as const;

/**
 * How the bytes of an entry are read again: `plain` by themselves; else as a record of OTLP in JSON or protobuf, as the source of an `update` of `_bulk`, or as a row of
 * a table, whose head is the first of its texts.
 */
export const ENTRY_FORMS = ['plain', 'otlp-json', 'otlp-protobuf', 'update', 'row'] as const;
export type EntryForm = (typeof ENTRY_FORMS)[number];

/** What is kept of an event besides the texts that it is found by. */
export interface EntryFacts {
  /** Event time; `null` where it has none, or none that is a number. */
  readonly time: ArchiveTime | null;
  readonly host: string;
  readonly channel: string;
  readonly provider: string;
  /** 0 to 4,294,967,294; `null` where there is none. */
  readonly eventId: number | null;
  /** As text, for ids beyond 2^53; empty where there is none. */
  readonly recordId: string;
  /** 16 bytes that copies of one record share (L6, SERVE 0.1 point 8). */
  readonly identity: Uint8Array;
  /** Where the journal holds it: number of the batch, number of the event in it. */
  readonly position: number;
  readonly item: number;
  readonly sender: string;
  readonly trust: (typeof TRUST_CLASSES)[number];
  /** Retention class, 0 to 7: the stream that it is kept in. */
  readonly retention: number;
  /** The bytes as they were received: of an item with several events all of it. Empty where they stand with the first event of the item alone. */
  readonly raw: Uint8Array;
  /** Left out of what is plain. */
  readonly form?: EntryForm;
  /** Of a row of a table, as it is read back: what stands before its first row. */
  readonly head?: string;
}

/** An event on its way into the archive. */
export interface ArchiveEntry extends EntryFacts {
  /** Decoded values that words are looked for in, besides the bytes themselves. */
  readonly texts: Iterable<string>;
}
