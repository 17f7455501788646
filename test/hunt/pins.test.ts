import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { run } from '../run-main.ts';
import { folderWith } from './run-triad.ts';

interface Told {
  readonly kind: string;
  readonly id: string;
  readonly level?: string;
  readonly verdict?: { readonly level: string; readonly score: number };
  readonly pinned?: { readonly pin: string };
  readonly subscriptions?: readonly string[];
  readonly pins?: { readonly subscriptions: number; readonly unmatched: number };
  readonly pinsPastReview?: readonly string[];
  readonly options?: { readonly pins?: readonly string[] };
}

/** Evidence of one attack, a result of it without pins, and where pins go. */
async function prepared(context: TestContext): Promise<{
  readonly evidence: string;
  readonly result: string;
  readonly pins: string;
  readonly subscription: string;
}> {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 5 });
  const folder = folderWith(context, [['evidence/sent.jsonl', Buffer.from(linesOf(events).join('\n'))]]);
  const evidence = join(folder, 'evidence');
  const result = join(folder, 'free.jsonl');
  assert.equal((await run('hunt', evidence, '--pins', 'none', '--format', 'jsonl', '-o', result, '-q')).code, 1);
  const subscription = toldIn(readFileSync(result, 'utf8')).find(({ kind }) => kind === 'subscription')?.id ?? '';
  return { evidence, result, pins: join(folder, 'own'), subscription };
}

