import { parentPort, workerData } from 'node:worker_threads';
import { Detection } from './detection.ts';
import type { DetectRequest, FromDetect, ToDetect } from './messages.ts';

/** Between looks at the watermark when nothing comes. */
const LOOK_EVERY_MS = 1000;

const port = parentPort;
if (port === null) throw new Error('the thread of detection is begun by the server');

const detection = new Detection(workerData as DetectRequest);
const tell = (message: FromDetect): void => port.postMessage(message);
let timer: NodeJS.Timeout | undefined;
let isPlanned = false;

/** Judges now or later; what has arrived by then is taken first, so that one judgement serves all of it. */
function plan(): void {
  if (isPlanned) return;
  clearTimeout(timer);
  const nowMs = Date.now();
  const dueMs = detection.dueMs(nowMs);
  if (dueMs === undefined) {
    timer = setTimeout(plan, LOOK_EVERY_MS);
    return;
  }
  if (dueMs > nowMs) {
    timer = setTimeout(plan, Math.min(dueMs - nowMs, LOOK_EVERY_MS));
    return;
  }
  isPlanned = true;
  // Messages that wait already are handed over before the next turn of the loop.
  setImmediate(() => {
    isPlanned = false;
    tell(detection.judge(() => Date.now()));
    plan();
  });
}

port.on('message', (message: ToDetect) => {
  detection.take(message);
  if (detection.isQuiet) tell(quietStep());
  else plan();
});
plan();

/** Nothing that was taken can change a judgement: its position is told at once. */
function quietStep(): FromDetect {
  return { kind: 'passed', position: detection.position, unjudgedBytes: detection.unjudgedBytes };
}
