import { createHash, type Hash } from 'node:crypto';
import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Anomaly, Gap } from '../windows/index.ts';
import { JSONL_SCHEMA } from './json.ts';
import type { RecordLine } from './record-line.ts';
import type { Header, HuntResult, Run, Summary, ThirdPartyDetection } from './result.ts';
import type { SchemaCheck } from './schema-check.ts';

/** Bounds on a file of results, each far beyond what a hunt writes: a hundred thousand dossiers are about 400 MB (L20). */
export interface ReadLimits {
  readonly lineBytes: number;
  readonly lines: number;
  readonly totalBytes: number;
}

export const READ_LIMITS: ReadLimits = {
  lineBytes: 64 * 1024 * 1024,
  lines: 2_000_000,
  totalBytes: 2 * 1024 * 1024 * 1024,
};

/** What is wrong with a file of results, and in which line, from 1. */
export interface ResultProblem {
  readonly kind: 'problem';
  readonly code: string;
  readonly line: number;
  readonly message: string;
  readonly action: string;
}

export type ReadResult = { readonly kind: 'result'; readonly result: HuntResult } | ResultProblem;

const KINDS: ReadonlySet<string> = new Set([
  'header',
  'record',
  'subscription',
  'hop',
  'finding',
  'incident',
  'gap',
  'anomaly',
  'thirdParty',
  'summary',
  'run',
]);

