import { escapeTerminal, plural } from '../report/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { openSink } from './output.ts';

/** One thing as it stands on one side. */
export interface Side {
  readonly level: string;
  readonly score: number;
  readonly title: string;
}

interface Entry {
  readonly id: string;
  readonly before?: Side;
  readonly after?: Side;
}

/** What changes, by kind of thing; each list by id. */
export interface Difference {
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
  readonly changed: readonly Entry[];
}

type Kind = 'incidents' | 'subscriptions' | 'findings';

const KINDS: readonly Kind[] = ['incidents', 'subscriptions', 'findings'];

export type Differences = Readonly<Record<Kind, Difference>>;

/** What stands on one side alone, and what is not the same on both; each list by id. */
export function differenceOf<Thing extends { readonly id: string }>(
  before: readonly Thing[],
  after: readonly Thing[],
  sideOf: (thing: Thing) => Side,
): Difference {
  const olds = new Map(before.map((thing) => [thing.id, thing]));
  const news = new Map(after.map((thing) => [thing.id, thing]));
  const told = (thing: Thing): Side => {
    const { level, score, title } = sideOf(thing);
    return { level, score, title };
  };
  const added = [...news].filter(([id]) => !olds.has(id)).map(([id, thing]) => ({ id, after: told(thing) }));
  const removed = [...olds].filter(([id]) => !news.has(id)).map(([id, thing]) => ({ id, before: told(thing) }));
  const changed = [...olds].flatMap(([id, thing]) => {
    const other = news.get(id);
    if (other === undefined || JSON.stringify(other) === JSON.stringify(thing)) return [];
    return [{ id, before: told(thing), after: told(other) }];
  });
  const byId = (a: Entry, b: Entry): number => (a.id < b.id ? -1 : 1);
  return { added: added.sort(byId), removed: removed.sort(byId), changed: changed.sort(byId) };
}

/** At most so many lines of one list for people; JSON has all. */
const MOST_LINES = 200;

function wordsOf(found: Differences): string {
  const lines = KINDS.flatMap((kind) => {
    const { added, removed, changed } = found[kind];
    const head = `${kind.toUpperCase()}  ${plural(added.length, 'added', 'added')}, ${removed.length} removed, ${changed.length} changed`;
    return [head, ...listed('+', added), ...listed('-', removed), ...listed('~', changed)];
  });
  return `${lines.join('\n')}\n`;
}

function listed(sign: string, entries: readonly Entry[]): readonly string[] {
  const lines = entries.slice(0, MOST_LINES).map(({ id, before, after }) => {
    const levels = [before, after].flatMap((side) => (side === undefined ? [] : [`${side.level} ${side.score}`]));
    return `  ${sign} ${id}  ${[...new Set(levels)].join(' -> ')}  ${escapeTerminal(after?.title ?? before?.title ?? '')}`;
  });
  return entries.length > MOST_LINES ? [...lines, `  and ${entries.length - MOST_LINES} more`] : lines;
}

/** Prints what changes, as it was asked for. */
export async function tellDifferences(
  invocation: Invocation,
  environment: Environment,
  found: Differences,
): Promise<void> {
  const sink = openSink(flagValue(invocation, 'output') ?? '-', environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(found, null, 2)}\n` : wordsOf(found));
  await sink.commit();
}
