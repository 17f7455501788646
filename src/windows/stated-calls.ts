import { splitCommandLine } from './command-line.ts';
import { imageTail } from './image.ts';

/**
 * Calls to WMI on another machine as commands and scripts state them (DOMAIN 1.3, 2.3 J8): `wmic /node:T`, WMI and CIM cmdlets
 * with a computer name, paths like `\\T\root\cimv2`, `winrm … -r:T`, `mofcomp -N:\\T\root`. Every pattern is linear in the text.
 */

/** What a call does: starts or makes something, changes something, or only reads. */
export type CallVerb = 'create' | 'write' | 'read';

export interface StatedCall {
  /** Name or address of the target as written. */
  readonly target: string;
  readonly verb: CallVerb;
  readonly tool: 'wmic' | 'powershell' | 'mofcomp' | 'winrm';
  readonly transport: 'dcom' | 'winrm';
  /** The account whose credentials the command itself names (`/user:`). */
  readonly credentials?: string;
}

/** Calls that are read from one text: more are only seen in floods. */
const MAX_CALLS = 64;
/** Characters of one statement behind its cmdlet. */
const MAX_STATEMENT = 16_384;
const MAX_NAMES = 32;
/** Cmdlets and paths of one text that are looked at. */
const MAX_LOOKED_AT = 256;

const CMDLETS: ReadonlyMap<string, readonly [verb: CallVerb | 'method', transport: 'dcom' | 'winrm']> = new Map([
  ['invoke-wmimethod', ['method', 'dcom']],
  ['iwmi', ['method', 'dcom']],
  ['set-wmiinstance', ['write', 'dcom']],
  ['swmi', ['write', 'dcom']],
  ['remove-wmiobject', ['write', 'dcom']],
  ['rwmi', ['write', 'dcom']],
  ['register-wmievent', ['read', 'dcom']],
  ['get-wmiobject', ['read', 'dcom']],
  ['gwmi', ['read', 'dcom']],
  ['invoke-cimmethod', ['method', 'winrm']],
  ['icim', ['method', 'winrm']],
  ['new-ciminstance', ['write', 'winrm']],
  ['ncim', ['write', 'winrm']],
  ['set-ciminstance', ['write', 'winrm']],
  ['scim', ['write', 'winrm']],
  ['remove-ciminstance', ['write', 'winrm']],
  ['rcim', ['write', 'winrm']],
  ['register-cimindicationevent', ['read', 'winrm']],
  ['get-ciminstance', ['read', 'winrm']],
  ['gcim', ['read', 'winrm']],
  ['new-cimsession', ['read', 'winrm']],
  ['ncms', ['read', 'winrm']],
]);
const NAMES_OF_CMDLETS = [...CMDLETS.keys()].join('|');
const CMDLET = new RegExp(`(?<![\\w-])(?:${NAMES_OF_CMDLETS})(?![\\w-])`, 'gi');
const ANY_CMDLET = new RegExp(CMDLET.source, 'i');

