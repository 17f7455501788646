import { Enterprise, type EventModel, logsOf, ordinaryEvents } from '../../testkit/index.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { lineWriter } from '../live/streams.ts';

/** Machines of the enterprise; every attack of the test kit has its own among them. */
const HOSTS = 3 * Object.keys(ATTACKS).length;
/** So much of a day is made at a time; what an act leaves for later stays before now. */
const PIECE_S = 10;
const BACK_MS = 120_000;
/** An act leaves some ten records. */
const ACTS_OF_AN_EVENT = 0.12;

/**
 * Events of one enterprise at the time that they are asked for, without end: the same machines always, so that nothing that is kept of a machine has to
 * grow. Record ids go on in each log.
 */
export class SteadyStream {
  readonly #writer = lineWriter('S4');
  readonly #recordIds = new Map<string, bigint>();
  readonly #eventsASecond: number;
  #waiting: string[] = [];
  #pieces = 0;
  #attacks = 0;

  constructor(eventsASecond: number) {
    this.#eventsASecond = eventsASecond;
  }

  /** The next lines, so many of a few seconds at most. */
  take(count: number, nowMs: number): readonly string[] {
    // What is left of a piece is older than what comes now, and is let go of.
    if (this.#waiting.length < count) this.#waiting = [...this.#piece(nowMs)];
    return this.#waiting.splice(0, count);
  }

  /** What one attack leaves, of another kind each time. */
  attack(nowMs: number): readonly string[] {
    const names = Object.keys(ATTACKS);
    const at = this.#attacks++ % names.length;
    const start = new Date(nowMs - BACK_MS - (3600 + 1800 * at) * 1000).toISOString();
    const { attacks } = campaign([names[at] ?? ''], { seed: this.#attacks, start, acts: 0, clockErrorMs: 0 });
    return this.#lines(attacks.flatMap(({ events }) => events));
  }

  #piece(nowMs: number): readonly string[] {
    const start = new Date(nowMs - BACK_MS).toISOString();
    const enterprise = new Enterprise({ seed: ++this.#pieces, hosts: HOSTS, start, clockErrorMs: 0 });
    const acts = Math.ceil(this.#eventsASecond * PIECE_S * ACTS_OF_AN_EVENT);
    return this.#lines([...ordinaryEvents(enterprise, { acts, toS: PIECE_S })]);
  }

  #lines(events: readonly EventModel[]): readonly string[] {
    return logsOf(events).flatMap(({ events: models }) =>
      models.flatMap((model) => {
        if (this.#writer.cannotCarry(model) !== undefined) return [];
        const log = `${model.computer} ${model.channel}`;
        const recordId = (this.#recordIds.get(log) ?? 0n) + 1n;
        this.#recordIds.set(log, recordId);
        return `${this.#writer.write([{ model, recordId }])}`.trimEnd();
      }),
    );
  }
}
