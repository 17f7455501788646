import type { Settings } from '../config/index.ts';
import { BODY_LIMITS, type BodyLimits } from '../receive/index.ts';

/** What one batch may cost, as the configuration says. */
export function bodyLimitsOf(limits: Settings['limits']): BodyLimits {
  return {
    ...BODY_LIMITS,
    encodedBytes: limits.bodyBytes,
    decodedBytes: limits.decodedBytes,
    ratio: limits.ratio,
    idleMs: limits.idleTime,
    bytesPerSecond: limits.bytesPerSecond,
  };
}
