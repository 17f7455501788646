import { type LogUnit, locateSlots, type SlotLayout } from '../evtx/index.ts';
import type { Source } from '../windows/index.ts';
import { AnomalyList, describeIoError } from './anomalies.ts';
import type { FilePort, FileStat, OpenFile } from './file-port.ts';
import { type Input, notALogMessage } from './find-inputs.ts';
import { Holding, HoldingFullError } from './holding.ts';
import type { OutputBudget } from './inner-pieces.ts';
import { InputHash } from './input-hash.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
import { NotReadTally } from './not-read.ts';
import type { OpenArchive } from './open-archive.ts';
import type { InputEnd, ReadOptions, ReadStep } from './read-input.ts';
import { type InputKind, isArchive, isNamedLog, isReadable, isText, recognise, roleOfKind } from './recognise.ts';
import { type Allocate, type CutEnd, SLOT_BYTES, twoInTurn } from './slot-units.ts';

/** An archive that is held until it is its turn. */
export interface WaitingArchive {
  readonly archive: OpenArchive;
  release(): void;
}

/** One input under way: what its readers share. */
export class Reading {
  readonly input: Input;
  readonly options: ReadOptions;
  readonly limits: ArchiveLimits;
  readonly anomalies: AnomalyList = new AnomalyList();
  readonly notRead: NotReadTally = new NotReadTally();
  readonly holding: Holding;
  readonly passwords: readonly string[];
  /** True where files that are needed whole are kept; else they are passed over. */
  readonly keeps: boolean;
  /** What all archives of this input together may still give, and how many members they may still have. */
  readonly budget: OutputBudget;
  membersLeft: number;
  /** A 7z is being unpacked: the next one waits. */
  isSevenZipOpen = false;
  readonly #waiting: WaitingArchive[] = [];
  #bytes: number;
  #passed = 0;
  #logs = 0;
  #sha256: string | undefined;
  #hash: InputHash | undefined;

  constructor(input: Input, options: ReadOptions) {
    this.input = input;
    this.options = options;
    this.limits = { ...ARCHIVE_LIMITS, ...options.limits };
    this.holding = options.holding ?? new Holding();
    this.passwords = options.passwords ?? [];
    this.keeps = options.keep !== undefined;
    this.budget = { left: this.limits.outputBytes };
    this.membersLeft = this.limits.members;
    this.#bytes = input.bytes;
  }

  recognise(head: Uint8Array, name: string): InputKind {
    return recognise(head, name, this.options.keep?.isAudit);
  }

  /** True for what is read where so many archives are around it. */
  canRead(kind: InputKind, depth: number): boolean {
    if (isArchive(kind)) return depth <= this.limits.nesting;
    return kind === 'evtx' || isText(kind) || (this.keeps && roleOfKind(kind) !== undefined);
  }

  /** Puts a 7z off until the one that is open is done. */
  wait(archive: WaitingArchive): void {
    this.#waiting.push(archive);
  }

  /** The next 7z that waits; undefined when none does. */
  takeWaiting(): WaitingArchive | undefined {
    return this.#waiting.shift();
  }

  /** What to tell of a member that no password opens. */
  passwordAdvice(): string {
    const { length } = this.passwords;
    if (length === 0) return 'It is encrypted and was not read. Give its password in a file: --password-file FILE.';
    const tried =
      length === 1
        ? 'the password of --password-file does not open it'
        : `none of the ${length} passwords of --password-file opens it`;
    return `It is encrypted and was not read: ${tried}. Add its password as a line of that file.`;
  }

  /** Puts a file aside; undefined, and noted, where there is no room for it. */
  async hold<T>(
    source: Source,
    pieces: AsyncIterable<Uint8Array>,
    put: (pieces: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await put(pieces);
    } catch (error) {
      if (!(error instanceof HoldingFullError)) {
        this.ioTrouble(error, source, 'holding it');
        return undefined;
      }
      const message = 'There is no room to hold it while it is read; it was left out. Unpack the archive first.';
      this.anomalies.add('archiveNested', source, message);
      this.notRead.add('nested archive', source, 0);
      return undefined;
    }
  }

