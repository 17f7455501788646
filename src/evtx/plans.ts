import type { AnomalyWord } from './anomalies.ts';
import type { Chunk } from './chunk.ts';
import { CHUNK_HEADER_BYTES, MAX_PLANS, MAX_VARIANTS, SLOT_BYTES } from './format.ts';
import type { Instance } from './instance.ts';
import { Plan } from './plan.ts';
import { hasSoundNames, Tokeniser } from './tokens.ts';

/** Fixed part of a definition before its fragment header (EVTX 4.3). */
const DEFINITION_HEAD_BYTES = 24;
const NO_IDENTITY = new Int32Array(0);

/** Where the plan of an instance comes from: the chunk's own definitions, or templates from elsewhere (EVTX 7.3). */
export interface PlanSource {
  /** Why the plan asked for last is not there. */
  readonly problem: string;
  /** True when the definition that was found bears another id than the instance names. */
  readonly hasOtherId: boolean;
  /** Plan of the definition at chunk offset `offset` that the instance, already laid out, names. */
  at(chunk: Chunk, offset: number, templateId: number, instance: Instance): Plan | undefined;
  /** Plan of an element without template; `directEnd` is then the offset behind it. */
  direct(chunk: Chunk, at: number, limit: number): Plan | undefined;
  readonly directEnd: number;
}

/**
 * Stream items of all definitions of one chunk together, 150 times what any real chunk needs. Forged ones that lie inside each
 * other would be read again and again.
 */
const MAX_CHUNK_STREAM = 1 << 20;

/** Told once for each unusable or odd definition of a chunk. */
export interface DefinitionSink {
  onDefinition(word: AnomalyWord, at: number, reason: string): void;
  /** A sound definition of this chunk and its plan. */
  onPlan(plan: Plan, offset: number): void;
}

/**
 * The plans of a thread (EVTX 9.2): definitions are tokenised once a chunk and looked up by exact comparison, so that a
 * definition repeated in every chunk is compiled once and a forged twin of its GUID gets a plan of its own.
 */
export class Plans implements PlanSource {
  readonly tokeniser: Tokeniser = new Tokeniser();
  private readonly sink: DefinitionSink;
  private byGuid = new Map<number, Plan[]>();
  private total = 0;
  private compiled = 0;
  private room = MAX_CHUNK_STREAM;
  // Tables by chunk offset, valid where the stamp is the current chunk's: nothing to clear between chunks.
  private generation = 0;
  private readonly stamps = new Uint32Array(SLOT_BYTES);
  private readonly planAt: (Plan | undefined)[] = new Array(SLOT_BYTES).fill(undefined);
  private readonly problemAt: (string | undefined)[] = new Array(SLOT_BYTES).fill(undefined);
  private readonly soundStamps = new Uint32Array(SLOT_BYTES);
  problem = '';
  hasOtherId = false;

  constructor(sink: DefinitionSink) {
    this.sink = sink;
  }

  /** Plans compiled so far, for tests and the bench: nothing visible depends on it. */
  get compiledCount(): number {
    return this.compiled;
  }

  beginChunk(): void {
    this.room = MAX_CHUNK_STREAM;
    this.generation = (this.generation + 1) >>> 0;
    if (this.generation === 0) {
      this.stamps.fill(0);
      this.soundStamps.fill(0);
      this.generation = 1;
    }
  }

  /** Drops all plans; the next ones are compiled anew. */
  forget(): void {
    this.byGuid = new Map();
    this.total = 0;
    this.beginChunk();
  }

  /** Plan of the definition at chunk offset `offset`, or undefined with `problem` set. */
  at(chunk: Chunk, offset: number, templateId: number, _instance: Instance): Plan | undefined {
    if (offset < CHUNK_HEADER_BYTES || offset + DEFINITION_HEAD_BYTES > chunk.end - chunk.base) {
      this.problem = 'it would lie outside of the chunk';
      return undefined;
    }
    if (this.stamps[offset] !== this.generation) {
      this.stamps[offset] = this.generation;
      this.problemAt[offset] = undefined;
      this.planAt[offset] = this.find(chunk, offset);
    }
    const plan = this.planAt[offset];
    if (plan === undefined) this.problem = this.problemAt[offset] ?? '';
    this.hasOtherId = chunk.view.getUint32(chunk.base + offset + 4, true) !== templateId;
    return plan;
  }

