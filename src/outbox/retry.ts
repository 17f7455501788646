/** Waits between attempts (SERVE 5.1): 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h. Then it is a dead letter. */
const WAITS_MS: readonly number[] = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000].map((seconds) => seconds * 1000);
/** At most this part is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A receiver may ask for no longer. */
const MOST_WAIT_MS = 36_000_000;

/**
 * When a message is tried again, Unix milliseconds; undefined after the last attempt. `tries` counts the attempts that were made, `chance` lies from 0 to 1.
 * A receiver that says when to come back is heard, within bounds.
 */
export function nextTry(
  tries: number,
  { nowMs, chance, retryAfterMs = 0 }: { nowMs: number; chance: number; retryAfterMs?: number | undefined },
): number | undefined {
  const wait = WAITS_MS[tries - 1];
  if (wait === undefined) return undefined;
  const jittered = wait * (1 + JITTER * Math.min(1, Math.max(0, chance)));
  return nowMs + Math.round(Math.max(jittered, Math.min(retryAfterMs, MOST_WAIT_MS)));
}

/** How long a sink rests that fails time after time, whatever waits for it, milliseconds: it grows to five minutes. */
export function restAfter(failures: number): number {
  return failures < 3 ? 0 : Math.min(300_000, 5000 * 2 ** (failures - 3));
}

/** `Retry-After` as seconds or as a date of HTTP; undefined where it is neither. */
export function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
