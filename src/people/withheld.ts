/**
 * Members of documents that hold raw evidence, at any depth: records and their places, payloads and what was read in them, command lines. Numbers under
 * such a name are counts, and stay. What is left is the sentence, the picture, the arithmetic, gaps, notes and history (SETTLED G20).
 */
const RAW: ReadonlySet<string> = new Set([
  'evidence',
  'records',
  'process',
  'commandLine',
  'parentImage',
  'candidates',
  'payload',
  'properties',
  'query',
  'trigger',
  'decoded',
  'features',
  'indicators',
  'otherContents',
  'conflicts',
  'command',
  'shell',
  'data',
  'system',
  'raw',
  'events',
]);

/** A document without raw evidence, and the names of what was left out, sorted. */
export function withoutEvidence(document: unknown): {
  readonly document: unknown;
  readonly withheld: readonly string[];
} {
  const withheld = new Set<string>();
  const kept = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(kept);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).filter(([name, member]) => {
      const isRaw = RAW.has(name) && typeof member !== 'number' && typeof member !== 'boolean' && member !== null;
      if (isRaw) withheld.add(name);
      return !isRaw;
    });
    return Object.fromEntries(members.map(([name, member]) => [name, kept(member)]));
  };
  return { document: kept(document), withheld: [...withheld].sort() };
}
