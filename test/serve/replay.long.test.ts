import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { run } from '../run-main.ts';
import { useOwnTmp } from './own-tmp.ts';
import { ask, runServer } from './running-server.ts';

useOwnTmp();

interface Told {
  readonly incident: { readonly id: string };
}

/** An incident as both tell it: numbers of coverage in gaps are of a batch (SERVE 0.1: 2). */
function identities(
  incidents: readonly { readonly id: string; readonly level?: string; readonly title?: string }[],
): unknown {
  return incidents.map(({ id, level, title }) => [id, level, title]).toSorted();
}

async function huntedJson(folder: string): Promise<HuntResult> {
  const { out, err } = await run('hunt', folder, '--pins', 'none', '--format', 'json', '-q');
  assert.notEqual(out, '', err);
  return JSON.parse(out) as HuntResult;
}

async function replayed(...words: readonly string[]): Promise<readonly Told[]> {
  const { code, out, err } = await run('replay', ...words, '--format', 'json', '-q');
  assert.equal(code, 0, err);
  return JSON.parse(out) as readonly Told[];
}

function stores(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('triad-replay-'));
}

function campaignFolder(context: TestContext): string {
  const { events } = campaign(['a triad that fires and is removed', 'a remote process by Kerberos'], { acts: 5 });
  return folderWith(context, [['sent.jsonl', Buffer.from(linesOf(events).join('\n'))]]);
}

test('L8 a replay of event logs and of texts tells what a hunt tells, and its store goes with it', async (context) => {
  const logs = folderWith(
    context,
    seedCase().files.map(([path, bytes]) => [path, Buffer.from(bytes)] as const),
  );
  for (const folder of [logs, campaignFolder(context)]) {
    const hunt = await huntedJson(folder);
    const told = await replayed(folder, '--pins', 'none');
    assert.ok(hunt.incidents.length > 0);
    assert.deepEqual(identities(told.map(({ incident }) => incident)), identities(hunt.incidents));
  }
  assert.deepEqual(stores(), []);
});

test('what is fed is what happened in the span; nothing in it is told with what to do', async (context) => {
  const folder = campaignFolder(context);
  const hunt = await huntedJson(folder);
  const [first] = hunt.incidents;
  const told = await replayed(folder, '--pins', 'none', '--feed-to', first?.last ?? '');
  assert.ok(told.length < hunt.incidents.length || hunt.incidents.length === 1);
  const none = await run('replay', folder, '--feed-from', '2100-01-01', '-q');
  assert.deepEqual([none.code, /No event was found/.test(none.err)], [3, true]);
  assert.equal((await run('replay', folder, '--feed-from', 'odd')).code, 2);
  assert.equal((await run('replay', join(folder, 'nowhere'))).code, 2);
});

test('with --url it is a sender with a key, and what the other server refuses is told', async (context) => {
  const folder = campaignFolder(context);
  const server = await runServer(context, {
    yaml: 'detection: { lateness: 24h, heldTime: 90d }',
    pack: (await bundledRules()).rules,
  });
  const key = join(folder, 'key');
  writeFileSync(key, `${server.key}\n`);
  const sent = await run('replay', folder, '--url', server.url, '--key-file', key, '-q');
  assert.match(sent.out, /^Sent [1-9]\d* events in 1 batches/, sent.err);
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/incidents');
  const hunt = await huntedJson(folder);
  assert.deepEqual(
    (json as { items: { id: string }[] }).items.map(({ id }) => id).toSorted(),
    hunt.incidents.map(({ id }) => id).toSorted(),
  );
  writeFileSync(key, 'triad_no');
  const refused = await run('replay', folder, '--url', server.url, '--key-file', key, '-q');
  assert.deepEqual([refused.code, /answered 401/.test(refused.err)], [3, true]);
  assert.equal((await run('replay', folder, '--url', server.url)).code, 2);
  assert.equal((await run('replay', folder, '--url', server.url, '--key-file', join(folder, 'none'))).code, 2);
});
