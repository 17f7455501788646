import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EventStore } from '../../src/evidence/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { partsOf, type WindowJudgement } from '../../src/live/index.ts';
import { mayTellAlone } from '../../src/windows/index.ts';
import { root } from '../house/tree.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS, Stream } from './streams.ts';

/** Incidents at which no glance would look: none of the records that they cite tells of anything by itself. */
function silent(judged: WindowJudgement): readonly string[] {
  return partsOf(judged)
    .filter(({ records }) => !records.some(({ event }) => mayTellAlone(event)))
    .map(({ incident }) => `${incident.level}: ${incident.title}`);
}

for (const name of Object.keys(ATTACKS)) {
  test(`${name}: each incident cites a record that is worth a glance`, () => {
    const { events } = campaign([name], { acts: 40, hosts: 40 });
    const stream = new Stream();
    stream.send(linesOf(events));
    const judged = stream.window.judge();
    assert.ok(judged.incidents.length > 0);
    assert.deepEqual(silent(judged), []);
  });
}

test('of an ordinary day few of the records that are held are worth one', () => {
  const source = { file: 'a' };
  const reader = new TextBlockReader({ runStartMs: NOW_MS });
  const { rows } = reader.read(source, 0, Buffer.from(linesOf(campaign([], { acts: 400 }).events).join('\n')), true);
  const store = new EventStore([source], {
    memoryBytes: Number.POSITIVE_INFINITY,
    openSpool: () => assert.fail('all is held in memory'),
  });
  store.renumber(rows, []);
  store.addNumbered(rows);
  const telling = [...store.unsorted()].filter(mayTellAlone).length;
  assert.ok(rows.count > 1000 && telling * 50 < rows.count, `${telling} of ${rows.count}`);
});

const slices = join(root, '..', 'shared', 'corpus', 'dev', 'json', 'slices');
const here = existsSync(slices) ? readdirSync(slices).filter((name) => name.endsWith('.jsonl.gz')) : [];

test('the same of every capture of the corpus', { skip: here.length > 0 ? false : 'the corpus is not here' }, () => {
  const missed: string[] = [];
  for (const name of here) {
    const stream = new Stream();
    stream.send(
      gunzipSync(readFileSync(join(slices, name)))
        .toString()
        .trimEnd()
        .split('\n'),
    );
    missed.push(...silent(stream.window.judge()).map((title) => `${name}: ${title}`));
  }
  assert.deepEqual(missed, []);
});
