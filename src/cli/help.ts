import { COMMANDS, type Command, type Flag, type FlagGroup } from './commands.ts';

const GROUPS: readonly FlagGroup[] = ['Input', 'Detection', 'Output', 'General'];
const WIDTH = 100;
/** First words of the verbs that ask a running server. */
const ASKING: ReadonlySet<string> = new Set([
  ...[
    'sender',
    'key',
    'user',
    'search',
    'deadletter',
    'incidents',
    'suppress',
    'outbox',
    'findings',
    'subscriptions',
    'hosts',
    'watch',
  ],
]);

/** The commonest lines, one example each: what bare `triad` prints. */
export function overview(version: string): string {
  return `triad ${version}   finds WMI event subscriptions and what came through WMI, in Windows event logs

  triad hunt evidence/                      the incidents in a folder of logs, judged
  triad hunt evidence/ --report out         a page for each incident, and files for programs
  triad explain ID out/findings.jsonl       why: every link, record and weight
  triad graph out/findings.jsonl            hosts, accounts and the calls between them
  triad inspect evidence/                   what the inputs are, and what they cannot show
  triad dump Security.evtx --event-id 4688  decoded records, as JSON lines
  triad repo wbem.zip                       a WMI repository from disk, and what was deleted in it
  triad decode -- powershell -enc JgAg...   one payload, layer by layer
  triad rules check my-rules/               what is wrong with Sigma rules, and where
  triad verify manifest.json                whether the evidence is still what was judged
  triad serve                               events of shippers, judged as they come
  triad help hunt                           all flags of a verb

A path alone is hunted: triad evidence/. No verb changes evidence or connects to other machines,
but for triad replay --url, and triad serve to the sinks of its settings.
`;
}

/** Help of one verb: a sentence, three examples, flags by group; at most 60 lines of 100 columns. */
export function commandHelp(command: Command): string {
  const lines = [
    `triad ${command.verb} ${command.operands}`.trimEnd(),
    '',
    ...wrap(command.sentence, 0),
    '',
    'Examples',
  ];
  const width = Math.max(...command.examples.map((example) => example[0].length));
  for (const [line, meaning] of command.examples) {
    const full = `  ${line.padEnd(width)}   ${meaning}`;
    if (full.length <= WIDTH) lines.push(full);
    else lines.push(`  ${line}`, `      ${meaning}`);
  }
  for (const group of GROUPS) {
    const flags = command.flags.filter((flag) => flag.group === group);
    if (flags.length === 0) continue;
    lines.push('', group);
    for (const flag of flags) lines.push(...flagLines(flag));
  }
  lines.push('', exitLine(command.verb));
  return `${lines.join('\n')}\n`;
}

function exitLine(verb: string): string {
  if (verb === 'verify') return 'Exit: 0 intact, 1 differs, 2 usage, 3 cannot be checked, 4 internal error.';
  if (verb === 'pin check')
    return 'Exit: 0 nothing wrong, 1 something is, 2 usage, 3 evidence unreadable, 4 internal error.';
  if (verb === 'serve') return 'Exit: 0 ended by Ctrl-C or SIGTERM, 2 the start was refused, 4 it could not go on.';
  if (ASKING.has(verb.split(' ')[0] ?? ''))
    return 'Exit: 0 done, 2 usage or refused, 3 no server answers, 4 internal error.';
  if (verb === 'doctor') return 'Exit: 0 nothing fails, 1 something does, 2 usage, 4 internal error.';
  if (verb === 'backup' || verb === 'restore')
    return 'Exit: 0 done or intact, 1 the backup differs, 2 usage, 3 no backup, 4 the copy failed.';
  if (verb === 'hunt') {
    return 'Exit: 0 nothing at --fail-level or above, 1 something, 2 usage, 3 unreadable, 4 internal, 130 stop.';
  }
  if (verb === 'rules check') return 'Exit: 0 clean, 1 errors, 2 usage, 3 evidence unreadable, 4 internal, 130 stop.';
  if (verb === 'rules test') return 'Exit: 0 all as expected, 1 something failed, 2 usage, 4 internal error, 130 stop.';
  if (verb.startsWith('rules ') && verb !== 'rules explain')
    return 'Exit: 0 done, 1 some were refused, 2 usage, 4 internal error.';
  if (verb === 'analytics' || verb === 'collect') return 'Exit: 0 done, 2 usage, 4 internal error.';
  return 'Exit: 0 done, 2 usage, 3 nothing could be read, 4 internal error, 130 interrupted.';
}

function flagLines(flag: Flag): string[] {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  const head = `  ${short}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
  const text = flag.isRepeatable === true ? `${flag.text} (may be repeated)` : flag.text;
  const lines = wrap(text, 30);
  if (head.length > 29) return [head, ...lines];
  const [first, ...more] = lines;
  return [`${head.padEnd(29)} ${first?.trimStart() ?? ''}`, ...more];
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(' '.repeat(indent) + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(' '.repeat(indent) + line);
  return lines;
}

/** Verbs that begin with one word, a line each. */
export function groupHelp(word: string, commands: readonly Command[]): string {
  return `triad ${word} VERB\n\n${verbLines(commands)}\n\nHelp of a verb: triad help ${word} VERB.\n`;
}

function verbLines(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ verb }) => verb.length));
  return commands
    .flatMap(({ verb, sentence }) =>
      wrap(sentence, width + 3).map((line, i) => (i === 0 ? `  ${verb.padEnd(width)} ${line.trimStart()}` : line)),
    )
    .join('\n');
}

/** The verbs, for `triad --help`. */
export function allHelp(version: string): string {
  return `${overview(version)}\nVerbs\n${verbLines(COMMANDS)}\n\nHelp of a verb: triad help VERB.\n`;
}
