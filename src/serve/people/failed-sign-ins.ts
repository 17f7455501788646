import type { ApiRequest } from '../../api/index.ts';
import type { State } from '../../state/index.ts';
import type { Log } from '../log.ts';
import { SparseLog } from '../sparse-log.ts';

const HOUR_MS = 3_600_000;
/** Rows of an hour: of accounts that somebody has, and of names that nobody has. */
const MOST_ROWS = { known: 240, unknown: 60 } as const;

interface Hour {
  beganMs: number;
  rows: number;
  /** Failures without a row since the last one. */
  left: number;
}

/**
 * Writes failed attempts to sign in to the audit. Strangers cause them, from as many addresses as they have, and the audit is never shortened: so an hour has a bound, and the next
 * row says how many had none (`unwritten`). The log and the metric have all of them.
 */
export class FailedSignIns {
  readonly #state: State;
  readonly #log: SparseLog;
  readonly #nowMs: () => number;
  readonly #hours = {
    known: { beganMs: Number.NEGATIVE_INFINITY, rows: 0, left: 0 },
    unknown: { beganMs: Number.NEGATIVE_INFINITY, rows: 0, left: 0 },
  };

  constructor(state: State, log: Log, nowMs: () => number) {
    this.#state = state;
    this.#log = new SparseLog(log, nowMs);
    this.#nowMs = nowMs;
  }

  /** `person`: the name, where somebody has it. What was typed as another may be a password, and is written nowhere. */
  async note(person: string | undefined, { peer: address, id }: Pick<ApiRequest, 'peer' | 'id'>): Promise<void> {
    this.#log.info('sign-in failed', { request: id, ...(person === undefined ? {} : { person }), peer: address });
    const atMs = this.#nowMs();
    const kind = person === undefined ? 'unknown' : 'known';
    const unwritten = roomIn(this.#hours[kind], MOST_ROWS[kind], atMs);
    if (unwritten === undefined) return;
    await this.#state.call('appendAudit', {
      by: { who: 'anonymous', atMs, via: { address, request: id } },
      act: {
        action: 'session.refused',
        object: person === undefined ? 'person' : `person/${person}`,
        result: { address, ...(unwritten === 0 ? {} : { unwritten }) },
      },
    });
  }
}

/** Takes room for a row: how many failures had none before it; undefined where there is none. */
function roomIn(hour: Hour, most: number, nowMs: number): number | undefined {
  if (nowMs - hour.beganMs >= HOUR_MS || nowMs < hour.beganMs) {
    hour.beganMs = nowMs;
    hour.rows = 0;
  }
  if (hour.rows >= most) {
    hour.left++;
    return undefined;
  }
  hour.rows++;
  const { left } = hour;
  hour.left = 0;
  return left;
}
