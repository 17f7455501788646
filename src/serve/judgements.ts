import type { WindowCounts } from '../live/index.ts';
import { parseTime } from '../windows/index.ts';
import type { JudgedStep } from './detect/messages.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What is known of judging: how long it takes, what it holds, how far the watermark is. */
export class Judgements {
  readonly #metrics: Metrics;
  readonly #log: Log;
  #last: JudgedStep | undefined;
  #count = 0;
  #waiting: ((step: JudgedStep) => void)[] = [];

  constructor(metrics: Metrics, log: Log) {
    this.#metrics = metrics;
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  get last(): JudgedStep | undefined {
    return this.#last;
  }

  get counts(): WindowCounts | undefined {
    return this.#last?.counts;
  }

  /** Of what is older than the window; undefined where nothing is. */
  get backlog(): WindowCounts | undefined {
    return this.#last?.backlog;
  }

  /** A judgement that is committed. */
  add(step: JudgedStep): void {
    if (step.isGlance !== true) {
      this.#last = step;
      this.#count++;
    }
    const kind = step.isGlance === true ? 'triad_glance_duration_seconds' : 'triad_judge_duration_seconds';
    this.#metrics.observe(kind, step.judgeMs / 1000);
    for (const { version, times } of step.told) {
      const [arrive, alert] = [parseTime(times.arrive.time), parseTime(times.alert.time)];
      // A backlog is outside of live figures (SERVE 0.1: 4), and a later version was told before.
      if (version !== 1 || times.isRetrospective || arrive === undefined || alert === undefined) continue;
      this.#metrics.observe('triad_detect_latency_seconds', Math.max(0, alert.ms - arrive.ms) / 1000);
    }
    for (const { id, version, level, title } of step.told) {
      // A line has a level of its own.
      this.#log.info('incident', { id, version, incidentLevel: level, title });
    }
    for (const { id, mergedInto } of step.superseded) this.#log.info('incident merged', { id, mergedInto });
    for (const { id } of step.withdrawn) this.#log.info('incident withdrawn', { id });
    if (step.isGlance === true) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(step);
  }

  /** The next judgement. */
  next(): Promise<JudgedStep> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What is not well, in sentences (L15). */
  get degraded(): readonly string[] {
    const all = [...Object.entries(this.counts?.lost ?? {}), ...Object.entries(this.backlog?.lost ?? {})];
    const lost = all.filter(([reason]) => reason !== 'expired' && reason !== 'fault');
    const evicted = Object.entries(this.#last?.evicted ?? {});
    const fault = all.reduce((sum, [reason, rows]) => (reason === 'fault' ? sum + rows : sum), 0);
    return [
      ...(fault === 0
        ? []
        : [`${fault} event(s) are judged no more, since a judgement ended with them: a bug, please tell of it`]),
      ...lost.map(([reason, rows]) => `${rows} event(s) are held for joins no longer, for want of room (${reason})`),
      ...evicted.map(([table, rows]) => `${rows} row(s) of ${table} were let go of in the last judgement`),
    ];
  }

  /** Puts the gauges right. */
  measure(nowMs: number): void {
    const last = this.#last;
    if (last === undefined) return;
    this.#metrics.set('triad_state_entries', last.counts.rows, ['window']);
    for (const [reason, rows] of Object.entries(last.counts.lost)) {
      this.#metrics.set('triad_state_evictions_total', rows, ['window', reason]);
    }
    this.#metrics.set('triad_state_entries', this.backlog?.rows ?? 0, ['backlog']);
    this.#metrics.set('triad_sources_active', last.activeSources);
    this.#metrics.set('triad_sources_silent', last.silentSources);
    if (Number.isFinite(last.watermarkMs)) {
      this.#metrics.set('triad_watermark_lag_seconds', Math.max(0, nowMs - last.watermarkMs) / 1000);
    }
  }
}
