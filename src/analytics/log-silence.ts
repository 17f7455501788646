import type { HostTable } from '../entities/index.ts';
import { type CoverageCount, formatTime } from '../windows/index.ts';

const HALF_HOUR_MS = 1_800_000;
/** A channel that is judged speaks in at least this share of the half hours in which others of its host do. */
const REGULAR_SHARE = 0.9;
/** Half hours in which the host must have spoken for that share to mean anything: a day. */
const LEAST_HALF_HOURS = 48;
/** A silence is longer than this many median gaps, and than half an hour (DOMAIN 3.2). */
const MEDIAN_TIMES = 6;

/** A stretch in which a log that else never stops is silent, while others of its host speak. */
export interface Silence {
  /** Host key. */
  readonly host: string;
  /** Channel as written. */
  readonly channel: string;
  /** Unix milliseconds: end of the last half hour with records, begin of the next. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Half hours of it in which other channels spoke. */
  readonly others: number;
}

interface Voice {
  readonly channel: string;
  readonly halfHours: Set<number>;
  /** A part that is no whole log makes its silence meaningless. */
  isWhole: boolean;
}

/**
 * Silences by host and channel, in order of time. Only logs that as a rule speak whenever their host does are judged: a quiet
 * log is silent most of the time, and that says nothing. What comes of half hours is at least as long as it is said to be.
 */
export function silencesOf(coverage: readonly CoverageCount[], hosts: HostTable): readonly Silence[] {
  const byHost = new Map<string, Map<string, Voice>>();
  for (const count of coverage) {
    if (count.recordClass !== 'live' || count.computer === '') continue;
    const host = hosts.keyOf(count.computer);
    const voices = byHost.get(host) ?? new Map<string, Voice>();
    byHost.set(host, voices);
    const key = count.channel.toLowerCase();
    const voice = voices.get(key) ?? { channel: count.channel, halfHours: new Set<number>(), isWhole: true };
    voices.set(key, voice);
    if (count.halfHours === undefined) voice.isWhole = false;
    for (const at of count.halfHours ?? []) voice.halfHours.add(at);
  }
  return [...byHost]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([host, voices]) =>
      [...voices]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, voice]) => silencesOfVoice(host, voice, othersOf(voices, key))),
    );
}

function othersOf(voices: ReadonlyMap<string, Voice>, key: string): ReadonlySet<number> {
  const others = new Set<number>();
  for (const [other, { halfHours }] of voices) if (other !== key) for (const at of halfHours) others.add(at);
  return others;
}

function silencesOfVoice(host: string, voice: Voice, others: ReadonlySet<number>): readonly Silence[] {
  if (!voice.isWhole || voice.halfHours.size < LEAST_HALF_HOURS) return [];
  const spoken = [...voice.halfHours].sort((a, b) => a - b);
  const [first, last] = [spoken[0] ?? 0, spoken.at(-1) ?? 0];
  const heard = [...others].filter((at) => at >= first && at <= last);
  const shared = heard.filter((at) => voice.halfHours.has(at)).length;
  if (heard.length < LEAST_HALF_HOURS || shared < REGULAR_SHARE * heard.length) return [];
  const gaps = spoken.slice(1).map((at, index) => at - (spoken[index] ?? at));
  const median = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1;
  // A gap of n steps holds n - 1 whole half hours.
  const least = MEDIAN_TIMES * median + 1;
  const silences: Silence[] = [];
  for (const [index, gap] of gaps.entries()) {
    const from = spoken[index] ?? 0;
    if (gap < least) continue;
    let heardIn = 0;
    for (let at = from + 1; at < from + gap; at++) if (others.has(at)) heardIn++;
    // A machine that is off is silent in all its logs.
    if (heardIn < MEDIAN_TIMES * median) continue;
    const channel = voice.channel;
    silences.push({
      host,
      channel,
      fromMs: (from + 1) * HALF_HOUR_MS,
      toMs: (from + gap) * HALF_HOUR_MS,
      others: heardIn,
    });
  }
  return silences;
}

/** "from 2026-03-12 09:00 to 2026-03-12 14:30". */
export function silenceWords({ fromMs, toMs }: Silence): string {
  const clock = (ms: number): string => formatTime(ms, 0).slice(0, 16).replace('T', ' ');
  return `from ${clock(fromMs)} to ${clock(toMs)}`;
}
