import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AnomalyTally } from '../evidence/index.ts';
import { LogDecoder, type LogUnit, type RecordView } from '../evtx/index.ts';
import {
  type FilePort,
  type FoundInputs,
  findInputs,
  isReadable,
  type PathProblem,
  type ReadOptions,
  readInput,
} from '../intake/index.ts';
import { memberName } from '../report/index.ts';
import type { ShapeMap, TextReader, TextResult } from '../shapes/index.ts';
import {
  type Anomaly,
  compareRecordIds,
  formatTime,
  type Instant,
  isPrintableMs,
  type RecordId,
  type Source,
  type Zone,
} from '../windows/index.ts';
import { dumpReader, TextPrinter } from './dump-text.ts';
import { openHolding } from './spool-file.ts';

/** Which records `triad dump` prints. */
export interface DumpFilter {
  /** Lower case; empty means all. */
  readonly channels: ReadonlySet<string>;
  readonly eventIds: ReadonlySet<number>;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly recordId?: RecordId;
  /** Bytes in the innermost file. */
  readonly offset?: number;
  /** Path inside a container, or its end. */
  readonly member?: string;
}

export interface DumpRequest {
  readonly paths: readonly string[];
  readonly port: FilePort;
  readonly filter: DumpFilter;
  readonly format: 'jsonl' | 'xml';
  readonly carve: boolean;
  /** `--map`: mappings of the user's own. */
  readonly maps?: readonly ShapeMap[];
  /** `--assume-zone`: the zone of local times. */
  readonly assumedZone?: Zone;
  /** `--password-file`: tried in order on encrypted members. */
  readonly passwords?: readonly string[];
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  readonly write: (text: string) => Promise<void>;
  /** False once nobody reads what is written. */
  readonly isWanted: () => boolean;
  readonly onTemporaryFolder?: (folder: string) => void;
}

export type DumpOutcome =
  | { readonly kind: 'problems'; readonly problems: readonly PathProblem[] }
  | { readonly kind: 'nothing'; readonly found: FoundInputs }
  | {
      readonly kind: 'done';
      readonly printed: number;
      readonly skippedByFilter: number;
      readonly rejected: number;
      readonly anomalies: readonly Anomaly[];
    };

/** Text of chunks that wait for their turn in memory before they go to a private file. */
const PENDING_CHARACTERS = 32 * 1024 * 1024;

/**
 * Prints decoded records in record-id order: a first pass finds the order of the chunks (a ring's oldest need not come
 * first, EVTX 6.3), a second one prints (SETTLED A32).
 */
export async function dump(request: DumpRequest): Promise<DumpOutcome> {
  const found = await findInputs(request.paths, request.port);
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  const tally = new AnomalyTally();
  tally.addWhole(found.anomalies);
  const totals = { printed: 0, skippedByFilter: 0, rejected: 0 };
  let logs = 0;
  const holding = openHolding(request);
  const reading: ReadOptions = {
    hash: false,
    ownBuffers: false,
    wants: wants(request),
    holding,
    ...(request.passwords === undefined ? {} : { passwords: request.passwords }),
  };
  for (const input of found.inputs) {
    if (!isReadable(input.kind) || request.signal.aborted) continue;
    const order = await firstPass(input, request, reading);
    const printer = new LogPrinter(request, totals, order);
    let text: TextPrinter | undefined;
    try {
      for await (const step of readInput(input, request.port, reading)) {
        if (request.signal.aborted || !request.isWanted()) break;
        if (step.kind === 'log') {
          logs++;
          tally.add(step.source, step.layout.anomalies);
          printer.open(step.source);
        } else if (step.kind === 'unit') {
          tally.add(step.unit.source, await printer.unit(step.unit));
        } else if (step.kind === 'logEnd') {
          await printer.end();
        } else if (step.kind === 'text') {
          const first = order.texts.get(keyOf(step.source));
          if (first === undefined) continue;
          logs++;
          tally.add(step.source, first.anomalies);
          text = new TextPrinter(step.source, first, request, totals);
        } else if (step.kind === 'block') {
          const printed = text?.push(step.bytes) ?? '';
          if (printed !== '') await request.write(printed);
        } else if (step.kind === 'textEnd') {
          const printed = text?.end() ?? '';
          if (printed !== '') await request.write(printed);
          text = undefined;
        } else if (step.kind === 'inputEnd') {
          tally.addWhole(step.end.anomalies);
        }
      }
    } finally {
      printer.close();
    }
  }
  holding.close();
  if (logs === 0 && !request.signal.aborted) return { kind: 'nothing', found };
  return { kind: 'done', ...totals, anomalies: tally.list() };
}

