import type { ArchiveRows } from '../intake/index.ts';
import type { Journal } from '../journal/index.ts';
import { seenLogs } from '../live/index.ts';
import type { State, Step, StepResult } from '../state/index.ts';
import type { Archiver } from './archiving/archiver.ts';
import type { BatchTaker } from './batch-taker.ts';
import { ClockEstimates } from './blind/clock-estimates.ts';
import { RecordGaps } from './blind/record-gaps.ts';
import { asideLetters, DETECTION_FAILED } from './detect/aside-letters.ts';
import { spanOf } from './detect/backlog.ts';
import type { Detector } from './detect/detector.ts';
import { byJudgement, foundWrites, incidentWrites } from './detect/incident-writes.ts';
import type { FromDetect, JudgedStep } from './detect/messages.ts';
import { UnjudgedBytes } from './detect/unjudged-bytes.ts';
import { VersionFloors } from './detect/version-floors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type ReadBatch, readBatch, type UnreadableFrame, unreadableBatch } from './read-batch.ts';
import type { ReloadableDecoders } from './reloadable-decoders.ts';
import type { SenderBindings, Way } from './sender-bindings.ts';
import { Sleepers } from './sleepers.ts';
import { OF_RETRIES, SparseLog } from './sparse-log.ts';
import { letterWrite, UnjudgedBatches, writesOf } from './unjudged-batches.ts';

export interface ReaderParts {
  readonly journal: Journal;
  readonly state: State;
  readonly taker: BatchTaker;
  readonly decoders: Pick<ReloadableDecoders, 'window' | 'decodeText' | 'alone'>;
  readonly detector: Detector;
  /** Absent where events are not archived. */
  readonly archiver: Archiver | undefined;
  /** Bytes of events that may wait to be judged before the reader waits as well. */
  readonly heldUpBytes: number;
  /** Bytes of batches that may be read and not committed before it waits. */
  readonly uncommittedBytes: number;
  readonly bindings: SenderBindings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of every judgement once it is committed. */
  onJudged(step: JudgedStep): void;
  /** Told of every step once it is committed, with what the state made of it. */
  onCommitted(step: Step, result: StepResult): void;
  nowMs(): number;
}

/** Where a start begins: what was judged before is read again to fill the window, and committed no more. */
export interface ReaderStart {
  readonly judged: number;
  readonly from: number;
  /** Position up to which the window is only filled; 0 where nothing fills it. */
  readonly fillTo: number;
  /** Positions of batches that ended a judgement before: they are not judged again. */
  readonly passedOver: ReadonlySet<number>;
}

type Read = ReadBatch | UnreadableFrame;

const PAUSE_MS = 1000;
const NOT_COMMITTED = 'step not committed';

/**
 * The reader behind the answer: takes batches from the journal in order, has them read in threads, hands their events to
 * detection, and commits what both learnt, with its position, in one transaction a step (ADR 0017). Trouble of the disk makes it
 * wait, and lose nothing.
 */
export class Reader {
  /** How far behind each sender is, by what was read since the start. */
  readonly estimates: ClockEstimates = new ClockEstimates();
  readonly gaps: RecordGaps = new RecordGaps();
  readonly #parts: ReaderParts;
  readonly #start: ReaderStart;
  readonly #stop = new AbortController();
  readonly #reading: Promise<Read>[] = [];
  readonly #unjudged = new UnjudgedBatches();
  readonly #sleepers = new Sleepers();
  readonly #held = new UnjudgedBytes();
  readonly #versions = new VersionFloors();
  #steps: FromDetect[] = [];
  #judged: number;
  #fed: number;
  /** The position that comes next, if nothing is missing. */
  #next: number;
  #trouble: string | undefined;
  readonly #refusals: SparseLog;
  #done: Promise<void> | undefined;
  #unreadable = 0;
  /** Positions of batches that are judged no more. */
  readonly #aside: Set<number>;

