import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ordinaryRepository, plantSubscription } from '../../testkit/cim/index.ts';
import { type Answer, run as runMain } from '../run-main.ts';

const folder = mkdtempSync(join(tmpdir(), 'triad-repo-'));
after(() => rmSync(folder, { recursive: true }));

/** Two repositories: one with a subscription in its newest generation and one that lost it, below one folder. */
function write(): { readonly all: string; readonly before: string; readonly after: string } {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 20 });
  repository.checkpoint();
  const planted = plantSubscription(repository, {
    name: 'Updater\u001b[2J',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: '=calc.exe' } },
  });
  repository.checkpoint();
  const before = join(folder, 'C', 'Windows', 'repository');
  const gone = join(folder, 'after');
  const lay = (place: string): void => {
    mkdirSync(place, { recursive: true });
    for (const [name, bytes] of repository.files()) writeFileSync(join(place, name.toLowerCase()), bytes);
  };
  lay(before);
  for (const part of [planted.binding, planted.consumer, planted.filter]) repository.remove(part);
  repository.checkpoint();
  lay(gone);
  return { all: folder, before, after: gone };
}

const places = write();

async function run(...argv: readonly string[]): Promise<Answer> {
  return await runMain('repo', ...argv);
}

const rows = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('triad repo tells generations, subscriptions, changes and namespaces, and escapes what it prints', async () => {
  const { code, out } = await run(places.before);
  assert.equal(code, 0);
  assert.match(out, /Generations\n {2}\d+ +mapping\d\.map {2}\d{4}-\d\d-\d\dT.*current\n/);
  assert.match(out, /CommandLineEventConsumer\.Name="Updater\\u\{1b\}\[2J" {3}live, 1; page \d+, record \d+\n/);
  assert.match(out, / {2}appeared {2}root\\subscription:.*\n {12}generation \d+ to \d+, between \d{4}/);
  assert.match(out, /Namespaces\n {2}root {3}/);
  assert.doesNotMatch(out, /\u001b/);
});

test('triad repo finds files in lower case at any depth, and tells several repositories one after another', async () => {
  const { code, out } = await run(places.all, '--format', 'jsonl');
  assert.equal(code, 0);
  const heads = rows(out).filter(({ kind }) => kind === 'repository');
  assert.deepEqual(
    heads.map(({ place }) => place),
    [places.before, places.after],
  );
  const lone = await run(join(places.before, 'objects.data'), '--format', 'jsonl');
  assert.equal(rows(lone.out).filter(({ kind }) => kind === 'repository').length, 1);
});

test('triad repo --class prints a class and its instances as MOF, JSON, JSON lines and CSV', async () => {
  const asked = [places.before, '--class', 'commandlineeventconsumer', '--namespace', 'ROOT\\Subscription'];
  const mof = await run(...asked);
  assert.match(mof.out, /^\/\/ root\\subscription; live, 1; .*\nclass CommandLineEventConsumer : __EventConsumer\n\{/);
  assert.match(mof.out, /instance of CommandLineEventConsumer\n\{\n[\s\S]*CommandLineTemplate = "=calc\.exe";/);
  assert.match(mof.out, /Name = "Updater\\x001B\[2J";/);
  const json = await run(...asked, '--as', 'json');
  assert.match(json.out, /"isKey": true/);
  const lines = rows((await run(...asked, '--format', 'jsonl')).out);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['class', 'instance'],
  );
  assert.equal((lines[1]?.['properties'] as Record<string, unknown>)['CommandLineTemplate'], '=calc.exe');
  assert.ok(String(lines[1]?.['rawHex']).length > 200);
  const csv = await run(...asked, '--format', 'csv');
  assert.equal(csv.out.split('\n').length, 4);
});

test('triad repo --deleted, --generation and --diff tell what went', async () => {
  const gone = await run(places.after, '--deleted', '--format', 'jsonl');
  const deleted = rows(gone.out).filter(({ change, object }) => change === 'deleted' && object === 'instance');
  assert.deepEqual(deleted.map((row) => row['class']).sort(), [
    'CommandLineEventConsumer',
    '__EventFilter',
    '__FilterToConsumerBinding',
  ]);
  const [generations] = deleted.map((row) => row['generations'] as [number, number]);
  assert.ok(generations !== undefined);
  const older = await run(places.after, '--generation', String(generations[0]), '--class', '__EventFilter');
  assert.match(older.out, /Updater/);
  const diff = await run(places.after, '--diff', `${generations[0]}..${generations[1]}`);
  assert.equal(diff.out.match(/^ {2}deleted /gm)?.length, 3);
  const two = await run(places.before, '--diff', places.after);
  assert.equal(two.out.match(/^ {2}deleted /gm)?.length, 3);
  const back = await run(places.after, '--diff', places.before);
  assert.equal(back.out.match(/^ {2}appeared /gm)?.length, 3);
  const ofClass = await run(places.after, '--deleted', '--class', '__EventConsumer', '--format', 'jsonl');
  assert.deepEqual(
    rows(ofClass.out).map((row) => row['class']),
    ['CommandLineEventConsumer'],
  );
});

test('triad repo refuses what is not there, and never replaces evidence', async () => {
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [[join(folder, 'nowhere')], 2, /TRIAD-E-ARG-NOTHING-FOUND/],
    [[places.before, '--namespace', 'root\\nope'], 2, /TRIAD-E-ARG-NO-NAMESPACE/],
    [[places.before, '--class', 'Nope'], 2, /TRIAD-E-ARG-NO-CLASS/],
    [[places.before, '--generation', '77'], 2, /TRIAD-E-ARG-NO-GENERATION/],
    [[places.before, '--generation', 'x'], 2, /TRIAD-E-ARG-VALUE/],
    [[places.before, '--diff', '1..77'], 2, /TRIAD-E-ARG-NO-GENERATION/],
    [[places.before, '--force', '-o', join(places.before, 'objects.data')], 2, /TRIAD-E-IO-EVIDENCE/],
  ];
  for (const [argv, code, message] of cases) {
    const answer = await run(...argv);
    assert.deepEqual([answer.code, answer.out], [code, ''], argv.join(' '));
    assert.match(answer.err, message);
  }
  const empty = mkdtempSync(join(folder, 'empty-'));
  assert.equal((await run(empty)).code, 3);
});

test('triad repo says what the index has and no record tells, by part, class and key', async () => {
  const torn = join(folder, 'torn');
  mkdirSync(torn);
  const repository = ordinaryRepository({ seed: 5, plainClasses: 20 });
  repository.checkpoint();
  for (const [name, bytes] of repository.files()) {
    if (name !== 'OBJECTS.DATA') writeFileSync(join(torn, name), bytes);
  }
  const { out } = await run(torn);
  assert.match(out, /Subscriptions and timers\n {2}1 filter, 1 consumer, 1 binding in the index, content unreadable\n/);
  assert.match(out, /instances cannot be read\. 1 filter, 1 consumer, 1 binding in the index, content unreadable\.\n/);
  assert.match(
    out,
    /record \d+ of \d+ bytes in page \d+ cannot be read: .*an instance of __EventFilter; its key begins [0-9A-F]{16}\./,
  );
  assert.match(out, /an instance of NTEventLogEventConsumer;/);
  const unread = rows((await run(torn, '--format', 'jsonl')).out).find(({ kind }) => kind === 'unread');
  assert.deepEqual(unread, { kind: 'unread', filters: 1, consumers: 1, bindings: 1, timers: 0 });
});
