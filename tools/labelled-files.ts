/**
 * `npm run -s table:peers`: a page of each labelled file of the corpus with Triad's hits beside those of others. Writes
 * `docs/labelled-files.md`; skips with a printed reason where the corpus is absent.
 * `--corpus DIR` and `--peer-hits FILE` look elsewhere; `--write FILE` keeps the page elsewhere; `--match TEXT` takes the files whose path holds it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EventMatcher } from '../src/taxonomy/index.ts';
import { ownTold, publicRules, publicTold, recordedTold } from './labelled-files/hits.ts';
import { type FileRow, labelledFilesPage } from './labelled-files/page.ts';
import { isNegative } from './score/compare.ts';
import { type LabelRow, readAllLabels } from './score/labels.ts';
import { huntJson } from './score/run-hunt.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SHARED = join(ROOT, '..', 'shared');
const { values: flags } = parseArgs({
  options: {
    corpus: { type: 'string' },
    'peer-hits': { type: 'string', default: join(SHARED, 'reference', 'peer-hits.tsv') },
    match: { type: 'string', default: '' },
    write: { type: 'string', default: join(ROOT, 'docs', 'labelled-files.md') },
  },
});

const corpus = flags.corpus ?? join(SHARED, 'corpus');
const labels = readAllLabels(corpus);
if (labels === undefined || !existsSync(join(corpus, 'sigmahq', 'rules_all.zip'))) {
  const isAsked = flags.corpus !== undefined;
  process.stderr.write(
    `table:peers: ${isAsked ? '' : 'skipped, '}no corpus of labelled captures and public rules at ${corpus}\n`,
  );
  process.exit(isAsked ? 2 : 0);
}

const dev = join(corpus, 'dev');
const rules = publicRules(corpus);
const matcher = new EventMatcher(rules);
const recorded = recordedTold(flags['peer-hits']);
const others = recorded === undefined ? [] : ['Hayabusa 4.0', 'Chainsaw 2.16'];
const rows: FileRow[] = [];
for (const label of labels) {
  const { path, shape, class: of } = label;
  if (!path.includes(flags.match)) continue;
  const result = huntJson(ROOT, [join(dev, path)]);
  const theirs = shape === 'repository' ? undefined : await publicTold(matcher, dev, path);
  const ran = ['hayabusa', 'chainsaw'].map(
    (tool) => recorded?.get(`${path}\t${tool}`) ?? (shape === 'evtx' ? [] : undefined),
  );
  rows.push({
    path,
    class: of,
    wanted: label.min_severity ?? (isNegative(label) ? 'at most low' : 'nothing said'),
    holds: heldIn(label),
    told: [typeof result === 'string' ? [] : ownTold(result), theirs, ...ran.slice(0, others.length)],
    ...(typeof result === 'string' ? { fault: result } : {}),
  });
}

function heldIn({ subscriptions, remote_executions: executions }: LabelRow): string {
  const parts = [
    [subscriptions.filter(({ benign }) => !benign).length, 'subscription'],
    [executions.length, 'remote execution'],
  ] as const;
  return parts
    .flatMap(([count, noun]) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]))
    .join(', ');
}

const notes = [
  `SigmaHQ: ${rules.rules.length} live rules for Windows and Zeek, tried by Triad's own engine on every record.`,
  recorded === undefined
    ? 'Hayabusa and Chainsaw: no list of what they print is at hand.'
    : 'Hayabusa 4.0 and Chainsaw 2.16 with their own rules: as they printed when the corpus was made; they read EVTX alone here, and were not run again.',
];
const faults = rows.filter(({ fault }) => fault !== undefined);
writeFileSync(flags.write, labelledFilesPage(['Triad', 'SigmaHQ', ...others], notes, rows));
process.stdout.write(`${rows.length} labelled files, ${faults.length} hunts failed\n`);
process.exit(faults.length === 0 ? 0 : 1);
