import assert from 'node:assert/strict';
import type { HuntRequest } from '../../src/hunt/index.ts';
import { renderJsonl } from '../../src/report/index.ts';
import { type EventModel, logFiles, logsOf, Xorshift } from '../../testkit/index.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';

type Hooks = Parameters<typeof folderWith>[0];

/** What must not depend on how the evidence is handed over: every line of kind incident, finding or subscription. */
export interface SaidLines {
  /** With all evidence, as printed. */
  readonly whole: readonly string[];
  /** Without places of records, which name the files. */
  readonly withoutPlaces: readonly string[];
  readonly ids: readonly string[];
}

const PLACES = new Set(['file', 'offset', 'length', 'headerRecordId', 'container', 'sources']);

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) {
    // Copies of one record become equal when their places are gone: one of them is left.
    return [...new Map(value.map((item) => [JSON.stringify(withoutPlaces(item)), withoutPlaces(item)])).values()];
  }
  if (typeof value !== 'object' || value === null) return value;
  const left = Object.entries(value).filter(([key]) => !PLACES.has(key));
  return Object.fromEntries(left.map(([key, of]) => [key, withoutPlaces(of)]));
}

export async function said(
  folder: string,
  paths: readonly string[],
  changes: Partial<HuntRequest> = {},
): Promise<SaidLines> {
  const lines = [...renderJsonl(await huntFolder(folder, { paths, ...changes }))].map(
    (line) => JSON.parse(line) as { readonly kind: string; readonly id?: string },
  );
  const told = lines.filter(({ kind }) => ['incident', 'finding', 'subscription', 'hop'].includes(kind));
  return {
    whole: told.map((line) => JSON.stringify(line)),
    withoutPlaces: told.map((line) => JSON.stringify(withoutPlaces(line))),
    ids: told.map(({ kind, id }) => `${kind} ${id}`),
  };
}

/** Files of a simulation in a folder of the test. */
export function written(
  t: Hooks,
  events: readonly EventModel[],
  parts = 1,
): { folder: string; paths: readonly string[] } {
  const files = logFiles(logsOf(events), parts);
  return { folder: folderWith(t, files), paths: files.map(([path]) => `./${path}`) };
}

export function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const random = new Xorshift(seed);
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(random.below(left.length), 1));
  return out;
}

/** Lines are long: what fails shows the place of the first difference. */
function holdEqual(found: readonly string[], wanted: readonly string[], what: string): void {
  const n = wanted.findIndex((line, i) => line !== found[i]);
  if (n < 0 && found.length === wanted.length) return;
  const [a = '', b = ''] = [found[n < 0 ? wanted.length : n], wanted[n]];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const around = (line: string): string => `…${line.slice(Math.max(0, at - 160), at + 240)}…`;
  assert.fail(
    `${what}: ${found.length} lines for ${wanted.length}; line ${n}\n  ${around(a)}\ninstead of\n  ${around(b)}`,
  );
}

/** Holds every way of handing over these events against the plain one. */
export async function holdSame(t: Hooks, events: readonly EventModel[], seeds: readonly number[]): Promise<void> {
  const plain = written(t, events);
  const wanted = await said(plain.folder, ['.']);
  assert.ok(wanted.ids.some((id) => id.startsWith('incident')));
  for (const seed of seeds) {
    const order = await said(plain.folder, shuffled(plain.paths, seed));
    holdEqual(order.whole, wanted.whole, `order of paths, seed ${seed}`);
    const parts = written(t, events, 2 + (seed % 3));
    const split = await said(parts.folder, shuffled(parts.paths, seed));
    holdEqual(split.withoutPlaces, wanted.withoutPlaces, `split into files, seed ${seed}`);
    // A backup of some of the logs lies beside them.
    const copies = plain.paths.filter((_, i) => (i + seed) % 3 !== 0);
    const doubled = folderWith(t, [
      ...logFiles(logsOf(events)),
      ...logFiles(logsOf(events))
        .filter(([path]) => copies.includes(`./${path}`))
        .map(([path, bytes]) => [`backup/${path}`, bytes] as const),
    ]);
    const twice = await said(doubled, ['.']);
    holdEqual(twice.ids, wanted.ids, `ids with duplicates, seed ${seed}`);
    holdEqual(twice.withoutPlaces, wanted.withoutPlaces, `duplicates added, seed ${seed}`);
    const jobs = await said(plain.folder, ['.'], { jobs: 1 + (seed % 4), memoryBytes: 30_000 });
    holdEqual(jobs.whole, wanted.whole, `jobs and sorted runs on disk, seed ${seed}`);
  }
}
