import { COMMANDS, type Command, commandOf, commandsOfGroup, type Flag } from './commands.ts';
import { LATER_FLAGS, LATER_VERBS } from './later.ts';

/** A command line that makes sense. Switches are true; values are text, repeatable ones lists. */
export interface Invocation {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'help'; readonly command: Command | undefined; readonly isAsked: boolean }
  /** Help on verbs of two words that begin with the same one. */
  | { readonly kind: 'group'; readonly word: string; readonly commands: readonly Command[]; readonly isAsked: boolean }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problems: readonly UsageProblem[] };

/** One thing wrong with a command line; independent ones are reported together (L30). */
export interface UsageProblem {
  readonly code: string;
  /** What it is about: the flag or operand. */
  readonly place: string;
  readonly message: string;
  readonly action: string;
}

/**
 * Reads `triad`'s arguments (without node and script). Flags may stand before or after operands, `--` ends them, `-` is an
 * operand, `--flag=value` and `-oFILE` work. A first word that is no verb is a path to hunt.
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: 'help', command: undefined, isAsked: false };
  if (first === '--version' || first === '-V' || first === 'version') return { kind: 'version' };
  if (first === '--help' || first === '-h') return { kind: 'help', command: undefined, isAsked: true };
  if (first === 'help') {
    const topic = rest[0];
    if (topic === undefined) return { kind: 'help', command: undefined, isAsked: true };
    const command = commandOf(rest.slice(0, 2).join(' ')) ?? commandOf(topic);
    if (command !== undefined) return { kind: 'help', command, isAsked: true };
    const commands = commandsOfGroup(topic);
    if (commands.length > 0) return { kind: 'group', word: topic, commands, isAsked: true };
    return wrong('TRIAD-E-ARG-UNKNOWN-VERB', topic, 'There is no such verb.', nearestVerb(topic));
  }
  const command = commandOf(first);
  if (command !== undefined) return parseFlags(command, rest);
  const commands = commandsOfGroup(first);
  if (commands.length > 0) return parseGroup(first, commands, rest);
  if (LATER_VERBS.has(first)) {
    return wrong('TRIAD-E-ARG-LATER', first, 'This verb is not in this version.', 'Verbs: see triad --help.');
  }
  const hunt = COMMANDS[0];
  if (hunt === undefined) throw new Error('the table of commands is empty');
  return parseFlags(hunt, argv);
}

/** `triad rules ...`: the second word is the verb. */
function parseGroup(word: string, commands: readonly Command[], rest: readonly string[]): ParsedArguments {
  const [second = '', ...others] = rest;
  const command = commands.find(({ verb }) => verb === `${word} ${second}`);
  if (command !== undefined) return parseFlags(command, others);
  const isAsked = second === '--help' || second === '-h';
  if (isAsked || second === '') return { kind: 'group', word, commands, isAsked };
  const seconds = commands.map(({ verb }) => verb.slice(word.length + 1));
  const near = nearest(second, seconds);
  const action = near === undefined ? `Verbs: ${seconds.join(', ')}.` : `Did you mean triad ${word} ${near}?`;
  return wrong('TRIAD-E-ARG-UNKNOWN-VERB', `${word} ${second}`, 'There is no such verb.', action);
}

function wrong(code: string, place: string, message: string, action: string): ParsedArguments {
  return { kind: 'wrong', problems: [{ code, place, message, action }] };
}

const RELATIVE_TIME = /^-\d+[smhdw]$/;

