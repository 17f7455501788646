import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRules } from '../sigma/index.ts';
import { LOG_SOURCES } from '../taxonomy/index.ts';
import { CaseRunner, convertRule, diffRules, listRules, readCaseEvent, readCases, TARGETS } from './index.ts';

const RULE = `title: T
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: ['\\a.exe', 'b*c?d']
    CommandLine|contains|windash: ' -x'
    ProcessId: 5
  filter:
    User: null
  condition: selection and not filter
`;
const CASES = `- name: a
  expect: miss
  events:
    - channel: Security
      eventId: 4688
      time: 2026-03-12T10:00:00Z
      data: { NewProcessName: 'C:\\a.exe', X: [1, null, two] }
- name: b
  expect: miss
  object: { consumer: { properties: { ScriptFileName: x } }, payload: { score: 5, features: [P01] } }
`;

/** A text with a stretch of it replaced. */
function mutated(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 6, unit: 'binary' }),
    fc.constantFrom(
      '|',
      ': ',
      '\n',
      '\n  - ',
      '[',
      '}',
      '*',
      '&a ',
      '<<: *a',
      '|re',
      '|exists: true',
      '\u202e',
      "'",
      '%x%',
    ),
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(12), piece)
    .map(([at, length, instead]) => text.slice(0, at) + instead + text.slice(at + length));
}

test('whatever a file of cases holds, it is read or told with a place in it', () => {
  fc.assert(
    fc.property(mutated(CASES), (text) => {
      const { cases, problems } = readCases({ file: 'a.cases.yml', text });
      const lines = text.split('\n').length;
      for (const { line, column } of problems) assert.ok(line >= 1 && line <= lines && column >= 1);
      assert.ok(cases.length + problems.length > 0);
      const runner = new CaseRunner([{ file: 'a.yml', text: RULE }]);
      for (const one of cases) assert.equal(typeof runner.run(one, 'a.cases.yml', 'a.yml').isRight, 'boolean');
      readCaseEvent(text);
    }),
    { numRuns: 300 },
  );
});

test('whatever a rule holds, it is listed, compared with itself, and converted whole or refused with a place', () => {
  fc.assert(
    fc.property(mutated(RULE), (text) => {
      const sources = [{ file: 'a.yml', text }];
      const { rules } = compileRules(sources, { taxonomy: LOG_SOURCES });
      for (const rule of rules.rules) {
        for (const target of TARGETS) {
          const conversion = convertRule(rule, target);
          if (conversion.kind === 'query') {
            assert.doesNotMatch(conversion.comment, /\n/);
            assert.doesNotMatch(conversion.query, /undefined|\(\)|(?:and|or|AND|OR) *$/);
          } else assert.ok(conversion.problems.every(({ line }) => line >= 1));
        }
      }
      listRules({ sources, cases: [], regressions: [], compiled: [], problems: [], licenses: new Map() }, {});
      const { added, removed, changed } = diffRules(sources, sources);
      assert.deepEqual([added, removed, changed], [[], [], []]);
    }),
    { numRuns: 300 },
  );
});
