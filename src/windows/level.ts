/** Levels and their borders (L12, DOMAIN 3.3). */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** The scope of a finding (L12): data of its analytic. */
export type Scope = 'wmi' | 'lateral' | 'tamper' | 'posture' | 'custom';

/** Rank 0 (informational) to 4 (critical). */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}

/** The level that a score of 0..100 earns: 0-14, 15-34, 35-59, 60-79, 80-100. */
export function levelOfScore(score: number): Level {
  if (score >= 80) return 'critical';
  if (score >= 60) return 'high';
  if (score >= 35) return 'medium';
  if (score >= 15) return 'low';
  return 'informational';
}

/** The base score of an analytic's level (DOMAIN 3.1). */
export const BASE_SCORE: Readonly<Record<Level, number>> = {
  informational: 5,
  low: 20,
  medium: 40,
  high: 65,
  critical: 85,
};
