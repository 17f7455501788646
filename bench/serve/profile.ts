import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 10;
const IDLE: ReadonlySet<string> = new Set(['(idle)', '(root)', '(program)']);

/** What each thread of a profiled process was busy with: its functions by self time, in lines of text; the busiest thread first. */
export function profileLines(folder: string): readonly string[] {
  const threads = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => threadOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile))
    .toSorted((a, b) => b.busyMs - a.busyMs);
  return threads.flatMap(({ busyMs, wholeMs, functions }) => [
    `a thread of which ${((100 * busyMs) / wholeMs).toFixed(0)} % of ${(wholeMs / 1000).toFixed(1)} s were busy:`,
    ...functions.map(([name, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name}`),
  ]);
}

function threadOf({ nodes, samples, timeDeltas }: Profile): {
  readonly busyMs: number;
  readonly wholeMs: number;
  readonly functions: readonly (readonly [string, number])[];
} {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, at) => {
    const name = names.get(id) ?? '';
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  });
  const all = [...spent];
  const busy = all.filter(([name]) => !IDLE.has(name));
  const sum = (of: readonly (readonly [string, number])[]): number => of.reduce((total, [, ms]) => total + ms, 0);
  return { busyMs: sum(busy), wholeMs: sum(all), functions: busy.toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN) };
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const file = /(?:src|node_modules)\/.*$/.exec(url)?.[0] ?? url;
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}