/** Keys that a line has and the object that it stands for has not. */
const ENVELOPE: ReadonlySet<string> = new Set(['kind', 'schema', 'id']);
const START = /^(?:\ufeff)?\{"kind":"header","schema":"triad\./;

/** True of the first bytes of a file that `triad hunt --format jsonl` wrote, of this version or another one. */
export function looksLikeResult(start: string): boolean {
  return START.test(start);
}

/**
 * Reads what `--format jsonl` wrote back into the result that it was written from. Every line is checked by the schema of
 * its kind, the run line has to be the last one, and the digest has to hold: what is explained is what the hunt found.
 */
export async function readResult(
  chunks: AsyncIterable<Uint8Array>,
  check: SchemaCheck,
  limits: ReadLimits = READ_LIMITS,
): Promise<ReadResult> {
  const reading = new Reading(check);
  let number = 0;
  try {
    for await (const bytes of linesOf(chunks, limits)) {
      number++;
      if (number > limits.lines) throw new Wrong('TRIAD-E-RESULT-LIMIT', `it has more than ${limits.lines} lines`);
      reading.take(bytes);
    }
    return { kind: 'result', result: reading.finish() };
  } catch (cause) {
    if (!(cause instanceof Wrong)) throw cause;
    const line = cause.isAtEnd ? number : Math.max(1, cause.isNextLine ? number + 1 : number);
    return { kind: 'problem', code: cause.code, line, message: upper(cause.message), action: cause.action };
  }
}

const WRITE_AGAIN = 'Name a file that triad hunt --format jsonl wrote, as it was written.';

/** Ends the reading of one file; never leaves this module. */
class Wrong extends Error {
  readonly code: string;
  readonly action: string;
  readonly isAtEnd: boolean;
  readonly isNextLine: boolean;

  constructor(code: string, message: string, at: { action?: string; isAtEnd?: boolean; isNextLine?: boolean } = {}) {
    super(message);
    this.code = code;
    this.action = at.action ?? WRITE_AGAIN;
    this.isAtEnd = at.isAtEnd === true;
    this.isNextLine = at.isNextLine === true;
  }
}

/** Lines without their line break; a carriage return before it is one that a copy program added. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, limits: ReadLimits): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let total = 0;
  const whole = (last: Uint8Array): Uint8Array => {
    const line = held.length === 0 ? last : Buffer.concat([...held, last]);
    held = [];
    heldBytes = 0;
    return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  };
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limits.totalBytes) {
      throw new Wrong('TRIAD-E-RESULT-LIMIT', `it is longer than ${limits.totalBytes} bytes`, { isNextLine: true });
    }
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      if (heldBytes + end - start > limits.lineBytes) throw tooLong(limits);
      yield whole(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) {
      held.push(chunk.slice(start));
      heldBytes += chunk.length - start;
      if (heldBytes > limits.lineBytes) throw tooLong(limits);
    }
  }
  if (heldBytes > 0) yield whole(new Uint8Array(0));
}

function tooLong(limits: ReadLimits): Wrong {
  return new Wrong('TRIAD-E-RESULT-LIMIT', `the line is longer than ${limits.lineBytes} bytes`, { isNextLine: true });
}

class Reading {
  readonly #check: SchemaCheck;
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  readonly #digest: Hash = createHash('sha256');
  #header: Header | undefined;
  #summary: Summary | undefined;
  #run: Run | undefined;
  readonly #records: RecordLine[] = [];
  readonly #subscriptions: Dossier[] = [];
  readonly #findings: Finding[] = [];
  readonly #incidents: Incident[] = [];
  readonly #gaps: Gap[] = [];
  readonly #anomalies: Anomaly[] = [];
  readonly #thirdParty: ThirdPartyDetection[] = [];

  constructor(check: SchemaCheck) {
    this.#check = check;
  }

  take(bytes: Uint8Array): void {
    const value = this.#parse(bytes);
    const kind = value['kind'];
    if (this.#header === undefined) requireStart(value);
    if (this.#run !== undefined) throw new Wrong('TRIAD-E-RESULT-ORDER', 'something stands behind the run line');
    if (value['schema'] !== JSONL_SCHEMA) {
      throw new Wrong('TRIAD-E-RESULT-VERSION', `schema is not ${JSONL_SCHEMA}`, { action: VERSION_ACTION });
    }
    if (typeof kind !== 'string' || !KINDS.has(kind)) throw new Wrong('TRIAD-E-RESULT-LINE', 'kind is not a known one');
    const problem = this.#check.problem(kind, value, ENVELOPE);
    if (problem !== undefined) throw new Wrong('TRIAD-E-RESULT-LINE', `${problem} (a ${kind} line)`);
    if (kind !== 'header' && kind !== 'run') this.#digest.update(bytes).update('\n');
    this.#keep(kind, value);
  }

  #parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) {
      throw new Wrong('TRIAD-E-RESULT-LINE', 'it is UTF-16', {
        action: 'A Windows shell wrote it so: run triad hunt --format jsonl -o FILE again.',
      });
    }
    let value: unknown;
    try {
      value = JSON.parse(this.#text.decode(bytes));
    } catch {
      throw new Wrong('TRIAD-E-RESULT-LINE', 'the line is not JSON: it was cut or changed');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Wrong('TRIAD-E-RESULT-LINE', 'the line is no object');
    }
    return value as Readonly<Record<string, unknown>>;
  }

  /** Every cast here stands behind the check of the line by its schema. */
  #keep(kind: string, value: Readonly<Record<string, unknown>>): void {
    const { kind: _kind, schema: _schema, ...item } = value;
    const { id: _id, ...bare } = item;
    switch (kind) {
      case 'header': {
        if (this.#header !== undefined) throw new Wrong('TRIAD-E-RESULT-ORDER', 'there are two header lines');
        const { configSha256: _digest, ...header } = bare;
        this.#header = header as unknown as Header;
        break;
      }
      case 'record':
        this.#records.push(item as unknown as RecordLine);
        break;
      case 'subscription':
        this.#subscriptions.push(item as unknown as Dossier);
        break;
      case 'finding':
        this.#findings.push(item as unknown as Finding);
        break;
      case 'incident':
        this.#incidents.push(item as unknown as Incident);
        break;
      case 'gap':
        this.#gaps.push(item as unknown as Gap);
        break;
      case 'anomaly':
        this.#anomalies.push(bare as unknown as Anomaly);
        break;
      case 'thirdParty':
        this.#thirdParty.push(bare as unknown as ThirdPartyDetection);
        break;
      case 'summary':
        if (this.#summary !== undefined) throw new Wrong('TRIAD-E-RESULT-ORDER', 'there are two summary lines');
        this.#summary = bare as unknown as Summary;
        break;
      case 'run':
        this.#end(bare);
        break;
      default:
        // A hop line is an edge of its incident again, for readers of single lines.
        break;
    }
  }

  #end(value: Readonly<Record<string, unknown>>): void {
    const { findingsDigest, ...run } = value;
    if (findingsDigest !== this.#digest.digest('hex')) {
      throw new Wrong(
        'TRIAD-E-RESULT-CHANGED',
        'findingsDigest is not that of the lines before it: the file was changed',
      );
    }
    this.#run = run as unknown as Run;
  }

  finish(): HuntResult {
    if (this.#header === undefined) throw new Wrong('TRIAD-E-RESULT-CUT', 'it is empty', { isAtEnd: true });
    if (this.#summary === undefined || this.#run === undefined) {
      throw new Wrong('TRIAD-E-RESULT-CUT', 'it ends without a run line: it was cut', { isAtEnd: true });
    }
    return {
      schemaVersion: 1,
      header: this.#header,
      run: this.#run,
      summary: this.#summary,
      subscriptions: this.#subscriptions,
      findings: this.#findings,
      incidents: this.#incidents,
      gaps: this.#gaps,
      anomalies: this.#anomalies,
      thirdParty: this.#thirdParty,
      records: this.#records,
    };
  }
}

const VERSION_ACTION = 'Another version of Triad wrote it: read it with that one, or hunt the evidence again.';

/** The first line says what the file is. */
function requireStart(value: Readonly<Record<string, unknown>>): void {
  if (value['kind'] === 'header') return;
  if ('schemaVersion' in value) {
    throw new Wrong('TRIAD-E-RESULT-START', 'this is the one object of --format json', {
      action: 'Write --format jsonl: it carries the same, a line each.',
    });
  }
  throw new Wrong('TRIAD-E-RESULT-START', 'the first line is no header of a hunt');
}

function upper(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
