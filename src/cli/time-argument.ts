import { type Instant, parseTime } from '../windows/index.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A time of the command line: ISO 8601 (UTC without a zone), or `-24h`, `-7d` counted back from the start of the run. */
export function parseTimeArgument(text: string, runStartMs: number): Instant | undefined {
  const relative = /^-(\d{1,6})([smhdw])$/.exec(text);
  if (relative === null) return parseTime(text);
  return { ms: runStartMs - Number(relative[1]) * (UNIT_MS[relative[2] ?? ''] ?? 0), ticks: 0 };
}
