/**
 * `npm run -s agree:sigma`: SigmaHQ's rules for Windows and Zeek in Triad's matcher and in pySigma's SQLite back end, on the same
 * rows, rule by rule; writes `docs/sigma-agreement.md`. Then the searches that `triad rules convert` writes against those of pySigma's
 * other back ends. Both get a virtual environment of fixed versions in `bench/peers`.
 * `--corpus DIR` looks elsewhere; `--write FILE` keeps the page elsewhere; `--no-searches` leaves the second part out. Exit 1 where
 * something differs that no known cause explains; 0 with a printed reason where the corpus is absent; 3 where Python or its packages cannot be had.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CONVERTING, MATCHING, pythonOf } from '../bench/sigma/python.ts';
import { inflateMember, zipMembers } from '../bench/zip-members.ts';
import { compileRules, type Problem, type RuleSource } from '../src/sigma/index.ts';
import { LOG_SOURCES, virtualWmiEvents } from '../src/taxonomy/index.ts';
import { compareHits } from './sigma-agreement/compare.ts';
import { eachEvidence } from './sigma-agreement/evidence.ts';
import { tablesOf } from './sigma-agreement/flat-table.ts';
import { agreementPage, type Refused } from './sigma-agreement/page.ts';
import { askPySigma } from './sigma-agreement/pysigma.ts';

const ROOT = resolve(import.meta.dirname, '..');
const { values: flags } = parseArgs({
  allowNegative: true,
  options: {
    corpus: { type: 'string' },
    write: { type: 'string', default: join(ROOT, 'docs', 'sigma-agreement.md') },
    searches: { type: 'boolean', default: true },
  },
});

function leave(code: number, sentence: string): never {
  process.stderr.write(`agree:sigma: ${sentence}\n`);
  process.exit(code);
}

function liveRules(corpus: string): readonly RuleSource[] {
  return zipMembers(readFileSync(join(corpus, 'sigmahq', 'rules_all.zip')))
    .filter(({ name }) => /^rules.*\.ya?ml$/.test(name))
    .map((member) => ({ file: member.name, text: inflateMember(member).toString('utf8') }));
}

/** Rules that would have a table, had they not been refused. */
function refusedRules(sources: readonly RuleSource[], problems: readonly Problem[]): Map<string, string> {
  const refused = new Map<string, string>();
  const foreign = new Set(problems.filter(({ code }) => code === 'S501').map(({ file }) => file));
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  for (const { file, message, severity, code } of problems) {
    if (severity !== 'error' || foreign.has(file)) continue;
    if (!/^\s+(?:product:\s*["']?(?:windows|zeek)|category:\s*["']?(?:antivirus|dns)\b)/m.test(texts.get(file) ?? ''))
      continue;
    refused.set(file, refused.get(file) ?? `${code}: ${message}`);
  }
  return refused;
}

const corpus = flags.corpus ?? join(ROOT, '..', 'shared', 'corpus');
if (!existsSync(join(corpus, 'sigmahq', 'rules_all.zip'))) {
  const isAsked = flags.corpus !== undefined;
  leave(isAsked ? 2 : 0, `${isAsked ? '' : 'skipped, '}no corpus with SigmaHQ's rules at ${corpus}`);
}
const matching = pythonOf(MATCHING);
if ('reason' in matching) leave(3, matching.reason);

const sources = liveRules(corpus);
const { rules, problems } = compileRules(sources, { taxonomy: LOG_SOURCES });
const tables = tablesOf(rules.rules);
const evidence = await eachEvidence(corpus, (event, where) => {
  for (const table of tables) if (!table.route.isVirtual) table.add(event, where);
  for (const made of virtualWmiEvents(event, 'Registered')) {
    for (const table of tables) if (table.route.isVirtual) table.add(made, where);
  }
});
for (const table of tables) table.addMade();

const refused = refusedRules(sources, problems);
const compared = new Set(tables.flatMap((table) => table.rules.map(({ metadata }) => metadata.file)));
const asked = sources.filter(({ file }) => compared.has(file) || refused.has(file));
const places = new Map(asked.map(({ file }, at) => [file, at]));
const answer = askPySigma(matching.python, asked, tables, places);
const agreement = compareHits(tables, answer, places);
const page = agreementPage({
  peer: MATCHING.requirements.map((one) => one.replace('==', ' ')),
  evidence,
  agreement,
  refused: [...refused].map(([file, reason]): Refused => {
    return { file, reason, theirs: answer.refused[String(places.get(file))] };
  }),
});
writeFileSync(flags.write, page);
const { agreeing, silent, differing, refusedByPeer, causes } = agreement;
const unexplained = causes.find(({ cause }) => cause === undefined);
process.stdout.write(
  `rules compared: ${agreeing.length + silent.length + differing.length}, the same rows: ${agreeing.length}, none: ${silent.length}, ` +
    `not the same: ${differing.length} (unexplained: ${unexplained?.rules.length ?? 0}), refused by pySigma: ${refusedByPeer.length}, by Triad: ${refused.size}\n`,
);
const searches = flags.searches ? compareSearches() : 0;
process.exit(unexplained === undefined ? searches : 1);

/** The test that holds the structure of searches to pySigma's, with the environment that it needs. */
function compareSearches(): number {
  const converting = pythonOf(CONVERTING);
  if ('reason' in converting) leave(3, converting.reason);
  const run = spawnSync(process.execPath, ['--test', join(ROOT, 'test', 'rules', 'pysigma.long.test.ts')], {
    stdio: 'inherit',
    env: { ...process.env, TRIAD_PYSIGMA: converting.python },
  });
  return run.status ?? 1;
}
