import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createInflateRaw } from 'node:zlib';
import { settleTime } from './source-clock.ts';
import { TextReader } from './text-reader.ts';
import type { ShapedEvent, TextSink } from './types.ts';

const FOLDER = join(dirname(dirname(import.meta.dirname)), '..', 'shared', 'corpus', 'dev', 'negatives');
const HOUR = 3_600_000;

/** Hands the first bytes of the only member of a zip to the reader. */
async function readStart(name: string, maxBytes: number, reader: TextReader, sink: TextSink): Promise<void> {
  const zip = readFileSync(join(FOLDER, name));
  const member = createInflateRaw();
  member.end(zip.subarray(30 + zip.readUInt16LE(26) + zip.readUInt16LE(28)));
  let left = maxBytes;
  for await (const block of member as AsyncIterable<Buffer>) {
    reader.push(block.subarray(0, left), sink);
    left -= block.length;
    if (left <= 0) break;
  }
}

/** Real captures whose TimeCreated has a `Z` that is false (SETTLED B8). */
const CAPTURES = [
  { name: 'otrf_schtask_create.zip', aheadMs: -5 * HOUR, maxBytes: 1 << 24 },
  { name: 'otrf_lsass_campaign01_noise.zip', aheadMs: -19 * HOUR, maxBytes: 1 << 23 },
];

for (const { name, aheadMs, maxBytes } of CAPTURES) {
  const isThere = existsSync(join(FOLDER, name));
  test(`the clock of ${name} is found ${aheadMs / HOUR} h off, and its events get the UTC of their own records`, {
    skip: isThere ? false : 'the corpus is not beside the repository',
  }, async () => {
    const reader = new TextReader({ source: { file: name } });
    const events: ShapedEvent[] = [];
    const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
    await readStart(name, maxBytes, reader, sink);
    const { clock } = reader.end(sink);
    assert.deepEqual(
      clock.source.map((stretch) => stretch.aheadMs),
      [aheadMs],
    );
    let told = 0;
    for (const { computer, place, stated, utcTime, eventId } of events) {
      const unsettled = { computer, offset: place.offset, stated };
      const settled = settleTime(clock, utcTime === undefined ? unsettled : { ...unsettled, utcTime });
      assert.equal(settled.createdMs, stated.ms - aheadMs);
      if (utcTime === undefined) assert.equal(settled.quality, 'corrected');
      else if (eventId !== 3 && eventId !== 22) {
        told++;
        assert.deepEqual([settled.timeMs, settled.timeTicks, settled.quality], [utcTime.ms, utcTime.ticks, 'exact']);
      }
    }
    assert.ok(told > 800, `${told} events told the clock`);
  });
}
