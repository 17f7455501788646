import { ATTACKS, campaign } from '../../test/incidents/campaign.ts';
import { linesOf } from '../../test/live/streams.ts';
import { Enterprise, ordinaryEvents } from '../../testkit/index.ts';

/** Events of one batch, as a shipper sends it (SERVE 0.1 point 29). */
export const BATCH_EVENTS = 1000;
/** Machines of one enterprise, beside its controller, and what happens in it on its day. */
const HOSTS = 40;
const ACTS = 2500;
/** Where the number of an enterprise stands in the names of its machines, and its last two digits in their addresses. */
const NUMBER = '7654';
const NETWORK = '10.198.';
const DIGITS_AT = NETWORK.indexOf('98');
const MACHINE = /\b(WS|SRV|DC)-(\d+)/gi;
const ACTION = '{"create":{"_index":"winlogbeat-8.15.0"}}\n';

/** Attacks of several kinds: the same subscription on many machines would be one incident that grows. */
const TOLD_ALONE: readonly string[] = Object.keys(ATTACKS);

/** One batch with the places at which the number of its enterprise stands. */
interface Template {
  readonly bytes: Buffer;
  readonly names: Uint32Array;
  readonly networks: Uint32Array;
}

/**
 * `_bulk` bodies of ordinary days in one enterprise after the other, without end: the same day each, with other machines. Each body is a copy that
 * its taker may keep.
 */
export class BulkStream {
  readonly #templates: readonly Template[];
  readonly #attacks: readonly Template[];
  readonly meanBytes: number;

  constructor() {
    const lines = linesOf(ordinaryEvents(new Enterprise({ seed: 7, hosts: HOSTS }), { acts: ACTS }));
    const whole = Math.floor(lines.length / BATCH_EVENTS);
    this.#templates = Array.from({ length: whole }, (_, at) =>
      templateOf(lines.filter((_line, n) => n % whole === at).slice(0, BATCH_EVENTS)),
    );
    this.#attacks = TOLD_ALONE.map((name) => {
      const { attacks } = campaign([name], { hosts: HOSTS, acts: 0 });
      return templateOf(linesOf(attacks.flatMap(({ events }) => events)));
    });
    const bytes = this.#templates.reduce((sum, template) => sum + template.bytes.length, 0);
    this.meanBytes = bytes / (whole * BATCH_EVENTS) - ACTION.length - 1;
  }

  /** The n-th batch. */
  batch(n: number): Buffer {
    const template = this.#templates[n % this.#templates.length];
    if (template === undefined) throw new RangeError('the stream has no batches');
    return filled(template, Math.floor(n / this.#templates.length));
  }

  /** What one attack leaves, of another kind each, in an enterprise of its own: alerts name its machines `…-NNNN…`. */
  attack(enterprise: number): Buffer {
    const template = this.#attacks[enterprise % this.#attacks.length];
    if (template === undefined) throw new RangeError('the stream has no attacks');
    return filled(template, enterprise);
  }
}

function templateOf(lines: readonly string[]): Template {
  const text = lines.map((line) => `${ACTION}${renamed(line)}\n`).join('');
  const bytes = Buffer.from(text);
  if (bytes.length !== text.length) throw new RangeError('the lines of the stream are not of ASCII alone');
  return { bytes, names: placesOf(text, NUMBER), networks: placesOf(text, NETWORK) };
}

function placesOf(text: string, part: string): Uint32Array {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return Uint32Array.from(places);
}

function renamed(line: string): string {
  return line
    .replaceAll(MACHINE, (_, kind: string, number: string) => `${kind}-${NUMBER}${number}`)
    .replaceAll('10.20.', NETWORK);
}

function filled({ bytes, names, networks }: Template, enterprise: number): Buffer {
  const copy = Buffer.from(bytes);
  const digits = Buffer.from(String(enterprise % 10_000).padStart(NUMBER.length, '0'));
  // Tens of thousands of places in a batch: a call for each would cost the generator more than the server spends.
  const [a = 0, b = 0, c = 0, d = 0] = digits;
  for (const at of names) {
    copy[at] = a;
    copy[at + 1] = b;
    copy[at + 2] = c;
    copy[at + 3] = d;
  }
  for (const at of networks) {
    copy[at + DIGITS_AT] = c;
    copy[at + DIGITS_AT + 1] = d;
  }
  return copy;
}
