import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { remainAnomalies } from './index.ts';
import type { IndexResidue } from './index-residue.ts';

const FILES = { index: 'INDEX.BTR', objects: 'OBJECTS.DATA' };

function keyOf(name: string): string {
  return createHash('sha256').update(Buffer.from(name.toUpperCase(), 'utf16le')).digest('hex').toUpperCase();
}

function residueOf(name: string): IndexResidue {
  return {
    namespaceHash: 'F'.repeat(64),
    namespacePath: 'root\\subscription',
    classHash: 'E'.repeat(64),
    className: '__EventFilter',
    keyHash: keyOf(name),
    locator: { page: 1, id: 2, size: 3 },
    physicalPage: 17,
  };
}

test('D6 an old key of the index is told by its name where a log knows that, in any case, else by its digits', () => {
  const told = remainAnomalies({ residue: [residueOf('Updater'), residueOf('other')], texts: [] }, FILES, () => true, {
    layout: 'vista',
    names: ['UPDATER', 'something'],
  });
  assert.deepEqual(
    told.map(({ level, file, message }) => [level, file, message]),
    [
      [
        'warn',
        'INDEX.BTR',
        'Index page 17, which no generation uses, holds the key of __EventFilter "UPDATER" in root\\subscription: it was stored there and is gone.',
      ],
      [
        'note',
        'INDEX.BTR',
        `Index page 17, which no generation uses, holds the key of an instance of __EventFilter in root\\subscription: one was stored there and is gone. Its name is not known; the key begins ${keyOf('other').slice(0, 16)}.`,
      ],
    ],
  );
});

test('D6 keys of other classes are no remains of subscriptions; lone texts are told with their place', () => {
  const told = remainAnomalies(
    {
      residue: [residueOf('x')],
      texts: [{ className: 'ActiveScriptEventConsumer', texts: ['Old', 'a"b'], offset: 8200 }],
    },
    FILES,
    () => false,
    { layout: 'vista', names: [] },
  );
  assert.deepEqual(
    told.map(({ code, offset, message }) => [code, offset, message]),
    [
      [
        'TRIAD-E-REPO-TEXT',
        8200,
        'Texts of an object of ActiveScriptEventConsumer stand outside of every record: "Old", "a\\"b". Nothing else is left of it.',
      ],
    ],
  );
});
