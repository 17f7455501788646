import type { PartHealth } from '../handlers/health.ts';

/** Why Triad itself sees nothing, or tells nobody. */
export type BlindCode = 'noSender' | 'lag' | 'refusing' | 'sink';

/** One thing that stands above everything on the page (SETTLED G15). */
export interface Blindness {
  readonly code: BlindCode;
  readonly sinceMs: number;
  /** A sentence for people. */
  readonly text: string;
}

/** What a look rests on; all times Unix milliseconds. */
export interface BlindSigns {
  readonly nowMs: number;
  readonly startedMs: number;
  /** When any sender was heard of last; `null` where none ever was. */
  readonly heardMs: number | null;
  /** When the oldest batch arrived that is kept and not judged yet. */
  readonly unreadMs: number | undefined;
  /** Why no batches are taken now. */
  readonly notReady: string | undefined;
  /** The health of all parts: sinks that deliver nothing any more are what the outbox says that stopped; its dead letters are not. */
  readonly parts: readonly PartHealth[];
}

/** Nothing from any sender for so long, or so far behind: then the queue may look quiet and is not. */
const SILENT_MS = 300_000;
const LAG_MS = 60_000;
const SINKS = 'outbox';

/** Knows since when each of them lasts; what has no beginning of its own began when it was first seen. */
export class BlindWatch {
  readonly #since = new Map<BlindCode, number>();

  look(signs: BlindSigns): readonly Blindness[] {
    const { nowMs, startedMs, heardMs, unreadMs, notReady, parts } = signs;
    const sinks = parts.find(({ part }) => part === SINKS)?.stopped ?? [];
    const silentSinceMs = Math.max(heardMs ?? startedMs, heardMs === null ? startedMs : 0);
    return [
      ...this.#told('noSender', nowMs - silentSinceMs > SILENT_MS, {
        sinceMs: silentSinceMs,
        text: silenceText(heardMs),
      }),
      ...this.#told('lag', unreadMs !== undefined && nowMs - unreadMs > LAG_MS, {
        sinceMs: unreadMs ?? nowMs,
        text: 'Detection is more than a minute behind: what came since then is kept and not judged yet.',
      }),
      ...this.#told('refusing', notReady !== undefined, {
        sinceMs: nowMs,
        text: `No events are taken now: ${notReady ?? ''}.`,
      }),
      ...this.#told('sink', sinks.length > 0, { sinceMs: nowMs, text: `Messages do not go out: ${sinks.join('; ')}.` }),
    ];
  }

  #told(code: BlindCode, isSo: boolean, of: Omit<Blindness, 'code'>): readonly Blindness[] {
    if (!isSo) {
      this.#since.delete(code);
      return [];
    }
    const sinceMs = Math.min(this.#since.get(code) ?? of.sinceMs, of.sinceMs);
    this.#since.set(code, sinceMs);
    return [{ code, text: of.text, sinceMs }];
  }
}

function silenceText(heardMs: number | null): string {
  return heardMs === null
    ? 'No sender has ever sent anything.'
    : 'No sender has sent anything for more than 5 minutes.';
}
