import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { movedEvent, readDemoScript } from '../../src/cli/demo-script.ts';
import { DEMO_SCRIPT, demoScript } from '../../tools/demo-script.ts';
import { root } from '../house/tree.ts';
import { run } from '../run-main.ts';
import { signIn } from './signed-in.ts';

const ZERO_MS = Date.UTC(2026, 2, 12, 8, 40);

test('L28 the script that is shipped is the one that the test kit writes', () => {
  assert.ok(
    readFileSync(join(root, DEMO_SCRIPT), 'utf8') === demoScript(),
    'run node tools/demo-script.ts and commit what it writes',
  );
});

test('a script that is not whole is refused', () => {
  const head = (events: number, format = 'triad-demo/1'): string =>
    `{"format":"${format}","zero":"2026-03-12T08:40:00Z","events":${events}}\n`;
  const line = '{"at":5,"event":"<Event/>"}\n';
  assert.deepEqual(readDemoScript(head(1) + line).events, [{ atMs: 5, xml: '<Event/>' }]);
  assert.throws(() => readDemoScript(head(2) + line), /not whole/);
  assert.throws(() => readDemoScript(head(1, 'triad-demo/2') + line), /not whole/);
});

test('L4 every time of an event moves by the same whole milliseconds; what is finer and what is no time stays', () => {
  const by = 86_400_000 * 40 + 1;
  const moved = (text: string): string => movedEvent(text, ZERO_MS, ZERO_MS + by);
  assert.equal(
    moved("SystemTime='2026-03-12T08:40:01.123456700Z'>2026-03-12 08:39:59.999<"),
    "SystemTime='2026-04-21T08:40:01.124456700Z'>2026-04-21 08:40:00.000<",
  );
  assert.equal(moved('__1773304845.417209'), `__${1773304845 + 86_400 * 40}.417209`);
  assert.equal(
    moved('2019-01-01 00:00:00.000 and 1234567890 and 11773304845'),
    '2019-01-01 00:00:00.000 and 1234567890 and 11773304845',
  );
});

test('the demo takes neither a store nor settings nor an address of others', async () => {
  const { code, err } = await run('serve', '--demo', '--data', 'x', '--listen', '0.0.0.0:1');
  assert.equal(code, 2);
  assert.match(err, /--data.*\n.*\n.*Leave out --data[\s\S]*--listen/);
});

/** Starts the demo; what it printed is asked for by a pattern. */
function startDemo(context: TestContext) {
  const program = join(root, 'bin', 'triad.js');
  const child = spawn(process.execPath, [program, 'serve', '--demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGKILL'));
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (told += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const seen = async (pattern: RegExp, forMs: number): Promise<RegExpExecArray> => {
    for (const until = performance.now() + forMs; performance.now() < until; ) {
      const found = pattern.exec(told);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return assert.fail(`${pattern} was not printed:\n${told}`);
  };
  return { child, ended, seen, told: () => told };
}

test('L22 the first incident of the demo is there within a minute, its verbs work, and nothing is left after Ctrl-C', async (context) => {
  const demo = startDemo(context);
  const [, folder = ''] = await demo.seen(/this demo lies in (\S+) and goes/, 60_000);
  assert.ok(existsSync(join(folder, 'state.sqlite')));
  const [, url = ''] = await demo.seen(
    /\nSign in at (http:\/\/127\.0\.0\.1:\d+)\/ as\n(?: {2}[a-z]+ +[a-z]+ +\S{29}\n){4}\n/,
    60_000,
  );
  for (const [name, role] of [
    ['alice', 'analyst'],
    ['bob', 'analyst'],
    ['erik', 'engineer'],
    ['ada', 'admin'],
  ] as const) {
    const [, password = ''] = new RegExp(`\\n  ${name} +${role} +(\\S+)\\n`).exec(demo.told()) ?? [];
    const visitor = await signIn({ url }, name, password);
    const { json } = await visitor.ask('GET', '/v1/session');
    assert.deepEqual([json['role'], json['mustChangePassword']], [role, false]);
  }
  await demo.seen(/ s {2}INC-\d+ +(?:high|critical) /, 60_000);
  const [, seconds] = /(\d+) s {2}INC-\d+ +(?:high|critical) /.exec(demo.told()) ?? [];
  context.diagnostic(`first high incident after ${seconds} s`);
  const [, words = ''] = await demo.seen(/^ {2}triad (incidents list --data \S+)/m, 1000);
  const listed = await run(...words.split(' '));
  assert.deepEqual([listed.code, listed.err], [0, '']);
  assert.match(listed.out, /^NUMBER +LEVEL[\s\S]*INC-1 /);
  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 0, demo.told());
  assert.ok(!existsSync(folder), 'the store is gone');
});

test('L22 a hangup and a second signal leave nothing either', async (context) => {
  const demo = startDemo(context);
  const [, folder = ''] = await demo.seen(/this demo lies in (\S+) and goes/, 60_000);
  demo.child.kill('SIGHUP');
  demo.child.kill('SIGTERM');
  assert.ok([0, 4].includes((await demo.ended) ?? -1), demo.told());
  assert.ok(!existsSync(folder), 'the store is gone');
});
