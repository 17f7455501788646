import { isIP } from 'node:net';
import type { CompiledRule } from '../../src/sigma/index.ts';
import { fieldsOfTests } from './atoms.ts';
import type { FlatRow } from './flat-table.ts';
import { shortAddress } from './made-rows.ts';

/** A row that one side alone finds. */
export interface Difference {
  readonly rule: CompiledRule;
  readonly names: readonly string[];
  readonly row: FlatRow;
}

/** Why the two sides differ, and which of them the specification bears out. */
export interface Cause {
  readonly name: string;
  readonly right: 'Triad' | 'pySigma' | 'not decided';
  readonly why: string;
  /** True where it is a reason for this row. */
  explains(difference: Difference): boolean;
}

/** Every cause that was looked into; the first that explains a row counts. */
export const CAUSES: readonly Cause[] = [
  {
    name: 'what is no address',
    right: 'Triad',
    why:
      'A network is a property of an address. The queries compare the beginning of a text (`10.%`), so that an address with a ' +
      'port, with more groups than an address has, or with anything else behind it is in the network as well. Triad reads the ' +
      'address: what is none is in no network, and a filter on networks does not take it out.',
    explains: (difference) => networkValues(difference).some((value) => isIP(value) === 0),
  },
  {
    name: 'addresses that are spelled otherwise',
    right: 'Triad',
    why:
      'An address of version 6 has several spellings, and one of version 4 may be written as `::ffff:10.1.2.3`, as logons of Windows ' +
      'do. The queries know the shortest spelling alone. Triad compares numbers, and takes a written-in address of version 4 for one.',
    explains: (difference) =>
      networkValues(difference).some(
        (value) => isIP(value) === 6 && (/\./.test(value) || shortAddress(value) !== value),
      ),
  },
  {
    name: 'capital letters beyond ASCII',
    right: 'Triad',
    why:
      'Texts compare without regard to case, which the specification does not limit to ASCII. LIKE and NOCASE of SQLite fold the ' +
      'letters from A to Z alone: `Système` is found, `SYSTÈME` is not. Triad folds every letter that has a simple lower case.',
    explains: ({ rule, names, row }) => {
      const fields = [...fieldsOfTests(rule, ({ test }) => test.op === 'text')];
      const texts = fields.map((field) => String(row.values[names.indexOf(field)] ?? ''));
      return [...texts, ...row.texts].some((text) => /[^\P{Lu}A-Z]/u.test(text));
    },
  },
];

/** What stands in the fields that the rule compares with networks. */
function networkValues({ rule, names, row }: Difference): readonly string[] {
  return [...fieldsOfTests(rule, ({ test }) => test.op === 'cidr')].flatMap((field) => {
    const value = row.values[names.indexOf(field)] ?? null;
    return value === null ? [] : [String(value)];
  });
}

/** The cause of a difference; undefined where nobody has looked into it yet. */
export function causeOf(difference: Difference): Cause | undefined {
  return CAUSES.find((cause) => cause.explains(difference));
}
