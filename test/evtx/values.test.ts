import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element, type PlainValue, slot, TYPE, type Value, value } from '../../testkit/index.ts';
import { bodyJson, bodyXml, elementLog, valuesLog } from './cases.ts';
import { codesOf, fieldsOf, onlyRecord, readEverywhere } from './read-log.ts';

/** Reads the values back as texts; each must be the canonical text that the writer states, and nothing may be flagged. */
function assertTexts(...values: readonly PlainValue[]): void {
  const log = readEverywhere(valuesLog(...values));
  assert.deepEqual(
    fieldsOf(log),
    values.flatMap((item, i) => (item.text === null ? [] : [[`v${i}`, item.text]])),
  );
  assert.deepEqual(codesOf(log), []);
}

const json = (...values: readonly Value[]) => bodyJson(onlyRecord(readEverywhere(valuesLog(...values))).json);

test('T6 integers of every width keep their ends, and no digit is lost', () => {
  assertTexts(
    ...[-128, 127, 0, -1, -56].map(value.int8),
    ...[0, 255].map(value.uint8),
    ...[-32768, 32767, 0, -1].map(value.int16),
    ...[0, 65535].map(value.uint16),
    ...[-2147483648, 2147483647, 0, -1].map(value.int32),
    ...[0, 4294967295].map(value.uint32),
    ...[-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, -(2n ** 53n), -(2n ** 53n) - 1n].map(value.int64),
    ...[0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n].map(value.uint64),
  );
  assert.equal(fieldsOf(readEverywhere(valuesLog(value.raw(TYPE.int8, [0xc8]))))[0]?.[1], '-56');
  assert.deepEqual(
    json(
      value.uint64(2n ** 53n - 1n),
      value.uint64(2n ** 53n + 1n),
      value.uint64(2n ** 64n - 1n),
      value.int64(-(2n ** 63n)),
    ),
    {
      v0: 9007199254740991,
      v1: '9007199254740993',
      v2: '18446744073709551615',
      v3: '-9223372036854775808',
    },
  );
});

test('T6 floats are the shortest decimals that read back', () => {
  assertTexts(
    ...[0, -0, 0.1, 1.5, 3.4028234663852886e38, 1.401298464324817e-45, 16777217, Infinity, -Infinity, NaN].map(
      value.float32,
    ),
    ...[0, -0, 0.1, 1e300, 5e-324, 9007199254740992, Infinity, -Infinity, NaN].map(value.float64),
  );
});

test('T7 a bool of any size is true when any byte is, and the values behind it are right', () => {
  const after = value.text('after');
  assertTexts(value.bool(0), after, value.bool(1), after, value.bool(8), after, value.bool(65536), after);
  assertTexts(value.bool(1, 1), after, value.bool(0, 2), after, value.bool(1, 2), after, value.bool(1, 8), after);
  assert.deepEqual(fieldsOf(readEverywhere(valuesLog(value.raw(TYPE.bool, [0, 0, 0, 0, 0, 0, 0, 1])))), [
    ['v0', 'true'],
  ]);
});

test('T8 sizes and hexadecimal numbers are lower case without leading zeros', () => {
  assertTexts(
    value.sizeT(0x1f4n, 4),
    value.sizeT(2n ** 63n, 8),
    ...[0, 1, 0xdeadbeef].map(value.hex32),
    ...[0n, 1n, 2n ** 63n, 2n ** 64n - 1n].map(value.hex64),
  );
  // The template says size_t, the record 14 or 15.
  const root = element(
    'EventData',
    {},
    element('Data', { Name: 'a' }, slot(0, TYPE.sizeT)),
    element('Data', { Name: 'b' }, slot(1, TYPE.sizeT)),
  );
  const log = readEverywhere(elementLog(root, [value.hex32(0x308), value.hex64(0x3e7n)]));
  assert.deepEqual(fieldsOf(log), [
    ['a', '0x308'],
    ['b', '0x3e7'],
  ]);
});

test('T9 times keep seven digits; what is no time is shown raw and flagged', () => {
  assertTexts(...[0n, 1n, 116444736000000000n, 116444736009999999n, 2650467743999999999n].map(value.filetime));
  assertTexts(
    value.systemtime([2024, 2, 4, 29, 13, 14, 15, 678], '2024-02-29T13:14:15.6780000Z'),
    value.systemtime([0, 0, 0, 0, 0, 0, 0, 0], '1601-01-01T00:00:00.0000000Z'),
  );
  const odd = readEverywhere(
    valuesLog(
      value.filetime(2n ** 63n),
      value.filetime(2n ** 64n - 1n),
      value.systemtime([2024, 13, 0, 1, 0, 0, 0, 0]),
    ),
  );
  assert.deepEqual(codesOf(odd), ['VALUE-TIME']);
  assert.deepEqual(fieldsOf(odd), [
    ['v0', '0x8000000000000000'],
    ['v1', '0xffffffffffffffff'],
    ['v2', '0xe8070d00000001000000000000000000'],
  ]);
});

