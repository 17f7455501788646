import { campaign } from '../../test/incidents/campaign.ts';
import { linesOf } from '../../test/live/streams.ts';
import { Enterprise, ordinaryEvents } from '../../testkit/index.ts';

/** Events of one batch, as a shipper sends it (SERVE 0.1 point 29). */
export const BATCH_EVENTS = 1000;
/** Machines of one enterprise, beside its controller, and what happens in it on its day. */
const HOSTS = 40;
const ACTS = 2500;
/** Where the number of an enterprise stands in the names of its machines, and in their addresses. */
const NUMBER = '7654';
const MACHINE = /\b(WS|SRV|DC)-(\d+)/gi;
const ACTION = '{"create":{"_index":"winlogbeat-8.15.0"}}\n';

/** One batch with the places at which the number of its enterprise stands. */
interface Template {
  readonly bytes: Buffer;
  readonly holes: Uint32Array;
  readonly events: number;
}

/**
 * `_bulk` bodies of ordinary days in one enterprise after the other, without end: the same day each, with other machines. Each body is a copy that
 * its taker may keep.
 */
export class BulkStream {
  readonly #templates: readonly Template[];
  readonly #attack: Template;
  readonly meanBytes: number;

  constructor() {
    const lines = linesOf(ordinaryEvents(new Enterprise({ seed: 7, hosts: HOSTS }), { acts: ACTS }));
    const whole = Math.floor(lines.length / BATCH_EVENTS);
    this.#templates = Array.from({ length: whole }, (_, at) =>
      templateOf(lines.filter((_line, n) => n % whole === at).slice(0, BATCH_EVENTS)),
    );
    const { attacks } = campaign(['a triad that fires and is removed'], { hosts: HOSTS, acts: 0 });
    this.#attack = templateOf(linesOf(attacks.flatMap(({ events }) => events)));
    const bytes = this.#templates.reduce((sum, template) => sum + template.bytes.length, 0);
    this.meanBytes = bytes / (whole * BATCH_EVENTS) - ACTION.length - 1;
  }

  /** The n-th batch. */
  batch(n: number): Buffer {
    const template = this.#templates[n % this.#templates.length];
    if (template === undefined) throw new RangeError('the stream has no batches');
    return filled(template, Math.floor(n / this.#templates.length));
  }

  /** A subscription that is planted from afar, in an enterprise of its own: alerts name its machines `…-NNNN…`. */
  attack(enterprise: number): Buffer {
    return filled(this.#attack, enterprise);
  }
}

function templateOf(lines: readonly string[]): Template {
  const text = lines.map((line) => `${ACTION}${renamed(line)}\n`).join('');
  const holes: number[] = [];
  for (let at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, at + NUMBER.length)) holes.push(at);
  const bytes = Buffer.from(text);
  if (bytes.length !== text.length) throw new RangeError('the lines of the stream are not of ASCII alone');
  return { bytes, holes: Uint32Array.from(holes), events: lines.length };
}

function renamed(line: string): string {
  return line.replaceAll(MACHINE, (_, kind: string, number: string) => `${kind}-${NUMBER}${number}`);
}

function filled({ bytes, holes }: Template, enterprise: number): Buffer {
  const copy = Buffer.from(bytes);
  const digits = Buffer.from(String(enterprise % 10_000).padStart(NUMBER.length, '0'));
  // Tens of thousands of places in a batch: a call for each would cost the generator more than the server spends.
  const [a = 0, b = 0, c = 0, d = 0] = digits;
  for (const at of holes) {
    copy[at] = a;
    copy[at + 1] = b;
    copy[at + 2] = c;
    copy[at + 3] = d;
  }
  return copy;
}
