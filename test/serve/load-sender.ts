import { Agent, request } from 'node:http';
import { winlogbeat } from './running-server.ts';

/** A batch of made events. Its bytes follow from its number, so that it can be sent again as it was. */
export interface MadeBatch {
  readonly protocol: 'ndjson' | 'bulk';
  /** Batch id, where the sender gives one. */
  readonly id?: string;
  readonly events: readonly string[];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const EVENTS = 20;
/** Each so many batches one has an event that nothing reads. */
const UNREADABLE_EVERY = 5;

/**
 * Batch `number` of sender `sender`: lines with an id, lines without, and `_bulk` in turn. Every event has a record id of its own; the first of
 * every fifth batch is of no known shape.
 */
export function madeBatch(sender: number, number: number): MadeBatch {
  const first = (sender + 1) * 1_000_000_000 + number * EVENTS;
  const events = Array.from({ length: EVENTS }, (_, item) =>
    item === 0 && number % UNREADABLE_EVERY === 0
      ? JSON.stringify({ record_id: first, unreadable: true })
      : eventOf(first + item, sender, item),
  );
  if (number % 3 === 2) {
    const body = events.map((event) => `{"create":{"_index":"load"}}\n${event}\n`).join('');
    return { protocol: 'bulk', events, body };
  }
  const named = number % 3 === 0 ? { id: `s${sender}-b${number}` } : {};
  return { protocol: 'ndjson', ...named, events, body: events.join('\n') };
}

/** Logons of a few hosts, which are held for joins, among events that are read and let go of. */
function eventOf(recordId: number, sender: number, item: number): string {
  const text = winlogbeat(recordId, `WS-${sender}`);
  return item === 1 ? text : text.replace('"Security"', '"Application"').replace('"4624"', '"1000"');
}

/** The record id of an event of a made batch. */
export function recordIdOf(event: string): number {
  return Number(/"record_id":(\d+)/.exec(event)?.[1]);
}

/** One connection of a sender: what is sent waits for the answer of what was sent before. */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Sends a batch; undefined when the connection ended before the answer. */
  send(server: { readonly url: string; readonly key: string }, batch: MadeBatch): Promise<Answer | undefined> {
    const { protocol, id, body } = batch;
    const path = protocol === 'bulk' ? '/elastic/_bulk' : '/v1/ingest';
    const headers = {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/x-ndjson',
      'content-length': Buffer.byteLength(body),
      // Who sends `_bulk` and does not say what it is gets no answer where it is refused, and a sender that gets none stops.
      'user-agent': 'load',
      ...(id === undefined ? {} : { 'triad-batch-id': id }),
    };
    return new Promise((resolve) => {
      const asked = request(`${server.url}${path}`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
        response.on('error', () => resolve(undefined));
        response.on('close', () => resolve(undefined));
      });
      asked.on('error', () => resolve(undefined));
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