test('T10 texts of every kind survive XML and JSON', () => {
  const texts = ['', 'a', '😀', 'x\ud83d', '\ufffe', 'a\u0003b', ']]>', `"'<&>`, 'é'.repeat(30_000)];
  const log = readEverywhere(valuesLog(...texts.map(value.text)));
  assert.deepEqual(
    fieldsOf(log),
    texts.map((text, i) => [`v${i}`, text]),
  );
  assert.deepEqual(
    bodyJson(onlyRecord(log).json),
    Object.fromEntries(texts.map((text, i) => [`v${i}`, text.toWellFormed()])),
  );
  const xml = bodyXml(onlyRecord(log).xml);
  assert.ok(xml.includes('<Data Name="v5">a\ufffdb</Data>'));
  assert.ok(xml.includes('<Data Name="v6">]]&gt;</Data>'));
  assert.ok(xml.includes(`<Data Name="v7">"'&lt;&amp;&gt;</Data>`));
  assert.ok(xml.isWellFormed());
});

test('T10 only trailing NULs are stripped, an inner one is shown', () => {
  const log = readEverywhere(valuesLog(value.text('\0\0'), value.text('abc\0\0'), value.text('a\0b')));
  assert.deepEqual(fieldsOf(log), [
    ['v0', ''],
    ['v1', 'abc'],
    ['v2', 'a\0b'],
  ]);
  assert.match(onlyRecord(log).json, /"v2":"a\\u0000b"/);
  assert.match(onlyRecord(log).xml, /<Data Name="v2">a\ufffdb</);
});

test('T10 a text of odd size loses its last byte and is flagged', () => {
  const log = readEverywhere(valuesLog(value.raw(TYPE.text, [0x61, 0, 0x62, 0, 0x63]), value.text('next')));
  assert.deepEqual(fieldsOf(log), [
    ['v0', 'ab'],
    ['v1', 'next'],
  ]);
  assert.deepEqual(codesOf(log), ['STRING']);
});

test('T10 ANSI bytes are Windows-1252 and never throw', () => {
  assertTexts(
    value.ansi([0x43, 0x3a, 0x5c, 0xe9], 'C:\\é'),
    value.ansi([0x80], '€'),
    value.ansi([0x81], '\u0081'),
    value.ansi([0x61, 0, 0], 'a'),
  );
});

test('T11 CDATA, references and instructions give their text, whatever bit 0x40 says', () => {
  for (const more of [false, true]) {
    const refs = [38, 60, 0x20ac].map((code) => ({ kind: 'charRef' as const, code, more }));
    const entities = ['amp', 'lt', 'gt', 'quot', 'apos'].map((name) => ({ kind: 'entityRef' as const, name, more }));
    const root = element(
      'EventData',
      {},
      element('Data', { Name: 'cdata' }, { kind: 'cdata', text: '<raw> & ]]', more }),
      element('Data', { Name: 'refs' }, { kind: 'text', text: 'x', more }, ...refs, ...entities),
      element('Data', { Name: 'attribute' }, ''),
    );
    const log = readEverywhere(elementLog(root));
    assert.deepEqual(fieldsOf(log), [
      ['cdata', '<raw> & ]]'],
      ['refs', 'x&<€&<>"\''],
      ['attribute', ''],
    ]);
    assert.deepEqual(codesOf(log), []);
  }
});

test('T11 an unknown entity is kept as it is written and flagged; an instruction stands in the XML', () => {
  const root = element(
    'EventData',
    {},
    element('Data', { Name: 'a' }, 'x', { kind: 'entityRef', name: 'nbsp' }, 'y'),
    element('Data', { Name: 'b' }, { kind: 'instruction', target: 'pi', data: 'some data' }, 'z'),
  );
  const log = readEverywhere(elementLog(root));
  assert.deepEqual(fieldsOf(log), [
    ['a', 'x&nbsp;y'],
    ['b', 'z'],
  ]);
  assert.deepEqual(codesOf(log), ['ENTITY']);
  assert.match(onlyRecord(log).xml, /<Data Name="b"><\?pi some data\?>z<\/Data>/);
});

