/**
 * `npm run score`: hunts each labelled file of the corpus alone, EVTX and texts, as a user would, and compares with its label;
 * then everything in one go. Exit 1 where a label is missed or something is reported too many; 0 with a printed reason where
 * the corpus is absent.
 * `--json` prints totals as JSON; `--write FILE` keeps the table; `--corpus DIR` looks elsewhere; `--only TEXT` scores the files whose
 * path holds it; `--no-whole` leaves the hunts over everything out.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCitedUnits } from './score/cited-units.ts';
import { compare, type FileScore } from './score/compare.ts';
import { type HuntJson, NOTHING } from './score/hunt-json.ts';
import { isText, readLabels } from './score/labels.ts';
import { peerTable, raisedRowsOf } from './score/peers.ts';
import { scoreReading } from './score/reading-faults.ts';
import { scoreLines, totalsOf, wholeLines } from './score/report.ts';
import { huntJson } from './score/run-hunt.ts';
import { scoreWhole, type WholeScore } from './score/whole.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  allowNegative: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'string' },
    corpus: { type: 'string' },
    only: { type: 'string', default: '' },
    whole: { type: 'boolean', default: true },
    'peer-hits': { type: 'string', default: join(root, '..', 'shared', 'reference', 'peer-hits.tsv') },
  },
});

const corpus = values.corpus ?? join(root, '..', 'shared', 'corpus');
const labels = readLabels(corpus);
if (labels === undefined) {
  console.error(`score: ${values.corpus === undefined ? 'skipped, ' : ''}no corpus of labelled captures at ${corpus}`);
  process.exit(values.corpus === undefined ? 0 : 2);
}

const results = new Map<string, HuntJson>();
const scores: FileScore[] = [];
for (const row of labels) {
  if (!row.path.includes(values.only)) continue;
  const path = join(corpus, 'dev', row.path);
  const result = huntJson(root, [path]);
  if (typeof result === 'string') {
    console.error(`score: ${row.path}: ${result}`);
    scores.push(compare(row, NOTHING, { cited: 0, citedRead: 0, faults: [result.split(':')[0] ?? result] }));
    continue;
  }
  results.set(row.path, result);
  const reading = isText(row) ? scoreReading(row, await readCitedUnits(path, row)) : undefined;
  scores.push(compare(row, result, reading));
}

const isWhole = values.whole && values.only === '';
const everything = isWhole ? wholeOf([join(corpus, 'dev')]) : undefined;
const totals = totalsOf(scores, everything);
const lines = [...scoreLines(scores, totals)];
if (everything !== undefined) {
  const logs = labels.filter((row) => row.shape === 'evtx' && row.class !== 'shape').map(({ path }) => path);
  const paths = logs.map((path) => join(corpus, 'dev', path));
  const peerRows = raisedRowsOf(values['peer-hits'], 'hayabusa', new Set(logs));
  lines.push(...wholeLines(everything, { score: wholeOf(paths), files: logs.length, peerRows }));
}
lines.push(...peerTable(values['peer-hits'], scores, results));
if (values.write !== undefined) writeFileSync(values.write, `${lines.join('\n')}\n`);
if (values.json) console.log(JSON.stringify({ totals, files: scores, whole: everything }, null, 2));
else console.log(lines.join('\n'));
process.exit(totals.faults > 0 ? 1 : 0);

function wholeOf(paths: readonly string[]): WholeScore {
  const result = huntJson(
    root,
    paths.filter((path) => existsSync(path)),
  );
  if (typeof result !== 'string') return scoreWhole(result, labels ?? []);
  return { ...scoreWhole(NOTHING, labels ?? []), faults: [result] };
}
