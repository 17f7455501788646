import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration, configurationOf, readConfigText, readVariables } from './index.ts';

function configured(yaml: string): Configuration {
  return configurationOf([readConfigText(yaml, 'triad.yaml')]);
}

function problemsOf(yaml: string): readonly string[] {
  const found = configured(yaml);
  return found.kind === 'problems' ? found.problems.map(({ place, message }) => `${place} ${message}`) : [];
}

test('sinks have names of their own, and what is not said is as it comes', () => {
  const found = configured(`sinks:
  soc: { kind: slack, url: env:SLACK_URL, level: high, hosts: ["DC*"] }
  siem: { kind: syslog, address: "siem.example:6514", tells: [state, verdict] }
`);
  assert.equal(found.kind, 'settings', JSON.stringify(found));
  if (found.kind !== 'settings') return;
  const { soc, siem } = found.settings.sinks;
  assert.deepEqual(Object.keys(found.settings.sinks), ['soc', 'siem']);
  assert.deepEqual([soc?.kind, soc?.url, soc?.level, soc?.hosts], ['slack', 'env:SLACK_URL', 'high', ['DC*']]);
  assert.deepEqual(
    [siem?.address, siem?.tls, siem?.tells],
    [{ host: 'siem.example', port: 6514 }, true, ['state', 'verdict']],
  );
  assert.deepEqual([siem?.level, siem?.timeout, siem?.perMinute, siem?.allow], ['medium', 10_000, 60, []]);
  const row = found.explained.find(({ name }) => name === 'sinks.soc.level');
  assert.deepEqual([row?.value, row?.source], ['high', 'triad.yaml:2:50']);
});

test('without sinks there are none, and a variable makes none', () => {
  const found = configured('');
  assert.deepEqual(found.kind === 'settings' && found.settings.sinks, {});
  const { problems } = readVariables({ TRIAD_SINKS__SOC__KIND: 'slack', TRIAD_SINKS__NAME__KIND: 'slack' });
  assert.equal(problems.length, 2);
});

test('what is wrong with a sink is told at its place', () => {
  const one = (text: string): readonly string[] => problemsOf(`sinks:\n  soc: ${text}\n`);
  assert.deepEqual(one('{ level: high }'), ['sinks.soc.kind It is not said what the sink soc is.']);
  assert.deepEqual(one('{ kind: pager }'), [
    'triad.yaml:2:16 "sinks.soc.kind" must be one of webhook, slack, teams, syslog, splunk, elasticsearch; it is "pager".',
  ]);
  assert.deepEqual(one('{ kind: webhook, url: "https://a.example/" }'), [
    'triad.yaml:2:16 A sink of webhook needs secret.',
  ]);
  assert.deepEqual(one('{ kind: slack, url: "https://hooks.example/T/B/x" }'), [
    'triad.yaml:2:28 Whoever knows the address of slack can write there, and settings are shown.',
  ]);
  assert.deepEqual(one('{ kind: splunk, url: "http://a.example/", secret: env:T }'), [
    'triad.yaml:2:29 It would be read and changed on its way.',
  ]);
  assert.deepEqual(one('{ kind: splunk, url: "http://a.example/", secret: env:T, allow: [10.0.0.0/8] }'), []);
  assert.deepEqual(one('{ kind: syslog, address: "a.example:514", tls: false }'), [
    'triad.yaml:2:55 Syslog without TLS is read and changed on its way.',
  ]);
  for (const wrong of [
    'secret: plain',
    'secret: env:TRIAD_X',
    'url: "https://u:p@a.example/"',
    'url: "ftp://a.example"',
    'allow: [10/8]',
    'scope: [all]',
    'tells: [note]',
    'index: .x',
    'hosts: ["a b"]',
    'perMinute: 0',
    'timeout: 61s',
  ]) {
    const told = one(`{ kind: teams, url: env:U, ${wrong} }`);
    assert.equal(told.length, 1, wrong);
    // What stands where a secret belongs may be one.
    assert.doesNotMatch(told.join(), /plain|u:p@/);
  }
  assert.deepEqual(problemsOf('sinks:\n  Soc: { kind: slack }\n'), [
    'triad.yaml:2:3 "Soc" is no name for one of sinks.',
  ]);
  assert.deepEqual(problemsOf('sinks:\n  soc:\n'), ['triad.yaml:2:7 "sinks.soc" must hold settings.']);
  assert.deepEqual(problemsOf('sinks: [slack]\n'), ['triad.yaml:1:8 "sinks" must hold names.']);
  assert.deepEqual(one('{ kind: slack, urll: env:X }')[0], 'triad.yaml:2:23 There is no setting "sinks.soc.urll".');
});

test('32 sinks and no more; a name of 32 characters and no longer', () => {
  const of = (count: number): string =>
    `sinks:\n${Array.from({ length: count }, (_, at) => `  s${at}: { kind: slack, url: env:U }\n`).join('')}`;
  assert.deepEqual(problemsOf(of(32)), []);
  assert.equal(problemsOf(of(33)).length, 1);
  const named = (length: number): string => `sinks:\n  ${'n'.repeat(length)}: { kind: slack, url: env:U }\n`;
  assert.deepEqual([problemsOf(named(32)).length, problemsOf(named(33)).length], [0, 1]);
});
