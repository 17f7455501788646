/** One word of a Windows command line, quotes taken off as the C runtime does (`\"` is a quote). */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const MAX_WORDS = 4096;

/** The words of a command line from an offset on. Time is linear; past 4,096 words the rest is one word. */
export function wordsOf(line: string, from = 0): readonly Word[] {
  const words: Word[] = [];
  let i = from;
  while (i < line.length) {
    while (i < line.length && /\s/.test(line.charAt(i))) i++;
    if (i >= line.length) break;
    if (words.length === MAX_WORDS) {
      words.push({ text: line.slice(i), at: i, end: line.length });
      break;
    }
    const at = i;
    let text = '';
    let isQuoted = false;
    while (i < line.length) {
      const ch = line.charAt(i);
      if (ch === '\\') {
        let slashes = 1;
        while (line.charAt(i + slashes) === '\\') slashes++;
        if (line.charAt(i + slashes) === '"') {
          text += '\\'.repeat(slashes >> 1);
          i += slashes;
          if (slashes % 2 === 1) {
            text += '"';
            i++;
          }
        } else {
          text += '\\'.repeat(slashes);
          i += slashes;
        }
      } else if (ch === '"') {
        isQuoted = !isQuoted;
        i++;
      } else if (!isQuoted && /\s/.test(ch)) break;
      else {
        text += ch;
        i++;
      }
    }
    words.push({ text, at, end: i });
  }
  return words;
}

/** File name of a program word in lower case, without path, quotes and `.exe`, `.com`, `.cmd` or `.bat`. */
export function programName(word: string): string {
  const plain = word.replace(/^[@("']+|["')]+$/g, '').replace(/[\^`]/g, '');
  const tail = plain.slice(Math.max(plain.lastIndexOf('\\'), plain.lastIndexOf('/'), plain.lastIndexOf(':')) + 1);
  const name = tail.toLowerCase().replace(/\.(?:exe|com|cmd|bat)$/, '');
  return /^%{1,2}comspec%{1,2}$/.test(name) ? 'cmd' : name;
}

/** An option of powershell.exe: its full name in lower case, what follows it where it takes a value. */
export interface PowerShellOption {
  readonly name: string;
  readonly value: Word | undefined;
  readonly at: number;
  readonly end: number;
}

export interface PowerShellLine {
  readonly options: readonly PowerShellOption[];
  /** The text after -EncodedCommand. */
  readonly encoded?: Word;
  /** The command text: after -Command, or the first word that is no option. */
  readonly command?: Word;
  readonly file?: Word;
}

const OPTIONS: readonly (readonly [name: string, least: number, takesValue: boolean])[] = [
  ['command', 1, false],
  ['commandwithargs', 8, false],
  ['configurationname', 4, true],
  ['encodedcommand', 1, true],
  ['encodedarguments', 8, true],
  ['executionpolicy', 2, true],
  ['file', 1, true],
  ['help', 1, false],
  ['inputformat', 1, true],
  ['interactive', 4, false],
  ['login', 1, false],
  ['mta', 1, false],
  ['noexit', 3, false],
  ['nologo', 3, false],
  ['noninteractive', 3, false],
  ['noprofile', 3, false],
  ['outputformat', 1, true],
  ['psconsolefile', 2, true],
  ['settingsfile', 3, true],
  ['sta', 2, false],
  ['version', 1, true],
  ['windowstyle', 1, true],
  ['workingdirectory', 2, true],
];
const SHORT: ReadonlyMap<string, string> = new Map([
  ['ec', 'encodedcommand'],
  ['ea', 'encodedarguments'],
  ['ep', 'executionpolicy'],
  ['if', 'inputformat'],
  ['of', 'outputformat'],
  ['wd', 'workingdirectory'],
  ['cwa', 'commandwithargs'],
]);

/** The full name of an option of powershell.exe, by any prefix that it accepts; undefined when it is none. */
export function optionName(word: string): string | undefined {
  const plain = word.replace(/["'^`]/g, '');
  if (!/^(?:--?|[/\u2013\u2014\u2015])[A-Za-z]+:?$/.test(plain)) return undefined;
  const name = plain
    .replace(/^[^A-Za-z]+/, '')
    .replace(/:$/, '')
    .toLowerCase();
  const short = SHORT.get(name);
  if (short !== undefined) return short;
  return OPTIONS.find(([full, least]) => name.length >= least && full.startsWith(name))?.[0];
}

/** What powershell.exe is told by the words after its name. */
export function parsePowerShellLine(words: readonly Word[]): PowerShellLine {
  const options: PowerShellOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    const name = optionName(word.text);
    if (name === undefined) {
      const command = join(words.slice(i));
      return { options, ...(command === undefined ? {} : { command }) };
    }
    const next = words[i + 1];
    const takesValue = OPTIONS.find(([full]) => full === name)?.[2] === true;
    options.push({ name, value: takesValue ? next : undefined, at: word.at, end: word.end });
    if (name === 'encodedcommand') return { options, ...(next === undefined ? {} : { encoded: next }) };
    if (name === 'file') return { options, ...(next === undefined ? {} : { file: next }) };
    if (name === 'command' || name === 'commandwithargs') {
      const command = join(words.slice(i + 1));
      return { options, ...(command === undefined ? {} : { command }) };
    }
    if (takesValue) i++;
  }
  return { options };
}

/** Several words as the one text that a program joins them to. */
export function join(words: readonly Word[]): Word | undefined {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { text: words.map((word) => word.text).join(' '), at: first.at, end: last.end };
}