function parseFlags(command: Command, words: readonly string[]): ParsedArguments {
  const flags = new Map<string, string[]>();
  const operands: string[] = [];
  const problems: UsageProblem[] = [];
  let isEnded = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (isEnded || word === '-' || !word.startsWith('-')) {
      if (word === '-' && !isEnded && command.readsStandardInput !== true) problems.push(noStandardInput(command));
      operands.push(word);
      continue;
    }
    if (word === '--') {
      isEnded = true;
      continue;
    }
    const { flag, name, inline } = findFlag(command, word);
    if (flag === undefined) {
      problems.push(unknownFlag(command, name));
      // What looks like the value of the flag that was meant is not a second mistake.
      if (RELATIVE_TIME.test(words[i + 1] ?? '')) i++;
      continue;
    }
    let value = inline;
    if (flag.value !== undefined && value === undefined) {
      const next = words[i + 1];
      // A value may begin with a dash when it is a relative time or standard output: -24h, -.
      if (next !== undefined && (!next.startsWith('-') || next === '-' || RELATIVE_TIME.test(next))) {
        value = next;
        i++;
      }
    }
    const problem = valueProblem(flag, value, flags.has(flag.name));
    if (problem !== undefined) problems.push(problem);
    const held = flags.get(flag.name) ?? [];
    held.push(value ?? 'true');
    flags.set(flag.name, held);
  }
  if (flags.has('help')) return { kind: 'help', command, isAsked: true };
  if (problems.length === 0 && operands.length < command.minOperands) {
    problems.push({
      code: 'TRIAD-E-ARG-MISSING',
      place: command.operands,
      message: `triad ${command.verb} needs ${command.operands}.`,
      action: `For example: ${command.examples[0]?.[0] ?? ''}`,
    });
  }
  if (operands.length > command.maxOperands) {
    problems.push({
      code: 'TRIAD-E-ARG-TOO-MANY',
      place: operands[command.maxOperands] ?? '',
      message: `triad ${command.verb} takes ${command.operands === '' ? 'flags' : command.operands} only.`,
      action: `See triad ${command.verb} --help.`,
    });
  }
  if (problems.length > 0) return { kind: 'wrong', problems };
  return { kind: 'run', invocation: { command, operands, flags } };
}

function noStandardInput(command: Command): UsageProblem {
  return {
    code: 'TRIAD-E-ARG-STDIN',
    place: '-',
    message: `triad ${command.verb} does not read standard input: event logs are read as files.`,
    action: 'Name files or folders; a file that is called - is ./-',
  };
}

function findFlag(
  command: Command,
  word: string,
): { flag: Flag | undefined; name: string; inline: string | undefined } {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    return {
      flag: command.flags.find((flag) => flag.name === name),
      name: `--${name}`,
      inline: equals < 0 ? undefined : word.slice(equals + 1),
    };
  }
  const short = word.charAt(1);
  const flag = command.flags.find((candidate) => candidate.short === short);
  return { flag, name: `-${short}`, inline: word.length > 2 ? word.slice(2) : undefined };
}

function unknownFlag(command: Command, name: string): UsageProblem {
  const bare = name.replace(/^-+/, '');
  if (LATER_FLAGS.has(bare)) {
    return {
      code: 'TRIAD-E-ARG-LATER',
      place: name,
      message: 'This flag is not in this version.',
      action: `Flags: see triad ${command.verb} --help.`,
    };
  }
  const near = nearest(
    bare,
    command.flags.map((flag) => flag.name),
  );
  return {
    code: 'TRIAD-E-ARG-UNKNOWN-FLAG',
    place: name,
    message: `triad ${command.verb} has no such flag.`,
    action: near === undefined ? `Flags: see triad ${command.verb} --help.` : `Did you mean --${near}?`,
  };
}

function valueProblem(flag: Flag, value: string | undefined, isRepeated: boolean): UsageProblem | undefined {
  const place = `--${flag.name}`;
  if (flag.value === undefined) {
    if (value === undefined) return undefined;
    return { code: 'TRIAD-E-ARG-VALUE', place, message: 'This flag takes no value.', action: `Write ${place} alone.` };
  }
  if (value === undefined || value === '') {
    return { code: 'TRIAD-E-ARG-VALUE', place, message: `This flag needs a value (${flag.value}).`, action: flag.text };
  }
  if (isRepeated && flag.isRepeatable !== true) {
    return { code: 'TRIAD-E-ARG-TWICE', place, message: 'This flag is given twice.', action: 'Give it once.' };
  }
  if (flag.choices === undefined || flag.choices.includes(value)) return undefined;
  const near = nearest(value, flag.choices);
  return {
    code: 'TRIAD-E-ARG-VALUE',
    place,
    message: `"${value}" is not one of ${flag.choices.join(', ')}.`,
    action: near === undefined ? `Choose one of them.` : `Did you mean ${near}?`,
  };
}

function nearestVerb(word: string): string {
  const near = nearest(
    word,
    COMMANDS.map((command) => command.verb),
  );
  return near === undefined ? 'Verbs: see triad --help.' : `Did you mean ${near}?`;
}

/** The word at most a third of its letters away, else the one that begins so; undefined when none is. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.slice(0, 64), candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined && bestDistance <= Math.max(1, Math.floor(best.length / 3))) return best;
  const longer = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Letters changed, added, left out or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      let cost = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The last value of a flag, undefined when it was not given. */
export function flagValue(invocation: Invocation, name: string): string | undefined {
  return invocation.flags.get(name)?.at(-1);
}

/** True when the flag was given. */
export function isGiven(invocation: Invocation, name: string): boolean {
  return invocation.flags.has(name);
}
