import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_WQL_DEPTH, MAX_WQL_LENGTH, parseWql } from './wql-parser.ts';
import { normaliseQuery, wqlText } from './wql-text.ts';
import type { WqlExpression, WqlOperand, WqlSelect } from './wql-types.ts';

function isa(property: string, className: string): WqlExpression {
  return { kind: 'isa', property, className };
}

test('the real query without a blank before WHERE is read as WMI reads it', () => {
  assert.deepEqual(
    parseWql(
      "SELECT * FROM __InstanceOperationEvent WITHIN 5WHERE TargetInstance ISA '__EventConsumer' OR TargetInstance ISA '__EventFilter'",
    ),
    {
      kind: 'select',
      properties: ['*'],
      className: '__InstanceOperationEvent',
      within: 5,
      where: { kind: 'or', terms: [isa('TargetInstance', '__EventConsumer'), isa('TargetInstance', '__EventFilter')] },
    },
  );
});

test('every clause of the grammar has its place in the tree (DOMAIN 1.2)', () => {
  assert.deepEqual(
    parseWql(
      'select TargetInstance, TargetInstance.Name from __instancemodificationevent within .5 where not (240 <= ' +
        'TargetInstance.SystemUpTime and TargetInstance.Name not like "%a[^b]%") or PreviousInstance.State is not null ' +
        'or TargetInstance.X = -1.5 or A != TRUE or TargetInstance.State <> PreviousInstance.State group within 60 by TargetInstance.Name, B having NumberOfEvents > 5',
    ),
    {
      kind: 'select',
      properties: ['TargetInstance', 'TargetInstance.Name'],
      className: '__instancemodificationevent',
      within: 0.5,
      where: {
        kind: 'or',
        terms: [
          {
            kind: 'not',
            term: {
              kind: 'and',
              terms: [
                {
                  kind: 'compare',
                  property: 'TargetInstance.SystemUpTime',
                  operator: '>=',
                  value: { kind: 'number', text: '240', value: 240 },
                  isReversed: true,
                },
                {
                  kind: 'not',
                  term: {
                    kind: 'compare',
                    property: 'TargetInstance.Name',
                    operator: 'LIKE',
                    value: { kind: 'string', text: '%a[^b]%' },
                    isReversed: false,
                  },
                },
              ],
            },
          },
          { kind: 'not', term: { kind: 'isNull', property: 'PreviousInstance.State' } },
          {
            kind: 'compare',
            property: 'TargetInstance.X',
            operator: '=',
            value: { kind: 'number', text: '-1.5', value: -1.5 },
            isReversed: false,
          },
          {
            kind: 'compare',
            property: 'A',
            operator: '<>',
            value: { kind: 'boolean', value: true },
            isReversed: false,
          },
          {
            kind: 'compare',
            property: 'TargetInstance.State',
            operator: '<>',
            value: { kind: 'property', name: 'PreviousInstance.State' },
            isReversed: false,
          },
        ],
      },
      group: {
        within: 60,
        by: ['TargetInstance.Name', 'B'],
        having: {
          kind: 'compare',
          property: 'NumberOfEvents',
          operator: '>',
          value: { kind: 'number', text: '5', value: 5 },
          isReversed: false,
        },
      },
    },
  );
});

test('strings take both quotes and backslash escapes; another backslash stays', () => {
  const value = (text: string): unknown => {
    const query = parseWql(`SELECT * FROM X WHERE P = ${text}`);
    return query.kind === 'select' && query.where?.kind === 'compare' ? query.where.value : query;
  };
  assert.deepEqual(value("'C:\\\\Users\\\\'"), { kind: 'string', text: 'C:\\Users\\' });
  assert.deepEqual(value('"say \\"hi\\" \\\'x\\\'"'), { kind: 'string', text: 'say "hi" \'x\'' });
  assert.deepEqual(value("'C:\\Users'"), { kind: 'string', text: 'C:\\Users' });
  assert.deepEqual(value("''"), { kind: 'string', text: '' });
  assert.deepEqual(value('null'), { kind: 'null' });
});

test('data queries are read and told apart', () => {
  assert.deepEqual(
    parseWql("REFERENCES OF {CommandLineEventConsumer.Name='X'} WHERE ResultClass = __FilterToConsumerBinding"),
    {
      kind: 'references',
      path: "CommandLineEventConsumer.Name='X'",
      conditions: [['ResultClass', '__FilterToConsumerBinding']],
    },
  );
  assert.deepEqual(parseWql('associators of {Win32_X.A="1"} where ClassDefsOnly'), {
    kind: 'associators',
    path: 'Win32_X.A="1"',
    conditions: [['ClassDefsOnly', '']],
  });
  assert.deepEqual(parseWql('SELECT Name, Handle FROM Win32_Process'), {
    kind: 'select',
    properties: ['Name', 'Handle'],
    className: 'Win32_Process',
  });
});

