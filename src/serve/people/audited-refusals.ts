import type { State } from '../../state/index.ts';
import type { Log } from '../log.ts';

/** The same refusal of the same caller is written again after so long: a client in a loop fills no audit. */
const AGAIN_MS = 60_000;
/** Of a key, which is a program's: a scraper with the wrong one goes on for years. */
const KEY_AGAIN_MS = 86_400_000;
const MOST_REMEMBERED = 10_000;

export interface Refusal {
  readonly who: string;
  /** Of who is signed in; absent where a key was shown. */
  readonly session?: number;
  readonly route: string;
  readonly code: string;
  readonly peer: string;
  /** Id of the request. */
  readonly request: string;
}

/** Writes to the audit what was refused to those who are known (TRUST 6). */
export class AuditedRefusals {
  readonly #state: State;
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #told = new Map<string, number>();

  constructor(state: State, log: Log, nowMs: () => number) {
    this.#state = state;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  async note({ who, session, route, code, peer, request }: Refusal): Promise<void> {
    const atMs = this.#nowMs();
    const key = `${who} ${route} ${code}`;
    if (atMs < (this.#told.get(key) ?? 0)) return;
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.set(key, atMs + (session === undefined ? KEY_AGAIN_MS : AGAIN_MS));
    const act = { action: 'refused', object: `route/${route}`, result: { code } };
    const via = { ...(session === undefined ? {} : { session }), address: peer, request };
    const kept = await this.#state.call('appendAudit', { by: { who, atMs, via }, act });
    if (kept.kind === 'refused') this.#log.warn('refusal not audited', { code: kept.code, message: kept.message });
  }
}
