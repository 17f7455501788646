import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHAPE_WRITERS } from '../../testkit/index.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, Stream, told, toldByHunt } from './streams.ts';

const LOCAL = SHAPE_WRITERS.filter(({ losses }) => losses.isLocal === 'told');
const { events } = campaign(['a triad that fires and is removed'], { acts: 5 });

test('there are shapes whose local times other records tell', () => {
  assert.ok(LOCAL.length > 0);
});

for (const writer of LOCAL) {
  test(`B8 ${writer.style}: sent line by line, in any order, local times are corrected as those of a file are`, async (t) => {
    const lines = linesOf(events, writer);
    const hunted = toldByHunt(await huntFolder(folderWith(t, [['sent.json', Buffer.from(lines.join('\n'))]])));
    const stream = new Stream();
    for (const line of lines.toReversed()) stream.send([line]);
    assert.deepEqual(told(stream.window.judge()), hunted);
    assert.deepEqual(told(stream.window.judge()), hunted, 'times are moved once');
  });
}