test('blanks, line breaks and a semicolon around a query do not matter', () => {
  const expected = { kind: 'select', properties: ['*'], className: 'X' };
  for (const text of ['SELECT * FROM X', ' select\r\n*\tfrom X \n', 'SELECT*FROM X;', 'SELECT * FROM X\u0000']) {
    assert.deepEqual(parseWql(text), expected, text);
  }
});

test('a problem names what was expected, what stands there, and where', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['', 'expected SELECT, ASSOCIATORS or REFERENCES, found the end', 1, 1],
    ['SELECT * FROM', 'expected a class name, found the end', 1, 14],
    ['SELECT *\nFROM X WITHIN WHERE', 'expected a number of seconds, found "WHERE"', 2, 15],
    ["SELECT * FROM X\n\nWHERE A = 'b", 'a string has no closing quote', 3, 11],
    ['SELECT * FROM X WHERE (A = 1', 'expected ")", found the end', 1, 29],
    ['SELECT * FROM X WHERE A = 1 B', 'expected the end of the query, found "B"', 1, 29],
    ['SELECT * FROM X WHERE A ~ 1', 'expected a comparison, found "~"', 1, 25],
    ['SELECT FROM X', 'expected a property name, found "FROM"', 1, 8],
    ['SELECT * FROM X WHERE A IS 5', 'expected NULL, found "5"', 1, 28],
  ];
  for (const [text, message, line, column] of cases) {
    const problem = parseWql(text);
    assert.ok(problem.kind === 'problem', text);
    assert.deepEqual([problem.message, problem.line, problem.column], [message, line, column], text);
  }
});

test('L20: depth and length are bounded on both sides', () => {
  const nested = (depth: number): string => `SELECT * FROM X WHERE ${'('.repeat(depth)}A=1${' AND B=1)'.repeat(depth)}`;
  assert.equal(parseWql(nested(MAX_WQL_DEPTH)).kind, 'select');
  assert.equal(parseWql(nested(MAX_WQL_DEPTH + 1)).kind, 'problem');
  const negated = (depth: number): string => `SELECT * FROM X WHERE ${'NOT '.repeat(depth)}A=1`;
  assert.equal(parseWql(negated(MAX_WQL_DEPTH)).kind, 'select');
  assert.equal(parseWql(negated(MAX_WQL_DEPTH + 1)).kind, 'problem');
  assert.equal(
    parseWql(`SELECT * FROM X WHERE ${'(A=1) AND NOT '.repeat(100)}A=1`).kind,
    'select',
    'side by side is no depth',
  );
  const long = (length: number): string => 'SELECT * FROM X'.padEnd(length, ' ');
  assert.equal(parseWql(long(MAX_WQL_LENGTH)).kind, 'select');
  assert.equal(parseWql(long(MAX_WQL_LENGTH + 1)).kind, 'problem');
});

test('parentheses around nothing but parentheses change nothing, as many as a query may hold', () => {
  const wrapped = (pairs: number, inner = "A='x)(' OR B=1"): unknown => {
    const query = parseWql(`SELECT * FROM X WHERE ${'('.repeat(pairs)}${inner}${')'.repeat(pairs)}`);
    return query.kind === 'select' ? query.where : query;
  };
  const bare = wrapped(0);
  const most = Math.floor((MAX_WQL_LENGTH - "SELECT * FROM X WHERE A='x)(' OR B=1".length) / 2);
  for (const pairs of [1, 2, MAX_WQL_DEPTH, MAX_WQL_DEPTH + 1, most])
    assert.deepEqual(wrapped(pairs), bare, `${pairs}`);
  assert.deepEqual(wrapped(MAX_WQL_DEPTH + 1, '(A=1 OR B=1) AND (C=1)'), wrapped(0, '(A=1 OR B=1) AND C=1'));
  assert.deepEqual(wrapped(MAX_WQL_DEPTH, "NOT ((A='y'))"), wrapped(0, "NOT A='y'"));
  const unclosed = parseWql(`SELECT * FROM X WHERE ${'('.repeat(3)}A=1${')'.repeat(2)}`);
  assert.equal(unclosed.kind === 'problem' && unclosed.message, 'expected ")", found the end');
  const spare = parseWql(`SELECT * FROM X WHERE ${'('.repeat(3)}A=1${')'.repeat(4)}`);
  assert.equal(spare.kind === 'problem' && spare.message, 'expected the end of the query, found ")"');
});