test('T12 a value that the record does not have is NULL: quiet where it is optional, flagged where it is not', () => {
  const optional = element(
    'EventData',
    {},
    element('Data', { Name: 'a' }, slot(5, TYPE.text)),
    element('Data', { Name: 'b' }, 'x'),
  );
  const normal = element(
    'EventData',
    {},
    element('Data', { Name: 'a' }, slot(5, TYPE.text, false)),
    element('Data', { Name: 'b' }, 'x'),
  );
  const quiet = readEverywhere(elementLog(optional));
  assert.equal(bodyXml(onlyRecord(quiet).xml), '<EventData><Data Name="b">x</Data></EventData>');
  assert.deepEqual([fieldsOf(quiet), codesOf(quiet)], [[['b', 'x']], []]);
  const flagged = readEverywhere(elementLog(normal));
  assert.equal(bodyXml(onlyRecord(flagged).xml), '<EventData><Data Name="a"/><Data Name="b">x</Data></EventData>');
  assert.deepEqual([fieldsOf(flagged), codesOf(flagged)], [[['b', 'x']], ['VALUE-MISSING']]);
});

test('T12 a NULL drops what is optional only: the element, or the attribute alone', () => {
  const root = element(
    'UserData',
    {},
    element(
      'R',
      {},
      element('Gone', { kept: 'no' }, slot(0, TYPE.text)),
      element('Stays', { gone: slot(0, TYPE.text), kept: 'yes' }),
      element('Empty', {}, slot(0, TYPE.text, false)),
      element('NotNull', {}, slot(1, TYPE.text)),
      element('Both', {}, slot(2, TYPE.text), slot(0, TYPE.text)),
      element('Attr', { dropped: slot(0, TYPE.text, false) }),
    ),
  );
  const log = readEverywhere(elementLog(root, [value.nothing(), value.text(''), value.text('two')]));
  assert.equal(
    bodyXml(onlyRecord(log).xml),
    '<UserData><R><Stays kept="yes"/><Empty/><NotNull/><Both>two</Both><Attr/></R></UserData>',
  );
});

const items: Readonly<Record<string, readonly PlainValue[]>> = {
  int8: [1, -2, 3].map(value.int8),
  uint8: [1, 2, 255].map(value.uint8),
  int16: [1, -2, 3].map(value.int16),
  uint16: [1, 2, 65535].map(value.uint16),
  int32: [1, -2, 3].map(value.int32),
  uint32: [1, 2, 4294967295].map(value.uint32),
  int64: [1n, -2n, 3n].map(value.int64),
  uint64: [1n, 2n, 2n ** 64n - 1n].map(value.uint64),
  float32: [0.1, 2, 3].map(value.float32),
  float64: [0.1, 2, 3].map(value.float64),
  bool: [0, 1, 8].map((n) => value.bool(n)),
  guid: [1, 2, 3].map((n) => value.guid(`0000000${n}-0000-0000-0000-000000000000`)),
  sizeT: [1n, 2n, 3n].map((n) => value.sizeT(n, 8)),
  filetime: ['2026-03-12T09:00:00Z', '2026-03-12T09:00:01Z', '1999-12-31T23:59:59.9999999Z'].map((t) =>
    value.filetime(t),
  ),
  systemtime: [1, 2, 3].map((n) => value.systemtime([2026, 3, 0, n, 0, 0, 0, 0], `2026-03-0${n}T00:00:00.0000000Z`)),
  sid: ['S-1-5-18', 'S-1-5-21-1-2-3-500', 'S-1-5-32-544'].map(value.sid),
  hex32: [0, 1, 0xffffffff].map(value.hex32),
  hex64: [0n, 1n, 2n].map(value.hex64),
};

test('T13 an array repeats its element once an item; no item is one empty element', () => {
  for (const [name, values] of Object.entries(items)) {
    const type = values[0]?.type ?? 0;
    for (const count of [0, 1, 3]) {
      const given = values.slice(0, count);
      const log = readEverywhere(valuesLog(value.array(type, given), value.text('after')));
      const expected = given.map((item) => `<Data Name="v0">${item.text}</Data>`).join('') || '<Data Name="v0"/>';
      assert.equal(
        bodyXml(onlyRecord(log).xml),
        `<EventData>${expected}<Data Name="v1">after</Data></EventData>`,
        `${count} of ${name}`,
      );
      assert.deepEqual(codesOf(log), [], `${count} of ${name}`);
    }
  }
});

test('T13 text arrays keep empty items, with and without the last NUL', () => {
  const cases: [PlainValue, readonly string[]][] = [
    [value.textArray([]), []],
    [value.textArray(['a']), ['a']],
    [value.textArray(['a', '', 'b']), ['a', '', 'b']],
    [value.textArray(['a', 'b'], false), ['a', 'b']],
    [value.textArray(['', '']), ['', '']],
  ];
  for (const [array, expected] of cases) {
    const log = readEverywhere(valuesLog(array));
    assert.deepEqual(
      fieldsOf(log),
      expected.map((item) => ['v0', item]),
    );
    assert.deepEqual(codesOf(log), []);
  }
});

