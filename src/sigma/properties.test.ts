import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ConditionNode, parseCondition, printCondition } from './parse/condition.ts';
import { base64Offsets } from './values/base64.ts';
import { isInNetwork, parseAddress, parseNetwork } from './values/cidr.ts';
import { fold } from './values/fold.ts';
import { compileRegex, matchesRegex, passesGates } from './values/regex.ts';
import { timePartOf } from './values/time-part.ts';
import {
  DASHES,
  matchesWildcards,
  type Part,
  parseParts,
  printParts,
  wildcardSpan,
  wildcardsOf,
  withAnchor,
  withDashes,
} from './values/wildcards.ts';

const letters = fc.constantFrom('a', 'b', 'A', '*', '?', '\\', '-', '/', '.', '\n', '😀', 'σ', 'ς', '\u2013', ' ');
const few = fc.constantFrom('a', 'b', '*', '?', '-');
/** Of many letters, and of so few that runs overlap. */
const text = fc
  .oneof(fc.array(letters, { maxLength: 12 }), fc.array(few, { maxLength: 7 }))
  .map((parts) => parts.join(''));

/** The definition, letter by letter, as slow as it likes. */
function naive(parts: readonly (string | 'ANY' | 'ONE' | 'DASH')[], characters: readonly string[]): boolean {
  const [head, ...tail] = parts;
  if (head === undefined) return characters.length === 0;
  if (head === 'ANY') {
    return naive(tail, characters) || (characters.length > 0 && naive(parts, characters.slice(1)));
  }
  const [first, ...rest] = characters;
  if (first === undefined) return false;
  return (head === 'ONE' || head === first || (head === 'DASH' && DASHES.includes(first))) && naive(tail, rest);
}

function spelt(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part) =>
    typeof part === 'string' ? [{ any: 'ANY', one: 'ONE', dash: 'DASH' }[part]] : [...part.text],
  );
}

test('a pattern matches what its definition says, with and without modifiers', () => {
  const anchors = fc.constantFrom('equals', 'contains', 'startswith', 'endswith' as const);
  fc.assert(
    fc.property(text, text, anchors, fc.boolean(), (pattern, value, anchor, isDashed) => {
      const parsed = parseParts(pattern);
      const parts = withAnchor(isDashed ? withDashes(parsed).parts : parsed, anchor as 'equals');
      const wildcards = wildcardsOf(parts, true);
      assert.equal(matchesWildcards(wildcards, value), naive(spelt(parts), [...value]));
      assert.equal(wildcardSpan(wildcards, value) !== undefined, naive(spelt(parts), [...value]));
    }),
    { numRuns: 5000 },
  );
});

test('a pattern is read as it is printed', () => {
  fc.assert(
    fc.property(text, (pattern) => {
      const parts = parseParts(pattern);
      assert.deepEqual(parseParts(printParts(parts)), parts);
    }),
  );
});

test('folding is done once, and of each part alone', () => {
  fc.assert(
    fc.property(text, fc.string({ unit: 'grapheme' }), (a, b) => {
      assert.equal(fold(fold(a)), fold(a));
      assert.equal(fold(a) + fold(b), fold(a + b));
    }),
  );
});

/** Conditions of names, with every form. */
const condition: fc.Arbitrary<ConditionNode> = fc.letrec<{ node: ConditionNode }>((tie) => {
  const at = { start: 0, end: 0 };
  const name = fc.constantFrom('a', 'sel-1', 'notepad', '_x', 'or_', 'of1');
  return {
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      name.map((one): ConditionNode => ({ kind: 'identifier', name: one, at })),
      fc
        .tuple(fc.constantFrom('any', 'all'), fc.constantFrom('them', 'a*', '*', '_x*y'))
        .map(([quantifier, target]): ConditionNode => {
          return { kind: 'selector', quantifier: quantifier as 'any' | 'all', target, targetAt: at, at };
        }),
      tie('node').map((of): ConditionNode => ({ kind: 'not', of, at })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))
        .map(([kind, of]): ConditionNode => ({ kind: kind as 'and' | 'or', of, at })),
    ),
  };
}).node;

function withoutPlaces(node: ConditionNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'at' || key === 'targetAt' ? undefined : value)));
}

