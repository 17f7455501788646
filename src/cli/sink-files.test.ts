import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationOf, readConfigText } from '../config/index.ts';
import { sinksOf } from './sink-files.ts';

async function placesOf(sink: string, variables: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const found = configurationOf([readConfigText(`sinks:\n  soc: ${sink}\n`, 'triad.yaml')]);
  if (found.kind === 'problems') return found.problems.map(({ place }) => place);
  const read = await sinksOf(found.settings, variables);
  return 'problems' in read ? read.problems.map(({ place = '' }) => place) : [];
}

test('without TLS a sink leads only to addresses that allow names; of a name each attempt tells', async () => {
  const allow = 'allow: [10.0.0.0/8, 203.0.114.7]';
  const teams = (url: string): Promise<readonly string[]> =>
    placesOf(`{ kind: teams, url: env:U, ${allow} }`, { U: url });
  for (const url of ['http://10.1.2.3/', 'http://203.0.114.7/', 'http://a.example/', 'https://8.8.8.8/'])
    assert.deepEqual(await teams(url), [], url);
  for (const url of ['http://8.8.8.8/', 'http://203.0.114.8/', 'http://[2606:4700::1111]/', 'http://134744072/'])
    assert.deepEqual(await teams(url), ['sinks.soc.url'], url);
  const syslog = (host: string): Promise<readonly string[]> =>
    placesOf(`{ kind: syslog, address: "${host}:514", tls: false, ${allow} }`);
  assert.deepEqual(await syslog('10.1.2.3'), []);
  assert.deepEqual(await syslog('8.8.8.8'), ['sinks.soc.address']);
});

/** What is told of the signing keys of a webhook. */
async function keyProblems(keys: string): Promise<readonly string[]> {
  const text = 'sinks: { hook: { kind: webhook, url: "https://a.example/", secret: env:KEYS } }';
  const found = configurationOf([readConfigText(text, 'triad.yaml')]);
  assert.ok(found.kind === 'settings');
  const read = await sinksOf(found.settings, { KEYS: keys });
  return 'problems' in read ? read.problems.map(({ place = '', message }) => `${place}: ${message}`) : [];
}

test('a key of a webhook that is none is told by its place among the others and with its reason, and never shown', async () => {
  const sound = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
  assert.deepEqual(await keyProblems(`${sound}\nwhsk_${Buffer.alloc(32, 9).toString('base64')}`), []);
  assert.deepEqual(await keyProblems(`${sound} ${publicKey}\nwhsk_AAAA`), [
    'sinks.hook.secret: Key 2 of 3 in the variable KEYS is no signing key: it is a public key (whpk_), which is for the receiver.',
    'sinks.hook.secret: Key 3 of 3 in the variable KEYS is no signing key: whsk_ has 64 bytes (or the first 32), and these are 3.',
  ]);
});

test('L20 a webhook has at most eight signing keys; of more only their number is told', async () => {
  const keys = Array.from({ length: 9 }, (_, at) => `whsec_${Buffer.alloc(24, at).toString('base64')}`);
  assert.deepEqual(await keyProblems(keys.slice(1).join(' ')), []);
  const tooMany = 'a webhook has at most 8, for each signs each message.';
  assert.deepEqual(await keyProblems(keys.join('\n')), [
    `sinks.hook.secret: In the variable KEYS stand 9 keys; ${tooMany}`,
  ]);
  assert.deepEqual(await keyProblems('no key '.repeat(50)), [
    `sinks.hook.secret: In the variable KEYS stand 100 keys; ${tooMany}`,
  ]);
});
