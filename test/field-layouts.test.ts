import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { LogDecoder, locateSlots, SLOT_BYTES } from '../src/evtx/index.ts';
import { canonicalFieldText, type FieldLayout, fieldLayoutOf } from '../src/windows/index.ts';

const CORPUS = join(import.meta.dirname, '..', '..', 'shared', 'corpus', 'dev');
const FOLDERS = ['malicious', 'negatives', 'benign'];
const skip = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

test('the table of field layouts gives names, order and spelling of every real record that it speaks of', {
  skip,
}, () => {
  let records = 0;
  const kinds = new Set<string>();
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(CORPUS, folder)).filter((file) => file.endsWith('.evtx'))) {
      const bytes = readFileSync(join(CORPUS, folder, name));
      const layout = locateSlots(bytes, bytes.length, true);
      assert.ok(layout !== undefined, name);
      for (let at = layout.firstSlotOffset; at < bytes.length; at += 64 * SLOT_BYTES) {
        const unit = {
          source: { file: name },
          layout,
          bytes: bytes.subarray(at, at + 64 * SLOT_BYTES),
          fileOffset: at,
          firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
        };
        decoder.decodeUnit(unit, {
          onRecord: (view) => {
            const laid = fieldLayoutOf(view.provider, view.eventId);
            if (laid === undefined) return;
            records++;
            kinds.add(`${view.provider} ${view.eventId}`);
            holdTo(laid, view.entries(), `${name} ${view.provider} ${view.eventId} ${view.recordId}`);
          },
        });
      }
    }
  }
  assert.ok(records > 5000 && kinds.size > 40, `${records} records of ${kinds.size} kinds`);
});

function holdTo(layout: FieldLayout, entries: readonly (readonly [string, string])[], what: string): void {
  // Classic providers add a `Binary` part that is no field of the message.
  const named = entries.filter(([name]) => name !== 'Binary');
  // Where Windows could not lay out the data it says so, and gives the bytes (WinRM 91, DOMAIN 2.1).
  if (named.some(([name]) => name === 'EventPayload')) return;
  if (layout.isUnnamed) {
    assert.ok(
      named.every(([name]) => name === 'Data'),
      what,
    );
    return;
  }
  assert.deepEqual(
    layout.namesOf(named.length) ?? [],
    named.map(([name]) => name),
    what,
  );
  for (const [name, value] of named) {
    const field = layout.field(name);
    assert.equal(canonicalFieldText(field?.type ?? 'text', value), value, `${what} ${name}`);
  }
}