function toldIn(text: string): readonly Told[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

const WHO = ['--owner', 'alice', '--reason', 'inventory agent', '--review', '90d'] as const;

test('L16 what is pinned is lowered, counted and listed in every output of a hunt, and its files are in the options', async (context) => {
  const { evidence, result, pins, subscription } = await prepared(context);
  const added = await run('pin', 'add', subscription, result, ...WHO, '--pins', pins, '--format', 'json');
  assert.equal(added.code, 0, added.err);
  const { id } = JSON.parse(added.out) as { id: string };
  const other = await run('pin', 'add', '--payload', 'a'.repeat(64), '--hosts', 'WS-*', ...WHO, '--pins', pins);
  assert.equal(other.code, 0, other.err);
  const told = toldIn((await run('hunt', evidence, '--pins', pins, '--format', 'jsonl', '-q')).out);
  const free = toldIn(readFileSync(result, 'utf8'));
  const scoreIn = (lines: readonly Told[]): number =>
    lines.find((line) => line.id === subscription)?.verdict?.score ?? Number.NaN;
  assert.ok(scoreIn(told) < scoreIn(free));
  assert.equal(told.find((line) => line.id === subscription)?.pinned?.pin, id);
  const summary = told.find(({ kind }) => kind === 'summary')?.pins;
  assert.deepEqual([summary?.subscriptions, summary?.unmatched], [1, 1]);
  const header = told.find(({ kind }) => kind === 'header')?.options?.pins;
  assert.match(header?.[0] ?? '', /^pins\.yaml [0-9a-f]{64}$/);
  assert.deepEqual(
    told.map((line) => line.id).filter((of) => of === subscription).length,
    free.filter((line) => line.id === subscription).length,
  );
  for (const format of ['text', 'json', 'csv', 'timesketch', 'hayabusa-csv', 'html', 'sarif', 'navigator']) {
    const { out } = await run('hunt', evidence, '--pins', pins, '--format', format, '-q');
    assert.ok(out.includes(id), format);
    const without = await run('hunt', evidence, '--pins', 'none', '--format', format, '-q');
    assert.ok(!without.out.includes(id) && !without.out.includes('BN2'), format);
  }
  const text = (await run('hunt', evidence, '--pins', pins, '-q')).out;
  assert.match(text, /PINNED {4}1 subscription and \d+ findings? lowered by 1 pin of 2/);
  assert.match(text, /matched nothing/);
  const why = (await run('explain', subscription, evidence, '--pins', pins, '-q')).out;
  assert.match(why, /BN2/);
});

test('L7 pins in other files and another order give the same findings; a hunt a day after the review says so in its run alone', async (context) => {
  const { evidence, result, pins, subscription } = await prepared(context);
  await run('pin', 'add', subscription, result, ...WHO, '--pins', pins);
  await run('pin', 'add', subscription, result, '--of', 'payload', ...WHO, '--pins', pins);
  const file = join(pins, 'pins.yaml');
  const text = readFileSync(file, 'utf8');
  const hunted = async (): Promise<readonly Told[]> =>
    toldIn((await run('hunt', evidence, '--pins', pins, '--format', 'jsonl', '-q')).out);
  const bodyOf = (lines: readonly Told[]): string =>
    JSON.stringify(lines.filter(({ kind }) => kind !== 'header' && kind !== 'run' && kind !== 'summary'));
  const first = await hunted();
  const [head = '', one = '', two = ''] = text.split(/(?=^ {2}- )/m);
  writeFileSync(file, `${head}${two}${one}`);
  const second = await hunted();
  assert.equal(bodyOf(second), bodyOf(first));
  const past = text.replace(/created: .*/g, 'created: 2020-01-01').replace(/review: .*/g, 'review: 2020-06-01');
  writeFileSync(file, past);
  const third = await run('hunt', evidence, '--pins', pins, '--format', 'jsonl');
  assert.match(third.err, /TRIAD-W-PIN-REVIEW/);
  const lines = toldIn(third.out);
  assert.equal(lines.find(({ kind }) => kind === 'run')?.pinsPastReview?.length, 2);
  assert.equal(
    lines.find((line) => line.id === subscription)?.verdict?.score,
    first.find((line) => line.id === subscription)?.verdict?.score,
  );
  assert.equal((await run('pin', 'check', '--pins', pins)).code, 1);
});

test('every verb of triad pin takes the folder of a server with --data, and --pins before it', async (context) => {
  const { result, pins, subscription } = await prepared(context);
  const none = join(pins, 'none.yaml');
  assert.equal((await run('pin', 'add', subscription, result, ...WHO, '--data', pins)).code, 0);
  const listed = JSON.parse((await run('pin', 'list', '--data', pins, '--format', 'json')).out) as { id: string }[];
  const id = listed[0]?.id ?? assert.fail('nothing is pinned');
  assert.match((await run('pin', 'check', '--data', pins)).out, /^1 pin, 0 past review/);
  assert.match((await run('pin', 'check', '--data', pins, '--pins', none)).err, /none\.yaml/);
  assert.equal((await run('pin', 'rm', id, '--data', pins, '--pins', none)).code, 2);
  assert.equal((await run('pin', 'rm', id, '--data', pins)).code, 0);
  assert.equal((await run('pin', 'list', '--data', pins)).out, 'Nothing is pinned.\n');
});

test('triad pin adds once, lists, checks and takes out; comments stay, and wrong pins are told where they stand', async (context) => {
  const { evidence, result, pins, subscription } = await prepared(context);
  const file = join(pins, 'pins.yaml');
  assert.equal((await run('pin', 'add', subscription, result, ...WHO, '--pins', pins)).code, 0);
  writeFileSync(file, readFileSync(file, 'utf8').replace('pins:', '# Reviewed each quarter.\npins:'));
  const again = await run('pin', 'add', subscription, result, ...WHO, '--pins', pins);
  assert.equal(again.code, 2);
  assert.match(again.err, /pinned already, by alice/);
  const listed = JSON.parse((await run('pin', 'list', '--pins', pins, '--format', 'json')).out) as Told[];
  assert.equal(listed.length, 1);
  assert.equal((await run('pin', 'check', evidence, '--pins', pins, '-q')).code, 0);
  assert.equal((await run('pin', 'check', result, '--pins', pins)).code, 2);
  const nameless = await run('pin', 'add', ...WHO, '--pins', pins);
  assert.equal(nameless.code, 2);
  assert.match(nameless.err, /a name is none/);
  const incident = toldIn(readFileSync(result, 'utf8')).find(({ kind }) => kind === 'incident')?.id ?? '';
  const whole = await run('pin', 'add', incident, result, ...WHO, '--pins', pins);
  assert.match(whole.err, /An incident is not pinned/);
  assert.equal((await run('pin', 'rm', 'nothere', '--pins', pins)).code, 2);
  assert.equal((await run('pin', 'rm', listed[0]?.id ?? '', '--pins', pins)).code, 0);
  assert.match(readFileSync(file, 'utf8'), /# Reviewed each quarter\.\npins: \[\]/);
  writeFileSync(file, 'version: 1\npins:\n  - subscription: x\n');
  for (const verb of [['hunt', evidence], ['pin', 'list'], ['pin', 'check'], ['serve']]) {
    const wrong = await run(...verb, ...(verb[0] === 'serve' ? ['--data', pins] : ['--pins', pins]));
    assert.equal(wrong.code, 2, verb.join(' '));
    assert.match(wrong.err, /TRIAD-E-PIN {3}.*pins\.yaml:3:/, verb.join(' '));
  }
  assert.equal((await run('hunt', evidence, '--pins', join(pins, 'nowhere'))).code, 2);
});
