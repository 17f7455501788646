import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openArchive } from '../../src/archive/index.ts';
import { placeOfNumber } from '../../src/entries/index.ts';

/** The events in the archive of a server that has ended: their bytes by `position/item`; asserts that none is there twice. */
export async function archivedEvents(folder: string, storeId: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const opened = await openArchive({ folder: join(folder, 'archive'), storeId, nowMs: Date.now });
  if (opened.kind === 'problem') assert.fail(opened.message);
  const { archive } = opened;
  const events = new Map<string, string>();
  for await (const page of archive.search({}, { limit: 1000 })) {
    if (page.kind === 'refused') assert.fail(page.message);
    assert.deepEqual({ damaged: page.count.damaged, gone: page.count.gone }, { damaged: 0, gone: 0 });
    for (const { position, item: number, raw } of page.entries) {
      const { item, event } = placeOfNumber(number);
      const name = `${position}/${item}${event === 0 ? '' : `.${event}`}`;
      assert.ok(!events.has(name), `${name} is archived twice`);
      events.set(name, Buffer.from(raw).toString());
    }
  }
  await archive.close();
  return events;
}
