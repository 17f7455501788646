import { Worker } from 'node:worker_threads';

/** Seals segments one after the other, each in a thread that ends with it. */
export class Sealing {
  readonly #start: (segment: number) => Promise<boolean>;
  readonly #waiting: number[] = [];
  readonly #known = new Set<number>();
  #running: Promise<void> | undefined;
  #isStopped = false;
  failures = 0;

  /** `start` seals one segment, and says whether it could. */
  constructor(start: (segment: number) => Promise<boolean>) {
    this.#start = start;
  }

  add(segments: readonly number[]): void {
    for (const segment of segments) {
      if (this.#known.has(segment)) continue;
      this.#known.add(segment);
      this.#waiting.push(segment);
    }
    if (this.#waiting.length > 0) this.#running ??= this.#run();
  }

  /** Settles when nothing is left to seal. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Begins no other segment, and waits for the one that is being sealed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined && !this.#isStopped; next = this.#waiting.shift()) {
      if (!(await this.#start(next))) this.failures += 1;
    }
    this.#running = undefined;
  }
}

/** Seals one segment in a thread; says whether its slices are there. */
export function sealInThread(folder: string, storeId: Uint8Array, segment: number): Promise<boolean> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workerData = { folder, storeId, segment };
  const worker = new Worker(new URL(`./seal-worker.${extension}`, import.meta.url), {
    workerData,
    name: 'archive-seal',
  });
  return new Promise((resolve) => {
    let isSealed = false;
    worker.on('message', (message: unknown) => {
      isSealed = message === true;
    });
    worker.on('error', () => {
      isSealed = false;
    });
    worker.on('exit', () => resolve(isSealed));
  });
}
