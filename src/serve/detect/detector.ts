import { Worker } from 'node:worker_threads';
import type { Decoded, TextAnswer } from '../../intake/index.ts';
import type { Apart } from '../../live/index.ts';
import type { Pin } from '../../pins/index.ts';
import type { Source } from '../../windows/index.ts';
import { buffersOf, type PackedImage } from './detection-image.ts';
import type {
  ContextAsk,
  DetectBegin,
  DetectRequest,
  FromDetect,
  ImageAnswer,
  SettledIncidents,
  ToDetect,
} from './messages.ts';

/** What detection is given of a batch. */
export interface FedBatch {
  readonly position: number;
  /** The way that it came: all of one sender are one source (SETTLED B11). */
  readonly source: Source;
  /** What of it came another way (L18). */
  readonly apart?: Apart;
  readonly decoded: Decoded<TextAnswer> | undefined;
  /** Unix milliseconds. */
  readonly arriveMs: number;
}

/** What the heap of the thread may take, bytes: beside the window, and for each byte of it; [M] with 256 MiB and a full window 2.5 GB were taken (docs/speed.md). */
const HEAP_BYTES = 2 ** 30;
const HEAP_TIMES_HELD = 12;

/** The thread of detection, as the main thread sees it. */
export class Detector {
  readonly #worker: Worker;
  /** Settles with why, when the thread ended by itself. */
  readonly died: Promise<string>;
  #isClosing = false;
  #hasEnded = false;
  #image: PromiseWithResolvers<ImageAnswer['image']> | undefined;

  constructor(
    request: DetectRequest,
    onStep: (step: FromDetect) => void,
    onAsk: (ask: ContextAsk) => void = () => undefined,
    image?: PackedImage,
  ) {
    // The compiler rewrites import specifiers only, so the extension is taken from the running file.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./detect-worker.${extension}`, import.meta.url), {
      workerData: { request, ...(image === undefined ? {} : { image }) } satisfies DetectBegin,
      transferList: image === undefined ? [] : buffersOf(image),
      name: 'detection',
      // By itself it would be a quarter of the machine, at most 4 GiB, whatever the window holds.
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil((HEAP_BYTES + HEAP_TIMES_HELD * request.heldBytes) / 2 ** 20),
      },
    });
    this.#worker.on('message', (message: FromDetect | ContextAsk | ImageAnswer) => {
      if (message.kind === 'ask') onAsk(message);
      else if (message.kind === 'image') this.#imaged(message);
      else onStep(message);
    });
    this.died = new Promise((resolve) => {
      let trouble = 'it ended by itself';
      this.#worker.on('error', (cause: Error) => {
        trouble = cause.stack ?? cause.message;
      });
      this.#worker.on('exit', () => {
        this.#hasEnded = true;
        this.#imaged({});
        if (!this.#isClosing) resolve(trouble);
      });
    });
  }

  /** Hands events over; their rows are the thread's from now on. `isOld`: they were judged before this start. */
  feed(batch: FedBatch, isOld: boolean): void {
    const { position, source, apart, decoded, arriveMs } = batch;
    if (decoded === undefined) {
      this.#send({ kind: 'empty', position });
      return;
    }
    const message: ToDetect = {
      kind: 'batch',
      position,
      source,
      ...(apart === undefined ? {} : { apart }),
      decoded,
      arriveMs,
      isOld,
    };
    this.#send(message, [decoded.answer.rows.bytes.buffer as ArrayBuffer]);
  }

  /** A batch of which nothing is to be judged. */
  passOver(position: number, decoded: Decoded<TextAnswer> | undefined): void {
    this.#send(decoded === undefined ? { kind: 'empty', position } : { kind: 'passedOver', position, decoded });
  }

  /** Events of the archive beside a backlog; their rows are the thread's from now on. */
  beside(batch: Omit<Extract<ToDetect, { kind: 'context' }>, 'kind'>): void {
    this.#send({ kind: 'context', ...batch }, [batch.decoded.answer.rows.bytes.buffer as ArrayBuffer]);
  }

  /** All that an ask brings was given. */
  answered(ask: number, bytes: number): void {
    this.#send({ kind: 'answered', ask, bytes });
  }

  /** Batches are missing that came before a time, Unix milliseconds. */
  hole(untilMs: number): void {
    this.#send({ kind: 'hole', untilMs });
  }

  /** A position that holds no batch. */
  pass(position: number): void {
    this.#send({ kind: 'empty', position });
  }

  /** What the state made of the last step. */
  settled(incidents: SettledIncidents): void {
    this.#send({ kind: 'settled', ...incidents });
  }

  /** Other rules: the window stays, and is judged again by them. */
  useRules(rules: Pick<DetectRequest, 'rules' | 'pack' | 'rulesNumber'>): void {
    this.#send({ kind: 'rules', ...rules });
  }

  /** Other pins: what was taken stays, and is judged again. */
  usePins(pins: readonly Pin[]): void {
    this.#send({ kind: 'pins', pins });
  }

  /** Everything that can be said is to be said, whatever the watermarks. */
  finish(): void {
    this.#send({ kind: 'finish' });
  }

  /** What the window holds, when the judgement under way has ended, `kept` where nothing came since that position; undefined where there is none to have now. Rejects where it could not be made. */
  image(keptTo: number): Promise<PackedImage | 'kept' | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    if (this.#image === undefined) {
      this.#image = Promise.withResolvers();
      this.#send({ kind: 'image', keptTo });
    }
    return this.#image.promise;
  }

  #imaged({ image, trouble }: Omit<ImageAnswer, 'kind'>): void {
    if (trouble === undefined) this.#image?.resolve(image);
    else this.#image?.reject(new Error(trouble));
    this.#image = undefined;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#imaged({});
    await this.#worker.terminate();
  }

  #send(message: ToDetect, handed: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...handed]);
  }
}
