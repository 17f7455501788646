import { foundKey, type KnownFound, type KnownIncident } from '../../src/live/index.ts';
import { Detection } from '../../src/serve/detect/detection.ts';
import type { DetectRequest, JudgedStep } from '../../src/serve/detect/messages.ts';
import { toEnd } from '../../src/windows/index.ts';
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

  /** What was judged before this start, and fills the window. */
  refill(sent: readonly string[], sender: string, arriveMs: number): this {
    return this.send(sent, sender, arriveMs, true);
  }

  send(sent: readonly string[], sender: string, arriveMs: number, isOld = false): this {
    const source = { file: `sender:${sender}` };
    const decoded = this.#stream.decode(sent, source);
    this.detection.take({
      kind: 'batch',
      position: ++this.#position,
      source,
      decoded,
      arriveMs,
      isOld,
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

  /** Judges once, whatever is due. */
  once(nowMs: number): this {
    const due = this.detection.dueMs(nowMs);
    if (due !== undefined && due <= nowMs) this.steps.push(toEnd(this.detection.judging(() => nowMs)));
    return this;
  }

  /** What the state remembers of the steps, and a start gives detection. */
  known(others: readonly JudgedStep[] = []): Pick<DetectRequest, 'known' | 'knownFound'> {
    const incidents = new Map<string, KnownIncident>();
    const found = new Map<string, Omit<KnownFound, 'standing'>>();
    for (const step of [...this.steps, ...others]) {
      for (const one of step.told) incidents.set(one.id, { ...one, standing: 'told' });
      const ends = { merged: step.superseded, withdrawn: step.withdrawn, final: step.final.map((id) => ({ id })) };
      for (const standing of ['merged', 'withdrawn', 'final'] as const) {
        for (const { id } of ends[standing]) {
          const one = incidents.get(id);
          if (one !== undefined) incidents.set(id, { ...one, standing });
        }
      }
      for (const one of step.found.told) found.set(foundKey(one), { ...one, incident: one.incident ?? undefined });
      for (const one of [...step.found.withdrawn, ...step.found.final]) found.delete(foundKey(one));
    }
    return { known: [...incidents.values()], knownFound: [...found.values()] };
  }

  told(): readonly string[] {
    return this.steps.flatMap(({ told }) => told.map(({ id, version }) => `${id} ${version}`));
  }
}
