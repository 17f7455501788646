import { isUtf8 } from 'node:buffer';
import type { Source, Zone } from '../windows/index.ts';
import { TextAnomalies } from './anomalies.ts';
import type { BrokenSpan, Piece, Span } from './cut-piece.ts';
import { type Dialect, type DialectUnit, OPENING_BYTES } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { MAX_ARRAYS, Repetitions } from './duplicates.ts';
import { Utf8Stream } from './encoding.ts';
import { type Candidate, Expander } from './expand.ts';
import { readJsonObject } from './json-reader.ts';
import { withRepeatedNames } from './more-fields.ts';
import { locateHeader } from './prefilter.ts';
import { refusalOfRoot, refusalOfText } from './refusals.ts';
import { SHAPES } from './table.ts';
import type { Refusal, Shape, ShapedEvent, TextResult, TextSink, UnitPlace, UnreadUnit } from './types.ts';
import { UNKNOWN_UNIT, UnitCutter } from './unit-cutter.ts';
import { UnitTally } from './unit-tally.ts';
import { parseXml } from './xml-reader.ts';

export interface TextReaderOptions {
  readonly source: Source;
  /** The table of shapes; `SHAPES` when not given. A user's own mappings stand before it. */
  readonly shapes?: readonly Shape[];
  /** Channels and ids that the run reads: lines of others may be skipped unread (SETTLED B17). Absent: all are read. */
  readonly isWanted?: (channel: string, eventId: number) => boolean;
  /** Whether anybody asks for a record: where a key stands twice in one that nobody asks for by either value, that is no sign. Default: all are asked for. */
  readonly isAsked?: (channel: string, eventId: number) => boolean;
  /** The zone of local times, from `--assume-zone` (SETTLED B9). */
  readonly assumedZone?: Zone;
  /** Told of every unit that gave no event, once it is known that it gives none. */
  readonly onUnread?: (unit: UnreadUnit) => void;
}

/** Characters before a JSON object or an Event that a log line may have: a syslog header is far shorter. */
const MAX_PREFIX = 1024;
/** Keys that stand twice and are named. */
const MAX_NAMED = 16;

/**
 * Reads one text source from its first byte to its last: any mixture of JSON, XML, rows and text (SETTLED B1). Blocks may be
 * of any size; what comes out is the same. Memory holds one unit.
 *
 *     const reader = new TextReader({ source });
 *     for (const block of blocks) reader.push(block, sink);
 *     const result = reader.end(sink);
 */
export class TextReader {
  readonly #options: TextReaderOptions;
  readonly #anomalies = new TextAnomalies();
  readonly #tally: UnitTally;
  readonly #expander: Expander;
  readonly #repetitions: Repetitions;
  readonly #stream = new Utf8Stream();
  readonly #cutter = new UnitCutter();
  #invalidUnits = 0;
  readonly #refusals: Refusal[] = [];
  /** Set once the rest of the source is rows or text, with the place where that began. */
  #dialect: { readonly reader: Dialect; readonly start: number; readonly line: number } | undefined;
  /** Set when the rest of the source is refused. */
  #refused: { readonly place: UnitPlace; readonly reason: string } | undefined;
  #bytes = 0;
  /** Byte offset in the source where the broken unit began. */
  #brokenOffset: number | undefined;

  constructor(options: TextReaderOptions) {
    this.#options = options;
    this.#tally = new UnitTally(options.source, this.#anomalies, options.onUnread);
    this.#expander = new Expander(options.shapes ?? SHAPES);
    this.#repetitions = new Repetitions(this.#expander, options.source);
  }

  /** Reads the next block; events come out as soon as their unit is whole. */
  push(bytes: Uint8Array, sink: TextSink): void {
    this.#bytes += bytes.length;
    this.#feed(this.#stream.push(bytes), false, sink);
  }

  /** Reads a source that is whole in these bytes, and says what it came to. They stay as they are meanwhile, and are not copied. */
  read(bytes: Uint8Array, sink: TextSink): TextResult {
    this.#bytes += bytes.length;
    const decoded = this.#stream.push(bytes);
    if (decoded.length > 0) {
      // Nothing was pushed before.
      this.#cutter.window.adopt(decoded);
      this.#cut(false, sink);
    }
    return this.end(sink);
  }

  /** Reads what is left and says what the source came to. */
  end(sink: TextSink): TextResult {
    this.#feed(this.#stream.end(), true, sink);
    this.#lose(this.#cutter.end());
    this.#settleRest();
    const invalid = this.#stream.replaced + this.#invalidUnits;
    if (invalid > 0) {
      const encoding = this.#stream.encoding ?? 'utf-8';
      const where = encoding === 'utf-8' ? `${invalid} unit(s)` : `${invalid} place(s)`;
      this.#anomalies.add(
        'encoding',
        `${where} hold bytes that are not ${encoding}; U+FFFD stands for them.`,
        undefined,
        invalid,
      );
    }
    const tally = this.#tally;
    tally.settleIncomplete();
    return {
      units: sorted(tally.units),
      why: sorted(tally.why),
      encoding: this.#stream.encoding ?? 'utf-8',
      events: tally.events,
      rejected: tally.rejected,
      rejectedBytes: tally.rejectedBytes,
      skippedByFilter: tally.skippedByFilter,
      contentLost: tally.contentLost,
      losses: sorted(tally.losses),
      thirdParty: tally.thirdParty,
      thirdPartyOmitted: tally.thirdPartyOmitted,
      refusals: this.#refusals,
      anomalies: this.#anomalies.list(),
      clock: tally.clock.settle(this.#options.assumedZone),
    };
  }

