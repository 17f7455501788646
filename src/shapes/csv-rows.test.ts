import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvOpener } from './csv-rows.ts';
import { MAX_COLUMNS, splitRow, tableHeadOf } from './csv-table.ts';
import type { DialectUnit } from './dialect.ts';
import { TextReader } from './text-reader.ts';
import { zeekOpener } from './zeek-rows.ts';

/** The units of a text whose rows may have so many bytes, in blocks of so many. */
function unitsOf(text: string | Buffer, blockBytes = 1 << 20, maxUnitBytes = 1 << 24): readonly DialectUnit[] {
  const bytes = Buffer.from(text);
  const head = bytes.toString('utf8', 0, 4096);
  const dialect = zeekOpener(maxUnitBytes).open(head) ?? csvOpener(maxUnitBytes).open(head);
  assert.ok(dialect, JSON.stringify(head.slice(0, 60)));
  const units: DialectUnit[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes)
    units.push(...dialect.push(bytes.subarray(at, at + blockBytes)));
  return [...units, ...dialect.end()];
}

/** The values of rows; the reason where one is broken. */
function valuesOf(
  text: string | Buffer,
  blockBytes?: number,
  maxUnitBytes?: number,
): readonly (readonly string[] | string)[] {
  return unitsOf(text, blockBytes, maxUnitBytes).map((unit) =>
    unit.kind === 'row' ? unit.values : unit.kind === 'broken' ? unit.reason : unit.kind,
  );
}

test('rows have the names of the header, whatever stands between their values', () => {
  for (const separator of [',', ';', '\t']) {
    const text = ['Id', 'Log Name', 'Message'].join(separator) + '\r\n' + ['1', 'Security', 'a'].join(separator);
    assert.deepEqual(unitsOf(text), [
      {
        kind: 'row',
        start: 21,
        end: 33,
        line: 2,
        columns: ['Id', 'Log Name', 'Message'],
        values: ['1', 'Security', 'a'],
      },
    ]);
  }
});

test('RFC 4180 quotes hold separators, line ends and quotes', () => {
  const text = 'a,b,c\n"1,2","x""y","line 1\r\nline 2"\n,"",z\n"q"x,"r" ,5" disk\n';
  assert.deepEqual(valuesOf(text), [
    ['1,2', 'x"y', 'line 1\r\nline 2'],
    ['', '', 'z'],
    ['qx', 'r ', '5" disk'],
  ]);
  assert.deepEqual(
    unitsOf(text).map(({ line, start, end }) => [line, text.slice(start, end).length]),
    [
      [2, 29],
      [4, 5],
      [5, 17],
    ],
  );
});

test('lines before the header, blank ones and repeated headers are no rows', () => {
  assert.deepEqual(valuesOf('#TYPE System.Object\r\n"a","b","c"\r\n\r\n1,2,3\r\n"a","b","c"\r\n4,5,6\r\n,,\r\n'), [
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['', '', ''],
  ]);
  assert.deepEqual(valuesOf('sep=;\na;b;c\n1;2;3\n;\n'), [['1', '2', '3']]);
});

test('L21 a row with another number of values is broken, and no other is', () => {
  assert.deepEqual(valuesOf('a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n8'), [
    ['1', '2', '3'],
    'it has 2 values for 3 columns',
    'it has 4 values for 3 columns',
    ['5', '6', '7'],
    'it has 1 value for 3 columns',
  ]);
});

test('L21 a quote that is never closed costs the lines up to the one in which it stands', () => {
  assert.deepEqual(valuesOf('a,b,c\n1,2,3\n"x\ny","p\nq",3\nz\n4,5,6\n'), [
    ['1', '2', '3'],
    ['x\ny', 'p\nq', '3'],
    'it has 1 value for 3 columns',
    ['4', '5', '6'],
  ]);
  const open = unitsOf('a,b,c\n"x\ny","open\n1,2,3\n4,5,6\n');
  assert.deepEqual(
    open.map((unit) => [unit.kind, unit.start, unit.end, unit.line]),
    [
      ['broken', 6, 17, 2],
      ['row', 18, 23, 4],
      ['row', 24, 29, 5],
    ],
  );
});

test('L20 a row is bounded on both sides of its bound, and a longer one is passed over to its line end', () => {
  const row = (bytes: number): string => `1,2,${'x'.repeat(bytes - 4)}`;
  for (const block of [1 << 20, 7]) {
    assert.deepEqual(valuesOf(`a,b,c\n${row(64)}\n4,5,6\n`, block, 64), [row(64).split(','), ['4', '5', '6']]);
    assert.deepEqual(valuesOf(`a,b,c\n${row(65)}\n4,5,6\n`, block, 64), ['longer than 16 MiB', ['4', '5', '6']]);
    assert.deepEqual(valuesOf(`a,b,c\n1,2,"${'\n'.repeat(100)}\n4,5,6\n`, block, 64).at(-1), ['4', '5', '6']);
    assert.deepEqual(valuesOf(`a,b,c\n${'"","",'.repeat(20)}\n4,5,6\n`, block, 64), [
      'longer than 16 MiB',
      ['4', '5', '6'],
    ]);
  }
});

test('L20 columns are bounded, and a long header is told by its start', () => {
  const names = (count: number): string => Array.from({ length: count }, (_, i) => `c${i}`).join(',');
  const values = (count: number): string => '1,'.repeat(count - 1) + '1';
  assert.equal(unitsOf(`${names(MAX_COLUMNS)}\n${values(MAX_COLUMNS)}\n`)[0]?.kind, 'row');
  assert.deepEqual(valuesOf(`${names(MAX_COLUMNS + 1)}\n${values(MAX_COLUMNS + 1)}\n`), [
    `its header has more than ${MAX_COLUMNS} columns`,
  ]);
});

