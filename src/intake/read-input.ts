import type { LogUnit, SlotLayout } from '../evtx/index.ts';
import type { Anomaly, Instant, Source } from '../windows/index.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { FilePort, OpenFile } from './file-port.ts';
import type { Input } from './find-inputs.ts';
import type { Holding } from './holding.ts';
import { readArchive } from './inner-reader.ts';
import type { IsAudit, KeptFile, KeptRole } from './kept-role.ts';
import type { ArchiveLimits } from './limits.ts';
import type { NotRead } from './not-read.ts';
import { baseName } from './path-text.ts';
import { Reading } from './reading.ts';
import { type InputKind, isArchive, isReadable, isText, roleOfKind } from './recognise.ts';
import { HEAD_BYTES, unitsOfRange } from './slot-units.ts';
import { blocksOfRange } from './text-blocks.ts';

export interface ReadOptions {
  /** Compute the SHA-256 of the file: in the read itself, for a zip in a second pass over the open file (SETTLED A19). */
  readonly hash: boolean;
  /**
   * Each unit and block gets a buffer of its own that may be transferred to another thread. Without it its bytes are valid
   * until the next step is asked for.
   */
  readonly ownBuffers: boolean;
  /** Where those buffers come from, when they come back. */
  readonly buffers?: BufferPool;
  readonly limits?: Partial<ArchiveLimits>;
  /** Bytes of the input file that were passed since the last call; they sum up to its size. */
  readonly onProgress?: (bytes: number) => void;
  /** Logs, texts and kept files to read; the others are passed over. Default: all. */
  readonly wants?: (source: Source) => boolean;
  /** Where the run keeps what it needs at random places. Default: memory of this reading alone. */
  readonly holding?: Holding;
  /** Keeps the files that are needed whole; without it they are passed over. */
  readonly keep?: {
    readonly isAudit?: IsAudit;
  };
  /** Tried in order on encrypted members. */
  readonly passwords?: readonly string[];
}

/**
 * What reading an input gives, in this order: for each log its start, units and end, for each text its start, blocks and end,
 * for each kept file the file; then the end of the input.
 */
export type ReadStep =
  | {
      readonly kind: 'log';
      readonly source: Source;
      /** Its anomalies are the caller's to report. */
      readonly layout: SlotLayout;
      /** Size of the log, where it is known before it is read. */
      readonly bytes: number | undefined;
    }
  | { readonly kind: 'unit'; readonly unit: LogUnit }
  | {
      readonly kind: 'logEnd';
      readonly source: Source;
      readonly layout: SlotLayout;
      readonly bytes: number;
      /** Slots that were handed out, the last of which may be cut. */
      readonly slots: number;
    }
  | {
      readonly kind: 'text';
      readonly source: Source;
      /** Its size, where it is known before it is read. */
      readonly bytes?: number;
    }
  /** The next bytes of the text, at most `BLOCK_BYTES`; none is empty. */
  | { readonly kind: 'block'; readonly source: Source; readonly bytes: Uint8Array }
  | { readonly kind: 'textEnd'; readonly source: Source; readonly bytes: number }
  /** A file that is needed whole, readable until the holding is closed. */
  | {
      readonly kind: 'kept';
      readonly role: KeptRole;
      readonly source: Source;
      /** Its name without folders. */
      readonly name: string;
      readonly file: KeptFile;
      /** When it was last written, where the collection kept that in UTC (SETTLED D1). */
      readonly modified: Instant | undefined;
    }
  | { readonly kind: 'inputEnd'; readonly end: InputEnd };

export interface InputEnd {
  readonly source: Source;
  readonly kind: InputKind;
  readonly bytes: number;
  /** Absent when it was not asked for, and when the file changed while it was read. */
  readonly sha256?: string;
  /** Logs and texts that were found in it. */
  readonly logs: number;
  readonly anomalies: readonly Anomaly[];
  readonly notRead: readonly NotRead[];
}

/**
 * Reads one input: a loose log, text or kept file, or those in a zip, tar, gz, zst or 7z file and in archives inside it, in
 * place and in order. Memory is bounded whatever the sizes; nothing is written but to the holding. Trouble is in the anomalies and
 * costs its smallest unit (L21); a file that cannot be opened is an input without logs.
 *
 * ```ts
 * for await (const step of readInput(input, port, { hash: true, ownBuffers: false })) {
 *   if (step.kind === 'unit') decoder.decodeUnit(step.unit, sink);
 * }
 * ```
 */
export async function* readInput(input: Input, port: FilePort, options: ReadOptions): AsyncGenerator<ReadStep, void> {
  const reading = new Reading(input, options);
  if (isReadable(input.kind)) yield* reading.run(port, readerOf(input.kind, port));
  yield { kind: 'inputEnd', end: reading.end() };
}

function readerOf(
  kind: InputKind,
  port: FilePort,
): (reading: Reading, file: OpenFile) => AsyncGenerator<ReadStep, void> {
  if (isArchive(kind)) {
    return (reading, file) =>
      readArchive(reading, kind, { source: reading.input.source, file, bytes: reading.bytes, depth: 0 });
  }
  const role = roleOfKind(kind);
  if (role !== undefined) return (reading) => readLooseKept(reading, port, role);
  return isText(kind) ? readLooseText : readLooseLog;
}

async function* readLooseKept(reading: Reading, port: FilePort, role: KeptRole): AsyncGenerator<ReadStep, void> {
  const { source, modified, kind } = reading.input;
  if (!reading.wants(source)) return;
  if (!reading.keeps) {
    reading.passOver(source, source.file, kind, reading.bytes);
    return;
  }
  const file = reading.holding.loose(port, source.file, reading.bytes);
  yield { kind: 'kept', role, source, name: baseName(source.file), file, modified };
}

async function* readLooseText(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const { source } = reading.input;
  if (!reading.wants(source)) return;
  const range = { start: 0, length: reading.bytes };
  const blocks = blocksOfRange(file, range, reading.allocate(), {
    saw: (bytes, position) => reading.saw(bytes, position),
    unreadable: (error, offset, bytes) => reading.unreadableText(error, source, offset, bytes),
  });
  yield* reading.text(source, reading.bytes, blocks);
}

async function* readLooseLog(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const { source } = reading.input;
  if (!reading.wants(source)) return;
  const head = Buffer.allocUnsafeSlow(Math.min(HEAD_BYTES, reading.bytes));
  const known = head.subarray(0, await file.read(head, 0));
  const layout = reading.locate(source, source.file, known, reading.bytes);
  if (layout === undefined) return;
  reading.saw(known, 0);
  const range = { start: 0, length: reading.bytes };
  const units = unitsOfRange({ source, layout }, file, range, known, reading.allocate(), {
    saw: (bytes, position) => reading.saw(bytes, position),
    unreadable: (error, offset) => reading.unreadable(error, source, offset),
  });
  yield* reading.log(source, layout, reading.bytes, units);
}
