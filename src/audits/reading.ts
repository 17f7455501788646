import type { Instant, WmiObject } from '../windows/index.ts';
import { AuditAnomalies, type AuditAnomalyWord } from './anomalies.ts';
import type { AuditDocument, AuditedObject, CollectorFacts } from './audit-document.ts';
import { type AuditFormat, lossesOf } from './formats.ts';
import type { AuditLimits } from './limits.ts';
import type { RowPlace } from './source-bytes.ts';

/** What a row says of its host, beside the object. */
export interface RowOrigin {
  readonly computer?: string | undefined;
  readonly time?: Instant | undefined;
}

/** What a whole document says of the host. */
export interface DocumentFacts extends RowOrigin {
  readonly domain?: string | undefined;
  readonly complete?: readonly string[];
  readonly collector?: CollectorFacts;
}

/** One document while it is read: collects objects and trouble within the bounds. */
export class AuditReading {
  readonly limits: AuditLimits;
  readonly #anomalies: AuditAnomalies;
  readonly #objects: AuditedObject[] = [];
  #made = 0;
  #read = 0;
  #rejected = 0;
  #passedOver = 0;
  #isFull = false;

  constructor(file: string, limits: AuditLimits) {
    this.limits = limits;
    this.#anomalies = new AuditAnomalies(file, limits.anomalies);
  }

  /** True when no further object is taken. */
  get isFull(): boolean {
    return this.#isFull;
  }

  note(word: AuditAnomalyWord, offset: number, parts: Readonly<Record<string, string | number>> = {}): void {
    this.#anomalies.add(word, offset, parts);
  }

  /** A row that gave its objects. */
  countRead(): void {
    this.#read++;
  }

  reject(place: RowPlace, reason: string): void {
    this.#rejected++;
    this.note('row', place.offset, { reason });
  }

  passOver(word: AuditAnomalyWord, place: RowPlace, name: string): void {
    this.#passedOver++;
    this.note(word, place.offset, { name });
  }

  /** Rows that are none of ours and need no word. */
  passOverSilently(): void {
    this.#passedOver++;
  }

  /** Takes an object, unless there are too many. */
  add(object: WmiObject, place: RowPlace, origin: RowOrigin = {}): void {
    const audited = this.audited(object, place, origin);
    if (audited !== undefined) this.#objects.push(audited);
  }

  /** The object with its place, counted against the bound but not taken yet. */
  audited(object: WmiObject, place: RowPlace, origin: RowOrigin = {}): AuditedObject | undefined {
    if (this.#made >= this.limits.objects) {
      if (!this.#isFull) this.note('objects', place.offset, { limit: this.limits.objects });
      this.#isFull = true;
      return undefined;
    }
    this.#made++;
    const { computer, time } = origin;
    return {
      object,
      offset: place.offset,
      length: place.length,
      line: place.line,
      ...(computer === undefined || computer === '' ? {} : { computer }),
      ...(time === undefined ? {} : { time }),
    };
  }

  take(objects: Iterable<AuditedObject>): void {
    for (const object of objects) this.#objects.push(object);
  }

  finish(format: AuditFormat, facts: DocumentFacts = {}): AuditDocument {
    const { domain, collector } = facts;
    return {
      format,
      computer: facts.computer ?? commonComputer(this.#objects),
      ...(domain === undefined ? {} : { domain }),
      time: facts.time,
      objects: this.#objects,
      complete: facts.complete ?? [],
      loses: lossesOf(format),
      anomalies: this.#anomalies.list(),
      rows: { read: this.#read, rejected: this.#rejected, passedOver: this.#passedOver },
      ...(collector === undefined ? {} : { collector }),
    };
  }
}

/** The one host that all rows name, in its first spelling. */
function commonComputer(objects: readonly AuditedObject[]): string | undefined {
  let common: string | undefined;
  for (const { computer } of objects) {
    if (computer === undefined) continue;
    if (common !== undefined && common.toLowerCase() !== computer.toLowerCase()) return undefined;
    common ??= computer;
  }
  return common;
}