test('a condition is read as it is printed', () => {
  fc.assert(
    fc.property(condition, (node) => {
      const reading = parseCondition(printCondition(node));
      assert.ok(reading.kind === 'condition');
      assert.deepEqual(withoutPlaces(reading.root), withoutPlaces(node));
    }),
  );
});

test('places of a condition are those of its words', () => {
  fc.assert(
    fc.property(condition, (node) => {
      const printed = printCondition(node);
      const reading = parseCondition(printed);
      assert.ok(reading.kind === 'condition');
      const walk = (one: ConditionNode): void => {
        if (one.kind === 'identifier') assert.equal(printed.slice(one.at.start, one.at.end), one.name);
        else if (one.kind === 'selector') assert.equal(printed.slice(one.targetAt.start, one.targetAt.end), one.target);
        else if (one.kind === 'not') walk(one.of);
        else for (const child of one.of) walk(child);
      };
      walk(reading.root);
    }),
  );
});

test('what the gates of an expression hold back cannot match', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'ab',
    'K',
    's',
    '.',
    '\\w',
    '\\.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(ab|ba)',
    '(?:ab)',
    '^',
    '$',
    'é',
    '\\b',
    '(?i:aB)',
    '\\x61',
    '(a|)',
  );
  const repeat = fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '+?');
  const pattern = fc
    .array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.map(([one, many]) => (/^(?:\^|\$|\\b)$/.test(one) ? one : `${one}${many}`)).join(''));
  const haystack = fc.array(fc.constantFrom('a', 'b', 'A', 'B', 'k', '\u212a', 'ſ', 'S', 'é', 'É', '.', ' ', '\n'), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(pattern, haystack, fc.boolean(), (source, parts, i) => {
      const reading = compileRegex(source, { i, m: false, s: false });
      if (reading.kind === 'trouble') return;
      const value = parts.join('');
      const found = reading.regex.engine.matcher(value).find();
      assert.ok(!found || passesGates(reading.regex.shape, value), `${source} in ${JSON.stringify(value)}`);
      assert.equal(matchesRegex(reading.regex, value), found);
    }),
    { numRuns: 3000 },
  );
});

test('base64 of a text, whatever stands around it, holds one of its three forms', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 3, maxLength: 9 }),
      fc.uint8Array({ maxLength: 5 }),
      fc.uint8Array({ maxLength: 5 }),
      (bytes, lead, tail) => {
        const whole = Buffer.concat([lead, bytes, tail]).toString('base64');
        assert.ok(base64Offsets(Buffer.from(bytes)).some((form) => whole.includes(form)));
      },
    ),
  );
});

test('networks hold the addresses that the runtime says', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (net, address, prefix) => {
      const list = new BlockList();
      list.addSubnet(net, prefix, 'ipv4');
      const reading = parseNetwork(`${net}/${prefix}`);
      const parsed = parseAddress(address);
      assert.ok(reading.kind === 'network' && parsed !== undefined);
      assert.equal(isInNetwork(reading.network, parsed), list.check(address, 'ipv4'));
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), (net, address, prefix) => {
      const list = new BlockList();
      list.addSubnet(net, prefix, 'ipv6');
      const reading = parseNetwork(`${net}/${prefix}`);
      const parsed = parseAddress(address);
      assert.ok(reading.kind === 'network' && parsed !== undefined, `${net} ${address}`);
      assert.equal(isInNetwork(reading.network, parsed), list.check(address, 'ipv6'));
    }),
  );
});

test('weeks begin on Monday, and the first holds the fourth of January', () => {
  const day = 86_400_000;
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), (days) => {
      const iso = (one: number): string => new Date(one * day).toISOString().slice(0, 10);
      const year = Number(iso(days).slice(0, 4));
      const monday = (one: number): number => one - ((new Date(one * day).getUTCDay() + 6) % 7);
      const first = (of: number): number => monday(Date.UTC(of, 0, 4) / day);
      const inYear = [year + 1, year, year - 1].find((one) => first(one) <= days) ?? year;
      if (year < 1000) return;
      assert.equal(timePartOf(iso(days), 'week'), (monday(days) - first(inYear)) / 7 + 1, iso(days));
    }),
  );
});
