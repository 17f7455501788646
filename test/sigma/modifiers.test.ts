import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRow, codesOf, compiled, isHit, problemAt, type Row, ruleOf, type Tried } from './tried-rule.ts';

const F = (...values: readonly unknown[]): readonly Tried[] => values.map((value) => ({ F: value }));
const ABSENT: Tried = { G: 'x' };
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
const base64 = (...bytes: readonly (string | Buffer)[]): string =>
  Buffer.concat(bytes.map((part) => Buffer.from(part as string))).toString('base64');
/** A text as it lies in base64 behind none, one and two other bytes, and before two. */
const aligned = (bytes: Buffer): readonly string[] =>
  ['', 'x', 'xy'].map((lead) => `=${base64(lead, bytes, Buffer.from([0xff, 0xff]))}=`);

const ROWS: readonly Row[] = [
  ['38', 'F|contains|all: [a, b]', F('ab'), F('a')],
  ['38', 'F|all|contains: [a, b]', F('ab'), F('a')],
  ['39', 'F|contains|cased: aB', F('xaBx'), F('xabx')],
  ['40', "F|re: 'a.c'", F('xabcx'), F('ABC', 'a\nc')],
  ['41', "F|re|i: 'a.c'", F('xABCx'), F('ac')],
  ['42', "F|re|s: 'a.c'", F('a\nc'), F('ac')],
  ['43', "F|re|m: '^b'", F('a\nb'), F('ab')],
  ['44', "F|re: '^a$'", F('a'), F('a\n')],
  [
    '53',
    'F|cidr: 10.0.0.0/8',
    F('10.1.2.3', '::ffff:10.1.2.3'),
    F('10.1.2.3:80', ' 10.1.2.3', '11.0.0.1', '010.1.2.3'),
  ],
  ['54', 'F|cidr: fe80::/10', F('FEBF::1', 'fe80::1%3'), F('fec0::1', '10.0.0.1')],
  ['53, one address', 'F|cidr: 10.0.0.1', F('10.0.0.1'), F('10.0.0.2')],
  ['56', 'F|gt: 5', F(6, '6', 6n, '5.5'), [...F(5, 'x', '5', '6x', true, ''), ABSENT]],
  [
    '56, exactly',
    'F|gt: 9007199254740992',
    F('9007199254740993', 9007199254740993n),
    F('9007199254740992', 9007199254740992n),
  ],
  ['58', 'F|neq: a', [...F('b'), ABSENT], F('A')],
  ['59', 'F|neq: [a, b]', F('c'), F('a', 'b')],
  ['60', 'F|contains|neq: [a, b]', F('xc'), F('xa')],
  ['60, with all', 'F|contains|all|neq: [a, b]', F('a', 'b', ''), F('ab')],
  [
    '61',
    'F|fieldref: G',
    [
      { F: 'a', G: 'A' },
      { F: 5, G: '5' },
    ],
    [{ F: 'a', G: 'b' }, {}, { F: null, G: null }, { F: 'a' }],
  ],
  ['62', 'F|fieldref|startswith: G', [{ F: 'abc', G: 'AB' }], [{ F: 'abc', G: 'bc' }]],
  ['62', 'F|fieldref|endswith: G', [{ F: 'abc', G: 'BC' }], [{ F: 'abc', G: 'ab' }]],
  ['62', 'F|fieldref|contains: G', [{ F: 'abc', G: 'B' }], [{ F: 'abc', G: 'd' }]],
  ['63', 'F|fieldref|neq: G', [{ F: 'a', G: 'b' }, { F: 'a' }], [{ F: 'a', G: 'A' }]],
  ['64', "F|contains|windash: ' -x'", F(...DASHES.map((dash) => `c ${dash}xy`)), F('c x', 'c +x')],
  ['65', "F|contains|windash: ' /x'", F('c -x', 'c \u2014x'), F('cx')],
  ['66', "F|contains|windash: ' -param-name'", F(' /param-name'), F(' /param/name')],
  ['67', "F|contains|windash: ' --add'", F(' -/add', ' --add'), F(' //add')],
  ['68', "F|contains|all|windash: [' -a', ' -b']", F('x /a /b', 'x -b \u2013a'), F('x /a')],
  ['70', 'F|base64: foobar', F('Zm9vYmFy'), F('foobar', 'xZm9vYmFy')],
  ['71', 'F|base64offset|contains: fooo', F(...aligned(Buffer.from('fooo'))), F('fooo')],
  ['72', 'F|base64offset|contains: é12', F(...aligned(Buffer.from('é12'))), F('é12')],
  ['73', 'F|wide|base64offset|contains: aé', F(...aligned(Buffer.from('aé', 'utf16le'))), F(base64('aé'))],
  ['74', 'F|utf16|base64: aé', F(base64(Buffer.from([0xff, 0xfe, 0x61, 0, 0xe9, 0]))), F(base64('aé'))],
  ['74', 'F|utf16be|base64: aé', F(base64(Buffer.from([0, 0x61, 0, 0xe9]))), []],
  ['74', 'F|wide: aé', F('a\0\u00e9\0'), F('aé')],
  ['76', 'F|hour|gte: 20', F('2026-01-01T21:30:00Z', '2026-01-01 20:00:00.123'), F('2026-01-01T03:30:00Z', 'x', '')],
  ['77', 'F|week: 53', F('2021-01-01', '2020-12-31T00:00:00+02:00'), F('2021-01-04')],
  ['78', 'F|minute: 30', F(1767303000, 1767303000000, '1767303000'), F(1767303060)],
];

