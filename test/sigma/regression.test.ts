import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { corpusRules } from './corpus.ts';
import { eachRecord } from './corpus-events.ts';
import { ruleMembers, WITHOUT_SIGMAHQ } from './sigmahq.ts';

interface RegressionCase {
  readonly rule_metadata: readonly { readonly id: string }[];
  readonly regression_tests_info?: readonly {
    readonly type: string;
    readonly match_count?: number;
    readonly path: string;
  }[];
}

/** SigmaHQ's own cases: the rule that a log was recorded for fires on it as often as they say. */
test('every regression case of SigmaHQ for an event log fires its rule', { skip: WITHOUT_SIGMAHQ }, (t) => {
  const members = new Map(ruleMembers('all_regression_cases.zip'));
  const { rules } = compileRules(corpusRules(), { taxonomy: LOG_SOURCES });
  const matcher = new EventMatcher(rules);
  const silent: string[] = [];
  const leftOut: string[] = [];
  let cases = 0;
  let fired = 0;
  for (const [path, info] of members) {
    if (!path.endsWith('/info.yml')) continue;
    const { rule_metadata: named, regression_tests_info: tests = [] } = parse(info.toString('utf8')) as RegressionCase;
    if (tests.length === 0) leftOut.push(path.split('/').at(-2) ?? path);
    for (const { path: file, match_count: wanted = 1 } of tests) {
      const log = members.get(file);
      assert.ok(log !== undefined, file);
      cases++;
      const id = named[0]?.id;
      let hits = 0;
      eachRecord(log, file, (event) => {
        const found = matcher.match(event);
        fired += found.length;
        if (found.some(({ rule }) => rule.metadata.id === id)) hits++;
      });
      if (hits < wanted) silent.push(`${file}: ${hits} of ${wanted}`);
    }
  }
  t.diagnostic(`${cases} cases, ${fired} hits of any rule; without an event log: ${leftOut.join(' ')}`);
  assert.deepEqual(silent, []);
  assert.equal(cases, 202);
  assert.deepEqual(leftOut, ['cisco_cli_dot1x_disabled']);
});