/** `-ComputerName`, its short forms, or a parameter binding of PowerShell's logs; a variable names nobody. */
const COMPUTER =
  /(?:-(?:cn|com[a-z]{0,9})(?:\s{1,16}|:\s{0,16})(?:@?\(\s{0,16})?["']?|name="ComputerName"; value=")(?=[\w[])/i;
const COMPUTER_VALUE =
  /(?:^|[\s`])-(?:cn|com[a-z]{0,9})(?:\s{1,16}|:\s{0,16})(@?\([^)]{0,2048}\)|[^\s;|)}]{1,2048}(?:,\s{0,4}[^\s;|)}]{1,255}){0,32})/i;
const WMI_PATH = /\\\\([\w.:[\]-]{1,255})\\root\b/gi;
const ANY_WMI_PATH = /\\\\[\w.:[\]-]{1,255}\\root\b/i;
const NODE = /\/node:\s{0,4}("[^"]{1,2048}"|'[^']{1,2048}'|[^\s/"']{1,2048})/i;
const WINRM_REMOTE = /\s[-/]r(?:emote)?:(?:https?:\/\/)?("?)([\w.-]{1,255}|\[[\da-f:]{2,45}\])\1/i;
const WINRM = /\bwinrm(?:\.(?:vbs|cmd))?\b/i;
const USER = /\/user:\s{0,4}("[^"]{1,255}"|[^\s"]{1,255})/i;
const DCOM_SESSION = /-Protocol\s{1,8}["']?Dcom\b/i;

/** True for a text that may hold a call to WMI on a machine that it names; a cheap question, asked of every text. */
export function mayCallElsewhere(text: string): boolean {
  if (NODE.test(text) || ANY_WMI_PATH.test(text)) return true;
  if (COMPUTER.test(text) && ANY_CMDLET.test(text)) return true;
  return WINRM.test(text) && WINRM_REMOTE.test(text);
}

/** The calls that a command line states. */
export function callsOfCommandLine(commandLine: string): readonly StatedCall[] {
  const node = NODE.exec(commandLine);
  const calls: StatedCall[] = [];
  if (node !== null) {
    const verb = verbOfWmic(commandLine);
    const credentials = USER.exec(commandLine)?.[1]?.replaceAll('"', '');
    for (const target of namesIn(node[1] ?? '')) {
      calls.push({ target, verb, tool: 'wmic', transport: 'dcom', ...(credentials ? { credentials } : {}) });
    }
  }
  if (WINRM.test(commandLine)) {
    const target = WINRM_REMOTE.exec(commandLine)?.[2];
    if (target !== undefined && isMachineName(target)) {
      calls.push({ target, verb: verbOfWinrm(commandLine), tool: 'winrm', transport: 'winrm' });
    }
  }
  const isMofcomp = imageTail(splitCommandLine(commandLine).program).startsWith('mofcomp');
  if (isMofcomp) {
    for (const target of pathTargets(commandLine)) {
      calls.push({ target, verb: 'write', tool: 'mofcomp', transport: 'dcom' });
    }
    return distinct(calls);
  }
  return distinct([...calls, ...callsOfScript(commandLine)]);
}

/** The calls that a script states, one for each machine that is written out. */
export function callsOfScript(script: string): readonly StatedCall[] {
  const text = withoutComments(script);
  const calls: StatedCall[] = [];
  const isDcomSession = DCOM_SESSION.test(text);
  const covered: [number, number][] = [];
  let looked = 0;
  for (const match of text.matchAll(CMDLET)) {
    if (calls.length >= MAX_CALLS || ++looked > MAX_LOOKED_AT) break;
    const kind = CMDLETS.get(match[0].toLowerCase());
    if (kind === undefined) continue;
    const end = endOfStatement(text, match.index + match[0].length);
    const statement = text.slice(match.index + match[0].length, end);
    covered.push([match.index, end]);
    const verb = kind[0] === 'method' ? verbOfMethod(statement) : kind[0];
    const transport = isDcomSession ? 'dcom' : kind[1];
    const named = COMPUTER_VALUE.exec(statement)?.[1];
    const targets = [...(named === undefined ? [] : namesIn(named)), ...pathTargets(statement)];
    for (const target of targets) calls.push({ target, verb, tool: 'powershell', transport });
  }
  // [wmiclass]"\\T\root\cimv2:Win32_Process", [wmi]"\\T\root\…"
  looked = 0;
  for (const match of text.matchAll(WMI_PATH)) {
    if (calls.length >= MAX_CALLS || ++looked > MAX_LOOKED_AT) break;
    const at = match.index;
    if (covered.some(([from, to]) => at >= from && at < to)) continue;
    const target = match[1];
    if (target === undefined || !isMachineName(target)) continue;
    const rest = text.slice(at, endOfStatement(text, at));
    const verb = /\.\s{0,4}Create\s{0,4}\(/i.test(rest)
      ? 'create'
      : /\.\s{0,4}(?:Put|Delete)\s{0,4}\(/i.test(rest)
        ? 'write'
        : 'read';
    calls.push({ target, verb, tool: 'powershell', transport: 'dcom' });
  }
  return distinct(calls);
}

/** The help of a script shows calls that nobody makes: `<# … #>`, and lines that begin with `#`. */
function withoutComments(script: string): string {
  if (!script.includes('#')) return script;
  let code = '';
  let at = 0;
  for (;;) {
    const open = script.indexOf('<#', at);
    code += script.slice(at, open < 0 ? script.length : open);
    if (open < 0) break;
    const close = script.indexOf('#>', open + 2);
    if (close < 0) break;
    at = close + 2;
  }
  return code.replace(/^[ \t]*#[^\r\n]*/gm, '');
}

const INVOCATION = /CommandInvocation\(([\w-]{1,64})\)/i;
const BINDING = /ParameterBinding\(([\w-]{1,64})\): name="(\w{1,64})"; value="([^\r\n]{0,4096})/gi;

/** The calls in the payload of a 4103 or the details of an 800: cmdlets with the values that their parameters had. */
export function callsOfBindings(payload: string): readonly StatedCall[] {
  const bound = new Map<string, Map<string, string>>();
  const first = INVOCATION.exec(payload)?.[1]?.toLowerCase();
  if (first !== undefined) bound.set(first, new Map());
  for (const match of payload.matchAll(BINDING)) {
    const cmdlet = (match[1] ?? '').toLowerCase();
    if (!CMDLETS.has(cmdlet)) continue;
    const values = bound.get(cmdlet) ?? new Map<string, string>();
    if (bound.size >= MAX_CALLS && !bound.has(cmdlet)) break;
    bound.set(cmdlet, values);
    const name = (match[2] ?? '').toLowerCase();
    if (!values.has(name)) values.set(name, (match[3] ?? '').replace(/"\s{0,8}$/, ''));
  }
  const calls: StatedCall[] = [];
  for (const [cmdlet, values] of bound) {
    const kind = CMDLETS.get(cmdlet);
    if (kind === undefined) continue;
    const targets = [
      ...namesIn(values.get('computername') ?? ''),
      ...pathTargets(values.get('path') ?? ''),
      ...pathTargets(values.get('namespace') ?? ''),
    ];
    const method = values.get('name') ?? values.get('methodname') ?? '';
    const verb = kind[0] !== 'method' ? kind[0] : /^create$/i.test(method.trim()) ? 'create' : 'write';
    for (const target of targets) calls.push({ target, verb, tool: 'powershell', transport: kind[1] });
  }
  return distinct(calls);
}

/** Characters of a command line whose words are looked up (SETTLED C24). */
const MAX_LINE = 4096;
const MAX_WORDS = 512;

/** Words of a command line that may be names or addresses of machines, lower case, each once. */
export function machineWordsOf(commandLine: string): readonly string[] {
  const words = new Set<string>();
  for (const word of commandLine.slice(0, MAX_LINE).split(/[^A-Za-z0-9._-]+/)) {
    const bare = word.replace(/^[.-]+|[.-]+$/g, '').toLowerCase();
    if (bare.length < 2 || bare.length > 255) continue;
    words.add(bare);
    if (words.size >= MAX_WORDS) break;
  }
  return [...words];
}

/** True where a stated target is the machine itself. */
export function isOwnMachineName(target: string): boolean {
  return target === '.' || /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/i.test(target);
}

function isMachineName(text: string): boolean {
  return (
    /^(?:[A-Za-z0-9][\w.-]{0,254}|\[[\da-f:.]{2,45}\]|[\da-f]{0,4}:[\da-f:.]{2,45})$/i.test(text) &&
    !isOwnMachineName(text)
  );
}

/** Names in a value: one, a list, or `@("a", "b")`; files (`@list`) and variables name nobody. */
function namesIn(value: string): readonly string[] {
  const names: string[] = [];
  const inner = value.replace(/^@?\(/, '').replace(/\)$/, '');
  for (const part of inner.split(',').slice(0, MAX_NAMES)) {
    const name = part
      .trim()
      .replace(/^["'{]+|["'}]+$/g, '')
      .trim();
    if (isMachineName(name)) names.push(name);
  }
  return names;
}

function pathTargets(text: string): readonly string[] {
  const targets: string[] = [];
  for (const match of text.matchAll(WMI_PATH)) {
    const target = match[1];
    if (target !== undefined && isMachineName(target)) targets.push(target);
    if (targets.length >= MAX_NAMES) break;
  }
  return targets;
}

/** Where a statement of PowerShell ends: a line end without backtick, `;`, `|`, or a closing bracket that it did not open. */
function endOfStatement(text: string, from: number): number {
  const end = Math.min(text.length, from + MAX_STATEMENT);
  let quote = '';
  let depth = 0;
  for (let at = from; at < end; at++) {
    const c = text.charAt(at);
    if (quote !== '') {
      if (c === '`' && quote === '"') at++;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === '"' || c === "'") quote = c;
    else if (c === '(' || c === '{') depth++;
    else if (c === ')' || c === '}') {
      if (--depth < 0) return at;
    } else if (c === '`') at++;
    else if (depth === 0 && (c === ';' || c === '|' || c === '\n')) return at;
  }
  return end;
}

/** The words of a wmic command, those of one that stands in quotes for another program included. */
function wordsOfWmic(commandLine: string): readonly string[] {
  const { program, args } = splitCommandLine(commandLine);
  return [program, ...args].flatMap((arg) =>
    /\/node:/i.test(arg) && /\s/.test(arg) ? splitCommandLine(`x ${arg}`).args : [arg],
  );
}

function verbOfWmic(commandLine: string): CallVerb {
  const words = new Set(wordsOfWmic(commandLine).map((word) => word.toLowerCase()));
  if (words.has('create')) return 'create';
  return words.has('call') || words.has('set') || words.has('delete') ? 'write' : 'read';
}

function verbOfWinrm(commandLine: string): CallVerb {
  const words = splitCommandLine(commandLine).args.map((word) => word.toLowerCase());
  if (words.some((word) => word === 'invoke' || word === 'i'))
    return words.some((word) => word === 'create' || word === 'c') ? 'create' : 'write';
  return words.some((word) => /^(?:create|set|delete|c|s|d)$/.test(word)) ? 'write' : 'read';
}

function verbOfMethod(statement: string): CallVerb {
  return /(?<![\w-])["']?create["']?(?![\w-])/i.test(statement) ? 'create' : 'write';
}

const VERB_ORDER: readonly CallVerb[] = ['create', 'write', 'read'];

/** One call for each machine and tool: the one that does most. */
function distinct(calls: readonly StatedCall[]): readonly StatedCall[] {
  const found = new Map<string, StatedCall>();
  for (const call of calls) {
    const key = `${call.tool}\u0000${call.target.toLowerCase()}`;
    const known = found.get(key);
    if (known === undefined || VERB_ORDER.indexOf(call.verb) < VERB_ORDER.indexOf(known.verb)) found.set(key, call);
  }
  return [...found.values()].slice(0, MAX_CALLS);
}
