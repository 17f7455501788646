import { join, parsePowerShellLine, programName, type Word, wordsOf } from './command-line.ts';
import type { Language } from './language.ts';

/** What a launcher is told to run. */
export interface Wrapped {
  /** `cmd /c`, `mshta vbscript`, `schtasks /tr`. */
  readonly operation: string;
  readonly text: string;
  readonly at: number;
  readonly end: number;
  readonly language: Language;
}

/** An encoded text on a command line, to be decoded as base64. */
export interface EncodedArgument {
  readonly encoded: Word;
}

export interface Unwrapped {
  readonly program: string;
  readonly words: readonly Word[];
  readonly inner: readonly Wrapped[];
  readonly encoded?: Word;
}

/** The programs that a command line starts through another one (DOMAIN 5: LOLBin unwrap). One level; callers go on. */
export function unwrapCommand(line: string): Unwrapped {
  const words = wordsOf(line);
  const [first] = words;
  const program = programName(first?.text ?? '');
  const base = { program, words, inner: [] };
  const rest = words.slice(1);
  switch (program) {
    case 'cmd':
      return { ...base, inner: cmdInner(line, rest) };
    case 'powershell':
    case 'pwsh': {
      const { encoded, command } = parsePowerShellLine(rest);
      if (encoded !== undefined) return { ...base, encoded };
      if (command === undefined) return base;
      return { ...base, inner: [{ operation: 'powershell -Command', ...command, language: 'powershell' }] };
    }
    case 'mshta':
      return { ...base, inner: protocolInner('mshta', line, first) };
    case 'rundll32':
      return { ...base, inner: protocolInner('rundll32', line, first) };
    case 'schtasks':
      return { ...base, inner: after(rest, /^[/-]tr$/i, 'schtasks /tr', 'command') };
    case 'forfiles':
      return { ...base, inner: after(rest, /^[/-]c$/i, 'forfiles /c', 'command') };
    case 'pcalua':
      return { ...base, inner: tail(rest, /^[/-]a$/i, 'pcalua -a', 'command') };
    case 'regsvr32':
      return { ...base, inner: option(rest, /^[/-]i:(?=https?:|hxxps?:|\\\\)/i, 'regsvr32 /i') };
    case 'wmic':
      return { ...base, inner: [...wmicInner(rest), ...option(rest, /^[/-]format:(?=["']?https?:)/i, 'wmic /format')] };
    case 'msiexec':
      return { ...base, inner: after(rest, /^[/-](?:i|package|a)$/i, 'msiexec /i', 'unknown', /:\/\//) };
    case 'certutil':
      return { ...base, inner: urls(rest, 'certutil -urlcache', /^[/-](?:urlcache|verifyctl|url)$/i) };
    case 'bitsadmin':
      return { ...base, inner: urls(rest, 'bitsadmin /transfer', /^[/-](?:transfer|addfile)$/i) };
    case 'curl':
      return { ...base, inner: urls(rest, 'curl') };
    case 'ftp':
      return { ...base, inner: option(rest, /^[/-]s:/i, 'ftp -s') };
    case 'start':
    case 'call':
      return { ...base, inner: startInner(program, rest) };
    case 'for':
      return { ...base, inner: forInner(line) };
    case 'if':
      return base;
    case 'winrs':
      return { ...base, inner: skipOptions(rest, 'winrs') };
    case 'bash':
    case 'wsl':
      return { ...base, inner: after(rest, /^-c$/, `${program} -c`, 'unknown') };
    case 'sc':
      return { ...base, inner: scInner(rest) };
    default:
      return base;
  }
}

function cmdInner(line: string, rest: readonly Word[]): readonly Wrapped[] {
  for (const word of rest) {
    const flag = /^\/[ckr](.*)$/is.exec(word.text.replace(/\^/g, ''));
    if (flag === null) {
      if (word.text.startsWith('/')) continue;
      return [];
    }
    const from =
      (flag[1] ?? '') === '' ? word.end : line.toLowerCase().indexOf(flag[0].slice(0, 2).toLowerCase(), word.at) + 2;
    let start = from;
    let end = line.length;
    while (start < end && /\s/.test(line.charAt(start))) start++;
    while (end > start && /\s/.test(line.charAt(end - 1))) end--;
    // cmd takes off the first and the last quote when the text begins with one and holds more than one quoted program.
    if (line.charAt(start) === '"') {
      const last = line.lastIndexOf('"', end - 1);
      if (last === end - 1 && last > start) {
        start++;
        end--;
      }
    }
    return start < end
      ? [{ operation: 'cmd /c', text: line.slice(start, end), at: start, end, language: 'command' }]
      : [];
  }
  return [];
}

/** `mshta vbscript:..`, `rundll32 javascript:..`, `mshta http..`: the text behind the protocol. */
function protocolInner(program: string, line: string, first: Word | undefined): readonly Wrapped[] {
  const from = first?.end ?? 0;
  const found = /^[\s"']{0,16}(vbscript|javascript|about|https?|hxxps?):/i.exec(line.slice(from, from + 64));
  if (found === null) return [];
  const protocol = (found[1] ?? '').toLowerCase();
  const isLink = protocol.startsWith('h');
  const at = from + (isLink ? found[0].length - protocol.length - 1 : found[0].length);
  let end = line.length;
  if (/^[\s]{0,16}"/.test(line.slice(from)) && line.charAt(end - 1) === '"') end--;
  const text = line.slice(at, end);
  const language: Language = protocol === 'vbscript' ? 'vbscript' : protocol === 'javascript' ? 'jscript' : 'unknown';
  return text === ''
    ? []
    : [{ operation: isLink ? `${program} link` : `${program} ${protocol}`, text, at, end, language }];
}

/** The word behind an option. */
function after(
  words: readonly Word[],
  name: RegExp,
  operation: string,
  language: Language,
  must?: RegExp,
): readonly Wrapped[] {
  const i = words.findIndex((word) => name.test(word.text));
  const value = i < 0 ? undefined : words[i + 1];
  if (value === undefined || value.text === '' || (must !== undefined && !must.test(value.text))) return [];
  return [{ operation, ...value, language }];
}

/** Everything behind an option, `-c` taken out. */
function tail(words: readonly Word[], name: RegExp, operation: string, language: Language): readonly Wrapped[] {
  const i = words.findIndex((word) => name.test(word.text));
  const joined = i < 0 ? undefined : join(words.slice(i + 1).filter((word) => !/^[/-]c$/i.test(word.text)));
  return joined === undefined ? [] : [{ operation, ...joined, language }];
}

/** The value that stands in the same word as its option: `/i:URL`. */
function option(words: readonly Word[], name: RegExp, operation: string): readonly Wrapped[] {
  for (const word of words) {
    const found = name.exec(word.text);
    if (found === null) continue;
    const text = word.text.slice(found[0].length).replace(/^["']|["']$/g, '');
    if (text !== '') return [{ operation, text, at: word.at, end: word.end, language: 'unknown' }];
  }
  return [];
}

function urls(words: readonly Word[], operation: string, must?: RegExp): readonly Wrapped[] {
  if (must !== undefined && !words.some((word) => must.test(word.text))) return [];
  return words
    .filter((word) => /^(?:https?|hxxps?|ftp):\/\//i.test(word.text))
    .slice(0, 8)
    .map((word) => ({ operation, ...word, language: 'unknown' as const }));
}

function wmicInner(words: readonly Word[]): readonly Wrapped[] {
  const create = words.findIndex((word) => /^create$/i.test(word.text));
  if (create < 1 || !words.slice(0, create).some((word) => /^call$/i.test(word.text))) return [];
  const value = words[create + 1];
  if (value === undefined) return [];
  const text = value.text.replace(/^CommandLine=/i, '').replace(/^'|'$/g, '');
  return [{ operation: 'wmic process call create', text, at: value.at, end: value.end, language: 'command' }];
}

function startInner(program: string, words: readonly Word[]): readonly Wrapped[] {
  let i = 0;
  if (program === 'start' && words[0]?.text === '') i++;
  while (/^\/\w/.test(words[i]?.text ?? '')) i++;
  const joined = join(words.slice(i));
  return joined === undefined ? [] : [{ operation: program, ...joined, language: 'command' }];
}

/** `for /f "options" %i in ('command') do body`. */
function forInner(line: string): readonly Wrapped[] {
  const found: Wrapped[] = [];
  const open = /\bin\s{0,16}\(\s{0,16}(['`])/i.exec(line);
  const quote = open?.[1];
  if (open !== null && quote !== undefined) {
    const at = open.index + open[0].length;
    const close = line.indexOf(`${quote})`, at);
    if (close > at)
      found.push({ operation: 'for /f', text: line.slice(at, close), at, end: close, language: 'command' });
  }
  const body = /\)\s{0,16}do\s{1,16}/i.exec(line);
  if (body !== null) {
    const at = body.index + body[0].length;
    if (at < line.length)
      found.push({ operation: 'for do', text: line.slice(at), at, end: line.length, language: 'command' });
  }
  return found;
}

function skipOptions(words: readonly Word[], operation: string): readonly Wrapped[] {
  let i = 0;
  while (/^[-/]/.test(words[i]?.text ?? '')) i++;
  const joined = join(words.slice(i));
  return joined === undefined ? [] : [{ operation, ...joined, language: 'command' }];
}

function scInner(words: readonly Word[]): readonly Wrapped[] {
  const i = words.findIndex((word) => /^binpath=/i.test(word.text));
  const word = words[i];
  if (word === undefined) return [];
  const same = word.text.slice('binpath='.length);
  const value = same === '' ? words[i + 1] : { ...word, text: same };
  return value === undefined ? [] : [{ operation: 'sc binPath', ...value, language: 'command' }];
}
