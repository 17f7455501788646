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
import { eventOfCase, type RuleCase } from '../../src/rules/index.ts';
import { compileRules, type RuleSelection, type RuleSource, type Rules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES, ObjectMatcher } from '../../src/taxonomy/index.ts';
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

const SERVICES: ReadonlySet<string> = new Set(['subscription', 'repository', 'audit']);

/** Ids of the rules that match a case. */
function hitsOf(rules: Rules, { events, object }: RuleCase): readonly (string | undefined)[] {
  const matcher = new EventMatcher(rules);
  const found =
    object === undefined
      ? events.flatMap((event, at) => matcher.match(eventOfCase(event, at + 1)))
      : new ObjectMatcher(rules).match(SERVICES, object);
  return found.map(({ rule }) => rule.metadata.id);
}

test('the cases of our rules come out the same from the compiled form', () => {
  const files = packFiles();
  const texts = textsOf(files.map(({ name, text }) => ({ file: `${name}.yml`, text })));
  const ready = packed(texts);
  const [direct, loaded] = [setOf(texts), setOf(ready)];
  let hits = 0;
  for (const file of files) {
    const cases = casesOf(file);
    const told = ({ matcher }: CompiledRuleSet): unknown => cases.map((one) => hitsOf(matcher.rules, one));
    assert.deepEqual(told(loaded), told(direct), file.name);
    hits += cases.filter((one) => hitsOf(loaded.matcher.rules, one).length > 0).length;
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
