import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OUT } from '../../bench/corpus.ts';
import type { RuleSource } from '../../src/sigma/index.ts';
import type { PeerAnswer } from './compare.ts';
import { type FlatTable, withoutBigints } from './flat-table.ts';

/** Has pySigma try the rules on the tables. Throws where its program ends badly. */
export function askPySigma(
  python: string,
  rules: readonly RuleSource[],
  tables: readonly FlatTable[],
  places: ReadonlyMap<string, number>,
): PeerAnswer {
  mkdirSync(OUT, { recursive: true });
  const rulesPath = join(OUT, 'agreement-rules.json');
  const tablesPath = join(OUT, 'agreement-tables.jsonl');
  writeFileSync(rulesPath, JSON.stringify(rules.map(({ text }) => text)));
  // Table by table: all of them in one text are more than a string may hold.
  const file = openSync(tablesPath, 'w');
  for (const table of tables) {
    const rows = table.rows.map(({ values, texts }) => ({ values, texts }));
    const asked = table.rules.map(({ metadata }) => places.get(metadata.file));
    writeSync(file, `${JSON.stringify({ names: table.names, rows, rules: asked }, withoutBigints)}\n`);
  }
  closeSync(file);
  const done = spawnSync(python, [join(import.meta.dirname, 'pysigma_rows.py'), rulesPath, tablesPath], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(`pySigma ended with ${done.status}`);
  return JSON.parse(done.stdout) as PeerAnswer;
}
