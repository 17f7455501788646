import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventOfCase } from '../../src/rules/index.ts';
import { type CompiledRule, compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { ORDINARY_EVENTS, solvedEvents, withEventsFile } from '../../tools/peer-coverage/solved-events.ts';
import { compiledPack } from '../../tools/rules/pack-files.ts';
import { huntJson } from '../../tools/score/run-hunt.ts';

const ROOT = `${import.meta.dirname}/../..`;

function ruleOf(category: string, detection: string): CompiledRule {
  const head = `title: T\nid: 0c6f1f6e-6a31-4b52-9f0a-1f3d5a7b9c11\nlogsource: { category: ${category}, product: windows }\n`;
  const text = `${head}detection: ${detection}\n`;
  const [rule] = compileRules([{ file: 'r.yml', text }], { taxonomy: LOG_SOURCES }).rules.rules;
  assert.ok(rule !== undefined);
  return rule;
}

function processOf(detection: string): Readonly<Record<string, string>> {
  const [first] = solvedEvents([ruleOf('process_creation', detection)]);
  assert.ok(first !== undefined, detection);
  return Object.fromEntries(first.event.data);
}

test('ordinary events, of which events for rules are made, set nothing of ours off', () => {
  const pack = new EventMatcher(compiledPack().rules);
  for (const event of ORDINARY_EVENTS) assert.deepEqual(pack.match(eventOfCase(event, 1)), []);
  const result = withEventsFile(ORDINARY_EVENTS, (path) => huntJson(ROOT, [path]));
  assert.ok(typeof result !== 'string');
  assert.deepEqual(
    [result.findings, result.subscriptions, result.summary.records['live']],
    [[], [], ORDINARY_EVENTS.length],
  );
});

test('a made process has one name in path, file and command line, and Windows keeps it where it is', () => {
  const asked = processOf("{ s: { Image|endswith: '\\wmic.exe', CommandLine|contains: ' get ' }, condition: s }");
  assert.equal(asked['Image'], 'C:\\Windows\\System32\\wbem\\wmic.exe');
  assert.equal(asked['OriginalFileName'], 'wmic.exe');
  assert.match(asked['CommandLine'] ?? '', /^wmic\.exe .* get /);
  const original = processOf('{ s: { OriginalFileName: reg.exe }, condition: s }');
  assert.equal(original['Image'], 'C:\\Windows\\System32\\reg.exe');
  const started = processOf("{ s: { CommandLine|contains: 'reg add' }, condition: s }");
  assert.equal(started['Image'], 'C:\\Windows\\System32\\reg.exe');
  assert.equal(started['ParentImage'], 'C:\\Windows\\System32\\cmd.exe');
});

test('every made event fulfils its rule; a rule of another kind, or one that contradicts itself, has none', () => {
  const rule = ruleOf('ps_script', '{ s: { ScriptBlockText|contains|all: [one, two] }, condition: s }');
  const matcher = new EventMatcher({ rules: [rule], correlations: [] });
  const solved = solvedEvents([rule]);
  assert.ok(solved.length > 0);
  for (const { event } of solved) assert.equal(matcher.match(eventOfCase(event, 1)).length, 1);
  assert.deepEqual(solvedEvents([ruleOf('dns_query', '{ s: { QueryName: a }, condition: s }')]), []);
  assert.deepEqual(
    solvedEvents([ruleOf('process_creation', '{ s: { Image: a }, t: { Image: b }, condition: s and t }')]),
    [],
  );
});

test('the file of events is there during the call alone', () => {
  const path = withEventsFile(ORDINARY_EVENTS, (one) => {
    assert.equal(readFileSync(one, 'utf8').trim().split('\n').length, ORDINARY_EVENTS.length);
    return one;
  });
  assert.equal(existsSync(path), false);
});
