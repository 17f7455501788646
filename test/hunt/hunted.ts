import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type HuntOutcome, type HuntRequest, hunt, nodeFilePort } from '../../src/hunt/index.ts';
import { type HuntResult, renderJson } from '../../src/report/index.ts';

/** The JSON of a hunt over a folder, as `triad hunt . --format json` writes it. */
export async function resultOf(folder: string, changes: Partial<HuntRequest> = {}): Promise<HuntResult> {
  return JSON.parse([...renderJson(await huntFolder(folder, changes))].join('')) as HuntResult;
}

/** A hunt over a folder, with the same clock and tool in every test. */
export async function huntFolder(folder: string, changes: Partial<HuntRequest> = {}): Promise<HuntResult> {
  const outcome = await tryHunt(folder, changes);
  assert.ok(outcome.kind === 'done', outcome.kind);
  return outcome.result;
}

/** The same, where it may come to nothing. */
export async function tryHunt(folder: string, changes: Partial<HuntRequest> = {}): Promise<HuntOutcome> {
  return await hunt({
    paths: ['.'],
    port: nodeFilePort(folder),
    options: { hosts: [], minLevel: 'informational', failLevel: 'medium', carve: true, strict: false },
    from: undefined,
    to: undefined,
    jobs: 1,
    hash: false,
    runStartMs: Date.UTC(2026, 5, 1),
    memoryBytes: 1 << 30,
    temporaryFolder: tmpdir(),
    signal: new AbortController().signal,
    nowMs: () => 0,
    tool: { name: 'triad', version: '0' },
    ...changes,
  });
}

/** Keys that say where something lies, and those of the run (SETTLED D14). */
const PLACES: ReadonlySet<string> = new Set(['file', 'container', 'offset', 'run', 'examples', 'evidenceOffset']);

/** A result without its places. */
export function placeless(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => placeless(item));
  if (value === null || typeof value !== 'object') return value;
  // The list of inputs is one of places as well: one archive, or the files that lie in it.
  const left = Object.entries(value).filter(
    ([name]) => !PLACES.has(name) && !(key === 'header' && name === 'evidence'),
  );
  return Object.fromEntries(left.map(([name, item]) => [name, placeless(item, name)]));
}
