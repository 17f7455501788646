import { Engine, type EngineContext } from '../analytics/index.ts';
import type { HostTable } from '../entities/index.ts';
import { COPIES_MS, CopyFolder, type EventStore, sharedAmong } from '../evidence/index.ts';
import { type CoverageCount, type PackedEvent, type Pieces, toEnd } from '../windows/index.ts';

/** What is taken ahead goes on when the watermark has moved by so much: each time what is held behind it is looked through. */
const STEP_MS = 30_000;

/** What is known of the held rows when they are looked at. */
export interface HeldRows {
  readonly store: EventStore;
  readonly coverage: readonly CoverageCount[];
  readonly hosts: HostTable;
}

/** What the engine of a judgement is asked besides rows. */
export type AskedOf = Pick<EngineContext, 'rules' | 'pack' | 'watermarkMs'>;

/**
 * An engine that has taken the first of the held rows before a judgement asks for it. It takes them in the order and by the
 * folder that the judgement would, up to where no row is expected any more that could come before or be a copy of one of them; so
 * the judgement goes on from there and is the same. A row that comes before all the same makes it useless, as does
 * whatever else changes what was taken.
 */
export class HeadStart {
  readonly engine: Engine;
  readonly folder: CopyFolder;
  readonly #asked: AskedOf;
  readonly #hosts: HostTable;
  readonly #store: EventStore;
  /** What the store had folded before. */
  readonly foldedBefore: number;
  #watermarkMs: number;
  #taken = 0;
  #takenMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor({ store, coverage, hosts }: HeldRows, asked: AskedOf) {
    this.#asked = asked;
    this.#watermarkMs = asked.watermarkMs ?? Number.POSITIVE_INFINITY;
    this.#hosts = hosts;
    this.#store = store;
    this.foldedBefore = store.folded;
    this.engine = new Engine({ ...asked, coverage, hosts });
    this.folder = folderOf(hosts);
  }

  /** Event time: every row before it is taken, and none from it on. */
  get takenMs(): number {
    return this.#takenMs;
  }

  /** Rows that are taken, copies too. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * True where a judgement that asks this may go on from here, if it is of the same hosts. A later watermark changes nothing of what was taken: a window of
   * a correlation that closed meanwhile had ended before a row that was taken, and so before either watermark. Only one that closed for want of room had not.
   */
  asks({ rules, pack, watermarkMs = Number.POSITIVE_INFINITY }: AskedOf): boolean {
    if (this.#asked.rules !== rules || this.#asked.pack !== pack) return false;
    return (
      rules === undefined ||
      watermarkMs === this.#watermarkMs ||
      (watermarkMs > this.#watermarkMs && !this.engine.hasHeldBack)
    );
  }

  /** The engine, to go on with what is asked at this watermark. */
  engineAt(watermarkMs: number = Number.POSITIVE_INFINITY): Engine {
    this.#watermarkMs = watermarkMs;
    this.engine.expectFrom(watermarkMs);
    return this.engine;
  }

  /** True where all names are of the hosts that they were of. */
  isOf(hosts: HostTable): boolean {
    return this.#hosts.isSame(hosts);
  }

  /** Rows came, the oldest of them at this time; false where one of them could belong before what was taken. */
  bears(oldestMs: number): boolean {
    const safeMs = oldestMs - COPIES_MS;
    this.#untilMs = Math.min(this.#untilMs, Math.max(safeMs, this.#takenMs));
    return this.#takenMs <= safeMs;
  }

  /** True where something is to be looked through anew before more can be taken, and is worth it. */
  isAtEnd(watermarkMs: number): boolean {
    return this.#takenMs >= this.#untilMs && watermarkMs - COPIES_MS >= this.#untilMs + STEP_MS;
  }

  /** Goes on up to the watermark, as far as copies of what is before it are known. */
  goOn({ store, coverage, hosts }: HeldRows, watermarkMs: number): void {
    this.#untilMs = Math.max(this.#takenMs, watermarkMs - COPIES_MS);
    if (!this.engine.hasHeldBack && watermarkMs > this.#watermarkMs) this.engineAt(watermarkMs);
    this.folder.shareBy(toEnd(sharedFrom(this.#takenMs, store, coverage, hosts)));
  }

  /** The same; undefined where a bug of ours on some row ends it: the next judgement meets it as well, and tells. */
  tryTake(rows: number): boolean | undefined {
    try {
      return this.take(rows);
    } catch {
      return undefined;
    }
  }

  /** Takes so many rows and the others of the time of the last; false where there are no more to take now. */
  take(rows: number): boolean {
    if (this.#takenMs >= this.#untilMs) return false;
    let toMs = this.#untilMs;
    const next = this.#store.sorted({ fromMs: this.#takenMs, beforeMs: toMs });
    const some = firstOf(next, rows, (ms) => {
      toMs = ms;
    });
    for (const event of this.folder.take(this.#counted(some))) this.engine.accept(event);
    this.#takenMs = toMs;
    return toMs < this.#untilMs;
  }

  *#counted(events: Iterable<PackedEvent>): Generator<PackedEvent, void, undefined> {
    for (const event of events) {
      this.#taken += 1 + event.otherPlaces.length;
      yield event;
    }
  }
}

/** Folds rows that stay where they are for as long as the folder is used. */
export function folderOf(hosts: HostTable): CopyFolder {
  return new CopyFolder({ isShared: () => true, hostKey: (computer) => hosts.keyOf(computer), hold: (event) => event });
}

/** What has to wait for copies from this time on, by all that is held now. */
export function sharedFrom(
  fromMs: number,
  store: EventStore,
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): Pieces<(event: PackedEvent) => boolean> {
  const span = { fromMs: fromMs - COPIES_MS, beforeMs: Number.POSITIVE_INFINITY };
  return sharedAmong(store.rows(span), store.count, coverage, hosts);
}

/** So many events and the others of the time of the last; `onMore` is told the time of the next one. */
function* firstOf(
  events: Iterable<PackedEvent>,
  count: number,
  onMore: (ms: number) => void,
): Generator<PackedEvent, void, undefined> {
  let left = count;
  let lastMs = Number.NaN;
  for (const event of events) {
    const { timeMs } = event;
    if (left <= 0 && timeMs !== lastMs) {
      onMore(timeMs);
      return;
    }
    left--;
    lastMs = timeMs;
    yield event;
  }
}
