import type { State } from '../../state/index.ts';
import type { PartHealth } from '../handlers/health.ts';
import { type Blindness, BlindWatch } from './blind-watch.ts';
import { type Lateness, latenessOf } from './late-senders.ts';

export interface SightParts {
  readonly state: State;
  readonly taker: {
    /** When a batch was taken last in this run, and when the oldest arrived that is not judged yet. */
    readonly takenMs: number | undefined;
    readonly oldestMs: number | undefined;
  };
  /** Senders without a key that are expected: of syslog, by the list of the configuration; each with the silences that must be known of it before it can be late. */
  readonly expected: ReadonlyMap<string, number>;
  nowMs(): number;
}

/** Whether Triad sees anything at all, and who has gone quiet. */
export interface Seen {
  readonly atMs: number;
  /** When something arrived last, of whichever sender, Unix milliseconds; `null` where nothing ever did. */
  readonly heardMs: number | null;
  /** When the active sender that has been silent longest sent last, of those that ever did, Unix milliseconds; undefined where none is known. */
  readonly quietestMs: number | undefined;
  /** Active senders, those of syslog too; undefined where the state cannot be asked. */
  readonly senders: number | undefined;
  readonly blind: readonly Blindness[];
  /** Active senders that sent before, and should have again. */
  readonly late: readonly (Lateness & { readonly sender: string })[];
}

/** Looks at what comes in and what goes on with it, for the bar above everything (SETTLED G15). */
export class Sight {
  readonly #parts: SightParts;
  readonly #watch = new BlindWatch();
  readonly #startedMs: number;

  constructor(parts: SightParts) {
    this.#parts = parts;
    this.#startedMs = parts.nowMs();
  }

  /** What a look gives; where the state cannot be asked, what is known without it. */
  async look({
    notReady,
    parts,
  }: {
    readonly notReady: string | undefined;
    readonly parts: readonly PartHealth[];
  }): Promise<Seen> {
    const { state, taker, expected } = this.#parts;
    const [paces, senders] = await Promise.all([state.call('listPaces', null), state.call('activeSenders', null)]);
    const known = paces.kind === 'done' ? paces.value : [];
    const active = new Set([...(senders.kind === 'done' ? senders.value : []), ...expected.keys()]);
    const nowMs = this.#parts.nowMs();
    const { takenMs, oldestMs: unreadMs } = taker;
    const heard = [...known.map(({ lastMs }) => lastMs), ...(takenMs === undefined ? [] : [takenMs])];
    const heardMs = heard.length === 0 ? null : Math.max(...heard);
    const blind = this.#watch.look({ nowMs, startedMs: this.#startedMs, heardMs, unreadMs, notReady, parts });
    // What came behind the oldest unread batch is not known to be there or not: nobody is late by it.
    const readMs = Math.min(nowMs, unreadMs ?? nowMs);
    const late = known.flatMap((pace) => {
      const { sender } = pace;
      const lateness = active.has(sender) ? latenessOf(pace, readMs, expected.get(sender)) : undefined;
      return lateness?.isLate === true ? [{ sender, ...lateness }] : [];
    });
    const quietestMs = known.findLast(({ sender }) => active.has(sender))?.lastMs;
    return {
      atMs: nowMs,
      heardMs,
      quietestMs,
      senders: senders.kind === 'done' ? active.size : undefined,
      blind,
      late,
    };
  }
}
