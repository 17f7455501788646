import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRow,
  codesOf,
  compiled,
  isHit,
  problemAt,
  type Row,
  ruleOf,
  ruleWith,
  type Tried,
} from './tried-rule.ts';

const F = (...values: readonly unknown[]): readonly Tried[] => values.map((value) => ({ F: value }));
const ABSENT: Tried = { G: 'x' };

const ROWS: readonly Row[] = [
  ['1', String.raw`F: 'C:\Windows\x'`, F(String.raw`c:\windows\X`), []],
  ['2', String.raw`F: 'C:\\Windows\\x'`, F(String.raw`C:\Windows\x`), F(String.raw`C:\\Windows\\x`)],
  ['3', String.raw`F: 'a\*b'`, F('a*b'), F('axb', String.raw`a\xb`)],
  ['4', String.raw`F: 'a\\*b'`, F(String.raw`a\xb`, String.raw`a\b`), F('a*b')],
  ['5', String.raw`F: 'a\\\*b'`, F(String.raw`a\*b`), F(String.raw`a\xb`)],
  ['6', String.raw`F: 'a\\\b'`, F(String.raw`a\\b`), F(String.raw`a\b`)],
  ['7', String.raw`F: 'a\\\\b'`, F(String.raw`a\\b`), F(String.raw`a\b`)],
  ['8', String.raw`F|contains: '\Temp\'`, F(String.raw`C:\Temp\a`), F(String.raw`C:\Temp*a`)],
  ['9', String.raw`F|endswith: '\'`, F('C:\\'), F('C:')],
  ['10', "F: 'a?c'", F('abc', 'a\nc', 'a😀c'), F('ac', 'abbc')],
  ['11', "F: 'a*c'", F('ac', 'a\nc'), F('acb')],
  ['12', "F: '*'", F('x', ''), [ABSENT, { F: null }]],
  ['13', "F: '?*'", F('x'), F('')],
  ['15', "F: ' a '", F(' A '), F('a')],
  ['16', "F: 'K'", F('\u212a'), []],
  ['17', "F: 'I'", F('i'), F('\u0131')],
  ['18', "F|contains: 'ΣΑΣ'", F('xσαςy', 'σασ'), F('σα')],
  ['19', 'F: STRASSE', F('strasse'), F('straße')],
  ['20', 'F: 5', F(5, '5', 5.0, 5n), F('05', '5.0', true, '0x5')],
  ['21', "F: '5'", F(5, 5n, '5'), F(6)],
  ['22', 'F: 4096', F(4096), F('0x1000')],
  [
    '23',
    'F: 9007199254740993',
    F(9007199254740993n, '9007199254740993'),
    F(9007199254740992n, 9007199254740992, '9007199254740992'),
  ],
  ['24', 'F: true', F(true, 'True', 'TRUE'), F(1, '1', 'yes', false)],
  ['27', "F: ''", F(''), [ABSENT, { F: null }]],
  ['28', 'F: null', [ABSENT, { F: null }], F('')],
  ['32', 'F|exists: true', F('', null), [ABSENT]],
  ['33', 'F|exists: false', [ABSENT], F('', null)],
  ['35', 'F: a', F(['b', 'a']), F(['b'])],
  ['35', 'F|neq: a', F(['b']), F(['b', 'a'])],
  ['35', 'F|contains|all: [a, b]', F(['b', 'a']), F(['b', 'c'])],
  [
    '36',
    'A.B: x',
    [{ A: { B: 'x' } }, { 'A.B': 'x' }, { A: [{ B: 'y' }, { B: 'x' }] }],
    [{ A: { B: 'y' } }, { A: 'x' }],
  ],
  ['36, the key as written wins', 'A.B: x', [], [{ A: { B: 'x' }, 'A.B': 'y' }]],
];

for (const row of ROWS) test(`SIGMA case ${row[0]}: ${row[1].replaceAll('\n', ' ')}`, () => assertRow(row));

test('SIGMA case 14: stars that are there are not added again', () => {
  for (const event of F('a', 'xax', 'b', '')) {
    assert.equal(isHit(ruleOf("F|contains: '*a*'"), event), isHit(ruleOf('F|contains: a'), event));
  }
});

test('SIGMA case 25: yes is text, and the other reading is told', () => {
  const { line, column, under, severity } = problemAt(ruleOf('F: yes'), 'S104');
  assert.deepEqual({ line, column, under, severity }, { line: 6, column: 8, under: 'yes', severity: 'warning' });
  assert.ok(isHit(ruleOf('F: yes'), { F: 'Yes' }));
  assert.ok(!isHit(ruleOf('F: yes'), { F: true }));
});

test('SIGMA case 26: 010 is ten, and the other reading is told', () => {
  assert.match(problemAt(ruleOf('F: 010'), 'S104').message, /read as 10; YAML 1\.1 reads 8/);
  assert.ok(isHit(ruleOf('F: 010'), { F: 10 }));
  assert.deepEqual(codesOf(compiled(ruleOf('F: [0x10, 10, 1.5, "yes", 12:30:00, 2024-01-02, 1_000]')).problems), [
    'S104',
    'S104',
    'S104',
  ]);
});

test('SIGMA case 29: null in a list is refused where it stands', () => {
  const { line, column, path } = problemAt(ruleOf("F: ['', null]"), 'S124');
  assert.deepEqual({ line, column, path }, { line: 6, column: 13, path: ['detection', 'sel', 'F', 1] });
});

test('SIGMA case 30: an empty list of values is refused', () => {
  assert.equal(problemAt(ruleOf('F: []'), 'S121').under, '[]');
});

test('SIGMA case 31: an empty selection is refused', () => {
  assert.equal(problemAt(ruleWith('sel: {}\ncondition: sel'), 'S121').under, '{}');
});

test('SIGMA case 34: exists takes no text', () => {
  assert.equal(problemAt(ruleOf("F|exists: 'yes'"), 'S132').under, "'yes'");
  assert.deepEqual(codesOf(compiled(ruleOf('F|exists: [true, false]')).problems), ['S132']);
});

test('SIGMA case 37: of two equal keys both lines are told', () => {
  const { line, message } = problemAt(ruleOf('F: a\nG: b\nF: c'), 'S103');
  assert.equal(line, 8);
  assert.match(message, /the first is in line 6/);
});