for (const row of ROWS) test(`SIGMA case ${row[0]}: ${row[1]}`, () => assertRow(row));

const REFUSED: readonly (readonly [string, string, string, RegExp, string])[] = [
  ['45', "F|re: '('", 'S133', /^Character 1: .*never closed/, '('],
  ['46', "F|re: 'x(?=a)b'", 'S133', /^Character 2: Look-ahead/, '(?='],
  ['46', String.raw`F|re: '(a)\1'`, 'S133', /^Character 4: Back-references/, String.raw`\1`],
  ['48', 'F|i: a', 'S131', /flag of "re"/, 'i'],
  ['49', 'F|re|cidr: a', 'S131', /"cidr" cannot follow "re"/, 'cidr'],
  ['50', 'F|contains|endswith: a', 'S131', /"endswith" cannot follow "contains"/, 'endswith'],
  ['51', 'F|foo: a', 'S130', /no modifier "foo"/, 'foo'],
  ['52', 'F|not: a', 'S130', /no modifier "not"/, 'not'],
  ['55', 'F|cidr: 10.0.0.0/33', 'S134', /prefix must be 0 to 32/, '10.0.0.0/33'],
  ['57', 'F|gt: abc', 'S132', /takes a number/, 'abc'],
  ['75', "F|base64: 'a*c'", 'S135', /wildcard cannot be encoded/, "'a*c'"],
];

for (const [number, items, code, message, under] of REFUSED) {
  test(`SIGMA case ${number}: ${items} is refused as ${code}`, () => {
    const problem = problemAt(ruleOf(items), code);
    assert.match(problem.message, message);
    assert.equal(problem.under, under);
    assert.equal(problem.severity, 'error');
  });
}

test('SIGMA case 47: nested repeats on 50 kB are over in 50 ms', () => {
  const rule = ruleOf("F|re: '(a+)+$'");
  const event = { F: `${'a'.repeat(50_000)}!` };
  isHit(rule, { F: 'a' });
  const start = performance.now();
  assert.equal(isHit(rule, event), false);
  const took = performance.now() - start;
  // A busy machine may be slow; a backtracking engine would not end at all.
  assert.ok(took < 1000, `${took} ms`);
});

