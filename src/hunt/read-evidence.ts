import {
  AnomalyTally,
  CoverageTable,
  EventStore,
  type SettledText,
  settleByCopies,
  TextSources,
  textOptions,
} from '../evidence/index.ts';
import {
  type ChunkSummary,
  checkSeries,
  type LostRecord,
  type PortableTemplate,
  type SlotLayout,
} from '../evtx/index.ts';
import {
  type Decoded,
  decodeInline,
  decodeInThreads,
  type Holding,
  type Input,
  type InputEnd,
  isReadable,
  mergeNotRead,
  type NotRead,
  readInput,
  type SpoolFile,
  type UnitAnswer,
  type UnitDecoders,
  type UnitReaderOptions,
} from '../intake/index.ts';
import type { TextResult } from '../shapes/index.ts';
import type { Anomaly, CoverageCount, RecordClass, Source } from '../windows/index.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { LostRecords } from './lost-records.ts';
import type { ReadRequest } from './read-request.ts';
import { recoverLost } from './recover-lost.ts';
import { openHolding, openSpoolFile } from './spool-file.ts';

/** Below this size one thread reads all: starting another costs more than it saves (SETTLED A22). */
const THREADS_FROM_BYTES = 64 * 1024 * 1024;

/** What one log came to. */
export interface LogCount {
  readonly source: Source;
  readonly input: number;
  /** Bytes after inflation. */
  bytes: number;
  readonly counts: Record<RecordClass, number>;
  rejected: number;
  /** What its units were, where it is a text and not EVTX. */
  text?: TextResult;
}

/** All that reading gives: kept events in a store, everything else counted. */
export interface ReadEvidence {
  readonly sources: readonly Source[];
  readonly store: EventStore;
  readonly coverage: readonly CoverageCount[];
  /** One for each source, by its number. */
  readonly logs: readonly LogCount[];
  /** Repositories, audits and MOF files, in the order of reading. */
  readonly kept: readonly KeptEvidence[];
  readonly inputs: readonly Input[];
  /** One for each input that was read to its end, by its place in `inputs`. */
  readonly ends: readonly (InputEnd | undefined)[];
  readonly anomalies: readonly Anomaly[];
  readonly notRead: readonly NotRead[];
  readonly evicted: Readonly<Record<string, number>>;
  readonly isPartial: boolean;
  /** Lets go of the store and of the kept files, and removes what was written to disk. */
  close(): void;
}

interface OpenLog {
  readonly number: number;
  readonly layout: SlotLayout;
  readonly chunks: ChunkSummary[];
  readonly waiting: Set<Promise<void>>;
}

/** Reads every input once, in order; decodes in `jobs` threads; gives the same whatever `jobs` is (L7). */
export async function readEvidence(request: ReadRequest): Promise<ReadEvidence> {
  const reader = new EvidenceReader(request);
  try {
    return await reader.run();
  } catch (cause) {
    reader.letGo();
    throw cause;
  } finally {
    await reader.close();
  }
}

class EvidenceReader {
  readonly store: EventStore;
  readonly #request: ReadRequest;
  readonly #options: UnitReaderOptions;
  readonly #decoders: UnitDecoders;
  readonly #inputs: readonly Input[];
  readonly #sources: Source[] = [];
  readonly #logs: LogCount[] = [];
  readonly #kept: KeptEvidence[] = [];
  readonly #holding: Holding;
  readonly #ends: (InputEnd | undefined)[] = [];
  readonly #coverage = new CoverageTable();
  readonly #anomalies = new AnomalyTally();
  readonly #lost = new LostRecords();
  readonly #textSources: TextSources;
  readonly #numbers: number[][];
  readonly #waiting = new Set<Promise<void>>();
  #failure: unknown;
  #doneBytes = 0;
  #records = 0;