  /** Where the bytes of units go. */
  allocate(): Allocate {
    const { ownBuffers, buffers } = this.options;
    if (!ownBuffers) return twoInTurn();
    return (bytes) => buffers?.take(bytes) ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** Notes a stretch of a text that the disk does not give. */
  unreadableText(error: unknown, source: Source, offset: number, bytes: number): void {
    this.ioTrouble(error, source, `reading ${bytes} bytes of text, for which zeros stand`, offset);
  }

  /** Notes a slot that the disk does not give. */
  unreadable(error: unknown, source: Source, offset: number): void {
    this.ioTrouble(error, source, `reading the ${SLOT_BYTES} bytes of one slot, which were passed over`, offset);
  }

  /** Bytes of the file, as it was when it was opened. */
  get bytes(): number {
    return this.#bytes;
  }

  async *run(
    port: FilePort,
    read: (reading: Reading, file: OpenFile) => AsyncGenerator<ReadStep, void>,
  ): AsyncGenerator<ReadStep, void> {
    let file: OpenFile | undefined;
    try {
      file = await port.open(this.input.source.file);
      const before = await file.stat();
      this.#bytes = before.bytes;
      if (this.options.hash) this.#hash = new InputHash(file);
      yield* read(this, file);
      const sha256 = await this.#hash?.finish(this.#bytes);
      if (this.#isUnchanged(before, await file.stat())) this.#sha256 = sha256;
    } catch (error) {
      this.ioTrouble(error, this.input.source, 'reading it');
    } finally {
      await file?.close();
    }
    this.pass(this.input.bytes - this.#passed);
  }

  #isUnchanged(before: FileStat, after: FileStat): boolean {
    const { ms, ticks } = before.modified;
    if (before.bytes === after.bytes && ms === after.modified.ms && ticks === after.modified.ticks) return true;
    this.anomalies.add(
      'changed',
      this.input.source,
      `It changed while it was read: ${before.bytes} bytes before, ${after.bytes} after. Its hash was not kept; read a copy of it.`,
    );
    return false;
  }

  /** Counts bytes of the input file as passed; never more than its size. */
  pass(bytes: number): void {
    const counted = Math.min(bytes, this.input.bytes - this.#passed);
    if (counted <= 0) return;
    this.#passed += counted;
    this.options.onProgress?.(counted);
  }

  /** Sees bytes of the input file in the order of reading: hash and progress. */
  saw(bytes: Uint8Array, position: number): void {
    this.#hash?.add(bytes, position);
    this.pass(bytes.length);
  }

  /** An error of the file system becomes an anomaly; any other error is a bug and goes on. */
  ioTrouble(error: unknown, source: Source, doing: string, offset?: number): void {
    if (!(error instanceof Error && 'code' in error && /^E[A-Z]/.test(String(error.code)))) throw error;
    const { which, message } = describeIoError(error, doing, source.container === undefined ? source.file : '');
    this.anomalies.add(which, source, message, offset);
  }

  /** The steps of one log whose start was found, with what was read of it when reading fails. */
  async *log(
    source: Source,
    layout: SlotLayout,
    bytes: number | undefined,
    units: AsyncGenerator<LogUnit, CutEnd>,
  ): AsyncGenerator<ReadStep, void> {
    this.#logs++;
    yield { kind: 'log', source, layout, bytes };
    let end: CutEnd = { bytes: layout.firstSlotOffset, slots: 0 };
    try {
      for (let step = await units.next(); ; step = await units.next()) {
        if (step.done === true) {
          end = step.value;
          break;
        }
        const unit = step.value;
        const slots = Math.ceil(unit.bytes.length / SLOT_BYTES);
        end = { bytes: unit.fileOffset + unit.bytes.length, slots: unit.firstSlot + slots };
        yield { kind: 'unit', unit };
      }
    } catch (error) {
      this.ioTrouble(error, source, 'reading the log', end.bytes);
    } finally {
      await units.return(end);
    }
    yield { kind: 'logEnd', source, layout, ...end };
  }

  /** The steps of one text, block by block, with what was read of it when reading fails. */
  async *text(
    source: Source,
    bytes: number | undefined,
    blocks: AsyncGenerator<Uint8Array, void>,
  ): AsyncGenerator<ReadStep, void> {
    this.#logs++;
    yield { kind: 'text', source, ...(bytes === undefined ? {} : { bytes }) };
    let read = 0;
    try {
      for await (const block of blocks) {
        // A block that was handed over reads as empty, so its length is taken before.
        read += block.length;
        yield { kind: 'block', source, bytes: block };
      }
    } catch (error) {
      this.ioTrouble(error, source, 'reading the text', read);
    }
    yield { kind: 'textEnd', source, bytes: read };
  }

  /** Layout of a log whose start is at hand; undefined, and an anomaly, when it is none after all. */
  locate(source: Source, path: string, head: Uint8Array, bytes: number | undefined): SlotLayout | undefined {
    const layout = locateSlots(head, bytes, isNamedLog(path));
    if (layout === undefined) this.anomalies.add('notALog', source, notALogMessage(bytes ?? head.length));
    return layout;
  }

  /** Notes an inner file that is no log. */
  passOver(source: Source, name: string, kind: InputKind, bytes: number): void {
    if ((kind === 'unknown' || kind === 'empty') && isNamedLog(name)) {
      this.anomalies.add('notALog', source, notALogMessage(bytes));
    } else if (isArchive(kind)) {
      const message = `This ${kind} file lies in more than ${this.limits.nesting} archives and was not read. Unpack the outer ones.`;
      this.anomalies.add('archiveNested', source, message);
      this.notRead.add('nested archive', source, bytes);
    } else if (kind !== 'empty' && !isReadable(kind)) this.notRead.add(kind, source, bytes);
  }

  wants(source: Source): boolean {
    return this.options.wants?.(source) ?? true;
  }

  end(): InputEnd {
    return {
      source: this.input.source,
      kind: this.input.kind,
      bytes: this.#bytes,
      ...(this.#sha256 === undefined ? {} : { sha256: this.#sha256 }),
      logs: this.#logs,
      anomalies: this.anomalies.list(),
      notRead: this.notRead.list(),
    };
  }
}
