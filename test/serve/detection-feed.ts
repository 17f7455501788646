import { toEnd } from '../../src/live/index.ts';
import { Detection } from '../../src/serve/detect/detection.ts';
import type { JudgedStep } from '../../src/serve/detect/messages.ts';
import { Stream } from '../live/streams.ts';

const DAY_MS = 86_400_000;

function request(): ConstructorParameters<typeof Detection>[0] {
  return { latenessMs: 120_000, heldMs: DAY_MS, heldBytes: 64 << 20, fillTo: 0, known: [] };
}

/** Batches into detection without threads, judged at times that the test says. */
export class Feed {
  readonly detection: Detection;
  readonly steps: JudgedStep[] = [];
  readonly #stream = new Stream();
  #position = 0;

  constructor(given: Partial<ConstructorParameters<typeof Detection>[0]> = {}) {
    this.detection = new Detection({ ...request(), ...given });
  }

  send(sent: readonly string[], sender: string, arriveMs: number): this {
    const source = { file: `sender:${sender}` };
    const decoded = this.#stream.decode(sent, source);
    this.detection.take({
      kind: 'batch',
      position: ++this.#position,
      source,
      decoded,
      arriveMs,
      isOld: false,
    });
    return this;
  }

  /** Glances at what came, if that is due. */
  glance(nowMs: number): JudgedStep | undefined {
    const due = this.detection.glanceDueMs(nowMs);
    return due === undefined || due > nowMs ? undefined : this.detection.glance(() => nowMs);
  }

  /** Judges all that is due at a time of the clock. */
  at(nowMs: number): this {
    for (let i = 0; i < 10; i++) {
      const due = this.detection.dueMs(nowMs);
      if (due === undefined || due > nowMs) break;
      this.steps.push(toEnd(this.detection.judging(() => nowMs)));
    }
    return this;
  }

  told(): readonly string[] {
    return this.steps.flatMap(({ told }) => told.map(({ id, version }) => `${id} ${version}`));
  }
}
