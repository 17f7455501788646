import type { Database } from '../../disk/index.ts';
import type { StoredCarrier } from './carriers.ts';
import { SCOPE_FIELDS } from './scope.ts';

/** When a suppression mutes what its scope fits, of incidents up to its level. */
export interface Mute {
  readonly seq: number;
  readonly levelRank: number;
  /** Unix milliseconds; `toMs` is the first at which it holds no more. */
  readonly fromMs: number;
  readonly toMs: number;
}

type Field = (typeof SCOPE_FIELDS)[number];
type StoredMute = Mute & Readonly<Record<Field, string | null>>;

/** Suppressions whose scopes say the same fields, by what they say there. */
interface Shape {
  readonly fields: readonly Field[];
  readonly byWords: Map<string, Mute[]>;
}

const ENDS = 'min(ends_ms, coalesce(ended_ms, ends_ms))';
const SELECT = `SELECT seq, ${SCOPE_FIELDS.join(', ')}, level_rank AS levelRank, created_ms AS fromMs, ${ENDS} AS toMs
  FROM suppression WHERE ${ENDS} > created_ms`;

/** Those that one incident may be muted by: each word of their scopes is one of some carrier of it, if not all of the same. */
const OF_ONE = `${SELECT} AND ${ENDS} > ?1 AND ${SCOPE_FIELDS.map((field) => {
  const words = (field === 'host' ? ['host', 'label'] : [field]).map(
    (column) => `SELECT ${column} FROM incident_carrier WHERE incident = ?2 AND ${column} IS NOT NULL`,
  );
  return `(${field} IS NULL OR ${field} IN (${words.join(' UNION ')}))`;
}).join(' AND ')}`;

/**
 * The suppressions that are kept, by what they name, those that ended too: what fits a carrier is found by a look or two for each choice of fields that a
 * scope says (63 at most), however many are kept. They are read once, when they are first asked for; who holds this lets go of it with the transaction.
 */
export class KeptMutes {
  readonly #read: () => readonly StoredMute[];
  #shapes: readonly Shape[] | undefined;

  /** `one`: an incident, if it is about no other, and the time by which what ended does not count. To read 10,000 of them takes longer than to look them through. */
  constructor(database: Database, one?: { readonly incident: string; readonly sinceMs: number }) {
    this.#read = () => (one === undefined ? database.all(SELECT) : database.all(OF_ONE, one.sinceMs, one.incident));
  }

  /** Those whose scope a carrier is in, of whatever level and time: a group for each scope. Carriers that a scope fits alike are given the same group. */
  fitting(carrier: StoredCarrier): readonly (readonly Mute[])[] {
    this.#shapes ??= shapesOf(this.#read());
    return this.#shapes.flatMap(({ fields, byWords }) => {
      const hosts = fields.includes('host') ? new Set([carrier.host, carrier.label]) : [null];
      return [...hosts].flatMap((host) => {
        const words = fields.map((field) => (field === 'host' ? host : carrier[field]));
        const group = words.includes(null) ? undefined : byWords.get(keyOf(words));
        return group === undefined ? [] : [group];
      });
    });
  }
}

function shapesOf(rows: readonly StoredMute[]): readonly Shape[] {
  const shapes = new Map<string, Shape>();
  for (const row of rows) {
    const { seq, levelRank, fromMs, toMs } = row;
    const fields = SCOPE_FIELDS.filter((field) => row[field] !== null);
    const shape = shapes.get(fields.join()) ?? { fields, byWords: new Map<string, Mute[]>() };
    shapes.set(fields.join(), shape);
    const key = keyOf(fields.map((field) => row[field]));
    const group = shape.byWords.get(key) ?? [];
    shape.byWords.set(key, group);
    group.push({ seq, levelRank, fromMs, toMs });
  }
  return [...shapes.values()];
}

function keyOf(words: readonly (string | null)[]): string {
  return JSON.stringify(words);
}