  #feed(bytes: Uint8Array, isLast: boolean, sink: TextSink): void {
    if (this.#refused !== undefined) return;
    if (this.#dialect !== undefined) {
      this.#takeUnits(this.#dialect.reader.push(bytes), sink);
      if (isLast) this.#takeUnits(this.#dialect.reader.end(), sink);
      return;
    }
    this.#cutter.push(bytes);
    this.#cut(isLast, sink);
  }

  #cut(isLast: boolean, sink: TextSink): void {
    const cutter = this.#cutter;
    for (let piece = cutter.next(isLast); piece !== undefined; piece = cutter.next(isLast)) {
      this.#markBroken();
      if (piece.kind === 'json') this.#json(piece, sink);
      else if (piece.kind === 'xml') this.#xml(piece, sink);
      else {
        // An opener sees the same bytes however the source was cut: the line comes again when they are there.
        if (!isLast && cutter.window.end - piece.start < OPENING_BYTES) return;
        if (this.#beginsDialect(piece, sink, isLast)) return;
        this.#line(piece, sink);
      }
    }
    this.#markBroken();
    this.#stream.sourceOffset(cutter.position);
  }

  /** Tells where a broken unit began while the bytes before it are still known. */
  #markBroken(): void {
    const start = this.#cutter.brokenStart;
    if (start !== undefined) this.#brokenOffset ??= this.#stream.sourceOffset(start);
  }

  /** True when the rest of the source, from this line on, is rows or text, or is refused by name. */
  #beginsDialect(piece: Piece, sink: TextSink, isLast: boolean): boolean {
    const hasUnits = this.#tally.units.size > 0 || this.#tally.skippedByFilter > 0;
    const isFirst = !hasUnits && !piece.isTentative;
    const openers = DIALECTS.filter((opener) => isFirst || (!hasUnits && opener.mayFollowUnread));
    if (openers.length === 0) return false;
    const { window } = this.#cutter;
    const head = window.text(piece.start, Math.min(window.end, piece.start + OPENING_BYTES));
    const refusal = isFirst ? refusalOfText(head) : undefined;
    if (refusal !== undefined) {
      const place = this.#accept(piece);
      this.#refusals.push(refusal);
      this.#refused = { place, reason: refusal.what };
      return true;
    }
    for (const opener of openers) {
      const reader = opener.open(head);
      if (reader === undefined) continue;
      this.#lose(this.#cutter.endBefore(piece));
      this.#dialect = { reader, start: piece.start, line: piece.line };
      this.#takeUnits(reader.push(this.#cutter.takeRest(piece)), sink);
      if (isLast) this.#takeUnits(reader.end(), sink);
      return true;
    }
    return false;
  }

  #takeUnits(units: readonly DialectUnit[], sink: TextSink): void {
    const begin = this.#dialect;
    if (begin === undefined) return;
    for (const { start, end, line, ...rest } of units) {
      const span = { start: begin.start + start, end: begin.start + end, line: begin.line + line - 1 };
      const place = this.#placeOf(span);
      if (rest.kind === 'broken') this.#tally.reject(place, rest.reason);
      else for (const candidate of this.#expander.dialectUnit(place, rest)) this.#tally.take(candidate, sink);
    }
  }

  /** What was refused as a whole, and XML that holds no Event. */
  #settleRest(): void {
    if (this.#refused !== undefined) {
      const { place, reason } = this.#refused;
      this.#tally.refuse({ ...place, length: this.#bytes - place.offset }, reason, this.#refusals[0]?.close ?? '');
    }
    const root = this.#cutter.rootName;
    if (root === undefined || this.#tally.units.size > 0 || this.#tally.rejected > 0) return;
    const refusal = refusalOfRoot(root);
    if (refusal === undefined) this.#tally.units.set('unknown', 1);
    else {
      this.#refusals.push(refusal);
      this.#tally.refuse({ offset: 0, length: this.#bytes, line: 1 }, refusal.what, refusal.close);
    }
  }

  #json(piece: Piece, sink: TextSink): void {
    const { window } = this.#cutter;
    const { isWanted } = this.#options;
    if (isWanted !== undefined) {
      const header = locateHeader(window.buffer, window.indexOf(piece.start), window.indexOf(piece.end), isWanted);
      if (header !== undefined) {
        const place = this.#accept(piece);
        this.#tally.skippedByFilter++;
        sink.onSkipped?.({ ...header, offset: place.offset });
        return;
      }
    }
    const reading = readJsonObject(window.buffer, window.indexOf(piece.start), window.indexOf(piece.end));
    if (reading.kind === 'problem') {
      if (piece.isGuess) this.#cutter.rescan();
      else this.#cutter.decline(piece, reading.reason);
      return;
    }
    const { value, text } = reading;
    if (piece.isTentative) {
      const candidates = this.#expander.json({ offset: 0, length: 0, line: 0 }, value, text);
      if (!piece.fillsLine && !candidates.some(UnitTally.isKnown)) {
        this.#cutter.decline(piece, UNKNOWN_UNIT);
        return;
      }
    }
    const isInvalid = text.includes('\ufffd') && !isUtf8(window.slice(piece.start, piece.end));
    const place = this.#accept(piece);
    if (isInvalid) this.#invalidUnits++;
    const candidates = this.#expander.json(place, value, text);
    this.#takeAll(place, candidates, sink);
  }

  /** Takes what a unit of JSON holds, or carries, with what stands twice in it. */
  #takeAll(place: UnitPlace, candidates: readonly Candidate[], sink: TextSink): void {
    if (!Repetitions.areIn(candidates)) {
      for (const candidate of candidates) this.#tally.take(candidate, sink);
      return;
    }
    const { isAsked = () => true } = this.#options;
    const asks = ({ channel, eventId }: Pick<ShapedEvent, 'channel' | 'eventId'>): boolean => isAsked(channel, eventId);
    const { found, isCut } = this.#repetitions.hidden(place, candidates);
    for (const candidate of found) {
      this.#tally.take(candidate, sink, (event) => (asks(event) ? withRepeatedNames(event, []) : event));
    }
    // Who would ask for what was not read is not known.
    if (isCut) {
      this.#anomalies.add(
        'duplicateKey',
        `In the unit on line ${place.line} more than ${MAX_ARRAYS} values stand where the last one holds events: the events of the first ${MAX_ARRAYS} and of the last were read, those of the others not.`,
        place,
      );
    }
    for (const candidate of candidates) {
      this.#tally.take(candidate, sink, (event, shape) => {
        const both = this.#repetitions.keepBoth(place, candidate, event, shape);
        if (both === undefined || ![event, ...both.heads].some(asks)) return event;
        const named = both.keys.slice(0, MAX_NAMED).join(', ');
        const others = both.keys.length > MAX_NAMED ? ` and ${both.keys.length - MAX_NAMED} others` : '';
        this.#anomalies.add(
          'duplicateKey',
          `The unit on line ${place.line} has keys that stand twice in one object (${named}${others}). The last value counts; both are kept.`,
          place,
        );
        return both.event;
      });
    }
  }

  #xml(piece: Piece, sink: TextSink): void {
    const text = this.#cutter.window.text(piece.start, piece.end);
    const isInvalid = text.includes('\ufffd') && !isUtf8(this.#cutter.window.slice(piece.start, piece.end));
    const element = parseXml(text);
    if (typeof element === 'string') {
      this.#cutter.decline(piece, element);
      return;
    }
    const place = this.#accept(piece);
    if (isInvalid) this.#invalidUnits++;
    this.#tally.take(this.#expander.other({ ...place, kind: 'xml', element }), sink);
  }

  /** A line that begins neither JSON nor XML: known only when an event follows a header of its own, as in syslog. */
  #line(piece: Piece, sink: TextSink): void {
    const text = this.#cutter.window.text(piece.start, piece.end);
    const begin = text.slice(0, MAX_PREFIX).search(/\{\s*"|<\?xml|<Event[\s>]/);
    if (begin > 0) {
      const found = this.#expander.text({ offset: 0, length: 0, line: 0 }, text.slice(begin), []);
      if (typeof found !== 'string' && found.some((candidate) => candidate.recognition !== undefined)) {
        const place = this.#accept(piece);
        const candidates = this.#expander.text(place, text.slice(begin), ['a line with a header of its own']);
        if (typeof candidates !== 'string') this.#takeAll(place, candidates, sink);
        return;
      }
    }
    this.#cutter.decline(piece, 'neither JSON nor XML, nor a known text');
  }

  /** Settles a piece as a unit; what was lost before it is counted first. */
  #accept(piece: Piece): UnitPlace {
    this.#lose(this.#cutter.accept(piece));
    const place = this.#placeOf(piece);
    return piece.headerRecordId === undefined ? place : { ...place, headerRecordId: piece.headerRecordId };
  }

  #lose(broken: BrokenSpan | undefined): void {
    if (broken === undefined) return;
    const offset = this.#brokenOffset ?? this.#stream.sourceOffset(broken.start);
    this.#brokenOffset = undefined;
    const length = this.#stream.sourceOffset(broken.end) - offset;
    this.#tally.reject({ offset, length, line: broken.line }, broken.reason);
  }

  #placeOf(span: Span): UnitPlace {
    const offset = this.#stream.sourceOffset(span.start);
    return { offset, length: this.#stream.sourceOffset(span.end) - offset, line: span.line };
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