function wants(request: DumpRequest): (source: Source) => boolean {
  const { member } = request.filter;
  if (member === undefined) return () => true;
  const folded = plainPath(member);
  return (source) => {
    const path = plainPath(memberName(source.container ?? []));
    return path === folded || path.endsWith(`/${folded}`);
  };
}

/** One separator, so that a path can be typed as it is shown, or with slashes alone. */
function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replaceAll('!/', '/');
}

interface FirstPass {
  /** Slots in the order in which they are printed, by log. */
  readonly bySource: ReadonlyMap<string, readonly number[]>;
  /** What each text came to: the clock of its times. */
  readonly texts: ReadonlyMap<string, TextResult>;
}

/**
 * The order of the slots of each log in an input, by the lowest EventRecordID found in the data, then by place; and the clock of
 * each text.
 */
async function firstPass(
  input: FoundInputs['inputs'][number],
  request: DumpRequest,
  reading: ReadOptions,
): Promise<FirstPass> {
  // One record at a known place of a log needs no order.
  const needsOrder = request.filter.offset === undefined;
  const texts = new Map<string, TextResult>();
  let text: TextReader | undefined;
  const ignore = { onEvent: (): void => {} };
  const bySource = new Map<string, number[]>();
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  let firstIds = new Map<number, RecordId | undefined>();
  const sink = {
    onRecord: (view: RecordView): void => {
      if (!firstIds.has(view.slot)) firstIds.set(view.slot, view.recordId ?? view.headerRecordId);
    },
  };
  for await (const step of readInput(input, request.port, reading)) {
    if (request.signal.aborted) break;
    if (step.kind === 'log') firstIds = new Map();
    else if (step.kind === 'unit' && needsOrder) decoder.decodeUnit(step.unit, sink);
    else if (step.kind === 'logEnd' && needsOrder) bySource.set(keyOf(step.source), slotsInOrder(firstIds, step.slots));
    else if (step.kind === 'text') text = dumpReader(step.source, request);
    else if (step.kind === 'block') text?.push(step.bytes, ignore);
    else if (step.kind === 'textEnd' && text !== undefined) texts.set(keyOf(step.source), text.end(ignore));
  }
  return { bySource, texts };
}

/** Slots without a live record keep their place after the slot before them. */
function slotsInOrder(firstIds: ReadonlyMap<number, RecordId | undefined>, slots: number): number[] {
  const groups: { id: RecordId | undefined; slots: number[] }[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const id = firstIds.get(slot);
    const last = groups.at(-1);
    if (id === undefined && last !== undefined) last.slots.push(slot);
    else groups.push({ id, slots: [slot] });
  }
  groups.sort((a, b) => compareRecordIds(a.id, b.id));
  return groups.flatMap((group) => group.slots);
}

function keyOf(source: Source): string {
  return [source.file, ...(source.container ?? [])].join('\u0000');
}

/** Prints the records of one input, slot by slot in their order; what comes too early waits. */
class LogPrinter {
  readonly #request: DumpRequest;
  readonly #totals: { printed: number; skippedByFilter: number; rejected: number };
  readonly #decoder: LogDecoder;
  readonly #order: FirstPass;
  readonly #pending: PendingTexts;
  #source: Source | undefined;
  #slots: readonly number[] = [];
  #next = 0;

  constructor(
    request: DumpRequest,
    totals: { printed: number; skippedByFilter: number; rejected: number },
    order: FirstPass,
  ) {
    this.#request = request;
    this.#totals = totals;
    this.#order = order;
    this.#decoder = new LogDecoder({ carve: request.carve, collectTemplates: false });
    this.#pending = new PendingTexts(request);
  }

  open(source: Source): void {
    this.#source = source;
    this.#slots = this.#order.bySource.get(keyOf(source)) ?? [];
    this.#next = 0;
  }

  async unit(unit: LogUnit): Promise<ReturnType<LogDecoder['decodeUnit']>['anomalies']> {
    const { offset } = this.#request.filter;
    const texts = new Map<number, string>();
    const isElsewhere =
      offset !== undefined && (offset < unit.fileOffset || offset >= unit.fileOffset + unit.bytes.length);
    const result = isElsewhere
      ? undefined
      : this.#decoder.decodeUnit(unit, {
          onRecord: (view) => {
            if (!isPrinted(view, this.#request.filter)) {
              this.#totals.skippedByFilter++;
              return;
            }
            this.#totals.printed++;
            texts.set(view.slot, (texts.get(view.slot) ?? '') + this.#textOf(view));
          },
        });
    this.#totals.rejected += result?.rejected ?? 0;
    const last = unit.firstSlot + Math.ceil(unit.bytes.length / 65536);
    for (let slot = unit.firstSlot; slot < last; slot++) this.#pending.put(slot, texts.get(slot) ?? '');
    await this.#flush();
    return result?.anomalies ?? [];
  }

