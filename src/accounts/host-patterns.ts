/** Longest name of a computer and longest pattern: a qualified name has at most 253 characters (RFC 1035 2.3.4 without its length bytes). */
const MOST_NAME = 253;
export const MOST_HOST_PATTERNS = 64;

/** Why a text is no pattern of host names; `undefined` when it is one. */
export function hostPatternProblem(pattern: string): string | undefined {
  const what = JSON.stringify(pattern.slice(0, 64));
  if (pattern.length === 0 || pattern.length > MOST_NAME) return `A host pattern has 1 to ${MOST_NAME} characters.`;
  if (/[^*.\-\p{L}\p{N}_]/u.test(pattern))
    return `${what} is no pattern of host names: letters, digits, - . _ and * only.`;
  // A pattern that every name fits proves nothing, and must not read like a binding.
  if (!/[\p{L}\p{N}]/u.test(pattern))
    return `${what} fits every host; leave the patterns out for a sender that is not bound.`;
  return undefined;
}

/**
 * Whether a name fits one of the patterns; `*` stands for any run of characters, case does not count. A pattern without a dot speaks of
 * the first label, in whatever domain. A pattern with dots speaks of the whole name; a short name, which claims no domain, fits its first label.
 */
export function matchesHost(patterns: readonly string[], computer: string): boolean {
  const name = computer.toLowerCase().replace(/\.$/, '');
  if (!/[\p{L}\p{N}]/u.test(name) || name.length > MOST_NAME) return false;
  const label = firstLabel(name);
  return patterns.some((pattern) => {
    const wanted = pattern.toLowerCase().replace(/\.$/, '');
    if (!wanted.includes('.')) return fits(wanted, label) || fits(wanted, name);
    return fits(wanted, name) || (label === name && fits(firstLabel(wanted), name));
  });
}

function firstLabel(name: string): string {
  return name.split('.')[0] ?? '';
}

/** Wildcards without a regular expression: the last `*` takes one more character at each miss, so time is at most length times length. */
function fits(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  let index = 0;
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      taken = index;
    } else if (pattern[at] === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
