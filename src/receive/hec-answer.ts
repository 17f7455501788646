import type { Framed, RefusalCode, RefusedBatch } from './framing.ts';

/** An answer of the paths of Splunk's HTTP Event Collector. */
export interface HecAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

export type HecCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 23 | 27;

/**
 * Codes of Splunk's HTTP Event Collector that this server gives, with their status and text (SERVE 1.2; 23 and 27 are of later versions). 19 and 20 speak of a
 * service of acknowledgements that can fail by itself, which there is none of here.
 */
const CODES: Readonly<Record<HecCode, readonly [status: number, text: string]>> = {
  0: [200, 'Success'],
  1: [403, 'Token disabled'],
  2: [401, 'Token is required'],
  3: [401, 'Invalid authorization'],
  4: [403, 'Invalid token'],
  5: [400, 'No data'],
  6: [400, 'Invalid data format'],
  7: [400, 'Incorrect index'],
  8: [500, 'Internal server error'],
  9: [503, 'Server is busy'],
  10: [400, 'Data channel is missing'],
  11: [400, 'Invalid data channel'],
  12: [400, 'Event field is required'],
  13: [400, 'Event field cannot be blank'],
  14: [400, 'ACK is disabled'],
  15: [400, 'Error in handling indexed fields'],
  16: [400, 'Query string authorization is not enabled'],
  17: [200, 'HEC is healthy'],
  18: [503, 'HEC is unhealthy, queues are full'],
  23: [503, 'Server is shutting down'],
  27: [413, 'Request entity too large'],
};

/** What is wrong with one event, by the code of its refusal; all else is 6. */
const CODE_OF_ITEM: Readonly<Partial<Record<RefusalCode, HecCode>>> = {
  no_event: 12,
  blank_event: 13,
  bad_fields: 15,
  bad_index: 7,
};

/** Refusals of the server itself, by their name there. What passes by is 9 or 23, which every client sends again; all else is 6. */
const CODE_OF_PROBLEM: Readonly<Record<string, HecCode>> = {
  auth_required: 2,
  auth_scheme_unsupported: 3,
  auth_ambiguous: 3,
  auth_location_forbidden: 16,
  key_malformed: 4,
  key_invalid: 4,
  key_expired: 1,
  key_revoked: 1,
  scope_insufficient: 1,
  source_forbidden: 1,
  timeout: 9,
  too_many_requests: 9,
  storage_unavailable: 9,
  stopping: 23,
  too_large: 27,
  internal: 8,
};

/** An answer by its code; `more` stands behind text and code. */
export function hecAnswer(code: HecCode, more: Readonly<Record<string, number>> = {}): HecAnswer {
  const [status, text] = CODES[code];
  return { status, body: JSON.stringify({ text, code, ...more }) };
}

/** The answer to a refusal of the server. `reason` is added where it tells more than the code does. */
export function hecRefusal(problem: string, reason: string | undefined): HecAnswer {
  const code = CODE_OF_PROBLEM[problem] ?? 6;
  const [status, text] = CODES[code];
  return { status, body: JSON.stringify({ text, code, ...(reason === undefined ? {} : { reason }) }) };
}

/** The answer to a body of which nothing was taken. */
export function hecBodyRefusal({ status, code, reason }: RefusedBatch): HecAnswer {
  if (code === 'empty') return hecAnswer(5);
  return hecRefusal(status === 413 ? 'too_large' : 'bad_body', reason);
}

/**
 * The answer to a body whose accepted events are kept. One event that is not taken makes it a refusal that names the first such event, counted from 0: the
 * others are kept all the same, so whoever sends all of it again adds nothing (SERVE 8, trap 3).
 */
export function hecEventsAnswer({ items }: Framed, ackId: number | undefined): HecAnswer {
  const first = items.findIndex(({ refused }) => refused !== undefined);
  const refused = items[first]?.refused;
  if (refused === undefined) return hecAnswer(0, ackId === undefined ? {} : { ackId });
  return hecAnswer(CODE_OF_ITEM[refused.code] ?? 6, { 'invalid-event-number': first });
}

/** The answer to a question for acknowledgements. */
export function hecAcksAnswer(known: ReadonlyMap<number, boolean>): HecAnswer {
  return { status: 200, body: JSON.stringify({ acks: Object.fromEntries(known) }) };
}
