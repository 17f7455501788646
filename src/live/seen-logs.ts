import { settleCoverage } from '../evidence/index.ts';
import type { TextAnswer } from '../intake/index.ts';
import { isChannelWanted } from '../windows/index.ts';

/** What a batch held of one computer, channel and event id; event times in Unix milliseconds, `null` where no record has one that can be. */
export interface SeenLog {
  readonly computer: string;
  readonly channel: string;
  /** −1 for all ids of the channel that are not counted alone. */
  readonly eventId: number;
  readonly records: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** Longest name of a channel that Windows takes, and longest name of a computer. */
const MOST_NAME = 255;

const SYSMON = 'microsoft-windows-sysmon/operational';

/**
 * True of an id that is counted by itself, others of a channel together: what a hunt reads, and Sysmon 8. No analytic reads that one, but rules do, and whoever
 * has such a rule asks which hosts send it (PRODUCT 9.3).
 */
export function isCountedAlone(channel: string, eventId: number): boolean {
  return isChannelWanted(channel, eventId) || (eventId === 8 && channel.toLowerCase() === SYSMON);
}

/** Counters of a batch, whatever of it was kept for joins. */
export function seenLogs({ coverage, end }: TextAnswer): readonly SeenLog[] {
  const logs = new Map<string, SeenLog>();
  for (const row of coverage) {
    const { computer, channel, eventId, count, firstMs, lastMs } =
      end === undefined ? row : settleCoverage(row, end.clock);
    const log: SeenLog = {
      computer: computer.trim().slice(0, MOST_NAME).toLowerCase(),
      channel: channel.slice(0, MOST_NAME),
      eventId: isCountedAlone(channel, eventId) ? eventId : -1,
      records: count,
      firstMs: wholeMs(firstMs),
      lastMs: wholeMs(lastMs),
    };
    const key = `${log.eventId}\u0000${log.computer}\u0000${log.channel}`;
    const before = logs.get(key);
    logs.set(key, before === undefined ? log : together(before, log));
  }
  return [...logs.values()];
}

function together(a: SeenLog, b: SeenLog): SeenLog {
  const known = (values: readonly (number | null)[]): readonly number[] => values.filter((ms) => ms !== null);
  const first = known([a.firstMs, b.firstMs]);
  const last = known([a.lastMs, b.lastMs]);
  return {
    ...a,
    records: a.records + b.records,
    firstMs: first.length === 0 ? null : Math.min(...first),
    lastMs: last.length === 0 ? null : Math.max(...last),
  };
}

function wholeMs(ms: number): number | null {
  return Number.isFinite(ms) ? Math.floor(ms) : null;
}
