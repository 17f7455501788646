import assert from 'node:assert/strict';
import test from 'node:test';
import { goldenFile } from './golden-vector.ts';
import { LogDecoder, type LostRecord, locateSlots, type PortableTemplate, recoverRecords } from './index.ts';

interface Pass {
  readonly lost: readonly LostRecord[];
  readonly templates: readonly PortableTemplate[];
}

/** What a file leaves for the second pass. */
function firstPass(bytes: Buffer, file: string): Pass {
  const layout = locateSlots(bytes, bytes.length, true);
  assert.ok(layout !== undefined);
  const decoder = new LogDecoder({ carve: true, collectTemplates: true });
  const unit = { source: { file }, layout, bytes: bytes.subarray(4096), fileOffset: 4096, firstSlot: 0 };
  const { lost, templates } = decoder.decodeUnit(unit, { onRecord: () => {} });
  return { lost, templates };
}

/** The second golden record, carved, with its template overwritten. */
function remnant(file = 'lost.evtx'): LostRecord {
  const bytes = goldenFile();
  bytes.writeUInt32LE(512, 4096 + 48);
  bytes.fill(0x2e, 4096 + 512, 4096 + 824);
  const { lost } = firstPass(bytes, file);
  const [record] = lost;
  assert.ok(record !== undefined && lost.length === 1);
  return record;
}

/** The golden template, with its field named by one letter. */
function templateOf(letter: string, file: string): readonly PortableTemplate[] {
  const bytes = goldenFile();
  bytes.write(letter, 4096 + 0x312, 'utf16le');
  return firstPass(bytes, file).templates;
}

function recover(
  lost: readonly LostRecord[],
  templates: readonly PortableTemplate[],
  hosts: Readonly<Record<string, string>> = {},
): { readonly read: unknown[]; readonly rejected: number; readonly remnants: readonly unknown[] } {
  const read: unknown[] = [];
  const { rejected, remnants } = recoverRecords(
    lost,
    templates,
    {
      onRecord: (view) => {
        const { file } = view.place.source;
        read.push([file, view.offset, view.recordClass, view.isForeignTemplate, view.toJson()]);
      },
    },
    { hostOf: ({ file }) => hosts[file] },
  );
  return { read, rejected, remnants };
}

const json = (name: string): string => `{"Event":{"System":{"EventID":5861},"EventData":{"${name}":"hi"}}}`;

test('a record that lost its template is read by an equal one from another file, and says so', () => {
  assert.deepEqual(recover([remnant()], templateOf('q', 'other.evtx')), {
    read: [['lost.evtx', 4096 + 824, 'carved', true, json('q')]],
    rejected: 0,
    remnants: [],
  });
});

test('where no template fits the values are given raw, with the ids and times of the frame', () => {
  assert.deepEqual(recover([remnant()], []), {
    read: [],
    rejected: 1,
    remnants: [
      {
        source: { file: 'lost.evtx' },
        offset: 4096 + 824,
        slot: 0,
        recordClass: 'carved',
        headerRecordId: 2,
        writtenMs: 1655526400000,
        writtenTicks: 1,
        values: ['5861', 'hi'],
      },
    ],
  });
});

test('several templates that fit and differ give the raw values only', () => {
  const templates = [...templateOf('q', 'a.evtx'), ...templateOf('z', 'b.evtx')];
  const { read, rejected } = recover([remnant()], templates);
  assert.deepEqual([read, rejected], [[], 1]);
});

test("a file's own template goes before its host's, and the host's before others", () => {
  const templates = [...templateOf('a', 'lost.evtx'), ...templateOf('b', 'near.evtx'), ...templateOf('c', 'far.evtx')];
  const hosts = { 'lost.evtx': 'WS-1', 'near.evtx': 'ws-1', 'far.evtx': 'WS-2' };
  assert.deepEqual(recover([remnant()], templates, hosts).read, [['lost.evtx', 4096 + 824, 'carved', true, json('a')]]);
  assert.deepEqual(recover([remnant()], templates.slice(1), hosts).read, [
    ['lost.evtx', 4096 + 824, 'carved', true, json('b')],
  ]);
});

test('the order of records and templates changes nothing', () => {
  const lost = [remnant('b.evtx'), remnant('a.evtx')];
  const templates = [...templateOf('q', 'a.evtx'), ...templateOf('z', 'c.evtx')];
  const forward = recover(lost, templates);
  assert.deepEqual(recover(lost.toReversed(), templates.toReversed()), forward);
  // a.evtx has its own template; for b.evtx two fit.
  assert.equal(forward.read.length, 1);
  assert.equal(forward.rejected, 1);
});

test('a template of other value types does not fit', () => {
  const record = remnant();
  const bytes = new Uint8Array(record.bytes);
  // The descriptor of EventID says uint32 in place of uint16.
  bytes[44] = 0x08;
  assert.equal(recover([{ ...record, bytes }], templateOf('q', 'other.evtx')).rejected, 1);
});