  constructor(request: ReadRequest) {
    this.#request = request;
    this.#inputs = request.found.inputs.filter((input) => isReadable(input.kind));
    // Live records may lack their template, too, so templates are wanted without carving as well.
    this.#options = {
      carve: request.carve,
      collectTemplates: true,
      runStartMs: request.runStartMs,
      ...(request.rules === undefined ? {} : { rules: request.rules }),
    };
    const threads = { logs: this.#options, texts: textOptions(request) };
    const isLarge = estimatedBytes(this.#inputs) >= THREADS_FROM_BYTES;
    this.#decoders = isLarge && request.jobs > 1 ? decodeInThreads(threads, request.jobs) : decodeInline(threads);
    this.#numbers = Array.from({ length: this.#decoders.packers + 1 }, () => []);
    const openSpool = (): SpoolFile => openSpoolFile(request);
    this.store = new EventStore(this.#sources, { memoryBytes: request.memoryBytes, openSpool });
    this.#holding = openHolding(request);
    this.#textSources = new TextSources(this.store, { openSpool }, (packer) => this.#numbersOf(packer));
  }

  async run(): Promise<ReadEvidence> {
    const { found, signal } = this.#request;
    this.#anomalies.addWhole(found.anomalies);
    for (const [number, input] of this.#inputs.entries()) {
      if (signal.aborted) break;
      await this.#readOne(input, number);
    }
    await this.#settle(0);
    const { lost, templates } = this.#lost.take();
    if (lost.length > 0) this.#recover(lost, templates);
    for (const [number, dropped] of this.#lost.droppedFrom) this.#logAt(number).rejected += dropped;
    // An interrupted run tells what it has, and soon.
    const clocks = signal.aborted ? undefined : settleByCopies(this.store, this.#coverage, this.#sources);
    for (const [number, notes] of clocks?.notes ?? []) this.#anomalies.add(this.#logAt(number).source, notes);
    const ends = this.#ends.map((end) => end?.notRead ?? []);
    const notRead = mergeNotRead([found.notRead, ...ends]);
    return {
      sources: this.#sources,
      store: this.store,
      coverage: this.#coverage.list(this.#sources),
      logs: this.#logs,
      kept: this.#kept,
      inputs: this.#inputs,
      ends: this.#ends,
      anomalies: this.#anomalies.list(),
      notRead,
      evicted: {
        coverage: this.#coverage.evicted,
        lostRecords: this.#lost.dropped,
        templates: this.#lost.templatesDropped,
        clocks: clocks?.untried ?? 0,
      },
      isPartial: signal.aborted,
      close: () => this.letGo(),
    };
  }

  letGo(): void {
    this.store.close();
    this.#holding.close();
  }

  async close(): Promise<void> {
    this.#textSources.close();
    await this.#decoders.close();
  }

  async #readOne(input: Input, inputNumber: number): Promise<void> {
    const { port, hash, signal, onProgress, found, passwords, isAudit } = this.#request;
    let log: OpenLog | undefined;
    let text: number | undefined;
    let source = input.source;
    const report = (): void =>
      onProgress?.({
        doneBytes: this.#doneBytes,
        totalBytes: found.readableBytes,
        records: this.#records,
        subscriptionRecords: this.#coverage.subscriptionRecords(),
        source,
      });
    const steps = readInput(input, port, {
      hash,
      ownBuffers: this.#decoders.isThreaded,
      holding: this.#holding,
      keep: isAudit === undefined ? {} : { isAudit },
      ...(passwords === undefined ? {} : { passwords }),
      ...(this.#decoders.buffers === undefined ? {} : { buffers: this.#decoders.buffers }),
      onProgress: (bytes) => {
        this.#doneBytes += bytes;
      },
    });
    for await (const step of steps) {
      if (signal.aborted) break;
      if (step.kind === 'log') {
        source = step.source;
        log = this.#openLog(step.source, step.layout, inputNumber);
      } else if (step.kind === 'unit' && log !== undefined) {
        this.#decode(step.unit, log);
        await this.#settle(this.#decoders.window - 1);
        report();
      } else if (step.kind === 'text') {
        source = step.source;
        text = this.#openText(step.source, inputNumber);
      } else if (step.kind === 'block' && text !== undefined) {
        this.#decodeText(step.source, text, step.bytes, false);
        await this.#settle(this.#decoders.window - 1);
        report();
      } else if (step.kind === 'textEnd' && text !== undefined) {
        this.#decodeText(step.source, text, new Uint8Array(0), true);
        this.#logAt(text).bytes = step.bytes;
        await this.#settle(this.#decoders.window - 1);
        text = undefined;
      } else if (step.kind === 'logEnd' && log !== undefined) {
        this.#closeLog(log, step.bytes, step.slots);
        log = undefined;
      } else if (step.kind === 'kept') {
        const { role, source: keptSource, name, file, modified } = step;
        this.#kept.push({ source: keptSource, input: inputNumber, role, name, file, modified });
      } else if (step.kind === 'inputEnd') {
        this.#ends[inputNumber] = step.end;
        this.#anomalies.addWhole(step.end.anomalies);
      }
    }
    report();
  }

  #newSource(source: Source, input: number): number {
    const number = this.#sources.length;
    this.#sources.push(source);
    this.#logs.push({
      source,
      input,
      bytes: 0,
      counts: { live: 0, afterDamage: 0, swallowed: 0, carved: 0 },
      rejected: 0,
    });
    return number;
  }

  #openText(source: Source, input: number): number {
    const number = this.#newSource(source, input);
    this.#textSources.begin(source, number);
    return number;
  }

  /** The last block of a text is empty: it ends the source. */
  #decodeText(source: Source, number: number, bytes: Uint8Array, isLast: boolean): void {
    const job = this.#decoders
      .decodeText({ source, bytes, isLast }, number)
      .then((decoded) => {
        this.#records += decoded.answer.events;
        const text = this.#textSources.accept(number, decoded);
        if (text !== undefined) this.#acceptText(text);
      })
      .catch((cause: unknown) => {
        this.#failure ??= cause;
      })
      .finally(() => this.#waiting.delete(job));
    this.#waiting.add(job);
  }

