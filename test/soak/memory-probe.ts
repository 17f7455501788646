/** For `node --import`: each thread of the program writes its memory to the file of `SOAK_MEMORY_PROBE` every few seconds, a line of JSON each. */
import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/** Memory of one thread at one time, bytes. */
export interface ThreadMemory {
  readonly thread: number;
  /** Unix milliseconds. */
  readonly ms: number;
  readonly heapUsed: number;
  /** What the heap has taken of the system's memory. */
  readonly heapTotal: number;
  /** Memory outside of the heap that its objects hold, buffers among it. */
  readonly external: number;
  readonly arrayBuffers: number;
}

/** Between looks. */
export const LOOK_EVERY_MS = 5000;

const file = process.env['SOAK_MEMORY_PROBE'];
if (file !== undefined) {
  setInterval(() => {
    const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    const look: ThreadMemory = { thread: threadId, ms: Date.now(), heapUsed, heapTotal, external, arrayBuffers };
    appendFileSync(file, `${JSON.stringify(look)}\n`);
  }, LOOK_EVERY_MS).unref();
}
