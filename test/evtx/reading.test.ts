import assert from 'node:assert/strict';
import { test } from 'node:test';
import { custom, element, instance, recordOf, slot, TYPE, textPart, value, writeLog } from '../../testkit/index.ts';
import {
  bodyJson,
  bodyXml,
  CREATED,
  elementLog,
  GUIDS,
  rootRecord,
  rootTemplate,
  TEXT_TEMPLATE,
  TIME,
} from './cases.ts';
import { codesOf, fieldsOf, idsOf, newDecoder, onlyRecord, readEverywhere, readLog, upTo } from './read-log.ts';

const PLAIN_XML =
  '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="P"/><EventID>7</EventID>' +
  `<TimeCreated SystemTime="${TIME}"/><EventRecordID>1</EventRecordID><Channel>C</Channel><Computer>H</Computer></System>` +
  '<EventData><Data Name="v">a &lt;b&gt; &amp; "c"</Data></EventData></Event>';

test('T1 one record in one chunk is read without a problem, as XML and as JSON', () => {
  const log = readEverywhere(writeLog([rootRecord(TEXT_TEMPLATE, [value.text('a <b> & "c"')])]).bytes);
  assert.deepEqual(log.anomalies, []);
  assert.deepEqual(log.counts, { live: 1, afterDamage: 0, swallowed: 0, carved: 0 });
  const { xml, json, ...record } = onlyRecord(log);
  assert.deepEqual(record, {
    recordClass: 'live',
    slot: 0,
    offset: 4096 + 512,
    length: record.length,
    headerRecordId: 1,
    recordId: 1,
    provider: 'P',
    channel: 'C',
    computer: 'H',
    eventId: 7,
    version: 0,
    created: [...CREATED],
    written: [...CREATED],
    isForeignTemplate: false,
    fields: [['v', 'a <b> & "c"']],
  });
  assert.equal(xml, PLAIN_XML);
  assert.deepEqual(JSON.parse(json), {
    Event: {
      '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
      System: {
        Provider: { '#attributes': { Name: 'P' } },
        EventID: 7,
        TimeCreated: { '#attributes': { SystemTime: TIME } },
        EventRecordID: 1,
        Channel: 'C',
        Computer: 'H',
      },
      EventData: { v: 'a <b> & "c"' },
    },
  });
});

test('T2 ten thousand records over many chunks compile each of three templates once', () => {
  const templates = GUIDS.map((guid, i) =>
    rootTemplate(guid, element('EventData', {}, element('Data', { Name: `n${i}` }, slot(2, TYPE.text)))),
  );
  const { bytes, chunkCount } = writeLog(
    upTo(10_000).map((n) => {
      const template = templates[n % 3];
      assert.ok(template !== undefined);
      return rootRecord(template, [value.text(`text ${n}`)]);
    }),
  );
  assert.ok(chunkCount > 10, `${chunkCount} chunks`);
  const decoder = newDecoder();
  const log = readLog(bytes, { warm: [decoder] });
  assert.deepEqual(log.counts, { live: 10_000, afterDamage: 0, swallowed: 0, carved: 0 });
  assert.deepEqual(idsOf(log), upTo(10_000));
  assert.deepEqual(
    log.records.map(({ fields }) => fields),
    upTo(10_000).map((n) => [[`n${n % 3}`, `text ${n}`]]),
  );
  assert.equal(decoder.compiledPlans, 3);
});

test('T3 names are right inline and by offset, in attributes and elements, long and beyond ASCII', () => {
  const long = 'N'.repeat(255);
  const root = element(
    'UserData',
    {},
    element(
      'Root',
      { same: 'attribute' },
      element('same', {}, 'element'),
      element('same', { same: 'both' }, 'again'),
      element(long, {}, 'long'),
      element('Größe名', {}, 'wide'),
    ),
  );
  const log = readEverywhere(writeLog([1, 2].map(() => recordOf(custom.withElement(root, [], { time: TIME })))).bytes);
  const expected = `<UserData><Root same="attribute"><same>element</same><same same="both">again</same><${long}>long</${long}><Größe名>wide</Größe名></Root></UserData>`;
  assert.deepEqual(
    log.records.map(({ xml }) => bodyXml(xml)),
    [expected, expected],
  );
  assert.deepEqual(log.records[1]?.fields, [
    ['@same', 'attribute'],
    ['same', 'element'],
    ['same@same', 'both'],
    ['same', 'again'],
    [long, 'long'],
    ['Größe名', 'wide'],
  ]);
});