test('L20 rows that open quotes without end are read in linear time', () => {
  const lines = 20_000;
  const text = `a,b,c\n${'"x\ny","x\n'.repeat(lines)}`;
  const started = process.cpuUsage();
  const units = unitsOf(text, 1 << 16, 4096);
  const { user } = process.cpuUsage(started);
  assert.ok(units.length > 10);
  assert.ok(user < 3_000_000, `${user} µs`);
});

test('prose, ordinary tables of numbers and code are no tables', () => {
  for (const text of ['It was late, dark, and cold.', '1,2,3\n4,5,6', 'a,b', 'a,b,a', 'if (a, b, c) {', 'a,b,c\n1,2']) {
    assert.equal(tableHeadOf(`${text}\n`), undefined, text);
  }
  assert.deepEqual(tableHeadOf('a,b,c'), undefined);
  assert.deepEqual(tableHeadOf('a,b,c\n'), { separator: ',', preamble: 0 });
  assert.deepEqual(tableHeadOf('#TYPE x\r\na;b;c\r\n'), { separator: ';', preamble: 9 });
});

/** Values as exporters write them: quoted where they must be, or always. */
const value = fc.tuple(
  fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r', 'é', '\t', ';') }),
  fc.boolean(),
);
const rows = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { maxLength: 6 });

function written(row: readonly (readonly [string, boolean])[]): string {
  return row
    .map(([text, isQuoted]) => (isQuoted || /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(',');
}

test('L27 rows are those of another reader, in blocks of any size', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 9 }), (made, lineEnd, block) => {
      const text = ['a,b,c', ...made.map(written), ''].join(lineEnd);
      const others: string[][] = parse(text, { from_line: 2, relax_column_count: true, skip_empty_lines: true });
      const expected = others.filter((row) => row.join() !== 'a,b,c');
      assert.deepEqual(valuesOf(text, block), expected);
    }),
    { numRuns: 500, seed: 20_261 },
  );
});

test('what is cut into rows is all there is, whatever the bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', '1') }),
      fc.integer({ min: 1, max: 9 }),
      (body, block) => {
        const text = `a,b,c\n"1",2,3\n${body}`;
        const whole = unitsOf(text);
        assert.deepEqual(unitsOf(text, block), whole);
        let at = 0;
        const bytes = Buffer.from(text);
        for (const { start, end } of whole) {
          assert.ok(start >= at && end > start && end <= bytes.length);
          at = end;
        }
      },
    ),
    { numRuns: 500, seed: 20_262 },
  );
});

test('a row is split like the bytes were cut', () => {
  assert.deepEqual(splitRow('"a""b",c"",""d,"e', ','), ['a"b', 'c""', 'd', 'e']);
});

const ZEEK = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tsmb_files',
  '#open\t2020-09-21-04-14-53',
  '#fields\tts\tid_orig_h\tname\tseen\ttags\tsize',
  '#types\ttime\taddr\tstring\tbool\tset[string]\tcount',
  '1600661693.632582\t10.0.0.1\ta\\x09\\xc3\\xa9\tT\tx,y\\x2cz\t-',
  '1600661694.1\t10.0.0.1\t(empty)\tF\t(empty)\t12',
  '#close\t2020-09-21-05-00-00',
];

test('rows of Zeek have their fields, and their values are those of its JSON', () => {
  for (const block of [1 << 20, 3]) {
    assert.deepEqual(
      unitsOf(ZEEK.join('\n'), block).map((unit) =>
        unit.kind === 'row' ? [unit.path, unit.columns, unit.values] : unit,
      ),
      [
        [
          'smb_files',
          ['ts', 'id_orig_h', 'name', 'seen', 'tags'],
          ['1600661693.632582', '10.0.0.1', 'a\té', 'true', 'x,y,z'],
        ],
        [
          'smb_files',
          ['ts', 'id_orig_h', 'name', 'seen', 'tags', 'size'],
          ['1600661694.1', '10.0.0.1', '', 'false', '', '12'],
        ],
      ],
    );
  }
});

test('logs of Zeek with other separators, behind one another or without a header are read as far as they say', () => {
  const other = [
    '#separator \\x7c',
    '#set_separator|;',
    '#path|conn',
    '#fields|ts|tags',
    '#types|time|set[string]',
    '1.5|a;b',
  ];
  assert.deepEqual(
    unitsOf([...ZEEK, ...other].join('\n')).map((unit) => unit.kind === 'row' && [unit.path, unit.values.at(-1)]),
    [
      ['smb_files', 'x,y,z'],
      ['smb_files', '12'],
      ['conn', 'a,b'],
    ],
  );
  assert.deepEqual(valuesOf('#separator \\x09\n1\t2\n#path\tx\n#fields\ta\tb\n1\t2\t3\n1\t2'), [
    'no #path and #fields stand before it',
    'it has 3 values for 2 fields',
    ['1', '2'],
  ]);
});

function readAll(text: string): { readonly units: Readonly<Record<string, number>>; readonly rejected: number } {
  const reader = new TextReader({ source: { file: 'x' } });
  const sink = { onEvent: (): void => undefined };
  reader.push(Buffer.from(text), sink);
  return reader.end(sink);
}

test('a table of something else is unknown and costs nothing', () => {
  const { units, rejected } = readAll('name,age,town\nAnn,3,Ulm\nBob,4,Bonn\n');
  assert.deepEqual([units, rejected], [{ unknown: 2 }, 0]);
});