  #acceptText(text: SettledText): void {
    const { number, source, result, coverage } = text;
    const log = this.#logAt(number);
    log.counts.live = result.events;
    log.rejected = result.rejected;
    log.text = result;
    this.#coverage.add(number, coverage);
    this.#anomalies.add(source, result.anomalies);
  }

  #openLog(source: Source, layout: SlotLayout, input: number): OpenLog {
    const number = this.#newSource(source, input);
    this.#anomalies.add(source, layout.anomalies);
    return { number, layout, chunks: [], waiting: new Set() };
  }

  #decode(unit: Parameters<UnitDecoders['decode']>[0], log: OpenLog): void {
    const job = this.#decoders
      .decode(unit, log.number)
      .then((decoded) => this.#accept(decoded, log))
      .catch((cause: unknown) => {
        this.#failure ??= cause;
      })
      .finally(() => {
        this.#waiting.delete(job);
        log.waiting.delete(job);
      });
    this.#waiting.add(job);
    log.waiting.add(job);
  }

  /** Waits until at most so many units are unanswered. */
  async #settle(most: number): Promise<void> {
    while (this.#waiting.size > most) await Promise.race(this.#waiting);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #accept({ answer, packer }: Decoded<UnitAnswer>, log: OpenLog): void {
    const count = this.#logAt(log.number);
    this.store.add(answer.rows, this.#numbersOf(packer));
    this.#coverage.add(log.number, answer.coverage);
    this.#anomalies.add(count.source, answer.anomalies);
    this.#lost.add(log.number, answer.lost, answer.templates);
    for (const chunk of answer.chunks) log.chunks.push(chunk);
    count.rejected += answer.rejected;
    this.#countRecords(log.number, answer.counts);
  }

  #numbersOf(packer: number): number[] {
    const numbers = this.#numbers[packer];
    if (numbers === undefined) throw new RangeError(`packer ${packer} is not known`);
    return numbers;
  }

  /** The checks over a whole log wait for its last unit, while the next log is being read. */
  #closeLog(log: OpenLog, bytes: number, slots: number): void {
    const { source } = this.#logAt(log.number);
    this.#logAt(log.number).bytes = bytes;
    const check = (): void => {
      log.chunks.sort((a, b) => a.slot - b.slot);
      this.#anomalies.add(source, checkSeries(log.layout, log.chunks, slots));
      log.chunks.length = 0;
    };
    if (log.waiting.size === 0) {
      check();
      return;
    }
    const job = Promise.all(log.waiting)
      .then(check)
      .catch((cause: unknown) => {
        this.#failure ??= cause;
      })
      .finally(() => this.#waiting.delete(job));
    this.#waiting.add(job);
  }

  #recover(lost: readonly LostRecord[], templates: readonly PortableTemplate[]): void {
    const numbers = new Map(this.#sources.map((source, number) => [sourceKey(source), number]));
    const hosts = this.#coverage.mainComputers();
    const numberOf = (source: Source): number => {
      const number = numbers.get(sourceKey(source));
      if (number === undefined) throw new RangeError(`source ${source.file} is not known`);
      return number;
    };
    const recovery = recoverLost(lost, templates, this.#options, {
      numberOf,
      hostOf: (source) => hosts.get(numberOf(source)),
    });
    for (const part of recovery.parts) {
      this.store.add(part.rows, this.#numbersOf(this.#decoders.packers));
      this.#coverage.add(part.source, part.coverage);
      this.#countRecords(part.source, part.counts);
    }
    for (const [number, rejected] of recovery.rejected) this.#logAt(number).rejected += rejected;
    for (const [number, notes] of recovery.notes) this.#anomalies.add(this.#logAt(number).source, notes);
    this.#anomalies.addWhole(recovery.anomalies);
  }

  #logAt(number: number): LogCount {
    const log = this.#logs[number];
    if (log === undefined) throw new RangeError(`log ${number} is not known`);
    return log;
  }

  #countRecords(number: number, counts: Readonly<Record<RecordClass, number>>): void {
    const log = this.#logAt(number);
    for (const recordClass of ['live', 'afterDamage', 'swallowed', 'carved'] as const) {
      log.counts[recordClass] += counts[recordClass];
      this.#records += counts[recordClass];
    }
  }
}

/** One text for each innermost file. */
function sourceKey(source: Source): string {
  return [source.file, ...(source.container ?? [])].join('\u0000');
}

/** Bytes after inflation, as far as sizes tell: event logs shrink to about a fifteenth. */
function estimatedBytes(inputs: readonly Input[]): number {
  return inputs.reduce((sum, input) => sum + (input.kind === 'evtx' ? input.bytes : input.bytes * 15), 0);
}
