import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Answer, run } from '../run-main.ts';
import { runServer, sendLines, temporaryFolder, until, winlogbeat } from './running-server.ts';
import { metricOf } from './server-process.ts';

test('triad search finds events by words, hosts and time, in words and as JSON Lines with the bytes that came', async (context) => {
  const server = await runServer(context);
  const search = (...words: readonly string[]): Promise<Answer> => run('search', ...words, '--data', server.folder);
  const lines = Array.from({ length: 30 }, (_, at) => winlogbeat(at + 1, at % 2 === 0 ? 'WS-07' : 'WS-08'));
  await sendLines(server, lines);
  await until(async () => (await metricOf(server, 'triad_archive_position')) === 1, 'the batch is archived');
  const shown = await search('alice', '--host', 'WS-08', '--limit', '2');
  assert.equal(shown.code, 0);
  assert.match(
    shown.out,
    /^2026-01-01 00:00:00 {2}WS-08 {2}Security {2}4624 {2}1\/29 {2}…[^\n]*alice[^\n]*\n.*1\/27 .*\n$/,
  );
  assert.equal(shown.err, '', 'no progress where stderr is no terminal');
  const told = await search('--format', 'jsonl', '--event', '4624', '--limit', '25');
  const events = told.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly text: string });
  assert.deepEqual(
    events.map(({ text }) => text),
    lines.toReversed().slice(0, 25),
  );
  assert.equal((await search('nobody')).out, 'No such events.\n');
  const fields = await search('--record', '7', '--field', 'TargetUserName', '--field', 'nothing', '--field', '*');
  assert.match(fields.out, / {2}1\/6 {2}TargetUserName=alice {2}nothing=-\nFields: .*TargetUserName/);
  assert.equal((await search('--from', '2026-01-01T00:00:01Z')).out, 'No such events.\n');
  const file = join(server.folder, 'found.jsonl');
  assert.equal((await search('--record', '7', '--format', 'jsonl', '-o', file)).code, 0);
  assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { id: string }).id, '1/6');
});

test('a search that makes no sense is refused before it is asked, or by the server; without a server it says so', async (context) => {
  const { folder } = await runServer(context);
  const search = (...words: readonly string[]): Promise<Answer> => run('search', ...words, '--data', folder);
  for (const wrong of [
    ['--limit', '0'],
    ['--from', 'noon'],
    ['--event', 'x'],
  ]) {
    assert.equal((await search(...wrong)).code, 2, wrong.join(' '));
  }
  assert.equal((await run('search', 'x', '--data', temporaryFolder(context))).code, 3);
});
