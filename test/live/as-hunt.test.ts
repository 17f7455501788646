import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, Stream, told, toldByHunt } from './streams.ts';

for (const name of Object.keys(ATTACKS)) {
  test(`L8 ${name}: what comes in batches is judged as a file of the same lines is`, async (t) => {
    const { events } = campaign([name], { acts: 40, hosts: 40 });
    const lines = linesOf(events);
    const hunted = await huntFolder(folderWith(t, [['sent.jsonl', Buffer.from(lines.join('\n'))]]));
    const stream = new Stream();
    for (let at = 0; at < lines.length; at += 100) stream.send(lines.slice(at, at + 100));
    const judged = stream.window.judge();
    assert.ok(judged.incidents.length > 0);
    assert.deepEqual(told(judged), toldByHunt(hunted));
  });
}

test('L8 the same in other shapes: XML lines of a forwarder, and the output of a converter', async (t) => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 20 });
  for (const writer of [lineWriter('S2'), lineWriter('S6'), lineWriter('S11')]) {
    const lines = linesOf(events, writer);
    const hunted = await huntFolder(folderWith(t, [[`sent.${writer.ending}`, Buffer.from(lines.join('\n'))]]));
    const stream = new Stream();
    for (let at = 0; at < lines.length; at += 500) stream.send(lines.slice(at, at + 500));
    assert.deepEqual(told(stream.window.judge()), toldByHunt(hunted), writer.style);
  }
});

const corpus = join(root, '..', 'shared', 'corpus', 'dev');
const CAPTURES = ['empire_wmi_create', 'covenant_remote_subscription', 'empire_wmic_add_user'];

for (const name of CAPTURES) {
  const path = join(corpus, 'json', 'slices', `${name}.jsonl.gz`);
  test(`L8 the capture ${name}, sent line by line`, {
    skip: existsSync(path) ? false : 'the corpus is not here',
  }, async (t) => {
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const hunted = await huntFolder(folderWith(t, [['sent.jsonl', Buffer.from(lines.join('\n'))]]));
    const stream = new Stream();
    for (const line of lines) stream.send([line]);
    assert.deepEqual(told(stream.window.judge()), toldByHunt(hunted));
  });
}
