import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { Correlator, objectReader, parseRules, plainMatcher, type Route } from '../../src/sigma/index.ts';
import { correlationOf, eventsOf, rulesOf, type Timed } from './correlated.ts';
import { compiled, hitsOf, type Tried } from './tried-rule.ts';

const value = fc.constantFrom('a', 'ab', 'B*', '?', '', 'x\\y', '5', 5, 1.5, true);
const seen = fc.constantFrom('a', 'AB', 'bx', '', 'x\\y', 5, 5n, '1.5', 1.5, true, 'true', null);
const event: fc.Arbitrary<Tried> = fc.dictionary(
  fc.constantFrom('F', 'G'),
  fc.oneof(seen, fc.array(seen, { maxLength: 3 })),
);

function rule(detection: unknown): string {
  return stringify({ title: 'T', logsource: { product: 'windows' }, detection });
}

function holds(detection: unknown, record: Tried): boolean {
  return hitsOf(compiled(rule(detection)).rules, record).length > 0;
}

test('De Morgan: neq of a list is not the list, "not (a or b)" is "not a and not b"', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 3 }),
      fc.array(value, { minLength: 1, maxLength: 2 }),
      event,
      (f, g, record) => {
        const selections = { a: { F: f }, b: { G: g }, all: { 'F|all': f } };
        const answer = (condition: string): boolean => holds({ ...selections, condition }, record);
        assert.equal(holds({ a: { 'F|neq': f }, condition: 'a' }, record), answer('not a'));
        assert.equal(holds({ a: { 'F|all|neq': f }, condition: 'a' }, record), answer('not all'));
        assert.equal(answer('not (a or b)'), answer('not a and not b'));
        assert.equal(answer('not (a and b)'), answer('not a or not b'));
        assert.equal(answer('not not a'), answer('a'));
        assert.equal(answer('1 of them'), answer('a or b or all'));
        assert.equal(answer('all of them'), answer('a and b and all'));
      },
    ),
    { numRuns: 300 },
  );
});

test('a rule is read as it is written, whatever quotes and blocks the writer chose', () => {
  const texts = fc.oneof(
    value,
    fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/^[=~]|^<<$/.test(text)),
  );
  const item = fc.dictionary(
    fc.constantFrom('F', 'G|contains', 'H|re', 'Some.Field'),
    fc.oneof(texts, fc.array(texts, { minLength: 1, maxLength: 4 })),
    {
      minKeys: 1,
    },
  );
  const styles = fc.record({
    defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL' as const),
    lineWidth: fc.constantFrom(0, 20, 80),
  });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('s1', 's2'), item, { minKeys: 1 }), styles, (searches, style) => {
      const written = {
        title: 'T',
        logsource: { product: 'windows' },
        detection: { ...searches, condition: '1 of s*' },
      };
      const [document] = parseRules(stringify(written, { ...style, version: '1.2' } as never), 'a.yml').documents;
      const read = document?.detection?.identifiers.map(({ name, search }) => [
        name,
        search.kind === 'all'
          ? Object.fromEntries(
              search.of.map(({ key, values, isList }) => [
                key.text,
                isList ? values.map((one) => one.value) : values[0]?.value,
              ]),
            )
          : undefined,
      ]);
      const exact = (_: string, one: unknown): unknown => (typeof one === 'bigint' ? Number(one) : one);
      assert.deepEqual(
        JSON.parse(JSON.stringify(Object.fromEntries(read ?? []), exact)),
        JSON.parse(JSON.stringify(searches, exact)),
      );
    }),
    { numRuns: 500 },
  );
});

const timed: fc.Arbitrary<readonly Timed[]> = fc
  .array(fc.tuple(fc.nat(25), fc.constantFrom('a', 'b', 'c', 'ab', 'bc', 'd'), fc.constantFrom('s', 'u')), {
    maxLength: 9,
  })
  .map((list) => list.sort((x, y) => x[0] - y[0]).map(([t, E, src], id): Timed => ({ t, E, src, id })));

/** Whether three events of the list, each its own, come in order within the span: every choice is tried. */
function hasSequence(events: readonly Timed[], spanS: number): boolean {
  const before = (x: Timed, y: Timed): boolean =>
    x.t < y.t || (x.t === y.t && (x.src !== y.src || (x.id ?? 0) < (y.id ?? 0)));
  return events.some((x) =>
    events.some((y) =>
      events.some(
        (z) =>
          String(x['E']).includes('a') &&
          String(y['E']).includes('b') &&
          String(z['E']).includes('c') &&
          before(x, y) &&
          before(y, z) &&
          before(x, z) &&
          z.t - x.t <= spanS,
      ),
    ),
  );
}

