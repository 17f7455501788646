import type { Source } from '../windows/index.ts';
import type { TextAnomalies } from './anomalies.ts';
import type { Candidate } from './expand.ts';
import { whatIsMissing } from './incomplete.ts';
import { SourceClock } from './source-clock.ts';
import type { Shape, ShapedEvent, TextSink, ThirdPartyFinding, UnitPlace, UnreadUnit } from './types.ts';

/** Third-party findings that one source keeps; more are counted. */
const MAX_THIRD_PARTY = 10_000;

/** Reads recognised units by their shapes, hands events on, and counts what became of every unit of a source (L21). */
export class UnitTally {
  readonly #source: Source;
  readonly #anomalies: TextAnomalies;
  readonly #onUnread: ((unit: UnreadUnit) => void) | undefined;
  readonly units: Map<string, number> = new Map();
  readonly why: Map<string, string> = new Map();
  readonly #losses: Map<string, number> = new Map();
  /** The list of losses that came last, of which shape and how often: a shape gives the same list again and again. */
  #lastLosses: { readonly shape: Shape; readonly codes: readonly string[]; times: number } | undefined;
  readonly missing: Map<string, number> = new Map();
  readonly thirdParty: ThirdPartyFinding[] = [];
  readonly clock: SourceClock = new SourceClock();
  thirdPartyOmitted = 0;
  events = 0;
  rejected = 0;
  rejectedBytes = 0;
  skippedByFilter = 0;
  contentLost = 0;

  constructor(source: Source, anomalies: TextAnomalies, onUnread?: (unit: UnreadUnit) => void) {
    this.#source = source;
    this.#anomalies = anomalies;
    this.#onUnread = onUnread;
  }

  /** True when the unit is one that the table knows, or that looks like an event of which something is missing. */
  static isKnown({ recognition, unit }: Candidate): boolean {
    return recognition !== undefined || (unit.kind === 'json' && whatIsMissing(unit.value) !== undefined);
  }

  /** Counts one unit and what it holds. `finish` adds to an event what only the reader of its text knows. */
  take(
    candidate: Candidate,
    sink: TextSink,
    finish: (event: ShapedEvent, shape: Shape) => ShapedEvent = (event) => event,
  ): void {
    const { unit, recognition, wrappers } = candidate;
    if (wrappers.length > 0) count(this.units, 'wrapper');
    if (recognition === undefined) {
      const missing = unit.kind === 'json' ? whatIsMissing(unit.value) : undefined;
      count(this.units, 'unknown');
      if (missing !== undefined) count(this.missing, missing);
      this.#tellUnread('unknown_shape', unit, missing === undefined ? 'no known shape of an event' : `no ${missing}`);
      return;
    }
    const { shape, why } = recognition;
    count(this.units, shape.id);
    if (!this.why.has(shape.id)) {
      this.why.set(shape.id, wrappers.length === 0 ? why : `${why}, taken out of ${wrappers.join(', ')}`);
    }
    const reading = shape.read(unit, this.#source);
    if (reading.kind === 'broken') {
      this.rejected++;
      this.rejectedBytes += unit.length;
      this.#tellUnread('broken_event', unit, `of shape ${shape.id}, but ${reading.reason}`);
      this.#anomalies.add(
        'brokenEvent',
        `A unit of ${unit.length} bytes on line ${unit.line} is of shape ${shape.id}, but ${reading.reason}. It was left out.`,
        unit,
      );
      return;
    }
    if (reading.kind === 'thirdParty') {
      if (this.thirdParty.length < MAX_THIRD_PARTY) this.thirdParty.push(reading.finding);
      else this.thirdPartyOmitted++;
      return;
    }
    if (reading.kind === 'lost') this.contentLost++;
    else this.#lose(shape, reading.losses);
    this.events++;
    this.clock.add(reading.event);
    sink.onEvent(finish(reading.event, shape));
  }

  /** A unit that could not be cut or parsed. */
  reject(place: UnitPlace, reason: string): void {
    this.rejected++;
    this.rejectedBytes += place.length;
    this.#tellUnread('broken_unit', place, reason);
    const bytes = `${place.length} byte${place.length === 1 ? '' : 's'}`;
    this.#anomalies.add(
      'brokenUnit',
      `${bytes} from line ${place.line} on hold no readable unit: ${reason}. They were left out.`,
      place,
    );
  }

  /** A source, or the rest of one, that is refused by name with what to export instead (SETTLED B2). */
  refuse(place: UnitPlace, what: string, close: string): void {
    this.rejected++;
    this.rejectedBytes += place.length;
    this.#tellUnread('refused', place, what);
    this.#anomalies.add('refused', `This is ${what}: too little for a judgement. Instead, ${close}.`, place);
  }

  /** Units by shape and what they lost, `S4 ticks`. */
  get losses(): ReadonlyMap<string, number> {
    this.#countLosses();
    return this.#losses;
  }

  #lose(shape: Shape, codes: readonly string[]): void {
    const last = this.#lastLosses;
    if (last?.codes === codes && last.shape === shape) {
      last.times++;
      return;
    }
    this.#countLosses();
    this.#lastLosses = { shape, codes, times: 1 };
  }

  #countLosses(): void {
    const last = this.#lastLosses;
    this.#lastLosses = undefined;
    if (last === undefined) return;
    for (const code of last.codes) count(this.#losses, `${last.shape.id} ${code}`, last.times);
  }

  #tellUnread(code: UnreadUnit['code'], { offset, length }: UnitPlace, reason: string): void {
    this.#onUnread?.({ code, reason, offset, length });
  }

  /**
   * Units that look like events and match no row are `incomplete` where at least half of the others match, else `unknown`
   * (SETTLED B5).
   */
  settleIncomplete(): void {
    const incomplete = [...this.missing.values()].reduce((sum, number) => sum + number, 0);
    const unknown = this.units.get('unknown') ?? 0;
    let matched = 0;
    for (const [key, number] of this.units) if (key !== 'unknown' && key !== 'wrapper') matched += number;
    if (incomplete > 0 && matched > 0 && matched >= unknown - incomplete) {
      this.units.set('incomplete', incomplete);
      if (unknown === incomplete) this.units.delete('unknown');
      else this.units.set('unknown', unknown - incomplete);
      for (const [what, number] of [...this.missing].sort()) {
        const units = number === 1 ? '1 unit has' : `${number} units have`;
        this.#anomalies.add(
          'incomplete',
          `${units} an event id, a host and a time, but no ${what}. Not judged.`,
          undefined,
          number,
        );
      }
    }
    const left = this.units.get('unknown') ?? 0;
    if (left > 0) {
      const units = left === 1 ? '1 unit is' : `${left} units are`;
      this.#anomalies.add(
        'unknown',
        `${units} of no known log shape. If they are events, name their fields in a file for --map; inspect shows a start.`,
        undefined,
        left,
      );
    }
  }
}

function count(map: Map<string, number>, key: string, times = 1): void {
  map.set(key, (map.get(key) ?? 0) + times);
}
