import type { Budget } from './budget.ts';

/** Variables that have the same value on every default Windows. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['comspec', 'C:\\WINDOWS\\system32\\cmd.exe'],
  ['systemroot', 'C:\\WINDOWS'],
  ['windir', 'C:\\WINDOWS'],
  ['systemdrive', 'C:'],
  ['programfiles', 'C:\\Program Files'],
  ['commonprogramfiles', 'C:\\Program Files\\Common Files'],
  ['programdata', 'C:\\ProgramData'],
  ['allusersprofile', 'C:\\ProgramData'],
  ['public', 'C:\\Users\\Public'],
  ['os', 'Windows_NT'],
  ['pathext', '.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC'],
  [
    'psmodulepath',
    'C:\\Program Files\\WindowsPowerShell\\Modules;C:\\WINDOWS\\system32\\WindowsPowerShell\\v1.0\\Modules',
  ],
]);

const MAX_SEGMENTS = 256;
const MAX_PASSES = 8;

export interface Segment {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

export interface PlainCommand {
  readonly text: string;
  /** What was undone: `carets`, `variables`, `set`, empty quotes. Empty when the text said it plainly. */
  readonly operations: readonly string[];
}

/** Commands of a cmd line: split at `&`, `&&`, `|`, `||` and line ends outside quotes and carets; brackets taken off. */
export function splitCommands(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let isQuoted = false;
  let from = 0;
  const push = (end: number): void => {
    let start = from;
    let stop = end;
    while (start < stop && /[\s(@]/.test(text.charAt(start))) start++;
    while (stop > start && /\s/.test(text.charAt(stop - 1))) stop--;
    if (stop > start && segments.length < MAX_SEGMENTS)
      segments.push({ text: text.slice(start, stop), at: start, end: stop });
  };
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i);
    if (ch === '"') isQuoted = !isQuoted;
    else if (ch === '^' && !isQuoted) i++;
    else if (ch === '\n' || (!isQuoted && (ch === '&' || ch === '|') && text.charAt(i - 1) !== '>')) {
      push(i);
      while (text.charAt(i + 1) === ch && ch !== '\n') i++;
      from = i + 1;
      if (ch === '\n') isQuoted = false;
    }
  }
  push(text.length);
  return segments;
}

/**
 * What cmd would run after its own noise: carets and empty quotes taken out, variables of the same line and the known
 * ones replaced, also `%x:~a,b%` and `%x:from=to%`, `!x!` and `call`. WMI's own `%Name%` marks stay as they are.
 */
export function plainCommand(text: string, budget: Budget): PlainCommand {
  const operations = new Set<string>();
  const variables = new Map<string, string>();
  const lines: string[] = [];
  let length = 0;
  for (const segment of splitCommands(text)) {
    if (!budget.spend(1 + segment.text.length)) break;
    let plain = expand(segment.text, variables, operations, budget);
    plain = withoutCarets(plain, operations);
    const called = /^call\s{1,16}/i.exec(plain);
    if (called !== null && /[%!]/.test(plain))
      plain = expand(plain.slice(called[0].length), variables, operations, budget);
    const set = /^set\s{1,16}(?:\/a\s{1,16})?"?([^=\s"]{1,64})\s{0,8}=([\s\S]{0,65536})$/i.exec(plain);
    if (set !== null) {
      if (variables.size < 512) variables.set((set[1] ?? '').toLowerCase(), (set[2] ?? '').replace(/"$/, ''));
      continue;
    }
    length += plain.length;
    if (length > budget.limits.outputChars) break;
    lines.push(plain);
  }
  if (operations.size === 0) return { text, operations: [] };
  return { text: lines.join(' & '), operations: [...operations] };
}

function withoutCarets(text: string, operations: Set<string>): string {
  if (!/\^|""/.test(text)) return text;
  let made = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i);
    if (ch === '^' && !isQuoted) {
      const next = text.charAt(++i);
      // A caret before a special character is ordinary quoting, anywhere else it only hides.
      if (!/[&|<>^()%!"\s]/.test(next)) operations.add('carets');
      made += next;
      continue;
    }
    if (ch === '"' && text.charAt(i + 1) === '"' && !isQuoted && isInsideWord(text, i)) {
      operations.add('empty quotes');
      i++;
      continue;
    }
    if (ch === '"') isQuoted = !isQuoted;
    made += ch;
  }
  return made;
}

function isInsideWord(text: string, at: number): boolean {
  return /\w/.test(text.charAt(at - 1)) && /\w/.test(text.charAt(at + 2));
}

function expand(text: string, variables: ReadonlyMap<string, string>, operations: Set<string>, budget: Budget): string {
  let plain = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = plain;
    plain = plain.replace(
      /%(\w{1,64})(?::(~-?\d{1,5}(?:,-?\d{1,5})?|[^%=]{1,64}=[^%]{0,64}))?%|!(\w{1,64})(?::(~-?\d{1,5}(?:,-?\d{1,5})?))?!/g,
      (whole: string, name?: string, change?: string, delayed?: string, delayedChange?: string): string => {
        const key = (name ?? delayed ?? '').toLowerCase();
        const own = variables.get(key);
        const how = change ?? delayedChange;
        const value = own ?? KNOWN.get(key);
        if (value === undefined || value.includes(whole)) return whole;
        if (own === undefined && how === undefined) return whole;
        operations.add('variables');
        return how === undefined ? value : changed(value, how);
      },
    );
    if (plain.length > 1 << 20 || !budget.spend(1 + (plain.length >> 4))) return before;
    if (plain === before) break;
  }
  return plain;
}

/** `~a,b` takes a part, `from=to` replaces. */
function changed(value: string, how: string): string {
  const part = /^~(-?\d+)(?:,(-?\d+))?$/.exec(how);
  if (part !== null) {
    const start = Number(part[1]);
    const from = start < 0 ? Math.max(0, value.length + start) : start;
    const count = part[2] === undefined ? value.length : Number(part[2]);
    return count < 0 ? value.slice(from, value.length + count) : value.slice(from, from + count);
  }
  const equals = how.indexOf('=');
  const from = how.slice(0, equals);
  const to = how.slice(equals + 1);
  if (from.startsWith('*')) {
    const at = value.toLowerCase().indexOf(from.slice(1).toLowerCase());
    return at < 0 ? value : to + value.slice(at + from.length - 1);
  }
  return value.split(from).join(to);
}