  /** True when the names of a definition are whole; asked for remnants only (EVTX 7.3 rule 5). */
  isSound(chunk: Chunk, offset: number): boolean {
    if (this.soundStamps[offset] === this.generation) return true;
    const at = chunk.base + offset + DEFINITION_HEAD_BYTES;
    const limit = Math.min(at + chunk.view.getUint32(at - 4, true), chunk.end);
    if (!hasSoundNames(chunk, at + 4, limit, true)) return false;
    this.soundStamps[offset] = this.generation;
    return true;
  }

  /** Plan of an element without template (EVTX 2.1); not cached, because its texts are the record's own. */
  direct(chunk: Chunk, at: number, limit: number): Plan | undefined {
    const problem = this.tokeniser.read(chunk, at, limit, false);
    if (problem !== undefined) {
      this.problem = problem;
      return undefined;
    }
    return new Plan(NO_IDENTITY, this.tokeniser.stream, this.tokeniser.length);
  }

  get directEnd(): number {
    return this.tokeniser.end;
  }

  private find(chunk: Chunk, offset: number): Plan | undefined {
    const view = chunk.view;
    const at = chunk.base + offset;
    const size = view.getUint32(at + 20, true);
    const start = at + DEFINITION_HEAD_BYTES;
    if (size < 12 || start + size > chunk.end) return this.refuse(offset, 'its size does not fit the chunk');
    if ((view.getUint8(start) & 0x3f) !== 0x0f) return this.refuse(offset, 'it does not begin with a fragment header');
    if ((view.getUint8(start + 4) & 0xbf) !== 0x01) return this.refuse(offset, 'it does not begin with an element');
    if (this.room <= 0) return this.refuse(offset, 'the templates of its chunk unfold to too much');
    const problem = this.tokeniser.read(chunk, start + 4, start + size, true);
    this.room -= this.tokeniser.length;
    if (problem !== undefined) return this.refuse(offset, problem);
    if (this.tokeniser.warning !== undefined) this.sink.onDefinition('templateSizes', offset, this.tokeniser.warning);
    const plan = this.equalPlan(view, at) ?? this.compile(view, at);
    if (plan.hasUnknownEntity) this.sink.onDefinition('entity', offset, '');
    this.sink.onPlan(plan, offset);
    return plan;
  }

  private refuse(offset: number, reason: string): undefined {
    this.problemAt[offset] = reason;
    this.sink.onDefinition('template', offset, reason);
    return undefined;
  }

  private guidKey(view: DataView, at: number): number {
    return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at + 8, true);
  }

  private equalPlan(view: DataView, at: number): Plan | undefined {
    const candidates = this.byGuid.get(this.guidKey(view, at));
    if (candidates === undefined) return undefined;
    const stream = this.tokeniser.stream;
    const length = this.tokeniser.length;
    for (const plan of candidates) {
      const identity = plan.identity;
      if (identity.length !== length + 4 || !hasGuid(identity, view, at)) continue;
      let i = 0;
      while (i < length && identity[i + 4] === stream[i]) i++;
      if (i === length) return plan;
    }
    return undefined;
  }

  private compile(view: DataView, at: number): Plan {
    const { stream, length } = this.tokeniser;
    const identity = new Int32Array(length + 4);
    for (let i = 0; i < 4; i++) identity[i] = view.getInt32(at + 4 + 4 * i, true);
    identity.set(stream.subarray(0, length), 4);
    const plan = new Plan(identity, stream, length);
    this.compiled++;
    if (this.total >= MAX_PLANS) {
      this.byGuid = new Map();
      this.total = 0;
    }
    const key = this.guidKey(view, at);
    const candidates = this.byGuid.get(key);
    if (candidates === undefined) this.byGuid.set(key, [plan]);
    else if (candidates.length < MAX_VARIANTS) candidates.unshift(plan);
    this.total++;
    return plan;
  }
}

function hasGuid(identity: Int32Array, view: DataView, at: number): boolean {
  for (let i = 0; i < 4; i++) if (identity[i] !== view.getInt32(at + 4 + 4 * i, true)) return false;
  return true;
}
