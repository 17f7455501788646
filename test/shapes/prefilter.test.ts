import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoggedEvent, SHAPE_WRITERS } from '../../testkit/index.ts';
import { PLANTED } from './copies.ts';
import { readBlocks } from './fuzz.ts';

/** Shapes whose header stands at a fixed place. */
const LOCATED: ReadonlySet<string> = new Set(['S2', 'S4', 'S5', 'S6', 'S7', 'S9', 'S10', 'S18']);

test('B17 what is passed over unparsed is counted with the header that parsing would have found, in every shape', () => {
  const located = new Set<string>();
  for (const writer of SHAPE_WRITERS) {
    const events: readonly LoggedEvent[] = PLANTED.filter(({ model }) => writer.cannotCarry(model) === undefined);
    const bytes = Buffer.from(writer.write(events));
    const all = new Map(readBlocks(bytes, 1 << 20).events.map((event) => [event.place.offset, event]));
    const { skipped } = readBlocks(bytes, 1 << 20, () => false);
    for (const { offset, ...line } of skipped) {
      const event = all.get(offset);
      assert.ok(event !== undefined, `${writer.style}: no event at ${offset}`);
      located.add(event.shape ?? '');
      const { channel, eventId, computer, recordId, stated } = event;
      // Flat lines without a name of the provider are told it by channel and id, which coverage does without.
      const provider = line.provider === '' ? '' : event.provider;
      assert.deepEqual(line, { provider, channel, eventId, computer, recordId, stated }, writer.style);
    }
  }
  for (const shape of LOCATED) assert.ok(located.has(shape), `nothing of ${shape} was passed over`);
});
