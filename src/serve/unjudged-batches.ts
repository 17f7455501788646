import type { SeenLog } from '../live/index.ts';
import type { EnvelopeHeader, FileChunk } from '../receive/index.ts';
import type { NewDeadLetter, StepWrite } from '../state/index.ts';
import { identityText, identityUntilMs } from './batch-taker.ts';

/** What is remembered of a batch until it is judged: its bytes are in the journal. */
export interface Unjudged {
  readonly position: number;
  readonly header: EnvelopeHeader | undefined;
  readonly bytes: number;
  readonly deadLetters: readonly NewDeadLetter[];
  readonly chunk?: FileChunk | undefined;
  readonly logs: readonly SeenLog[];
}

/** Batches that were read and are not committed, in the order of the journal: all of them are read again after a crash. */
export class UnjudgedBatches {
  readonly #batches: Unjudged[] = [];
  #bytes = 0;

  get batches(): readonly Unjudged[] {
    return this.#batches;
  }

  /** Bytes of them as they were received. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first of them came; undefined where there is none. Unix milliseconds. */
  get oldestMs(): number | undefined {
    return this.#batches.find(({ header }) => header !== undefined)?.header?.receivedMs;
  }

  add(batch: Unjudged): void {
    this.#batches.push(batch);
    this.#bytes += batch.bytes;
  }

  /** Those up to a position. */
  upTo(position: number): readonly Unjudged[] {
    return this.#batches.filter((batch) => batch.position <= position);
  }

  /** What was judged and committed up to a position is remembered no more. */
  committed(position: number): void {
    const { length } = this.upTo(position);
    for (const { bytes } of this.#batches.splice(0, length)) this.#bytes -= bytes;
  }
}

/** What a batch writes with the step that judges it. */
export function writesOf({ position, header, deadLetters, chunk, logs }: Unjudged): readonly StepWrite[] {
  if (header === undefined) return [];
  return [
    {
      kind: 'batch',
      position,
      sender: header.sender,
      identity: identityText(header),
      digest: Buffer.from(header.digest, 'hex'),
      answer: '',
      receivedMs: header.receivedMs,
      untilMs: identityUntilMs(header),
    },
    ...deadLetters.map(letterWrite),
    ...(chunk === undefined ? [] : [pieceOf(position, chunk)]),
    ...(logs.length === 0
      ? []
      : [{ kind: 'coverage', position, sender: header.sender, receivedMs: header.receivedMs, logs } as const]),
  ];
}

/** A dead letter as a step writes it. */
export function letterWrite(letter: NewDeadLetter): StepWrite {
  return { kind: 'deadLetter', ...letter };
}

function pieceOf(position: number, { file, mark, lengths }: FileChunk): StepWrite {
  const { key, path, sha256 } = file;
  return { kind: 'watchedPiece', position, key, path, sha256, mark, events: lengths.length };
}
