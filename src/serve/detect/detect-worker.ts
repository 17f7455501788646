import { parentPort, workerData } from 'node:worker_threads';
import { Detection } from './detection.ts';
import { buffersOf, packImage } from './detection-image.ts';
import type { DetectBegin, FromDetect, ImageAnswer, ToDetect } from './messages.ts';

/** Between looks at the watermark when nothing comes. */
const LOOK_EVERY_MS = 1000;

const port = parentPort;
if (port === null) throw new Error('the thread of detection is begun by the server');

const begin = workerData as DetectBegin;
const detection = new Detection(begin.request, begin.image);
// Its rows are the window's, which lets go of them.
delete begin.image;
const clock = (): number => Date.now();
const tell = (message: FromDetect): void => port.postMessage(message);
let timer: NodeJS.Timeout | undefined;
let isPlanned = false;
/** The position up to which an image is kept already, while another is wanted. */
let wantedBehind: number | undefined;
/** Taking ahead rests as long as it worked, whatever comes meanwhile. */
let restUntilMs = 0;

/**
 * Judges now or later; what has arrived by then is taken first, so that one judgement serves all of it. Until then an engine takes
 * ahead what can be taken, as long again as it rests.
 */
function plan(): void {
  if (isPlanned) return;
  clearTimeout(timer);
  const nowMs = Date.now();
  glance(nowMs);
  const dueMs = detection.dueMs(nowMs);
  if (dueMs === undefined || dueMs > nowMs) {
    const hasMore = nowMs >= restUntilMs && detection.prepare();
    const tookMs = Date.now() - nowMs;
    if (hasMore) restUntilMs = nowMs + 2 * tookMs;
    const restMs = hasMore
      ? Math.max(1, tookMs)
      : Math.max(1, restUntilMs > nowMs ? restUntilMs - nowMs : LOOK_EVERY_MS);
    const nextMs = Math.min(
      dueMs ?? Number.POSITIVE_INFINITY,
      detection.glanceDueMs(nowMs) ?? Number.POSITIVE_INFINITY,
    );
    timer = setTimeout(plan, Math.min(restMs, LOOK_EVERY_MS, Math.max(0, nextMs - nowMs)));
    return;
  }
  isPlanned = true;
  // Messages that wait already are handed over before the next turn of the loop.
  setImmediate(() => judge(detection.judging(clock)));
}

/** Judges piece by piece: what arrives between two of them is taken, and glanced at where the judgement takes long. */
function judge(pieces: ReturnType<Detection['judging']>): void {
  const piece = pieces.next();
  if (piece.done === true) {
    isPlanned = false;
    tell(piece.value);
    giveImage();
    plan();
    return;
  }
  glance(clock());
  setImmediate(() => judge(pieces));
}

/** Not in the middle of a judgement, of which rows bear marks. */
function giveImage(): void {
  if (wantedBehind === undefined || isPlanned) return;
  // Nobody needs it: where there is no memory for it, detection goes on.
  try {
    const held = detection.image(wantedBehind);
    if (typeof held === 'object') {
      const image = packImage(held);
      answerImage({ image }, buffersOf(image));
    } else answerImage(held === undefined ? {} : { image: held });
  } catch (cause) {
    answerImage({ trouble: String(cause) });
  }
  wantedBehind = undefined;
}

function answerImage(answer: Omit<ImageAnswer, 'kind'>, handed: ArrayBuffer[] = []): void {
  port?.postMessage({ kind: 'image', ...answer } satisfies ImageAnswer, handed);
}

function glance(nowMs: number): void {
  const dueMs = detection.glanceDueMs(nowMs);
  if (dueMs === undefined || dueMs > nowMs) return;
  const step = detection.glance(clock);
  if (step !== undefined) tell(step);
}

port.on('message', (message: ToDetect) => {
  if (message.kind === 'image') {
    wantedBehind = message.keptTo;
    giveImage();
    return;
  }
  detection.take(message);
  const ask = detection.takeAsk();
  if (ask !== undefined) port.postMessage(ask);
  if (detection.isQuiet) tell(quietStep());
  else plan();
});
plan();

/** Nothing that was taken can change a judgement: its position is told at once. */
function quietStep(): FromDetect {
  const { position, takenTo, unjudgedBytes } = detection;
  return { kind: 'passed', position, takenTo, unjudgedBytes };
}
