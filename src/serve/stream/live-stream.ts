import type { StreamOut } from '../../api/index.ts';
import type { DueTargets, SecondRequest, State, Step, StepResult } from '../../state/index.ts';
import type { Seen } from '../blind/sight.ts';
import type { PartHealth } from '../handlers/health.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { HealthWatch } from './health-watch.ts';
import { MuteEnds } from './mute-ends.ts';
import { HUB_LIMITS, type HubLimits, StreamHub, type StreamRequest } from './stream-hub.ts';
import { ToldChanges } from './told-changes.ts';

export interface LiveStreamParts {
  readonly state: State;
  readonly epoch: number;
  readonly version: string;
  /** Of program and page: an open page that was built otherwise is to be fetched again (SETTLED G16). */
  readonly build: string;
  readonly targets: DueTargets;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: HubLimits;
  nowMs(): number;
}

/** At most four batches of changes a second (SETTLED G6). */
const TICK_MS = 250;
const HEALTH_MS = 5000;
const MUTES_MS = 1000;

/** The stream of changes of a running server: what is committed and what people do goes in, readers take it. */
export class LiveStream {
  readonly #parts: LiveStreamParts;
  readonly #hub: StreamHub;
  readonly #changes: ToldChanges;
  readonly #health = new HealthWatch();
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(parts: LiveStreamParts) {
    const { state, epoch, version, build, targets, log, metrics, limits = HUB_LIMITS, nowMs } = parts;
    this.#parts = parts;
    this.#hub = new StreamHub({
      epoch,
      version,
      build,
      limits,
      nowMs,
      onEnd: (reason) => metrics.count('triad_streams_ended_total', [reason]),
    });
    this.#changes = new ToldChanges(state, this.#hub, {
      clock: () => ({ nowMs: nowMs(), targets }),
      onTrouble: (message) => log.error('changes not told', { message }),
    });
  }

  /** Begins to hand changes on; `health` is asked now and then, `onShown` told when what was hidden shows again. */
  start(
    health: () => Promise<{ readonly status: string; readonly parts: readonly PartHealth[]; readonly seen: Seen }>,
    onShown: () => void,
  ): void {
    const look = async (): Promise<void> => {
      try {
        const { status, parts, seen } = await health();
        const changed = this.#health.look(status, parts, seen.blind);
        if (changed !== undefined) this.#hub.publish('health', changed);
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        this.#parts.log.error('health not told', { message });
      }
    };
    const mutes = new MuteEnds(this.#parts.state, this.#parts.nowMs);
    this.#timers = [
      setInterval(() => this.#hub.tick(), TICK_MS),
      setInterval(() => void look(), HEALTH_MS),
      setInterval(() => void this.#lookAtMutes(mutes, onShown).catch(this.#onMuteTrouble), MUTES_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** The id of the newest change. */
  get place(): string {
    return this.#hub.place;
  }

  committed(step: Step, result: StepResult): void {
    this.#changes.committed(step, result);
  }

  acted(id: string): void {
    this.#changes.acted(id);
  }

  /** What the queue hides is another now: rows and counts are to be read again. */
  suppressed(number: number, change: 'made' | 'ended'): void {
    this.#hub.publish('queue', JSON.stringify({ suppression: number, change }));
  }

  /** Something waits for a second person, or was decided; of one that nobody decides its end tells. */
  requested({ number, state }: SecondRequest): void {
    this.#hub.publish('request', JSON.stringify({ request: number, change: state === 'open' ? 'asked' : state }));
  }

  readonly #onMuteTrouble = (cause: unknown): void => {
    this.#parts.log.error('ends of suppressions not told', {
      message: cause instanceof Error ? cause.message : String(cause),
    });
  };

  /** A suppression that ends by its time is told as one that somebody ends (SETTLED G8). */
  async #lookAtMutes(mutes: MuteEnds, onShown: () => void): Promise<void> {
    const found = await mutes.look();
    if (found === undefined) return;
    for (const number of found.ended) this.suppressed(number, 'ended');
    this.#changes.shown(found.shown);
    onShown();
  }

  refusal(key: string): string | undefined {
    return this.#hub.refusal(key);
  }

  open(request: StreamRequest, out: StreamOut): void {
    this.#hub.open(request, out);
  }

  endOf(key: string | undefined): void {
    this.#hub.endOf(key);
  }

  measure(): void {
    this.#parts.metrics.set('triad_streams_open', this.#hub.streams);
    this.#parts.metrics.set('triad_state_entries', this.#hub.held, ['changes']);
  }

  /** Ends all streams: a listener that closes waits for what is being answered. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#hub.close();
  }
}
