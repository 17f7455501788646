/** The laws of the project: `L1` to `L30`. */
export const LAWS: readonly string[] = Array.from({ length: 30 }, (_, i) => `L${i + 1}`);

/** The laws that the titles of tests in a text begin with: `L7 …`, `L20: …`, `L3, L21 …`. */
export function lawsNamed(text: string): readonly string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(/\b(?:test|it)\(\s*['"`]((?:L\d{1,2}(?:,\s|\sand\s)?)+)[\s:]/g)) {
    for (const law of (match[1] ?? '').matchAll(/L\d{1,2}/g)) found.add(law[0]);
  }
  return [...found];
}

/** Laws that no test names and nothing says why, and pending ones that a test names by now. */
export function lawProblems(named: ReadonlySet<string>, pending: Readonly<Record<string, string>>): readonly string[] {
  const found: string[] = [];
  for (const law of LAWS) {
    const isPending = pending[law] !== undefined;
    if (!named.has(law) && !isPending) found.push(`${law}: no title of a test begins with it`);
    if (named.has(law) && isPending) found.push(`${law}: a test names it, so it is pending no more`);
  }
  for (const [law, reason] of Object.entries(pending)) {
    if (!LAWS.includes(law)) found.push(`${law}: there is no such law`);
    if (!/^issue [A-Z]: /.test(reason)) found.push(`${law}: its reason names no issue`);
  }
  return found;
}