test('hostile queries end soon', () => {
  const start = process.cpuUsage().user;
  for (const filler of ['(', 'NOT ', "'", '"\\', 'A=1 AND ', 'A.', '1', '.1', '{', '-', '\\', '<', 'é']) {
    const tail = filler.repeat(Math.floor(65_000 / filler.length));
    parseWql(`SELECT * FROM X WHERE ${tail}`);
    normaliseQuery(`SELECT * FROM X WHERE ${filler.repeat(Math.floor(1_000_000 / filler.length))}`);
  }
  assert.ok(process.cpuUsage().user - start < 3_000_000, 'user CPU under 3 s');
});

const property = fc.stringMatching(/^P[a-z]{2,6}(\.[A-Z][a-z]{2,6})?$/);
const operand: fc.Arbitrary<WqlOperand> = fc.oneof(
  fc.record({
    kind: fc.constant('string' as const),
    text: fc.string({ unit: fc.constantFrom('\\', "'", '"', '%', 'a', ' ', 'é', '\n') }),
  }),
  fc
    .integer({ min: -9999, max: 9999 })
    .map((value): WqlOperand => ({ kind: 'number', text: String(value), value: value })),
  fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.constant<WqlOperand>({ kind: 'null' }),
  property.map((name): WqlOperand => ({ kind: 'property', name: `P${name}` })),
);
const { expression } = fc.letrec<{ expression: WqlExpression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ kind: fc.constant('isa' as const), property, className: fc.constantFrom('Win32_Process', "X'y") }),
    fc.record({ kind: fc.constant('isNull' as const), property }),
    fc.record({
      kind: fc.constant('compare' as const),
      property,
      operator: fc.constantFrom('=', '<>', '<', '<=', '>', '>=', 'LIKE'),
      value: operand,
      isReversed: fc.constant(false),
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const select: fc.Arbitrary<WqlSelect> = fc
  .record({
    properties: fc.oneof(fc.constant(['*']), fc.array(property, { minLength: 1, maxLength: 3 })),
    within: fc.option(fc.constantFrom(0.5, 5, 60), { nil: undefined }),
    where: fc.option(expression, { nil: undefined }),
    group: fc.option(fc.record({ within: fc.constant(60), by: fc.array(property, { maxLength: 2 }) }), {
      nil: undefined,
    }),
  })
  .map(({ properties, within, where, group }) => ({
    kind: 'select',
    properties,
    className: '__InstanceCreationEvent',
    ...(within === undefined ? {} : { within }),
    ...(where === undefined ? {} : { where }),
    ...(group === undefined ? {} : { group }),
  }));

test('a printed tree is read back as the same tree, and its normal form is stable', () => {
  fc.assert(
    fc.property(select, (query) => {
      const text = wqlText(query);
      // fast-check's records have no prototype.
      assert.deepEqual(parseWql(text), structuredClone(query));
      assert.equal(normaliseQuery(normaliseQuery(text)), normaliseQuery(text));
      assert.equal(wqlText(parseWql(normaliseQuery(text)) as WqlSelect).toLowerCase(), text.toLowerCase());
    }),
  );
});

test('queries that differ in blanks and case have one normal form, those that differ in a string have two', () => {
  const one = "SELECT * FROM __instancecreationevent WITHIN 5 WHERE TargetInstance ISA 'win32_logonsession'";
  for (const text of [
    "select * from __InstanceCreationEvent within 5 where TargetInstance Isa 'Win32_LogonSession'",
    "SELECT  *\r\n FROM __InstanceCreationEvent WITHIN 5WHERE TargetInstance ISA 'Win32_LogonSession'  ",
  ]) {
    assert.equal(normaliseQuery(text), one);
  }
  assert.equal(normaliseQuery("select * from X where A='a  B'"), "SELECT * FROM x WHERE A = 'a  B'");
  assert.notEqual(normaliseQuery("select * from X where A='a B'"), normaliseQuery("select * from X where A='a  B'"));
});

test('a text that cannot be read still has a normal form that keeps all of it', () => {
  assert.equal(normaliseQuery("select  *  frm  X 'open  quote"), "SELECT * frm X 'open  quote");
  assert.equal(normaliseQuery('ß ~ ;'), 'ß ~;');
  assert.equal(normaliseQuery(''), '');
});