  async end(): Promise<void> {
    await this.#flush();
    // A log that grew between the passes has slots that no order names: they come last.
    for (const slot of this.#pending.slots()) await this.#request.write(this.#pending.take(slot));
  }

  close(): void {
    this.#pending.close();
  }

  async #flush(): Promise<void> {
    for (; this.#next < this.#slots.length; this.#next++) {
      const slot = this.#slots[this.#next];
      if (slot === undefined || !this.#pending.has(slot)) return;
      const text = this.#pending.take(slot);
      if (text !== '') await this.#request.write(text);
    }
  }

  #textOf(view: RecordView): string {
    if (this.#request.format === 'xml') {
      const label =
        view.recordClass === 'live'
          ? ''
          : `<!-- ${view.recordClass} record, offset 0x${view.offset.toString(16)} -->\n`;
      return `${label}${view.toXml()}\n`;
    }
    const source = this.#source ?? view.place.source;
    const meta = {
      file: source.file,
      ...(source.container === undefined ? {} : { container: source.container }),
      slot: view.slot,
      offset: view.offset,
      length: view.length,
      ...(view.headerRecordId === undefined ? {} : { recordId: view.headerRecordId }),
      ...(isPrintableMs(view.writtenMs) ? { writtenTime: formatTime(view.writtenMs, view.writtenTicks) } : {}),
      class: view.recordClass,
    };
    // The reader's JSON is one object; `_meta` goes in as its last key.
    return `${view.toJson().slice(0, -1)},"_meta":${JSON.stringify(meta)}}\n`;
  }
}

function isPrinted(view: RecordView, filter: DumpFilter): boolean {
  if (filter.offset !== undefined && view.offset !== filter.offset) return false;
  if (filter.eventIds.size > 0 && !filter.eventIds.has(view.eventId)) return false;
  if (filter.channels.size > 0 && !filter.channels.has(view.channel.toLowerCase())) return false;
  if (filter.recordId !== undefined && view.recordId !== filter.recordId) return false;
  const { from, to } = filter;
  if (from !== undefined && (view.timeMs < from.ms || (view.timeMs === from.ms && view.timeTicks < from.ticks)))
    return false;
  return to === undefined || view.timeMs < to.ms || (view.timeMs === to.ms && view.timeTicks <= to.ticks);
}

/** Texts by slot; past a bound they go to a private file that `close()` removes (L22). */
class PendingTexts {
  readonly #request: DumpRequest;
  readonly #texts = new Map<number, string>();
  readonly #spooled = new Map<number, { start: number; length: number }>();
  #characters = 0;
  #folder: string | undefined;
  #descriptor: number | undefined;
  #end = 0;

  constructor(request: DumpRequest) {
    this.#request = request;
  }

  put(slot: number, text: string): void {
    this.#texts.set(slot, text);
    this.#characters += text.length;
    if (this.#characters > PENDING_CHARACTERS) this.#spool();
  }

  has(slot: number): boolean {
    return this.#texts.has(slot) || this.#spooled.has(slot);
  }

  slots(): readonly number[] {
    return [...this.#texts.keys(), ...this.#spooled.keys()].sort((a, b) => a - b);
  }

  take(slot: number): string {
    const text = this.#texts.get(slot);
    if (text !== undefined) {
      this.#texts.delete(slot);
      this.#characters -= text.length;
      return text;
    }
    const place = this.#spooled.get(slot);
    if (place === undefined || this.#descriptor === undefined) return '';
    this.#spooled.delete(slot);
    const bytes = Buffer.alloc(place.length);
    for (let filled = 0; filled < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, filled, bytes.length - filled, place.start + filled);
      if (read === 0) throw new Error('the temporary file ended early');
      filled += read;
    }
    return bytes.toString();
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#descriptor = undefined;
    this.#folder = undefined;
  }

  #spool(): void {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(this.#request.temporaryFolder, 'triad-'));
      this.#request.onTemporaryFolder?.(this.#folder);
    }
    this.#descriptor ??= openSync(join(this.#folder, 'pending'), 'wx+', 0o600);
    for (const [slot, text] of this.#texts) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#end + at);
      this.#spooled.set(slot, { start: this.#end, length: bytes.length });
      this.#end += bytes.length;
    }
    this.#texts.clear();
    this.#characters = 0;
  }
}
