import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ID, processRule, run } from '../run-main.ts';
import { folderWith } from './run-triad.ts';

test('retro-hunt: rules and pins are told by what they add, remove and change, and nothing is written', async (context) => {
  const { events } = campaign(['a triad that fires and is removed', 'a remote process by Kerberos'], { acts: 5 });
  const folder = folderWith(context, [['sent.jsonl', Buffer.from(linesOf(events).join('\n'))]]);
  const own = folderWith(context, [['rule.yml', processRule('Any program', ID.one, "Image|endswith: '.exe'")]]);
  const difference = async (...words: readonly string[]): Promise<Record<string, Record<string, unknown[]>>> => {
    const { code, out, err } = await run('replay', folder, ...words, '--diff', '--format', 'json', '-q');
    assert.equal(code, 0, err);
    return JSON.parse(out) as Record<string, Record<string, unknown[]>>;
  };
  const byRule = await difference('--rules', join(own, 'rule.yml'), '--pins', 'none');
  assert.ok((byRule['findings']?.['added'] ?? []).length > 0);
  assert.deepEqual(byRule['findings']?.['removed'], []);
  const hunted = await run('hunt', folder, '--pins', 'none', '--format', 'json', '-q');
  const { subscriptions } = JSON.parse(hunted.out) as HuntResult;
  const subscription = subscriptions.find(({ fingerprint }) => fingerprint !== undefined)?.id ?? '';
  const pins = join(own, 'pins.yaml');
  const who = ['--owner', 'alice', '--reason', 'agent', '--review', '90d'];
  assert.equal((await run('pin', 'add', subscription, folder, ...who, '--pins', pins, '-q')).code, 0);
  const before = [...readdirSync(folder), ...readdirSync(own)];
  const byPin = await difference('--pins', pins);
  assert.equal(byPin['subscriptions']?.['changed']?.length, 1);
  assert.deepEqual([byPin['subscriptions']?.['added'], byPin['subscriptions']?.['removed']], [[], []]);
  const words = (await run('replay', folder, '--pins', pins, '--diff', '-q')).out;
  assert.match(words, new RegExp(`SUBSCRIPTIONS {2}0 added, 0 removed, 1 changed\\n {2}~ ${subscription}`));
  assert.deepEqual([...readdirSync(folder), ...readdirSync(own)], before);
  assert.equal((await run('replay', folder, '--diff')).code, 2);
  assert.equal((await run('replay', folder, '--diff', '--pins', pins, '--feed-to', '2026-01-01')).code, 2);
});