test('T4 a definition that is stored again is taken where it stands, not by an id seen before', () => {
  const other = rootTemplate(
    GUIDS[0],
    element(
      'EventData',
      {},
      element('Data', { Name: 'other' }, slot(3, TYPE.text)),
      element('Data', { Name: 'first' }, slot(2, TYPE.text)),
    ),
  );
  const log = readEverywhere(
    writeLog([
      rootRecord(TEXT_TEMPLATE, [value.text('one')]),
      rootRecord(TEXT_TEMPLATE, [value.text('two')], { instance: { isStoredAgain: true } }),
      rootRecord(other, [value.text('a'), value.text('b')]),
      rootRecord(TEXT_TEMPLATE, [value.text('three')]),
      rootRecord(other, [value.text('c'), value.text('d')]),
    ]).bytes,
  );
  assert.deepEqual(log.anomalies, []);
  assert.deepEqual(
    log.records.map(({ fields }) => fields),
    [
      [['v', 'one']],
      [['v', 'two']],
      [
        ['other', 'b'],
        ['first', 'a'],
      ],
      [['v', 'three']],
      [
        ['other', 'd'],
        ['first', 'c'],
      ],
    ],
  );
});

test('T5 text and values of one element or attribute are joined in order', () => {
  const root = element(
    'EventData',
    {},
    element('Data', { Name: 'text' }, 'before ', slot(0, TYPE.uint32, false), ' after'),
    element(
      'Data',
      { Name: ['a', slot(1, TYPE.text), 'z'].map((p) => (typeof p === 'string' ? textPart(p) : p)) },
      'x',
    ),
  );
  const log = readEverywhere(elementLog(root, [value.uint32(42), value.text('-mid-')]));
  assert.equal(
    bodyXml(onlyRecord(log).xml),
    '<EventData><Data Name="text">before 42 after</Data><Data Name="a-mid-z">x</Data></EventData>',
  );
  assert.deepEqual(fieldsOf(log), [
    ['text', 'before 42 after'],
    ['a-mid-z', 'x'],
  ]);
});

