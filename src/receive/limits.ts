/** What one body may cost (SERVE 1, LAWS L15, L20). */
export interface BodyLimits {
  /** Bytes as they come over the wire. */
  readonly encodedBytes: number;
  /** Bytes after every coding is taken off; also of what lies between two codings. */
  readonly decodedBytes: number;
  /** Decoded bytes for each byte received. */
  readonly ratio: number;
  /** Decoded bytes up to which the ratio is not asked for: a short body of blanks packs far better. */
  readonly ratioFreeBytes: number;
  /** Longest silence of a sender, milliseconds. */
  readonly idleMs: number;
  /** Least mean rate once the grace is over. */
  readonly bytesPerSecond: number;
  readonly graceMs: number;
  /** How often silence and rate are looked at, milliseconds. */
  readonly checkEveryMs: number;
  /** Of a refused body: bytes and milliseconds that are spent on reading it to its end, so that the connection can go on. */
  readonly drainBytes: number;
  readonly drainMs: number;
}

export const BODY_LIMITS: BodyLimits = {
  encodedBytes: 16 << 20,
  decodedBytes: 64 << 20,
  ratio: 200,
  ratioFreeBytes: 64 << 10,
  idleMs: 60_000,
  bytesPerSecond: 1024,
  graceMs: 10_000,
  checkEveryMs: 1000,
  drainBytes: 64 << 20,
  drainMs: 5000,
};

/** Codings that may lie over one another in `Content-Encoding`, `identity` not counted. */
export const MAX_CODINGS = 2;

/** Events of one batch (SERVE 1). */
export const MAX_ITEMS = 50_000;
/** Bytes of one event; a longer one is refused, never cut (SERVE 0.1 point 7). */
export const MAX_ITEM_BYTES: number = 1 << 20;
/** Nesting of one event. */
export const MAX_ITEM_DEPTH = 64;
/** Nesting of a record in a request of OTLP in JSON: with the six levels around it that is as deep as an event may be. */
export const MAX_RECORD_DEPTH: number = MAX_ITEM_DEPTH - 6;
/** Bytes of the text that is made of one request of OTLP in protobuf: as many as a body may have. */
export const MAX_TEXT_BYTES: number = 64 << 20;
/** Bytes of an action line of `_bulk`: an index of 255 and an id of 512 bytes fit in with all escapes. */
export const MAX_ACTION_BYTES: number = 16 << 10;
