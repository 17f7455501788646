/** Bounds of the tables that senders and the engine fill (L15). */
export interface StateLimits {
  /** Most batches that are remembered. */
  readonly batches: number;
  /** Most dead letters, of all and of one sender. */
  readonly letters: number;
  readonly lettersOfSender: number;
  /** Most bytes of dead letters, of all and of one sender. */
  readonly letterBytes: number;
  readonly letterBytesOfSender: number;
  /** Most incidents, and most bytes of their documents and cited records; open ones count, and go only where nobody touched them (`incident-room.ts`). */
  readonly incidents: number;
  readonly incidentBytes: number;
  /** Most findings and most subscriptions, and most bytes of both. */
  readonly found: number;
  readonly foundBytes: number;
  /** Most names of computers. */
  readonly computers: number;
  /** Most messages of one sink that wait, and most of its dead letters. */
  readonly messagesOfSink: number;
}

const MIB = 1024 * 1024;

export const STATE_LIMITS: StateLimits = {
  batches: 10_000_000,
  letters: 100_000,
  lettersOfSender: 10_000,
  letterBytes: 256 * MIB,
  letterBytesOfSender: 32 * MIB,
  incidents: 100_000,
  incidentBytes: 2048 * MIB,
  found: 100_000,
  foundBytes: 1024 * MIB,
  computers: 50_000,
  messagesOfSink: 10_000,
};

/** A batch with a name of its own is known for 7 days, one that is known by its digest for 10 minutes (SERVE 3.8, 0.1 point 8). */
export const BATCH_KEEP_MS = 604_800_000;
export const DIGEST_KEEP_MS = 600_000;

/** Largest event that is kept in a dead letter (SERVE 0.1 point 7); a larger one is a reference into the journal. */
export const MOST_LETTER_BYTES: number = MIB;
/** Longest reason of a dead letter and longest answer of a batch, in UTF-16 units. */
export const MOST_REASON = 500;
export const MOST_ANSWER = 65_536;
/** Longest text of one field of the audit. */
export const MOST_AUDIT = 8192;
/** Batches that one call of pruning removes at most: a call is one short transaction. */
export const PRUNE_STEP = 2000;
/** Most entries in the history of an incident. */
export const MOST_HISTORY = 10_000;
/** Longest text that a person writes to an incident, in UTF-16 units; longest name of an owner and longest idempotency key. */
export const MOST_NOTE = 10_000;
export const MOST_NAME = 128;
/** Of the key of an action, which is that of a request, with a place behind it where the request is about many. */
export const MOST_ACT_KEY = 132;
/** Longest id of an incident, in UTF-16 units. */
export const MOST_ID = 64;
/** Longest title, host and owner that a row of the queue has, and all columns of such a row, in bytes (SETTLED G10). */
export const MOST_TITLE_BYTES = 200;
export const MOST_WORD_BYTES = 48;
export const MOST_ROW_BYTES = 400;
/** Logs, by channel and event id, that are told apart of one computer. */
export const MOST_LOGS = 400;
/** Most incidents that one request changes (SETTLED G10). */
export const MOST_ACTS = 100;
/** Largest document of an incident that goes out with a message; of a larger one the message has the head alone. */
export const MOST_MESSAGE_BYTES: number = MIB;