  constructor(parts: ReaderParts, start: ReaderStart) {
    this.#parts = parts;
    this.#refusals = new SparseLog(parts.log, parts.nowMs, OF_RETRIES);
    this.#start = start;
    this.#judged = start.judged;
    this.#aside = new Set(start.passedOver);
    this.#fed = start.from - 1;
    this.#next = start.from;
  }

  /** Position of the last batch that was judged and committed. */
  get judged(): number {
    return this.#judged;
  }

  /** Positions of batches that are judged no more. */
  get aside(): Iterable<number> {
    return this.#aside;
  }

  /** Position up to which detection was given what the journal holds: behind `judged` while the window is filled. */
  get fed(): number {
    return this.#fed;
  }

  /** When the oldest batch came that is read and not judged, Unix milliseconds, and how many bytes of events wait for a judgement. */
  get unjudged(): { readonly sinceMs: number | undefined; readonly bytes: number } {
    return { sinceMs: this.#unjudged.oldestMs, bytes: this.#held.bytes };
  }

  /** How many batches that were judged before this start were read again to fill the window, and of how many; undefined once it is filled. */
  get filling(): { readonly read: number; readonly of: number } | undefined {
    const { from, fillTo } = this.#start;
    return this.#fed < fillTo ? { read: this.#fed - from + 1, of: fillTo - from + 1 } : undefined;
  }

  /** What is not well with it, in sentences. */
  get degraded(): readonly string[] {
    const reasons = this.#trouble === undefined ? [] : [`what was read cannot be committed: ${this.#trouble}`];
    const passed = this.#aside.size;
    if (passed > 0)
      reasons.push(
        `${passed} batch(es) are judged no more, since a judgement ended with them (dead letters ${DETECTION_FAILED})`,
      );
    if (this.#unreadable > 0) reasons.push(`${this.#unreadable} frame(s) of the journal are no batches`);
    return reasons;
  }

  start(onFailure: (cause: unknown) => void): void {
    this.#done = Promise.all([this.#read(), this.#feed(), this.#commitAll()]).then(
      () => undefined,
      (cause: unknown) => {
        this.#end();
        onFailure(cause);
      },
    );
  }

  /** Waits until detection was given all batches up to a position. */
  async fedUpTo(position: number): Promise<void> {
    while (this.#fed < position && !this.#isOver) await this.#sleepers.sleep();
  }

  /** A step of detection: its position, and what it found. */
  took(step: FromDetect): void {
    this.#held.told(step.takenTo, step.unjudgedBytes);
    this.#steps.push(step);
    this.#sleepers.wake();
  }

  /** Ends after the step under way; what was not committed is read again at the next start. */
  async stop(): Promise<void> {
    this.#end();
    await this.#done;
  }

  #end(): void {
    this.#stop.abort();
    this.#sleepers.wake();
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  async #read(): Promise<void> {
    const { journal, decoders } = this.#parts;
    for await (const { position, payload } of journal.read(this.#start.from, { signal: this.#stop.signal })) {
      const read = this.#readOne(position, payload);
      // A failure is told where the batch is waited for.
      read.catch(() => undefined);
      this.#reading.push(read);
      this.#sleepers.wake();
      while (this.#reading.length >= decoders.window && !this.#isOver) await this.#sleepers.sleep();
    }
  }

  /** A batch that is lost with its decoder is read once more and alone, for it may have been another's fault; then it is a dead letter as a whole. */
  async #readOne(position: number, payload: Uint8Array): Promise<Read> {
    const { decoders, archiver, log } = this.#parts;
    const isArchived = archiver?.wants(position) === true;
    try {
      return await readBatch(position, payload, decoders, isArchived);
    } catch (first) {
      if (this.#isOver) throw first;
      try {
        return await readBatch(position, payload, decoders.alone, isArchived);
      } catch (cause) {
        if (this.#isOver) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        log.error('batch ends its reader', { position, reason });
        return unreadableBatch(position, payload, reason);
      }
    }
  }

  /** Hands batches to detection in the order of the journal. */
  async #feed(): Promise<void> {
    while (!this.#isOver) {
      const next = this.#reading[0];
      if (next === undefined) {
        await this.#sleepers.sleep();
        continue;
      }
      const batch = await next;
      while (this.#isHeldUp && !this.#isOver) await this.#sleepers.sleep();
      this.#reading.shift();
      this.#sleepers.wake();
      const { rest, rows } = withoutArchive(batch);
      await this.#parts.archiver?.offer(batch.position, rows);
      this.#lookForHole(batch);
      if ('problem' in rest) this.#passFrame(rest);
      else this.#feedOne(rest, await this.#wayOf(rest));
      this.#fed = batch.position;
      this.#sleepers.wake();
    }
  }

  /** What lies between two batches and is not there (a part of the journal was lost or is damaged) came before the second: detection must not take it for evidence that never was. */
  #lookForHole(batch: Read): void {
    const { position } = batch;
    const untilMs = 'problem' in batch ? this.#parts.nowMs() : batch.envelope.receivedMs;
    if (position > this.#next) {
      this.#parts.log.error('batches are missing', { from: this.#next, to: position - 1 });
      this.#parts.detector.hole(untilMs);
    }
    this.#next = position + 1;
  }

  /** Too much waits to be judged, or was read and is not committed: what is remembered of it grows, and all of it is read again after a crash. */
  get #isHeldUp(): boolean {
    return this.#held.bytes > this.#parts.heldUpBytes || this.#unjudged.bytes > this.#parts.uncommittedBytes;
  }

  #wayOf({ position, envelope, way, decoded }: ReadBatch): Promise<Way> {
    const { sender, trust } = envelope;
    const brought = { sender, trust, from: way, answer: decoded?.answer };
    return this.#parts.bindings.wayOf(brought, position > this.#start.judged);
  }

  #passFrame({ position, problem }: UnreadableFrame): void {
    this.#unreadable++;
    this.#parts.log.error('frame is no batch', { position, problem });
    this.#parts.detector.pass(position);
    if (position <= this.#start.judged) return;
    this.#unjudged.add({ position, header: undefined, bytes: 0, deadLetters: [], logs: [] });
  }

  #feedOne(batch: ReadBatch, way: Way): void {
    const { detector, taker } = this.#parts;
    const { position } = batch;
    const isOld = position <= this.#start.judged;
    this.#count(batch, isOld);
    const { body, kind: _, ...header } = batch.envelope;
    const { receivedMs: arriveMs } = header;
    // What fills the window after a start is judged once, in the end.
    if (!isOld) this.#held.fed(position, batch.decoded?.answer.rows.bytes.length ?? 0);
    const { decoded, deadLetters, chunk } = batch;
    if (!isOld) {
      const logs = decoded === undefined ? [] : seenLogs(decoded.answer);
      this.#unjudged.add({ position, header, bytes: body.length, deadLetters, chunk, logs });
      taker.read(header.sender, body.length);
    }
    if (this.#start.passedOver.has(position)) detector.passOver(position, decoded);
    else detector.feed({ position, ...way, decoded, arriveMs }, isOld);
  }

  async #commitAll(): Promise<void> {
    while (!this.#isOver) {
      const steps = this.#steps;
      if (steps.length === 0) {
        await this.#sleepers.sleep();
        continue;
      }
      this.#steps = [];
      for (const group of byJudgement(steps)) {
        if (!(await this.#commit(group))) break;
      }
    }
  }

  /** Commits what was judged as one step; false where it is not there, and the server ends. */
  async #commit(steps: readonly FromDetect[]): Promise<boolean> {
    const judgements = steps.filter((step) => step.kind === 'judged');
    const judged = Math.max(this.#judged, ...steps.map(({ position }) => position));
    const done = this.#unjudged.upTo(judged);
    const incidents = this.#versions.raised(judgements.flatMap(incidentWrites));
    const found = [...incidents, ...judgements.flatMap(foundWrites)];
    const aside = asideLetters(steps, this.#unjudged.batches);
    for (const { position } of aside) this.#aside.add(position);
    for (const judgement of judgements) this.#tellFault(judgement);
    if (judged === this.#judged && found.length === 0) {
      for (const step of judgements) this.#parts.onJudged(step);
      return true;
    }
    const writes = [...aside.map(letterWrite), ...done.flatMap(writesOf), ...found];
    const committed = await this.#commitStep({ judged, writes });
    if (committed === undefined) return false;
    this.#versions.note(incidents, committed.incidents);
    this.#judged = judged;
    this.#unjudged.committed(judged);
    this.#sleepers.wake();
    for (const { header } of done) if (header !== undefined) this.#parts.taker.committed(header);
    for (const step of judgements) this.#parts.onJudged(step);
    return true;
  }

  /** A bug, with the batches that it cost; what fills the window after a start may be among them. */
  #tellFault({ aside, rowsFault }: JudgedStep): void {
    if (rowsFault !== undefined) this.#parts.log.error('rows not judged', { reason: rowsFault });
    for (const [reason, of] of Map.groupBy(aside, (one) => one.reason)) {
      this.#parts.log.error('batches not judged', { batches: of.length, first: of[0]?.position, reason });
    }
  }

  /** Batches that were put aside, and are judged now. */
  mended(positions: readonly number[]): void {
    for (const position of positions) this.#aside.delete(position);
  }

  /** Tries until the disk takes it, or the server ends. */
  async #commitStep(step: Step): Promise<StepResult | undefined> {
    const { state } = this.#parts;
    for (;;) {
      const outcome = await state.call('commit', { ...step, atMs: this.#parts.nowMs() });
      if (outcome.kind === 'done') {
        if (this.#trouble !== undefined) this.#refusals.anew(NOT_COMMITTED);
        this.#trouble = undefined;
        this.#committed(outcome.value);
        this.#parts.onCommitted(step, outcome.value);
        return outcome.value;
      }
      if (this.#trouble !== outcome.message) this.#refusals.anew(NOT_COMMITTED);
      this.#trouble = outcome.message;
      this.#refusals.error(NOT_COMMITTED, { code: outcome.code, message: outcome.message, judged: step.judged });
      if (this.#isOver || outcome.code === 'closed' || outcome.code === 'died') return undefined;
      if (outcome.code === 'invalid' || outcome.code === 'backwards') {
        throw new Error(`a step that the state does not know: ${outcome.message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** The memory of detection follows the state: the versions that it gave, and what it let go of to keep its bounds. */
  #committed({ incidents, droppedIncidents }: StepResult): void {
    const { detector } = this.#parts;
    const versions = incidents.flatMap(({ id, version }) => (version === undefined ? [] : [{ id, version }]));
    if (versions.length + droppedIncidents.length > 0) detector.settled({ versions, dropped: droppedIncidents });
  }

  #count({ decoded, deadLetters, envelope: { sender, receivedMs } }: ReadBatch, isOld: boolean): void {
    // What was read before this start is known, so that what comes first goes on behind it.
    const skipping = decoded === undefined ? [] : this.gaps.note(sender, decoded.answer.coverage);
    if (isOld) return;
    const { metrics } = this.#parts;
    if (decoded !== undefined) this.estimates.note(sender, receivedMs, spanOf(decoded.answer).newestMs);
    for (const channel of skipping) metrics.count('triad_record_gaps_total', [channel]);
    for (const { code } of deadLetters) metrics.count('triad_deadletter_events_total', [code]);
    for (const [shape, count] of Object.entries(decoded?.answer.end?.units ?? {})) {
      metrics.count('triad_read_events_total', [shape], count);
    }
  }
}

/** A batch without its rows for the archive, which another thread takes over. */
function withoutArchive(batch: Read): { readonly rest: Read; readonly rows: readonly ArchiveRows[] } {
  if ('problem' in batch || batch.decoded?.answer.archive === undefined) return { rest: batch, rows: [] };
  const { archive, ...answer } = batch.decoded.answer;
  return { rest: { ...batch, decoded: { ...batch.decoded, answer } }, rows: archive };
}
