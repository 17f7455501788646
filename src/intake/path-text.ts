import type { FilePort } from './file-port.ts';

type Separator = FilePort['separator'];

/** True where a text has glob characters after its root; the `?` of `\\?\` is no glob. */
export function hasGlob(path: string, separator: Separator): boolean {
  return /[*?[]/.test(path.slice(rootOf(path, separator).length));
}

/**
 * The root of a path, with its separator: `/`, `C:\`, `\\server\share\`, `\\?\C:\`, `\\?\UNC\server\share\`, or nothing
 * for a relative path (PRODUCT 3).
 */
export function rootOf(path: string, separator: Separator): string {
  if (separator === '/') return path.startsWith('/') ? '/' : '';
  const long = /^[\\/]{2}[?.][\\/](?:UNC[\\/][^\\/]*[\\/]?[^\\/]*[\\/]?|[A-Za-z]:[\\/]?|[^\\/]*[\\/]?)/i.exec(path);
  if (long) return long[0];
  const unc = /^[\\/]{2}[^\\/]+(?:[\\/][^\\/]*[\\/]?)?/.exec(path);
  if (unc) return unc[0];
  return /^(?:[A-Za-z]:[\\/]?|[\\/])/.exec(path)?.[0] ?? '';
}

/** The last segment of a path text, whichever separator was used. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The segments after the root, empty ones left out. */
export function segmentsOf(path: string, separator: Separator): readonly string[] {
  const rest = path.slice(rootOf(path, separator).length);
  return rest.split(separator === '/' ? '/' : /[\\/]/).filter((segment) => segment !== '');
}

/** A name below a folder; on Windows with the separator that the folder's text already uses. */
export function joinPath(folder: string, name: string, separator: Separator): string {
  if (folder === '') return name;
  if (folder.endsWith('/') || (separator === '\\' && /[\\:]$/.test(folder))) return folder + name;
  const between = separator === '\\' && folder.includes('/') && !folder.includes('\\') ? '/' : separator;
  return folder + between + name;
}

/**
 * The texts under which a path may exist, most literal first. `"C:\case one\"` reaches a program on Windows as
 * `C:\case one"`, because the backslash escapes the quote (PRODUCT 3); and a path written for the other system has the
 * other slashes.
 */
export function spellings(path: string, separator: Separator): readonly string[] {
  const texts = [path];
  if (path.length > 1 && path.endsWith('"')) texts.push(path.slice(0, -1));
  if (separator === '/' && path.includes('\\')) {
    for (const text of [...texts]) texts.push(text.replaceAll('\\', '/'));
  }
  return texts;
}

/** One place of a glob segment: a literal, any one character, any run, or a set of characters. */
type GlobPart = { readonly kind: 'one' | 'run' } | { readonly kind: 'set'; readonly has: (char: string) => boolean };

/** A matcher of names for one segment with `*`, `?` and `[a-z]`; time is at most name length times pattern length. */
export function globMatcher(segment: string, ignoreCase: boolean): (name: string) => boolean {
  const parts = globParts(ignoreCase ? segment.toLowerCase() : segment);
  return (name) => matchParts(parts, Array.from(ignoreCase ? name.toLowerCase() : name));
}

function globParts(segment: string): readonly GlobPart[] {
  const chars = Array.from(segment);
  const parts: GlobPart[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === '*') {
      if (parts.at(-1)?.kind !== 'run') parts.push({ kind: 'run' });
    } else if (char === '?') {
      parts.push({ kind: 'one' });
    } else if (char === '[' && chars.indexOf(']', i + 2) > i) {
      const end = chars.indexOf(']', i + 2);
      parts.push({ kind: 'set', has: charSet(chars.slice(i + 1, end)) });
      i = end;
    } else {
      parts.push({ kind: 'set', has: (other) => other === char });
    }
  }
  return parts;
}

function charSet(inside: readonly string[]): (char: string) => boolean {
  const isNegated = inside[0] === '!' || inside[0] === '^';
  const members = isNegated ? inside.slice(1) : inside;
  return (char) => {
    for (let i = 0; i < members.length; i++) {
      const from = members[i] ?? '';
      const to = members[i + 1] === '-' && i + 2 < members.length ? (members[i + 2] ?? '') : from;
      if (char >= from && char <= to) return !isNegated;
      if (to !== from) i += 2;
    }
    return isNegated;
  };
}

function matchParts(parts: readonly GlobPart[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let runPart = -1;
  let runAt = 0;
  while (at < name.length) {
    const wanted = parts[part];
    if (wanted?.kind === 'run') {
      runPart = part++;
      runAt = at;
    } else if (
      wanted !== undefined &&
      (wanted.kind === 'one' || (wanted.kind === 'set' && wanted.has(name[at] ?? '')))
    ) {
      part++;
      at++;
    } else if (runPart >= 0) {
      part = runPart + 1;
      at = ++runAt;
    } else {
      return false;
    }
  }
  while (parts[part]?.kind === 'run') part++;
  return part === parts.length;
}

const NEAREST_SHOWN = 3;
const COMPARED_CHARS = 64;
const COMPARED_NAMES = 10_000;

/** The names most like a missing one, best first, at most three: "did you mean". */
export function nearestNames(missing: string, names: readonly string[]): readonly string[] {
  const wanted = missing.toLowerCase().slice(0, COMPARED_CHARS);
  const bound = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .slice(0, COMPARED_NAMES)
    .map((name) => ({ name, distance: likeness(wanted, name.toLowerCase().slice(0, COMPARED_CHARS)) }))
    .filter(({ distance }) => distance <= bound)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, NEAREST_SHOWN)
    .map(({ name }) => name);
}

/** Edit distance; a name that begins with the other counts as one edit. */
function likeness(a: string, b: string): number {
  if (a !== b && a.length >= 3 && b.startsWith(a)) return 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
