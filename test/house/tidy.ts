/** What a tidy checkout does not hold: pure checks over texts, held by `test/tidy.test.ts`. */

/** A word, split so that these checks do not find themselves. */
const word = (...parts: readonly string[]): string => parts.join('');

const FOREIGN: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: new RegExp(word('registry\\.', 'npmjs'), 'i'), what: 'a registry address' },
  { pattern: /https?:\/\/[^\s'"`)]*\b(?:artifactory|nexus|verdaccio|jfrog)\b/i, what: 'a registry address' },
  {
    pattern: new RegExp(`(?<![\\w.~/-])/(?:${word('ho', 'me')}|${word('ro', 'ot')}|${word('wo', 'rk')})/[A-Za-z]`),
    what: 'an absolute path of a machine',
  },
  { pattern: new RegExp(word('C:\\\\', 'Users\\\\', 'runner')), what: 'an absolute path of a machine' },
  {
    pattern: new RegExp(`\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b(?!\\.)`),
    what: 'an open end',
  },
];

/** Lines of a tracked text that hold what does not belong there. */
export function foreignLines(path: string, text: string): readonly string[] {
  const found: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    for (const { pattern, what } of FOREIGN) if (pattern.test(line)) found.push(`${path}:${i + 1}: ${what}`);
  }
  return found;
}

/** One entry of `package-lock.json`. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

/** Licences that the shipped product may carry (DEPENDENCIES 9). */
export const LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '(Apache-2.0 AND BSD-3-Clause)',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
]);

/** Packages whose install script never runs (`.npmrc`), and of which no code is loaded that it would build. */
const UNBUILT: ReadonlySet<string> = new Set(['node_modules/tree-sitter-powershell']);

/** What is wrong with a lockfile: addresses, install scripts, licences that may not be shipped. */
export function lockfileProblems(packages: Readonly<Record<string, LockedPackage>>): readonly string[] {
  const found: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '') continue;
    if (entry.resolved !== undefined) found.push(`${path}: holds an address`);
    if (entry.hasInstallScript === true && !(entry.dev === true && UNBUILT.has(path)))
      found.push(`${path}: runs a script at install`);
    if (entry.dev !== true && !LICENCES.has(entry.license ?? '')) {
      found.push(`${path}: licence ${entry.license ?? 'unknown'} may not be shipped`);
    }
  }
  return found;
}

/** Files over this many lines are asked whether they are two things (STYLE 2). */
export const LONG_FILE = 400;

/** Long files without a reason, and reasons for files that are no longer long. */
export function lengthProblems(
  lines: ReadonlyMap<string, number>,
  reasons: Readonly<Record<string, string>>,
): readonly string[] {
  const found: string[] = [];
  for (const [path, count] of lines) {
    if (count > LONG_FILE && reasons[path] === undefined) found.push(`${path} has ${count} lines and no reason`);
  }
  for (const path of Object.keys(reasons)) {
    if ((lines.get(path) ?? 0) <= LONG_FILE) found.push(`${path} needs no reason any more`);
  }
  return found;
}
