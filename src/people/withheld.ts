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

/** True of a member that holds raw evidence where it is more than a number: a document may be without it. */
export function isRawEvidence(name: string): boolean {
  return RAW.has(name);
}

/** Things that are known by a print of their content. */
const PRINTED: ReadonlySet<unknown> = new Set(['subscription', 'payload', 'command']);
const PRINT = /^[0-9a-f]{64}$/i;
/** Weights of payloads (DOMAIN 5): behind the title of such a term stands what was read in the payload. */
const OF_PAYLOAD = /^P\d\d$/;

export interface Withheld {
  readonly document: unknown;
  /** Names of what was left out, sorted. */
  readonly withheld: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

/** A document without raw evidence, and without prints of it. */
export function withoutEvidence(document: unknown): Withheld {
  return without(document, (name, member, of) => isRaw(name, member) || isPrint(name, member, of));
}

/** A document that people wrote, where names of raw evidence mean something else, without prints of contents. */
export function withoutPrints(document: unknown): Withheld {
  return without(document, isPrint);
}

function without(document: unknown, isLeftOut: (name: string, member: unknown, of: Members) => boolean): Withheld {
  const withheld = new Set<string>();
  const kept = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(kept);
    if (typeof value !== 'object' || value === null) return value;
    const of = value as Members;
    const members = Object.entries(of).flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
      const isOut = isLeftOut(name, member, of);
      const count = isOut ? countOf(name, member) : undefined;
      const isCut = name === 'text' && isQuote(of);
      if (isOut || isCut) withheld.add(name);
      if (isOut) return count === undefined ? [] : [[name, count]];
      return [[name, isCut ? String(member).split(': ', 1)[0] : kept(member)]];
    });
    return Object.fromEntries(members);
  };
  return { document: kept(document), withheld: [...withheld].sort() };
}

function isRaw(name: string, member: unknown): boolean {
  return isRawEvidence(name) && typeof member !== 'number' && typeof member !== 'boolean' && member !== null;
}

/** How many records there are is a count like any other, and stays in their place. */
function countOf(name: string, member: unknown): Members | undefined {
  const cited = name === 'records' ? (member as Members)['cited'] : undefined;
  return typeof cited === 'number' ? { cited } : undefined;
}

/** What a mute stands for, where that is a payload or a command line. */
function isOfContent(scope: unknown): boolean {
  return typeof scope === 'object' && scope !== null && ('payload' in scope || 'command' in scope);
}

/** Guesses at a content can be tried on its print. The file that holds a pin is of the server's machine. */
function isPrint(name: string, member: unknown, of: Members): boolean {
  if (typeof member !== 'string') return false;
  if (name === 'what' && isOfContent(of['scope'])) return true;
  if (name === 'fingerprint' || (PRINTED.has(name) && PRINT.test(member))) return true;
  if (!PRINTED.has(of['kind'])) return false;
  return name === 'print' || (name === 'value' && PRINT.test(member)) || (name === 'place' && 'print' in of);
}

function isQuote({ code, text }: Members): boolean {
  return typeof code === 'string' && OF_PAYLOAD.test(code) && typeof text === 'string' && text.includes(': ');
}
