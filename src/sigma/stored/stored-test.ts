import type { Network } from '../values/cidr.ts';
import type { Order } from '../values/number.ts';
import { type SigmaRegex, unmadeRegex } from '../values/regex.ts';
import type { Test } from '../values/test.ts';
import { TIME_PARTS } from '../values/time-part.ts';
import { type Anchor, type Part, wildcardsOf } from '../values/wildcards.ts';
import { flag, list, Misshapen, oneOf, text, texts, whole } from './shape.ts';
import { readNumber, storeNumber } from './stored-number.ts';

/** A test as a list: what it is, then what it needs. */
export type StoredTest = readonly unknown[];

/** Parts of a pattern that are no text, by the numbers that stand for them. */
const WILD = ['any', 'one', 'dash'] as const;
const ORDERS: readonly Order[] = ['gt', 'gte', 'lt', 'lte'];
const ANCHORS: readonly Anchor[] = ['equals', 'contains', 'startswith', 'endswith'];

export function storeTest(test: Test): StoredTest {
  switch (test.op) {
    case 'text':
      return ['text', test.pattern.isCased, ...test.pattern.parts.map(storePart)];
    case 'regex':
      return ['regex', test.regex.source, ...Object.values(flagsOf(test.regex))];
    case 'number':
      return ['number', storeNumber(test.value), test.text];
    case 'boolean':
      return ['boolean', test.value];
    case 'null':
      return ['null'];
    case 'exists':
      return ['exists', test.isWanted];
    case 'cidr':
      return ['cidr', test.network.bits, storeNumber(test.network.base), test.network.prefix];
    case 'compare':
      return ['compare', test.comparison, storeNumber(test.bound)];
    case 'time':
      return ['time', test.part, test.comparison, test.bound];
    case 'fieldref':
      return ['fieldref', test.field, test.names, test.anchor, test.isCased];
  }
}

function storePart(part: Part): string | number {
  return typeof part === 'string' ? WILD.indexOf(part) : part.text;
}

function flagsOf({ flags: { i, m, s } }: SigmaRegex): { i: boolean; m: boolean; s: boolean } {
  return { i, m, s };
}

/** A test from its list. Its expression is made when it is first needed: `engine` of it fails where it cannot be. */
export function readTest(value: unknown): Test {
  const [op, a, b, c, d] = list(value);
  switch (op) {
    case 'text': {
      const [, isCased, ...parts] = list(value);
      return { op, pattern: wildcardsOf(parts.map(readPart), flag(isCased)) };
    }
    case 'regex':
      return { op, regex: unmadeRegex(text(a), { i: flag(b), m: flag(c), s: flag(d) }) };
    case 'number':
      return { op, value: readNumber(a), text: text(b) };
    case 'boolean':
      return { op, value: flag(a) };
    case 'null':
      return { op };
    case 'exists':
      return { op, isWanted: flag(a) };
    case 'cidr':
      return { op, network: readNetwork(a, b, c) };
    case 'compare':
      return { op, comparison: oneOf(a, ORDERS), bound: readNumber(b) };
    case 'time':
      return { op, part: oneOf(a, TIME_PARTS), comparison: oneOf(b, [...ORDERS, 'eq']), bound: Number(readNumber(c)) };
    case 'fieldref': {
      const isCased = flag(list(value)[4]);
      return { op, field: text(a), names: texts(b), anchor: oneOf(c, ANCHORS), isCased };
    }
    default:
      throw new Misshapen('there is no such test');
  }
}

function readPart(value: unknown): Part {
  if (typeof value === 'string') return { text: value };
  const wild = WILD[whole(value, WILD.length)];
  if (wild === undefined) throw new Misshapen('there is no such wildcard');
  return wild;
}

function readNetwork(bits: unknown, base: unknown, prefix: unknown): Network {
  if (bits !== 32 && bits !== 128) throw new Misshapen('a network has 32 or 128 bits');
  const value = readNumber(base);
  if (typeof value !== 'bigint' || value < 0n || value >> BigInt(bits) !== 0n) {
    throw new Misshapen('an address is out of bounds');
  }
  return { bits, base: value, prefix: whole(prefix, bits + 1) };
}