test('T13 bytes that make no whole item are cut and flagged', () => {
  const log = readEverywhere(valuesLog(value.raw(TYPE.uint32 | 0x80, [1, 0, 0, 0, 2, 0]), value.text('after')));
  assert.deepEqual(fieldsOf(log), [
    ['v0', '1'],
    ['v1', 'after'],
  ]);
  assert.deepEqual(codesOf(log), ['VALUE-ARRAY']);
});

test('T13 an array in an attribute is joined by commas; two arrays in one element are all pairs', () => {
  const root = element(
    'UserData',
    {},
    element(
      'R',
      {},
      element('A', { list: slot(0, TYPE.text | 0x80) }),
      element('B', {}, slot(0, TYPE.text | 0x80), slot(1, TYPE.text | 0x80)),
    ),
  );
  const log = readEverywhere(elementLog(root, [value.textArray(['a', 'b']), value.textArray(['x', 'y'])]));
  assert.equal(
    bodyXml(onlyRecord(log).xml),
    '<UserData><R><A list="a,b"/><B>ax</B><B>ay</B><B>bx</B><B>by</B></R></UserData>',
  );
});

test('T13 JSON has unnamed items as an array under Data, and named ones under their name', () => {
  const root = element(
    'EventData',
    {},
    element('Data', {}, slot(0, TYPE.text | 0x80)),
    element('Data', { Name: 'list' }, slot(1, TYPE.uint16 | 0x80)),
  );
  const log = readEverywhere(
    elementLog(root, [value.textArray(['a', '', 'b']), value.array(TYPE.uint16, [1, 2].map(value.uint16))]),
  );
  assert.deepEqual(bodyJson(onlyRecord(log).json), { Data: ['a', '', 'b'], list: [1, 2] });
});

test('T14 a NULL that owns bytes shifts no later value', () => {
  for (const size of [0, 2, 16, 300]) {
    const log = readEverywhere(
      valuesLog(
        value.text('before'),
        value.nothing(new Uint8Array(size).fill(0x41)),
        value.uint32(7),
        value.text('after'),
      ),
    );
    assert.deepEqual(fieldsOf(log), [
      ['v0', 'before'],
      ['v2', '7'],
      ['v3', 'after'],
    ]);
    assert.deepEqual(codesOf(log), []);
  }
});

test('T15 names that repeat or that mean something to JavaScript are kept in order', () => {
  const names = ['x', 'x', '__proto__', 'constructor', '#text', '', 'a.b', 'toString'];
  const root = element('EventData', {}, ...names.map((name, i) => element('Data', { Name: name }, `t${i}`)));
  const log = readEverywhere(elementLog(root));
  assert.deepEqual(
    fieldsOf(log),
    names.map((name, i) => [name, `t${i}`]),
  );
  const body = bodyJson(onlyRecord(log).json) as Record<string, unknown>;
  assert.deepEqual(body['x'], ['t0', 't1']);
  assert.equal(Object.getOwnPropertyDescriptor(body, '__proto__')?.value, 't2');
  assert.equal(Object.getOwnPropertyDescriptor(body, 'constructor')?.value, 't3');
  assert.equal(({} as Record<string, unknown>)['t2'], undefined);
  assert.equal(Object.getPrototypeOf({}), Object.prototype);
});

test('T16 white space is kept byte for byte', () => {
  const texts = [' leading', 'trailing  ', '\r\n\t\t%{S-1-5-32-544}', 'Advapi  ', ' ', '\r\n', 'a\tb'];
  assertTexts(...texts.map(value.text));
  const root = element('UserData', {}, element('R', { a: slot(0, TYPE.text) }));
  const log = readEverywhere(elementLog(root, [value.text('\t"x"\r\n')]));
  assert.equal(bodyXml(onlyRecord(log).xml), '<UserData><R a="&#9;&quot;x&quot;&#13;&#10;"/></UserData>');
});

test('a float whose size does not fit is text in JSON, however much it looks like a number', () => {
  const log = readEverywhere(valuesLog(value.raw(TYPE.float64, [0x00, 0x11, 0x22]), value.raw(TYPE.float32, [0x01])));
  assert.deepEqual(bodyJson(onlyRecord(log).json), { v0: '001122', v1: '01' });
  assert.deepEqual(codesOf(log), ['VALUE-SIZE']);
});
