const MIB = 1024 * 1024;

/** Streams, one for each retention class (SERVE 0.1, point 20). */
export const MOST_STREAMS = 8;
/** Largest entry: its bytes, and three for each UTF-16 unit of its texts. An event has at most 1 MiB (SERVE 0.1, point 7), its decoded values may be longer than it. */
export const MOST_ENTRY_BYTES: number = 16 * MIB;
