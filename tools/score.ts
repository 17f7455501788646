/**
 * `npm run score`: hunts each labelled file of the corpus alone, EVTX and texts, as a user would, and compares with its label.
 * Exit 1 where a label is missed or something is reported too many; 0 with a printed reason where the corpus is absent.
 * `--json` prints totals as JSON; `--write FILE` keeps the table; `--corpus DIR` looks elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCitedUnits } from './score/cited-units.ts';
import { compare, type FileScore, type HuntJson, isNegative } from './score/compare.ts';
import { isText, readLabels } from './score/labels.ts';
import { peerTable } from './score/peers.ts';
import { scoreReading } from './score/reading-faults.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'string' },
    corpus: { type: 'string' },
    'peer-hits': { type: 'string', default: join(root, '..', 'shared', 'reference', 'peer-hits.tsv') },
  },
});

const corpus = values.corpus ?? join(root, '..', 'shared', 'corpus');
const labels = readLabels(corpus);
if (labels === undefined) {
  console.error(`score: ${values.corpus === undefined ? 'skipped, ' : ''}no corpus of labelled captures at ${corpus}`);
  process.exit(values.corpus === undefined ? 0 : 2);
}

/** What stands for a hunt that failed: everything labelled is missed, and the other files are scored all the same. */
const NOTHING: HuntJson = { summary: { records: {} }, subscriptions: [], findings: [] };
const results = new Map<string, HuntJson>();
const scores: FileScore[] = [];
for (const row of labels) {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'bin', 'triad.js'),
      'hunt',
      join(corpus, 'dev', row.path),
      '--format',
      'json',
      '--fail-level',
      'never',
      '--quiet',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (run.status !== 0) {
    const fault = `the hunt ended with ${run.status}`;
    console.error(`score: ${row.path}: ${fault}\n${run.stderr}`);
    scores.push(compare(row, NOTHING, { cited: 0, citedRead: 0, faults: [fault] }));
    continue;
  }
  const result = JSON.parse(run.stdout) as HuntJson;
  results.set(row.path, result);
  const reading = isText(row) ? scoreReading(row, await readCitedUnits(join(corpus, 'dev', row.path), row)) : undefined;
  scores.push(compare(row, result, reading));
}

const totals = {
  files: scores.length,
  subscriptions: sum((s) => s.subscriptions.labelled),
  subscriptionsFound: sum((s) => s.subscriptions.found),
  subscriptionsTooMany: sum((s) => s.subscriptions.extra),
  children: sum((s) => s.children.labelled),
  childrenFound: sum((s) => s.children.found),
  cited: sum((s) => s.cited?.labelled ?? 0),
  citedRead: sum((s) => s.cited?.read ?? 0),
  negatives: scores.filter((s) => isNegative(s)).length,
  negativesRaised: scores.filter((s) => isNegative(s) && s.faults.length > 0).length,
  faults: sum((s) => s.faults.length),
  later: sum((s) => s.later.length),
};

const table = markdown();
if (values.write !== undefined) writeFileSync(values.write, table);
if (values.json) console.log(JSON.stringify({ totals, files: scores }, null, 2));
else console.log(table);
process.exit(totals.faults > 0 ? 1 : 0);

function sum(of: (score: FileScore) => number): number {
  return scores.reduce((total, score) => total + of(score), 0);
}

function markdown(): string {
  const lines = [
    '# Score on labelled captures',
    '',
    'Made by `npm run score -- --write docs/score.md`: each file hunted alone, compared with its label. Subscriptions and',
    'children are "found" when name, query, class, payload and creator (pid, image and command line) equal the label.',
    'Of files that are not EVTX every unit must be of the labelled shape, and every cited line read with its channel, ids and child.',
    '',
    '| file | class | subscriptions found / labelled | too many | children found / labelled | cited lines read | level | wanted | remarks |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  for (const s of scores) {
    const remarks = [...s.faults.map((fault) => `FAULT ${fault}`), ...s.later].join('; ');
    lines.push(
      `| ${s.path} | ${s.class} | ${s.subscriptions.found} / ${s.subscriptions.labelled} | ${s.subscriptions.extra} | ` +
        `${s.children.found} / ${s.children.labelled} | ${s.cited === undefined ? '-' : `${s.cited.read} / ${s.cited.labelled}`} | ${s.level} | ${s.wanted} | ${remarks.replaceAll('|', '\\|')} |`,
    );
  }
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const reported = totals.subscriptionsFound + totals.subscriptionsTooMany;
  lines.push(
    '',
    `${totals.files} files. Subscriptions: recall ${share(totals.subscriptionsFound, totals.subscriptions)} ` +
      `(${totals.subscriptionsFound} of ${totals.subscriptions}), precision ${share(totals.subscriptionsFound, reported)}. ` +
      `Child processes: recall ${share(totals.childrenFound, totals.children)} (${totals.childrenFound} of ${totals.children}). Cited lines of texts read: ${totals.citedRead} of ${totals.cited}. ` +
      `Negative and benign files raised above low: ${totals.negativesRaised} of ${totals.negatives}. Faults: ${totals.faults}.`,
    '',
    ...peerTable(values['peer-hits'], scores, results),
  );
  return `${lines.join('\n')}\n`;
}
