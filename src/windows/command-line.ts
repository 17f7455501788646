/** A command line taken apart. */
export interface SplitCommandLine {
  /** The first argument, without quotes: a path, a bare file name, or empty. */
  readonly program: string;
  /** The other arguments with quoting resolved. */
  readonly args: readonly string[];
  /** The text behind the program as written, without leading blanks. */
  readonly tail: string;
  /** True when arguments beyond the bound were left in `tail` only. */
  readonly isCut: boolean;
}

/** Windows allows 32,767 characters in a command line; more arguments than this are only seen in attacks. */
const MAX_ARGUMENTS = 8192;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/**
 * Splits a Windows command line by the rules of CommandLineToArgvW: the program ends at its closing quote or at the first
 * blank and knows no escapes; in arguments 2n backslashes before a quote are n backslashes and a delimiter, 2n+1 are n
 * and a literal quote, and `""` inside quotes is a literal quote. Linear in the text.
 */
export function splitCommandLine(commandLine: string): SplitCommandLine {
  let at = 0;
  const end = commandLine.length;
  while (at < end && isBlank(commandLine.charCodeAt(at))) at++;
  let program: string;
  if (commandLine.charAt(at) === '"') {
    const close = commandLine.indexOf('"', at + 1);
    program = commandLine.slice(at + 1, close < 0 ? end : close);
    at = close < 0 ? end : close + 1;
  } else {
    const start = at;
    while (at < end && !isBlank(commandLine.charCodeAt(at))) at++;
    program = commandLine.slice(start, at);
  }
  while (at < end && isBlank(commandLine.charCodeAt(at))) at++;
  const tail = commandLine.slice(at);

  const args: string[] = [];
  while (at < end && args.length < MAX_ARGUMENTS) {
    let arg = '';
    let isQuoted = false;
    while (at < end) {
      const code = commandLine.charCodeAt(at);
      if (!isQuoted && isBlank(code)) break;
      if (code === 0x5c) {
        const first = at;
        while (at < end && commandLine.charCodeAt(at) === 0x5c) at++;
        const count = at - first;
        if (commandLine.charAt(at) !== '"') {
          arg += commandLine.slice(first, at);
          continue;
        }
        arg += '\\'.repeat(count >> 1);
        if (count % 2 === 1) {
          arg += '"';
          at++;
        }
      } else if (code === 0x22) {
        at++;
        if (isQuoted && commandLine.charAt(at) === '"') {
          arg += '"';
          at++;
        } else {
          isQuoted = !isQuoted;
        }
      } else {
        const first = at;
        while (at < end) {
          const c = commandLine.charCodeAt(at);
          if (c === 0x5c || c === 0x22 || (!isQuoted && isBlank(c))) break;
          at++;
        }
        arg += commandLine.slice(first, at);
      }
    }
    args.push(arg);
    while (at < end && isBlank(commandLine.charCodeAt(at))) at++;
  }
  return { program, args, tail, isCut: at < end };
}
