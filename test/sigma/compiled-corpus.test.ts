import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CompiledRuleSet,
  compileGroup,
  isCompiledRules,
  matcherOf,
  packRules,
  type ReadyRules,
  type RuleGroup,
  type RuleTexts,
  readCompiledRules,
} from '../../src/intake/index.ts';
import { compileRules, type RuleSelection, type RuleSource, type Rules } from '../../src/sigma/index.ts';
import { LOG_SOURCES, runCases } from '../../src/taxonomy/index.ts';
import { casesOf, packFiles } from '../../tools/rules/pack-files.ts';
import { corpusRules } from './corpus.ts';
import { eachRecord } from './corpus-events.ts';
import { ruleMembers, WITHOUT_SIGMAHQ } from './sigmahq.ts';

function textsOf(sources: readonly RuleSource[]): RuleTexts {
  return { kind: 'texts', sources, licenses: new Map() };
}

/** The same rules out of the bytes of a compiled file. */
function packed(texts: RuleTexts): ReadyRules {
  const bytes = packRules(texts);
  assert.ok(isCompiledRules(bytes));
  const reading = readCompiledRules(bytes);
  assert.ok(reading.kind === 'rules');
  return { kind: 'compiled', compiling: reading.rules.compiling };
}

function setOf(group: RuleGroup, selection: RuleSelection = {}): CompiledRuleSet {
  return matcherOf({ groups: [group], selection });
}

function namesOf({ rules }: Rules): readonly string[] {
  return rules.map(
    ({ metadata, routes, isMuted }) => `${metadata.id} ${routes.map(({ route }) => route.label)} ${isMuted}`,
  );
}

test('the cases of our rules come out the same from the compiled form', async () => {
  const files = packFiles();
  const texts = textsOf(files.map(({ name, text }) => ({ file: `${name}.yml`, text })));
  const ready = packed(texts);
  const [direct, loaded] = [setOf(texts), setOf(ready)];
  let hits = 0;
  for (const file of files) {
    const cases = await casesOf(file);
    const told = ({ matcher }: CompiledRuleSet): unknown =>
      runCases(matcher.rules, cases).map((one) => one.hits.map(({ metadata }) => metadata.id));
    assert.deepEqual(told(loaded), told(direct), file.name);
    hits += runCases(loaded.matcher.rules, cases).filter(({ isHit }) => isHit).length;
  }
  assert.ok(hits > 100, String(hits));
  assert.deepEqual(namesOf(loaded.matcher.rules), namesOf(direct.matcher.rules));
});

test('the public rules are the same from the compiled form: hits of their own captures, selections, refusals', {
  skip: WITHOUT_SIGMAHQ,
}, () => {
  const texts = textsOf(corpusRules());
  const ready = packed(texts);
  const [direct, loaded] = [setOf(texts), setOf(ready)];
  let hits = 0;
  for (const [path, bytes] of ruleMembers('all_regression_cases.zip')) {
    if (!path.endsWith('.evtx')) continue;
    eachRecord(bytes, path, (event) => {
      const told = ({ matcher }: CompiledRuleSet): readonly string[] =>
        matcher.match(event).map(({ rule, route, conditions }) => `${rule.index} ${route.id} ${conditions}`);
      const expected = told(direct);
      hits += expected.length;
      assert.deepEqual(told(loaded), expected);
    });
  }
  assert.ok(hits > 300, String(hits));
  for (const selection of [{}, { level: 'high' }, { statuses: ['test'] }, { statuses: ['deprecated'] }] as const) {
    const [one, other] = [setOf(texts, selection), setOf(ready, selection)];
    assert.deepEqual(namesOf(other.matcher.rules), namesOf(one.matcher.rules));
    assert.deepEqual(other.problems, one.problems);
  }
});

test('statuses chosen after compiling leave what compiling for them leaves', { skip: WITHOUT_SIGMAHQ }, () => {
  const texts = textsOf(corpusRules());
  assert.ok(compileGroup(texts).rules.rules.some(({ metadata }) => metadata.status === 'experimental'));
  for (const statuses of [undefined, ['stable', 'deprecated']] as const) {
    const options = statuses === undefined ? {} : { statuses };
    const { rules, problems } = compileRules(texts.sources, { ...options, taxonomy: LOG_SOURCES });
    const set = matcherOf({ groups: [texts], selection: options });
    const ids = (all: Rules): readonly (string | undefined)[] => all.rules.map(({ metadata }) => metadata.id);
    assert.deepEqual(ids(set.matcher.rules), ids(rules));
    // A rule that is broken is told as such, whatever its status is.
    const broken = new Set(set.problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
    const refused = (all: typeof problems): readonly string[] =>
      all.flatMap(({ code, file }) =>
        (code === 'S501' || code === 'S502') && !broken.has(file) ? [`${code} ${file}`] : [],
      );
    assert.deepEqual([...refused(set.problems)].sort(), [...refused(problems)].sort());
  }
});
