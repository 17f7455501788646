import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { foundByHunt } from '../serve/found-by-server.ts';
import { huntFolder } from './hunted.ts';
import { folderWith } from './run-triad.ts';

const PAD_BYTES = 15 << 20;

function hunted(context: TestContext, text: string): Promise<HuntResult> {
  return huntFolder(folderWith(context, [['export.json', Buffer.from(text)]]));
}

test('L15 events of one large export weigh what they are, not what the export is: nothing is let go of', async (context) => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 20 });
  const hits = linesOf(events).map((line) => `{"_source":${line}}`);
  const text = `{"took":1,"hits":{"hits":[${hits.join(',')}]}}`;
  const plain = await hunted(context, text);
  const padded = await hunted(context, text.replace('{', `{"_scroll_id":"${'x'.repeat(PAD_BYTES)}",`));
  assert.deepEqual(foundByHunt(padded), foundByHunt(plain));
  assert.ok(plain.records.length > 20, String(plain.records.length));
  assert.equal(padded.records.length, plain.records.length);
  assert.deepEqual(padded.summary.evicted, plain.summary.evicted);
});
