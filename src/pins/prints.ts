import { canonicalJson, digestId, sha256Hex } from '../bytes/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { NewPin } from './pin.ts';

/** What a pin is told by: the same thing in the same scope has one id, whoever pinned it and why. */
export function pinId({ kind, print, hosts, callers }: Pick<NewPin, 'kind' | 'print' | 'hosts' | 'callers'>): string {
  const folded = (texts: readonly string[]): readonly string[] => [...new Set(texts.map(foldCase))].sort();
  return digestId([
    'pin',
    kind,
    print,
    folded(hosts),
    callers === undefined ? null : [folded(callers.accounts), folded(callers.sources)],
  ]);
}

/** Properties that say what runs besides the payload. */
const RUNS_TOO = ['ExecutablePath', 'ScriptingEngine'] as const;

/** SHA-256 of what a subscription runs, whatever starts it; undefined where no record tells it. */
export function payloadPrint({ consumer }: Pick<Dossier, 'consumer'>): string | undefined {
  const { payload, class: className, properties } = consumer;
  if (payload === undefined || payload.trim() === '' || className === null) return undefined;
  const others = RUNS_TOO.map((name) => {
    const value = properties[name];
    return value === undefined || value.trim() === '' ? null : value.trim().toLowerCase();
  });
  return sha256Hex(canonicalJson([className.toLowerCase(), payload.replaceAll('\r\n', '\n').trimEnd(), ...others]));
}

/** SHA-256 of the shape of a command line; undefined for one that holds nothing. */
export function commandPrint(commandLine: string | undefined): string | undefined {
  const shape = commandLine === undefined ? [] : commandShape(commandLine);
  return shape.length === 0 ? undefined : sha256Hex(canonicalJson(['command', ...shape]));
}

const GUID = /\{?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\}?/gi;

/**
 * A command line as its tokens, so that quotes and blanks do not matter (PRODUCT 13): the program with its folder, in lower case and without
 * `.exe`; the others as they are, for base64 and other systems' paths tell case apart. GUIDs, and tokens of digits alone,
 * differ from run to run: they are `<guid>` and `<number>`.
 */
export function commandShape(commandLine: string): readonly string[] {
  const [program, ...others] = tokensOf(commandLine);
  if (program === undefined) return [];
  const shaped = others.map((token) => (/^\d+$/.test(token) ? '<number>' : token.replace(GUID, '<guid>')));
  return [program.toLowerCase().replace(/\.exe$/, ''), ...shaped];
}

/** Tokens as Windows programs see them: blanks part, double quotes hold together and fall away, an escaped one is a letter. */
function tokensOf(commandLine: string): readonly string[] {
  const tokens: string[] = [];
  let token = '';
  let isOpen = false;
  let isQuoted = false;
  let backslashes = 0;
  for (const letter of commandLine) {
    const isEscaped = backslashes % 2 === 1;
    backslashes = letter === '\\' ? backslashes + 1 : 0;
    if (letter === '"' && !isEscaped) {
      isQuoted = !isQuoted;
      isOpen = true;
    } else if (!isQuoted && BLANK.has(letter)) {
      if (isOpen) tokens.push(token);
      token = '';
      isOpen = false;
    } else {
      token += letter;
      isOpen = true;
    }
  }
  if (isOpen) tokens.push(token);
  return tokens;
}

const BLANK: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n']);

function foldCase(text: string): string {
  return text.toLowerCase();
}
