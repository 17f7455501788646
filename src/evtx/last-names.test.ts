import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Chunk } from './chunk.ts';
import { TYPE_ANSI, TYPE_STRING } from './format.ts';
import { Instance } from './instance.ts';
import { LastNames } from './last-names.ts';
import { SYS_CHANNEL, SYS_COMPUTER, SYSTEM_COUNT } from './system.ts';

type Value = readonly [type: number, bytes: Buffer];

/** An instance with these values, at an odd offset as most are. */
function record(...values: readonly Value[]): { readonly view: DataView; readonly instance: Instance } {
  const head = Buffer.alloc(5 + 4 * values.length);
  head.writeUInt32LE(values.length, 1);
  for (const [i, [type, bytes]] of values.entries()) head.writeUInt32LE((type << 16) | bytes.length, 5 + 4 * i);
  const bytes = Buffer.concat([head, ...values.map((value) => value[1])]);
  const chunk = new Chunk();
  const layout = { firstSlotOffset: 0, anomalies: [] };
  chunk.openUnit({ source: { file: 'record' }, layout, bytes, fileOffset: 0, firstSlot: 0 });
  const instance = new Instance();
  assert.equal(instance.layOut(chunk, 1, bytes.length), undefined);
  return { view: chunk.view, instance };
}

/** Channel in slot 0 and computer in slot 1; the provider is a text of the template. */
function channelAndComputer(guardOfComputer = -1): LastNames {
  const slots = new Int32Array(SYSTEM_COUNT).fill(-1);
  const guards = new Int32Array(SYSTEM_COUNT).fill(-1);
  slots[SYS_CHANNEL] = 0;
  slots[SYS_COMPUTER] = 1;
  guards[SYS_COMPUTER] = guardOfComputer;
  return new LastNames(slots, guards);
}

const wide = (text: string): Value => [TYPE_STRING, Buffer.from(text, 'utf16le')];

test('two records count as the same names if and only if both names are equal', () => {
  // Few letters and lengths make near twins common: a last unit that differs, a unit that moves from one name to the other.
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
  const pair = fc.tuple(name, name);
  fc.assert(
    fc.property(pair, pair, (a, b) => {
      const names = channelAndComputer();
      const first = record(wide(a[0]), wide(a[1]));
      const second = record(wide(b[0]), wide(b[1]));
      assert.equal(names.isSame(first.view, first.instance), false);
      names.remember(first.view, first.instance);
      assert.equal(names.isSame(first.view, first.instance), true);
      assert.equal(names.isSame(second.view, second.instance), a[0] === b[0] && a[1] === b[1]);
    }),
    { numRuns: 300 },
  );
});

test('the same bytes of another type are another name', () => {
  const names = channelAndComputer();
  const text = record(wide('Security'), wide('ws-07'));
  names.remember(text.view, text.instance);
  const narrow = record(wide('Security'), [TYPE_ANSI, wide('ws-07')[1]]);
  assert.equal(names.isSame(narrow.view, narrow.instance), false);
});

test('names that bytes do not tell are never remembered', () => {
  const odd = record(wide('Security'), [TYPE_STRING, Buffer.from('ws-07')]);
  const long = record(wide('Security'), wide('w'.repeat(129)));
  const longest = record(wide('Security'), wide('w'.repeat(128)));
  const sound = record(wide('Security'), wide('ws-07'));
  const kept = [odd, long, longest, sound].map(({ view, instance }) => {
    const names = channelAndComputer();
    names.remember(view, instance);
    return names.isSame(view, instance);
  });
  assert.deepEqual(kept, [false, false, true, true]);
  const guarded = channelAndComputer(4);
  guarded.remember(sound.view, sound.instance);
  assert.equal(guarded.isSame(sound.view, sound.instance), false);
});