/** The same event with and without template; the second has all values as text (EVTX 2.1). */
const DIRECT = element(
  'Event',
  { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
  element(
    'System',
    {},
    element('Provider', { Name: 'Example-Provider', Guid: '{3f2c1d0e-5b6a-4978-8a9b-acbdcedfe0f1}' }),
    element('EventID', {}, '1000'),
    element('Version', {}, '0'),
    element('Level', {}, '4'),
    element('Task', {}, '0'),
    element('Opcode', {}, '0'),
    element('Keywords', {}, '0x0'),
    element('TimeCreated', { SystemTime: TIME }),
    element('EventRecordID', {}, '1'),
    element('Correlation'),
    element('Execution', { ProcessID: '4242', ThreadID: '1234' }),
    element('Channel', {}, 'Example/Operational'),
    element('Computer', {}, 'WS-01.corp.example.com'),
    element('Security'),
  ),
  element('EventData', {}, element('Data', { Name: 'v' }, 'hello')),
);

test('T17 a record without template gives the same fields, XML and JSON as its templated twin', () => {
  const body = element('EventData', {}, element('Data', { Name: 'v' }, slot(0, TYPE.text)));
  const templated = readEverywhere(elementLog(body, [value.text('hello')]));
  const direct = readEverywhere(writeLog([{ content: DIRECT, written: 134177796001234567n }]).bytes);
  assert.deepEqual(direct.anomalies, []);
  const { offset: _o, length: _l, written: _w, ...left } = onlyRecord(direct);
  const { offset: _p, length: _m, written: _x, ...right } = onlyRecord(templated);
  assert.deepEqual(left, right);
});

test('T17 nested values begin in any of four ways, or are NULL', () => {
  const data = element('EventData', {}, element('Data', { Name: 'v' }, 'x'));
  const plain = element('EventData');
  const nestedInstance = instance({ guid: GUIDS[1], root: data }, []);
  const log = readEverywhere(
    writeLog(
      [
        value.nested(nestedInstance, 'fragment'),
        value.nested(nestedInstance, 'bare'),
        value.nested(plain, 'bare'),
        value.nested(data, 'bare'),
        value.nested(data, 'fragment'),
        value.nothing(),
        value.nothing([1, 2, 3, 4]),
      ].map((body) => recordOf(custom.withBody(body, { time: TIME }))),
    ).bytes,
  );
  assert.deepEqual(log.anomalies, []);
  const full = '<EventData><Data Name="v">x</Data></EventData>';
  assert.deepEqual(
    log.records.map(({ xml }) => bodyXml(xml)),
    [full, full, '<EventData/>', full, full, '', ''],
  );
});

test('T17 UserData keeps its tree, two levels deep and with attributes', () => {
  const root = element(
    'UserData',
    {},
    element(
      'CertGetCertificateChain',
      { xmlns: 'urn:x' },
      element('Certificate', { fileRef: slot(0, TYPE.text), subjectName: 'CA' }),
      element('Chain', {}, element('Element', { ref: '1' }, element('Status', {}, slot(1, TYPE.uint32)))),
      element('Result', { value: slot(2, TYPE.hex32) }, 'done'),
    ),
  );
  const log = readEverywhere(elementLog(root, [value.text('a.cer'), value.uint32(5), value.hex32(0x800b0109)]));
  assert.equal(
    bodyXml(onlyRecord(log).xml),
    '<UserData><CertGetCertificateChain xmlns="urn:x"><Certificate fileRef="a.cer" subjectName="CA"/><Chain><Element ref="1"><Status>5</Status></Element></Chain><Result value="0x800b0109">done</Result></CertGetCertificateChain></UserData>',
  );
  assert.deepEqual(fieldsOf(log), [
    ['Certificate@fileRef', 'a.cer'],
    ['Certificate@subjectName', 'CA'],
    ['Certificate', ''],
    ['Chain/Element@ref', '1'],
    ['Chain/Element/Status', '5'],
    ['Result@value', '0x800b0109'],
    ['Result', 'done'],
  ]);
  assert.deepEqual(bodyJson(onlyRecord(log).json), {
    CertGetCertificateChain: {
      '#attributes': { xmlns: 'urn:x' },
      Certificate: { '#attributes': { fileRef: 'a.cer', subjectName: 'CA' } },
      Chain: { Element: { '#attributes': { ref: '1' }, Status: 5 } },
      Result: { '#attributes': { value: '0x800b0109' }, '#text': 'done' },
    },
  });
});

test('T18 the tables of names and templates, and the links between names, are not needed', () => {
  const make = (spoil: (chunk: Uint8Array, view: DataView) => void) => {
    const records = upTo(4).map((n) => rootRecord(TEXT_TEMPLATE, [value.text(`r${n}`)]));
    return writeLog(records, {
      patches: ({ bytes }) => {
        const copy = bytes.slice(4096);
        spoil(copy, new DataView(copy.buffer));
        return [{ offset: 4096, bytes: copy }];
      },
    }).bytes;
  };
  const right = readEverywhere(make(() => {}));
  const spoiled = [
    make((chunk) => chunk.fill(0, 128, 384)),
    make((chunk) => chunk.fill(0, 384, 512)),
    make((_chunk, view) => {
      // Each bucket's first name: a wrong hash, and a next pointer to itself.
      for (let bucket = 128; bucket < 384; bucket += 4) {
        const at = view.getUint32(bucket, true);
        if (at === 0) continue;
        view.setUint32(at, at, true);
        view.setUint16(at + 4, 0xbeef, true);
      }
    }),
    make((_chunk, view) => {
      for (let bucket = 384; bucket < 512; bucket += 4) {
        const at = view.getUint32(bucket, true);
        if (at !== 0) view.setUint32(at, at, true);
      }
    }),
  ];
  for (const bytes of spoiled) {
    const log = readEverywhere(bytes);
    assert.deepEqual(log.anomalies, []);
    assert.deepEqual(log.records, right.records);
  }
});

test('T19 any version and header block size is read, with a warning where it is new', () => {
  const make = (header: object) =>
    readEverywhere(writeLog([rootRecord(TEXT_TEMPLATE, [value.text('x')])], { header }).bytes);
  assert.deepEqual(codesOf(make({ minor: 1 })), []);
  assert.deepEqual(codesOf(make({ minor: 2 })), []);
  assert.deepEqual(codesOf(make({ major: 4, minor: 9 })), ['HEADER-VERSION']);
  assert.deepEqual(codesOf(make({ headerBlockBytes: 8192 })), ['HEADER-BLOCK']);
  for (const header of [{ minor: 2 }, { major: 4, minor: 9 }, { headerBlockBytes: 8192 }]) {
    assert.deepEqual(fieldsOf(make(header)), [['v', 'x']]);
  }
});