test('temporal_ordered finds a sequence where a search over all choices does', () => {
  const rules = rulesOf(correlationOf('type: temporal_ordered\nrules: [a, b, c]\ntimespan: 8s'));
  fc.assert(
    fc.property(timed, (events) => {
      const correlator = new Correlator(rules);
      const told = [...eventsOf(rules, events).flatMap((one) => correlator.add(one)), ...correlator.finish()];
      assert.equal(told.length > 0, hasSequence(events, 8), JSON.stringify(events));
    }),
    { numRuns: 2000 },
  );
});

test('counts, tuples, sums and averages open a finding where a window recounted by hand does', () => {
  const types: readonly (readonly [string, (window: readonly Timed[]) => number])[] = [
    ['event_count', (window) => window.length],
    ['value_count', (window) => new Set(window.map(({ N }) => N)).size],
    ['value_sum', (window) => window.reduce((sum, { N }) => sum + Number(N), 0)],
    ['value_avg', (window) => window.reduce((sum, { N }) => sum + Number(N), 0) / window.length],
  ];
  const list = fc
    .array(fc.tuple(fc.nat(40), fc.nat(5)), { maxLength: 12 })
    .map((all) => all.sort((x, y) => x[0] - y[0]).map(([t, N], id): Timed => ({ t, N, E: 'a', id })));
  for (const [type, measure] of types) {
    const field = type === 'event_count' ? '' : ', field: N';
    const rules = rulesOf(correlationOf(`type: ${type}\nrules: [a]\ntimespan: 10s\ncondition: {gte: 3${field}}`));
    fc.assert(
      fc.property(list, (events) => {
        const correlator = new Correlator(rules);
        const told = [...eventsOf(rules, events).flatMap((one) => correlator.add(one)), ...correlator.finish()];
        const isThere = events.some(
          (end, i) => measure(events.slice(0, i + 1).filter(({ t }) => end.t - t <= 10)) >= 3,
        );
        assert.equal(told.length > 0, isThere, `${type} ${JSON.stringify(events)}`);
      }),
      { numRuns: 300 },
    );
  }
});

test('keywords see what any field holds', () => {
  fc.assert(
    fc.property(event, (record) => {
      const { rules } = compiled(rule({ w: ['ab', 5], condition: 'w' }));
      const fields = objectReader(record);
      const texts = fields.keywordValues().map((one) => String(one).toLowerCase());
      const wanted = texts.some((one) => one.includes('ab') || one.includes('5'));
      assert.equal(
        plainMatcher(rules).match({ channel: undefined, eventId: undefined, readerFor: () => fields }).length > 0,
        wanted,
      );
    }),
  );
});

test('what a route decides when rules are compiled changes no answer', () => {
  const id = fc.nat(2);
  const ofIds = fc.oneof(id, id, fc.array(fc.oneof(id, fc.constantFrom('1', '2*')), { minLength: 1, maxLength: 2 }));
  // Few keys that often meet, else hardly any event matches and nothing is compared.
  const item = fc.oneof(
    fc.record({ EventID: ofIds }),
    fc.record({ EventID: ofIds, F: fc.constant('x') }),
    fc.record({ 'EventID|neq': ofIds, F: fc.constantFrom('x', null) }),
    fc.record({ Never: fc.constantFrom('x', null), Kind: fc.constantFrom('x', 'y') }),
  );
  const condition = fc.constantFrom(
    'a',
    'not a',
    'a and b',
    'a or b',
    'a and not b',
    'not (a or b)',
    '1 of them',
    'not a or not b',
  );
  const conditions = fc.oneof(condition, fc.tuple(condition, condition));
  const ids = fc.option(fc.uniqueArray(id, { minLength: 1 }), { nil: undefined });
  fc.assert(
    fc.property(
      item,
      item,
      conditions,
      ids,
      id,
      fc.constantFrom('x', 'x', undefined),
      (a, b, asked, eventIds, eventId, F) => {
        const text = rule({ a, b, condition: asked });
        const route: Route = {
          label: 'r',
          channel: 'c',
          eventIds,
          namesOf: (field) => (field === 'Never' ? undefined : [field]),
          constants: new Map([['Kind', 'x']]),
        };
        const fields = objectReader({ EventID: eventId, Kind: 'x', ...(F === undefined ? {} : { F }) });
        const seen = { channel: 'c', eventId, readerFor: () => fields };
        const folded = plainMatcher(compiled(text, { taxonomy: { routesOf: () => [route] } }).rules).match(seen);
        const whole = plainMatcher(compiled(text).rules).match(seen);
        const isTaken = eventIds === undefined || eventIds.includes(eventId);
        assert.deepEqual(
          folded.map((hit) => hit.conditions),
          isTaken ? whole.map((hit) => hit.conditions) : [],
          text,
        );
      },
    ),
    { numRuns: 2000 },
  );
});
