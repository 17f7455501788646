import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { checkDocuments } from '../../src/sigma/check/check.ts';
import { compileChecked } from '../../src/sigma/compile/compile-rules.ts';
import { compileRules, parseRules, type RuleSource } from '../../src/sigma/index.ts';
import { sourceOf } from '../../src/sigma/parse/source.ts';
import { readYaml } from '../../src/sigma/parse/yaml-tree.ts';
import { corpusRules, skip } from '../../test/sigma/corpus.ts';
import { machineLines } from '../machine.ts';

/** How long loading all live rules of SigmaHQ takes, stage by stage. `node bench/sigma/load.ts`. */
const ROUNDS = 3;

function timed<T>(work: () => T): readonly [T, number] {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1000];
}

function round(sources: readonly RuleSource[]): readonly (readonly [string, number])[] {
  const [, yaml] = timed(() => sources.map(({ text, file }) => readYaml(sourceOf(text, file)).length));
  const [parsed, parse] = timed(() => sources.flatMap(({ text, file }) => parseRules(text, file).documents));
  const [{ checked }, check] = timed(() => checkDocuments(parsed));
  const [, compile] = timed(() => compileChecked(checked));
  const [, whole] = timed(() => compileRules(sources));
  return [
    ['YAML to trees', yaml],
    ['parse (with YAML)', parse],
    ['check', check],
    ['compile', compile],
    ['compileRules, all of it', whole],
  ];
}

if (skip !== false) {
  console.log(`not measured: ${skip}`);
} else {
  const sources = corpusRules();
  for (const line of machineLines()) console.log(line);
  const [cold, first] = timed(() => compileRules(sources));
  console.log(
    `\n${sources.length} rule files, ${cold.rules.rules.length} rules compiled, ${cold.problems.length} problems`,
  );
  console.log(`cold: ${first.toFixed(0)} ms CPU`);
  const rounds = Array.from({ length: ROUNDS }, () => round(sources));
  for (const [i, [name]] of (rounds[0] ?? []).entries()) {
    const least = Math.min(...rounds.map((one) => one[i]?.[1] ?? Number.POSITIVE_INFINITY));
    console.log(`${name.padEnd(26)} ${least.toFixed(0).padStart(6)} ms CPU, least of ${ROUNDS}`);
  }
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  console.log(
    `heap with the rules of one loading ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB (${cold.rules.rules.length} rules held)`,
  );
}