test('SIGMA case 52: the hint for "not" says what to write', () => {
  assert.match(problemAt(ruleOf('F|not: a'), 'S130').hint ?? '', /"\|neq"/);
  assert.match(problemAt(ruleOf('F|contain: a'), 'S130').hint ?? '', /"contains"/);
});

test('SIGMA case 69: nine dashes compile at once, and are told as not portable', () => {
  const rule = ruleOf("F|contains|windash: ' -a -b -c -d -e -f -g -h -i'");
  const start = performance.now();
  assert.ok(isHit(rule, { F: 'x /a -b \u2013c -d -e /f -g -h -i' }));
  assert.ok(performance.now() - start < 100);
  assert.deepEqual(codesOf(compiled(rule).problems), ['S139']);
});

test('SIGMA case 79: placeholders are alternatives, and a rule without their values is refused', () => {
  const rule = ruleOf("F|expand: 'x%Admins%'");
  const options = { placeholders: new Map([['Admins', ['ann', 'bob*']]]) };
  assert.ok(isHit(rule, { F: 'XANN' }, options));
  assert.ok(isHit(rule, { F: 'xbobby' }, options));
  assert.ok(!isHit(rule, { F: 'xeve' }, options));
  assert.equal(problemAt(rule, 'S136').under, '%Admins%');
  assert.ok(isHit(ruleOf(String.raw`F|expand: '\%x%'`), { F: '%x%' }));
  assert.ok(isHit(ruleOf("F: '%temp%'"), { F: '%TEMP%' }));
});

/** The rest of SIGMA 2.3's table: what may stand beside what. */
const LEGALITY: readonly (readonly [string, readonly string[]])[] = [
  ['F|all: a', ['S137']],
  ['F|cased|re: a', ['S131']],
  ['F|re|cased: a', ['S131']],
  ['F|all|re: [a, b]', []],
  ['F|re|i|m|s: a', []],
  ['F|re|ignorecase: a', []],
  ['F|re|contains: a', []],
  ['F|contains|re: a', ['S131']],
  ['F|exists|neq: true', ['S131']],
  ['F|exists|all: true', ['S131']],
  ['F|exists: 1', ['S132']],
  ['"|exists": true', ['S131']],
  ['F|windash|re: a', ['S131']],
  ['F|wide: a', ['S126']],
  ['F|wide|utf16: a', ['S131']],
  ['F|base64|wide: a', ['S131']],
  ['F|contains|base64: a', ['S131']],
  ['F|base64offset: abc', ['S126']],
  ['F|base64|base64offset: a', ['S131']],
  ['F|windash|base64: " -a"', ['S131']],
  ['F|cidr|contains: 10.0.0.0/8', ['S131']],
  ['F|cidr: 10.0.0.1/8', ['S138']],
  ['F|cidr: 10.1', ['S134']],
  ['F|gt|lt: 5', ['S131']],
  ['F|gt: "5"', ['S139']],
  ['F|gt: true', ['S132']],
  ['F|hour: 24', ['S132']],
  ['F|hour: 1.5', ['S132']],
  ['F|gte|hour: 5', ['S131']],
  ['F|hour|neq: 5\nG: a', []],
  ['F|fieldref: ""', ['S132']],
  ['F|fieldref: "a*"', ['S135']],
  ['F|fieldref|cased: G', []],
  ['F|contains: 5', ['S139']],
  ['F|contains: true', ['S132']],
  ['F|contains: null', ['S132']],
  ['F|neq: a', ['S126']],
  ['F|contains|contains: a', ['S131']],
  ['F|: a', ['S130']],
  ['F: .inf', ['S132']],
  ['F|re: "*"', ['S133']],
  ['F|re: "[z-a]"', ['S133']],
  ['F|re: "a{2000}"', ['S133']],
  ['F: {a: b}', ['S132']],
];

for (const [items, codes] of LEGALITY) {
  test(`the table of modifiers: ${items.replace('\n', ', ')} gives ${codes.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(codesOf(compiled(ruleOf(items)).problems), codes);
  });
}
